"""Numbers in plain records."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

import rulelang
from rulelang.analysis.statewide import determine_records
from rulelang.core.record import FieldKey, Reading
from rulelang.data.records import records_from_rows
from rulelang.data.report import DataSet
from tests.data.dashboards import vocabulary
from tests.data.small import DISTRICT, VOCABULARY, only

GOOD: Mapping[str, object] = {
    "lea_code": DISTRICT,
    "year": 2023,
    "student_group": "All Students",
    "indicator": "Suspension Rate",
    "number": "students",
    "value": "402",
}
OF_LEA: Mapping[str, object] = {"lea_code": DISTRICT, "year": 2019, "number": "four-year graduates", "value": 95}


def records(*rows: Mapping[str, object], of: str = "dashboard") -> DataSet:
    return records_from_rows(vocabulary(of), rows)


def said(data: DataSet, group: str | None, key: FieldKey, year: int = 2023) -> Reading | None:
    return data.records[0].years[year].reading(group, key)


def number(data: DataSet, group: str | None, key: FieldKey, year: int = 2023) -> str | Fraction | None:
    found = said(data, group, key, year)
    assert found is not None
    return found.level


def test_a_row_gives_a_number_of_an_indicator() -> None:
    data = records(GOOD)
    assert data.diagnostics == ()
    assert number(data, "All Students", ("Suspension Rate", "students")) == 402
    found = said(data, "All Students", ("Suspension Rate", "students"))
    assert found is not None
    assert found.origin == "records, row 1"


@pytest.mark.parametrize(
    "given, expected",
    [
        (402, Fraction(402)),
        ("1,234", Fraction(1234)),
        (46.9, Fraction(469, 10)),
        (Decimal("46.9"), Fraction(469, 10)),
        (Fraction(2, 3), Fraction(2, 3)),
        ("not rated", None),
    ],
)
def test_a_value_is_taken_exactly(given: object, expected: Fraction | None) -> None:
    data = records({**GOOD, "number": "published rate", "value": given})
    assert number(data, "All Students", ("Suspension Rate", "published rate")) == expected


@pytest.mark.parametrize(
    "word, name",
    [
        ("Denominator", "students"),
        ("last year's students", "last year's students"),
        ("Last Year's Denominator", "last year's students"),
        ("suspended students", "suspended students"),
    ],
)
def test_a_number_may_have_its_other_names(word: str, name: str) -> None:
    assert number(records({**GOOD, "number": word}), "All Students", ("Suspension Rate", name)) == 402


def test_a_number_of_the_lea_has_neither_indicator_nor_group() -> None:
    data = records(OF_LEA, of="graduation")
    assert data.diagnostics == ()
    assert number(data, None, ("", "four-year graduates"), 2019) == 95


def test_numbers_leave_unknown_what_no_row_gives() -> None:
    data = records(GOOD)
    assert said(data, "All Students", ("Suspension Rate", "color")) is None
    assert said(data, "All Students", ("Suspension Rate", "suspended students")) is None


def test_a_level_and_a_number_stand_in_rows_of_their_own() -> None:
    level = {"lea_code": DISTRICT, "year": 2023, "student_group": "ALL", "indicator": "Suspension Rate", "level": "Red"}
    data = records(GOOD, level)
    assert data.diagnostics == ()
    assert number(data, "All Students", ("Suspension Rate", "color")) == "Red"
    assert only(records({**GOOD, "level": "Red"})).code == "record-of-level-and-number"


@pytest.mark.parametrize(
    "changes, code, column",
    [
        ({"value": "1e5"}, "not-an-exact-number", "value"),
        ({"value": "nan"}, "not-an-exact-number", "value"),
        ({"value": float("inf")}, "not-an-exact-number", "value"),
        ({"value": -3}, "not-an-exact-number", "value"),
        ({"value": Fraction(-2, 3)}, "not-an-exact-number", "value"),
        ({"value": None}, "missing-record-value", "value"),
        ({"number": None}, "missing-record-value", "number"),
        ({"number": "studens"}, "unknown-record-word", "number"),
        ({"number": "graduates"}, "unknown-record-word", "number"),
        ({"number": "last year's published change"}, "unknown-record-word", "number"),
        ({"indicator": None}, "missing-record-value", "indicator"),
        ({"student_group": None}, "record-needs-group", "student_group"),
    ],
)
def test_a_bad_row_is_refused_and_no_other(changes: dict[str, object], code: str, column: str) -> None:
    data = records({**GOOD, "student_group": "WH"}, {**GOOD, **changes})
    diagnostic = only(data)
    assert diagnostic.code == code
    assert diagnostic.place is not None
    assert (diagnostic.place.row, diagnostic.place.column) == (2, column)
    assert number(data, "White", ("Suspension Rate", "students")) == 402
    assert said(data, "All Students", ("Suspension Rate", "students")) is None


def test_points_may_be_below_zero() -> None:
    row = {**GOOD, "indicator": "ELA", "number": "DFS", "value": "-28.4"}
    assert number(records(row), "All Students", ("ELA", "distance from standard")) == Fraction(-142, 5)


@pytest.mark.parametrize(
    "changes, code",
    [({"student_group": "EL"}, "record-needs-no-group"), ({"number": "five-year rates"}, "unknown-record-word")],
)
def test_a_bad_row_of_the_lea_is_refused(changes: dict[str, object], code: str) -> None:
    assert only(records({**OF_LEA, **changes}, of="graduation")).code == code


def test_a_number_said_twice_counts_once_and_two_numbers_count_neither() -> None:
    data = records(GOOD, {**GOOD, "number": "denominator", "value": "402.0"})
    assert only(data).code == "duplicate-row"
    assert number(data, "All Students", ("Suspension Rate", "students")) == 402
    data = records(GOOD, {**GOOD, "number": "denominator", "value": 7})
    assert only(data).code == "contradicting-row"
    assert said(data, "All Students", ("Suspension Rate", "students")) is None


def test_words_without_numbers_do_not_ask_for_one() -> None:
    level = {"lea_code": DISTRICT, "year": 2023, "student_group": "HI", "indicator": "ELA", "level": "Red"}
    data = records_from_rows(VOCABULARY, [{**level, "number": "12", "value": "x"}])
    assert data.diagnostics == ()
    assert number(data, "Hispanic", ("ELA", "color")) == "Red"


PARTS = [("suspended students", "students"), ("last year's suspended students", "last year's students")]


@pytest.mark.parametrize("part, whole", PARTS)
@pytest.mark.parametrize("order", [[0, 1], [1, 0]])
def test_a_part_above_its_whole_is_refused_with_it(part: str, whole: str, order: list[int]) -> None:
    both = [{**GOOD, "number": part, "value": 30}, {**GOOD, "number": whole, "value": 10}]
    data = records(*(both[at] for at in order), {**GOOD, "student_group": "EL"})
    diagnostic = only(data)
    assert diagnostic.code == "part-above-whole"
    assert f"is `30`, more than the `10` {whole} in row {order.index(1) + 1}" in diagnostic.message
    assert diagnostic.place is not None
    assert diagnostic.place.row == order.index(0) + 1
    assert (data.report.used, data.report.refused) == (1, 2)
    assert said(data, "All Students", ("Suspension Rate", part)) is None
    assert said(data, "All Students", ("Suspension Rate", whole)) is None


@pytest.mark.parametrize("changes", [{"value": 10}, {"student_group": "EL"}, {"year": 2022}, {"value": "unknown"}])
def test_a_part_may_be_all_of_its_whole_and_is_compared_with_no_other(changes: Mapping[str, object]) -> None:
    whole = {**GOOD, "value": 10}
    assert records({**GOOD, "number": "suspended students", "value": 30, **changes}, whole).diagnostics == ()


@pytest.mark.parametrize("words", ["suspended students", "Suspended  Students"])
def test_a_scan_leaves_a_part_above_its_whole_to_the_reader(words: str, tmp_path: Path) -> None:
    rules = rulelang.load("dashboard/2018").rules
    rows = [{**GOOD, "year": 2018, "number": words, "value": 30}, {**GOOD, "year": 2018, "value": 10}]
    path = tmp_path / "numbers.csv"
    path.write_text("\n".join(",".join(map(str, one)) for one in (rows[0], *(row.values() for row in rows))))
    found = [determine_records(rules, path, scan=scan) for scan in (True, False)]
    assert [[one.code for one in each.diagnostics] for each in found] == [["part-above-whole"]] * 2
    assert [list(map(tuple, found[0].tables[0].rows))] == [list(map(tuple, found[1].tables[0].rows))]
