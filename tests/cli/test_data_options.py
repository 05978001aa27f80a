"""The options of which LEAs a command is about and where their data are: the same for every command that reads data."""

from __future__ import annotations

import json
from pathlib import Path

import click
import pytest

from rulelang.cli.program import COMMANDS, rulelang, run
from rulelang.data.write import write_table
from rulelang.report.page_record import recorded_page

SHARED = {"--data", "--records", "--published", "--group-counts", "--lea", "--county", "--recompute", "--as-year"}
SOURCES = {"--data", "--records", "--published", "--group-counts"}
OF_FEW = {"verify": SOURCES, "explain": SHARED - {"--county"}}
"""What is taken by the command that repeats what others did, and by the one whose LEAs have to be named."""

ASKED = "Differentiated Assistance 2025, asked of the data of 2023"
LEAS = ("01100170000000", "01109430000000")


def options_of(name: str) -> set[str]:
    command = rulelang.get_command(click.Context(rulelang), name)
    assert command is not None
    return {word for one in command.params if isinstance(one, click.Option) for word in one.opts}


@pytest.mark.parametrize("name", [name for name in COMMANDS if "--data" in options_of(name)])
def test_commands_that_read_data_have_the_same_options_of_them(name: str) -> None:
    assert options_of(name) & SHARED == OF_FEW.get(name, SHARED)


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("state")
    assert run(["sample", str(folder), "--year", "2023", "--leas", "8"]) == 0
    return folder


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two LEAs, one of which has a student group that is Red on ELA and on chronic absenteeism."""
    path = tmp_path_factory.mktemp("records") / "records.csv"
    indicators = ("ELA", "Math", "Chronic Absenteeism", "Suspension Rate")
    rows = [
        (lea, year, group, indicator, level if year == 2023 else "not rated")
        for lea in LEAS
        for year in (2022, 2023)
        for group in ("EL", "SED")
        for level in ["Red" if (lea, group) == (LEAS[0], "EL") else "Green"]
        for indicator in indicators
    ]
    write_table(path, ("lea_code", "year", "student_group", "indicator", "level"), rows, "csv")
    return path


@pytest.mark.parametrize("command", ["way-out", "sensitivity"])
def test_what_would_change_is_asked_of_the_data_of_another_year(
    command: str, state: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = [command, "assistance/2025", "--data", str(state), "--as-year", "2023"]
    assert run([*words, "--lea", LEAS[1]]) == 0
    printed = capsys.readouterr()
    assert ASKED in printed.out
    assert "group-not-in-year" in printed.err


def test_pages_come_from_plain_records_and_are_made_again_from_them(
    records: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["report", "assistance/2023", "--records", str(records), "--out", str(tmp_path)]) == 0
    page = tmp_path / "lea" / f"{LEAS[0]}.html"
    assert "Differentiated Assistance" in page.read_text(encoding="utf-8")
    capsys.readouterr()
    assert run(["verify", str(page), "--records", str(records)]) == 0
    assert "as recorded" in capsys.readouterr().out


def test_pages_of_another_year_say_so_and_are_made_again_by_their_record(
    records: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["--records", str(records), "--as-year", "2023"]
    assert run(["report", "assistance/2025", *asked, "--out", str(tmp_path)]) == 0
    index = tmp_path / "index.html"
    assert ASKED in index.read_text(encoding="utf-8")
    found = recorded_page(index.read_text(encoding="utf-8"))
    assert found is not None
    assert (found.record.as_year, found.record.recompute) == (2023, False)
    capsys.readouterr()
    assert run(["verify", str(index), "--records", str(records)]) == 0


def test_pages_with_levels_worked_out_are_made_again_with_them(
    state: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The record says that the levels in the files were left aside: without that, the page would be another."""
    assert run(["report", "assistance/2023", "--data", str(state), "--recompute", "--out", str(tmp_path)]) in (0, 1)
    index = tmp_path / "index.html"
    found = recorded_page(index.read_text(encoding="utf-8"))
    assert found is not None
    assert found.record.recompute
    capsys.readouterr()
    assert run(["verify", str(index), "--data", str(state)]) == 0


def test_who_moves_is_found_in_plain_records(records: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["compare", "assistance/2022", "assistance/2023", "--records", str(records), "--format", "json"]
    assert run(words) == 0
    assert LEAS[0] in {one["cds"] for one in json.loads(capsys.readouterr().out)["moves"]}


@pytest.mark.parametrize("command", ["evaluate", "compare", "simulate", "way-out", "sensitivity", "report"])
def test_a_row_that_was_refused_is_an_error_of_every_command(
    command: str, records: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = tmp_path / "wrong.csv"
    text = records.read_text(encoding="utf-8")
    wrong.write_text(f"{text}{LEAS[0]},2023,EL,Graduation Rate,Purple\n", encoding="utf-8")
    rulesets = ["assistance/2022", "assistance/2023"] if command in ("compare", "simulate") else ["assistance/2023"]
    out = ["--out", str(tmp_path / "pages")] if command == "report" else []
    assert run([command, *rulesets, "--records", str(wrong), *out]) == 1
    assert "Purple" in capsys.readouterr().err


def test_rules_of_several_years_are_simulated_on_the_data_of_one(
    state: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["simulate", "assistance/2023", "assistance/2025", "--data", str(state), "--as-year", "2023"]
    assert run([*words, "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["directions"]


def test_a_run_says_itself_where_its_data_are(
    state: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Settings for other commands do not stand in the way; an option that is typed is refused."""
    results = tmp_path / "results"
    assert run(["evaluate", "assistance/2023", "--data", str(state), "--out", str(results)]) == 0
    (tmp_path / "rulelang.toml").write_text(f'data = "{state.as_posix()}"\n', encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    capsys.readouterr()
    assert run(["verify", "results"]) == 0
    assert "rulelang.toml" not in capsys.readouterr().err
    assert run(["verify", "results", "--data", str(state)]) == 2
    assert "the record of a run says where its data are" in " ".join(capsys.readouterr().err.split())
