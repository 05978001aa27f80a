"""How far the number behind a level must move for a different level: in students, or in points.

The evaluator works levels out again for trial numbers, many at once. The nearest number with a level is one at a limit,
or the first beside one: these are tried. Where limits cannot be followed back to the number, each on the way is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from fractions import Fraction
from math import ceil, floor
from typing import Final

from attrs import evolve, field, frozen

from rulelang.core.decimals import exact_text
from rulelang.core.record import LeaRecord, YearFacts
from rulelang.core.tree import Value
from rulelang.engine.evaluate import BatchEvaluation, evaluate_records
from rulelang.reasoning.calculations import Calculations, through
from rulelang.reasoning.crossings import limits_of
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
"""How many numbers on either side are tried at once, where each on the way is."""


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


def moves(lever: Lever, aims: Sequence[Aim]) -> list[Move | str]:
    """Return, for each level, the least that its number has to move, or why that cannot be said.

    All aims must be about one student group, whose lever it is (`Lever.of_group`).
    """
    batch = _Batch.of(lever, aims)
    found: list[Move | str] = [batch.obstacle(at, aim) or OUT_OF_REACH for at, aim in enumerate(aims)]
    waiting = {at: batch.distances(at) for at, one in enumerate(found) if one == OUT_OF_REACH}
    reached: dict[int, int] = {}
    while asked := {at: some for at, rest in waiting.items() if (some := next(rest, None)) is not None}:
        for at, levels in batch.levels(asked):
            units = _nearest(levels, aims[at].wanted)
            if units is not None:
                del waiting[at]
                found[at] = NOT_TOLD
                reached |= {at: units} if units else {}
    for at, move in batch.moved(reached):
        found[at] = move
    return found


def _nearest(levels: Mapping[int, Value], wanted: Collection[str]) -> int | None:
    """Return the number of units away that is nearest to give a wanted level; None if none does.

    It is 0 if one that is as near gives a level of cannot tell. Of two it is the lower, unless only higher numbers lead
    to a wanted level in the end.
    """
    found = [units for units, level in levels.items() if level is None or level in wanted]
    nearest = [units for units in found if abs(units) == min(map(abs, found))]
    if not nearest or None in map(levels.get, nearest):
        return 0 if nearest else None
    rises = levels[max(levels)] in wanted and levels[min(levels)] not in wanted
    return max(nearest) if rises else min(nearest)


# ---- numbers tried ----


@frozen(eq=False)
class _Batch:
    """Some LEAs evaluated by the rules of a level, and the numbers of each that move.

    `known` is how these reach limits, None if limits cannot be followed back to them.
    """

    lever: Lever
    known: Calculations | None
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
        return cls(lever, through(lever.prepared, (lever.position, *lever.with_it)), batch, numbers)

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

    def distances(self, at: int) -> Iterator[Sequence[int]]:
        """Yield by how many units the number of an LEA may have to move, some after some, the nearer before others."""
        lowest, highest = self.room(at)
        if self.known is not None:
            beside = (lowest, highest, *self._beside_limits(at, self.known))
            yield sorted({units for units in beside if lowest <= units <= highest and units})
            return
        for first in range(1, max(-lowest, highest) + 1, WIDTH):
            sizes = range(first, first + WIDTH)
            yield [units for size in sizes for units in (-size, size) if lowest <= units <= highest]

    def _beside_limits(self, at: int, known: Calculations) -> Iterator[int]:
        """Yield how many units away there are numbers at a limit, or the nearest to it on either side."""
        for (position, _), limits in limits_of(known, self.evaluated.of(at)).items():
            now = self.evaluated.at(position, at)
            if position in known.moving and isinstance(now, Fraction):
                for units in ((limit - now) / self.lever.unit for limit in limits):
                    yield from (ceil(units) - 1, floor(units), ceil(units), floor(units) + 1)

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
        measures = (position for position, _ in self.lever.measures.values())
        read = {self.lever.level, self.lever.position, *measures}
        for at, (found, first) in enumerate(tried(self.evaluated, trials, read)):
            if at in asked:
                yield at, found, range(first, first + len(asked[at]))

    def levels(self, asked: Mapping[int, Sequence[int]]) -> Iterator[tuple[int, Mapping[int, Value]]]:
        """Yield some LEAs, each with the level for its number moved by each of some numbers of units."""
        for at, found, rows in self.tried(asked):
            yield at, {units: found.at(self.lever.level, row) for units, row in zip(asked[at], rows, strict=True)}

    def moved(self, away: Mapping[int, int]) -> Iterator[tuple[int, Move]]:
        """Yield the moves of some LEAs by a number of units, worked out with the moved numbers."""
        lever = self.lever
        for at, found, rows in self.tried({at: (0, units) for at, units in away.items()}):
            before, after = (Fraction(str(found.at(lever.position, row))) for row in rows)
            students = None if lever.size is None else self._number(lever.size, at)
            measures = tuple(_measures(lever, found, rows))
            level = str(found.at(lever.level, rows[-1]))
            yield at, Move(lever.key[1], before, after, students, level, measures, lever.unit)


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
    return evolve(record, years={year: YearFacts({group: readings}, facts.lea, facts.silent)})
