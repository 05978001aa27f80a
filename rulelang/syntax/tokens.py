"""The words and signs of a statement, before the grammar sees them."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import define, field, frozen

from rulelang.diagnostics.source import Source, Span


@frozen
class Token:
    """A word or sign of a statement: the terminal of the grammar, its value, and its place."""

    terminal: str
    value: str
    start: int
    end: int


@define
class RawStatement:
    """The tokens of one statement, and the parentheses in it that were never closed.

    `of_levels` says that it is about performance levels, whose grammar and words are others than those of rules.
    """

    tokens: list[Token] = field(factory=list)
    of_levels: bool = False

    @property
    def depth(self) -> int:
        """Return how many parentheses are open at the end."""
        signs = [token.terminal for token in self.tokens]
        return signs.count("LPAR") - signs.count("RPAR")

    def span(self, source: Source) -> Span:
        """Return the span of the whole statement."""
        return Span(source, self.tokens[0].start, self.tokens[-1].end)


def cells(row: Token) -> Iterator[Token]:
    """Yield the cells of a table's row, each with its own place: apart by pipes, or by tabs as pasted from Excel."""
    mark = "|" if "|" in row.value else "\t"
    body, offset = row.value, row.start
    if body.startswith("|"):
        body, offset = body[1:], offset + 1
    for cell in body.removesuffix("|").split(mark):
        inset = len(cell) - len(cell.lstrip())
        text = cell.strip()
        yield Token("CELL", " ".join(text.split()), offset + inset, offset + inset + len(text))
        offset += len(cell) + 1
