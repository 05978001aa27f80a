"""Matches by intervals and by names, and what no source establishes: known, not rated, and unknown."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rulelang.core.record import LeaRecord, Reading, YearFacts
from rulelang.core.tree import (
    NOT_RATED,
    Arm,
    Bound,
    Call,
    Const,
    Get,
    Interval,
    Match,
    Node,
    Value,
    choice,
)
from rulelang.engine.evaluate import evaluate
from rulelang.engine.steps import prepare
from rulelang.engine.wording import answer_text, dollars_text, number_text
from tests.engine.building import GROUP, LEA, bands, grid, single

ROWS = ("Low", "Medium", "High")
COLUMNS = ("Declined", "Increased")
NUMBERS = st.fractions(min_value=-300, max_value=300, max_denominator=40)


def value_of(node: Node) -> Value:
    return evaluate(prepare(single(node)), LeaRecord("123", "", "", "school district")).value((2018, "it"))


def level_of(number: Node) -> Match:
    """Return 2.5 or less is Low, below 4.5 is Medium, above 8 is not established, and the rest High."""
    low, medium, high = (Fraction(text) for text in ("2.5", "4.5", "8"))
    return bands(
        number,
        ("Low", Interval(None, Bound(low, included=True))),
        ("Medium", Interval(Bound(low, included=False), Bound(medium, included=False))),
        ("High", Interval(Bound(medium, included=True), Bound(high, included=True))),
        (None, Interval(Bound(high, included=False), None)),
    )


@pytest.mark.parametrize(
    "number, level",
    [
        ("2.4", "Low"),
        ("2.5", "Low"),
        ("2.51", "Medium"),
        ("4.499", "Medium"),
        ("4.5", "High"),
        ("8", "High"),
        ("8.1", None),
        ("-300", "Low"),
    ],
)
def test_the_band_that_holds_a_number_gives_its_level(number: str, level: str | None) -> None:
    assert value_of(level_of(Const(Fraction(number)))) == level


def test_what_is_not_rated_has_no_level_and_what_is_unknown_may_have_any() -> None:
    assert value_of(level_of(Const(NOT_RATED))) is NOT_RATED
    assert value_of(level_of(Const(None))) is None


def test_not_rated_goes_through_arithmetic_into_the_level() -> None:
    nothing_to_divide = Call("divided by", (Const(Fraction(3)), Const(Fraction(0))))
    percent = Call("times", (nothing_to_divide, Const(Fraction(100))))
    assert value_of(level_of(percent)) is NOT_RATED


def test_what_is_not_established_cannot_be_told() -> None:
    assert value_of(Const(None, "no source gives it")) is None
    small = Arm(Const(value=True), Const(NOT_RATED))
    assert value_of(choice((small,), Const(None, "no source gives it"))) is NOT_RATED


def grid_of(levels: dict[tuple[str, str], Value], impossible: set[tuple[str, str]], row: Value, column: Value) -> Match:
    return grid(Const(row), Const(column), levels, impossible)


@given(st.data())
def test_a_grid_gives_what_every_way_an_unknown_could_turn_out_agrees_on(data: st.DataObject) -> None:
    places = list(product(ROWS, COLUMNS))
    levels: dict[tuple[str, str], Value] = {
        place: data.draw(st.sampled_from(["Red", "Blue", None])) for place in places
    }
    impossible = {place for place in places if data.draw(st.booleans())}
    levels |= dict.fromkeys(impossible)
    row, column = data.draw(st.sampled_from([*ROWS, None])), data.draw(st.sampled_from([*COLUMNS, None]))
    found = value_of(grid_of(levels, impossible, row, column))
    ways = [place for place in places if row in (place[0], None) and column in (place[1], None)]
    possible = {levels[place] for place in ways if place not in impossible}
    assert found == (possible.pop() if len(possible) == 1 else None)


@pytest.mark.parametrize(
    "row, column", [*product([*ROWS, None], [NOT_RATED]), *product([NOT_RATED], [*COLUMNS, None, NOT_RATED])]
)
def test_not_rated_on_either_is_not_rated(row: Value, column: Value) -> None:
    levels: dict[tuple[str, str], Value] = dict.fromkeys(product(ROWS, COLUMNS), "Red")
    assert value_of(grid_of(levels, set(), row, column)) is NOT_RATED


def test_the_worst_status_is_red_whatever_the_change() -> None:
    levels: dict[tuple[str, str], Value] = {
        place: "Red" if place[0] == "Low" else None for place in product(ROWS, COLUMNS)
    }
    assert value_of(grid_of(levels, set(), "Low", None)) == "Red"
    assert value_of(grid_of(levels, set(), None, "Declined")) is None


def test_numbers_are_read_by_student_group_and_for_the_lea() -> None:
    readings = {
        ("Suspension Rate", "students"): Reading(Fraction(308)),
        ("Suspension Rate", "suspended"): Reading(Fraction(6)),
    }
    record = LeaRecord(
        "123",
        "",
        "",
        "school district",
        {2018: YearFacts({"White": readings}, {("", "cohort"): Reading(Fraction(20))}, frozenset({"Suspension Rate"}))},
    )
    students, suspended = (Get(2018, ("Suspension Rate", name), GROUP) for name in ("students", "suspended"))
    rate = Call("divided by", (suspended, students))
    evaluation = evaluate(prepare(single(rate)), record)
    assert evaluation.value((2018, "it"), "White") == Fraction(6, 308)
    assert evaluation.value((2018, "it"), "Homeless") is NOT_RATED
    cohort = evaluate(prepare(single(Get(2018, ("", "cohort"), LEA))), record)
    assert cohort.value((2018, "it")) == 20


@given(NUMBERS, NUMBERS)
def test_no_value_is_ever_a_float(first: Fraction, second: Fraction) -> None:
    change = Call("rounded", (Call("minus", (Const(first), Const(second))), Const(Fraction(1))))
    quotient = Call("divided by", (change, Const(Fraction(7))))
    evaluation = evaluate(prepare(single(level_of(quotient))), LeaRecord("123", "", "", "school district"))
    for position in range(len(evaluation.prepared.steps)):
        column = evaluation.column(position)
        assert not any(isinstance(value, float) for value in column)
    assert abs(cast("Fraction", evaluation.value(change)) - (first - second)) <= Fraction(1, 20)


@pytest.mark.parametrize(
    "number, text",
    [
        (Fraction(19, 10), "1.9"),
        (Fraction(600, 308), "1.948…"),
        (Fraction(-70), "-70"),
        (Fraction(-1, 3), "-0.333…"),
        (Fraction(6019472), "6,019,472"),
        (Fraction(0), "0"),
        (Fraction(1, 10000), "0.000…"),
        (Fraction(25, 2), "12.5"),
    ],
)
def test_a_number_in_words_is_exact_or_says_that_it_goes_on(number: Fraction, text: str) -> None:
    assert number_text(number) == text
    assert answer_text(number) == text


@pytest.mark.parametrize(
    "number, decimals, text",
    [
        (Fraction(0), 1, "0.0"),
        (Fraction(-70), 2, "-70.00"),
        (Fraction(1, 3), 1, "0.333…"),
        (Fraction(1, 32), 5, "0.03125"),
    ],
)
def test_a_number_in_words_has_the_decimals_asked_for(number: Fraction, decimals: int, text: str) -> None:
    assert number_text(number, decimals) == text


@pytest.mark.parametrize(
    "amount, text",
    [
        (Fraction(300), "$300"),
        (Fraction(5799, 2), "$2,899.50"),
        (Fraction(-1, 4), "-$0.25"),
        (Fraction(1, 8), "$0.125"),
        (Fraction(1000, 3), "$333.333…"),
    ],
)
def test_an_amount_has_two_decimals_or_none(amount: Fraction, text: str) -> None:
    assert dollars_text(amount) == text
