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
    first,
    held,
    maybe_number,
    no_words,
    node,
    part,
    says,
    span_of,
    texts,
    the,
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
    if says("DATE")(children):
        return date_in(text) or Fraction(0), 0  # the compiler refuses a day that no calendar has
    value = -Fraction(text) if says("MINUS")(children) else Fraction(text)
    return value, len(text.partition(".")[2])


def _type(children: list[Child]) -> str:
    text = children[0].span.text
    return "dollars" if text.startswith("$") else "date" if text[:1].isalpha() or _ISO.match(text) else "number"


_ISO: Final = re.compile(r"[0-9]{4}-[0-9]")


def _number_said(children: list[Child]) -> int:
    found = maybe_number(children)
    return found.value if found is not None else 0


def how_folded(children: list[Child]) -> str:
    """Return the words that say how several numbers are combined: `highest of`, `sum of`."""
    return str(children[0].type.replace("_", " ").casefold())


def _comparison(children: list[Child]) -> str:
    return _TESTS[words(children, *_TESTS)[0].type]


def _number_test_of_count(children: list[Child]) -> syn.NumberTest:
    """Return the comparison of `30 or more students`."""
    [limit] = words(children, "NUMBER")
    name = the(syn.Name)(children)
    numeral = syn.Numeral(Fraction(limit), span=limit.span)
    return syn.NumberTest(syn.NumberName(name, span=name.span), _comparison(children), numeral, span=span_of(children))


BUILDERS: Final[Builders] = {
    "exact": part("exact", _exact),
    "numeral": node(syn.Numeral, lambda children: children[0].value[0], _type),
    "text_test": node(syn.TextTest, first, texts),
    "number_name": node(
        syn.NumberName,
        the(syn.Name),
        last_year=says("LAST_YEARS"),
        years_before=_number_said,
        of=lambda children: next(iter(every(syn.Name)(children)[1:]), None),
    ),
    "in_parentheses": lambda children: evolve(children[1], span=span_of(children)),
    "arithmetic": lambda children: syn.Arithmetic(
        _OPERATORS[children[1].type], children[0], children[2], span=span_of(children)
    ),
    "one_of_many": node(syn.OneOfMany, how_folded, lambda children: tuple(no_words(children))),
    "smallest_addition": lambda children: syn.SmallestAddition(
        children[1], children[3].value[0], children[5], held("rounding")(children), span=span_of(children)
    ),
    "rounding": part("rounding", _number_said),
    "scaled": node(syn.Scaled, first, says("AS_A_PERCENT"), held("rounding")),
    "if_otherwise": lambda children: syn.IfOtherwise(*no_words(children), span=span_of(children)),
    "not_established": node(syn.NotEstablished),
    "flag_test": node(syn.FlagTest, first),
    "given_test": node(syn.GivenTest, first),
    "number_test": lambda children: syn.NumberTest(
        no_words(children)[0], _comparison(children), no_words(children)[1], span=span_of(children)
    ),
    "number_test_of_count": _number_test_of_count,
}
