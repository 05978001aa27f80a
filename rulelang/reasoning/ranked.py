"""The number that bounds the lowest or highest part of some entities, as one of them sees it that alone can change."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Final

from attrs import evolve, frozen

from rulelang.core.aggregates import Range, Ranked, Values
from rulelang.core.fact_types import FactType
from rulelang.core.operators import FROM_ABOVE, OPERATORS
from rulelang.core.tree import NOT_RATED
from rulelang.reasoning.steps_made import StepsMade

_BY_UPPER: Final = ("at most", "above")
"""The comparisons of a number with one that is never above it, unless it is above the upper limit."""


@frozen
class RankBound:
    """The number that bounds the part: if the entity is ranked, its own number, kept between those of two others.

    `own` and `is_ranked` are positions of steps. Each limit is a range if others are not known; it is `beyond` or
    its negative, which are beyond all numbers, where there is no other beyond the entity's own. `without` is the number
    if the entity is not ranked, None if it is absent.
    """

    own: int
    is_ranked: int
    kind: FactType
    lower: Range
    upper: Range
    beyond: Fraction
    without: Range | Fraction | None

    def number(self, built: StepsMade) -> int:
        """Return the position of the number."""
        limits = self.lower.settled(), self.upper.settled()
        if any(isinstance(one, Range) for one in (*limits, self.without)):
            return built.value(None)
        found = self.own
        for operator, limit in zip(("below", "above"), limits, strict=True):
            if isinstance(limit, Fraction) and abs(limit) != self.beyond:
                at_limit = built.value(limit, self.kind)
                found = built.choice(built.call(operator, self.own, at_limit), at_limit, found)
        return built.choice(self.is_ranked, found, self._without(built))

    def _without(self, built: StepsMade) -> int:
        return built.value(self.without if isinstance(self.without, Fraction) else NOT_RATED, self.kind)

    def compared(self, built: StepsMade, operator: str) -> int:
        """Return the position of the comparison of the entity's own number with this one, which rests on it as well."""
        limit = self.upper if operator in _BY_UPPER else self.lower
        among = compared_with_any(built, operator, self.own, limit, self.beyond)
        if isinstance(self.without, Range):
            without = compared_with_any(built, operator, self.own, self.without)
        else:
            without = built.call(operator, self.own, self._without(built))
        if_known = built.choice(built.call("is rated", self.own), among, built.value(None))
        return built.choice(self.is_ranked, if_known, without)


def compared_with_any(
    built: StepsMade, operator: str, number: int, limit: Range, beyond: Fraction | None = None
) -> int:
    """Return the position of what the comparisons of a number with all numbers of a range agree on.

    An end that is `beyond`, or its negative, is beyond all numbers.
    """
    ends = (limit.highest, limit.lowest) if operator in FROM_ABOVE else (limit.lowest, limit.highest)
    least, most = (
        built.value(is_most)
        if end is None or (limit.may_be_absent and not is_most)
        else built.value(OPERATORS[operator](Fraction(0), end))
        if abs(end) == beyond
        else built.call(operator, number, built.value(end))
        for is_most, end in zip((False, True), ends, strict=True)
    )
    found = least if least == most else built.call("or", least, built.call("and", most, built.value(None)))
    return built.call("and", built.call("is rated", number), found)


def bound_of(built: StepsMade, how: Ranked, others: Values, own: tuple[int, int], kind: FactType) -> RankBound:
    """Return the bound of a part, given the others' numbers and the steps of the own membership and number."""
    where, number = own
    beyond = max(map(abs, (*others.sure, *others.possible)), default=Fraction(0)) + 1
    between = evolve(others, sure=(-beyond, *others.sure, beyond))
    # Of the numbers, two are beyond all and one is missing, the own: then these are the places before it and behind it.
    places: list[Callable[[int], int]] = [lambda size: how.place(size - 1), lambda size: how.place(size - 1) + 1]
    limits = [between.at(place, from_highest=how.highest) for place in places]
    lower, upper = limits[::-1] if how.highest else limits
    is_ranked = built.call("and", where, built.call("is rated", number))
    return RankBound(number, is_ranked, kind, lower, upper, beyond, others.made(how))
