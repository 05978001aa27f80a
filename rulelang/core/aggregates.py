"""What a fold can make of values: their sum, the highest of them, or the one that bounds a share of them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from enum import Enum
from fractions import Fraction
from math import ceil

from attrs import frozen


class Aggregate(Enum):
    """How a fold combines values other than answers to be counted.

    A value that is known to be absent is left out. Where nothing is left, a sum is 0 and any other aggregate is absent.
    If a value is unknown, or whether something is a member, what is made of them has a `Range`; a sum or an average is
    unknown.
    """

    SUM = "sum"
    HIGHEST = "highest"
    LOWEST = "lowest"
    AVERAGE = "average"
    NUMBER = "number"
    """How many meet the condition."""
    SHARE = "share"
    """How many meet the condition, divided by how many there are; absent if there are none."""
    ONLY = "only"
    """The value of the only thing; unknown if there is none."""


@frozen
class Ranked:
    """A fold to the value that bounds the lowest, or the highest, so many percent of the values.

    It is the value at the place, from that end, which is the percentage of how many there are, rounded up to a whole
    place. So at least this share of the values is at or beyond it, all that equal it among them.
    """

    percent: Fraction
    highest: bool = False

    def place(self, number: int) -> int:
        """Return the place among a number of values, counted from 1."""
        return ceil(Fraction(self.percent * number, 100))


@frozen
class Range:
    """What a number can be whose parts are not all known: from `lowest` to `highest`, None where there is no end.

    It may also be absent. Both ends are numbers that it can be.
    """

    lowest: Fraction | None = None
    highest: Fraction | None = None
    may_be_absent: bool = True

    def settled(self) -> Range | Fraction:
        """Return the number if it can be only one, otherwise the range."""
        one = self.lowest if self.lowest == self.highest and not self.may_be_absent else None
        return self if one is None else one


@frozen
class Values:
    """The values that a fold makes a number of.

    `sure` are those of sure members, `possible` those of things of which it is unknown whether they are members; of
    `unknown` others it is unknown which value they have, if any.
    """

    sure: Sequence[Fraction]
    possible: Sequence[Fraction] = ()
    unknown: int = 0

    def made(self, how: Aggregate | Ranked) -> Range | Fraction | None:
        """Return the folded value; None if it is absent."""
        if not (self.possible or self.unknown):
            return _of_known(how, self.sure)
        if isinstance(how, Ranked):
            return self.at(how.place, from_highest=how.highest).settled()
        if how in (Aggregate.HIGHEST, Aggregate.LOWEST):
            return self.at(lambda _: 1, from_highest=how is Aggregate.HIGHEST).settled()
        return Range()

    def ignored(self, how: Aggregate | Ranked) -> Ignored:
        """Return the possible values that do not change the folded value; none where that is no single value.

        One that lies beyond the place changes nothing if one more leaves the place where it is; one that lies before it
        does not if one more always moves the place by one.
        """
        is_place = isinstance(how, Ranked) or how in (Aggregate.HIGHEST, Aggregate.LOWEST)
        if not (is_place and self.sure):
            return Ignored()
        place = how.place if isinstance(how, Ranked) else lambda _: 1
        from_highest = how.highest if isinstance(how, Ranked) else how is Aggregate.HIGHEST
        found = self.at(place, from_highest=from_highest)
        fewest, most = len(self.sure), len(self.sure) + len(self.possible) + self.unknown
        stays, moves = place(fewest) == place(most), place(most) - place(fewest) == most - fewest
        if from_highest:
            stays, moves = moves, stays
        return Ignored(found.highest if stays else None, found.lowest if moves else None)

    def at(self, place: Callable[[int], int], *, from_highest: bool = False) -> Range:
        """Return the value at a place, counted from 1, that depends on how many values there are."""
        if not from_highest:
            return _at(place, sorted(self.sure), sorted(self.possible), self.unknown)
        sure, possible = (sorted(-one for one in some) for some in (self.sure, self.possible))
        found = _at(place, sure, possible, self.unknown)
        low, high = (None if one is None else -one for one in (found.highest, found.lowest))
        return Range(low, high, may_be_absent=found.may_be_absent)


@frozen
class Ignored:
    """The values that cannot change the one at a place, whether they are among the others or not.

    They are those from `lowest` up, or those up to `highest`; None if there are none on that side.
    """

    lowest: Fraction | None = None
    highest: Fraction | None = None

    def holds(self, value: Fraction) -> bool:
        """Return whether a value is one of them."""
        is_above = self.lowest is not None and value >= self.lowest
        return is_above or (self.highest is not None and value <= self.highest)


def _of_known(how: Aggregate | Ranked, values: Sequence[Fraction]) -> Fraction | None:
    if how is Aggregate.SUM:
        return sum(values, Fraction())
    if not values:
        return None
    if isinstance(how, Ranked):
        return sorted(values, reverse=how.highest)[how.place(len(values)) - 1]
    if how is Aggregate.AVERAGE:
        return Fraction(sum(values, Fraction()), len(values))
    return max(values) if how is Aggregate.HIGHEST else min(values)


def _at(place: Callable[[int], int], sure: Sequence[Fraction], possible: Sequence[Fraction], unknown: int) -> Range:
    """Return the value at a place from the lowest of some values in order.

    A number is at most this value if fewer than the place are below it. That is hardest where all that may be below it
    are, and nothing else is there that need not be; it is easiest the other way round.
    """
    every = sorted([*sure, *possible])

    def may_be_above(number: Fraction) -> bool:
        added = bisect_left(possible, number) + unknown
        return bisect_left(sure, number) + added >= max(1, place(len(sure) + added))

    def is_above(number: Fraction) -> bool:
        added = len(possible) - bisect_left(possible, number) + unknown
        return bisect_left(sure, number) >= place(len(sure) + added)

    low, high = (bisect_left(every, True, key=one) for one in (may_be_above, is_above))
    has_no_end = unknown > 0 and len(sure) < place(len(sure) + unknown)
    lowest, highest = every[low - 1] if low else None, None if has_no_end else every[high - 1]
    return Range(lowest, highest, may_be_absent=not sure)


def number_of(counts: Sequence[int]) -> Range | Fraction:
    """Return how many meet a condition, given how many there are of each sort (`Quantity.verdict`)."""
    met, _, *more = counts
    unsure, possibly_met, _, possibly_unsure = more
    if not any(more):
        return Fraction(met)
    return Range(Fraction(met), Fraction(met + unsure + possibly_met + possibly_unsure), may_be_absent=False).settled()


def share_of(counts: Sequence[int]) -> Range | Fraction | None:
    """Return how many meet a condition of all that are members, given the same; None if there are none at all."""
    met, unmet, unsure, possibly_met, possibly_unmet, possibly_unsure = counts
    if not any(counts):
        return None
    surely = met + unmet + unsure
    others_unmet, others_met = possibly_unmet + possibly_unsure, possibly_met + possibly_unsure
    least = Fraction(met, surely + others_unmet) if surely + others_unmet else Fraction(1)
    most = Fraction(met + unsure + others_met, surely + others_met) if surely + others_met else Fraction(0)
    return Range(least, most, may_be_absent=not surely).settled()
