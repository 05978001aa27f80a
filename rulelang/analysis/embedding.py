"""Evaluates tables that another program hands over, and returns the results as tables of the same kind."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from rulelang.analysis.history import with_group_counts
from rulelang.analysis.result_tables import REASON_COLUMNS, WHOLE_COLUMNS, ResultTable, with_rules
from rulelang.analysis.statewide import scanned_tables, tables_from
from rulelang.core.record import LeaRecord
from rulelang.core.record_words import words_of
from rulelang.core.ruleset import Ruleset
from rulelang.core.vocabulary import Vocabulary
from rulelang.data.cells import column_name
from rulelang.data.given import GIVEN, as_given, connection_over, is_table, kind_of, rows_of
from rulelang.data.records import records_from_rows
from rulelang.data.report import DataError, DataSet
from rulelang.data.scan import Connection, NotUnderstoodError, connection_error, is_lack_of_room, stoppable, view
from rulelang.diagnostics.arguments import LEA, named, texts, warn
from rulelang.diagnostics.catalogue import data as say
from rulelang.diagnostics.catalogue import records as say_record
from rulelang.diagnostics.catalogue import run as say_run
from rulelang.diagnostics.diagnostic import Severity
from rulelang.engine.determination import Determination
from rulelang.engine.levels import LevelResult
from rulelang.engine.steps import Prepared

A_CODE: Final = "the code of an LEA in the data"

Codes = frozenset[str] | None
"""The codes of the LEAs that are asked about; None for all."""


def evaluated(prepared: Prepared, given: object, *, reasons: bool) -> tuple[Any, ...]:
    """Return the tables of results of a table of plain records, each of the kind that was given.

    The first are the determinations, or the levels where the rules work levels out; the second, where it is asked for,
    the reasons. Raises DataError if something is wrong with the table or one of its rows.
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
        tables = (*tables, ResultTable("reasons", REASON_COLUMNS, ()))
    complete = with_rules(tables[: 1 + reasons], prepared.ruleset)  # not the measures of rules that determine
    return tuple(as_given(given, table.columns, table.rows, WHOLE_COLUMNS) for table in complete)


def asked_in(ruleset: Ruleset, given: object, codes: Collection[str] | None) -> tuple[Sequence[LeaRecord], Codes]:
    """Return the LEAs in what a program hands over, and the codes of those that are asked about; None for all.

    These are the `codes`, otherwise those that a data set was read for, or those of determinations or levels. If rules
    relate LEAs to one another, these come with the others that they were evaluated with. Raises UnknownNameError for a
    code of none of the LEAs, and whatever `records_in` does.
    """
    held = held_of(given)
    records, asked = _with_others(ruleset, held)
    if codes is not None:
        known = {record.code: record.code for record in records}
        asked = frozenset(named(A_CODE, code, known) for code in texts(codes, LEA))
    return records, asked


def _with_others(ruleset: Ruleset, held: object) -> tuple[Sequence[LeaRecord], Codes]:
    results = results_in(held)
    if not results:
        return records_in(ruleset.vocabulary, held), held.asked if isinstance(held, DataSet) else None
    own = {one.evaluation.record.code: one.evaluation.record for one in results}
    if not ruleset.relates:
        return tuple(own.values()), None
    batches = {id(one.evaluation.batch): one.evaluation.batch for one in results}
    others = {record.code: record for batch in batches.values() for record in batch.records}
    return tuple((others | own).values()), frozenset(own)


def results_in(held: object) -> Sequence[Determination | LevelResult]:
    """Return the determinations or levels that are given; none if something else is."""
    several = held if isinstance(held, tuple | list) else ()
    return several if all(isinstance(one, Determination | LevelResult) for one in several) else ()


def held_of(given: object) -> object:
    """Return what an iterator has left as a list, and anything else as it is; ValueError if nothing is left of it."""
    if is_table(given) or not isinstance(given, Iterator):
        return given
    held = list(given)
    if not held:
        raise ValueError("nothing is left of what was given: an iterator is read once; make a tuple of it first")
    return held


def records_in(vocabulary: Vocabulary, given: object) -> Sequence[LeaRecord]:
    """Return the LEAs in what a program hands over: records as they are, a data set, plain rows, or a table of these.

    Those of determinations and levels are their records. Raises DataError if it is something else, or one of the rows
    cannot be used.
    """
    if isinstance(given, DataSet):
        return given.records
    if isinstance(given, tuple | list) and all(isinstance(one, LeaRecord) for one in given):
        return given  # without the libraries for tables
    listed = given if is_table(given) else _listed(given)
    if isinstance(listed, list) and all(isinstance(one, LeaRecord | Determination | LevelResult) for one in listed):
        return tuple(one if isinstance(one, LeaRecord) else one.evaluation.record for one in listed)
    return _without_errors(data_in(vocabulary, listed))


def data_in(vocabulary: Vocabulary, given: object) -> DataSet:
    """Return the LEAs in plain rows or a table of these, with all that is wrong; DataError if it is neither."""
    if not is_table(given):
        return records_from_rows(vocabulary, _listed(given))
    connection = connection_over(given)
    try:
        with stoppable(connection):
            return records_from_rows(vocabulary, rows_of(connection))
    finally:
        connection.close()


def with_counted_groups(records: Sequence[LeaRecord], year: int, counts: Mapping[str, Any]) -> tuple[LeaRecord, ...]:
    """Return LEAs with how many student groups each has in a year, given by LEA code.

    Raises DataError if a code is none of theirs, or a number is not a count.
    """
    names = {record.code: record.name for record in records}
    wrong = [say_run.lea_not_in_data(str(code), names) for code in counts if code not in names]
    wrong += [
        say.not_a_number(None, "student groups", str(number))
        for number in counts.values()
        if isinstance(number, bool) or not (isinstance(number, int) and number >= 0)
    ]
    if wrong:
        raise DataError(*wrong)
    return with_group_counts(records, {(year, code): number for code, number in counts.items()})


def _listed(given: object) -> list[Any]:
    if isinstance(given, str | bytes | Mapping) or not isinstance(given, Iterable):
        raise DataError(say_record.not_a_table(type(given).__name__))
    held = held_of(given)
    return held if isinstance(held, list) else list(given)


def _without_errors(data: DataSet) -> tuple[LeaRecord, ...]:
    """Return the LEAs of rows and warn the program of what is doubtful; DataError if a row cannot be used."""
    wrong = [one for one in data.diagnostics if one.severity is Severity.ERROR]
    if wrong:
        raise DataError(*wrong)
    for one in data.diagnostics:
        warn(f"{one.message}; {one.help}" if one.help else one.message)
    return data.records


def _scanned(prepared: Prepared, connection: Connection, *, reasons: bool) -> tuple[ResultTable, ...] | None:
    """Return the results of a scan, None if the records are for the reader, as rows of facts are."""
    columns = {column_name(name) for name, *_ in connection.execute(f"DESCRIBE {GIVEN}").fetchall()}
    if not columns.isdisjoint(words_of(prepared.ruleset.vocabulary).facts):
        return None
    view(connection, GIVEN, GIVEN)
    try:
        return scanned_tables(prepared, connection, reasons=reasons)
    except NotUnderstoodError:
        return None


def _read(prepared: Prepared, connection: Connection, *, reasons: bool) -> tuple[ResultTable, ...]:
    data = records_from_rows(prepared.ruleset.vocabulary, rows_of(connection))
    return tables_from(prepared, _without_errors(data), reasons=reasons)
