"""A statewide run over plain records: by the table engine where it understands them, else by the record engine.

Both give the same tables. What the table engine leaves open is told by the record engine for those LEAs alone: what
would settle an answer that cannot be told, and the values behind a rule that holds.
"""

from __future__ import annotations

import importlib
from collections.abc import Collection, Mapping
from itertools import chain
from pathlib import Path
from typing import Final

from attrs import evolve, frozen

from rulelang.analysis.level_tables import level_table
from rulelang.analysis.result_tables import (
    ResultTable,
    determination_table,
    reason_table,
)
from rulelang.core.ruleset import Ruleset
from rulelang.data.record_files import rows_of_file
from rulelang.data.records import read_records, records_from_rows
from rulelang.data.report import DataError, DataSet, ReadReport
from rulelang.data.scan import can_scan, files_in
from rulelang.diagnostics.catalogue import records as say_record
from rulelang.diagnostics.diagnostic import Diagnostic
from rulelang.engine.determination import determine
from rulelang.engine.record import Prepared, evaluate, prepare

TABLE: Final = "table"
RECORD: Final = "record"


@frozen
class Statewide:
    """The tables of a run, what was wrong with the records, and which engine judged.

    `told` counts the LEAs of which the record engine had to tell something. `data` has the counts of the files' rows
    and what was wrong with them, and no records.
    """

    tables: tuple[ResultTable, ...]
    data: DataSet
    engine: str
    told: int

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """Return what was wrong with the records."""
        return self.data.diagnostics


def only(found: Statewide, leas: Collection[str], counties: Collection[str]) -> Statewide:
    """Return the results of the LEAs and of the counties named, as `gather.chosen` chooses; all where none is."""
    if not found.tables or not (leas or counties):
        return found
    named = {county.casefold().strip() for county in counties}
    columns = found.tables[0].columns
    code, county = columns.index("cds"), columns.index("county")
    codes = {
        row[code]
        for row in found.tables[0].rows
        if (not leas or row[code] in leas) and (not named or str(row[county]).casefold() in named)
    }
    tables = (evolve(table, rows=tuple(row for row in table.rows if row[0] in codes)) for table in found.tables)
    return evolve(found, tables=tuple(tables))


def determine_records(ruleset: Ruleset, path: Path, *, engine: str = TABLE, reasons: bool = True) -> Statewide:
    """Return the results of every LEA in a file of plain records, or in a folder of such files.

    The engine may be `table` or `record`; where the table engine does not understand the rules or a row, the record
    engine does it all. What is wrong with the records is among the diagnostics, and nothing raises.
    """
    prepared = prepare(ruleset)
    if not files_in(path):
        return Statewide((), DataSet((), ReadReport(), (say_record.no_record_files(str(path)),)), engine, 0)
    if engine == TABLE and ruleset.suspended is None and not ruleset.levels and can_scan(path):
        try:
            # Whoever does not run a state need not wait for DuckDB and sqlglot.
            found = importlib.import_module("rulelang.analysis.by_table").judged(prepared, path, reasons=reasons)
        except DataError as error:
            return Statewide((), DataSet((), ReadReport(), tuple(error.diagnostics)), TABLE, 0)
        if found is not None:
            return _of_table(*found)
    return _by_record(prepared, path, reasons=reasons)


def _of_table(tables: tuple[ResultTable, ...], report: ReadReport, told: int) -> Statewide:
    return Statewide(tables, DataSet((), report), TABLE, told)


def _by_record(prepared: Prepared, path: Path, *, reasons: bool) -> Statewide:
    data = _read(prepared, path)
    if prepared.ruleset.levels:
        table = level_table(prepared.ruleset, (evaluate(prepared, record) for record in data.records))
        return Statewide((table,), evolve(data, records=()), RECORD, len(data.records))
    determinations = [determine(prepared, record) for record in data.records]
    tables = [determination_table(determinations), *([reason_table(determinations)] if reasons else [])]
    return Statewide(tuple(tables), evolve(data, records=()), RECORD, len(determinations))


def _read(prepared: Prepared, path: Path) -> DataSet:
    vocabulary = prepared.ruleset.vocabulary
    if not path.is_dir():
        return read_records(vocabulary, path)
    try:
        rows = list(chain.from_iterable(rows_of_file(file)[0] for file in files_in(path)))
    except DataError as error:
        return DataSet((), ReadReport(), tuple(error.diagnostics), vocabulary)
    return records_from_rows(vocabulary, (row for _, row in rows if isinstance(row, Mapping)), str(path))
