"""Numbers: read exactly, from files of every year's layout, and refused where they are none."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rulelang.data.cells import exact
from tests.data.dashboards import SUSPENSIONS, read, readings, suspensions, value
from tests.data.small import DISTRICT, SCHOOL, counts, only

SUSPENDED = ("Suspension Rate", "suspended students")
STUDENTS = ("Suspension Rate", "students")

# ---- What a number is ----


@pytest.mark.parametrize(
    "text, number",
    [
        ("31", Fraction(31)),
        ("0", Fraction(0)),
        ("007", Fraction(7)),
        ("46.9", Fraction(469, 10)),
        ("-6.25", Fraction(-25, 4)),
        (".5", Fraction(1, 2)),
        ("1,234", Fraction(1234)),
        ("6,019,472", Fraction(6019472)),
        ("-1,234.5", Fraction(-2469, 2)),
        ("0.1", Fraction(1, 10)),
    ],
)
def test_a_number_is_read_exactly(text: str, number: Fraction) -> None:
    assert exact(text) == number


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-",
        ".",
        "5.",
        "1e5",
        "1E5",
        "NaN",
        "nan",
        "inf",
        "-Infinity",
        "46.9%",
        "about 30",
        "12,34",
        "1,2345",
        ",123",
        "1,234,",
        "1 234",
        "--5",
        "+5",
        "1/2",
        "0x1F",
        "1_000",
        "\u0661\u0662",
        "46.9\n",
        "*",
        "9" * 13,
        "0." + "9" * 21,
    ],
)
def test_what_only_looks_like_a_number_is_none(text: str) -> None:
    assert exact(text) is None


@given(st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-(10**9), max_value=10**9))
def test_every_decimal_keeps_every_digit(number: Decimal) -> None:
    assert exact(f"{number:f}") == Fraction(number)
    assert exact(f"{number:,f}") == Fraction(number)


@given(st.text(max_size=12))
def test_no_text_raises(text: str) -> None:
    number = exact(text)
    assert number is None or any(char.isdigit() for char in text)


# ---- In a file ----


def test_the_numbers_and_levels_of_a_row(tmp_path: Path) -> None:
    data = read(suspensions(tmp_path), 2023)
    assert data.diagnostics == ()
    found = {name: reading.level for (_, name), reading in readings(data, DISTRICT, "African American", 2023).items()}
    assert found == {
        "color": "Orange",
        "Status": "Medium",
        "Change": "Increased",
        "type": "unified district",
        "school status": "non-DASS",
        "data certification": "Certified",
        "result": "Calculated",
        "students": 402,
        "last year's students": 409,
        "published change": Fraction("0.5"),
        "published rate": Fraction("3.5"),
        "last year's published rate": Fraction("2.9"),
        "suspended students": 14,
        "last year's suspended students": 12,
    }


def test_a_thousands_separator_is_no_mistake(tmp_path: Path) -> None:
    data = read(suspensions(tmp_path, {"currnumer": "212,681", "currdenom": "6,019,472"}))
    assert value(data, DISTRICT, "African American", 2023, SUSPENDED) == 212681
    assert value(data, DISTRICT, "African American", 2023, STUDENTS) == 6019472


def test_a_blank_number_is_none_and_no_mistake(tmp_path: Path) -> None:
    small = {"currnumer": "", "currdenom": "5", "currstatus": "", "change": "", "color": "", "statuslevel": ""}
    data = read(suspensions(tmp_path, {**small, "changelevel": ""}))
    assert data.diagnostics == ()
    found = readings(data, DISTRICT, "African American", 2023)
    assert found[SUSPENDED].level is None
    assert found[SUSPENDED].note == "blank in the file"
    assert found[STUDENTS].level == 5
    assert [found["Suspension Rate", scale].level for scale in ("Status", "Change", "color")] == [None, None, None]


COUNTS = {
    "currnumer": SUSPENDED,
    "currdenom": STUDENTS,
    "priornumer": ("Suspension Rate", "last year's suspended students"),
    "priordenom": ("Suspension Rate", "last year's students"),
}


@pytest.mark.parametrize("text", ["many", "1e5", "NaN", "inf", "46.9%", "1/2", "*", "-3"])
@pytest.mark.parametrize("column", COUNTS)
def test_a_count_that_is_none_is_unknown_and_the_rest_of_its_row_counts(tmp_path: Path, column: str, text: str) -> None:
    data = read(suspensions(tmp_path, {column: text}, {"studentgroup": "WH"}))
    diagnostic = only(data)
    assert diagnostic.code == "not-an-exact-number"
    assert f"`{text}`" in diagnostic.message
    assert "not below zero" in diagnostic.message
    assert diagnostic.place is not None
    assert (diagnostic.place.row, diagnostic.place.column) == (2, column)
    assert counts(data) == (2, 2, 0, 0)
    facts = data.records[0].years[2023]
    for other, number in COUNTS.items():
        assert (facts.reading("African American", number) is None) == (other == column)
        assert facts.reading("White", number) is not None


@pytest.mark.parametrize(
    "part, whole, name", [("currnumer", "currdenom", ""), ("priornumer", "priordenom", "last year's ")]
)
def test_of_a_part_above_its_whole_neither_is_known_and_the_rest_of_the_row_counts(
    tmp_path: Path, part: str, whole: str, name: str
) -> None:
    data = read(suspensions(tmp_path, {part: "30", whole: "10"}, {"studentgroup": "WH"}))
    diagnostic = only(data)
    assert diagnostic.code == "part-above-whole"
    assert f"{name}suspended students of `Suspension Rate`" in diagnostic.message
    assert f"is `30`, more than the `10` {name}students" in diagnostic.message
    assert diagnostic.place is not None
    assert (diagnostic.place.row, diagnostic.place.column) == (2, part)
    facts = data.records[0].years[2023]
    for column, number in COUNTS.items():
        assert (facts.reading("African American", number) is None) == (column in (part, whole))
    assert facts.reading("White", SUSPENDED) is not None


@pytest.mark.parametrize("changes", [{"currnumer": "402"}, {"currdenom": ""}, {"currnumer": "", "priornumer": ""}])
def test_a_part_may_be_all_of_its_whole_and_is_compared_with_no_blank(tmp_path: Path, changes: dict[str, str]) -> None:
    assert read(suspensions(tmp_path, changes)).diagnostics == ()


def test_a_change_may_be_below_zero_and_no_word(tmp_path: Path) -> None:
    assert value(
        read(suspensions(tmp_path, {"change": "-6.25"})),
        DISTRICT,
        "African American",
        2023,
        ("Suspension Rate", "published change"),
    ) == Fraction(-25, 4)
    diagnostic = only(read(suspensions(tmp_path, {"change": "less"})))
    assert diagnostic.code == "not-an-exact-number"
    assert "not below zero" not in diagnostic.message


def test_of_two_rows_that_give_different_numbers_neither_counts(tmp_path: Path) -> None:
    data = read(suspensions(tmp_path, {}, {"currnumer": "15"}))
    assert only(data).code == "contradicting-row"
    assert SUSPENDED not in readings(data, DISTRICT, "African American", 2023)


def test_a_level_that_is_none_is_unknown_and_the_numbers_of_its_row_count(tmp_path: Path) -> None:
    data = read(suspensions(tmp_path, {"color": "9"}))
    assert only(data).code == "unknown-level-code"
    facts = data.records[0].years[2023]
    assert facts.reading("African American", ("Suspension Rate", "color")) is None
    assert facts.reading("African American", SUSPENDED) is not None


def test_a_refused_row_keeps_nothing_of_what_it_says(tmp_path: Path) -> None:
    data = read(suspensions(tmp_path, {"cds": DISTRICT[1:]}, {"studentgroup": "WH"}))
    assert only(data).code == "lost-leading-zeros"
    for number in COUNTS.values():
        assert data.records[0].years[2023].reading("African American", number) is None


def test_what_a_refused_row_leaves_open_is_open_for_its_group_alone(tmp_path: Path) -> None:
    data = read(suspensions(tmp_path, {}, {"currnumer": "15"}, {"studentgroup": "WH"}))
    assert counts(data) == (3, 1, 0, 2)
    facts = data.records[0].years[2023]
    for name in ("students", "last year's students", "color"):
        assert facts.reading("African American", ("Suspension Rate", name)) is None
        other = facts.reading("Asian", ("Suspension Rate", name))
        assert other is not None
        assert other.level is None


@pytest.mark.parametrize("column", ["currnumer", "currdenom", "priornumer", "priordenom", "type", "color"])
def test_a_file_without_a_column_it_must_have_is_not_used(tmp_path: Path, column: str) -> None:
    data = read(suspensions(tmp_path, without=(column,)))
    assert only(data).code == "missing-data-column"
    assert data.records == ()


@pytest.mark.parametrize("column", ["change", "currstatus", "priorstatus", "dass_flag", "certifyflag"])
def test_a_file_may_lack_what_can_be_worked_out_or_is_a_flag(tmp_path: Path, column: str) -> None:
    data = read(suspensions(tmp_path, without=(column,)))
    assert data.diagnostics == ()
    assert value(data, DISTRICT, "African American", 2023, SUSPENDED) == 14


# ---- The layouts of other years ----


def lines(folder: Path, name: str, *rows: dict[str, str]) -> Path:
    folder.mkdir(exist_ok=True)
    text = ["\t".join(rows[0]), *("\t".join(row.values()) for row in rows)]
    (folder / name).write_text("\n".join(text) + "\n", encoding="utf-8")
    return folder


PLACE = {"cds": DISTRICT, "rtype": "D", "schoolname": "", "districtname": "Alameda Unified", "countyname": "Alameda"}


def test_a_year_of_status_alone_needs_no_prior_year_change_or_color(tmp_path: Path) -> None:
    prior = ("priornumer", "priordenom", "priorstatus", "change", "changelevel", "color")
    data = read(suspensions(tmp_path, {"certifyflag": "Y"}, without=prior, year=2022), 2022)
    assert data.diagnostics == ()
    found = {name: reading.level for (_, name), reading in readings(data, DISTRICT, "African American", 2022).items()}
    assert found == {
        "Status": "Medium",
        "type": "unified district",
        "school status": "non-DASS",
        "data certification": "Not Certified",
        "result": "Calculated",
        "students": 402,
        "published rate": Fraction("3.5"),
        "suspended students": 14,
    }


def test_the_points_of_2022_have_their_own_headers(tmp_path: Path) -> None:
    points = {"studentgroup": "EL", "currdenom": "96", "currstatus": "-28.4", "statuslevel": "2", "hscutpoints": "Y"}
    tested = {"pairshare_method": "", "prate_enrolled": "100", "prate_tested": "90", "prate": "90", "numPRLOSS": "5"}
    without = {"currdenom_withoutPRLOSS": "91", "currstatus_withoutPRLOSS": "-11.3", "reportingyear": "2022"}
    row = {**PLACE, **points, **tested, **without}
    found = readings(read(lines(tmp_path, "eladownload2022.txt", row), 2022), DISTRICT, "English Learners", 2022)
    expected = {
        "students": 96,
        "distance from standard": Fraction("-28.4"),
        "students with a score": 91,
        "distance from standard of tested students": Fraction("-11.3"),
        "enrolled students": 100,
        "tested students": 90,
        "participation rate": 90,
        "lowest scores added": 5,
        "table": "high school table",
        "pairing": "Own Results",
    }
    assert {name: found["ELA", name].level for name in expected} == expected


def test_the_elpi_of_2022_says_who_was_not_tested(tmp_path: Path) -> None:
    said = {"currnumer": "20", "currdenom": "34", "currstatus": "58.8", "statuslevel": "2", "flag95pct": "Y"}
    row = {**PLACE, **said, "reportingyear": "2022"}
    found = readings(read(lines(tmp_path, "elpidownload2022.txt", row), 2022), DISTRICT, "English Learners", 2022)
    assert found["ELPI", "participation"].level == "Too Few Tested"
    assert found["ELPI", "students making progress"].level == 20


def test_2024_has_long_term_learners_and_colors_that_count_for_nothing(tmp_path: Path) -> None:
    change = {"smalldenom": "Y", "dataerrorflag": ""}
    rows = ({**change, "studentgroup": "LTEL"}, {**change, "studentgroup": "SBA"}, {**change, "studentgroup": "CAA"})
    data = read(suspensions(tmp_path, *rows, year=2024), 2024)
    assert data.diagnostics == ()
    assert counts(data) == (3, 1, 2, 0)
    assert list(data.records[0].years[2024].groups) == ["Long-Term English Learners"]


def test_the_points_of_2025_have_their_own_headers(tmp_path: Path) -> None:
    current = {"currdenom": "96", "currstatus": "-28.4", "currnumPRLOSS": "5", "currdenom_withoutPRLOSS": "91"}
    prior = {"priordenom": "90", "priorstatus": "1.2", "priornumPRLOSS": "4", "priordenom_withoutPRLOSS": "86"}
    levels = {"change": "-29.6", "statuslevel": "2", "changeLevel": "1", "color": "2", "Reportingyear": "2025"}
    row = {**PLACE, "StudentGroup": "ALL", **current, **prior, **levels}
    found = readings(read(lines(tmp_path, "eladownload2025.txt", row), 2025), DISTRICT, "All Students", 2025)
    assert found["ELA", "lowest scores added"].level == 5
    assert found["ELA", "last year's lowest scores added"].level == 4
    assert found["ELA", "last year's students with a score"].level == 86
    assert found["ELA", "Change"].level == "Declined Significantly"


def test_headers_may_be_written_in_any_case(tmp_path: Path) -> None:
    row = {name.upper(): cell for name, cell in SUSPENSIONS.items()}
    data = read(lines(tmp_path, "suspdownload2023.txt", row))
    assert data.diagnostics == ()
    assert value(data, DISTRICT, "African American", 2023, SUSPENDED) == 14


def test_a_hand_assigned_result_is_told(tmp_path: Path) -> None:
    data = read(suspensions(tmp_path, {"dataerrorflag": "Y"}))
    assert value(data, DISTRICT, "African American", 2023, ("Suspension Rate", "result")) == "Hand-Assigned"


def test_schools_and_the_state_are_kept_and_other_rows_are_not(tmp_path: Path) -> None:
    school = {"cds": SCHOOL, "rtype": "S"}
    data = read(suspensions(tmp_path, school, {"cds": "0" * 14, "rtype": "X"}, {"rtype": "L"}))
    assert [(record.code, record.kind) for record in data.records] == [("0" * 14, "State"), (SCHOOL, "school")]
    assert only(data).code == "unknown-row-kind"
    assert counts(data) == (3, 2, 0, 1)
