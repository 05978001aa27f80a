"""Exact arithmetic on columns of numbers: a numerator and a denominator for each row, and never a float.

A denominator that is the same for all rows is kept once: counts have 1, a rate rounded to one decimal has 10. What a
row without a number holds is never looked at. Where any number is absent the result is absent, and a comparison no;
elsewhere, where any is unknown, the result is unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from functools import reduce
from itertools import repeat
from math import lcm
from operator import le, lt, mul
from types import MappingProxyType
from typing import Final

from rulelang.core.aggregates import Range
from rulelang.core.operators import COMPARED, FROM_ABOVE, OPERATORS, Operator
from rulelang.core.tree import Interval
from rulelang.core.truth import Truth
from rulelang.engine.columns import Answers, Column, Names, Numbers, flags, rows_at, rows_where, union

Whole = int | Sequence[int]
"""Whole numbers of rows: one for all of them, or one for each."""


def as_numbers(column: Column, length: int) -> Numbers:
    """Return a column as a column of numbers: a known value that is not a number counts as absent."""
    match column:
        case Numbers():
            return column
        case Answers(yes, no):
            return Numbers(0, yes | no, [0] * length, 1)
        case Names(_, present, absent):
            return Numbers(0, absent | present, [0] * length, 1)


def constant(number: Fraction, length: int, everyone: int) -> Numbers:
    """Return the same number for every row."""
    return Numbers(everyone, 0, [number.numerator] * length, number.denominator)


def _joint(columns: Sequence[Numbers]) -> tuple[int, int]:
    """Return the rows in which every column has a number, and those in which one has none."""
    known = reduce(lambda rows, column: rows & column.known, columns, columns[0].known)
    return known, union(column.absent for column in columns)


def _to_common(columns: Sequence[Numbers]) -> tuple[list[Sequence[int]], Whole]:
    """Return the numerators of columns over one denominator, and that denominator."""
    same = [column.bottoms for column in columns if isinstance(column.bottoms, int)]
    if len(same) == len(columns):
        bottom = lcm(*same)
        return [_times(one.tops, bottom // below) for one, below in zip(columns, same, strict=True)], bottom
    bottoms = list(map(lcm, *(column.denominators() for column in columns)))
    scaled = [
        [top * (common // below) for top, common, below in zip(one.tops, bottoms, one.denominators(), strict=True)]
        for one in columns
    ]
    return list(scaled), bottoms


def _times(tops: Sequence[int], factors: Whole) -> Sequence[int]:
    if isinstance(factors, int):
        return tops if factors == 1 else [top * factors for top in tops]
    return list(map(mul, tops, factors))


def _times_below(first: Whole, second: Whole) -> Whole:
    """Return the products of denominators, either of which may be the same for all rows."""
    if isinstance(first, int):
        return first * second if isinstance(second, int) else _times(second, first)
    return _times(first, second)


def _combined(pick: Callable[..., Iterable[int]]) -> Callable[[Sequence[Numbers]], Numbers]:
    """Return an operator that works on numerators over one denominator."""

    def result(columns: Sequence[Numbers]) -> Numbers:
        known, absent = _joint(columns)
        tops, bottoms = _to_common(columns)
        return Numbers(known, absent, list(pick(*tops)), bottoms)

    return result


def _each(pick: Callable[[Iterable[int]], int]) -> Callable[[Sequence[Numbers]], Numbers]:
    """Return an operator that makes one number of those in each row."""
    return _combined(lambda *tops: map(pick, zip(*tops, strict=True)))


def _difference(first: Sequence[int], second: Sequence[int]) -> Iterable[int]:
    return [one - other for one, other in zip(first, second, strict=True)]


def _average(columns: Sequence[Numbers]) -> Numbers:
    total = _each(sum)(columns)
    return total._replace(bottoms=_times_below(total.bottoms, len(columns)))


def _product(columns: Sequence[Numbers]) -> Numbers:
    known, absent = _joint(columns)
    return Numbers(
        known,
        absent,
        reduce(_times, [column.tops for column in columns]),
        reduce(_times_below, [column.bottoms for column in columns]),
    )


def _quotient(columns: Sequence[Numbers]) -> Numbers:
    """Return the exact quotient, absent if there is nothing to divide by."""
    first, second = columns
    known, absent = _joint(columns)
    nothing = known & rows_where(bytes([top == 0 for top in second.tops]))
    divisors = [top or 1 for top in second.tops] if nothing or 0 in second.tops else second.tops
    tops = _times(first.tops, second.bottoms)
    if divisors and min(divisors) < 0:
        tops = [-top if divisor < 0 else top for top, divisor in zip(tops, divisors, strict=True)]
        divisors = [abs(divisor) for divisor in divisors]
    return Numbers(known & ~nothing, absent | nothing, tops, _times_below(first.bottoms, divisors))


def _rounded(columns: Sequence[Numbers]) -> Numbers:
    """Return the first column rounded to as many decimals as the second says, halves away from zero."""
    number, decimals = columns
    known, absent = _joint(columns)
    unit = 10 ** (decimals.tops[0] if decimals.tops else 0)
    return Numbers(known, absent, _rounded_tops(number.tops, number.bottoms, unit), unit)


def _rounded_tops(tops: Sequence[int], bottoms: Whole, unit: int) -> Sequence[int]:
    if isinstance(bottoms, int) and unit % bottoms == 0:
        return _times(tops, unit // bottoms)
    signed = bool(tops) and min(tops) < 0
    sizes = [abs(top) for top in tops] if signed else tops
    if isinstance(bottoms, int):
        twice, both = 2 * unit, 2 * bottoms
        found = [(top * twice + bottoms) // both for top in sizes]
    else:
        twice = 2 * unit
        found = [(top * twice + below) // (2 * below) for top, below in zip(sizes, bottoms, strict=True)]
    return [-size if top < 0 else size for size, top in zip(found, tops, strict=True)] if signed else found


def _row_by_row(operator: Operator) -> Callable[[Sequence[Numbers]], Numbers]:
    """Return the result of an operator on columns, row by row, by its meaning in the registry."""

    def result(columns: Sequence[Numbers]) -> Numbers:
        known, absent = _joint(columns)
        length = len(columns[0].tops)
        found = [Fraction(0)] * length
        nothing = bytearray(length)
        for row, is_known in enumerate(flags(known, length)):
            value = operator(*(column.at(row) for column in columns)) if is_known else None
            if isinstance(value, Fraction):
                found[row] = value
            else:
                nothing[row] = is_known
        without = rows_where(nothing)
        tops, bottoms = [one.numerator for one in found], [one.denominator for one in found]
        return Numbers(known & ~without, absent | without, tops, 1 if all(one == 1 for one in bottoms) else bottoms)

    return result


_OF_WHOLE_COLUMNS: Final = {
    "plus": _each(sum),
    "minus": _combined(_difference),
    "times": _product,
    "divided by": _quotient,
    "rounded": _rounded,
    "highest of": _each(max),
    "lowest of": _each(min),
    "average of": _average,
}

OF_NUMBERS = MappingProxyType(
    {name: _OF_WHOLE_COLUMNS.get(name) or _row_by_row(one) for name, one in OPERATORS.items() if one.of_numbers}
)
"""The function on columns for each operator on numbers: on whole columns at once where one is known here."""


def _compared(operator: str) -> Callable[[Sequence[Numbers]], Answers]:
    """Return a comparison of two columns; where a number is unknown, what all that it can be agree on."""
    holds = COMPARED[operator]

    def result(columns: Sequence[Numbers]) -> Answers:
        known, _ = _joint(columns)
        first, second = columns
        (one, other), _ = _to_common(columns)
        yes = known & rows_where(bytes(map(holds, one, other)))
        no = (known & ~yes) | first.absent | second.absent
        open_ = [row for row in {*first.ranges, *second.ranges} if not (yes | no) >> row & 1]
        answers = {row: _of_ranges(operator, _range_at(first, row), _range_at(second, row)) for row in open_}
        more = (rows_at([row for row, found in answers.items() if found is answer]) for answer in (True, False))
        return Answers(*(rows | added for rows, added in zip((yes, no), more, strict=True)))

    return result


def _range_at(numbers: Numbers, row: int) -> Range:
    """Return what is known of a number that is not absent."""
    if numbers.known >> row & 1:
        number = numbers.at(row)
        return Range(number, number, may_be_absent=False)
    return numbers.ranges.get(row, Range())


def _of_ranges(operator: str, first: Range, second: Range) -> Truth:
    """Return what a comparison of any number of one range with any of another gives; it is no where one is absent."""
    holds, ends = COMPARED[operator], ((first.lowest, second.highest), (first.highest, second.lowest))
    least, most = ends if operator in FROM_ABOVE else ends[::-1]
    if None not in most and not holds(*most):
        return False
    is_sure = None not in least and not first.may_be_absent and not second.may_be_absent
    return True if is_sure and holds(*least) else None


COMPARISONS = MappingProxyType({operator: _compared(operator) for operator in COMPARED})
"""The function on two columns for each comparison; a comparison with an absent number is no."""


def numbers_within(interval: Interval, numbers: Numbers) -> int:
    """Return the rows whose number is in an interval."""
    lower, upper = interval.lower, interval.upper
    rows = numbers.known
    if rows and upper is not None:
        rows &= _up_to(numbers, upper.number, included=upper.included)
    if rows and lower is not None:
        rows &= ~_up_to(numbers, lower.number, included=not lower.included)
    return rows


def _up_to(numbers: Numbers, limit: Fraction, *, included: bool) -> int:
    top, below = limit.numerator, limit.denominator
    if isinstance(numbers.bottoms, int):
        # A whole numerator is at most the limit exactly where it is at most the limit rounded down.
        most, part = divmod(top * numbers.bottoms, below)
        return rows_where(bytes(map(le if included or part else lt, numbers.tops, repeat(most))))
    return rows_where(bytes(map(le if included else lt, _times(numbers.tops, below), _times(numbers.bottoms, top))))


def chosen_numbers(rows: int, first: Numbers, second: Numbers) -> Numbers:
    """Return the first number for some rows and the second for the others."""
    length = len(first.tops)
    known = (first.known & rows) | (second.known & ~rows)
    absent = (first.absent & rows) | (second.absent & ~rows)
    which = flags(rows & ((1 << length) - 1), length)
    tops = [one if is_first else other for is_first, one, other in zip(which, first.tops, second.tops, strict=True)]
    if isinstance(first.bottoms, int) and first.bottoms == second.bottoms:
        return Numbers(known, absent, tops, first.bottoms)
    pairs = zip(which, first.denominators(), second.denominators(), strict=True)
    return Numbers(known, absent, tops, [one if is_first else other for is_first, one, other in pairs])


def same_numbers(first: Numbers, second: Numbers) -> int:
    """Return the rows for which two columns have equal numbers."""
    both = first.known & second.known
    if not both:
        return 0
    (one, other), _ = _to_common((first, second))
    return both & rows_where(bytes([a == b for a, b in zip(one, other, strict=True)]))
