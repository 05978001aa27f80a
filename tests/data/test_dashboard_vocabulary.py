"""The vocabularies of performance levels and of graduation rates: names, columns and codes that fit together."""

from __future__ import annotations

import pytest

from rulelang.core.file_layouts import FileFormat
from rulelang.core.vocabulary import Scope, Vocabulary, of_last_year
from rulelang.data import layout as lay
from tests.data.dashboards import EVERY_YEAR, vocabulary

LEVELS = vocabulary()
STATE = next(layout for layout in LEVELS.formats if layout.of == "state")
FLAGS = ("table", "school status", "data certification", "result", "pairing", "testing", "participation", "baseline")


def reported(words: Vocabulary) -> list[tuple[str, str, int]]:
    """Return every indicator of student groups with a scale and a year it is reported on."""
    return [
        (indicator.name, scale, year)
        for indicator in words.indicators_of("state")
        for scale in indicator.scales
        for year in EVERY_YEAR
        if indicator.reports(scale, year)
    ]


def base() -> Vocabulary:
    return vocabulary("")


def test_what_is_not_said_anew_is_as_in_the_file_extended() -> None:
    assert LEVELS.years == base().years == EVERY_YEAR
    assert LEVELS.suspended == base().suspended
    assert [local.name for local in LEVELS.indicators_of("local")] == [
        one.name for one in base().indicators_of("local")
    ]
    assert LEVELS.format_of("local") == base().format_of("local")
    assert LEVELS.name == "California Dashboard Levels"


def test_the_indicators_of_the_criteria_have_the_same_levels_and_files() -> None:
    """Science has levels and no part in the criteria."""
    of_criteria = {one for one in reported(base()) if one[1] in ("color", "Status")}
    found = {one for one in reported(LEVELS) if one[1] in ("color", "Status")}
    assert found == of_criteria | {("Science", "Status", 2025), ("Science", "color", 2025)}
    files = next(layout for layout in base().formats if layout.of == "state").files
    assert [file for file in STATE.files if file.indicator != "Science"] == list(files)


def test_an_indicator_with_a_color_has_a_change() -> None:
    colors = {(name, year) for name, scale, year in reported(LEVELS) if scale == "color"}
    assert {(name, year) for name, scale, year in reported(LEVELS) if scale == "Change"} == colors
    assert {year: sum(year == one for _, one in colors) for year in EVERY_YEAR} == {
        2017: 5,
        2018: 6,
        2019: 6,
        2022: 0,
        2023: 6,
        2024: 7,
        2025: 8,
    }


def test_no_flag_makes_a_file_wanted_that_has_no_level() -> None:
    """A year in which an indicator has neither color nor Status is one in which its file is of no use."""
    with_level = {(name, year) for name, scale, year in reported(LEVELS) if scale in ("color", "Status")}
    assert {(name, year) for name, _, year in reported(LEVELS)} == with_level


@pytest.mark.parametrize("name, scale, year", reported(LEVELS))
def test_every_level_has_a_column_and_codes(name: str, scale: str, year: int) -> None:
    assert lay.column_of(STATE, scale, year, name) is not None
    codes = lay.level_codes_of(STATE, scale, LEVELS.indicator(name)).levels
    assert set(codes.values()) - {None} == set(LEVELS.scale(scale).levels)


def test_all_students_come_first_and_the_other_groups_are_those_of_the_criteria() -> None:
    assert [group.name for group in LEVELS.groups] == ["All Students", *(group.name for group in base().groups)]
    assert [group.code for group in LEVELS.groups[1:]] == [group.code for group in base().groups]


@pytest.mark.parametrize(
    "code, kind",
    [
        ("27102720000000", "county office"),
        ("00000000000000", "State"),
        ("27661420000000", "school district"),
        ("27661420132407", "school"),
        ("27102720112177", "school"),
    ],
)
def test_a_code_tells_the_kind(code: str, kind: str) -> None:
    found = LEVELS.kind_of_code(code)
    assert found is not None
    assert found.name == kind


def test_no_level_is_taken_away_for_want_of_students() -> None:
    assert LEVELS.minimum_size("Status", "White", "school", 2023) is None
    assert base().minimum_size("Status", "White", "school district", 2023) == 30


def test_a_status_of_2022_that_is_published_counts() -> None:
    sizes = {year: base().minimum_size("Status", "Homeless", "charter school", year) for year in (2019, 2022, 2023)}
    assert sizes == {2019: 30, 2022: 15, 2023: 30}
    assert base().minimum_size("Status", "Foster Youth", "charter school", 2022) == 30


def in_some_year(layout: FileFormat, indicator: str, name: str) -> bool:
    return any(lay.column_of(layout, name, year, indicator) is not None for year in EVERY_YEAR)


@pytest.mark.parametrize(
    "indicator, name",
    [(one, name) for number in LEVELS.numbers for one in number.indicators for name in number.names],
)
def test_every_number_has_a_column(indicator: str, name: str) -> None:
    assert in_some_year(STATE, indicator, name)


def test_a_year_of_status_alone_has_no_column_of_last_year_it_must_have() -> None:
    reported_then = [indicator for indicator in LEVELS.indicators_of("state") if indicator.reported_in(2022)]
    assert len(reported_then) == 6
    for indicator in reported_then:
        columns = lay.numbers_in(LEVELS, STATE, indicator, 2022)
        needed = [column.holds for _, column in columns if column.otherwise is None]
        assert not [name for name in needed if name.startswith(of_last_year(""))]
        assert "students" in needed


@pytest.mark.parametrize("name", [one.name for one in LEVELS.indicators_of("state")])
def test_every_indicator_has_students_and_a_rate_or_points(name: str) -> None:
    numbers = [number.name for number in LEVELS.numbers_of(name)]
    assert {"students", "published change"} < set(numbers)
    assert len({"published rate", "distance from standard", "science points"} & set(numbers)) == 1


@pytest.mark.parametrize("scale", FLAGS)
def test_a_flag_that_no_file_has_is_not_set(scale: str) -> None:
    column = lay.column_of(STATE, scale)
    assert column is not None
    codes = next(table for table in STATE.level_codes if table.scale == scale).levels
    unset = codes[""]
    assert unset in LEVELS.scale(scale).levels
    assert scale == "baseline" or column.otherwise == ""


def test_only_points_and_changes_may_be_below_zero() -> None:
    assert [number.name for number in LEVELS.numbers if number.below_zero] == [
        "published change",
        "distance from standard",
        "distance from standard of tested students",
        "participation adjustment",
        "science points",
    ]


def test_the_numbers_of_graduation_rates_are_those_of_the_lea() -> None:
    words = vocabulary("graduation")
    assert words.name == "California Graduation Rates"
    assert all(number.indicators == () for number in words.numbers)
    names = [number.name for number in words.numbers_of()]
    assert names[:3] == ["four-year graduates", "four-year cohort", "fifth-year graduates"]
    assert {"five-year graduates", "five-year cohort", "six-year graduates", "seven-year cohort"} < set(names)
    assert words.indicator("Basics").scope is Scope.LEA
