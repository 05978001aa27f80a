"""Every level in the published files at hand, worked out again from the counts in the same files.

Two years of one county on every indicator, and the whole state on graduation (2017 and 2018) and on English learner
progress (2017): the files from which the cut scores of DASS schools and of the CELDT were recovered.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest

from rulelang.analysis.gather import Sources, gather
from rulelang.analysis.reconcile import Reconciliation, Verdict
from rulelang.core.record import LeaRecord
from rulelang.core.ruleset import measure_name
from rulelang.core.tree import Value
from rulelang.engine.evaluate import Evaluation, evaluate_all
from tests.analysis.counting import compare_levels
from tests.rulesets.level_rows import prepared_rules, rules_of

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data"

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="needs the published files in ../shared")


@cache
def records(year: int, folder: str) -> tuple[LeaRecord, ...]:
    return tuple(gather(rules_of(year), Sources((DATA / folder,))).data.records)


def compared(year: int, folder: str) -> Reconciliation:
    return compare_levels(evaluate_all(prepared_rules(year), records(year, folder)))


@pytest.mark.slow
@pytest.mark.parametrize(
    "year, folder, cells",
    [(2018, "2018", 24_009), (2018, "statewide/2018", 94_341), (2023, "2023", 4_979)],
    ids=["county-2018", "statewide-2018", "county-2023"],
)
def test_every_level_in_the_files_is_worked_out(year: int, folder: str, cells: int) -> None:
    comparison = compared(year, folder)
    assert comparison.differing == []
    assert comparison.number(Verdict.AGREES) == cells
    assert comparison.number(Verdict.NOT_COMPARED) == 0


FEWER_THAN_HALF_TESTED = (
    "19647330131847",
    "19647330133280",
    "41689990134197",
    "54720900000000",
    "54720906054324",
)
"""LEAs and schools that are Orange because fewer than half were tested, although they are too small for a color."""


@pytest.mark.slow
def test_the_statewide_files_of_2017_are_worked_out_but_for_a_flag_on_those_too_small() -> None:
    comparison = compared(2017, "2017")
    assert [(cell.code, cell.indicator, cell.ours, cell.theirs) for cell in comparison.differing] == [
        (code, "ELPI", "not rated", "Orange") for code in FEWER_THAN_HALF_TESTED
    ]
    assert comparison.number(Verdict.AGREES) == 105_241


# ---- lowest scores ----


def numbers(record: LeaRecord, year: int, indicator: str) -> Iterator[tuple[str, dict[str, Fraction]]]:
    """Yield the numbers of each student group that enrolled anybody."""
    for group, readings in record.years[year].groups.items():
        found = {key[1]: reading.level for key, reading in readings.items() if key[0] == indicator}
        known = {name: number for name, number in found.items() if isinstance(number, Fraction)}
        if known.get("enrolled students"):
            yield group, known


def worked_out(evaluation: Evaluation, indicator: str, name: str, group: str) -> Value:
    return evaluation.value((2023, measure_name(name, indicator)), group)


@pytest.mark.slow
@pytest.mark.parametrize("indicator, rows", [("ELA", 351), ("Math", 351)])
def test_the_smallest_whole_number_is_the_number_of_lowest_scores_added(indicator: str, rows: int) -> None:
    tried = 0
    for evaluation in evaluate_all(prepared_rules(2023), records(2023, "2023")):
        for group, known in numbers(evaluation.record, 2023, indicator):
            added = known.get("lowest scores added", Fraction(0))
            assert worked_out(evaluation, indicator, "lowest scores needed", group) == added
            tried += 1
    assert tried == rows


@pytest.mark.parametrize("indicator, rows", [("ELA", 22), ("Math", 27)])
def test_the_points_with_lowest_scores_are_those_published_as_far_as_rounding_tells(indicator: str, rows: int) -> None:
    tried = 0
    for evaluation in evaluate_all(prepared_rules(2023), records(2023, "2023")):
        for group, known in numbers(evaluation.record, 2023, indicator):
            if known.get("lowest scores added") and "distance from standard of tested students" in known:
                points = worked_out(evaluation, indicator, "distance with lowest scores", group)
                assert isinstance(points, Fraction)
                assert abs(points - known["distance from standard"]) <= Fraction(1, 10)
                tried += 1
    assert tried == rows


def test_a_blank_number_of_the_files_is_not_rated() -> None:
    blanks = [
        reading
        for record in records(2018, "2018")
        for readings in record.years[2018].groups.values()
        for key, reading in readings.items()
        if key == ("Suspension Rate", "last year's students") and reading.level is None
    ]
    assert blanks
    assert all(reading.note for reading in blanks)
