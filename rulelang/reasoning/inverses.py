"""Operators on numbers the other way round: where one number must be for the result to be at a limit.

Where it depends on the others, they stay as they are. Between two numbers that are returned for some limits, the result
is on the same side of each of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from math import ceil, floor
from types import MappingProxyType
from typing import Final

Numbers = Iterable[Fraction]
Inverse = Callable[[int, Sequence[Fraction], Fraction], Numbers]
"""Returns the numbers, given the place of the one that changes, all present numbers, and the limit of the result."""


def _plus(place: int, numbers: Sequence[Fraction], limit: Fraction) -> Numbers:
    return (limit - sum(numbers) + numbers[place],)


def _minus(place: int, numbers: Sequence[Fraction], limit: Fraction) -> Numbers:
    return (limit + numbers[1] if place == 0 else numbers[0] - limit,)


def _times(place: int, numbers: Sequence[Fraction], limit: Fraction) -> Numbers:
    other = numbers[1 - place]
    return (limit / other,) if other else ()


def _divided(place: int, numbers: Sequence[Fraction], limit: Fraction) -> Numbers:
    if place == 0:
        return (limit * numbers[1],)
    return (Fraction(), *((numbers[0] / limit,) if limit else ()))


def _average(place: int, numbers: Sequence[Fraction], limit: Fraction) -> Numbers:
    return _plus(place, numbers, limit * len(numbers))


def _rounded(_: int, numbers: Sequence[Fraction], limit: Fraction) -> Numbers:
    unit = Fraction(1, 10 ** int(numbers[1]))
    below, above = floor(limit / unit) * unit, ceil(limit / unit) * unit
    return (above - unit / 2, below + unit / 2)


def _itself(_: int, _numbers: Sequence[Fraction], limit: Fraction) -> Numbers:
    return (limit,)


def _addition(place: int, numbers: Sequence[Fraction], limit: Fraction) -> Numbers:
    part, _, percent, decimals = numbers
    share = (percent - Fraction(1, 2 * 10 ** int(decimals))) / 100
    added = {floor(limit), ceil(limit) - 1}
    if place == 0:
        whole = numbers[1]
        return [share * whole - one for one in added]
    return (Fraction(), *((part + one) / share for one in added))


INVERSES: Final[Mapping[str, Inverse]] = MappingProxyType(
    {
        "plus": _plus,
        "minus": _minus,
        "times": _times,
        "divided by": _divided,
        "average of": _average,
        "rounded": _rounded,
        "highest of": _itself,
        "lowest of": _itself,
        "smallest addition": _addition,
    }
)
"""The inverse of every operator that makes a number of numbers, by its name."""
