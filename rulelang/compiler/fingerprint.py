"""Fingerprints: hashes of what a year's rules mean. A change of meaning shows, and a change of layout does not."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Final

from rulelang.compiler.files import fingerprint_of
from rulelang.core.ruleset import Definition, DefinitionKey
from rulelang.core.vocabulary import Vocabulary


def fingerprint(definitions: Mapping[DefinitionKey, Definition], year: int, vocabulary: Vocabulary) -> str:
    """Return a hash of a year's definitions and of the words they depend on.

    Layout, comments, citations, examples, and which files and columns hold the data have no part in it.
    """
    words = sorted(words_of_year(definitions, year, vocabulary).items())
    return fingerprint_of(f"{words!r}{definitions_fingerprint(definitions)}")


def definitions_fingerprint(definitions: Mapping[DefinitionKey, Definition]) -> str:
    """Return a hash of the meaning of definitions, whatever their order."""
    return fingerprint_of("".join(f"{key}{definition_fingerprint(one)}" for key, one in sorted(definitions.items())))


def definition_fingerprint(definition: Definition) -> str:
    """Return a hash of one definition's meaning; the trees show no spans."""
    return fingerprint_of(f"{definition.scope.value}{definition.node}")


CODE: Final = "code"
"""The parts of words that only say how files write them: a new code means nothing by itself."""


def words_of_year(
    definitions: Mapping[DefinitionKey, Definition], year: int, vocabulary: Vocabulary
) -> Mapping[str, str]:
    """Return what the vocabulary says about a year beyond the names in the trees, a hash for each of its words.

    Words of other years alone, and outcomes that the rules do not decide, are left out.
    """
    return {word: fingerprint_of(repr(said))[:16] for word, said in _words(definitions, year, vocabulary)}


def _words(
    definitions: Mapping[DefinitionKey, Definition], year: int, vocabulary: Vocabulary
) -> Iterator[tuple[str, object]]:
    known = [one for one in (*vocabulary.years, *vocabulary.suspended) if one <= year]
    yield "Dashboard years", (sorted(known), [one for one in vocabulary.suspended if one <= year])
    for group in vocabulary.groups_counted_in(year):
        yield f"student group {group.name}", group.codes
    shapes: list[str] = []
    for kind in vocabulary.kinds:  # The first shape that fits a code is its kind.
        shapes.append(kind.code_pattern)
        yield f"kind of LEA {kind.name}", tuple(shapes)
        if kind.not_there_before:
            yield f"kind of LEA {kind.name} before its first rows", "not rated"
    reported = [one for one in vocabulary.indicators if one.reported_in(year)]
    for indicator in reported:
        yield f"indicator {indicator.name}", (indicator.in_files, indicator.when_silent)
    used = {name for one in reported for name in one.scales if one.reports(name, year)}
    for scale in (one for one in vocabulary.scales if one.name in used):
        yield f"levels of {scale.name}", (scale.levels, scale.turns)
    for name, sizes in vocabulary.minimum_sizes.items():
        lines = [(size.students, size.groups, size.kinds) for size in sizes if year in size.years]
        yield f"minimum sizes for {name}", lines
    decided = {name for _, name in definitions}
    for outcome in (one for one in vocabulary.outcomes if one.name in decided):
        yield f"outcome {outcome.name}", outcome.kind
    yield from _codes(vocabulary, used)


def _codes(vocabulary: Vocabulary, scales: Collection[str]) -> Iterator[tuple[str, object]]:
    for layout in vocabulary.formats:
        for codes in (one for one in layout.level_codes if one.scale in scales):
            lower = ", where a lower number is better," if codes.lower_is_better else ""
            for code, level in codes.levels.items():
                yield f"{CODE} {code or '(blank)'} of {codes.scale}{lower} in files of {layout.of}", level
    for code, met in vocabulary.priority_codes.items():
        yield f"{CODE} {code} of priorities", sorted(met)
    for code, label in vocabulary.determination_codes.items():
        yield f"{CODE} {code} of determinations", label
    for determination, others in vocabulary.comes_with.items():
        yield f"what comes with {determination}", sorted(others)
