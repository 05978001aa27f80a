"""Reads how many student groups LEAs have, which the state's published lists do not say.

The file is a table, as text or Excel, with a row for each LEA:

| column         | also     | value                                                             |
|----------------|----------|-------------------------------------------------------------------|
| lea_code       | cds      | the LEA's code, as text with its leading zeros                    |
| student_groups | groups   | how many student groups of the LEA are large enough to be counted |
| year           |          | the Dashboard year; where it is missing, the year to determine    |
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from attrs import frozen

from rulelang.core.file_layouts import Column
from rulelang.core.record_words import folded
from rulelang.core.vocabulary import Vocabulary
from rulelang.data import layout as lay
from rulelang.data.cells import exact
from rulelang.data.layout import Placed
from rulelang.data.lea_codes import LeaCodes
from rulelang.data.report import DataError, FileReport, FileTally, RefusedRowError
from rulelang.data.said_once import RowSaid, said_once
from rulelang.data.tables import Table, open_table
from rulelang.data.text_rows import Row
from rulelang.diagnostics.catalogue import data as say
from rulelang.diagnostics.diagnostic import Diagnostic
from rulelang.diagnostics.source import DataPlace

GROUP_COUNTS = "group counts"

_CODE = Column("LEA code", ("lea_code", "cds"))
_COUNT = Column("number of student groups", ("student_groups", "groups"))
_YEAR = Column("Dashboard year", ("year",), "")


@frozen
class GroupCounts:
    """How many student groups LEAs have, by year and LEA code, with the count of the rows and the diagnostics."""

    counts: Mapping[tuple[int, str], int]
    report: FileReport
    diagnostics: tuple[Diagnostic, ...] = ()


def read_group_counts(vocabulary: Vocabulary, path: Path, year: int) -> GroupCounts:
    """Return the numbers of student groups in a file, those without a year for `year`.

    What is wrong with the file or a row is among the diagnostics, every other row is still used, and nothing raises.
    """
    tally = FileTally(path, GROUP_COUNTS, year)
    found: dict[tuple[int, str], int] = {}
    try:
        table = _table(tally)
    except DataError as error:
        tally.reject(error.diagnostics[0], "could not be read")
    else:
        placed = [lay.place(column, year, table.header) for column in (_CODE, _COUNT, _YEAR)]
        reader = _Reader(vocabulary, table, year, LeaCodes(vocabulary), *placed)
        found = said_once(tally, table, reader.read)
    return GroupCounts(found, tally.report(), tuple(tally.said()))


def _table(tally: FileTally) -> Table:
    table = open_table(tally, _score, _CODE.names)
    if not lay.place(_COUNT, 0, table.header).positions:
        place = table.file, table.header_row
        raise DataError(say.missing_data_column(*place, _COUNT.holds, _COUNT.names, table.header))
    return table


def _score(header: Sequence[str]) -> int:
    names = {folded(name) for name in header}
    known = (*_COUNT.names, *_YEAR.names)
    return 1 + sum(name in names for name in known) if names & {*_CODE.names} else 0


@frozen
class _Reader:
    vocabulary: Vocabulary
    table: Table
    year: int
    codes: LeaCodes
    code: Placed
    count: Placed
    of_year: Placed

    def read(self, row: Row) -> RowSaid[int]:
        """Return the count of an LEA in a year; RefusedRowError if a row does not give one."""
        code, count, year = (column.text(row[1]) for column in (self.code, self.count, self.of_year))
        if self.codes.kind(code) is None:
            raise RefusedRowError(self.codes.complaint(code, self._at(row, self.code)))
        number = exact(count)
        if number is None or number < 0 or number.denominator != 1:
            raise RefusedRowError(say.not_a_number(self._at(row, self.count), "student groups", count))
        if year and year not in {str(one) for one in self.vocabulary.years}:
            known = [str(one) for one in self.vocabulary.years]
            raise RefusedRowError(say.wrong_dashboard_year(self._at(row, self.of_year), year, known))
        key = int(year or self.year), code
        return RowSaid(key, int(number), self._at(row, self.code), f"LEA {code} in {key[0]}")

    def _at(self, row: Row, column: Placed) -> DataPlace:
        return DataPlace(self.table.file, row[0], column.header(self.table.header))
