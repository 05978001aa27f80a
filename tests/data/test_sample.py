"""A made-up state is in the published layout, plausible, and the same for the same seed."""

from __future__ import annotations

import sys
from fractions import Fraction
from pathlib import Path

import pytest
from attrs import evolve

from rulelang.analysis.loading import loaded
from rulelang.cli.program import run
from rulelang.core.record import LeaRecord
from rulelang.data.published import read_published
from rulelang.data.read import read_folders
from rulelang.data.report import DataError, DataSet
from rulelang.data.sample import write_sample
from tests.data.small import VOCABULARY

TWICE = "Not Met for Two or More Years"


def made(folder: Path, year: int = 2018, leas: int = 60, seed: int = 1) -> DataSet:
    write_sample(VOCABULARY, folder, year, leas, seed)
    return read_folders(VOCABULARY, [folder], (year,))


def test_it_is_read_without_a_complaint(tmp_path: Path) -> None:
    data = made(tmp_path)
    assert data.diagnostics == ()
    assert len(data.records) == 60
    assert data.report.refused == 0
    assert data.report.missing == ()
    assert any("ALL" in reason for reason in data.report.ignored)


def test_the_files_are_those_of_the_state(tmp_path: Path) -> None:
    written = write_sample(VOCABULARY, tmp_path, 2018, 5)
    assert {path.name for path in written} == {path.name for path in tmp_path.iterdir()}
    assert {path.name for path in written} == {
        "eladownload2018.txt",
        "mathdownload2018.txt",
        "graddownload2018.txt",
        "chronicdownload2018.txt",
        "suspdownload2018.txt",
        "ccidownload2018.txt",
        "LocalIndPerf2018.txt",
        "LocalIndPerf2017.txt",
    }
    header = (tmp_path / "eladownload2018.txt").read_text(encoding="utf-8").splitlines()[0].split("\t")
    assert header == [
        "cds",
        "rtype",
        "charter_flag",
        "schoolname",
        "countyname",
        "studentgroup",
        "currdenom",
        "color",
        "statuslevel",
        "reportingyear",
    ]


@pytest.mark.parametrize("year", [2017, 2018, 2019, 2022, 2023, 2024, 2025])
def test_every_dashboard_year_can_be_made(tmp_path: Path, year: int) -> None:
    data = made(tmp_path, year, 12)
    assert data.diagnostics == ()
    assert len(data.records) == 12
    assert data.report.missing == ()


def test_there_are_all_kinds_of_leas_with_names_of_their_own(tmp_path: Path) -> None:
    data = made(tmp_path)
    assert {record.kind for record in data.records} == {kind.name for kind in VOCABULARY.kinds}
    assert len({record.name for record in data.records}) == 60
    assert all(record.county for record in data.records)
    offices = [record for record in data.records if record.kind == "county office"]
    assert len({record.county for record in data.records}) == len(offices)


def test_there_are_groups_too_small_for_a_status_and_groups_not_rated(tmp_path: Path) -> None:
    facts = [record.years[2018] for record in made(tmp_path).records]
    readings = [found for one in facts for group in one.groups.values() for found in group.values()]
    assert any(found.note.endswith("30 needed") for found in readings)
    assert any(found.note == "not rated in the file" for found in readings)
    assert {found.level for found in readings} >= {"Red", "Blue", "Very Low", "Very High", None}


def priorities(record: LeaRecord, group: str, year: int) -> int:
    """Return how many priorities a group meets by the criteria of 2018."""

    def level(indicator: str) -> str | Fraction | None:
        reading = record.years[year].reading(group, (indicator, "color"))
        return reading.level if reading else None

    english = {level("ELA"), level("Math")}
    return sum(
        (
            "Red" in english and english <= {"Red", "Orange"},
            "Red" in (level("Graduation Rate"), level("Chronic Absenteeism")),
            level("Suspension Rate") == "Red",
            level("College/Career") == "Red",
        )
    )


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
def test_about_two_districts_in_five_have_a_group_with_two_priorities(tmp_path: Path, seed: int) -> None:
    data = made(tmp_path, leas=300, seed=seed)
    districts = [record for record in data.records if record.kind == "school district"]
    groups = [group.name for group in VOCABULARY.groups_in(2018)]
    found = sum(any(priorities(record, group, 2018) >= 2 for group in groups) for record in districts)
    assert 0.35 <= found / len(districts) <= 0.48


def test_ratings_derived_from_two_years_are_stated_in_both(tmp_path: Path) -> None:
    write_sample(VOCABULARY, tmp_path, 2018, 60)
    data = read_folders(VOCABULARY, [tmp_path], (2017, 2018))
    ratings = [
        (record.years[2017].reading(None, key), record.years[2018].reading(None, key))
        for record in data.records
        for key in record.years[2018].lea
    ]
    levels = [(before.level if before else None, now.level if now else None) for before, now in ratings]
    assert ("Not Met", "Not Met") in levels
    assert levels.count(("Met", "Met")) > len(levels) / 2
    assert TWICE not in {level for pair in levels for level in pair}


def test_without_the_library_for_workbooks_the_same_is_written_as_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("xlsxwriter")
    as_workbooks = made(tmp_path / "a", 2023, 12)
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    as_text = made(tmp_path / "b", 2023, 12)
    assert {path.suffix for path in (tmp_path / "a").iterdir()} == {".txt", ".xlsx"}
    assert {path.suffix for path in (tmp_path / "b").iterdir()} == {".txt"}
    assert as_text.records == as_workbooks.records


def test_later_ratings_are_stated_outright(tmp_path: Path) -> None:
    data = made(tmp_path, 2023)
    levels = {found.level for record in data.records for found in record.years[2023].lea.values()}
    assert levels == {"Met", "Not Met", TWICE}


def test_the_same_seed_gives_the_same_bytes_and_another_does_not(tmp_path: Path) -> None:
    contents = []
    for name, seed in (("a", 7), ("b", 7), ("c", 8)):
        paths = write_sample(VOCABULARY, tmp_path / name, 2023, 20, seed)
        contents.append({path.name: path.read_bytes() for path in paths})
    assert contents[0] == contents[1]
    assert contents[0].keys() == contents[2].keys()
    assert all(contents[0][name] != contents[2][name] for name in contents[0])


def test_files_that_stand_there_are_not_replaced_unless_asked(tmp_path: Path) -> None:
    standing = tmp_path / "mathdownload2018.txt"
    standing.write_text("mine", encoding="utf-8")
    with pytest.raises(DataError) as caught:
        write_sample(VOCABULARY, tmp_path, 2018, 5)
    assert caught.value.diagnostics[0].code == "sample-would-overwrite"
    assert [path.name for path in tmp_path.iterdir()] == [standing.name]
    assert standing.read_text(encoding="utf-8") == "mine"
    write_sample(VOCABULARY, tmp_path, 2018, 5, overwrite=True)
    assert standing.read_text(encoding="utf-8") != "mine"


@pytest.mark.parametrize(
    "year, leas, code",
    [(2020, 5, "no-sample-for-year"), (2018, -1, "no-sample-of-size"), (2018, 10**6, "no-sample-of-size")],
)
def test_what_cannot_be_made_is_told(tmp_path: Path, year: int, leas: int, code: str) -> None:
    with pytest.raises(DataError) as caught:
        write_sample(VOCABULARY, tmp_path / "new", year, leas)
    assert caught.value.diagnostics[0].code == code
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("name", ["dashboard/2017", "dashboard/2025", "essa/2018", "essa/2023", "graduation/options"])
def test_what_rules_read_numbers_of_is_made_for_them(name: str, tmp_path: Path) -> None:
    rules = loaded(name)
    write_sample(rules.vocabulary, tmp_path, rules.year, 40)
    data = read_folders(rules.vocabulary, [tmp_path], (rules.year,))
    assert (data.diagnostics, data.report.refused, len(data.records)) == ((), 0, 40)


def test_words_without_files_and_codes_have_no_made_up_files(tmp_path: Path) -> None:
    vocabulary = evolve(loaded("funding/2023").vocabulary, formats=())
    assert write_sample(vocabulary, tmp_path / "state", 2023, 40) == ()
    assert not (tmp_path / "state").exists()


@pytest.mark.parametrize("files", [False, True])
def test_a_state_without_files_says_what_to_write(
    files: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    described = "files of facts\n  | years   | file |\n  | 2023 on | facts.csv |\n\ncolumns of facts\n"
    described += "  | holds    | column |\n  | LEA code | cds    |\n  | score    | score  |\n"
    (tmp_path / "vocabulary.rules").write_text(f"{RATINGS}{described if files else ''}", encoding="utf-8")
    (tmp_path / "2023.rules").write_text(
        "ruleset Ratings 2023\nfor schools\n  T: score is below 50 → Targeted\n", encoding="utf-8"
    )
    line = ["sample", str(tmp_path / "state"), "--for", str(tmp_path / "2023.rules"), "--leas", "3"]
    assert run(line) == (0 if files else 1)
    assert (tmp_path / "state").exists() is files
    said = " ".join(capsys.readouterr().err.split())
    assert ("error[no-files-to-sample]: Ratings describes no files of 2023" in said) is not files
    assert ("`lea_code,kind,belongs_to,year,score`" in said) is not files


RATINGS = """\
vocabulary Ratings
Dashboard years 2023

kinds of LEA
  | kind     | plural    | code   | belongs to |
  | district | districts | ??0000 |            |
  | school   | schools   | ?????? | district   |

facts of the LEA
  | fact  | is a   | of     |
  | score | number | school |

outcomes
  | outcome  | is a          |
  | Targeted | determination |

"""


@pytest.mark.parametrize("year", [2019, 2022, 2023, 2024])
def test_a_list_of_schools_has_the_columns_of_every_use_of_it(year: int, tmp_path: Path) -> None:
    vocabulary = loaded("essa/districts/2024").vocabulary
    written = write_sample(vocabulary, tmp_path, year, 30)
    [path] = [one for one in written if one.name.startswith("essaassistance")]
    listed = read_published(vocabulary, path, year)
    assert listed.diagnostics == ()
    assert len(listed.leas) == 30
    called = {status for lea in listed.leas for status in lea.earlier.values()}
    assert {set(lea.earlier) == set(range(2018, year)) for lea in listed.leas} == {True}
    assert {"CSI Graduation", "ATSI", "No Status"} <= called or year == 2019
    assert {lea.determination for lea in listed.leas} == {None}
    data = read_folders(vocabulary, [tmp_path], (year,))
    assert data.diagnostics == ()
    wanted = {"Title I"} if year == 2019 else {"Alternative School Status", "Charter Status"}
    for one in data.records:
        assert one.kind == "school"
        assert wanted <= {indicator for indicator, _ in one.years[year].lea}


def test_counties_have_no_rows_of_their_own_and_districts_have_sizes_of_every_kind(tmp_path: Path) -> None:
    vocabulary = loaded("funding/2023").vocabulary
    write_sample(vocabulary, tmp_path, 2023, 60)
    records = read_folders(vocabulary, [tmp_path], (2023,)).records
    assert {one.kind for one in records} == {"county office", "school district"}
    facts = [size for one in records for (_, name), size in one.years[2023].lea.items() if name.startswith("average")]
    assert {size.level < 2_500 for size in facts if isinstance(size.level, Fraction)} == {True, False}


def test_a_suspended_year_is_refused_with_its_reason(tmp_path: Path) -> None:
    vocabulary = loaded("assistance/2023").vocabulary
    with pytest.raises(DataError, match="the year 2020 is suspended: no state indicators were published"):
        write_sample(vocabulary, tmp_path, 2020, 1)
