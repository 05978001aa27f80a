"""Columns of plain records that nothing reads, and those that are missing."""

from __future__ import annotations

from pathlib import Path

import pytest

import rulelang
from rulelang.cli.program import run
from rulelang.data.records import read_records
from rulelang.diagnostics.diagnostic import Severity

ROW = {"lea_code": "27659610000000", "year": 2023, "student_group": "EL", "indicator": "ELA", "level": "Red"}


def said(*rows: dict[str, object]) -> list[tuple[str, str]]:
    data = rulelang.load("assistance/2023").records(rows)
    return [(one.code, one.message) for one in data.diagnostics]


def test_a_column_that_may_be_misspelled_is_warned_of_once() -> None:
    rows = [{**ROW, "countty": "Monterey"}, {**ROW, "countty": "", "student_group": "WH"}]
    found = rulelang.load("assistance/2023").records(rows)
    [one] = found.diagnostics
    assert (one.code, one.severity) == ("unread-record-column", Severity.WARNING)
    assert one.message == "nothing reads the column `countty`"
    assert one.help == "did you mean `county`?"
    assert len(found.records) == 1


@pytest.mark.parametrize("column", ["note", "students", "countty"])
def test_other_columns_are_left_alone(column: str) -> None:
    assert said({**ROW, "county": "Monterey", column: "x"}) == []


@pytest.mark.parametrize("column", ["distance_from_standard", "DFS", "Last year's distance from standard"])
def test_a_column_called_as_a_number_of_an_indicator_is_warned_of(column: str) -> None:
    rows = [{**ROW, column: "-31"}, {**ROW, column: "12", "student_group": "WH"}]
    found = rulelang.load("dashboard/2023").records(rows)
    [one] = found.diagnostics
    assert (one.code, one.severity) == ("unread-record-column", Severity.WARNING)
    help_text = f"write a row for each number, with `{column.casefold().replace('_', ' ')}` in the column `number`"
    assert one.help == f"{help_text} and how much it is in `value`"
    assert len(found.records) == 1


def test_a_number_in_a_row_of_its_own_is_read() -> None:
    row = {**ROW, "level": "", "number": "distance from standard", "value": "-31"}
    data = rulelang.load("dashboard/2023").records([{**ROW, "number": "", "value": ""}, row])
    assert data.diagnostics == ()


def test_where_levels_lack_a_column_of_a_number_is_not_taken_for_theirs() -> None:
    row = {name: value for name, value in ROW.items() if name != "level"}
    data = rulelang.load("dashboard/2023").records([{**row, "distance_from_standard": "-31"}])
    warning, error = data.diagnostics
    assert (warning.code, error.code) == ("unread-record-column", "missing-record-columns")
    assert "is it one of them" not in (error.help or "")
    [of_another] = rulelang.load("dashboard/2023").records([{**row, "stage": "Red"}]).diagnostics
    assert of_another.help == "there is no column `level`, and `stage` is not used: is it one of them?"


def test_a_file_says_once_which_column_it_lacks(tmp_path: Path) -> None:
    rows = "".join(f"X{at},2023,EL,ELA,Red\n" for at in range(9))
    (tmp_path / "rows.csv").write_text(f"school,year,student_group,indicator,level\n{rows}", encoding="utf-8")
    [one] = read_records(rulelang.load("assistance/2023").rules.vocabulary, tmp_path / "rows.csv").diagnostics
    assert one.code == "missing-record-columns"
    assert one.message == "the row has no value for `lea_code` or `cds`; 8 more rows have the same error"
    assert one.help == "there is no column `lea_code`, and `school` is not used: is it one of them?"


def test_an_error_of_a_vocabulary_is_shown_once(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "vocabulary.rules").write_text("vocabulary V\nDashboard years 2022, 2023\n", encoding="utf-8")
    for year in (2022, 2023):
        (tmp_path / f"{year}.rules").write_text(f"ruleset X {year}\n", encoding="utf-8")
    assert run(["check", str(tmp_path)]) == 1
    out = capfd.readouterr().out
    shown = out.count("error[")
    assert shown > 0
    assert out.count("errors, shown above") + out.count("error, shown above") == 2
