"""How to read one published file: which indicators it is about, and which of its columns hold what.

The plan is made once for a file, so that reading a row is a handful of look-ups.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from attrs import frozen

from rulelang.core.file_layouts import Column
from rulelang.core.record import FieldKey
from rulelang.core.record_words import counts_in, folded
from rulelang.core.vocabulary import FACTS, NO_INDICATOR, Indicator, Number, Scope, StudentGroup, Vocabulary
from rulelang.data import layout as lay
from rulelang.data.cells import cell_text
from rulelang.data.folders import PublishedFile
from rulelang.data.layout import Placed
from rulelang.data.tables import Table
from rulelang.diagnostics.catalogue import data as say
from rulelang.diagnostics.diagnostic import Diagnostic


@frozen
class LevelColumn:
    """A column that holds an indicator's level on a scale, and its codes as files write them, by folded text."""

    scale: str
    key: FieldKey
    placed: Placed
    codes: Mapping[str, str | None]
    written: tuple[str, ...]
    has_sizes: bool


@frozen
class NumberColumn:
    """A column that holds a number of an indicator, of the year or of last year."""

    name: str
    key: FieldKey
    placed: Placed
    number: Number
    counts: bool


@frozen
class FilePlan:
    """The places of everything in a file.

    `levels` and `numbers` are the columns to read for each indicator it may be about, `by_numbers` those of which it
    has numbers alone.
    """

    file: PublishedFile
    table: Table
    code: Placed
    name: Placed
    county: Placed
    group: Placed
    indicator: Placed
    students: Placed
    year: lay.YearColumn
    keep: lay.RowFilter
    levels: Mapping[str, tuple[LevelColumn, ...]]
    numbers: Mapping[str, tuple[NumberColumn, ...]]
    by_numbers: frozenset[str]
    blanks: frozenset[str]

    def text(self, placed: Placed, cells: Sequence[object]) -> str:
        """Return the value of a row in a column of levels or numbers; a word that stands for an empty cell is none."""
        text = placed.text(cells)
        return "" if self.blanks and folded(text) in self.blanks else text

    def header(self, placed: Placed) -> str:
        """Return the name a column has in the file."""
        return placed.header(self.table.header)

    def may_be_about(self, indicator: Indicator) -> bool:
        """Return whether rows may be about an indicator: it is reported, or is what facts belong to."""
        return self.is_reported(indicator.name) or indicator is NO_INDICATOR

    def is_reported(self, indicator: str) -> bool:
        """Return whether the file reports an indicator: it has levels of it, or numbers alone."""
        return bool(self.levels[indicator]) or indicator in self.by_numbers

    def keys(self, indicator: str) -> tuple[FieldKey, ...]:
        """Return what the columns to read for an indicator hold, numbers first."""
        numbers = tuple(column.key for column in self.numbers[indicator])
        return numbers + tuple(column.key for column in self.levels[indicator])

    def may_be_shifted(self, cells: Sequence[object]) -> bool:
        """Return whether cells of a row may be in other columns than their own, because it has too few or too many."""
        width = len(self.table.header)
        return len(cells) != width and (
            len(cells) < width or any(map(cell_text, cells[width:])) or len(cells) != self.table.usual_width
        )

    def near_code(self, cells: Sequence[object]) -> list[str]:
        """Return the cells of a shifted row that may hold its code."""
        more = len(cells) - len(self.table.header)
        near = (cells[max(at + min(more, 0), 0) : at + max(more, 0) + 1] for at in self.code.positions)
        return [cell_text(cell) for some in near for cell in some]

    def called(self, cells: Sequence[object]) -> tuple[str, str]:
        """Return the name and county of the LEA of a row, blank where the row is too short to have them."""
        name, county = (
            "" if any(position >= len(cells) for position in placed.positions) else placed.text(cells)
            for placed in (self.name, self.county)
        )
        return name, county

    @property
    def deciding(self) -> frozenset[int]:
        """Return the positions of the columns that decide, with the LEA code, whether a row is of the year and kept."""
        return frozenset(self.year.placed.positions).union(at for at in self.keep.positions if at is not None)

    @property
    def needed(self) -> frozenset[int]:
        """Return the positions of the columns on which a reading depends: not those of names."""
        placed = [self.code, self.group, self.indicator, self.students, self.year.placed]
        placed.extend(level.placed for levels in self.levels.values() for level in levels)
        placed.extend(number.placed for numbers in self.numbers.values() for number in numbers)
        kept = (position for position in self.keep.positions if position is not None)
        return frozenset(kept).union(*(one.positions for one in placed))


def indicators_of(vocabulary: Vocabulary, file: PublishedFile) -> tuple[Indicator, ...]:
    """Return the indicators a file may be about, whether reported that year or not."""
    return tuple(
        indicator
        for indicator in vocabulary.indicators_of(file.layout.kind)
        if file.indicator in (indicator.name, None) and indicator.name not in file.without
    )


def make_plan(vocabulary: Vocabulary, file: PublishedFile, table: Table) -> FilePlan:
    """Return the plan for a file; columns it does not have have no place in it."""

    def placed(holds: str) -> Placed:
        column = lay.column_of(file.layout, holds, file.year, file.indicator) or Column(holds, (), "")
        return lay.place(column, file.year, table.header)

    about = indicators_of(vocabulary, file)
    return FilePlan(
        file,
        table,
        placed(lay.LEA_CODE),
        placed(lay.LEA_NAME),
        placed(lay.COUNTY),
        placed(lay.STUDENT_GROUP),
        placed(lay.INDICATOR),
        placed(lay.STUDENTS),
        lay.year_column(placed(lay.DASHBOARD_YEAR), file.year, vocabulary.years if file.declared.holds_years else ()),
        lay.row_filter(file.layout, table.header),
        {one.name: _level_columns(vocabulary, file, table, one) for one in about},
        {one.name: _number_columns(vocabulary, file, table, one) for one in about},
        frozenset(one.name for one in about if lay.has_numbers_alone(vocabulary, file.layout, one, file.year)),
        frozenset(map(folded, file.layout.blanks)),
    )


def _level_columns(
    vocabulary: Vocabulary, file: PublishedFile, table: Table, indicator: Indicator
) -> tuple[LevelColumn, ...]:
    columns = []
    for column in lay.scales_in(vocabulary, file.layout):
        if not (indicator.reports(column.holds, file.year) and column.fits(file.year, indicator.name)):
            continue
        table_of_codes = lay.level_codes_of(file.layout, column.holds, indicator)
        columns.append(
            LevelColumn(
                column.holds,
                (indicator.name, column.holds),
                lay.place(column, file.year, table.header),
                {folded(code): level for code, level in table_of_codes.levels.items()},
                tuple(table_of_codes.levels),
                bool(vocabulary.minimum_sizes.get(column.holds)),
            )
        )
    return tuple(columns)


def _number_columns(
    vocabulary: Vocabulary, file: PublishedFile, table: Table, indicator: Indicator
) -> tuple[NumberColumn, ...]:
    """Return the places of an indicator's numbers; a number whose column the file may lack, and lacks, is left out."""
    columns, counts = [], counts_in(vocabulary, indicator.name)
    for number, column in lay.numbers_in(vocabulary, file.layout, indicator, file.year):
        placed = lay.place(column, file.year, table.header)
        if placed.positions or column.otherwise is None:
            key, is_count = (indicator.name, column.holds), column.holds in counts or column.holds == lay.STUDENTS
            columns.append(NumberColumn(column.holds, key, placed, number, is_count))
    return tuple(columns)


# ---- What is missing, or there twice ----


def unusable_columns(vocabulary: Vocabulary, plan: FilePlan) -> list[Diagnostic]:
    """Return a message for each missing or repeated column without which the file's rows cannot be used."""
    repeated = lay.repeated_names(plan.table.header, plan.needed)
    place = plan.table.file, plan.table.header_row
    return [*_missing_columns(vocabulary, plan), *(say.repeated_column(*place, name) for name in repeated)]


def _missing_columns(vocabulary: Vocabulary, plan: FilePlan) -> list[Diagnostic]:
    needed = [plan.year.placed]
    if any(vocabulary.indicator(name).scope is Scope.GROUP for name in plan.levels):
        is_assumed = plan.file.layout.is_one_table or _only_group(vocabulary, plan)
        needed.append(plan.group if is_assumed else _without_default(plan.group))
    if plan.file.indicator is None and plan.file.layout.of != FACTS and not plan.file.layout.is_one_table:
        needed.append(_without_default(plan.indicator))
    levels = [level for columns in plan.levels.values() for level in columns]
    if any(level.has_sizes for level in levels):
        needed.append(plan.students)
    needed.extend(level.placed for level in levels)
    about = [name for name in plan.numbers if plan.may_be_about(vocabulary.indicator(name))]
    needed.extend(number.placed for name in about for number in plan.numbers[name])
    missing = {placed.column.holds: placed.column for placed in needed if _is_missing(placed)}
    said = [_complaint(plan, column) for column in missing.values()]
    keep = lay.missing_keep_columns(plan.file.layout, plan.table)
    return said + [_complaint(plan, Column("choice of rows", (name,))) for name in keep]


def missing_names(plan: FilePlan) -> list[Diagnostic]:
    """Return a message for each missing column that only names the LEA."""
    return [_complaint(plan, placed.column) for placed in (plan.name, plan.county) if _is_missing(placed)]


def _only_group(vocabulary: Vocabulary, plan: FilePlan) -> bool:
    """Return whether the group assumed for files without a group column is one that all the indicators report."""
    code = plan.group.column.otherwise
    group = groups_by_code(vocabulary.groups).get(folded(code)) if code else None
    return group is not None and all(group.name in vocabulary.indicator(name).only_groups for name in plan.levels)


def groups_by_code(groups: Collection[StudentGroup]) -> dict[str, StudentGroup]:
    """Return student groups by each of their codes, without regard to case."""
    return {folded(code): group for group in groups for code in group.codes}


def _without_default(placed: Placed) -> Placed:
    return Placed(Column(placed.column.holds, placed.column.names), placed.positions)


def _is_missing(placed: Placed) -> bool:
    return not placed.positions and placed.column.otherwise is None


def _complaint(plan: FilePlan, column: Column) -> Diagnostic:
    table = plan.table
    expected = lay.names_of(column, plan.file.year)
    return say.missing_data_column(table.file, table.header_row, column.holds, expected, table.header)
