"""A ruleset as a script of views, to be read by people and run by a database over the tables of `inputs`."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping

from attrs import define, field, frozen
from sqlglot import exp

from rulelang.core.ruleset import DETERMINATION, LABEL, PUBLISHED, DefinitionKey, LevelRule, Rule, Ruleset
from rulelang.core.vocabulary import Scope
from rulelang.engine.table import sql
from rulelang.engine.table.dialects import exact_type, in_dialect
from rulelang.engine.table.facts import GROUP, KIND, LEA, Column, Names
from rulelang.engine.table.inputs import INPUT_TABLES, INTEGER, TEXT, TRUTH, facts_of_tables
from rulelang.engine.table.lower import LoweredRuleset, Placed, lower
from rulelang.engine.table.query import NamedQuery, Tables, tables_of
from rulelang.engine.table.values import Kind, Ratio

LEA_RESULTS = "lea_results"
GROUP_RESULTS = "group_results"
"""The views in which results stand; all others lead to them."""

OUTCOMES = (DETERMINATION, PUBLISHED, LABEL)
CANNOT_TELL = "cannot tell"
WIDTH = 118


@frozen
class Script:
    """A ruleset for one database: the text in front, and views in order, each with its comment and its statement."""

    head: str
    views: tuple[tuple[str, str, str], ...]
    separator: str

    def __str__(self) -> str:
        parts = [self.head]
        parts += [f"{comment}\n{statement};\n{self.separator}" for _, comment, statement in self.views]
        return "\n".join(parts)


def script_of(ruleset: Ruleset, dialect: str, earlier: Iterable[Ruleset] = ()) -> Script:
    """Return a ruleset as a script of views in a dialect of `dialects.DIALECTS`.

    The comments say which rule a column is; for those of other years they do where `earlier` has their rulesets. Raises
    UnsupportedRulesError where the rules have no form in SQL, and ValueError for an unknown dialect.
    """
    lowered = lower(ruleset)
    return _Writing(lowered, tables_of(lowered, facts_of_tables), dialect, _texts((*earlier, ruleset))).script()


def results_of(lowered: LoweredRuleset, tables: Tables) -> list[NamedQuery]:
    """Return the queries of the results: a row for each LEA, and a row for each student group of each LEA.

    Their columns are the year's own definitions: answers are true, false or NULL for cannot tell, a name is NULL where
    it cannot be told, except that determination, published and label then say so in words. A number is a numerator by
    its `_denominator`; its `_rated` is 1, 0 for not rated, or NULL for unknown.
    """
    year, names = lowered.ruleset.year, Names()
    found: dict[Scope, list[Column]] = {Scope.LEA: [], Scope.GROUP: []}
    for (of_year, name), position in lowered.prepared.positions.items():
        if of_year == year:
            placed = lowered.outputs[position]
            found[placed.place[1]].extend(_columns(names.of(name, name), placed, is_outcome=name in OUTCOMES))
    queries = [(LEA_RESULTS, _selected([LEA, KIND], found[Scope.LEA], tables.leas))]
    if tables.groups and found[Scope.GROUP]:
        queries.append((GROUP_RESULTS, _selected([LEA, GROUP], found[Scope.GROUP], tables.groups)))
    return list(queries)


def _columns(name: str, placed: Placed, *, is_outcome: bool) -> list[Column]:
    """Return the columns of a definition's value, a number's each with its ending."""
    value = placed.value.copy()
    if isinstance(value, Ratio):
        parts = {"_rated": value.rated_sql(), "": value.numerator, "_denominator": value.denominator}
        return [(name + end, sql.integer(what) if isinstance(what, int) else what) for end, what in parts.items()]
    told = is_outcome and value.kind is Kind.NAME
    return [(name, sql.known(value.sql, sql.text(CANNOT_TELL)) if told else value.sql)]


def _selected(keys: list[str], columns: list[Column], of: str) -> exp.Select:
    named = [sql.named(what, name) for name, what in columns]
    return sql.select([*map(sql.column, keys), *named], sql.table(of))


# ---- Writing ----


@define
class _Writing:
    lowered: LoweredRuleset
    tables: Tables
    dialect: str
    texts: Mapping[DefinitionKey, str]
    _comments: dict[str, str] = field(factory=dict)

    def script(self) -> Script:
        """Return the whole script."""
        self._comments = dict(self._comments_of_columns())
        queries = [*self.tables.queries, *results_of(self.lowered, self.tables)]
        views = [(name, _comment(_about(name)), self._view(name, query)) for name, query in queries]
        return Script(self._head(), tuple(views), "GO\n" if self.dialect == "tsql" else "")

    def _comments_of_columns(self) -> Iterator[tuple[str, str]]:
        for key, text in self.texts.items():
            position = self.lowered.prepared.positions.get(key)
            if position in self.lowered.outputs:
                for part in self.lowered.outputs[position].value.parts():
                    yield from ((column.name, text) for column in part.find_all(sql.COLUMN))

    def _view(self, name: str, query: exp.Query) -> str:
        told = in_dialect(query, self.dialect)
        for select in told.find_all(exp.Select):
            for one in select.expressions:
                if isinstance(one, exp.Alias) and one.alias in self._comments:
                    one.add_comments([f" {self._comments[one.alias]} "])
        view = exp.Create(this=exp.to_table(name), kind="VIEW", expression=told, replace=True)
        return view.sql(self.dialect, pretty=True, max_text_width=WIDTH)

    def _head(self) -> str:
        rules = self.lowered.ruleset
        lines = [f"{rules.title} {rules.year}", *rules.cites, "", *_ABOUT, ""]
        for name, columns in INPUT_TABLES.items():
            listed = ", ".join(f"{column} {self._type(of)}" for column, of in columns.items())
            lines += [f"{name} ({listed})", f"  a row says: {ROWS_SAY[name]}"]
        return _comment("\n".join(lines)) + "\n"

    def _type(self, of: str) -> str:
        return _TYPES[of].sql(self.dialect) if of in _TYPES else exact_type(self.dialect).sql(self.dialect)


_TYPES: Mapping[str, exp.DataType] = {
    TEXT: exp.DataType(this=exp.DataType.Type.TEXT),
    INTEGER: exp.DataType(this=exp.DataType.Type.INT),
    TRUTH: exp.DataType(this=exp.DataType.Type.BOOLEAN),
}

ROWS_SAY = {
    "leas": "there is an LEA, of this kind",
    "cells": "a level, `not rated`, or a number of a student group, or of the LEA",
    "silences": "the year's files report the LEA, so a missing cell of the indicator is not rated",
    "group_counts": "the LEA has so many student groups",
    "published_lists": "the state's list of the year speaks of the LEA, from so many priorities on",
    "published_groups": "the list says that a student group met so many priorities",
    "published_outcomes": "the list says that the LEA had an outcome, or that it had it not",
}
"""What a row of each table says."""

_ABOUT = (
    "Written by `rulelang export`. Each view below is a step over the ones above it; the last ones hold the results:",
    f"{LEA_RESULTS} with a row for each LEA, {GROUP_RESULTS} with a row for each student group of each LEA.",
    "True, false and NULL are yes, no and cannot tell. A level, or a number's `_rated`, tells not rated from unknown.",
    "It reads these tables, and no others. Names are those of the vocabulary; the student group of a cell of the LEA",
    "is NULL. A cell that is not rated has the level `not rated`. No two rows say the same thing.",
)


def _comment(text: str) -> str:
    lines = [part for line in text.split("\n") for part in textwrap.wrap(line, WIDTH) or [""]]
    return "\n".join(f"-- {line}".rstrip() for line in lines)


def _about(name: str) -> str:
    """Return what a view is for, in words."""
    for ending, text in _VIEWS.items():
        if name.endswith(ending):
            return f"{name}: {text}"
    if "_layer_" in name:
        return f"{name}: what follows from the columns before it"
    return f"{name}: what is known, a row for each {'student group of each LEA' if 'groups' in name else 'LEA'}"


_VIEWS = {
    "student_groups": "the student groups of the vocabulary",
    LEA_RESULTS: "the results, a row for each LEA",
    GROUP_RESULTS: "the results, a row for each student group of each LEA",
    "_of_leas": "the facts of each LEA side by side",
    "_of_groups": "the facts of each student group side by side",
    "lea_facts": "every LEA with its facts; what is not there is NULL",
    "group_facts": "every student group of every LEA with its facts; what is not there is NULL",
}


# ---- The words of rules ----


def _texts(rulesets: Iterable[Ruleset]) -> dict[DefinitionKey, str]:
    """Return the words of rules and of the statements of levels, by the definition that carries them out."""
    found: dict[DefinitionKey, list[str]] = {}
    for ruleset in rulesets:
        for rule in ruleset.rules:
            found.setdefault((ruleset.year, rule.name), []).append(_rule_text(rule))
        for statement in ruleset.levels:
            found.setdefault((ruleset.year, statement.definition), []).append(_with_cites(statement, statement.text))
    return {key: _safe(" | ".join(texts)) for key, texts in found.items()}


def _rule_text(rule: Rule) -> str:
    labelled = rule.label and not rule.text.startswith(f"{rule.label}:")
    return _with_cites(rule, f"{rule.label}: {rule.text}" if labelled else rule.text)


def _with_cites(said: Rule | LevelRule, text: str) -> str:
    return f"{text} ({'; '.join(said.cites)})" if said.cites else text


def _safe(text: str) -> str:
    """Return a text that cannot end the comment it stands in."""
    return " ".join(text.replace("*/", "* /").replace("/*", "/ *").split())
