"""Slips that are warned of or told by name: better levels that come out worse, types left out, gaps, headings."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.compiler.level_rules import BANDS, GRID, MEASURES, WHOLE, Loaded, loaded, rate

WHY = '    because "the Board says so"\n'
LATER = "ruleset Levels 2018\nuses Test Levels vocabulary\nbased on 2017\n\nfor Rate\n"


def with_grid(folder: Path, old: str, new: str) -> Loaded:
    assert old in GRID
    return loaded(folder, rate(MEASURES + BANDS + GRID.replace(old, new)))


# ---- better levels that come out worse ----


def test_a_better_column_that_comes_out_worse_is_warned_of(tmp_path: Path) -> None:
    found = with_grid(tmp_path, "| Red          | Yellow | Green     |", "| Red          | Green  | Yellow    |")
    warning = found.only("better-comes-out-worse")
    assert found.ruleset is not None
    assert "with `Medium`, the better Change `Increased` gives `Yellow`" in warning.message
    assert "the worse `Kept` gives `Green`" in warning.message


def test_a_better_row_that_comes_out_worse_is_warned_of(tmp_path: Path) -> None:
    found = with_grid(tmp_path, "| Red          | Red    | Red       |", "| Red          | Green  | Green     |")
    assert "with `Kept`, the better Status `Medium`" in found.only("better-comes-out-worse").message


def test_a_cell_that_is_not_possible_is_passed_over(tmp_path: Path) -> None:
    assert with_grid(tmp_path, "| not possible | Green ", "| not possible | Yellow").diagnostics == ()
    between = with_grid(tmp_path, "| Red          | Yellow | Green     |", "| Yellow | not possible | Red |")
    assert "the better Change `Increased`" in between.only("better-comes-out-worse").message


def test_where_lower_is_better_the_columns_turn(tmp_path: Path) -> None:
    turned = WHOLE.replace("for Rate", "for Absence")
    found = loaded(tmp_path, turned)
    assert "better-comes-out-worse" in found.codes


def test_an_inherited_grid_is_warned_of_in_its_own_year_only(tmp_path: Path) -> None:
    first = rate(MEASURES + BANDS + GRID.replace("Yellow | Green ", "Green  | Yellow"), 2017)
    assert loaded(tmp_path, first).codes == ["better-comes-out-worse"]
    assert "better-comes-out-worse" not in loaded(tmp_path, first, f"{LATER}  remove small populations\n{WHY}").codes


# ---- types that are left out ----

BY_TYPE = """\
  bands Status
    | type         | Low       | Medium      | High         |
    | small school | below 4.0 | 9.9 or less | 10.0 or more |
    | big school   | below 5.0 | 9.9 or less | 10.0 or more |
"""
FOR_ALL = """\
  replace bands Status
    because "the Board says so"
    | Low       | Medium      | High         |
    | below 6.0 | 9.9 or less | 10.0 or more |
"""


def test_a_table_that_leaves_out_types_is_warned_of(tmp_path: Path) -> None:
    found = loaded(tmp_path, rate(MEASURES + BY_TYPE, 2017), LATER + FOR_ALL)
    warning = found.only("types-dropped")
    assert found.ruleset is not None
    assert "had rows for `small school` and `big school`" in [label.text for label in warning.labels]


@pytest.mark.parametrize(
    "replacement",
    [
        FOR_ALL.replace("| Low ", "| type | Low ").replace("| below", "| every other | below"),
        FOR_ALL + f"  add not established when small school\n{WHY}",
        BY_TYPE.replace("bands Status\n", f"replace bands Status\n{WHY}").replace("below 5.0", "below 6.0"),
    ],
)
def test_a_table_that_speaks_of_types_or_whose_year_does_is_not(replacement: str, tmp_path: Path) -> None:
    assert loaded(tmp_path, rate(MEASURES + BY_TYPE, 2017), LATER + replacement).codes == []


def test_types_may_be_told_apart_from_a_year_on(tmp_path: Path) -> None:
    later = BY_TYPE.replace("bands Status\n", f"replace bands Status\n{WHY}")
    first = rate(MEASURES + FOR_ALL.replace("replace ", ""), 2017)
    assert loaded(tmp_path, first, LATER + later).codes == []


# ---- gaps ----


@pytest.mark.parametrize(
    "cells, help_text",
    [
        (
            "| below 5.0 | 5.0 to 9.9 | 12.0 or more |",
            "make the cells meet at one number, like `12 or more` and `below 12`",
        ),
        ("| below 5.0 | 5.0 to 9.9 | 10.0 to 20.0 |", "write a cell `above 20`"),
        ("| 1.0 to 4.9 | 5.0 to 9.9 | 10.0 or more |", "write a cell `below 1`"),
        (
            "| below 5.0 | 5.1 to 9.9 | 10.0 or more |",
            "make the cells meet at one number, like `5.1 or more` and `below 5.1`",
        ),
    ],
)
def test_a_gap_is_closed_in_its_own_numbers(cells: str, help_text: str, tmp_path: Path) -> None:
    text = rate(MEASURES + f"  bands Status\n    | Low | Medium | High |\n    {cells}\n")
    assert loaded(tmp_path, text).only("gap-in-bands").help == help_text


# ---- headings ----


@pytest.mark.parametrize("heading", ["Rathes", "Rathe", "Absense", "Rathe and Absence", "Absence, Rathe"])
def test_a_misspelt_indicator_in_a_heading_is_called_one(heading: str, tmp_path: Path) -> None:
    text = rate("  measure rate = part ÷ students, as a percent\n").replace("for Rate\n", f"for {heading}\n")
    [message] = loaded(tmp_path, text).diagnostics
    assert message.code == "unknown-indicator"
    assert message.help is not None
    assert "did you mean `" in message.help


def test_a_replacement_under_a_misspelt_heading_says_so_too(tmp_path: Path) -> None:
    later = LATER.replace("for Rate", "for Rathe")
    assert loaded(tmp_path, rate(MEASURES + BY_TYPE, 2017), later + FOR_ALL).codes == ["unknown-indicator"]
    removal = loaded(tmp_path, rate(MEASURES + BY_TYPE, 2017), f"{later}  remove bands Status\n{WHY}")
    assert removal.only("no-such-statement").help == "did you mean `bands Rate Status`?"


def test_a_heading_of_kinds_over_rules_is_no_indicator(tmp_path: Path) -> None:
    text = "ruleset Levels 2018\nuses Test Levels vocabulary\n\nfor distrikts\n  1a: Red on Rate → Priority 4\n"
    assert "unknown-kind" in loaded(tmp_path, text).codes
