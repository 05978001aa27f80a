"""A lowered ruleset as a chain of named queries, one for each stage, over the tables of facts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from sqlglot import exp

from rulelang.core.vocabulary import Scope
from rulelang.diagnostics.plain_data import define, frozen
from rulelang.engine.table import sql
from rulelang.engine.table.facts import GROUP, GROUP_FACTS, KIND, LEA, LEA_FACTS, Fact
from rulelang.engine.table.sql import Sql
from rulelang.engine.table.stages import LoweredRuleset, Stage

NamedQuery = tuple[str, exp.Query]
"""A query and its name in the queries after it."""


@frozen
class Tables:
    """The queries of a ruleset in order, and the names of the last tables of the LEAs and of the student groups.

    `groups` is None if no step asks for anything about a student group.
    """

    queries: tuple[NamedQuery, ...]
    leas: str
    groups: str | None


def tables_of(lowered: LoweredRuleset, facts: Sequence[NamedQuery], *, beside: bool = False) -> Tables:
    """Return the queries of a ruleset, one for each stage, because databases limit how deeply views nest.

    They come after the queries of `facts`, which end in the tables `lea_facts` and `group_facts`. With `beside`, a
    column may read those before it in the same list, so that a stage is one list of columns.
    """
    chain = _Chain(list(facts), _beside if beside else _above)
    for stage in lowered.stages.values():
        chain.add(stage)
    return Tables(tuple(chain.queries), chain.leas, chain.groups)


def _above(layers: Sequence[NamedQuery]) -> exp.Query:
    """Return layers as one query, each a named part of it."""
    *before, (_, query) = layers
    ctes = [exp.CTE(this=one, alias=exp.TableAlias(this=exp.to_identifier(name))) for name, one in before]
    if ctes:
        query.set("with_", exp.With(expressions=ctes))
    return query


def _beside(layers: Sequence[NamedQuery]) -> exp.Query:
    """Return layers as one query over the first, in which a column reads those before it."""
    (name, first), *more = layers
    if not more:
        return first
    columns = [column for _, query in more for column in query.selects if not isinstance(column, exp.Star)]
    query = exp.Select(expressions=[sql.everything(), *columns])
    return query.from_(exp.Subquery(this=first, alias=exp.TableAlias(this=exp.to_identifier(name))), copy=False)


@define
class _Chain:
    queries: list[NamedQuery]
    one_of: Callable[[Sequence[NamedQuery]], exp.Query]
    leas: str = ""
    groups: str | None = None

    def add(self, stage: Stage) -> None:
        """Add a stage's query after those that are there, over that of the stage before."""
        number, scope = stage.place
        of_groups = scope is Scope.GROUP
        name = f"{'groups' if of_groups else 'leas'}_{number}"
        base = self._groups_base(stage) if of_groups else self._leas_base(stage)
        layers: list[NamedQuery] = [] if base is None else [(f"{name}_layer_0", base)]
        for at, layer in enumerate(stage.layers, 1):
            columns = [sql.named(what, column) for column, what in layer]
            last = layers[-1][0] if layers else self.leas
            layers.append((f"{name}_layer_{at}", sql.select([sql.everything(), *columns], sql.table(last))))
        if layers:
            self.queries.append((name, self.one_of(layers)))
            self.leas, self.groups = (self.leas, name) if of_groups else (name, self.groups)

    def _groups_base(self, stage: Stage) -> exp.Select:
        own = [sql.column(name, "g") for name in fact_columns(stage.facts)]
        taken = [sql.column(name, "l") for name in sorted(stage.taken)]
        keys = [sql.column(LEA, "g"), sql.column(GROUP, "g")] if self.groups is None else [sql.everything("g")]
        query = sql.select([*keys, *own, *taken], sql.table(self.groups or GROUP_FACTS, "g"))
        return sql.joined(query, sql.table(self.leas, "l"), _same_lea("g", "l")) if taken else query

    def _leas_base(self, stage: Stage) -> exp.Select | None:
        """Return the LEAs with their facts or, in later stages, with what was counted; None if nothing was."""
        number, _ = stage.place
        if not number:
            return sql.select(map(sql.column, [LEA, KIND, *fact_columns(stage.facts)]), sql.table(LEA_FACTS))
        if not stage.counts:
            return None
        sums = [sql.named(what, name) for name, what in stage.counts]
        counts = sql.select([sql.column(LEA), *sums], sql.table(self.groups or GROUP_FACTS))
        name = f"counts_{number}"
        self.queries.append((name, sql.by(counts, [sql.column(LEA)])))
        columns = [sql.column(column, "c") for column, _ in stage.counts]
        leas = sql.select([sql.everything("l"), *columns], sql.table(self.leas, "l"))
        return sql.joined(leas, sql.table(name, "c"), _same_lea("l", "c"))


def fact_columns(facts: Mapping[Fact, str]) -> list[str]:
    """Return the names of the columns of some facts: a number has two."""
    return [column for fact, name in facts.items() for column in fact.columns(name)]


def _same_lea(left: str, right: str) -> Sql:
    return sql.equal(sql.column(LEA, left), sql.column(LEA, right))
