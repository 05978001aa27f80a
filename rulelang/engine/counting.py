"""Counting on bit columns: how many things hold in each row, and what a quantity makes of the count.

The count of all rows at once is bit-sliced: a few integers, *planes*, where plane k holds bit k of each row's count.
Adding a thing is a half adder; comparing with a number goes from the highest plane down.

Two things are known about each thing, surely or possibly: whether it is a member, one of the things that are counted,
and whether it meets the condition. `core.truth.Quantity.judge` defines the answer as what all ways the unknowns could
turn out agree on. Here it is the answer to two questions for each amount, *surely* (no way fails) and *possibly* (some
way holds), each a few comparisons of counts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import zip_longest
from math import gcd
from typing import Final, NamedTuple

from attrs import field, frozen

from rulelang.core.truth import Amount, Quantity
from rulelang.engine.columns import Answers, union


@frozen(eq=False)
class Ladder:
    """A count of rows whose sets are not known yet: rung k holds those counted k times or more.

    Sets like that are no integers (`reasoning.circuit`). What follows from some of them is seen from a ladder sooner
    than from planes. A rung is made when it is first asked for, as most questions are about low ones.
    """

    top: int
    _make: Callable[[int], int]
    _made: dict[int, int] = field(factory=dict, init=False)

    def rung(self, number: int) -> int:
        """Return the rows that are counted at least a number of times: all of them where it is 0."""
        if number not in self._made:
            self._made[number] = -1 if number == 0 else self._make(number) if number <= self.top else 0
        return self._made[number]


_NOTHING: Final = Ladder(0, lambda _: 0)

Planes = Sequence[int] | Ladder


def count(sets: Iterable[int]) -> Planes:
    """Return in how many of some sets each row is."""
    listed = list(sets)
    planes: list[int] = []
    for rows in listed:
        if not isinstance(rows, int):
            return _ladder(listed)
        carry, at = rows, 0
        while carry:
            if at == len(planes):
                planes.append(carry)
                break
            planes[at], carry = planes[at] ^ carry, planes[at] & carry
            at += 1
    return planes


def _ladder(sets: Iterable[int]) -> Ladder:
    ladders = list(map(_single, sets))
    while len(ladders) > 1:
        ladders = [_joined(*pair) for pair in zip_longest(ladders[::2], ladders[1::2], fillvalue=_NOTHING)]
    return ladders[0]


def _single(rows: int) -> Ladder:
    return Ladder(1, lambda _: rows)


def _joined(first: Ladder, second: Ladder) -> Ladder:
    """Return the ladder that counts the sets of two ladders together."""

    def made(number: int) -> int:
        by_first = range(max(0, number - second.top), min(number, first.top) + 1)
        return union(first.rung(by) & second.rung(number - by) for by in by_first)

    return Ladder(first.top + second.top, made)


def at_least(number: int, planes: Planes, everyone: int) -> int:
    """Return the rows whose count is at least a number."""
    if number <= 0:
        return everyone
    if isinstance(planes, Ladder):
        return everyone & planes.rung(number)
    above, equal = 0, everyone
    for at in reversed(range(max(len(planes), number.bit_length()))):
        plane = planes[at] if at < len(planes) else 0
        if number >> at & 1:
            equal &= plane
        else:
            above |= equal & plane
            equal &= ~plane
    return above | equal


def more(first: Planes, second: Planes, everyone: int) -> int:
    """Return the rows in which the first count is higher than the second."""
    if isinstance(first, Ladder) or isinstance(second, Ladder):
        most = first.top if isinstance(first, Ladder) else 1 << len(first)
        higher = [
            at_least(number, first, everyone) & ~at_least(number, second, everyone) for number in range(1, most + 1)
        ]
        return union(higher)
    above, equal = 0, everyone
    for at in reversed(range(max(len(first), len(second)))):
        one = first[at] if at < len(first) else 0
        other = second[at] if at < len(second) else 0
        above |= equal & one & ~other
        equal &= ~(one ^ other)
    return above


def times(number: int, planes: Planes) -> Planes:
    """Return a count multiplied by a number."""
    if isinstance(planes, Ladder):
        return Ladder(number * planes.top, lambda rung: planes.rung(-(-rung // number)))
    found: Sequence[int] = []
    for at in range(number.bit_length()):
        if number >> at & 1:
            found = _plus(found, [*[0] * at, *planes])
    return found


def _plus(first: Sequence[int], second: Sequence[int]) -> Sequence[int]:
    carry, planes = 0, []
    for one, other in zip_longest(first, second, fillvalue=0):
        planes.append(one ^ other ^ carry)
        carry = one & other | carry & (one ^ other)
    return [*planes, carry] if carry else planes


Thing = tuple[Answers, Answers]
"""Whether a thing is a member, and whether it meets the condition."""


class Tallied(NamedTuple):
    """The things that are counted, and how many of each sort there are in each row, where an amount asks for it.

    `everyone` are the rows of the count. The things are columns of the same rows, or, where `split` gives the lanes of
    a column of student groups, one such column in which every group is a thing; `eligible` are the rows of the things
    that can be members at all.
    """

    things: Sequence[Thing]
    everyone: int
    eligible: int
    split: Callable[[int], Sequence[int]] | None = None

    def _count(self, sets: Sequence[int]) -> Planes:
        return count(sets if self.split is None else self.split(sets[0] & self.eligible))

    def met(self) -> Planes:
        """Count the sure members that surely meet the condition."""
        return self._count([member.yes & met.yes for member, met in self.things])

    def may_be_met(self) -> Planes:
        """Count the things that may be members and meet the condition."""
        return self._count([self.eligible & ~(member.no | met.no) for member, met in self.things])

    def surely_met_if_member(self) -> Planes:
        """Count the things that may be members and, if they are, surely meet the condition."""
        return self._count([met.yes & ~member.no for member, met in self.things])

    def unmet(self) -> Planes:
        """Count the sure members that surely do not meet the condition."""
        return self._count([member.yes & met.no for member, met in self.things])

    def may_be_unmet(self) -> Planes:
        """Count the things that may be members and not meet the condition."""
        return self._count([self.eligible & ~(member.no | met.yes) for member, met in self.things])

    def members(self) -> Planes:
        """Count the sure members."""
        return self._count([member.yes for member, _ in self.things])

    def helpful_members(self) -> Planes:
        """Count the sure members, and the possible members that could meet the condition."""
        return self._count([member.yes | (self.eligible & ~(member.no | met.no)) for member, met in self.things])

    def most_members(self) -> Planes:
        """Count the things that may be members."""
        return self._count([self.eligible & ~member.no for member, _ in self.things])

    def has(self, number: int, planes: Planes) -> int:
        """Return the rows whose count is at least a number."""
        return at_least(number, planes, self.everyone)

    def lacks(self, number: int, planes: Planes) -> int:
        """Return the rows whose count is below a number."""
        return self.everyone & ~at_least(number, planes, self.everyone)


def quantity_of(quantity: Quantity, tallied: Tallied) -> Answers:
    """Return, for each row, whether the things that meet the condition are the quantity asked for."""
    surely, possibly = _QUESTIONS[quantity.amount](tallied, quantity.number)
    return Answers(surely, tallied.everyone & ~possibly)


def _at_least(tallied: Tallied, number: int) -> tuple[int, int]:
    return tallied.has(number, tallied.met()), tallied.has(number, tallied.may_be_met())


def _at_most(tallied: Tallied, number: int) -> tuple[int, int]:
    return tallied.lacks(number + 1, tallied.may_be_met()), tallied.lacks(number + 1, tallied.met())


def _exactly(tallied: Tallied, number: int) -> tuple[int, int]:
    met, may_be_met = tallied.met(), tallied.may_be_met()
    surely = tallied.has(number, met) & tallied.lacks(number + 1, may_be_met)
    return surely, tallied.has(number, may_be_met) & tallied.lacks(number + 1, met)


def _every(tallied: Tallied, _: int) -> tuple[int, int]:
    return _all_of(tallied, tallied.met(), tallied.may_be_met())


def _all_of(tallied: Tallied, met: Planes, may_be_met: Planes) -> tuple[int, int]:
    """Return where at least one meets the condition, and none does not."""
    surely = tallied.lacks(1, tallied.may_be_unmet()) & tallied.has(1, met)
    return surely, tallied.lacks(1, tallied.unmet()) & tallied.has(1, may_be_met)


def _at_least_or_all(tallied: Tallied, number: int) -> tuple[int, int]:
    met, may_be_met = tallied.met(), tallied.may_be_met()
    every, may_be_every = _all_of(tallied, met, may_be_met)
    return tallied.has(number, met) | every, tallied.has(number, may_be_met) | may_be_every


def _every_but(tallied: Tallied, number: int) -> tuple[int, int]:
    """Return where exactly this many do not meet the condition, and at least one does."""
    unmet, may_be_unmet = tallied.unmet(), tallied.may_be_unmet()
    no_more = tallied.lacks(number + 1, may_be_unmet)
    surely = tallied.has(number, unmet) & no_more & tallied.has(1, tallied.met())
    can_miss_as_many = tallied.lacks(number + 1, unmet) & tallied.has(number, may_be_unmet)
    # At least one must meet the condition besides those that do not: whatever is unsure can be only one of them.
    one_left = tallied.has(1, tallied.may_be_met()) & (
        tallied.has(1, tallied.surely_met_if_member()) | tallied.has(number + 1, may_be_unmet)
    )
    return surely, can_miss_as_many & one_left


def _majority(tallied: Tallied, number: int) -> tuple[int, int]:
    """Return where there are at least this many, and more of them meet the condition than do not."""
    met, may_be_met = tallied.met(), tallied.may_be_met()
    surely = tallied.has(number, tallied.members()) & more(met, tallied.may_be_unmet(), tallied.everyone)
    # Those that may be left out help if they can meet the condition; the others count only to reach the number, and
    # then more than half of that number has to meet it.
    enough = tallied.has(number, tallied.helpful_members())
    more_met = more(may_be_met, tallied.unmet(), tallied.everyone)
    by_others = tallied.has(number, tallied.most_members()) & tallied.has(number // 2 + 1, may_be_met)
    return surely, (enough & more_met) | (by_others & ~enough)


def _percent(tallied: Tallied, number: int) -> tuple[int, int]:
    """Return where this percentage meets the condition: weights make up for those that do not."""
    for_met, for_unmet = (100 - number) // gcd(100, number), number // gcd(100, number)

    def enough(met: Planes, unmet: Planes) -> int:
        short = more(times(for_unmet, unmet), times(for_met, met), tallied.everyone)
        return tallied.has(1, met) & ~short

    return enough(tallied.met(), tallied.may_be_unmet()), enough(tallied.may_be_met(), tallied.unmet())


_QUESTIONS = {
    Amount.AT_LEAST: _at_least,
    Amount.AT_LEAST_OR_ALL: _at_least_or_all,
    Amount.AT_MOST: _at_most,
    Amount.EXACTLY: _exactly,
    Amount.EVERY: _every,
    Amount.EVERY_BUT: _every_but,
    Amount.MAJORITY: _majority,
    Amount.PERCENT: _percent,
}
