"""What the benchmarks' records look like, for the program that makes them and those that judge them.

A cell is one row of the plain records of `docs/how-to/python.md`: the level of a student group on an indicator in a
year. Which scale an indicator is on in a year is that of the Dashboard; what no Dashboard reported has no row.
"""

from __future__ import annotations

from pathlib import Path

RULESET = Path(__file__).parent / "rules" / "eligibility" / "2023.rules"
"""The rules that are applied to them."""

YEARS = (2018, 2019, 2022, 2023)
"""The four Dashboard years that the rules look at, oldest first."""

GROUPS = ("AA", "AI", "AS", "EL", "FI", "FOS", "HI", "HOM", "PI", "SED", "SWD", "MR", "WH")
"""The codes of the student groups of those years, in the vocabulary's order."""

INDICATORS = (
    "ELA",
    "Math",
    "ELPI",
    "Graduation Rate",
    "Chronic Absenteeism",
    "Suspension Rate",
    "College/Career",
)

COLORS = ("Red", "Orange", "Yellow", "Green", "Blue")
STATUS = ("Very Low", "Low", "Medium", "High", "Very High")
NOT_RATED = "not rated"
LEVELS = (*COLORS, *STATUS, NOT_RATED)

LOWER_IS_BETTER = ("Chronic Absenteeism", "Suspension Rate")
ONLY_ENGLISH_LEARNERS = "ELPI"
NOT_REPORTED = ((2018, "ELPI"), (2022, "College/Career"))
BY_STATUS = ((2019, "ELPI"), (2023, "College/Career"), *((2022, indicator) for indicator in INDICATORS))


def worst_first(year: int, indicator: str) -> tuple[str, ...]:
    """Return the levels that an indicator can have in a year, the worst first."""
    if (year, indicator) not in BY_STATUS:
        return COLORS
    return STATUS[::-1] if indicator in LOWER_IS_BETTER else STATUS


CELLS_FILE = "cells.parquet"
"""The name of the file of cells in a folder of records."""

RESULT_COLUMNS = ("lea_code", "determination", "method_1", "ec52072", "student_groups", "priorities")
"""What every program that judges the cells writes: a row for each LEA, text throughout, blank where there is nothing.

`method_1` and `ec52072` are yes, no or cannot tell; `student_groups` the codes of those that meet two or more
priorities in the latest year; `priorities` the numbers that any student group meets then. Lists stand in order, with
"; " between.
"""
