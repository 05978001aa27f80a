"""Matches in SQL: the value of the first row that fits, or what all rows agree on that may still fit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise, product
from math import prod

from attrs import frozen

from rulelang.core.tree import Bound, Interval, Match, OneOf, Pattern, Row, constant, is_constant
from rulelang.engine.table import numbers, sql
from rulelang.engine.table.facts import NOT_RATED_TEXT, unsupported
from rulelang.engine.table.sql import Sql
from rulelang.engine.table.stages import Scribe
from rulelang.engine.table.values import Kind, Lowered, Plain, Ratio, as_answer, as_ratio, is_one_of


def lowered_match(scribe: Scribe, node: Match, inputs: Sequence[Lowered]) -> Lowered:
    """Return the value of a match, given its matched values, the values of its rows, and the value otherwise."""
    asked = inputs[: len(node.on)]
    if (bands := bands_of(node)) is not None:
        return Plain(Kind.NAME, numbers.banded(numbers.as_number(asked[0]), bands))
    if (levels := grid_levels(node)) is not None:
        return _grid(levels, [_name(one) for one in asked])
    fits = [_fit(row, asked) for row in node.rows]
    values = numbers.alike(inputs[len(node.on) :])
    if values and isinstance(values[0], Ratio):
        return _number(scribe, node, fits, [as_ratio(value) for value in values])
    plain = [value for value in values if isinstance(value, Plain)]
    kind = plain[0].kind if plain else Kind.ANY
    if kind is Kind.TRUTH and any(fit.absent is not None for fit in fits):
        return unsupported("an answer by names or numbers that may be absent")
    own = [_or_absent(value.sql, fit.absent) for value, fit in zip(plain, fits, strict=False)]
    otherwise = None if node.otherwise is None else plain[-1].sql
    sure = node.otherwise is not None and all(fit.sure for fit in fits) and all(value.sure for value in plain)
    return Plain(kind, _first_that_fits(fits, own, otherwise), sure)


def _fit(row: Row, asked: Sequence[Lowered]) -> Fit:
    """Return where a row fits. A row that is not possible fits only where that is sure, or a value is absent."""
    parts, none, sure = [], [], True
    for pattern, one in zip(row.patterns, asked, strict=True):
        if pattern is not None:
            condition, absent = _fits(pattern, one)
            parts.append(condition if absent is None else sql.case([(absent, sql.truth(True))], condition))
            none.extend([] if absent is None else [absent])
            sure = sure and isinstance(one, Plain) and one.sure
    fits = sql.both(parts)
    absent_and_fits = sql.both([sql.either(none), sql.known(fits, sql.truth(True))]) if none else None
    if row.possible:
        return Fit(fits, absent_and_fits, sure)
    surely_fits = sql.known(fits, sql.truth(False))
    if absent_and_fits is None:
        return Fit(surely_fits, None, sure=True)
    return Fit(sql.case([(absent_and_fits, fits)], surely_fits), absent_and_fits, sure)


def _fits(pattern: Pattern, value: Lowered) -> tuple[Sql, Sql | None]:
    """Return whether a value fits its pattern, and whether it is absent; None if it never is."""
    match pattern:
        case OneOf(names):
            return is_one_of(value, names).sql, sql.equal(_name(value), sql.text(NOT_RATED_TEXT))
        case Interval():
            number = numbers.as_number(value)
            inside = numbers.within(number, pattern)
            if number.rated is None:
                return inside, None
            known_inside = sql.case([(sql.is_unknown(number.rated), sql.null())], inside)
            return known_inside, sql.equal(number.rated, sql.integer(0))
        case _:
            answer = as_answer(value).sql
            return answer if pattern else sql.not_(answer), None


def _number(scribe: Scribe, node: Match, fits: Sequence[Fit], values: Sequence[Ratio]) -> Ratio:
    """Return a number by the first row that fits, row by row from the last, each in columns of its own."""
    result = values[-1] if node.otherwise is not None else numbers.unknown()
    reached: Sql = sql.truth(node.otherwise is not None)
    for at in range(len(fits) - 1, -1, -1):
        guard, value = fits[at].sql, values[at]
        if (none := fits[at].absent) is not None:
            value = numbers.chosen(none, numbers.absent(), value)
        alone = [] if node.otherwise is not None else [sql.not_(reached)]
        sure = sql.either([sql.is_answer(guard, yes=True), numbers.same(value, result), *alone])
        sure, may_fit = sql.known(sure, sql.truth(False)), sql.not_(sql.is_answer(guard, yes=False))
        taken, unknown = sql.both([may_fit, sure]), sql.both([sql.is_unknown(guard), sql.not_(sure)])
        result = numbers.chosen(taken, value, result, unknown)
        result = result.mapped(lambda part, what, at=at: scribe.part(what, f"way {at}{part}"))  # type: ignore[misc]
        if node.otherwise is None:
            reached = scribe.part(sql.either([reached, may_fit]), f"way {at} reached")
        scribe.seal()
    return result


def _grid(levels: GridLevels, parts: Sequence[Sql]) -> Lowered:
    none = [sql.equal(part, sql.text(NOT_RATED_TEXT)) for part in parts]
    ways: list[sql.Way] = [(sql.either(none), sql.text(NOT_RATED_TEXT))]
    for met, level in levels.items():
        if level is not None:
            here = [_is_level(part, name) for part, name in zip(parts, met, strict=True)]
            ways.append((sql.both(here), sql.text(level)))
    return Plain(Kind.NAME, sql.case(ways))


def _is_level(part: Sql, level: str | None) -> Sql:
    return sql.is_unknown(part) if level is None else sql.equal(part, sql.text(level))


def _or_absent(value: Sql, absent: Sql | None) -> Sql:
    return value if absent is None else sql.case([(absent, sql.text(NOT_RATED_TEXT))], value)


def _name(value: Lowered) -> Sql:
    return value.sql if isinstance(value, Plain) else unsupported("a name asked of a number")


@frozen
class Fit:
    """Where a row of a match fits, and where it fits because a value is absent; `sure` says it is never unknown."""

    sql: Sql
    absent: Sql | None
    sure: bool


def _first_that_fits(fits: Sequence[Fit], values: Sequence[Sql], otherwise: Sql | None) -> Sql:
    """Return the value of the first row that fits, or what all rows agree on that may still fit."""
    ways: list[sql.Way] = []
    for at, (fit, value) in enumerate(zip(fits, values, strict=True)):
        if isinstance(fit.sql, sql.TRUTH) and fit.sql.this is True:
            return sql.case(ways, value)
        ways.append((fit.sql, value))
        if not fit.sure:
            agreed = _agreed_after([one.sql for one in fits], values, otherwise, at)
            ways.append((sql.is_unknown(fit.sql), _where_agreed(agreed, value)))
    return sql.case(ways, sql.null() if otherwise is None else otherwise)


def _agreed_after(guards: Sequence[Sql], values: Sequence[Sql], otherwise: Sql | None, at: int) -> Sql | bool:
    """Return whether everything that could be chosen after a row has that row's value."""
    result = True if otherwise is None else _same(otherwise, values[at])
    for later in range(len(guards) - 1, at, -1):
        no, yes = (sql.is_answer(guards[later], yes=answer) for answer in (False, True))
        result = _both(_or(no, _same(values[later], values[at])), _or(yes, result))
    return result


def _where_agreed(agreed: Sql | bool, value: Sql) -> Sql:
    """Return a value where everything agrees on it, and otherwise unknown."""
    if isinstance(agreed, bool):
        return value if agreed else sql.null()
    return sql.case([(agreed, value)])


def _same(left: Sql, right: Sql) -> Sql | bool:
    if isinstance(left, sql.LITERAL) and isinstance(right, sql.LITERAL):
        return left == right
    return sql.equal(left, right)


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


# ---- Bands and grids, whose values are levels ----


def _levels(node: Match) -> Sequence[str | None] | None:
    """Return the level of each row, None for an unknown one; None if a value is anything else."""
    values = [constant(row.value) if is_constant(row.value) else False for row in node.rows]
    levels = [value for value in values if value is None or isinstance(value, str)]
    return levels if len(levels) == len(values) else None


Bands = Sequence[tuple[Interval, str | None]]
"""Consecutive intervals without a gap, each with its level, None if it is unknown."""


def bands_of(node: Match) -> Bands | None:
    """Return the bands of a match of one number whose rows are consecutive and not all of one level."""
    levels = _levels(node)
    intervals = [pattern for row in node.rows for pattern in row.patterns if isinstance(pattern, Interval)]
    if levels is None or len(node.on) != 1 or len(intervals) != len(levels) or len(set(levels)) < 2:  # noqa: PLR2004
        return None
    follow = all(_meet(one.upper, other.lower) for one, other in pairwise(intervals))
    whole = node.otherwise is None and intervals[0].lower is None and intervals[-1].upper is None
    possible = all(row.possible for row in node.rows)
    return list(zip(intervals, levels, strict=True)) if whole and follow and possible else None


def _meet(upper: Bound | None, lower: Bound | None) -> bool:
    """Return whether an interval begins where another ends."""
    return upper is not None and lower == Bound(upper.number, not upper.included)


GridLevels = Mapping[tuple[str | None, ...], str | None]
"""The level for each combination of names; for None in a place, what all rows agree on there."""


def grid_levels(node: Match) -> GridLevels | None:
    """Return the levels of a grid, for names that are known or not; None if a match is not a grid.

    It is a grid if each row asks for names on every axis, no two rows for the same ones, and some row for each.
    """
    levels = _levels(node)
    if levels is None or node.otherwise is not None:
        return None
    rows: dict[tuple[str, ...], tuple[str | None, bool]] = {}
    for row, level in zip(node.rows, levels, strict=True):
        names = [pattern.names for pattern in row.patterns if isinstance(pattern, OneOf)]
        met = list(product(*names)) if len(names) == len(node.on) else []
        if not met or any(one in rows for one in met):
            return None
        rows |= dict.fromkeys(met, (level, row.possible))
    whole = len(rows) == prod(len({met[at] for met in rows}) for at in range(len(node.on)))
    return _with_unknown_names(rows) if whole else None


def _with_unknown_names(rows: Mapping[tuple[str, ...], tuple[str | None, bool]]) -> GridLevels:
    found: dict[tuple[str | None, ...], set[str | None]] = {}
    for met, (level, possible) in rows.items():
        if possible:
            for key in product(*((name, None) for name in met)):
                found.setdefault(key, set()).add(level)
    agreed = {key: levels.pop() if len(levels) == 1 else None for key, levels in found.items()}
    return agreed | {met: level for met, (level, _) in rows.items()}
