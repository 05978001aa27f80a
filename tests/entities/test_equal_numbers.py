"""A number is not compared for being equal to another: the message says how to ask for one number alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from rulelang.compiler.load import load_ruleset
from rulelang.diagnostics.diagnostic import Reporter
from tests.entities.small_state import entity, judged, rules_in

BOTH_ENDS = "for one number alone, write both ends: `students is 30 or more and students is 30 or less`"


@pytest.mark.parametrize(
    "condition",
    [
        "graduates is 1",
        "graduates is 1 and enrollment is 5 or more",
        "graduates is 0 or 1",
        "(graduates is 1)",
        "graduates is 1.5 unless graduates is 3 or more",
        "graduates = 1",
        "graduates equals 1",
        "graduates is equal to 1",
        "graduates is exactly 1",
        "graduates is not 1",
        "opening date is 2023-07-01",
    ],
)
def test_who_asks_for_one_number_is_told_what_to_write(condition: str, tmp_path: Path) -> None:
    rules_in(tmp_path, f"for schools\n  A: {condition} → CSI\n  otherwise → None\n")
    reporter = Reporter()
    load_ruleset(tmp_path / "2023.rules", reporter)
    assert [(one.help or "").startswith(BOTH_ENDS) for one in reporter.diagnostics] == [True]


def test_what_it_says_means_that_number_alone(tmp_path: Path) -> None:
    text = "for schools\n  A: graduates is 30 or more and graduates is 30 or less → CSI\n"
    text += "  B: not (graduates is 30 or more and graduates is 30 or less) → None\n  otherwise → Assistance\n"
    numbers = {"L": 29, "E": 30, "M": 31}
    found = judged(tmp_path, text, [entity("school", code, graduates=number) for code, number in numbers.items()])
    assert {code: found.value(code, "rule A") for code in numbers} == {"L": False, "E": True, "M": False}
    assert {code: found.value(code, "rule B") for code in numbers} == {"L": True, "E": False, "M": True}
