"""The least changes that make a wire of a circuit true, where inputs are choices of cells, and choices have costs.

The circuit is taken apart first. The least cost of making any of several wires true is that of one of them; making all
of several wires true costs the sum, if they depend on different cells. What is left is small: every choice of its cells
is tried or, if there are too many, the solver proves the minimum.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations, compress, islice, product
from math import prod
from typing import Final

from attrs import field, frozen

from rulelang.engine.columns import flags, places_of
from rulelang.reasoning.circuit import FALSE, TRUE, Circuit, Literal
from rulelang.reasoning.possible import Option, Place
from rulelang.reasoning.solver import Solver, solving

COUNTED: Final = 500
"""The most least changes that are looked for."""

TABLE: Final = 1024
"""The most choices of some cells that are all tried."""

_CELL: Final = 1000
"""The cost of changing a cell besides the levels it changes by: more than all levels of a way can cost together."""

Way = frozenset[tuple[Place, Option]]
"""Cells, each with the level or number that it changes to."""


@frozen
class Cell:
    """A cell that can change: its level, a literal for each level it can have, and how many steps away each is.

    Exactly one of the literals is true. The levels of a number are its choices.
    """

    now: Option
    steps: Mapping[Option, int]
    wires: Mapping[Option, Literal]

    def cost(self, level: Option) -> int:
        """Return the cost of a level: nothing for the cell's own, otherwise a cell and the levels it changes by."""
        return 0 if level == self.now else _CELL + self.steps.get(level, 0)

    def holds(self, wire: Literal, level: Option) -> bool:
        """Return whether a wire of the cell is true at a level."""
        return wire == self.wires[level] or any(-wire == one for name, one in self.wires.items() if name != level)


@frozen
class Least:
    """The cost of the least changes, and the changes: all of them, or `COUNTED` if there are as many or more."""

    cost: int
    ways: Sequence[Way] = field(repr=False)


NOTHING_TO_DO: Final = Least(0, (frozenset(),))


@frozen(eq=False)
class Search:
    """The search of a circuit, whose inputs are the literals of the cells."""

    circuit: Circuit
    cells: Mapping[Place, Cell] = field(repr=False)
    _found: dict[Literal, Least | None] = field(factory=dict, repr=False)
    _order: list[Place] = field(factory=list, repr=False)
    _cell_at: dict[Literal, int] = field(factory=dict, repr=False)
    _masks: list[int] = field(factory=list, repr=False)
    _now: list[bool] = field(factory=lambda: [False, True], repr=False)

    def __attrs_post_init__(self) -> None:
        """Note which cell each input belongs to."""
        self._order.extend(self.cells)
        self._cell_at.update(
            {abs(wire): at for at, one in enumerate(self.cells.values()) for wire in one.wires.values()}
        )

    def least(self, wire: Literal, most: int | None = None) -> Least | None:
        """Return the least changes that make a wire true; None if none do.

        If they cost more than `most`, the result may say only that: it then has no ways.
        """
        if wire not in self._found:
            found = self._least(wire, most)
            if found is not None and not found.ways:
                return found
            self._found[wire] = found
        return self._found[wire]

    def _least(self, wire: Literal, most: int | None) -> Least | None:
        if self._is_true(wire):
            return NOTHING_TO_DO
        if wire == FALSE:
            return None
        if self.circuit.below[abs(wire)] is None:
            return self._of_cell(wire)
        if prod(len(self.cells[place].wires) for place in self._cells_of(wire)) <= TABLE:
            return self.by_trying(wire)
        if wire < 0:
            return self._any(self._conjuncts(-wire), most)
        parts = self._apart(self._conjuncts(wire))
        if len(parts) > 1:
            return _together([self.least(self.circuit.every(part), most) for part in parts])
        return self.by_solver(wire, most)

    def _any(self, wires: Sequence[Literal], most: int | None) -> Least | None:
        """Return the least changes that make any of some wires false."""
        found = []
        for wire in sorted(wires, key=lambda one: self._below(one).bit_count()):
            one = self.least(-wire, most)
            found.append(one)
            if one is not None and one.ways:
                most = one.cost if most is None else min(most, one.cost)
        return _cheapest(found)

    def _of_cell(self, wire: Literal) -> Least | None:
        place = self._order[self._cell_at[abs(wire)]]
        cell = self.cells[place]
        return _cheapest(
            Least(cell.cost(level), (frozenset([(place, level)] if level != cell.now else []),))
            for level in cell.wires
            if cell.holds(wire, level)
        )

    def _conjuncts(self, wire: Literal) -> list[Literal]:
        """Return the wires that are all true if a gate is."""
        found: dict[Literal, None] = {}
        waiting = [wire]
        while waiting:
            one = waiting.pop()
            below = self.circuit.below[one] if one > 0 else None
            if below is None:
                found[one] = None
            else:
                waiting.extend(reversed(below))
        return list(found)

    def _apart(self, wires: Iterable[Literal]) -> list[list[Literal]]:
        """Return wires in parts that depend on different cells."""
        parts: list[tuple[int, list[Literal]]] = []
        for wire in wires:
            cells, joined = self._below(wire), [wire]
            touching = [part for part in parts if part[0] & cells]
            for part in touching:
                cells |= part[0]
                joined = part[1] + joined
            parts = [part for part in parts if not part[0] & cells] + [(cells, joined)]
        return [wires for _, wires in parts]

    def _cells_of(self, wire: Literal) -> list[Place]:
        """Return the cells that a wire depends on."""
        return [self._order[at] for at in places_of(self._below(wire))]

    def _below(self, wire: Literal) -> int:
        """Return the cells that a wire depends on, as a bit for each in order."""
        for one in range(len(self._masks), self.circuit.top + 1):
            below = self.circuit.below[one]
            at = self._cell_at.get(one)
            own = 0 if at is None else 1 << at
            self._masks.append(own if below is None else self._masks[abs(below[0])] | self._masks[abs(below[1])])
        return self._masks[abs(wire)]

    def _is_true(self, wire: Literal) -> bool:
        """Return whether a wire is true with the levels that the cells have."""
        for one in range(len(self._now), self.circuit.top + 1):
            below = self.circuit.below[one]
            cell = self.cells[self._order[self._cell_at[one]]] if one in self._cell_at else None
            own = cell is not None and cell.holds(one, cell.now)
            self._now.append(own if below is None else all(self._now[abs(part)] is (part > 0) for part in below))
        return self._now[abs(wire)] is (wire > 0)

    def _rows(self, top: Literal, values: dict[Literal, int]) -> int:
        """Return the rows in which a wire is true, given those in which each input is."""
        every = values[TRUE]
        waiting = [abs(top)]
        while waiting:
            wire = waiting[-1]
            below = self.circuit.below[wire] or ()
            if wire in values:
                waiting.pop()
            elif unknown := [abs(part) for part in below if abs(part) not in values]:
                waiting += unknown
            else:
                first, second = (values[abs(part)] ^ (every if part < 0 else 0) for part in below)
                values[waiting.pop()] = first & second
        return values[abs(top)] ^ (every if top < 0 else 0)

    # ---- all choices tried ----

    def by_trying(self, wire: Literal) -> Least | None:
        """Return the same by trying every choice of the cells that a wire depends on, a bit for each."""
        places = self._cells_of(wire)
        holding = self._rows(wire, self._inputs(places))
        levels = [list(self.cells[place].wires) for place in places]
        costs = [[self.cells[place].cost(level) for level in some] for place, some in zip(places, levels, strict=True)]
        totals = list(map(sum, product(*costs)))
        held = flags(holding, len(totals))
        least = min(compress(totals, held), default=None)
        if least is None:
            return None
        choices = list(product(*levels))
        ways = [self._changed(places, choices[at]) for at in compress(range(len(totals)), held) if totals[at] == least]
        return Least(least, ways[:COUNTED])

    def _changed(self, places: Sequence[Place], levels: Sequence[Option]) -> Way:
        chosen = zip(places, levels, strict=True)
        return frozenset((place, level) for place, level in chosen if level != self.cells[place].now)

    def _inputs(self, places: Sequence[Place]) -> dict[Literal, int]:
        """Return, for each input, the choices in which it is true, the last cell's level changing first."""
        values: dict[Literal, int] = {}
        below = 1
        for place in reversed(places):
            cell = self.cells[place]
            times, block, every = len(cell.wires), (1 << below) - 1, (1 << below * len(cell.wires)) - 1
            values = {wire: _again(rows, below, times) for wire, rows in values.items()}
            for at, wire in enumerate(cell.wires.values()):
                values[abs(wire)] = block << at * below if wire > 0 else every ^ (block << at * below)
            below *= times
        return {TRUE: (1 << below) - 1, **values}

    # ---- the solver ----

    def is_possible(self, wire: Literal) -> bool:
        """Return whether any levels of the cells make a wire true."""
        with solving(self.circuit, [[wire], *_one_each(self.cells.values())]) as solver:
            return solver.is_possible()

    def by_solver(self, wire: Literal, most: int | None = None) -> Least | None:
        """Return the same by the solver, which proves that nothing costs less; ways that cost more are not listed."""
        cells = {place: self.cells[place] for place in self._cells_of(wire)}
        with solving(self.circuit, [[wire], *_one_each(cells.values())]) as solver:
            stays = (-cell.wires[cell.now] for cell in cells.values())
            moved = solver.fewest(stays, most=None if most is None else most // _CELL)
            if moved is not None and most is not None and moved.number > most // _CELL:
                return Least(moved.number * _CELL, ())
            steps = [rung for cell in cells.values() for rung in _ladder(self.circuit, cell)]
            least = None if moved is None else solver.fewest(steps, moved.wires)
            if moved is None or least is None:
                return None
            cost = moved.number * _CELL + least.number
            is_listed = most is None or cost <= most
            return Least(cost, list(islice(_all(solver, cells, least.wires), COUNTED)) if is_listed else ())


def _all(solver: Solver, cells: Mapping[Place, Cell], assumed: Sequence[Literal]) -> Iterator[Way]:
    """Yield every way in which some wires are true, of which no way is part of another."""
    others = {
        wire: (place, level) for place, cell in cells.items() for level, wire in cell.wires.items() if level != cell.now
    }
    while (model := solver.solution(assumed)) is not None:
        chosen = model & others.keys()
        solver.add([[-wire for wire in chosen]])
        yield frozenset(others[wire] for wire in chosen)


def _again(rows: int, length: int, times: int) -> int:
    return sum(rows << at * length for at in range(times))


def _one_each(cells: Iterable[Cell]) -> Iterator[Sequence[Literal]]:
    """Yield the clauses by which each cell has exactly one level."""
    for cell in cells:
        yield tuple(cell.wires.values())
        yield from ((-one, -other) for one, other in combinations(cell.wires.values(), 2))


def _ladder(circuit: Circuit, cell: Cell) -> Iterator[Literal]:
    """Yield as many true wires as a cell changes by levels."""
    steps = {level: cell.cost(level) % _CELL for level in cell.wires}
    for number in range(1, max(steps.values(), default=0) + 1):
        yield circuit.some(wire for level, wire in cell.wires.items() if steps[level] >= number)


def _cheapest(found: Iterable[Least | None]) -> Least | None:
    """Return all ways of the least cost among some, each once."""
    some = [one for one in found if one is not None]
    cost = min((one.cost for one in some), default=None)
    if cost is None:
        return None
    ways = dict.fromkeys(way for one in some if one.cost == cost for way in one.ways)
    return Least(cost, tuple(ways)[:COUNTED])


def _together(found: Sequence[Least | None]) -> Least | None:
    """Return the combinations of one way of each of several, which are about different cells."""
    some = [one for one in found if one is not None]
    if len(some) < len(found):
        return None
    ways = [frozenset().union(*parts) for parts in islice(product(*(one.ways for one in some)), COUNTED)]
    return Least(sum(one.cost for one in some), ways)
