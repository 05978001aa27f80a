"""Rows that share their cells are the rows that they are put together from."""

from __future__ import annotations

from array import array

import pytest

from rulelang.analysis.result_tables import ResultTable
from rulelang.analysis.shared_rows import SharedRows, Tails

PLAIN = (("1", "a"), ("1", "b"), ("3", "a"), ("4", "b"))


@pytest.fixture
def rows() -> SharedRows:
    """Return the plain rows, of four LEAs of which the second has none."""
    return SharedRows([("1",), ("2",), ("3",), ("4",)], [("a",), ("b",)], array("L", [0, 1, 0, 1]), [0, 2, 2, 3, 4])


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


def test_no_rows_are_none() -> None:
    assert not SharedRows([], [], array("L"), [0])


def test_equal_cells_are_kept_once() -> None:
    tails = Tails()
    assert [tails.place(row) for row in (("a",), ("b",), ("a",))] == [0, 1, 0]
    assert tails.kept == [("a",), ("b",)]
