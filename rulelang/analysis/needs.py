"""What would settle an answer that cannot be told, in few words, however much is missing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from rulelang.core.ruleset import LABEL, Ruleset
from rulelang.engine.determination import CANNOT_TELL, Determination, MissingFact, missing_facts

FEW: Final = 3
"""Up to how many student groups, or indicators, are named; of more only their number or their kind is."""


def needs(determination: Determination) -> Iterator[str]:
    """Yield what would settle the determination, or where that can be told, the label and the referrals."""
    facts = determination.settle
    if determination.outcome != CANNOT_TELL:
        untold = [LABEL] if determination.label == CANNOT_TELL else []
        untold.extend(name for name, answer in determination.referrals.items() if answer is None)
        facts = missing_facts(determination.evaluation, *untold)
    yield from in_few_words(facts, determination.ruleset)


def in_few_words(facts: Iterable[MissingFact], ruleset: Ruleset) -> Iterator[str]:
    """Yield the missing facts, those of many student groups together.

    Where many indicators of a kind are missing for many student groups, only the kind and the year are named.
    """
    kinds = {indicator.name: indicator.kind for indicator in ruleset.vocabulary.indicators}
    groups: dict[tuple[int, str, str], list[str | None]] = {}
    for fact in facts:
        groups.setdefault((fact.year, fact.indicator, fact.scale), []).append(fact.group)
    wide: dict[tuple[int, str], set[str]] = {}
    for (year, indicator, _), named in groups.items():
        if len(named) > FEW or named == [None]:
            wide.setdefault((year, kinds[indicator]), set()).add(indicator)
    whole = [place for place, indicators in wide.items() if len(indicators) > FEW]
    yield from (f"the {kind} indicators of {year}" for year, kind in whole)
    for (year, indicator, scale), named in groups.items():
        if (year, kinds[indicator]) not in whole:
            yield from _of_indicator(f"{indicator} {scale}", named, year)


def _of_indicator(what: str, groups: list[str | None], year: int) -> Iterator[str]:
    if len(groups) > FEW:
        yield f"{what} of {len(groups)} student groups in {year}"
    else:
        yield from (f"{what} of {group} in {year}" if group else f"{what} in {year}" for group in groups)
