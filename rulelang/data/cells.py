"""Cells of data as text, whatever program they come from, and the numbers that they are exactly."""

from __future__ import annotations

import math
import re
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from numbers import Rational, Real
from typing import Final

from rulelang.diagnostics.decimals import MOST_DECIMALS
from rulelang.diagnostics.drawing import plain

LONGEST_NUMBER = 1000
"""A whole number of more bits than this is not a number of anything."""

MARK = "\ufeff"
"""The mark that some programs put before text in UTF-8, and that remains inside if files are concatenated.

It means nothing, wherever it is.
"""

_NEAR_ZERO = re.compile(r"-?\d(?:\.\d+)?[eE]-\d\d?")

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
    """Return a cell as text without blanks at its ends; a whole number has no decimal point, and bytes are UTF-8."""
    if isinstance(cell, str):
        return cell.replace(MARK, "").strip() if MARK in cell else cell.strip()
    if cell is None:
        return ""
    if isinstance(cell, float):
        return "" if math.isnan(cell) else str(int(cell)) if cell.is_integer() else _without_exponent(str(cell))
    if isinstance(cell, int):
        return "a very long number" if cell.bit_length() > LONGEST_NUMBER else str(cell)
    if isinstance(cell, bytes | bytearray):
        return cell_text(bytes(cell).decode("utf-8", "replace"))
    if _is_missing(cell):
        return ""
    if isinstance(cell, Decimal) or (isinstance(cell, Real) and not isinstance(cell, Rational)):
        return _of_library(cell)
    return str(cell)


def _of_library(number: Decimal | Real) -> str:
    """Return a decimal, or a float of a library's own type, as text."""
    if isinstance(number, Real):
        return cell_text(float(str(number)))  # as it is written: 0.1 of 4 bytes is not 0.1 of 8
    is_whole = number.is_finite() and number.adjusted() < LONGEST_NUMBER and number == number.to_integral_value()
    return cell_text(int(number)) if is_whole else _without_exponent(str(number))


def _without_exponent(text: str) -> str:
    """Return a number near zero with all its digits: 1e-05 as 0.00001."""
    return f"{Decimal(text):f}" if _NEAR_ZERO.fullmatch(text) else text


def _is_missing(cell: object) -> bool:
    """Return whether a value is a library's missing value: such a value equals nothing, not even itself."""
    try:
        return bool(cell != cell)  # noqa: PLR0124 - a NaN of decimals, a NaT of times
    except (TypeError, ArithmeticError):  # pandas does not say whether its NA equals anything, nor a signaling NaN
        return True
    except ValueError:  # an array, which is something
        return False


@lru_cache(maxsize=1024)
def column_name(name: str) -> str:
    """Return the name of a column of records as it is compared: without regard to case and spacing."""
    return "_".join(name.casefold().split())


MOST_DIGITS: Final = 12
"""The most digits before the point: enough for the money of a state."""

_DECIMALS = rf"\.\d{{1,{MOST_DECIMALS}}}"

WRITTEN: Final = re.compile(
    rf"-?(?:(?:\d{{1,3}}(?:,\d{{3}}){{1,3}}|\d{{1,{MOST_DIGITS}}})(?:{_DECIMALS})?|{_DECIMALS})",
    re.ASCII,
)
"""A number as people and files write it: 31, 46.9, -3.25, 1,234. No exponent, no percent sign, no word."""


@lru_cache(maxsize=65_536)
def exact(text: str) -> Fraction | None:
    """Return the exact number that a text writes; None if it writes none."""
    return Fraction(text.replace(",", "")) if WRITTEN.fullmatch(text) else None
