"""Builds expressions, and conditions that compare them."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Final

from attrs import evolve

from rulelang.diagnostics.dates import date_in
from rulelang.syntax import tree as syn
from rulelang.syntax.build.children import (
    Builders,
    Child,
    every,
    has,
    need,
    no_words,
    numbers,
    part,
    span_of,
    texts,
    value_of,
    words,
)

_OPERATORS: Final = {"PLUS": "plus", "MINUS": "minus", "TIMES": "times", "DIVIDED_BY": "divided by"}
_TESTS: Final = {
    "ABOVE": "above",
    "BELOW": "below",
    "FEWER_THAN": "below",
    "AT_LEAST": "at least",
    "OR_MORE": "at least",
    "AT_MOST": "at most",
    "OR_FEWER": "at most",
    "BEFORE": "below",
    "AFTER": "above",
    "ON_OR_BEFORE": "at most",
    "ON_OR_AFTER": "at least",
}


def _exact(children: list[Child]) -> tuple[Fraction, int]:
    """Return an exact number, or the day of a date, and how many decimals it is written with."""
    text = str(children[-1])
    if has(children, "DATE"):
        return date_in(text) or Fraction(0), 0  # the compiler refuses a day that no calendar has
    value = -Fraction(text) if has(children, "MINUS") else Fraction(text)
    return value, len(text.partition(".")[2])


def _numeral(children: list[Child]) -> syn.Numeral:
    text = children[0].span.text
    kind = "dollars" if text.startswith("$") else "date" if text[:1].isalpha() or _ISO.match(text) else "number"
    return syn.Numeral(children[0].value[0], kind, span=span_of(children))


_ISO: Final = re.compile(r"[0-9]{4}-[0-9]")


def _number_name(children: list[Child]) -> syn.NumberName:
    years = numbers(children)
    name, *of = every(children, syn.Name)
    return syn.NumberName(
        name,
        last_year=has(children, "LAST_YEARS"),
        years_before=years[0].value if years else 0,
        of=of[0] if of else None,
        span=span_of(children),
    )


def _one_of_many(children: list[Child]) -> syn.OneOfMany:
    how = children[0].type.replace("_", " ").casefold()
    return syn.OneOfMany(how, tuple(no_words(children)), span=span_of(children))


def _smallest_addition(children: list[Child]) -> syn.SmallestAddition:
    decimals = value_of(children, "rounding")
    return syn.SmallestAddition(children[1], children[3].value[0], children[5], decimals, span=span_of(children))


def _scaled(children: list[Child]) -> syn.Scaled:
    return syn.Scaled(
        children[0], has(children, "AS_A_PERCENT"), value_of(children, "rounding"), span=span_of(children)
    )


def _number_test(children: list[Child]) -> syn.NumberTest:
    value, limit = no_words(children)
    return syn.NumberTest(value, _TESTS[words(children, *_TESTS)[0].type], limit, span=span_of(children))


def _number_test_of_count(children: list[Child]) -> syn.NumberTest:
    """Return the comparison of `30 or more students`."""
    [limit] = words(children, "NUMBER")
    name = need(children, syn.Name)
    how = _TESTS[words(children, *_TESTS)[0].type]
    number = syn.NumberName(name, span=name.span)
    return syn.NumberTest(number, how, syn.Numeral(Fraction(limit), span=limit.span), span=span_of(children))


BUILDERS: Final[Builders] = {
    "exact": part("exact", _exact),
    "numeral": _numeral,
    "text_test": lambda children: syn.TextTest(children[0], texts(children), span=span_of(children)),
    "number_name": _number_name,
    "in_parentheses": lambda children: evolve(children[1], span=span_of(children)),
    "arithmetic": lambda children: syn.Arithmetic(
        _OPERATORS[children[1].type], children[0], children[2], span=span_of(children)
    ),
    "one_of_many": _one_of_many,
    "smallest_addition": _smallest_addition,
    "rounding": part("rounding", lambda children: next((one.value for one in numbers(children)), 0)),
    "scaled": _scaled,
    "if_otherwise": lambda children: syn.IfOtherwise(*no_words(children), span=span_of(children)),
    "not_established": lambda children: syn.NotEstablished(span=span_of(children)),
    "flag_test": lambda children: syn.FlagTest(children[0], span=span_of(children)),
    "given_test": lambda children: syn.GivenTest(children[0], span=span_of(children)),
    "number_test": _number_test,
    "number_test_of_count": _number_test_of_count,
}
