"""What would settle an unknown answer, in few words, however much is missing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from rulelang.analysis.result_tables import JOINT
from rulelang.core.ruleset import Ruleset
from rulelang.core.vocabulary import Scope
from rulelang.engine.columns import places_of
from rulelang.engine.determination import FactAsked, facts_in_order
from rulelang.engine.meaning import FieldAsked, fields_needed
from rulelang.engine.missing import MissingFact, missing_text
from rulelang.engine.result_columns import ResultColumns, packed

FEW: Final = 3
"""Up to how many student groups, or indicators, are named; of more only their number or their kind is."""


def needs_of_batch(columns: ResultColumns) -> Iterator[tuple[str, Iterable[int]]]:
    """Yield what would settle determinations, or where they are known labels and referrals: each text with its LEAs."""
    batch = columns.batch
    asked, sets = list[FactAsked](), list[int]()
    for field, rows in _needed(columns).items():
        of_lea = batch.prepared.steps[field[0]].scope is Scope.LEA
        asked.extend((field, index) for index in ([-1] if of_lea else range(len(batch.prepared.groups))))
        sets.extend([rows] if of_lea else batch.shape.lanes(rows))
    alike: dict[tuple[int, ...], list[int]] = {}
    for lea, key in enumerate(zip(*packed(sets, columns.size), strict=True)):
        alike.setdefault(key, []).append(lea)
    for key, leas in alike.items():
        missing = [asked[at] for at in places_of(int.from_bytes(bytes(key), "little"))]
        if missing:
            facts = facts_in_order(batch.prepared, missing)
            yield JOINT.join(in_few_words(facts, batch.prepared.ruleset)), leas


def _needed(columns: ResultColumns) -> dict[FieldAsked, int]:
    """Return the fields that could settle what is unknown, each with its rows."""
    batch, found = columns.batch, dict[FieldAsked, int]()
    for asked, leas in columns.open_steps().items():
        everyone = batch.shape.spread(leas)
        for field, rows in fields_needed(batch.prepared, batch.facts, batch.columns, asked, leas).items():
            mine = leas if batch.prepared.steps[field[0]].scope is Scope.LEA else everyone
            found[field] = found.get(field, 0) | rows & mine
    return found


def in_few_words(facts: Iterable[MissingFact], ruleset: Ruleset) -> Iterator[str]:
    """Yield the missing facts, those of many student groups together.

    Where many indicators of a kind are missing for many student groups, only the kind and the year are named.
    """
    kinds = {"": "", **{indicator.name: indicator.kind for indicator in ruleset.vocabulary.indicators}}
    groups: dict[tuple[int, str, str], list[str | None]] = {}
    for fact in facts:
        groups.setdefault((fact.year, fact.indicator, fact.what), []).append(fact.group)
    wide: dict[tuple[int, str], set[str]] = {}
    for (year, indicator, _), named in groups.items():
        if indicator and (len(named) > FEW or named == [None]):
            wide.setdefault((year, kinds[indicator]), set()).add(indicator)
    whole = [place for place, indicators in wide.items() if len(indicators) > FEW]
    yield from (f"the {kind} indicators of {year}" for year, kind in whole)
    for (year, indicator, scale), named in groups.items():
        if (year, kinds[indicator]) not in whole:
            of_whom = [f"{len(named)} student groups"] if len(named) > FEW else named
            yield from (missing_text(indicator, scale, whom or "", year) for whom in of_whom)
