"""Folds of the values of a column: for each row of the result, what is made of the values of its members.

The members of a row are a slice of another column: the entities behind it in its family, or the rows of its student
groups.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction

from attrs import frozen

from rulelang.core.aggregates import Aggregate, Ranked
from rulelang.core.truth import Quantity
from rulelang.engine.choices import as_answers, known_rows
from rulelang.engine.columns import Answers, Column, Numbers, flags, rows_where


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
    """Return, for each row, the number that is made of the values of its members."""
    if how in (Aggregate.NUMBER, Aggregate.SHARE):
        return _counted(how, members, members.sure(where), as_answers(of))
    member = members.sure(where)
    numbers = of if isinstance(of, Numbers) else Numbers(0, 0, [0] * members.length, 1)
    open_ = (members.possible(member) & ~numbers.absent) | (member.yes & ~known_rows(numbers))
    there = flags(member.yes & numbers.known, members.length)
    found: list[Fraction | None] = []
    for one in members.slices:
        values = [numbers.at(at) for at in range(*one.indices(members.length)) if there[at]]
        found.append(_made(how, values) if values or how is Aggregate.SUM else None)
    return _numbers(found, members.counted(open_))


def _counted(how: Aggregate | Ranked, members: Members, member: Answers, met: Answers) -> Numbers:
    """Return how many members meet a condition, or which share of them; absent if there are none of whom to take it."""
    doubtful = members.possible(member)
    open_ = (doubtful if how is Aggregate.SHARE else doubtful & ~met.no) | (member.yes & ~known_rows(met))
    counted = members.counted(member.yes & met.yes)
    wholes = members.counted(member.yes) if how is Aggregate.SHARE else [1] * len(counted)
    found = [Fraction(part, whole) if whole else None for part, whole in zip(counted, wholes, strict=True)]
    return _numbers(found, members.counted(open_))


def _numbers(found: Sequence[Fraction | None], unsettled: Sequence[int]) -> Numbers:
    """Return a column of numbers, None for one that is absent; unknown wherever anything is unsettled."""
    settled = rows_where(bytes([not one for one in unsettled]))
    there = rows_where(bytes([one is not None for one in found]))
    tops, bottoms = ([getattr(one, part, 1) for one in found] for part in ("numerator", "denominator"))
    return Numbers(settled & there, settled & ~there, tops, bottoms)


def _made(how: Aggregate | Ranked, values: Sequence[Fraction]) -> Fraction:
    return how.of(values) if isinstance(how, Ranked) else _AGGREGATES[how](values)


_AGGREGATES: Mapping[Aggregate, Callable[[Sequence[Fraction]], Fraction]] = {
    Aggregate.SUM: lambda values: sum(values, Fraction()),
    Aggregate.HIGHEST: max,
    Aggregate.LOWEST: min,
    Aggregate.AVERAGE: lambda values: Fraction(sum(values, Fraction()), len(values)),
}
