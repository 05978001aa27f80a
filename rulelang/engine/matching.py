"""Evaluates matches on columns: the value of the first row that fits, or the one value of all rows that may fit.

There is one meaning, and three quicker ways to compute it for matches of a usual form, of which one is picked when
steps are planned: choices by answers alone, bands of one number, and grids in which each row stands for names of its
own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import pairwise, product
from math import prod
from typing import NamedTuple

from rulelang.core.tree import Bound, Interval, Match, OneOf, Pattern, Row, constant, is_choice, is_constant
from rulelang.engine.arithmetic import as_numbers, banded, numbers_within
from rulelang.engine.choices import as_answers, as_names, chosen, known_rows
from rulelang.engine.columns import Answers, Column, Names, names_of
from rulelang.engine.facts import NOTHING

Matching = Callable[[Sequence[Column], int, int], Column]
"""Makes the column of a match from the columns of its inputs, the set of all rows, and the number of rows."""


def matching(node: Match) -> Matching:
    """Return the function that makes the column of a match."""
    if (bands := bands_of(node)) is not None:
        return lambda parts, _, length: banded(bands, as_numbers(parts[0], length))
    if (levels := grid_levels(node)) is not None:
        return lambda parts, everyone, _: _crossed(levels, [as_names(part) for part in parts[: len(node.on)]], everyone)
    if is_choice(node):
        return _chosen
    return partial(_matched, node)


# ---- Any match ----


class Fit(NamedTuple):
    """The rows of a batch that fit a row's patterns, those that do not, and those with an absent value."""

    yes: int
    no: int
    absent: int


def _matched(node: Match, parts: Sequence[Column], everyone: int, length: int) -> Column:
    """Return the value of the first row that fits, from the last row up: taking it and going on have to agree."""
    asked, values = parts[: len(node.on)], parts[len(node.on) :]
    result, reached = (NOTHING, 0) if node.otherwise is None else (values[-1], everyone)
    for row, value in zip(reversed(node.rows), reversed(values[: len(node.rows)]), strict=True):
        fit = fit_of(row, asked, everyone, length)
        # If nothing below may fit, a row that may fit is the only one that can.
        guard = Answers(fit.yes | everyone & ~(fit.no | reached), fit.no)
        own = chosen(Answers(fit.absent, everyone & ~fit.absent), Names({}, 0, everyone), value, length)
        result = chosen(guard, own, result, length)
        reached |= everyone & ~fit.no
    return chosen(Answers(reached, everyone & ~reached), result, NOTHING, length)


def fit_of(row: Row, asked: Sequence[Column], everyone: int, length: int) -> Fit:
    """Return where a row fits; a row that is not possible fits only where it surely does."""
    yes, no, absent = everyone, 0, 0
    for pattern, column in zip(row.patterns, asked, strict=True):
        fit = _fit(pattern, column, length)
        yes, no, absent = yes & (fit.yes | fit.absent), no | fit.no, absent | fit.absent
    absent &= ~no
    return Fit(yes, no if row.possible else everyone & ~(yes | absent), absent)


def _fit(pattern: Pattern, column: Column, length: int) -> Fit:
    match pattern:
        case None:
            return Fit(-1, 0, 0)
        case bool():
            answers = as_answers(column)
            return Fit(answers.yes, answers.no, 0) if pattern else Fit(answers.no, answers.yes, 0)
        case OneOf(names):
            if not isinstance(column, Names):
                return Fit(0, known_rows(column), 0)
            yes = 0
            for name in names:
                yes |= column.by_name.get(name, 0)
            return Fit(yes, column.present & ~yes, column.absent)
        case Interval():
            numbers = as_numbers(column, length)
            yes = numbers_within(pattern, numbers)
            return Fit(yes, numbers.known & ~yes, numbers.absent)


# ---- Choices by answers alone ----


def _chosen(parts: Sequence[Column], _: int, length: int) -> Column:
    """Return the value of the first arm whose answer is yes, given the answers, a value for each, and one otherwise."""
    result, ways = parts[-1], len(parts) // 2
    for guard, value in zip(reversed(parts[:ways]), reversed(parts[ways:-1]), strict=True):
        result = chosen(as_answers(guard), value, result, length)
    return result


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


def _crossed(levels: GridLevels, columns: Sequence[Names], everyone: int) -> Names:
    """Return the level for a combination of names; absent if any of them is absent."""
    absent = 0
    for column in columns:
        absent |= column.absent
    rest = everyone & ~absent
    named = [_with_unknown(column, rest) for column in columns]
    by_name: dict[str, int] = {}
    for met, level in levels.items():
        if level is not None:
            found = rest
            for name, rows in zip(met, named, strict=True):
                found &= rows.get(name, 0)
            if found:
                by_name[level] = by_name.get(level, 0) | found
    return names_of(by_name, absent)


def _with_unknown(column: Names, rows: int) -> Mapping[str | None, int]:
    """Return the rows of each name, and under None those whose name is not known."""
    found: dict[str | None, int] = {None: rows & ~column.present}
    found.update(column.by_name)
    return found
