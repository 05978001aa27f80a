"""LEAs as cases of a ruleset's circuit, in which only what can change is open.

Of the gates of an LEA only those are left that what can change has a part in: a small part of them, as earlier years
and published lists are fixed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Final

from attrs import field, frozen

from rulelang.core.record import LeaRecord, PublishedFacts, YearFacts
from rulelang.engine.evaluate import Evaluation
from rulelang.engine.steps import Prepared
from rulelang.reasoning.answers import Answer
from rulelang.reasoning.circuit import FALSE, TRUE, Circuit, Literal, specialized
from rulelang.reasoning.crossings import Crossings, Table
from rulelang.reasoning.least import Cell, Search
from rulelang.reasoning.possible import LISTED, NOT_GIVEN, Option, Place, PossibleData, years_back
from rulelang.reasoning.trials import nearest_levels

EDGE: Final = "edge"
"""The scale of the cells that hold results calculated from numbers: the answer to a comparison, or a level."""


@frozen
class Lea:
    """An LEA with its results, and the numbers of it that can cross a limit."""

    evaluation: Evaluation
    crossed: Crossings

    @property
    def record(self) -> LeaRecord:
        """Return the LEA."""
        return self.evaluation.record


@frozen
class Case:
    """The circuit of an LEA, and the wire that must become true. `lacks_data` says that something is missing."""

    search: Search
    target: Literal
    lacks_data: bool


@frozen(eq=False)
class _OfKind:
    """The circuit of all LEAs of a kind: its cells, the wires that the target depends on, ascending, and the target."""

    circuit: Circuit = field(repr=False)
    cells: Mapping[Place, Mapping[Option, Literal]] = field(repr=False)
    order: Sequence[Literal] = field(repr=False)
    target: Literal


@frozen(eq=False)
class Cases:
    """A ruleset's circuit, of which each LEA is a case. The edges of its calculations are cells of the data."""

    prepared: Prepared
    data: PossibleData = field(repr=False)
    answer: Answer = field(repr=False)
    _kinds: dict[tuple[str, tuple[str, ...]], _OfKind] = field(factory=dict, repr=False)

    def of(
        self, kind: str, wanted: Sequence[str], leas: Sequence[Lea], *, missing_is_open: bool = False
    ) -> Iterator[Case]:
        """Return the cases of some LEAs of a kind that are to get one of the wanted values of the answer.

        With `missing_is_open`, levels that are missing can be any.
        """
        of_kind = self._of_kind(kind, tuple(wanted))
        return (self._case(of_kind, lea, missing_is_open=missing_is_open) for lea in leas)

    def _of_kind(self, kind: str, wanted: tuple[str, ...]) -> _OfKind:
        """Return the circuit of all LEAs of a kind, made once."""
        if (kind, wanted) not in self._kinds:
            groups = [group.name for group in self.prepared.groups]
            data, found = self.data.of_kind(kind, [self.answer[one] for one in wanted], groups)
            target = data.circuit.some(found)
            self._kinds[kind, wanted] = _OfKind(data.circuit, data.cells, data.circuit.cone([target]), target)
        return self._kinds[kind, wanted]

    # ---- what can change for an LEA ----

    def _case(self, of_kind: _OfKind, lea: Lea, *, missing_is_open: bool) -> Case:
        """Return the case of an LEA: the circuit of its kind, with a value for each input that cannot change."""
        circuit = Circuit()
        cells: dict[Place, Cell] = {}
        wires: dict[Place, Mapping[Option, Literal]] = {}
        facts = {years_back(self.prepared.ruleset, year): known for year, known in lea.record.years.items()}
        rests_on = [Place(0, *cell) for table in lea.crossed.tables.values() for cell in table.cells]
        lacks_data = False
        for place in dict.fromkeys((*rests_on, *(one for one in of_kind.cells if one.key[1] != EDGE))):
            now = _option_of(facts.get(place.back, _NO_FACTS), place)
            lacks_data |= now == NOT_GIVEN and place.key[1] != LISTED
            options = self._options(lea, place, now, missing_is_open=missing_is_open)
            wires[place] = _wires(circuit, options) if len(options) > 1 else {now: TRUE}
            if len(options) > 1:
                cells[place] = Cell(options[-1], self._steps(lea, place, options[-1]), wires[place])
        for place, answers in of_kind.cells.items():
            if place.key[1] == EDGE:
                table = lea.crossed.tables[place.group, int(place.key[0])]
                wires[place] = _edge(circuit, wires, table)
                lacks_data |= None in table.values.values()
                if missing_is_open and None in table.values.values():
                    wires[place] = _wires(circuit, [one for one in answers if one != NOT_GIVEN])
                    cells[place] = Cell(NOT_GIVEN, {}, wires[place])
        known = {
            wire: wires[place].get(option, FALSE)
            for place, answers in of_kind.cells.items()
            for option, wire in answers.items()
        }
        known[TRUE] = TRUE
        [target] = specialized(of_kind.circuit, known, of_kind.order, [of_kind.target], circuit)
        return Case(Search(circuit, cells), target, lacks_data)

    def _options(self, lea: Lea, place: Place, now: Option, *, missing_is_open: bool) -> Sequence[Option]:
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

    def _steps(self, lea: Lea, place: Place, now: Option) -> Mapping[Option, int]:
        """Return by how many levels, or intervals of a number, each option of a cell is away from the present one."""
        if isinstance(now, Fraction):
            return {one.number: one.steps for one in lea.crossed.numbers[place.group, place.key]}
        levels = self.prepared.ruleset.vocabulary.scale(place.key[1]).levels
        return {one: abs(at - levels.index(str(now))) for at, one in enumerate(levels)} if now in levels else {}


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


_NO_FACTS: Final = YearFacts()


def _option_of(facts: YearFacts, place: Place) -> Option:
    """Return which option of a cell an LEA has, given the facts of the cell's year."""
    if place.key[1] == LISTED:
        return _listed(facts.published, place)
    reading = facts.reading(place.group, place.key)
    return NOT_GIVEN if reading is None else reading.level


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
