"""A made-up LEA in the words of an example, so that it can be read, and written into a rule file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import groupby, zip_longest
from string import ascii_uppercase

from rulelang.core.ruleset import Ruleset
from rulelang.diagnostics.decimals import exact_text
from rulelang.reasoning.possible import LISTED, MadeUp, Option, Place, years_back

EARLIER: Sequence[str] = ("", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def given_lines(lea: MadeUp, rulesets: Sequence[Ruleset]) -> Iterator[str]:
    """Yield the lines of `given` for a made-up LEA, without indentation of the first.

    An earlier year is called by its number where it is the same for all rulesets, else by how long before it lies. What
    is made up with the LEA is called by letters.
    """
    yield from _given(lea, rulesets)
    for letter, other in zip(ascii_uppercase, lea.others, strict=False):
        yield from _given(other, rulesets, f' "{letter}"')


def _given(lea: MadeUp, rulesets: Sequence[Ruleset], name: str = "") -> Iterator[str]:
    article = "an" if lea.kind[:1].casefold() in "aeiou" else "a"
    yield f"given {article} {lea.kind}{name}"
    for back, of_year in groupby(sorted(lea.cells, key=lambda place: place.back), key=lambda place: place.back):
        if back:
            yield f"given {_year(back, rulesets)}"
        for group, places in groupby(list(of_year), key=lambda place: place.group):
            facts = list(dict.fromkeys(_facts(list(places), lea.cells)))
            yield from (f"  {group}: {', '.join(facts)}",) if group is not None else (f"  {fact}" for fact in facts)


def _facts(places: Sequence[Place], cells: Mapping[Place, Option]) -> Iterator[str]:
    for place, following in zip_longest(places, places[1:]):
        option, (indicator, scale) = cells[place], place.key
        if isinstance(option, Fraction):
            goes_on = following and following.key[0] == indicator and isinstance(cells[following], Fraction)
            yield f"{scale} {exact_text(option)}{f' on {indicator}' if indicator and not goes_on else ''}"
        elif scale != LISTED:
            yield f"{option} on {indicator}"
        elif indicator:
            yield f"{'' if option is True else 'not '}{indicator} in the published list"
        elif place.group is None:
            yield "the published list says what student groups met"
        else:
            yield f"{option} priorities in the published list"


def _year(back: int, rulesets: Sequence[Ruleset]) -> str:
    years = {year for ruleset in rulesets for year in ruleset.vocabulary.years if years_back(ruleset, year) == back}
    if len(years) == 1:
        return f"in {years.pop()}"
    return f"{EARLIER[back]} Dashboard year{'' if back == 1 else 's'} earlier"
