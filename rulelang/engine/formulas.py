"""An expression with its numbers in place of the names: `6 ÷ 308 × 100`."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Final

from rulelang.core.aggregates import Aggregate, Ranked
from rulelang.core.tree import aggregate_of, is_call, operator_of
from rulelang.diagnostics.sentences import in_sentence
from rulelang.engine.level_reasons import name_of, taken
from rulelang.engine.trace import Occurrence, field_of, things_of
from rulelang.engine.wording import value_text

_SIGNS: Final = {"plus": "+", "minus": "−", "times": "×", "divided by": "÷"}
_TIGHT: Final = {"times", "divided by"}
_ONE_WAY: Final = {"minus", "divided by"}


def worked_out_text(part: Occurrence) -> str:
    """Return an expression with its values and its result: `6 ÷ 308 × 100 = 1.948…`, rounded after that."""
    if is_call(part.node, "rounded"):
        number, decimals = part.below()
        return f"{worked_out_text(number)}, rounded to {_decimals(decimals)} → {value_text(part)}"
    if not operator_of(part.node) and field_of(part) is not None:
        return f"{name_of(part)} {value_text(part)}"
    shown, value = formula(part), value_text(part)
    return shown if shown == value else f"{shown} = {value}"


def formula(part: Occurrence) -> str:
    """Return an expression with its values for its names, and without its result."""
    if values := list(taken(part)):
        return formula(values[0]) if len(values) == 1 else value_text(part)
    operator = operator_of(part.node)
    if aggregate_of(part.node) is not None:
        return fold_text(part)
    if not operator:
        return value_text(part)
    below = part.below()
    if operator in _SIGNS:
        sign = f" {_SIGNS[operator]} "
        return sign.join(_within(operator, one, first=not place) for place, one in enumerate(below))
    if operator == "rounded":
        return f"{formula(below[0])}, rounded to {_decimals(below[1])}"
    if operator == "smallest addition":
        first, whole, percent, decimals = (value_text(one) for one in below)
        return f"smallest whole number that brings {first} to {percent} percent of {whole} ({_places(decimals)})"
    return f"{operator} {in_sentence(formula(one) for one in below)}"


def fold_text(part: Occurrence) -> str:
    """Return how a value is made of the entities that belong to one: `$200,000 (Alisal) + $300,000 (Salinas)`."""
    how = aggregate_of(part.node)
    if how is None or part.value is None:
        return value_text(part)
    things = [thing for thing in things_of(part) if thing.member.value is True]
    if how in (Aggregate.NUMBER, Aggregate.SHARE):
        counted = [thing.name for thing in things if thing.met.is_yes]
        names = f": {_few(counted)}" if counted else ""
        return f"{len(counted)} of {len(things)}{names}"
    there = [thing for thing in things if isinstance(thing.met.value, Fraction)]
    if isinstance(how, Ranked):
        at_limit = [thing.name for thing in there if thing.met.value == part.value]
        end = "highest" if how.highest else "lowest"
        return f"place {how.place(len(there))} of {len(there)} from the {end}: {_few(at_limit)}"
    terms = [f"{value_text(thing.met)} ({thing.name})" for thing in there]
    if how is Aggregate.SUM:
        return _few(terms, " + ") or "nothing to add up"
    return f"{how.value} of {_few(terms)}" if terms and how is not Aggregate.ONLY else "".join(terms)


MOST_NAMED: Final = 20
"""The most entities that are named in such a value."""


def _few(texts: Sequence[str], between: str = ", ") -> str:
    more = len(texts) - MOST_NAMED
    return between.join(texts[:MOST_NAMED]) + (f"{between}{more} more" if more > 0 else "")


def _within(operator: str, part: Occurrence, *, first: bool) -> str:
    """Return a part of a formula, in parentheses if it would be misread without them."""
    text = formula(part)
    inner = operator_of(part.node)
    if inner in _SIGNS:
        alike = (inner in _TIGHT) is (operator in _TIGHT)
        apart = not first and operator in _ONE_WAY and alike
        return f"({text})" if apart or (operator in _TIGHT and inner not in _TIGHT) else text
    return f"({text})" if inner or (text.startswith("-") and not first) else text


def _decimals(part: Occurrence) -> str:
    return _places(value_text(part))


def _places(decimals: str) -> str:
    return "a whole number" if decimals == "0" else f"{decimals} decimal{'' if decimals == '1' else 's'}"
