"""A choice whose guard cannot be told has a value only where every way it could turn out gives it."""

from __future__ import annotations

from collections.abc import Sequence

from rulelang.engine.table import sql
from rulelang.engine.table.sql import Sql


def agreed_after(guards: Sequence[Sql], values: Sequence[Sql], at: int) -> Sql | bool:
    """Return whether everything that could be chosen after an arm has that arm's value."""
    result = _same(values[-1], values[at])
    for later in range(len(guards) - 1, at, -1):
        no, yes = (sql.is_answer(guards[later].copy(), yes=answer) for answer in (False, True))
        result = _both(_or(no, _same(values[later], values[at])), _or(yes, result))
    return result


def where_agreed(agreed: Sql | bool, value: Sql) -> Sql:
    """Return a value where everything agrees on it, and otherwise what is unknown."""
    if isinstance(agreed, bool):
        return value.copy() if agreed else sql.null()
    return sql.case([(agreed, value.copy())])


def _same(left: Sql, right: Sql) -> Sql | bool:
    if isinstance(left, sql.LITERAL) and isinstance(right, sql.LITERAL):
        return left == right
    return sql.equal(left.copy(), right.copy())


def _or(first: Sql, second: Sql | bool) -> Sql | bool:
    if isinstance(second, bool):
        return True if second else first
    return sql.either([first, second])


def _both(first: Sql | bool, second: Sql | bool) -> Sql | bool:
    if isinstance(first, bool):
        return second if first else False
    if isinstance(second, bool):
        return first if second else False
    return sql.both([first, second])
