"""What a fold can make of values: their sum, the highest of them, or the one that bounds a share of them."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from fractions import Fraction
from math import ceil

from attrs import frozen


class Aggregate(Enum):
    """How a fold combines values other than answers to be counted.

    A value that is known to be absent is left out. Where nothing is left, a sum is 0 and any other aggregate is absent.
    Each of them, and `Ranked`, is unknown if a value is, or if it is unknown whether something is a member.
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

    def of(self, values: Sequence[Fraction]) -> Fraction:
        """Return the value that bounds the share of some values, of which there is at least one."""
        return sorted(values, reverse=self.highest)[self.place(len(values)) - 1]

    def place(self, number: int) -> int:
        """Return the place among so many values, counted from 1."""
        return ceil(Fraction(self.percent * number, 100))
