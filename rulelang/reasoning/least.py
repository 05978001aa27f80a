"""The least changes that make a wire of a circuit true, where inputs are choices of cells, and choices have steps.

First as few cells as possible change, then each by as few steps as possible. The solver proves both minima.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations, islice
from typing import Final

from attrs import field, frozen

from rulelang.reasoning.circuit import Circuit, Literal
from rulelang.reasoning.possible import Option, Place
from rulelang.reasoning.solver import Solver, solving

COUNTED: Final = 500
"""The most least changes that are looked for."""

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


@frozen
class Least:
    """How many cells the least changes change, and by how many steps together; and the changes.

    These are all of them, or `COUNTED` if there are as many or more.
    """

    cells: int
    steps: int
    ways: Sequence[Way] = field(repr=False)


@frozen(eq=False)
class Search:
    """The search of a circuit, whose inputs are the literals of the cells."""

    circuit: Circuit
    cells: Mapping[Place, Cell] = field(repr=False)

    def least(self, wire: Literal) -> Least | None:
        """Return the least changes that make a wire true; None if none do."""
        cells = self._cells_of(wire)
        with solving(self.circuit, [[wire], *_one_each(cells.values())]) as solver:
            moved = solver.fewest(-cell.wires[cell.now] for cell in cells.values())
            steps = [rung for cell in cells.values() for rung in _ladder(self.circuit, cell)]
            least = None if moved is None else solver.fewest(steps, moved.wires)
            if moved is None or least is None:
                return None
            ways = _all(solver, cells, least.wires) if moved.number else [frozenset[tuple[Place, Option]]()]
            return Least(moved.number, least.number, list(islice(ways, COUNTED)))

    def is_possible(self, wire: Literal) -> bool:
        """Return whether any levels of the cells make a wire true."""
        with solving(self.circuit, [[wire], *_one_each(self.cells.values())]) as solver:
            return solver.is_possible()

    def _cells_of(self, wire: Literal) -> Mapping[Place, Cell]:
        """Return the cells that a wire depends on."""
        cone = {*self.circuit.cone([wire])}
        return {place: one for place, one in self.cells.items() if not cone.isdisjoint(map(abs, one.wires.values()))}


def _all(solver: Solver, cells: Mapping[Place, Cell], assumed: Sequence[Literal]) -> Iterator[Way]:
    """Yield every way in which some wires are true, of which no way is part of another."""
    others = {
        wire: (place, level) for place, cell in cells.items() for level, wire in cell.wires.items() if level != cell.now
    }
    while (model := solver.solution(assumed)) is not None:
        chosen = model & others.keys()
        solver.add([[-wire for wire in chosen]])
        yield frozenset(others[wire] for wire in chosen)


def _one_each(cells: Iterable[Cell]) -> Iterator[Sequence[Literal]]:
    """Yield the clauses by which each cell has exactly one level."""
    for cell in cells:
        yield tuple(cell.wires.values())
        yield from ((-one, -other) for one, other in combinations(cell.wires.values(), 2))


def _ladder(circuit: Circuit, cell: Cell) -> Iterator[Literal]:
    """Yield as many true wires as a cell changes by steps."""
    steps = {level: cell.steps.get(level, 0) for level in cell.wires if level != cell.now}
    for number in range(1, max(steps.values(), default=0) + 1):
        yield circuit.some(cell.wires[level] for level, away in steps.items() if away >= number)
