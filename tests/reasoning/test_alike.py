"""Outcomes that rules of two years make in the same way are proved to be the same, whatever they contain."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Final

import pytest

from rulelang.compiler.locations import known_rulesets
from rulelang.engine.evaluate import evaluate_all
from rulelang.engine.steps import Prepared, prepare
from rulelang.facade import load
from rulelang.reasoning.answers import alike, outcomes_reported
from rulelang.reasoning.differences import differences
from rulelang.reasoning.drawn import Draws
from rulelang.reasoning.possible import NumbersReadError
from rulelang.reasoning.tried import tried
from tests.entities.small_state import WORDS, rules_in
from tests.strategies.effort import EFFORT

DRAWN: Final = 24 * EFFORT
"""On how many made-up entities outcomes that are made in the same way are compared."""

ALL_SORTS: Final = """\
for schools
  measure graduation rate = graduates ÷ graduating class, as a percent, rounded to 1 decimal
  C: graduation rate is below 67 and opening date is before July 1, 2015 and program is "day" or "night" → CSI
  otherwise → None

for school districts
  table rate of a district
    | enrollment    | per district |
    | below 2,500   | $100,000     |
    | 2,500 or more | $200,000     |
  D: any school of the district meets CSI and base grant of the county is above $5 → Assistance
  E: any student group is Red on ELA last year → Assistance
  otherwise → No Assistance

for counties
  A: sum of rate of a district over school districts where (enrollment is above 100) is above $150,000 → Assistance
  otherwise → No Assistance
"""
"""Numbers, dates, texts, dollars, a table, earlier years, and entities in both directions."""


YEARS: Final = WORDS.replace("2022, 2023", "2021, 2022, 2023").replace("2022 on", "2021 on")


def of_two_years(folder: Path, text: str, other: str, words: str = YEARS) -> tuple[Prepared, Prepared]:
    """Return the rules of one text for 2022 and of another for 2023, with the rules of 2021 before them."""
    rules_in(folder, text.replace(" last year", ""), 2021, words)
    found = [rules_in(folder, one, year, words) for one, year in ((text, 2022), (other, 2023))]
    assert [codes for _, codes in found] == [[], []]
    (old, _), (new, _) = found
    assert old is not None
    assert new is not None
    return prepare(old), prepare(new)


def is_proved(old: Prepared, new: Prepared) -> bool:
    """Return whether it is proved that two rulesets mean the same."""
    try:
        return not list(differences(old, new))
    except NumbersReadError:
        return False


def test_the_same_text_of_two_years_is_proved_to_mean_the_same(tmp_path: Path) -> None:
    assert is_proved(*of_two_years(tmp_path, ALL_SORTS, ALL_SORTS))


@pytest.mark.parametrize(
    "before, after",
    [
        ("below 67", "below 68"),
        ("below 67", "67 or less"),
        ("July 1, 2015", "July 2, 2015"),
        ('"day"', '"days"'),
        ("1 decimal", "2 decimals"),
        ("below 2,500", "below 2,400"),
        ("$200,000", "$200,001"),
        ("above $5", "above $6"),
        ("any school", "every school"),
        (" last year", ""),
        ("Red on ELA", "Red on Math"),
        ("sum of", "highest of"),
        ("enrollment is above 100", "enrollment is above 101"),
        ("  otherwise → None\n", ""),
    ],
)
def test_no_other_text_is(before: str, after: str, tmp_path: Path) -> None:
    other = ALL_SORTS.replace(before, after, 1)
    if before == "below 2,500":
        other = other.replace("2,500 or more", "2,400 or more")
    assert other != ALL_SORTS
    assert not is_proved(*of_two_years(tmp_path, ALL_SORTS, other))


def test_names_citations_and_layout_make_no_difference(tmp_path: Path) -> None:
    other = ALL_SORTS.replace("  C: ", "  closed:   ").replace("graduation rate", "rate of graduates")
    assert is_proved(*of_two_years(tmp_path, ALL_SORTS, other))


@pytest.mark.parametrize("column", ["years", "counted"])
def test_student_groups_that_are_not_there_in_both_years_make_one(column: str, tmp_path: Path) -> None:
    """White students have no levels before 2023, or have them and are not counted."""
    text = "for school districts\n  A: any student group is Red on ELA → Assistance\n  otherwise → No Assistance\n"
    assert is_proved(*of_two_years(tmp_path, text, text))
    words = YEARS.replace("| code | name             |", f"| code | name             | {column} |")
    words = words.replace("English Learners |", "English Learners | |")
    words = words.replace("White            |", "White            | 2023 on |")
    assert words != YEARS
    assert not is_proved(*of_two_years(tmp_path, text, text, words))


def test_other_entities_that_are_looked_at_are_not_proved_to_make_none(tmp_path: Path) -> None:
    """No number is read here; the answers about what belongs to a district are not known to be the same."""
    text = (
        "for schools\n  C: any student group is Red on ELA → CSI\n  otherwise → None\n"
        "for school districts\n  D: any school of the district meets CSI → Assistance\n  otherwise → No Assistance\n"
    )
    old, new = of_two_years(tmp_path, text, text.replace("any school of the district meets", "2 or more schools meet"))
    assert not is_proved(old, new)
    assert [(one.before, one.after) for one in tried(old, new).differences] == [("Assistance", "No Assistance")]


def test_amounts_that_rest_on_no_data_are_not_the_same(tmp_path: Path) -> None:
    old, new = of_two_years(tmp_path, *(f"for counties\n  measure base = ${base}\n" for base in (200, 300)))
    assert not is_proved(old, new)
    [one] = tried(old, new).differences
    assert (one.outcome, one.before, one.after) == ("base", "$200", "$300")


FOLDERS: Final = ("assistance", "dashboard", "funding")


@pytest.mark.parametrize("folder", FOLDERS)
def test_outcomes_that_are_made_in_the_same_way_are_the_same_on_made_up_entities(folder: str) -> None:
    """Shipped years side by side; each is evaluated on the same data, as if they were of its own year."""
    names = [name for name in known_rulesets() if name.startswith(f"{folder}/20")]
    sides = [prepare(load(name).rules) for name in names if "draft" not in name]
    compared = 0
    for old, new in pairwise(sides):
        found, draws = alike(old, new), Draws.of((old, new))
        compared += len(found)
        for at, lea in enumerate(draws.entities(DRAWN if found else 0, 7, known=False)):
            before, after = (next(evaluate_all(side, lea.records(side, draws.places))) for side in (old, new))
            for name in found:
                pair = [
                    one.column(one.prepared.positions[one.prepared.ruleset.year, name])
                    for one in (before, after)
                    if (one.prepared.ruleset.year, name) in one.prepared.positions
                ]
                assert len(pair) != 2 or pair[0] == pair[1], (old.ruleset.name, new.ruleset.name, name, at)
    assert compared > 0


def test_two_payments_by_the_same_rules_are_proved_to_be_the_same() -> None:
    assert is_proved(*(prepare(load(f"funding/{year}").rules) for year in (2023, 2024)))
    assert not is_proved(*(prepare(load(f"funding/{year}").rules) for year in (2022, 2023)))


def test_levels_made_in_the_same_way_are_not_tried() -> None:
    old, new = (prepare(load(f"dashboard/{year}").rules) for year in (2018, 2019))
    found = tried(old, new)
    assert "Suspension Rate color" in found.same
    assert not {one.outcome for one in found.differences} & set(found.same)
    told = {name.removeprefix("measure ") for name, _ in outcomes_reported(old)}
    assert set(found.same) < told
