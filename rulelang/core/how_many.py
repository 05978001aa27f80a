"""How many entities there are, and what they are called, in the vocabulary's words: of each of several kinds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from rulelang.core.record import LeaRecord
from rulelang.core.ruleset import Ruleset
from rulelang.core.vocabulary import Vocabulary
from rulelang.diagnostics.catalogue.quote import count
from rulelang.diagnostics.sentences import in_sentence


def kinds_of(records: Iterable[LeaRecord]) -> Mapping[str, int]:
    """Return how many records there are of each kind."""
    return Counter(record.kind for record in records)


def how_many(rules: Ruleset, by_kind: Mapping[str, int]) -> str:
    """Return how many there are, in the vocabulary's words: of each kind, where the rules relate them."""
    if not rules.relates:
        return count(sum(by_kind.values()), rules.entity, rules.entities)
    return how_many_of_each(rules.vocabulary, by_kind)


def how_many_of_each(vocabulary: Vocabulary, by_kind: Mapping[str, int]) -> str:
    """Return how many there are of each kind; those of a kind that the vocabulary does not have are just entities."""
    kinds = [kind for kind in vocabulary.kinds if by_kind.get(kind.name)]
    others = sum(by_kind.values()) - sum(by_kind[kind.name] for kind in kinds)
    texts = [count(by_kind[kind.name], kind.name, kind.plural) for kind in kinds]
    if others or not texts:
        texts.append(count(others, vocabulary.entity, vocabulary.entities))
    return in_sentence(texts)


def called(
    rules: Ruleset,
    kinds: Collection[str] | None = None,
    *,
    name: Callable[[str], str] = str,
    either: Callable[[Sequence[str]], str] = lambda words: in_sentence(words, "or"),
    listed: Callable[[Sequence[str]], str] = in_sentence,
) -> tuple[str, str]:
    """Return what one entity of some kinds is called, and what several are: by all kinds, if rules relate these.

    Without `kinds` that is any entity that rules decide about, for which the vocabulary may have a word that is not
    that of one kind. `name` gives a word in a language, in which `kinds` are too; `either` and `listed` join several.
    """
    every, words = rules.vocabulary.kinds, rules.vocabulary if rules.relates else rules
    some = [kind for kind in every if kinds is None or name(kind.name) in kinds]
    has_word = kinds is None and all(kind.name != words.entity for kind in every)
    if not rules.relates or not some or has_word:
        return name(words.entity), name(words.entities)
    return either([name(kind.name) for kind in some]), listed([name(kind.plural) for kind in some])
