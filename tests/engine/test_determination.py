"""What the rules make of an LEA, and the rows that say why."""

from __future__ import annotations

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from rulelang.core.record import LeaRecord, Reading
from rulelang.core.ruleset import DETERMINATION, PUBLISHED
from rulelang.core.tree import Call, Const, Get, binds_groups
from rulelang.core.truth import Amount, Quantity
from rulelang.core.vocabulary import Scope
from rulelang.engine.determination import Determination, missing_facts, reasons
from rulelang.engine.evaluate import evaluate, evaluate_again, evaluate_records
from rulelang.engine.missing import MissingFact
from rulelang.engine.rule_drawing import lea_part
from rulelang.engine.steps import prepare
from rulelang.engine.trace import leaves
from rulelang.engine.wording import count_text
from tests.engine.building import ANY, VOCABULARY, over_groups, record_of, ruleset, single
from tests.engine.determined import determine
from tests.strategies.records import records

PREPARED = prepare(ruleset(2018))
UNMET = "Not Met for Two or More Years"


def determined(*facts: str, kind: str = "school district", silent: bool = True) -> Determination:
    return determine(PREPARED, record_of(facts or ["2018:"], kind, silent=silent))


def test_method_1_by_one_group_on_state_indicators() -> None:
    found = determined("2018 Homeless: Red on ELA, Orange on Math, Red on Suspension Rate")
    assert found.outcome == found.published == "Differentiated Assistance"
    assert found.methods == {"Method 1": True, "Method 2": False, "Method 3": False}
    assert found.referrals == {"EC 52072 referral": False}
    assert found.lea_rules == ("DA", "M1")
    homeless = found.group("Homeless")
    assert homeless.priorities == (4, 6)
    assert homeless.by_kind == {"state": (4, 6), "local": ()}
    assert homeless.rules == ("4b", "6a")
    assert found.group("White").rules == ()
    assert found.settle == ()


def test_two_groups_that_meet_one_priority_each_are_not_one_that_meets_two() -> None:
    found = determined("2018 Homeless: Red on Graduation Rate", "2018 White: Red on Suspension Rate")
    assert found.outcome == "General Assistance"
    assert found.methods["Method 1"] is False


def test_local_indicators_hold_for_every_group_and_are_rules_of_the_lea() -> None:
    found = determined(f"2018: {UNMET} on Basics, {UNMET} on School Climate")
    assert found.outcome == "Differentiated Assistance"
    assert found.methods == {"Method 1": False, "Method 2": True, "Method 3": False}
    assert found.lea_rules == ("1a", "6b", "DA", "M2")
    for result in found.groups:
        assert result.priorities == (1, 6)
        assert result.by_kind == {"state": (), "local": (1, 6)}
        assert result.rules == ()


def test_every_group_of_the_year_has_a_result_and_no_other() -> None:
    assert [result.group.code for result in determined().groups] == ["AA", "EL", "HOM", "WH"]
    with pytest.raises(KeyError):
        determined().group("Long-Term English Learners")


def test_what_could_change_it_makes_it_cannot_tell_and_is_named() -> None:
    found = determined("2018 Homeless: Red on ELA, unknown on Math, Red on Suspension Rate", "2018 White: Red on Math")
    assert found.outcome == "cannot tell"
    assert found.published == "General Assistance"
    assert found.methods["Method 1"] is None
    assert found.group("Homeless").uncertain == (4,)
    assert found.settle == (MissingFact(2018, "Homeless", "Math", "color"),)


def test_what_could_not_change_it_does_not_matter() -> None:
    decided = determined("2018 Homeless: Red on ELA, unknown on Math, Red on Suspension Rate, Red on Graduation Rate")
    assert decided.outcome == "Differentiated Assistance"
    assert decided.settle == ()
    assert decided.group("Homeless").uncertain == (4,)
    hopeless = determined("2018 Homeless: Red on ELA, unknown on Math")
    assert hopeless.outcome == "General Assistance"


def test_local_indicators_decide_where_nothing_else_is_known() -> None:
    found = determined(f"2018: {UNMET} on Basics, {UNMET} on School Climate", silent=False)
    assert found.outcome == "Differentiated Assistance"
    assert found.methods == {"Method 1": None, "Method 2": True, "Method 3": False}


def test_an_lea_without_data_cannot_be_told() -> None:
    found = determined(silent=False)
    assert found.outcome == "cannot tell"
    assert found.settle[0] == MissingFact(2018, None, "Basics", "rating")
    assert MissingFact(2018, "English Learners", "ELPI", "color") in found.settle
    assert MissingFact(2018, "White", "ELPI", "color") not in found.settle
    assert not any(fact.group == "Long-Term English Learners" for fact in found.settle)


def test_a_kind_of_lea_the_rules_do_not_speak_of_is_not_covered() -> None:
    found = determined("2018 White: Red on Graduation Rate, Red on Suspension Rate", kind="charter school")
    assert found.outcome == found.published == "not covered"
    assert not any(found.methods.values())


def test_a_suspended_year_is_suspended() -> None:
    found = determine(prepare(ruleset(2018, suspended="no Dashboard")), record_of(["2018:"]))
    assert found.outcome == found.published == "suspended"
    assert found.settle == ()


def test_rules_without_a_determination_cover_nothing_and_one_without_publishing_is_published_as_it_is() -> None:
    rules = ruleset(2018)
    without = {key: item for key, item in rules.definitions.items() if key[1] not in (DETERMINATION, PUBLISHED)}
    record = record_of(["2018:"], silent=False)
    assert determine(prepare(evolve(rules, definitions=without)), record).outcome == "not covered"
    unpublished = {key: item for key, item in rules.definitions.items() if key[1] != PUBLISHED}
    assert determine(prepare(evolve(rules, definitions=unpublished)), record).published == "cannot tell"


def test_history_asks_for_the_same_groups_in_several_years() -> None:
    prepared = prepare(ruleset(2019, (2017, 2018)))
    both = "Red on Graduation Rate, Red on Suspension Rate"
    same = record_of(
        [f"{year} {group}: {both}" for year in (2018, 2019) for group in ("White", "Homeless")] + ["2017:"]
    )
    assert determine(prepared, same).referrals == {"EC 52072 referral": True}
    other = record_of([f"2018 White: {both}", f"2018 Homeless: {both}", f"2019 African American: {both}", "2017:"])
    assert determine(prepared, other).referrals == {"EC 52072 referral": False}
    unknown = record_of([f"{year} {group}: {both}" for year in (2019,) for group in ("White", "Homeless")] + ["2017:"])
    assert determine(prepared, unknown).referrals == {"EC 52072 referral": None}


def test_reasons_are_the_rules_that_hold_with_what_they_rest_on() -> None:
    found = determined(
        "2018 Homeless: Red on ELA, Orange on Math, Red on Suspension Rate",
        "2018 White: Orange on Chronic Absenteeism, Green on Suspension Rate",
        "2018 English Learners: Red on ELPI",
        f"2018: {UNMET} on School Climate, Met on Basics",
    )
    rows = [
        (row.group.code if row.group else "", row.rule.priority, row.rule.name, row.evidence) for row in reasons(found)
    ]
    assert rows == [
        ("", 6, "6b", f"School Climate: {UNMET}"),
        ("", None, "DA", "Method 1"),
        ("", None, "M1", "Homeless (Priority 4, Priority 6)"),
        ("EL", 4, "4c", "ELPI: Red"),
        ("HOM", 4, "4b", "ELA: Red; Math: Orange"),
        ("HOM", 6, "6a", "Suspension Rate: Red"),
        ("WH", 5, "5b", "Chronic Absenteeism: Orange; Suspension Rate: Green"),
    ]


def test_evidence_of_history_names_groups_and_years() -> None:
    both = "Red on Graduation Rate, Red on Suspension Rate"
    record = record_of(
        [f"{year} {group}: {both}" for year in (2018, 2019) for group in ("White", "Homeless")] + ["2017:"]
    )
    determined = determine(prepare(ruleset(2019, (2017, 2018))), record)
    rows = {row.rule.name: row for row in reasons(determined)}
    assert rows["P1"].rule.outcome == "EC 52072 referral"
    assert rows["P1"].evidence == "Homeless (2018, 2019), White (2018, 2019)"
    assert "2 of 4: Homeless and White (each 2018, 2019)" in [
        count_text(leaf.part) for leaf in leaves(lea_part(determined, rows["P1"].rule)) if binds_groups(leaf.part.node)
    ]


@pytest.mark.parametrize(
    "quantity, missing",
    [
        (Quantity(Amount.EVERY), (MissingFact(2018, "White", "Math", "color"),)),
        (Quantity(Amount.AT_LEAST_OR_ALL, 3), (MissingFact(2018, "White", "Math", "color"),)),
        (Quantity(Amount.AT_LEAST, 1), ()),
    ],
)
def test_whether_a_group_is_spoken_of_is_missing_only_where_the_total_matters(
    quantity: Quantity, missing: tuple[MissingFact, ...]
) -> None:
    """White is not Red on ELA; whether it is one of the groups spoken of cannot be told, and Homeless surely is."""
    ela, math = (Get(2018, (name, "color"), Scope.GROUP) for name in ("ELA", "Math"))
    red = Call("is one of", (ela, Const(("Red",))))
    tally = over_groups(2018, red, quantity, Call("or", (red, Call("is rated", (math,)))))
    record = record_of(["2018 Homeless: Red on ELA, Blue on Math", "2018 White: Blue on ELA"])
    others = {
        group.name: {("Math", "color"): Reading(None)}
        for group in VOCABULARY.groups_in(2018)
        if group.name not in ("Homeless", "White")
    }
    facts = record.years[2018]
    facts = evolve(facts, groups={**others, **facts.groups}, silent=facts.silent - {"Math"})
    evaluation = evaluate(prepare(single(tally)), evolve(record, years={2018: facts}))
    assert missing_facts(evaluation, "it") == missing


@pytest.mark.slow
@given(st.lists(records(VOCABULARY, (2017, 2018)), min_size=1, max_size=4))
def test_what_is_missing_is_found_for_each_lea_as_if_it_were_the_only_one(some: list[LeaRecord]) -> None:
    names = (*PREPARED.ruleset.methods, DETERMINATION)
    together = evaluate_records(PREPARED, some)
    for lea, record in enumerate(some):
        assert missing_facts(together.of(lea), *names) == missing_facts(evaluate(PREPARED, record), *names)


@given(st.lists(records(VOCABULARY, (2017, 2018)), min_size=1, max_size=4))
def test_other_rules_find_the_same_in_leas_that_were_evaluated_before(some: list[LeaRecord]) -> None:
    narrow = prepare(single(over_groups(2018, Call("is rated", (Get(2018, ("ELA", "color"), Scope.GROUP),)), ANY)))
    for first, then in ((PREPARED, narrow), (narrow, PREPARED)):
        before = evaluate_records(first, some)
        again = evaluate_again(then, before)
        assert again.columns == evaluate_records(then, some).columns
        assert (again.facts is before.facts) == (first is PREPARED)  # which asks for all that the other does


def test_answers_to_a_step_are_asked_of_leas_and_of_student_groups() -> None:
    prepared = prepare(ruleset(2018))
    batch = evaluate_records(prepared, [record_of(["2018:"])])
    position = next(at for at, step in enumerate(prepared.steps) if step.scope is Scope.LEA)
    of_group, of_lea = (batch.answers((position,), scope) for scope in (Scope.GROUP, Scope.LEA))
    assert (len(of_group), len(of_lea)) == (batch.shape.group_rows, batch.shape.size)
