"""Bit columns: the values of one step for a whole batch of LEAs.

A batch has two shapes of column. A column of LEAs has one row for each LEA; a column of student groups has one *lane*
of rows for each student group of the vocabulary, lane after lane. A set of rows is a plain integer with one bit for
each row, so that `and` of a whole state is one `&`. There are three kinds of column, and what none of them places
is unknown:

- `Answers`: the rows for which the answer is yes, and those for which it is no.
- `Names`: the rows that have each name (a level, an outcome), and those known to have none.
- `Numbers`: exact numbers, each a numerator over a denominator, the rows that have one and those known to have none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cached_property, lru_cache, reduce
from itertools import compress
from operator import or_
from types import MappingProxyType
from typing import Final, NamedTuple

from attrs import field, frozen

from rulelang.core.aggregates import Range
from rulelang.core.tree import NOT_RATED, Value

FEW = 64
"""Below this number of rows, a set is built with one shift for each row."""

SPARSE = 8
"""A set with fewer rows than one in this many is walked row by row, not flag by flag."""


class Answers(NamedTuple):
    """The rows for which the answer is yes and those for which it is no; the other rows are unknown."""

    yes: int
    no: int


class Names(NamedTuple):
    """The rows that have each name, those that have any, and those known to have none; the other rows are unknown."""

    by_name: Mapping[str, int]
    present: int
    absent: int


NO_RANGES: Final[Mapping[int, Range]] = MappingProxyType({})


class Numbers(NamedTuple):
    """Exact numbers: the rows that have one, the rows known to have none, and for each row the fraction.

    `tops` has a numerator for every row, whatever it is where there is no number; `bottoms` is the denominator of all
    rows, or one for each. No denominator is zero or negative. `ranges` has what is known of some numbers that are
    unknown.
    """

    known: int
    absent: int
    tops: Sequence[int]
    bottoms: int | Sequence[int]
    ranges: Mapping[int, Range] = NO_RANGES

    def denominators(self) -> Sequence[int]:
        """Return the denominator of each row."""
        return [self.bottoms] * len(self.tops) if isinstance(self.bottoms, int) else self.bottoms

    def pair_at(self, row: int) -> tuple[int, int]:
        """Return the numerator and the denominator of a row that has a number."""
        return self.tops[row], self.bottoms if isinstance(self.bottoms, int) else self.bottoms[row]

    def at(self, row: int) -> Fraction:
        """Return the number of a row that has one."""
        return Fraction(*self.pair_at(row))


Column = Answers | Names | Numbers


def names_of(by_name: Mapping[str, int], absent: int) -> Names:
    """Return a column of names from the rows that have each name and the rows known to have none."""
    return Names(by_name, union(by_name.values()), absent)


def union(sets: Iterable[int]) -> int:
    """Return the rows that are in any of some sets."""
    return reduce(or_, sets, 0)


@frozen(slots=False)
class Shape:
    """How the rows of a batch lie: `size` LEAs, and `groups` lanes of student groups."""

    size: int
    groups: int
    _of_lanes: dict[tuple[int, ...], int] = field(factory=dict, init=False, repr=False, eq=False)

    @cached_property
    def leas(self) -> int:
        """Return the rows of all LEAs."""
        return (1 << self.size) - 1

    @cached_property
    def everyone(self) -> int:
        """Return the rows of all student groups."""
        return self.spread(self.leas)

    @cached_property
    def group_rows(self) -> int:
        """Return the length of a column of student groups."""
        return self.size * self.groups

    @cached_property
    def by_lane(self) -> Sequence[int]:
        """Return the rows of each student group."""
        return [self.leas << lane * self.size for lane in range(self.groups)]

    def of_lanes(self, lanes: tuple[int, ...]) -> int:
        """Return the rows of some student groups."""
        if lanes not in self._of_lanes:
            self._of_lanes[lanes] = union(self.by_lane[lane] for lane in lanes)
        return self._of_lanes[lanes]

    def spread(self, leas: int) -> int:
        """Return the rows of all student groups of some LEAs."""
        if not leas or not self.groups:
            return 0
        for shift in self._doublings:
            leas |= leas << shift
        return leas

    @cached_property
    def _doublings(self) -> Sequence[int]:
        """Return how far to shift the lanes that are filled, so that as many more are, until all of them are."""
        filled = [1 << at for at in range((self.groups - 1).bit_length())]
        return [min(lanes, self.groups - lanes) * self.size for lanes in filled]

    def lanes(self, rows: int) -> list[int]:
        """Return the LEAs that are among some rows, lane by lane."""
        return [rows >> lane * self.size & self.leas for lane in range(self.groups)]

    def joined(self, lanes: Sequence[int]) -> int:
        """Return the rows of student groups, given the LEAs of each lane."""
        rows = 0
        for leas in reversed(lanes):
            rows = rows << self.size | leas
        return rows

    def spread_column(self, column: Column) -> Column:
        """Return a column of LEAs as a column of student groups: each group has its LEA's value."""
        return mapped(column, self.spread, lambda: list(range(self.size)) * self.groups)

    def lane_column(self, column: Column, lane: int) -> Column:
        """Return the column of one student group as a column of LEAs."""
        start = lane * self.size
        return mapped(column, lambda rows: rows >> start & self.leas, lambda: range(start, start + self.size))


def mapped(column: Column, rows: Callable[[int], int], sources: Callable[[], Sequence[int]]) -> Column:
    """Return a column with other rows: what `rows` makes of each of its sets, and the numbers of its rows `sources`.

    A source below 0 is none. They are asked for only where there are numbers, as few columns have any.
    """
    match column:
        case Answers(yes, no):
            return Answers(rows(yes), rows(no))
        case Names(by_name, present, absent):
            return Names({name: rows(some) for name, some in by_name.items()}, rows(present), rows(absent))
        case Numbers(known, absent, tops, bottoms, ranges):
            places = sources()
            above = [tops[at] if at >= 0 else 0 for at in places]
            below = bottoms if isinstance(bottoms, int) else [bottoms[at] if at >= 0 else 1 for at in places]
            found = {row: ranges[at] for row, at in enumerate(places) if at in ranges} if ranges else NO_RANGES
            return Numbers(rows(known), rows(absent), above, below, found)


@lru_cache(maxsize=64)
def shape_of(size: int, groups: int) -> Shape:
    """Return the shape of a batch of LEAs, with a lane for each student group."""
    return Shape(size, groups)


# ---- Between sets of rows and one value for each row ----


def flags(rows: int, length: int) -> bytes:
    """Return whether each of the first rows is in a set, as the bytes 0 and 1."""
    return f"{rows:0{length}b}".encode()[::-1].translate(_AS_NUMBERS) if length else b""


def rows_where(values: bytes | bytearray) -> int:
    """Return the rows whose byte is 1, given a byte 0 or 1 for each row."""
    return int(values[::-1].translate(_AS_DIGITS), 2) if values else 0


def rows_at(places: Sequence[int]) -> int:
    """Return the set of some rows."""
    if len(places) < FEW:
        rows = 0
        for place in places:
            rows |= 1 << place
        return rows
    values = bytearray(max(places) + 1)
    for place in places:
        values[place] = 1
    return rows_where(bytes(values))


def places_of(rows: int) -> Iterator[int]:
    """Yield the rows of a set, in ascending order."""
    length = rows.bit_length()
    if length <= 8 * FEW:
        while rows:
            lowest = rows & -rows
            yield lowest.bit_length() - 1
            rows ^= lowest
        return
    there = flags(rows, length)
    if SPARSE * rows.bit_count() > length:
        yield from compress(range(length), there)
        return
    place = there.find(1)
    while place >= 0:
        yield place
        place = there.find(1, place + 1)


_AS_NUMBERS = bytes.maketrans(b"01", b"\0\1")
_AS_DIGITS = bytes.maketrans(b"\0\1", b"01")


@frozen
class Decoded:
    """The values of a column row by row: for each row a byte, the place of its value in `values`; 0 is unknown."""

    codes: bytes
    values: tuple[Value, ...] = field(default=(None,))

    def at(self, row: int) -> Value:
        """Return the value of a row."""
        return self.values[self.codes[row]]


MOST_NAMES = 250
"""The most names that a column can have for its values to fit into a byte for each row."""


def decoded(column: Column, length: int) -> Decoded | None:
    """Return the values of a column row by row; None for numbers, and for more names than fit into a byte."""
    match column:
        case Answers(yes, no):
            sets: list[tuple[Value, int]] = [(True, yes), (False, no)]
        case Names(by_name, _, absent) if len(by_name) < MOST_NAMES:
            sets = [(NOT_RATED, absent), *by_name.items()]
        case _:
            return None
    codes = 0
    for code, (_, rows) in enumerate(sets, 1):
        if rows:
            codes |= int.from_bytes(flags(rows, length), "little") * code
    return Decoded(codes.to_bytes(length, "little"), (None, *(value for value, _ in sets)))


def value_at(column: Column, row: int) -> Value:
    """Return the value of one row: an answer, a name, a number, NOT_RATED, or None if it is unknown."""
    bit = 1 << row
    match column:
        case Answers(yes, no):
            return True if yes & bit else False if no & bit else None
        case Names(by_name, _, absent):
            found = next((name for name, rows in by_name.items() if rows & bit), None)
            return NOT_RATED if found is None and absent & bit else found
        case Numbers(known, absent):
            return column.at(row) if known & bit else NOT_RATED if absent & bit else None
