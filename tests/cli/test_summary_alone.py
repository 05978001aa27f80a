"""`rulelang evaluate` without `--out`: the summary is printed, and nothing is written."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from rulelang.cli.program import run

RECORDS = """\
lea_code,year,student_group,indicator,level
27659610000000,2023,EL,ELA,Red
27659610000000,2023,EL,Math,Red
27659610000000,2023,EL,Suspension Rate,Red
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Path:
    """Stand in an empty folder beside a made-up state and a file of records."""
    assert run(["sample", str(tmp_path / "state"), "--leas", "5"]) == 0
    (tmp_path / "records.csv").write_text(RECORDS, encoding="utf-8")
    empty = tmp_path / "empty"
    empty.mkdir()
    monkeypatch.chdir(empty)
    capsys.readouterr()
    return empty


def what_is_there(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.parent.rglob("*") if path.parent.name != "state")


@pytest.mark.parametrize("ruleset", ["assistance/2023", "dashboard/2023"])
@pytest.mark.parametrize(
    "source",
    [["--data", "../state"], ["--records", "../records.csv"], ["--records", "../records.csv", "--engine", "record"]],
)
def test_the_summary_is_the_same_and_nothing_is_written(
    ruleset: str, source: list[str], folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = what_is_there(folder)
    code = run(["evaluate", ruleset, *source])
    alone = capsys.readouterr().out
    assert what_is_there(folder) == before
    assert run(["evaluate", ruleset, *source, "--out", "results"]) == code
    written = capsys.readouterr().out
    if written:
        assert alone.splitlines()[-1].startswith("Nothing was written.")
        assert re.sub(r"Nothing was written\. .*", "", alone) == re.sub("Written: .*", "", written)
    else:
        assert alone == ""


def test_determinations_stand_in_the_summary(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert folder.is_dir()
    assert run(["evaluate", "assistance/2023", "--records", "../records.csv"]) == 0
    assert re.search(r"Differentiated Assistance +1\n", capsys.readouterr().out)


def test_who_is_identified_stands_in_the_summary(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert folder.is_dir()
    assert run(["evaluate", "assistance/2023", "--records", "../records.csv"]) == 0
    said = capsys.readouterr().out
    assert re.search(r"Differentiated Assistance: 1 LEA\n +code +student groups\n.*\n27659610000000 +EL", said)


def test_those_whom_no_rule_identifies_are_not_listed_and_many_are_counted(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(["sample", str(folder / "state"), "--leas", "30"]) == 0
    monkeypatch.setattr("rulelang.cli.summary.MOST_LISTED", 2)
    assert run(["evaluate", "assistance/2023", "--data", "state"]) == 0
    said = capsys.readouterr().out
    _, _, listed = said.partition("Differentiated Assistance: ")
    leas, codes = int(listed.split()[0]), re.findall(r"^\d{14}", said, re.MULTILINE)
    assert (len(codes), f"and {leas - 2} more" in said) == (2, True)
    assert "General Assistance: " not in said


def test_the_summary_says_nothing_twice(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["sample", str(folder / "state"), "--leas", "30"]) == 0
    capsys.readouterr()
    assert run(["evaluate", "assistance/2023", "--data", "state"]) == 0
    whole = capsys.readouterr().out
    lines = [line for line in whole.splitlines() if re.search("[a-z].* [1-9]", line)]
    assert len(lines) == len(set(lines))
    assert "By county" in whole
    county = re.findall("^\\S.*?(?=  )", whole.partition("By county")[2], re.MULTILINE)[1]
    assert run(["evaluate", "assistance/2023", "--data", "state", "--county", county]) == 0
    assert "By county" not in capsys.readouterr().out


@pytest.mark.parametrize("option", [["--format", "csv"], ["--wide"], ["--force"], ["--engine", "spark"]])
def test_what_is_about_files_needs_a_folder(
    option: list[str], folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert folder.is_dir()
    assert run(["evaluate", "assistance/2023", "--records", "../records.csv", *option]) == 2
    assert "name their folder with `--out`" in capsys.readouterr().err
