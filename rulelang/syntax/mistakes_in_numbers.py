"""Common mistakes in measures, bands and other statements about numbers, each recognized where parsing failed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from rulelang.syntax.failing_place import Place
from rulelang.syntax.keywords import OF_MANY

_BOUNDS: Final = "say `95 or more`, `95 or less`, `above 95` or `below 95`"
_FIRST_ON_LINE: Final = "this word begins a sentence about levels, so it must come first on its line"

IN_NUMBERS: Final[Sequence[tuple[Callable[[Place], bool], str]]] = (
    (
        lambda on: on.here("PLUS", "MINUS") and on.after(*OF_MANY),
        "put `highest of …` or the sum in parentheses: `(highest of a and b) + 1`",
    ),
    (
        lambda on: on.of_levels and on.here("SMALLEST"),
        "put it in parentheses: `1 + (smallest whole number that brings …)`",
    ),
    (
        lambda on: on.here("COMMA", "AND") and on.after(*OF_MANY) and on.of_levels,
        "put `highest of …` in parentheses: `1 + (highest of a and b)`",
    ),
    (
        lambda on: on.here("IF") and on.after("ROUNDED_TO", "AS_A_PERCENT"),
        "put what is scaled or rounded before `if` in parentheses: `(a, rounded to 1 decimal) if …`",
    ),
    (
        lambda on: on.here("AS_A_PERCENT") and on.after("ROUNDED_TO"),
        "the percent comes first: `as a percent, rounded to 1 decimal`",
    ),
    (
        lambda on: on.in_rule and on.here("OR_MORE", "OR_FEWER") and on.behind("DECIMAL", "WORD"),
        "write a whole number: `3 or more`",
    ),
    (
        lambda on: on.is_word("%") or (on.in_rule and on.has_word("percent") and not on.counts_ahead),
        "leave out `%` and `percent`: a measure `as a percent` is compared with `95`",
    ),
    (lambda on: on.is_word(".") and on.ahead("NUMBER"), "write a digit before the decimal point: `0.5`"),
    (lambda on: on.digits_after_comma(3), "write digits without commas: `1000`"),
    (lambda on: on.digits_after_comma(), "write a decimal point before the decimals: `5.0`"),
    (lambda on: on.here("NUMBER") and on.behind("NUMBER"), "write digits without spaces: `1000`"),
    (
        lambda on: on.here("NUMBER_NAME", "MEASURE_NAME", "LPAR") and on.behind("MINUS"),
        "write what it is subtracted from: `0 − …`",
    ),
    (lambda on: on.after("WHEN", "IF") and (on.here("EQUALS") or on.is_word("equal", "exactly")), _BOUNDS),
    (lambda on: on.here("OTHERWISE") and on.tokens[on.at - 2].terminal == "ARE", _BOUNDS),
    (lambda on: on.says("nearest"), "say to how many decimals: `rounded to 1 decimal`, `rounded to a whole number`"),
    (
        lambda on: on.here("OTHERWISE") and on.after("IF") and on.at + 1 == len(on.tokens),
        "put `otherwise` before its number: `1 if …, otherwise 0`",
    ),
    (lambda on: on.here("READ_AS") and on.after("EQUALS"), "write `as a percent`"),
    (
        lambda on: on.is_word("<", ">", "≤", "≥"),
        "write it in words: `is above`, `is below`, `95 or more`, `95 or less`",
    ),
    (lambda on: on.at > 0 and on.here("MEASURE", "BANDS", "GRID"), _FIRST_ON_LINE),
    (
        lambda on: on.in_rule and (on.here("WHEN") or on.behind("WHEN")),
        "use `when` in sentences about levels, such as `Orange when Not Certified`",
    ),
    (
        lambda on: on.in_rule and on.here("IF"),
        "use `if` in measures: `measure rate = … if …, otherwise …`; for a level, write `Orange when …`",
    ),
)
"""What shows a mistake, and what to write instead."""
