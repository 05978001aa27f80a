"""The state's indicator files say the same as text of any separator and as Excel, and are refused in the same words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest
import xlsxwriter
import xlwt

from rulelang.data.report import DataSet
from rulelang.diagnostics.diagnostic import Diagnostic
from tests.data.small import COLUMNS, COUNTY_OFFICE, DISTRICT, SCHOOL, counts, read, row

Seen = tuple[tuple[object, ...], list[tuple[str, int | None, str | None, str]], tuple[int, int, int, int]]


Door = Callable[[Path, Sequence[Sequence[str]]], None]


def text(delimiter: str, ending: str, end: str = "\n", mark: str = "") -> Door:
    def write(folder: Path, rows: Sequence[Sequence[str]]) -> None:
        lines = [delimiter.join(_quoted(cell, delimiter) for cell in cells) for cells in rows]
        path = folder / f"eladownload2023{ending}"
        path.write_text(mark + end.join([*lines, ""]), encoding="utf-8", newline="")

    return write


def _quoted(cell: str, delimiter: str) -> str:
    return '"' + cell.replace('"', '""') + '"' if delimiter in ",;" and (delimiter in cell or '"' in cell) else cell


def workbook(folder: Path, rows: Sequence[Sequence[str]]) -> None:
    with xlsxwriter.Workbook(folder / "eladownload2023.xlsx") as book:
        notes = book.add_worksheet("Notes")
        notes.write_string(0, 0, "cds: the code")
        sheet = book.add_worksheet("ELADownload2023")
        for number, cells in enumerate(rows):
            for at, cell in enumerate(cells):
                if cell.startswith("#"):
                    sheet.write_formula(number, at, f"={cell}", None, cell)
                elif cell.startswith("="):
                    sheet.write_formula(number, at, cell, None, "")
                elif cell:
                    sheet.write_string(number, at, cell)


def old_workbook(folder: Path, rows: Sequence[Sequence[str]]) -> None:
    book = xlwt.Workbook()
    book.add_sheet("Notes").write(0, 0, "cds: the code")
    sheet = book.add_sheet("ELADownload2023")
    for number, cells in enumerate(rows):
        for at, cell in enumerate(cells):
            if cell:
                sheet.write(number, at, cell)
    book.save(str(folder / "eladownload2023.xls"))


DOORS: dict[str, Door] = {
    "tabs": text("\t", ".txt"),
    "bars": text("|", ".txt"),
    "commas": text(",", ".csv"),
    "semicolons": text(";", ".csv"),
    "Windows": text("\t", ".txt", "\r\n", "\ufeff"),
    "an old Mac": text("\t", ".txt", "\r"),
    "Excel": workbook,
    "Excel of old": old_workbook,
}

CASES: dict[str, tuple[Mapping[str, str], str | None]] = {
    "as it should be": ({}, None),
    "blanks around": ({"color": " 1 ", "studentgroup": "hi ", "rtype": " D"}, None),
    "a comma in a name": ({"districtname": "Alameda, Unified"}, None),
    "no students": ({"currdenom": ""}, "unknown-number-of-students"),
    "students with a separator": ({"currdenom": "1,234"}, None),
    "students with decimals": ({"currdenom": "120.0"}, None),
    "students with an exponent": ({"currdenom": "1e3"}, "not-a-number"),
    "students of 16 digits": ({"currdenom": "1234567890123456"}, "not-a-number"),
    "students that are no number": ({"currdenom": "NaN"}, "not-a-number"),
    "students without end": ({"currdenom": "inf"}, "not-a-number"),
    "students with an error": ({"currdenom": "#N/A"}, "not-a-number"),
    "fewer than none": ({"currdenom": "-5"}, "not-a-number"),
    "a color with an error": ({"color": "#N/A"}, "unknown-level-code"),
    "a blank color": ({"color": ""}, "unknown-level-code"),
    "an unknown color": ({"color": "7"}, "unknown-level-code"),
    "yes for a color": ({"color": "TRUE"}, "unknown-level-code"),
    "an unknown group": ({"studentgroup": "ZZ"}, "unknown-group-code"),
    "a blank group": ({"studentgroup": ""}, "unknown-group-code"),
    "a group of other years": ({"studentgroup": "LTEL"}, "group-not-in-file-year"),
    "another year": ({"reportingyear": "2022"}, "wrong-dashboard-year"),
    "an unknown kind of row": ({"rtype": "District"}, "unknown-row-kind"),
    "a blank kind of row": ({"rtype": ""}, "unknown-row-kind"),
    "a kind of row of another code": ({"rtype": "S"}, "row-of-another-code"),
    "a school's code": ({"cds": SCHOOL}, "row-of-another-code"),
    "a code without its zeros": ({"cds": DISTRICT[1:]}, "lost-leading-zeros"),
    "a code of 7 digits": ({"cds": DISTRICT[:7]}, "short-lea-code"),
    "a code of 16 digits": ({"cds": f"{DISTRICT}00"}, "unknown-lea-code"),
    "a code that was rounded": ({"cds": "1.61119E+12"}, "rounded-lea-code"),
    "a row once more": ({"studentgroup": "AA"}, "duplicate-row"),
    "a contradiction": ({"studentgroup": "AA", "color": "5"}, "contradicting-row"),
}


def seen(folder: Path) -> Seen:
    data: DataSet = read(folder)
    records = tuple(
        (one.code, one.name, one.county, one.kind, dict(facts.groups), facts.silent)
        for one in data.records
        for facts in one.years.values()
    )
    told = [(one.code, *_place(one), _without_file(one.message)) for one in data.diagnostics]
    return _as_text(records), told, counts(data)


def _place(said: Diagnostic) -> tuple[int | None, str | None]:
    return (said.place.row, said.place.column) if said.place is not None else (None, None)


def _as_text(records: tuple[tuple[object, ...], ...]) -> tuple[object, ...]:
    """Return records as text that does not name the file they come from."""
    return tuple(_without_file(str(record)) for record in records)


def _without_file(words: str) -> str:
    for ending in (".txt", ".csv", ".xlsx", ".xls"):
        words = words.replace(f"eladownload2023{ending}", "FILE")
    head, found, tail = words.partition("/")
    return words if not found else head + tail.rpartition("FILE")[2] if "FILE" in tail else words


NOTES: dict[str, tuple[list[list[str]], list[str]]] = {
    "a note": ([["Source: the state"]], []),
    "notes": ([["Total: 3 rows"], ["Downloaded 2023-12-15"]], []),
    "a note with its blank cells": ([["Total: 3 rows", *[""] * (len(COLUMNS) - 1)]], []),
    "a total with a number": ([["Total", *["3"] * (len(COLUMNS) - 1)]], ["unknown-lea-code"]),
}


@pytest.mark.parametrize("case", NOTES)
def test_a_note_below_the_rows_is_ignored_at_every_door_and_a_row_with_more_is_not(case: str, tmp_path: Path) -> None:
    notes, expected = NOTES[case]
    found = {}
    for name, write in DOORS.items():
        folder = tmp_path / name
        folder.mkdir()
        write(folder, [COLUMNS, row().split("\t"), row(cds=COUNTY_OFFICE).split("\t"), *notes])
        found[name] = seen(folder)
    assert {name: [one[0] for one in each[1]] for name, each in found.items()} == dict.fromkeys(found, expected)
    assert {name: each[2] for name, each in found.items()} == dict.fromkeys(found, found["tabs"][2])


def test_a_null_sign_leaves_its_cell_unknown_and_no_other(tmp_path: Path) -> None:
    rows = [row().split("\t"), row(studentgroup="HI", color="1\x00").split("\t")]
    text("\t", ".txt")(tmp_path, [COLUMNS, *rows])
    _, told, counted = seen(tmp_path)
    assert ([one[0] for one in told], counted) == (["unknown-level-code"], (2, 2, 0, 0))


@pytest.mark.parametrize("cut", ["Source: the sta", "01", "Total: 3"])
def test_a_last_row_of_one_cell_that_breaks_off_is_no_note(cut: str, tmp_path: Path) -> None:
    text("\t", ".txt")(tmp_path, [COLUMNS, row().split("\t")])
    with (tmp_path / "eladownload2023.txt").open("a") as file:
        file.write(cut)
    assert [one[0] for one in seen(tmp_path)[1]] == ["truncated-file"]


def test_a_quotation_mark_left_open_at_the_end_breaks_the_file_off(tmp_path: Path) -> None:
    quoted = [[f'"{cell}"' for cell in cells] for cells in (COLUMNS, row().split("\t"))]
    whole = "\n".join(",".join(cells) for cells in quoted)
    (tmp_path / "eladownload2023.csv").write_text(whole)
    assert seen(tmp_path)[1] == []
    (tmp_path / "eladownload2023.csv").write_text(whole[:-1])
    assert [one[0] for one in seen(tmp_path)[1]] == ["truncated-file"]


@pytest.mark.parametrize("case", CASES)
def test_a_file_says_the_same_at_every_door(case: str, tmp_path: Path) -> None:
    changes, code = CASES[case]
    rows = [row().split("\t"), row(**{"studentgroup": "HI", **changes}).split("\t"), row(cds=COUNTY_OFFICE).split("\t")]
    found = {}
    for name, write in DOORS.items():
        folder = tmp_path / name
        folder.mkdir()
        write(folder, [COLUMNS, *rows])
        found[name] = seen(folder)
    expected = found["tabs"]
    assert [one[0] for one in expected[1]] == ([code] if code else [])
    assert found == dict.fromkeys(found, expected)
