"""Tables of values as matches by values: the rules have them as a choice by one condition for each row."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from rulelang.core.tree import (
    NOT_RATED,
    Bound,
    Const,
    Interval,
    Match,
    Node,
    OneOf,
    Pattern,
    Row,
    constant,
    is_call,
    is_choice,
    is_constant,
    named_test,
)
from rulelang.core.vocabulary import FactType
from rulelang.dmn.feel import NoneOf

_LOWER, _UPPER = {"at least": True, "above": False}, {"at most": True, "below": False}
"""The comparisons that bound a number, each with whether the bound is included."""


def by_values(node: Node) -> Match | None:
    """Return a table of values as a match of its columns; None for any other node.

    A column of dates becomes a value without a name, with which no decision table is written: its cells have no dates.
    """
    if not is_choice(node) or constant(node.otherwise or Const(None)) is not NOT_RATED:
        return None
    guards = [guard.arguments for guard in node.on if is_call(guard, "and")]
    columns = [part.arguments[0] for part in guards[0] if is_call(part, "is rated")] if guards else []
    rows = []
    for guard, row in zip(guards, node.rows, strict=False):
        patterns = _patterns(columns, guard)
        if patterns is None:
            return None
        rows.append(Row(patterns, row.value))
    if not columns or len(rows) < len(node.rows):
        return None
    parts = [part for guard in guards for part in guard]
    named = tuple(Const(None) if _is_of_dates(column, parts) else column for column in columns)
    return Match(named, tuple(rows), node.otherwise, span=node.span)


def _patterns(columns: list[Node], guard: Iterable[Node]) -> tuple[Pattern, ...] | None:
    """Return what a row asks of each column; None if its condition asks anything else."""
    found: list[Pattern] = [None] * len(columns)
    given = 0
    for part in guard:
        if not is_call(part, "is rated", "is one of", "not", *_LOWER, *_UPPER):
            return None
        is_not = part.operator == "not"
        asked = named_test(part.arguments[0] if is_not else part)
        of = asked[0] if asked is not None else part.arguments[0]
        if of not in columns:
            return None
        at, limit = columns.index(of), constant(part.arguments[-1])
        if part.operator == "is rated":
            given += 1
        elif asked is not None:
            names = asked[1]
            found[at] = (NoneOf(names) if names else None) if is_not else OneOf(names)
        elif isinstance(limit, Fraction):
            found[at] = _narrowed(found[at], part.operator, limit)
        else:
            return None
    return tuple(found) if given == len(columns) else None


def _narrowed(before: Pattern, operator: str, limit: Fraction) -> Interval:
    lower, upper = (before.lower, before.upper) if isinstance(before, Interval) else (None, None)
    if operator in _LOWER:
        return Interval(Bound(limit, _LOWER[operator]), upper)
    return Interval(lower, Bound(limit, _UPPER[operator]))


def _is_of_dates(column: Node, parts: Iterable[Node]) -> bool:
    limits = (part.arguments[-1] for part in parts if is_call(part, *_LOWER, *_UPPER) and part.arguments[0] == column)
    return any(is_constant(limit) and limit.type is FactType.DATE for limit in limits)
