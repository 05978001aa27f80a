"""A ruleset as a SQL script over the tables of `facts`, for people to read and databases to run; or as models of dbt.

The script creates the input tables if they do not exist, and then views, each a step over the ones before it: facts
side by side, then a view for each stage of the rules, and last the views of `result_views`, which hold the results.
"""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from attrs import define, field, frozen
from sqlglot import exp

from rulelang.core.ruleset import DefinitionKey, LevelRule, Rule, Ruleset
from rulelang.engine.table import sql
from rulelang.engine.table.dialects import READ_BESIDE, column_type, in_dialect
from rulelang.engine.table.facts import INPUT_TABLES, LEA, NumberFormat, UnsupportedRulesError
from rulelang.engine.table.lower import lower
from rulelang.engine.table.query import Tables, facts_of_tables, tables_of
from rulelang.engine.table.result_views import DETERMINATIONS, LEA_RESULTS, RESULT_VIEWS, result_views
from rulelang.engine.table.stages import LoweredRuleset

NUMBERS: Final = ((3, 10**9), (3, 10**7), (0, 10**7))
"""The decimals of a number in the tables, and how large it may be: the first that SQL can hold is taken."""

WIDTH = 110
SEPARATORS: Mapping[str, str] = {"tsql": ";\nGO\n"}
"""The end of a statement, if that is more than a semicolon: a view of Transact-SQL is in a batch of its own."""


@frozen
class Statement:
    """A statement of a script, in its dialect: the table or view it makes, and the expression."""

    name: str
    tree: exp.Create = field(repr=False, eq=False)
    dialect: str

    def __str__(self) -> str:
        return self.tree.sql(self.dialect, pretty=True, max_text_width=WIDTH)

    @property
    def is_view(self) -> bool:
        """Return whether it creates a view and not a table."""
        return self.tree.kind == "VIEW"


@frozen
class Script:
    """A ruleset for one database: statements in order, the last of which create the views of the results."""

    dialect: str
    statements: tuple[Statement, ...] = field(repr=False)
    results: tuple[str, ...]

    def __str__(self) -> str:
        end = SEPARATORS.get(self.dialect, ";\n")
        return "\n".join(f"{statement}{end}" for statement in self.statements)


def script_of(ruleset: Ruleset, dialect: str, earlier: Iterable[Ruleset] = ()) -> Script:
    """Return a ruleset as a script in a dialect of `dialects.DIALECTS`; the same ruleset gives the same script.

    The comments say which rule a column is; for rules of other years, if `earlier` has their rulesets. Raises
    UnsupportedRulesError if the rules cannot be written in SQL, and ValueError for an unknown dialect.
    """
    lowered = _lowered(ruleset)
    tables = tables_of(lowered, facts_of_tables(lowered, decimals=True), beside=dialect in READ_BESIDE)
    return _Writing(lowered, tables, dialect, _texts((*earlier, ruleset))).script()


def _lowered(ruleset: Ruleset) -> LoweredRuleset:
    *wide, last = (NumberFormat(10**decimals, largest) for decimals, largest in NUMBERS)
    for number in wide:
        try:
            return lower(ruleset, formats=lambda _, number=number: number)  # type: ignore[misc]
        except UnsupportedRulesError:
            continue
    return lower(ruleset, formats=lambda _: last)


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
        steps = [(name, self._view(name, query, columns=True)) for name, query in self.tables.queries]
        results = [(name, self._view(name, query)) for name, query in result_views(self.lowered, self.tables)]
        made = [*((name, self._table(name)) for name in INPUT_TABLES), *steps, *results]
        first = made[0][1]
        first.comments = [_comment("\n".join(self._head([name for name, _ in results]))), *(first.comments or ())]
        statements = tuple(Statement(name, tree, self.dialect) for name, tree in made)
        return Script(self.dialect, statements, tuple(name for name, _ in results))

    def _comments_of_columns(self) -> Iterator[tuple[str, str]]:
        for key, position in self.lowered.prepared.positions.items():
            for part in self.lowered.outputs[position].value.parts():
                words = self.texts.get(key, f"{key[1]} {key[0]}")
                yield from ((column.name, _closed(" ".join(words.split()))) for column in part.find_all(sql.COLUMN))

    def _view(self, name: str, query: exp.Query, *, columns: bool = False) -> exp.Create:
        written = in_dialect(query, self.dialect)
        for select in written.find_all(exp.Select) if columns else ():
            for one in select.expressions:
                if isinstance(one, exp.Alias) and one.alias in self._comments:
                    one.add_comments([f" {self._comments[one.alias]} "])
        view = exp.Create(this=exp.to_table(name), kind="VIEW", expression=written, replace=True)
        view.add_comments([_comment(_about(name))])
        return view

    def _table(self, name: str) -> exp.Create:
        columns = [
            exp.ColumnDef(this=exp.to_identifier(column), kind=column_type(of, self.dialect, self._decimals))
            for column, of in INPUT_TABLES[name].items()
        ]
        schema = exp.Schema(this=exp.to_table(name), expressions=columns)
        table = exp.Create(this=schema, kind="TABLE", exists=True)
        table.add_comments([_comment(f"{name}: a row says that {ROWS_SAY[name]}.")])
        return table

    @property
    def _number(self) -> NumberFormat:
        return self.lowered.formats(("", ""))

    @property
    def _decimals(self) -> int:
        return next(decimals for decimals, _ in NUMBERS if 10**decimals == self._number.units)

    def _head(self, results: Sequence[str]) -> Iterator[str]:
        rules = self.lowered.ruleset
        yield rules.name
        yield from (f"cites {text}" for text in rules.cites)
        yield f"fingerprint {rules.fingerprint}"
        yield ""
        yield from (line.format(decimals=self._decimals, largest=f"{self._number.largest:,}") for line in _ABOUT)
        yield from (f"- {name}: {RESULT_VIEWS[name]}" for name in results)


_ABOUT = (
    (
        "Written by `rulelang export`. First come the tables that the rules read: fill them, and the views below give"
        " the results. Each view is a step over the ones before it; each rule is beside its column."
    ),
    "",
    (
        "True, false, and NULL mean yes, no, and cannot tell; if a database has no truth values, they are 1, 0, and"
        " NULL. A number is exact: it is its column divided by its `_denominator`, and `_rated` is 1, or 0 if it is"
        " not rated, or NULL for cannot tell."
    ),
    "",
    (
        "Write names in the tables as in the vocabulary. For a cell of the LEA, the student group is NULL or blank,"
        " and for a fact of no indicator the indicator is. A cell that is not rated has the level `not rated`, even"
        " for a number or another fact. A number or an amount is in the column `number`; it has at most {decimals}"
        " decimals and is below {largest}. A text is in the column `level`, and so is a date, as 2023-07-01, and"
        " `yes` or `no`. There is at most one row for each LEA, year, student group, indicator, and scale. The owner"
        " of an LEA is the nearest of those that it belongs to, by the code that it has in `leas`."
    ),
    "",
    "In the results, a date is a number: how many days it is from January 1 of the year 1, which is day 1.",
    "",
    "The views at the end hold the results:",
)

ROWS_SAY: Final[Mapping[str, str]] = {
    "leas": "there is an LEA, of this kind",
    "owners": "an LEA belongs to another, the nearest of those that it belongs to",
    "closed_leas": "the LEA does not exist in the year, so it is not among those that belong to another",
    "cells": "a student group, or the LEA where student_group is NULL, has this level on a scale, or this"
    " number or other fact",
    "silences": "the files of the year report the LEA, so a missing cell of the indicator is not rated",
    "group_counts": "the LEA has this many student groups in the year",
    "published_lists": "the state's list of the year covers the LEA, and names student groups that meet at least this"
    " many priorities",
    "published_groups": "the state's list of the year says that a student group met this many priorities",
    "published_outcomes": "the state's list of the year says that the LEA had an outcome, or that it did not",
}
"""What a row of each table means."""


def _comment(text: str) -> str:
    lines = [part for line in text.split("\n") for part in textwrap.wrap(line, WIDTH) or [""]]
    return _closed(" " + "\n   ".join(lines).rstrip() + " ")


def _about(name: str) -> str:
    """Return what a view is for, in words."""
    if name in RESULT_VIEWS:
        return f"{name}: {RESULT_VIEWS[name]}."
    for ending, text in _VIEWS.items():
        if name.endswith(ending):
            return f"{name}: {text}."
    if name.startswith("counts_below"):
        return f"{name}: what is counted of those that belong to each LEA."
    if name.startswith("owners"):
        return f"{name}: what each LEA reads of the one that it belongs to."
    of = "student group of each LEA" if "groups" in name else "LEA"
    return f"{name}: what follows from the facts, a row for each {of}."


_VIEWS = {
    "student_groups": "the student groups of the vocabulary",
    "_of_leas": "what the table says about each LEA, side by side",
    "_of_groups": "what the table says about each student group, side by side",
    "lea_facts": "every LEA with its facts; what the tables do not say is NULL",
    "group_facts": "every student group of every LEA with its facts; what the tables do not say is NULL",
    "related": "every LEA that belongs to another, directly or not, with that one and its kind",
}


# ---- The words of rules ----


def _texts(rulesets: Iterable[Ruleset]) -> dict[DefinitionKey, str]:
    """Return the words of rules and of the statements of levels, by the definition that they define."""
    found: dict[DefinitionKey, list[str]] = {}
    for ruleset in rulesets:
        for rule in ruleset.rules:
            found.setdefault((ruleset.year, rule.name), []).append(_rule_text(rule))
        for statement in ruleset.levels:
            found.setdefault((ruleset.year, statement.definition), []).append(_with_cites(statement, statement.text))
    return {key: " | ".join(texts) for key, texts in found.items()}


def _rule_text(rule: Rule) -> str:
    labelled = rule.label and not rule.text.startswith(f"{rule.label}:")
    return _with_cites(rule, f"{rule.label}: {rule.text}" if labelled else rule.text)


def _with_cites(said: Rule | LevelRule, text: str) -> str:
    return f"{text} ({'; '.join(said.cites)})" if said.cites else text


def _closed(text: str) -> str:
    """Return a text that cannot end the comment it is in."""
    return text.replace("*/", "* /").replace("/*", "/ *")


# ---- As models of dbt: each view is one, and the tables that the rules read are a source ----


SOURCE: Final = "rulelang"
"""The name of the source for the tables that the rules read; a project says in which schema they are."""

PROPERTIES: Final = "schema.yml"
ONE_ROW_FOR_EACH_LEA: Final = (DETERMINATIONS, LEA_RESULTS)

_PLACE: Final = "_rulelang_{}_of_dbt_"


def models_of(script: Script) -> Mapping[str, str]:
    """Return the files of a folder of models, by name: one for each view, and one that describes them all."""
    files = {f"{one.name}.sql": _model(one, script) for one in script.statements if one.is_view}
    return {**files, PROPERTIES: _properties(script)}


def _model(statement: Statement, script: Script) -> str:
    query = statement.tree.expression.copy()
    views = {one.name for one in script.statements if one.is_view}
    named = {one.alias for one in query.find_all(exp.CTE)}
    places = {}
    for table in query.find_all(exp.Table):
        name = table.name
        if name in named or name not in {*views, *INPUT_TABLES}:
            continue
        places[_PLACE.format(name)] = (
            f"{{{{ ref('{name}') }}}}" if name in views else f"{{{{ source('{SOURCE}', '{name}') }}}}"
        )
        if not table.alias:
            table.set("alias", exp.TableAlias(this=exp.to_identifier(name)))
        table.set("this", exp.to_identifier(_PLACE.format(name)))
    text = query.sql(script.dialect, pretty=True, max_text_width=WIDTH)
    text = text.replace("{{", "{ {").replace("{%", "{ %").replace("{#", "{ #")  # a comment is not a template
    for place, of in places.items():
        text = text.replace(place, of)
    return f"{text}\n"


def _properties(script: Script) -> str:
    """Return the properties of the tables and models for dbt, as YAML, of which JSON is a part."""
    return json.dumps({"version": 2, "sources": [_source()], "models": list(_models(script))}, indent=2) + "\n"


def _source() -> dict[str, object]:
    tables = [{"name": name, "columns": [{"name": one} for one in columns]} for name, columns in INPUT_TABLES.items()]
    return {"name": SOURCE, "description": "the tables that the rules read", "tables": tables}


def _models(script: Script) -> Iterator[dict[str, object]]:
    for statement in script.statements:
        if not statement.is_view:
            continue
        model: dict[str, object] = {
            "name": statement.name,
            "description": RESULT_VIEWS.get(statement.name, "a step of the rules"),
            "config": {"materialized": "view"},
        }
        if statement.name in ONE_ROW_FOR_EACH_LEA:
            model["columns"] = [{"name": LEA, "data_tests": ["unique", "not_null"]}]
        yield model
