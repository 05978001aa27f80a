"""Every row of the replay table comes out as the state's files have it: Status, Change and color.

The rows are those of the published files of one county that have a rate. Of College/Career the table has the rate and
not the counts, so that counts are made that have exactly that rate and that Change.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from fractions import Fraction

import pytest

from rulelang.core.record import FieldKey, Reading
from rulelang.core.tree import NOT_RATED, Value
from tests.rulesets.level_rows import (
    COUNTED,
    INDICATORS,
    MISSING,
    POINTS,
    TABLES,
    Row,
    by_lea,
    evaluated,
    flags,
    group_of,
    levels,
    number,
    prepared_rules,
    sizes,
    stored_level,
    table_rows,
)

pytestmark = pytest.mark.skipif(not TABLES.is_dir(), reason=MISSING)

NEVER_RATED = ("ELO", "EO", "RFP", "SBA", "CAA", "CAST")
"""The rows that are no student group of the Dashboard, although the files give them a Status and a Change."""


def readings(row: Row) -> dict[FieldKey, Reading]:
    code = row["indicator"]
    students = number(row["curr_den"]), number(row["prior_den"])
    found = flags(code, row["level_type"], is_dass(row)) | sizes(code, *students)
    found |= counts(row) if code in COUNTED else points(row)
    if row["certify_flag"] == "Y":
        found[INDICATORS[code], "data certification"] = Reading("Not Certified")
    return found


def is_dass(row: Row) -> bool:
    """Return whether a row has the cut scores of DASS schools: those schools, and county offices."""
    is_county_office = row["rtype"] == "D" and row["coe"] == "Y"
    return row["indicator"] == "GRAD" and (row["dass"] == "Y" or is_county_office)


def counts(row: Row) -> dict[FieldKey, Reading]:
    code, name = row["indicator"], COUNTED[row["indicator"]]
    now, then = number(row["curr_num"]), number(row["prior_num"])
    if code == "CCI":
        now, then = made_up_counts(row)
    found = {name: now, f"last year's {name}": then, "published change": number(row["change"])}
    return {(INDICATORS[code], name): Reading(value) for name, value in found.items()}


def made_up_counts(row: Row) -> tuple[Fraction | None, Fraction | None]:
    now, change = Fraction(row["curr_status"]), number(row["change"])
    students, before = Fraction(row["curr_den"]), number(row["prior_den"])
    then = None if change is None or before is None else (now - change) * before / 100
    return now * students / 100, then


def points(row: Row) -> dict[FieldKey, Reading]:
    code = row["indicator"]
    numbers = {
        POINTS[code]: number(row["curr_status"]),
        "published change": number(row["change"]),
        "students still with disabilities": number(row["den_swd"]),
        "last year's students still with disabilities": number(row["prior_den_swd"]),
    }
    found = {(INDICATORS[code], name): Reading(value) for name, value in numbers.items()}
    if row["change"] and not row["prior_den"]:
        found[INDICATORS[code], "pairing"] = Reading("Paired Results")
    return found


def expected(row: Row) -> dict[str, Value]:
    code = row["indicator"]
    columns = {"Status": "status_level", "Change": "change_level", "color": "color"}
    return {scale: stored_level(code, scale, row[column]) for scale, column in columns.items()}


def outcomes(rows: list[dict[str, str]], year: int) -> list[tuple[Row, str, Value, Value]]:
    """Return what comes out for an LEA; rows by test type or language history, which have no color, one by one."""
    rated = [row for row in rows if group_of(year, row["studentgroup"])]
    found = outcome(rated, year)
    for row in rows:
        if not group_of(year, row["studentgroup"]):
            assert row["studentgroup"] in NEVER_RATED
            of_row = outcome([row | {"studentgroup": "ALL"}], year)
            found.extend(one for one in of_row if one[1] != "color")
            assert row["color"] == "0"
    return found


def outcome(rows: list[dict[str, str]], year: int) -> list[tuple[Row, str, Value, Value]]:
    """Return each level of an LEA's rows with what the rules make of it."""
    groups: dict[str, dict[FieldKey, Reading]] = {}
    for row in rows:
        group = group_of(year, row["studentgroup"]) or ""
        groups.setdefault(group, {}).update(readings(row))
    evaluation = evaluated(prepared_rules(year), groups, rows[0]["cds"] if rows else "")
    found: list[tuple[Row, str, Value, Value]] = []
    for row in rows:
        ours: Mapping[str, Value] = levels(evaluation, row["indicator"], group_of(year, row["studentgroup"]) or "")
        for scale, theirs in expected(row).items():
            found.append((row, scale, theirs, ours.get(scale, NOT_RATED)))
    return found


@pytest.fixture(scope="module")
def replayed() -> list[tuple[Row, str, Value, Value]]:
    rows = table_rows("replay_rows_2018_2023.csv")
    found = []
    for year in (2018, 2023):
        for of_lea in by_lea(row for row in rows if row["year"] == str(year)).values():
            found.extend(outcomes(of_lea, year))
    return found


@pytest.mark.slow
def test_every_level_is_as_stored(replayed: list[tuple[Row, str, Value, Value]]) -> None:
    differing = [one for one in replayed if one[2] != one[3]]
    assert differing == []
    assert Counter(scale for _, scale, _, _ in replayed) == {"Status": 6467, "Change": 6467, "color": 5741}


def test_the_rows_try_what_stands_outside_the_grids(replayed: list[tuple[Row, str, Value, Value]]) -> None:
    colors = [(row, color) for row, scale, _, color in replayed if scale == "color"]
    uncertified = [color for row, color in colors if row["certify_flag"] == "Y"]
    paired = [color for row, color in colors if row["indicator"] in POINTS and row["change"] and not row["prior_den"]]
    assert uncertified == ["Orange"] * 5
    assert Counter(paired) == {"Yellow": 2, NOT_RATED: 2}
    assert any(is_dass(row) and color == "Green" for row, color in colors)
