"""The least changes that are found are those that trying all choices finds."""

from __future__ import annotations

from itertools import pairwise, product
from random import Random

import pytest

from rulelang.reasoning.circuit import Circuit, Literal
from rulelang.reasoning.least import COUNTED, Cell, Search, Way
from rulelang.reasoning.possible import Option, Place
from tests.reasoning.test_circuit import seeded, values_of
from tests.strategies.effort import EFFORT

LEVELS = ("Red", "Orange", "Yellow")


def cell(now: str, wires: dict[Option, Literal]) -> Cell:
    """Return a cell with a level."""
    return Cell(now, {level: abs(at - LEVELS.index(now)) for at, level in enumerate(LEVELS)}, wires)


def drawn(random: Random, cells: int, gates: int) -> tuple[Search, Literal]:
    """Return a circuit of random gates over some cells, and one of its wires."""
    circuit = Circuit()
    known: dict[Place, Cell] = {}
    for number in range(cells):
        levels = LEVELS[: random.choice((2, 3))]
        wires: dict[Option, Literal] = {level: circuit.variable() for level in levels}
        if len(levels) == 2:
            wires[levels[1]] = -wires[levels[0]]
        known[Place(0, str(number), ("ELA", "color"))] = cell(random.choice(levels), wires)
    wires_so_far = [wire for one in known.values() for wire in one.wires.values()]
    for _ in range(gates):
        one, other = (random.choice((1, -1)) * random.choice(wires_so_far) for _ in range(2))
        wires_so_far.append(random.choice((circuit.both, circuit.either))(one, other))
    return Search(circuit, known), random.choice((1, -1)) * wires_so_far[-1]


def all_tried(search: Search, wire: Literal) -> tuple[tuple[int, int], set[Way]] | None:
    """Return the least cost and its ways, by the value of the wire for each choice of levels."""
    best: dict[tuple[int, int], set[Way]] = {}
    for levels in product(*(cell.wires for cell in search.cells.values())):
        chosen = dict(zip(search.cells, levels, strict=True))
        true = {search.cells[place].wires[level] for place, level in chosen.items()}
        true -= {wire for wire in true if wire < 0}
        value = values_of(search.circuit, true)[abs(wire)] is (wire > 0)
        changed = frozenset((place, level) for place, level in chosen.items() if level != search.cells[place].now)
        if value:
            steps = sum(search.cells[place].steps[level] for place, level in changed)
            best.setdefault((len(changed), steps), set()).add(changed)
    return (min(best), best[min(best)]) if best else None


@pytest.mark.parametrize("seed", range(40 * EFFORT))
def test_what_is_found_is_what_trying_all_finds(seed: int) -> None:
    random = seeded(seed)
    search, wire = drawn(random, 6, random.randint(3, 25))
    expected, found = all_tried(search, wire), search.least(wire)
    assert (None if found is None else ((found.cells, found.steps), set(found.ways))) == expected
    assert search.is_possible(wire) is (expected is not None)


def test_where_there_are_too_many_ways_as_many_as_are_counted_are_found() -> None:
    circuit = Circuit()
    cells = {}
    for number in range(14):
        wire = circuit.variable()
        cells[Place(0, str(number), ("ELA", "color"))] = cell("Red", {"Orange": wire, "Red": -wire})
    inputs = [cell.wires["Orange"] for cell in cells.values()]
    pairs = [circuit.either(one, other) for one, other in zip(inputs[::2], inputs[1::2], strict=True)]
    every = circuit.every(pairs)
    more = circuit.every(circuit.either(*pair) for pair in pairwise(inputs))
    found, chain = Search(circuit, cells).least(every), Search(circuit, cells).least(more)
    assert found is not None
    assert (found.cells, found.steps, len(found.ways)) == (7, 7, 2**7)
    assert chain is not None
    assert (chain.cells, chain.steps, len(chain.ways)) == (7, 7, 8)
    assert COUNTED > 2**7
