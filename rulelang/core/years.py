"""Ranges of Dashboard years, in which something is reported or holds."""

from __future__ import annotations

from typing import Final

from rulelang.diagnostics.plain_data import frozen


@frozen
class Years:
    """A range of Dashboard years, both ends included; an open end is None."""

    first: int | None = None
    last: int | None = None

    def __contains__(self, year: int) -> bool:
        return (self.first is None or self.first <= year) and (self.last is None or year <= self.last)


EVERY_YEAR: Final = Years()
"""The range without beginning or end."""


def stretch(years: Years) -> str:
    """Return a range of years as vocabularies write it: `2017 to 2019`, `2024 on`, `until 2025`, or `all`."""
    if years.first is None:
        return "all" if years.last is None else f"until {years.last}"
    if years.last is None:
        return f"{years.first} on"
    return str(years.first) if years.first == years.last else f"{years.first} to {years.last}"
