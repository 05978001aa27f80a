"""Examples of an entity with what belongs to it, and what it belongs to."""

from __future__ import annotations

from pathlib import Path

import pytest

from rulelang.analysis.examples import ExampleRun, rules_not_reached, run_examples
from rulelang.compiler.formatting import formatted
from rulelang.diagnostics.diagnostic import Reporter
from tests.entities.small_state import rules_in

RULES = """\
for schools
  measure graduation rate = graduates ÷ graduating class, as a percent, rounded to 1 decimal
  G: graduation rate is below 67 → CSI
  otherwise → None

for school districts
  D1: 2 or more schools where graduation rate is below 67 → Assistance
  otherwise → No Assistance

for counties
  measure mean rate = average of graduation rate over schools of the county, rounded to 1 decimal
"""


def runs(folder: Path, example: str) -> tuple[ExampleRun, ...]:
    ruleset, codes = rules_in(folder, RULES + example)
    assert codes == []
    assert ruleset is not None
    return run_examples(ruleset)


def passes(folder: Path, example: str) -> bool:
    [run] = runs(folder, example)
    return run.passes


TWO_SCHOOLS = """
example "Two schools of low rates"
  given a school district
  given a school "Elm"
    graduates 10, graduating class 100
  given a school "Oak"
    graduates {}, graduating class 100
  expect Assistance
"""


def test_what_belongs_to_the_entity_counts(tmp_path: Path) -> None:
    assert passes(tmp_path, TWO_SCHOOLS.format(66))
    assert not passes(tmp_path, TWO_SCHOOLS.format(67))


def test_facts_go_to_the_entity_named_last_and_a_name_can_be_taken_up_again(tmp_path: Path) -> None:
    assert passes(
        tmp_path,
        """
example "A county, a district and its schools"
  given a county "Alder"
  given a school district "Birch"
  given a school "Elm"
    graduates 10
  given a school "Oak"
    graduates 90, graduating class 100
  given a school "Elm"
    graduating class 100
  expect mean rate 50.0
""",
    )


def test_years_begin_anew_with_each_entity(tmp_path: Path) -> None:
    assert passes(
        tmp_path,
        """
example "Low in both schools, in one of them last year"
  given a school district
  given a school "Elm"
  given last year
    graduates 10, graduating class 100
  given a school "Oak"
    graduates 10, graduating class 100
  expect cannot tell
""",
    )


def test_an_entity_may_come_before_what_it_belongs_to(tmp_path: Path) -> None:
    [run] = runs(
        tmp_path,
        """
example "A school, its district and the county"
  given a school "Elm"
    graduates 10, graduating class 100
  given a school district "Birch"
  given a county "Alder"
  expect CSI
""",
    )
    records = [run.example.record, *run.example.relatives]
    assert [one.belongs_to for one in records] == [records[1].code, records[2].code, ""]


def test_a_name_of_another_kind_or_none_at_all_contradicts(tmp_path: Path) -> None:
    for line in ('given a school "Birch"', "given a school", "given a county"):
        text = f'\nexample "One"\n  given a school district "Birch"\n  {line}\n  expect No Assistance\n'
        assert rules_in(tmp_path, RULES + text)[1] == ["contradicting-facts"]


def test_an_entity_that_has_nothing_to_do_with_the_others_is_refused(tmp_path: Path) -> None:
    text = '\nexample "Two districts"\n  given a school district "Ash"\n  given a school district "Birch"\n'
    assert rules_in(tmp_path, RULES + text + "  expect No Assistance\n")[1] == ["unrelated-in-example"]


def test_rules_that_hold_for_a_relative_are_reached(tmp_path: Path) -> None:
    ruleset, _ = rules_in(tmp_path, RULES + TWO_SCHOOLS.format(10))
    assert ruleset is not None
    assert [one.text for one in rules_not_reached(ruleset, run_examples(ruleset))] == [
        "otherwise → None",
        "otherwise → No Assistance",
    ]


@pytest.mark.parametrize("fact, rate", [("not rated graduates", "not rated"), ("unknown graduates", "cannot tell")])
def test_a_number_that_there_is_not_is_known_and_one_that_is_unknown_is_not(
    tmp_path: Path, fact: str, rate: str
) -> None:
    expected = "graduation rate not rated" if rate == "not rated" else "cannot tell graduation rate"
    text = f'\nexample "One"\n  given a school\n    {fact}, graduating class 100\n  expect {expected}\n'
    assert passes(tmp_path, text)


def test_a_number_is_not_both_there_and_not(tmp_path: Path) -> None:
    text = '\nexample "One"\n  given a school\n    not rated graduates, unknown graduates\n  expect None\n'
    assert rules_in(tmp_path, RULES + text)[1] == ["contradicting-facts"]


def test_the_formatter_keeps_names_and_numbers_that_there_are_not(tmp_path: Path) -> None:
    rules_in(tmp_path, RULES + TWO_SCHOOLS.format(10).replace("graduates 10", "not rated  graduates"))
    found = formatted(tmp_path / "2023.rules", Reporter())
    assert found is not None
    assert '  given a school "Elm"\n    not rated graduates, graduating class 100\n' in found.text
