"""Rule file text and places in it.

A place is a pair of offsets into a text; lines and columns are worked out only when something is drawn.
"""

from __future__ import annotations

from bisect import bisect_right
from functools import cached_property

from attrs import field

from rulelang.diagnostics.plain_data import define, frozen


@define(eq=False, slots=False)
class Source:
    """The text of one rule file, as read, under the name shown to people."""

    name: str
    text: str

    @cached_property
    def _line_starts(self) -> list[int]:
        starts = [0]
        starts.extend(offset + 1 for offset, char in enumerate(self.text) if char == "\n")
        return starts

    def line_and_column(self, offset: int) -> tuple[int, int]:
        """Return the line and column of an offset, both counted from 1."""
        line = bisect_right(self._line_starts, offset)
        return line, offset - self._line_starts[line - 1] + 1

    def line(self, number: int) -> str:
        """Return the text of a line, counted from 1, without its line end."""
        start = self._line_starts[number - 1]
        end = self._line_starts[number] - 1 if number < len(self._line_starts) else len(self.text)
        return self.text[start:end].rstrip("\r")


@frozen(repr=False)
class Span:
    """A range of a source, from `start` up to but not including `end`."""

    source: Source = field(eq=False)
    start: int
    end: int

    def __repr__(self) -> str:
        return f"<{self.source.name}:{self.line}>"

    @property
    def text(self) -> str:
        """Return the words underlined."""
        return self.source.text[self.start : self.end]

    @property
    def words(self) -> str:
        """Return the words underlined on one line, with one space between them."""
        return " ".join(self.text.split())

    @property
    def line(self) -> int:
        """Return the line the span starts on, counted from 1."""
        return self.source.line_and_column(self.start)[0]

    @property
    def column(self) -> int:
        """Return the column the span starts in, counted from 1."""
        return self.source.line_and_column(self.start)[1]

    def to(self, other: Span) -> Span:
        """Return the span that covers this one and a later one of the same source."""
        return Span(self.source, min(self.start, other.start), max(self.end, other.end))


@frozen
class DataPlace:
    """A place in a data file: the file, and where known the row (the header is row 1) and the column's name."""

    file: str
    row: int | None = None
    column: str | None = None

    def __str__(self) -> str:
        parts = [self.file]
        if self.row is not None:
            parts.append(f"row {self.row}")
        if self.column is not None:
            parts.append(f"column {self.column}")
        return ", ".join(parts)
