"""The smallest changes of an LEA's levels that would end an outcome, or bring it about.

What can change is the level of a cell of the year itself. Kind, earlier years and published lists are as they are; so
is a cell without a level, because a group that is too small does not grow by doing better. First as few cells as
possible change, then each by as few levels as possible: that nothing smaller will do is proved by the solver, and every
change is applied and evaluated before it is returned.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import Final

from attrs import evolve, field, frozen

from rulelang.core.record import LeaRecord, PublishedFacts, Reading, YearFacts
from rulelang.core.ruleset import DETERMINATION
from rulelang.engine.determination import CANNOT_TELL
from rulelang.engine.evaluate import Evaluation, evaluate_all
from rulelang.engine.steps import Prepared
from rulelang.reasoning.answers import NO, YES, Answer, answer_of, value_of
from rulelang.reasoning.circuit import FALSE, TRUE, Circuit, Literal, specialized
from rulelang.reasoning.differences import UnconfirmedError
from rulelang.reasoning.possible import LISTED, NOT_GIVEN, Option, Place, PossibleData, columns_of, years_back
from rulelang.reasoning.solver import least_cost, solving

SHOWN: Final = 10
"""How many of the smallest changes are returned, where there are more."""

COUNTED: Final = 500
"""How many of the smallest changes are looked for at most."""

_CELL: Final = 1000
"""What a cell that changes costs beside the levels it changes by: more than all levels of a way can come to."""


@frozen
class LevelChange:
    """A cell that changes: its student group (None: the LEA), its indicator and scale, the level before and after."""

    group: str | None
    indicator: str
    scale: str
    before: str
    after: str


@frozen
class WayOut:
    """What it would take for an outcome of an LEA to be another.

    `value` is what the outcome is, `ends` whether the LEA has it, so that it is to end, and not to come about. `ways`
    are smallest sets of changes, `count` how many there are (`COUNTED` where there are as many or more). There is none
    where `obstacle` is not empty: `missing data` where data that are missing could decide, `past or kind` where nothing
    that the levels of the year can be would do.
    """

    record: LeaRecord
    outcome: str
    value: str
    ends: bool
    ways: tuple[tuple[LevelChange, ...], ...] = ()
    count: int = 0
    obstacle: str = ""

    @property
    def distance(self) -> int | None:
        """Return how many cells have to change; None where no change of cells will do."""
        return len(self.ways[0]) if self.ways else None


MISSING_DATA: Final = "missing data"
FIXED: Final = "past or kind"


def ways_out(prepared: Prepared, records: Iterable[LeaRecord], outcome: str) -> Iterator[WayOut]:
    """Yield what it would take for each LEA, in the order given. `outcome` is one of the ruleset's, by name.

    Raises NumbersReadError where the rules read numbers.
    """
    search = _search(prepared, outcome)
    for evaluation in evaluate_all(prepared, records):
        yield search.way(evaluation)


@frozen
class _Search:
    """A ruleset's circuit, of which each LEA is a case."""

    prepared: Prepared
    data: PossibleData
    outcome: str
    answer: Answer
    kinds: dict[tuple[str, tuple[str, ...]], _OfKind] = field(factory=dict)

    @property
    def is_determination(self) -> bool:
        """Return whether the outcome is a determination, which is one of several, and not answered by yes or no."""
        return (self.prepared.ruleset.year, self.outcome) not in self.prepared.positions or any(
            one.name == self.outcome and one.kind == "determination"
            for one in self.prepared.ruleset.vocabulary.outcomes
        )

    def way(self, evaluation: Evaluation) -> WayOut:
        """Return what it would take for one LEA."""
        value = value_of(self.prepared, evaluation, self._asked)
        record, had = evaluation.record, self.outcome if self.is_determination else YES
        found = WayOut(record, self.outcome, value, value == had)
        if value == CANNOT_TELL:
            return evolve(found, obstacle=MISSING_DATA)
        wanted = [one for one in self.answer if one not in (had, CANNOT_TELL)] if found.ends else [had]
        case = self._case(record, wanted)
        costs = [(wire, cost) for cell in case.cells.values() for wire, cost in cell.costs()]
        least = None if case.target == FALSE else least_cost(case.clauses(), costs)
        if least is None:
            return evolve(found, obstacle=MISSING_DATA if self._may_do(record, wanted) else FIXED)
        ways = case.ways(least // _CELL, least % _CELL)
        for applied in evaluate_all(self.prepared, [changed(record, self._year, way) for way in ways[:SHOWN]]):
            after = value_of(self.prepared, applied, self._asked)
            if after not in wanted:
                message = f"{self.outcome}: {after} by the evaluator, not {wanted}"
                raise UnconfirmedError(message)
        return evolve(found, ways=tuple(ways[:SHOWN]), count=len(ways))

    @property
    def _asked(self) -> str:
        return DETERMINATION if self.is_determination else self.outcome

    @property
    def _year(self) -> int:
        return self.prepared.ruleset.year

    def _case(self, record: LeaRecord, wanted: Sequence[str], *, missing_is_open: bool = False) -> _Case:
        """Return the circuit of one LEA: only what can change of it is open."""
        of_kind = self._of_kind(record.kind, tuple(wanted))
        circuit = Circuit()
        known: dict[Literal, Literal] = {TRUE: TRUE}
        cells: dict[Place, _Cell] = {}
        for place, options in of_kind.cells.items():
            now = _option_of(self.prepared, record, place)
            levels = [option for option in options if isinstance(option, str) and option != NOT_GIVEN]
            can_change = place.back == 0 and now in levels
            if place.key[1] != LISTED and (can_change or (missing_is_open and now == NOT_GIVEN)):
                open_wires = {level: circuit.variable() for level in levels}
                cells[place] = _Cell(str(now), open_wires)
                known.update({wire: open_wires.get(str(option), FALSE) for option, wire in options.items()})
            else:
                known.update({wire: TRUE if option == now else FALSE for option, wire in options.items()})
        [target] = specialized(of_kind.circuit, known, of_kind.order, [of_kind.target], circuit)
        cone = circuit.cone([target])
        open_cells = {place: cell for place, cell in cells.items() if not cone.isdisjoint(cell.wires.values())}
        return _Case(circuit, self.data, open_cells, target)

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

    def _may_do(self, record: LeaRecord, wanted: Sequence[str]) -> bool:
        """Return whether the outcome could be what is wanted if the missing levels were known."""
        case = self._case(record, wanted, missing_is_open=True)
        with solving(case.circuit, ()) as solver:
            solver.hold(case.clauses())
            return solver.solution() is not None


@frozen
class _OfKind:
    """The circuit of all LEAs of a kind: its cells, the wires that the target depends on, ascending, and the target."""

    circuit: Circuit = field(repr=False)
    cells: Mapping[Place, Mapping[Option, Literal]] = field(repr=False)
    order: Sequence[Literal] = field(repr=False)
    target: Literal


@frozen
class _Cell:
    """A cell that can change: its level, and a literal for each level it can have, worst and best at the ends."""

    now: str
    wires: Mapping[str, Literal]

    def steps(self, level: str) -> int:
        """Return by how many levels a level differs from the cell's own."""
        order = list(self.wires)
        return abs(order.index(level) - order.index(self.now)) if self.now in order else 0

    def costs(self) -> Iterator[tuple[Literal, int]]:
        """Yield what each other level costs."""
        yield from ((wire, _CELL + self.steps(level)) for level, wire in self.wires.items() if level != self.now)

    def ladder(self, circuit: Circuit) -> Iterator[Literal]:
        """Yield as many true wires as the cell changes by levels."""
        for number in range(1, len(self.wires)):
            yield circuit.some(wire for level, wire in self.wires.items() if self.steps(level) >= number)


@frozen
class _Case:
    """The circuit of one LEA, the cells that can change, and the wire that is true where they change enough."""

    circuit: Circuit
    data: PossibleData
    cells: Mapping[Place, _Cell] = field(repr=False)
    target: Literal

    def clauses(self) -> list[Sequence[Literal]]:
        """Return what holds of every way: each cell has one level, and the outcome is what is wanted."""
        found: list[Sequence[Literal]] = [[TRUE], [self.target], *self.circuit.clauses([self.target], set())]
        for cell in self.cells.values():
            found.append(tuple(cell.wires.values()))
            found.extend((-one, -other) for one, other in combinations(cell.wires.values(), 2))
        return found

    def ways(self, cells: int, levels: int) -> list[tuple[LevelChange, ...]]:
        """Return the ways of so many cells and levels, in order; no more than `COUNTED`."""
        moved = [-cell.wires[cell.now] for cell in self.cells.values()]
        steps = [wire for cell in self.cells.values() for wire in cell.ladder(self.circuit)]
        found: list[tuple[LevelChange, ...]] = []
        with solving(self.circuit, ()) as solver:
            solver.hold(self.clauses())
            solver.hold(self.circuit.clauses(steps, set()))
            bounds = [solver.at_most(cells, moved), solver.at_most(levels, steps)]
            while len(found) < COUNTED and (model := solver.solution(bounds)) is not None:
                chosen = {
                    place: (level, wire)
                    for place, cell in self.cells.items()
                    for level, wire in cell.wires.items()
                    if level != cell.now and wire in model
                }
                solver.hold([[-wire for _, wire in chosen.values()]])
                found.append(
                    tuple(
                        LevelChange(place.group, *place.key, self.cells[place].now, chosen[place][0])
                        for place in self.data.in_order(chosen)
                    )
                )
        return sorted(found, key=self._rank)

    def _rank(self, way: Sequence[LevelChange]) -> list[tuple[int, int, str]]:
        return [(*self.data.ranks(Place(0, one.group, (one.indicator, one.scale))), one.after) for one in way]


def _search(prepared: Prepared, outcome: str) -> _Search:
    """Return the circuit of a ruleset for an outcome; KeyError where the ruleset decides none of that name."""
    data = PossibleData()
    columns = columns_of(prepared, data)
    search = _Search(prepared, data, outcome, {})
    answer = answer_of(prepared, data.circuit, columns, DETERMINATION if search.is_determination else outcome)
    if outcome not in answer and not {YES, NO} <= answer.keys():
        raise KeyError(outcome)
    return evolve(search, answer=answer)


def changed(record: LeaRecord, year: int, way: Iterable[LevelChange]) -> LeaRecord:
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
    return reading.level if isinstance(reading.level, str) else None


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
