"""Band tables and grids: what holds at every boundary, and an example in every hole."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rulelang.compiler.level_rules.intervals import Interval, number_in, read_interval
from rulelang.core.tree import NOT_RATED, Match
from rulelang.core.walk import walk
from rulelang.diagnostics.decimals import exact_text
from rulelang.engine.table.matches import bands_of
from tests.compiler.level_rules import BANDS, GRID, MEASURES, WHOLE, Loaded, loaded, rate
from tests.strategies.effort import effort


def bands(cells: str, measure: str = "points, rounded to 1 decimal") -> str:
    """Return a ruleset whose only table has one row of cells."""
    return rate(f"  measure Status = {measure}\n  bands Status\n    | Low | Medium | High |\n    | {cells} |\n")


# ---- bands ----


@pytest.mark.parametrize(
    "cells",
    [
        "below 5.0 | below 10.0 | 10.0 or more",
        "4.9 or less | 9.9 or less | above 9.9",
        "4.9 or less | 5.0 to 9.9 | 10.0 or more",
        "below 5 | 5 to 9.9 | 10 or more",
        "below 5.0 | 5.0 or more and below 10.0 | 10.0 or more",
        "less than 5.0 | 9.9% or less | more than 9.9",
    ],
)
def test_every_boundary_and_just_beside_it_falls_in_its_band(cells: str, tmp_path: Path) -> None:
    found = loaded(tmp_path, bands(cells))
    expected = {
        "4.9": "Low",
        "5": "Medium",
        "5.1": "Medium",
        "9.9": "Medium",
        "10": "High",
        "10.1": "High",
        "-3": "Low",
    }
    assert {number: found.value("Rate Status", {"points": number}) for number in expected} == expected


def test_the_first_cell_that_holds_counts_whichever_end_the_row_begins_at(tmp_path: Path) -> None:
    descending = rate(
        "  measure Status = points, rounded to 1 decimal\n  bands Status\n"
        "    | High | Medium | Low |\n    | 10.0 or more | 5.0 or more | below 5.0 |\n"
    )
    found = loaded(tmp_path, descending)
    assert [found.value("Rate Status", {"points": number}) for number in (10, 5, 4.9)] == ["High", "Medium", "Low"]


def test_bands_stand_in_ascending_order_and_meet(tmp_path: Path) -> None:
    found = loaded(tmp_path, bands("4.9 or less | 5.0 to 9.9 | 10.0 or more"))
    assert found.ruleset is not None
    node = found.ruleset.definitions[2018, "Rate Status"].node
    [table] = [of for one in walk(node) if isinstance(one, Match) and (of := bands_of(one)) is not None]
    assert [level for _, level in table] == ["Low", "Medium", "High"]
    intervals = [interval for interval, _ in table]
    assert intervals[0].lower is None
    assert intervals[-1].upper is None
    for below, above in pairwise(intervals):
        assert below.upper is not None
        assert above.lower is not None
        assert below.upper.number == above.lower.number
        assert below.upper.included is not above.lower.included


BOUNDARIES = st.lists(st.integers(-99, 99), min_size=2, max_size=2, unique=True).map(sorted)


@settings(effort(40), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tenths=BOUNDARIES, downwards=st.booleans(), included=st.tuples(st.booleans(), st.booleans()))
def test_any_partition_is_taken_and_every_boundary_falls_where_it_says(
    tenths: list[int], downwards: bool, included: tuple[bool, bool], tmp_path: Path
) -> None:
    ends = [Fraction(one, 10) for one in tenths]
    words = [exact_text(end) for end in ends]
    if downwards:
        cells = [f"{words[1]} or more" if included[1] else f"above {words[1]}"]
        cells.append(f"{words[0]} or more" if included[0] else f"above {words[0]}")
        cells.append(f"below {words[0]}" if included[0] else f"{words[0]} or less")
        heads = "High | Medium | Low"
    else:
        cells = [f"{words[0]} or less" if included[0] else f"below {words[0]}"]
        cells.append(f"{words[1]} or less" if included[1] else f"below {words[1]}")
        cells.append(f"above {words[1]}" if included[1] else f"{words[1]} or more")
        heads = "Low | Medium | High"
    text = f"  measure Status = points\n  bands Status\n    | {heads} |\n    | {' | '.join(cells)} |\n"
    found = loaded(tmp_path, rate(text))

    def level(number: Fraction) -> str:
        above = [
            number > end or (number == end and keep is downwards) for end, keep in zip(ends, included, strict=True)
        ]
        return ("Low", "Medium", "High")[sum(above)]

    tiny = Fraction(1, 10**9)
    for number in [one + shift for one in ends for shift in (-tiny, 0, tiny)]:
        assert found.value("Rate Status", {"points": number}) == level(number)


@pytest.mark.parametrize(
    "cells, measure, example",
    [
        ("below 5.0 | below 10.0 | above 10.0", "points, rounded to 1 decimal", "10"),
        ("4.8 or less | 5.0 to 9.9 | 10.0 or more", "points, rounded to 1 decimal", "4.9"),
        ("0.0 to 4.9 | 5.0 to 9.9 | 10.0 or more", "points, rounded to 1 decimal", "-0.1"),
        ("below 5.0 | below 10.0 | 10.0 to 100.0", "points, rounded to 1 decimal", "100.1"),
        ("4.9 or less | 5.0 to 9.9 | 10.0 or more", "points, rounded to 2 decimals", "4.91"),
        ("4.9 or less | 5.0 to 9.9 | 10.0 or more", "points", "4.95"),
        ("below 5 | above 5 and below 10 | 10 or more", "points", "5"),
    ],
)
def test_a_gap_is_shown_by_a_number_in_it(cells: str, measure: str, example: str, tmp_path: Path) -> None:
    found = loaded(tmp_path, bands(cells, measure)).only("gap-in-bands")
    assert f"`{example}`" in found.message


@pytest.mark.parametrize(
    "cells, example",
    [
        ("5.0 or less | 5.0 to 9.9 | above 9.9", "5"),
        ("4.9 or less | 5.0 to 10.0 | 9.0 or more", "9"),
        ("5.0 or less | below 10.0 | 5.0 or more", "5"),
    ],
)
def test_an_overlap_is_shown_by_a_number_in_it(cells: str, example: str, tmp_path: Path) -> None:
    found = loaded(tmp_path, bands(cells))
    assert "overlapping-bands" in found.codes
    first = next(one for one in found.diagnostics if one.code == "overlapping-bands")
    assert f"`{example}`" in first.message
    assert len(first.labels) == 2


@pytest.mark.parametrize(
    "cells, level",
    [
        ("9.9 or less | 4.9 or less | above 9.9", "Medium"),
        ("below 5.0 | 4.9 or less | 5.0 or more", "Medium"),
        ("below 5.0 | 9.0 to 6.0 | 5.0 or more", "Medium"),
    ],
)
def test_a_cell_in_the_wrong_place_can_never_hold(cells: str, level: str, tmp_path: Path) -> None:
    found = loaded(tmp_path, bands(cells)).only("band-never-holds")
    assert f"`{level}`" in found.message


def test_a_cell_that_an_earlier_one_cuts_in_two_is_out_of_order(tmp_path: Path) -> None:
    found = loaded(tmp_path, bands("2.0 to 3.0 | 5.0 or less | above 5.0"))
    assert "band-in-two-parts" in found.codes


@pytest.mark.parametrize("cell", ["5", "about 5", "", "5.0 or", "Low", "between 1 and 2"])
def test_a_cell_that_names_no_numbers_is_reported(cell: str, tmp_path: Path) -> None:
    assert loaded(tmp_path, bands(f"{cell} | below 10 | 10 or more")).codes == ["unclear-band"]


def table(rows: str) -> str:
    return rate(f"  measure Status = points, rounded to 1 decimal\n  bands Status\n{rows}")


@pytest.mark.parametrize(
    "rows, code, named",
    [
        ("    | Low | Medium |\n    | below 5 | 5 or more |\n", "level-without-band", "High"),
        (
            "    | Low | Medium | Medium | High |\n    | below 5 | below 6 | below 7 | 7 or more |\n",
            "heading-twice",
            "Medium",
        ),
        ("    | Low | Medium | Hihg |\n    | below 5 | below 6 | 6 or more |\n", "level-not-of-scale", "Hihg"),
        ("    | Low | Medium | High |\n    | below 5 | below 6 |\n", "row-of-other-width", "2 cells"),
        (
            "    | type | Low | Medium | High |\n    | tiny school, every other | below 5 | below 6 | 6 or more |\n",
            "level-not-of-scale",
            "tiny school",
        ),
        (
            "    | type | Low | Medium | High |\n    | small school | below 5 | below 6 | 6 or more |\n",
            "type-without-row",
            "big school",
        ),
    ],
)
def test_a_faulty_table_of_bands_is_reported(rows: str, code: str, named: str, tmp_path: Path) -> None:
    found = loaded(tmp_path, table(rows))
    assert found.codes[0] == code
    assert named in found.diagnostics[0].message


TYPED = """\
    | type         | Low     | Medium  | High      | confidence |
    | small school | below 5 | below 6 | 6 or more | A          |
    | {other}      | below 7 | below 8 | 8 or more | C          |
"""


@pytest.mark.parametrize("other", ["big school", "every other", ""])
def test_rows_are_chosen_by_type(other: str, tmp_path: Path) -> None:
    found = loaded(tmp_path, table(TYPED.format(other=other)))
    values = [found.value("Rate Status", {"points": 7, "type": one}) for one in ("small school", "big school")]
    assert values == ["High", "Medium"]
    assert found.value("Rate Status", {"points": 7}) is None
    assert found.value("Rate Status", {"points": 9}) == "High"
    assert found.value("Rate Status", {"points": 9, "type": None}) is NOT_RATED


def test_a_type_has_one_row(tmp_path: Path) -> None:
    found = loaded(tmp_path, table(TYPED.format(other="big school, small school")))
    assert "`small school`" in found.only("type-twice").message


def test_what_is_not_established_cannot_be_told_and_says_why(tmp_path: Path) -> None:
    text = table(
        '    because "not found"\n    | Low | Medium | High |\n    | not established | 5.0 to 9.9 | not established |\n'
    )
    found = loaded(tmp_path, text)
    assert [found.value("Rate Status", {"points": one}) for one in (4.9, 5, 9.9, 10)] == [
        None,
        "Medium",
        "Medium",
        None,
    ]
    without = text.replace('    because "not found"\n', "")
    assert loaded(tmp_path, without.replace("5.0 to 9.9", "not established")).codes == [
        "not-established-without-reason"
    ]


def test_a_level_that_is_not_established_needs_a_reason_whatever_is_wrong_with_its_condition(tmp_path: Path) -> None:
    faulty = rate(MEASURES + BANDS + "  not established when partt is above 5\n")
    assert {*loaded(tmp_path, faulty).codes} == {"unknown-number", "not-established-without-reason"}


def test_bands_need_a_measure_of_their_scale(tmp_path: Path) -> None:
    found = loaded(
        tmp_path, rate("  bands Status\n    | Low | Medium | High |\n    | below 1 | below 2 | 2 or more |\n")
    )
    found.only("level-without-measure")


# ---- cells as text ----


@pytest.mark.parametrize(
    "text, inside, outside",
    [
        ("45.0 or more", ["45", "45.1"], ["44.9"]),
        ("above 6.0", ["6.01"], ["6"]),
        ("below −0.3", ["-0.4"], ["-0.3"]),
        ("- 2 or less", ["-2", "-3"], ["-1.9"]),
        ("2.6% to 5.0%", ["2.6", "5"], ["2.5", "5.1"]),
        ("above -0.3 and below 0.3", ["0", "-0.2"], ["-0.3", "0.3"]),
    ],
)
def test_a_cell_says_which_ends_belong_to_it(text: str, inside: Sequence[str], outside: Sequence[str]) -> None:
    found = read_interval(text)
    assert found is not None
    for number, holds in [*((one, True) for one in inside), *((one, False) for one in outside)]:
        value = Fraction(number)
        assert (found.start <= (0, value, 0) and (0, value, 1) <= found.end) is holds


@given(
    start=st.fractions(-9, 9),
    length=st.fractions(0, 9),
    sides=st.tuples(st.sampled_from([0, 1]), st.sampled_from([0, 1])),
    tenths=st.booleans(),
)
def test_the_number_shown_lies_in_the_stretch(
    start: Fraction, length: Fraction, sides: tuple[int, int], tenths: bool
) -> None:
    interval = Interval((0, start, sides[0]), (0, start + length, sides[1]))
    step = Fraction(1, 10) if tenths else None
    if not interval.is_empty(step):
        number = number_in(interval, step)
        assert interval.start <= (0, number, 0)
        assert (0, number, 1) <= interval.end
        assert not tenths or (number * 10).denominator == 1


@pytest.mark.parametrize(
    "number, text", [("1.50", "1.5"), ("-0.1", "-0.1"), ("95", "95"), ("1/3", "1/3"), ("0", "0"), ("0.05", "0.05")]
)
def test_numbers_are_written_as_people_write_them(number: str, text: str) -> None:
    assert exact_text(Fraction(number)) == text


# ---- grids ----


def test_a_grid_gives_the_level_where_row_and_column_meet(tmp_path: Path) -> None:
    found = loaded(tmp_path, WHOLE)
    numbers = {"part": 60, "students": 1000, "last year's part": 60, "last year's students": 1000}
    assert found.value("Rate color", numbers) == "Yellow"
    assert found.value("Rate color", {**numbers, "last year's part": 40}) == "Green"
    assert found.value("Rate color", {**numbers, "students": None}) is NOT_RATED
    assert found.value("Rate color", {**numbers, "part": 10, "last year's part": 90}) == "Red"
    unknown = {name: number for name, number in numbers.items() if not name.startswith("last")}
    assert found.value("Rate color", unknown) is None
    assert found.value("Rate color", {**unknown, "part": 10}) == "Red"


def grid(change: tuple[str, str]) -> Sequence[str]:
    text = GRID.replace(*change)
    assert text != GRID
    return text


@pytest.mark.parametrize(
    "change, code, named",
    [
        (("    | Medium          | Red          | Yellow | Green     |\n", ""), "missing-in-grid", "Medium"),
        (("| Increased |\n", "| Kept |\n"), "heading-twice", "Kept"),
        (("    | Medium ", "    | Low "), "heading-twice", "Low"),
        (("Status \\ Change", "Status"), "unclear-corner", "Status"),
        (("Status \\ Change", "Status \\ Status"), "unclear-corner", "Status"),
        (("| Yellow |", "| Yelow  |"), "unclear-grid-cell", "Yelow"),
        (("| Yellow |", "|        |"), "unclear-grid-cell", "Medium"),
        (("| Yellow | Green     |", "| Yellow |"), "row-of-other-width", "3 cells"),
        (("    | High ", "    | Best "), "level-not-of-scale", "Best"),
    ],
)
def test_a_faulty_grid_is_reported(change: tuple[str, str], code: str, named: str, tmp_path: Path) -> None:
    found = loaded(tmp_path, rate(MEASURES + BANDS + str(grid(change))))
    assert code in found.codes
    assert named in next(one for one in found.diagnostics if one.code == code).message


def test_a_grid_needs_the_levels_that_meet_in_it(tmp_path: Path) -> None:
    without = BANDS.split("  bands Change")[0]
    found = loaded(tmp_path, rate(MEASURES + without + GRID))
    assert "`Change`" in found.only("nothing-gives-level").message


def test_grids_are_chosen_by_type(tmp_path: Path) -> None:
    small = GRID.replace("grid color", "grid color for small school").replace("Yellow", "Red")
    numbers = {"part": 60, "students": 1000, "last year's part": 60, "last year's students": 1000}
    found = loaded(tmp_path, rate(MEASURES + BANDS + small + GRID))
    values = [found.value("Rate color", {**numbers, "type": one}) for one in ("small school", "big school")]
    assert values == ["Red", "Yellow"]
    assert found.value("Rate color", {**numbers, "type": None}) is NOT_RATED
    alone: Loaded = loaded(tmp_path, rate(MEASURES + BANDS + small))
    assert "`big school`" in alone.only("type-without-row").message
