"""Examples: each line is judged, and the rules they do not reach are named."""

from __future__ import annotations

import pytest
from attrs import evolve

from rulelang.analysis.examples import ExampleRun, rules_not_reached, run_examples
from rulelang.core.record import LeaRecord
from rulelang.core.ruleset import Example, Expectation, Ruleset
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
