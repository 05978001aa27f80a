"""How lowered rules differ in databases other than DuckDB, as far as sqlglot does not translate them.

Numbers stay exact: if a database has no whole numbers of 38 digits, decimals without places stand for them, and a
quotient is made of a multiple of its divisor, so that no decimals are lost. A database without truth values keeps 1 for
yes, 0 for no and NULL for cannot tell.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final, cast

from sqlglot import exp

from rulelang.engine.table import sql
from rulelang.engine.table.facts import INTEGER, NUMBER, TEXT
from rulelang.engine.table.sql import Sql

DIALECTS: Final = ("duckdb", "spark", "postgres", "bigquery", "snowflake", "tsql")
"""The databases that rules can be written for."""

READ_BESIDE: Final = frozenset({"spark"})
"""Those in which a column may read the columns before it in the same list, and had better: Spark, from 3.4 on, plans
a query of many named parts five times as long as one long list."""

DIGITS: Final = 38
COLUMN_DIGITS: Final = 18
"""The number of digits of exact numbers in calculations, and in the tables that are filled."""

_CONDITIONS = (
    exp.And | exp.Or | exp.Not | exp.EQ | exp.NEQ | exp.GT | exp.GTE | exp.LT | exp.LTE | exp.Is | exp.In | exp.Boolean
)


def in_dialect(query: exp.Query, dialect: str) -> exp.Query:
    """Return a query adapted to a database, to be written in its dialect; ValueError if the dialect is unknown."""
    if dialect not in DIALECTS:
        raise ValueError(f"`{dialect}` is not one of {', '.join(DIALECTS)}")
    changed = cast("Sql", query.copy())
    for change in _CHANGES[dialect]:
        changed = changed.transform(change, copy=False)
    if dialect == "tsql":
        changed = _without_truth(changed)
    if not isinstance(changed, exp.Query):
        raise TypeError("what was a query is none any more")
    return changed


def exact_type(dialect: str) -> exp.DataType:
    """Return the type of exact whole numbers in a database."""
    if dialect == "duckdb":
        return exp.DataType(this=sql.EXACT)
    if dialect == "bigquery":
        return exp.DataType(this=exp.DataType.Type.BIGDECIMAL)
    parts = [exp.DataTypeParam(this=exp.Literal.number(number)) for number in (DIGITS, 0)]
    return exp.DataType(this=exp.DataType.Type.DECIMAL, expressions=parts)


def column_type(holds: str, dialect: str, decimals: int) -> exp.DataType:
    """Return the type of a column of an input table, by what it holds; a number has a maximum number of decimals."""
    if holds == NUMBER:
        parts = [exp.DataTypeParam(this=exp.Literal.number(number)) for number in (COLUMN_DIGITS, decimals)]
        return exp.DataType(this=exp.DataType.Type.DECIMAL, expressions=parts)
    if holds == TEXT and dialect == "tsql":
        return exp.DataType.build("NVARCHAR(255)", dialect=dialect)
    kinds = {TEXT: exp.DataType.Type.TEXT, INTEGER: exp.DataType.Type.INT}
    return exp.DataType(this=kinds.get(holds, exp.DataType.Type.BOOLEAN))


# ---- Changes of one node ----

_Change = Callable[[Sql], Sql]


def _typed(dialect: str) -> _Change:
    def change(node: Sql) -> Sql:
        return exact_type(dialect) if isinstance(node, exp.DataType) and node.this == sql.EXACT else node

    return change


def _divided(dialect: str) -> _Change:
    def change(node: Sql) -> Sql:
        if not isinstance(node, exp.IntDiv):
            return node
        left, right = node.this, node.expression
        multiple = sql.minus(left, exp.Paren(this=exp.Mod(this=left.copy(), expression=right.copy())))
        return exp.Cast(this=exp.Div(this=multiple, expression=right, typed=True), to=exact_type(dialect))

    return change


def _fenced(node: Sql) -> Sql:
    """Return a named part of a query that is evaluated once, and not repeated wherever it is read."""
    if isinstance(node, exp.CTE):
        node.set("materialized", True)
    return node


def _answered(node: Sql) -> Sql:
    """Return `is certainly yes` and `is certainly no` without `IS TRUE` and `IS FALSE`."""
    if isinstance(node, exp.Is) and isinstance(node.expression, exp.Boolean):
        asked = node.this if node.expression.this else sql.not_(node.this)
        return sql.known(asked, sql.truth(False))
    return node


_CHANGES: Mapping[str, tuple[_Change, ...]] = MappingProxyType(
    {
        "duckdb": (),
        "postgres": (_typed("postgres"), _fenced),
        "bigquery": (_typed("bigquery"),),
        "spark": (_divided("spark"), _typed("spark")),
        "snowflake": (_divided("snowflake"), _typed("snowflake"), _answered),
        "tsql": (_divided("tsql"), _typed("tsql")),
    }
)


# ---- Databases without truth values ----


def _without_truth(node: Sql) -> Sql:
    """Return an expression in which every truth value that is kept or compared is 1, 0 or NULL."""
    match node:
        case exp.Case():
            return _case(node)
        case exp.Where() | exp.Having():
            node.set("this", _condition(node.this))
            return node
        case exp.Join():
            _each(node, but="on")
            if node.args.get("on") is not None:
                node.set("on", _condition(node.args["on"]))
            return node
        case exp.Paren() if isinstance(node.unnest(), _CONDITIONS):
            return _value(_condition(node))
        case _ if isinstance(node, _CONDITIONS):
            return _value(_condition(node))
        case _:
            _each(node)
            return node


def _each(node: Sql, but: str = "") -> None:
    for key, part in list(node.args.items()):
        if key == but:
            continue
        if isinstance(part, exp.Expression):
            node.set(key, _without_truth(part))
        elif isinstance(part, list):
            node.set(key, [_without_truth(one) if isinstance(one, exp.Expression) else one for one in part])


def _case(node: exp.Case) -> Sql:
    for way in node.args["ifs"]:
        way.set("this", _condition(way.this))
        way.set("true", _without_truth(way.args["true"]))
    if node.args.get("default") is not None:
        node.set("default", _without_truth(node.args["default"]))
    return node


def _value(condition: Sql) -> Sql:
    """Return 1 if a condition is yes, 0 if it is no, and NULL if it is unknown."""
    if isinstance(condition, exp.Null):
        return condition
    return sql.case([(condition, sql.integer(1)), (sql.not_(condition), sql.integer(0))])


def _condition(node: Sql) -> Sql:
    """Return a truth value as a condition, for a database in which the two are not the same."""
    match node:
        case exp.Paren():
            node.set("this", _condition(node.this))
            return node
        case exp.And() | exp.Or():
            return type(node)(this=_condition(node.this), expression=_condition(node.expression))
        case exp.Not():
            return exp.Not(this=_condition(node.this))
        case exp.Boolean():
            return sql.equal(sql.integer(1), sql.integer(int(node.this)))
        case exp.Is() if isinstance(node.expression, exp.Boolean):
            asked = _condition(node.this)
            return sql.equal(sql.one_where(asked if node.expression.this else sql.not_(asked)), sql.integer(1))
        case exp.Is() | exp.EQ() | exp.NEQ() | exp.GT() | exp.GTE() | exp.LT() | exp.LTE() | exp.In():
            _each(node)
            return node
        case _:
            return sql.equal(_without_truth(node), sql.integer(1))
