"""Cells of data as text, whatever program they come from."""

from __future__ import annotations

import math
import re

LONGEST_NUMBER = 1000
"""A whole number of more bits than this is no number of anything."""

ERROR = re.compile(r"#(?:N/A|NAME\?|GETTING_DATA|(?:NULL|DIV/0|VALUE|REF|NUM|SPILL|CALC|FIELD|BLOCKED|CONNECT|ERROR)!)")
"""An error as spreadsheets show it."""


def name_text(text: str) -> str:
    """Return a cell that only says what something is called; blank where it holds an error."""
    return "" if ERROR.fullmatch(text) else text


def cell_text(cell: object) -> str:
    """Return a cell as text without blanks at its ends; a whole number has no decimal point."""
    if isinstance(cell, str):
        return cell.strip()
    if cell is None:
        return ""
    if isinstance(cell, float):
        return "" if math.isnan(cell) else str(int(cell) if cell.is_integer() else cell)
    if isinstance(cell, int) and cell.bit_length() > LONGEST_NUMBER:
        return "a very long number"
    return str(cell)
