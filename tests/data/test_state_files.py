"""The files as the state published them: counts, names, and levels that lead to the state's own results."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from rulelang.core.record import LeaRecord
from rulelang.core.vocabulary import Vocabulary
from rulelang.data.published import PublishedList, read_published
from rulelang.data.read import read_folders
from rulelang.data.report import DataSet
from tests.data.small import SHARED, codes, counts, needs_published_data
from tests.shipped_files import shipped_words

pytestmark = needs_published_data
COUNTY = "Monterey"
RULESETS = Path(__file__).resolve().parents[2] / "rulesets"


def vocabulary() -> Vocabulary:
    """Return the vocabulary as the staff wrote it."""
    return shipped_words()[0]


def read(*folders: str, years: tuple[int, ...]) -> DataSet:
    return read_folders(vocabulary(), [SHARED / folder for folder in folders], years)


@pytest.fixture(scope="module")
def of_2023() -> DataSet:
    return read("2023", years=(2023,))


@pytest.fixture(scope="module")
def of_2018() -> DataSet:
    return read("2018", "2017", years=(2017, 2018))


def lines_of(folder: str) -> dict[str, int]:
    """Return how many lines each text file of a folder has below its header, counted without our reader."""
    return {path.name: path.read_bytes().count(b"\n") - 1 for path in (SHARED / folder).glob("*.txt")}


def test_every_row_of_2023_is_accounted_for(of_2023: DataSet) -> None:
    assert of_2023.diagnostics == ()
    held, used, ignored, refused = counts(of_2023)
    assert held == used + ignored + refused
    assert refused == 0
    found = {file.path.name: file.read for file in of_2023.report.files}
    assert {name: found[name] for name in lines_of("2023")} == lines_of("2023")
    assert found["Pr12023.xlsx"] == found["Pr72023.xlsx"] == 2298
    assert found["Pr92023.xlsx"] == found["Pr102023.xlsx"] == 58
    assert of_2023.report.missing == ()


def test_every_row_of_2018_and_2017_is_accounted_for(of_2018: DataSet) -> None:
    found = {file.path.name: file.read for file in of_2018.report.files}
    assert found == lines_of("2018") | lines_of("2017")
    assert codes(of_2018.diagnostics) == {"read-as-windows-1252": 1}
    assert "`Para Los Niños Charter`" in of_2018.diagnostics[0].message
    assert of_2018.report.refused == 0
    assert not of_2018.has_errors
    missing = {(one.year, one.indicators) for one in of_2018.report.missing}
    assert missing == {(2017, (name,)) for name in ("ELA", "Math", "Suspension Rate", "College/Career")}


def test_the_records_are_those_of_every_lea_in_any_file(of_2023: DataSet) -> None:
    assert len(of_2023.records) == 2298
    assert [record.code for record in of_2023.records] == sorted(record.code for record in of_2023.records)
    kinds = [record.kind for record in of_2023.records]
    assert kinds.count("county office") == 58
    assert all(record.name for record in of_2023.records)


def test_an_lea_outside_the_county_is_unknown_on_state_indicators_and_known_on_local_ones(of_2023: DataSet) -> None:
    facts = next(record for record in of_2023.records if record.code == "01611190000000").years[2023]
    assert facts.reading("Hispanic", ("ELA", "color")) is None
    assert facts.reading(None, ("Basics", "rating")) is not None
    assert "ELA" not in facts.silent


def test_local_ratings_of_2023_are_those_of_the_files(of_2023: DataSet) -> None:
    levels = [record.years[2023].lea["Basics", "rating"].level for record in of_2023.records]
    assert [levels.count(level) for level in ("Met", "Not Met", "Not Met for Two or More Years")] == [2144, 70, 84]


def test_the_statewide_file_is_read(of_2018: DataSet) -> None:
    data = read("statewide/2018", years=(2018,))
    assert counts(data) == (31447, 9766, 21681, 0)
    assert data.diagnostics == ()
    assert next(iter(data.report.ignored)) == "`rtype` is `S`, `charter_flag` is blank"
    ours = {record.code: record for record in of_2018.records}
    for record in data.records:
        if record.county == COUNTY:
            theirs = ours[record.code].years[2018]
            for group, readings in record.years[2018].groups.items():
                key = ("Graduation Rate", "color")
                assert theirs.reading(group, key) == readings[key]


def test_the_statewide_file_alone_makes_no_other_indicator_known() -> None:
    data = read("statewide/2018", years=(2018,))
    names = {name for record in data.records for name in record.years[2018].silent}
    assert names == {"Graduation Rate", "ELPI"}  # the ELPI has no level in 2018, so there is nothing to know
    assert [file.path.name for file in data.report.files] == ["graddownload2018.txt"]


def test_beside_the_statewide_file_those_of_one_county_say_nothing_of_others() -> None:
    data = read("statewide/2018", "2018", years=(2018,))
    assert codes(data.diagnostics) == {"files-of-few-counties": 1, "duplicate-row": 5, "more-rows": 1}
    in_state_files = [record for record in data.records if "Graduation Rate" in record.years[2018].silent]
    assert len({record.county for record in in_state_files}) == 57
    for record in in_state_files:
        assert ("ELA" in record.years[2018].silent) == (record.county == COUNTY)


def test_all_years_may_stand_in_one_folder(of_2023: DataSet) -> None:
    data = read_folders(vocabulary(), [SHARED], (2023,))
    assert data.records == of_2023.records


# ---- The state's own results, from our readings by the letter of the policy ----


def met(record: LeaRecord, group: str, year: int) -> frozenset[int]:
    """Return the priorities a group meets through state indicators, computed plainly, without the rules engine."""

    def level(indicator: str, scale: str = "color") -> str | Fraction | None:
        reading = record.years[year].reading(group, (indicator, scale))
        assert reading is not None
        return reading.level

    reading, math = level("ELA"), level("Math")
    found = set()
    if "Red" in (reading, math) and {reading, math} <= {"Red", "Orange"}:
        found.add(4)
    if year == 2023 and level("ELPI") == "Red":
        found.add(4)
    if "Red" in (level("Graduation Rate"), level("Chronic Absenteeism")):
        found.add(5)
    if level("Suspension Rate") == "Red":
        found.add(6)
    if level("College/Career") == "Red" or (year == 2023 and level("College/Career", "Status") == "Very Low"):
        found.add(8)
    return frozenset(found)


def official(year: int) -> PublishedList:
    [path] = (SHARED / str(year)).glob("assistancestatus*")
    return read_published(vocabulary(), path, year)


@pytest.mark.parametrize("year", [2018, 2023])
def test_every_cell_of_the_county_is_as_published(year: int, of_2018: DataSet, of_2023: DataSet) -> None:
    data = of_2018 if year == 2018 else of_2023
    records = {record.code: record for record in data.records}
    leas = [one for one in official(year).leas if one.county == COUNTY]
    assert len(leas) == 25
    for one in leas:
        ours = {group: met(records[one.code], group, year) for group in one.priorities}
        assert {group: found if len(found) > 1 else frozenset() for group, found in ours.items()} == one.priorities
        assert one.methods["Method 1"] == any(len(found) > 1 for found in ours.values())


def test_the_ratings_not_met_in_two_years_are_those_of_eleven_leas(of_2018: DataSet) -> None:
    def not_met(record: LeaRecord, year: int) -> set[str]:
        facts = record.years.get(year)
        return {key[0] for key, found in facts.lea.items() if found.level == "Not Met"} if facts else set()

    twice = {
        record.code
        for record in of_2018.records
        if record.kind != "charter school" and len(not_met(record, 2017) & not_met(record, 2018)) >= 2
    }
    assert twice == {one.code for one in official(2018).leas if one.methods["Method 2"]}
    assert len(twice) == 11


@pytest.mark.parametrize(
    "year, leas, assisted, coded",
    [
        (2017, 936, 228, 328),
        (2018, 993, 386, 807),
        (2019, 997, 333, 676),
        (2022, 993, 617, 1912),
        (2023, 991, 466, 1117),
    ],
)
def test_published_lists_are_read(year: int, leas: int, assisted: int, coded: int) -> None:
    found = official(year)
    assert found.diagnostics == ()
    assert (len(found.leas), found.report.read, found.report.used) == (leas, leas, leas)
    assert sum((one.determination or "").startswith("Differentiated Assistance") for one in found.leas) == assisted
    assert sum(bool(met) for one in found.leas for met in one.priorities.values()) == coded
    assert "Long-Term English Learners" not in found.leas[0].priorities
    assert len(found.leas[0].priorities) == 13


@pytest.mark.slow
@pytest.mark.parametrize(
    "year, said",
    [
        (2017, {}),
        (2018, {2017: (228, 707)}),
        (2019, {2017: (228, 707), 2018: (386, 607)}),
        (2022, {2017: (228, 701), 2018: (385, 602), 2019: (333, 658)}),
        (2023, {2017: (228, 699), 2018: (384, 601), 2019: (333, 656), 2022: (617, 374)}),
    ],
)
def test_lists_say_what_leas_were_called_in_earlier_years(year: int, said: dict[int, tuple[int, int]]) -> None:
    called = [(before, name) for one in official(year).leas for before, name in one.earlier.items()]
    names = ("Differentiated Assistance", "General Assistance")
    found = {before: tuple(called.count((before, name)) for name in names) for before, _ in called}
    assert found == said
    assert len(called) == sum(sum(pair) for pair in said.values())


def test_what_lists_say_of_an_earlier_year_is_what_its_own_list_said() -> None:
    then = {one.code: one.determination for one in official(2022).leas}
    assert all(one.earlier[2022] == then[one.code] for one in official(2023).leas if one.code in then)


def test_a_list_of_another_year_is_refused() -> None:
    [path] = (SHARED / "2018").glob("assistancestatus*")
    found = read_published(vocabulary(), path, 2023)
    assert codes(found.diagnostics) == {"file-of-another-year": 1}
    assert found.leas == ()
    assert (found.report.read, found.report.refused) == (993, 993)


def test_the_path_and_fingerprint_of_each_file_are_kept(of_2023: DataSet) -> None:
    file = next(file for file in of_2023.report.files if file.path.name == "Pr12023.xlsx")
    assert file.path == Path(SHARED / "2023" / "Pr12023.xlsx")
    assert len(file.sha256) == 64
