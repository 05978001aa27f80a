"""The fewest true wires that the solver proves are those that trying all values of a circuit's inputs finds."""

from __future__ import annotations

from itertools import product

import pytest

from rulelang.reasoning.circuit import Circuit
from rulelang.reasoning.solver import solving
from tests.reasoning.test_circuit import seeded, values_of
from tests.strategies.effort import EFFORT


@pytest.mark.parametrize("seed", range(60 * EFFORT))
def test_the_fewest_true_wires_are_those_that_trying_all_finds(seed: int) -> None:
    random = seeded(seed)
    circuit = Circuit()
    inputs = [circuit.variable() for _ in range(6)]
    wires = list(inputs)
    for _ in range(12):
        one, other = (random.choice((1, -1)) * random.choice(wires) for _ in range(2))
        wires.append(random.choice((circuit.both, circuit.either))(one, other))
    counted = [random.choice((1, -1)) * wire for wire in random.choices(wires, k=8)]  # some of them twice
    assumed = [random.choice((1, -1)) * wire for wire in random.sample([*wires, *map(abs, counted)], 3)]
    tried = []
    for chosen in product((False, True), repeat=len(inputs)):
        values = values_of(circuit, {wire for wire, is_true in zip(inputs, chosen, strict=True) if is_true})
        if all(values[abs(wire)] is (wire > 0) for wire in assumed):
            tried.append((sum(values[abs(wire)] is (wire > 0) for wire in counted), chosen))
    least = min((number for number, _ in tried), default=None)
    with solving(circuit, ()) as solver:
        found = solver.fewest(counted, assumed)
        assert (None if found is None else found.number) == least
        if found is not None:
            for number, chosen in tried:
                held = [wire if is_true else -wire for wire, is_true in zip(inputs, chosen, strict=True)]
                assert (solver.solution([*found.wires, *held]) is not None) is (number == least)
