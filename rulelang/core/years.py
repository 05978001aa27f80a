"""Stretches of Dashboard years, in which something is reported or holds."""

from __future__ import annotations

from typing import Final

from attrs import frozen


@frozen
class Years:
    """A stretch of Dashboard years, both ends included; an open end is None."""

    first: int | None = None
    last: int | None = None

    def __contains__(self, year: int) -> bool:
        return (self.first is None or self.first <= year) and (self.last is None or year <= self.last)


EVERY_YEAR: Final = Years()
"""The stretch without beginning or end."""
