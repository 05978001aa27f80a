"""The results of plain records by the table engine, as the tables of a run.

What the engine leaves open is told by the record engine for those LEAs alone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path

from attrs import frozen

from rulelang.analysis.result_tables import (
    JOINT,
    Cell,
    ResultTable,
    determination_columns,
    determination_row,
    reason_table,
    referral_columns,
)
from rulelang.core.ruleset import Ruleset
from rulelang.core.truth import Truth
from rulelang.data.records import NOT_RATED_NOTE, RECORDS
from rulelang.data.report import FileReport, ReadReport
from rulelang.data.scan import (
    Connection,
    connection_error,
    files_in,
    is_lack_of_room,
    is_text,
    rows_by_file,
    said,
    scan,
    sha256_of_file,
)
from rulelang.engine.determination import CANNOT_TELL, Determination, determine
from rulelang.engine.record import Prepared
from rulelang.engine.table.batch import Batch, judge_records
from rulelang.engine.table.decoding import Named, names_of, records_of
from rulelang.engine.table.names import NotUnderstoodError, UnsupportedRulesError
from rulelang.engine.wording import answer_text

Tables = tuple[ResultTable, ...]
Judged = tuple[Tables, ReadReport, int]
"""The tables, the counts of the files' rows, and of how many LEAs the record engine had to tell something."""


def judged(prepared: Prepared, path: Path, *, reasons: bool) -> Judged | None:
    """Return the results by the table engine, None where it does not understand the records or the rules.

    Raises DataError where the files break off or the disk is full.
    """
    try:
        connection = scan(path)
    except ValueError:
        return None
    try:
        tables, told = _judged(prepared, connection, reasons=reasons)
        return tables, _report(connection, path), told
    except (NotUnderstoodError, UnsupportedRulesError):
        return None
    except connection_error() as error:
        if is_text(path) and not is_lack_of_room(error):
            return None  # the reader says which line is wrong
        raise said(error, path) from error
    finally:
        connection.close()


def judged_over(prepared: Prepared, connection: Connection, *, reasons: bool) -> Tables | None:
    """Return the results of the records of a connection, None where the table engine does not understand them."""
    try:
        return _judged(prepared, connection, reasons=reasons)[0]
    except (NotUnderstoodError, UnsupportedRulesError):
        return None


def _judged(prepared: Prepared, connection: Connection, *, reasons: bool) -> tuple[Tables, int]:
    batch = judge_records(prepared, connection, reasons=reasons)
    return _tables(_Results(batch, names_of(batch)), reasons=reasons)


@frozen
class _Results:
    batch: Batch
    named: Mapping[str, Named]

    @property
    def ruleset(self) -> Ruleset:
        """Return the rules that were applied."""
        return self.batch.prepared.ruleset

    def determinations(self, codes: list[str] | None) -> Iterator[Determination]:
        """Yield what the record engine makes of LEAs, all where none is named, in the order of their codes."""
        for record in records_of(self.batch, codes, self.named, NOT_RATED_NOTE):
            yield determine(self.batch.prepared, record)


def _report(connection: Connection, path: Path) -> ReadReport:
    """Return the counts of files of which every row is right."""
    files = files_in(path)
    rows = {Path(name).name: number for name, number in rows_by_file(connection, files)}
    return ReadReport(
        tuple(FileReport(file, RECORDS, sha256=sha256_of_file(file), used=rows.get(file.name, 0)) for file in files)
    )


def _tables(results: _Results, *, reasons: bool) -> tuple[Tables, int]:
    referrals = referral_columns(results.ruleset.vocabulary)
    told = {str(row[0]): row for row in _told_rows(results, referrals)}
    open_ = {code for code, row in told.items() if row[-1] is None}
    again: dict[str, Determination] = {}
    tables = [reason_table(_kept(results.determinations(None), open_, again))] if reasons else []
    if open_ and not reasons:
        again = {one.record.code: one for one in results.determinations(sorted(open_))}
    rows = tuple(determination_row(again[code], referrals) if code in again else told[code] for code in sorted(told))
    first = ResultTable("determinations", determination_columns(referrals), rows)
    return (first, *tables), len(told) if reasons else len(again)


def _kept(
    determinations: Iterable[Determination], codes: Collection[str], kept: dict[str, Determination]
) -> Iterator[Determination]:
    """Yield determinations, one after another, and keep those of some LEAs; a state of all would fill the memory."""
    for one in determinations:
        if one.record.code in codes:
            kept[one.record.code] = one
        yield one


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
