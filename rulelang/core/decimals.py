"""Decimals of exact numbers: to how many a value is rounded, as its nodes say, and how it is written with them."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Final

from rulelang.core.tree import Call, Const, Match, Node, Ref, children

MOST_DECIMALS: Final = 12
"""How many decimals a number can have; one that has more, or goes on for ever, is written as a fraction."""


def decimals_of(node: Node, referred: Callable[[Ref], Node | None]) -> int | None:
    """Return to how many decimals a number is rounded, whatever it comes out as; None where it is not.

    `referred` gives the definition of a reference, None where it has none; each is looked into once.
    """
    most = 0
    seen: set[tuple[int, str]] = set()
    waiting = [node]
    while waiting:
        one = waiting.pop()
        match one:
            case Ref():
                definition = referred(one)
                if definition is None:
                    return None
                key = one.year, one.name
                waiting.extend([] if key in seen else [definition])
                seen.add(key)
            case Match():
                waiting.extend(children(one)[len(one.on) :])
            case Call("highest of" | "lowest of" | "plus" | "minus"):
                waiting.extend(one.arguments)
            case _:
                own = _own_decimals(one)
                if own is None:
                    return None
                most = max(most, own)
    return most


def _own_decimals(node: Node) -> int | None:
    match node:
        case Call("rounded", (_, Const(Fraction() as decimals))):
            return int(decimals)
        case Const(Fraction() as number):
            return places_of(number)
        case Const(None):
            return 0
        case _:
            return None


def places_of(number: Fraction) -> int | None:
    """Return how many decimals a number has; None where it has more than `MOST_DECIMALS` or no last one."""
    return next((places for places in range(MOST_DECIMALS + 1) if (number * 10**places).denominator == 1), None)


def exact_text(number: Fraction, decimals: int = 0) -> str:
    """Return a number exactly, with at least some decimals: `1.5`, `2.0`, `-70`; as a fraction where it has no last."""
    places = places_of(number)
    if places is None:
        return f"{number.numerator}/{number.denominator}"
    places = max(places, decimals)
    digits = f"{abs(number.numerator) * 10**places // number.denominator:0{places + 1}}"
    sign = "-" if number < 0 else ""
    return f"{sign}{digits[:-places]}.{digits[-places:]}" if places else f"{sign}{digits}"
