"""History from the state's published lists alone gives the flags that stand in the lists, and no others."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from attrs import evolve

import rulelang
from rulelang.analysis.history import of_year, published_facts, with_published
from rulelang.core.record import LeaRecord, YearFacts
from rulelang.data.published import PublishedLea, PublishedList, read_published
from rulelang.engine.determination import Determination

DATA = Path(__file__).parents[3] / "shared" / "data"
LISTS = {
    2017: DATA / "2017" / "assistancestatus2017.xls",
    2018: DATA / "2018" / "assistancestatus18.xlsx",
    2019: DATA / "2019" / "assistancestatus19-rev.xlsx",
    2022: DATA / "2022" / "assistancestatus22.xlsx",
    2023: DATA / "2023" / "assistancestatus23.xlsx",
}
FLAG = "EC 52072 referral"
needs_lists = pytest.mark.skipif(not DATA.is_dir(), reason="the published lists are not at ../shared/data")


def determined(year: int) -> tuple[rulelang.LoadedRuleset, list[PublishedList], tuple[Determination, ...]]:
    ruleset = rulelang.load(f"assistance/{year}")
    vocabulary = ruleset.rules.vocabulary
    lists = [read_published(vocabulary, LISTS[past], past) for past in vocabulary.last_years(year, 4)]
    records, others = of_year(with_published([], lists, vocabulary, year), year)
    assert others == 0
    return ruleset, lists, ruleset.evaluate(records)


@needs_lists
@pytest.mark.parametrize("year, flagged, told", [(2022, 39, 39), (2023, 66, 65)])
def test_the_flags_of_a_year_come_from_the_lists_of_its_window(year: int, flagged: int, told: int) -> None:
    _, lists, determinations = determined(year)
    listed = {lea.code for lea in lists[-1].leas if lea.methods[FLAG]}
    ours = {one.record.code: one.referrals[FLAG] for one in determinations}
    yes = {code for code, answer in ours.items() if answer is True}
    assert len(listed) == flagged
    assert len(yes) == told
    assert yes <= listed
    assert all(ours[code] is None for code in listed - yes)


@needs_lists
def test_one_or_two_persisting_groups_are_told_by_a_count_of_groups() -> None:
    ruleset, _, determinations = determined(2023)
    (untold,) = [one for one in determinations if one.record.name == "Mountain Union Elementary"]
    assert untold.referrals[FLAG] is None
    answers = {}
    for count in (2, 3):
        facts = evolve(untold.record.years[2023], group_count=count)
        record = evolve(untold.record, years={**untold.record.years, 2023: facts})
        answers[count] = ruleset.evaluate([record])[0].referrals[FLAG]
    assert answers == {2: True, 3: False}


@needs_lists
def test_no_answer_is_given_only_where_one_or_two_groups_persist() -> None:
    """Whoever has no group that persists, or three, has a yes or a no."""
    _, lists, determinations = determined(2023)
    met: dict[str, Counter[str]] = {}
    for published in lists:
        for lea in published.leas:
            groups = met.setdefault(lea.code, Counter())
            groups.update(group for group, priorities in lea.priorities.items() if len(priorities) > 1)
    for one in determinations:
        persisting = sum(years > 2 for years in met[one.record.code].values())
        assert (one.referrals[FLAG] is None) == (persisting in (1, 2))


def listed_lea(code: str = "12345670000000", determination: str | None = "General Assistance") -> PublishedLea:
    return PublishedLea(code, "Elm", "Oak", determination, {"White": frozenset({4, 5}), "Asian": frozenset()}, {})


def test_a_list_says_which_groups_met_two_priorities_and_what_the_lea_was_called() -> None:
    vocabulary = rulelang.load("assistance/2024").rules.vocabulary
    facts = published_facts(listed_lea(), vocabulary)
    assert facts.priorities == {"White": frozenset({4, 5})}
    assert facts.held == {"General Assistance"}
    assert "Differentiated Assistance" in facts.stated


def test_a_label_says_nothing_of_the_determination_behind_it() -> None:
    vocabulary = rulelang.load("assistance/2024").rules.vocabulary
    facts = published_facts(listed_lea(determination="Differentiated Assistance, Year 1"), vocabulary)
    assert facts.held == {"Differentiated Assistance, Year 1"}
    assert "Differentiated Assistance, Year 2" in facts.stated
    assert "Differentiated Assistance" not in facts.stated


def test_an_lea_that_is_not_in_a_list_met_nothing_that_year() -> None:
    vocabulary = rulelang.load("assistance/2024").rules.vocabulary
    facts = published_facts(None, vocabulary)
    assert (facts.priorities, facts.held) == ({}, frozenset())
    assert {outcome.name for outcome in vocabulary.outcomes} == facts.stated


def test_an_lea_of_earlier_years_only_is_not_an_lea_of_the_year() -> None:
    gone = LeaRecord("1", "Gone", "", "school district", {2018: YearFacts(silent=frozenset({"ELA"}))})
    here = LeaRecord("2", "Here", "", "school district", {2019: YearFacts(silent=frozenset({"ELA"}))})
    assert of_year([gone, here], 2019) == ((here,), 1)
