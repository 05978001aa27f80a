"""What would settle an answer, in few words."""

from __future__ import annotations

from rulelang.analysis.needs import in_few_words
from rulelang.engine.missing import MissingFact
from rulelang.engine.steps import prepare
from tests.engine.building import record_of, ruleset
from tests.engine.determined import determine
from tests.table.each_lea import needs

RULES = ruleset(2018)
GROUPS = ("African American", "English Learners", "Homeless", "White")


def facts(indicators: tuple[str, ...], groups: tuple[str, ...], year: int = 2018) -> list[MissingFact]:
    return [MissingFact(year, group, indicator, "color") for indicator in indicators for group in groups]


def said(*missing: MissingFact) -> list[str]:
    return list(in_few_words(missing, RULES))


def test_few_facts_are_named_each() -> None:
    assert said(*facts(("ELA",), GROUPS[:2])) == [
        "ELA color of African American in 2018",
        "ELA color of English Learners in 2018",
    ]


def test_of_many_student_groups_only_the_number_is_named() -> None:
    assert said(*facts(("ELA", "Math"), GROUPS)) == [
        "ELA color of 4 student groups in 2018",
        "Math color of 4 student groups in 2018",
    ]


def test_of_many_indicators_only_the_kind_is_named() -> None:
    many = facts(("ELA", "Math", "Graduation Rate", "Suspension Rate"), GROUPS)
    assert said(*many, *facts(("ELPI",), GROUPS[1:2])) == ["the state indicators of 2018"]
    assert said(*many, *facts(("ELA",), GROUPS[:1], 2017)) == [
        "the state indicators of 2018",
        "ELA color of African American in 2017",
    ]


def test_a_fact_of_the_lea_has_no_group() -> None:
    assert said(MissingFact(2018, None, "School Climate", "rating")) == ["School Climate rating in 2018"]


def test_what_is_told_needs_nothing() -> None:
    record = record_of(["2018 White: Blue on ELA"])
    assert list(needs(determine(prepare(RULES), record))) == []


def test_a_referral_that_cannot_be_told_needs_the_years_it_looks_back_on() -> None:
    rules = ruleset(2019, history=(2017, 2018))
    record = record_of(["2019 White: Red on Graduation Rate, Red on Suspension Rate"])
    found = determine(prepare(rules), record)
    untold = [name for name, answer in found.referrals.items() if answer is None]
    assert found.outcome != "cannot tell"
    assert untold
    named = list(needs(found))
    assert named
    assert all("2017" in text or "2018" in text for text in named)
