"""Levels worked out, compared with those that stand in the files, and the table they are written to."""

from __future__ import annotations

from fractions import Fraction

import pytest

from rulelang.analysis.level_batches import level_table
from rulelang.analysis.level_tables import level_columns, number_cell
from rulelang.analysis.reconcile import NOT_STATED, Cell, Reconciliation, Verdict, cells_of
from rulelang.core.record import FieldKey, Reading
from rulelang.core.ruleset import Ruleset
from rulelang.core.tree import NOT_RATED, Value
from tests.analysis.counting import compare_levels
from tests.engine.level_rules import counts, evaluated, loaded

AS_COMPUTED = {"Status": "Medium", "Change": "Declined", "color": "Green"}


@pytest.fixture(scope="module")
def ruleset(tmp_path_factory: pytest.TempPathFactory) -> Ruleset:
    return loaded(tmp_path_factory.mktemp("rules"))


def row(**levels: str) -> dict[FieldKey, Reading]:
    return counts(3, 120, 6, 121, **(AS_COMPUTED | levels))


def cells(ruleset: Ruleset, readings: dict[FieldKey, Reading]) -> dict[str, Cell]:
    return {cell.subject: cell for cell in cells_of(evaluated(ruleset, {"White": readings}))}


def test_levels_that_are_alike_agree(ruleset: Ruleset) -> None:
    assert {cell.verdict for cell in cells(ruleset, row()).values()} == {Verdict.AGREES}


@pytest.mark.parametrize(
    "levels, scale, ours, theirs, reason",
    [
        ({"Status": "Low"}, "Status", "Medium", "Low", "Status is 2.5"),
        ({"color": "Red"}, "color", "Green", "Red", "Status Medium, Change Declined"),
        ({"color": "not rated"}, "color", "Green", "not rated", "Status Medium, Change Declined"),
    ],
)
def test_a_level_that_differs_says_what_ours_rests_on(
    ruleset: Ruleset, levels: dict[str, str], scale: str, ours: str, theirs: str, reason: str
) -> None:
    found = cells(ruleset, row(**levels))
    assert [one.subject for one in found.values() if one.verdict is Verdict.DIFFERS] == [scale]
    assert (found[scale].ours, found[scale].theirs, found[scale].reason) == (ours, theirs, reason)


def test_a_level_of_a_group_too_small_says_so(ruleset: Ruleset) -> None:
    found = cells(ruleset, counts(1, 20, 1, 40, Status="High", Change="Increased", color="Orange"))
    assert (found["color"].verdict, found["color"].reason) == (Verdict.DIFFERS, "students 20, below 30")


def test_a_level_that_no_file_states_is_not_compared(ruleset: Ruleset) -> None:
    found = cells(ruleset, row(Status=""))
    assert (found["Status"].verdict, found["Status"].reason) == (Verdict.NOT_COMPARED, NOT_STATED)
    assert found["color"].verdict is Verdict.AGREES


def test_a_level_that_cannot_be_told_is_not_compared(ruleset: Ruleset) -> None:
    found = cells(ruleset, counts(3, 120, None, 121, **AS_COMPUTED))
    assert found["Change"].verdict is Verdict.NOT_COMPARED
    assert "cannot tell: not in the data: last year's" in found["Change"].reason


def test_the_counts_add_up(ruleset: Ruleset) -> None:
    good = evaluated(ruleset, {"White": row(), "Homeless": row(color="")})
    bad = evaluated(ruleset, {"White": row(color="Red")})
    comparison = compare_levels([good, bad])
    assert [comparison.number(verdict) for verdict in Verdict] == [7, 1, 1]
    assert comparison.by_subject()["Suspension Rate", "color"] == (1, 1, 1)
    assert comparison.not_compared() == {("color", NOT_STATED): (1, 1)}
    assert [cell.theirs for cell in comparison.differing] == ["Red"]
    assert comparison.compared_leas == 2
    assert not comparison.agrees
    assert compare_levels([good]).agrees
    assert not Reconciliation().agrees


NUMBERS = ("students", "last_years_students", "suspended_students", "last_years_suspended_students")


def test_the_table_has_a_number_and_a_level_for_each_scale(ruleset: Ruleset) -> None:
    assert level_columns(ruleset)[6:] == (
        "indicator",
        "status_number",
        "status",
        "status_confidence",
        "change_number",
        "change",
        "change_confidence",
        "color",
        "color_confidence",
        *NUMBERS,
        "reasons",
    )
    evaluation = evaluated(ruleset, {"White": row(), "Homeless": counts(1, 14, 1, 40)})
    table = level_table(evaluation.prepared, [evaluation.record])
    homeless, white = table.rows
    marks = [name.endswith("_confidence") for name in table.columns]
    assert [cell for cell, is_mark in zip(white, marks, strict=True) if is_mark] == ["A", "", "A"]
    homeless, white = (
        tuple(cell for cell, is_mark in zip(one, marks, strict=True) if not is_mark) for one in (homeless, white)
    )
    assert white[4:] == (
        2018,
        "WH",
        "Suspension Rate",
        "2.5",
        "Medium",
        "-2.5",
        "Declined",
        "Green",
        "120",
        "121",
        "3",
        "6",
        "",
    )
    assert homeless[5:] == (
        "HOM",
        "Suspension Rate",
        "7.1",
        "Very High",
        "4.6",
        "Increased",
        "not rated",
        *("14", "40", "1", "1"),
        "color: students 14, below 15",
    )


@pytest.mark.parametrize(
    "value, text",
    [
        (Fraction("-2.5"), "-2.5"),
        (Fraction(1234567), "1234567"),
        (Fraction(2, 3), "2/3"),
        (Fraction(0), "0"),
        (Fraction("0.05"), "0.05"),
        (NOT_RATED, ""),
        (None, ""),
    ],
)
def test_a_number_is_written_exactly(value: Value, text: str) -> None:
    assert number_cell(value) == text


@pytest.mark.parametrize(
    "value, text", [(Fraction(2), "2.0"), (Fraction("0.05"), "0.05"), (Fraction(2, 3), "2/3"), (None, "")]
)
def test_a_number_is_written_with_the_decimals_it_is_rounded_to(value: Value, text: str) -> None:
    assert number_cell(value, 1) == text
