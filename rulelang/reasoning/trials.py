"""Trial changes of levels and numbers: many changes of many LEAs evaluated at once, a row of the bit columns for each.

This module searches for nothing. It applies changes and evaluates them, so that the result of a search can rest on
having tried everything.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from itertools import accumulate, chain
from typing import Final

from attrs import evolve, field, frozen

from rulelang.core.record import FieldKey, LeaRecord, YearFacts
from rulelang.core.tree import Interval, OneOf, is_call, is_table, named_test
from rulelang.core.vocabulary import FactType
from rulelang.engine.columns import Answers, Column, Names, Numbers, names_of, places_of, rows_at, shape_of, union
from rulelang.engine.evaluate import BatchEvaluation, evaluate_batch
from rulelang.engine.facts import NOTHING, Facts, FieldPlace, fields_asked
from rulelang.engine.steps import Prepared, Step
from rulelang.reasoning.answers import Asked

Cell = tuple[str | None, FieldKey]
"""A student group's name (None: the LEA as a whole), and an indicator with a scale."""


Level = str | Fraction
"""What a cell has: a level by name, or a number."""

Trial = Mapping[Cell, Level | None]
"""The level or number that each of some cells of the year is to have; None for not rated."""


@frozen
class Choice:
    """An interval of a number that the rules treat alike, and the number in it nearest to the present one.

    `away` is how far that is, and `steps` how many intervals away if nothing else changes. `is_finer` says that the
    number has more decimals than the data and the limits.
    """

    number: Fraction
    interval: Interval
    away: Fraction
    is_finer: bool = False
    steps: int = 0


@frozen
class LevelChange:
    """A cell that changes: its student group (None: the LEA), its indicator and scale, the level before and after."""

    group: str | None
    indicator: str
    scale: str
    before: str
    after: str

    @property
    def cell(self) -> Cell:
        """Return the cell."""
        return self.group, (self.indicator, self.scale)

    def steps(self, prepared: Prepared) -> int:
        """Return by how many levels of its scale the cell changes."""
        levels = prepared.ruleset.vocabulary.scale(self.scale).levels
        return abs(levels.index(self.before) - levels.index(self.after))


@frozen
class NumberChange:
    """A number that crosses a limit: its student group (None: the LEA), indicator and name, before and after.

    `choices` are the intervals of the number that the rules distinguish, in order. All of `interval` will do, as far as
    a number of this `type` lies in it.
    """

    group: str | None
    indicator: str
    scale: str
    before: Fraction
    after: Fraction
    choices: Sequence[Choice] = field(default=(), eq=False, repr=False)
    interval: Interval = field(default=Interval(None, None), eq=False, repr=False)
    type: FactType = field(default=FactType.NUMBER, eq=False, repr=False)

    @property
    def cell(self) -> Cell:
        """Return the cell."""
        return self.group, (self.indicator, self.scale)

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

    @property
    def beyond(self) -> Sequence[Choice]:
        """Return the choices that are farther away than the number after, on its side, the nearest first."""
        at = [one.number for one in self.choices].index(self.after)
        return self.choices[at + 1 :] if self.after > self.before else self.choices[:at][::-1]


Change = LevelChange | NumberChange
"""A change of one cell."""


ROWS: Final = 20_000
"""About how many trials are evaluated at once, so that the columns need little memory."""


def flips(asked: Asked, facts: Facts, trials: Sequence[Sequence[Trial]]) -> Iterator[int]:
    """Yield for each LEA of some facts which of its trials flip an outcome, a bit for each in order.

    They end it if the LEA has it, and bring it about if it does not. If the outcome is cannot tell, before or after,
    nothing is flipped. Rules may not relate entities to one another.
    """
    prepared = asked.prepared
    position = prepared.positions.get((prepared.ruleset.year, asked.definition))
    with_none = [[{}, *some] for some in trials]
    for (batch, first), some in zip(tried(prepared, facts, with_none), trials, strict=True):
        has, has_not = (0, 0) if position is None else _rows_of(batch.columns[position], asked.had)
        found = has_not if has >> first & 1 else has if has_not >> first & 1 else 0
        yield found >> first + 1 & (1 << len(some)) - 1


def tried(prepared: Prepared, facts: Facts, trials: Sequence[Sequence[Trial]]) -> Iterator[tuple[BatchEvaluation, int]]:
    """Yield for each LEA of some facts the evaluation in which each of its trials is one, and the row of the first.

    Rules may not relate entities to one another.
    """
    first = 0
    while first < len(trials):
        end, rows = first, 0
        while end < len(trials) and (end == first or rows < ROWS):
            rows += len(trials[end])
            end += 1
        times = [len(some) if first <= lea < end else 0 for lea, some in enumerate(trials)]
        changed = _changed(_repeated(facts, times), prepared, [trial for some in trials[first:end] for trial in some])
        batch = evaluate_batch(prepared, changed)
        yield from ((batch, start) for start in list(accumulate(map(len, trials[first:end]), initial=0))[:-1])
        first = end


def _rows_of(column: Column, had: str) -> tuple[int, int]:
    """Return the rows that have an outcome, and those that do not."""
    match column:
        case Answers(yes, no):
            return yes, no
        case Names(by_name, present):
            return by_name.get(had, 0), present & ~by_name.get(had, 0)
        case _:
            return 0, 0


def _repeated(facts: Facts, times: Sequence[int]) -> Facts:
    """Return facts with as many rows for each LEA as it has trials."""
    old, shape = facts.shape, shape_of(sum(times), facts.shape.groups)
    starts = [0, *accumulate(times)]
    spans = [((1 << number) - 1) << start for number, start in zip(times, starts, strict=False)]
    needed = rows_at([lea for lea, number in enumerate(times) if number])
    each = [lea for lea, number in enumerate(times) for _ in range(number)]

    def leas(rows: int) -> int:
        return union(spans[lea] for lea in places_of(rows & needed))

    def wide(rows: int, *, of_group: bool) -> int:
        return shape.joined(map(leas, old.lanes(rows))) if of_group else leas(rows)

    def column(known: Column, *, of_group: bool) -> Column:
        match known:
            case Names(by_name, _, absent):
                names = {name: wide(rows, of_group=of_group) for name, rows in by_name.items()}
                return names_of(names, wide(absent, of_group=of_group))
            case Numbers():
                starts_of = range(0, old.stride * (old.groups if of_group else 1), old.stride)
                gap = [1] * (shape.stride - shape.size if of_group else 0)

                def again(values: Sequence[int]) -> list[int]:
                    lanes = (values[start : start + old.size] for start in starts_of)
                    return list(chain.from_iterable((*map(lane.__getitem__, each), *gap) for lane in lanes))

                known_rows, absent_rows = (wide(rows, of_group=of_group) for rows in (known.known, known.absent))
                return Numbers(known_rows, absent_rows, again(known.tops), again(known.denominators()))
            case _:
                return known

    return Facts(
        shape,
        {kind: leas(rows) for kind, rows in facts.kinds.items()},
        {place: column(known, of_group=place[2]) for place, known in facts.fields.items()},
        {silence: leas(rows) for silence, rows in facts.silent.items()},
        {
            year: [one for lea, one in enumerate(listed) for _ in range(times[lea])]
            for year, listed in facts.listed.items()
        },
        {
            year: {row: counts[lea] for row, lea in enumerate(each) if lea in counts}
            for year, counts in facts.group_counts.items()
        },
        facts.note,
    )


def _changed(facts: Facts, prepared: Prepared, trials: Sequence[Trial]) -> Facts:
    """Return facts in which each row has the levels and numbers of its trial."""
    rows: dict[FieldPlace, dict[Level | None, list[int]]] = {}
    for row, trial in enumerate(trials):
        for (group, key), level in trial.items():
            place = (prepared.ruleset.year, key, group is not None)
            lane = 0 if group is None else prepared.group_index[group] * facts.shape.stride
            rows.setdefault(place, defaultdict(list))[level].append(lane + row)
    fields = dict(facts.fields)
    for place, by_level in rows.items():
        before = fields.get(place, NOTHING)
        fields[place] = _renumbered(before, by_level) if isinstance(before, Numbers) else _renamed(before, by_level)
    return evolve(facts, fields=fields)


def _renamed(before: Column, by_level: Mapping[Level | None, Sequence[int]]) -> Names:
    """Return a column of levels in which some rows have others."""
    sets = {level: rows_at(some) for level, some in by_level.items()}
    touched = union(sets.values())
    by_name = dict(before.by_name) if isinstance(before, Names) else {}
    absent = before.absent if isinstance(before, Names) else 0
    names = {
        name: by_name.get(name, 0) & ~touched | sets.get(name, 0)
        for name in dict.fromkeys([*by_name, *(level for level in sets if isinstance(level, str))])
    }
    return names_of(names, absent & ~touched | sets.get(None, 0))


def _renumbered(before: Numbers, by_number: Mapping[Level | None, Sequence[int]]) -> Numbers:
    """Return a column of numbers in which some rows have others."""
    tops, bottoms, absent = list(before.tops), list(before.denominators()), rows_at(by_number.get(None, ()))
    known = 0
    for number, rows in by_number.items():
        if isinstance(number, Fraction):
            known |= rows_at(rows)
            for row in rows:
                tops[row], bottoms[row] = number.numerator, number.denominator
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
            before = reading.level
            found += [LevelChange(group, *key, before, after) for after in nearest_levels(prepared, key, before)]
    return found


@lru_cache(maxsize=16)
def cells_asked(prepared: Prepared) -> Sequence[Cell]:
    """Return the cells of the year whose levels or numbers the rules ask for, the LEA's first, in order."""
    vocabulary, own = prepared.ruleset.vocabulary, prepared.ruleset.year
    asked = {(key, of_group) for year, key, of_group in fields_asked(prepared) if year == own}
    keys = [(one.name, scale) for one in vocabulary.indicators for scale in one.scales]
    numbers = [one for one in vocabulary.numbers if one.type in (FactType.NUMBER, FactType.DOLLARS)]
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
