"""Which years of which kinds of indicator a ruleset reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rulelang.core.ruleset import Ruleset
from rulelang.core.tree import Get, walk


def data_needed(ruleset: Ruleset) -> Mapping[int, frozenset[str]]:
    """Return the kinds of indicator that the rules read in each year, oldest year first.

    The ruleset's own year is always there, with every kind, because the files of a year say which LEAs there are; where
    rules work out levels, those of the kinds they read do.
    """
    every = {kind.name for kind in ruleset.vocabulary.indicator_kinds}
    needed: dict[int, set[str]] = {ruleset.year: set() if ruleset.levels else set(every)}
    for year, indicator in _read(ruleset):
        kinds = {ruleset.vocabulary.indicator(indicator).kind} if indicator else every
        needed.setdefault(year, set()).update(kinds)
    return {year: frozenset(needed[year]) for year in sorted(needed)}


def _read(ruleset: Ruleset) -> Iterator[tuple[int, str]]:
    """Yield each year and indicator read, an empty name for numbers that belong to none."""
    fields = {
        node for definition in ruleset.definitions.values() for node in walk(definition.node) if isinstance(node, Get)
    }
    return ((asked.year, asked.key[0]) for asked in fields)
