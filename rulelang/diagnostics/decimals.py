"""Decimals of exact numbers: how many a number has, and how it is written with them."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

MOST_DECIMALS: Final = 20
"""The most decimals of a number; one that has more, or repeats forever, is written as a fraction.

The shortest decimal that a float is read back from has no more, unless it is below 0.0001.
"""


def places_of(number: Fraction) -> int | None:
    """Return how many decimals a number has; None if it has more than `MOST_DECIMALS` or no last one."""
    return next((places for places in range(MOST_DECIMALS + 1) if 10**places % number.denominator == 0), None)


def exact_text(number: Fraction, decimals: int = 0) -> str:
    """Return a number exactly, with at least some decimals: `1.5`, `2.0`, `-70`; as a fraction if it goes on."""
    places = places_of(number)
    if places is None:
        return f"{number.numerator}/{number.denominator}"
    places = max(places, decimals)
    digits = f"{abs(number.numerator) * 10**places // number.denominator:0{places + 1}}"
    sign = "-" if number < 0 else ""
    return f"{sign}{digits[:-places]}.{digits[-places:]}" if places else f"{sign}{digits}"
