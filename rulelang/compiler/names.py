"""The vocabulary's names for the lexer: each spelling, plural and alias, with the name it stands for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from attrs import evolve

from rulelang.compiler import files
from rulelang.compiler.locations import NOTHING_HELD, Held
from rulelang.core.vocabulary import Vocabulary
from rulelang.diagnostics.diagnostic import Reporter
from rulelang.syntax.lexicon import Lexicon
from rulelang.syntax.measure_names import measure_names


def words_of(vocabulary: Vocabulary) -> Lexicon:
    """Return the words of a vocabulary for the lexer."""
    titles = {priority.number: priority.name for priority in vocabulary.priorities}
    lexicon = Lexicon.of(_names(vocabulary), vocabulary.other_words)
    return evolve(lexicon, titles=titles, vocabulary=vocabulary.name)


def _names(vocabulary: Vocabulary) -> Iterator[tuple[str, str, str]]:
    for scale in vocabulary.scales:
        yield "SCALE", scale.name, scale.name
        yield from (("LEVEL", level, level) for level in scale.levels)
    for indicator in vocabulary.indicators:
        yield from (("INDICATOR", name, indicator.name) for name in (indicator.name, *indicator.aliases))
    for group in vocabulary.groups:
        yield from (("GROUP", name, group.name) for name in (group.name, *group.aliases, *group.codes))
    for kind in vocabulary.kinds:
        yield from (("KIND", name, kind.name) for name in (kind.name, kind.plural, *kind.aliases))
    for priority in vocabulary.priorities:
        yield from (("OUTCOME", name, f"Priority {priority.number}") for name in priority.aliases)
    for outcome in vocabulary.outcomes:
        yield from (("OUTCOME", name, outcome.name) for name in (outcome.name, *outcome.aliases))
    for sort in vocabulary.indicator_kinds:
        yield from (("INDICATOR_KIND", f"{sort.name} {noun}", sort.name) for noun in ("indicators", "indicator"))
    for number in vocabulary.numbers:
        yield from (("NUMBER_NAME", name, number.name) for name in (number.name, *number.aliases))


def measures_of_bases(bases: Iterable[Path], words: Lexicon, held: Held = NOTHING_HELD) -> tuple[str, ...]:
    """Return the names of the measures that the bases of a rule file declare, in the order of the bases.

    What is wrong with a base is not reported here, but when the base itself is read.
    """
    texts = (files.read_source(base, Reporter(), held) for base in bases)
    return tuple(dict.fromkeys(name for text in texts if text is not None for name in measure_names(text, words)))
