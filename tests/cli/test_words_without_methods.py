"""What is said about rules without methods, priorities and student groups, and of data that are only facts."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import rulelang
from rulelang.cli.program import run
from rulelang.cli.way_out import say_in_levels_only
from tests.data.test_values_of_numbers import CODE, VOCABULARY

RULES = "ruleset Attendance 2025\nfor schools\n  A: reported rate is 30 or more → Watch\n  otherwise → None\n"
FACTS = """files of facts
  | years   | file            |
  | 2025 on | facts{year}.csv |
columns of facts
  | holds    | column | where there is none |
  | LEA code | cds    |                     |
  | LEA name | name   | (blank)             |
  | county   | county | (blank)             |
  | budget   | budget | (blank)             |
"""


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "vocabulary.rules").write_text(VOCABULARY, encoding="utf-8")
    (tmp_path / "2025.rules").write_text(RULES, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_page_says_of_an_outcome_no_more_than_what_it_is(place: Path) -> None:
    lines = [f"{CODE},Elm,Dale,40", f"{int(CODE) + 1:014},Oak,Dale,4", f"{int(CODE) + 2:014},Ash,Dale,"]
    (place / "absent2025.csv").write_text("\n".join(["cds,name,county,rate", *lines, ""]), encoding="utf-8")
    assert run(["report", "2025.rules", "--data", ".", "--out", "pages"]) == 0
    said = "\n".join(path.read_text(encoding="utf-8") for path in (place / "pages").rglob("*.html"))
    assert "The determination of Elm in 2025 is Watch." in said
    assert "The determination of Oak in 2025 is None." in said
    assert "eligible" not in said
    assert "Student groups that meet" not in said
    assert "which says what decides the determination" in said
    assert "which student groups decide" not in said


def test_facts_alone_are_said_to_make_no_lea(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = VOCABULARY.partition("files of attendance indicators")[0] + FACTS
    (place / "vocabulary.rules").write_text(words, encoding="utf-8")
    (place / "2025.rules").write_text(RULES.replace("reported rate", "budget"), encoding="utf-8")
    (place / "facts2025.csv").write_text(f"cds,name,county,budget\n{CODE},Elm,Dale,4\n", encoding="utf-8")
    assert run(["evaluate", "2025.rules", "--data", "."]) == 1
    said = " ".join(capsys.readouterr().err.split())
    assert "only facts, which do not say what there is in the year" in said
    assert "see the messages above" not in said


@pytest.mark.parametrize(
    "indicator, words", [("Basics", "no numbers are behind these levels"), ("ELA", "the data do not have the students")]
)
def test_that_a_way_is_in_levels_only_has_its_reason(
    indicator: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    behind: Any = SimpleNamespace(prepared=SimpleNamespace(ruleset=rulelang.load("dashboard/2023").rules))
    change: Any = SimpleNamespace(cell=(None, (indicator, "color")))
    say_in_levels_only(behind, [change])
    assert words in capsys.readouterr().out
    say_in_levels_only(None, [change])
    assert "the data do not have the students" in capsys.readouterr().out
