"""A statewide run over plain records: by the table engine where it understands them, else by the record engine.

Both give the same tables. What the table engine leaves open is told by the record engine for those LEAs alone: what
would settle an answer that cannot be told, and the values behind a rule that holds.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import Any, Final

from attrs import evolve, frozen

from rulelang.analysis.result_tables import (
    JOINT,
    Cell,
    ResultTable,
    determination_columns,
    determination_row,
    determination_table,
    reason_table,
    referral_columns,
)
from rulelang.core.ruleset import Ruleset
from rulelang.core.truth import Truth
from rulelang.data.record_files import rows_of_file
from rulelang.data.records import NOT_RATED_NOTE, RECORDS, read_records, records_from_rows
from rulelang.data.report import DataError, DataSet, FileReport, ReadReport
from rulelang.data.scan import Connection, can_scan, files_in, rows_by_file, scan, sha256_of_file
from rulelang.diagnostics.diagnostic import Diagnostic
from rulelang.engine.determination import CANNOT_TELL, Determination, determine
from rulelang.engine.record import Prepared, prepare
from rulelang.engine.wording import answer_text

TABLE: Final = "table"
RECORD: Final = "record"

Batch = Any
"""A `Batch` of `engine.table.batch`, which is not imported before it is needed."""


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
    if engine == TABLE and ruleset.suspended is None and not ruleset.levels and can_scan(path):
        try:
            found = _by_table(prepared, path, reasons=reasons)
        except DataError as error:
            return Statewide((), DataSet((), ReadReport(), tuple(error.diagnostics)), TABLE, 0)
        if found is not None:
            return found
    return _by_record(prepared, path, reasons=reasons)


def _by_record(prepared: Prepared, path: Path, *, reasons: bool) -> Statewide:
    data = _read(prepared, path)
    determinations = [determine(prepared, record) for record in data.records]
    tables = [determination_table(determinations), *([reason_table(determinations)] if reasons else [])]
    return Statewide(tuple(tables), evolve(data, records=()), RECORD, len(determinations))


def _read(prepared: Prepared, path: Path) -> DataSet:
    vocabulary = prepared.ruleset.vocabulary
    if not path.is_dir():
        return read_records(vocabulary, path)
    rows = chain.from_iterable(rows_of_file(file)[0] for file in files_in(path))
    return records_from_rows(vocabulary, (row for _, row in rows if isinstance(row, Mapping)), str(path))


def _by_table(prepared: Prepared, path: Path, *, reasons: bool) -> Statewide | None:
    """Return the results by the table engine, None where it does not understand the records or the rules."""
    # Whoever does not run a state need not wait for these libraries.
    from rulelang.engine.table.batch import NotUnderstoodError, judge_records  # noqa: PLC0415
    from rulelang.engine.table.values import UnsupportedRulesError  # noqa: PLC0415

    try:
        connection = scan(path)
    except ValueError:
        return None
    try:
        batch = judge_records(prepared, connection, reasons=reasons)
        return _tables(_Results(batch, _named(batch)), _report(connection, path), reasons=reasons)
    except (NotUnderstoodError, UnsupportedRulesError):
        return None
    finally:
        connection.close()


def _named(batch: Batch) -> Mapping[str, Any]:
    """Return what each LEA is called; NotUnderstoodError where its rows do not agree on it."""
    from rulelang.engine.table.decoding import names_of  # noqa: PLC0415

    return names_of(batch)


@frozen
class _Results:
    batch: Any
    named: Mapping[str, Any]

    @property
    def ruleset(self) -> Ruleset:
        """Return the rules that were applied."""
        ruleset: Ruleset = self.batch.prepared.ruleset
        return ruleset

    def determinations(self, codes: list[str] | None) -> Iterator[Determination]:
        """Yield what the record engine makes of LEAs, all where none is named, in the order of their codes."""
        from rulelang.engine.table.decoding import records_of  # noqa: PLC0415

        for record in records_of(self.batch, codes, self.named, NOT_RATED_NOTE):
            yield determine(self.batch.prepared, record)


def _report(connection: Connection, path: Path) -> ReadReport:
    """Return the counts of files of which every row is right."""
    files = files_in(path)
    rows = {Path(name).name: number for name, number in rows_by_file(connection, files)}
    return ReadReport(
        tuple(FileReport(file, RECORDS, sha256=sha256_of_file(file), used=rows.get(file.name, 0)) for file in files)
    )


def _tables(results: _Results, report: ReadReport, *, reasons: bool) -> Statewide:
    referrals = referral_columns(results.ruleset.vocabulary)
    told = {str(row[0]): row for row in _told_rows(results, referrals)}
    open_ = sorted(code for code, row in told.items() if row[-1] is None)
    if reasons:
        found = list(results.determinations(None))
        again = {one.record.code: one for one in found if one.record.code in set(open_)}
        tables = [reason_table(found)]
    else:
        again = {one.record.code: one for one in results.determinations(open_)} if open_ else {}
        tables = []
    rows = tuple(determination_row(again[code], referrals) if code in again else told[code] for code in sorted(told))
    first = ResultTable("determinations", determination_columns(referrals), rows)
    return Statewide((first, *tables), DataSet((), report), TABLE, len(told) if reasons else len(again))


def _told_rows(results: _Results, referrals: Mapping[str, str]) -> Iterator[tuple[Cell, ...]]:
    """Yield the rows of the table engine; in those that leave something open the last cell is None."""
    batch, plan = results.batch, results.batch.plan
    ruleset = results.ruleset
    cursor = batch.connection.execute("SELECT * FROM lea_results")
    names = [column for column, *_ in cursor.description]
    methods = set(ruleset.methods)
    for values in cursor.fetchall():
        row = dict(zip(names, values, strict=True))
        answers: dict[str, Truth] = {name: row[f"answer_{at}"] for at, name in enumerate(plan.answers)}
        held = [name for name, answer in answers.items() if answer is True]
        asked = {name: answer for name, answer in answers.items() if name in ruleset.referrals}
        outcome, published, label = (row[name] or CANNOT_TELL for name in ("determination", "published", "label"))
        is_open = CANNOT_TELL in (outcome, label) or None in asked.values()
        known = results.named.get(row["lea"])
        yield (
            row["lea"],
            known.name if known else "",
            known.county if known else "",
            row["kind"],
            ruleset.year,
            outcome,
            published,
            label,
            JOINT.join(name for name in held if name in methods),
            JOINT.join(name for name in held if name not in methods),
            JOINT.join(batch.prepared.groups[at].code for at in _bits(row["groups_named"])),
            JOINT.join(str(number) for number in sorted(list(plan.whole)[at] for at in _bits(row["priorities_met"]))),
            *(answer_text(asked[name]) if name in asked else "" for name in referrals.values()),
            None if is_open else "",
        )


def _bits(number: int) -> Iterator[int]:
    """Yield the places of the bits that are set, lowest first."""
    return (at for at in range(number.bit_length()) if number >> at & 1)
