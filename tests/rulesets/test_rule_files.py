"""The shipped year files stay what a policy analyst can review with the policy page beside them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from rulelang.compiler.locations import rulesets_folder
from tests.shipped_files import shipped_words

FOLDERS = ("assistance", "assistance/2026-draft", "assistance/charters", "essa", "essa/districts", "funding")
YEARS = [path for folder in FOLDERS for path in sorted((rulesets_folder() / folder).glob("20*.rules"))]
TWO_PAGES = 160
"""Lines on two printed pages, at eighty lines a page."""

FROM_THE_START = {
    ("assistance", "2017"): "the first year",
    ("funding", "2017"): "the first year",
    ("essa", "2017"): "the first year",
    ("essa", "2020"): "every school keeps its status, so that none of the criteria is left",
    ("essa", "2022"): "criteria of one year, by Status, in the place of those of two years, by color",
}
"""The years that state all that is in force, each with the reason."""

WIDTH = 120
"""Columns on a page."""


def words_of_the_files() -> set[str]:
    """Return what only the vocabulary may say: student group codes, column names and level codes."""
    vocabulary, _ = shipped_words()
    codes = {code for group in vocabulary.groups for code in group.codes}
    columns = {name for layout in vocabulary.formats for column in layout.columns for name in column.names}
    return codes | {column for column in columns if "{" not in column}


def without_quotations(text: str) -> str:
    return re.sub(r'"[^"]*"', "", re.sub(r"#.*", "", text))


@pytest.mark.parametrize("path", YEARS, ids=lambda path: f"{path.parent.name} {path.stem}")
def test_a_year_fits_on_two_printed_pages(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    assert len(lines) <= TWO_PAGES
    assert max(len(line) for line in lines) <= WIDTH


@pytest.mark.parametrize("path", YEARS, ids=lambda path: f"{path.parent.name} {path.stem}")
def test_a_year_says_nothing_that_belongs_in_the_vocabulary(path: Path) -> None:
    used = set(re.findall(r"[\w{}]+", without_quotations(path.read_text(encoding="utf-8"))))
    belongs_there = words_of_the_files() - {"year", "lea"}
    assert used & belongs_there == set()
    assert {"SWD", "studentgroup", "statuslevel"} <= belongs_there
    assert not re.search(r"download|\.(txt|xlsx?|csv)\b|==", without_quotations(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize("path", YEARS, ids=lambda path: f"{path.parent.name} {path.stem}")
def test_every_year_but_the_first_states_only_changes_and_why(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert 'cites "' in text
    if (path.parent.name, path.stem) not in FROM_THE_START:
        assert "\n  based on " in text
        assert 'because "' in text
