"""The smallest changes of an LEA's levels that would end an outcome, or bring it about.

What can change is the level of a cell of the year itself. Kind, earlier years and published lists are fixed; so is a
cell without a level, because a group that is too small does not grow by doing better. First as few cells as possible
change, then each by as few levels as possible. It is proved that nothing smaller will do (`reasoning.least`), and every
change is applied and evaluated before it is returned.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Final

from attrs import evolve, field, frozen

from rulelang.core.record import LeaRecord, PublishedFacts, Reading, YearFacts
from rulelang.diagnostics.notebook import Displayed
from rulelang.engine.determination import CANNOT_TELL
from rulelang.engine.evaluate import LEAS_A_BATCH, evaluate_all
from rulelang.engine.steps import Prepared
from rulelang.reasoning.answers import NO, YES, Answer, Asked, answer_of, value_of
from rulelang.reasoning.circuit import FALSE, TRUE, Circuit, Literal, specialized
from rulelang.reasoning.differences import UnconfirmedError
from rulelang.reasoning.least import Cell, Search, Way
from rulelang.reasoning.possible import LISTED, NOT_GIVEN, Option, Place, PossibleData, columns_of, years_back
from rulelang.reasoning.trials import LevelChange, flips, nearest_levels, single_changes

SHOWN: Final = 10
"""How many of the smallest changes are returned for an LEA by default."""


@frozen(repr=False)
class WayOut(Displayed):
    """The changes that would give an outcome of an LEA another value.

    `value` is the outcome's value, `ends` whether the LEA has it, so that it is to end, and not to come about. `ways`
    are smallest sets of changes, `count` how many there are (`least.COUNTED` if there are as many or more). There are
    none if `obstacle` is not empty: `missing data` if data that are missing could decide, `past or kind` if no levels
    of the year would do.
    """

    record: LeaRecord
    outcome: str
    value: str
    ends: bool
    ways: tuple[tuple[LevelChange, ...], ...] = ()
    count: int = 0
    obstacle: str = ""

    def _title(self) -> str:
        what = "end" if self.ends else "bring about"
        far = f"{self.distance} levels, {self.count:,} ways" if self.ways else self.obstacle
        return f"WayOut of {self.record.name or self.record.code} to {what} {self.outcome}: {far}"

    def _rows(self) -> Iterator[tuple[str, ...]]:
        for number, way in enumerate(self.ways, 1):
            for one in way:
                change = f"{one.indicator} {one.scale}", one.group or "", f"{one.before} to {one.after}"
                yield str(number), *filter(None, change)

    @property
    def distance(self) -> int | None:
        """Return how many cells have to change; None if no change of cells will do."""
        return len(self.ways[0]) if self.ways else None


MISSING_DATA: Final = "missing data"
FIXED: Final = "past or kind"


def ways_out(prepared: Prepared, records: Iterable[LeaRecord], outcome: str, shown: int = SHOWN) -> Iterator[WayOut]:
    """Yield the smallest changes for each LEA, in the order given. `outcome` is one of the ruleset's, by name.

    At most `shown` of the smallest changes are returned for each. Raises NumbersReadError if the rules read numbers.
    """
    search = _search(prepared, outcome, shown)
    evaluations = evaluate_all(prepared, records)
    while some := list(islice(evaluations, LEAS_A_BATCH)):
        found = search.ways(
            [one.record for one in some], [value_of(prepared, one, search.asked.definition) for one in some]
        )
        _confirm(search.asked, found)
        yield from found


def _confirm(asked: Asked, ways: Sequence[WayOut]) -> None:
    """Apply every way and evaluate it; UnconfirmedError if one has no effect."""
    some = [one for one in ways if one.ways]
    trials = [[{change.cell: change.after for change in way} for way in one.ways] for one in some]
    for one, flipped in zip(some, flips(asked, [one.record for one in some], trials), strict=True):
        if flipped != (1 << len(one.ways)) - 1:
            message = f"a way out of {asked.name} for {one.record.code} is none by the evaluator"
            raise UnconfirmedError(message)


@frozen
class _Search:
    """A ruleset's circuit, of which each LEA is a case."""

    asked: Asked
    data: PossibleData
    answer: Answer
    shown: int
    kinds: dict[tuple[str, tuple[str, ...]], _OfKind] = field(factory=dict)

    @property
    def prepared(self) -> Prepared:
        """Return the ruleset."""
        return self.asked.prepared

    def ways(self, records: Sequence[LeaRecord], values: Sequence[str]) -> list[WayOut]:
        """Return the smallest changes for each LEA, given its outcome now; all changes of one cell are tried first."""
        changes = [single_changes(self.prepared, record) for record in records]
        tried = flips(self.asked, records, [[{one.cell: one.after} for one in some] for some in changes])
        found = []
        for record, value, some, flipped in zip(records, values, changes, tried, strict=True):
            single = [one for at, one in enumerate(some) if flipped >> at & 1]
            found.append(self._way(record, value, single))
        return found

    def _way(self, record: LeaRecord, value: str, single: Sequence[LevelChange]) -> WayOut:
        """Return the smallest changes for one LEA, given the changes of one cell that will do."""
        found = WayOut(record, self.asked.name, value, value == self.asked.had)
        if value == CANNOT_TELL:
            return evolve(found, obstacle=MISSING_DATA)
        if single:
            steps = [one.steps(self.prepared) for one in single]
            ways = [(one,) for one, number in zip(single, steps, strict=True) if number == min(steps)]
            return evolve(found, ways=tuple(ways[: self.shown]), count=len(ways))
        had = self.asked.had
        wanted = [one for one in self.answer if one not in (had, CANNOT_TELL)] if found.ends else [had]
        search, target = self._case(record, wanted)
        least = search.least(target)
        if least is None:
            return evolve(found, obstacle=MISSING_DATA if self._may_do(record, wanted) else FIXED)
        ordered = sorted((self._changes_of(search, way) for way in least.ways), key=self._rank)
        return evolve(found, ways=tuple(ordered[: self.shown]), count=len(ordered))

    def _changes_of(self, search: Search, way: Way) -> tuple[LevelChange, ...]:
        after = dict(way)
        return tuple(
            LevelChange(place.group, *place.key, search.cells[place].now, after[place])
            for place in self.data.in_order(after)
        )

    def _rank(self, way: Sequence[LevelChange]) -> list[tuple[int, int, str]]:
        return [(*self.data.ranks(Place(0, one.group, (one.indicator, one.scale))), one.after) for one in way]

    @property
    def _year(self) -> int:
        return self.prepared.ruleset.year

    def _case(
        self, record: LeaRecord, wanted: Sequence[str], *, missing_is_open: bool = False
    ) -> tuple[Search, Literal]:
        """Return the circuit of one LEA, in which only what can change is open, and the wire that must become true."""
        of_kind = self._of_kind(record.kind, tuple(wanted))
        circuit = Circuit()
        known: dict[Literal, Literal] = {TRUE: TRUE}
        cells: dict[Place, Cell] = {}
        for place, options in of_kind.cells.items():
            now = _option_of(self.prepared, record, place)
            levels = [option for option in options if isinstance(option, str) and option != NOT_GIVEN]
            can_change = place.back == 0 and now in levels
            if place.key[1] != LISTED and (can_change or (missing_is_open and now == NOT_GIVEN)):
                scale = self.prepared.ruleset.vocabulary.scale(place.key[1]).levels
                near = levels if now == NOT_GIVEN else [*nearest_levels(self.prepared, place.key, str(now)), str(now)]
                open_wires = {level: circuit.variable() for level in near}
                if len(near) == 2:  # noqa: PLR2004  # one or the other
                    open_wires[near[1]] = -open_wires[near[0]]
                cells[place] = Cell(str(now), scale, open_wires)
                known.update({wire: open_wires.get(str(option), FALSE) for option, wire in options.items()})
            else:
                known.update({wire: TRUE if option == now else FALSE for option, wire in options.items()})
        [target] = specialized(of_kind.circuit, known, of_kind.order, [of_kind.target], circuit)
        return Search(circuit, cells), target

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
        search, target = self._case(record, wanted, missing_is_open=True)
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
    data = PossibleData()
    columns = columns_of(prepared, data)
    asked = Asked(prepared, outcome)
    answer = answer_of(prepared, data.circuit, columns, asked.definition)
    if outcome not in answer and not {YES, NO} <= answer.keys():
        raise KeyError(outcome)
    return _Search(asked, data, answer, shown)


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
