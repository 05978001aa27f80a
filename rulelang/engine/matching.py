"""Evaluates matches on columns: the value of the first row that fits, or the one value of all rows that may fit.

There is one meaning, and a quicker way to compute it for choices by answers alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

from rulelang.core.tree import Interval, Match, OneOf, Pattern, Row, is_choice
from rulelang.engine.arithmetic import as_numbers, numbers_within
from rulelang.engine.choices import as_answers, chosen, known_rows
from rulelang.engine.columns import Answers, Column, Names
from rulelang.engine.facts import NOTHING

Matching = Callable[[Sequence[Column], int, int], Column]
"""Makes the column of a match from the columns of its inputs, the set of all rows, and the number of rows."""


def matching(node: Match) -> Matching:
    """Return the function that makes the column of a match."""
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
