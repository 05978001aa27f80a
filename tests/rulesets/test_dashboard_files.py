"""The rule files of performance levels can be reviewed with the state's pages beside them, and claim no more."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import rulelang
from rulelang.compiler.locations import rulesets_folder
from rulelang.core.ruleset import LevelRule
from rulelang.core.tree import Match, is_unknown
from rulelang.core.walk import walk
from rulelang.engine.table.matches import bands_of

FILES = sorted(
    path
    for folder in ("dashboard", "graduation")
    for path in (rulesets_folder() / folder).glob("*.rules")
    if path.stem != "vocabulary"
)
YEARS = (2017, 2018, 2019, 2022, 2023, 2024, 2025)
WIDTH = 120
ROW_WIDTH = 124
"""A row of a table cannot be broken, and those of Change have long heads."""


def statements(year: int) -> tuple[LevelRule, ...]:
    return rulelang.load(f"dashboard/{year}").rules.levels


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_line_fits_on_a_page(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if len(line) > (ROW_WIDTH if line.lstrip().startswith("|") else WIDTH)] == []


@pytest.mark.parametrize("name", [f"{path.parent.name}/{path.stem}" for path in FILES])
def test_a_file_is_fine(name: str) -> None:
    assert rulelang.check(name) == []


@pytest.mark.slow
@pytest.mark.parametrize("year", YEARS)
def test_every_statement_says_where_it_comes_from_and_how_sure_that_is(year: int) -> None:
    found = statements(year)
    assert [one.text for one in found if not (one.cites or one.because)] == []
    assert [one.text for one in found if one.confidence[:1] not in ("A", "B", "C", "D")] == []
    assert len(found) > 20


@pytest.mark.parametrize("year", YEARS)
def test_what_is_recollection_only_stands_without_a_number(year: int) -> None:
    recollected = [one for one in statements(year) if one.confidence.startswith("D")]
    definitions = rulelang.load(f"dashboard/{year}").rules.definitions
    for one in recollected:
        assert "not established" in one.text or not re.search(r"\d", one.text)
        nodes = list(walk(definitions[year, one.definition].node))
        assert any(is_unknown(node) for node in nodes)
        assert one.because
    assert bool(recollected) == (year in (2017, 2019, 2025))


@pytest.mark.slow
def test_the_bands_of_every_indicator_with_levels_are_there() -> None:
    for year, indicators in {2017: 5, 2018: 6, 2019: 7, 2022: 6, 2023: 7, 2024: 7, 2025: 8}.items():
        definitions = rulelang.load(f"dashboard/{year}").rules.definitions
        with_bands = {
            name
            for (_, name), definition in definitions.items()
            if name.endswith(" Status")
            and not name.startswith("measure ")
            and any(isinstance(node, Match) and bands_of(node) for node in walk(definition.node))
        }
        assert len(with_bands) == indicators, year
