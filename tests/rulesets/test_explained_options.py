"""Measures that belong to no indicator: their numbers, their explanation, and their table."""

from __future__ import annotations

from fractions import Fraction

import pytest

import rulelang
from rulelang.analysis.level_batches import level_table
from rulelang.core.record import LeaRecord, Reading, YearFacts
from rulelang.core.tree import NOT_RATED
from rulelang.engine.evaluate import Evaluation, evaluate
from rulelang.engine.explain_levels import explain_levels
from rulelang.engine.levels import results_of
from rulelang.engine.steps import prepare

COUNTS = {"four-year graduates": 95, "four-year cohort": 100, "fifth-year graduates": 5}


def evaluated(**changed: int) -> Evaluation:
    rules = rulelang.load("graduation/options").rules
    numbers = COUNTS | {name.replace("_", " "): number for name, number in changed.items()}
    readings = {("", name): Reading(Fraction(number)) for name, number in numbers.items()}
    record = LeaRecord(
        "27661590000000", "Emerald", "Monterey", "school district", {rules.year: YearFacts({}, readings)}
    )
    return evaluate(prepare(rules), record)


def test_a_measure_of_the_lea_has_its_number_and_its_explanation() -> None:
    (result,) = results_of(evaluated())
    assert result.group is None
    assert result.levels == {}
    assert result.numbers["combined graduation rate"] == Fraction(2000, 21)
    text = explain_levels(evaluated())
    assert "(95 + 5) ÷ (100 + 5) × 100 = 95.238…" in text


def test_a_measure_that_cannot_be_told_is_told_as_such() -> None:
    (result,) = results_of(evaluated())
    unknown = [name for name, number in result.numbers.items() if number is None]
    assert unknown == list(result.reasons)
    assert "cannot tell: not in the data: five-year graduates" in explain_levels(evaluated())


def test_nothing_to_divide_among_is_not_rated() -> None:
    (result,) = results_of(evaluated(**{"four-year_cohort": 0, "fifth-year_graduates": 0}))
    assert result.numbers["combined graduation rate"] is NOT_RATED


def test_the_table_has_a_row_for_each_measure() -> None:
    evaluation = evaluated()
    table = level_table(evaluation.prepared, [evaluation.record])
    rows = {str(row[7]): dict(zip(table.columns, row, strict=True)) for row in table.rows}
    assert table.name == "measures"
    assert (rows["combined graduation rate"]["number"], rows["combined graduation rate"]["exact"]) == (
        "95.2381",
        "2000/21",
    )
    unknown = rows["simple average"]
    assert (unknown["number"], unknown["exact"]) == ("", "")
    assert str(unknown["reasons"]).startswith("not in the data: five-year graduates")


@pytest.mark.parametrize("width", [60, 80])
def test_the_explanation_fits_the_screen(width: int) -> None:
    lines = explain_levels(evaluated(), width=width).splitlines()
    assert [line for line in lines if len(line) > width and "-->" not in line] == []
