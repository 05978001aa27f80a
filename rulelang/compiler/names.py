"""The vocabulary's names as the lexer looks them up: each spelling, plural and alias, with the name it stands for."""

from __future__ import annotations

from collections.abc import Iterator

from rulelang.core.vocabulary import Vocabulary
from rulelang.syntax.words import Words


def words_of(vocabulary: Vocabulary) -> Words:
    """Return the words of a vocabulary for the lexer."""
    return Words.of(_names(vocabulary))


def _names(vocabulary: Vocabulary) -> Iterator[tuple[str, str, str]]:
    for scale in vocabulary.scales:
        yield from (("LEVEL", level, level) for level in scale.levels)
    for indicator in vocabulary.indicators:
        yield from (("INDICATOR", name, indicator.name) for name in (indicator.name, *indicator.aliases))
    for group in vocabulary.groups:
        yield from (("GROUP", name, group.name) for name in (group.name, *group.aliases, *group.codes))
    for kind in vocabulary.kinds:
        yield from (("KIND", name, kind.name) for name in (kind.name, kind.plural, *kind.aliases))
    for outcome in vocabulary.outcomes:
        yield from (("OUTCOME", name, outcome.name) for name in (outcome.name, *outcome.aliases))
    for sort in vocabulary.indicator_kinds:
        yield from (("INDICATOR_KIND", f"{sort.name} {noun}", sort.name) for noun in ("indicators", "indicator"))
