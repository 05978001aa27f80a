"""Trial changes of levels and numbers: many changes of many LEAs evaluated at once, a row of the bit columns for each.

This module searches for nothing. It applies changes and evaluates them, so that the result of a search can rest on
having tried everything.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from itertools import accumulate
from typing import Final

from attrs import evolve, field, frozen

from rulelang.core.fact_types import FactType
from rulelang.core.record import FieldKey, LeaRecord, Reading, YearFacts
from rulelang.core.tree import Interval, OneOf, is_call, is_table, named_test
from rulelang.core.types import can_change
from rulelang.core.vocabulary import Scope
from rulelang.engine.columns import (
    Answers,
    Column,
    Names,
    Numbers,
    Shape,
    mapped,
    names_of,
    places_of,
    rows_at,
    shape_of,
    union,
)
from rulelang.engine.evaluate import BatchEvaluation, evaluate_facts
from rulelang.engine.facts import NOTHING, Facts, FieldPlace, fields_asked
from rulelang.engine.steps import Prepared, Step
from rulelang.reasoning.answers import Asked

Cell = tuple[str | None, FieldKey]
"""A student group's name (None: the LEA as a whole), and an indicator with a scale.

The indicator of another entity, by rules that are `unrolled`, has the code and the name of that entity in its own.
"""

_OF: Final = "\n"
"""What separates an indicator from the code and the name of another entity: no name contains it."""


def placed(name: str, entity: LeaRecord | None) -> str:
    """Return the name of an indicator, or of a definition, of another entity; the name itself if that is None."""
    return name if entity is None else _OF.join((name, entity.code, entity.name))


def place_of(name: str) -> tuple[str, str, str]:
    """Return what `placed` made a name of: the name, and the entity's code and name, empty if there is none."""
    own, code, called = (*name.split(_OF), "", "")[:3]
    return own, code, called


Level = str | Fraction
"""What a cell has: a level by name, or a number."""

Trial = Mapping[Cell, Level | None]
"""The level or number that each of some cells of the year is to have; None for not rated."""


@frozen
class Choice:
    """An interval in which rules treat all numbers alike, and the number in it nearest to the present one.

    `away` is how far that is, and `steps` how many intervals away if nothing else changes. `is_finer` says that the
    number has more decimals than the data and the limits.
    """

    number: Fraction
    interval: Interval
    away: Fraction
    is_finer: bool = False
    steps: int = 0


@frozen
class _OfCell:
    """The cell of a change: its student group (None: the LEA), its indicator, and its scale or the name of its number.

    If it is a cell of another entity, `code` and `name` say of which.
    """

    group: str | None
    indicator: str
    scale: str
    code: str = field(default="", kw_only=True)
    name: str = field(default="", kw_only=True)

    @property
    def cell(self) -> Cell:
        """Return the cell."""
        return self.group, (_OF.join((self.indicator, *self.of)), self.scale)

    @property
    def of(self) -> tuple[str, ...]:
        """Return the code and the name of the other entity whose cell it is; nothing for one of the LEA's own."""
        return (self.code, self.name) if self.code else ()


@frozen
class LevelChange(_OfCell):
    """A level that changes: what it is before and after. `wanted` are all levels that are known to do."""

    before: str
    after: str
    wanted: frozenset[str] = field(default=frozenset(), kw_only=True, eq=False, repr=False)

    def steps(self, prepared: Prepared) -> int:
        """Return by how many levels of its scale the cell changes."""
        levels = prepared.ruleset.vocabulary.scale(self.scale).levels
        return abs(levels.index(self.before) - levels.index(self.after))

    def beyond(self, prepared: Prepared) -> Sequence[str]:
        """Return the levels that are farther away than the level after, on its side, and not treated like it."""
        levels, alike = prepared.ruleset.vocabulary.scale(self.scale).levels, self.alike(prepared)
        after, before = levels.index(self.after), levels.index(self.before)
        return [level for level in (levels[after + 1 :] if after > before else levels[:after]) if level not in alike]

    def alike(self, prepared: Prepared) -> frozenset[str]:
        """Return the levels that the rules treat like the level after, itself included."""
        return levels_alike(prepared, self.cell[1], self.after)


@frozen
class NumberChange(_OfCell):
    """A number that crosses a limit: what it is before and after.

    `choices` are the intervals of the number that the rules distinguish, in order. All of `interval` will do, as far as
    a number of this `type` lies in it; `is_count` says that it counts things.
    """

    before: Fraction
    after: Fraction
    choices: Sequence[Choice] = field(default=(), eq=False, repr=False)
    interval: Interval = field(default=Interval(None, None), eq=False, repr=False)
    type: FactType = field(default=FactType.NUMBER, eq=False, repr=False)
    is_count: bool = field(default=False, eq=False, repr=False)

    def steps(self, _: Prepared) -> int:
        """Return by how many intervals the number changes."""
        return next(one.steps for one in self.choices if one.number == self.after)

    @property
    def size(self) -> Fraction:
        """Return by how much the number changes."""
        return abs(self.after - self.before)

    @property
    def is_bounded(self) -> bool:
        """Return whether the interval of the changed number has a far end."""
        return (self.interval.upper if self.after > self.before else self.interval.lower) is not None

    def beyond(self, _: Prepared) -> Sequence[Fraction]:
        """Return the choices that are farther away than the number after, on its side, the nearest first."""
        return [one.number for one in self.farther]

    @property
    def farther(self) -> Sequence[Choice]:
        """Return the same as choices."""
        at = [one.number for one in self.choices].index(self.after)
        return self.choices[at + 1 :] if self.after > self.before else self.choices[:at][::-1]


Change = LevelChange | NumberChange
"""A change of one cell."""


def changed(record: LeaRecord, year: int, way: Iterable[Change]) -> LeaRecord:
    """Return an entity with some levels and numbers of a year changed."""
    facts = record.years.get(year, YearFacts())
    lea, groups = dict(facts.lea), {name: dict(readings) for name, readings in facts.groups.items()}
    for one in way:
        readings = lea if one.group is None else groups.setdefault(one.group, {})
        readings[one.indicator, one.scale] = Reading(one.after, "changed")
    return evolve(record, years={**record.years, year: evolve(facts, lea=lea, groups=groups)})


ROWS: Final = 20_000
"""About how many trials are evaluated at once, so that the columns need little memory."""


def flips(asked: Asked, batch: BatchEvaluation, trials: Sequence[Sequence[Trial]]) -> Iterator[int]:
    """Yield for each LEA of a batch which of its trials flip an outcome, a bit for each in order.

    They end it if the LEA has it, and bring it about if it does not. If the outcome is cannot tell, before or after,
    nothing is flipped. Rules may not relate entities to one another.
    """
    prepared = asked.prepared
    position = prepared.positions.get((prepared.ruleset.year, asked.definition))
    has, has_not = (0, 0) if position is None else _rows_of(batch.columns[position], asked.had)
    read = () if position is None else (position,)
    for lea, (found, first) in enumerate(tried(batch, trials, read)):
        after, not_after = (0, 0) if position is None else _rows_of(found.columns[position], asked.had)
        flipped = not_after if has >> lea & 1 else after if has_not >> lea & 1 else 0
        yield flipped >> first & (1 << len(trials[lea])) - 1


def tried(
    batch: BatchEvaluation, trials: Sequence[Sequence[Trial]], read: Collection[int]
) -> Iterator[tuple[BatchEvaluation, int]]:
    """Yield for each LEA of a batch the evaluation in which each of its trials is one, and the row of the first.

    Of the steps that no trial changes, those alone have a column that are in `read`, or that other steps need. Rules
    may not relate entities to one another.
    """
    first = 0
    while first < len(trials):
        end, rows = first, 0
        while end < len(trials) and (end == first or rows < ROWS):
            rows += len(trials[end])
            end += 1
        times = [len(some) if first <= lea < end else 0 for lea, some in enumerate(trials)]
        changed = _evaluated(batch, times, [trial for some in trials[first:end] for trial in some], read)
        yield from ((changed, start) for start in list(accumulate(map(len, trials[first:end]), initial=0))[:-1])
        first = end


def _evaluated(
    batch: BatchEvaluation, times: Sequence[int], trials: Sequence[Trial], read: Collection[int]
) -> BatchEvaluation:
    """Return the evaluation of some trials, as many of each LEA; what they do not change is as it is for the LEA."""
    prepared = batch.prepared
    cells = dict.fromkeys(cell for trial in trials for cell in trial)
    places = {(prepared.ruleset.year, key, group is not None) for group, key in cells}
    fields = {at for at, place in zip(prepared.fields, fields_asked(prepared), strict=True) if place in places}
    touched = prepared.resting_on(fields)
    needed = {*read, *(one for at in touched for one in prepared.steps[at].inputs)}
    repeated = _Repeated.of(batch.facts.shape, times)
    given = {
        at: repeated.column(column, of_group=prepared.steps[at].scope is Scope.GROUP) if at in needed else NOTHING
        for at, column in enumerate(batch.columns)
        if at not in touched
    }
    facts = _changed(repeated.facts(batch.facts, places), prepared, trials)
    return BatchEvaluation(prepared, facts, evaluate_facts(prepared, facts, given))


def _rows_of(column: Column, had: str) -> tuple[int, int]:
    """Return the rows that have an outcome, and those that do not."""
    match column:
        case Answers(yes, no):
            return yes, no
        case Names(by_name, present):
            return by_name.get(had, 0), present & ~by_name.get(had, 0)
        case _:
            return 0, 0


@frozen
class _Repeated:
    """Rows of LEAs repeated: `each` has the LEA of every row, and `spans` the rows of every LEA."""

    old: Shape
    shape: Shape
    each: Sequence[int]
    spans: Sequence[int]

    @classmethod
    def of(cls, old: Shape, times: Sequence[int]) -> _Repeated:
        """Return rows in which each LEA is repeated a number of times."""
        spans = [
            ((1 << number) - 1) << start for number, start in zip(times, accumulate(times, initial=0), strict=False)
        ]
        each = [lea for lea, number in enumerate(times) for _ in range(number)]
        return cls(old, shape_of(len(each), old.groups), each, spans)

    def leas(self, rows: int) -> int:
        """Return a set of LEAs, repeated; often it is all of them."""
        if rows == self.old.leas:
            return self.shape.leas
        return union(self.spans[lea] for lea in places_of(rows & self.old.leas))

    def wide(self, rows: int, *, of_group: bool) -> int:
        """Return a set of LEAs or of student groups, repeated."""
        return self.shape.joined(list(map(self.leas, self.old.lanes(rows)))) if of_group else self.leas(rows)

    def column(self, known: Column, *, of_group: bool) -> Column:
        """Return a column, repeated."""
        lanes = range(self.old.groups if of_group else 1)
        return mapped(
            known,
            lambda rows: self.wide(rows, of_group=of_group),
            lambda: [lane * self.old.size + lea for lane in lanes for lea in self.each],
        )

    def facts(self, facts: Facts, places: Collection[FieldPlace]) -> Facts:
        """Return facts of which some fields alone are asked for, repeated."""
        return Facts(
            self.shape,
            {kind: self.leas(rows) for kind, rows in facts.kinds.items()},
            {place: self.column(facts.fields[place], of_group=place[2]) for place in places if place in facts.fields},
            {silence: self.leas(rows) for silence, rows in facts.silent.items()},
            {year: [listed[lea] for lea in self.each] for year, listed in facts.listed.items()},
            {
                year: {row: counts[lea] for row, lea in enumerate(self.each) if lea in counts}
                for year, counts in facts.group_counts.items()
            },
            doubtful={place: self.wide(rows, of_group=place[2]) for place, rows in facts.doubtful.items()},
        )


def _changed(facts: Facts, prepared: Prepared, trials: Sequence[Trial]) -> Facts:
    """Return facts in which each row has the levels and numbers of its trial."""
    changed: dict[Cell, list[tuple[int, Level | None]]] = defaultdict(list)
    for row, trial in enumerate(trials):
        for cell, level in trial.items():
            changed[cell].append((row, level))
    fields = dict(facts.fields)
    for (group, key), levels in changed.items():
        place = (prepared.ruleset.year, key, group is not None)
        lane = 0 if group is None else prepared.group_index[group] * facts.shape.size
        of_lane = [(lane + row, level) for row, level in levels]
        before = fields.get(place, NOTHING)
        fields[place] = _renumbered(before, of_lane) if isinstance(before, Numbers) else _renamed(before, of_lane)
    return evolve(facts, fields=fields)


def _renamed(before: Column, levels: Iterable[tuple[int, Level | None]]) -> Names:
    """Return a column of levels in which some rows have others."""
    rows: dict[Level | None, list[int]] = defaultdict(list)
    for row, level in levels:
        rows[level].append(row)
    sets = {level: rows_at(some) for level, some in rows.items()}
    touched = union(sets.values())
    by_name = dict(before.by_name) if isinstance(before, Names) else {}
    absent = before.absent if isinstance(before, Names) else 0
    names = {
        name: by_name.get(name, 0) & ~touched | sets.get(name, 0)
        for name in dict.fromkeys([*by_name, *(level for level in sets if isinstance(level, str))])
    }
    return names_of(names, absent & ~touched | sets.get(None, 0))


def _renumbered(before: Numbers, numbers: Iterable[tuple[int, Level | None]]) -> Numbers:
    """Return a column of numbers in which some rows have others."""
    tops, bottoms = list(before.tops), list(before.denominators())
    rows: dict[bool, list[int]] = {True: [], False: []}
    for row, number in numbers:
        rows[isinstance(number, Fraction)].append(row)
        if isinstance(number, Fraction):
            tops[row], bottoms[row] = number.numerator, number.denominator
    known, absent = rows_at(rows[True]), rows_at(rows[False])
    return Numbers((before.known | known) & ~absent, before.absent & ~known | absent, tops, bottoms)


# ---- Which changes are worth trying ----


def single_changes(prepared: Prepared, record: LeaRecord) -> list[LevelChange]:
    """Return every change of one cell of an LEA that the rules could distinguish, in the vocabulary's order.

    Of levels that they treat alike it is the nearest.
    """
    facts = record.years.get(prepared.ruleset.year, YearFacts())
    found = []
    for group, key in cells_asked(prepared):
        reading = facts.reading(group, key)
        if reading is not None and isinstance(reading.level, str):
            before, (indicator, code, name) = reading.level, place_of(key[0])
            levels = nearest_levels(prepared, key, before)
            found += [LevelChange(group, indicator, key[1], before, one, code=code, name=name) for one in levels]
    return found


@lru_cache(maxsize=16)
def cells_asked(prepared: Prepared) -> Sequence[Cell]:
    """Return the cells of the year whose levels or numbers the rules ask for, the LEA's first, in order."""
    vocabulary, own = prepared.ruleset.vocabulary, prepared.ruleset.year
    asked = {(key, of_group) for year, key, of_group in fields_asked(prepared) if year == own}
    keys = [(one.name, scale) for one in vocabulary.indicators for scale in one.scales]
    numbers = filter(can_change, vocabulary.numbers)
    keys += [(indicator, one.name) for one in numbers for indicator in one.indicators or ("",)]
    return [
        (group, key) for group in (None, *prepared.group_index) for key in keys if (key, group is not None) in asked
    ]


@lru_cache(maxsize=256)
def nearest_levels(prepared: Prepared, key: FieldKey, now: str) -> tuple[str, ...]:
    """Return the levels that are worth trying in a cell, in order: of those no rule distinguishes, the nearest.

    Two that are as near are both returned. Levels that no rule distinguishes from the one that the cell has are not.
    """
    asked, levels = _names_asked(prepared, key), prepared.ruleset.vocabulary.scale(key[1]).levels
    place = levels.index(now)
    nearest: dict[tuple[bool, ...], list[str]] = {tuple(now in names for names in asked): []}
    for level in sorted(levels, key=lambda one: abs(levels.index(one) - place)):
        alike = tuple(level in names for names in asked)
        found = nearest.setdefault(alike, [level])
        if level not in found and found and abs(levels.index(level) - place) == abs(levels.index(found[0]) - place):
            found.append(level)
    return tuple(sorted((level for some in nearest.values() for level in some), key=levels.index))


def levels_alike(prepared: Prepared, key: FieldKey, level: str) -> frozenset[str]:
    """Return the levels that the rules treat like one of a cell of the year, itself included."""
    asked = _names_asked(prepared, key)
    levels = prepared.ruleset.vocabulary.scale(key[1]).levels
    return frozenset(one for one in levels if all((one in names) is (level in names) for names in asked))


@lru_cache(maxsize=256)
def _names_asked(prepared: Prepared, key: FieldKey) -> Sequence[frozenset[str]]:
    """Return the sets of levels for which the rules ask whether a cell of the year has one of them."""
    year, vocabulary = prepared.ruleset.year, prepared.ruleset.vocabulary
    fields = {at for at, asked in prepared.fields.items() if (asked.year, asked.key) == (year, key)}
    every = [frozenset([level]) for level in vocabulary.scale(key[1]).levels]
    found: set[frozenset[str]] = set()
    for step in prepared.steps:
        for place, at in enumerate(step.inputs):
            if at in fields:
                asked = _asked_of(step, place)
                found.update(every if asked is None else asked)
    return sorted(found, key=sorted)


def _asked_of(step: Step, place: int) -> Sequence[frozenset[str]] | None:
    """Return the sets of names for which a step asks whether its input is one; None if it could distinguish any."""
    node = step.node
    if place == 0 and (test := named_test(node)) is not None:
        return [frozenset(test[1])]
    if is_call(node, "is rated"):
        return []
    if is_table(node) and place < len(node.on):
        patterns = [row.patterns[place] for row in node.rows]
        return [frozenset(one.names) for one in patterns if isinstance(one, OneOf)]
    return None
