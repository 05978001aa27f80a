"""A year that comes with rulelang can be the base of the next, without an error and without a change."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

import rulelang
from rulelang.compiler.locations import known_rulesets, rulesets_folder

YEARS = [
    name
    for name in known_rulesets()
    if name.rpartition("/")[0] in ("assistance", "dashboard", "essa", "funding") and name.rpartition("/")[2].isdecimal()
]
LAST_YEAR = re.compile(r"^\w.* years [\d, ]*?(\d+)$", re.MULTILINE)
"""The line of a vocabulary that says which years there are."""

FOLDERS = sorted({name.partition("/")[0] for name in YEARS})
NEWEST = {
    folder: [int(name.rpartition("/")[2]) for name in YEARS if name.startswith(f"{folder}/")][-3:] for folder in FOLDERS
}


@pytest.mark.parametrize("folder, year", [(folder, year) for folder in FOLDERS for year in NEWEST[folder]])
def test_the_next_year_may_be_as_the_year_before(folder: str, year: int, tmp_path: Path) -> None:
    shutil.copytree(rulesets_folder(), tmp_path / "rulesets", ignore=shutil.ignore_patterns("*.json"))
    for words in (tmp_path / "rulesets" / "vocabulary.rules", tmp_path / "rulesets" / folder / "vocabulary.rules"):
        if words.exists():
            text = words.read_text(encoding="utf-8")
            words.write_text(LAST_YEAR.sub(lambda found: f"{found[0]}, {int(found[1]) + 1}", text), encoding="utf-8")
    base = tmp_path / "rulesets" / folder / f"{year}.rules"
    lines = base.read_text(encoding="utf-8").split("\n")
    title = next(line for line in lines if line.startswith("ruleset")).replace(str(year), str(year + 1))
    for later in range(year + 1, NEWEST[folder][-1] + 2):
        base.with_name(f"{later}.rules").unlink(missing_ok=True)
    base.with_name(f"{year + 1}.rules").write_text(f"{title}\n  based on {year}\n", encoding="utf-8")
    assert rulelang.check(base.with_name(f"{year + 1}.rules")) == []
    assert {rule.source_year for rule in rulelang.load(base.with_name(f"{year + 1}.rules")).rules.rules} <= {
        *range(2017, year + 1)
    }


def test_there_are_folders_of_years() -> None:
    assert FOLDERS == ["assistance", "dashboard", "essa", "funding"]
