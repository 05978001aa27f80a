"""A statewide run over plain records: by the table engine where it understands them, else by the record engine.

Both give the same tables. What the table engine leaves open is told by the record engine for those LEAs alone: what
would settle an answer that cannot be told.
"""

from __future__ import annotations

import importlib
from collections.abc import Collection
from pathlib import Path
from typing import Final

from attrs import evolve, frozen

from rulelang.analysis.level_tables import level_table
from rulelang.analysis.loading import StateMemory
from rulelang.analysis.result_tables import (
    ResultTable,
    determination_table,
    reason_table,
)
from rulelang.core.ruleset import Ruleset
from rulelang.data.records import read_record_files
from rulelang.data.report import DataError, DataSet, ReadReport
from rulelang.data.room import EVERYTHING, Room
from rulelang.data.scan import can_scan, files_in, is_text
from rulelang.diagnostics.catalogue import records as say_record
from rulelang.diagnostics.diagnostic import Diagnostic
from rulelang.engine.determination import determine_all
from rulelang.engine.evaluate import evaluate_all
from rulelang.engine.steps import Prepared, prepare

TABLE: Final = "table"
RECORD: Final = "record"

# Levels are worked out by a query for each indicator, half a second for all of them before the first row is read. In
# that time the record engine has done ten thousand numbers, of which one takes about 60 bytes as text and 2 in Parquet.
FEW_BYTES_OF_TEXT: Final = 600_000
FEW_BYTES: Final = 20_000


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


def determine_records(
    ruleset: Ruleset,
    path: Path,
    *,
    engine: str | None = None,
    reasons: bool = True,
    room: Room = EVERYTHING,
    kept: StateMemory | None = None,
) -> Statewide:
    """Return the results of every LEA in a file of plain records, or in a folder of such files.

    The engine may be `table` or `record`, or None for the one that is the sooner done; where the table engine does not
    understand the rules or a row, the record engine does it all. Where `kept` is given, the table engine's queries are
    kept there from run to run. What is wrong with the records is among the diagnostics, and nothing raises.
    """
    prepared = prepare(ruleset)
    if not files_in(path):
        return Statewide((), DataSet((), ReadReport(), (say_record.no_record_files(str(path)),)), engine or TABLE, 0)
    if (engine or _usual(ruleset, path)) == TABLE and ruleset.suspended is None and can_scan(path):
        try:
            found = _by_table(prepared, path, reasons=reasons, room=room, kept=kept)
        except DataError as error:
            return Statewide((), DataSet((), ReadReport(), tuple(error.diagnostics)), TABLE, 0)
        if found is not None:
            return found
    return _by_record(prepared, path, reasons=reasons)


def _usual(ruleset: Ruleset, path: Path) -> str:
    """Return the engine for records where nobody names one."""
    if not ruleset.levels or not all(file.is_file() for file in files_in(path)):
        return TABLE
    size = sum(file.stat().st_size for file in files_in(path))
    few = FEW_BYTES_OF_TEXT if is_text(path) else FEW_BYTES
    return RECORD if size < few else TABLE


def _by_table(
    prepared: Prepared, path: Path, *, reasons: bool, room: Room, kept: StateMemory | None
) -> Statewide | None:
    """Return the results by the table engine, None where it does not understand the rules or a row."""
    # Whoever does not run a state need not wait for DuckDB and sqlglot.
    if prepared.ruleset.levels:
        levels = importlib.import_module("rulelang.analysis.levels_by_table").judged(prepared, path, room=room)
        return None if levels is None else _of_table((levels[0],), levels[1], 0)
    judged = importlib.import_module("rulelang.analysis.by_table").judged
    found = judged(prepared, path, reasons=reasons, room=room, kept=kept)
    return None if found is None else _of_table(*found)


def _of_table(tables: tuple[ResultTable, ...], report: ReadReport, told: int) -> Statewide:
    return Statewide(tables, DataSet((), report), TABLE, told)


def _by_record(prepared: Prepared, path: Path, *, reasons: bool) -> Statewide:
    data = read_record_files(prepared.ruleset.vocabulary, files_in(path))
    if prepared.ruleset.levels:
        table = level_table(prepared.ruleset, evaluate_all(prepared, data.records))
        return Statewide((table,), evolve(data, records=()), RECORD, len(data.records))
    determinations = list(determine_all(prepared, data.records))
    tables = [determination_table(determinations), *([reason_table(determinations)] if reasons else [])]
    return Statewide(tuple(tables), evolve(data, records=()), RECORD, len(determinations))
