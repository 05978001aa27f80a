"""The tables of results of many LEAs, read from the columns of their batches.

The cells after an LEA's code and name are the same for many LEAs, and are made once for each different combination; so
are the reasons, and what would settle an answer.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from attrs import define, field

from rulelang.analysis.needs import needs_of_batch
from rulelang.analysis.result_tables import (
    JOINT,
    REASON_COLUMNS,
    ResultTable,
    determination_columns,
    reason_cells,
    referral_columns,
)
from rulelang.analysis.scanned_facts import LEAS_A_SCAN, over_records
from rulelang.analysis.summary import Summing
from rulelang.core.record import LeaRecord
from rulelang.core.ruleset import DETERMINATION, LABEL, PUBLISHED, Rule
from rulelang.core.truth import CANNOT_TELL, Truth
from rulelang.data.scan import Connection
from rulelang.data.shared_rows import PLACES, Block, Row, SharedRows
from rulelang.engine.alike import Alike, Memo
from rulelang.engine.columns import decoded, places_of
from rulelang.engine.determination import Reason, evidence_of
from rulelang.engine.evaluate import BatchEvaluation, evaluate_batches
from rulelang.engine.result_columns import ResultColumns, packed
from rulelang.engine.result_plan import ResultPlan, plan_of
from rulelang.engine.steps import Prepared
from rulelang.engine.wording import answer_text

Tables = tuple[ResultTable, ...]


def tables_over(prepared: Prepared, connection: Connection, *, reasons: bool) -> Tables:
    """Return the results of the plain records of a connection, by the codes of the LEAs.

    Raises NotUnderstoodError if a record is wrong, repeated, or worded so that only the reader understands it.
    """
    plan = plan_of(prepared)
    return over_records(prepared, connection, LEAS_A_SCAN, lambda: BatchTables(plan, reasons)).tables()


def tables_of_records(
    prepared: Prepared, records: Iterable[LeaRecord], *, reasons: bool, summing: Summing | None = None
) -> Tables:
    """Return the results of records in the order given, by code if the rules relate entities to one another.

    The LEAs are counted in `summing`, if it is given.
    """
    return tables_of_batches(prepared, evaluate_batches(prepared, records), reasons=reasons, summing=summing)


def tables_of_batches(
    prepared: Prepared, batches: Iterable[BatchEvaluation], *, reasons: bool, summing: Summing | None = None
) -> Tables:
    """Return the results of LEAs that are evaluated, as `tables_of_records` does."""
    collecting = BatchTables(plan_of(prepared), reasons, by_code=prepared.relates)
    for batch in batches:
        collecting.add(batch.records, batch)
        if summing is not None:
            summing.add(batch)
    return collecting.tables()


@define(eq=False)
class BatchTables:
    """Collects the results of one batch after another, as the tables of a run.

    Where `by_code` is set the rows come by the codes of their LEAs, else in the order in which they were added.
    """

    plan: ResultPlan
    reasons: bool
    by_code: bool = False
    _heads: list[Row] = field(factory=list)
    _shown: list[int] = field(factory=list)
    _tails: Block = field(factory=Block)
    _held: _Numbers = field(init=False)
    _said: Block = field(factory=Block)
    _memos: dict[str, Memo] = field(factory=dict)

    def __attrs_post_init__(self) -> None:
        self._held = _Numbers()

    @property
    def referrals(self) -> Mapping[str, str]:
        """Return the referrals that have a column, by the name of the column."""
        return referral_columns(self.plan.ruleset.vocabulary)

    def add(self, leas: Sequence[LeaRecord], batch: BatchEvaluation) -> None:
        """Take the results of a batch of LEAs."""
        columns = ResultColumns(self.plan, batch)
        self._shown.extend(place for place, lea in enumerate(leas, len(self._heads)) if not lea.only_in)
        self._heads.extend((lea.code, lea.name, lea.county) for lea in leas)
        self._tails.which.extend(self._tails_of(columns, [lea.kind for lea in leas]))
        if self.reasons:
            for held in self._reasons_of(columns):
                self._held.add(held)

    def tables(self) -> tuple[ResultTable, ...]:
        """Return the determinations, and with them the reasons where these are wanted."""
        order = self._shown
        if self.by_code:
            order = sorted(order, key=lambda place: str(self._heads[place][0]))
        which = array(PLACES, [self._tails.which[place] for place in order])
        rows = SharedRows([Block(self._heads, array(PLACES, order)), Block(self._tails.values, which)])
        first = ResultTable("determinations", determination_columns(self.referrals), rows)
        return (first, self._reason_table(order)) if self.reasons else (first,)

    def _reason_table(self, order: Sequence[int]) -> ResultTable:
        whose, said = Block([head[:1] for head in self._heads]), Block(self._said.values)
        for place in order:
            held = self._held.at(place)
            whose.which.extend([place] * len(held))
            said.which.extend(held)
        return ResultTable("reasons", REASON_COLUMNS, SharedRows([whose, said]))

    # ---- Determinations ----

    def _tails_of(self, columns: ResultColumns, kinds: Sequence[str]) -> Iterator[int]:
        """Yield for each LEA the place of its cells after the head, which equal LEAs share."""
        size, asked = columns.size, list(self.plan.answers.values())
        outcomes = [decoded(columns.outcome(name), size) for name in (DETERMINATION, PUBLISHED, LABEL)]
        answers = [decoded(columns.answers(position), size) for position in asked]
        decided = [column for column in (*outcomes, *answers) if column is not None]
        groups, priorities = columns.named, columns.priorities_met
        needs, need_of = self._needs_of(columns)
        sets = [*groups, *priorities.values()]
        rows = zip(kinds, need_of, *(column.codes for column in decided), *packed(sets, size), strict=True)
        known: dict[tuple[Any, ...], int] = {}
        for key in rows:
            place = known.get(key)
            if place is None:
                kind, need, *codes = key
                values = [column.values[code] for column, code in zip(decided, codes, strict=False)]
                marks = int.from_bytes(bytes(codes[len(decided) :]), "little")
                met = [marks >> at & 1 for at in range(len(sets))]
                tail = self._tail(kind, needs[need], values, met)
                place = known[key] = self._tails.place(tail)
            yield place

    def _tail(self, kind: str, needs: str, values: Sequence[Any], met: Sequence[int]) -> Row:
        """Return the cells of an LEA after the head."""
        ruleset, groups = self.plan.ruleset, self.plan.ruleset.vocabulary.groups
        outcome, published, label = (value if isinstance(value, str) else CANNOT_TELL for value in values[:3])
        answers: dict[str, Truth] = dict(zip(self.plan.answers, values[3:], strict=True))
        held = [name for name, answer in answers.items() if answer is True]
        named = [group.code for group, is_met in zip(groups, met, strict=False) if is_met]
        numbers = [number for number, is_met in zip(self.plan.whole, met[len(groups) :], strict=True) if is_met]
        return (
            kind,
            ruleset.year,
            outcome,
            published,
            label,
            JOINT.join(name for name in held if name in ruleset.methods),
            JOINT.join(name for name in held if name in ruleset.referrals),
            JOINT.join(named),
            JOINT.join(map(str, sorted(numbers))),
            *(answer_text(answers[name]) if name in answers else "" for name in self.referrals.values()),
            needs,
        )

    def _needs_of(self, columns: ResultColumns) -> tuple[list[str], list[int]]:
        """Return what would settle what is unknown, in words, and for each LEA the place of its words."""
        needs, which = [""], [0] * columns.size
        for said, leas in needs_of_batch(columns):
            for lea in leas:
                which[lea] = len(needs)
            needs.append(said)
        return needs, which

    # ---- Reasons ----

    def _reasons_of(self, columns: ResultColumns) -> Sequence[Sequence[int]]:
        """Return for each LEA the places of its reasons: those of the LEA first, then those of each student group."""
        held: list[list[int]] = [[] for _ in range(columns.size)]
        among = Alike(columns.batch, of_groups=False)
        for rule, leas in columns.lea_rules():
            for evidence, alike in among.said(leas, self._memo_of(rule)):
                self._put(held, Reason(None, rule, evidence), alike)
        among, lanes_of = Alike(columns.batch, of_groups=True), columns.batch.shape.lanes
        said = [
            (rule, evidence, lanes_of(alike))
            for rule, rows in columns.group_rules()
            for evidence, alike in among.said(rows, self._memo_of(rule))
        ]
        for at in columns.year_groups:
            for rule, evidence, lanes in said:
                self._put(held, Reason(columns.batch.prepared.groups[at], rule, evidence), lanes[at])
        return held

    def _memo_of(self, rule: Rule) -> Memo:
        return self._memos.setdefault(rule.name, Memo(partial(evidence_of, rule)))

    def _put(self, held: Sequence[list[int]], reason: Reason, leas: int) -> None:
        place = self._said.place(reason_cells(self.plan.ruleset, reason)) if leas else 0
        for lea in places_of(leas):
            held[lea].append(place)


@define(eq=False)
class _Numbers:
    """Some numbers for each of a sequence of things, kept in one list: those of a thing begin at its start."""

    all: array[int] = field(factory=lambda: array(PLACES))
    starts: array[int] = field(factory=lambda: array(PLACES, [0]))

    def add(self, numbers: Sequence[int]) -> None:
        """Keep the numbers of the next thing."""
        self.all.extend(numbers)
        self.starts.append(len(self.all))

    def at(self, place: int) -> array[int]:
        """Return the numbers of a thing."""
        return self.all[self.starts[place] : self.starts[place + 1]]
