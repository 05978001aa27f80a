"""The possible meanings of the words in plain records, without regard to case and spacing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from functools import cached_property, lru_cache
from math import ceil
from typing import Final

from attrs import field, frozen

from rulelang.core.fact_types import FactType
from rulelang.core.record import FieldKey
from rulelang.core.vocabulary import Indicator, Number, Vocabulary, of_last_year

UNKNOWN = "unknown"
NOT_RATED = "not rated"
WITHOUT_VALUE: Final = {NOT_RATED: None, UNKNOWN: UNKNOWN}
"""The words in place of a value, each with what it is read as: None for not rated."""

NOT_RATED_NOTE = "not rated in the records"
"""Why a level is not rated, as explanations give it, if a record says so."""


FIRST_DAY, LAST_DAY = (Fraction(day.toordinal()) for day in (date.min, date.max))
"""The first day and the last that there is."""


@lru_cache(maxsize=65_536)
def folded(text: str) -> str:
    """Return a word as data are compared: without regard to case and spacing."""
    return " ".join(text.casefold().split())


def parts_of(vocabulary: Vocabulary, indicator: str) -> tuple[tuple[str, str], ...]:
    """Return pairs of an indicator's numbers, the first of which counts a part of the second; last year's too."""
    numbers = {one.name: one for one in vocabulary.numbers_of(indicator)}
    pairs = [(one, numbers[whole]) for one in numbers.values() for whole in one.part_of if whole in numbers]
    return tuple(names for part, whole in pairs for names in zip(part.names, whole.names, strict=False))


def counts_in(vocabulary: Vocabulary, indicator: str) -> frozenset[str]:
    """Return the numbers of an indicator that count things: each is a part of another, or another is a part of it."""
    return frozenset(name for pair in parts_of(vocabulary, indicator) for name in pair)


@frozen
class Bounds:
    """What a number of the data can be: from `lowest` to `highest`, None where there is no end, and whether whole."""

    lowest: Fraction | None = None
    highest: Fraction | None = None
    is_whole: bool = False

    def holds(self, number: Fraction) -> bool:
        """Return whether the data can have a number."""
        return self.nearest(number) == number

    def nearest(self, number: Fraction) -> Fraction:
        """Return a number itself if the data can have it, otherwise the next that they can, from it up if there is."""
        found = Fraction(ceil(number)) if self.is_whole else number
        found = found if self.lowest is None else max(found, self.lowest)
        return found if self.highest is None else min(found, self.highest)


def bounds_of(vocabulary: Vocabulary, key: FieldKey) -> Bounds:
    """Return what a number can be by a vocabulary: a count and a day are whole, and no part is above its whole.

    Nothing bounds what is no number of the vocabulary.
    """
    indicator, name = key
    numbers = {called: one for one in vocabulary.numbers_of(indicator) for called in one.names}
    if name not in numbers:
        return Bounds()
    if numbers[name].type is FactType.DATE:
        return Bounds(FIRST_DAY, LAST_DAY, is_whole=True)
    wholes = dict(parts_of(vocabulary, indicator))
    every = [name]
    every += (wholes[one] for one in every if one in wholes and wholes[one] not in every)
    ends = [numbers[one].at_most for one in every if one in numbers]
    highest = min((one for one in ends if one is not None), default=None)
    lowest = None if numbers[name].below_zero else Fraction()
    return Bounds(lowest, highest, name in counts_in(vocabulary, indicator))


@frozen(slots=False)
class RecordWords:
    """The possible meanings of the words in a record, without regard to case and spacing."""

    vocabulary: Vocabulary = field(repr=False)
    indicators: Mapping[str, Indicator]
    groups: Mapping[str, str]
    kinds: Mapping[str, str]
    scales: Mapping[str, str]
    numbers: Mapping[str, Mapping[str, tuple[str, Number]]]

    @cached_property
    def years(self) -> Mapping[str, int]:
        """Return the years that a record may be of."""
        return {str(year): year for year in (*self.vocabulary.years, *self.vocabulary.suspended)}

    @cached_property
    def counts(self) -> Mapping[str, frozenset[str]]:
        """Return the numbers of each indicator that count things."""
        return {name: counts_in(self.vocabulary, name) for name in self.numbers}

    @cached_property
    def levels(self) -> Mapping[str, Mapping[str, str]]:
        """Return the levels of each scale."""
        return {scale.name: {folded(level): level for level in scale.levels} for scale in self.vocabulary.scales}

    @cached_property
    def facts(self) -> Mapping[str, tuple[str, Number]]:
        """Return the facts of the entity itself by the columns that may hold them: `household_income`."""
        return {"_".join(word.split()): found for word, found in self.numbers[""].items()}

    def scales_named(self, indicator: Indicator, word: str) -> tuple[str, ...]:
        """Return the scale of an indicator that a word names, all of them where it is blank; nothing for another."""
        if not word:
            return tuple(indicator.scales)
        name = self.scales.get(folded(word), "")
        return (name,) if name in indicator.scales else ()

    def levels_named(self, scales: Sequence[str], word: str) -> tuple[tuple[str, str], ...]:
        """Return the level that a word names on each of some scales, each with its scale."""
        found = ((scale, self.levels[scale].get(folded(word))) for scale in scales)
        return tuple((scale, level) for scale, level in found if level is not None)


def words_of(vocabulary: Vocabulary) -> RecordWords:
    """Return the words of a vocabulary."""
    return RecordWords(
        vocabulary,
        {folded(word): one for one in vocabulary.indicators for word in (one.name, *one.aliases)},
        {folded(word): one.name for one in vocabulary.groups for word in (*one.codes, one.name, *one.aliases)},
        {folded(word): one.name for one in vocabulary.kinds for word in (one.name, one.plural, *one.aliases)},
        {folded(one.name): one.name for one in vocabulary.scales},
        {name: _words_for_numbers(vocabulary, name) for name in ("", *(one.name for one in vocabulary.indicators))},
    )


def _words_for_numbers(vocabulary: Vocabulary, indicator: str) -> Mapping[str, tuple[str, Number]]:
    """Return the numbers of an indicator, each with its name, by the words that may name them."""
    words: dict[str, tuple[str, Number]] = {}
    for number in vocabulary.numbers_of(indicator):
        for word in (number.name, *number.aliases):
            words[folded(word)] = number.name, number
            if number.last_year:
                words[folded(of_last_year(word))] = of_last_year(number.name), number
    return words
