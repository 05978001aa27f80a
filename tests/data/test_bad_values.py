"""A value that cannot be read is unknown, and takes nothing else with it; a row that may be shifted says nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

import rulelang
from rulelang.core.truth import CANNOT_TELL
from rulelang.data.records import read_records
from rulelang.data.report import DataSet
from rulelang.facade import LoadedRuleset
from tests.data.small import codes, counts, only

WORDS = """vocabulary Attendance
Dashboard years 2025
kinds of LEA
  | kind            | plural           | code           | belongs to      |
  | school district | school districts | ???????0000000 |                 |
  | school          | schools          | ?????????????? | school district |
attendance indicators of the LEA
  | indicator  | better |
  | Attendance | lower  |
numbers of attendance indicators
  | number   | part of  | at most |
  | enrolled |          |         |
  | absent   | enrolled |         |
  | rate     |          | 100     |
facts of the LEA
  | fact   | is a   | of     |
  | budget | number | school |
  | staff  | number | school |
  | opened | date   | school |
outcomes
  | outcome | is a          |
  | Plan    | determination |
  | None    | determination |
files of attendance indicators
  | indicator  | years   | file                                 |
  | Attendance | 2025 on | absent{year}.csv, absent{year}.xlsx  |
columns of attendance indicators
  | holds    | column   | where there is none |
  | LEA code | code     |                     |
  | LEA name | name     | (blank)             |
  | county   | county   | (blank)             |
  | enrolled | enrolled |                     |
  | absent   | absent   |                     |
  | rate     | rate     | (blank)             |
"""
RULES = """ruleset Attendance 2025
  uses Attendance vocabulary
for schools
  S1: absent ÷ enrolled is 0.3 or more → Plan
  otherwise → None
"""
HEADER = "code,name,county,enrolled,absent,rate"
ELM, OAK, BY_CODE = "01611190111111", "01611190122222", "01611190000000"
OF_OAK = f"{OAK},Oak,Alameda,300,45,15.0"


@pytest.fixture
def rules(tmp_path: Path) -> LoadedRuleset:
    (tmp_path / "vocabulary.rules").write_text(WORDS, encoding="utf-8")
    (tmp_path / "2025.rules").write_text(RULES, encoding="utf-8")
    (tmp_path / "data").mkdir()
    return rulelang.load(tmp_path / "2025.rules")


def read(rules: LoadedRuleset, folder: Path, *rows: str, header: str = HEADER) -> DataSet:
    """Return what a file of some rows says."""
    (folder / "data" / "absent2025.csv").write_text("\n".join([header, *rows, ""]), encoding="utf-8")
    return rules.read([folder / "data"])


def read_workbook(rules: LoadedRuleset, folder: Path, *rows: Sequence[object]) -> DataSet:
    """Return what a workbook of some rows says."""
    xlsxwriter = pytest.importorskip("xlsxwriter")
    with xlsxwriter.Workbook(folder / "data" / "absent2025.xlsx") as book:
        sheet = book.add_worksheet()
        for number, cells in enumerate((HEADER.split(","), *rows)):
            sheet.write_row(number, 0, cells)
    return rules.read([folder / "data"])


def outcomes(rules: LoadedRuleset, data: DataSet) -> Mapping[str, str]:
    """Return the determination of each school by its code."""
    return {one.record.code: one.outcome for one in rules.evaluate(data) if one.record.kind == "school"}


def called(data: DataSet) -> Mapping[str, tuple[str, str]]:
    """Return the name and the county of each LEA by its code, without districts that are there by a code alone."""
    return {one.code: (one.name, one.county) for one in data if one.code != BY_CODE}


BAD = ["175.0", "30.0%", "N/A", "#DIV/0!", "1e2", "-1", "30,5x", "see note", "**"]


@pytest.mark.parametrize("text", BAD)
def test_a_value_that_no_rule_reads_decides_nothing(rules: LoadedRuleset, tmp_path: Path, text: str) -> None:
    data = read(rules, tmp_path, f'{ELM},Elm,Alameda,400,120,"{text}"', OF_OAK)
    place = only(data).place
    assert place is not None
    assert (place.row, place.column) == (2, "rate")
    assert data.has_errors
    assert counts(data) == (2, 2, 0, 0)
    assert outcomes(rules, data) == {ELM: "Plan", OAK: "None"}


@pytest.mark.parametrize("column", ["enrolled", "absent"])
@pytest.mark.parametrize("text", [*BAD[1:], "45.5"])
def test_a_value_that_a_rule_reads_is_unknown_and_no_other(
    rules: LoadedRuleset, tmp_path: Path, column: str, text: str
) -> None:
    values = {"enrolled": "400", "absent": "120", column: f'"{text}"'}
    data = read(rules, tmp_path, f"{ELM},Elm,Alameda,{values['enrolled']},{values['absent']},30.0", OF_OAK)
    assert only(data).place is not None
    assert outcomes(rules, data) == {ELM: CANNOT_TELL, OAK: "None"}
    facts = data[ELM].years[2025]
    for number in ("enrolled", "absent", "rate"):
        assert (facts.reading(None, ("Attendance", number)) is None) == (number == column)


def test_of_a_part_above_its_whole_both_are_unknown_and_what_is_no_part_of_them_is_known(
    rules: LoadedRuleset, tmp_path: Path
) -> None:
    data = read(rules, tmp_path, f"{ELM},Elm,Alameda,120,400,30.0", OF_OAK)
    assert only(data).code == "part-above-whole"
    assert outcomes(rules, data) == {ELM: CANNOT_TELL, OAK: "None"}
    assert data[ELM].years[2025].reading(None, ("Attendance", "rate")) is not None


def test_a_row_of_which_nothing_can_be_read_is_refused_with_its_first_message(
    rules: LoadedRuleset, tmp_path: Path
) -> None:
    data = read(rules, tmp_path, f"{ELM},Elm,Alameda,N/A,N/A,N/A", OF_OAK)
    assert codes(data.diagnostics) == {"not-an-exact-number": 1}
    assert counts(data) == (2, 1, 0, 1)
    assert called(data)[ELM] == ("Elm", "Alameda")
    assert outcomes(rules, data) == {ELM: CANNOT_TELL, OAK: "None"}


# ---- Rows whose cells may be in other columns ----


SHIFTED = [
    f"{ELM},Elm, East,Alameda,400,120,30.0",
    f"{ELM},Elm, East,Alameda,400,120,",  # as many cells as the header, but for one that is blank
    f"{ELM},Elm,400,120,30.0",
    f"{ELM},East",
]


@pytest.mark.parametrize("row", SHIFTED)
def test_a_shifted_row_shows_that_an_lea_is_there_and_nothing_else(
    rules: LoadedRuleset, tmp_path: Path, row: str
) -> None:
    data = read(rules, tmp_path, row, OF_OAK)
    assert only(data).code in ("ragged-row", "not-an-exact-number")
    assert counts(data) == (2, 1, 0, 1)
    assert called(data) == {ELM: ("", ""), OAK: ("Oak", "Alameda")}
    assert outcomes(rules, data) == {ELM: CANNOT_TELL, OAK: "None"}


def test_what_an_lea_is_called_comes_from_its_first_row_that_is_not_shifted(
    rules: LoadedRuleset, tmp_path: Path
) -> None:
    data = read(rules, tmp_path, SHIFTED[1], f"{ELM},Elm,Alameda,400,120,30.0", OF_OAK)
    assert called(data)[ELM] == ("Elm", "Alameda")


def test_a_file_whose_rows_all_end_in_a_comma_has_whole_rows(rules: LoadedRuleset, tmp_path: Path) -> None:
    data = read(rules, tmp_path, f"{ELM},Elm,Alameda,400,120,N/A,", f"{OF_OAK},")
    assert only(data).place is not None
    assert called(data) == {ELM: ("Elm", "Alameda"), OAK: ("Oak", "Alameda")}
    assert outcomes(rules, data) == {ELM: "Plan", OAK: "None"}


@pytest.mark.parametrize("row", [f"Elm, East,{ELM},Alameda,400,120,30.0", f"Elm,{ELM},400,120"])
def test_the_code_of_a_shifted_row_may_be_shifted_too(rules: LoadedRuleset, tmp_path: Path, row: str) -> None:
    data = read(rules, tmp_path, row, f"Oak,{OAK},Alameda,300,45,15.0", header="name,code,county,enrolled,absent,rate")
    assert called(data) == {ELM: ("", ""), OAK: ("Oak", "Alameda")}
    assert outcomes(rules, data) == {ELM: CANNOT_TELL, OAK: "None"}


def test_of_two_codes_near_the_column_of_codes_neither_shows_that_an_lea_is_there(
    rules: LoadedRuleset, tmp_path: Path
) -> None:
    header = "other,code,name,county,enrolled,absent"
    data = read(rules, tmp_path, f"x,y,{ELM},01611190199999,Elm,Alameda,1,1", f"z,{OAK},Oak,Alameda,9,1", header=header)
    assert called(data) == {OAK: ("Oak", "Alameda")}


def test_a_row_of_a_workbook_that_was_moved_by_a_cell_says_nothing(rules: LoadedRuleset, tmp_path: Path) -> None:
    moved = [ELM, "Elm", "East", "Alameda", 400, 120, 30]
    data = read_workbook(rules, tmp_path, moved, OF_OAK.split(","))
    assert only(data).place is not None
    assert called(data) == {ELM: ("", ""), OAK: ("Oak", "Alameda")}
    assert outcomes(rules, data) == {ELM: CANNOT_TELL, OAK: "None"}


def test_a_note_beside_the_table_of_a_workbook_changes_nothing(rules: LoadedRuleset, tmp_path: Path) -> None:
    data = read_workbook(rules, tmp_path, [ELM, "Elm", "Alameda", 400, 120, 30, "checked"], OF_OAK.split(","))
    assert data.diagnostics == ()
    assert called(data) == {ELM: ("Elm", "Alameda"), OAK: ("Oak", "Alameda")}
    assert outcomes(rules, data) == {ELM: "Plan", OAK: "None"}


# ---- Rows of totals ----


@pytest.mark.parametrize("code", ["00000000000000", "99999999999999"])
def test_a_code_of_one_digit_is_warned_of_and_used(rules: LoadedRuleset, tmp_path: Path, code: str) -> None:
    data = read(rules, tmp_path, OF_OAK, f"{code},Statewide,,700,165,23.6", f"{ELM},Elm,Alameda,400,120,30.0")
    assert only(data).code == "code-of-one-digit"
    assert only(data).place is not None
    assert not data.has_errors
    assert counts(data) == (3, 3, 0, 0)


def test_a_code_of_several_digits_is_not_warned_of(rules: LoadedRuleset, tmp_path: Path) -> None:
    assert read(rules, tmp_path, OF_OAK, "99999999999998,Yew,Alameda,700,165,23.6").diagnostics == ()
    assert read(rules, tmp_path, OF_OAK, "11111111111111,Yew,Alameda,700,165,23.6").diagnostics == ()


@pytest.mark.parametrize("text", ["=D3/C3", "#DIV/0!", "#N/A"])
def test_a_formula_without_a_number_is_said_to_be_one(rules: LoadedRuleset, tmp_path: Path, text: str) -> None:
    data = read(rules, tmp_path, f"{ELM},Elm,Alameda,400,120,{text}", OF_OAK)
    assert "a formula has no number here" in str(only(data).help)


# ---- Plain records ----


def test_a_fact_of_plain_records_that_cannot_be_read_is_unknown_and_no_other(rules: LoadedRuleset) -> None:
    rows = [{"lea_code": ELM, "year": 2025, "budget": "5", "staff": "N/A", "opened": "2001-02-30"}]
    data = rules.records(rows)
    assert codes(data.diagnostics) == {"not-an-exact-number": 1, "not-a-date": 1}
    assert (data.report.used, data.report.refused) == (1, 0)
    found = {one: data[ELM].years[2025].reading(None, ("", one)) for one in ("budget", "staff", "opened")}
    assert [one for one, reading in found.items() if reading is not None] == ["budget"]


def test_a_row_of_plain_records_of_which_nothing_can_be_read_is_refused(rules: LoadedRuleset) -> None:
    rows = [{"lea_code": ELM, "year": 2025, "budget": "N/A", "staff": ""}]
    data = rules.records(rows)
    assert (data.report.used, data.report.refused) == (0, 1)
    assert [one.code for one in data] == [ELM]


OF_FACTS = """vocabulary Colors
Dashboard years 2025
levels
  | scale | worst level first |
  | color | Red, Green        |
state indicators of student groups
  | indicator | color in |
  | ELA       | 2025     |
student groups
  | code | name     |
  | EL   | English  |
  | HI   | Hispanic |
  | WH   | White    |
kinds of LEA
  | kind     | plural    | code           |
  | district | districts | ?????????????? |
facts of the LEA
  | fact   | is a   |
  | budget | number |
  | staff  | number |
outcomes
  | outcome | is a          |
  | Plan    | determination |
"""


def colors(folder: Path) -> LoadedRuleset:
    """Return rules about colors of student groups, with facts of an LEA."""
    (folder / "vocabulary.rules").write_text(OF_FACTS, encoding="utf-8")
    text = "ruleset Colors 2025\n  uses Colors vocabulary\nR: any student group is Red on ELA → Plan\n"
    (folder / "2025.rules").write_text(text, encoding="utf-8")
    return rulelang.load(folder / "2025.rules")


def color(group: str, level: str, **facts: str) -> Mapping[str, object]:
    """Return a row of plain records about a color, with facts of the LEA."""
    about = {"lea_code": ELM, "year": 2025, "student_group": group, "indicator": "ELA", "level": level}
    return {"budget": "", "staff": "", **about, **facts}


def test_a_fact_that_cannot_be_read_leaves_the_level_beside_it_known(tmp_path: Path) -> None:
    data = colors(tmp_path).records([color("EL", "Red", budget="N/A", staff="3"), color("HI", "Green")])
    assert only(data).code == "not-an-exact-number"
    facts = data[ELM].years[2025]
    assert facts.reading("English", ("ELA", "color")) is not None
    assert facts.reading(None, ("", "staff")) is not None
    assert facts.reading(None, ("", "budget")) is None


def test_a_level_whose_row_is_refused_for_its_facts_is_unknown_and_never_silence(tmp_path: Path) -> None:
    rows = [color("EL", "Red", budget="5"), color("HI", "Red", budget="6"), color("WH", "Green")]
    data = colors(tmp_path).records(rows)
    assert only(data).code == "contradicting-row"
    facts = data[ELM].years[2025]
    assert facts.reading("Hispanic", ("ELA", "color")) is None
    assert facts.reading(None, ("", "budget")) is None
    assert (data.report.used, data.report.refused) == (1, 2)


def test_a_row_that_is_refused_twice_is_counted_once(tmp_path: Path) -> None:
    rows = [color("EL", "Purple", budget="5"), color("HI", "Red", budget="6")]
    data = colors(tmp_path).records(rows)
    assert codes(data.diagnostics) == {"unknown-record-word": 1, "contradicting-row": 1}
    assert (data.report.used, data.report.refused) == (0, 2)


@pytest.mark.parametrize("levels", [("Rde", "Red"), ("Red", "Rde")])
def test_a_level_that_cannot_be_read_is_unknown_though_another_row_gives_it(
    levels: tuple[str, str], tmp_path: Path
) -> None:
    data = colors(tmp_path).records([color("EL", one, scale="color") for one in levels])
    assert codes(data.diagnostics) == {"unknown-record-word": 1, "contradicting-row": 1}
    assert (data.report.used, data.report.refused) == (0, 2)
    [record] = data.records
    assert not any(readings for readings in record.years[2025].groups.values())


def test_a_row_of_plain_records_with_too_many_cells_shows_that_an_lea_is_there_and_nothing_else(
    rules: LoadedRuleset, tmp_path: Path
) -> None:
    path = tmp_path / "records.csv"
    lines = ["lea_code,year,name,county,budget", f"{ELM},2025,Elm, East,Alameda,5", f"{OAK},2025,Oak,Alameda,5", ""]
    path.write_text("\n".join(lines), encoding="utf-8")
    data = read_records(rules.rules.vocabulary, path)
    assert only(data).code == "ragged-row"
    assert called(data) == {ELM: ("", ""), OAK: ("Oak", "Alameda")}
