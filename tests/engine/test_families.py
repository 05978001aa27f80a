"""Folds over entities that belong to another, and looking up: the evaluator gives what the denotation gives."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import cache
from typing import Final

from attrs import evolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rulelang.core.aggregates import Aggregate, Ranked
from rulelang.core.operators import COMPARED
from rulelang.core.record import LeaRecord
from rulelang.core.ruleset import Definition, Ruleset
from rulelang.core.tree import Belonging, Call, Const, Fold, Item, Node, Owner, Self, StudentGroups
from rulelang.core.truth import Amount, Quantity
from rulelang.core.vocabulary import LeaKind, Scope
from rulelang.core.walk import walk
from rulelang.engine.evaluate import LEAS_A_BATCH, evaluate_all
from rulelang.engine.families import families_of
from rulelang.engine.steps import prepare
from tests.engine.denotation import meaning
from tests.strategies.effort import EFFORT
from tests.strategies.nodes import LEVELS_AND_NUMBERS, node_records, numbers, truths

KINDS: Final = ("county", "district", "charter")
BELONGS: Final = evolve(
    LEVELS_AND_NUMBERS,
    kinds=(
        LeaKind("county", "counties", "c?"),
        LeaKind("district", "districts", "d?", belongs_to="county"),
        LeaKind("charter", "charters", "s?", belongs_to="district"),
    ),
)
ANY: Final = Quantity(Amount.AT_LEAST, 1)
LEA: Final = Scope.LEA


COMBINED: Final = st.sampled_from(Aggregate).filter(lambda one: one is not Aggregate.ONLY) | st.builds(
    Ranked, st.integers(1, 99).map(Fraction), st.booleans()
)


@st.composite
def entities(draw: st.DrawFn) -> list[LeaRecord]:
    """Return entities of three kinds in any order, some of which belong to another that the data hold."""
    found: list[LeaRecord] = []
    for level, kind in enumerate(KINDS):
        owners = [one.code for one in found if one.kind in KINDS[:level]]
        for number in range(draw(st.integers(0, 3))):
            owner = draw(st.sampled_from([*owners, "", "nobody"]))
            only_in = draw(st.sampled_from([frozenset[int](), frozenset({2018}), frozenset({2017, 2018})]))
            record = evolve(draw(node_records()), code=f"{kind} {number}", kind=kind)
            found.append(evolve(record, belongs_to=owner, only_in=only_in))
    return draw(st.permutations(found))


def _belonging() -> st.SearchStrategy[Belonging]:
    return st.builds(Belonging, st.sampled_from(KINDS), st.sampled_from([2019, 2018, 2017]))


@cache
@st.composite
def _folds(draw: st.DrawFn, depth: int) -> Node:
    """Return a fold over related entities, of which another may be what is folded or who is spoken of."""
    inner = truths(LEA, 1) | (counts_below(depth - 1) if depth else truths(LEA, 1))
    if draw(st.booleans()):
        return draw(of_owners(inner))
    over, where, how = draw(_belonging()), draw(st.just(Const(True)) | inner), draw(COMBINED)
    of = inner if how in (Aggregate.NUMBER, Aggregate.SHARE) else numbers(LEA, 1)
    return Fold(how, over, (Item(draw(of), where),))


@st.composite
def of_owners(draw: st.DrawFn, answers: st.SearchStrategy[Node]) -> Node:
    """Return the answer or the number of the entity that one belongs to."""
    return Fold(Aggregate.ONLY, Owner(draw(st.sampled_from(KINDS))), (Item(draw(answers | numbers(LEA, 1))),))


@cache
@st.composite
def counts_below(draw: st.DrawFn, depth: int) -> Node:
    """Return a count of the entities that belong to one."""
    over = draw(_belonging())
    quantity = draw(st.builds(Quantity, st.sampled_from(Amount), st.integers(0, 4)))
    inner = truths(LEA, 1) | (counts_below(depth - 1) if depth else truths(LEA, 1))
    return Fold(quantity, over, (Item(draw(inner), draw(st.just(Const(True)) | inner)),))


@cache
@st.composite
def _of_groups(draw: st.DrawFn) -> Node:
    """Return what is made of the values of student groups."""
    how, inner = draw(COMBINED), truths(Scope.GROUP, 1)
    of = inner if how in (Aggregate.NUMBER, Aggregate.SHARE) else numbers(Scope.GROUP, 1)
    return Fold(how, StudentGroups(2019), (Item(draw(of), draw(st.just(Const(True)) | inner)),))


def ruleset(*nodes: Node) -> Ruleset:
    """Return a ruleset with a definition for each node."""
    named = {(2019, f"it {at}"): Definition(2019, f"it {at}", node, LEA) for at, node in enumerate(nodes)}
    return Ruleset("Families", 2019, BELONGS, named, ())


@st.composite
def _compared(draw: st.DrawFn) -> Node:
    """Return a comparison of what is made of several values with another number, at times seen from what belongs."""
    fold = draw(_folds(0) | _of_groups())
    limit: st.SearchStrategy[Node] = st.integers(0, 200).map(lambda one: Const(Fraction(one, 2)))
    seen = draw(
        st.just(fold) | st.sampled_from(KINDS).map(lambda kind: Fold(Aggregate.ONLY, Owner(kind), (Item(fold),)))
    )
    pair = draw(st.permutations([seen, draw(limit | numbers(LEA, 0) | _folds(0))]))
    return Call(draw(st.sampled_from([*COMPARED])), tuple(pair))


@settings(max_examples=60 * EFFORT, suppress_health_check=list(HealthCheck))
@given(st.lists(_folds(1) | counts_below(1) | _of_groups() | _compared(), min_size=1, max_size=4), entities())
def test_every_node_has_its_meaning_for_every_entity(nodes: Sequence[Node], records: list[LeaRecord]) -> None:
    rules = ruleset(*nodes)
    found = list(evaluate_all(prepare(rules), records))
    assert [one.record for one in found] == [one for one in records if not one.only_in]
    for view in found:
        for definition in rules.definitions.values():
            for node in walk(definition.node):
                if view.prepared.steps[view.prepared.position(node)].scope is LEA:
                    assert view.value(node) == meaning(rules, view.record, node, None, records)


def _is(kind: str, at_most: int = 0) -> LeaRecord:
    return LeaRecord(f"{kind} {at_most}", "", "", kind)


COUNTY, OTHER = _is("county"), _is("county", 1)
DISTRICTS = [evolve(_is("district", at), belongs_to=COUNTY.code) for at in range(3)]
HOW_MANY = Fold(Aggregate.NUMBER, Belonging("district", 2019), (Item(Const(True)),))


def test_what_belongs_to_nothing_is_counted_nowhere_and_a_county_without_districts_has_none() -> None:
    records = [OTHER, *DISTRICTS, COUNTY, evolve(_is("district", 9), belongs_to="elsewhere")]
    values = [one.value((2019, "it 0")) for one in evaluate_all(prepare(ruleset(HOW_MANY)), records)]
    assert values == [0, 0, 0, 0, 3, 0]


def test_of_a_kind_that_the_data_do_not_hold_at_all_nothing_can_be_told() -> None:
    rules = prepare(ruleset(HOW_MANY, Fold(ANY, Belonging("district", 2019), (Item(Const(True)),))))
    [view] = evaluate_all(rules, [COUNTY])
    assert [view.value((2019, name)) for name in ("it 0", "it 1")] == [None, None]


def test_a_school_looks_up_to_its_county_over_its_district() -> None:
    school = evolve(_is("charter"), belongs_to=DISTRICTS[0].code)
    rules = prepare(ruleset(Fold(Aggregate.ONLY, Owner("county"), (Item(Self(LEA)),))))
    values = {one.record.code: one.value((2019, "it 0")) for one in evaluate_all(rules, [school, DISTRICTS[0], COUNTY])}
    assert values == {school.code: "county", DISTRICTS[0].code: "county", COUNTY.code: None}


def test_families_are_never_cut_apart_where_there_are_many() -> None:
    records = [
        evolve(_is(kind, 10 * county + at), belongs_to=f"county {10 * county}" if at else "")
        for county in range(LEAS_A_BATCH // 2)
        for at, kind in enumerate(("county", "district", "district"))
    ]
    values = [one.value((2019, "it 0")) for one in evaluate_all(prepare(ruleset(HOW_MANY)), records)]
    assert values == [2, 0, 0] * (LEAS_A_BATCH // 2)


def test_a_code_that_begins_another_says_what_it_belongs_to() -> None:
    codes = {"27": "county", "2766001": "district", "27660010000123": "charter", "3166001": "district"}
    records = [LeaRecord(code, "", "", kind) for code, kind in codes.items()]
    [(order, family), (alone, _)] = list(families_of(BELONGS, records))
    assert [records[place].code for place in order] == ["27", "2766001", "27660010000123"]
    assert (family.owners, family.ends) == ([-1, 0, 1], [3, 3, 3])
    assert [records[place].code for place in alone] == ["3166001"]


def test_batches_of_families_lie_one_behind_the_other() -> None:
    records = [OTHER, *DISTRICTS, COUNTY]
    [(order, both), (last, alone)] = list(families_of(BELONGS, [*records, evolve(OTHER, code="99")], least=2))
    assert [records[place] for place in order] == [OTHER, COUNTY, *DISTRICTS]
    assert (both.owners, both.ends) == ([-1, -1, 1, 1, 1], [1, 5, 3, 4, 5])
    assert (last, alone.owners, alone.ends) == ([5], [-1], [1])
