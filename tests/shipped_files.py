"""The shipped rule files: each is parsed once for all tests of a process, until a test puts other text in its place."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pytest

from rulelang.compiler import load
from rulelang.compiler.load import Loader, load_vocabulary
from rulelang.compiler.names import words_of
from rulelang.core.vocabulary import Vocabulary
from rulelang.diagnostics.diagnostic import Reporter
from rulelang.diagnostics.source import Source
from rulelang.syntax import tree as syn
from rulelang.syntax.lexicon import Lexicon
from rulelang.syntax.parse import parse
from tests.structure.python_files import ROOT

RULESETS = ROOT / "rulesets"


@cache
def shipped_words(path: Path = RULESETS / "vocabulary.rules") -> tuple[Vocabulary, Lexicon]:
    """Return a shipped vocabulary, and its words."""
    reporter = Reporter()
    vocabulary = load_vocabulary(path, reporter)
    assert vocabulary is not None
    assert not reporter.diagnostics
    return vocabulary, words_of(vocabulary)


@cache
def _parsed(name: str, text: str, path: Path, measures: tuple[str, ...]) -> syn.File | None:
    """Return the syntax tree of a text in the words of a shipped vocabulary; None if something is wrong with it."""
    reporter = Reporter()
    file = parse(Source(name, text), shipped_words(path)[1], reporter, measures)
    return None if reporter.diagnostics else file


def read_once(patch: pytest.MonkeyPatch) -> None:
    """Let every load take the shipped vocabularies, and what is written in their words, from those before it."""
    vocabulary_of = Loader._vocabulary
    texts = {path: path.read_bytes() for path in RULESETS.rglob("vocabulary.rules")}
    shipped = {path.read_text(encoding="utf-8") for path in RULESETS.rglob("*.rules")}
    words: dict[int, Path] = {}

    def vocabulary(loader: Loader) -> tuple[Vocabulary, Lexicon] | None:
        place = loader.ground.vocabulary if loader.ground is not None else None
        if place in texts and place not in {*loader.vocabularies, *loader.held} and place.read_bytes() == texts[place]:
            loader.vocabularies[place] = shipped_words(place)
            words[id(shipped_words(place)[1])] = place
        return vocabulary_of(loader)

    def parsed(source: Source, lexicon: Lexicon, reporter: Reporter, measures: Iterable[str] = ()) -> syn.File:
        path = words.get(id(lexicon))
        known = None
        if path is not None and source.text in shipped:
            known = _parsed(source.name, source.text, path, tuple(measures))
        return known or parse(source, lexicon, reporter, measures)

    patch.setattr(Loader, "_vocabulary", vocabulary)
    patch.setattr(load, "parse", parsed)
