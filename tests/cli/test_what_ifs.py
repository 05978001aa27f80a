"""A what-if cannot be mistaken for the rules in force, and data that several rulesets read are complained of once."""

from __future__ import annotations

import json
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


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "proposal.rules").write_text(PROPOSAL, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert CliRunner().invoke(rulelang, ["sample", "state", "--year", "2023", "--leas", "20"]).exit_code == 0


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
