"""The numbers of an LEA that can cross a limit: for each, the intervals that the rules distinguish.

Only the intervals between limits matter, so that a number is a choice among them, in each of which the nearest number
stands for all. Limits of calculated numbers are followed back to the numbers of the data, the others staying as they
are. The evaluator then gives what the rules make of every choice, alone and together with what it is calculated with.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from itertools import groupby, pairwise, product
from math import ceil, floor, prod
from typing import Final

from attrs import evolve, field, frozen

from rulelang.core.fact_types import FactType
from rulelang.core.operators import COMPARED
from rulelang.core.record import FieldKey, LeaRecord, YearFacts
from rulelang.core.record_words import counts_in, parts_of
from rulelang.core.tree import Bound, Interval, Node, Value, is_table, operator_of
from rulelang.core.vocabulary import Scope, Vocabulary
from rulelang.diagnostics.decimals import places_of
from rulelang.engine.evaluate import BatchEvaluation, Evaluation
from rulelang.engine.steps import Prepared
from rulelang.reasoning.calculations import Calculations, Lane, calculations
from rulelang.reasoning.formulas import INVERSES
from rulelang.reasoning.opened import between
from rulelang.reasoning.possible import Option
from rulelang.reasoning.trials import (
    Cell,
    Change,
    Choice,
    Level,
    LevelChange,
    NumberChange,
    Trial,
    nearest_levels,
    place_of,
    single_changes,
    tried,
)

MOST: Final = 512
"""The most choices of the cells below one comparison that are all tried."""


CENTS: Final = 2
"""The decimals of an amount in dollars."""


@frozen
class Table:
    """What an edge of the calculations is for each choice of the cells that can change it."""

    cells: tuple[Cell, ...]
    values: Mapping[tuple[Level, ...], Value] = field(repr=False)


@frozen
class Crossings:
    """The numbers of an LEA that can cross a limit, and the results of every crossing.

    `numbers` has the choices of each in order, the present number among them. `tables` have every edge of the
    calculations, by student group and position. The cells in `closed` are in one with too many choices, and do not
    change together with others. `is_partial` says that not all changes of several cells at once are among the choices:
    of numbers that are calculated with, only those that each has by itself. `types` are those of the numbers, of which
    those in `counts` count things.
    """

    numbers: Mapping[Cell, Sequence[Choice]] = field(factory=dict)
    tables: Mapping[tuple[str | None, int], Table] = field(factory=dict)
    closed: frozenset[Cell] = frozenset()
    is_partial: bool = False
    types: Mapping[FieldKey, FactType] = field(factory=dict)
    counts: Collection[FieldKey] = ()

    def change(self, cell: Cell, before: Option, after: Option) -> Change:
        """Return a change of a cell from one of its choices to another."""
        group, (_, scale) = cell
        indicator, code, name = place_of(cell[1][0])
        if not (isinstance(before, Fraction) and isinstance(after, Fraction)):
            return LevelChange(group, indicator, scale, str(before), str(after), code=code, name=name)
        choices = self.numbers[cell]
        interval = next(one.interval for one in choices if one.number == after)
        what = choices, interval, self.types[cell[1]], cell[1] in self.counts
        return NumberChange(group, indicator, scale, before, after, *what, code=code, name=name)


def changes_of(prepared: Prepared, record: LeaRecord, crossed: Crossings) -> list[Change]:
    """Return every change of one cell of an LEA that the rules could distinguish: of a level, then of a number."""
    found: list[Change] = list(single_changes(prepared, record))
    for cell, choices in crossed.numbers.items():
        now = next(one.number for one in choices if not one.away)
        nearest: dict[tuple[bool, int], Choice] = {}
        for one in sorted(choices, key=lambda one: one.away):
            if one.steps:
                nearest.setdefault((one.number > now, one.steps), one)
        found += [crossed.change(cell, now, one.number) for one in choices if one in nearest.values()]
    return found


def crossings(batch: BatchEvaluation, known: Calculations | None = None) -> list[Crossings]:
    """Return the numbers of each LEA of a batch that can cross a limit, in some calculations or in all."""
    known, leas = known or calculations(batch.prepared), range(len(batch.records))
    if not known.edges_in_rows:
        return [Crossings() for _ in leas]
    asked = [_Asked.of(known, batch.of(one)) for one in leas]
    rows = tried(batch, [one.trials for one in asked], known.edges)
    return [one.crossings(*found) for one, found in zip(asked, rows, strict=True)]


_Edge = tuple[int, Lane, tuple[Cell, ...], int]
"""An edge in a row, with the cells that are changed and the first of the trials in which they are."""


@frozen
class _Asked:
    """The edges of the calculations for an LEA, each with the cells that can change it and the first of its trials.

    `options` has the choices of every cell that can change. An edge with too many choices is among the edges without
    cells, and among those of `one_by_one` with each of its cells by itself.
    """

    known: Calculations
    now: Mapping[Cell, Level]
    numbers: Mapping[Cell, Sequence[Choice]]
    options: Mapping[Cell, Sequence[Level]]
    edges: Sequence[_Edge]
    one_by_one: Sequence[_Edge]
    trials: Sequence[Trial]
    closed: frozenset[Cell]

    @classmethod
    def of(cls, known: Calculations, evaluation: Evaluation) -> _Asked:
        """Return what is asked about an LEA."""
        year = known.prepared.ruleset.year
        numbers = dict(_numbers(known, evaluation))
        options: dict[Cell, Sequence[Level]] = {cell: [one.number for one in some] for cell, some in numbers.items()}
        options |= _levels(known, evaluation.record)
        edges, one_by_one, trials, closed = [], list[_Edge](), list[Trial]([{}]), set[Cell]()
        firsts: dict[tuple[Cell, ...], int] = {(): 0}

        def first(cells: tuple[Cell, ...]) -> int:
            """Return the first trial of the choices of some cells, which are added to the trials where they are new."""
            if cells not in firsts:
                firsts[cells] = len(trials)
                trials.extend(dict(zip(cells, one, strict=True)) for one in product(*map(options.__getitem__, cells)))
            return firsts[cells]

        for edge, lane in known.edges_in_rows:
            found = dict.fromkeys(known.cell(*one) for one in known.fields(edge, lane))
            cells = tuple(cell for cell in found if cell in options)
            if prod(len(options[cell]) for cell in cells) > MOST:
                closed.update(cells)
                one_by_one += [(edge, lane, (cell,), first((cell,))) for cell in cells]
                cells = ()
            edges.append((edge, lane, cells, first(cells)))
        readings = {cell: evaluation.record.years[year].reading(*cell) for cell in options}
        now = {cell: one.level for cell, one in readings.items() if one is not None and one.level is not None}
        return cls(known, now, numbers, options, edges, one_by_one, trials, frozenset(closed))

    def crossings(self, batch: BatchEvaluation, first: int) -> Crossings:
        """Return the numbers that can cross a limit, from the evaluated trials, the first in row `first`."""
        tables = {(self.known.group(one[1]), one[0]): self._table(batch, first, one) for one in self.edges}
        every = [*tables.values(), *(self._table(batch, first, one) for one in self.one_by_one)]
        apart = {cell: _distinguished(cell, some, every, self.now) for cell, some in self.numbers.items()}
        numbers = {cell: some for cell, some in apart.items() if len(some) > 1}
        joined = any(len(one.cells) > 1 and edge in self.known.joined for (_, edge), one in tables.items())
        types = {number: self.known.number(number).type for _, number in numbers}
        fields, words = self.known.prepared.fields, self.known.prepared.ruleset.vocabulary
        shares = {fields[at].key for pair in self.known.parts.items() for at in pair if at in fields}
        counts = [key for key in types if key in shares or _is_count(words, key)]
        return Crossings(numbers, tables, self.closed, joined or bool(self.closed), types, counts)

    def _table(self, batch: BatchEvaluation, first: int, of: _Edge) -> Table:
        """Return what an edge is for each choice of its cells."""
        edge, lane, cells, at = of
        start = first + at + (0 if lane is None else lane * batch.shape.size)
        choices = enumerate(product(*(self.options[cell] for cell in cells)))
        return Table(cells, {one: batch.at(edge, start + place) for place, one in choices})


def _levels(known: Calculations, record: LeaRecord) -> Iterator[tuple[Cell, Sequence[str]]]:
    """Yield the levels that can change and that calculations rest on, each with those worth trying."""
    prepared = known.prepared
    facts = record.years.get(prepared.ruleset.year, YearFacts())
    fields = (one for edge in known.edges_in_rows for one in known.fields(*edge))
    for cell in dict.fromkeys(known.cell(*one) for one in fields):
        reading = facts.reading(*cell)
        if reading is not None and isinstance(now := reading.level, str):
            yield cell, [*nearest_levels(prepared, cell[1], now), now]


def _distinguished(
    cell: Cell, choices: Sequence[Choice], tables: Iterable[Table], now: Mapping[Cell, Level]
) -> Sequence[Choice]:
    """Return the choices of a number, with one for those side by side that no table distinguishes: the nearest."""
    values: dict[Level, list[Value]] = {one.number: [] for one in choices}
    alone: dict[Level, list[Value]] = {one.number: [] for one in choices}
    for table in tables:
        if cell in table.cells:
            at = table.cells.index(cell)
            for levels, value in table.values.items():
                values[levels[at]].append(value)
                if all(now[other] == level for other, level in zip(table.cells, levels, strict=True) if other != cell):
                    alone[levels[at]].append(value)
    found: list[Choice] = []
    for place, (_, of_step) in enumerate(groupby(choices, key=lambda one: alone[one.number])):
        for _, some in groupby(of_step, key=lambda one: values[one.number]):
            alike = list(some)
            nearest = min(alike, key=lambda one: (one.is_finer, one.away))
            interval = Interval(alike[0].interval.lower, alike[-1].interval.upper)
            found.append(evolve(nearest, interval=interval, steps=place))
    start = next(one.steps for one in found if not one.away)
    return [evolve(one, steps=abs(one.steps - start)) for one in found]


# ---- limits followed back ----


def _numbers(known: Calculations, evaluation: Evaluation) -> Iterator[tuple[Cell, Sequence[Choice]]]:
    """Yield the numbers that can change, each with a choice for every interval between the limits it may have."""
    limits = limits_of(known, evaluation)
    for at, lane in sorted(limits, key=lambda one: (one[0], one[1] or 0)):
        now = evaluation.at(at, lane)
        if at in known.moving and isinstance(now, Fraction):
            choices = list(_grid(known, evaluation, (at, lane), now, limits[at, lane]).choices(limits[at, lane]))
            if len(choices) > 1:
                yield known.cell(at, lane), choices


def limits_of(known: Calculations, evaluation: Evaluation) -> Mapping[tuple[int, Lane], set[Fraction]]:
    """Return for each number, by step and row, the limits that it may have, the other numbers staying as they are."""
    found: dict[tuple[int, Lane], set[Fraction]] = defaultdict(set)
    steps = known.prepared.steps
    for position, lane in known.carrying_rows:
        node = steps[position].node
        if not (is_table(node) or operator_of(node) in COMPARED or found.get((position, lane))):
            continue
        inputs = known.inputs(position, lane)
        values = [evaluation.at(*one) for one in inputs]
        for place, (at, row) in enumerate(inputs):
            if known.types[at] is not None and known.beneath[at]:
                found[at, row].update(_at_limits(node, place, values, found[position, lane]))
    return found


def _at_limits(node: Node, place: int, values: Sequence[Value], limits: Iterable[Fraction]) -> Iterator[Fraction]:
    """Yield the limits of a number that a step reads, given the values of all it reads and the limits of the result."""
    if is_table(node) and place < len(node.on):
        patterns = [row.patterns[place] for row in node.rows]
        bounds = [(one.lower, one.upper) for one in patterns if isinstance(one, Interval)]
        yield from (bound.number for pair in bounds for bound in pair if bound is not None)
    elif operator_of(node) in COMPARED:
        yield from (one for at, one in enumerate(values) if at != place and isinstance(one, Fraction))
    else:
        inverse = INVERSES.get(operator_of(node))
        others = [Fraction() if at == place else one for at, one in enumerate(values)]
        numbers = [one for one in others if isinstance(one, Fraction)]
        if inverse is None:  # one of several values, such as that of a row
            yield from limits
        elif len(numbers) == len(values):  # what the number itself is now has no part in it
            yield from (one for limit in limits for one in inverse(place, numbers, limit))


# ---- the nearest numbers ----


@frozen
class _Grid:
    """What a number of the data can be: a multiple of a unit, and where it is not `strict` any other; with its ends."""

    now: Fraction
    unit: Fraction
    strict: bool
    lowest: Fraction | None
    highest: Fraction | None

    def choices(self, limits: Iterable[Fraction]) -> Iterator[Choice]:
        """Yield a choice for each limit and for each interval between two, in order, where there is a number in it."""
        ends: list[Bound | None] = [None, *(Bound(one, included=False) for one in sorted(set(limits))), None]
        for lower, upper in pairwise(ends):
            if lower is not None:
                at = evolve(lower, included=True)
                yield from self._choice(Interval(at, at))
            yield from self._choice(Interval(lower, upper))

    def _choice(self, interval: Interval) -> Iterator[Choice]:
        number = self._nearest(interval)
        low, high = self.lowest, self.highest
        if number is not None and (low is None or number >= low) and (high is None or number <= high):
            yield Choice(number, self._possible(interval), abs(number - self.now), number % self.unit != 0)

    def _possible(self, interval: Interval) -> Interval:
        """Return an interval without an end that the number never reaches."""
        low, high = interval.lower, interval.upper
        is_low = low is not None and self.lowest is not None and low.number < self.lowest
        is_high = high is not None and self.highest is not None and high.number > self.highest
        return Interval(None if is_low else low, None if is_high else high)

    def _nearest(self, interval: Interval) -> Fraction | None:
        """Return the number of an interval that is nearest to the present one; None if it has none."""
        low, high = interval.lower, interval.upper
        if interval.holds(self.now):
            return self.now
        number = self._towards(interval, self.unit)
        if interval.holds(number):
            return number
        if self.strict or low is None or high is None:
            return None
        if low.included:
            return low.number
        decimals = places_of(between(low.number, high.number)) or 0
        return self._towards(interval, Fraction(1, 10**decimals))

    def _towards(self, interval: Interval, unit: Fraction) -> Fraction:
        """Return the first multiple of a unit beyond the end of an interval that is met on the way to it."""
        low, high = interval.lower, interval.upper
        if low is not None and self.now <= low.number:
            return last_within(low, unit, is_upper=False)
        return last_within(high, unit, is_upper=True) if high is not None else self.now


def last_within(end: Bound, unit: Fraction, *, is_upper: bool) -> Fraction:
    """Return the multiple of a unit that is in an interval and nearest to one of its ends."""
    units = end.number / unit
    if is_upper:
        return (floor(units) if end.included else ceil(units) - 1) * unit
    return (ceil(units) if end.included else floor(units) + 1) * unit


def _grid(
    known: Calculations, evaluation: Evaluation, at: tuple[int, Lane], now: Fraction, limits: Iterable[Fraction]
) -> _Grid:
    """Return what a number of an LEA can be, given its limits: a count is whole, and an amount of dollars has cents."""
    position, lane = at
    number = known.number(known.prepared.fields[position].key)
    is_amount, is_count = number.type is FactType.DOLLARS, position in known.divided and now.denominator == 1
    places = 0 if is_count else max(places_of(one) or 0 for one in (now, *limits))
    unit = Fraction(1, 10 ** (CENTS if is_amount else places))
    pairs = {*known.parts.items(), *_parts_read(known.prepared)}
    wholes = (evaluation.at(whole, lane) for part, whole in pairs if part == position)
    parts = (evaluation.at(part, lane) for part, whole in pairs if whole == position)
    lowest = [*(() if number.below_zero else (Fraction(),)), *(one for one in _known(parts) if one <= now)]
    highest = [one for one in (*_known(wholes), *_known((number.at_most,))) if one >= now]
    strict = (is_amount or is_count) and now % unit == 0
    return _Grid(now, unit, strict, max(lowest, default=None), min(highest, default=None))


@lru_cache(maxsize=16)
def _parts_read(prepared: Prepared) -> Sequence[tuple[int, int]]:
    """Return pairs of positions of numbers of the year, the first of which counts a part of the second."""
    year, vocabulary = prepared.ruleset.year, prepared.ruleset.vocabulary
    at_key = {(node.key, prepared.steps[at].scope): at for at, node in prepared.fields.items() if node.year == year}
    named = {key[0] for key, _ in at_key if key[0] in {one.name for one in vocabulary.indicators}}
    pairs = [((one, part), (one, whole)) for one in named for part, whole in parts_of(vocabulary, one)]
    both = [(at_key.get((part, scope)), at_key.get((whole, scope))) for part, whole in pairs for scope in Scope]
    return [(part, whole) for part, whole in both if part is not None and whole is not None]


def _is_count(vocabulary: Vocabulary, key: FieldKey) -> bool:
    """Return whether a number counts things: it is a part of another number, or another is a part of it."""
    return key[1] in counts_in(vocabulary, place_of(key[0])[0])


def _known(values: Iterable[Value]) -> Iterator[Fraction]:
    yield from (one for one in values if isinstance(one, Fraction))
