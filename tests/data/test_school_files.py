"""What the files and lists of schools say: years without levels, schools that open, notes, blank flags."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

import rulelang
from rulelang.core.record import NO_ROW, LeaRecord
from rulelang.data.published import read_published
from rulelang.data.read import read_folders
from rulelang.data.report import DataSet
from rulelang.data.write import write_table, write_workbook

WORDS = rulelang.load("essa/2023").rules.vocabulary
COLUMNS = (
    "cds",
    "rtype",
    "schoolname",
    "countyname",
    "dass_flag",
    "studentgroup",
    "currnumer",
    "currdenom",
    "priornumer",
)
LAST = ("priordenom", "color", "statuslevel", "reportingyear")
OLD, NEW, ELSEWHERE = "27660350000001", "27660350000002", "19647330000003"


def graduates(
    folder: Path, year: int, *codes: str, group: str = "ALL", county: str = "Monterey", color: str = "1"
) -> None:
    """Add rows to a year's file of graduates; those of 2020 and 2021 have no levels, as the state's have not."""
    path = folder / f"graddownload{year}.txt"
    header = (*COLUMNS, *(name for name in LAST if year not in (2020, 2021) or name == "reportingyear"))
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else ["\t".join(header)]
    for code in codes:
        cells = dict(
            zip(
                (*COLUMNS, *LAST),
                (code, "S", "A", county, "", group, "60", "100", "", "", color, color, year),
                strict=True,
            )
        )
        lines.append("\t".join(str(cells[name]) for name in header))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def record(data: DataSet, code: str) -> LeaRecord:
    assert [one.message for one in data.diagnostics] == []
    return next(one for one in data.records if one.code == code)


def test_the_counts_of_years_without_levels_are_read(tmp_path: Path) -> None:
    for year in (2020, 2021, 2022):
        graduates(tmp_path, year, OLD)
    found = record(read_folders(WORDS, [tmp_path], [2020, 2021, 2022]), OLD)
    for year in (2020, 2021, 2022):
        assert found.years[year].groups["All Students"]["Graduation Rate", "graduates"].level == Fraction(60)


def test_the_counts_of_dass_schools_alone_stand_in_for_a_year_without_another_file(tmp_path: Path) -> None:
    graduates(tmp_path, 2021, OLD)
    (tmp_path / "graddownload2021.txt").rename(tmp_path / "graddownload2021dassonly.txt")
    found = record(read_folders(WORDS, [tmp_path], [2021]), OLD)
    assert found.years[2021].groups["All Students"]["Graduation Rate", "graduates"].level == Fraction(60)


def test_long_term_english_learners_are_no_group_of_the_lists(tmp_path: Path) -> None:
    graduates(tmp_path, 2024, OLD)
    graduates(tmp_path, 2024, OLD, group="LTEL")
    data = read_folders(WORDS, [tmp_path], [2024])
    assert (data.report.used, sum(data.report.ignored.values())) == (1, 1)
    assert set(record(data, OLD).years[2024].groups) == {"All Students"}


def test_a_school_that_opens_is_not_rated_before_where_its_neighbors_are(tmp_path: Path) -> None:
    graduates(tmp_path, 2022, OLD)
    graduates(tmp_path, 2023, OLD, NEW)
    graduates(tmp_path, 2023, ELSEWHERE, county="Los Angeles")
    data = read_folders(WORDS, [tmp_path], [2022, 2023])
    assert record(data, NEW).years[2022].reading("All Students", ("Graduation Rate", "Status")) == NO_ROW
    assert 2022 not in record(data, ELSEWHERE).years


def test_a_school_that_closes_is_not_rated_after(tmp_path: Path) -> None:
    graduates(tmp_path, 2022, OLD, NEW)
    graduates(tmp_path, 2023, OLD)
    assert 2023 not in record(read_folders(WORDS, [tmp_path], [2022, 2023]), NEW).years


# ---- The lists ----

HEADER = ("CDS", "schoolname", "countyname", "AssistanceStatus2020", "AssistanceStatus2021", "AssistanceStatus2022")
FLAGS = ("Exit", "DASSCSIEnrollFlag", "AA", "ReportingYear")


@pytest.fixture
def listed(tmp_path: Path) -> Path:
    """Return a list of 2022 of two schools, with notes below the table as the state writes them."""
    rows = [
        (OLD, "A", "Monterey", "CSI Grad", "CSI Grad", "CSI Grad", "NOEXIT", "Yes", "0", "2022"),
        (NEW, "B", "Monterey", "No Status", "No Status", "ATSI", "NOEXIT", "", "1", "2022"),
        ("California Department of Education", *[""] * 9),
        ("February 2023", *[""] * 9),
    ]
    return write_table(tmp_path / "essaassistance22.xlsx", (*HEADER, *FLAGS), rows, "xlsx")


def test_notes_below_a_table_are_counted_and_are_no_rows(listed: Path) -> None:
    data = rulelang.load("essa/2022").read(published=[listed])
    assert [one.message for one in data.diagnostics] == []
    assert dict(data.report.ignored) == {"a note below the table": 2}
    assert [one.code for one in data.records] == [OLD, NEW]


def test_a_code_alone_below_a_table_is_a_row_that_is_refused(listed: Path) -> None:
    rows = [(OLD, "A", "Monterey", *["CSI Grad"] * 3, "NOEXIT", "", "0", "2022"), (NEW, *[""] * 9)]
    data = rulelang.load("essa/2022").read(published=[write_table(listed, (*HEADER, *FLAGS), rows, "xlsx")])
    assert [one.code for one in data.diagnostics] == ["wrong-dashboard-year"]


def test_what_comes_with_a_determination_and_a_flag_left_blank(listed: Path) -> None:
    first, second = rulelang.load("essa/2022").read(published=[listed]).records
    assert first.years[2022].published is not None
    assert second.years[2022].published is not None
    assert {"CSI Graduation", "in CSI", "small DASS school in CSI"} <= first.years[2022].published.held
    assert second.years[2022].published.held == {"ATSI"}
    assert {"in CSI", "small DASS school in CSI"} <= second.years[2022].published.stated


def test_the_schools_of_a_year_without_a_list_are_those_of_a_later_one(listed: Path) -> None:
    essa = rulelang.load("essa/2020")
    assert [one.outcome for one in essa.evaluate(essa.read(published=[listed]).records)] == ["cannot tell"] * 2
    essa = rulelang.load("essa/2021")
    assert [one.outcome for one in essa.evaluate(essa.read(published=[listed]).records)] == ["cannot tell", "No Status"]


# ---- English Learner Progress, which is an indicator of the school too ----


def learners(folder: Path, year: int, *rows: tuple[str, str, str]) -> None:
    """Write a year's file of English Learner Progress, with the color and the number of English learners of schools."""
    header = ("cds", "rtype", "schoolname", "countyname", "currdenom", "color", "statuslevel", "reportingyear")
    cells = [(code, "S", "A", "Monterey", students, color, "3", str(year)) for code, color, students in rows]
    text = "\n".join("\t".join(row) for row in (header, *cells))
    (folder / f"elpidownload{year}.txt").write_text(text + "\n", encoding="utf-8")


def test_a_school_has_the_progress_of_its_english_learners(tmp_path: Path) -> None:
    learners(tmp_path, 2023, (OLD, "1", "30"), (NEW, "1", "29"))
    data = read_folders(WORDS, [tmp_path], [2023])
    for code, level in ((OLD, "Red"), (NEW, None)):
        groups = record(data, code).years[2023].groups
        assert groups["All Students"] == groups["English Learners"]
        assert groups["All Students"]["ELPI", "color"].level == level


def test_what_is_in_doubt_for_its_english_learners_is_in_doubt_for_the_school(tmp_path: Path) -> None:
    learners(tmp_path, 2023, (OLD, "7", "30"))
    data = read_folders(WORDS, [tmp_path], [2023])
    assert [one.code for one in data.diagnostics] == ["unknown-level-code"]
    [school] = data.records
    assert school.years[2023].reading("All Students", ("ELPI", "color")) is None
    assert school.years[2023].reading("White", ("ELPI", "color")) == NO_ROW


def test_a_school_that_opened_since_has_no_rate_of_three_years(tmp_path: Path) -> None:
    for year in (2021, 2022, 2023):
        graduates(tmp_path, year, *((OLD,) if year == 2021 else (OLD, NEW)))
    essa = rulelang.load("essa/2023")
    found = {one.record.code: one.outcome for one in essa.evaluate(essa.read([tmp_path]).records)}
    assert found == {OLD: "CSI Graduation", NEW: "cannot tell"}


# ---- The lists of 2023 and 2024, with every column and in the places the state has them ----

GROUPS = ("AA", "AI", "AS", "EL", "FI", "FOS", "HI", "HOM", "PI", "SED", "SWD", "TOM", "WH")
TITLE_I = ("TitleI1718", "TitleI1819", "TitleI2122", "TitleI2223")
OF_SCHOOL = ("DASS", "Charter", "EnrollmentCount", "DASSCSIEnrollFlag", "Colors")
TOTALS = {2023: ("TotStudGrps",), 2024: ("TotStudGrpsATSI", "TotStudGrpsTSI")}
WHITE = dict(zip(GROUPS, (*"0" * 12, "1"), strict=True))


def state_list(folder: Path, year: int, *schools: dict[str, str]) -> Path:
    """Write a list as the state does: a sheet that describes it, then two lines of title, the header, and two notes.

    A star stands in every cell with nothing to say.
    """
    statuses = [f"AssistanceStatus{one}" for one in range(2018, year + 1)]
    header = ["cds", "schoolname", "districtname", "countyname", *TITLE_I, *OF_SCHOOL, *statuses, "Exit", *GROUPS]
    header += [*TOTALS[year], "ReportingYear"]
    same = {"schoolname": "A", "countyname": "Monterey", "Exit": "NOEXIT", "ReportingYear": str(year)}
    same |= dict.fromkeys((*GROUPS, *TOTALS[year]), "0")
    rows = [[{**same, **school}.get(name, "*") for name in header] for school in schools]
    notes = [["California Department of Education"], [f"December {year}"]]
    titled = [["CDS = County District School code"], header, *rows, *notes]
    sheet = [[*row, *[""] * (len(header) - len(row))] for row in titled]
    layout = [["cds", "County District School code", "14-Character String"], ["Exit", "Whether it exits", "CSIEXIT"]]
    return write_workbook(
        folder / f"essaassistance{year % 100}.xlsx",
        {
            "Record Layout": (["Field Name", "Description", "Acceptable Values"], layout),
            f"{year} ESSA State Schools": ([f"{year} Assistance Status", *[""] * (len(header) - 1)], sheet),
        },
    )


@pytest.mark.parametrize("year", [2023, 2024])
def test_the_lists_are_read_with_all_their_columns_and_a_star_is_a_blank(year: int, tmp_path: Path) -> None:
    graduates(tmp_path, year, OLD, NEW)
    past = {f"AssistanceStatus{one}": "ATSI" for one in range(2018, year)}
    named = "TSI" if year == 2024 else "ATSI"
    path = state_list(
        tmp_path,
        year,
        {"cds": OLD, "DASS": "Yes", "Charter": "DF", "EnrollmentCount": "99", "Colors": "Yes", **past}
        | {"DASSCSIEnrollFlag": "Yes", f"AssistanceStatus{year}": "CSI Grad", "TitleI2223": "Yes", "Exit": "ATSIEXIT"},
        {"cds": NEW, "DASS": "No", "Colors": "No", f"AssistanceStatus{year}": named, **WHITE},
    )
    words = rulelang.load(f"essa/districts/{year}").rules.vocabulary
    data = read_folders(words, [tmp_path], [year])
    old, new = (record(data, code).years[year].lea for code in (OLD, NEW))
    assert (data.report.refused, set(data.report.ignored)) == (0, {"a note below the table"})
    assert old["Alternative School Status", "school status"].level == "DASS"
    assert old["Alternative School Status", "enrollment"].level == Fraction(99)
    assert old["Charter Status", "charter"].level == "Charter School"
    assert new["Charter Status", "charter"].level == "No Charter School"
    assert new["Alternative School Status", "enrollment"].level is None
    if year == 2023:
        assert [one["Title I", "funding"].level for one in (old, new)] == ["Title I-Funded", None]
    listed = read_published(words, path, year)
    assert (listed.diagnostics, listed.report.refused) == ((), 0)
    first, second = listed.leas
    assert (first.determination, second.determination) == ("CSI Graduation", named)
    assert first.earlier == dict.fromkeys(range(2018, year), "ATSI")
    assert second.earlier == {}
    assert first.methods == {"CSI exit": False, "ATSI exit": True, "small DASS school in CSI": True}
    assert second.methods == {"CSI exit": False, "ATSI exit": False, "small DASS school in CSI": False}
    assert [group for (group, _), met in second.criteria.items() if met] == ["White"]
