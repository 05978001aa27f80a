"""Dollars and dates in a line of text, and what may be meant by those that are not written in full."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

from rulelang.diagnostics.dates import MONTHS

UNCLEAR: Final = ("UNCLEAR", "UNCLEAR_DATE")
"""The terminals of a number or dollars, and of a date, that cannot be read as a whole. No sentence has them."""

_THOUSAND, _MILLION, _BILLION = 10**3, 10**6, 10**9
_SCALES: Final = {
    **dict.fromkeys(("thousand", "k"), _THOUSAND),
    **dict.fromkeys(("million", "m", "mm", "mio"), _MILLION),
    **dict.fromkeys(("billion", "b", "bn"), _BILLION),
    "hundred": 100,
}
_SPELLED: Final = r"\s+(?:hundred|thousand|million|billion)\b"
_YMD: Final = "[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}"
_IN_FULL: Final = "|".join(MONTHS)
_MONTH: Final = f"(?:{'|'.join(f'{month[:3]}(?:{month[3:]}|t?[.]?)' for month in MONTHS)})"
_DAY: Final = "[0-9]{1,2}(?:st|nd|rd|th)?"

_AMOUNT: Final = re.compile(
    r"\$\s?(?P<DOLLARS>(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,9})(?:\.[0-9]{1,9})?)"
    rf"(?![0-9,.]*[0-9]|['’]?\w|{_SPELLED})"
    rf"|(?P<DATE>(?:{_YMD}|(?:{_IN_FULL})\s+[0-9]{{1,2}}\s*,\s*[0-9]{{4}})(?![-'’]?\w|\.\d))"
    rf"|(?P<UNCLEAR_DATE>(?:{_YMD}|(?:{_MONTH}\s+{_DAY}|{_DAY}\s+{_MONTH})(?:\s*,\s*|\s+)[0-9]{{4}})(?:[-.'’]?\w)*)"
    rf"|(?P<UNCLEAR>\$\s?(?=[.,]?\d)(?:[.,'’]*\w)+(?:{_SPELLED})?|[0-9]+(?:\.[0-9]+)?{_SPELLED})",
    re.IGNORECASE,
)
"""An amount ends where its word ends: letters and digits that touch it are a part of it."""


def amount(text: str, start: int) -> tuple[str, str, int] | None:
    """Return the terminal, value and end of the dollars or the date that begins at a place; None if there is none."""
    found = _AMOUNT.match(text, start)
    if found is None or found.lastgroup is None:
        return None
    value = " ".join(found[found.lastgroup].split())
    return found.lastgroup, value.replace(",", "") if found.lastgroup == "DOLLARS" else value, found.end()


def date_meant(text: str) -> str | None:
    """Return the date that may be meant by one that is unclear, as rules write it: `July 1, 2023` for `1 Jul 2023`."""
    month = next((month for month in MONTHS if month[:3].casefold() in text.casefold()), None)
    written = re.fullmatch("[^0-9]*([0-9]{1,2})[^0-9]+([0-9]{4})", text)
    return f"{month} {int(written[1])}, {written[2]}" if month and written else None


_WRITTEN: Final = re.compile(
    rf"(?P<sign>\$?)\s?(?P<digits>[0-9.,'’]*[0-9](?:e[0-9])?)\s*(?P<scale>{'|'.join(_SCALES)}|)",
    re.IGNORECASE | re.ASCII,
)
_IN_THOUSANDS: Final = re.compile(
    r"[0-9]{1,3}(?:[,'’][0-9]{3})+(?:\.[0-9]+)?|[0-9]*(?:\.[0-9]+)?(?:e[0-9])?", re.IGNORECASE
)
_BETWEEN_THOUSANDS: Final = str.maketrans("", "", ",'’")
_WITH_COMMA: Final = re.compile(r"[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]+|[0-9]{1,3}(?:\.[0-9]{3}){2,}")
"""A number with its signs as in most of Europe: `60.000,00`."""


def amounts_meant(text: str) -> tuple[str, ...]:
    """Return the amounts that may be meant by one that is unclear, as rules write them: `$60,000` for `$60k`."""
    found = _WRITTEN.fullmatch(text)
    if found is None:
        return ()
    scale = _SCALES.get(found["scale"].casefold(), 1)
    return tuple(_written(found["sign"], scale * Decimal(number)) for number in _numbers(found["digits"]))


def _numbers(digits: str) -> tuple[str, ...]:
    """Return the numbers that digits with signs between them may be: 60.00 or 6000 for `60,00`."""
    if re.fullmatch("[0-9]+,[0-9]{1,2}", digits):
        return digits.replace(",", "."), digits.replace(",", "")
    if _WITH_COMMA.fullmatch(digits):
        digits = digits.translate(str.maketrans(".,", ",."))
    return (digits.translate(_BETWEEN_THOUSANDS),) if _IN_THOUSANDS.fullmatch(digits) else ()


def _written(sign: str, number: Decimal) -> str:
    """Return a number as rules write it, dollars with their commas and cents."""
    if number == number.to_integral_value():
        number = number.to_integral_value()
    elif sign:
        number += Decimal("0.00")  # `$1.50`, with two decimals at least
    return f"{sign}{number:,f}" if sign else f"{number:f}"
