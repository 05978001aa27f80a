"""Rule files and tables of facts check each other: every boundary of every band, and every cell of every grid."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise

import pytest
from attrs import frozen

from rulelang.core.record import FieldKey, Reading
from rulelang.core.tree import Value
from tests.rulesets.level_rows import (
    ALL,
    ENOUGH,
    LEVELS,
    MISSING,
    TABLES,
    Row,
    evaluated,
    flags,
    given_measures,
    levels,
    number,
    prepared_for_given_measures,
    sizes,
    table_rows,
)

pytestmark = pytest.mark.skipif(not TABLES.is_dir(), reason=MISSING)


@pytest.fixture(autouse=True)
def no_floats(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every exact number that is made a binary float fail the test."""

    def forbidden(number: Fraction) -> float:
        message = f"{number} was made a binary float"
        raise AssertionError(message)

    monkeypatch.setattr(Fraction, "__float__", forbidden)


TENTH = Fraction(1, 10)
SMALL = 149

PILOT = "2017s"
"""The pilot Dashboard of spring 2017, which has no ruleset."""

RECOLLECTION = "D"
RECOVERED = ("ELPI", "2017")
"""Marked D in the table, and recovered since from every row of the statewide file of 2017."""

BOUND_NOT_FOUND = "bound not found"
"""What the table says of DASS in 2018, whose significant Change was recovered from the statewide file since."""


@frozen
class BandTable:
    """The bands of one indicator, year, type and scale, as the table of facts has them."""

    code: str
    year: int
    level_type: str
    dass: str
    scale: str
    bands: tuple[Row, ...]

    @property
    def name(self) -> str:
        dass = {"yes": "-DASS", "no": "-nonDASS"}.get(self.dass, "")
        return f"{self.code}-{self.year}-{self.level_type}{dass}-{self.scale}"

    @property
    def is_known(self) -> bool:
        of_all = all(band["confidence"] != RECOLLECTION for band in self.bands)
        return of_all or (self.code, str(self.year)) == RECOVERED

    def boundaries(self) -> list[Fraction]:
        bounds = {number(band[end]) for band in self.bands for end in ("lower", "upper")}
        return sorted(bound for bound in bounds if bound is not None)

    def level(self, value: Fraction) -> str:
        (found,) = (band["level"] for band in self.bands if holds(band, value))
        return found.partition(" (")[0]


def holds(band: Row, value: Fraction) -> bool:
    lower, upper = number(band["lower"]), number(band["upper"])
    above = lower is None or value > lower or (value == lower and band["lower_inclusive"] == "true")
    below = upper is None or value < upper or (value == upper and band["upper_inclusive"] == "true")
    return above and below


def band_tables() -> Iterator[BandTable]:
    rows: dict[tuple[str, ...], list[Row]] = {}
    for row in table_rows("cut_scores.csv") if TABLES.is_dir() else ():
        if row["year"] != PILOT:
            key = tuple(row[name] for name in ("indicator", "year", "level_type", "dass", "kind"))
            rows.setdefault(key, []).append(row)
    for (code, year, level_type, dass, kind), bands in rows.items():
        scale = kind.capitalize()
        yield BandTable(code, int(year), level_type, dass, scale, tuple(bands))


TABLES_OF_BANDS = tuple(band_tables())


def worked_out(table: BandTable, status: Fraction, change: Fraction | None) -> dict[str, Value]:
    return levels_of(table.code, table.year, table.level_type, status, change, dass=table.dass == "yes")


def levels_of(
    code: str,
    year: int,
    level_type: str,
    status: Fraction,
    change: Fraction | None,
    students: int = ENOUGH,
    *,
    dass: bool = False,
) -> dict[str, Value]:
    """Return the levels for a Status and a Change, of All Students and for ELPI as the only group it has."""
    group = "English Learners" if code == "ELPI" else ALL
    now, before = Fraction(students), Fraction(ENOUGH)
    readings: dict[FieldKey, Reading] = flags(code, level_type, dass) | sizes(code, now, before)
    readings |= given_measures(code, status, change)
    return levels(evaluated(prepared_for_given_measures(year), {group: readings}), code, group)


@pytest.mark.parametrize("table", [one for one in TABLES_OF_BANDS if one.is_known], ids=lambda table: table.name)
def test_on_just_below_and_just_above_every_boundary(table: BandTable) -> None:
    bounds = table.boundaries()
    assert len(bounds) == len(table.bands) - 1
    for value in (bound + step for bound in bounds for step in (-TENTH, Fraction(0), TENTH)):
        expected = table.level(value)
        in_place = (value, Fraction(0)) if table.scale == "Status" else (Fraction(0), value)
        assert worked_out(table, *in_place)[table.scale] == expected, value


@pytest.mark.parametrize("table", [one for one in TABLES_OF_BANDS if not one.is_known], ids=lambda table: table.name)
def test_what_is_recollection_only_cannot_be_told(table: BandTable) -> None:
    for value in table.boundaries():
        assert worked_out(table, value, Fraction(0))[table.scale] is None


def test_the_table_leaves_open_what_only_the_statewide_file_shows() -> None:
    (open_table,) = (one for one in TABLES_OF_BANDS if any(BOUND_NOT_FOUND in band["level"] for band in one.bands))
    assert (open_table.name, len(open_table.bands)) == ("GRAD-2018-all-DASS-Change", 3)
    significant = {value: worked_out(open_table, Fraction(95), Fraction(value))["Change"] for value in (-11, -9, 9, 11)}
    assert list(significant.values()) == ["Declined Significantly", "Declined", "Increased", "Increased Significantly"]


def test_a_float_would_fail_these_tests() -> None:
    with pytest.raises(AssertionError, match="binary float"):
        _ = Fraction(1, 2) + 0.5


def test_every_band_of_the_table_is_tried() -> None:
    assert len(TABLES_OF_BANDS) == 175
    assert sum(not one.is_known for one in TABLES_OF_BANDS) == 2


# ---- grids ----


@frozen
class GridTable:
    """The cells of one indicator, year and type, for large or small populations."""

    code: str
    year: int
    level_type: str
    is_small: bool
    cells: tuple[Row, ...]

    @property
    def name(self) -> str:
        return f"{self.code}-{self.year}-{self.level_type}-{'3x5' if self.is_small else '5x5'}"

    def bands(self, scale: str) -> BandTable:
        mine = (self.code, self.year, self.level_type, scale)
        found = (one for one in TABLES_OF_BANDS if (one.code, one.year, one.level_type, one.scale) == mine)
        return next(one for one in found if one.dass != "yes")


def grid_tables() -> Iterator[GridTable]:
    rows: dict[tuple[str, ...], list[Row]] = {}
    for row in table_rows("colour_grids.csv") if TABLES.is_dir() else ():
        if row["year"] != PILOT and row["confidence"] != RECOLLECTION:
            rows.setdefault(tuple(row[name] for name in ("indicator", "year", "level_type", "table")), []).append(row)
    for (code, year, level_type, table), cells in rows.items():
        yield GridTable(code, int(year), level_type, table == "3x5", tuple(cells))


TABLES_OF_GRIDS = tuple(grid_tables())


def inside(table: BandTable, level: str) -> Fraction:
    """Return a number that has a level by a table of bands."""
    bounds = table.boundaries()
    between = [(low + high) / 2 for low, high in pairwise(bounds)]
    return next(value for value in (bounds[0] - 1, *between, bounds[-1] + 1) if table.level(value) == level)


def color_of(grid: GridTable, status: str, change: str, students: int) -> Value:
    numbers = inside(grid.bands("Status"), status), inside(grid.bands("Change"), change)
    return levels_of(grid.code, grid.year, grid.level_type, *numbers, students)["color"]


@pytest.mark.parametrize("grid", TABLES_OF_GRIDS, ids=lambda grid: grid.name)
def test_every_cell(grid: GridTable) -> None:
    students = SMALL if grid.is_small else SMALL + 1
    colors = [color_of(grid, cell["status"], cell["change"], students) for cell in grid.cells]
    assert colors == [None if cell["color"] == "N/A" else cell["color"] for cell in grid.cells]
    assert len(colors) == (15 if grid.is_small else 25)


SIGNIFICANT = {"Declined Significantly": "Declined", "Increased Significantly": "Increased"}


@pytest.mark.parametrize("grid", [one for one in TABLES_OF_GRIDS if one.is_small], ids=lambda grid: grid.name)
def test_a_significant_change_of_a_small_population_counts_as_the_plain_one(grid: GridTable) -> None:
    for status in LEVELS["Status"]:
        for significant, plain in SIGNIFICANT.items():
            assert color_of(grid, status, significant, SMALL) == color_of(grid, status, plain, SMALL)


def without_a_small_table(grids: Sequence[GridTable]) -> list[GridTable]:
    small = {(one.code, one.year, one.level_type) for one in grids if one.is_small}
    return [one for one in grids if (one.code, one.year, one.level_type) not in small]


@pytest.mark.parametrize("grid", without_a_small_table(TABLES_OF_GRIDS), ids=lambda grid: grid.name)
def test_elsewhere_small_populations_have_the_grid_of_large_ones(grid: GridTable) -> None:
    for cell in grid.cells:
        colors = {color_of(grid, cell["status"], cell["change"], students) for students in (SMALL, SMALL + 1)}
        assert colors == {None if cell["color"] == "N/A" else cell["color"]}
