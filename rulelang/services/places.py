"""Places as editors count them: lines and columns from 0, in the text as it was written."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import Final

from rulelang.diagnostics.plain_data import define, frozen
from rulelang.diagnostics.source import Source, Span
from rulelang.syntax.plain_text import JOINERS, plain

_LINE_END: Final = re.compile(r"\r\n|\r|\n")


@frozen(order=True)
class Position:
    """A place between two characters: a line and a column, both counted from 0, the column in characters."""

    line: int
    column: int


@frozen
class Range:
    """A stretch of text, from `start` up to but not including `end`."""

    start: Position
    end: Position


@frozen
class Place:
    """A stretch of the text of a file."""

    path: Path
    range: Range


@frozen
class TextEdit:
    """A change of a file: the text of a place is replaced by `text`."""

    place: Place
    text: str


@define(eq=False, slots=False)
class Text:
    """The text of a rule file as an editor holds it, and the source that the compiler makes of it.

    The source has one kind of line end and no invisible characters in its words, so that its offsets may differ.
    """

    path: Path
    written: str
    name: str

    @cached_property
    def source(self) -> Source:
        """Return the text as the compiler reads it."""
        return Source(self.name, plain(self.written))

    @cached_property
    def _line_starts(self) -> list[int]:
        return [0, *(found.end() for found in _LINE_END.finditer(self.written))]

    @cached_property
    def _written_offsets(self) -> list[int] | None:
        """Return where each character of the source is written, None if that is its own offset."""
        if len(self.source.text) == len(self.written):
            return None
        skipped = {at for found in JOINERS.finditer(self.written) for at in range(*found.span())}
        skipped |= {found.end() - 1 for found in re.finditer("\r\n", self.written)}
        return [at for at in range(len(self.written) + 1) if at not in skipped]

    def position(self, offset: int) -> Position:
        """Return the position of an offset of the source."""
        at = min(offset, len(self.source.text))
        written = self._written_offsets[at] if self._written_offsets is not None else at
        line = bisect_right(self._line_starts, written) - 1
        return Position(line, written - self._line_starts[line])

    def offset(self, position: Position) -> int:
        """Return the offset of the source that a position has; one behind the end of a line or the text is the end."""
        written = self._written_offset(position)
        return written if self._written_offsets is None else bisect_left(self._written_offsets, written)

    def _written_offset(self, position: Position) -> int:
        if position.line >= len(self._line_starts):
            return len(self.written)
        start = self._line_starts[position.line]
        end = _LINE_END.search(self.written, start)
        return min(start + max(position.column, 0), end.start() if end is not None else len(self.written))

    def line(self, number: int) -> str:
        """Return a line as written, counted from 0, without its end; empty behind the last."""
        if number >= len(self._line_starts):
            return ""
        start = self._line_starts[number]
        return self.written[start : self._written_offset(Position(number, len(self.written)))]

    def edited(self, edits: Iterable[TextEdit]) -> str:
        """Return the text as written after those of some edits that are of this file; none of them may overlap."""
        text = self.written
        own = [one for one in edits if one.place.path == self.path]
        for edit in sorted(own, key=lambda one: one.place.range.start, reverse=True):
            start, end = (self._written_offset(one) for one in (edit.place.range.start, edit.place.range.end))
            text = text[:start] + edit.text + text[end:]
        return text

    def range(self, start: int, end: int) -> Range:
        """Return the range between two offsets of the source."""
        return Range(self.position(start), self.position(end))

    def range_of(self, span: Span) -> Range:
        """Return the range of a span of the source."""
        return self.range(span.start, span.end)

    def place(self, span: Span) -> Place:
        """Return the place of a span of the source."""
        return Place(self.path, self.range_of(span))

    @property
    def whole(self) -> Range:
        """Return the range of all of it."""
        return self.range(0, len(self.source.text))
