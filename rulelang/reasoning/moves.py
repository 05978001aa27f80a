"""How far the number behind a level must move for a different level: in students, or in points.

The evaluator works levels out again for trial numbers, many at once. If a level or answer does not come back once it is
gone (`Lever.is_whole`), two numbers with the same levels have none between them with others, so that the nearest number
is found by bisection; otherwise each number on the way is tried.
"""

from __future__ import annotations

from collections.abc import Collection, Generator, Iterator, Mapping, Sequence
from fractions import Fraction
from math import lcm
from typing import Final

from attrs import evolve, field

from rulelang.core.decimals import exact_text
from rulelang.core.record import LeaRecord, YearFacts
from rulelang.core.tree import Value
from rulelang.core.vocabulary import Scope
from rulelang.diagnostics.plain_data import frozen
from rulelang.engine.columns import (
    Answers,
    Column,
    Names,
    Numbers,
    decoded,
    flags,
    rows_where,
    shape_of,
    value_at,
)
from rulelang.engine.evaluate import evaluate_facts
from rulelang.engine.facts import NOTHING, Facts, facts_of
from rulelang.reasoning.levers import FARTHEST, Lever

NO_NUMBERS: Final = "no numbers"
"""The data do not have the number that the level rests on."""

OTHER_LEVEL: Final = "another level"
"""The numbers, or those of them that can be moved, do not give the level that the LEA has."""

NOT_TOLD: Final = "not told"
"""Numbers whose level is cannot tell come before the wanted level, because a published change moves with them."""

OUT_OF_REACH: Final = "out of reach"
"""No number of students, or of points, gives a wanted level."""

WIDTH: Final = 256
"""About how many numbers are tried at once if there are few levels to move."""


@frozen
class Aim:
    """A level of a student group that is to become one of some others.

    `record` is the LEA as read by the rules that work the level out.
    """

    record: LeaRecord = field(repr=False)
    group: str
    level: str
    wanted: frozenset[str]


@frozen
class Move:
    """The least that a number has to move for a wanted level: the number, before and after.

    `students` is the number of students that it is part of, None for points. `level` is the level it then gives, and
    `measures` are the measures that decide it, each as it is written before and after. It moves by `unit` at the least.
    """

    number: str
    before: Fraction
    after: Fraction
    students: Fraction | None
    level: str
    measures: tuple[tuple[str, str, str], ...] = ()
    unit: Fraction = Fraction(1)

    @property
    def size(self) -> Fraction:
        """Return by how much the number moves."""
        return abs(self.after - self.before)


Told = tuple[tuple[Value, ...], Value]
"""What the rules make of a number: every level and answer that rests on it, and the level itself."""

Hunt = Generator[Sequence[int], Sequence[Told], int | None]
"""A search that asks about some numbers, as units away from the current one, and receives what the rules make of each.

It ends with the nearest wanted one; None if there is none, and 0 if it reaches one that gives a level of cannot tell.
"""


def moves(lever: Lever, aims: Sequence[Aim]) -> list[Move | str]:
    """Return, for each level, the least that its number has to move, or why that cannot be said.

    All aims must be about one student group, whose lever it is (`Lever.of_group`).
    """
    batch = _Batch.of(lever, aims)
    found: list[Move | str | None] = [batch.obstacle(at, aim) for at, aim in enumerate(aims)]
    open_ones = [at for at, one in enumerate(found) if one is None]
    width = max(1, WIDTH // max(1, len(open_ones)))
    hunts = {at: _hunt(lever, batch.room(at), aims[at], width) for at in open_ones}
    ended = _run(batch, hunts)
    reached = batch.moved({at: units for at, units in ended.items() if units})
    for at, units in ended.items():
        found[at] = reached[at] if units else NOT_TOLD if units == 0 else OUT_OF_REACH
    return [one for one in found if one is not None]


def _run(batch: _Batch, hunts: Mapping[int, Hunt]) -> dict[int, int | None]:
    """Return the result of each search; they run together, so that everything they ask about is evaluated at once."""
    asked = {at: next(hunt) for at, hunt in hunts.items()}
    ended: dict[int, int | None] = {}
    while asked:
        rows = [(at, units) for at, some in asked.items() for units in some]
        told = iter(batch.told(rows))
        for at, some in list(asked.items()):
            try:
                asked[at] = hunts[at].send([next(told) for _ in some])
            except StopIteration as end:
                ended[at] = end.value
                del asked[at]
    return ended


# ---- searches ----


def _hunt(lever: Lever, room: tuple[int, int], aim: Aim, width: int) -> Hunt:
    """Search both ways for the nearest number that gives a wanted level, first the way whose end has one."""
    now, lowest, highest = yield (0, *room)
    ways = [(-1, -room[0], lowest), (1, room[1], highest)]
    ways.sort(key=lambda way: way[2][1] not in aim.wanted)
    best: int | None = None
    for sign, farthest, _ in ways:
        limit = farthest if best is None else min(farthest, abs(best) - 1)
        search = _close_in if lever.is_whole else _try_all
        found = yield from search(sign, limit, now, aim.wanted, width)
        if found == 0:
            return 0
        best = best if found is None else sign * found
    return best


def _close_in(sign: int, limit: int, now: Told, wanted: Collection[str], width: int) -> Hunt:
    """Search one way from range to range; what holds at both ends of a range holds in between."""
    at = 0
    while at < limit:
        [last] = yield [sign * limit]
        if last[0] == now[0]:
            return None
        below, above = at, limit
        while above - below > 1:
            some = sorted({below + max(1, (above - below) * step // (width + 1)) for step in range(1, width + 1)})
            told = yield [sign * units for units in some]
            for units, one in zip(some, told, strict=True):
                if one[0] != now[0]:
                    above, last = units, one
                    break
                below = units
        if last[1] is None or last[1] in wanted:
            return 0 if last[1] is None else above
        at, now = above, last
    return None


def _try_all(sign: int, limit: int, _now: Told, wanted: Collection[str], width: int) -> Hunt:
    for first in range(1, limit + 1, width):
        some = range(first, min(first + width, limit + 1))
        told = yield [sign * units for units in some]
        for units, one in zip(some, told, strict=True):
            if one[1] is None or one[1] in wanted:
                return 0 if one[1] is None else units
    return None


# ---- numbers tried ----


@frozen(eq=False)
class _Batch:
    """The steps of a level for some LEAs, a row for each, and the numbers in them that can be moved."""

    lever: Lever
    columns: Sequence[Column] = field(repr=False)
    length: int

    @classmethod
    def of(cls, lever: Lever, aims: Sequence[Aim]) -> _Batch:
        """Return the steps with the numbers of the data; a published value without its numbers is unknown."""
        facts = facts_of(lever.prepared, [_only(aim.record, lever, aim.group) for aim in aims])
        given = dict.fromkeys(lever.unknown, NOTHING)
        return cls(lever, evaluate_facts(lever.prepared, facts, given), len(aims))

    def obstacle(self, at: int, aim: Aim) -> str | None:
        """Return why nothing can be said of a row; None if something can."""
        numbers = [self._number(place, at) for place in (self.lever.position, self.lever.size) if place is not None]
        if None in numbers or (len(numbers) == 2 and not 0 <= (numbers[0] or 0) <= (numbers[1] or 0)):  # noqa: PLR2004  # a part of a whole
            return NO_NUMBERS
        return None if value_at(self.columns[self.lever.level], at) == aim.level else OTHER_LEVEL

    def room(self, at: int) -> tuple[int, int]:
        """Return by how many units the number of a row can fall, below zero, and rise."""
        if self.lever.size is None:
            return -FARTHEST, FARTHEST
        number, students = self._number(self.lever.position, at), self._number(self.lever.size, at)
        return -int(number or 0), int((students or 0) - (number or 0))

    def _number(self, place: int, at: int) -> Fraction | None:
        value = value_at(self.columns[place], at)
        return value if isinstance(value, Fraction) else None

    def told(self, rows: Sequence[tuple[int, int]]) -> list[Told]:
        """Return what the rules make of the numbers of rows, each moved by a number of units."""
        columns, length = self._with(rows), len(rows)
        told = [self._values(columns[place], length) for place in self.lever.told]
        return list(zip(zip(*told, strict=True), self._values(columns[self.lever.level], length), strict=True))

    def _values(self, column: Column, length: int) -> list[Value]:
        known = decoded(column, length)
        return [None] * length if known is None else [known.values[code] for code in known.codes]

    def moved(self, away: Mapping[int, int]) -> dict[int, Move]:
        """Return the moves of some rows by a number of units, worked out with the moved numbers."""
        columns = self._with([row for at, units in away.items() for row in ((at, 0), (at, units))])
        found = {}
        for place, at in enumerate(away):
            rows = (2 * place, 2 * place + 1)
            before, after = (Fraction(str(value_at(columns[self.lever.position], row))) for row in rows)
            students = None if self.lever.size is None else self._number(self.lever.size, at)
            level = value_at(columns[self.lever.level], rows[1])
            measures = tuple(_measures(self.lever, columns, rows))
            found[at] = Move(self.lever.key[1], before, after, students, str(level), measures, self.lever.unit)
        return found

    def _with(self, rows: Sequence[tuple[int, int]]) -> Sequence[Column]:
        """Return the steps for some rows, each with its number moved by a number of units."""
        lever, shape = self.lever, shape_of(len(rows), 1)
        index = [at for at, _ in rows]
        lengths = {Scope.LEA: shape.size, Scope.GROUP: shape.group_rows}
        steps = lever.prepared.steps
        given = {at: column for at, column in enumerate(self.columns) if at not in lever.moving or at in lever.unknown}
        for at in (*lever.read, lever.position, *lever.with_it):
            given[at] = _picked(self.columns[at], index, lengths[steps[at].scope])
        units = [units for _, units in rows]
        given.update({at: _raised(given[at], units, lever.unit) for at in (lever.position, *lever.with_it)})
        return evaluate_facts(lever.prepared, Facts(shape, {}), given)


def _measures(lever: Lever, columns: Sequence[Column], rows: tuple[int, int]) -> Iterator[tuple[str, str, str]]:
    """Yield the measures that are moved, each as it is written before and after."""
    for name, (position, decimals) in lever.measures.items():
        before, after = (value_at(columns[position], row) for row in rows)
        if isinstance(before, Fraction) and isinstance(after, Fraction) and before != after:
            yield name, exact_text(before, decimals), exact_text(after, decimals)


def _only(record: LeaRecord, lever: Lever, group: str) -> LeaRecord:
    """Return an LEA with only the facts that the level of a student group could rest on."""
    year, indicator = lever.prepared.ruleset.year, lever.key[0]
    facts = record.years.get(year, YearFacts())
    readings = {key: one for key, one in facts.groups.get(group, {}).items() if key[0] == indicator}
    return evolve(record, years={year: YearFacts({group: readings}, facts.lea, facts.silent)})


def _picked(column: Column, index: Sequence[int], length: int) -> Column:
    """Return the rows of a column at some places, in the order of the places, as a column of a length."""

    def rows(known: int) -> int:
        there = flags(known, max(known.bit_length(), max(index, default=-1) + 1))
        return rows_where(bytes([there[at] for at in index]))

    match column:
        case Answers(yes, no):
            return Answers(rows(yes), rows(no))
        case Names(by_name, present, absent):
            return Names({name: rows(some) for name, some in by_name.items()}, rows(present), rows(absent))
        case Numbers(known, absent, tops, bottoms):
            gap = length - len(index)
            below = bottoms if isinstance(bottoms, int) else [*(bottoms[at] for at in index), *[1] * gap]
            return Numbers(rows(known), rows(absent), [*(tops[at] for at in index), *[0] * gap], below)


def _raised(column: Column, units: Sequence[int], unit: Fraction) -> Column:
    """Return a column of numbers over one denominator, each raised by a number of units."""
    if not isinstance(column, Numbers) or not isinstance(column.bottoms, int):
        return column  # no row has a number
    bottom = lcm(column.bottoms, unit.denominator)
    factor, step = bottom // column.bottoms, int(unit * bottom)
    raised = [top * factor + step * number for top, number in zip(column.tops, units, strict=False)]
    return Numbers(column.known, column.absent, [*raised, *[0] * (len(column.tops) - len(raised))], bottom)
