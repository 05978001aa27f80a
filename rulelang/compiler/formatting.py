"""Rule files as canonical text: read, formatted, and written back."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from attrs import frozen

from rulelang.compiler import files
from rulelang.compiler.load import Loader
from rulelang.compiler.locations import VOCABULARY_FILE
from rulelang.diagnostics.diagnostic import Reporter
from rulelang.diagnostics.source import Span
from rulelang.syntax import tree as syn
from rulelang.syntax.format import format_file
from rulelang.syntax.parse import parse_vocabulary
from rulelang.syntax.unparse import BREAK, sentence
from rulelang.syntax.unparse.words import words_in


@frozen
class Formatted:
    """A rule file and its canonical text; `changes` says whether the text is different."""

    path: Path
    text: str
    changes: bool


def formatted(name: str | Path, reporter: Reporter) -> Formatted | None:
    """Return the canonical text of a rule file or vocabulary file given by name or path.

    None, after reports, if a sentence of it cannot be read: a formatter must not lose what it does not understand.
    """
    before = len(reporter.diagnostics)
    path = files.find_ruleset(name, reporter)
    file = _read(path, reporter) if path is not None else None
    if path is None or file is None or len(reporter.diagnostics) > before:
        return None
    text = format_file(file)
    return Formatted(path, text, changes=text.encode() != path.read_bytes())


@frozen
class Sentence:
    """A sentence of a rule file: its place, the author's words, and its canonical form."""

    span: Span
    written: str
    kept: str


def sentences_as_read(name: str | Path, reporter: Reporter) -> list[Sentence] | None:
    """Return the sentences of a rule file that could be read, in order; None, after reports, if there is no file.

    Headings of tables, titles, sources and reasons are not sentences.
    """
    path = files.find_ruleset(name, reporter)
    file = _read(path, reporter) if path is not None else None
    if file is None:
        return None
    said = [
        one
        for one in file.statements
        if not (isinstance(one, _NO_SENTENCES) or (isinstance(one, syn.FileLine) and one.what in _NAMING))
    ]
    notes = [comment.span.start for comment in file.comments]
    return [Sentence(one.span, _written(one.span, notes), sentence(one).replace(BREAK, " ")) for one in said]


def _written(span: Span, comments: Sequence[int]) -> str:
    """Return the author's words on the lines of a statement, including words that the canonical form leaves out."""
    text = span.source.text
    start = text.rfind("\n", 0, span.start) + 1
    end = text.find("\n", span.end)
    end = min([len(text) if end < 0 else end, *(one for one in comments if one >= span.end)])
    return words_in(Span(span.source, start, end))


_NAMING: Final = ("ruleset", "uses", "vocabulary")
_NO_SENTENCES: Final = (
    *(syn.Explanation, syn.Confidence, syn.PriorityLine),
    *(syn.ExampleLine, syn.BandsTable, syn.GridTable, syn.Table),
)


def _read(path: Path, reporter: Reporter) -> syn.File | None:
    """Return the syntax tree of the readable part of a file; None, after reports, if there is nothing to read."""
    if path.name != VOCABULARY_FILE:
        return Loader(reporter).parsed(path)
    source = files.read_source(path, reporter)
    return parse_vocabulary(source, reporter) if source is not None else None
