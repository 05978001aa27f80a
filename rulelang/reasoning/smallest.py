"""The smallest made-up LEA with a result: the fewest facts, and among those the first in order.

A fact is a cell that is anything but not rated or not stated. Which of several smallest LEAs is returned depends on the
order of the vocabulary alone, and not on the solver.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rulelang.reasoning.circuit import Literal
from rulelang.reasoning.possible import NOT_GIVEN, MadeUp, Option, Place, PossibleData, blank
from rulelang.reasoning.solver import Solver


def smallest(solver: Solver, data: PossibleData, kind: str, wires: Sequence[Literal]) -> MadeUp | None:
    """Return the smallest LEA of a kind for which some wires are true; None if there is none."""
    places = data.cells_in(wires)
    said = {place: -data.cells[place][blank(data.cells[place])] for place in places}
    fewest = solver.fewest(said.values(), wires)
    if fewest is None:
        return None
    so_few = data.circuit.variable()
    solver.add((-so_few, wire) for wire in fewest.wires)
    return MadeUp(kind, _first(solver, data, said, [so_few], fewest.number))


def _first(
    solver: Solver, data: PossibleData, said: Mapping[Place, Literal], assumed: list[Literal], facts: int
) -> dict[Place, Option]:
    """Return the first facts in order: latest year first, cell by cell, worst level first.

    A solution says by which cell the first fact comes at the latest; any with a fact sooner is looked for.
    """
    found: dict[Place, Option] = {}
    places = data.in_order(said)
    ways = {place: [data.cells[place][option] for option in _facts_in_order(data.cells[place])] for place in places}
    model = solver.solution(assumed)
    while model is not None and len(found) < facts:
        at = _first_said(places, ways, model)
        while sooner := solver.solution((*assumed, data.circuit.some(said[place] for place in places[:at]))):
            model, at = sooner, _first_said(places, ways, sooner)
        assumed.extend(-said[place] for place in places[:at])
        options = data.cells[places[at]]
        for option in _facts_in_order(options):
            other = model if options[option] in model else solver.solution((*assumed, options[option]))
            if other is not None:
                model, found[places[at]] = other, option
                assumed.append(options[option])
                break
        places = places[at + 1 :]
    return found


def _first_said(places: Sequence[Place], ways: Mapping[Place, Sequence[Literal]], model: frozenset[Literal]) -> int:
    """Return the position of the first place of which a solution says anything, in one of some ways."""
    return next(at for at, place in enumerate(places) if not model.isdisjoint(ways[place]))


def _facts_in_order(options: Mapping[Option, Literal]) -> list[Option]:
    """Return the possible facts of a cell, levels before unknown."""
    empty = blank(options)
    return sorted((option for option in options if option != empty), key=lambda option: option == NOT_GIVEN)
