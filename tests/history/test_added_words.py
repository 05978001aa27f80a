"""What is added to a vocabulary for later years moves no closed year, and what moves one is named."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import rulelang
from rulelang.analysis.gather import Sources, gather
from rulelang.analysis.statewide import tables_from
from rulelang.compiler.locations import rulesets_folder
from rulelang.compiler.lock import read_lock
from rulelang.core.ruleset import Ruleset
from rulelang.data.sample import write_sample
from rulelang.diagnostics.diagnostic import Diagnostic, Reporter
from rulelang.engine.steps import prepare

INDICATOR = "  | College/Career      |"
GROUP = "  | WH   | White "
ADDED = {
    "an indicator": (INDICATOR, "  | Science | CAST | higher | 2026 on | 2026 on | |\n"),
    "a student group": (GROUP, "  | ALL | All Students | | | 2026 on |\n"),
    "a year": ("suspended year 2020", "Dashboard years 2017, 2018, 2019, 2022, 2023, 2024, 2025, 2026\n"),
    "a year, and years in another order": (
        "suspended year 2020",
        "Dashboard years 2026, 2025, 2017, 2019, 2018, 2018, 2022, 2024, 2023\n",
    ),
    "an outcome": ("  | EC 52072 referral ", "  | Method 5 | method | | |\n"),
    "a local indicator": ("  | Basics ", "  | Library | | 2026 on | 11 |\n"),
    "a priority": ("  | 10     | Coordination", "  | 11 | Library | |\n"),
    "a minimum size": ("  | 30       |", "  | 20 | White | | 2026 on |\n"),
    "a code": ("  | NA                            | not rated", "  | Exempt | not rated |\n"),
}
"""What is added, by what it is: the row or line that it stands before, and its text."""

MOVED = {
    "`student group Asian`": ("| AS   | Asian ", "| AZ   | Asian "),
    "minimum sizes for Status": (
        "  | 30       |                            ",
        "  | 20       |                            ",
    ),
    "`code 2 of color in files of state`": ("  | 2    | Orange    |", "  | 2    | Red       |"),
    "`Dashboard years`": (
        "suspended year 2020",
        "Dashboard years 2016, 2017, 2018, 2019, 2022, 2023, 2024, 2025\n\nsuspended year 2020",
    ),
    "`student group All Students`": (GROUP, "  | ALL | All Students | | | |\n" + GROUP),
}


def copied(folder: Path) -> Path:
    """Return the folder of a copy of the shipped criteria, with their lock, below a copy of their vocabulary."""
    shutil.copytree(rulesets_folder() / "assistance", folder / "assistance")
    shutil.copy(rulesets_folder() / "vocabulary.rules", folder)
    return folder / "assistance"


def edited(folder: Path, before: str, after: str) -> None:
    path = folder.parent / "vocabulary.rules"
    text = path.read_text(encoding="utf-8")
    assert before in text
    if after.startswith("Dashboard years"):
        text = "".join(line for line in text.splitlines(True) if not line.startswith("Dashboard years"))
    path.write_text(text.replace(before, after, 1), encoding="utf-8")


def found(folder: Path) -> list[Diagnostic]:
    return [one for year in (2017, 2025) for one in rulelang.check(folder / f"{year}.rules")]


@pytest.mark.parametrize("what", ADDED)
def test_what_is_added_for_later_years_moves_no_closed_year(what: str, tmp_path: Path) -> None:
    folder = copied(tmp_path)
    row, text = ADDED[what]
    edited(folder, row, text + row)
    assert found(folder) == []
    lock = read_lock(folder, Reporter())
    for year, closed in lock.years.items():
        if year in (2018, 2025):
            shipped, now = (rulelang.load(one).rules for one in (f"assistance/{year}", folder / f"{year}.rules"))
            assert shipped.fingerprint == closed.fingerprint
            assert now.fingerprint == closed.fingerprint or what == "a code"
            assert _determined(now, tmp_path / str(year)) == _determined(shipped, tmp_path / str(year))


def _determined(rules: Ruleset, folder: Path) -> object:
    if not folder.exists():
        write_sample(rules.vocabulary, folder, rules.year, 15, 1)
    data = gather(rules, Sources((folder,))).data
    return [table.rows for table in tables_from(prepare(rules), data.records)]


@pytest.mark.parametrize("name", MOVED)
def test_what_moves_a_closed_year_is_named(name: str, tmp_path: Path) -> None:
    folder = copied(tmp_path)
    edited(folder, *MOVED[name])
    messages = [one.message for one in found(folder) if one.code == "locked-year-moved"]
    assert any(name.strip("`") in message for message in messages), messages
