"""Outcomes that rest on a rank, and outcomes beside one: what the search for changes leaves out, and what it says."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Final

import pytest
from click.testing import CliRunner

from rulelang.cli.program import rulelang
from rulelang.facade import load
from tests.entities.small_state import RANKED_SCHOOLS

RULES: Final = """\
ruleset W 2025
  uses W vocabulary
  cites "manual"

for schools
  T: {school} → Targeted
  otherwise → None

for districts
  R: {district} → Review
  otherwise → No Review
"""
RANKED: Final = "index is in the lowest 30 percent of schools of the state"
DATA: Final = """\
lea_code,lea,kind,belongs_to,year,index
L,L,state,,2025,
A,Ash,district,L,2025,
B,Birch,district,L,2025,
A1,Elm,school,A,2025,58
A2,Oak,school,A,2025,40
B1,Fir,school,B,2025,70
B2,Gum,school,B,2025,30
"""


DATA_ROWS: Final = list(csv.DictReader(DATA.splitlines()))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "vocabulary.rules").write_text(RANKED_SCHOOLS, encoding="utf-8")
    (tmp_path / "r.csv").write_text(DATA, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def asked(folder: Path, command: str, school: str, district: str, outcome: str = "Review", lea: str = "A") -> str:
    """Return what a command says of an outcome of an entity."""
    (folder / "2025.rules").write_text(RULES.format(school=school, district=district), encoding="utf-8")
    options = ["--records", "r.csv", "--outcome", outcome, "--lea", lea]
    done = CliRunner().invoke(rulelang, [command, "2025.rules", *options])
    assert done.exit_code == 0, done.output
    return " ".join(done.output.split())


HIGHEST: Final = "highest of index over schools is below 60"


def test_a_rank_that_an_outcome_does_not_rest_on_leaves_nothing_out(folder: Path) -> None:
    found = [asked(folder, "way-out", school, HIGHEST) for school in (RANKED, "index is below 50")]
    assert found[0] == found[1]
    assert "1 number has to change; 2 ways, and none smaller" in found[0]
    found = [asked(folder, "sensitivity", school, HIGHEST) for school in (RANKED, "index is below 50")]
    assert found[0] == found[1]
    assert "Depends on one level or number: yes" in found[0]


def test_no_change_of_those_that_are_ranked_is_never_said_to_be_proved(folder: Path) -> None:
    said = asked(folder, "way-out", RANKED, "any school is Targeted")
    assert "no change that was tried would do it; not all that it rests on was changed" in said
    assert "Not changed: the data of others. The outcome rests on a rank, so that only those of the LEA were." in said
    assert "Depends on one level: not by what was tried" in asked(
        folder, "sensitivity", RANKED, "any school is Targeted"
    )
    rules = load(folder / "2025.rules")
    way = next(one for one in rules.ways_out(rules.records(DATA_ROWS), "Review") if one.record.code == "A")
    assert (way.obstacle, way.is_ranked) == ("numbers not changed", True)


def test_a_way_of_one_that_is_ranked_is_not_said_to_be_the_smallest(folder: Path) -> None:
    said = asked(folder, "way-out", RANKED, HIGHEST, "Targeted", "A2")
    assert "index from 40 to above 58" in said
    assert "none smaller was found" in said


def test_what_no_data_change_is_still_proved(folder: Path) -> None:
    """A district is never Targeted, whatever its schools are."""
    for school in (RANKED, "index is below 50"):
        said = asked(folder, "way-out", school, HIGHEST, "Targeted", "A")
        assert "no change to this year's levels and numbers would do it" in said
        assert "Not changed" not in said


def test_what_other_rules_do_with_a_number_leaves_nothing_out(folder: Path) -> None:
    """The rule about schools calculates with it twice, the one about districts does not."""
    found = [asked(folder, "way-out", school, HIGHEST) for school in ("index × index is below 50", "index is below 50")]
    assert found[0] == found[1]
    found = [
        asked(folder, "sensitivity", school, HIGHEST) for school in ("index × index is below 50", "index is below 50")
    ]
    assert found[0] == found[1]
    said = asked(folder, "sensitivity", "index × index is below 9", HIGHEST, "Targeted", "A1")
    assert "Depends on one level: not by what was tried" in said
    assert "Not changed: index." in said
