"""Records made by hand from the rows of the tables of facts, and the levels that the shipped rulesets give them."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from fractions import Fraction
from functools import cache
from pathlib import Path

from attrs import evolve

import rulelang
from rulelang.core.record import FieldKey, LeaRecord, Reading, YearFacts
from rulelang.core.ruleset import Ruleset, level_name, measure_name
from rulelang.core.tree import NOT_RATED, Get, Value
from rulelang.core.vocabulary import Scope, Vocabulary
from rulelang.engine.evaluate import Evaluation, evaluate
from rulelang.engine.steps import Prepared, prepare

TABLES = Path(__file__).resolve().parents[2].parent / "shared" / "domain" / "tables"
MISSING = "needs the tables of facts in ../shared"

Row = Mapping[str, str]

ALL = "All Students"
ENOUGH = 1000

INDICATORS = {
    "ELA": "ELA",
    "MATH": "Math",
    "SCIENCE": "Science",
    "ELPI": "ELPI",
    "GRAD": "Graduation Rate",
    "CHRONIC": "Chronic Absenteeism",
    "SUSPENSION": "Suspension Rate",
    "CCI": "College/Career",
}
LOWER_IS_BETTER = ("CHRONIC", "SUSPENSION")
POINTS = {"ELA": "distance from standard", "MATH": "distance from standard", "SCIENCE": "science points"}
COUNTED = {
    "ELPI": "students making progress",
    "GRAD": "graduates",
    "CHRONIC": "absent students",
    "SUSPENSION": "suspended students",
    "CCI": "prepared students",
}
TYPES = {
    "ED": "elementary district",
    "HD": "high school district",
    "UD": "unified district",
    "ES": "elementary school",
    "MS": "middle school",
    "HS": "high school",
}
LEVELS = {
    "Status": ("Very Low", "Low", "Medium", "High", "Very High"),
    "Change": ("Declined Significantly", "Declined", "Maintained", "Increased", "Increased Significantly"),
    "color": ("Red", "Orange", "Yellow", "Green", "Blue"),
}
UNFLAGGED = {
    "school status": "non-DASS",
    "table": "elementary table",
    "data certification": "Certified",
    "result": "Calculated",
    "pairing": "Own Results",
    "testing": "At Least Half Tested",
    "participation": "Enough Tested",
}


def table_rows(name: str) -> list[dict[str, str]]:
    with (TABLES / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def rules_of(year: int) -> Ruleset:
    return rulelang.load(f"dashboard/{year}").rules


@cache
def prepared_rules(year: int) -> Prepared:
    return prepare(rules_of(year))


@cache
def prepared_for_given_measures(year: int) -> Prepared:
    """The rules of a year in which Status and Change as numbers are facts, so that any two of them can meet."""
    rules = rules_of(year)
    definitions = dict(rules.definitions)
    for indicator in INDICATORS.values():
        for scale in ("Status", "Change"):
            key = (year, measure_name(scale, indicator))
            if key in definitions:
                given = Get(year, (indicator, f"given {scale}"), Scope.GROUP)
                definitions[key] = evolve(definitions[key], node=given, scope=Scope.GROUP)
    return prepare(evolve(rules, definitions=definitions))


# ---- facts ----


def number(text: str) -> Fraction | None:
    return Fraction(text) if text.strip() else None


def flags(code: str, level_type: str, dass: bool) -> dict[FieldKey, Reading]:
    """Return what a row's flags say: the type, the table, whether it is a DASS school; nothing out of the ordinary."""
    levels = dict(UNFLAGGED)
    levels["type"] = TYPES.get(level_type, TYPES["UD"])
    if level_type == "HS":
        levels["table"] = "high school table"
    if dass:
        levels["school status"] = "DASS"
    return {(INDICATORS[code], scale): Reading(level) for scale, level in levels.items()}


def sizes(code: str, now: Fraction | None, then: Fraction | None) -> dict[FieldKey, Reading]:
    names = ("students", "annual testers") if code == "ELPI" else ("students",)
    of_year = {(INDICATORS[code], name): Reading(now) for name in names}
    return of_year | {(INDICATORS[code], f"last year's {name}"): Reading(then) for name in names}


def given_measures(code: str, status: Fraction, change: Fraction | None) -> dict[FieldKey, Reading]:
    indicator = INDICATORS[code]
    return {(indicator, "given Status"): Reading(status), (indicator, "given Change"): Reading(change)}


def record(year: int, groups: Mapping[str, Mapping[FieldKey, Reading]], code: str = "") -> LeaRecord:
    kind = kind_of(rules_of(year).vocabulary, code)
    return LeaRecord(code, "", "", kind, {year: YearFacts(groups=groups)})


def kind_of(vocabulary: Vocabulary, code: str) -> str:
    kind = vocabulary.kind_of_code(code) if code else None
    return kind.name if kind is not None else "school"


def group_of(year: int, code: str) -> str | None:
    groups = rules_of(year).vocabulary.groups
    return next((group.name for group in groups if code in group.codes), None)


# ---- levels ----


def levels(evaluation: Evaluation, code: str, group: str = ALL) -> dict[str, Value]:
    """Return the levels that the rules work out for an indicator; None where it cannot be told."""
    year = evaluation.prepared.ruleset.year
    keys = {scale: (year, level_name(INDICATORS[code], scale)) for scale in LEVELS}
    known = {scale: key for scale, key in keys.items() if key in evaluation.prepared.ruleset.definitions}
    return {scale: evaluation.value(key, group) for scale, key in known.items()}


def evaluated(prepared: Prepared, groups: Mapping[str, Mapping[FieldKey, Reading]], code: str = "") -> Evaluation:
    return evaluate(prepared, record(prepared.ruleset.year, groups, code))


def stored_level(code: str, scale: str, stored: str) -> Value:
    """Return the level of a code of the files: 5 is always the best, 0 or nothing is not rated."""
    if stored in ("", "0"):
        return NOT_RATED
    best_last = LEVELS[scale]
    is_mirrored = code in LOWER_IS_BETTER and scale != "color"
    return (tuple(reversed(best_last)) if is_mirrored else best_last)[int(stored) - 1]


def by_lea(rows: Iterable[dict[str, str]]) -> dict[tuple[str, str], list[dict[str, str]]]:
    """Return rows by the LEA or school they are of."""
    found: dict[tuple[str, str], list[dict[str, str]]] = {}
    for row in rows:
        found.setdefault((row["cds"], row["rtype"]), []).append(row)
    return found
