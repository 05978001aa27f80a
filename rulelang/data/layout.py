"""Where the vocabulary's columns are in one file, which year its rows are for, and which of them are used."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import lru_cache

from attrs import define, field, frozen

from rulelang.core.file_layouts import Column, FileFormat, LevelCodes, RowKind
from rulelang.core.record_words import folded
from rulelang.core.vocabulary import Indicator, Number, Vocabulary, fits
from rulelang.data.cells import cell_text
from rulelang.data.tables import HeaderScore, Table
from rulelang.diagnostics.catalogue import data as say
from rulelang.diagnostics.diagnostic import Diagnostic
from rulelang.diagnostics.source import DataPlace

LEA_CODE = "LEA code"
LEA_NAME = "LEA name"
COUNTY = "county"
STUDENT_GROUP = "student group"
INDICATOR = "indicator"
STUDENTS = "students"
"""The number of students behind a level, to which the minimum sizes of a vocabulary apply."""
DASHBOARD_YEAR = "Dashboard year"


@frozen
class Placed:
    """A column of the vocabulary and its place in a file: the first of `positions` that is not blank counts."""

    column: Column
    positions: tuple[int, ...]

    def text(self, cells: Sequence[object]) -> str:
        """Return the value of a row: that of the first column that is not blank, or the one for files without any."""
        for position in self.positions:
            cell = cells[position]
            value = cell.strip() if type(cell) is str else cell_text(cell)
            if value:
                return value
        return "" if self.positions else self.column.otherwise or ""

    def header(self, header: Sequence[str]) -> str:
        """Return the name of the column in the file, or the first it may have."""
        return header[self.positions[0]] if self.positions else next(iter(self.column.names), self.column.holds)


@define
class YearColumn:
    """The column that gives the Dashboard year of a row, and how the year of the file may be written in it.

    If the file has no such column, or the vocabulary does not say how a year is written, every row is of the year.
    `others` is how other years are written that the file may hold as well.
    """

    placed: Placed
    expected: tuple[str, ...]
    others: frozenset[str] = frozenset()
    _folded: frozenset[str] = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._folded = frozenset(map(folded, self.expected if self.placed.positions else ()))

    def holds(self, cells: Sequence[object]) -> bool:
        """Return whether a row is of the file's year."""
        return not self._folded or folded(self.placed.text(cells)) in self._folded

    def is_other(self, cells: Sequence[object]) -> bool:
        """Return whether a row is of another year that the file may hold."""
        return bool(self.others) and not self.holds(cells) and folded(self.placed.text(cells)) in self.others

    def check_row(self, cells: Sequence[object], place: Callable[[Placed], DataPlace]) -> Diagnostic | None:
        """Return the message about a row of another year, None if it is of the file's."""
        if self.holds(cells) or self.is_other(cells):
            return None
        return say.wrong_dashboard_year(place(self.placed), self.placed.text(cells), self.expected)

    def check_file(self, table: Table) -> list[Diagnostic]:
        """Return the message about a file that has rows, and none of the file's year."""
        if not table.rows or any(self.holds(cells) or self.is_other(cells) for _, cells in table.rows):
            return []
        found = list(dict.fromkeys(self.placed.text(cells) for _, cells in table.rows))
        return [say.file_of_another_year(table.file, self.placed.header(table.header), found, self.expected)]


def year_column(placed: Placed, year: int, years: Collection[int] = ()) -> YearColumn:
    """Return the column for the Dashboard year of a file of some year, which may hold rows of other `years` as well."""
    others = frozenset(folded(text) for other in years for text in written_in(placed.column, other))
    return YearColumn(placed, written_in(placed.column, year), others)


def names_of(column: Column, year: int, group: str = "") -> tuple[str, ...]:
    """Return the headers a column may have in a year (for a student group's code, if it is one of a group's)."""
    return tuple(filled(name, year, group) for name in column.names)


def written_in(column: Column, year: int) -> tuple[str, ...]:
    """Return how a Dashboard year may be written in a column."""
    return tuple(filled(text, year) for text in column.written)


def filled(text: str, year: int, group: str = "") -> str:
    """Return a name with the year and a student group's code filled in."""
    return text.replace("{year}", str(year)).replace("{yy}", f"{year % 100:02}").replace("{group}", group)


def column_of(layout: FileFormat, holds: str, year: int | None = None, indicator: str | None = None) -> Column | None:
    """Return the column of a layout that holds something, or None if the layout has none.

    If a year is given, it is the column of that year's files (about an indicator, if one is given).
    """
    columns = (column for column in layout.columns if column.holds == holds)
    return next((column for column in columns if year is None or column.fits(year, indicator)), None)


def reports(vocabulary: Vocabulary, layout: FileFormat, indicator: Indicator, year: int) -> bool:
    """Return whether files of a layout report an indicator in a year: on a scale, or by numbers alone."""
    return indicator.reported_in(year) or has_numbers_alone(vocabulary, layout, indicator, year)


def has_numbers_alone(vocabulary: Vocabulary, layout: FileFormat, indicator: Indicator, year: int) -> bool:
    """Return whether files of a layout have numbers of an indicator, and no column of levels for it in any year."""
    columns = (column for column in scales_in(vocabulary, layout) if column.holds in indicator.scales)
    has_levels = any(not column.indicators or indicator.name in column.indicators for column in columns)
    return not has_levels and any(True for _ in numbers_in(vocabulary, layout, indicator, year))


def place(column: Column, year: int, header: Sequence[str], codes: Sequence[str] = ("",)) -> Placed:
    """Return the place of a column in a header, for any of a student group's codes; no positions if it is not there."""
    positions: list[int] = []
    there = [folded(name) for name in header]
    for code in codes:
        for name in names_of(column, year, code):
            wanted = folded(name)
            positions.extend(at for at, found in enumerate(there) if found == wanted and at not in positions)
    return Placed(column, tuple(positions))


def header_score(layout: FileFormat, year: int, codes: Sequence[str]) -> HeaderScore:
    """Return a function that counts how many of a layout's columns a row of headers has.

    It is 0 if there is no column for the LEA code, without which a row is not a header row: a sheet that describes the
    layout has a row that begins like the header, and must not be taken for it.
    """
    key = {folded(name) for column in layout.columns if column.holds == LEA_CODE for name in names_of(column, year)}
    every = {folded(name) for column in layout.columns for code in codes for name in names_of(column, year, code)}

    def score(header: Sequence[str]) -> int:
        found = {folded(name) for name in header}
        return len(found & every) if found & key else 0

    return score


@define
class RowFilter:
    """Says whether a row is used, by its LEA code and the cells named in the layout's `keep` and `others`.

    Rows are ignored only if their cells are exactly as the layout writes them.
    """

    layout: FileFormat
    headers: tuple[str, ...]
    positions: tuple[int | None, ...]
    kinds: tuple[Mapping[int, str], ...]
    shapes: tuple[str, ...]
    _known: dict[tuple[tuple[str, ...], str | None], str | None] = field(factory=dict)

    def reason(self, cells: Sequence[object], code: str) -> str | None:
        """Return why a row is ignored, blank if it is kept.

        It is None for a row of no known kind, and for one that says it is of another kind than its LEA code does.
        """
        key = self._values(cells), self.shape(code)
        if key not in self._known:
            self._known[key] = self._reason(*key)
        return self._known[key]

    def _reason(self, values: tuple[str, ...], shape: str | None) -> str | None:
        fitting, keep = self._fitting(values), self.layout.keep
        is_kept = not keep or any(at < len(keep) for at in fitting)
        is_known = is_kept or bool(fitting) or not self.layout.others
        if not is_known or (fitting and fitting.isdisjoint(self._right(shape))):
            return None
        return "" if is_kept else _named(self.headers, values)

    def complaint(self, cells: Sequence[object], code: str, place: Callable[[str], DataPlace]) -> Diagnostic:
        """Return the message about a row for which there is no reason; `place` is that of a column."""
        values, every = self._values(cells), self.layout.row_kinds
        if self._fitting(values):
            right = [_written(every[at]) for at in self._right(closest(code, self.shapes))]
            return say.row_of_another_code(place(self.headers[0]), _named(self.headers, values), code, right)
        known = [{row.get(at) for row in self.kinds} for at in range(len(values))]
        unknown = (at for at, value in enumerate(values) if known[at].isdisjoint((value, folded(value))))
        expected = list(map(_written, self.layout.row_kinds))
        return say.unknown_row_kind(place(self.headers[next(unknown, 0)]), _named(self.headers, values), expected)

    def shape(self, code: str) -> str | None:
        """Return the shape of an LEA code, as far as it says of what kind a row is; None if no shape fits."""
        return closest(code, self.shapes)

    def _right(self, shape: str | None) -> list[int]:
        """Return the kinds of row, by their places, that rows with an LEA code of some shape can be of."""
        every = enumerate(self.layout.row_kinds)
        return [at for at, row in every if not row.codes or shape is None or shape in row.codes]

    def _fitting(self, values: Sequence[str]) -> set[int]:
        """Return the kinds of row, by their places, that values are those of; only kept rows may differ in case."""
        kept, in_any_case = len(self.layout.keep), list(map(folded, values))
        return {at for at, row in enumerate(self.kinds) if _fits(in_any_case if at < kept else values, row)}

    def _values(self, cells: Sequence[object]) -> tuple[str, ...]:
        return tuple(cell_text(cells[at]) if at is not None else "" for at in self.positions)


def _named(headers: Iterable[str], values: Iterable[str]) -> str:
    """Return cells as messages say them: `rtype` is `D`, `charter_flag` is blank."""
    cells = zip(headers, values, strict=True)
    return ", ".join(f"`{header}` is `{value}`" if value else f"`{header}` is blank" for header, value in cells)


def _written(row: RowKind) -> str:
    return _named(row.cells.keys(), row.cells.values())


def shapes_of(kinds: Iterable[RowKind]) -> tuple[str, ...]:
    """Return the shapes that the codes of some kinds of row may have."""
    return tuple(dict.fromkeys(shape for kind in kinds for shape in kind.codes))


@lru_cache(maxsize=1 << 16)
def closest(code: str, shapes: tuple[str, ...]) -> str | None:
    """Return the shape that fits a code most closely; None if none fits. The files of a year have the same codes."""
    fitting = (shape for shape in shapes if fits(code, shape))
    return min(fitting, key=lambda shape: shape.count("?"), default=None)


def _fits(values: Sequence[str], row: Mapping[int, str]) -> bool:
    return all(values[at] == text for at, text in row.items())


def row_filter(layout: FileFormat, header: Sequence[str]) -> RowFilter:
    """Return the filter of a layout's rows, for a file's header."""
    there = [folded(name) for name in header]
    names = list(dict.fromkeys(name for row in layout.row_kinds for name in row.cells))
    positions = tuple(there.index(folded(name)) if folded(name) in there else None for name in names)
    kept = [{names.index(name): folded(value) for name, value in row.cells.items()} for row in layout.keep]
    others = [{names.index(name): value for name, value in row.cells.items()} for row in layout.others]
    return RowFilter(layout, tuple(names), positions, (*kept, *others), shapes_of(layout.row_kinds))


def level_codes_of(layout: FileFormat, scale: str, indicator: Indicator) -> LevelCodes:
    """Return how the files write the levels of a scale for an indicator; no code if the layout does not say."""
    tables = [table for table in layout.level_codes if table.scale == scale]
    fitting = [table for table in tables if table.lower_is_better == indicator.lower_is_better]
    return next(iter(fitting or tables), LevelCodes(scale, {}))


def scales_in(vocabulary: Vocabulary, layout: FileFormat) -> tuple[Column, ...]:
    """Return the columns of a layout that hold the level on a scale."""
    scales = {scale.name for scale in vocabulary.scales}
    return tuple(column for column in layout.columns if column.holds in scales)


def numbers_in(
    vocabulary: Vocabulary, layout: FileFormat, indicator: Indicator, year: int
) -> tuple[tuple[Number, Column], ...]:
    """Return the columns in which a year's files have the numbers of an indicator, of the year and of last year."""
    names = [(number, name) for number in vocabulary.numbers_of(indicator.name) for name in number.names]
    found = ((number, column_of(layout, name, year, indicator.name)) for number, name in names)
    return tuple((number, column) for number, column in found if column is not None)


def missing_keep_columns(layout: FileFormat, table: Table) -> list[str]:
    """Return the headers that decide which rows are used and that the file does not have."""
    found = {folded(name) for name in table.header}
    names = dict.fromkeys(name for row in layout.keep for name in row.cells)
    return [name for name in names if folded(name) not in found]


def repeated_names(header: Sequence[str], positions: Collection[int]) -> list[str]:
    """Return the headers at some positions that the file has more than once."""
    times = Counter(map(folded, header))
    found = {folded(header[at]): header[at] for at in sorted(positions, reverse=True)}
    return [name for key, name in reversed(found.items()) if times[key] > 1]
