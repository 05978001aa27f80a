"""Determinations of many LEAs by the table engine, from records in memory.

They are those of `engine.determination`, with an evaluation that is only made where somebody asks for it: to say what
would settle an answer, or to explain one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, cast

from attrs import evolve, field, frozen

from rulelang.core.record import LeaRecord
from rulelang.core.ruleset import DETERMINATION
from rulelang.core.truth import Truth
from rulelang.engine.determination import CANNOT_TELL, Determination, GroupResult, determine, missing_facts, passed_over
from rulelang.engine.record import Evaluation, Prepared, evaluate
from rulelang.engine.sheet import Sheet, bits_of
from rulelang.engine.table import sql
from rulelang.engine.table.bits import WIDTH
from rulelang.engine.table.coding import Texts
from rulelang.engine.table.facts import GROUP, LEA, Column, DataShape
from rulelang.engine.table.inputs import facts_of_tables
from rulelang.engine.table.load import arrow_tables, load_records
from rulelang.engine.table.lower import LoweredRuleset, lower
from rulelang.engine.table.names import UnsupportedRulesError
from rulelang.engine.table.plan import ResultPlan, plan_of
from rulelang.engine.table.query import tables_of
from rulelang.engine.table.results import group_columns, lea_columns
from rulelang.engine.table.run import Connection, connect

Row = Mapping[str, Any]
DIALECT: Final = "duckdb"


class LateSheet:
    """The sheet of an evaluation that is made the first time something is read off it."""

    def __init__(self, prepared: Prepared, record: LeaRecord) -> None:
        self._asked = prepared, record
        self._sheet: Sheet | None = None

    def __getattr__(self, name: str) -> object:
        if self._sheet is None:
            self._sheet = evaluate(*self._asked).sheet
        return getattr(self._sheet, name)


def determine_all(prepared: Prepared, records: Iterable[LeaRecord]) -> list[Determination]:
    """Return the determination of each record, in order; the record engine's where rules or records have no table."""
    kept = list(records)
    if prepared.ruleset.suspended is not None or not kept:
        return [determine(prepared, record) for record in kept]
    try:
        judged = _judged(prepared, kept)
    except UnsupportedRulesError:
        return [determine(prepared, record) for record in kept]
    return [judged.determination(place, record) for place, record in enumerate(kept)]


@frozen(eq=False)
class _Judged:
    prepared: Prepared
    plan: ResultPlan
    leas: Mapping[int, Row] = field(repr=False)
    groups: Mapping[int, Mapping[int, GroupResult]] = field(repr=False)
    odd: frozenset[int]

    def determination(self, place: int, record: LeaRecord) -> Determination:
        """Return the determination of a record."""
        if place in self.odd:
            return determine(self.prepared, record)
        row, ruleset = self.leas[place], self.plan.ruleset
        evaluation = Evaluation(self.prepared, record, cast("Sheet", LateSheet(self.prepared, record)))
        answers: dict[str, Truth] = {name: row[f"answer_{at}"] for at, name in enumerate(self.plan.answers)}
        outcome, published, label = (row[name] or CANNOT_TELL for name in ("determination", "published", "label"))
        held = [self.plan.lea_rules[at][0] for at in _held(row)]
        found = Determination(
            record=record,
            outcome=outcome,
            published=published,
            methods={name: answers[name] for name in ruleset.methods if name in answers},
            referrals={name: answers[name] for name in ruleset.referrals if name in answers},
            groups=tuple([found for _, found in sorted(self.groups[place].items())]),
            lea_rules=tuple(rule.name for rule in held if not passed_over(ruleset, rule, outcome)),
            settle=(),
            label=label,
            evaluation=evaluation,
        )
        if outcome != CANNOT_TELL:
            return found
        return evolve(found, settle=missing_facts(evaluation, DETERMINATION))


def _held(row: Row) -> Iterable[int]:
    """Yield the places of the rules that hold, from the numbers in which each has a bit."""
    at = 0
    while (mask := row.get(f"rules_{at}")) is not None:
        yield from (at * WIDTH + bit for bit in bits_of(mask))
        at += 1


def _numbers(mask: int, numbers: Sequence[int]) -> tuple[int, ...]:
    return tuple(numbers[bit] for bit in bits_of(mask))


def _judged(prepared: Prepared, records: Sequence[LeaRecord]) -> _Judged:
    loaded = load_records(prepared, records)
    plan = plan_of(prepared)
    lowered = lower(prepared, plan.of_leas, plan.in_groups, Texts(), DataShape(loaded.formats))
    connection = connect()
    try:
        for name, table in arrow_tables(loaded).items():
            connection.register(name, table)
        leas = {int(row[LEA]): row for row in _rows(connection, lowered, [LEA], lea_columns(plan, lowered))}
        groups = _groups(prepared, plan, _rows(connection, lowered, [LEA, GROUP], group_columns(plan, lowered)))
    finally:
        connection.close()
    return _Judged(prepared, plan, leas, groups, loaded.odd)


def _groups(prepared: Prepared, plan: ResultPlan, rows: Iterable[Row]) -> dict[int, dict[int, GroupResult]]:
    """Return what each student group of the year meets by LEA; groups that meet the same share what says so."""
    known: dict[tuple[Any, ...], GroupResult] = {}
    found: dict[int, dict[int, GroupResult]] = defaultdict(dict)
    for row in rows:
        at = prepared.group_index[row[GROUP]]
        if plan.ruleset.year in prepared.groups[at].years:
            said = tuple([value for name, value in row.items() if name != LEA])
            if said not in known:
                known[said] = _group(prepared, plan, at, row)
            found[int(row[LEA])][at] = known[said]
    return found


def _group(prepared: Prepared, plan: ResultPlan, at: int, row: Row) -> GroupResult:
    numbers, kinds = plan.ruleset.priorities, list(plan.by_kind)
    return GroupResult(
        prepared.groups[at],
        _numbers(row["met"], numbers),
        {kind: _numbers(row[f"met_by_kind_{which}"], numbers) for which, kind in enumerate(kinds)},
        _numbers(row["unsure"], numbers),
        tuple(plan.group_rules[which][0].name for which in _held(row)),
    )


def _rows(
    connection: Connection, lowered: LoweredRuleset, keys: Sequence[str], columns: Sequence[Column]
) -> Iterable[Row]:
    tables = tables_of(lowered, facts_of_tables)
    of = tables.leas if GROUP not in keys else tables.groups or "group_facts"
    query = tables.select(of, [*((key, sql.column(key)) for key in keys), *columns])
    cursor = connection.execute(query.sql(DIALECT))
    names = [name for name, *_ in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
