"""What people meet at the edges: closed or full output, rules with errors, and LEAs and groups given inexactly."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

from rulelang.cli import program
from rulelang.cli.program import run
from rulelang.diagnostics.catalogue.run import lea_not_in_data
from tests.docs.pages import ROOT

RULES = """\
ruleset Trial 2023
  uses California Dashboard vocabulary
  cites "a trial"

priority 4 "Pupil Achievement"
  4a: Red on both ELA and Math → Priority 4

for school districts and county offices
  DA: any student group meets 1 or more priorities → Differentiated Assistance
  otherwise → General Assistance
"""
FAILS = """
example "Blue"
  given a school district
    White: Blue on ELA
  expect Differentiated Assistance
"""
NAMES = {"27659610000000": "Alisal Union", "27660350000000": "Greenfield Union", "01611190000000": ""}


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("state")
    assert run(["sample", str(folder), "--leas", "5"]) == 0
    return folder


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    path = tmp_path / "trial.rules"
    path.write_text(RULES, encoding="utf-8")
    return path


def shell(line: str, folder: Path) -> subprocess.CompletedProcess[str]:
    words = ["bash", "-c", line.replace("rulelang", f'"{sys.executable}" "{ROOT / "cli.py"}"', 1)]
    return subprocess.run(words, cwd=folder, capture_output=True, text=True, encoding="utf-8", check=False)


@pytest.mark.parametrize("name, code", [("trial.rules", 0), ("other.rules", 2)])
def test_closed_output_changes_no_exit_code(name: str, code: int, rules: Path) -> None:
    done = shell(f"rulelang check {name} >&-", rules.parent)
    assert (done.returncode, done.stderr) == (code, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no device that is always full")
def test_output_that_cannot_be_written_is_said_plainly(rules: Path) -> None:
    done = shell("rulelang show trial.rules >/dev/full", rules.parent)
    assert (done.returncode, done.stderr) == (1, "error: cannot write the output: no space left\n")
    assert shell("rulelang show other.rules 2>/dev/full", rules.parent).returncode == 1


@pytest.mark.skipif(os.name == "nt", reason="Windows deletes no folder that a program works in")
def test_a_deleted_working_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    @click.command()
    def working() -> None:
        Path.cwd()

    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    monkeypatch.setattr(program.Commands, "get_command", lambda *_: working)
    gone.rmdir()
    assert run(["check"]) == 1
    assert "the folder you are in has been deleted" in capsys.readouterr().err


@pytest.mark.parametrize("example, warned", [("", False), (FAILS, True)])
def test_rules_with_errors_are_applied_with_a_warning(
    example: str, warned: bool, rules: Path, state: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rules.write_text(RULES + example, encoding="utf-8")
    assert run(["evaluate", str(rules), "--data", str(state), "--out", str(tmp_path / "out")]) == 0
    said = " ".join(capsys.readouterr().err.split())
    assert ("warning[rules-have-errors]: " in said) is warned
    assert ("has 1 error; the rules were applied as they are" in said) is warned


def test_the_record_of_another_run_is_wrong_usage(rules: Path, state: Path, tmp_path: Path) -> None:
    words = ["--data", str(state), "--out", str(tmp_path / "out")]
    assert run(["evaluate", str(rules), *words]) == 0
    assert run(["evaluate", "assistance/2023", *words, "--format", "json"]) == 2


def test_a_list_of_another_year_is_compared_with_nothing(
    rules: Path, state: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    listed = tmp_path / "list.txt"
    listed.write_text("CDS\tLEAname\tReportYear\n27659610000000\tAlisal\t2022\n", encoding="utf-8")
    capsys.readouterr()
    assert run(["reconcile", str(rules), "--data", str(state), "--official", str(listed)]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert "error[" in said.err


def test_no_examples_yet(rules: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["test", str(rules)]) == 0
    assert f"{rules}: no examples yet\n" in capsys.readouterr().out


@pytest.mark.parametrize(
    "asked, meant",
    [
        ("2765961", "27659610000000"),
        ("Greenfield", "27660350000000"),
        ("alisal union", "27659610000000"),
        ("1611190000000", "01611190000000"),
    ],
)
def test_an_lea_is_suggested_by_digits_and_by_name(asked: str, meant: str) -> None:
    assert f"did you mean `{meant}`" in str(lea_not_in_data(asked, NAMES).help)


@pytest.mark.parametrize(
    "asked, meant",
    [
        ("Salinas Union High School District", ["2"]),
        ("Salinas Unified", ["1", "2", "3"]),
        ("Selma Unifeid", ["3"]),
    ],
)
def test_leas_are_suggested_whose_names_begin_with_the_same_words(asked: str, meant: list[str]) -> None:
    names = {"1": "Salinas City Elementary", "2": "Salinas Union High", "3": "Selma Unified"}
    help_ = str(lea_not_in_data(asked, names).help)
    assert [code for code in names if f"`{code}`" in help_] == meant


@pytest.mark.parametrize("asked", ["99999999999999", "276", "Xyzzy"])
def test_no_lea_is_suggested_without_reason(asked: str) -> None:
    assert "did you mean" not in str(lea_not_in_data(asked, NAMES).help)
