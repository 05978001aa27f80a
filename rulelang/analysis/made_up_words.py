"""A made-up LEA in the words of an example, so that it can be read, and written into a rule file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import groupby, zip_longest
from string import ascii_uppercase

from rulelang.core.fact_types import FactType
from rulelang.core.record_words import NOT_RATED
from rulelang.core.ruleset import Ruleset
from rulelang.core.types import fact_type
from rulelang.core.vocabulary import Vocabulary
from rulelang.diagnostics.dates import date_text
from rulelang.diagnostics.decimals import exact_text
from rulelang.reasoning.possible import LISTED, NOT_GIVEN, MadeUp, Option, Place, years_back

EARLIER: Sequence[str] = ("", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def given_lines(lea: MadeUp, rulesets: Sequence[Ruleset]) -> Iterator[str]:
    """Yield the lines of `given` for a made-up LEA, without indentation of the first.

    An earlier year is called by its number where it is the same for all rulesets, else by how long before it lies. What
    is made up with the LEA is called by letters.
    """
    yield from _given(lea, rulesets)
    letters = (f"{letter}{number or ''}" for number in range(len(lea.others)) for letter in ascii_uppercase)
    for letter, other in zip(letters, lea.others, strict=False):
        yield from _given(other, rulesets, f' "{letter}"')


def _given(lea: MadeUp, rulesets: Sequence[Ruleset], name: str = "") -> Iterator[str]:
    article = "an" if lea.kind[:1].casefold() in "aeiou" else "a"
    yield f"given {article} {lea.kind}{name}"
    for back, of_year in groupby(sorted(lea.cells, key=lambda place: place.back), key=lambda place: place.back):
        if back:
            yield f"given {_year(back, rulesets)}"
        for group, places in groupby(list(of_year), key=lambda place: place.group):
            facts = list(dict.fromkeys(_facts(list(places), lea.cells, [one.vocabulary for one in rulesets])))
            yield from (f"  {group}: {', '.join(facts)}",) if group is not None else (f"  {fact}" for fact in facts)


def _facts(places: Sequence[Place], cells: Mapping[Place, Option], words: Sequence[Vocabulary]) -> Iterator[str]:
    for place, following in zip_longest(places, places[1:]):
        option, (indicator, scale) = cells[place], place.key
        kind = next((found for one in words if (found := fact_type(one, place.key)) is not None), None)
        if kind is not None:
            said = _without_value(option, scale) or f"{scale} {_value(option, kind)}"
            goes_on = following and following.key[0] == indicator and fact_type(words[0], following.key) is not None
            yield f"{said}{f' on {indicator}' if indicator and not goes_on else ''}"
        elif scale != LISTED:
            yield f"{option} on {indicator}"
        elif indicator:
            yield f"{'' if option is True else 'not '}{indicator} in the published list"
        elif place.group is None:
            yield "the published list says what student groups met"
        else:
            yield f"{option} priorities in the published list"


def _without_value(option: Option, name: str) -> str:
    """Return that a number or another fact is unknown or not rated; empty if it has a value."""
    return f"{NOT_RATED if option is None else option} {name}" if option in (None, NOT_GIVEN) else ""


def _value(option: Option, kind: FactType) -> str:
    """Return the value of a number or another fact as an example has it."""
    if not isinstance(option, Fraction):
        return str(option) if kind is FactType.YES_NO else f'"{option}"'
    sign, dollars = ("-" if option < 0 else ""), ("$" if kind is FactType.DOLLARS else "")
    return date_text(option) if kind is FactType.DATE else f"{sign}{dollars}{exact_text(abs(option))}"


def _year(back: int, rulesets: Sequence[Ruleset]) -> str:
    years = {year for ruleset in rulesets for year in ruleset.vocabulary.years if years_back(ruleset, year) == back}
    if len(years) == 1:
        return f"in {years.pop()}"
    return f"{EARLIER[back]} year{'' if back == 1 else 's'} earlier"
