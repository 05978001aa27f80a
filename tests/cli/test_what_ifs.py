"""A what-if cannot be mistaken for the rules in force, and data that several rulesets read are complained of once."""

from __future__ import annotations

import json
import re
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from rulelang.cli.program import rulelang

PROPOSAL = """what if "Orange counted too"
  based on assistance/2023

priority 6 "School Climate"
  replace 6a: Red or Orange on Suspension Rate → Priority 6
"""
NAME = 'What if "Orange counted too"? (Differentiated Assistance 2023, changed)'
RULESETS = ["assistance/2023", "proposal.rules"]


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("made-up") / "state"
    assert CliRunner().invoke(rulelang, ["sample", str(made), "--year", "2023", "--leas", "20"]).exit_code == 0
    return made


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, state: Path) -> None:
    (tmp_path / "proposal.rules").write_text(PROPOSAL, encoding="utf-8")
    shutil.copytree(state, tmp_path / "state")
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("command", ["way-out", "sensitivity", "compare", "simulate"])
def test_each_command_that_shows_results_of_a_what_if_says_that_it_is_one(command: str) -> None:
    rulesets = RULESETS if command in ("compare", "simulate") else RULESETS[1:]
    done = CliRunner().invoke(rulelang, [command, *rulesets, "--data", "state"])
    assert done.exit_code == 0, done.output
    assert done.stdout.count(NAME) == 1
    rulesets = [RULESETS[0]] * len(rulesets) if command == "compare" else RULESETS[:1]
    if command != "simulate":
        assert "What if" not in CliRunner().invoke(rulelang, [command, *rulesets, "--data", "state"]).stdout


@pytest.mark.parametrize("command", ["compare", "simulate"])
def test_what_is_wrong_with_data_is_said_once(command: str) -> None:
    done = CliRunner().invoke(rulelang, [command, *RULESETS, "--data", "state"])
    assert done.stderr.count("warning[years-not-found]") == 1


def test_a_simulation_says_how_many_are_not_counted_and_why() -> None:
    done = CliRunner().invoke(rulelang, ["simulate", *RULESETS, "--data", "state", "--format", "json"])
    [row] = [one for one in json.loads(done.stdout)["directions"] if one["by"] == "all"]
    assert row["left_out"] > 0
    assert row["total"] + row["left_out"] + row["no_longer_rated"] + row["newly_rated"] == 20
    shown = CliRunner().invoke(rulelang, ["simulate", *RULESETS, "--data", "state"]).stdout
    assert f"because the answer is missing or `cannot tell`: {row['left_out']}" in shown


def test_a_what_if_in_the_place_of_the_rules_in_force_is_pointed_out() -> None:
    said = "proposal is a what-if and counts as the rules in force here"
    assert said in CliRunner().invoke(rulelang, ["simulate", *RULESETS[::-1], "--data", "state"]).stdout
    assert said not in CliRunner().invoke(rulelang, ["simulate", *RULESETS, "--data", "state"]).stdout


# ---- What is written ----

TITLE = "Orange counted too"
WRITTEN = {
    "report": ["--data", "state", "--letters", "letter.docx", "--pdf", "--slides", "--out", "files"],
    "report --language": ["es", "--data", "state", "--letters", "letter.docx", "--slides", "--out", "files"],
    "docs": ["--out", "files"],
    "docs --language": ["es", "--out", "files"],
    "evaluate": ["--data", "state", "--out", "files"],
    "evaluate --wide --format": ["xlsx", "--data", "state", "--out", "files"],
    "way-out --data": ["state", "--format", "csv", "--out", "files"],
    "sensitivity --data": ["state", "--format", "xlsx", "--out", "files"],
    "compare assistance/2023": ["--data", "state", "--format", "csv", "--out", "files"],
    "reconcile": ["--data", "state", "--official", "files/list.xlsx", "--out", "files/cells.csv"],
    "export": ["--to", "sql", "--dialect", "duckdb", "--out", "files/rules.sql"],
}
PARTS = re.compile(r"ppt/slides/slide\d+\.xml|word/document\.xml|xl/worksheets/sheet\d+\.xml")


def parts(path: Path) -> Iterator[tuple[str, str]]:
    """Yield what people see of a file, each page, slide or sheet by itself."""
    if path.suffix in (".docx", ".pptx", ".xlsx"):
        with zipfile.ZipFile(path) as held:
            shared = held.read("xl/sharedStrings.xml").decode() if path.suffix == ".xlsx" else ""
            for name in held.namelist():
                if PARTS.fullmatch(name):
                    yield f"{path.name} {name}", re.sub("<[^>]*>", "", held.read(name).decode() + shared)
    else:
        yield (
            path.name,
            re.sub(r"<details>.*?</details>", "", path.read_bytes().decode(errors="replace"), flags=re.DOTALL),
        )


def written_by(command: str, ruleset: str) -> dict[str, bool]:
    """Return of everything that a command writes about a ruleset whether it names the what-if."""
    name, *options = command.split()
    before = options[:1] if name == "compare" else []
    call = [name, *before, ruleset, *options[len(before) :], *WRITTEN[command]]
    if name == "reconcile":
        made = CliRunner().invoke(rulelang, ["report", ruleset, "--data", "state", "--out", "files"])
        assert made.exit_code == 0, made.output
        shutil.copy("files/list.xlsx", "list.xlsx")
        shutil.rmtree("files")
        call = [one.replace("files/list", "list") for one in call]
    Path("files").mkdir()
    done = CliRunner().invoke(rulelang, call)
    assert done.exit_code == 0, done.output
    return {part: TITLE in text for path in Path("files").rglob("*.*") for part, text in parts(path)}


@pytest.mark.parametrize("command", WRITTEN)
def test_every_file_about_a_what_if_says_that_it_is_one(command: str) -> None:
    for extra in ("docxtpl", "pptx", "typst") if command.startswith("report") else ():
        pytest.importorskip(extra)
    assert CliRunner().invoke(rulelang, ["report", "--letter-template", "letter.docx"]).exit_code == 0
    found = written_by(command, RULESETS[1])
    assert found
    assert not [part for part, named in found.items() if not named]
    shutil.rmtree("files")
    assert not any(written_by(command, RULESETS[0]).values())


def test_a_handbook_says_which_rules_are_a_change_of_the_what_if() -> None:
    assert CliRunner().invoke(rulelang, ["docs", RULESETS[1], "--out", "book"]).exit_code == 0
    book = Path("book/handbook.html").read_text(encoding="utf-8")
    assert book.count("Not in force: a change of this what-if.") == 1
    assert "In force since the rules of 2017." in book


@pytest.mark.parametrize("call", [["show"], ["test"], ["explain", "--data", "state", "--lea", "Zinnia Park"]])
def test_json_of_a_what_if_has_its_title(call: list[str]) -> None:
    command, *options = call
    held = [CliRunner().invoke(rulelang, [command, one, *options, "--format", "json"]).stdout for one in RULESETS[:2]]
    assert ['"what_if": null' in one for one in held] == [True, False]
    assert [TITLE in one for one in held] == [False, True]
