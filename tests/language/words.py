"""The words of the vocabulary of this folder, as the lexer and the compiler look them up."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from rulelang.compiler.load import load_vocabulary
from rulelang.compiler.names import words_of
from rulelang.core.vocabulary import Vocabulary
from rulelang.diagnostics.diagnostic import Reporter


def _loaded() -> Vocabulary:
    vocabulary = load_vocabulary(Path(__file__).parent / "vocabulary.rules", Reporter())
    assert vocabulary is not None
    return vocabulary


SMALL: Final = _loaded()
WORDS: Final = words_of(SMALL)
