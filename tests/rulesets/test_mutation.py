"""Every small change of a rule file is noticed by an example in the files, or stands here with the reason why not."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from rulelang.compiler.files import rulesets_folder
from tests.rulesets.mutants import Mutant, Year

PATHS = sorted((rulesets_folder() / "assistance").glob("[0-9][0-9][0-9][0-9].rules"))

ELPI_GROUPS = "the vocabulary says that ELPI is reported for these student groups only, so the narrowing repeats it"
LTEL_RED = "Red on ELPI is Priority 4 for Long-Term English Learners too, by 4d, so only the reason is another"
FIRST_YEAR = "three years are asked for, and 2017 is the first; 2018 replaces the rule before it can hold"
THREE_YEARS = "the rule is in force up to 2019, when there are only three years, so the window holds all of them"

SURVIVORS = {
    "2017 4c: without `for English Learners only`": ELPI_GROUPS,
    "2017 P1: removed": FIRST_YEAR,
    "2017 P1: without `or all`": FIRST_YEAR,
    "2017 P1: `2 or more` and all for `3 or more`": FIRST_YEAR,
    "2017 P1: `4 or more` and all for `3 or more`": FIRST_YEAR,
    "2017 P1: without `on state indicators`": FIRST_YEAR,
    "2017 P1: `1 or more` for `2 or more`": FIRST_YEAR,
    "2017 P1: `3 or more` for `2 or more`": FIRST_YEAR,
    "2017 P1: 3 for 4 years": FIRST_YEAR,
    "2017 P1: 5 for 4 years": FIRST_YEAR,
    "2017 P1: 2 for 3 of the years": FIRST_YEAR,
    "2017 P1: 4 for 3 of the years": FIRST_YEAR,
    "2017 C1: 3 for 4 years": THREE_YEARS,
    "2017 C1: 5 for 4 years": THREE_YEARS,
    "2019 4c: without `for English Learners only`": ELPI_GROUPS,
    "2023 4c: without `for English Learners only`": ELPI_GROUPS,
    "2024 4c: without `for English Learners and Long-Term English Learners only`": ELPI_GROUPS,
    "2025 4c: without `for English Learners only`": LTEL_RED,
}
"""The changes that no example notices, each with the reason why none could, or why none needs to."""


@pytest.fixture(scope="module")
def years() -> list[Year]:
    return [Year(path) for path in PATHS]


def survivors(year: int, years: list[Year]) -> Iterator[Mutant]:
    """Yield the changes of a year's file that neither it nor a later year notices."""
    for mutant in next(one for one in years if one.in_force.year == year).mutants():
        if not any(later.notices(mutant) for later in years if later.in_force.year >= year):
            yield mutant


@pytest.mark.slow
@pytest.mark.parametrize("year", [int(path.stem) for path in PATHS])
def test_every_change_is_noticed_but_those_listed(year: int, years: list[Year]) -> None:
    listed = {name for name in SURVIVORS if name.startswith(f"{year} ")}
    assert {mutant.name for mutant in survivors(year, years)} == listed


def test_every_kind_of_change_is_made(years: list[Year]) -> None:
    changes = [mutant.change for year in years for mutant in year.mutants()]
    for words in ("removed", "`Orange` for `Red`", "`either` for `both`", "without `on the other`", "`and` for `or`"):
        assert words in changes
    for words in ("`3 or more` for `2 or more`", "without `unless`", "without `or all`", "and charter school"):
        assert words in changes
    assert any(change.startswith("without `for ") for change in changes)
    assert any(change.startswith("without `except for ") for change in changes)
    assert len(changes) > 150


def test_what_is_unchanged_is_not_noticed(years: list[Year]) -> None:
    for year in years:
        same = Mutant(year.in_force.year, "nothing", "unchanged", {})
        assert year.compiled(same) is not None
        everything = {(item.year, item.label or item.rule.span.text): item for item in year.in_force.rules}
        assert not year.notices(Mutant(year.in_force.year, "nothing", "unchanged", dict(everything)))


def test_the_list_says_why() -> None:
    assert all(len(reason) > 40 for reason in SURVIVORS.values())
