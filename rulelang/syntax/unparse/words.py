"""Names, numbers and lists in words: the small parts of sentences."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction
from typing import Final

from rulelang.diagnostics.decimals import exact_text
from rulelang.diagnostics.sentences import in_sentence
from rulelang.diagnostics.source import Span
from rulelang.syntax import tree as syn
from rulelang.syntax.keywords import NUMBER_WORDS
from rulelang.syntax.lexicon import folded

BREAK: Final = "\0"
"""Marks where a sentence may continue on another line; otherwise it is a space."""


def name_text(name: syn.Name) -> str:
    """Return a name as the vocabulary writes it, or in the author's words if those are another name for it.

    A priority is always named by its number.
    """
    words = words_in(name.span)
    if words == name.text or name.text.startswith("Priority "):
        return name.text
    return name.text if folded(words) in ([], folded(name.text) if name.known else []) else words


def words_in(span: Span) -> str:
    """Return the author's words, single-spaced; empty if a tree was not made from a text."""
    text = span.text
    if not text.isprintable():
        text = "".join(char for char in text if char.isprintable() or char.isspace())
    return " ".join(text.split())


def number(written: syn.Number) -> str:
    """Return a number in figures, or in letters where the author wrote it so."""
    word = words_in(written.span).casefold()
    return word if word in NUMBER_WORDS else str(written.value)


def ordinal(value: int) -> str:
    """Return the place of a number: `5th`, `21st`."""
    ending = "th" if value % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(value % 10, "th")
    return f"{value}{ending}"


def quoted(text: syn.Text) -> str:
    """Return words in quotation marks."""
    return f'"{text.text}"'


def commas(texts: Sequence[str]) -> str:
    """Return words separated by commas, after which a line may end."""
    return f",{BREAK}".join(texts)


def listed(names: Sequence[syn.Name], joint: str = "and", joints: Sequence[syn.Name] = ()) -> str:
    """Return names in a list with a word, or only commas, between the last two.

    A list that mixes `and` with `or` keeps the author's joints, as only the author knows which is meant.
    """
    words = [name_text(name) for name in names]
    if {"and", "or"} <= {one.text for one in joints}:
        between = [", " if one.text == "," else f" {one.text} " for one in joints]
        return "".join(f"{word}{after}" for word, after in zip(words, [*between, ""], strict=True))
    if joint == ",":
        return ", ".join(words)
    return in_sentence(words, joint)


def joining_word(joints: Sequence[syn.Name], usual: str) -> str:
    """Return the word that joins a list: the author's if there is one, so that no question is answered here."""
    return next((joint.text for joint in reversed(joints) if joint.text != ","), usual)


# ---- exact numbers ----

_NUMERAL: Final = re.compile(r"-?\d+(?:\.\d+|/\d+)?")
_MINUS: Final = re.compile("[\u2010-\u2014\u2212]")


def numeral(value: Fraction, written: str = "") -> str:
    """Return an exact number as its author wrote it, with its last zeros, or else shortest: 45.0, 2/3, -70."""
    found = _NUMERAL.search(_MINUS.sub("-", written))
    if found is not None and Fraction(found.group()) == value:
        return found.group()
    return exact_text(value)


# ---- tables ----


def aligned(rows: Sequence[Sequence[syn.Text]]) -> list[str]:
    """Return the rows of a table as lines with pipes, their cells aligned."""
    columns = max((len(row) for row in rows), default=0)
    widths = [max((len(row[at].text) for row in rows if at < len(row)), default=0) for at in range(columns)]
    padded = ([f" {cell.text:{width}} " for cell, width in zip(row, widths, strict=False)] for row in rows)
    return [f"|{'|'.join(cells)}|" for cells in padded]
