"""What the pages of messages about performance levels show is true: to avoid gives the message, to prefer none."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import rulelang
from tests.docs.message_index import CODES_BY_AREA
from tests.docs.pages import MESSAGES, ROOT, blocks
from tests.strategies.suspension import SUSPENSION_BANDS

HEADER = "ruleset Dashboard Performance Levels 2018\n  uses California Dashboard Levels vocabulary\n\n"
BASE = (
    HEADER
    + SUSPENSION_BANDS
    + """\
  grid color
    | Status \\ Change | Declined Significantly | Declined | Maintained | Increased | Increased Significantly |
    | Very Low        | Blue                   | Blue     | Blue       | Green     | not possible            |
    | Low             | Blue                   | Green    | Green      | Yellow    | Orange                  |
    | Medium          | Green                  | Green    | Yellow     | Orange    | Orange                  |
    | High            | Yellow                 | Yellow   | Orange     | Orange    | Red                     |
    | Very High       | Yellow                 | Orange   | Red        | Red       | Red                     |
  when fewer than 150 students: read Increased Significantly as Increased
  Status needs 11 students
  Change needs 11 students in both years
  needs 30 students in both years
  Orange when Not Certified

for ELA
  measure Status = distance from standard, rounded to 1 decimal
  bands Status
    | table             | Very High  | High       | Medium     | Low         | Very Low  |
    | elementary table  | 45 or more | 10 or more | -5 or more | -70 or more | below -70 |
    | high school table | 75 or more | 30 or more | 0 or more  | -45 or more | below -45 |
"""
)
"""What stands in the year that the pages about later years build on."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of rulesets with the shipped vocabularies, and the year that a page may build on."""
    rulesets = ROOT / "rulesets"
    top = tmp_path_factory.mktemp("rulesets")
    for name in ("alone", "years"):
        (top / name).mkdir()
        shutil.copy(rulesets / "dashboard" / "vocabulary.rules", top / name)
    shutil.copy(rulesets / "vocabulary.rules", top)
    (top / "years" / "2018.rules").write_text(BASE, encoding="utf-8")
    return top


def codes(text: str, folder: Path) -> set[str]:
    """Return the codes of what a check of a block reports."""
    is_whole = text.startswith("ruleset ")
    path = folder / ("years/2019.rules" if is_whole else "alone/2018.rules")
    path.write_text(text if is_whole else HEADER + text, encoding="utf-8")
    return {diagnostic.code for diagnostic in rulelang.check(path)}


@pytest.mark.parametrize("code", CODES_BY_AREA["levels"])
def test_the_page_shows_its_message_and_the_way_out(code: str, folder: Path) -> None:
    shown = {block.heading: block.text for block in blocks((MESSAGES / f"{code}.md").read_text(encoding="utf-8"))}
    assert code in codes(shown["Avoid"], folder)
    assert codes(shown["Prefer"], folder) == set()
