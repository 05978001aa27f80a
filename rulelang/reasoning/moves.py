"""How far the number behind a level must move for a different level: in students, or in points.

A level rests on a count of students if its rules divide that count by the number of students; otherwise on points, for
which the files give the change from the year before as well. Numbers of earlier years do not move.

The evaluator works levels out again for trial numbers, many at once. The nearest number with a level is one at a limit,
or the first beside one: these are tried. Where limits cannot be followed back to the number, each on the way is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from fractions import Fraction
from math import ceil, floor
from typing import Final

from attrs import evolve, field, frozen

from rulelang.core.record import FieldKey, LeaRecord, YearFacts
from rulelang.core.ruleset import Ruleset, level_name, measure_name
from rulelang.core.tree import Call, Const, Get, Value
from rulelang.core.vocabulary import Scope, StudentGroup
from rulelang.diagnostics.decimals import exact_text
from rulelang.engine.evaluate import BatchEvaluation, evaluate_records
from rulelang.engine.steps import Prepared, Step, prepare
from rulelang.engine.wording import decimals_in
from rulelang.reasoning.calculations import Calculations, through
from rulelang.reasoning.crossings import limits_of
from rulelang.reasoning.trials import Cell, tried

FARTHEST: Final = 100_000
"""The most units by which points are moved."""


@frozen(eq=False)
class Lever:
    """The number that moves a level of an indicator, and its steps in the ruleset that works the level out.

    `size` is the position of the number of students that it is part of, None for points; `unit` the least by which it
    moves: a student, or the last decimal that is rounded to. `with_it` are the positions of numbers that move by as
    much; how those at `unknown` would move is unknown. `moving` are the positions of all steps that move.
    """

    prepared: Prepared = field(repr=False)
    key: FieldKey
    level: int
    position: int
    size: int | None
    unit: Fraction
    with_it: tuple[int, ...]
    unknown: tuple[int, ...]
    moving: frozenset[int] = field(repr=False)

    @property
    def measures(self) -> dict[str, tuple[int, int]]:
        """Return the measures by name that have bands and move, each with its position and its decimals."""
        ruleset, indicator = self.prepared.ruleset, self.key[0]
        found = {}
        for rule in ruleset.levels:
            key = ruleset.year, measure_name(rule.scale, indicator)
            at = self.prepared.positions.get(key)
            if rule.what == "bands" and rule.indicator == indicator and at in self.moving and at is not None:
                found[rule.scale] = at, decimals_in(ruleset, ruleset.definitions[key].node)
        return found

    def of_group(self, group: StudentGroup) -> Lever:
        """Return the same for rules that know one student group only."""
        ruleset = self.prepared.ruleset
        words = evolve(ruleset.vocabulary, groups=(group,))
        one = evolve(
            self.prepared, ruleset=evolve(ruleset, vocabulary=words), groups=(group,), group_index={group.name: 0}
        )
        return evolve(self, prepared=one)


def lever_of(ruleset: Ruleset, indicator: str, scale: str, students: str) -> Lever | None:
    """Return what moves a level; None if the rules work none out, or it rests on no such number.

    `students` is the name of the number of students.
    """
    key = ruleset.year, level_name(indicator, scale)
    if key not in ruleset.definitions:
        return None
    needed = {key, *ruleset.named_in(ruleset.definitions[key].node)}
    definitions = {one: definition for one, definition in ruleset.definitions.items() if one in needed}
    prepared = prepare(evolve(ruleset, definitions=definitions))
    if prepared.relates or prepared.steps[prepared.positions[key]].scope is not Scope.GROUP:
        return None
    found = _count(prepared, indicator, students) or _points(prepared, indicator)
    if found is None:
        return None
    at, size = found
    node = prepared.steps[at].node
    changes = _published_changes(prepared, indicator)
    with_it = tuple(place for place, of in changes.items() if isinstance(node, Get) and node.key[1] in of)
    unknown = tuple(place for place in changes if place not in with_it)
    moving = prepared.resting_on({at, *changes})
    places = max((_rounded_to(step) for place, step in enumerate(prepared.steps) if place in moving), default=0)
    unit = Fraction(1) if size is not None else Fraction(1, 10**places)
    name = node.key if isinstance(node, Get) else ("", "")
    return Lever(prepared, name, prepared.positions[key], at, size, unit, with_it, unknown, frozenset(moving))


def _count(prepared: Prepared, indicator: str, students: str) -> tuple[int, int] | None:
    """Return the position of the one count that is divided by the number of students, and of that number."""
    fields = {at: node.key for at, node in prepared.fields.items()}
    found = {
        (part, whole)
        for step in prepared.steps
        if isinstance(step.node, Call) and step.node.operator == "divided by"
        for part, whole in [step.inputs]
        if part in fields and fields.get(whole) == (indicator, students)
    }
    return found.pop() if len(found) == 1 else None


def _points(prepared: Prepared, indicator: str) -> tuple[int, None] | None:
    """Return the position of the one number that has a published change."""
    vocabulary = prepared.ruleset.vocabulary
    named = {name for number in vocabulary.numbers_of(indicator) for name in number.change_of}
    fields = prepared.fields.items()
    found = [at for at, node in fields if node.key[0] == indicator and node.key[1] in named]
    return (found[0], None) if len(found) == 1 else None


def _published_changes(prepared: Prepared, indicator: str) -> dict[int, Collection[str]]:
    """Return the positions of published changes, each with the numbers that it is the change of."""
    changes = {one.name: one.change_of for one in prepared.ruleset.vocabulary.numbers_of(indicator) if one.change_of}
    fields = prepared.fields.items()
    return {at: changes[node.key[1]] for at, node in fields if node.key[0] == indicator and node.key[1] in changes}


def _rounded_to(step: Step) -> int:
    match step.node:
        case Call("rounded", (_, Const(Fraction() as decimals))):
            return int(decimals)
        case _:
            return 0


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
        """Return why no move can be worked out for an LEA; None if one can."""
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
        """Yield batches of distances in units that the number of an LEA may have to move, nearest first."""
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
        """Yield LEAs, each with the rows of an evaluation in which its number is moved by given numbers of units."""
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
    return evolve(record, years={year: YearFacts({group: readings}, facts.lea, facts.silent, doubtful=facts.doubtful)})
