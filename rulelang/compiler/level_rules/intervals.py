"""Exact intervals of the number line: what a cell of a band table says, what is left over, and a number in it.

An interval lies between two cuts. A cut falls just before or just after a number, or at an open end: `0.5 or less` ends
just after 0.5 and `below 0.5` just before it. Rounded numbers have steps: no such number lies between 1.4 and 1.5 if
the step is a tenth, so the cuts just after 1.4 and just before 1.5 are one and the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from fractions import Fraction
from math import ceil, floor
from typing import Final, NamedTuple

from rulelang.core.tree import Bound

Cut = tuple[int, Fraction, int]
"""Where an interval begins or ends: -1 or 1 for an open end, otherwise 0, the number, and 0 before it or 1 after it."""

OPEN_BELOW: Final[Cut] = (-1, Fraction(0), 0)
OPEN_ABOVE: Final[Cut] = (1, Fraction(0), 0)

_TENTH: Final = Fraction(1, 10)
_HALF: Final = Fraction(1, 2)


def before(number: Fraction) -> Cut:
    """Return the cut just before a number."""
    return 0, number, 0


def after(number: Fraction) -> Cut:
    """Return the cut just after a number."""
    return 0, number, 1


class Interval(NamedTuple):
    """The numbers between two cuts."""

    start: Cut = OPEN_BELOW
    end: Cut = OPEN_ABOVE

    @property
    def lower(self) -> Bound | None:
        """Return the lower end, None if it is open."""
        return None if self.start == OPEN_BELOW else Bound(self.start[1], self.start[2] == 0)

    @property
    def upper(self) -> Bound | None:
        """Return the upper end, None if it is open."""
        return None if self.end == OPEN_ABOVE else Bound(self.end[1], self.end[2] == 1)

    @property
    def has_two_ends(self) -> bool:
        """Return whether it is open at neither end."""
        return self.start != OPEN_BELOW and self.end != OPEN_ABOVE

    def is_empty(self, step: Fraction | None) -> bool:
        """Return whether no number with the step is in it."""
        return stepped(self.start, step) >= stepped(self.end, step)

    def also_in(self, other: Interval) -> Interval:
        """Return the intersection with another."""
        return Interval(max(self.start, other.start), min(self.end, other.end))

    def outside(self, other: Interval) -> tuple[Interval, Interval]:
        """Return what is below another, and what is above it."""
        return Interval(self.start, min(self.end, other.start)), Interval(max(self.start, other.end), self.end)


def stepped(cut: Cut, step: Fraction | None) -> Cut:
    """Return the cut just before the first number with the step above a cut."""
    kind, number, side = cut
    if kind or step is None:
        return cut
    steps = floor(Fraction(number, step)) + 1 if side else ceil(Fraction(number, step))
    return before(steps * step)


def without(left: Sequence[Interval], taken: Interval, step: Fraction | None) -> list[Interval]:
    """Return what is left of some intervals once one is taken out."""
    parts = [part for one in left for part in one.outside(taken)]
    return [part for part in parts if not part.is_empty(step)]


def within(left: Sequence[Interval], taken: Interval, step: Fraction | None) -> list[Interval]:
    """Return the parts of one interval that are in some others."""
    parts = [one.also_in(taken) for one in left]
    return [part for part in parts if not part.is_empty(step)]


def number_in(interval: Interval, step: Fraction | None) -> Fraction:
    """Return a number in a non-empty interval, one at an end if there is one."""
    (below, low, _), (above, high, at_end) = stepped(interval.start, step), stepped(interval.end, step)
    apart = step or _TENTH
    if below:
        return Fraction(0) if above else high if at_end else high - apart
    candidates = (low, low + apart, (low + high) * _HALF)
    return next(one for one in candidates if interval.start <= before(one) and after(one) <= interval.end)


# ---- cells ----

_DASHES: Final = "-\u2010\u2011\u2012\u2013\u2014\u2212"
_NUMBER = rf"([{_DASHES}+]?\s*[0-9]{{1,9}}(?:\.[0-9]{{1,9}})?)\s*(?:%|percent|points?)?"
_FORMS: Final[Sequence[tuple[str, Callable[..., Interval]]]] = (
    (rf"(?:above|more than)\s+{_NUMBER}", lambda number: Interval(start=after(number))),
    (rf"(?:below|less than|fewer than)\s+{_NUMBER}", lambda number: Interval(end=before(number))),
    (rf"at\s+least\s+{_NUMBER}", lambda number: Interval(start=before(number))),
    (rf"at\s+most\s+{_NUMBER}", lambda number: Interval(end=after(number))),
    (rf"{_NUMBER}\s+or\s+(?:more|higher|above|greater)", lambda number: Interval(start=before(number))),
    (rf"{_NUMBER}\s+or\s+(?:less|lower|fewer|below)", lambda number: Interval(end=after(number))),
    (rf"{_NUMBER}\s+to\s+{_NUMBER}", lambda first, last: Interval(before(first), after(last))),
)
"""How a cell can be written, and the interval it then is, given its numbers."""


def read_interval(text: str) -> Interval | None:
    """Return the interval that a cell names, such as `45.0 or more`; None for any other text.

    `above -0.3 and below 0.3` is the intersection of both.
    """
    parts = [_read_one(part) for part in " ".join(text.casefold().split()).split(" and ")]
    found = Interval()
    for part in parts:
        if part is None:
            return None
        found = found.also_in(part)
    return found


def decimals_in(text: str) -> int:
    """Return the most decimals of a number in a cell, not counting trailing zeros."""
    written: list[str] = re.findall(r"\.([0-9]+)", text)
    return max((len(one.rstrip("0")) for one in written), default=0)


def _read_one(text: str) -> Interval | None:
    matches = ((re.fullmatch(form, text.strip()), interval) for form, interval in _FORMS)
    return next((interval(*map(_number, match.groups())) for match, interval in matches if match), None)


def _number(text: str) -> Fraction:
    digits = re.sub(r"[^\d.]", "", text)
    return -Fraction(digits) if text[0] in _DASHES else Fraction(digits)
