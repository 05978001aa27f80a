"""The number that bounds the lowest or highest part of some entities, as one of them sees it that alone can change."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Final

from attrs import frozen

from rulelang.core.aggregates import Ranked
from rulelang.core.tree import NOT_RATED
from rulelang.core.vocabulary import FactType
from rulelang.reasoning.steps_made import StepsMade

_BY_UPPER: Final = ("at most", "above")
"""The comparisons of a number with one that is never above it, unless it is above the upper limit."""


@frozen
class RankBound:
    """The number that bounds the part: if the entity is ranked, its own number, kept between those of two others.

    All are positions of steps; a limit is None where there is no other beyond the entity's own.
    """

    own: int
    is_ranked: int
    lower: int | None
    upper: int | None
    without: int

    def number(self, built: StepsMade) -> int:
        """Return the position of the number."""
        found = self.own
        for operator, limit in (("below", self.lower), ("above", self.upper)):
            if limit is not None:
                found = built.choice(built.call(operator, self.own, limit), limit, found)
        return built.choice(self.is_ranked, found, self.without)

    def compared(self, built: StepsMade, operator: str) -> int:
        """Return the position of the comparison of the entity's own number with this one, which rests on it as well."""
        limit = self.upper if operator in _BY_UPPER else self.lower
        always = built.value(operator in ("at most", "at least"))
        among = always if limit is None else built.call(operator, self.own, limit)
        return built.choice(self.is_ranked, among, built.call(operator, self.own, self.without))


def bound_of(
    built: StepsMade, how: Ranked, others: Sequence[Fraction], own: tuple[int, int], kind: FactType
) -> RankBound:
    """Return the bound of a part, given the others' numbers and two steps: whether the own is meant, and the own."""
    where, number = own
    before, place = sorted(others, reverse=how.highest), how.place(len(others) + 1)
    limits = [before[at] if 0 <= at < len(before) else None for at in (place - 2, place - 1)]
    lower, upper = (
        None if one is None else built.value(one, kind) for one in (limits[::-1] if how.highest else limits)
    )
    without = built.value(how.of(others) if others else NOT_RATED, kind)
    return RankBound(number, built.call("and", where, built.call("is rated", number)), lower, upper, without)
