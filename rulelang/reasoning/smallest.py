"""The smallest made-up LEA with which something comes out: the fewest facts, and among those the first in order.

A fact is a cell that is anything but not rated or not stated. Which of several smallest LEAs is returned depends on the
order of the vocabulary alone, and not on the solver.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rulelang.reasoning.circuit import TRUE, Literal
from rulelang.reasoning.possible import NOT_GIVEN, MadeUp, Option, Place, PossibleData
from rulelang.reasoning.solver import Solver, least_cost


def smallest(
    solver: Solver, data: PossibleData, kind: str, wires: Sequence[Literal], known: Sequence[Literal] = ()
) -> MadeUp:
    """Return the smallest LEA of a kind for which some wires are true, of which there must be one.

    `known` are wires that are to be true as well, and say nothing of other cells than those that the first depend on.
    """
    cone = data.circuit.cone(wires)
    places = data.cells_in(cone)
    assumed = [*wires, *(wire for wire in known if abs(wire) in cone)]
    said = {place: -data.cells[place][blank(data.cells[place])] for place in places}
    clauses = [*data.rules(places), *data.circuit.clauses(assumed, set()), [TRUE], *([wire] for wire in assumed)]
    least = least_cost(clauses, [(wire, 1) for wire in said.values()]) or 0
    few = solver.at_most(least, list(said.values()))
    return MadeUp(kind, _first(solver, data, said, [*wires, *known, few], least))


def blank(options: Mapping[Option, Literal]) -> Option:
    """Return the option that a cell has if nothing is said of it: not rated, and of a list that it says nothing."""
    return None if None in options else NOT_GIVEN if NOT_GIVEN in options else False


def _first(
    solver: Solver, data: PossibleData, said: Mapping[Place, Literal], assumed: list[Literal], facts: int
) -> dict[Place, Option]:
    """Return the first facts in order: latest year first, cell by cell, worst level first.

    Every solution says by which cell at the latest the first fact comes; it is looked for before that.
    """
    found: dict[Place, Option] = {}
    places = data.in_order(said)
    model: frozenset[Literal] | None = None
    while len(found) < facts:
        first, end = 0, _until_said(places, said, model)  # the first cell of which anything can be said is one of these
        while end - first > 1:
            middle = (first + end) // 2
            some = data.circuit.some(said[place] for place in places[first:middle])
            solution = solver.solution((*assumed, some))
            if solution is None:
                first = middle
            else:
                model, end = solution, _until_said(places, said, solution)
        place, options = places[first], data.cells[places[first]]
        assumed.extend(-said[one] for one in places[:first])
        places = places[first + 1 :]
        for option in _facts_in_order(options):
            if model is None or options[option] not in model:
                solution = solver.solution((*assumed, options[option]))
                if solution is None:
                    continue
                model = solution
            found[place] = option
            break
        assumed.append(options[found[place]])
    return found


def _until_said(places: Sequence[Place], said: Mapping[Place, Literal], model: frozenset[Literal] | None) -> int:
    """Return the number of places up to the first of which a solution says anything; all where there is none yet."""
    if model is None:
        return len(places)
    return next(at for at, place in enumerate(places, 1) if said[place] in model)


def _facts_in_order(options: Mapping[Option, Literal]) -> list[Option]:
    """Return what may be said of a cell, levels before that it is unknown."""
    empty = blank(options)
    return sorted((option for option in options if option != empty), key=lambda option: option == NOT_GIVEN)
