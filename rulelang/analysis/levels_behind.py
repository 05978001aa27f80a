"""From a determination on to the counts: which of the levels it rests on were worked out, and how."""

from __future__ import annotations

from collections.abc import Iterator

from rulelang.analysis.chaining import Chained
from rulelang.core.vocabulary import Scope
from rulelang.engine.determination import Determination
from rulelang.engine.levels import LevelResult
from rulelang.engine.trace import Occurrence, field_of, leaves, occurrence_of


def levels_behind(
    determination: Determination, group: str | None, indicator: str | None, chained: Chained
) -> Iterator[LevelResult]:
    """Yield how the levels come about on which the rules that hold rest, for one student group or for all.

    Where an indicator is named, its levels in the year are given instead, whatever rests on them. Each is given once;
    a level that no ruleset works out is not among them.
    """
    asked: dict[tuple[int, str, str], None] = {}
    for result in determination.groups:
        if group not in (None, result.group.name):
            continue
        if indicator is not None:
            asked[determination.year, indicator, result.group.name] = None
            continue
        index = determination.evaluation.prepared.group_index[result.group.name]
        for rule in result.rules:
            part = occurrence_of(determination.evaluation, (determination.year, rule), index)
            asked.update(dict.fromkeys((year, indicator, result.group.name) for year, indicator in _read(part)))
    for year, about, name in asked:
        found = chained.result(determination.record.code, year, about, name)
        if found is not None:
            yield found


def _read(part: Occurrence) -> Iterator[tuple[int, str]]:
    """Yield the year and indicator of each level of a student group that decides a rule."""
    for leaf in leaves(part):
        asked = field_of(leaf.part) if leaf.decides else None
        if asked is not None and asked.scope is Scope.GROUP:
            yield asked.year, asked.key[0]
