"""What a notebook shows of an object: a small table in HTML, in which nothing of the data can be taken for HTML."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape


def titled_table(title: str, rows: Iterable[tuple[str, ...]]) -> str:
    """Return a table with a title; the first cell of each row is its heading. A row with an empty cell is left out."""
    shown = [row for row in rows if all(row[1:])]
    lines = [
        f"<tr><th style='text-align:left'>{escape(head)}</th>"
        + "".join(f"<td style='text-align:left'>{escape(cell)}</td>" for cell in cells)
        + "</tr>"
        for head, *cells in shown
    ]
    return f"<table><caption>{escape(title)}</caption>{''.join(lines)}</table>"
