"""What an LEA got in earlier years."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from rulelang.core.ruleset import DETERMINATION, LABEL
from rulelang.engine.determination import Determination


@frozen
class EarlierResult:
    """What an LEA got in an earlier year, by the rules of that year or by the list that was published."""

    year: int
    text: str
    is_published: bool


def earlier_results(determination: Determination) -> Iterator[EarlierResult]:
    """Yield what the LEA got in earlier years, latest first: by the rules where they look back, else as published.

    A year of which neither says anything is left out.
    """
    ruleset, evaluation = determination.ruleset, determination.evaluation
    named = {one.name for one in ruleset.vocabulary.outcomes if one.kind in (DETERMINATION, LABEL)}
    for year in sorted((one for one in ruleset.vocabulary.years if one < ruleset.year), reverse=True):
        key = (year, DETERMINATION)
        value = evaluation.value(key, None) if key in ruleset.definitions else None
        facts = determination.record.years.get(year)
        listed = sorted(facts.published.held & named) if facts is not None and facts.published is not None else []
        if isinstance(value, str):
            yield EarlierResult(year, value, is_published=False)
        elif listed:
            yield EarlierResult(year, ", ".join(listed), is_published=True)
