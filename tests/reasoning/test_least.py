"""The least changes found by taking a circuit apart are those that trying all choices, or the solver, finds."""

from __future__ import annotations

from itertools import pairwise, product
from random import Random

import pytest

from rulelang.reasoning.circuit import FALSE, TRUE, Circuit, Literal
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


def all_tried(search: Search, wire: Literal) -> tuple[int, set[Way]] | None:
    """Return the least cost and its ways, by the value of the wire for each choice of levels."""
    best: dict[int, set[Way]] = {}
    for levels in product(*(cell.wires for cell in search.cells.values())):
        chosen = dict(zip(search.cells, levels, strict=True))
        true = {search.cells[place].wires[level] for place, level in chosen.items()}
        true -= {wire for wire in true if wire < 0}
        value = values_of(search.circuit, true)[abs(wire)] is (wire > 0)
        changed = frozenset((place, level) for place, level in chosen.items() if level != search.cells[place].now)
        if value:
            best.setdefault(sum(search.cells[place].cost(level) for place, level in changed), set()).add(changed)
    return (min(best), best[min(best)]) if best else None


@pytest.mark.parametrize("seed", range(40 * EFFORT))
def test_what_is_found_is_what_trying_all_and_the_solver_find(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    random = seeded(seed)
    monkeypatch.setattr("rulelang.reasoning.least.TABLE", random.choice((1, 4, 16)))  # so that little is tried outright
    search, wire = drawn(random, 6, random.randint(3, 25))
    if wire in (TRUE, FALSE):
        assert (search.least(wire) is None) is (wire == FALSE)
        return
    expected = all_tried(search, wire)
    ways = {
        "taken apart": search.least(wire),
        "tried": search.by_trying(wire),
        "solver": search.by_solver(wire),
    }
    for how, found in ways.items():
        assert (None if found is None else (found.cost, set(found.ways))) == expected, how
    assert search.is_possible(wire) is (expected is not None)
    if expected is None:
        return
    for most in (0, 1500, 3000, expected[0], expected[0] - 1):
        for bounded in (Search(search.circuit, search.cells).least(wire, most), search.by_solver(wire, most)):
            assert bounded is not None
            if bounded.ways:
                assert (bounded.cost, set(bounded.ways)) == expected
            else:  # it costs more than is asked about, and no less than is said
                assert most < bounded.cost <= expected[0]


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
    assert (found.cost, len(found.ways)) == (7 * 1001, 2**7)
    assert chain is not None
    assert (chain.cost, len(chain.ways)) == (7 * 1001, 8)
    assert COUNTED > 2**7
