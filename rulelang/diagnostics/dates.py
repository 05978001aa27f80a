"""Dates as exact whole numbers: days are counted as in the Gregorian calendar, January 1 of year 1 is day 1.

A date is a number of its own type, so that comparing dates, and the days between two of them, needs nothing more.
"""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction
from typing import Final

MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)

COMPARED: Final = {"below": "before", "above": "after", "at most": "on or before", "at least": "on or after"}
"""The words that compare dates, for each that compares other numbers."""

_FORMS: Final = (
    re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{1,2})-(?P<day>[0-9]{1,2})"),
    re.compile(r"(?P<month>[A-Za-z]+)\s+(?P<day>[0-9]{1,2})\s*,\s*(?P<year>[0-9]{4})"),
)


def date_in(text: str) -> Fraction | None:
    """Return the day that a text names, `2023-07-01` or `July 1, 2023`; None if it is no date."""
    found = next((match for form in _FORMS if (match := form.fullmatch(text.strip()))), None)
    if found is None:
        return None
    names = [month.casefold() for month in MONTHS]
    word = found["month"].casefold()
    month = int(word) if word.isdecimal() else names.index(word) + 1 if word in names else 0
    try:
        return Fraction(date(int(found["year"]), month, int(found["day"])).toordinal())
    except ValueError:
        return None


def date_text(day: Fraction) -> str:
    """Return a day as people write it: `July 1, 2023`; a number that is no day as the number."""
    found = _day(day)
    return str(day) if found is None else f"{MONTHS[found.month - 1]} {found.day}, {found.year}"


def date_cell(day: Fraction) -> str:
    """Return a day as tables have it: `2023-07-01`; a number that is no day as the number."""
    found = _day(day)
    return str(day) if found is None else found.isoformat()


def _day(day: Fraction) -> date | None:
    try:
        return date.fromordinal(int(day))
    except (ValueError, OverflowError):
        return None
