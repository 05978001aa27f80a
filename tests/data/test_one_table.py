"""Tables with a column for each indicator, of several years, packed or not, that stand in for files not at hand."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

import rulelang
from rulelang.data.report import DataSet

SCHOOL, OTHER = "27660350000001", "27660350000002"
TABLE = "school_colors_2017_2018.csv"
HEAD = "cds,studentgroup,year,cci,chronic,ela,elpi,grad,math,susp"
LIST = "essaassistance18.csv"
STATE_HEAD = "cds\trtype\tschoolname\tcountyname\tdass_flag\tstudentgroup\tcurrdenom\tcolor\tstatuslevel\treportingyear"


def table(folder: Path, *rows: str, packed: bool = False) -> Path:
    text = "\n".join([HEAD, *rows]) + "\n"
    path = folder / (f"{TABLE}.gz" if packed else TABLE)
    path.write_bytes(gzip.compress(text.encode()) if packed else text.encode())
    return path


def read(*paths: Path) -> DataSet:
    return rulelang.load("essa/2018").read(paths)


def colors(data: DataSet, year: int = 2018, code: str = SCHOOL) -> dict[tuple[str, str], object]:
    """Return the colors of a school by student group and indicator, of those that are known."""
    [school] = [one for one in data.records if one.code == code]
    return {
        (group, indicator): reading.level
        for group, readings in school.years[year].groups.items()
        for (indicator, scale), reading in readings.items()
        if scale == "color"
    }


def problems(data: DataSet) -> set[str]:
    return {one.code for one in data.diagnostics} - {"files-not-found", "years-not-found"}


@pytest.mark.parametrize("packed", [False, True])
def test_a_row_says_the_color_of_each_indicator_in_its_own_year(packed: bool, tmp_path: Path) -> None:
    rows = (
        f"{SCHOOL},WH,2018,None,Red,Green,None,Blue,Orange,Yellow",
        f"{SCHOOL},WH,2017,None,None,Red,None,Red,Red,Red",
    )
    data = read(table(tmp_path, *rows, packed=packed))
    assert problems(data) == set()
    assert colors(data) == {
        ("White", "ELA"): "Green",
        ("White", "Math"): "Orange",
        ("White", "Graduation Rate"): "Blue",
        ("White", "Chronic Absenteeism"): "Red",
        ("White", "Suspension Rate"): "Yellow",
        ("White", "College/Career"): None,
    }
    assert colors(data, 2017)["White", "ELA"] == "Red"
    assert sum(file.ignored.get("a row of another year", 0) for file in data.report.files) == 2


def test_what_the_table_is_silent_about_is_not_rated(tmp_path: Path) -> None:
    data = read(table(tmp_path, f"{SCHOOL},WH,2018,None,Red,Green,None,Blue,Orange,Yellow"))
    [school] = data.records
    assert school.years[2018].reading("Asian", ("ELA", "color")) is not None


def test_a_file_of_the_state_goes_before_the_table(tmp_path: Path) -> None:
    path = table(tmp_path, f"{SCHOOL},WH,2018,None,Red,Green,None,Blue,Orange,Yellow")
    row = f"{OTHER}\tS\tA school\tMonterey\t\tWH\t100\t1\t1\t2018"
    (tmp_path / "eladownload2018.txt").write_text(f"{STATE_HEAD}\n{row}\n")
    data = read(tmp_path)
    assert problems(data) == set()
    assert ("White", "ELA") not in colors(data)
    assert colors(data)["White", "Math"] == "Orange"
    assert colors(data, code=OTHER) == {("White", "ELA"): "Red"}
    assert path.name in {Path(file.path).name for file in data.report.files}


@pytest.mark.parametrize("bad", ["Purple", ""])
def test_a_row_with_a_code_that_is_none_leaves_all_its_indicators_unknown(bad: str, tmp_path: Path) -> None:
    rows = f"{SCHOOL},WH,2018,None,Red,Green,None,Blue,Orange,{bad}", f"{SCHOOL},AS,2018,None,Red,Red,None,Red,Red,Red"
    data = read(table(tmp_path, *rows))
    assert problems(data) == {"unknown-level-code"}
    [school] = data.records
    assert school.years[2018].reading("White", ("College/Career", "color")) is None
    assert colors(data)["Asian", "ELA"] == "Red"


def test_a_group_twice_and_otherwise_is_known_of_neither(tmp_path: Path) -> None:
    rows = [f"{SCHOOL},WH,2018,None,Red,{color},None,Blue,Orange,Red" for color in ("Green", "Red")]
    data = read(table(tmp_path, *rows))
    assert problems(data) == {"contradicting-row"}
    [school] = data.records
    assert school.years[2018].reading("White", ("ELA", "color")) is None


def test_all_students_are_meant_where_a_table_has_no_student_groups(tmp_path: Path) -> None:
    path = tmp_path / "school_colors_all_students_2018.csv"
    path.write_text(f"cds,cci,chronic,ela,elpi,grad,math,susp\n{SCHOOL},None,Red,Green,None,Blue,Orange,Red\n")
    assert colors(read(path))["All Students", "ELA"] == "Green"


def test_a_table_that_lacks_an_indicator_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "school_colors_all_students_2018.csv"
    path.write_text(f"cds,cci,chronic,elpi,grad,math,susp\n{SCHOOL},None,Red,None,Blue,Orange,Red\n")
    assert "missing-data-column" in problems(read(path))


def test_what_cannot_be_unpacked_is_refused(tmp_path: Path) -> None:
    path = table(tmp_path, f"{SCHOOL},WH,2018,None,Red,Green,None,Blue,Orange,Yellow", packed=True)
    path.write_bytes(path.read_bytes()[:-12])
    assert problems(read(path)) == {"broken-packed-file"}
    path.write_bytes(b"no gzip")
    assert problems(read(path)) == {"broken-packed-file"}
