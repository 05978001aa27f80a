"""Finds the entities that belong to nothing, in the data, of a kind that rules ask about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from rulelang.core.record import LeaRecord
from rulelang.core.ruleset import Ruleset
from rulelang.core.tree import Owner, relates, walk
from rulelang.diagnostics.catalogue import run as say
from rulelang.diagnostics.diagnostic import Diagnostic
from rulelang.engine.families import families_of


def without_owner(ruleset: Ruleset, records: Sequence[LeaRecord]) -> Iterator[Diagnostic]:
    """Yield a warning for each kind of entity that rules look up and some entities below it do not have."""
    words = ruleset.vocabulary
    nodes = walk(*(definition.node for definition in ruleset.definitions.values()))
    asked = {node.over.kind for node in nodes if relates(node) and isinstance(node.over, Owner)}
    if not asked:
        return
    alone: dict[tuple[str, str], list[str]] = defaultdict(list)
    for order, families in families_of(words, records):
        rows = [records[place] for place in order]
        for row, record in enumerate(rows):
            there = {rows[above].kind for above in families.above(row)}
            for owner in asked.intersection(words.above(record.kind)) - there:
                alone[owner, record.kind].append(record.code)
    for (owner, kind), codes in sorted(alone.items()):
        called = kind if len(codes) == 1 else words.kind(kind).plural
        yield say.belongs_to_none(len(codes), called, owner, min(codes))
