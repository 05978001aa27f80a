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

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cached_property, lru_cache, reduce
from itertools import compress
from operator import or_
from types import MappingProxyType
from typing import Final, NamedTuple

from attrs import field, frozen

from rulelang.core.aggregates import Range
from rulelang.core.tree import NOT_RATED, Value

SMALL = 64
"""The most LEAs for which lanes are packed without a gap; above that, each lane begins at a byte of its own."""

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
    def stride(self) -> int:
        """Return the distance in rows between the beginnings of two lanes."""
        return self.size if self.size < SMALL else (self.size + 7) // 8 * 8

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
        """Return the length of a column of student groups, including the gaps between lanes."""
        return self.stride * self.groups

    @cached_property
    def by_lane(self) -> Sequence[int]:
        """Return the rows of each student group."""
        return [self.leas << lane * self.stride for lane in range(self.groups)]

    def of_lanes(self, lanes: tuple[int, ...]) -> int:
        """Return the rows of some student groups."""
        if lanes not in self._of_lanes:
            self._of_lanes[lanes] = union(self.by_lane[lane] for lane in lanes)
        return self._of_lanes[lanes]

    def spread(self, leas: int) -> int:
        """Return the rows of all student groups of some LEAs."""
        if not leas:
            return 0
        if self.size < SMALL:
            return leas * self._first_of_lanes
        return int.from_bytes(leas.to_bytes(self.stride // 8, "little") * self.groups, "little")

    @cached_property
    def _first_of_lanes(self) -> int:
        return sum(1 << lane * self.stride for lane in range(self.groups))

    def lanes(self, rows: int) -> list[int]:
        """Return the LEAs that are among some rows, lane by lane."""
        if self.size < SMALL:
            stride, leas = self.stride, self.leas
            return [rows >> lane * stride & leas for lane in range(self.groups)]
        width = self.stride // 8
        data = rows.to_bytes(width * self.groups, "little")
        return [int.from_bytes(data[at : at + width], "little") for at in range(0, len(data), width)]

    def joined(self, lanes: Iterable[int]) -> int:
        """Return the rows of student groups, given the LEAs of each lane."""
        if self.size < SMALL:
            return union(leas << lane * self.stride for lane, leas in enumerate(lanes))
        width = self.stride // 8
        return int.from_bytes(b"".join(leas.to_bytes(width, "little") for leas in lanes), "little")

    def spread_column(self, column: Column) -> Column:
        """Return a column of LEAs as a column of student groups: each group has its LEA's value."""
        match column:
            case Answers(yes, no):
                return Answers(self.spread(yes), self.spread(no))
            case Names(by_name, present, absent):
                spread = {name: self.spread(rows) for name, rows in by_name.items()}
                return Names(spread, self.spread(present), self.spread(absent))
            case Numbers(known, absent, tops, bottoms, ranges):
                gap = self.stride - self.size
                below = bottoms if isinstance(bottoms, int) else [*bottoms, *[1] * gap] * self.groups
                above = [*tops, *[0] * gap] * self.groups
                of_all = {lane * self.stride + row: one for row, one in ranges.items() for lane in range(self.groups)}
                return Numbers(self.spread(known), self.spread(absent), above, below, of_all)

    def lane_column(self, column: Column, lane: int) -> Column:
        """Return the column of one student group as a column of LEAs."""
        start = lane * self.stride

        def own(rows: int) -> int:
            return rows >> start & self.leas

        match column:
            case Answers(yes, no):
                return Answers(own(yes), own(no))
            case Names(by_name, _, absent):
                return names_of({name: own(rows) for name, rows in by_name.items()}, own(absent))
            case Numbers(known, absent, tops, bottoms, ranges):
                of_lane = slice(start, start + self.size)
                below = bottoms if isinstance(bottoms, int) else bottoms[of_lane]
                mine = {row - start: one for row, one in ranges.items() if start <= row < start + self.size}
                return Numbers(own(known), own(absent), tops[of_lane], below, mine)


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
    if length <= 8 * SMALL:
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
