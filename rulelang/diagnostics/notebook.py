"""What a notebook shows for an object: a small table in HTML, in which no data can be taken for HTML."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

ROWS_SHOWN = 30
"""How many rows a table shows; a notebook is no place for hundreds."""


class Displayed:
    """Something with a title, which is its text in angle brackets, and rows for a small table."""

    __slots__ = ()

    def _title(self) -> str:
        raise NotImplementedError

    def _rows(self) -> Iterable[tuple[str, ...]]:
        raise NotImplementedError

    def __repr__(self) -> str:
        return f"<{self._title()}>"

    def _repr_html_(self) -> str:
        return titled_table(self._title(), self._rows())


def titled_table(title: str, rows: Iterable[tuple[str, ...]]) -> str:
    """Return a table with a title; the first cell of each row is its heading.

    A row with an empty cell is left out, and what is beyond `ROWS_SHOWN` rows is counted.
    """
    shown = [row for row in rows if all(row[1:])]
    if len(shown) > ROWS_SHOWN:
        shown = [*shown[:ROWS_SHOWN], (f"and {len(shown) - ROWS_SHOWN:,} more",)]
    lines = [
        f"<tr><th style='text-align:left'>{escape(head)}</th>"
        + "".join(f"<td style='text-align:left'>{escape(cell)}</td>" for cell in cells)
        + "</tr>"
        for head, *cells in shown
    ]
    return f"<table><caption>{escape(title)}</caption>{''.join(lines)}</table>"
