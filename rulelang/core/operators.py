"""The operators of `core.tree.Call`, each declared once: what it takes, what it returns, how it treats unknown.

Checker, engines, docs and tests read this table; none keeps a list of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Flag, auto
from fractions import Fraction
from math import ceil, floor
from operator import ge, gt, le, lt
from types import MappingProxyType
from typing import Any, Final

from attrs import frozen

from rulelang.core.tree import NOT_RATED, NotRated, Value
from rulelang.core.truth import all_of, any_of


class Keeps(Flag):
    """Properties of numbers that an operator keeps."""

    NOTHING = 0
    TYPE = auto()
    """Dollars stay dollars, a percent a percent."""
    DECIMALS = auto()
    """The result has no more decimals than the number with the most."""
    SIGN = auto()
    """The result is not below zero where none of the numbers is."""
    STEPS = auto()
    """The result moves by a constant for each unit by which one of the numbers moves."""


@frozen
class Operator:
    """An operator: its name in the tree, its meaning on known values, and an example in rule text.

    With an unknown argument its result is unknown, unless it `takes_unknown`. `of_numbers` says that it makes a number
    of numbers, and `of_many` that a list of them is written behind its name.
    """

    name: str
    meaning: Callable[..., Value]
    doc: str
    example: str
    takes_unknown: bool = False
    keeps: Keeps = Keeps.NOTHING
    of_numbers: bool = False
    of_many: bool = False

    def __call__(self, *arguments: Value) -> Value:
        """Return the result for the arguments; data never makes it raise."""
        if not self.takes_unknown and any(argument is None for argument in arguments):
            return None
        return self.meaning(*arguments)


def _of_numbers(
    name: str,
    meaning: Callable[..., Fraction | NotRated],
    doc: str,
    example: str,
    keeps: Keeps,
    *,
    of_many: bool = False,
) -> Operator:
    """Return an operator on numbers: not rated has no number, and then neither has the result."""

    def result(*arguments: Value) -> Value:
        numbers = [argument for argument in arguments if isinstance(argument, Fraction)]
        return meaning(*numbers) if len(numbers) == len(arguments) else NOT_RATED

    return Operator(name, result, doc, example, keeps=keeps, of_numbers=True, of_many=of_many)


COMPARED: Final[Mapping[str, Callable[[Any, Any], bool]]] = MappingProxyType(
    {"at least": ge, "above": gt, "at most": le, "below": lt}
)
"""The operators that compare a number with a limit, each with what it asks of the two."""

FROM_ABOVE: Final = ("at least", "above")
"""Those that hold of every higher number if they hold of one."""


def _comparison(name: str, doc: str, example: str) -> Operator:
    """Return a comparison of two numbers; with not rated it is no, whatever the other is."""
    holds = COMPARED[name]

    def result(first: Value, second: Value) -> Value:
        numbers = [one for one in (first, second) if isinstance(one, Fraction)]
        if len(numbers) < sum(one is not None for one in (first, second)):
            return False
        return holds(*numbers) if len(numbers) == 2 else None  # noqa: PLR2004  # both of them

    return Operator(name, result, doc, example, takes_unknown=True)


def _divided(first: Fraction, second: Fraction) -> Fraction | NotRated:
    return Fraction(first, second) if second else NOT_RATED


def rounded(number: Fraction, decimals: Fraction) -> Fraction:
    """Return a number rounded to some decimals, halves away from zero: 6.25 is 6.3 and -6.25 is -6.3."""
    unit = Fraction(10) ** int(decimals)
    size = Fraction(floor(abs(number) * unit + Fraction(1, 2)), unit)
    return Fraction(size if number >= 0 else -size)


def _smallest_addition(part: Fraction, whole: Fraction, percent: Fraction, decimals: Fraction) -> Fraction | NotRated:
    """Return the smallest whole number n such that part + n is, rounded, at least a percentage of the whole."""
    if whole <= 0:
        return NOT_RATED
    unit = Fraction(10) ** int(decimals)
    least = Fraction(ceil(percent * unit) - Fraction(1, 2), unit)  # the least that is rounded up to the percentage
    return Fraction(max(0, ceil(least * whole * Fraction(1, 100) - part)))


OPERATORS = MappingProxyType(
    {
        operator.name: operator
        for operator in (
            Operator(
                "is one of",
                lambda value, names: isinstance(names, tuple) and isinstance(value, str) and value in names,
                "Yes where a value is one of some names. What is not rated is none of them.",
                "Red or Orange on ELA",
            ),
            Operator(
                "is rated",
                lambda value: not isinstance(value, NotRated),
                "Yes where a field has a level, whichever it is.",
                "rated on ELA",
            ),
            Operator(
                "and",
                lambda *answers: all_of(answers),
                "Yes where every answer is, and no where any is no, whatever the others are.",
                "Red on both ELA and Math",
                takes_unknown=True,
            ),
            Operator(
                "or",
                lambda *answers: any_of(answers),
                "Yes where any answer is, whatever the others are, and no where every one is no.",
                "Red on either ELA or Math",
                takes_unknown=True,
            ),
            Operator("not", lambda answer: not answer, "Yes for no, and no for yes.", "not (Red on ELA)"),
            Operator(
                "first known",
                lambda first, second: second if first is None else first,
                "The first value, or the second where the first is unknown.",
                "history by the year's own files, and where they are missing by the state's published list",
                takes_unknown=True,
                keeps=Keeps.TYPE,
            ),
            Operator(
                "known or no",
                lambda answer: answer is True,
                "Yes for yes, and no for no and for cannot tell.",
                "cannot tell counts as not met when published",
                takes_unknown=True,
            ),
            _of_numbers(
                "plus",
                lambda *all_: sum(all_, Fraction()),
                "The sum.",
                "graduates + fifth-year graduates",
                Keeps.TYPE | Keeps.DECIMALS | Keeps.SIGN | Keeps.STEPS,
            ),
            _of_numbers(
                "minus",
                lambda first, second: first - second,
                "The difference.",
                "rate − last year's rate",
                Keeps.TYPE | Keeps.DECIMALS | Keeps.STEPS,
            ),
            _of_numbers("times", lambda first, second: first * second, "The product.", "2/3 × rate", Keeps.SIGN),
            _of_numbers(
                "divided by",
                _divided,
                "The exact quotient; where nothing is to divide among, not rated.",
                "graduates ÷ cohort",
                Keeps.SIGN,
            ),
            _of_numbers(
                "rounded",
                rounded,
                "The number rounded to some decimals, halves away from zero.",
                "rounded to 1 decimal",
                Keeps.TYPE | Keeps.SIGN,
            ),
            _of_numbers(
                "highest of",
                lambda *all_: max(all_),
                "The highest.",
                "highest of a and b",
                Keeps.TYPE | Keeps.DECIMALS | Keeps.SIGN,
                of_many=True,
            ),
            _of_numbers(
                "lowest of",
                lambda *all_: min(all_),
                "The lowest.",
                "lowest of a and b",
                Keeps.TYPE | Keeps.DECIMALS | Keeps.SIGN,
                of_many=True,
            ),
            _of_numbers(
                "average of",
                lambda *all_: Fraction(sum(all_, Fraction()), len(all_)),
                "The sum divided by how many there are.",
                "average of a and b",
                Keeps.TYPE | Keeps.SIGN | Keeps.STEPS,
                of_many=True,
            ),
            _of_numbers(
                "smallest addition",
                _smallest_addition,
                "The smallest whole number that brings a part to a percentage of the whole, rounded to some decimals.",
                "smallest whole number that brings tested students to 95 percent of enrolled students",
                Keeps.SIGN,
            ),
            _comparison("at least", "Yes from a number on.", "95 or more"),
            _comparison("above", "Yes above a number.", "above 6.0"),
            _comparison("at most", "Yes up to a number.", "0.5 or less"),
            _comparison("below", "Yes below a number.", "below 95"),
        )
    }
)
"""Every operator by its name."""
