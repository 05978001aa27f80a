"""A report is about the same entities as the tables of `evaluate`, whichever entities plain records have."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Final

import pytest

from rulelang.cli.program import run
from rulelang.core.vocabulary import LeaKind

WORDS: Final = """\
vocabulary Small State
Dashboard years 2023

kinds of LEA
  | kind     | plural    | code   | belongs to |
  | state    | states    | L      |            |
  | district | districts | ??     | state      |
  | school   | schools   | ?????? | district   |

facts of the LEA
  | fact      | is a   | of     |
  | graduates | number | school |

outcomes
  | outcome | is a          |
  | Watch   | determination |
  | Review  | determination |
  | Inquiry | determination |
  | None    | determination |
"""
RULES: Final = """\
ruleset Test 2023

for schools
  W: graduates is below 50 → Watch
  otherwise → None

for districts
  D: any school is Watch → Review
  otherwise → None

for states
  S: any school is Watch → Inquiry
  otherwise → None
"""


@pytest.mark.parametrize(
    "others",
    ["", "11,district,2023,\n", "11,district,2023,\nL,state,2023,\n"],
    ids=["schools", "districts", "a state"],
)
def test_a_report_has_a_page_of_all_that_are_evaluated_and_of_nobody_else(tmp_path: Path, others: str) -> None:
    (tmp_path / "vocabulary.rules").write_text(WORDS, encoding="utf-8")
    (tmp_path / "2023.rules").write_text(RULES, encoding="utf-8")
    rows = f"lea_code,kind,year,graduates\n110001,school,2023,40\n110002,school,2023,60\n{others}"
    (tmp_path / "rows.csv").write_text(rows, encoding="utf-8")
    line = [str(tmp_path / "2023.rules"), "--records", str(tmp_path / "rows.csv"), "--out"]
    assert run(["evaluate", *line, str(tmp_path / "tables"), "--format", "csv"]) == 0
    assert run(["report", *line, str(tmp_path / "pages")]) == 0
    with (tmp_path / "tables" / "determinations.csv").open(encoding="utf-8", newline="") as file:
        evaluated = {row["cds"] for row in csv.DictReader(file)}
    assert {path.stem for path in (tmp_path / "pages" / "lea").glob("*.html")} == evaluated
    assert len(evaluated) == rows.count("\n") - 1


@pytest.mark.parametrize(
    "pattern, code, above",
    [
        ("??0000", "110001", "110000"),
        ("??????", "110001", "110001"),
        ("L", "110001", ""),
        ("L", "L10001", "L"),
        ("??7777", "110001", ""),
        ("??7777", "117777", "117777"),
        ("", "110001", ""),
    ],
)
def test_a_code_belongs_to_the_one_that_it_begins_with(pattern: str, code: str, above: str) -> None:
    kind = LeaKind(name="kind", plural="kinds", code_pattern=pattern)
    assert kind.code_above(code) == above
