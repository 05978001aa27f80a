"""A lowered ruleset as a chain of named queries: first the facts side by side, then a query for each stage."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from attrs import define, frozen
from sqlglot import exp

from rulelang.core.fact_types import ANSWERS, FactType
from rulelang.core.record_words import UNKNOWN
from rulelang.core.vocabulary import Scope
from rulelang.engine.table import sql
from rulelang.engine.table.facts import (
    DAYS,
    GROUP,
    GROUP_FACTS,
    KIND,
    LEA,
    LEA_FACTS,
    MEMBER,
    NOT_RATED_TEXT,
    OWNER,
    OWNER_KIND,
    RELATED,
    TRUTH,
    Fact,
    NumberFormats,
    whole_numbers,
)
from rulelang.engine.table.sql import Column, Sql
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
        if not (stage.counts or stage.related or stage.owned):
            return None
        base = sql.select([sql.everything("l")], sql.table(self.leas, "l"))
        if stage.counts:
            counts = sql.select([sql.column(LEA), *_named(stage.counts)], sql.table(self.groups or GROUP_FACTS))
            self.queries.append((f"counts_{number}", sql.by(counts, [sql.column(LEA)])))
            base = sql.joined(base, sql.table(f"counts_{number}", "c"), _same_lea("l", "c"))
            base = _with_columns(base, "c", stage.counts)
        if stage.related:
            self.queries.append((f"counts_below_{number}", self._counts_below(stage.related)))
            base = sql.joined(base, sql.table(f"counts_below_{number}", "b"), _same("l", LEA, "b", OWNER), "left")
            base = _with_columns(base, "b", stage.related)
        for at, (kind, columns) in enumerate(stage.owned.items(), 1):
            name = f"owners_{number}_{at}"
            self.queries.append((name, self._values_of_owners(kind, columns)))
            base = sql.joined(base, sql.table(name, f"o{at}"), _same("l", LEA, f"o{at}", MEMBER), "left")
            base = _with_columns(base, f"o{at}", columns)
        return base

    def _counts_below(self, counts: Sequence[Column]) -> exp.Select:
        """Return a row for each LEA that others belong to, with what is counted of them."""
        query = sql.select([sql.column(OWNER, "r"), *_named(counts)], sql.table(RELATED, "r"))
        query = sql.joined(query, sql.table(self.leas, "l"), _same("r", MEMBER, "l", LEA))
        return sql.by(query, [sql.column(OWNER, "r")])

    def _values_of_owners(self, kind: str, columns: Sequence[Column]) -> exp.Select:
        """Return a row for each LEA that belongs to an entity of a kind, with values of that entity."""
        query = sql.select([sql.column(MEMBER, "r"), *_named(columns)], sql.table(RELATED, "r"))
        query = sql.joined(query, sql.table(self.leas, "l"), _same("r", OWNER, "l", LEA))
        return sql.where(query, sql.equal(sql.column(OWNER_KIND, "r"), sql.text(kind)))


def fact_columns(facts: Mapping[Fact, str]) -> list[str]:
    """Return the names of the columns of some facts: a number has two."""
    return [column for fact, name in facts.items() for column in fact.columns(name)]


def _same_lea(left: str, right: str) -> Sql:
    return _same(left, LEA, right, LEA)


def _same(left: str, column: str, right: str, other: str) -> Sql:
    return sql.equal(sql.column(column, left), sql.column(other, right))


def _named(columns: Iterable[Column]) -> list[Sql]:
    return [sql.named(what, name) for name, what in columns]


def _with_columns(query: exp.Select, alias: str, columns: Iterable[Column]) -> exp.Select:
    """Return a query with columns of a table that it is joined with."""
    return query.select(*(sql.column(name, alias) for name, _ in columns), copy=False)


# ---- the facts, side by side, over the input tables ----


def facts_of_tables(lowered: LoweredRuleset, *, decimals: bool = False) -> list[NamedQuery]:
    """Return the queries that make the facts from the input tables, as `query.tables_of` expects them.

    With `decimals`, numbers are given as people write them, and are converted to whole numbers of units here.
    """
    by_home: dict[tuple[str, bool], dict[Fact, str]] = {}
    for fact, name in lowered.facts.items():
        by_home.setdefault((fact.table, fact.of_groups), {})[fact] = name
    queries: list[NamedQuery] = [("student_groups", _student_groups(lowered))]
    if lowered.prepared.relates:
        queries.append((RELATED, _related(lowered)))
    for wide in (False, True):
        parts = []
        for (home, groups), facts in by_home.items():
            if groups is wide:
                name = f"{home}_of_{'groups' if wide else 'leas'}"
                units = lowered.formats if decimals else whole_numbers
                queries.append((name, _gathered(home, facts, units, wide=wide)))
                parts.append((name, facts))
        queries.append((GROUP_FACTS if wide else LEA_FACTS, _joined(parts, wide=wide)))
    return queries


def _student_groups(lowered: LoweredRuleset) -> exp.Query:
    """Return the student groups of the vocabulary, one per row.

    This is not a union: a query of Spark that has one may end in an error when it is handed to the tasks.
    """
    names = [group.name for group in lowered.ruleset.vocabulary.groups]
    if not names:
        nothing = exp.Select(expressions=[sql.named(exp.cast(sql.null(), exp.DataType.Type.TEXT), GROUP)])
        return sql.where(nothing, sql.truth(False))
    return sql.select([sql.column(GROUP)], sql.values("named", GROUP, map(sql.text, names)))


def _related(lowered: LoweredRuleset) -> exp.Query:
    """Return every LEA with each one that it belongs to, directly or not, and the kind of that.

    There are as many steps up as a kind has others above it. A list of them, and no union, for the reason above.
    """
    words = lowered.ruleset.vocabulary
    steps = range(1, max((len(words.above(kind.name)) for kind in words.kinds), default=0) + 1)
    ways = [(sql.equal(sql.column("step", "s"), sql.integer(at)), sql.column(OWNER, f"o{at}")) for at in steps]
    query = sql.select([sql.column(LEA, "o1"), sql.named(sql.case(ways), OWNER)], sql.table("owners", "o1"))
    for at in steps[1:]:
        query = sql.joined(query, sql.table("owners", f"o{at}"), _same(f"o{at - 1}", OWNER, f"o{at}", LEA), "left")
    query = sql.joined(query, sql.values("s", "step", map(sql.integer, steps)), None, "cross")
    pairs = exp.Subquery(this=query, alias=exp.TableAlias(this=exp.to_identifier("p")))
    member, kind = sql.named(sql.column(LEA, "p"), MEMBER), sql.named(sql.column(KIND, "l"), OWNER_KIND)
    columns = [member, sql.column(OWNER, "p"), kind]
    found = exp.Select(expressions=columns).from_(pairs, copy=False)
    return sql.joined(found, sql.table("leas", "l"), _same("p", OWNER, "l", LEA))


def _gathered(home: str, facts: Mapping[Fact, str], units: NumberFormats, *, wide: bool) -> exp.Select:
    """Return a row for each LEA, or for each of its student groups, with the facts in one table."""
    keys = [LEA, GROUP] if wide else [LEA]
    columns = [part for fact, name in facts.items() for part in _fact_columns(fact, name, units)]
    query = sql.by(sql.select([*map(sql.column, keys), *columns], sql.table(home)), map(sql.column, keys))
    if home == "cells":
        return sql.where(query, sql.is_known(sql.column(GROUP)) if wide else _says(GROUP, ""))
    return query


def _fact_columns(fact: Fact, name: str, units: NumberFormats) -> list[Sql]:
    """Return the columns of a fact: of the rows of a group, the one value that is not NULL."""
    words = [_says(column, word) for column, word in fact.where]
    here = sql.both([sql.equal(sql.column("year"), sql.integer(fact.year)), *words])
    chosen = (sql.case([(here, part)]) for part in _parts(fact, units))
    return [sql.named(sql.highest(one), column) for one, column in zip(chosen, fact.columns(name), strict=True)]


def _says(column: str, word: str) -> Sql:
    """Return whether a column has a word; without one, as for a fact of no indicator, whether it is blank or NULL."""
    here = sql.equal(sql.column(column), sql.text(word))
    return here if word else sql.either([here, sql.is_unknown(sql.column(column))])


def _parts(fact: Fact, units: NumberFormats) -> list[Sql]:
    """Return what a row says: of a number how many units, and whether it is rated; an answer is 1 or 0."""
    if not fact.column:
        return [sql.integer(1)]
    column, words = sql.column(fact.column), sql.plain_words(sql.column("level"))
    unrated = sql.equal(sql.column("level"), sql.text(NOT_RATED_TEXT))
    match fact.type:
        case None:
            return [sql.one_where(column) if fact.holds == TRUTH else column]
        case FactType.TEXT:
            return [_unless_one_of(("", UNKNOWN), words, words)]
        case FactType.YES_NO:
            said = {**ANSWERS, NOT_RATED_TEXT: (NOT_RATED_TEXT,)}
            return [sql.case([(sql.one_of(words, list(map(sql.text, of))), sql.text(one)) for one, of in said.items()])]
        case FactType.DATE:
            unrated = sql.equal(words, sql.text(NOT_RATED_TEXT))
            value = _unless_one_of(("", UNKNOWN, NOT_RATED_TEXT), words, sql.day_number(column))
            factor = DAYS.units
        case _:
            indicator, scale = (word for _, word in fact.where)
            value, factor = column, units((indicator, scale)).units
    rated = sql.case([(unrated, sql.integer(0)), (sql.is_known(value), sql.integer(1))])
    return [exp.cast(value if factor == 1 else sql.times(value, sql.integer(factor)), sql.EXACT), rated]


def _unless_one_of(without: Sequence[str], words: Sql, value: Sql) -> Sql:
    """Return the value of a row, NULL if its words stand for none."""
    return sql.case([(sql.not_(sql.one_of(words, [sql.text(one) for one in without])), value)])


def _joined(parts: Sequence[tuple[str, Mapping[Fact, str]]], *, wide: bool) -> exp.Select:
    """Return a row for every LEA, or every student group of every LEA, with its facts; NULL for what is missing."""
    keys = [LEA, GROUP] if wide else [LEA]
    columns = [sql.column(LEA, "l"), sql.column(GROUP, "s") if wide else sql.column(KIND, "l")]
    joins = []
    for number, (name, facts) in enumerate(parts, 1):
        alias = f"t{number}"
        same = [sql.equal(sql.column(key, "s" if key == GROUP else "l"), sql.column(key, alias)) for key in keys]
        joins.append((sql.table(name, alias), sql.both(same)))
        columns.extend(_fact(fact, part, alias) for fact, column in facts.items() for part in fact.columns(column))
    query = sql.select(columns, sql.table("leas", "l"))
    if wide:
        query = sql.joined(query, sql.table("student_groups", "s"), None, "cross")
    for other, condition in joins:
        query = sql.joined(query, other, condition, "left")
    return query


def _fact(fact: Fact, name: str, alias: str) -> Sql:
    """Return a fact's column as rules read it: silence is yes or no, other answers are NULL if the data give none."""
    part = sql.column(name, alias)
    if fact.holds != TRUTH:
        return part
    return sql.named(sql.equal(part, sql.integer(1)) if fact.column else sql.is_known(part), name)
