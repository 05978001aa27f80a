"""Two rulesets about applicants compared: tables of amounts, texts and dates, and whom an amount changes for."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pytest
from click.testing import CliRunner

from rulelang.cli.program import rulelang
from rulelang.facade import compare
from tests.entities.small_state import RANKED_SCHOOLS

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


# ---- made-up applicants ----


def made_up(lines: list[str]) -> list[str]:
    """Return the facts of the first made-up applicant; nothing if there is none."""
    start = next((at for at, line in enumerate(lines) if line.startswith("given an applicant")), len(lines))
    return [line for line in lines[start + 1 : lines.index("", start)] if line] if start < len(lines) else []


def test_a_text_that_rules_name_is_tried(folder: Path) -> None:
    lines = compared(folder, BY_PROGRAM, BY_PROGRAM.replace("nursing, teaching", "nursing"))
    assert "1. award: $2,500 by old, $500 by new (applicant)" in lines
    assert made_up(lines) == ['program "teaching"']


def test_a_text_that_no_rule_names_is_tried(folder: Path) -> None:
    lines = compared(folder, BY_PROGRAM, BY_PROGRAM.replace("$500 ", "$600 "))
    assert "1. award: $500 by old, $600 by new (applicant)" in lines
    assert made_up(lines) == ['program "any other text"']


def test_a_text_that_a_measure_hands_on_is_tried(folder: Path) -> None:
    handed = BY_PROGRAM.replace("  table", "  measure chosen = program\n  table").replace("| program ", "| chosen  ")
    lines = compared(folder, handed, handed.replace("nursing, teaching", "nursing"))
    assert made_up(lines) == ['program "teaching"']


def test_a_day_at_a_limit_is_tried(folder: Path) -> None:
    by_day = BY_PROGRAM.replace("| program           |", "| born              |")
    by_day = by_day.replace("| nursing, teaching |", "| below July 1, 2005 |")
    by_day = by_day.replace("| any other         |", "| July 1, 2005 or more |")
    lines = compared(folder, by_day, by_day.replace("July 1", "July 2"))
    assert "1. award: $500 by old, $2,500 by new (applicant)" in lines
    assert made_up(lines) == ["born July 1, 2005"]


def test_the_days_between_two_dates_are_tried(folder: Path) -> None:
    aged = "  measure award = $1 if born − January 1, 2005 is at most {} otherwise $0\n"
    lines = compared(folder, aged.format(400), aged.format(401))
    assert made_up(lines) == ["born February 6, 2006"]


# ---- the bounds of the vocabulary ----

SCHOOLS: Final = """\
vocabulary Ratings
Dashboard years 2025

kinds of LEA
  | kind   | plural  |
  | school | schools |

facts of the LEA
  | fact       | is a   | at most |
  | index      | number | 100     |
  | enrollment | number |         |

outcomes
  | outcome        | is a          |
  | Targeted       | determination |
  | Not Identified | determination |
"""
TARGETED: Final = """\
ruleset Ratings 2025
  uses Ratings vocabulary
  cites "manual"

T: {} → Targeted
N: otherwise → Not Identified
"""


def of_schools(folder: Path, before: str, after: str) -> list[str]:
    """Return the lines of a comparison of two conditions about schools."""
    (folder / "vocabulary.rules").write_text(SCHOOLS, encoding="utf-8")
    for name, condition in (("old", before), ("new", after)):
        (folder / f"{name}.rules").write_text(TARGETED.format(condition), encoding="utf-8")
    done = CliRunner().invoke(rulelang, ["compare", "old.rules", "new.rules"])
    return [line.strip() for line in done.output.splitlines()]


PROVED: Final = "None, and this is proved: whatever the data of the LEA, both give it the same determination,"


@pytest.mark.parametrize(
    "before, after",
    [
        ("index is below 50", "index is below 50 or (index + 0 is above 101)"),
        ("index is above 99.5", "index is above 99.5 and (index + enrollment is at least 0 or index is below 101)"),
    ],
)
def test_no_number_above_the_highest_of_the_vocabulary_shows_a_difference(
    folder: Path, before: str, after: str
) -> None:
    lines = of_schools(folder, before, after)
    assert not [line for line in lines if line.startswith("index") and float(line.split()[1]) > 100]


def test_the_highest_number_of_the_vocabulary_shows_a_difference(folder: Path) -> None:
    lines = of_schools(folder, "index is below 50", "index is below 50 or index is above 99.5")
    assert "index 100" in lines
    lines = of_schools(folder, "index is below 50", "index is below 50 or index is at least 100")
    assert "index 100" in lines


@pytest.mark.parametrize(
    "condition, holds",
    [
        ("index is above 100", "never holds"),
        ("index is 101 or more", "never holds"),
        ("index is at most 100", "always holds"),
        ("index is below 101", "always holds"),
    ],
)
def test_a_limit_beyond_the_highest_number_has_no_effect(folder: Path, condition: str, holds: str) -> None:
    lines = of_schools(folder, "index is below 50", condition)
    said = f"{holds}, because the vocabulary says that the number is at most 100"
    assert said in " ".join(lines)


@pytest.mark.parametrize("condition", ["index is at least 100", "index is below 100", "enrollment is above 100"])
def test_a_limit_that_a_number_can_reach_has_an_effect(folder: Path, condition: str) -> None:
    assert "without-effect" not in " ".join(of_schools(folder, "index is below 50", condition))


# ---- who moves ----

APPLICANTS: Final = """\
applicant_code,kind,year,program,credits,born,income
A,applicant,2025,law,12,2000-01-01,1
B,applicant,2025,law,3,2000-01-01,1
C,applicant,2025,nursing,12,2000-01-01,1
D,applicant,2025,law,unknown,2000-01-01,1
"""


def test_an_amount_that_changes_moves_those_who_get_it(folder: Path) -> None:
    (folder / "r.csv").write_text(APPLICANTS, encoding="utf-8")
    options = ("--records", "r.csv")
    lines = compared(folder, BY_CREDITS, BY_CREDITS.replace("$6 ", "$7 "), *options)
    found = lines[lines.index("Who moves") :]
    assert found[2:4] == ["1 of 4 applicants.", "Compared: award."]
    assert [line.split() for line in found if line.startswith("A ")] == [["A", "award:", "$6", "→", "$7", "rules"]]
    lines = compared(folder, BY_CREDITS, BY_CREDITS.replace("$6 ", "$6.00 "), *options)
    assert "0 of 4 applicants." in lines


def test_what_is_not_worked_out_by_both_is_not_compared(folder: Path) -> None:
    (folder / "r.csv").write_text(APPLICANTS, encoding="utf-8")
    lines = compared(folder, BY_CREDITS, BY_CREDITS.replace("award", "grant"), "--records", "r.csv")
    assert "Compared: nothing, as the two work out nothing of the same name." in lines


def test_why_an_amount_moves_is_said_for_two_sets_of_data(folder: Path) -> None:
    """The rules, where they give other amounts on the same data; otherwise the data."""
    (folder / "vocabulary.rules").write_text(WORDS.replace("years 2025", "years 2024, 2025"), encoding="utf-8")
    for year, amount in ((2024, "$6 "), (2025, "$7 ")):
        text = HEAD.replace("2025", str(year)) + BY_CREDITS.replace("$6 ", amount)
        (folder / f"{year}.rules").write_text(text, encoding="utf-8")

    def rows(year: int, of: Mapping[str, int]) -> list[dict[str, str]]:
        one = {"kind": "applicant", "year": str(year), "program": "law"}
        return [{"applicant_code": code, **one, "credits": str(number)} for code, number in of.items()]

    moves = compare("2024.rules", "2025.rules").moves(rows(2024, {"A": 12, "B": 3}), rows(2025, {"A": 13, "B": 12}))
    assert [(one.code, one.what, one.before, one.after, one.because) for one in moves.moves] == [
        ("A", "award", "$6", "$7", "rules"),
        ("B", "award", "$5", "$7", "data"),
    ]
    assert moves.number == 2


# ---- ranks ----

RANKED: Final = """\
ruleset W 2025
  uses W vocabulary
  cites "manual"

for schools
  T: index is in the {} → Targeted
  otherwise → None
"""


def of_ranks(folder: Path, before: str, after: str) -> list[str]:
    (folder / "vocabulary.rules").write_text(RANKED_SCHOOLS, encoding="utf-8")
    for name, part in (("old", before), ("new", after)):
        (folder / f"{name}.rules").write_text(RANKED.format(part), encoding="utf-8")
    done = CliRunner().invoke(rulelang, ["compare", "old.rules", "new.rules"])
    assert done.exit_code == 0, done.output
    return [line.strip() for line in done.output.splitlines()]


@pytest.mark.parametrize(
    "before, after",
    [
        ("lowest 20 percent of schools of the state", "highest 20 percent of schools of the state"),
        ("lowest 20 percent of schools of the state", "lowest 60 percent of schools of the state"),
        ("lowest 5 percent of schools of the state", "lowest 10 percent of schools of the state"),
        ("lowest 20 percent of schools of the state", "lowest 20 percent of schools of the district"),
    ],
)
def test_schools_that_are_ranked_together_are_made_up(folder: Path, before: str, after: str) -> None:
    lines = of_ranks(folder, before, after)
    assert [line for line in lines if line.startswith("1. ")]
    given = lines[lines.index("given a school") :]
    assert sum(line.startswith('given a school "') for line in given) >= 1
    assert any("kind" in line and "of difference" in line for line in lines)


def test_the_same_ranks_are_proved_to_be_the_same(folder: Path) -> None:
    same = "lowest 20 percent of schools of the state"
    assert "None, and this is proved" in " ".join(of_ranks(folder, same, same))


def test_a_number_that_must_not_be_unknown_is_said_to_be_not_rated(folder: Path) -> None:
    """An example is unknown on a number that it does not mention."""
    lines = of_schools(folder, "index is below 50", "index is below 50 and enrollment is above 3")
    assert {"index 49", "not rated enrollment"} <= set(lines)
    lines = of_schools(folder, "index is below 50", "index is below 40")
    assert not any("not rated" in line for line in lines)
