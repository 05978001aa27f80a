"""Schools identified under ESSA in 2018, statewide, as the state's list has them.

The colors of all schools come from published tables of 2017 and 2018, graduates and students from the state's file of
2018, Title I from the list itself. What is not identified as in the list is named here, school by school: nothing else
may differ, and nothing may be identified that the list does not have.
"""

from __future__ import annotations

import csv
import gzip
import io
from collections import Counter, defaultdict
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest

import rulelang
from rulelang.analysis.reconcile import Cell, Reconciliation, Subject, Verdict, reconcile
from rulelang.core.record import FieldKey, LeaRecord, PublishedFacts, Reading, YearFacts
from rulelang.data.published import read_published
from rulelang.facade import LoadedRuleset

DATA = Path(__file__).parents[3] / "shared" / "data"
LIST = DATA / "essa" / "sch_eligibility_state_sg.csv.gz"
needs_data = pytest.mark.skipif(not LIST.is_file(), reason="the published lists of schools are not at ../shared/data")

INDICATORS = {
    "cci": "College/Career",
    "chronic": "Chronic Absenteeism",
    "ela": "ELA",
    "elpi": "ELPI",
    "grad": "Graduation Rate",
    "math": "Math",
    "susp": "Suspension Rate",
}

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

Facts = dict[str, dict[int, dict[str, dict[FieldKey, Reading]]]]
"""Readings by school, year and student group."""


@pytest.fixture(scope="module")
def essa() -> LoadedRuleset:
    return rulelang.load("essa/2018")


@pytest.fixture(scope="module")
def reconciled(essa: LoadedRuleset, tmp_path_factory: pytest.TempPathFactory) -> Reconciliation:
    """Return the comparison of what the rules make of every school of the list with the list."""
    unpacked = tmp_path_factory.mktemp("essa") / "sch_eligibility_state_sg.csv"
    unpacked.write_bytes(gzip.decompress(LIST.read_bytes()))
    official = read_published(essa.rules.vocabulary, unpacked, 2018)
    return reconcile(essa.evaluate(list(schools(essa))), official)


def rows(path: Path, delimiter: str = ",") -> Iterator[dict[str, str]]:
    content = path.read_bytes()
    text = (gzip.decompress(content) if path.suffix == ".gz" else content).decode("latin-1")
    yield from csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)


def schools(essa: LoadedRuleset) -> Iterator[LeaRecord]:
    facts: Facts = defaultdict(lambda: defaultdict(lambda: defaultdict(dict)))
    names = {code: group.name for group in essa.rules.vocabulary.groups for code in group.codes}
    for row in rows(DATA / "essa" / "school_colors_all_students_2018.csv.gz"):
        facts[row["cds"]][2018]["All Students"] |= colors(row)
    for row in rows(DATA / "essa" / "school_colors_2017_2018.csv.gz"):
        if row["studentgroup"] in names:
            facts[row["cds"]][int(row["year"])][names[row["studentgroup"]]] |= colors(row)
    for row in rows(DATA / "statewide" / "2018" / "graddownload2018.txt", "\t"):
        if row["rtype"] == "S" and row["studentgroup"] == "ALL":
            facts[row["cds"]][2018]["All Students"] |= counts(row)
    for row in rows(LIST):
        by_year = facts[row["CDS"]]
        funding = "Title I-Funded" if row["TitleI1718"] == "Yes" else "Not Title I-Funded"
        of_school = {2018: {("Title I", "funding"): Reading(funding)}}
        years = {
            year: YearFacts(by_year[year], of_school.get(year, {}), frozenset(INDICATORS.values()))
            for year in (2017, 2018)
        }
        yield LeaRecord(row["CDS"], row["School"], row["County"], "school", years)


def colors(row: dict[str, str]) -> dict[FieldKey, Reading]:
    return {
        (name, "color"): Reading(None if row[column] == "None" else row[column]) for column, name in INDICATORS.items()
    }


def counts(row: dict[str, str]) -> dict[FieldKey, Reading]:
    columns = {"currnumer": "graduates", "currdenom": "students"} | {
        "priornumer": "last year's graduates",
        "priordenom": "last year's students",
    }
    said = {name: row[column] for column, name in columns.items()}
    return {("Graduation Rate", name): Reading(Fraction(text) if text else None) for name, text in said.items()}


def identified(cells: Reconciliation, determination: str) -> dict[str, Cell]:
    return {cell.code: cell for cell in cells.cells if cell.theirs == determination}


@needs_data
def test_nothing_is_left_out(reconciled: Reconciliation) -> None:
    codes = {cell.code for cell in reconciled.cells}
    assert len(codes) == 9_910
    assert {cell.reason for cell in reconciled.cells} <= {"", "the list does not say"}


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
    flagged = [cell for cell in reconciled.cells if cell.subject is Subject.CRITERIA and cell.theirs == "yes"]
    differing = {(cell.code, cell.about) for cell in reconciled.differing if cell.subject is Subject.CRITERIA}
    assert len(flagged) == 1_032
    assert differing == {(code, f"{group}, targeted student group") for code, group in MISSED_GROUPS}


# ---- Entry, exit and frozen years ----

STATUSES = DATA / "essa" / "essa_status_long_2018_2019_2022.csv.gz"
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
    silent = frozenset(INDICATORS.values())
    past: dict[str, dict[FieldKey, Reading]] = {
        "All Students": counts,
        "White": {("ELA", "color"): Reading("Red"), ("Math", "color"): Reading("Red")},
    }
    stated = frozenset(CALLED.values())
    listed = PublishedFacts(None, frozenset({prior}), stated)
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
