"""What an evaluation writes down: a value of every step, for the LEA or for each student group.

Answers are kept for all student groups at once, as two whole numbers with a bit for each group: those for which the
answer is yes, and those for which it is no; where neither bit is set it cannot be told. So `and` and `or` of fourteen
groups are one operation on whole numbers. What is true of the LEA is true of each of its groups, so an answer of the
LEA has all bits alike. The levels of a field are kept by level, with the groups that have it. Everything else is kept
as plain columns of values.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from functools import lru_cache

from attrs import define, frozen

from rulelang.core.tree import NOT_RATED, Value
from rulelang.core.truth import Truth
from rulelang.core.vocabulary import Scope
from rulelang.engine.row_meaning import Column
from rulelang.engine.steps import Step

Level = Value
"""A level of a field, or its number."""


class Form(Enum):
    """How the values of a step are kept."""

    VALUES = "a column of values"
    ANSWERS = "a bit for each student group"
    LEVELS = "the student groups that have each level"


@define(eq=False)
class Sheet:
    """The values of all steps for one LEA, each list by position.

    Answers stand in `yes` and `no`. A step kept as levels has there the student groups that are rated and those that
    are known not to be, and in `levels` the groups of each level. Any other step stands in `values`, and in `yes` and
    `no` too where an answer is made of it.
    """

    yes: list[int]
    no: list[int]
    values: list[Column]
    levels: list[Mapping[Level, int]]

    def copy(self) -> Sheet:
        """Return a sheet to write the values of another LEA on."""
        return Sheet(self.yes.copy(), self.no.copy(), self.values.copy(), self.levels.copy())


@frozen(eq=False)
class SheetReader:
    """Reads values off a sheet. `width` is how many student groups there are."""

    steps: tuple[Step, ...]
    forms: tuple[Form, ...]
    width: int

    def column(self, sheet: Sheet, position: int) -> Column:
        """Return the values of a step: one for the LEA, or one for each student group."""
        form = self.forms[position]
        if form is Form.VALUES:
            return sheet.values[position]
        if form is Form.LEVELS:
            return by_group(sheet.levels[position], sheet.no[position], self.width)
        of_lea = self.steps[position].scope is Scope.LEA
        return unpacked(sheet.yes[position], sheet.no[position], 1 if of_lea else self.width)


@lru_cache(maxsize=1 << 14)
def unpacked(yes: int, no: int, width: int) -> tuple[Truth, ...]:
    """Return the answers that stand in two numbers as a column."""
    return tuple([True if yes >> at & 1 else False if no >> at & 1 else None for at in range(width)])


def packed(column: Sequence[Value], everyone: int) -> tuple[int, int]:
    """Return a column of answers as two numbers; a single answer is that of every group."""
    if len(column) == 1:
        return (everyone if column[0] is True else 0), (everyone if column[0] is False else 0)
    yes = no = 0
    bit = 1
    for answer in column:
        if answer is True:
            yes |= bit
        elif answer is False:
            no |= bit
        bit <<= 1
    return yes, no


def by_group(levels: Mapping[Level, int], not_rated: int, width: int) -> Column:
    """Return a column of levels, given the groups that have each level and those that are not rated."""
    column: list[Value] = [NOT_RATED if not_rated >> at & 1 else None for at in range(width)]
    for level, groups in levels.items():
        for at in bits_of(groups):
            column[at] = level
    return tuple(column)


def bits_of(number: int) -> Iterable[int]:
    """Yield the places of the bits that are set, lowest first."""
    while number:
        lowest = number & -number
        yield lowest.bit_length() - 1
        number ^= lowest
