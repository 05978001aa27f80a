"""The facts of lowered rules, side by side, as queries over the input tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlglot import exp

from rulelang.core.record_words import UNKNOWN
from rulelang.core.vocabulary import FactType
from rulelang.engine.table import sql
from rulelang.engine.table.facts import (
    DAYS,
    GROUP,
    GROUP_FACTS,
    KIND,
    LEA,
    LEA_FACTS,
    TRUTH,
    Fact,
    NumberFormats,
    whole_numbers,
)
from rulelang.engine.table.names import NOT_RATED_TEXT
from rulelang.engine.table.query import NamedQuery
from rulelang.engine.table.sql import Sql
from rulelang.engine.table.stages import LoweredRuleset


def facts_of_tables(lowered: LoweredRuleset, *, decimals: bool = False) -> list[NamedQuery]:
    """Return the queries that make the facts from the input tables, as `query.tables_of` expects them.

    With `decimals`, numbers are given as people write them, and are converted to whole numbers of units here.
    """
    by_home: dict[tuple[str, bool], dict[Fact, str]] = {}
    for fact, name in lowered.facts.items():
        by_home.setdefault((fact.table, fact.of_groups), {})[fact] = name
    queries: list[NamedQuery] = [("student_groups", _student_groups(lowered))]
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
    rows = [exp.Tuple(expressions=[sql.text(name)]) for name in names]
    alias = exp.TableAlias(this=exp.to_identifier("named"), columns=[exp.to_identifier(GROUP)])
    return exp.Select(expressions=[sql.column(GROUP)]).from_(exp.Values(expressions=rows, alias=alias), copy=False)


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
