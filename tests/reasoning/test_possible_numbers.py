"""A way out asks for no number that there cannot be: none above its highest value or its whole, and no fixed fact."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from rulelang.cli.program import rulelang
from rulelang.compiler.load import load_vocabulary
from rulelang.diagnostics.diagnostic import Reporter

VOCABULARY = """vocabulary Practice Scores

Dashboard years 2024

kinds of campus
  | kind   | plural   | code |
  | campus | campuses |      |

facts of the campus
  | fact         | is a   | at most | fixed |
  | growth score | number | {most}  |       |
  | grade span   | number |         | {fix} |

outcomes
  | outcome | is a          |
  | F       | determination |
  | A       | determination |
"""
RULES = """ruleset Ratings 2024
  uses Practice Scores vocabulary

measure overall = 0.5 × growth score + 40

for campuses
  RA: overall is {limit} or more or grade span is above 5 → A
  RF: otherwise → F
"""


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "records.csv").write_text("campus_code,kind,year,growth_score,grade_span\nC1,campus,2024,60,1\n")
    return tmp_path


def ways(place: Path, *, most: str = "", fix: str = "", limit: int = 90) -> list[tuple[Any, ...]]:
    """Return what the ways to an A change, from what and to what."""
    (place / "vocabulary.rules").write_text(VOCABULARY.format(most=most, fix=fix), encoding="utf-8")
    (place / "2024.rules").write_text(RULES.format(limit=limit), encoding="utf-8")
    asked = ["way-out", "2024.rules", "--records", "records.csv", "--lea", "C1", "--outcome", "A", "--format", "json"]
    found = json.loads(CliRunner().invoke(rulelang, asked).stdout)
    return sorted((one["scale"], one["after"]) for one in found["changes"]) if "changes" in found else []


def test_without_a_highest_value_any_number_is_offered(place: Path) -> None:
    assert ways(place, limit=99) == [("grade span", "6"), ("growth score", "118")]


def test_nothing_above_the_highest_value_is_offered(place: Path) -> None:
    assert ways(place, most="100", limit=99) == [("grade span", "6")]
    assert ways(place, most="100", limit=90) == [("grade span", "6"), ("growth score", "100")]
    assert ways(place, most="99.5", limit=90) == [("grade span", "6")]


def test_a_fixed_fact_stays_as_it_is(place: Path) -> None:
    assert ways(place, fix="yes") == [("growth score", "100")]


def test_a_score_is_higher_and_not_more(place: Path) -> None:
    ways(place)
    asked = ["way-out", "2024.rules", "--records", "records.csv", "--lea", "C1", "--outcome", "A"]
    said = CliRunner().invoke(rulelang, asked).stdout
    assert "40 higher in growth score" in said
    assert "more growth score" not in said


@pytest.mark.parametrize("cell, is_read", [("100", True), ("99.5", True), ("ten", False), ("-1", False)])
def test_a_highest_value_is_a_number(cell: str, is_read: bool, place: Path) -> None:
    path = place / "vocabulary.rules"
    path.write_text(VOCABULARY.format(most=cell, fix=""), encoding="utf-8")
    reporter = Reporter()
    found = load_vocabulary(path, reporter)
    assert (found is not None) == is_read
    assert is_read or "at most" in reporter.diagnostics[0].message or reporter.diagnostics[0].code
