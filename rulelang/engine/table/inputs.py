"""The tables that lowered rules read, as they are in every database, and the facts made of them.

| table              | columns                                                   | a row says                         |
|--------------------|-----------------------------------------------------------|------------------------------------|
| leas               | lea, kind                                                 | there is an LEA, of this kind      |
| cells              | lea, year, student_group, indicator, scale, level, number | a level, `not rated`, or a number  |
| silences           | lea, year, indicator                                      | a missing cell is not rated        |
| group_counts       | lea, year, student_groups                                 | the LEA has so many student groups |
| published_lists    | lea, year, states_priorities, fewest                      | the list speaks of the LEA         |
| published_groups   | lea, year, student_group, priorities                      | the list names a group             |
| published_outcomes | lea, year, outcome, held                                  | the LEA had the outcome or not     |

All are text, but for `year`, `student_groups`, `fewest`, `priorities` (integers), `number` (a whole number of the units
of `NumberFormats`, exact) and `states_priorities`, `held` (true or false). The student group of a cell of the LEA is
NULL. Names are those of the vocabulary; a cell that is not rated has the level `not rated`, a number too, where
`scale` is the number's name. At most one row says the same thing twice: there are no duplicates to choose among.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from sqlglot import exp

from rulelang.engine.table import sql
from rulelang.engine.table.facts import (
    GROUP,
    GROUP_FACTS,
    KIND,
    LEA,
    LEA_FACTS,
    Fact,
    GroupCount,
    ListedOutcome,
    ListedPriorities,
    ListFewest,
    ListStates,
    NumberFormats,
    Reading,
    Silence,
    columns_of,
    of_groups,
    whole_numbers,
)
from rulelang.engine.table.lower import LoweredRuleset
from rulelang.engine.table.names import NOT_RATED_TEXT
from rulelang.engine.table.query import NamedQuery
from rulelang.engine.table.sql import Sql

TEXT, INTEGER, NUMBER, TRUTH = "text", "integer", "number", "truth"

INPUT_TABLES: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        "leas": {LEA: TEXT, KIND: TEXT},
        "cells": {
            LEA: TEXT,
            "year": INTEGER,
            GROUP: TEXT,
            "indicator": TEXT,
            "scale": TEXT,
            "level": TEXT,
            "number": NUMBER,
        },
        "silences": {LEA: TEXT, "year": INTEGER, "indicator": TEXT},
        "group_counts": {LEA: TEXT, "year": INTEGER, "student_groups": INTEGER},
        "published_lists": {LEA: TEXT, "year": INTEGER, "states_priorities": TRUTH, "fewest": INTEGER},
        "published_groups": {LEA: TEXT, "year": INTEGER, GROUP: TEXT, "priorities": INTEGER},
        "published_outcomes": {LEA: TEXT, "year": INTEGER, "outcome": TEXT, "held": TRUTH},
    }
)
"""The columns of every table, each with what it holds."""

EXACT: Final = exp.DataType.Type.INT128
"""The type in which numbers are calculated. A dialect without such a type is given its own exact one."""


def facts_of_tables(lowered: LoweredRuleset, *, decimals: bool = False) -> list[NamedQuery]:
    """Return the queries that make the facts from the tables above, as `query.tables_of` expects them.

    With `decimals`, numbers are given as people write them, and are converted to whole numbers of units here.
    """
    by_home: dict[tuple[str, bool], dict[Fact, str]] = {}
    for fact, name in lowered.facts.items():
        by_home.setdefault((_home(fact), of_groups(fact)), {})[fact] = name
    queries: list[NamedQuery] = [("student_groups", _student_groups(lowered))]
    for wide in (False, True):
        parts = []
        for (home, groups), facts in by_home.items():
            if groups is wide:
                name = f"{home}_of_{'groups' if wide else 'leas'}"
                units = lowered.shape.formats if decimals else whole_numbers
                queries.append((name, _gathered(home, facts, units, wide=wide)))
                parts.append((name, facts))
        queries.append((GROUP_FACTS if wide else LEA_FACTS, _joined(parts, wide=wide)))
    return queries


def _home(fact: Fact) -> str:
    """Return the table a fact is in."""
    match fact:
        case Reading():
            return "cells"
        case Silence():
            return "silences"
        case GroupCount():
            return "group_counts"
        case ListStates() | ListFewest():
            return "published_lists"
        case ListedPriorities():
            return "published_groups"
        case ListedOutcome():
            return "published_outcomes"


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
        group = sql.column(GROUP)
        return sql.where(query, sql.is_known(group) if wide else sql.is_unknown(group))
    return query


def _fact_columns(fact: Fact, name: str, units: NumberFormats) -> list[Sql]:
    of_year = sql.equal(sql.column("year"), sql.integer(fact.year))
    match fact:
        case Reading():
            return _reading_columns(fact, name, of_year, units(fact.key).units)
        case Silence():
            here = sql.both([of_year, sql.equal(sql.column("indicator"), sql.text(fact.indicator))])
            return [_one(sql.case([(here, sql.integer(1))]), name)]
        case GroupCount():
            return [_one(sql.case([(of_year, sql.column("student_groups"))]), name)]
        case ListStates():
            here = sql.both([of_year, sql.column("states_priorities")])
            return [_one(sql.case([(here, sql.integer(1))]), name)]
        case ListFewest():
            return [_one(sql.case([(of_year, sql.column("fewest"))]), name)]
        case ListedPriorities():
            return [_one(sql.case([(of_year, sql.column("priorities"))]), name)]
        case ListedOutcome():
            here = sql.both([of_year, sql.equal(sql.column("outcome"), sql.text(fact.outcome))])
            held = sql.case([(sql.column("held"), sql.integer(1))], sql.integer(0))
            return [_one(sql.case([(here, held)]), name)]


def _reading_columns(fact: Reading, name: str, of_year: Sql, units: int) -> list[Sql]:
    indicator, scale = fact.key
    words = {"indicator": indicator, "scale": scale}
    here = sql.both([of_year, *[sql.equal(sql.column(column), sql.text(word)) for column, word in words.items()]])
    if not fact.is_number:
        return [_one(sql.case([(here, sql.column("level"))]), name)]
    number = sql.column("number") if units == 1 else sql.times(sql.column("number"), sql.integer(units))
    exact = exp.cast(number, EXACT)
    unrated = sql.equal(sql.column("level"), sql.text(NOT_RATED_TEXT))
    rated = sql.case([(unrated, sql.integer(0)), (sql.is_known(sql.column("number")), sql.integer(1))])
    return [
        _one(sql.case([(here, exact)]), name),
        _one(sql.case([(here.copy(), rated)]), f"{name}_rated"),
    ]


def _one(what: Sql, name: str) -> Sql:
    """Return the one value among the rows of a group that is not NULL."""
    return sql.named(sql.highest(what), name)


def _joined(parts: Sequence[tuple[str, Mapping[Fact, str]]], *, wide: bool) -> exp.Select:
    """Return a row for every LEA, or every student group of every LEA, with its facts; NULL for what is missing."""
    keys = [LEA, GROUP] if wide else [LEA]
    columns = [sql.column(LEA, "l"), sql.column(GROUP, "s") if wide else sql.column(KIND, "l")]
    joins = []
    for number, (name, facts) in enumerate(parts, 1):
        alias = f"t{number}"
        same = [sql.equal(sql.column(key, "s" if key == GROUP else "l"), sql.column(key, alias)) for key in keys]
        joins.append((sql.table(name, alias), sql.both(same)))
        columns.extend(_fact(fact, part, alias) for fact, column in facts.items() for part in columns_of(fact, column))
    query = sql.select(columns, sql.table("leas", "l"))
    if wide:
        query = sql.joined(query, sql.table("student_groups", "s"), None, "cross")
    for other, condition in joins:
        query = sql.joined(query, other, condition, "left")
    return query


def _fact(fact: Fact, name: str, alias: str) -> Sql:
    """Return a fact's column as rules read it: silence is yes or no, other answers are NULL if the data give none."""
    part = sql.column(name, alias)
    match fact:
        case Silence():
            return sql.named(sql.is_known(part), name)
        case ListStates() | ListedOutcome():
            return sql.named(sql.equal(part, sql.integer(1)), name)
        case _:
            return part
