"""Rows that share their cells are the rows that they are put together from."""

from __future__ import annotations

from array import array
from pathlib import Path

import pytest

from rulelang.analysis.result_tables import ResultTable
from rulelang.data.shared_rows import PLACES, Block, Row, SharedRows
from rulelang.data.write import write_table

PLAIN = (("1", "a"), ("1", "b"), ("3", "a"), ("4", "b"))


@pytest.fixture
def rows() -> SharedRows:
    """Return the plain rows, of four LEAs of which the second has none."""
    return SharedRows(
        [
            Block([("1",), ("2",), ("3",), ("4",)], array(PLACES, [0, 0, 2, 3])),
            Block([("a",), ("b",)], array(PLACES, [0, 1, 0, 1])),
        ]
    )


def test_they_are_read_as_any_rows(rows: SharedRows) -> None:
    assert len(rows) == len(PLAIN)
    assert tuple(rows) == tuple(rows) == PLAIN
    assert [rows[at] for at in range(-4, 4)] == [PLAIN[at] for at in range(-4, 4)]
    assert rows[1:] == PLAIN[1:]
    assert rows[::-2] == PLAIN[::-2]
    assert ("3", "a") in rows
    with pytest.raises(IndexError):
        rows[4]


def test_they_are_compared_row_by_row(rows: SharedRows) -> None:
    assert rows == PLAIN
    assert PLAIN == rows  # noqa: SIM300 - it matters who is asked
    assert rows != PLAIN[:-1]
    assert rows != (*PLAIN[:-1], ("4", "a"))
    assert rows != "rows"
    table = ResultTable("t", ("code", "word"), rows)
    assert table == ResultTable("t", ("code", "word"), PLAIN)
    assert table != ResultTable("t", ("code", "word"), PLAIN[1:])


def test_a_column_is_read_alone(rows: SharedRows) -> None:
    table = ResultTable("t", ("code", "word"), rows)
    assert list(table.column("code")) == ["1", "1", "3", "4"]
    assert list(table.column("word")) == ["a", "b", "a", "b"]
    assert list(ResultTable("t", ("code", "word"), PLAIN).column("word")) == ["a", "b", "a", "b"]
    with pytest.raises(IndexError):
        rows.column(2)


def test_no_rows_are_none() -> None:
    assert not SharedRows([Block(), Block()])
    assert list(SharedRows([Block(), Block()]).column(1)) == []


def test_equal_cells_are_kept_once() -> None:
    block = Block()
    assert [block.place(row) for row in (("a",), ("b",), ("a",))] == [0, 1, 0]
    assert block.values == [("a",), ("b",)]


AWKWARD = (("1", ""), ("=1+1", 'say "hello"'), ("-1.5", "a,b"), ("two\nlines", None), ("", 7))


def test_they_are_written_as_any_rows(tmp_path: Path) -> None:
    places = [0, 1, 4, 2, 3, 1, 0]
    cells: list[list[Row]] = [[(row[at],) for row in AWKWARD] for at in range(2)]
    shared = SharedRows([Block(values, array(PLACES, places)) for values in cells])
    ours = write_table(tmp_path / "ours.csv", ("a", "b"), shared)
    theirs = write_table(tmp_path / "theirs.csv", ("a", "b"), [AWKWARD[at] for at in places])
    assert ours.read_bytes() == theirs.read_bytes()
    assert b"'=1+1" in ours.read_bytes()
