"""Rows that are made into cells only while somebody looks at them are those that would have been made at once."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rulelang.data.tables import Table, windows_text, with_windows_letters
from rulelang.data.text_rows import LineRows, likely, of_another_width, split_rows, unquoted, with_letters, without
from tests.data.small import COLUMNS, codes, counts, lea, read, row, state_file

DELIMITERS = st.sampled_from("\t|,;")
LETTERS = st.text(st.sampled_from('ab "\t|,;\x0b\u00a0'), max_size=8)
LINES = st.lists(LETTERS, max_size=8)
ENDS = st.sampled_from(("\n", "\r\n", "\r"))


def at_once(lines: Sequence[str], delimiter: str) -> list[tuple[int, list[str]]]:
    """Return the rows of lines, each cell made."""
    rows = [(number, [unquoted(cell) for cell in line.split(delimiter)]) for number, line in enumerate(lines, 1)]
    return [row for row in rows if any(cell.strip() for cell in row[1])]


def seen(rows: Sequence[object]) -> list[object]:
    return [*rows]


@given(LINES, st.sampled_from("\t|"), ENDS)
def test_lines_are_the_rows_that_are_not_blank(lines: list[str], delimiter: str, end: str) -> None:
    rows = split_rows(end.join(lines), delimiter)
    expected = at_once(lines, delimiter)
    assert isinstance(rows, LineRows)
    assert seen(rows) == [rows[at] for at in range(len(rows))] == expected
    assert seen(rows[1:]) == expected[1:]
    assert len(rows) == len(expected)


@given(LINES, DELIMITERS)
def test_commas_and_semicolons_without_marks_part_lines_too(lines: list[str], delimiter: str) -> None:
    plain = [line.replace('"', "") for line in lines]
    assert seen(split_rows("\n".join(plain), delimiter)) == at_once(plain, delimiter)


@given(LINES, st.sampled_from("\t|"), st.sets(st.integers(1, 8)), st.integers(1, 4))
def test_rows_in_lines_and_rows_in_cells_are_chosen_alike(
    lines: list[str], delimiter: str, numbers: set[int], width: int
) -> None:
    of_lines = split_rows("\n".join(lines), delimiter)
    of_cells = list(of_lines)
    assert seen(without(of_lines, numbers)) == without(of_cells, numbers)
    assert [*of_another_width(of_lines, width)] == [*of_another_width(of_cells, width)]
    assert seen(with_letters(of_lines, str.upper, numbers)) == with_letters(of_cells, str.upper, numbers)


@given(LINES, st.sampled_from("\t|"))
def test_no_row_with_a_sign_is_passed_over(lines: list[str], delimiter: str) -> None:
    rows = split_rows("\n".join(lines), delimiter)
    with_a = [row for row in rows if any("a" in cell for cell in row[1] if isinstance(cell, str))]
    assert [*likely(rows, lambda line: "a" in line)] == with_a
    assert [*likely(list(rows), lambda line: "a" in line)] == list(rows)


@given(st.lists(st.lists(st.sampled_from(["", "x", "Pe\udcf1a", "\udcff\udc81", '"\udcf1"']), min_size=2, max_size=2)))
def test_stray_bytes_are_read_alike_in_lines_and_in_cells(cells: list[list[str]]) -> None:
    of_lines = split_rows("\n".join("\t".join(row) for row in cells), "\t")
    tables = [
        with_windows_letters(Table("f", ("code", "name"), 0, rows, is_utf_8=False), {0})
        for rows in (of_lines, list(of_lines))
    ]
    (one, warned), (other, also_warned) = tables
    assert seen(one.rows) == seen(other.rows)
    assert one.bad_rows == other.bad_rows
    assert warned == also_warned
    assert {number for number, of in of_lines if windows_text(str(of[0])) != of[0]} == {
        row.number for row in one.bad_rows
    }


@pytest.mark.parametrize("line", ['""\t" "', "\t \t", '" "'])
def test_a_line_of_blank_cells_in_marks_is_no_row(line: str) -> None:
    assert seen(split_rows(f"a\tb\n{line}\nc\td", "\t")) == [(1, ["a", "b"]), (3, ["c", "d"])]


def test_rows_are_judged_alike_in_lines_and_in_cells(tmp_path: Path) -> None:
    rows = [
        row(),
        row(studentgroup="ALL"),
        row(rtype="S", cds="01611190130229"),
        row(rtype="S", cds="01611190130229", studentgroup="ZZ"),
        row(reportingyear="2022", rtype="S"),
        row(reportingyear=" 2023 ", studentgroup="HI"),
        row(rtype=" d ", studentgroup="WH"),
        row(cds="1", studentgroup="SED"),
        row(cds="0" * 14, rtype="X"),
    ]
    state_file(tmp_path / "lines", *rows)
    quoted = [",".join(f'"{cell}"' for cell in one.split("\t")) for one in rows]
    state_file(tmp_path / "cells", *quoted, header=",".join(COLUMNS))
    lines, cells = read(tmp_path / "lines"), read(tmp_path / "cells")
    assert counts(lines) == counts(cells) == (9, 3, 4, 2)
    assert lines.report.ignored == cells.report.ignored
    assert lines.records == cells.records
    assert codes(lines.diagnostics) == codes(cells.diagnostics)


@pytest.mark.parametrize("end, other", [("\r", "\n"), ("\n", "\r")])
@pytest.mark.parametrize("delimiter", ["\t", "|", ",", ";"])
def test_a_line_end_of_another_kind_is_none(tmp_path: Path, end: str, other: str, delimiter: str) -> None:
    rows = [row(), row(studentgroup="HI", districtname=f"Alameda{other}Unified"), row(studentgroup="WH")]
    text = end.join([*("\t".join(COLUMNS), *rows), ""]) + other
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "eladownload2023.txt").write_text(text.replace("\t", delimiter), encoding="utf-8", newline="")
    data = read(folder)
    assert (data.diagnostics, counts(data)) == ((), (3, 3, 0, 0))
    assert set(lea(data).years[2023].groups) >= {"African American", "Hispanic", "White"}
