"""A lowered ruleset as one query: a chain of named tables, one for each layer, over the tables of facts."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from attrs import define, frozen
from sqlglot import exp

from rulelang.core.vocabulary import Scope
from rulelang.engine.table import sql
from rulelang.engine.table.facts import GROUP, GROUP_FACTS, KIND, LEA, LEA_FACTS, Fact
from rulelang.engine.table.sql import Column, Sql
from rulelang.engine.table.stages import LoweredRuleset, Stage

NamedQuery = tuple[str, exp.Query]
"""A query and its name in the queries after it."""

Facts = Callable[[LoweredRuleset], Sequence[NamedQuery]]
"""Makes the queries that end in the tables `lea_facts` and `group_facts`, with a column for each fact asked for."""


@frozen
class Tables:
    """The queries of a ruleset in order, and the names of the last tables of the LEAs and of the student groups.

    `groups` is None if no step asks for anything about a student group.
    """

    queries: tuple[NamedQuery, ...]
    leas: str
    groups: str | None


def tables_of(lowered: LoweredRuleset, facts: Facts) -> Tables:
    """Return the queries of a ruleset over tables of facts."""
    chain = _Chain(lowered, list(facts(lowered)))
    chain.start()
    for stage in lowered.stages.values():
        chain.add(stage)
    return Tables(tuple(chain.queries), chain.leas, chain.groups)


def fact_columns(facts: dict[Fact, str]) -> list[str]:
    """Return the names of the columns of some facts: a number has two."""
    return [column for fact, name in facts.items() for column in fact.columns(name)]


@define
class _Chain:
    lowered: LoweredRuleset
    queries: list[NamedQuery]
    leas: str = ""
    groups: str | None = None

    def add(self, stage: Stage) -> None:
        """Add a stage's layers after those that are there."""
        number, scope = stage.place
        name = "groups" if scope is Scope.GROUP else "leas"
        if scope is Scope.GROUP:
            self.groups = self._put(f"{name}_{number}", self._groups_base(stage))
        elif number:
            before = self.lowered.stages.get((number - 1, Scope.GROUP))
            if before is not None and before.counts:
                self.leas = self._put(f"{name}_{number}", self._counted(number, before.counts))
        last = (self.groups or GROUP_FACTS) if scope is Scope.GROUP else self.leas
        for at, layer in enumerate(stage.layers, 1):
            columns = [sql.named(what.copy(), column) for column, what in layer]
            query = sql.select([sql.everything(), *columns], sql.table(last))
            last = self._put(f"{name}_{number}_layer_{at}", query)
        if scope is Scope.GROUP:
            self.groups = last
        else:
            self.leas = last or self.leas

    def start(self) -> None:
        """Begin with the facts of the LEAs, which there always are."""
        stage = self.lowered.stages.get((0, Scope.LEA)) or Stage((0, Scope.LEA))
        columns = [LEA, KIND, *fact_columns(stage.facts)]
        self.leas = self._put("leas_0", sql.select(map(sql.column, columns), sql.table(LEA_FACTS)))

    def _groups_base(self, stage: Stage) -> exp.Select:
        own = [sql.column(name, "g") for name in fact_columns(stage.facts)]
        taken = [sql.column(name, "l") for name in sorted(stage.taken)]
        source = self.groups or GROUP_FACTS
        head: list[Sql] = (
            [sql.column(LEA, "g"), sql.column(GROUP, "g")] if self.groups is None else [sql.everything("g")]
        )
        query = sql.select([*head, *own, *taken], sql.table(source, "g"))
        if not taken:
            return query
        return sql.joined(query, sql.table(self.leas, "l"), _same_lea("g", "l"))

    def _counted(self, number: int, wanted: Sequence[Column]) -> exp.Select:
        sums = [sql.named(what.copy(), name) for name, what in wanted]
        counts = sql.select([sql.column(LEA), *sums], sql.table(self.groups or GROUP_FACTS))
        counts = sql.by(counts, [sql.column(LEA)])
        name = self._put(f"counts_{number}", counts)
        columns = [sql.column(column, "c") for column, _ in wanted]
        leas = sql.select([sql.everything("l"), *columns], sql.table(self.leas, "l"))
        return sql.joined(leas, sql.table(name, "c"), _same_lea("l", "c"))

    def _put(self, name: str, query: exp.Select) -> str:
        self.queries.append((name, query))
        return name


def _same_lea(left: str, right: str) -> Sql:
    return sql.equal(sql.column(LEA, left), sql.column(LEA, right))
