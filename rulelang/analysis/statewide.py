"""A statewide run over plain records: scanned by DuckDB where they are, or else read row by row.

Both give the same tables. Rows that only the reader understands, or that are wrong, are left to the reader.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from attrs import evolve, frozen

from rulelang.analysis.asked import Place, chosen_codes, leas_named, not_there, place_of
from rulelang.analysis.batch_tables import tables_of_records, tables_over
from rulelang.analysis.level_batches import level_table, levels_over
from rulelang.analysis.level_tables import has_table, rows_about
from rulelang.analysis.owners_missing import with_owners_missing
from rulelang.analysis.result_tables import ResultTable
from rulelang.analysis.summary import Summing
from rulelang.analysis.wide_rows import wide_table
from rulelang.core.fact_types import FactType
from rulelang.core.record import LeaRecord
from rulelang.core.ruleset import Ruleset
from rulelang.core.vocabulary import Vocabulary
from rulelang.data.record_files import files_in
from rulelang.data.records import read_records, records_from_rows
from rulelang.data.report import DataError, DataSet, FileReport, ReadReport
from rulelang.data.scan import (
    EVERYTHING,
    RECORDS,
    Connection,
    NotUnderstoodError,
    Room,
    can_scan,
    connection_error,
    is_lack_of_room,
    is_text,
    rows_by_file,
    said,
    scan,
    sha256_of_file,
    stoppable,
)
from rulelang.data.scanned_records import texts_of
from rulelang.data.shared_rows import Row
from rulelang.diagnostics.diagnostic import Diagnostic
from rulelang.engine.steps import Prepared, prepare


@frozen
class Statewide:
    """The tables of a run, what was wrong with the records, and whether these were scanned and not read row by row.

    `data` has the counts of the files' rows and what was wrong with them, and no records.
    """

    tables: tuple[ResultTable, ...]
    data: DataSet
    scanned: bool

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """Return what was wrong with the records."""
        return self.data.diagnostics


def only(found: Statewide, leas: Sequence[str], counties: Collection[str], vocabulary: Vocabulary) -> Statewide:
    """Return the results of the LEAs and of the counties asked for, as `chosen_codes` chooses; all where none is."""
    if not found.tables or not (leas or counties):
        return found
    codes = chosen_codes(places_in(found), leas, counties, vocabulary)
    tables = (evolve(table, rows=tuple(row for row in table.rows if row[0] in codes)) for table in found.tables)
    return evolve(found, tables=tuple(tables))


def places_in(found: Statewide) -> Iterator[Place]:
    """Yield the code, name and county of each LEA of the first table."""
    for table in found.tables[:1]:
        cells = (table.column(column) for column in ("cds", "lea", "county"))
        yield from (
            (str(code), str(name), str(county)) for code, name, county in dict.fromkeys(zip(*cells, strict=True))
        )


def determine_records(
    ruleset: Ruleset,
    path: Path,
    *,
    scan: bool = True,
    reasons: bool = True,
    wide: bool = False,
    room: Room = EVERYTHING,
) -> Statewide:
    """Return the results of every LEA in a file of plain records, or in a folder of such files.

    They are scanned unless `scan` says no or a `wide` table is wanted, where the libraries for it are installed. What
    is wrong with the records is among the diagnostics, and nothing raises.
    """
    prepared = prepare(ruleset)
    if scan and not wide and not _is_for_the_reader(ruleset) and can_scan(path):
        try:
            found = _scanned(prepared, path, reasons=reasons, room=room)
        except DataError as error:
            return Statewide((), DataSet((), ReadReport(), tuple(error.diagnostics)), scanned=True)
        if found is not None:
            return found
    data = with_owners_missing(ruleset, read_records(ruleset.vocabulary, path))
    tables = tables_from(prepared, data.records, reasons=reasons, wide=wide)
    return Statewide(tables, evolve(data, records=()), scanned=False)


def _is_for_the_reader(ruleset: Ruleset) -> bool:
    """Return whether records are read row by row: a scan knows numbers of one entity."""
    words = ruleset.vocabulary
    return bool(words.owners) or any(number.type is not FactType.NUMBER for number in words.numbers)


def _scanned(prepared: Prepared, path: Path, *, reasons: bool, room: Room) -> Statewide | None:
    """Return the results of a scan, None if the records are for the reader.

    Raises DataError if the files break off or the disk is full.
    """
    try:
        connection = scan(path, room)
    except ValueError:
        return None
    try:
        with stoppable(connection):
            tables = scanned_tables(prepared, connection, reasons=reasons)
            return Statewide(tables, DataSet((), _report(connection, path)), scanned=True)
    except NotUnderstoodError:
        return None
    except connection_error() as error:
        if is_text(path) and not is_lack_of_room(error):
            return None  # the reader says which line is wrong
        raise said(error, path) from error
    finally:
        connection.close()


def _report(connection: Connection, path: Path) -> ReadReport:
    """Return the counts of files of which every row is right."""
    files = files_in(path)
    rows = {Path(name).name: number for name, number in rows_by_file(connection, files)}
    return ReadReport(
        tuple(FileReport(file, RECORDS, sha256=sha256_of_file(file), used=rows.get(file.name, 0)) for file in files)
    )


def scanned_tables(prepared: Prepared, connection: Connection, *, reasons: bool) -> tuple[ResultTable, ...]:
    """Return the results of the plain records of a connection; NotUnderstoodError if they are for the reader."""
    if _is_for_the_reader(prepared.ruleset):
        raise NotUnderstoodError
    tables = [] if prepared.ruleset.reports_levels else [*tables_over(prepared, connection, reasons=reasons)]
    tables += [_of_its_kinds(prepared, levels_over(prepared, connection))] if has_table(prepared.ruleset) else []
    return tuple(tables)


def tables_from(
    prepared: Prepared,
    records: Iterable[LeaRecord],
    *,
    reasons: bool = True,
    wide: bool = False,
    asked: frozenset[str] | None = None,
    summing: Summing | None = None,
) -> tuple[ResultTable, ...]:
    """Return the tables of results of LEAs: determinations where the rules decide any, and what levels they report.

    With `wide` the wide table comes last. `asked` are the codes of those that are asked for, None for all of the
    records. Those that are determined are counted in `summing`, where it is given.
    """
    ruleset = prepared.ruleset
    if wide or not ruleset.reports_levels or prepared.relates:
        records = tuple(records)  # they are gone through several times
    tables: tuple[ResultTable, ...] = ()
    if not ruleset.reports_levels:
        tables = tables_of_records(prepared, records, reasons=reasons, summing=summing)
    if has_table(ruleset):
        tables = (*tables, _of_its_kinds(prepared, level_table(prepared, records)))
    if wide:
        tables = (*tables, wide_table(prepared, records))
    if not prepared.relates:
        return tables
    of_year = ((place, record.code) for place, record in enumerate(records) if not record.only_in)
    places = {code: place for place, code in of_year if asked is None or code in asked}
    return tuple(evolve(table, rows=_in_order(table.rows, places)) for table in tables)


def _of_its_kinds(prepared: Prepared, table: ResultTable) -> ResultTable:
    """Return a table of levels or measures with the rows about the kinds of entity that its measures are about."""
    return evolve(table, rows=rows_about(prepared.ruleset, table))


def _in_order(rows: Iterable[Row], places: Mapping[str, int]) -> tuple[Row, ...]:
    """Return the rows of entities that have a place, in the order of their places."""
    return tuple(sorted((row for row in rows if row[0] in places), key=lambda row: places[str(row[0])]))


# ---- One LEA of a whole state, to be explained ----

# The meaning of a missing row depends on the other LEAs only by which indicators any row names in which year. So the
# rows of an LEA and a single one of each indicator and year have the same meaning for it as all rows.


def record_in(ruleset: Ruleset, path: Path, asked: str) -> DataSet:
    """Return the record of the LEA asked for in a file of plain records, or in a folder of such files.

    If rules relate LEAs to one another, all others come behind it, as any may be of its family. There is none if the
    records do not have the LEA, or have several that may be meant. What is wrong with the records, or with the request,
    is among the diagnostics, and nothing raises.
    """
    vocabulary = ruleset.vocabulary
    found = _scanned_lea(vocabulary, path, asked) if can_scan(path) and not ruleset.relates else None
    if found is not None:
        return found
    # The reader understands words and columns that a scan does not, and says which row is wrong.
    data = with_owners_missing(ruleset, read_records(vocabulary, path))
    codes = chosen_codes(map(place_of, data.records), [asked], (), vocabulary)
    absent = () if data.has_errors else not_there(map(place_of, data.records), [asked], (), vocabulary)
    kept = tuple(record for record in data.records if record.code in codes)
    others = tuple(record for record in data.records if ruleset.relates and kept and record.code not in codes)
    return evolve(data, records=(*kept, *others), diagnostics=(*data.diagnostics, *absent))


def _scanned_lea(vocabulary: Vocabulary, path: Path, asked: str) -> DataSet | None:
    """Return the record of the LEA by its own rows and one of each indicator and year; None if it takes a reader."""
    try:
        connection = scan(path)
    except (ValueError, DataError):
        return None
    try:
        texts = ", ".join(f"{text} as {column}" for column, text in texts_of(vocabulary, connection).items())
        connection.execute(f"CREATE VIEW texts as SELECT {texts} FROM {RECORDS}")  # noqa: S608 - of quoted names
        code = _code_of(connection, asked)
        # A code may have blanks at its ends, of more kinds than the database knows of.
        found = connection.execute(
            "FROM texts WHERE contains(lea_code, $1) UNION ALL"
            " (SELECT DISTINCT ON (year, indicator) * FROM texts WHERE NOT contains(lea_code, $1))",
            [code],
        )
        columns = [column for column, *_ in found.description]
        rows = [dict(zip(columns, row, strict=True)) for row in found.fetchall()]
    except (NotUnderstoodError, connection_error()):
        return None
    finally:
        connection.close()
    data = records_from_rows(vocabulary, rows, str(path))
    kept = tuple(record for record in data.records if record.code == code)
    return evolve(data, records=kept) if kept and not data.diagnostics else None


def _code_of(connection: Connection, asked: str) -> str:
    """Return the code of the LEA asked for in the records of a connection, as given where none or several fit."""
    if connection.execute("SELECT 1 FROM texts WHERE lea_code = ? LIMIT 1", [asked]).fetchone() is not None:
        return asked
    found = connection.execute("SELECT lea_code, coalesce(max(name), '') FROM texts GROUP BY lea_code").fetchall()
    meant = leas_named(asked, {code: name for code, name in found if code is not None})
    return meant[0] if len(meant) == 1 else asked
