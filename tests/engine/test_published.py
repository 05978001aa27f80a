"""What published lists, counts of groups and defaults do to the three answers."""

from __future__ import annotations

import pytest

from rulelang.core.record import LeaRecord, PublishedFacts, Reading, YearFacts
from rulelang.core.tree import (
    NOT_RATED,
    Call,
    Const,
    Get,
    Node,
    PriorityCount,
    Published,
    Value,
)
from rulelang.core.truth import Amount, Quantity, Truth
from rulelang.engine.evaluate import evaluate
from rulelang.engine.steps import prepare
from tests.engine.building import GROUP, LEA, TWO_OR_MORE, over_groups, single

LIST = PublishedFacts({"White": frozenset({4, 6})}, frozenset({"Method 1"}), frozenset({"Method 1", "Method 2"}))


def value_of(node: Node, facts: YearFacts | None, group: str | None = None) -> Value:
    record = LeaRecord("123", "x", "y", "school district", {} if facts is None else {2018: facts})
    return evaluate(prepare(single(node)), record).value((2018, "it"), group)


@pytest.mark.parametrize(
    "quantity, group, expected",
    [
        (TWO_OR_MORE, "White", True),
        (TWO_OR_MORE, "Homeless", False),
        (Quantity(Amount.AT_LEAST, 1), "Homeless", None),
        (Quantity(Amount.AT_LEAST, 3), "White", False),
        (Quantity(Amount.AT_MOST, 1), "Homeless", True),
        (Quantity(Amount.EXACTLY, 1), "Homeless", None),
        (Quantity(Amount.EVERY), "White", None),
    ],
)
def test_a_published_list_says_who_met_two_or_more(quantity: Quantity, group: str, expected: Truth) -> None:
    node = Published(2018, PriorityCount("state", quantity))
    assert value_of(node, YearFacts(published=LIST), group) is expected
    assert value_of(node, YearFacts(), group) is None
    assert value_of(node, None, group) is None


@pytest.mark.parametrize("outcome, expected", [("Method 1", True), ("Method 2", False), ("Method 3", None)])
def test_a_published_list_says_what_it_speaks_of(outcome: str, expected: Truth) -> None:
    node = Published(2018, outcome)
    assert value_of(node, YearFacts(published=LIST)) is expected
    assert value_of(node, YearFacts()) is None


def test_own_files_come_before_the_list() -> None:
    for own in (True, False, None):
        node = Call("first known", (Const(own), Published(2018, "Method 1")))
        assert value_of(node, YearFacts(published=LIST)) is (True if own is None else own)


@pytest.mark.parametrize("count, expected", [(None, None), (1, True), (2, False)])
def test_a_count_of_groups_says_how_many_are_all(count: int | None, expected: Truth) -> None:
    listed = Published(2018, PriorityCount("state", TWO_OR_MORE))
    node = over_groups(2018, listed, Quantity(Amount.AT_LEAST_OR_ALL, 3), _yes_or_unknown())
    assert value_of(node, YearFacts(published=LIST, group_count=count)) is expected


def _yes_or_unknown() -> Node:
    """Return yes for the group that is in the list, and cannot tell for any other."""
    return Published(2018, PriorityCount("state", Quantity(Amount.AT_LEAST, 1)))


def test_a_default_is_taken_only_where_the_data_say_nothing() -> None:
    asked = Get(2018, ("Basics", "rating"), LEA, "Not Met")
    assert value_of(asked, YearFacts()) == "Not Met"
    assert value_of(asked, None) == "Not Met"
    assert value_of(asked, YearFacts(lea={("Basics", "rating"): Reading("Met")})) == "Met"
    assert value_of(asked, YearFacts(silent=frozenset({"Basics"}))) == NOT_RATED
    of_group = Get(2018, ("ELA", "color"), GROUP, "Red")
    assert value_of(of_group, None, "White") == "Red"
    assert value_of(of_group, None, "Long-Term English Learners") == NOT_RATED
