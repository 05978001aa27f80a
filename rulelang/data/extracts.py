"""Finds files that were cut down to a few counties, so that their silence is not taken for the whole state's.

People keep the rows of their own counties, beside files of the whole state. An LEA elsewhere then has rows in one file
and none in the others, and must not be taken to be not rated there. No file says that it was cut down; it shows in the
counties of its LEAs, which are a small part of those in the other files of the same kind and year.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping

from rulelang.core.vocabulary import Vocabulary
from rulelang.diagnostics.plain_data import frozen

FEWEST_COUNTIES = 8
ONE_IN = 4
"""An extract has LEAs of fewer than one county in this many, if there are `FEWEST_COUNTIES` or more."""


@frozen
class Extract:
    """An indicator with rows of LEAs in some counties only, in a year whose files of that kind have `of` counties."""

    year: int
    indicator: str
    counties: frozenset[str]
    of: int


def find_extracts(
    vocabulary: Vocabulary, reported: Mapping[tuple[int, str], Collection[str]], county_of: Callable[[str], str]
) -> Iterator[Extract]:
    """Yield the extracts among indicators, given the codes of the LEAs with rows on each in each year."""
    counties = {key: frozenset(filter(None, map(county_of, codes))) for key, codes in reported.items()}
    for year in sorted({year for year, _ in reported}):
        for kind in vocabulary.indicator_kinds:
            names = [one.name for one in vocabulary.indicators_of(kind.name) if (year, one.name) in counties]
            total = len(frozenset().union(*(counties[year, name] for name in names)))
            for name in names if total >= FEWEST_COUNTIES else ():
                found = counties[year, name]
                if len(found) * ONE_IN < total:
                    yield Extract(year, name, found, total)
