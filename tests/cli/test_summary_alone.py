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
        assert alone.splitlines()[-1].startswith("Nothing was written: --out DIR")
        assert re.sub("Nothing was written: .*", "", alone) == re.sub("Written: .*", "", written)
    else:
        assert alone == ""


def test_determinations_stand_in_the_summary(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert folder.is_dir()
    assert run(["evaluate", "assistance/2023", "--records", "../records.csv"]) == 0
    assert re.search(r"Differentiated Assistance +1\n", capsys.readouterr().out)


@pytest.mark.parametrize("option", [["--format", "csv"], ["--force"], ["--engine", "spark"]])
def test_what_is_about_files_needs_a_folder(
    option: list[str], folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert folder.is_dir()
    assert run(["evaluate", "assistance/2023", "--records", "../records.csv", *option]) == 2
    assert "give the folder for them with `--out`" in capsys.readouterr().err
