"""Every worked example of the tables of facts comes out as it is published.

Those that CDE published stand as examples in the rule files too. Where an example has counts, Status and Change are
worked out from them; where it has only rates, the rates are given.
"""

from __future__ import annotations

import pytest

from rulelang.core.record import FieldKey, Reading
from rulelang.core.ruleset import measure_name
from tests.rulesets.level_rows import (
    ALL,
    COUNTED,
    ENOUGH,
    INDICATORS,
    LEVELS,
    MISSING,
    TABLES,
    Row,
    evaluated,
    flags,
    given_measures,
    group_of,
    levels,
    number,
    prepared_for_given_measures,
    prepared_rules,
    sizes,
    table_rows,
)

pytestmark = pytest.mark.skipif(not TABLES.is_dir(), reason=MISSING)

COUNTY_OFFICES = ("27102720000000",)
UNCERTIFIED = "not certified"

EXAMPLES = table_rows("worked_examples.csv") if TABLES.is_dir() else []
WITHOUT_NUMBERS = ("E020", "E021", "E022", "E023")
"""Examples of which only the levels are published."""

WITHOUT_LEVELS = ("E001", "E005")
"""A combined rate, which is tried by itself, and the points of one pupil, which are not worked out: the files do not
have the scores of pupils, and the rules begin with the points of a group."""


def of_year(row: Row) -> int:
    return int(row["year"])


def place(row: Row) -> tuple[str, str]:
    """Return the code and the student group of an example; a made-up LEA has no code."""
    code = row["entity"].split()[0]
    group = group_of(of_year(row), row["group"] or "ALL") or ALL
    return (code if code.isdigit() else ""), group


def facts(row: Row) -> dict[FieldKey, Reading]:
    """Return the flags and the sizes of an example, a large one where it does not say."""
    code, (lea, _) = row["indicator"], place(row)
    is_dass = code == "GRAD" and lea in COUNTY_OFFICES and of_year(row) < 2022
    now, before = number(row["curr_den"]), number(row["prior_den"])
    found = flags(code, row["level_type"], is_dass) | sizes(code, now or ENOUGH_OF_THEM, before or ENOUGH_OF_THEM)
    if UNCERTIFIED in row["note"]:
        found[INDICATORS[code], "data certification"] = Reading("Not Certified")
    return found


ENOUGH_OF_THEM = number(str(ENOUGH))


def has_counts(row: Row) -> bool:
    return all(row[name] for name in ("curr_num", "curr_den", "prior_num", "prior_den"))


def numbers(row: Row) -> dict[FieldKey, Reading]:
    """Return the counts of an example, or the Status and the Change that it gives."""
    code = row["indicator"]
    if has_counts(row):
        name = COUNTED[code]
        counts = {name: row["curr_num"], f"last year's {name}": row["prior_num"], "published change": row["change"]}
        return {(INDICATORS[code], name): Reading(number(text)) for name, text in counts.items()}
    status, change = number(row["status"]), number(row["change"])
    assert status is not None
    if change is None and row["prior_status"]:
        change = status - (number(row["prior_status"]) or 0)
    return given_measures(code, status, change)


NUMBERED = [row for row in EXAMPLES if row["id"] not in (*WITHOUT_NUMBERS, *WITHOUT_LEVELS)]


@pytest.mark.parametrize("row", NUMBERED, ids=lambda row: row["id"])
def test_levels_are_as_published(row: Row) -> None:
    code, (lea, group) = row["indicator"], place(row)
    prepared = prepared_rules(of_year(row)) if has_counts(row) else prepared_for_given_measures(of_year(row))
    evaluation = evaluated(prepared, {group: facts(row) | numbers(row)}, lea)
    found = levels(evaluation, code, group)
    as_read = collapsed(row) if row["table"] == "3x5" and reads_small(row) else row["change_level"]
    expected = {"Status": row["status_level"], "Change": as_read, "color": row["color"]}
    assert {scale: found[scale] for scale in LEVELS if expected[scale]} == {k: v for k, v in expected.items() if v}


def reads_small(row: Row) -> bool:
    """Return whether the files keep the collapsed Change of small populations: not of graduation from 2023 on."""
    return not (row["indicator"] == "GRAD" and of_year(row) >= 2023)


def collapsed(row: Row) -> str:
    return row["change_level"].removesuffix(" Significantly")


@pytest.mark.parametrize("row", [row for row in NUMBERED if has_counts(row)], ids=lambda row: row["id"])
def test_rates_are_as_published(row: Row) -> None:
    lea, group = place(row)
    year = of_year(row)
    evaluation = evaluated(prepared_rules(year), {group: facts(row) | numbers(row)}, lea)
    names = [measure_name(scale, INDICATORS[row["indicator"]]) for scale in ("Status", "Change")]
    rates = [evaluation.value((year, name), group) for name in names]
    assert rates == [number(row["status"]), number(row["change"])]


def test_a_combined_rate_is_worked_out_from_its_counts() -> None:
    (row,) = (row for row in EXAMPLES if row["id"] == "E001")
    counts = {"graduates": number(row["curr_num"]), "students": number(row["curr_den"])}
    readings: dict[FieldKey, Reading] = {("Graduation Rate", name): Reading(value) for name, value in counts.items()}
    evaluation = evaluated(prepared_rules(2019), {ALL: readings})
    assert evaluation.value((2019, measure_name("Status", "Graduation Rate")), ALL) == number(row["status"])


@pytest.mark.parametrize("row", [row for row in EXAMPLES if row["id"] in WITHOUT_NUMBERS], ids=lambda row: row["id"])
def test_levels_without_numbers_meet_in_the_grid(row: Row) -> None:
    statuses = {"Very High": "60", "High": "20", "Medium": "2"}
    changes = {"Increased Significantly": "20", "Increased": "5", "Declined": "-5"}
    _, group = place(row)
    given = dict(row) | {"status": statuses[row["status_level"]], "change": changes[row["change_level"]]}
    evaluation = evaluated(prepared_for_given_measures(2017), {group: facts(given) | numbers(given)})
    found = levels(evaluation, "ELA", group)
    assert list(found.values()) == [row["status_level"], row["change_level"], row["color"]]


def test_every_example_of_the_table_is_tried() -> None:
    assert (len(EXAMPLES), len(NUMBERED)) == (228, 222)
    assert sum(has_counts(row) for row in NUMBERED) == 158
