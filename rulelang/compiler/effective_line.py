"""One line of the effective text of a year, and the lines that are the same for rules, levels and examples."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from attrs import frozen

from rulelang.diagnostics.source import Span
from rulelang.syntax import tree as syn
from rulelang.syntax.unparse import BREAK, sentence

INDENT: Final = "  "


@frozen
class EffectiveLine:
    """One line of the effective text; `origin` is the file and line it is in, empty for lines made for the text."""

    text: str
    origin: str = ""


def clause_lines(cites: Sequence[str], because: str | None, indent: str) -> Iterator[EffectiveLine]:
    """Yield what a sentence cites, and its reason."""
    yield from (EffectiveLine(f'{indent}cites "{text}"') for text in cites)
    if because:
        yield EffectiveLine(f'{indent}because "{because}"')


def one_line(statement: syn.Statement) -> str:
    """Return a statement as canonical text on one line."""
    return sentence(statement).replace(BREAK, " ")


def line_of(span: Span) -> str:
    """Return the file and line of a place."""
    return f"{span.source.name}:{span.line}"
