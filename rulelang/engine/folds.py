"""Folds of the values of a column: for each row of the result, one value from those of its members.

The members of a row are a slice of another column: the entities behind it in its family, or the rows of its student
groups.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from typing import Final

from attrs import frozen

from rulelang.core.aggregates import Aggregate, Range, Ranked, Values, number_of, share_of
from rulelang.core.tree import Combination
from rulelang.core.truth import Quantity
from rulelang.engine.arithmetic import as_numbers
from rulelang.engine.choices import as_answers, known_rows
from rulelang.engine.columns import Answers, Column, Numbers, flags, rows_at, rows_where


@frozen
class Members:
    """The rows that a fold goes over: for each row of its result a slice of a column of some length.

    `eligible` are the rows of that column that can be members at all.
    """

    slices: Sequence[slice]
    eligible: int
    length: int

    def sure(self, where: Column) -> Answers:
        """Return which rows are surely members, and which of those that can be surely are not."""
        answers = as_answers(where)
        return Answers(answers.yes & self.eligible, answers.no & self.eligible)

    def possible(self, member: Answers) -> int:
        """Return the rows of which it is unknown whether they are members."""
        return self.eligible & ~(member.yes | member.no)

    def counted(self, rows: int) -> Sequence[int]:
        """Return how many of some rows are in each slice."""
        found = flags(rows, self.length)
        return [found[one].count(1) for one in self.slices]


def quantity_of_members(quantity: Quantity, members: Members, where: Column, met: Column) -> Answers:
    """Return, for each row, whether its members meet a condition in the quantity asked for."""
    member, answers = members.sure(where), as_answers(met)
    unsure = members.eligible & ~known_rows(answers)
    sorts = (member.yes, members.possible(member))
    ways = [members.counted(rows & one) for rows in sorts for one in (answers.yes, answers.no, unsure)]
    verdicts = [quantity.verdict(way) for way in zip(*ways, strict=True)]
    yes, no = (rows_where(bytes([one is answer for one in verdicts])) for answer in (True, False))
    return Answers(yes, no)


def made_of_members(how: Aggregate | Ranked, members: Members, where: Column, of: Column) -> Numbers:
    """Return, for each row, the number that the fold gives for the values of its members."""
    if how in (Aggregate.NUMBER, Aggregate.SHARE):
        return _counted(how, members, members.sure(where), as_answers(of))
    return _numbers([one.made(how) for one in values_of_members(members, where, of)])


NO_VALUES: Final = Values(())


def values_of_members(members: Members, where: Column, of: Column) -> Iterator[Values]:
    """Yield, for each row, the values of its members."""
    member = members.sure(where)
    numbers = as_numbers(of, members.length)
    possible = members.possible(member)
    sorts = (member.yes & numbers.known, possible & numbers.known, (member.yes | possible) & ~known_rows(numbers))
    sure, may_be, unknown = (flags(rows, members.length) for rows in sorts)
    for one in members.slices:
        rows = range(*one.indices(members.length))
        if not rows:
            yield NO_VALUES
            continue
        known, open_ = ([numbers.at(at) for at in rows if there[at]] for there in (sure, may_be))
        yield Values(known, open_, unknown[one].count(1))


def _counted(how: Aggregate | Ranked, members: Members, member: Answers, met: Answers) -> Numbers:
    """Return how many members meet a condition, or their share; a share of no members is absent."""
    sorts = (member.yes, members.possible(member))
    ways = [members.counted(rows & one) for rows in sorts for one in (met.yes, met.no, ~known_rows(met))]
    make = number_of if how is Aggregate.NUMBER else share_of
    return _numbers([make(way) for way in zip(*ways, strict=True)])


def _numbers(found: Sequence[Range | Fraction | None]) -> Numbers:
    """Return a column of numbers, None for one that is absent."""
    ranges = {row: one for row, one in enumerate(found) if isinstance(one, Range)}
    known = [one if one is not None and not isinstance(one, Range) else Fraction(0) for one in found]
    absent = rows_where(bytes([one is None for one in found]))
    there = (1 << len(found)) - 1 & ~absent & ~rows_at([*ranges])
    return Numbers(there, absent, [one.numerator for one in known], [one.denominator for one in known], ranges)


def members_ignored(how: Combination, members: Iterable[int], where: Column, of: Column) -> frozenset[int]:
    """Return the rows that make no difference to the number of a fold, whether they are members or not."""
    if isinstance(how, Quantity) or not isinstance(of, Numbers):
        return frozenset()
    answers = as_answers(where)
    there = [one for one in members if not (answers.no | of.absent) >> one & 1]
    numbers = {one: of.at(one) for one in there if of.known >> one & 1}
    possible = {one: value for one, value in numbers.items() if not answers.yes >> one & 1}
    sure = [value for one, value in numbers.items() if one not in possible]
    unknown = len(there) - len(numbers)
    ignored = Values(sure, [*possible.values()], unknown).ignored(how)
    return frozenset(one for one, value in possible.items() if ignored.holds(value))
