"""Writes the script by which plain records are judged, from the rules and from what stands in the records."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from attrs import evolve, frozen

from rulelang.core.record import LeaRecord, YearFacts
from rulelang.core.tree import Constant, Field, TallyGroups
from rulelang.core.vocabulary import Scope, Vocabulary
from rulelang.engine.evaluate import Evaluation, evaluate
from rulelang.engine.steps import Prepared
from rulelang.engine.table import folding, sql
from rulelang.engine.table.bits import Layout, layout_of
from rulelang.engine.table.coding import Places
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
from rulelang.engine.table.names import (
    FOLDED,
    GROUP_RESULTS,
    LEA_RESULTS,
    LEA_WORDS,
    RECORDS,
    Connection,
    NotUnderstoodError,
)
from rulelang.engine.table.plan import ResultPlan
from rulelang.engine.table.query import Tables, tables_of
from rulelang.engine.table.results import gathered_columns, group_columns, lea_columns
from rulelang.engine.table.script import Script

DIALECT: Final = "duckdb"
FIRST_ROWS: Final = 200_000


def written(prepared: Prepared, plan: ResultPlan, connection: Connection, *, reasons: bool) -> Script:
    """Fold the records of a connection, and return the script that judges these and others like them.

    There is room for what stands in the first rows, and where something else comes later, for all there is. Raises
    NotUnderstoodError where a record is not in the vocabulary's own words or there twice, and UnsupportedRulesError
    where the rules have no form over bits.
    """
    vocabulary = prepared.ruleset.vocabulary
    for few in (True, False):
        sample = _sampled(vocabulary, connection, few=few)
        layout = layout_of(prepared, sample.levels, plan.exact)
        fold = f"{_made(FOLDED)} {folding.folding(vocabulary, layout, sample).sql(DIALECT)}"
        checks = folding.checks(vocabulary, layout, sample).sql(DIALECT)
        connection.execute(fold)
        wrong, twice, *words = connection.execute(checks).fetchone()
        if not wrong and not twice:
            covered = _covered(vocabulary, layout, words)
            writer = _Writer(prepared, plan, layout, covered, reasons)
            levels = tuple((year, name, tuple(sorted(found))) for (year, name), found in sorted(sample.levels.items()))
            return writer.script(Script(levels, fold, checks, tuple(words), covered, "", (), ()))
    raise NotUnderstoodError


def _sampled(vocabulary: Vocabulary, connection: Connection, *, few: bool) -> folding.Sample:
    rows = f"(FROM {RECORDS} LIMIT {FIRST_ROWS})" if few else RECORDS
    together = connection.execute(f"SELECT DISTINCT year, indicator, level FROM {rows}").fetchall()
    groups = connection.execute(f"SELECT DISTINCT {GROUP} FROM {rows}").fetchall() if few else None
    return folding.sampled(vocabulary, together, None if groups is None else [one for (one,) in groups if one])


def _made(table: str) -> str:
    return f"CREATE OR REPLACE TEMP TABLE {table} as"


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


@frozen
class _Writer:
    prepared: Prepared
    plan: ResultPlan
    layout: Layout
    covered: Mapping[int, frozenset[str]]
    reasons: bool

    def script(self, begun: Script) -> Script:
        """Return a script with what comes after folding: the complete LEAs, and the rest."""
        leas = f"{_made(LEA_WORDS)} {folding.words_of_leas(self.layout, self._needed()).sql(DIALECT)}"
        quick = self._nothing_of_absent_groups()
        complete = self._judging(complete=True, more=False) if quick else ()
        rest = self._judging(complete=False if quick else None, more=quick)
        return evolve(begun, leas=leas, complete=tuple(complete), rest=tuple(rest))

    def _judging(self, *, complete: bool | None, more: bool) -> Iterator[str]:
        """Yield queries that judge the complete LEAs over the groups they have, or the others, or all, over all groups.

        With `more` they add to the results.
        """
        lowered = self._lowered(complete=complete)
        facts = facts_of_folded(lowered, self.layout, self.covered, complete=complete)
        gathered = gathered_columns(self.plan, lowered)
        tables = tables_of(lowered, lambda _: facts, gathered)
        columns = [(LEA, sql.column(LEA)), (KIND, sql.column(KIND)), *lea_columns(self.plan, lowered)]
        for name, _ in gathered:
            columns.append((name, sql.long(sql.integer(0)) if tables.groups is None else sql.column(name)))
        yield _stored(LEA_RESULTS, tables.select(tables.leas, columns).sql(DIALECT), more=more)
        if self.reasons and tables.groups is not None:
            yield _stored(GROUP_RESULTS, self._groups(lowered, tables, only_complete=bool(complete)), more=more)

    def _lowered(self, *, complete: bool | None) -> LoweredRuleset:
        silences = self._silences()
        known = silences if complete else {fact: answer for fact, answer in silences.items() if answer is False}
        known = {**dict.fromkeys(self._unlisted()), **known}
        places = {group.name: at for at, group in enumerate(self.prepared.groups)}
        in_groups = self.plan.in_reasons if self.reasons else self.plan.in_summary
        shape = DataShape(known=known, bits=self.layout.bits, filled=not complete)
        return lower(self.prepared, self.plan.of_leas, in_groups, Places(places), shape)

    def _groups(self, lowered: LoweredRuleset, tables: Tables, *, only_complete: bool) -> str:
        """Return the query of the student groups that some rule holds for."""
        columns = group_columns(self.plan, lowered)
        rules = [what for name, what in columns if name.startswith("rules")]
        held = sql.either(sql.unequal(what.copy(), sql.integer(0)) for what in rules)
        query = tables.select(tables.groups or "", [(LEA, sql.column(LEA)), (GROUP, sql.column(GROUP)), *columns])
        text = sql.where(query, held).sql(DIALECT)
        if only_complete:
            return f"SELECT * FROM ({text}) SEMI JOIN (SELECT {LEA} FROM {LEA_RESULTS}) USING ({LEA})"
        return text

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


def _stored(table: str, query: str, *, more: bool) -> str:
    return f"INSERT INTO {table} {query}" if more else f"{_made(table)} {query}"
