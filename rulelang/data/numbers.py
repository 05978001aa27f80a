"""What values the numbers and other facts of a vocabulary can have, and what to write where a value is none of them."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Final

from attrs import define

from rulelang.core.fact_types import FactType, answer_in
from rulelang.core.record_words import folded
from rulelang.core.vocabulary import Number
from rulelang.data.cells import ERROR, MOST_DIGITS, exact
from rulelang.diagnostics.catalogue import data as say
from rulelang.diagnostics.catalogue import records
from rulelang.diagnostics.dates import date_in
from rulelang.diagnostics.decimals import MOST_DECIMALS, exact_text
from rulelang.diagnostics.diagnostic import Diagnostic
from rulelang.diagnostics.source import DataPlace


def value_of(number: Number, text: str) -> Fraction | str | None:
    """Return the value of a fact that a text gives, by its type; None if the text gives none."""
    match number.type:
        case FactType.TEXT:
            return folded(text)
        case FactType.YES_NO:
            return answer_in(text)
        case FactType.DATE:
            return date_in(text)
        case FactType.DOLLARS:
            return exact(text.removeprefix("$"))
        case FactType.NUMBER:
            return exact(text)


def can_be(number: Number, value: Fraction | str | None, *, counts: bool) -> bool:
    """Return whether a fact can have a value, as far as the vocabulary says; `counts` says that it counts things."""
    if not number.type.is_numeric:
        return value is not None
    if (
        not isinstance(value, Fraction)
        or (value.numerator < 0 and not number.below_zero)
        or (counts and value.denominator > 1)
    ):
        return False
    return number.at_most is None or value <= number.at_most


def wrong_value(  # where and what it is, and what it may be
    place: DataPlace, name: str, text: str, value: Fraction | str | None, number: Number, *, counts: bool
) -> Diagnostic:
    """Return what is wrong with a value that a fact cannot have; `name` may be that of the year before."""
    if number.type is FactType.DATE:
        return records.not_a_date(place, name, text)
    if number.type is FactType.YES_NO:
        return records.not_yes_or_no(place, name, text)
    if not isinstance(value, Fraction) or (value < 0 and not number.below_zero):
        help_text = _what_to_write(text, counts=counts)
        return say.not_an_exact_number(place, name, text, help_text, below_zero=number.below_zero, counts=counts)
    if number.at_most is not None and value > number.at_most:
        return say.number_above_highest(place, name, text, exact_text(number.at_most))
    return say.not_a_number(place, name, text)


_CUT: Final = re.compile(r"-?\d+(?:\.\d+)?")
_EXPONENT: Final = re.compile(r"-?\d+(?:\.\d+)?[Ee][-+]?\d+")
_COMMA: Final = re.compile(r"-?\d+,\d+")
_SIGNS: Final = re.compile(r"^['’+]\s*|(?<=\d)['’\s](?=\d{3}(?!\d))")
"""A sign before a number, or what stands between its thousands."""


def _what_to_write(text: str, *, counts: bool) -> str | None:
    """Return what to do about a text that is no number: what to write, or where it gets a meaning."""
    if counts and say.how_to_count(text) is not None:
        return say.how_to_count(text)
    if exact(text) is not None:
        return None
    if text.startswith("=") or ERROR.fullmatch(text):
        return "a formula has no number here: correct it, have the program work it out, and save the file again"
    if text.endswith("%") and exact(text[:-1].strip()) is not None:
        return f"leave out the percent sign: write `{text[:-1].strip()}`"
    if _CUT.fullmatch(text):
        return f"at most {MOST_DIGITS} digits before the point and {MOST_DECIMALS} behind it are read: round it"
    if _EXPONENT.fullmatch(text):
        return "write it with all its digits and without an exponent, as in `0.00005`"
    if _COMMA.fullmatch(text):
        return f"decimals come behind a point: write `{text.replace(',', '.')}`"
    plain = _SIGNS.sub("", text)
    return say.NO_NUMBER_HELP if exact(plain) is None else f"leave out what is no part of the number: write `{plain}`"


ALL_PERCENT: Final = 100
"""A number that is at most so much is a percentage."""

ENOUGH: Final = 3
"""Of so many percentages some are above 1, unless they are written as parts of 1."""


@define
class PercentagesSeen:
    """The values of a percentage in a file: how many, and whether any is a part of 1 or above 1."""

    many: int = 0
    is_part: bool = False
    is_above: bool = False

    def add(self, value: Fraction) -> None:
        """Take a value into account."""
        self.many += 1
        self.is_part |= value.denominator > 1 and value < 1
        self.is_above |= value > 1

    @property
    def look_like_parts_of_one(self) -> bool:
        """Return whether they may be written as parts of 1: there are some, with decimals, and none is above 1."""
        return self.many >= ENOUGH and self.is_part and not self.is_above
