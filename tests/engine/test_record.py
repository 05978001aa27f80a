"""What each kind of node makes of the facts, in all three answers."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction

import pytest
from attrs import evolve

from rulelang.core.record import LeaRecord
from rulelang.core.ruleset import Definition
from rulelang.core.tree import (
    NOT_RATED,
    Arm,
    Call,
    Const,
    Fold,
    Get,
    Item,
    Listed,
    Node,
    Ref,
    Self,
    Value,
    choice,
)
from rulelang.core.truth import Amount, Quantity
from rulelang.engine.evaluate import evaluate
from rulelang.engine.facts import reading_of
from rulelang.engine.steps import prepare
from tests.engine.building import ANY, GROUP, LEA, TWO_OR_MORE, VOCABULARY, over_groups, record_of, ruleset, single

YES, NO, UNKNOWN = Const(value=True), Const(value=False), Const(None)
ELA = Get(2018, ("ELA", "color"), GROUP)
BASICS = Get(2018, ("Basics", "rating"), LEA)
RED_ON_ELA = Call("is one of", (ELA, Const(("Red",))))


def value_of(node: Node, *facts: str, group: str | None = None, silent: bool = True) -> Value:
    return evaluate(prepare(single(node)), record_of(facts, silent=silent)).value((2018, "it"), group)


@pytest.mark.parametrize("value", [True, False, None, "General Assistance", Fraction(1, 3), ("Red",), NOT_RATED])
def test_a_constant_is_its_value(value: Value) -> None:
    assert value_of(Const(value)) == value


def test_yes_and_one_are_different_constants() -> None:
    node = choice((Arm(NO, YES),), Const(Fraction(1)))
    assert value_of(node) == Fraction(1)
    assert value_of(node) is not True


def test_a_field_is_its_level() -> None:
    assert value_of(ELA, "2018 Homeless: Red on ELA", group="Homeless") == "Red"
    assert value_of(BASICS, "2018: Met on Basics") == "Met"


def test_not_rated_is_a_fact_and_not_red() -> None:
    facts = "2018 Homeless: not rated (12 students; 30 needed) on ELA"
    assert value_of(ELA, facts, group="Homeless") == NOT_RATED
    assert value_of(RED_ON_ELA, facts, group="Homeless") is False
    assert value_of(Call("not", (RED_ON_ELA,)), facts, group="Homeless") is True
    assert value_of(Call("is rated", (ELA,)), facts, group="Homeless") is False


def test_a_missing_value_is_unknown_and_so_is_what_it_could_change() -> None:
    assert value_of(ELA, "2018 Homeless:", group="Homeless", silent=False) is None
    assert value_of(RED_ON_ELA, "2018 Homeless:", group="Homeless", silent=False) is None
    assert value_of(Call("is rated", (ELA,)), "2018 Homeless:", group="Homeless", silent=False) is None


def test_a_year_without_facts_is_unknown() -> None:
    assert value_of(ELA, "2017 Homeless: Red on ELA", group="Homeless") is None
    assert value_of(BASICS, "2017: Met on Basics") is None


def test_silence_of_the_files_is_not_rated() -> None:
    assert value_of(ELA, "2018 White: Red on ELA", group="Homeless") == NOT_RATED
    assert value_of(ELA, "2018 White: Red on ELA", group="Homeless", silent=False) is None


def test_there_is_nothing_to_know_of_a_group_that_does_not_exist_or_is_never_reported() -> None:
    elpi = Get(2018, ("ELPI", "color"), GROUP)
    assert value_of(ELA, group="Long-Term English Learners") == NOT_RATED
    assert value_of(evolve(ELA, year=2024), group="Long-Term English Learners") is None
    assert value_of(elpi, group="White") == NOT_RATED
    assert value_of(elpi, group="English Learners") is None
    assert value_of(elpi, "2018 White: Red on ELPI", group="White") == NOT_RATED  # no reader takes such a row


def test_what_is_read_is_what_is_evaluated() -> None:
    record = record_of(["2018 White: not rated (5 students) on ELA"])
    for group in VOCABULARY.groups:
        reading = reading_of(record, VOCABULARY, ELA, group)
        assert reading is not None
        assert reading.level is None
        assert reading.note == ("5 students" if group.name == "White" else "no row in the files")


def test_a_subject_is_the_kind_of_lea_or_the_group() -> None:
    assert value_of(Self(LEA)) == "school district"
    assert value_of(Self(GROUP), group="Homeless") == "Homeless"


@pytest.mark.parametrize(
    "parts, of_all, of_any",
    [
        ((), True, False),
        ((YES, YES), True, True),
        ((YES, NO), False, True),
        ((NO, NO), False, False),
        ((YES, UNKNOWN), None, True),
        ((NO, UNKNOWN), False, None),
        ((UNKNOWN, UNKNOWN), None, None),
    ],
)
def test_all_and_any(parts: tuple[Node, ...], of_all: Value, of_any: Value) -> None:
    assert value_of(Call("and", parts)) is of_all
    assert value_of(Call("or", parts)) is of_any


@pytest.mark.parametrize("operator, expected", [("not", (False, True, None)), ("known or no", (True, False, False))])
def test_operators_on_answers(operator: str, expected: tuple[Value, ...]) -> None:
    assert tuple(value_of(Call(operator, (part,))) for part in (YES, NO, UNKNOWN)) == expected


def test_an_unknown_list_of_names_is_unknown() -> None:
    assert value_of(Call("is one of", (Const("Red"), UNKNOWN))) is None


def test_a_choice_takes_the_first_arm_that_is_yes() -> None:
    arms = (Arm(NO, Const("a")), Arm(YES, Const("b")), Arm(YES, Const("c")))
    assert value_of(choice(arms, Const("d"))) == "b"
    assert value_of(choice(arms[:1], Const("d"))) == "d"
    assert value_of(choice((), Const("d"))) == "d"


def test_an_unknown_guard_never_falls_through() -> None:
    assert value_of(choice((Arm(UNKNOWN, Const("a")),), Const("b"))) is None
    assert value_of(choice((Arm(UNKNOWN, Const("a")), Arm(YES, Const("b"))), Const("a"))) is None
    assert value_of(choice((Arm(NO, Const("a")), Arm(UNKNOWN, Const("b"))), Const("c"))) is None


def test_an_unknown_guard_does_not_matter_where_every_way_gives_the_same() -> None:
    assert value_of(choice((Arm(UNKNOWN, Const("a")),), Const("a"))) == "a"
    assert value_of(choice((Arm(UNKNOWN, Const("a")), Arm(YES, Const("a"))), Const("b"))) == "a"
    assert value_of(choice((Arm(YES, Const("a")), Arm(UNKNOWN, Const("b"))), Const("c"))) == "a"
    assert value_of(choice((Arm(UNKNOWN, UNKNOWN),), UNKNOWN)) is None


def test_a_tally_counts_members_that_meet() -> None:
    things = (Item(YES, name="1"), Item(NO, name="2"), Item(YES, NO, name="3"))
    assert value_of(Fold(ANY, Listed("x"), things)) is True
    assert value_of(Fold(TWO_OR_MORE, Listed("x"), things)) is False
    assert value_of(Fold(TWO_OR_MORE, Listed("x"), (*things, Item(UNKNOWN, name="4")))) is None
    assert value_of(Fold(TWO_OR_MORE, Listed("x"), (*things, Item(YES, UNKNOWN, name="4")))) is None
    assert value_of(Fold(TWO_OR_MORE, Listed("x"), (*things, Item(NO, UNKNOWN, name="4")))) is False
    assert value_of(Fold(Quantity(Amount.EVERY), Listed("x"), ())) is False


def test_any_group_binds_one_group() -> None:
    red_on_math = Call("is one of", (Get(2018, ("Math", "color"), GROUP), Const(("Red",))))
    same = over_groups(2018, Call("and", (RED_ON_ELA, red_on_math)), ANY)
    assert value_of(same, "2018 White: Red on ELA", "2018 Homeless: Red on Math") is False
    assert value_of(same, "2018 White: Red on ELA, Red on Math") is True
    assert value_of(same, "2018 White: Red on ELA, unknown on Math") is None


def test_groups_are_those_of_the_year_and_of_the_condition() -> None:
    every = Quantity(Amount.EVERY)
    only_white = Call("is one of", (Self(GROUP), Const(("White",))))
    new_group = Call("is one of", (Self(GROUP), Const(("Long-Term English Learners",))))
    assert value_of(over_groups(2018, RED_ON_ELA, every, only_white), "2018 White: Red on ELA") is True
    assert value_of(over_groups(2018, RED_ON_ELA, every), "2018 White: Red on ELA") is False
    assert value_of(over_groups(2018, new_group, ANY)) is False
    assert value_of(over_groups(2024, new_group, ANY)) is True


def test_a_fact_of_the_lea_holds_for_every_group() -> None:
    met = Call("is one of", (BASICS, Const(("Met",))))
    assert value_of(over_groups(2018, met, Quantity(Amount.EVERY)), "2018: Met on Basics") is True
    assert (
        value_of(Call("and", (RED_ON_ELA, met)), "2018: Met on Basics", "2018 White: Red on ELA", group="White") is True
    )
    assert value_of(met, "2018: Met on Basics", group="White") is True


def test_a_reference_is_the_value_of_its_definition() -> None:
    rules = single(YES)
    both = {
        (2018, "it"): Definition(2018, "it", RED_ON_ELA, GROUP),
        (2018, "again"): Definition(2018, "again", Call("not", (Ref(2018, "it", GROUP),)), GROUP),
    }
    evaluation = evaluate(prepare(evolve(rules, definitions=both)), record_of(["2018 White: Red on ELA"]))
    assert evaluation.value((2018, "again"), "White") is False
    assert evaluation.value(Ref(2018, "it", GROUP), "White") is True
    with pytest.raises(KeyError):
        prepare(evolve(rules, definitions={(2018, "again"): both[2018, "again"]}))


def test_equal_nodes_share_a_step_whatever_their_place() -> None:
    rules = ruleset(2018)
    prepared = prepare(rules)
    reds = [step for step in prepared.steps if step.node == Get(2018, ("ELA", "color"), GROUP)]
    assert len(reds) == 1
    assert len({step.node.key for step in prepared.steps if isinstance(step.node, Get)}) == 8


def test_every_node_can_be_asked_for() -> None:
    evaluation = evaluate(prepare(ruleset(2018)), record_of(["2018 White: Red on ELA, Red on Math"]))
    node = evaluation.prepared.ruleset.definitions[2018, "4a"].node
    assert isinstance(node, Call)
    assert node.operator == "and"
    assert [evaluation.value(part, "White") for part in (node, *node.arguments)] == [True, True, True]
    assert [evaluation.value(part, "Homeless") for part in (node, *node.arguments)] == [False, False, False]


def test_asking_for_what_is_not_there_is_refused() -> None:
    evaluation = evaluate(prepare(single(RED_ON_ELA)), record_of([]))
    with pytest.raises(KeyError):
        evaluation.value((2018, "4a"), "White")
    with pytest.raises(KeyError):
        evaluation.value((2018, "it"), "Nobody")
    with pytest.raises(KeyError):
        evaluation.value((2018, "it"))
    with pytest.raises(KeyError):
        evaluation.value(Call("and", (YES, NO)))


def test_depth_is_no_limit() -> None:
    node: Node = RED_ON_ELA
    for depth in range(5000):
        node = Call("not", (node,)) if depth % 2 else Call("and", (YES, node))
    assert value_of(over_groups(2018, node, ANY), "2018 White: Red on ELA") is True


def test_a_record_of_nonsense_is_evaluated() -> None:
    record = record_of(["2018 Martians: Purple on ELA", "2018 White: Purple on ELA", "2018: Purple on Basics"])
    evaluation = evaluate(prepare(ruleset(2018)), evolve(record, kind="castle"))
    assert evaluation.value((2018, "4a"), "White") is False
    assert evaluate(prepare(ruleset(2018)), LeaRecord("", "", "", "")).value((2018, "4a"), "White") is None


def test_one_prepared_ruleset_serves_many_threads() -> None:
    prepared = prepare(ruleset(2018))
    records = [record_of([f"2018 White: {level} on ELA, Red on Math"]) for level in ("Red", "Blue", "unknown")] * 50
    with ThreadPoolExecutor(8) as pool:
        shared = list(pool.map(lambda record: evaluate(prepared, record), records))
    assert [evaluation.value((2018, "4a"), "White") for evaluation in shared] == [True, False, None] * 50
