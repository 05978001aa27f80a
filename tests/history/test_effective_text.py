"""The effective text of a year says where each line comes from; tests/cli/test_show.py holds that it means the same."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from rulelang.compiler.effective_changes import CellChange, level_changes
from rulelang.compiler.effective_text import as_file, changes_of, condition_text, effective_lines
from rulelang.compiler.in_force import EffectiveRule
from rulelang.compiler.load import load_effective
from rulelang.compiler.locations import rulesets_folder
from rulelang.diagnostics.diagnostic import Reporter


def effective_text(name: str) -> str:
    found = load_effective(name, Reporter())
    assert found is not None
    return as_file(list(effective_lines(*found)))


def test_every_rule_says_where_it_comes_from() -> None:
    lines = effective_text("assistance/2023").splitlines()
    (red_on_both,) = [line for line in lines if line.strip().startswith("4a:")]
    (college,) = [line for line in lines if line.strip().startswith("8a:")]
    assert re.search(r"rulesets/assistance/2017\.rules:\d+$", red_on_both)
    assert "rulesets/assistance/2023.rules:" in college
    assert all("#" in line for line in lines if "→" in line)


def test_changes_are_what_is_added_replaced_and_removed() -> None:
    found = load_effective("assistance/2022", Reporter())
    assert found is not None
    changes = {change.title: change for change in changes_of(found[0])}
    assert {label for label, change in changes.items() if change.how == "removed"} == {
        *("4b", "1a", "2a", "3a", "6b", "7a", "8a", "9a", "10a", "M2", "M3", "C1", "CG")
    }
    replaced = changes["5a"]
    assert replaced.how == "replaced"
    assert isinstance(replaced.before, EffectiveRule)
    assert isinstance(replaced.after, EffectiveRule)
    assert condition_text(replaced.before.rule) == "Red on Graduation Rate"
    assert condition_text(replaced.after.rule) == "Very Low on Graduation Rate"


def test_in_the_first_year_everything_is_added() -> None:
    found = load_effective("assistance/2017", Reporter())
    assert found is not None
    assert {change.how for change in changes_of(found[0])} == {"added"}


# ---- what a year changes in levels ----


def changed_cells(name: str, title: str, indicator: str) -> tuple[CellChange, ...]:
    found = load_effective(name, Reporter())
    assert found is not None
    [change] = [one for one in level_changes(*found) if one.title == title and indicator in one.indicators]
    return change.cells


def test_a_table_with_a_row_for_each_type_is_compared_with_one_row_for_all() -> None:
    cells = changed_cells("dashboard/2019", "bands Status", "Graduation Rate")
    assert CellChange("non-DASS", "High", "90 or more", "90.5 or more", "every type") in cells
    assert CellChange("DASS", "Very High", "90 or more", "95 or more", "every type") in cells
    assert not [one for one in cells if (one.row, one.column) == ("non-DASS", "Very High")]


def test_a_table_of_one_row_is_compared_column_by_column(tmp_path: Path) -> None:
    folder = tmp_path / "rulesets"
    shutil.copytree(rulesets_folder(), folder, ignore=shutil.ignore_patterns("*.json"))
    own = folder / "dashboard" / "2022.rules"
    table = "| 95 or more | 90.5 or more | 80 or more | 68 or more | below 68 |"
    assert table in own.read_text(encoding="utf-8")
    changed = own.read_text(encoding="utf-8").replace(table, table.replace("95 or", "93 or", 1))
    own.write_text(changed, encoding="utf-8")
    cells = changed_cells(str(own), "bands Status", "Graduation Rate")
    assert cells == (CellChange("", "Very High", "95 or more", "93 or more"),)


def test_the_same_change_of_several_indicators_is_one() -> None:
    found = load_effective("dashboard/2022", Reporter())
    assert found is not None
    changes = level_changes(*found)
    [bands] = [one for one in changes if one.title == "bands Change" and "ELA" in one.indicators]
    assert (bands.how, {"ELA", "Math", "Suspension Rate"} <= set(bands.indicators)) == ("removed", True)
    order = [one.indicators for one in changes]
    assert len(set(order)) == sum(first != second for first, second in zip([(), *order], order, strict=False))
