"""Draws lines of a source with words written under stretches of them.

Diagnostics and explanations share this one drawing: a diagnostic writes what is wrong under the words it is about, an
explanation writes the LEA's values there. The drawing works in four steps, each a plain value: which rows are shown
(`_rows`), what each row looks like on a screen (`_Picture`), the underline, and the words below it, stacked from the
right so that no word crosses the line that leads to another.

A screen has columns, not characters: a tab fills up to the next multiple of four, East Asian letters take two columns,
accents none. Nothing here looks at more of a line than fits the screen a few times over, so that a line of ten
megabytes costs no more than a short one.
"""

from __future__ import annotations

import re
import textwrap
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from attrs import evolve

from rulelang.diagnostics.plain_data import frozen
from rulelang.diagnostics.source import Source, Span

_TAB = 4
_SHOWN_LINES = 6  # of a stretch over more lines, only the first and last few are drawn
_GAP = 2  # columns between the words of two marks in one row
_READABLE = 40  # columns that words get, moved to the left where their mark is too far right for it
_NARROWEST = 12  # columns that words are broken to at least
_WORD = re.compile(r"\S+")
_WORD_OR_OUTCOME = re.compile(r"(?:→|->)(?:\s+\S+){1,3}|\S+")  # an arrow stays with the words it points to

STYLES = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "blue": "34", "cyan": "36"}
"""The styles a terminal can show, with their ANSI numbers."""


@frozen
class Mark:
    """Words to write under a stretch of a source; `underline` is the character drawn under the stretch itself."""

    span: Span
    text: str = ""
    underline: str = "^"
    style: str = ""


@frozen
class Screen:
    """What is drawn on: how many columns it has, and whether it shows color and in which folders files are."""

    width: int = 80
    color: bool = False
    folders: bool = True

    def paint(self, text: str, style: str) -> str:
        """Return the text in the styles named, separated by spaces; the text itself where there is no color."""
        if not self.color or not style or not text:
            return text
        return f"\x1b[{';'.join(STYLES[name] for name in style.split())}m{text}\x1b[0m"


def plain(text: str) -> str:
    """Return the text on one line with nothing in it that could move a terminal's cursor."""
    return text if text.isprintable() else "".join(map(_shown, text))


def wrapped(text: str, width: int, lead: str = "", later: str | None = None) -> list[str]:
    """Return a text in lines of at most `width` columns, and never fewer than 40.

    `lead` begins the first line and `later` the others, which are otherwise indented by two columns more.
    """
    return textwrap.wrap(
        text,
        max(width, 40),
        initial_indent=lead,
        subsequent_indent=" " * (len(lead) + 2) if later is None else later,
        break_long_words=False,
        break_on_hyphens=False,
    )


def joined(blocks: Iterable[Sequence[str]]) -> str:
    """Return blocks of lines as one text with a blank line between them, without those that are empty."""
    return "\n\n".join("\n".join(block) for block in blocks if block)


def titled(text: str, screen: Screen) -> list[str]:
    """Return a title with a rule below it, so that it is seen without color too."""
    lines = wrapped(text, screen.width)
    rule = "─" * max(columns_of(line) for line in lines)
    return [*(screen.paint(line, "bold") for line in lines), screen.paint(rule, "dim")]


def columns_of(text: str) -> int:
    """Return how many columns of a screen a text without tabs takes."""
    return len(text) if text.isascii() else sum(map(_char_width, text))


def draw(
    marks: Sequence[Mark],
    screen: Screen,
    *,
    sentence: Span | None = None,
    beside: bool = True,
    gutter: int | None = None,
) -> list[str]:
    """Return the lines of a drawing of one source, as wide as the screen at most wherever the words allow it.

    Without `sentence` the lines that the marks touch are drawn whole, and cut with `…` where they are too long. With
    `sentence` that stretch is drawn, every word of it, broken over several rows where needed. `beside` puts the words
    of the right-most mark next to its underline where they fit. `gutter` is the width of the line number column.
    """
    canvas = _Canvas(screen, gutter if gutter is not None else gutter_width(marks, sentence), beside)
    drawn: list[str] = []
    previous: _Row | None = None
    for row in _rows(marks, sentence, canvas.room):
        if previous is not None and row.number is not None and row.number > previous.line + 1:
            drawn.append("...")
        drawn += _draw_row(row, [mark for mark in marks if row.touches(mark.span)], canvas)
        previous = row
    return drawn


def gutter_width(marks: Iterable[Mark], sentence: Span | None = None) -> int:
    """Return how many digits the line numbers of a drawing take."""
    spans = [mark.span for mark in marks] + ([sentence] if sentence else [])
    return max((len(str(span.source.line_and_column(_last(span))[0])) for span in spans), default=1)


@frozen
class _Canvas:
    """The screen, the width of the line number column on it, and where the words of a mark go."""

    screen: Screen
    gutter: int
    beside: bool

    @property
    def room(self) -> int:
        """Return how many columns are left for the text."""
        return max(self.screen.width - self.gutter - 4, 20)


# ---- Which rows are shown ----


@frozen
class _Row:
    """A stretch of one line that is drawn in one row; `number` is None if it carries on the row above.

    Up to `reach` marks are its own, though past `end` there is nothing to see: a line end, the space at a break.
    """

    source: Source
    line: int
    start: int
    end: int
    reach: int
    indent: int = 0

    @property
    def number(self) -> int | None:
        return None if self.indent else self.line

    def touches(self, span: Span) -> bool:
        return span.start < self.reach and self.start < max(span.end, span.start + 1)

    def ends(self, span: Span) -> bool:
        """Return whether this is the row under which the words of a mark are written."""
        return self.touches(span) and _last(span) < self.reach


def _last(span: Span) -> int:
    return max(span.start, span.end - 1)


def _rows(marks: Sequence[Mark], sentence: Span | None, room: int) -> list[_Row]:
    found: dict[tuple[int, int], _Row] = {}
    if sentence is not None:
        for row in _lines(sentence):
            for piece in _broken(_clipped(row, sentence), room):
                found[piece.line, piece.start] = piece
    covered = {line for line, _ in found}
    for mark in marks:
        for row in _lines(mark.span):
            if row.line not in covered:
                found[row.line, row.start] = row
    return [found[key] for key in sorted(found)]


def _lines(span: Span) -> Iterator[_Row]:
    first, last = _line_at(span.source, span.start), _line_at(span.source, _last(span))
    yield first
    if last.line - first.line < _SHOWN_LINES:
        row = first
        while row.line < last.line:
            row = _line_at(span.source, span.source.text.index("\n", row.end) + 1)
            yield row
    else:
        yield _line_at(span.source, span.source.text.index("\n", first.end) + 1)
        yield last


def _line_at(source: Source, offset: int) -> _Row:
    text = source.text
    start = text.rfind("\n", 0, offset) + 1
    end = text.find("\n", offset)
    end = len(text) if end < 0 else end
    reach = end + 1
    if end > start and text[end - 1] == "\r":
        end -= 1
    return _Row(source, source.line_and_column(start)[0], start, end, reach)


def _clipped(row: _Row, sentence: Span) -> _Row:
    start, end = max(row.start, sentence.start), min(row.end, sentence.end)
    return evolve(row, start=start, end=max(start, end), reach=row.reach if end == row.end else end)


def _broken(row: _Row, room: int) -> Iterator[_Row]:
    """Yield the row in pieces that fit, broken between words."""
    text = row.source.text[row.start : row.end]
    if len(text) > 50 * room or _end_column(text) <= room:
        yield row
        return
    start, indent = row.start, 0
    end = start
    words = list(_WORD_OR_OUTCOME.finditer(text))
    if any(_end_column(word[0]) > room // 2 for word in words):
        words = list(_WORD.finditer(text))
    for word in words:
        following, word_end = row.start + word.start(), row.start + word.end()
        if following > start and _end_column(row.source.text[start:word_end], indent) > room:
            yield evolve(row, start=start, end=end, reach=following, indent=indent)
            start, indent = following, 4
        end = word_end
    yield evolve(row, start=start, end=end, indent=indent)


def _end_column(text: str, column: int = 0) -> int:
    """Return the column at which a text ends that begins at a column: its tabs reach from there to their stops."""
    for char in text:
        column += _TAB - column % _TAB if char == "\t" else _char_width(char)
    return column


# ---- What a row looks like ----


@frozen
class _Picture:
    """A row as it is on the screen: its text, and the column of each offset from `start` on."""

    text: str
    start: int
    columns: tuple[int, ...]

    def column(self, offset: int) -> int:
        return self.columns[min(max(offset - self.start, 0), len(self.columns) - 1)]


def _picture(row: _Row, marks: Sequence[Mark], room: int) -> _Picture:
    text = row.source.text
    low = min((max(mark.span.start, row.start) for mark in marks), default=row.start)
    low = min(low, row.end)  # a mark may be past what is seen of its row
    high = max((min(mark.span.end, row.end) for mark in marks), default=row.start)
    high = max(low, min(high, low + room))
    start, end = max(row.start, low - 2 * room), min(row.end, high + 2 * room)
    shown, columns = _spread(text[start:end], row.indent)
    whole = (start, end) == (row.start, row.end)
    if whole and columns[-1] <= room:
        return _Picture("".join(shown), start, tuple(columns))
    first = 0
    if start > row.start or columns[high - start] > room - 1:
        first = max(0, columns[low - start] - room // 4)
    left = next(index for index, column in enumerate(columns) if column >= first)
    origin = columns[left] if left else 0  # what is shown of the first character begins with the indent
    right = left
    while right < len(shown) and columns[right + 1] - origin <= room - 2:
        right += 1
    before = "…" if start + left > row.start else ""
    after = "…" if start + right < row.end else ""
    shift = len(before) - origin
    cut = tuple(column + shift for column in columns[left : right + 1])
    return _Picture(before + "".join(shown[left:right]) + after, start + left, cut)


def _spread(text: str, indent: int) -> tuple[list[str], list[int]]:
    """Return what is shown for each character, and the column of each and of the end."""
    shown = [_shown(char) for char in text]
    columns = [indent]
    for index, char in enumerate(text):
        if char == "\t":
            shown[index] = " " * (_TAB - columns[-1] % _TAB)
        columns.append(columns[-1] + columns_of(shown[index]))
    if indent:
        shown[:1] = [" " * indent + shown[0]] if shown else [" " * indent]
    return shown, columns


def _shown(char: str) -> str:
    if " " <= char <= "~":
        return char
    category = unicodedata.category(char)
    if category == "Cf":
        return ""
    if category == "Zs" or char in "\t\n\r":
        return " "
    return "�" if category in ("Cc", "Cs", "Zl", "Zp") else char


def _char_width(char: str) -> int:
    if unicodedata.combining(char) or unicodedata.category(char) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in ("W", "F") else 1


# ---- The underline and the words ----


@frozen
class _Placed:
    """A mark on the screen: where its underline is, and its words if they are written under this row."""

    mark: Mark
    start: int
    end: int
    text: str


def _draw_row(row: _Row, marks: Sequence[Mark], canvas: _Canvas) -> Iterator[str]:
    picture = _picture(row, marks, canvas.room)
    paint, gutter = canvas.screen.paint, canvas.gutter
    number = "" if row.number is None else str(row.number)
    bar = paint("|", "blue")
    yield f" {paint(f'{number:>{gutter}}', 'blue')} {bar} {picture.text}".rstrip()
    placed = sorted(
        (_place(mark, row, picture, canvas.room) for mark in marks), key=lambda item: (item.start, -item.end)
    )
    for line in _below(placed, canvas):
        yield f" {'':{gutter}} {bar} {line}".rstrip()


def _place(mark: Mark, row: _Row, picture: _Picture, room: int) -> _Placed:
    first, last = max(mark.span.start, row.start), min(mark.span.end, row.end)
    inside = row.source.text[first : min(last, first + 1000)]
    if mark.span.start < row.start:
        first += len(inside) - len(inside.lstrip())
    start = min(picture.column(first), room - 1)  # the end of a text that fills the screen is past it
    return _Placed(mark, start, max(picture.column(last), start + 1), plain(mark.text) if row.ends(mark.span) else "")


def _below(placed: list[_Placed], canvas: _Canvas) -> Iterator[str]:
    if not placed:
        return
    pending = [item for item in placed if item.text]
    underline = _underline(placed, canvas.screen)
    last = pending[-1] if pending else None
    right = max(item.end for item in placed)
    fits = last is not None and last.end == right and right + 1 + columns_of(last.text) <= canvas.room
    if canvas.beside and last is not None and fits:
        underline += " " + canvas.screen.paint(last.text, last.mark.style)
        pending.pop()
    yield underline
    while pending:
        yield from _words(pending, canvas)


def _underline(placed: list[_Placed], screen: Screen) -> str:
    """Return the underlines of a row; where two overlap the one that starts later, or is shorter, is seen."""
    cells = [(" ", "")] * max(item.end for item in placed)
    for item in placed:
        for column in range(item.start, item.end):
            cells[column] = (item.mark.underline, item.mark.style)
    return "".join(screen.paint(char, style) for char, style in cells)


def _words(pending: list[_Placed], canvas: _Canvas) -> Iterator[str]:
    """Take the right-most words off `pending`, with those that fit left of them, and yield the lines that show them."""
    room, screen = canvas.room, canvas.screen
    item = pending.pop()
    floor = pending[-1].start + _GAP if pending and pending[-1].start < item.start else 0
    narrowest = max([_NARROWEST, *map(columns_of, item.text.split())])
    floor = min(floor, room - min(columns_of(item.text), narrowest))  # rather over a line than past the screen
    start = max(min(item.start, room - min(columns_of(item.text), _READABLE)), min(floor, item.start))
    lines = textwrap.wrap(item.text, max(room - start, _NARROWEST), break_long_words=False, break_on_hyphens=False)
    segments = [(start, lines[0], item.mark.style)]
    while pending and len(lines) == 1 and pending[-1].start + columns_of(pending[-1].text) + _GAP <= segments[0][0]:
        left = pending.pop()
        segments.insert(0, (left.start, left.text, left.mark.style))
    edge = segments[0][0]
    lead = [(other.start, "│", other.mark.style) for other in pending if other.start < edge]
    yield _composed(lead + segments, screen)
    for more in lines[1:]:
        yield _composed([*lead, (start, more, item.mark.style)], screen)


def _composed(segments: Iterable[tuple[int, str, str]], screen: Screen) -> str:
    line, column = "", 0
    for start, text, style in segments:
        if start < column:
            continue
        line += " " * (start - column) + screen.paint(text, style)
        column = start + columns_of(text)
    return line
