"""Rules that work out levels, as text, and LEAs with the counts they are applied to."""

from __future__ import annotations

import shutil
from fractions import Fraction
from pathlib import Path

from rulelang.compiler.load import load_ruleset
from rulelang.compiler.locations import rulesets_folder
from rulelang.core.record import FieldKey, LeaRecord, Reading, YearFacts
from rulelang.core.ruleset import Ruleset
from rulelang.diagnostics.diagnostic import Reporter
from rulelang.engine.evaluate import Evaluation, evaluate
from rulelang.engine.steps import prepare

SUSPENSION = "Suspension Rate"

ASSISTANCE = """\
ruleset Assistance {year}
  uses California Dashboard vocabulary
  levels from {folder}

priority 6 "School Climate"
  6a: Red on Suspension Rate → Priority 6

for school districts
  M1: any student group meets 1 or more priorities on state indicators → Method 1
  DA: Method 1 → Differentiated Assistance
  GA: otherwise → General Assistance
"""
"""A ruleset of assistance by one indicator, to be filled in with its year and the folder of `levels from`."""

RULES = """\
ruleset Levels 2018
  uses California Dashboard Levels vocabulary

for Suspension Rate
  measure suspension rate = suspended students ÷ students, as a percent
  measure Status = suspension rate, rounded to 1 decimal
  measure Change = suspension rate − last year's suspension rate, rounded to 1 decimal
  bands Status
    cites "Five-by-five tables 2018"
    confidence A
    | type                | Very Low    | Low         | Medium      | High        | Very High |
    | elementary district | 0.5 or less | 1.5 or less | 3.0 or less | 6.0 or less | above 6.0 |
    | every other         | 1.0 or less | 2.5 or less | 4.5 or less | 8.0 or less | not established |
    because "the table of schools was not found"
  bands Change
    | Declined Significantly | Declined     | Maintained | Increased | Increased Significantly |
    | -2 or less             | -0.3 or less | below 0.3  | 2 or less | above 2                 |
  grid color
    | Status \\ Change | Increased Significantly | Increased | Maintained | Declined | Declined Significantly |
    | Very Low        | not possible            | Green     | Blue       | Blue     | Blue                   |
    | Low             | Orange                  | Yellow    | Green      | Green    | Blue                   |
    | Medium          | Orange                  | Orange    | Yellow     | Green    | Green                  |
    | High            | Red                     | Orange    | Orange     | Yellow   | Yellow                 |
    | Very High       | Red                     | Red       | Red        | Orange   | Yellow                 |
  when fewer than 150 students: read Declined Significantly as Declined and Increased Significantly as Increased
  Status needs 11 students
  Change needs 11 students in both years
  needs 30 students in both years, or in this year when Not Certified;
    15 for Foster Youth and Homeless at a school district
  Orange when Not Certified
    because "the counts were certified late"
"""

COUNTS = ("suspended students", "students", "last year's suspended students", "last year's students")


def rules_in(folder: Path, text: str = RULES) -> Path:
    """Write rules of 2018 with the vocabularies they need, and return their file."""
    place = folder / "dashboard"
    place.mkdir(parents=True, exist_ok=True)
    shutil.copy(rulesets_folder() / "vocabulary.rules", folder)
    shutil.copy(rulesets_folder() / "dashboard" / "vocabulary.rules", place)
    path = place / "2018.rules"
    path.write_text(text, encoding="utf-8")
    return path


def loaded(folder: Path, text: str = RULES) -> Ruleset:
    """Return the rules as understood."""
    reporter = Reporter()
    ruleset = load_ruleset(rules_in(folder, text), reporter)
    assert ruleset is not None, reporter.diagnostics
    return ruleset


def counts(*numbers: int | None, **levels: str) -> dict[FieldKey, Reading]:
    """Return the readings of a row: its counts in the order of `COUNTS`, None where blank, and levels by scale."""
    held = {
        (SUSPENSION, name): Reading(Fraction(one)) for name, one in zip(COUNTS, numbers, strict=True) if one is not None
    }
    said = {"type": "elementary district", "data_certification": "Certified"} | levels
    return held | {
        (SUSPENSION, scale.replace("_", " ")): Reading(None if level == "not rated" else level)
        for scale, level in said.items()
        if level
    }


def lea(groups: dict[str, dict[FieldKey, Reading]], kind: str = "school district") -> LeaRecord:
    """Return an LEA of 2018 with the rows of some student groups."""
    return LeaRecord("27661420000000", "Salinas City", "Monterey", kind, {2018: YearFacts(groups)})


def evaluated(ruleset: Ruleset, groups: dict[str, dict[FieldKey, Reading]]) -> Evaluation:
    """Return what rules make of the rows of an LEA."""
    return evaluate(prepare(ruleset), lea(groups))
