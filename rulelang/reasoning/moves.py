"""How far the number behind a level must move for a different level: in students, or in points.

The evaluator works levels out again for trial numbers, many at once. If a level or answer does not come back once it is
gone (`Lever.is_whole`), two numbers with the same levels have none between them with others, so that the nearest number
is found by bisection; otherwise each number on the way is tried.
"""

from __future__ import annotations

from collections.abc import Collection, Generator, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Final

from attrs import evolve, field, frozen

from rulelang.core.decimals import exact_text
from rulelang.core.record import LeaRecord, YearFacts
from rulelang.core.tree import Value
from rulelang.engine.evaluate import BatchEvaluation, evaluate_records
from rulelang.reasoning.levers import FARTHEST, Lever
from rulelang.reasoning.trials import Cell, tried

NO_NUMBERS: Final = "no numbers"
"""The data do not have the number that the level rests on."""

OTHER_LEVEL: Final = "another level"
"""The numbers, or those of them that can be moved, do not give the level that the LEA has."""

NOT_TOLD: Final = "not told"
"""Numbers whose level is cannot tell come before the wanted level, because a published change moves with them."""

OUT_OF_REACH: Final = "out of reach"
"""No number of students, or of points, gives a wanted level."""

WIDTH: Final = 128
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


Results = tuple[tuple[Value, ...], Value]
"""What the rules make of a number: every level and answer that rests on it, and the level itself."""

Hunt = Generator[Sequence[int], Sequence[Results], int | None]
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
    reached = dict(batch.moved({at: units for at, units in ended.items() if units}))
    for at, units in ended.items():
        found[at] = reached[at] if units else NOT_TOLD if units == 0 else OUT_OF_REACH
    return [one for one in found if one is not None]


def _run(batch: _Batch, hunts: Mapping[int, Hunt]) -> dict[int, int | None]:
    """Return the result of each search; they run together, so that everything they ask about is evaluated at once."""
    asked = {at: next(hunt) for at, hunt in hunts.items()}
    ended: dict[int, int | None] = {}
    while asked:
        for at, results in list(batch.results(asked)):
            try:
                asked[at] = hunts[at].send(results)
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


def _close_in(sign: int, limit: int, now: Results, wanted: Collection[str], width: int) -> Hunt:
    """Search one way from range to range; what holds at both ends of a range holds in between."""
    at = 0
    while at < limit:
        [last] = yield [sign * limit]
        if last[0] == now[0]:
            return None
        below, above = at, limit
        while above - below > 1:
            some = sorted({below + max(1, (above - below) * step // (width + 1)) for step in range(1, width + 1)})
            results = yield [sign * units for units in some]
            for units, one in zip(some, results, strict=True):
                if one[0] != now[0]:
                    above, last = units, one
                    break
                below = units
        if last[1] is None or last[1] in wanted:
            return 0 if last[1] is None else above
        at, now = above, last
    return None


def _try_all(sign: int, limit: int, _now: Results, wanted: Collection[str], width: int) -> Hunt:
    for first in range(1, limit + 1, width):
        some = range(first, min(first + width, limit + 1))
        results = yield [sign * units for units in some]
        for units, one in zip(some, results, strict=True):
            if one[1] is None or one[1] in wanted:
                return 0 if one[1] is None else units
    return None


# ---- numbers tried ----


@frozen(eq=False)
class _Batch:
    """Some LEAs evaluated by the rules of a level, and the numbers of each that move."""

    lever: Lever
    evaluated: BatchEvaluation
    numbers: Sequence[Mapping[Cell, Fraction]]

    @classmethod
    def of(cls, lever: Lever, aims: Sequence[Aim]) -> _Batch:
        """Return the LEAs with the data that the level of each could rest on."""
        records = [_only(aim.record, lever, aim.group) for aim in aims]
        batch = evaluate_records(lever.prepared, records)
        fields = {at: lever.prepared.fields[at].key for at in (lever.position, *lever.with_it)}
        numbers: list[dict[Cell, Fraction]] = [{} for _ in aims]
        for lea, (aim, own) in enumerate(zip(aims, numbers, strict=True)):
            for at, key in fields.items():
                if isinstance(number := batch.at(at, lea), Fraction):
                    own[aim.group, key] = number
        return cls(lever, batch, numbers)

    def obstacle(self, at: int, aim: Aim) -> str | None:
        """Return why nothing can be said of an LEA; None if something can."""
        numbers = [self._number(place, at) for place in (self.lever.position, self.lever.size) if place is not None]
        if None in numbers or (len(numbers) == 2 and not 0 <= (numbers[0] or 0) <= (numbers[1] or 0)):  # noqa: PLR2004  # a part of a whole
            return NO_NUMBERS
        return None if self.evaluated.at(self.lever.level, at) == aim.level else OTHER_LEVEL

    def room(self, at: int) -> tuple[int, int]:
        """Return by how many units the number of an LEA can fall, below zero, and rise."""
        if self.lever.size is None:
            return -FARTHEST, FARTHEST
        number, students = self._number(self.lever.position, at), self._number(self.lever.size, at)
        return -int(number or 0), int((students or 0) - (number or 0))

    def _number(self, place: int, at: int) -> Fraction | None:
        value = self.evaluated.at(place, at)
        return value if isinstance(value, Fraction) else None

    def tried(self, asked: Mapping[int, Sequence[int]]) -> Iterator[tuple[int, BatchEvaluation, range]]:
        """Yield some LEAs, each with the rows of an evaluation in which its number is moved by so many units."""
        unit = self.lever.unit
        trials = [
            [{cell: number + unit * units for cell, number in own.items()} for units in asked.get(at, ())]
            for at, own in enumerate(self.numbers)
        ]
        read = {self.lever.level, self.lever.position, *self.lever.results}
        for at, (found, first) in enumerate(tried(self.evaluated, trials, read)):
            if at in asked:
                yield at, found, range(first, first + len(asked[at]))

    def results(self, asked: Mapping[int, Sequence[int]]) -> Iterator[tuple[int, Sequence[Results]]]:
        """Yield some LEAs, each with what the rules make of its number moved by each of some numbers of units."""
        known: tuple[BatchEvaluation | None, list[Results]] = (None, [])
        for at, found, rows in self.tried(asked):
            if known[0] is not found:
                every = [_values(found, place) for place in (*self.lever.results, self.lever.level)]
                known = found, [(tuple(values), level) for *values, level in zip(*every, strict=True)]
            yield at, known[1][rows.start : rows.stop]

    def moved(self, away: Mapping[int, int]) -> Iterator[tuple[int, Move]]:
        """Yield the moves of some LEAs by a number of units, worked out with the moved numbers."""
        lever = self.lever
        for at, found, rows in self.tried({at: (0, units) for at, units in away.items()}):
            before, after = (Fraction(str(found.at(lever.position, row))) for row in rows)
            students = None if lever.size is None else self._number(lever.size, at)
            measures = tuple(_measures(lever, found, rows))
            level = str(found.at(lever.level, rows[-1]))
            yield at, Move(lever.key[1], before, after, students, level, measures, lever.unit)


def _values(found: BatchEvaluation, place: int) -> Sequence[Value]:
    """Return the levels or answers of a step, row by row."""
    known = found.decoded(place)
    return [None] * found.length(place) if known is None else [known.values[code] for code in known.codes]


def _measures(lever: Lever, found: BatchEvaluation, rows: Sequence[int]) -> Iterator[tuple[str, str, str]]:
    """Yield the measures that are moved, each as it is written before and after."""
    for name, (position, decimals) in lever.measures.items():
        before, after = (found.at(position, row) for row in rows)
        if isinstance(before, Fraction) and isinstance(after, Fraction) and before != after:
            yield name, exact_text(before, decimals), exact_text(after, decimals)


def _only(record: LeaRecord, lever: Lever, group: str) -> LeaRecord:
    """Return an LEA with only the facts that the level of a student group could rest on.

    How a published change without its numbers would move is unknown, and so is the change then.
    """
    year, indicator = lever.prepared.ruleset.year, lever.key[0]
    unknown = {lever.prepared.fields[at].key for at in lever.unknown}
    facts = record.years.get(year, YearFacts())
    own = facts.groups.get(group, {}).items()
    readings = {key: one for key, one in own if key[0] == indicator and key not in unknown}
    return evolve(record, years={year: YearFacts({group: readings}, facts.lea, facts.silent, doubtful=facts.doubtful)})
