"""How many entities there are, and what they are called, in the vocabulary's words: of each of several kinds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

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


def called(rules: Ruleset, by_kind: Mapping[str, int]) -> str:
    """Return what those that are counted together are called."""
    kinds = [kind.plural for kind in rules.vocabulary.kinds if by_kind.get(kind.name)]
    return in_sentence(kinds) if rules.relates and kinds else rules.entities
