"""Which years of which kinds of indicator a ruleset reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rulelang.core.ruleset import Ruleset
from rulelang.core.tree import Field, walk


def data_needed(ruleset: Ruleset) -> Mapping[int, frozenset[str]]:
    """Return the kinds of indicator that the rules read in each year, oldest year first.

    The ruleset's own year is always there, with every kind, because the files of a year say which LEAs there are.
    """
    needed: dict[int, set[str]] = {ruleset.year: {kind.name for kind in ruleset.vocabulary.indicator_kinds}}
    for year, kind in _read(ruleset):
        needed.setdefault(year, set()).add(kind)
    return {year: frozenset(needed[year]) for year in sorted(needed)}


def _read(ruleset: Ruleset) -> Iterator[tuple[int, str]]:
    fields = {
        node for definition in ruleset.definitions.values() for node in walk(definition.node) if isinstance(node, Field)
    }
    for asked in fields:
        indicator, _ = asked.key
        yield asked.year, ruleset.vocabulary.indicator(indicator).kind
