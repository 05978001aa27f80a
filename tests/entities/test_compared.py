"""Two rulesets about applicants compared: tables of amounts, texts and dates, and whom an amount changes for."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest
from click.testing import CliRunner

from rulelang.cli.program import rulelang

WORDS: Final = """\
vocabulary Awards
Dashboard years 2025

kinds of applicant
  | kind      | plural     |
  | applicant | applicants |

facts of the applicant
  | fact    | is a    |
  | program | text    |
  | credits | number  |
  | born    | date    |
  | income  | dollars |
"""
HEAD: Final = """\
ruleset Awards 2025
  uses Awards vocabulary
  cites "manual"

for applicants
"""
BY_PROGRAM: Final = """\
  table award
    | program           | award  |
    | nursing, teaching | $2,500 |
    | any other         | $500   |
"""
BY_CREDITS: Final = """\
  table award
    | program   | credits    | award |
    | law       | below 12   | $5    |
    | law       | 12 or more | $6    |
    | any other | any        | $0    |
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "vocabulary.rules").write_text(WORDS, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def compared(folder: Path, before: str, after: str, *options: str) -> list[str]:
    """Return the lines of a comparison of two rulesets, each without what indents it."""
    for name, rules in (("old", before), ("new", after)):
        (folder / f"{name}.rules").write_text(HEAD + rules, encoding="utf-8")
    done = CliRunner().invoke(rulelang, ["compare", "old.rules", "new.rules", *options])
    assert done.exit_code == 0, done.output
    return [line.strip() for line in done.output.splitlines()]


# ---- the text of a table ----


def test_a_row_of_a_table_whose_texts_change_is_another_row(folder: Path) -> None:
    lines = compared(folder, BY_PROGRAM, BY_PROGRAM.replace("nursing, teaching", "nursing"))
    assert "program nursing, teaching, award: $2,500 → no such row" in lines
    assert "program nursing, award: no such row → $2,500" in lines
    assert not any("same wording" in line for line in lines)


def test_a_row_that_is_split_is_gone_and_its_parts_are_there(folder: Path) -> None:
    parts = "12 or more and below 20 | $6    |\n    | law       | 20 or more | $7    |"
    lines = compared(folder, BY_CREDITS, BY_CREDITS.replace("12 or more | $6    |", parts))
    rows = [line for line in lines if "award:" in line and "row" in line]
    assert rows == [
        "program law and credits 12 or more, award: $6 → no such row",
        "program law and credits 12 or more and below 20, award: no such row → $6",
        "program law and credits 20 or more, award: no such row → $7",
    ]


def test_a_value_that_changes_is_that_of_its_row(folder: Path) -> None:
    lines = compared(folder, BY_CREDITS, BY_CREDITS.replace("$5 ", "$9 "))
    assert [line for line in lines if "→" in line] == ["program law and credits below 12, award: $5 → $9"]


def test_rows_in_another_order_are_the_same(folder: Path) -> None:
    first, second = BY_PROGRAM.splitlines()[-2:]
    lines = compared(folder, BY_PROGRAM, BY_PROGRAM.replace(f"{first}\n{second}", f"{second}\n{first}"))
    assert "the same in other words, or in another order" in lines
    assert not any("→" in line for line in lines)
