"""History from the state's published lists alone gives the flags that stand in the lists, and no others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

import rulelang
from rulelang.analysis.history import of_year, published_facts, with_group_counts, with_published, year_of_list
from rulelang.core.record import LeaRecord, PublishedFacts, Reading, YearFacts
from rulelang.core.tree import PriorityCount
from rulelang.core.truth import Amount, Quantity
from rulelang.data.published import PublishedLea, PublishedList, read_published
from rulelang.data.read import read_folders
from rulelang.data.report import ReadReport
from rulelang.diagnostics.diagnostic import Diagnostic
from rulelang.engine.columns import Shape
from rulelang.engine.determination import Determination
from rulelang.engine.published_lists import tally_listed

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
    listed = with_published([], lists, vocabulary, year)
    records = of_year(listed, year)
    assert len(records) == len(listed)
    return ruleset, lists, ruleset.evaluate(records)


@pytest.mark.slow
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


@pytest.mark.slow
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


@pytest.mark.slow
@needs_lists
def test_no_answer_is_given_only_where_one_or_two_groups_persist() -> None:
    """Whoever has no group that persists, or three, has a yes or a no."""
    _, lists, determinations = determined(2023)
    met: dict[str, Counter[str]] = {}
    for published in lists:
        for lea in published.leas:
            groups = met.setdefault(lea.code, Counter())
            groups.update(group for group, priorities in lea.priorities.items() if len(priorities or ()) > 1)
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


# ---- what lists say of earlier years, and of LEAs they may have had ----

VOCABULARY = rulelang.load("assistance/2024").rules.vocabulary
CODE = "12345670000000"


def listed(year: int, *leas: PublishedLea, wrong: bool = False) -> PublishedList:
    said = (Diagnostic("duplicate-row", "twice"),) if wrong else ()
    return PublishedList(Path(f"list{year}"), year, leas, ReadReport(), said)


def facts_of(
    year: int, *lists: PublishedList, code: str = CODE, official: PublishedList | None = None
) -> PublishedFacts | None:
    record = LeaRecord(code, "", "", "school district", {2024: YearFacts()})
    found = {one.code: one for one in with_published([record], lists, VOCABULARY, 2024, official)}
    return found[code].years.get(year, YearFacts()).published


def called(earlier: dict[int, str]) -> PublishedLea:
    return evolve(listed_lea(), earlier=earlier)


def test_what_a_list_says_of_an_earlier_year_counts_where_that_year_has_no_list() -> None:
    label = "Differentiated Assistance, Year 1"
    facts = facts_of(2023, listed(2024, called({2023: label})))
    assert facts is not None
    assert facts.priorities is None
    assert facts.held == {label}
    assert "Differentiated Assistance, Year 2" in facts.stated
    own = facts_of(2023, listed(2024, called({2023: label})), listed(2023, listed_lea()))
    assert own is not None
    assert own.held == {"General Assistance"}


def test_an_official_list_counts_for_earlier_years_and_not_for_its_own() -> None:
    official = listed(2024, called({2023: "General Assistance"}))
    assert facts_of(2024, official=official) is None
    earlier = facts_of(2023, official=official)
    assert earlier is not None
    assert earlier.held == {"General Assistance"}


def test_priorities_that_a_list_does_not_state_are_unknown_and_never_none() -> None:
    tally = PriorityCount("state", Quantity(Amount.AT_LEAST, 2))
    lists = [PublishedFacts(), PublishedFacts({"White": frozenset({4, 5})}), PublishedFacts(None), None]
    found = tally_listed(tally, 10, lists, Shape(4, 1), ["White"])
    assert (found.yes, found.no) == (0b0010, 0b0001)


def test_a_list_says_nothing_of_the_kinds_of_lea_that_it_is_not_about() -> None:
    met_nothing = published_facts(None, VOCABULARY)
    lists = [listed(year, listed_lea()) for year in (2017, 2022)]
    for kind, facts in (("school district", met_nothing), ("county office", met_nothing), ("charter school", None)):
        record = LeaRecord("12345671234567", "", "", kind, {2024: YearFacts()})
        [found] = [one for one in with_published([record], lists, VOCABULARY, 2024) if one.code == record.code]
        assert [found.years[year].published for year in (2017, 2022)] == [facts, facts]


def test_a_charter_school_that_qualifies_now_cannot_be_told_by_a_list_of_districts_of_the_year_before() -> None:
    ruleset = rulelang.load("assistance/2023")
    red = {("Graduation Rate", "color"): Reading("Red"), ("Suspension Rate", "color"): Reading("Red")}
    silent = frozenset(one.name for one in ruleset.rules.vocabulary.indicators)
    school = LeaRecord("12345671234567", "", "", "charter school", {2023: YearFacts({"White": red}, silent=silent)})
    read = with_published([school], [listed(2022, listed_lea())], ruleset.rules.vocabulary, 2023)
    assert [one.outcome for one in ruleset.evaluate(read) if one.record.code == school.code] == ["cannot tell"]


def test_an_lea_that_a_list_with_refused_rows_lacks_may_have_been_on_it() -> None:
    other = "12345680000000"
    assert facts_of(2023, listed(2023, listed_lea()), code=other) == published_facts(None, VOCABULARY)
    assert facts_of(2023, listed(2023, listed_lea(), wrong=True), code=other) is None
    assert facts_of(2023, listed(2023, wrong=True), code=other) is None


def test_a_list_names_an_lea_and_its_county_where_its_files_do_not() -> None:
    record = LeaRecord(CODE, "", "", "school district", {2024: YearFacts()})
    (found,) = with_published([record], [listed(2024, listed_lea())], VOCABULARY, 2024)
    assert (found.name, found.county) == ("Elm", "Oak")
    (kept,) = with_published([evolve(record, name="A")], [listed(2024, listed_lea())], VOCABULARY, 2024)
    assert kept.name == "A"


def test_counts_of_groups_go_to_their_year() -> None:
    record = LeaRecord(CODE, "", "", "school district", {2024: YearFacts(silent=frozenset({"ELA"}))})
    (found, other) = with_group_counts([record, evolve(record, code="2")], {(2024, CODE): 3, (2023, CODE): 2})
    assert {year: facts.group_count for year, facts in found.years.items()} == {2023: 2, 2024: 3}
    assert found.years[2024].silent == {"ELA"}
    assert other.years[2024].group_count is None


def test_the_facade_takes_counts_for_its_year() -> None:
    ruleset = rulelang.load("assistance/2024")
    record = LeaRecord(CODE, "", "", "school district", {})
    (found,) = ruleset.with_group_counts([record], {CODE: 3})
    assert found.years[2024].group_count == 3


@pytest.mark.parametrize("counts", [{"1": 3}, {int(CODE): 3}, {CODE: -3}, {CODE: 3.0}, {CODE: "a"}, {CODE: True}])
def test_the_facade_refuses_counts_that_are_none_or_of_no_lea(counts: Mapping[Any, Any]) -> None:
    record = LeaRecord(CODE, "", "", "school district", {})
    with pytest.raises(rulelang.DataError):
        rulelang.load("assistance/2024").with_group_counts([record], counts)


def test_a_folder_with_the_list_of_an_earlier_year_alone_is_of_use(tmp_path: Path) -> None:
    vocabulary = rulelang.load("assistance/2023").rules.vocabulary
    (tmp_path / "assistancestatus22.xlsx").touch()
    assert read_folders(vocabulary, [tmp_path], [2022, 2023]).diagnostics == ()
    (wrong,) = read_folders(vocabulary, [tmp_path], [2022]).diagnostics
    assert wrong.code == "no-data-files"


def test_the_facade_warns_of_years_without_files_and_of_a_list_that_is_not_there(tmp_path: Path) -> None:
    found = rulelang.load("assistance/2023").read(tmp_path, published=tmp_path / "no.xlsx")
    assert {"own-year-not-found", "years-not-found", "no-such-data-file"} <= {one.code for one in found.diagnostics}


@needs_lists
def test_the_facade_reads_lists() -> None:
    ruleset = rulelang.load("assistance/2022")
    data = ruleset.read(published=[LISTS[year] for year in (2017, 2018, 2019, 2022)])
    assert not data.has_errors
    assert sum(one.referrals[FLAG] is True for one in ruleset.evaluate(data.records)) == 39
    assert {file.year for file in data.report.files} == {2017, 2018, 2019, 2022}
    assert data.report.missing == ()


@pytest.mark.parametrize(
    "name, year",
    [
        ("assistancestatus2017.xls", 2017),
        ("ASSISTANCESTATUS19.XLSX", 2019),
        ("assistancestatus19-rev.xlsx", 2019),
        ("assistancestatus25.xlsx", 2025),
    ],
)
def test_the_year_of_a_list_is_known_by_its_name(name: str, year: int, tmp_path: Path) -> None:
    assert year_of_list(VOCABULARY, tmp_path / name) == year


@pytest.mark.parametrize("name", ["assistancestatus20.xlsx", "assistancestatus18.xls", "list.xlsx"])
def test_a_list_of_no_known_name_or_year_is_of_none(name: str, tmp_path: Path) -> None:
    assert year_of_list(VOCABULARY, tmp_path / name) is None


def test_an_lea_of_earlier_years_only_is_not_an_lea_of_the_year() -> None:
    gone = LeaRecord("1", "Gone", "", "school district", {2018: YearFacts(silent=frozenset({"ELA"}))})
    here = LeaRecord("2", "Here", "", "school district", {2019: YearFacts(silent=frozenset({"ELA"}))})
    assert of_year([gone, here], 2019) == (here,)
