"""Cells of data as text, whatever program they come from."""

from __future__ import annotations

import math
import re
from functools import lru_cache

from rulelang.diagnostics.drawing import plain

LONGEST_NUMBER = 1000
"""A whole number of more bits than this is not a number of anything."""

MARK = "\ufeff"
"""The mark that some programs put before text in UTF-8, and that remains inside if files are concatenated.

It means nothing, wherever it is.
"""

ERROR = re.compile(r"#(?:N/A|NAME\?|GETTING_DATA|(?:NULL|DIV/0|VALUE|REF|NUM|SPILL|CALC|FIELD|BLOCKED|CONNECT|ERROR)!)")
"""An error as spreadsheets show it."""


CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
"""Characters that steer a terminal, end a line, or turn the direction of what follows."""


def name_text(text: str) -> str:
    """Return a cell that holds only a name, on one line and with nothing that steers a terminal.

    It is blank if it holds an error of a spreadsheet.
    """
    if ERROR.fullmatch(text):
        return ""
    text = text.replace(MARK, "")
    return plain(text).strip() if CONTROL.search(text) else text


def cell_text(cell: object) -> str:
    """Return a cell as text without blanks at its ends; a whole number has no decimal point."""
    if isinstance(cell, str):
        return cell.replace(MARK, "").strip() if MARK in cell else cell.strip()
    if cell is None:
        return ""
    if isinstance(cell, float):
        return "" if math.isnan(cell) else str(int(cell) if cell.is_integer() else cell)
    if isinstance(cell, int) and cell.bit_length() > LONGEST_NUMBER:
        return "a very long number"
    return str(cell)


@lru_cache(maxsize=65_536)
def folded(text: str) -> str:
    """Return a word as files are compared: without regard to case and spacing."""
    return " ".join(text.casefold().split())
