"""Tables that another program hands over, judged and handed back in the same kind."""

from __future__ import annotations

from typing import Any

from rulelang.analysis.batch_tables import tables_over
from rulelang.analysis.level_batches import levels_over
from rulelang.analysis.result_tables import WHOLE_COLUMNS, ResultTable, reason_table
from rulelang.analysis.statewide import tables_from
from rulelang.data.given import GIVEN, as_given, connection_over, kind_of, rows_of
from rulelang.data.records import records_from_rows
from rulelang.data.report import DataError
from rulelang.data.scan import RECORDS, Connection, NotUnderstoodError, connection_error, is_lack_of_room, view
from rulelang.data.scan_cells import view_cells
from rulelang.data.stopping import stoppable
from rulelang.diagnostics.catalogue import records as say_record
from rulelang.diagnostics.diagnostic import Severity
from rulelang.engine.steps import Prepared


def evaluated(prepared: Prepared, given: object, *, reasons: bool) -> tuple[Any, ...]:
    """Return the tables of results of a table of plain records, each of the kind that was given.

    The first are the determinations, or the levels where the rules work levels out; the second, where it is asked for,
    the reasons. Raises DataError where something is wrong with the table or one of its rows.
    """
    connection = connection_over(given)
    try:
        with stoppable(connection):
            tables = _scanned(prepared, connection, reasons=reasons) or _read(prepared, connection, reasons=reasons)
    except connection_error() as error:
        room = is_lack_of_room(error)
        wrong = say_record.no_room_to_judge() if room else say_record.unreadable_table(kind_of(given))
        raise DataError(wrong) from None
    finally:
        connection.close()
    if prepared.ruleset.reports_levels and reasons:
        tables = (*tables, reason_table(()))
    return tuple(as_given(given, table.columns, table.rows, WHOLE_COLUMNS) for table in tables)


def _scanned(prepared: Prepared, connection: Connection, *, reasons: bool) -> tuple[ResultTable, ...] | None:
    """Return the results of a scan, None where the records are for the reader."""
    try:
        view(connection, GIVEN, RECORDS)
        is_plain = True
    except ValueError:
        is_plain = False
    try:
        if prepared.ruleset.reports_levels:
            view_cells(connection, GIVEN, GIVEN)
            return (levels_over(prepared, connection),)
        if not is_plain or prepared.ruleset.suspended is not None:
            return None
        return tables_over(prepared, connection, reasons=reasons)
    except NotUnderstoodError:
        return None


def _read(prepared: Prepared, connection: Connection, *, reasons: bool) -> tuple[ResultTable, ...]:
    data = records_from_rows(prepared.ruleset.vocabulary, rows_of(connection))
    wrong = [one for one in data.diagnostics if one.severity is Severity.ERROR]
    if wrong:
        raise DataError(*wrong)
    return tables_from(prepared, data.records, reasons=reasons)
