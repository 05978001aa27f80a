"""The circuit of a ruleset gives, for any data, what the evaluator gives for them, at every step."""

from __future__ import annotations

from fractions import Fraction
from random import Random

import pytest
from attrs import evolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rulelang.core.ruleset import Definition, DefinitionKey, Ruleset
from rulelang.core.tree import NOT_RATED, Const, Get, Ref, Value
from rulelang.core.vocabulary import Scope
from rulelang.core.walk import walk
from rulelang.engine.columns import Answers, Column, Numbers
from rulelang.engine.counting import at_least, count, more, times
from rulelang.engine.evaluate import evaluate
from rulelang.engine.steps import Prepared, prepare
from rulelang.facade import load
from rulelang.reasoning.circuit import Circuit, Literal, SymbolicRows, rows_of, wire_of
from rulelang.reasoning.possible import (
    LISTED,
    NOT_GIVEN,
    MadeUp,
    Option,
    Place,
    PossibleData,
    columns_of,
)
from tests.strategies.effort import EFFORT
from tests.strategies.nodes import node_rulesets

SEVERAL = settings(max_examples=80 * EFFORT, suppress_health_check=list(HealthCheck))


def values_of(circuit: Circuit, chosen: set[Literal]) -> list[bool]:
    """Return whether each wire is true where the chosen inputs are and no others."""
    values = [False, True]
    for wire in range(2, circuit.top + 1):
        below = circuit.below[wire]
        if below is None:
            values.append(wire in chosen)
        else:
            one, other = (values[abs(part)] is (part > 0) for part in below)
            values.append(one and other)
    return values


def seeded(seed: int) -> Random:
    return Random(seed)  # noqa: S311  # the same cases in every run


def drawn(data: PossibleData, random: Random) -> tuple[MadeUp, list[bool]]:
    """Return a made-up LEA with any option for each cell, mostly a level, and the values of the wires for it."""
    kind = random.choice(list(data.kinds))
    cells: dict[Place, Option] = {place: random.choice(list(options)) for place, options in data.cells.items()}
    chosen = {options[cells[place]] for place, options in data.cells.items()} | {data.kinds[kind]}
    return MadeUp(kind, cells), values_of(data.circuit, chosen)


def value_of(column: Column, row: int, values: list[bool]) -> Value:
    """Return the value of a row of a column of literals."""

    def holds(rows: int) -> bool:
        wire = wire_of(rows, row)
        return values[abs(wire)] is (wire > 0)

    if isinstance(column, Answers):
        return True if holds(column.yes) else False if holds(column.no) else None
    if isinstance(column, Numbers):
        return column.at(row) if holds(column.known) else NOT_RATED if holds(column.absent) else None
    name = next((name for name, rows in column.by_name.items() if holds(rows)), None)
    assert holds(column.present) is (name is not None)
    return NOT_RATED if name is None and holds(column.absent) else name


def without_numbers(rules: Ruleset) -> Ruleset:
    """Return the definitions of a ruleset that read and state no number, nor does what they refer to."""
    scales = {scale.name for scale in rules.vocabulary.scales}
    kept: dict[DefinitionKey, Definition] = {}
    for key, definition in rules.definitions.items():
        numbers = any(
            (isinstance(node, Const) and isinstance(node.value, Fraction))
            or (isinstance(node, Get) and node.key[1] not in scales)
            or (isinstance(node, Ref) and (node.year, node.name) not in kept)
            for node in walk(definition.node)
        )
        if not numbers:
            kept[key] = definition
    return evolve(rules, definitions=kept)


def assert_agrees(prepared: Prepared, random: Random, times: int) -> None:
    data = PossibleData()
    columns = columns_of(prepared, data)
    for _ in range(times):
        lea, values = drawn(data, random)
        evaluation = evaluate(prepared, lea.record(prepared, data.cells))
        for position, step in enumerate(prepared.steps):
            if isinstance(step.node, Const):
                continue
            lanes = 1 if step.scope is Scope.LEA else len(prepared.groups)
            expected = evaluation.column(position)
            assert [value_of(columns[position], lane, values) for lane in range(lanes)] == list(expected)


@pytest.mark.parametrize("year", [2017, 2019, 2022, 2024])
def test_the_circuit_of_a_shipped_year_gives_what_the_evaluator_gives(year: int) -> None:
    assert_agrees(prepare(load(f"assistance/{year}").rules), seeded(year), 20)


@pytest.mark.slow
@SEVERAL
@given(node_rulesets(), st.integers(0, 1 << 30))
def test_the_circuit_of_any_ruleset_gives_what_the_evaluator_gives(rules: Ruleset, seed: int) -> None:
    assert_agrees(prepare(without_numbers(rules)), seeded(seed), 3)


@given(st.integers(-40, 40), st.integers(-40, 40), st.integers(0, 4), st.integers(0, 63))
def test_symbolic_rows_do_what_integers_do(one: int, other: int, places: int, mask: int) -> None:
    circuit = Circuit()
    wires = [circuit.variable() for _ in range(6)]
    chosen = {wire for at, wire in enumerate(wires) if mask >> at & 1}
    rows = rows_of(circuit, wires)
    for made, plain in (
        (rows & one | other, mask & one | other),
        (one & ~rows, one & ~mask),
        (rows ^ one, mask ^ one),
        (other | rows << places, other | mask << places),
        (~rows >> places, ~mask >> places),
    ):
        values = values_of(circuit, chosen)
        for row in range(12):
            wire = wire_of(made, row)
            assert (values[abs(wire)] is (wire > 0)) is bool(plain >> row & 1)


@pytest.mark.parametrize("seed", range(8))
def test_counts_of_literals_are_those_of_rows(seed: int) -> None:
    random, circuit = seeded(seed), Circuit()
    wires = [circuit.variable() for _ in range(6)]
    split, first, second, number = (random.randint(1, most) for most in (5, 3, 3, 12))
    counts = [count(rows_of(circuit, [wire]) for wire in some) for some in (wires[:split], wires[split:])]
    one, other = times(first, counts[0]), times(second, counts[1])
    enough, higher = wire_of(at_least(number, one, 1), 0), wire_of(more(one, other, 1), 0)
    for mask in range(1 << len(wires)):
        values = values_of(circuit, {wire for at, wire in enumerate(wires) if mask >> at & 1})
        plain = first * (mask & (1 << split) - 1).bit_count(), second * (mask >> split).bit_count()
        assert (values[abs(enough)] is (enough > 0)) is (plain[0] >= number)
        assert (values[abs(higher)] is (higher > 0)) is (plain[0] > plain[1])


def test_rows_are_false_only_where_no_row_can_be_in_them() -> None:
    circuit = Circuit()
    rows = rows_of(circuit, [circuit.variable()])
    assert rows
    assert not rows & 2
    assert not rows & ~rows
    assert isinstance(rows, SymbolicRows)


def test_lists_are_data_as_well() -> None:
    data = PossibleData()
    columns_of(prepare(load("assistance/2023").rules), data)
    assert {place.key[1] for place in data.cells} >= {LISTED, "color", "Status", "rating"}
    assert all(NOT_GIVEN in options for place, options in data.cells.items() if place.key[1] != LISTED)
