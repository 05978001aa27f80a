"""The indicator files as the state published them, read for performance levels: every row, level and number."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import cache

import pytest

from rulelang.core.record import FieldKey, Reading
from rulelang.core.vocabulary import of_last_year
from rulelang.data.report import DataSet
from tests.data.dashboards import read, readings, value, vocabulary
from tests.data.small import SHARED, counts, needs_published_data

pytestmark = needs_published_data
REPLAY = SHARED.parent / "domain" / "tables" / "replay_rows_2018_2023.csv"

COUNTY_OFFICE = "27102720000000"
STATE = "00000000000000"
PAIRED_SCHOOL = "27661420132407"
NOT_CERTIFIED_SCHOOL = "27102720125765"


@cache
def published(folder: str, year: int) -> DataSet:
    return read(SHARED / folder, year)


# ---- Rows and readings ----


@pytest.mark.slow
@pytest.mark.parametrize(
    "folder, year, expected",
    [
        ("2017", 2017, (35082, 35082, 0, 0)),
        ("2018", 2018, (9048, 8003, 1045, 0)),
        ("2023", 2023, (2041, 1751, 290, 0)),
        ("statewide/2018", 2018, (31447, 31447, 0, 0)),
    ],
)
def test_every_row_is_used_or_left_out_with_a_reason(
    folder: str, year: int, expected: tuple[int, int, int, int]
) -> None:
    data = published(folder, year)
    assert counts(data) == expected
    assert not data.has_errors
    assert {diagnostic.code for diagnostic in data.diagnostics} <= {"read-as-windows-1252"}


def test_rows_by_test_type_and_language_history_are_left_out() -> None:
    reasons = Counter({reason.split("`")[1]: rows for reason, rows in published("2023", 2023).report.ignored.items()})
    assert reasons == {"EO": 66, "SBA": 64, "ELO": 60, "RFP": 60, "CAA": 40}


@pytest.mark.parametrize(
    "folder, year, expected",
    [
        ("2018", 2018, {"school": 137, "school district": 24, "county office": 1}),
        ("2023", 2023, {"school": 8, "school district": 24, "county office": 1}),
        ("statewide/2018", 2018, {"school": 2505, "school district": 416, "county office": 54, "State": 1}),
    ],
)
def test_schools_districts_county_offices_and_the_state_are_all_kept(
    folder: str, year: int, expected: dict[str, int]
) -> None:
    assert Counter(record.kind for record in published(folder, year).records) == expected


@pytest.mark.parametrize("folder, year, expected", [("2018", 2018, 8003), ("2023", 2023, 1751)])
def test_every_row_used_has_its_number_of_students_and_its_status(folder: str, year: int, expected: int) -> None:
    every = [
        key for record in published(folder, year).records for said in record.years[year].groups.values() for key in said
    ]
    found = Counter(name for _, name in every)
    assert found["students"] == found["Status"] == expected


# ---- Every level and number of the rows that were replayed ----

INDICATORS = {
    "ELA": "ELA",
    "MATH": "Math",
    "ELPI": "ELPI",
    "GRAD": "Graduation Rate",
    "CHRONIC": "Chronic Absenteeism",
    "SUSPENSION": "Suspension Rate",
    "CCI": "College/Career",
}
LOWER_IS_BETTER = ("Chronic Absenteeism", "Suspension Rate")
NUMERATORS = {
    "ELPI": "students making progress",
    "Graduation Rate": "graduates",
    "Chronic Absenteeism": "absent students",
    "Suspension Rate": "suspended students",
}
WORST_FIRST = {
    "color": ["Red", "Orange", "Yellow", "Green", "Blue"],
    "Status": ["Very Low", "Low", "Medium", "High", "Very High"],
    "Change": ["Declined Significantly", "Declined", "Maintained", "Increased", "Increased Significantly"],
}


def level(scale: str, indicator: str, code: str) -> str | None:
    names = WORST_FIRST[scale]
    if indicator in LOWER_IS_BETTER and scale != "color":
        names = names[::-1]
    return names[int(code) - 1] if code not in ("", "0") else None


def expected_of(row: Mapping[str, str]) -> Iterator[tuple[FieldKey, str | Fraction | None]]:
    """Yield what a row of the replay set says, level by level and number by number."""
    indicator = INDICATORS[row["indicator"]]
    has_change = (row["year"], indicator) != ("2023", "College/Career")
    for scale, column in (("Status", "status_level"), ("Change", "change_level"), ("color", "color")):
        if scale == "Status" or has_change:
            yield (indicator, scale), level(scale, indicator, row[column])
    academic = indicator in ("ELA", "Math")
    rate = "distance from standard" if academic else "published rate"
    numbers = {"students": "curr_den", rate: "curr_status"}
    if has_change:
        numbers |= {of_last_year("students"): "prior_den", of_last_year(rate): "prior_status"}
        numbers["published change"] = "change"
    if indicator in NUMERATORS:
        numerator = NUMERATORS[indicator]
        numbers |= {numerator: "curr_num", of_last_year(numerator): "prior_num"}
    if academic and row["year"] == "2018":
        numbers["students still with disabilities"] = "den_swd"
        numbers[of_last_year("students still with disabilities")] = "prior_den_swd"
        numbers["participation adjustment"] = "dfs_adjustment"
    if academic and row["year"] == "2023":
        numbers |= {"enrolled students": "prate_enrolled", "tested students": "prate_tested"}
        numbers |= {"participation rate": "prate", "lowest scores added": "num_prloss"}
        numbers |= {"students with a score": "den_without_prloss"}
        numbers |= {"distance from standard of tested students": "status_without_prloss"}
    if indicator == "ELPI":
        numbers["students added for participation"] = "elpi95_flag"
    for name, column in numbers.items():
        yield (indicator, name), Fraction(row[column]) if row[column] else None


def test_every_level_and_number_is_that_of_the_replayed_rows() -> None:
    groups = {code: group.name for group in vocabulary().groups for code in group.codes}
    said: dict[tuple[int, str], Mapping[str, Mapping[FieldKey, Reading]]] = {
        (year, record.code): record.years[year].groups
        for year in (2018, 2023)
        for record in published(str(year), year).records
    }
    compared: Counter[str] = Counter()
    with REPLAY.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["studentgroup"] in groups:
                found = said[int(row["year"]), row["cds"]][groups[row["studentgroup"]]]
                for key, expected in expected_of(row):
                    assert found[key].level == expected, (row, key)
                    compared["number" if isinstance(expected, Fraction) else "level or nothing"] += 1
    assert compared == {"number": 36930, "level or nothing": 23173}


# ---- Chosen cells ----


@pytest.mark.parametrize(
    "key, expected",
    [
        (("Graduation Rate", "graduates"), Fraction(53)),
        (("Graduation Rate", "students"), Fraction(113)),
        (("Graduation Rate", "published rate"), Fraction("46.9")),
        (("Graduation Rate", "last year's students"), Fraction(146)),
        (("Graduation Rate", "published change"), Fraction("2.4")),
        (("Graduation Rate", "Change"), "Maintained"),
        (("Suspension Rate", "school status"), "non-DASS"),
        (("Graduation Rate", "school status"), "DASS"),  # a county office is rated as its schools are
        (("ELA", "distance from standard"), Fraction("-125.6")),
        (("ELA", "participation adjustment"), Fraction(-1)),
        (("ELA", "table"), "elementary table"),
        (("ELA", "students still with disabilities"), None),
        (("Suspension Rate", "type"), "unified district"),
        (("College/Career", "prepared students"), Fraction(2)),
        (("College/Career", "published rate"), Fraction("1.8")),
    ],
)
def test_a_cell_of_2018_is_read_exactly(key: FieldKey, expected: str | Fraction | None) -> None:
    found = value(published("2018", 2018), COUNTY_OFFICE, "All Students", 2018, key)
    assert found == expected
    assert not isinstance(found, float)


def test_a_cell_says_where_it_was_read() -> None:
    found = readings(published("2018", 2018), COUNTY_OFFICE, "All Students", 2018)
    assert found["Graduation Rate", "graduates"].origin == "graddownload2018.txt, row 2"
    assert found["ELA", "students still with disabilities"].note == "blank in the file"


def test_the_state_has_numbers_too() -> None:
    data = published("statewide/2018", 2018)
    assert value(data, STATE, "African American", 2018, ("Graduation Rate", "graduates")) == 24516
    assert value(data, STATE, "African American", 2018, ("Graduation Rate", "published rate")) == Fraction("72.1")


def test_flags_are_levels_with_names() -> None:
    data = published("2018", 2018)
    paired = readings(data, PAIRED_SCHOOL, "All Students", 2018)
    assert paired["ELA", "pairing"].level == "Paired Results"
    assert paired["ELA", "last year's students"].level is None
    assert paired["ELA", "color"].level == "Yellow"
    late = readings(data, NOT_CERTIFIED_SCHOOL, "Students with Disabilities", 2018)
    assert late["Suspension Rate", "data certification"].level == "Not Certified"
    assert late["Suspension Rate", "color"].level == "Orange"
    assert late["Suspension Rate", "result"].level == "Calculated"


def test_2017_has_the_classes_before_and_the_parts_of_the_elpi() -> None:
    data = published("2017", 2017)
    graduation = readings(data, "01612590100065", "All Students", 2017)
    classes = ("one class", "two classes", "three classes")
    assert [graduation["Graduation Rate", f"graduates {one} before"].level for one in classes] == [43, 53, 52]
    assert [graduation["Graduation Rate", f"students {one} before"].level for one in classes] == [55, 64, 60]
    assert graduation["Graduation Rate", "last year's students"].level == 55 + 64 + 60
    assert graduation["Graduation Rate", "baseline"].level == "Three Classes Before"
    elpi = readings(data, "54720900000000", "English Learners", 2017)
    parts = ("students who advanced", "students who maintained", "reclassified students")
    learners = ("long-term learners who advanced", "annual testers")
    assert [elpi["ELPI", part].level for part in (*parts, *learners)] == [9, 1, 3, 2, 24]
    assert elpi["ELPI", "testing"].level == "Fewer Than Half Tested"
