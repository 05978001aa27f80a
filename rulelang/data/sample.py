"""Writes a made-up state in the layout of the state's own files, so that everything can be tried without a download.

Every name is invented and every code is made up within the shapes the vocabulary gives. File names, headers and codes
come from the vocabulary: of several ways to write something, the first. Without the library that writes workbooks, a
file is written as text where the vocabulary gives it such a name. The same arguments give the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path

from attrs import define, evolve, field, frozen

from rulelang.core.file_layouts import PUBLISHED_LISTS, Column, FileFormat, FileName
from rulelang.core.vocabulary import NO_INDICATOR, Indicator, Scope, Vocabulary
from rulelang.data import layout as lay
from rulelang.data.published import DETERMINATION, dated
from rulelang.data.read import indicator_layouts
from rulelang.data.report import DataError
from rulelang.data.sample_state import Asked, MadeUpLea, State, made_up_state
from rulelang.data.shared_rows import Cell
from rulelang.data.tables import SPREADSHEET_SUFFIXES
from rulelang.data.write import can_write, write_text, write_workbook
from rulelang.diagnostics.catalogue import records as say

SPREADSHEET = "xlsx"
DELIMITER = "\t"


def write_sample(
    vocabulary: Vocabulary,
    folder: Path,
    year: int,
    leas: int,
    seed: int = 1,
    *,
    overwrite: bool = False,
    workbooks: bool = True,
) -> tuple[Path, ...]:
    """Write a made-up state of some LEAs for a year, and return the files written: none if the words have no files.

    If ratings of the year are derived from those of other years, the files of those ratings are written too. Without
    `workbooks`, whatever may be text is text, which is written and read faster. Raises DataError if the year is not a
    Dashboard year, the number of LEAs is out of bounds, a file exists already and `overwrite` is false, or a file
    cannot be written.
    """
    if year not in vocabulary.years:
        raise DataError(say.no_sample_for_year(year, vocabulary.years, vocabulary.suspended.get(year)))
    state = made_up_state(vocabulary, leas, seed)
    plans = [
        plan
        for layout in indicator_layouts(vocabulary)
        if not layout.is_one_table
        for made_for in _years_to_write(vocabulary, layout, year)
        for plan in _plans(layout, made_for)
    ]
    sheets = [_Sheet(vocabulary, plan, state) for plan in plans]
    files: dict[Path, list[_Sheet | _Findings]] = {}
    for sheet in (one for one in sheets if one.indicators):
        name = _name(sheet.plan, workbooks=workbooks and can_write(SPREADSHEET))
        files.setdefault(folder / name, [_Findings(vocabulary, sheet.plan, state)]).insert(-1, sheet)
    existing = [path for path in files if path.exists()]
    if existing and not overwrite:
        raise DataError(say.sample_would_overwrite(str(existing[0])))
    try:
        if files:
            folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        raise DataError(say.unwritable_file(str(folder))) from None
    return tuple(_write(path, [one for one in parts if one.headers]) for path, parts in files.items())


def _name(plan: _FilePlan, *, workbooks: bool) -> str:
    """Return the first of a file's names in a form that can be written."""
    names = plan.declared.names_in(plan.year)
    unmade = tuple(one for one in SPREADSHEET_SUFFIXES if not workbooks or one != f".{SPREADSHEET}")
    return next((name for name in names if not name.endswith(unmade)), names[0])


def _write(path: Path, parts: Sequence[_Sheet | _Findings]) -> Path:
    """Write a file with the columns of all its parts, each once, and return where."""
    headers = list(dict.fromkeys(header for part in parts for header in part.headers))
    each = zip(*(one.rows() for one in parts), strict=True)
    rows = (row[0] if len(row) == 1 else dict(chain.from_iterable(map(dict.items, row))) for row in each)
    if path.suffix in SPREADSHEET_SUFFIXES:  # one that has no other name is read by its content
        return write_workbook(path, {"Sheet1": (headers, [list(row.values()) for row in rows])})
    write_text(path, headers, (list(row.values()) for row in rows), DELIMITER)
    return path


def _years_to_write(vocabulary: Vocabulary, layout: FileFormat, year: int) -> list[int]:
    """Return the year, and the years from which levels of the year in this family of files are derived."""
    scales = {column.holds for column in lay.scales_in(vocabulary, layout)}
    derived = [one for one in vocabulary.derived_levels if one.scale in scales and year in one.years]
    return sorted({year, *(meant for one in derived for _, meant in one.means)})


@frozen
class _FilePlan:
    """A file to write, and the indicators it is about by its name: several where each has columns of its own."""

    layout: FileFormat
    declared: FileName
    year: int
    about: tuple[str | None, ...]


def _plans(layout: FileFormat, year: int) -> Iterator[_FilePlan]:
    declared = [file for file in layout.files if year in file.years]
    for names in dict.fromkeys(file.names_in(year) for file in declared):
        alike = [file for file in declared if file.names_in(year) == names]
        yield _FilePlan(layout, alike[0], year, tuple(file.indicator for file in alike))


@define
class _Sheet:
    """What one file of the made-up state says of indicators."""

    vocabulary: Vocabulary
    plan: _FilePlan
    state: State
    indicators: tuple[Indicator, ...] = field(init=False)
    numbers: frozenset[str] = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.numbers = frozenset(name for number in self.vocabulary.numbers for name in number.names)
        self.indicators = tuple(
            indicator
            for indicator in self.vocabulary.indicators_of(self.plan.layout.kind)
            if {indicator.name, None}.intersection(self.plan.about)
            and lay.reports(self.vocabulary, self.plan.layout, indicator, self.plan.year)
        )

    @property
    def _has_several(self) -> bool:
        """Return whether a row is about several indicators, each with columns of its own."""
        return len(self.plan.about) > 1

    @property
    def headers(self) -> list[str]:
        """Return the headers of the columns."""
        return [header for header, _ in self._columns()]

    def _columns(self) -> list[tuple[str, Column | None]]:
        """Return the headers of the file and what they hold; None for those that only decide which rows are used."""
        keep = dict.fromkeys(header for row in self.plan.layout.keep for header in row.cells)
        held: dict[str, Column] = {}
        for column in self.plan.layout.columns:
            if self._is_held(column):
                held.setdefault(lay.names_of(column, self.plan.year)[0], column)
        first, *others = held.items()
        return [first, *((header, None) for header in keep), *others]

    def _is_held(self, column: Column) -> bool:
        """Return whether the file has a column: one of a level or a number where it is needed, and any other."""
        year = self.plan.year
        if column.holds in (scale.name for scale in self.vocabulary.scales):
            reports = any(one.reports(column.holds, year) and column.fits(year, one.name) for one in self.indicators)
            return reports and column.otherwise is None
        if column.holds != lay.STUDENTS and column.holds in self.numbers:
            read = [lay.numbers_in(self.vocabulary, self.plan.layout, one, year) for one in self.indicators]
            return column.otherwise is None and any(found is column for some in read for _, found in some)
        return any(column.fits(year, one.name) for one in self.indicators)

    def rows(self) -> Iterator[dict[str, Cell]]:
        """Yield the cells of each row by their headers."""
        columns = self._columns()
        of_rows = self.indicators[:1] if self._has_several else self.indicators
        for lea in self.state.leas:
            for indicator in of_rows:
                if indicator.name in lea.reports or indicator is NO_INDICATOR:
                    for code, group in self._subjects(indicator):
                        asked = Asked(lea, indicator, group)
                        yield {header: self._cell(header, column, asked, code) for header, column in columns}

    def _subjects(self, indicator: Indicator) -> Iterator[tuple[str, str | None]]:
        """Yield the codes and names of the groups an indicator has rows for; a group left out has no name."""
        if indicator.scope is Scope.LEA:
            yield "", None
            return
        left_out = [code for code in self.plan.layout.left_out_of(self.plan.year) if code][:1]
        if not indicator.only_groups:
            yield from ((code, None) for code in left_out)
        for group in self.vocabulary.groups_in(self.plan.year):
            if not indicator.only_groups or group.name in indicator.groups_with_rows:
                yield group.code, group.name

    def _cell(self, header: str, column: Column | None, asked: Asked, code: str) -> Cell:
        if column is None:
            return self._kept(asked.lea).get(header, "")
        year = self.plan.year
        match column.holds:
            case lay.LEA_CODE:
                return asked.lea.code
            case lay.LEA_NAME:
                return asked.lea.name
            case lay.COUNTY:
                return asked.lea.county
            case lay.STUDENT_GROUP:
                return code
            case lay.STUDENTS:
                return self.state.students(asked)
            case lay.DASHBOARD_YEAR:
                return next(iter(lay.written_in(column, year)), str(year))
            case lay.INDICATOR:
                names = asked.indicator.in_files or (asked.indicator.name,)
                return names[-1] if self.plan.declared.indicator else names[0]
            case number if number in self.numbers:
                return self.state.number(asked, number, self.indicators if self._has_several else (asked.indicator,))
            case _:
                return self._level_code(column.holds, asked)

    def _kept(self, lea: MadeUpLea) -> Mapping[str, str]:
        """Return the values that make a row used: those of the first kind of row that the code fits most closely."""
        keep = self.plan.layout.keep
        closest = lay.closest(lea.code, lay.shapes_of(keep))
        return next((row.cells for row in keep if not row.codes or closest in row.codes), {})

    def _level_code(self, scale: str, asked: Asked) -> str:
        """Return how the file writes a level; a scale the indicator is not reported on has none."""
        if self._has_several:
            reports = (one for one in self.indicators if one.reports(scale, self.plan.year))
            asked = evolve(asked, indicator=next(reports, asked.indicator))
        table = lay.level_codes_of(self.plan.layout, scale, asked.indicator)
        level = None
        if asked.indicator.scope is Scope.LEA:
            level = self.state.rating(asked, scale, self.plan.year)
        elif asked.indicator.reports(scale, self.plan.year):
            level = self.state.level(asked, scale, self.vocabulary.scale(scale).worst_first(asked.indicator))
        blank = next(iter(table.levels), "") if level not in table.levels.values() else ""
        return next((code for code, meant in table.levels.items() if meant == level and code), blank)


@define
class _Findings:
    """The columns that a file has if it is a published list too, besides what it says of indicators.

    What the state called each LEA in earlier years is made up. What it finds in the year itself is blank: the rules
    are there to say it.
    """

    vocabulary: Vocabulary
    plan: _FilePlan
    state: State

    @property
    def headers(self) -> dict[str, int | None]:
        """Return the headers of the columns, each with the earlier year it is about; none if the file is no list."""
        layout, year = self.vocabulary.format_of(PUBLISHED_LISTS), self.plan.year
        names = self.plan.declared.names_in(year)
        if layout is None or not any(names == file.names_in(year) for file in layout.files if year in file.years):
            return {}
        found: dict[str, int | None] = {}
        listed = [one for one in self.vocabulary.years if any(one >= (file.years.first or 0) for file in layout.files)]
        for column in layout.columns:
            if column.holds == DETERMINATION:
                found |= {lay.names_of(dated(column), one)[0]: one for one in listed if one < year}
            if column.holds in (DETERMINATION, *(one.name for one in self.vocabulary.outcomes)):
                codes = [one.code for one in self.vocabulary.groups_counted_in(year)]
                found |= dict.fromkeys(lay.names_of(column, year, code)[0] for code in codes)
        return found

    def rows(self) -> Iterator[dict[str, Cell]]:
        """Yield the cells for each LEA by their headers."""
        headers = self.headers
        for lea in self.state.leas:
            yield {header: self.state.called(lea, year) if year else "" for header, year in headers.items()}
