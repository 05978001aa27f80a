"""The engine against the plainest reading of the tree, and laws that hold for every ruleset and every record."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rulelang.core.record import FieldKey, LeaRecord, Reading, YearFacts
from rulelang.core.ruleset import DETERMINATION
from rulelang.core.tree import Arm, Call, Const, Fold, Get, Item, Listed, Node, Self, Value, choice
from rulelang.core.truth import CANNOT_TELL, Amount, Quantity, Truth
from rulelang.core.walk import walk
from rulelang.engine.evaluate import evaluate
from rulelang.engine.missing import MissingFact
from rulelang.engine.steps import prepare
from tests.engine.building import GROUP, LEA, STATE, VOCABULARY, over_groups, ruleset, single
from tests.engine.denotation import meaning
from tests.engine.determined import determine

TRUTHS = st.sampled_from((True, False, None))
QUANTITIES = st.builds(Quantity, st.sampled_from(Amount), st.integers(0, 4))
GROUPS = tuple(group.name for group in VOCABULARY.groups_in(2018))
CRITERIA = prepare(ruleset(2019, (2017, 2018)))


def as_answer(value: Value) -> Truth:
    assert value is None or isinstance(value, bool)
    return value


# ---- Counting ----


@given(QUANTITIES, st.lists(st.tuples(TRUTHS, TRUTHS), max_size=5))
def test_a_count_is_what_all_ways_the_unknowns_could_turn_out_agree_on(
    quantity: Quantity, things: list[tuple[Truth, Truth]]
) -> None:
    ways = [(True, False) if answer is None else (answer,) for thing in things for answer in thing]
    verdicts = set()
    for way in product(*ways):
        pairs = list(zip(way[::2], way[1::2], strict=True))
        verdicts.add(quantity.holds(sum(member and met for member, met in pairs), sum(member for member, _ in pairs)))
    expected = verdicts.pop() if len(verdicts) == 1 else None
    assert quantity.judge(things) is expected


@given(QUANTITIES, st.lists(st.tuples(TRUTHS, TRUTHS), max_size=5), st.integers(0, 6))
def test_a_total_that_is_known_otherwise_leaves_only_the_ways_that_come_to_it(
    quantity: Quantity, things: list[tuple[Truth, Truth]], total: int
) -> None:
    ways = [(True, False) if answer is None else (answer,) for thing in things for answer in thing]
    pairs = [list(zip(way[::2], way[1::2], strict=True)) for way in product(*ways)]
    found = [(sum(member and met for member, met in pair), sum(member for member, _ in pair)) for pair in pairs]
    verdicts = {quantity.holds(*way) for way in found if way[1] == total} or {quantity.holds(*way) for way in found}
    assert quantity.judge(things, total) is (verdicts.pop() if len(verdicts) == 1 else None)


@given(st.lists(st.tuples(TRUTHS, st.sampled_from(("a", "b"))), max_size=4), st.sampled_from(("a", "b")))
def test_a_choice_is_what_all_ways_its_guards_could_turn_out_agree_on(
    arms: list[tuple[Truth, str]], otherwise: str
) -> None:
    ways = product(*((True, False) if guard is None else (guard,) for guard, _ in arms))
    found = {next((arm[1] for guard, arm in zip(way, arms, strict=True) if guard), otherwise) for way in ways}
    node = choice([Arm(Const(guard), Const(value)) for guard, value in arms], Const(otherwise))
    found_value = meaning(single(node), record_with({}), node, None)
    assert found_value == (found.pop() if len(found) == 1 else None)


# ---- Any tree, any record ----

LEVELS = st.lists(st.sampled_from(("Red", "Orange", "Blue", "Met")), min_size=1, max_size=2, unique=True).map(tuple)
FIELDS = st.one_of(
    st.builds(Get, st.sampled_from((2017, 2018)), st.tuples(st.sampled_from(STATE), st.just("color")), st.just(GROUP)),
    st.builds(Get, st.sampled_from((2017, 2018)), st.just(("Basics", "rating")), st.just(LEA)),
)
TESTS = st.one_of(
    st.builds(lambda asked, names: Call("is one of", (asked, Const(names))), FIELDS, LEVELS),
    st.builds(lambda asked: Call("is rated", (asked,)), FIELDS),
    st.builds(
        lambda names: Call("is one of", (Self(GROUP), Const(names))),
        st.lists(st.sampled_from(GROUPS), min_size=1, max_size=3).map(tuple),
    ),
    st.just(Call("is one of", (Self(LEA), Const(("school district",))))),
    st.booleans().map(Const),
)


def composed(parts: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    several = st.lists(parts, max_size=4).map(tuple)
    return st.one_of(
        several.map(lambda parts: Call("and", parts)),
        several.map(lambda parts: Call("or", parts)),
        parts.map(lambda part: Call("not", (part,))),
        st.builds(
            choice,
            st.lists(st.builds(Arm, parts, parts), max_size=3).map(tuple),
            parts,
        ),
        st.builds(
            Fold, QUANTITIES, st.just(Listed("x")), st.lists(st.builds(Item, parts, parts), max_size=4).map(tuple)
        ),
        st.builds(over_groups, st.sampled_from((2017, 2018)), parts, QUANTITIES, parts),
    )


TREES: st.SearchStrategy[Node] = st.recursive(TESTS, composed, max_leaves=12)
Facts = dict[tuple[int, str | None, FieldKey], str | None]
PLACES: list[tuple[int, str | None, FieldKey]] = [
    *((year, group, (name, "color")) for year in (2017, 2018) for group in GROUPS for name in STATE),
    *((year, None, ("Basics", "rating")) for year in (2017, 2018)),
]
READINGS = st.sampled_from(("Red", "Orange", "Blue", "Met", None))
FACTS: st.SearchStrategy[Facts] = st.dictionaries(st.sampled_from(PLACES), READINGS, max_size=len(PLACES))


def record_with(facts: Facts, kind: str = "school district") -> LeaRecord:
    years: dict[int, YearFacts] = {}
    for year in {year for year, _, _ in facts}:
        mine = {(group, key): Reading(level) for (of, group, key), level in facts.items() if of == year}
        groups = {name: {key: level for (group, key), level in mine.items() if group == name} for name in GROUPS}
        years[year] = YearFacts(groups, {key: level for (group, key), level in mine.items() if group is None})
    return LeaRecord("123", "x", "y", kind, years)


@pytest.mark.slow
@given(TREES, FACTS)
@settings(max_examples=300)
def test_every_node_has_its_meaning_for_every_group(tree: Node, facts: Facts) -> None:
    rules, record = single(tree), record_with(facts)
    evaluation = evaluate(prepare(rules), record)
    for node in walk(tree):
        for group in VOCABULARY.groups:
            assert evaluation.value(node, group.name) == meaning(rules, record, node, group)


@pytest.mark.slow
@given(TREES, FACTS, st.data())
@settings(max_examples=300)
def test_filling_in_an_unknown_never_changes_a_known_answer(tree: Node, facts: Facts, data: st.DataObject) -> None:
    prepared = prepare(single(tree))
    more = {**data.draw(FACTS), **facts}
    before, after = evaluate(prepared, record_with(facts)), evaluate(prepared, record_with(more))
    for position in range(len(prepared.steps)):
        pairs = zip(before.column(position), after.column(position), strict=True)
        assert all(old is None or old == new for old, new in pairs)


# ---- The criteria of a whole year ----


def _place(fact: MissingFact) -> tuple[int, str | None, FieldKey]:
    return fact.year, fact.group, (fact.indicator, fact.scale)


def in_2019(facts: Facts) -> Facts:
    return {(2019, group, key): level for (_, group, key), level in facts.items()}


@pytest.mark.slow
@given(FACTS.map(in_2019), st.data())
@settings(max_examples=200)
def test_what_would_settle_a_determination_settles_it(facts: Facts, data: st.DataObject) -> None:
    determination = determine(CRITERIA, record_with(facts))
    missing = [_place(fact) for fact in determination.settle]
    assert bool(missing) == (determination.outcome == CANNOT_TELL)
    assert not facts.keys() & set(missing)
    filled = {**facts, **{place: data.draw(READINGS) for place in missing}}
    assert determine(CRITERIA, record_with(filled)).outcome != CANNOT_TELL


@given(FACTS.map(in_2019))
def test_a_determination_is_published_as_it_is_unless_it_cannot_be_told(facts: Facts) -> None:
    determination = determine(CRITERIA, record_with(facts))
    if determination.outcome == CANNOT_TELL:
        assert determination.published == "General Assistance"
    else:
        assert determination.published == determination.outcome


@given(FACTS.map(in_2019))
def test_the_lists_of_a_determination_say_what_the_evaluation_says(facts: Facts) -> None:
    determination = determine(CRITERIA, record_with(facts))
    evaluation = determination.evaluation
    for result in determination.groups:
        values = {number: evaluation.value((2019, f"Priority {number}"), result.group.name) for number in (1, 4, 5, 6)}
        assert result.priorities == tuple(number for number, value in values.items() if value is True)
        assert result.uncertain == tuple(number for number, value in values.items() if value is None)
        assert all(evaluation.value((2019, name), result.group.name) is True for name in result.rules)
    assert determination.outcome == (evaluation.value((2019, DETERMINATION)) or CANNOT_TELL)
