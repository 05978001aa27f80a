"""The vocabulary's names for the lexer: each spelling, plural and alias, with the name it stands for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from attrs import evolve

from rulelang.compiler import files
from rulelang.compiler.locations import NOTHING_HELD, Held
from rulelang.core.vocabulary import Vocabulary
from rulelang.diagnostics.diagnostic import Reporter
from rulelang.syntax.lexicon import Lexicon, measure_names


def words_of(vocabulary: Vocabulary) -> Lexicon:
    """Return the words of a vocabulary for the lexer."""
    titles = {priority.number: priority.name for priority in vocabulary.priorities}
    lexicon = Lexicon.of(_spelled(vocabulary), vocabulary.other_words)
    return evolve(lexicon, titles=titles, vocabulary=vocabulary.name)


def names_of(vocabulary: Vocabulary) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Yield each name of a vocabulary, with the terminal of the grammar that it is and what else it is called."""
    for scale in vocabulary.scales:
        yield "SCALE", scale.name, ()
        yield from (("LEVEL", level, ()) for level in scale.levels)
    yield from (("INDICATOR", one.name, one.aliases) for one in vocabulary.indicators)
    yield from (("GROUP", one.name, (*one.aliases, *one.codes)) for one in vocabulary.groups)
    yield from (("KIND", one.name, (one.plural, *one.aliases)) for one in vocabulary.kinds)
    yield from (("PRIORITY", f"Priority {one.number}", one.aliases) for one in vocabulary.priorities)
    yield from (("OUTCOME", one.name, one.aliases) for one in vocabulary.outcomes)
    yield from (("INDICATOR_KIND", one.name, ()) for one in vocabulary.indicator_kinds)
    yield from (("NUMBER_NAME", one.name, one.aliases) for one in vocabulary.numbers)


def _spelled(vocabulary: Vocabulary) -> Iterator[tuple[str, str, str]]:
    """Yield each way in which a name is written: a priority, whose number the grammar reads, by its other names."""
    for terminal, name, others in names_of(vocabulary):
        match terminal:
            case "PRIORITY":
                yield from (("OUTCOME", one, name) for one in others)
            case "INDICATOR_KIND":
                yield from ((terminal, f"{name} {noun}", name) for noun in ("indicators", "indicator"))
            case _:
                yield from ((terminal, one, name) for one in (name, *others))


def measures_of_bases(bases: Iterable[Path], words: Lexicon, held: Held = NOTHING_HELD) -> tuple[str, ...]:
    """Return the names of the measures that the bases of a rule file declare, in the order of the bases.

    What is wrong with a base is not reported here, but when the base itself is read.
    """
    texts = (files.read_source(base, Reporter(), held) for base in bases)
    return tuple(dict.fromkeys(name for text in texts if text is not None for name in measure_names(text, words)))
