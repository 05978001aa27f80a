"""The evaluator gives, at every node, for every LEA of a batch and every student group, what the denotation gives."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations_with_replacement, product
from typing import Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rulelang.core.aggregates import Range
from rulelang.core.record import LeaRecord
from rulelang.core.ruleset import Ruleset
from rulelang.core.tree import Self
from rulelang.core.truth import Amount, Quantity, Truth
from rulelang.core.vocabulary import Scope
from rulelang.core.walk import walk
from rulelang.engine.columns import (
    Answers,
    Names,
    Numbers,
    Shape,
    flags,
    places_of,
    rows_at,
    rows_where,
    value_at,
)
from rulelang.engine.counting import Tallied, at_least, count, more, quantity_of
from rulelang.engine.evaluate import LEAS_A_BATCH, evaluate, evaluate_all, evaluate_records
from rulelang.engine.steps import prepare
from tests.engine.building import single
from tests.engine.denotation import meaning
from tests.strategies.effort import EFFORT
from tests.strategies.nodes import node_records, node_rulesets

TRUTHS: Final = (True, False, None)
SEVERAL = settings(max_examples=30 * EFFORT, suppress_health_check=list(HealthCheck))


@pytest.mark.slow
@SEVERAL
@given(node_rulesets(), st.lists(node_records(), min_size=1, max_size=4), st.sampled_from((1, 25)))
def test_every_node_of_a_batch_has_its_meaning(rules: Ruleset, some: list[LeaRecord], times: int) -> None:
    records = some * times
    batch = evaluate_records(prepare(rules), records)
    for lea in {0, len(records) - 1}:
        view = batch.of(lea)
        for definition in rules.definitions.values():
            for node in walk(definition.node):
                for group in rules.vocabulary.groups:
                    value = meaning(rules, records[lea], node, group)
                    assert view.value(node, group.name) == value
                    if view.prepared.steps[view.prepared.position(node)].scope is Scope.LEA:
                        assert view.value(node) == value


@pytest.mark.slow
@SEVERAL
@given(node_rulesets(), st.lists(node_records(), min_size=2, max_size=5))
def test_an_lea_has_the_same_values_alone_and_among_others(rules: Ruleset, records: list[LeaRecord]) -> None:
    prepared = prepare(rules)
    batch = evaluate_records(prepared, records)
    for lea, record in enumerate(records):
        alone = evaluate(prepared, record)
        for position in range(len(prepared.steps)):
            assert batch.of(lea).column(position) == alone.column(position)


def test_a_state_is_evaluated_in_batches_in_the_order_given() -> None:
    records = [LeaRecord(str(number), "", "", "district") for number in range(LEAS_A_BATCH + 3)]
    found = list(evaluate_all(prepare(single(Self(Scope.LEA))), records))
    assert [one.record for one in found] == records
    assert {one.value((2018, "it")) for one in found} == {"district"}


# ---- Counting ----

WAYS: Final = list(product(TRUTHS, TRUTHS))


@pytest.mark.parametrize("amount", Amount)
@pytest.mark.parametrize("things", range(5))
def test_a_quantity_of_columns_is_what_all_ways_agree_on(amount: Amount, things: int) -> None:
    rows = list(combinations_with_replacement(WAYS, things))
    everyone = (1 << len(rows)) - 1
    columns = [(_answers([row[at][0] for row in rows]), _answers([row[at][1] for row in rows])) for at in range(things)]
    for number in range(6):
        quantity = Quantity(amount, number)
        found = quantity_of(quantity, Tallied(columns, everyone, everyone))
        for at, row in enumerate(rows):
            assert _at(found, at) is quantity.judge([(member, met) for member, met in row if member is not False])


@given(st.sampled_from(Amount), st.integers(0, 9), st.lists(st.tuples(*[st.sampled_from(TRUTHS)] * 2), max_size=12))
def test_many_things_are_counted_as_few_are(amount: Amount, number: int, things: list[tuple[Truth, Truth]]) -> None:
    columns = [(_answers([member]), _answers([met])) for member, met in things]
    quantity = Quantity(amount, number)
    found = quantity_of(quantity, Tallied(columns, 1, 1))
    assert _at(found, 0) is quantity.judge([thing for thing in things if thing[0] is not False])


@given(st.lists(st.integers(0, 255), max_size=9), st.lists(st.integers(0, 255), max_size=9), st.integers(0, 10))
def test_counts_are_compared_row_by_row(first: list[int], second: list[int], number: int) -> None:
    one, other = count(first), count(second)
    for row in range(8):
        bit = 1 << row
        counted, against = sum(bool(rows & bit) for rows in first), sum(bool(rows & bit) for rows in second)
        assert bool(at_least(number, one, 255) & bit) is (counted >= number)
        assert bool(more(one, other, 255) & bit) is (counted > against)


def _answers(column: Sequence[Truth]) -> Answers:
    return Answers(*(sum(1 << at for at, one in enumerate(column) if one is which) for which in (True, False)))


def _at(answers: Answers, row: int) -> Truth:
    return True if answers.yes >> row & 1 else False if answers.no >> row & 1 else None


# ---- Sets of rows ----


@given(st.integers(1, 150), st.integers(1, 5), st.data())
def test_lanes_are_split_and_joined(size: int, groups: int, data: st.DataObject) -> None:
    shape = Shape(size, groups)
    lanes = [data.draw(st.integers(0, shape.leas)) for _ in range(groups)]
    assert shape.lanes(shape.joined(lanes)) == lanes
    assert shape.lanes(shape.spread(lanes[0])) == [lanes[0]] * groups
    assert shape.everyone == shape.joined([shape.leas] * groups)


@given(st.integers(1, 70), st.integers(0, 5), st.data())
def test_each_group_has_the_value_of_its_lea(size: int, groups: int, data: st.DataObject) -> None:
    shape, sets = Shape(size, groups), st.integers(0, (1 << size) - 1)
    yes, no, absent = data.draw(sets), data.draw(sets), data.draw(sets)
    tops, bottoms = list(range(size)), list(range(1, size + 1))
    ranges = {row: Range(Fraction(row)) for row in places_of(absent)}
    for column in (
        Answers(yes, no & ~yes),
        Names({"A": yes, "B": no & ~yes}, yes | no, absent & ~(yes | no)),
        Numbers(yes, no & ~yes, tops, bottoms, ranges),
        Numbers(yes, no & ~yes, tops, 7),
    ):
        spread = shape.spread_column(column)
        for row in range(size * groups):
            assert value_at(spread, row) == value_at(column, row % size)
        for lane in range(groups):
            assert shape.lane_column(spread, lane) == column


@given(st.sets(st.integers(0, 1500), max_size=60))
def test_a_set_of_rows_is_its_places(places: set[int]) -> None:
    rows = rows_at(list(places))
    assert rows == sum(1 << place for place in places)
    assert [*places_of(rows)] == sorted(places)
    assert rows_where(flags(rows, 1501)) == rows
