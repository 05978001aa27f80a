"""Fingerprints: a hash of what a year's rules mean, so that a change of meaning shows and one of layout does not."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from rulelang.core.ruleset import Definition, DefinitionKey
from rulelang.core.vocabulary import Vocabulary


def fingerprint(definitions: Mapping[DefinitionKey, Definition], year: int, vocabulary: Vocabulary) -> str:
    """Return a hash of a year's definitions and of the words they depend on.

    Layout, comments, citations, examples, and which files and columns hold the data have no part in it.
    """
    digest = hashlib.sha256(words_fingerprint(year, vocabulary).encode())
    for key, definition in sorted(definitions.items()):  # The order of definitions means nothing.
        digest.update(f"{key}{definition_fingerprint(definition)}".encode())
    return digest.hexdigest()


def definition_fingerprint(definition: Definition) -> str:
    """Return a hash of one definition's meaning; the trees show no spans."""
    return hashlib.sha256(f"{definition.scope.value}{definition.node}".encode()).hexdigest()


def words_fingerprint(year: int, vocabulary: Vocabulary) -> str:
    """Return a hash of what the vocabulary says of a year beyond the names that stand in the trees."""
    sizes = {
        scale: [(size.students, size.groups, size.kinds) for size in lines if year in size.years]
        for scale, lines in vocabulary.minimum_sizes.items()
    }
    codes = [(layout.of, layout.level_codes) for layout in vocabulary.formats]
    groups = [(group.name, group.codes) for group in vocabulary.groups_in(year)]
    kinds = [(kind.name, kind.code_pattern) for kind in vocabulary.kinds]
    in_files = [(one.name, one.in_files) for one in vocabulary.indicators]
    outcomes = [(one.name, one.kind) for one in vocabulary.outcomes]
    letters = sorted((code, sorted(met)) for code, met in vocabulary.priority_codes.items())
    labels = sorted(vocabulary.determination_codes.items())
    text = repr((groups, kinds, vocabulary.scales, sizes, codes, in_files, outcomes, letters, labels))
    return hashlib.sha256(text.encode()).hexdigest()
