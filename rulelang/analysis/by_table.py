"""The results of plain records by the table engine, as the tables of a run.

What the engine leaves open is told by the record engine for those LEAs alone.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from attrs import define, field

from rulelang.analysis.loading import StateMemory
from rulelang.analysis.over_scan import over_scan
from rulelang.analysis.result_tables import (
    JOINT,
    REASON_COLUMNS,
    ResultTable,
    determination_columns,
    determination_row,
    reason_cells,
    referral_columns,
)
from rulelang.analysis.shared_rows import Row, SharedRows, Tails
from rulelang.core.truth import Truth
from rulelang.data.cells import name_text
from rulelang.data.records import NOT_RATED_NOTE
from rulelang.data.report import ReadReport
from rulelang.data.room import EVERYTHING, Room
from rulelang.data.scan import Connection
from rulelang.engine.determination import CANNOT_TELL, determine
from rulelang.engine.sheet import bits_of
from rulelang.engine.steps import Prepared
from rulelang.engine.table.batch import Batch, judge_records
from rulelang.engine.table.decoding import Named, names_of, records_of
from rulelang.engine.table.names import NotUnderstoodError, UnsupportedRulesError
from rulelang.engine.table.plan import OUTCOMES
from rulelang.engine.table.reason_rows import held_rules, rows_of_leas
from rulelang.engine.wording import answer_text

Tables = tuple[ResultTable, ...]
Judged = tuple[Tables, ReadReport, int]
"""The tables, the counts of the files' rows, and of how many LEAs the record engine had to tell something."""


def judged(
    prepared: Prepared, path: Path, *, reasons: bool, room: Room = EVERYTHING, kept: StateMemory | None = None
) -> Judged | None:
    """Return the results by the table engine, None where it does not understand the records or the rules.

    Raises DataError where the files break off or the disk is full.
    """
    found = over_scan(path, room, lambda connection: _judged(prepared, connection, kept, reasons=reasons))
    if found is None:
        return None
    (tables, told), report = found
    return tables, report, told


def judged_over(
    prepared: Prepared, connection: Connection, *, reasons: bool, kept: StateMemory | None = None
) -> Tables | None:
    """Return the results of the records of a connection, None where the table engine does not understand them."""
    try:
        return _judged(prepared, connection, kept, reasons=reasons)[0]
    except (NotUnderstoodError, UnsupportedRulesError):
        return None


def _judged(
    prepared: Prepared, connection: Connection, kept: StateMemory | None, *, reasons: bool
) -> tuple[Tables, int]:
    batch = judge_records(prepared, connection, reasons=reasons, evidence=reasons, kept=kept)
    named = {code: Named(name_text(one.name), name_text(one.county)) for code, one in names_of(batch).items()}
    first, told = _determinations(batch, named)
    return (first, *([_reasons(batch)] if reasons else [])), told


def _reasons(batch: Batch) -> ResultTable:
    """Return a row for each rule that holds; the rules are put into words here, and their rows are not."""
    held = held_rules(batch, NOT_RATED_NOTE)
    tails = [reason_cells(batch.plan.ruleset, one) for one in held.reasons]
    return ResultTable(
        "reasons", REASON_COLUMNS, SharedRows([(code,) for code in held.leas], tails, held.which, held.starts)
    )


def _determinations(batch: Batch, named: Mapping[str, Named]) -> tuple[ResultTable, int]:
    """Return a row for each LEA, and how many of them leave something open."""
    referrals = referral_columns(batch.plan.ruleset.vocabulary)
    tails, cells = Tails(), _Cells(batch, referrals)
    heads: list[Row] = []
    which = array("L")
    open_: dict[str, int] = {}
    for code, *values in cells.rows():
        known = named.get(code, Named())
        tail = cells.tail(tuple(values))
        if tail is None:
            open_[code] = len(heads)
        heads.append((code, known.name, known.county))
        which.append(0 if tail is None else tails.place(tail))
    for record in records_of(batch, open_, named, NOT_RATED_NOTE):
        row = determination_row(determine(batch.prepared, record), referrals)
        which[open_[record.code]] = tails.place(row[len(heads[0]) :])
    rows = SharedRows(heads, tails.kept, which, range(len(heads) + 1))
    return ResultTable("determinations", determination_columns(referrals), rows), len(open_)


@define
class _Cells:
    """The cells of an LEA's row behind what it is called, made once for all LEAs of which the engine says the same."""

    batch: Batch
    referrals: Mapping[str, str]
    _known: dict[tuple[Any, ...], Row | None] = field(factory=dict)

    def rows(self) -> Iterator[tuple[Any, ...]]:
        """Yield what the engine says of each LEA, by their codes."""
        answers = (f"answer_{at}" for at in range(len(self.batch.plan.answers)))
        return rows_of_leas(self.batch, ["kind", *OUTCOMES.values(), "groups_named", "priorities_met", *answers])

    def tail(self, values: tuple[Any, ...]) -> Row | None:
        """Return the cells, None where the engine leaves something open."""
        if values not in self._known:
            self._known[values] = self._made(values)
        return self._known[values]

    def _made(self, values: tuple[Any, ...]) -> Row | None:
        kind, determined, as_published, labelled, groups, priorities, *truths = values
        plan, ruleset = self.batch.plan, self.batch.plan.ruleset
        answers: dict[str, Truth] = dict(zip(plan.answers, truths, strict=True))
        asked = {name: answer for name, answer in answers.items() if name in ruleset.referrals}
        outcome, published, label = (name or CANNOT_TELL for name in (determined, as_published, labelled))
        if CANNOT_TELL in (outcome, label) or None in asked.values():
            return None
        held = [name for name, answer in answers.items() if answer is True]
        methods, numbers = set(ruleset.methods), list(plan.whole)
        return (
            kind,
            ruleset.year,
            outcome,
            published,
            label,
            JOINT.join(name for name in held if name in methods),
            JOINT.join(name for name in held if name not in methods),
            JOINT.join(self.batch.prepared.groups[at].code for at in bits_of(groups)),
            JOINT.join(str(number) for number in sorted(numbers[at] for at in bits_of(priorities))),
            *(answer_text(asked[name]) if name in asked else "" for name in self.referrals.values()),
            "",
        )
