"""Finds the entities that belong to nothing, in the data, of a kind that rules ask about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from attrs import evolve

from rulelang.core.record import LeaRecord
from rulelang.core.ruleset import Ruleset
from rulelang.core.tree import Belonging, Node, Owner, children, reference, relates
from rulelang.data.report import DataSet
from rulelang.diagnostics.catalogue import run as say
from rulelang.diagnostics.diagnostic import Diagnostic
from rulelang.engine.families import families_of


def with_owners_missing(ruleset: Ruleset, data: DataSet) -> DataSet:
    """Return data that also say which entities belong to nothing of a kind that rules ask about."""
    return evolve(data, diagnostics=(*data.diagnostics, *without_owner(ruleset, data.records)))


def without_owner(ruleset: Ruleset, records: Sequence[LeaRecord]) -> Iterator[Diagnostic]:
    """Yield a warning for each kind of owner that rules ask some entities for, and that these do not have."""
    words, asked = ruleset.vocabulary, _asked(ruleset)
    if not asked:
        return
    alone: dict[tuple[str, str], list[str]] = defaultdict(list)
    for order, families in families_of(words, records):
        rows = [records[place] for place in order]
        for row, record in enumerate(rows):
            there = {rows[above].kind for above in families.above(row)}
            for owner in asked.get(record.kind, set()) - there:
                alone[owner, record.kind].append(record.code)
    for (owner, kind), codes in sorted(alone.items()):
        called = kind if len(codes) == 1 else words.kind(kind).plural
        yield say.belongs_to_none(len(codes), called, owner, min(codes))


def _asked(ruleset: Ruleset) -> Mapping[str, set[str]]:
    """Return, by kind of entity, the kinds of what it belongs to that rules ask about when they are asked of it."""
    words, found = ruleset.vocabulary, defaultdict[str, set[str]](set)
    every = tuple(kind.name for kind in words.kinds)
    named = [(rule.name, rule.kinds) for rule in ruleset.rules]
    named += [(rule.definition, rule.kinds) for rule in ruleset.levels]
    waiting: list[tuple[Node, tuple[str, ...]]] = [
        (ruleset.definitions[ruleset.year, name].node, kinds or every) for name, kinds in named
    ]
    followed = set()
    while waiting:
        node, kinds = waiting.pop()
        key = reference(node)
        if key is not None and (key, kinds) not in followed:
            followed.add((key, kinds))
            waiting.append((ruleset.definitions[key].node, kinds))
        if relates(node) and isinstance(node.over, Belonging | Owner):
            if isinstance(node.over, Owner):
                for kind in kinds:
                    found[kind] |= {node.over.kind}.intersection(words.above(kind))
            kinds = (node.over.kind,)
        waiting.extend((child, kinds) for child in children(node))
    return found
