"""Schools identified under ESSA, as the state's lists have them.

Of 2018 it is tested statewide, of all other years as far as data are at hand. The colors of all schools come from
published tables of 2017 and 2018, graduates and students from the state's file of 2018, Title I from the list itself.
What is not identified as in the list is named here, school by school: nothing else may differ, and nothing may be
identified that the list does not have.
"""

from __future__ import annotations

import shutil
from collections import Counter
from fractions import Fraction
from pathlib import Path

import pytest
from attrs import evolve

import rulelang
from rulelang.analysis.history import published_facts
from rulelang.analysis.reconcile import Cell, Reconciliation, Subject, Verdict, by_name, reconcile
from rulelang.compiler.locations import rulesets_folder
from rulelang.core.record import FieldKey, LeaRecord, PublishedFacts, Reading, YearFacts
from rulelang.data.published import PublishedList, read_published
from rulelang.engine.determination import Determination
from tests.rulesets.published_tables import rows

DATA = Path(__file__).parents[3] / "shared" / "data"
ESSA = DATA / "essa"
LIST_OF_2018 = ESSA / "sch_eligibility_state_sg.csv.gz"
LIST_OF_2022 = ESSA / "essaassistance22.xlsx"
needs_data = pytest.mark.skipif(not ESSA.is_dir(), reason="the published lists of schools are not at ../shared/data")

INDICATORS = ("College/Career", "Chronic Absenteeism", "ELA", "ELPI", "Graduation Rate", "Math", "Suspension Rate")

# A school of 14 students without colors of its own.
MISSED_LOW_PERFORMING = {"18750366010714"}
# DASS schools whose published rate of one year is 67 or more, so that the state must have used another.
MISSED_GRADUATION = {
    "33752000102079",
    "33670330110106",
    "01612590115667",
    "01612340135426",
    "19647331930940",
    "19645681933472",
    "19647741935428",
    "19734371995695",
    "43733874331039",
    "43695834334488",
    "48705734833869",
    "57726945739552",
}
# One color in 2017, and two of five Red in 2018.
MISSED_GROUPS = {
    ("34674390113209", "Socioeconomically Disadvantaged"),
    ("49402534930160", "Students with Disabilities"),
}


@pytest.fixture(scope="module")
def statewide() -> tuple[Determination, ...]:
    """Return what the rules make of every school in the files as they come: color tables and the graduates."""
    essa = rulelang.load("essa/2018")
    data = essa.read([ESSA, DATA / "statewide" / "2018"])
    assert {one.code for one in data.diagnostics} == {"read-as-windows-1252", "leas-of-other-years"}
    return essa.evaluate(data.records)


@pytest.fixture(scope="module")
def reconciled(statewide: tuple[Determination, ...]) -> Reconciliation:
    return with_the_list(statewide)


def with_the_list(determinations: tuple[Determination, ...]) -> Reconciliation:
    """Return the comparison of determinations of 2018 with the list, of the schools that are on it."""
    vocabulary = rulelang.load("essa/2018").rules.vocabulary
    listed = read_published(vocabulary, LIST_OF_2018, 2018)
    codes = {one.record.code for one in determinations}
    on_it = {lea.code for lea in listed.leas}
    asked = evolve(listed, leas=tuple(lea for lea in listed.leas if lea.code in codes))
    return reconcile([one for one in determinations if one.record.code in on_it], asked)


def identified(cells: Reconciliation, determination: str) -> dict[str, Cell]:
    return {cell.code: cell for cell in cells.cells if cell.theirs == determination}


@needs_data
def test_nothing_is_left_out(reconciled: Reconciliation) -> None:
    codes = {cell.code for cell in reconciled.cells}
    assert len(codes) == 9_910
    assert {cell.reason for cell in reconciled.cells} == {"", "the list does not say"}


@needs_data
def test_low_performing_schools_are_the_list_s_but_for_one(reconciled: Reconciliation) -> None:
    listed = identified(reconciled, "CSI Low Performing")
    assert len(listed) == 481
    assert {code for code, cell in listed.items() if cell.verdict is Verdict.DIFFERS} == MISSED_LOW_PERFORMING


@needs_data
def test_graduation_rates_identify_the_list_s_schools_but_for_twelve(reconciled: Reconciliation) -> None:
    listed = identified(reconciled, "CSI Graduation")
    assert len(listed) == 300
    assert {code for code, cell in listed.items() if cell.verdict is Verdict.DIFFERS} == MISSED_GRADUATION


@needs_data
def test_no_school_is_identified_that_the_list_does_not_have(reconciled: Reconciliation) -> None:
    # What is not identified by its graduation rate may be by its levels.
    ours = {"CSI Low Performing", "CSI Graduation"}
    assert {cell.code for cell in reconciled.differing if cell.ours in ours} <= MISSED_GRADUATION


@needs_data
def test_student_groups_are_the_list_s_but_for_two(reconciled: Reconciliation) -> None:
    flagged = [cell for cell in reconciled.cells if cell.subject == Subject.CRITERIA and cell.theirs == "yes"]
    differing = {(cell.code, cell.about) for cell in reconciled.differing if cell.subject == Subject.CRITERIA}
    assert len(flagged) == 1_032
    assert differing == {(code, f"{group}, targeted student group") for code, group in MISSED_GROUPS}


@needs_data
def test_monterey_is_the_list_s_in_every_cell_from_the_files_as_they_come() -> None:
    essa = rulelang.load("essa/2018")
    data = essa.read([DATA / "2018", ESSA])
    compared = with_the_list(essa.evaluate([one for one in data.records if one.county == "Monterey"]))
    agreeing = Counter(cell.subject for cell in compared.cells if cell.verdict is Verdict.AGREES)
    assert agreeing == {Subject.CRITERIA: 1_781, Subject.DETERMINATION: 137}
    assert compared.differing == []
    assert by_name(compared.cells) == {
        "CSI Graduation": (4, 4, 0),
        "CSI Low Performing": (8, 8, 0),
        "ATSI": (16, 16, 0),
        "General Assistance": (109, 109, 0),
        "targeted student group": (18, 18, 0),
    }


@needs_data
def test_the_groups_named_in_2019_met_a_combination_in_2018_but_for_three(
    statewide: tuple[Determination, ...],
) -> None:
    vocabulary = rulelang.load("essa/2018").rules.vocabulary
    names = {code: group.name for group in vocabulary.groups for code in group.codes}
    met = {
        (one.record.code, result.group.name): result.criteria["student group combination"]
        for one in statewide
        for result in one.groups
    }
    named = [
        (row["cds"], names[row["studentgroup"]])
        for row in rows(ESSA / "essa_groups_long_2018_2019_2022.csv.gz")
        if row["list"] == "2019"
    ]
    assert len(named) == 1_370
    assert Counter(met.get(one) for one in named)[True] == 1_367


# ---- Entry, exit and frozen years ----


@pytest.fixture(scope="module")
def list_of_2022() -> PublishedList:
    return read_published(rulelang.load("essa/2022").rules.vocabulary, LIST_OF_2022, 2022)


@pytest.fixture(scope="module")
def corrected_in_2022(tmp_path_factory: pytest.TempPathFactory) -> dict[str, LeaRecord]:
    """Return what stands in the list of 2022 and in the file of schools that were withdrawn from it, by their codes."""
    folder = tmp_path_factory.mktemp("withdrawn")
    shutil.copy(ESSA / "withdrawn_2022.csv", folder)
    return {one.code: one for one in rulelang.load("essa/2022").read([folder], published=[LIST_OF_2022]).records}


STATUSES = ESSA / "essa_status_long_2018_2019_2022.csv.gz"
CALLED = {"CSI Grad": "CSI Graduation", "CSI Low Perform": "CSI Low Performing", "ATSI": "ATSI", "No Status": ""}
EXITS = {"CSIEXIT": (True, False), "ATSIEXIT": (False, True), "NOEXIT": (False, False)}
BEFORE = {2019: 2018, 2020: 2019, 2022: 2021}


def made_to_be(status: str, prior: str, year: int) -> LeaRecord:
    """Return a school that had a status the year before, by that year's list, and whose facts give it another."""
    scale, worst = ("color", Reading("Red")) if year == 2019 else ("Status", Reading("Very Low"))
    low = {("ELA", scale): worst, ("Math", scale): worst}
    counts = {("Graduation Rate", name): Reading(Fraction(10)) for name in ("graduates", "last year's graduates")}
    counts |= {("Graduation Rate", name): Reading(Fraction(100)) for name in ("students", "last year's students")}
    groups: dict[str, dict[FieldKey, Reading]] = {
        "CSI Low Performing": {"All Students": {**low}},
        "CSI Graduation": {"All Students": {("Graduation Rate", scale): worst, **counts}},
        "ATSI": {"White": {**low}},
    }.get(status, {})
    silent = frozenset(INDICATORS)
    past: dict[str, dict[FieldKey, Reading]] = {
        "All Students": counts,
        "White": {("ELA", "color"): Reading("Red"), ("Math", "color"): Reading("Red")},
    }
    held = {prior, "in CSI"} if prior.startswith("CSI") else {prior}
    listed = PublishedFacts(None, frozenset(held), frozenset([*CALLED.values(), "in CSI"]))
    years = {
        earlier: YearFacts(past, silent=silent, published=listed if earlier == BEFORE[year] else None)
        for earlier in (2018, 2020, 2021)
        if earlier < year
    }
    funded: dict[FieldKey, Reading] = {("Title I", "funding"): Reading("Title I-Funded")}
    years[year] = YearFacts(groups, funded, silent)
    return LeaRecord("00000000000001", "a school", "", "school", years)


@needs_data
@pytest.mark.parametrize("year", [2019, 2022])
def test_exits_are_the_list_s_on_every_row(year: int) -> None:
    ruleset = rulelang.load(f"essa/{year}")
    listed = Counter(
        (row["prior_status"], row["status"], row["exit"])
        for row in rows(STATUSES)
        if row["list"] == str(year) and row["prior_status"] in CALLED
    )
    assert listed.total() > 9_900
    for prior, status, exit_code in listed:
        [school] = ruleset.evaluate([made_to_be(CALLED[status], CALLED[prior], year)])
        assert school.outcome == (CALLED[status] or {2019: "General Assistance", 2022: "No Status"}[year])
        assert (school.referrals["CSI exit"], school.referrals["ATSI exit"]) == EXITS[exit_code]


@needs_data
def test_the_schools_withdrawn_are_the_only_ones_that_differ_from_the_first_list_of_2022(
    list_of_2022: PublishedList, corrected_in_2022: dict[str, LeaRecord]
) -> None:
    essa, listed = rulelang.load("essa/2022"), list_of_2022.leas
    schools = []
    for lea in listed:
        school = made_to_be(lea.determination or "", lea.earlier.get(2021, "No Status"), 2022)
        facts = school.years[2022]
        corrected = evolve(facts, lea={**corrected_in_2022[lea.code].years[2022].lea, **facts.lea})
        schools.append(evolve(school, code=lea.code, years={**school.years, 2022: corrected}))
    found = {one.record.code: one for one in essa.evaluate(schools)}
    differing = {lea.code for lea in listed if found[lea.code].outcome != lea.determination}
    assert differing == {row["cds"] for row in rows(ESSA / "withdrawn_2022.csv")}
    assert {found[code].outcome for code in differing} == {"No Status"}
    exits = {lea.code: (lea.methods["CSI exit"], lea.methods["ATSI exit"]) for lea in listed}
    ours = {code: (one.referrals["CSI exit"], one.referrals["ATSI exit"]) for code, one in found.items()}
    assert {code for code in found if ours[code] != exits[code]} <= differing


@needs_data
def test_2020_and_2021_keep_every_status_but_for_graduation(list_of_2022: PublishedList) -> None:
    assert [one.code for one in list_of_2022.diagnostics] == []
    assert len(list_of_2022.leas) == 9_946
    for year in (2020, 2021):
        essa = rulelang.load(f"essa/{year}")
        found = {one.record.code: one.outcome for one in essa.evaluate(essa.read(published=[LIST_OF_2022]).records)}
        pairs = Counter((lea.earlier[year], found[lea.code]) for lea in list_of_2022.leas)
        differing = {pair: number for pair, number in pairs.items() if pair[0] != pair[1]}
        # Who left in 2021 is decided by counts of 2019 to 2021 that are not at hand.
        assert differing == (
            {} if year == 2020 else {("CSI Graduation", "cannot tell"): 180, ("No Status", "cannot tell"): 105}
        )


@needs_data
def test_the_flag_of_small_dass_schools_is_the_list_s_on_every_row() -> None:
    essa = rulelang.load("essa/2022")
    listed = Counter(
        (row["status"], row["dass"], row["enrollment"], row["dass_lt100"])
        for row in rows(STATUSES)
        if row["list"] == "2022"
    )
    assert listed.total() == 9_946
    assert sum(number for (*_, flag), number in listed.items() if flag == "Yes") == 87
    schools = [
        with_school_facts(made_to_be(CALLED[status], "", 2022), dass, enrollment)
        for status, dass, enrollment, _ in listed
    ]
    flags = [one.referrals["small DASS school in CSI"] for one in essa.evaluate(schools)]
    assert flags == [flag == "Yes" for *_, flag in listed]


def with_school_facts(school: LeaRecord, dass: str, enrollment: str) -> LeaRecord:
    """Return a school of 2022 with what the list says of it beside its status."""
    of_list: dict[FieldKey, Reading] = {
        ("Alternative School Status", "school status"): Reading("DASS" if dass == "Yes" else "non-DASS"),
        ("Alternative School Status", "enrollment"): Reading(Fraction(enrollment)),
    }
    facts = school.years[2022]
    return evolve(school, years={**school.years, 2022: evolve(facts, lea={**facts.lea, **of_list})})


@needs_data
def test_a_school_withdrawn_in_february_2023_has_no_exit_though_the_first_list_says_atsi(
    list_of_2022: PublishedList, corrected_in_2022: dict[str, LeaRecord]
) -> None:
    essa, listed = rulelang.load("essa/2023"), {lea.code: lea for lea in list_of_2022.leas}
    withdrawn = [row["cds"] for row in rows(ESSA / "withdrawn_2022.csv")]
    assert len(withdrawn) == 79
    assert {listed[code].determination for code in withdrawn} == {"ATSI"}
    green = YearFacts(silent=frozenset(INDICATORS))
    records = [corrected_in_2022[code] for code in withdrawn]
    schools = [evolve(one, years={**one.years, 2023: green}) for one in records]
    assert Counter(one.referrals["ATSI exit"] for one in essa.evaluate(schools)) == {False: 79}
    facts = YearFacts(published=published_facts(listed[withdrawn[0]], essa.rules.vocabulary))
    [other] = essa.evaluate([evolve(records[0], years={2022: facts, 2023: green})])
    assert other.referrals["ATSI exit"] is not False


# ---- The numbers that the rules compare, and the rates they work out ----

CHANGES = [
    (2018, "below 67.0", "67.0 or less"),
    (2018, "below 67.0", "below 66.9"),
    (2018, "rounded to 1 decimal", "rounded to 2 decimals"),
    (2018, "(graduates + last year's graduates)", "(graduates)"),
    (2018, "(students + last year's students)", "(students)"),
    (2019, "below 68.0", "68.0 or less"),
    (2019, "below 68.0", "below 67.9"),
    (2021, "below 68.0", "68.0 or less"),
    (2021, "below 68.0", "below 67.9"),
    (2021, "rounded to 1 decimal", "rounded to 2 decimals"),
    (2021, "over the 2 years before", "over the 3 years before"),
    (2022, "below 68.0", "68.0 or less"),
    (2022, "below 68.0", "below 67.9"),
    (2022, "rounded to 1 decimal", "rounded to 2 decimals"),
    (2022, "over the 2 years before", "over the 3 years before"),
    (2022, "below 100", "100 or less"),
    (2022, "below 100", "below 99"),
    (2024, "68.0 or more", "above 68.0"),
    (2024, "68.0 or more", "67.9 or more"),
]
"""Small changes of the rule files: the year of the file, the words, and what stands in their place."""


@pytest.mark.parametrize("file, words, others", CHANGES, ids=str)
def test_every_change_of_a_number_is_noticed_by_an_example_in_the_files(
    file: int, words: str, others: str, tmp_path: Path
) -> None:
    shutil.copy(rulesets_folder() / "vocabulary.rules", tmp_path)
    folder = shutil.copytree(rulesets_folder() / "essa", tmp_path / "essa", ignore=shutil.ignore_patterns("districts"))
    path = folder / f"{file}.rules"
    rules, examples = path.read_text(encoding="utf-8").split("\nexample ", 1)
    assert words in rules
    path.write_text(f"{rules.replace(words, others)}\nexample {examples}", encoding="utf-8")
    later = (one.code for year in range(file, 2026) for one in rulelang.check(folder / f"{year}.rules"))
    assert next(later, None) == "failed-example"
