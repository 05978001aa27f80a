"""Tables that another program hands over, judged and handed back in the same kind."""

from __future__ import annotations

import importlib
from typing import Any

from rulelang.analysis.level_tables import level_table
from rulelang.analysis.loading import StateMemory
from rulelang.analysis.result_tables import WHOLE_COLUMNS, ResultTable, determination_table, reason_table
from rulelang.data.given import GIVEN, as_given, connection_over, kind_of, rows_of
from rulelang.data.records import records_from_rows
from rulelang.data.report import DataError
from rulelang.data.scan import Connection, connection_error, is_lack_of_room, view
from rulelang.data.stopping import stoppable
from rulelang.diagnostics.catalogue import records as say_record
from rulelang.diagnostics.diagnostic import Severity
from rulelang.engine.determination import determine_all
from rulelang.engine.evaluate import evaluate_all
from rulelang.engine.steps import Prepared


def evaluated(prepared: Prepared, given: object, *, reasons: bool, kept: StateMemory | None = None) -> tuple[Any, ...]:
    """Return the tables of results of a table of plain records, each of the kind that was given.

    The first are the determinations, or the levels where the rules work levels out; the second, where it is asked for,
    the reasons. Raises DataError where something is wrong with the table or one of its rows.
    """
    connection = connection_over(given)
    try:
        with stoppable(connection):
            tables = _by_table(prepared, connection, kept, reasons=reasons)
            tables = tables or _by_record(prepared, connection, reasons=reasons)
    except connection_error() as error:
        room = is_lack_of_room(error)
        wrong = say_record.no_room_to_judge() if room else say_record.unreadable_table(kind_of(given))
        raise DataError(wrong) from None
    finally:
        connection.close()
    return tuple(as_given(given, table.columns, table.rows, WHOLE_COLUMNS) for table in tables)


def _by_table(
    prepared: Prepared, connection: Connection, kept: StateMemory | None, *, reasons: bool
) -> tuple[ResultTable, ...] | None:
    """Return the results by the table engine, None where it does not understand the rules or the records."""
    try:
        view(connection, GIVEN, "records")
        is_plain = True
    except ValueError:
        is_plain = False
    if prepared.ruleset.suspended is not None:
        return None
    # Whoever hands no table over need not wait for sqlglot.
    if prepared.ruleset.levels:
        levels = importlib.import_module("rulelang.analysis.levels_by_table").judged_over(prepared, connection, GIVEN)
        return None if levels is None else (levels, *([reason_table(())] if reasons else []))
    if not is_plain:
        return None
    judged_over = importlib.import_module("rulelang.analysis.by_table").judged_over
    return judged_over(prepared, connection, reasons=reasons, kept=kept)  # type: ignore[no-any-return]


def _by_record(prepared: Prepared, connection: Connection, *, reasons: bool) -> tuple[ResultTable, ...]:
    data = records_from_rows(prepared.ruleset.vocabulary, rows_of(connection))
    wrong = [one for one in data.diagnostics if one.severity is Severity.ERROR]
    if wrong:
        raise DataError(*wrong)
    if prepared.ruleset.levels:
        first = level_table(prepared.ruleset, evaluate_all(prepared, data.records))
        return (first, reason_table(())) if reasons else (first,)
    found = list(determine_all(prepared, data.records))
    first = determination_table(found, prepared.ruleset.vocabulary)
    return (first, reason_table(found)) if reasons else (first,)
