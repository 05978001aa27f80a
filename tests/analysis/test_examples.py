"""Examples: each line is judged, and the rules they do not reach are named."""

from __future__ import annotations

from pathlib import Path

import pytest
from attrs import evolve

import rulelang
from rulelang.analysis.examples import ExampleRun, rules_not_reached, run_examples
from rulelang.core.record import LeaRecord
from rulelang.core.ruleset import Example, Expectation, Ruleset
from tests.data.test_values_of_numbers import VOCABULARY
from tests.engine.building import record_of, ruleset

RED = record_of(["2018 Homeless: Red on Graduation Rate, Red on Suspension Rate, Green on ELA"])
UNTOLD = record_of(["2018 Homeless: Red on Graduation Rate, unknown on Suspension Rate"])
DA = "Differentiated Assistance"


def run(record: LeaRecord, *expectations: Expectation, rules: Ruleset | None = None) -> ExampleRun:
    example = Example("an example", record, expectations)
    [done] = run_examples(evolve(rules or ruleset(2018), examples=(example,)))
    return done


@pytest.mark.parametrize(
    "record, expectation, passes",
    [
        (RED, Expectation(DA, "yes"), True),
        (RED, Expectation(DA, "yes", by=("Method 1",)), True),
        (RED, Expectation(DA, "yes", by=("Method 2",)), False),
        (RED, Expectation(DA, "no"), False),
        (RED, Expectation("General Assistance", "no"), True),
        (RED, Expectation("Method 2", "no"), True),
        (RED, Expectation("Priority 5", "yes", "Homeless", ("5a",)), True),
        (RED, Expectation("Priority 5", "yes", "Homeless", ("5b",)), False),
        (RED, Expectation("Priority 4", "no", "Homeless"), True),
        (RED, Expectation("Priority 5", "yes", "White"), False),
        (RED, Expectation("Priority 7", "no", "Homeless"), True),
        (RED, Expectation("Priority 7", "yes", "Homeless"), False),
        (UNTOLD, Expectation(DA, "cannot tell"), True),
        (UNTOLD, Expectation(DA, "yes"), False),
        (UNTOLD, Expectation("Priority 6", "cannot tell", "Homeless"), True),
        (RED, Expectation(DA, "cannot tell"), False),
    ],
)
def test_a_line_is_judged(record: LeaRecord, expectation: Expectation, passes: bool) -> None:
    assert run(record, expectation).passes is passes


def test_one_wrong_line_fails_the_example() -> None:
    assert not run(RED, Expectation(DA, "yes"), Expectation(DA, "no")).passes


@pytest.mark.parametrize("answer, passes", [("suspended", True), ("no", False)])
def test_a_suspended_year_says_so(answer: str, passes: bool) -> None:
    rules = ruleset(2018, suspended="no Dashboard")
    assert run(RED, Expectation(None, answer), rules=rules).passes is passes


def test_the_rules_that_no_example_reaches_are_named() -> None:
    names = [rule.name for rule in rules_not_reached(ruleset(2018), [run(RED)])]
    assert "5a" not in names
    assert "M1" not in names
    assert names[:2] == ["1a", "4a"]
    assert len(rules_not_reached(ruleset(2018), [])) == len(ruleset(2018).rules)


SILENT = 'example "Silent"\n  given a school\n{given}  expect None\n'
ASKS = "A: budget is 30 or more → Watch\n"


def helped(path: Path) -> list[str]:
    return [" ".join((one.help or "").split()) for one in rulelang.check(path)]


@pytest.mark.parametrize("given, found", [("", 1), ("    budget 4\n", 0)])
def test_an_example_that_cannot_be_told_says_which_fact_it_does_not_give(
    tmp_path: Path, given: str, found: int
) -> None:
    (tmp_path / "vocabulary.rules").write_text(VOCABULARY, encoding="utf-8")
    rules = f"ruleset Attendance 2025\nfor schools\n  {ASKS}  otherwise → None\n{SILENT.format(given=given)}"
    (tmp_path / "2025.rules").write_text(rules, encoding="utf-8")
    said = "it does not give budget in 2025, on which the answer rests: add a line below its `given`"
    assert helped(tmp_path / "2025.rules") == [said] * found


def test_an_inherited_example_says_which_fact_of_a_new_rule_it_does_not_give(tmp_path: Path) -> None:
    words = VOCABULARY.replace("Dashboard years 2025", "Dashboard years 2024, 2025").replace("2025 on", "2024 on")
    (tmp_path / "vocabulary.rules").write_text(words, encoding="utf-8")
    rules = "for schools\n  W: reported rate is 30 or more → Watch\n  otherwise → None\n"
    example = SILENT.format(given="    reported rate 4\n")
    (tmp_path / "2024.rules").write_text(f"ruleset Attendance 2024\n{rules}{example}", encoding="utf-8")
    changed = f'ruleset Attendance 2025\n  based on 2024\n  because "new"\nfor schools\n  add {ASKS}'
    (tmp_path / "2025.rules").write_text(changed, encoding="utf-8")
    [said] = helped(tmp_path / "2025.rules")
    assert said == (
        "the example is from 2024 and still in force in 2025; it does not give budget in 2025, on which the answer"
        " rests: restate it there with that, or remove it with a reason"
    )


NUMBERS = """vocabulary Mine
extends California Dashboard vocabulary

numbers of state indicators
  | number   |
  | students |

numbers of local indicators
  | number |
  | visits |

facts of the LEA
  | fact      | is a   |
  | emergency | number |
  | program   | text   |
"""
OF_NUMBERS = """ruleset Mine 2023
  uses Mine vocabulary
4a: {} → Priority 4
for school districts
  DA: any student group meets Priority 4 → Differentiated Assistance
  GA: otherwise → General Assistance
example "One"
  given a school district
    {}
  expect {}
"""
CANNOT_TELL, NO, YES = (
    f"{words} Priority 4" for words in ("cannot tell whether White meets", "White does not meet", "White meets")
)


@pytest.mark.parametrize(
    "condition, facts, answer",
    [
        ("Red on ELA and Red on Math", "White: Red on ELA", NO),
        ("Red on ELA and Red on Math", "White: Red on ELA, unknown on Math", CANNOT_TELL),
        ("Red on ELA and students is 30 or more", "White: Red on ELA", CANNOT_TELL),
        ("Red on ELA and students is 30 or more", "White: Red on ELA, unknown students on ELA", CANNOT_TELL),
        ("Red on ELA and students is 30 or more", "White: Red on ELA, not rated students on ELA", NO),
        ("Red on ELA and students is 30 or more", "White: Red on ELA, students 30 on ELA", YES),
        ("Red on ELA and students is 30 or more", "White: Orange on ELA", NO),
        ("Red on ELA and emergency is 1 or more", "White: Red on ELA", CANNOT_TELL),
        ('Red on ELA and program is "a"', "White: Red on ELA", CANNOT_TELL),
        ("visits of Basics is 3 or more", "White: Red on ELA", CANNOT_TELL),
        ("Not Met on Basics", "White: Red on ELA", NO),
        ("Not Met on Basics", "White: Red on ELA\n    unknown on Basics", CANNOT_TELL),
    ],
)
def test_what_an_example_does_not_mention_is_not_rated_if_it_is_a_level_and_else_unknown(
    condition: str, facts: str, answer: str, tmp_path: Path
) -> None:
    (tmp_path / "vocabulary.rules").write_text(NUMBERS, encoding="utf-8")
    path = tmp_path / "2023.rules"
    for expected in (CANNOT_TELL, NO, YES):
        path.write_text(OF_NUMBERS.format(condition, facts, expected), encoding="utf-8")
        [done] = run_examples(rulelang.load(path).rules)
        assert done.passes is (expected == answer)
