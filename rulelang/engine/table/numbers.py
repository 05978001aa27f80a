"""Exact numbers in SQL: whole numerators over whole denominators, never a binary float.

Anything not rated makes the result not rated, and otherwise anything unknown makes it unknown, as in `core.operators`.
Products grow; each number carries a bound on its size, and one that could exceed the whole numbers of a database, of 38
digits, is refused when the rules are lowered, and is never wrong when they run.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from functools import partial, reduce
from math import ceil
from types import MappingProxyType
from typing import Final

from attrs import evolve

from rulelang.core.tree import Interval
from rulelang.engine.table import sql
from rulelang.engine.table.facts import NOT_RATED_TEXT, UnsupportedRulesError, unsupported
from rulelang.engine.table.sql import Sql
from rulelang.engine.table.values import Kind, Lowered, Plain, Ratio

LARGEST: Final = 10**38 - 1
"""The largest whole number that every database keeps exactly."""

Whole = Sql | int


def constant(number: Fraction) -> Ratio:
    """Return a number in a rule."""
    return Ratio(None, number.numerator, number.denominator, abs(number.numerator), number.denominator)


def unknown() -> Ratio:
    """Return a number that is unknown."""
    return Ratio(sql.null(), sql.null(), 1, 0, 1)


def absent() -> Ratio:
    """Return a number that is known to be absent."""
    return Ratio(sql.integer(0), sql.null(), 1, 0, 1)


# ---- Whole numbers: what is known beforehand is worked out beforehand ----


def _sql(number: Whole) -> Sql:
    return sql.integer(number) if isinstance(number, int) else number


def _product(*factors: Whole) -> Whole:
    known = 1
    others = []
    for factor in factors:
        if isinstance(factor, int):
            known *= factor
        else:
            others.append(factor)
    if not others or known == 0:
        return known
    return reduce(sql.times, others if known == 1 else [sql.integer(known), *others])


def _sum(first: Whole, second: Whole) -> Whole:
    if isinstance(first, int) and isinstance(second, int):
        return first + second
    return sql.plus([_sql(part) for part in (first, second) if part != 0])


def _negative(number: Whole) -> Whole:
    return -number if isinstance(number, int) else sql.times(sql.integer(-1), number)


def _size(number: Whole) -> Whole:
    if isinstance(number, int):
        return abs(number)
    return sql.case([(sql.below(number, sql.integer(0)), _sql(_negative(number)))], number)


def _sign(number: Whole) -> Whole:
    if isinstance(number, int):
        return -1 if number < 0 else 1
    return sql.case([(sql.below(number, sql.integer(0)), sql.integer(-1))], sql.integer(1))


def _bounded(number: Ratio, *more: int) -> Ratio:
    if max(number.largest, number.denominator_limit, *more) > LARGEST:
        raise UnsupportedRulesError("a number of more than 38 digits")
    return number


def _rated(*numbers: Ratio) -> Sql | None:
    """Return whether all numbers are rated: a product of 1 and 0 that is NULL if one of them is."""
    found = [number.rated for number in numbers if number.rated is not None]
    return reduce(sql.times, found) if found else None


# ---- Operators ----


def plus(first: Ratio, second: Ratio) -> Ratio:
    """Return the sum."""
    rated = _rated(first, second)
    if isinstance(first.denominator, int) and first.denominator == second.denominator:
        largest = first.largest + second.largest
        numerator = _sum(first.numerator, second.numerator)
        return _bounded(Ratio(rated, numerator, first.denominator, largest, first.denominator_limit))
    numerator = _sum(_product(first.numerator, second.denominator), _product(second.numerator, first.denominator))
    largest = first.largest * second.denominator_limit + second.largest * first.denominator_limit
    limit = first.denominator_limit * second.denominator_limit
    return _bounded(Ratio(rated, numerator, _product(first.denominator, second.denominator), largest, limit))


def minus(first: Ratio, second: Ratio) -> Ratio:
    """Return the difference."""
    return plus(first, evolve(second, numerator=_negative(second.numerator)))


def multiplied(first: Ratio, second: Ratio) -> Ratio:
    """Return the product."""
    return _bounded(
        Ratio(
            _rated(first, second),
            _product(first.numerator, second.numerator),
            _product(first.denominator, second.denominator),
            first.largest * second.largest,
            first.denominator_limit * second.denominator_limit,
        )
    )


def divided(first: Ratio, second: Ratio) -> Ratio:
    """Return the quotient, not rated if the divisor is 0."""
    if second.numerator == 0:
        return Ratio(sql.times(_sql_rated(first, second), sql.integer(0)), sql.null(), 1, 0, 1)
    if isinstance(second.numerator, int):
        rated = _rated(first, second)
    else:
        zero = sql.equal(second.numerator, sql.integer(0))
        rated = sql.times(_sql_rated(first, second), sql.case([(zero, sql.integer(0))], sql.integer(1)))
    return _bounded(
        Ratio(
            rated,
            _product(first.numerator, second.denominator, _sign(second.numerator)),
            _nonzero(_product(first.denominator, _size(second.numerator))),
            first.largest * second.denominator_limit,
            first.denominator_limit * max(second.largest, 1),
        )
    )


def _sql_rated(*numbers: Ratio) -> Sql:
    return _rated(*numbers) or sql.integer(1)


def _nonzero(denominator: Whole) -> Whole:
    """Return a denominator with NULL for 0, so that nothing divides by it if the number is not rated."""
    if isinstance(denominator, int):
        return denominator
    return sql.case([(sql.above(denominator, sql.integer(0)), denominator)])


def rounded(number: Ratio, decimals: Ratio) -> Ratio:
    """Return a number rounded to some decimals, halves away from zero."""
    unit = Fraction(10) ** _known(decimals).__trunc__()
    doubled = _product(2 * unit.numerator, _size(number.numerator))
    below = _product(2 * unit.denominator, number.denominator)
    half = _product(unit.denominator, number.denominator)
    size = sql.whole_part(_sql(_sum(doubled, half)), _sql(below))
    numerator = _product(_sign(number.numerator), unit.denominator, size)
    largest = (number.largest * unit.numerator + 1) * unit.denominator
    limits = (2 * unit.numerator * number.largest, 3 * unit.denominator * number.denominator_limit)
    return _bounded(Ratio(_rated(number), numerator, unit.numerator, largest, unit.numerator), sum(limits))


def _known(number: Ratio) -> Fraction:
    if isinstance(number.numerator, int) and isinstance(number.denominator, int) and number.rated is None:
        return Fraction(number.numerator, number.denominator)
    raise UnsupportedRulesError("rounding to a number of decimals that is not in the rule")


def _one_of_two(operator: str, first: Ratio, second: Ratio) -> Ratio:
    """Return the first of two numbers if it compares so with the second, and otherwise the second."""
    return evolve(chosen(_holds(operator, first, second), first, second), rated=_rated(first, second))


def _average(*numbers: Ratio) -> Ratio:
    return multiplied(reduce(plus, numbers), constant(Fraction(1, len(numbers))))


def smallest_addition(part: Ratio, whole: Ratio, percent: Ratio, decimals: Ratio) -> Ratio:
    """Return the smallest whole number that brings a part to a percentage of the whole; not rated if the whole is 0."""
    unit = Fraction(10) ** _known(decimals).__trunc__()
    least = Fraction(2 * ceil(_known(percent) * unit) - 1, 2) * Fraction(1, 100) * unit**-1
    short = minus(multiplied(constant(least), whole), part)
    missing = sql.above(_sql(short.numerator), sql.integer(0))
    up = sql.minus(sql.plus([_sql(short.numerator), _sql(short.denominator)]), sql.integer(1))
    size = sql.case([(missing, sql.whole_part(up, _sql(short.denominator)))], sql.integer(0))
    empty = sql.at_most(_sql(whole.numerator), sql.integer(0))
    rated = sql.times(_sql_rated(part, whole), sql.case([(empty, sql.integer(0))], sql.integer(1)))
    return _bounded(Ratio(rated, size, 1, short.largest, 1), short.largest + short.denominator_limit)


def _absent_first(operation: Callable[..., Ratio]) -> Callable[..., Ratio]:
    """Return an operator whose result is not rated where any number is, also where another is unknown."""

    def result(*numbers: Ratio) -> Ratio:
        found, rated = operation(*numbers), [one.rated for one in numbers if one.rated is not None]
        if len(rated) <= 1:  # what is made of it says so already
            return found
        none = sql.either([sql.equal(one, sql.integer(0)) for one in rated])
        return evolve(found, rated=sql.case([(none, sql.integer(0))], found.rated_sql()))

    return result


_OF_RATED: Final[Mapping[str, Callable[..., Ratio]]] = MappingProxyType(
    {
        "plus": lambda *numbers: reduce(plus, numbers),
        "minus": minus,
        "times": lambda *numbers: reduce(multiplied, numbers),
        "divided by": divided,
        "rounded": rounded,
        "highest of": lambda *numbers: reduce(partial(_one_of_two, "at least"), numbers),
        "lowest of": lambda *numbers: reduce(partial(_one_of_two, "at most"), numbers),
        "average of": _average,
        "smallest addition": smallest_addition,
    }
)
OPERATIONS: Final = MappingProxyType({name: _absent_first(operation) for name, operation in _OF_RATED.items()})
"""The operators on numbers that give a number, by name."""


# ---- Comparisons ----


COMPARISONS: Final[Mapping[str, Callable[[Sql, Sql], Sql]]] = MappingProxyType(
    {"at least": sql.at_least, "above": sql.above, "at most": sql.at_most, "below": sql.below}
)
"""The comparisons of numbers, by the operator's name."""


def _holds(operator: str, first: Ratio, second: Ratio) -> Sql:
    """Return the answer of a comparison of two numbers, NULL if either is not a number."""
    return COMPARISONS[operator](*_crosswise(first, second))


def same(first: Ratio, second: Ratio) -> Sql:
    """Return whether two numbers are equal; two that are not rated are."""
    ratings = [first.rated_sql(), second.rated_sql()]
    known, alike = sql.both(map(sql.is_known, ratings)), sql.equal(*ratings)
    no_number = sql.equal(ratings[0], sql.integer(0))
    return sql.both([known, alike, sql.either([no_number, sql.equal(*_crosswise(first, second))])])


def compared(operator: str, first: Ratio, second: Ratio) -> Sql:
    """Return the answer of a comparison: no if a number is not rated, otherwise NULL if one is unknown."""
    answer = _holds(operator, first, second)
    rated = _rated(first, second)
    if rated is None:
        return answer
    none = sql.either([sql.equal(one.rated, sql.integer(0)) for one in (first, second) if one.rated is not None])
    return sql.case([(none, sql.truth(False)), (sql.equal(rated, sql.integer(1)), answer)])


def _crosswise(first: Ratio, second: Ratio) -> tuple[Sql, Sql]:
    if isinstance(first.denominator, int) and first.denominator == second.denominator:
        return _sql(first.numerator), _sql(second.numerator)
    size = max(first.largest * second.denominator_limit, second.largest * first.denominator_limit)
    _bounded(first, size)
    crossed = (_product(first.numerator, second.denominator), _product(second.numerator, first.denominator))
    return _sql(crossed[0]), _sql(crossed[1])


def banded(number: Ratio, bands: Sequence[tuple[Interval, str | None]]) -> Sql:
    """Return the level of the band that holds a number; not rated for a number that is not rated."""
    ways = [(within(number, band), sql.null() if level is None else sql.text(level)) for band, level in bands]
    if number.rated is None:
        return sql.case(ways)
    unknown_ = (sql.is_unknown(number.rated), sql.null())
    none = (sql.equal(number.rated, sql.integer(0)), sql.text(NOT_RATED_TEXT))
    return sql.case([unknown_, none, *ways])


def within(number: Ratio, interval: Interval) -> Sql:
    """Return whether a number is in an interval; undefined if there is no number."""
    ends = []
    if (lower := interval.lower) is not None:
        ends.append(_holds("at least" if lower.included else "above", number, constant(lower.number)))
    if (upper := interval.upper) is not None:
        ends.append(_holds("at most" if upper.included else "below", number, constant(upper.number)))
    return sql.both(ends)


# ---- Values that are numbers, and one or another ----


def as_number(value: Lowered) -> Ratio:
    """Return a value as a number: one that is never more than not rated is not rated wherever it is known."""
    if isinstance(value, Ratio):
        return value
    if value.kind is not Kind.ANY:
        return unsupported("a calculation with what is no number")
    return evolve(unknown(), rated=sql.case([(sql.is_known(value.sql), sql.integer(0))]))


def alike(values: Sequence[Lowered]) -> list[Lowered]:
    """Return values as values of one kind: one that is never more than not rated becomes a number among numbers."""
    kinds = {value.kind for value in values} - {Kind.ANY}
    if len(kinds) > 1:
        return unsupported("a choice among values of several kinds")
    if kinds == {Kind.NUMBER}:
        return [as_number(value) for value in values]
    kind = kinds.pop() if kinds else Kind.ANY
    return [evolve(value, kind=kind) if isinstance(value, Plain) else value for value in values]


def chosen(taken: Sql, first: Ratio, second: Ratio, unknown: Sql | None = None) -> Ratio:
    """Return one number if a condition is yes and another if it is no, unknown if the condition is."""

    def pick(one: Whole, other: Whole) -> Whole:
        if isinstance(one, int) and one == other:
            return one
        return sql.case([(taken, _sql(one))], _sql(other))

    unsure = [] if unknown is None else [(unknown, sql.null())]
    return Ratio(
        sql.case([*unsure, (taken, first.rated_sql())], second.rated_sql()),
        pick(first.numerator, second.numerator),
        pick(first.denominator, second.denominator),
        max(first.largest, second.largest),
        max(first.denominator_limit, second.denominator_limit),
    )
