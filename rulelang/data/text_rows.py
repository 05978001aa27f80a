"""Splits the text of a data file into rows of cells at any delimiter.

The state's files are parted by tabs or bars and not quoted, so that a stray quotation mark in a narrative must not
swallow the rows after it. Text parted by commas or semicolons, and a `.csv` or `.tsv` file, comes from programs which
quote a cell that holds a delimiter or a line end. There, too, a mark that is never closed must swallow nothing: a row
that spans several lines and does not fit the header, or that holds a whole row in one cell, is taken apart into its
lines again.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import overload

from attrs import evolve, field, frozen

from rulelang.data.cells import MARK
from rulelang.data.report import DataError
from rulelang.diagnostics.catalogue import data as say

PLAIN_DELIMITERS = ("\t", "|")
QUOTED_DELIMITERS = (",", ";")

NULS_OF_BINARY = 8
"""Where one byte in so many is zero, a file is no text; a few of them damage cells, which are refused."""

BROKEN = "\N{REPLACEMENT CHARACTER}"
"""The only cell of a row that cannot be made out."""

Row = tuple[int, Sequence[object]]
"""A row's number, counted from 1 at the top of the file, and its cells."""


@frozen(eq=False)
class LineRows(Sequence[Row]):
    """Rows of one line each, split into cells only while somebody looks at them.

    A state's file has more than a hundred thousand rows of thirty cells, and most are not used; cells that are kept
    cost several times what it takes to make them. `has_marks` says that cells may be in quotation marks.
    """

    lines: Sequence[tuple[int, str]] = field(repr=False)
    delimiter: str
    has_marks: bool

    def __len__(self) -> int:
        return len(self.lines)

    @overload
    def __getitem__(self, at: int) -> Row: ...
    @overload
    def __getitem__(self, at: slice) -> LineRows: ...
    def __getitem__(self, at: int | slice) -> Row | LineRows:
        if isinstance(at, slice):
            return evolve(self, lines=self.lines[at])
        number, line = self.lines[at]
        return number, self.cells(line)

    def __iter__(self) -> Iterator[Row]:
        if self.has_marks:
            return ((number, self.cells(line)) for number, line in self.lines)
        return ((number, line.split(self.delimiter)) for number, line in self.lines)

    def cells(self, line: str) -> list[str]:
        """Return the cells of a line."""
        cells = line.split(self.delimiter)
        return [unquoted(cell) for cell in cells] if self.has_marks and '"' in line else cells

    def is_blank(self, line: str) -> bool:
        """Return whether every cell of a line is blank."""
        if '"' in line:
            return not any(map(str.strip, self.cells(line)))
        return not line.strip() or (not self.delimiter.isspace() and not line.replace(self.delimiter, "").strip())


def decoded(file: str, content: bytes) -> tuple[str, bool]:
    """Return the text and whether all of it is UTF-8; bytes that are not are kept in it as surrogates.

    Raises DataError if the content is no text, or text in UTF-16.
    """
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise DataError(say.file_in_utf_16(file))
    is_binary = content.count(b"\0") * NULS_OF_BINARY > len(content)
    if is_binary or content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise DataError(say.not_a_text_file(file))
    try:
        return content.decode("utf-8").replace(MARK, ""), True
    except UnicodeDecodeError:
        return content.decode("utf-8", "surrogateescape").replace(MARK, ""), False


def delimiter_of(text: str, top: int, rank: Callable[[Sequence[str]], int]) -> str:
    """Return the delimiter by which one of the first lines ranks highest, or the one most used in the first line."""
    start = text[:200_000].replace("\r\n", "\n")
    lines = [line for line in start.split(line_end(start))[:top] if line.strip()]

    def points(delimiter: str) -> tuple[int, int]:
        best = max((rank(line.split(delimiter)) for line in lines), default=0)
        return best, sum(line.count(delimiter) for line in lines[:1])

    return max((*PLAIN_DELIMITERS, *QUOTED_DELIMITERS), key=points)


def split_rows(text: str, delimiter: str, width: int | None = None, *, is_quoted: bool = False) -> Sequence[Row]:
    """Return the rows that are not blank, split into cells.

    `width` is the number of cells in the header, where it is known: without it, no row is taken apart into its lines.
    `is_quoted` says that any delimiter may be in a quoted cell, and not only a comma or a semicolon.
    """
    if has_quotes(text, delimiter, is_quoted=is_quoted):
        rows = enumerate(_quoted_rows(text, delimiter, width), 1)
        return [row for row in rows if any(map(str.strip, row[1]))]
    plain = text.replace("\r\n", "\n")
    lines = plain.split(line_end(plain))
    every = LineRows(list(enumerate(lines, 1)), delimiter, '"' in text)
    # Nearly every line begins with a code, which shows at once that it is not blank.
    return evolve(every, lines=[line for line in every.lines if line[1][:1].isalnum() or not every.is_blank(line[1])])


def line_end(text: str) -> str:
    """Return the line end of a text without pairs of both: the more frequent one, because cells may hold the other.

    Older programs of the Mac end lines with a single carriage return.
    """
    return "\r" if text.count("\r") > text.count("\n") else "\n"


def without(rows: Sequence[Row], numbers: Collection[int]) -> Sequence[Row]:
    """Return the rows but for those with some numbers."""
    if not numbers:
        return rows
    if isinstance(rows, LineRows):
        return evolve(rows, lines=[line for line in rows.lines if line[0] not in numbers])
    return [row for row in rows if row[0] not in numbers]


def of_another_width(rows: Sequence[Row], width: int) -> Iterator[Row]:
    """Yield the rows that have more cells than `width`, or fewer."""
    if isinstance(rows, LineRows):
        delimiter, delimiters = rows.delimiter, width - 1
        yield from ((n, rows.cells(line)) for n, line in rows.lines if line.count(delimiter) != delimiters)
    else:
        yield from (row for row in rows if len(row[1]) != width)


def likely(rows: Sequence[Row], sign: Callable[[str], object]) -> Iterator[Row]:
    """Yield the rows whose line `sign` accepts; every row if a row may span several lines."""
    if isinstance(rows, LineRows):
        yield from ((number, rows.cells(line)) for number, line in rows.lines if sign(line))
    else:
        yield from rows


def with_letters(rows: Sequence[Row], letters: Callable[[str], str], numbers: Collection[int]) -> Sequence[Row]:
    """Return the rows with the text of those with some numbers put into other letters; delimiters stay as they are."""
    if isinstance(rows, LineRows):
        changed = [(number, letters(line) if number in numbers else line) for number, line in rows.lines]
        return evolve(rows, lines=changed)
    return [(n, [letters(str(cell)) for cell in cells] if n in numbers else cells) for n, cells in rows]


def has_quotes(text: str, delimiter: str, *, is_quoted: bool = False) -> bool:
    """Return whether a text may have delimiters and line ends in quoted cells."""
    return (is_quoted or delimiter in QUOTED_DELIMITERS) and '"' in text


def unquoted(cell: str) -> str:
    """Return a cell without the quotation marks around it, if there are any."""
    if len(cell) > 1 and cell[0] == cell[-1] == '"':
        return cell[1:-1].replace('""', '"')
    return cell


def _quoted_rows(text: str, delimiter: str, width: int | None) -> Iterator[list[str]]:
    for cells, lines in _records(text, delimiter):
        alone = [_line_alone(line, delimiter) for line in lines] if len(lines) > 1 else []
        swallows = len(cells) != width or any(len(row) == width for row in alone[1:-1])
        if width is not None and alone and swallows:
            yield from alone
        else:
            yield cells


_END = ""
"""A line behind the last, which only a quotation mark that is left open makes part of a row."""


def _records(text: str, delimiter: str) -> Iterator[tuple[list[str], Sequence[str]]]:
    """Yield the cells of each row of quoted text, and the lines it is on; a cell with a mark left open is left out."""
    lines = [*io.StringIO(text, newline=""), _END]
    reader = csv.reader(lines, delimiter=delimiter, skipinitialspace=True)
    before = 0
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            cells = [BROKEN]
        if cells and reader.line_num == len(lines):
            cells = cells[:-1] or [BROKEN]
        yield cells, lines[before : min(reader.line_num, len(lines) - 1)]
        before = reader.line_num


def _line_alone(line: str, delimiter: str) -> list[str]:
    return next((cells for cells, _ in _records(line, delimiter)), [])
