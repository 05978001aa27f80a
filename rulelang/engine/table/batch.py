"""A statewide run over plain records where they lie: folded once, judged in DuckDB, and read back as results.

Nearly all LEAs have rows on every kind of indicator in every year, so that nothing of them is unknown: a missing cell
is not rated. They are judged by rules in which nothing can be unknown, over the student groups that have rows. The
others are judged by the rules as they are, over every student group. Both are the same rules; the first is only what is
left of them where the answer to "is it known?" is yes.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from attrs import field, frozen

from rulelang.core.record import LeaRecord, YearFacts
from rulelang.core.tree import Constant, Field, TallyGroups
from rulelang.core.vocabulary import Scope, Vocabulary
from rulelang.engine.record import Evaluation, Prepared, evaluate
from rulelang.engine.table import folding, sql
from rulelang.engine.table.bits import Layout, layout_of
from rulelang.engine.table.coding import Texts
from rulelang.engine.table.facts import (
    GROUP,
    KIND,
    LEA,
    DataShape,
    Fact,
    GroupCount,
    ListedOutcome,
    ListStates,
    Silence,
)
from rulelang.engine.table.filling import facts_of_folded
from rulelang.engine.table.lower import LoweredRuleset, lower
from rulelang.engine.table.query import Tables, tables_of
from rulelang.engine.table.results import ResultPlan, gathered_columns, group_columns, lea_columns, plan_of
from rulelang.engine.table.sql import Sql

Connection = Any
LEA_RESULTS: Final = "lea_results"
GROUP_RESULTS: Final = "group_results"
DIALECT: Final = "duckdb"
FIRST_ROWS: Final = 200_000


class NotUnderstoodError(ValueError):
    """Records with something in them that only a reader can make out, or that is wrong; nothing was judged."""


@frozen
class _Placed(Texts):
    """Names as they are written, and student groups by their place in the vocabulary."""

    places: Mapping[str, int] = field(factory=dict)

    def group(self, name: str) -> Sql:
        """Return a student group, by its place."""
        return sql.integer(self.places[name])


@frozen(eq=False)
class Batch:
    """The results of a run, in tables of a database.

    `lea_results` has a row for each LEA, with the columns of `results.lea_columns` and `gathered_columns`;
    `group_results`, where it was asked for, one for each student group that some rule holds for.
    """

    prepared: Prepared
    plan: ResultPlan
    connection: Connection = field(repr=False)
    layout: Layout = field(repr=False)
    silent: Mapping[int, frozenset[str]] = field(repr=False)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Return the rows of a query of the results."""
        found: list[tuple[Any, ...]] = self.connection.execute(query).fetchall()
        return found


def judge_records(prepared: Prepared, connection: Connection, *, reasons: bool = False) -> Batch:
    """Judge the plain records in the table or view `records` of a connection to DuckDB, and return the results.

    Raises NotUnderstoodError where a record is not in the vocabulary's own words or there twice, and
    UnsupportedRulesError where the rules have no form over bits; whoever asks then reads the records and uses the
    record engine.
    """
    vocabulary = prepared.ruleset.vocabulary
    layout, words = _folded(prepared, connection)
    covered = _covered(vocabulary, layout, words)
    run = _Run(prepared, plan_of(prepared), connection, layout, covered, reasons)
    return run.judged()


def _folded(prepared: Prepared, connection: Connection) -> tuple[Layout, Sequence[int | None]]:
    """Fold the records into the table `folded`, and return where the bits stand and which are set anywhere.

    There is room for what stands in the first rows, and where something else comes later, for all there is.
    """
    vocabulary = prepared.ruleset.vocabulary
    for few in (True, False):
        rows = f"(FROM {folding.RECORDS} LIMIT {FIRST_ROWS})" if few else folding.RECORDS
        together = connection.execute(f"SELECT DISTINCT year, indicator, level FROM {rows}").fetchall()
        groups = connection.execute(f"SELECT DISTINCT {GROUP} FROM {rows}").fetchall() if few else None
        sample = folding.sampled(vocabulary, together, None if groups is None else [one for (one,) in groups if one])
        layout = layout_of(prepared, sample.levels)
        query = folding.folding(vocabulary, layout, sample).sql(DIALECT)
        connection.execute(f"CREATE OR REPLACE TEMP TABLE {folding.FOLDED} as {query}")
        checks = connection.execute(folding.checks(vocabulary, layout, sample).sql(DIALECT))
        wrong, twice, *words = checks.fetchone()
        if not wrong and not twice:
            return layout, words
    raise NotUnderstoodError


@frozen
class _Run:
    prepared: Prepared
    plan: ResultPlan
    connection: Connection
    layout: Layout
    covered: Mapping[int, frozenset[str]]
    reasons: bool

    def judged(self) -> Batch:
        """Judge complete LEAs and the rest, put the results together, and return them."""
        words = folding.words_of_leas(self.layout, self._needed()).sql(DIALECT)
        self._store(folding.LEA_WORDS, words, more=False)
        count = f"SELECT count(*) FROM {folding.LEA_WORDS} WHERE NOT {folding.COMPLETE}"
        quick = self._nothing_of_absent_groups()
        if quick:
            self._make(complete=True, more=False)
        if not quick or self._number(count):
            self._make(complete=False if quick else None, more=quick)
        if self._number(f"SELECT count(*) FROM {LEA_RESULTS} WHERE kind IS NULL"):
            raise NotUnderstoodError
        return Batch(self.prepared, self.plan, self.connection, self.layout, self.covered)

    def _number(self, query: str) -> int:
        return int(self.connection.execute(query).fetchone()[0])

    def _make(self, *, complete: bool | None, more: bool) -> None:
        """Judge LEAs: the complete ones over the groups they have; those that are not, or all, over all groups."""
        silences = self._silences()
        known = silences if complete else {fact: answer for fact, answer in silences.items() if answer is False}
        places = {group.name: at for at, group in enumerate(self.prepared.groups)}
        shape = DataShape(
            known={**dict.fromkeys(self._unlisted()), **known}, bits=self.layout.bits, filled=not complete
        )
        in_groups = self.plan.in_groups if self.reasons else self.plan.in_summary
        lowered = lower(self.prepared, self.plan.of_leas, in_groups, _Placed(places), shape)
        facts = facts_of_folded(lowered, self.layout, self.covered, complete=complete)
        gathered = gathered_columns(self.plan, lowered)
        tables = tables_of(lowered, lambda _: facts, gathered)
        columns = [(LEA, sql.column(LEA)), (KIND, sql.column(KIND)), *lea_columns(self.plan, lowered)]
        names = [name for name, _ in gathered]
        query = tables.select(tables.leas, [*columns, *((name, sql.column(name)) for name in names)])
        self._store(LEA_RESULTS, query.sql(DIALECT), more=more)
        if self.reasons and tables.groups is not None:
            self._store_groups(lowered, tables, only_complete=bool(complete), more=more)

    def _store_groups(self, lowered: LoweredRuleset, tables: Tables, *, only_complete: bool, more: bool) -> None:
        """Keep the student groups that some rule holds for."""
        columns = group_columns(self.plan, lowered)
        rules = [what for name, what in columns if name.startswith("rules")]
        held = sql.either(sql.unequal(what.copy(), sql.integer(0)) for what in rules)
        query = tables.select(tables.groups or "", [(LEA, sql.column(LEA)), (GROUP, sql.column(GROUP)), *columns])
        text = sql.where(query, held).sql(DIALECT)
        if only_complete:
            text = f"SELECT * FROM ({text}) SEMI JOIN (SELECT {LEA} FROM {LEA_RESULTS}) USING ({LEA})"
        self._store(GROUP_RESULTS, text, more=more)

    def _store(self, name: str, query: str, *, more: bool) -> None:
        verb = f"INSERT INTO {name}" if more else f"CREATE OR REPLACE TEMP TABLE {name} as"
        self.connection.execute(f"{verb} {query}")

    # ---- What is known beforehand ----

    def _fields(self) -> list[Field]:
        return [step.node for step in self.prepared.steps if isinstance(step.node, Field)]

    def _needed(self) -> list[tuple[str, int]]:
        """Return the kinds and years of which some LEA has rows and the rules read an indicator."""
        read = {
            (self._kind(node.key[0]), node.year)
            for node in self._fields()
            if node.key[0] in self.covered.get(node.year, ())
        }
        return sorted(read)

    def _kind(self, indicator: str) -> str:
        return self.prepared.ruleset.vocabulary.indicator(indicator).kind

    def _silences(self) -> dict[Fact, bool | None]:
        """Return for each field's indicator whether the files are silent on it where an LEA has rows of its kind."""
        return {
            Silence(node.year, node.key[0]): node.key[0] in self.covered.get(node.year, ()) for node in self._fields()
        }

    def _unlisted(self) -> Iterator[Fact]:
        """Yield the facts of published lists and counts, of which plain records say nothing."""
        years = {*self.prepared.ruleset.vocabulary.years, self.prepared.ruleset.year}
        for year in years:
            yield ListStates(year)
            yield GroupCount(year)
            for outcome in self.prepared.ruleset.vocabulary.outcomes:
                yield ListedOutcome(year, outcome.name)

    def _nothing_of_absent_groups(self) -> bool:
        """Return whether a student group without any row counts for nothing in an LEA of which everything is known.

        That is tried out with LEAs that have no rows; it cannot be where groups are judged by facts of the LEA.
        """
        steps = self.prepared.steps
        covered = {year: YearFacts(silent=names) for year, names in self.covered.items()}
        counts = [at for at, step in enumerate(steps) if isinstance(step.node, TallyGroups)]
        asked = {*self.plan.in_groups, *(below for at in counts for below in steps[at].inputs)}
        if any(self._reads_lea(position) for position in asked):
            return False
        for kind in self.prepared.ruleset.vocabulary.kinds:
            empty = evaluate(self.prepared, LeaRecord("", "", "", kind.name, covered))
            if any(self._counts_something(empty, at) for at in counts):
                return False
            if any(value is not False for position in self.plan.in_groups for value in empty.column(position)):
                return False
        return True

    def _reads_lea(self, position: int) -> bool:
        waiting, seen = [position], set()
        while waiting:
            at = waiting.pop()
            if at in seen:
                continue
            seen.add(at)
            step = self.prepared.steps[at]
            if isinstance(step.node, Field) and step.scope is Scope.LEA:
                return True
            waiting.extend(step.inputs)
        return False

    def _counts_something(self, empty: Evaluation, position: int) -> bool:
        member, met = self.prepared.steps[position].inputs
        node = self.prepared.steps[member].node
        parts = [met] if isinstance(node, Constant) else [member]
        return any(value is not False for part in parts for value in empty.column(part))


def _covered(vocabulary: Vocabulary, layout: Layout, words: Sequence[int | None]) -> dict[int, frozenset[str]]:
    """Return by year the indicators of which a missing cell is not rated for LEAs with rows of that kind.

    They are those that some row names, and those not reported in the year, of kinds of which there are rows.
    """
    found = {}
    for year in layout.years:
        named = {
            slot.indicator.name
            for fold, word in zip(layout.folds, words, strict=True)
            for slot in fold.slots
            if slot.year == year and (word or 0) & slot.all
        }
        kinds = {vocabulary.indicator(name).kind for name in named}
        silent = (one for one in vocabulary.indicators if one.kind in kinds)
        found[year] = frozenset(one.name for one in silent if one.name in named or not one.reported_in(year))
    return found


def connection_over(path: str) -> Connection:
    """Return a connection to DuckDB with the records of Parquet files, given by a path or pattern, as `records`."""
    connection = importlib.import_module("duckdb").connect(":memory:")
    connection.execute(f"CREATE VIEW {folding.RECORDS} as SELECT * FROM read_parquet(?)", [path])
    return connection
