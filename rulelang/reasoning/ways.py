"""The smallest changes of an LEA's levels and numbers that would end an outcome, or bring it about.

What can change is the level of a cell of the year itself, or a number that crosses a limit. Kind, earlier years and
published lists are fixed; so is a cell without a level, because a group that is too small does not grow by doing
better. First as few cells as possible change, then each by as few levels or intervals as possible. It is proved that
nothing smaller will do (`reasoning.least`), and every change is applied and evaluated before it is returned. Only
numbers that are calculated with others may take several that are not all tried (`WayOut.is_partial`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import islice, takewhile
from operator import le
from typing import Final

from attrs import evolve, field, frozen

from rulelang.core.record import LeaRecord, PublishedFacts, Reading, YearFacts
from rulelang.core.tree import Interval
from rulelang.core.truth import CANNOT_TELL
from rulelang.diagnostics.notebook import Displayed
from rulelang.engine.evaluate import LEAS_A_BATCH, Evaluation, evaluate_all
from rulelang.engine.facts import NOTHING
from rulelang.engine.steps import Prepared
from rulelang.reasoning.answers import NO, YES, Answer, Asked, answer_of, value_of
from rulelang.reasoning.calculations import calculations
from rulelang.reasoning.circuit import FALSE, TRUE, Circuit, Literal, specialized
from rulelang.reasoning.crossings import Crossings, Table, changes_of, crossings
from rulelang.reasoning.differences import UnconfirmedError
from rulelang.reasoning.least import Cell, Search, Way
from rulelang.reasoning.opened import left_open
from rulelang.reasoning.possible import LISTED, NOT_GIVEN, Option, Place, PossibleData, columns_of, years_back
from rulelang.reasoning.trials import Change, Choice, NumberChange, flips, nearest_levels

EDGE: Final = "edge"
"""The scale of the cells that hold results calculated from numbers: the answer to a comparison, or a level."""

SHOWN: Final = 10
"""How many of the smallest changes are returned for an LEA by default."""


@frozen(repr=False)
class WayOut(Displayed):
    """The changes that would give an outcome of an LEA another value.

    `value` is the outcome's value, `ends` whether the LEA has it, so that it is to end, and not to come about. `ways`
    are smallest sets of changes, `count` how many there are (`least.COUNTED` if there are as many or more). There are
    none if `obstacle` is not empty: `missing data` if data that are missing could decide, `past or kind` if no levels
    or numbers of the year would do. With `is_partial`, not every change of several numbers at once was tried that are
    calculated with: then it is proved only that no change of one cell is smaller.
    """

    record: LeaRecord
    outcome: str
    value: str
    ends: bool
    ways: tuple[tuple[Change, ...], ...] = ()
    count: int = 0
    obstacle: str = ""
    is_partial: bool = False

    def _title(self) -> str:
        what = "end" if self.ends else "bring about"
        far = f"{self.distance} changes, {self.count:,} ways" if self.ways else self.obstacle
        return f"WayOut of {self.record.name or self.record.code} to {what} {self.outcome}: {far}"

    def _rows(self) -> Iterator[tuple[str, ...]]:
        for number, way in enumerate(self.ways, 1):
            for one in way:
                change = " ".join(filter(None, one.cell[1])), one.group or "", f"{one.before} to {one.after}"
                yield str(number), *filter(None, change)

    @property
    def distance(self) -> int | None:
        """Return how many cells have to change; None if no change of cells will do."""
        return len(self.ways[0]) if self.ways else None


MISSING_DATA: Final = "missing data"
FIXED: Final = "past or kind"


def ways_out(prepared: Prepared, records: Iterable[LeaRecord], outcome: str, shown: int = SHOWN) -> Iterator[WayOut]:
    """Yield the smallest changes for each LEA, in the order given. `outcome` is one of the ruleset's, by name.

    At most `shown` of the smallest changes are returned for each. Rules may not relate entities to one another.
    """
    search = _search(prepared, outcome, shown)
    evaluations = evaluate_all(prepared, records)
    while some := list(islice(evaluations, LEAS_A_BATCH)):
        yield from _confirmed(search.asked, search.ways(some))


def _confirmed(asked: Asked, ways: Sequence[WayOut]) -> Iterator[WayOut]:
    """Yield ways out after applying and evaluating each, numbers with all that lies beyond and will do as well.

    UnconfirmedError if one has no effect.
    """
    trials = [[{change.cell: change.after for change in way} for way in one.ways] for one in ways]
    farther = [
        [
            (number, at, choice)
            for number, way in enumerate(one.ways)
            for at, change in enumerate(way)
            if isinstance(change, NumberChange)
            for choice in change.beyond
        ]
        for one in ways
    ]
    for some, one, of in zip(trials, ways, farther, strict=True):
        some += [{**some[number], one.ways[number][at].cell: choice.number} for number, at, choice in of]
    for one, of, flipped in zip(ways, farther, flips(asked, [one.record for one in ways], trials), strict=True):
        if flipped & (1 << len(one.ways)) - 1 != (1 << len(one.ways)) - 1:
            message = f"a way out of {asked.name} for {one.record.code} is none by the evaluator"
            raise UnconfirmedError(message)
        doing = [known for at, known in enumerate(of, len(one.ways)) if flipped >> at & 1]
        yield evolve(one, ways=tuple(tuple(_widened(way, number, doing)) for number, way in enumerate(one.ways)))


def _widened(way: Sequence[Change], number: int, doing: Collection[tuple[int, int, Choice]]) -> Iterator[Change]:
    """Yield the changes of a way, those of numbers with the choices right beyond that will do as well."""
    for at, change in enumerate(way):
        if not isinstance(change, NumberChange):
            yield change
            continue
        interval = change.interval
        for choice in takewhile(lambda one: (number, at, one) in doing, change.beyond):  # noqa: B023  # used at once
            rises = change.after > change.before
            lower, upper = (interval.lower, choice.interval.upper) if rises else (choice.interval.lower, interval.upper)
            interval = Interval(lower, upper)
        yield evolve(change, interval=interval)


@frozen
class _Lea:
    """An LEA with its results, and the numbers of it that can cross a limit."""

    evaluation: Evaluation
    crossed: Crossings

    @property
    def record(self) -> LeaRecord:
        """Return the LEA."""
        return self.evaluation.record


@frozen
class _Search:
    """A ruleset's circuit, of which each LEA is a case. The edges of its calculations are cells of the data."""

    asked: Asked
    data: PossibleData
    answer: Answer
    shown: int
    kinds: dict[tuple[str, tuple[str, ...]], _OfKind] = field(factory=dict)

    @property
    def prepared(self) -> Prepared:
        """Return the ruleset."""
        return self.asked.prepared

    def ways(self, evaluations: Sequence[Evaluation]) -> list[WayOut]:
        """Return the smallest changes for each LEA, given its results; all changes of one cell are tried first."""
        leas = list(map(_Lea, evaluations, crossings(self.prepared, evaluations)))
        changes = [changes_of(self.prepared, one.record, one.crossed) for one in leas]
        trials = [[{one.cell: one.after} for one in some] for some in changes]
        flipped = flips(self.asked, [one.record for one in leas], trials)
        return [
            self._way(lea, [one for at, one in enumerate(some) if bits >> at & 1])
            for lea, some, bits in zip(leas, changes, flipped, strict=True)
        ]

    def _way(self, lea: _Lea, single: Sequence[Change]) -> WayOut:
        """Return the smallest changes for one LEA, given the changes of one cell that will do."""
        value, had = value_of(self.prepared, lea.evaluation, self.asked.definition), self.asked.had
        found = WayOut(lea.record, self.asked.name, value, value == had)
        if value == CANNOT_TELL:
            return evolve(found, obstacle=MISSING_DATA)
        if single:
            steps = [one.steps(self.prepared) for one in single]
            ways = [(one,) for one, number in zip(single, steps, strict=True) if number == min(steps)]
            return evolve(found, ways=tuple(ways[: self.shown]), count=len(ways))
        wanted = [one for one in self.answer if one not in (had, CANNOT_TELL)] if found.ends else [had]
        found = evolve(found, is_partial=lea.crossed.is_partial)
        search, target = self._case(lea, wanted)
        least = search.least(target)
        if least is None:
            return evolve(found, obstacle=MISSING_DATA if self._may_do(lea, wanted) else FIXED)
        ordered = sorted(_nearest(self._changes(lea, search, way) for way in least.ways), key=self._rank)
        return evolve(found, ways=tuple(ordered[: self.shown]), count=len(ordered))

    def _changes(self, lea: _Lea, search: Search, way: Way) -> tuple[Change, ...]:
        after = dict(way)
        return tuple(
            lea.crossed.change((place.group, place.key), search.cells[place].now, after[place])
            for place in self.data.in_order(after)
        )

    def _rank(self, way: Sequence[Change]) -> list[tuple[object, ...]]:
        return [(*self.data.ranks(Place(0, *one.cell)), str(one.after)) for one in way]

    def _case(self, lea: _Lea, wanted: Sequence[str], *, missing_is_open: bool = False) -> tuple[Search, Literal]:
        """Return the circuit of one LEA, in which only what can change is open, and the wire that must become true."""
        of_kind = self._of_kind(lea.record.kind, tuple(wanted))
        circuit = Circuit()
        cells: dict[Place, Cell] = {}
        wires: dict[Place, Mapping[Option, Literal]] = {}
        rests_on = [Place(0, *cell) for table in lea.crossed.tables.values() for cell in table.cells]
        for place in dict.fromkeys((*rests_on, *(one for one in of_kind.cells if one.key[1] != EDGE))):
            now = _option_of(self.prepared, lea.record, place)
            options = self._options(lea, place, now, missing_is_open=missing_is_open)
            wires[place] = _wires(circuit, options) if len(options) > 1 else {now: TRUE}
            if len(options) > 1:
                cells[place] = Cell(options[-1], self._steps(lea, place, options[-1]), wires[place])
        for place, answers in of_kind.cells.items():
            if place.key[1] == EDGE:
                table = lea.crossed.tables[place.group, int(place.key[0])]
                wires[place] = _edge(circuit, wires, table)
                if missing_is_open and None in table.values.values():
                    wires[place] = _wires(circuit, [one for one in answers if one != NOT_GIVEN])
                    cells[place] = Cell(NOT_GIVEN, {}, wires[place])
        known = {TRUE: TRUE}
        for place, answers in of_kind.cells.items():
            known.update({wire: wires[place].get(option, FALSE) for option, wire in answers.items()})
        [target] = specialized(of_kind.circuit, known, of_kind.order, [of_kind.target], circuit)
        return Search(circuit, cells), target

    def _options(self, lea: _Lea, place: Place, now: Option, *, missing_is_open: bool) -> Sequence[Option]:
        """Return what a cell can be, what it is now at the end, without what the rules do not distinguish."""
        cell = place.group, place.key
        if place.key[1] == LISTED:
            return ()
        if now == NOT_GIVEN:
            levels = self.prepared.ruleset.vocabulary.scale(place.key[1]).levels
            return [*levels, NOT_GIVEN] if missing_is_open else ()
        if place.back != 0 or cell in lea.crossed.closed:
            return ()
        if isinstance(now, Fraction):
            return [*(one.number for one in lea.crossed.numbers.get(cell, ()) if one.number != now), now]
        return [*nearest_levels(self.prepared, place.key, now), now] if isinstance(now, str) else ()

    def _steps(self, lea: _Lea, place: Place, now: Option) -> Mapping[Option, int]:
        """Return by how many levels, or intervals of a number, each option of a cell is away from the present one."""
        if isinstance(now, Fraction):
            return {one.number: one.steps for one in lea.crossed.numbers[place.group, place.key]}
        levels = self.prepared.ruleset.vocabulary.scale(place.key[1]).levels
        return {one: abs(at - levels.index(str(now))) for at, one in enumerate(levels)} if now in levels else {}

    def _of_kind(self, kind: str, wanted: tuple[str, ...]) -> _OfKind:
        """Return the circuit of all LEAs of a kind, made once."""
        if (kind, wanted) not in self.kinds:
            circuit = Circuit()
            known = {TRUE: TRUE, **{wire: TRUE if name == kind else FALSE for name, wire in self.data.kinds.items()}}
            cells: dict[Place, Mapping[Option, Literal]] = {}
            for place, options in self.data.cells.items():
                cells[place] = {option: circuit.variable() for option in options}
                known.update({wire: cells[place][option] for option, wire in options.items()})
            wires = [self.answer[one] for one in wanted]
            order = sorted(self.data.circuit.cone(wires))
            target = circuit.some(specialized(self.data.circuit, known, order, wires, circuit))
            cone = circuit.cone([target])
            open_cells = {place: wires for place, wires in cells.items() if not cone.isdisjoint(wires.values())}
            self.kinds[kind, wanted] = _OfKind(circuit, open_cells, sorted(cone), target)
        return self.kinds[kind, wanted]

    def _may_do(self, lea: _Lea, wanted: Sequence[str]) -> bool:
        """Return whether the outcome could be what is wanted if the missing levels were known."""
        search, target = self._case(lea, wanted, missing_is_open=True)
        return search.is_possible(target)


@frozen
class _OfKind:
    """The circuit of all LEAs of a kind: its cells, the wires that the target depends on, ascending, and the target."""

    circuit: Circuit = field(repr=False)
    cells: Mapping[Place, Mapping[Option, Literal]] = field(repr=False)
    order: Sequence[Literal] = field(repr=False)
    target: Literal


def _search(prepared: Prepared, outcome: str, shown: int) -> _Search:
    """Return the circuit of a ruleset for an outcome; KeyError if the ruleset decides none of that name."""
    data, known = PossibleData(), calculations(prepared)
    edges, lanes = left_open(prepared, data, known.edges)
    for position, of_rows in lanes.items():
        for lane, options in zip(known.lanes(position), of_rows, strict=True):
            data.cells[Place(0, known.group(lane), (str(position), EDGE))] = options
    numbers = {at: NOTHING for at, kind in enumerate(known.types) if kind is not None}
    columns = columns_of(prepared, data, {**numbers, **edges})
    asked = Asked(prepared, outcome)
    answer = answer_of(prepared, data.circuit, columns, asked.definition)
    if outcome not in answer and not {YES, NO} <= answer.keys():
        raise KeyError(outcome)
    return _Search(asked, data, answer, shown)


def _nearest(ways: Iterable[tuple[Change, ...]]) -> Iterator[tuple[Change, ...]]:
    """Yield ways without those of which another changes the same numbers by less, and everything else alike."""
    alike: dict[object, list[tuple[Change, ...]]] = {}
    for way in ways:
        what = tuple((one.cell, one.after > one.before if isinstance(one, NumberChange) else one.after) for one in way)
        alike.setdefault(what, []).append(way)
    for some in alike.values():
        sizes = [[one.size for one in way if isinstance(one, NumberChange)] for way in some]
        for way, size in zip(some, sizes, strict=True):
            if not any(other != size and all(map(le, other, size)) for other in sizes):
                yield way


def _wires(circuit: Circuit, options: Sequence[Option]) -> Mapping[Option, Literal]:
    """Return new literals for the options of a cell, one the opposite of the other where there are two."""
    wires = {option: circuit.variable() for option in options}
    if len(options) == 2:  # noqa: PLR2004  # one or the other
        wires[options[1]] = -wires[options[0]]
    return wires


def _edge(circuit: Circuit, wires: Mapping[Place, Mapping[Option, Literal]], table: Table) -> Mapping[Option, Literal]:
    """Return the literals of an edge of calculations for each of its values, given those of the cells."""
    found: dict[Option, Literal] = {}
    for levels, value in table.values.items():
        chosen = (wires[Place(0, *cell)].get(level, FALSE) for cell, level in zip(table.cells, levels, strict=True))
        option = NOT_GIVEN if value is None else value if isinstance(value, bool | str) else None
        found[option] = circuit.either(found.get(option, FALSE), circuit.every(chosen))
    return found


def changed(record: LeaRecord, year: int, way: Iterable[Change]) -> LeaRecord:
    """Return an LEA with some levels of a year changed."""
    facts = record.years.get(year, YearFacts())
    lea, groups = dict(facts.lea), {name: dict(readings) for name, readings in facts.groups.items()}
    for one in way:
        readings = lea if one.group is None else groups.setdefault(one.group, {})
        readings[one.indicator, one.scale] = Reading(one.after, "changed")
    return evolve(record, years={**record.years, year: evolve(facts, lea=lea, groups=groups)})


def _option_of(prepared: Prepared, record: LeaRecord, place: Place) -> Option:
    """Return which option of a cell an LEA has."""
    ruleset = prepared.ruleset
    of_year = [facts for year, facts in record.years.items() if years_back(ruleset, year) == place.back]
    facts = of_year[0] if of_year else YearFacts()
    if place.key[1] == LISTED:
        return _listed(facts.published, place)
    reading = facts.reading(place.group, place.key)
    if reading is None:
        return NOT_GIVEN
    return reading.level


def _listed(published: PublishedFacts | None, place: Place) -> Option:
    """Return which option of a cell about a published list an LEA has."""
    outcome = place.key[0]
    if outcome:
        known = published is not None and outcome in published.held | published.stated
        return outcome in published.held if published is not None and known else NOT_GIVEN
    priorities = published.priorities if published is not None else None
    if place.group is None:
        return priorities is not None
    met = priorities.get(place.group) if priorities is not None else None
    return len(met) if met is not None and len(met) >= PublishedFacts().fewest else None
