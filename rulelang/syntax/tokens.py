"""The words and signs of a statement, before the grammar sees them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from attrs import define

from rulelang.diagnostics.source import Source, Span
from rulelang.syntax.lexicon import Phrase


class Token(NamedTuple):
    """A word or sign of a statement: the terminal of the grammar, its value, and its place.

    `others` are further meanings that the words have in the lexicon; the parser keeps those that fit.
    """

    terminal: str
    value: str
    start: int
    end: int
    source: Source
    others: Sequence[Phrase] = ()

    def may_be(self, *terminals: str) -> bool:
        """Return whether one of the meanings is one of some terminals."""
        if not self.others:  # as for most words, for which this is asked most often
            return self.terminal in terminals
        return self.terminal in terminals or any(other.terminal in terminals for other in self.others)

    @property
    def keys(self) -> frozenset[str]:
        """Return the terminals that it may be, and its words in small letters."""
        if not self.others:
            return frozenset((self.terminal, self.value.casefold()))
        return frozenset((self.terminal, self.value.casefold(), *(other.terminal for other in self.others)))

    def named(self, terminal: str) -> str:
        """Return the name that the words stand for as a terminal; empty if they are none."""
        if self.terminal == terminal:
            return self.value
        return next((other.name for other in self.others if other.terminal == terminal), "")

    @property
    def span(self) -> Span:
        """Return the span of the words."""
        return Span(self.source, self.start, self.end)

    def to(self, last: Token) -> Span:
        """Return the span from this token to the end of another."""
        return Span(self.source, self.start, last.end)

    def before(self, terminal: str, value: str) -> Token:
        """Return a word or sign that is not in the text, right before this token."""
        return Token(terminal, value, self.start, self.start, self.source)

    def behind(self, terminal: str, value: str) -> Token:
        """Return a word or sign that is not in the text, right behind this token."""
        return Token(terminal, value, self.end, self.end, self.source)


class Word(str):
    """A token as the builder sees it: its value, the terminal that was kept, and the span of its words."""

    __slots__ = ("span", "type")

    type: str
    span: Span

    @classmethod
    def of(cls, terminal: str, value: str, span: Span) -> Word:
        """Return the word of a token in one of its meanings."""
        word = cls(value)
        word.type, word.span = terminal, span
        return word


@define
class RawStatement:
    """The tokens of one statement. `of_levels` says that it is about performance levels and not a rule."""

    tokens: list[Token]
    of_levels: bool = False

    @property
    def depth(self) -> int:
        """Return how many parentheses are open at the end."""
        signs = [token.terminal for token in self.tokens]
        return signs.count("LPAR") - signs.count("RPAR")

    def has(self, terminal: str) -> bool:
        """Return whether some token has a terminal."""
        return any(token.terminal == terminal for token in self.tokens)


def in_parentheses(tokens: Sequence[Token]) -> list[Token]:
    """Return tokens with a parenthesis before and behind them."""
    return [tokens[0].before("LPAR", "("), *tokens, tokens[-1].behind("RPAR", ")")]


def touch(*tokens: Token) -> bool:
    """Return whether tokens are side by side without a space."""
    return all(one.end == other.start for one, other in pairwise(tokens))


def cells(row: str, offset: int, source: Source) -> Iterator[Token]:
    """Yield the cells of a table's row, each with its place: separated by pipes, or by tabs as pasted from Excel."""
    mark = "|" if "|" in row else "\t"
    if row.startswith("|"):
        row, offset = row[1:], offset + 1
    for cell in row.removesuffix("|").split(mark):
        inset = len(cell) - len(cell.lstrip())
        text = cell.strip()
        yield Token("CELL", " ".join(text.split()), offset + inset, offset + inset + len(text), source)
        offset += len(cell) + 1
