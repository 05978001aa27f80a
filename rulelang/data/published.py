"""Reads the state's published list of results, to compare determinations with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from attrs import define, field, frozen

from rulelang.core.file_layouts import PUBLISHED_LISTS, Column, FileFormat
from rulelang.core.truth import CANNOT_TELL
from rulelang.core.vocabulary import Outcome, Vocabulary
from rulelang.data import layout as lay
from rulelang.data.cells import name_text
from rulelang.data.layout import Placed
from rulelang.data.lea_codes import LeaCodes
from rulelang.data.report import DataError, FileTally, ReadReport, RefusedRowError
from rulelang.data.said_once import RowSaid, said_once
from rulelang.data.tables import Table, open_table, with_windows_letters
from rulelang.data.text_rows import Row
from rulelang.diagnostics.catalogue import data as say
from rulelang.diagnostics.diagnostic import Diagnostic, Severity
from rulelang.diagnostics.source import DataPlace

DETERMINATION = "determination"
GROUP_PRIORITIES = "priorities of the student group"

YES_AND_NO = "Y", "N"
"""How yes and no are written if the vocabulary does not say it."""


GroupOutcome = tuple[str, str]
"""The name of a student group, and that of an outcome that is decided for each."""


@frozen
class PublishedLea:
    """What the list says of one LEA.

    `priorities` has every student group of the year, with the priorities it met through state indicators, or none of
    them; None if the list does not say.
    `criteria` has for each student group and outcome of groups whether it is met, None if this list does not say.
    `methods` has every outcome that lists have a column for by the vocabulary, with None if this one does not say.
    `determination` is None if the list says nothing of the LEA. `earlier` is what the list says the LEA was called
    in earlier years, without the years of which it says nothing.
    """

    code: str
    name: str
    county: str
    determination: str | None
    priorities: Mapping[str, frozenset[int] | None]
    methods: Mapping[str, bool | None]
    earlier: Mapping[int, str] = field(factory=dict)
    criteria: Mapping[GroupOutcome, bool | None] = field(factory=dict)


@frozen
class PublishedList:
    """The list of a year, sorted by LEA code, with counts and diagnostics. `columns` says what it has columns for."""

    path: Path
    year: int
    leas: tuple[PublishedLea, ...]
    report: ReadReport
    diagnostics: tuple[Diagnostic, ...] = ()
    columns: frozenset[str] = frozenset()

    @property
    def has_errors(self) -> bool:
        """Return whether the list, or a row of it, was refused."""
        return any(diagnostic.severity is Severity.ERROR for diagnostic in self.diagnostics)

    def lea(self, code: str) -> PublishedLea | None:
        """Return the list's entry for an LEA, or None if it is not on the list."""
        return next((lea for lea in self.leas if lea.code == code), None)


def read_published(vocabulary: Vocabulary, path: Path, year: int) -> PublishedList:
    """Return the published list of a year; what is wrong with it is among the diagnostics, and nothing raises."""
    tally = FileTally(path, PUBLISHED_LISTS, year)
    leas: dict[str, PublishedLea] = {}
    columns: frozenset[str] = frozenset()
    try:
        reader = _reader(vocabulary, year, tally)
    except DataError as error:
        tally.reject(error.diagnostics[0], "could not be read")
    else:
        columns = reader.held()
        if reader.may_be_read():
            leas = reader.read()
    report = ReadReport((tally.report(),))
    return PublishedList(path, year, tuple(leas[code] for code in sorted(leas)), report, tuple(tally.said()), columns)


def _reader(vocabulary: Vocabulary, year: int, tally: FileTally) -> _ListReader:
    layout = vocabulary.format_of(PUBLISHED_LISTS) or FileFormat(PUBLISHED_LISTS, (), ())
    codes = [code for group in vocabulary.groups for code in group.codes] or [""]
    column = lay.column_of(layout, lay.LEA_CODE)
    expected = lay.names_of(column, year) if column else ()
    table = open_table(tally, lay.header_score(layout, year, codes), expected)
    columns = _columns(vocabulary, layout, year, table.header)
    table, warnings = with_windows_letters(table, columns.needed)
    tally.diagnostics.extend(warnings)
    year_column = lay.year_column(columns.plain[lay.DASHBOARD_YEAR], year)
    blanks = frozenset(word.casefold() for word in layout.blanks)
    return _ListReader(vocabulary, year, table, tally, columns, blanks, year_column)


@frozen
class _Columns:
    """The places of everything in a list; `earlier` is the determination of earlier years."""

    plain: Mapping[str, Placed]
    groups: Mapping[str, Placed]
    criteria: Mapping[GroupOutcome, Placed]
    methods: Mapping[str, Placed]
    earlier: Mapping[int, Placed]

    @property
    def named(self) -> Mapping[str, Placed]:
        """Return the columns of the list's own year by what they hold."""
        criteria = {f"{outcome} of {group}": placed for (group, outcome), placed in self.criteria.items()}
        return {**self.plain, **self.groups, **criteria, **self.methods}

    @property
    def needed(self) -> frozenset[int]:
        """Return the positions of all columns but those of names."""
        names = (lay.LEA_NAME, lay.COUNTY)
        placed = [one for holds, one in self.named.items() if holds not in names]
        return frozenset[int]().union(*(one.positions for one in (*placed, *self.earlier.values())))


def _columns(vocabulary: Vocabulary, layout: FileFormat, year: int, header: Sequence[str]) -> _Columns:
    def placed(holds: str, group_codes: Sequence[str] = ("",)) -> Placed:
        return lay.place(lay.column_of(layout, holds) or Column(holds, (), ""), year, header, group_codes)

    by_year = dated(lay.column_of(layout, DETERMINATION) or Column(DETERMINATION, ()))
    before = {one: lay.place(by_year, one, header) for one in vocabulary.years if one < year}
    plain = (lay.LEA_CODE, lay.LEA_NAME, lay.COUNTY, lay.DASHBOARD_YEAR, DETERMINATION)
    groups = vocabulary.groups_counted_in(year)
    has_priorities = lay.column_of(layout, GROUP_PRIORITIES) is not None
    return _Columns(
        {holds: placed(holds) for holds in plain},
        {group.name: placed(GROUP_PRIORITIES, group.codes) for group in groups if has_priorities},
        {(one.name, name): placed(name, one.codes) for name in vocabulary.listed_group_outcomes for one in groups},
        {outcome.name: placed(outcome.name) for outcome in _flags(vocabulary, layout)},
        {one: column for one, column in before.items() if column.positions},
    )


def dated(column: Column) -> Column:
    """Return a column with only those of its names that include the year."""
    return Column(column.holds, tuple(name for name in column.names if "{year}" in name or "{yy}" in name))


def _flags(vocabulary: Vocabulary, layout: FileFormat) -> tuple[Outcome, ...]:
    """Return the outcomes that the lists say yes or no to."""
    return tuple(
        outcome
        for outcome in vocabulary.outcomes
        if outcome.kind != DETERMINATION and not outcome.is_of_group and lay.column_of(layout, outcome.name) is not None
    )


@define
class _ListReader:
    vocabulary: Vocabulary
    year: int
    table: Table
    tally: FileTally
    columns: _Columns
    blanks: frozenset[str]
    year_column: lay.YearColumn

    def held(self) -> frozenset[str]:
        """Return the names of the student groups and outcomes the file has a column for, and what else it holds."""
        return frozenset(name for name, placed in self.columns.named.items() if placed.positions)

    def may_be_read(self) -> bool:
        """Return whether the file has the columns it must have and is of the year; if not, all of it is refused."""
        wrong = self.year_column.check_file(self.table) or self._missing() or self._repeated()
        if wrong:
            self.tally.reject(wrong[0], "could not be used", self.table.row_count)
            self.tally.diagnostics.extend(wrong[1:])
        return not wrong

    def read(self) -> dict[str, PublishedLea]:
        """Return the LEAs of the file by code, and count its rows."""
        codes = LeaCodes(self.vocabulary)

        def read(row: Row) -> RowSaid[PublishedLea]:
            lea = self._lea(row, codes)
            return RowSaid(lea.code, lea, self._place(row[0], lay.LEA_CODE), f"LEA {lea.code}")

        return said_once(self.tally, self.table, read)

    def _missing(self) -> list[Diagnostic]:
        needed = [
            self.columns.plain[lay.DASHBOARD_YEAR],
            self.columns.plain[DETERMINATION],
            *self.columns.methods.values(),
        ]
        missing = [placed.column for placed in needed if not placed.positions and placed.column.otherwise is None]
        groups = list(self.columns.groups.items())
        if groups and not any(placed.positions for _, placed in groups):
            # One group may have no column, because it is new or gone; where none has, the columns have other names.
            code = self.vocabulary.group(groups[0][0]).code
            named = lay.names_of(groups[0][1].column, self.year, code)
            missing.append(Column(f"priorities of {groups[0][0]}", named))
        place = self.table.file, self.table.header_row
        return [
            say.missing_data_column(*place, column.holds, lay.names_of(column, self.year), self.table.header)
            for column in missing
        ]

    def _repeated(self) -> list[Diagnostic]:
        repeated = lay.repeated_names(self.table.header, self.columns.needed)
        return [say.repeated_column(self.table.file, self.table.header_row, name) for name in repeated]

    def _lea(self, row: Row, codes: LeaCodes) -> PublishedLea:
        number, cells = row
        wrong = self.year_column.check_row(cells, lambda placed: self._at(number, placed))
        if wrong is not None:
            raise RefusedRowError(wrong)
        code = self.columns.plain[lay.LEA_CODE].text(cells)
        if codes.kind(code) is None and not (codes.are_free and codes.may_be_given(code)):
            raise RefusedRowError(codes.complaint(code, self._place(number, lay.LEA_CODE)))
        earlier = self.columns.earlier.items()
        return PublishedLea(
            code,
            name_text(self.columns.plain[lay.LEA_NAME].text(cells)),
            name_text(self.columns.plain[lay.COUNTY].text(cells)),
            self._determination(row, self.columns.plain[DETERMINATION]),
            {name: self._priorities(row, name, placed) for name, placed in self.columns.groups.items()},
            {name: self._yes_or_no(row, placed) for name, placed in self.columns.methods.items()},
            {one: said for one, placed in earlier if (said := self._determination(row, placed)) is not None},
            {about: self._yes_or_no(row, placed) for about, placed in self.columns.criteria.items()},
        )

    def _determination(self, row: Row, placed: Placed) -> str | None:
        text = placed.text(row[1])
        if self._is_blank(text) or text == CANNOT_TELL:
            return None
        codes = self.vocabulary.determination_codes
        if text not in codes:
            raise RefusedRowError(say.unknown_determination_code(self._at(row[0], placed), text, list(codes)))
        return codes[text]

    def _priorities(self, row: Row, group: str, placed: Placed) -> frozenset[int] | None:
        text = self._said(placed, row[1])
        if text == CANNOT_TELL:
            return None
        if not text:
            return frozenset()
        codes = self.vocabulary.priority_codes
        if text not in codes:
            raise RefusedRowError(say.unknown_priority_code(self._place(row[0], group), text, list(codes)))
        return codes[text]

    def _yes_or_no(self, row: Row, placed: Placed) -> bool | None:
        text = self._said(placed, row[1])
        if text == CANNOT_TELL:
            return None
        yes, *no = placed.column.written or YES_AND_NO
        if text not in ("", yes, *no):
            raise RefusedRowError(say.neither_yes_nor_no(self._at(row[0], placed), text, (yes, *no)))
        is_said = bool(text) or ("" in no and bool(placed.positions))
        return text == yes if is_said else None

    def _said(self, placed: Placed, cells: Sequence[object]) -> str:
        """Return the first value of a column that is not blank, blank if there is none."""
        for position in placed.positions:
            one = placed if len(placed.positions) == 1 else Placed(placed.column, (position,))
            if not self._is_blank(text := one.text(cells)):
                return text
        return ""

    def _is_blank(self, text: str) -> bool:
        """Return whether a cell is empty, or has a word that the vocabulary declares to mean that."""
        return not text or text.casefold() in self.blanks

    def _place(self, number: int, holds: str) -> DataPlace:
        return self._at(number, self.columns.named[holds])

    def _at(self, number: int, placed: Placed) -> DataPlace:
        return DataPlace(self.table.file, number, placed.header(self.table.header))
