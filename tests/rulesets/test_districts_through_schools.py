"""A district has a ground for assistance of its own where a school of it does not leave CSI within four years."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import rulelang
from rulelang.core.record import LeaRecord, PublishedFacts, Reading, YearFacts
from rulelang.core.truth import Truth
from rulelang.data.published import read_published
from rulelang.data.read import read_folders

ESSA = Path(__file__).parents[3] / "shared" / "data" / "essa"
LIST_OF_2022 = ESSA / "essaassistance22.xlsx"
GROUND = "ground through a school"
DISTRICT = "27660350000000"


def district(code: str = DISTRICT) -> LeaRecord:
    return LeaRecord(code, "a district", "Monterey", "district", {year: YearFacts() for year in range(2018, 2026)})


def school(number: int, *in_csi: int, until: int, charter: str = "No Charter School") -> LeaRecord:
    """Return a school of the district that lists name as in CSI in some years, and whose own data keep it there."""
    stated = frozenset({"in CSI", "CSI Graduation", "CSI Low Performing", "ATSI", "No Status"})
    held = {year: frozenset({"in CSI", "CSI Low Performing"} if year in in_csi else {"No Status"}) for year in YEARS}
    years = {year: YearFacts(published=PublishedFacts(None, held[year], stated)) for year in YEARS if year < until}
    color = Reading("Red" if until in in_csi else "Green")
    groups = {"All Students": {("ELA", "Status" if until == 2022 else "color"): _status(color, until)}}
    silent = frozenset({"ELA", "Math", "ELPI", "Graduation Rate", "Chronic Absenteeism", "Suspension Rate"})
    of_school = {("Title I", "funding"): Reading("Title I-Funded"), ("Charter Status", "charter"): Reading(charter)}
    years[until] = YearFacts(groups, of_school, silent | {"College/Career"})
    return LeaRecord(f"{DISTRICT[:7]}{number:07}", "a school", "Monterey", "school", years)


def _status(color: Reading, year: int) -> Reading:
    return Reading({"Red": "Very Low", "Green": "High"}[str(color.level)]) if year == 2022 else color


YEARS = (2018, 2019, 2020, 2021, 2022, 2023, 2024, 2025)


def ground(year: int, *schools: LeaRecord) -> Truth:
    [found, *_] = rulelang.load(f"essa/districts/{year}").evaluate([district(), *schools])
    assert found.record.code == DISTRICT
    return found.referrals[GROUND]


@pytest.mark.parametrize(
    "year, in_csi, answer",
    [
        (2022, range(2018, 2023), None),
        (2022, range(2020, 2023), False),
        (2023, range(2018, 2024), True),
        (2023, range(2019, 2024), None),
        (2023, range(2021, 2024), False),
        (2023, range(2018, 2023), False),
        (2024, range(2019, 2025), True),
        (2024, range(2022, 2025), False),
        (2025, range(2022, 2026), True),
        (2025, range(2023, 2026), False),
        (2025, (2022, 2023, 2025), False),
    ],
)
def test_four_years_and_the_frozen_ones_among_them(year: int, in_csi: range | tuple[int, ...], answer: Truth) -> None:
    assert ground(year, school(1, *in_csi, until=year)) is answer


def test_a_charter_school_is_no_ground_for_its_district() -> None:
    assert ground(2025, school(1, *YEARS, until=2025, charter="Charter School")) is False


def test_one_school_of_several_is_enough_and_each_must_have_its_own_four_years() -> None:
    assert ground(2025, school(1, until=2025), school(2, *YEARS, until=2025)) is True
    assert ground(2025, school(1, 2022, 2023, until=2025), school(2, 2024, 2025, until=2025)) is False


def from_the_list() -> Iterator[LeaRecord]:
    """Yield each district and county office of the list of 2022, and behind it its schools, with what the list says."""
    essa = rulelang.load("essa/districts/2022")
    schools = essa.read(published=[LIST_OF_2022]).records
    for code in sorted({one.code[:7] for one in schools}):
        yield district(f"{code}0000000")
        yield from (one for one in schools if one.code.startswith(code))


@pytest.mark.slow
@pytest.mark.skipif(not ESSA.is_dir(), reason="the published lists of schools are not at ../shared/data")
def test_in_2022_it_cannot_be_told_where_a_school_was_in_csi_from_2019_on() -> None:
    essa = rulelang.load("essa/districts/2022")
    found = essa.evaluate(list(from_the_list()))
    ours = {one.record.code: one.referrals[GROUND] for one in found if one.record.kind == "district"}
    charter = {
        one.record.code
        for one in found
        if one.record.kind == "school"
        and (said := one.record.years[2022].lea.get(("Charter Status", "charter")))
        and said.level == "Charter School"
    }
    listed = read_published(essa.rules.vocabulary, LIST_OF_2022, 2022)
    persisting = {
        f"{lea.code[:7]}0000000"
        for lea in listed.leas
        if lea.code not in charter and all(str(lea.earlier.get(year)).startswith("CSI") for year in (2019, 2020, 2021))
    }
    assert {code for code, answer in ours.items() if answer is None} == persisting
    assert True not in ours.values()


@pytest.mark.parametrize("code", ["", "N", "No"])
def test_a_list_says_in_several_ways_that_a_school_is_no_charter_school(tmp_path: Path, code: str) -> None:
    path = tmp_path / "essaassistance24.csv"
    row = f"27660350000001,A,Monterey,{code},2024"
    path.write_text(f"CDS,schoolname,countyname,Charter,ReportingYear\n{row}\n", encoding="utf-8")
    data = read_folders(rulelang.load("essa/districts/2024").rules.vocabulary, [tmp_path], [2024])
    [school] = [one for one in data.records if one.kind == "school"]
    assert school.years[2024].lea["Charter Status", "charter"].level == "No Charter School"
