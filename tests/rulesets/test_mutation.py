"""Every small change of a rule file is noticed by an example in the files, or stands here with the reason why not."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import pytest

from rulelang.compiler.locations import rulesets_folder
from tests.rulesets.mutants import Mutant, Year

FOLDERS = ("assistance", "assistance/2026-draft", "assistance/charters", "essa", "essa/districts", "funding")
FILES = [path for folder in FOLDERS for path in sorted((rulesets_folder() / folder).glob("*.rules"))]
PATHS = [path for path in FILES if path.stem.isdecimal()]
WHAT_IFS = [path for path in FILES if not path.stem.isdecimal() and path.stem != "vocabulary"]

ELPI_GROUPS = "the vocabulary says that ELPI is reported for these student groups only, so the narrowing repeats it"
LTEL_RED = "Red on ELPI is Priority 4 for Long-Term English Learners too, by 4d, so only the reason is another"
FIRST_YEAR = "three years are asked for, and 2017 is the first; 2018 replaces the rule before it can hold"
THREE_YEARS = "the rule is in force up to 2019, when there are only three years, so the window holds all of them"

MAJORITY_OF_FOUR = "three Red of four is all Red but one, so that five instead of four changes nothing"
NO_COMBINATION = "only schools have a combination, so that nothing more is decided for others"
NOT_DECIDED_BEFORE = "no year before decides Scenario B, so that a longer or shorter look back finds nothing else"
WITHDRAWN = "by its own rules 2022 has no school in ATSI that was withdrawn; only its published list has (test_essa.py)"

FROZEN = "a school in CSI in a frozen year was in it in 2019, so that a year more or fewer among these changes nothing"
DISTRICTS_ALONE = "the sum is over school districts in assistance, so that nothing comes of others that are in it"

SURVIVORS = {
    "funding 2017 for school district: and county": DISTRICTS_ALONE,
    "funding 2017 for school district: and county office": DISTRICTS_ALONE,
    "districts 2022 Y4: 3 for 4 years": FROZEN,
    "districts 2022 for school: and district": NO_COMBINATION,
    "districts 2024 for school: and district": NO_COMBINATION,
    "districts 2023 Y4: 3 for 4 years": FROZEN,
    "districts 2023 Y4: 5 for 4 years": FROZEN,
    "districts 2023 for school: and district": NO_COMBINATION,
    "districts 2024 Y4: 5 for 4 years": FROZEN,
    "districts 2025 for school: and district": NO_COMBINATION,
    "2026-draft 2026 DA: 2 for 3 years": NOT_DECIDED_BEFORE,
    "2026-draft 2026 DA: 4 for 3 years": NOT_DECIDED_BEFORE,
    "local 2026 DA: 2 for 3 years": NOT_DECIDED_BEFORE,
    "local 2026 DA: 4 for 3 years": NOT_DECIDED_BEFORE,
    "essa 2017 C2: `4 a majority of at least` for `5 a majority of at least`": MAJORITY_OF_FOUR,
    "essa 2018 for school: and county office": NO_COMBINATION,
    "essa 2018 for school: and school district": NO_COMBINATION,
    "essa 2019 for school: and county office": NO_COMBINATION,
    "essa 2019 for school: and school district": NO_COMBINATION,
    "essa 2022 C2: `4 a majority of at least` for `5 a majority of at least`": MAJORITY_OF_FOUR,
    "essa 2023 XA: `Stands` for `Withdrawn`": WITHDRAWN,
    "essa 2023 for school: and county office": NO_COMBINATION,
    "essa 2023 for school: and school district": NO_COMBINATION,
    "assistance 2017 4c: without `for English Learners only`": ELPI_GROUPS,
    "assistance 2017 P1: removed": FIRST_YEAR,
    "assistance 2017 P1: without `or all`": FIRST_YEAR,
    "assistance 2017 P1: `2 or more` and all for `3 or more`": FIRST_YEAR,
    "assistance 2017 P1: `4 or more` and all for `3 or more`": FIRST_YEAR,
    "assistance 2017 P1: without `on state indicators`": FIRST_YEAR,
    "assistance 2017 P1: `1 or more` for `2 or more`": FIRST_YEAR,
    "assistance 2017 P1: `3 or more` for `2 or more`": FIRST_YEAR,
    "assistance 2017 P1: 3 for 4 years": FIRST_YEAR,
    "assistance 2017 P1: 5 for 4 years": FIRST_YEAR,
    "assistance 2017 P1: 2 for 3 of the years": FIRST_YEAR,
    "assistance 2017 P1: 4 for 3 of the years": FIRST_YEAR,
    "assistance 2017 C1: 3 for 4 years": THREE_YEARS,
    "assistance 2017 C1: 5 for 4 years": THREE_YEARS,
    "assistance 2019 4c: without `for English Learners only`": ELPI_GROUPS,
    "assistance 2023 4c: without `for English Learners only`": ELPI_GROUPS,
    "assistance 2024 4c: without `for English Learners and Long-Term English Learners only`": ELPI_GROUPS,
    "assistance 2025 4c: without `for English Learners only`": LTEL_RED,
}
"""The changes that no example notices, each with the reason why none could, or why none needs to."""


@pytest.fixture(scope="module")
def years() -> dict[str, list[Year]]:
    names = dict.fromkeys(path.parent.name for path in PATHS)
    return {name: [Year(path) for path in PATHS if path.parent.name == name] for name in names}


def survivors(year: int, years: list[Year]) -> Iterator[Mutant]:
    """Yield the changes of a year's file that neither it nor a later year notices."""
    for mutant in next(one for one in years if one.in_force.year == year).mutants():
        if not any(later.notices(mutant) for later in years if later.in_force.year >= year):
            yield mutant


@pytest.mark.slow
@pytest.mark.parametrize("path", PATHS, ids=lambda path: f"{path.parent.name} {path.stem}")
def test_every_change_is_noticed_but_those_listed(path: Path, years: dict[str, list[Year]]) -> None:
    folder, year = path.parent.name, path.stem
    listed = {name for name in SURVIVORS if name.startswith(f"{folder} {year} ")}
    assert {f"{folder} {mutant.name}" for mutant in survivors(int(year), years[folder])} == listed


@pytest.mark.slow
@pytest.mark.parametrize("path", WHAT_IFS, ids=lambda path: path.stem)
def test_every_change_of_a_what_if_is_noticed_but_those_listed(path: Path) -> None:
    what_if = Year(path)
    listed = {name for name in SURVIVORS if name.startswith(f"{path.stem} ")}
    assert {f"{path.stem} {mutant.name}" for mutant in what_if.mutants() if not what_if.notices(mutant)} == listed


def test_every_kind_of_change_is_made(years: dict[str, list[Year]]) -> None:
    changes = [mutant.change for year in chain(*years.values()) for mutant in year.mutants()]
    for words in ("removed", "`Orange` for `Red`", "`either` for `both`", "without `on the other`", "`and` for `or`"):
        assert words in changes
    for words in ("`3 or more` for `2 or more`", "without `unless`", "without `or all`", "and charter school"):
        assert words in changes
    assert any(change.startswith("without `for ") for change in changes)
    assert any(change.startswith("without `except for ") for change in changes)
    assert len(changes) > 150


def test_what_is_unchanged_is_not_noticed(years: dict[str, list[Year]]) -> None:
    for year in chain(*years.values()):
        same = Mutant(year.in_force.year, "nothing", "unchanged", {})
        assert year.compiled(same) is not None
        everything = {(item.year, item.label or item.rule.span.text): item for item in year.in_force.rules}
        assert not year.notices(Mutant(year.in_force.year, "nothing", "unchanged", dict(everything)))


def test_the_list_says_why() -> None:
    assert all(len(reason) > 40 for reason in SURVIVORS.values())
