"""From a file's bytes to a header and rows of cells, whatever the file is: text or Excel.

What a cell means is not known here. A row that cannot be split into the header's columns is set apart with the
message about it, so that every other row is still read.
"""

from __future__ import annotations

import csv
import hashlib
import io
import math
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from attrs import frozen
from python_calamine import CalamineError, CalamineWorkbook

from rulelang.data.report import DataError
from rulelang.diagnostics.catalogue import data as say
from rulelang.diagnostics.diagnostic import Diagnostic
from rulelang.diagnostics.source import DataPlace

SPREADSHEET_SUFFIXES = (".xlsx", ".xls", ".xlsm", ".xlsb")
DELIMITERS = ("\t", "|", ",")
HEADER_ROWS = 20
"""A header row is looked for in this many rows at the top."""

Row = tuple[int, Sequence[object]]
"""A row's number, counted from 1 at the top of the file, and its cells."""

HeaderScore = Callable[[Sequence[str]], int]
"""How many of the wanted columns a row of headers has; 0 where it lacks the one that makes it a header row."""


@frozen
class BadRow:
    """A row that could not be split into the header's columns, with the message about it."""

    number: int
    cells: Sequence[object]
    diagnostic: Diagnostic


@frozen
class Table:
    """A file's header and rows.

    `truncated` says whether the file breaks off in its last row. `is_utf_8` is false for a text with bytes that are not
    UTF-8; they stand in its cells as surrogates (`data.encoding` makes letters of them).
    """

    file: str
    header: tuple[str, ...]
    header_row: int
    rows: list[Row]
    bad_rows: tuple[BadRow, ...] = ()
    truncated: bool = False
    is_utf_8: bool = True

    @property
    def row_count(self) -> int:
        """Return how many rows of data the file has, good and bad."""
        return len(self.rows) + len(self.bad_rows)


def read_bytes(path: Path) -> bytes:
    """Return what a file holds; DataError where it does not exist or may not be read."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise DataError(say.no_such_data_file(str(path))) from None
    except OSError:
        raise DataError(say.unreadable_data_file(str(path))) from None


def sha256_of(content: bytes) -> str:
    """Return the SHA-256 of a file's bytes in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def read_table(path: Path, content: bytes, score: HeaderScore, expected: Sequence[str]) -> Table:
    """Return the table in a file's bytes, as text or as a workbook by the ending of its name.

    The header row is the one with the best score among the first `HEADER_ROWS` rows (of any sheet, in a workbook).
    `expected` are the headers one of which makes it a header row, for the message. Raises DataError where nothing of
    the file can be read: empty, not text, a broken workbook, or no header row.
    """
    if not content.strip(b"\xef\xbb\xbf \t\r\n"):
        raise DataError(say.empty_data_file(str(path)))
    if path.suffix.casefold() in SPREADSHEET_SUFFIXES:
        return _workbook_table(str(path), content, score, expected)
    return _text_table(str(path), content, score, expected)


def cell_text(cell: object) -> str:
    """Return a cell as text without blanks at its ends; a whole number has no decimal point."""
    if isinstance(cell, str):
        return cell.strip()
    if cell is None:
        return ""
    if isinstance(cell, float):
        return "" if math.isnan(cell) else str(int(cell) if cell.is_integer() else cell)
    return str(cell)


# ---- Excel ----


def _workbook_table(file: str, content: bytes, score: HeaderScore, expected: Sequence[str]) -> Table:
    try:
        sheets = list(_sheets(content))
    except (CalamineError, OSError, ValueError):
        raise DataError(say.broken_spreadsheet(file)) from None
    best = 0
    chosen: list[Row] = []
    header: Row = (1, ())
    for rows in sheets:
        for row in rows[:HEADER_ROWS]:
            points = score([cell_text(cell) for cell in row[1]])
            if points > best:
                best, chosen, header = points, rows, row
    if not best:
        raise _no_header(file, expected, next((_headers(rows[0][1]) for rows in sheets if rows), ()))
    return Table(file, _headers(header[1]), header[0], [row for row in chosen if row[0] > header[0]])


def _sheets(content: bytes) -> Iterator[list[Row]]:
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
    for name in workbook.sheet_names:
        # Blank rows above the table are kept, so that rows are counted as Excel counts them.
        cells = workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
        yield [(number, row) for number, row in enumerate(cells, 1) if any(cell not in ("", None) for cell in row)]


# ---- Text ----


def _text_table(file: str, content: bytes, score: HeaderScore, expected: Sequence[str]) -> Table:
    text, is_utf_8 = _decoded(file, content)
    delimiter = _delimiter(text, score)
    rows = _records(text, delimiter)
    if not rows:
        raise DataError(say.empty_data_file(file))
    header = _best_header(rows, score)
    if header is None:
        raise _no_header(file, expected, _headers(rows[0][1]))
    names = _headers(header[1])
    good: list[Row] = []
    bad: list[BadRow] = []
    for row in rows:
        wrong = None if row[0] <= header[0] else _wrong_with(file, row, len(names), rows[-1][0])
        if wrong is not None:
            bad.append(BadRow(*row, wrong))
        elif row[0] > header[0]:
            good.append(row)
    broken_off = any(row.diagnostic.code == "truncated-file" for row in bad[-1:])
    return Table(file, names, header[0], good, tuple(bad), truncated=broken_off, is_utf_8=is_utf_8)


def _decoded(file: str, content: bytes) -> tuple[str, bool]:
    """Return the text and whether all of it is UTF-8; bytes that are not stand in it as surrogates."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise DataError(say.file_in_utf_16(file))
    if b"\0" in content or content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise DataError(say.not_a_text_file(file))
    if content.lstrip(b"\xef\xbb\xbf \t\r\n")[:14].lower().startswith((b"<!doctype html", b"<html")):
        raise DataError(say.web_page_instead_of_data(file))
    content = content.removeprefix(b"\xef\xbb\xbf")
    try:
        return content.decode("utf-8"), True
    except UnicodeDecodeError:
        return content.decode("utf-8", "surrogateescape"), False


def _delimiter(text: str, score: HeaderScore) -> str:
    """Return the delimiter that makes the best header of the first lines, or the one most used there."""
    top = [line for line in text[:200_000].split("\n")[:HEADER_ROWS] if line.strip()]

    def rank(delimiter: str) -> tuple[int, int]:
        points = max((score(_headers(line.split(delimiter))) for line in top), default=0)
        return points, sum(line.count(delimiter) for line in top[:1])

    return max(DELIMITERS, key=rank)


def _records(text: str, delimiter: str) -> list[Row]:
    """Return the rows that are not blank, split into cells.

    Only comma-separated text may have line ends and commas in quoted cells. The published files are not quoted, so
    that a stray quotation mark in a narrative must not swallow the rows after it.
    """
    if delimiter == "," and '"' in text:
        quoted = csv.reader(io.StringIO(text, newline=""), delimiter=",")
        return [(number, cells) for number, cells in enumerate(_lenient(quoted), 1) if any(map(str.strip, cells))]
    lines = text.replace("\r\n", "\n").split("\n") if "\n" in text else text.split("\r")
    rows = [(number, line.split(delimiter)) for number, line in enumerate(lines, 1) if line.strip()]
    if '"' in text:
        rows = [(number, [_unquoted(cell) for cell in cells]) for number, cells in rows]
    return [row for row in rows if any(map(str.strip, row[1]))]


def _lenient(reader: Iterator[list[str]]) -> Iterator[list[str]]:
    """Yield the rows of a reader; a row it cannot make out is yielded blank of cells but one."""
    while True:
        try:
            yield next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield ["\N{REPLACEMENT CHARACTER}"]


def _unquoted(cell: str) -> str:
    if len(cell) > 1 and cell[0] == cell[-1] == '"':
        return cell[1:-1].replace('""', '"')
    return cell


def _best_header(rows: Sequence[Row], score: HeaderScore) -> Row | None:
    top = rows[:HEADER_ROWS]
    points = [score(_headers(cells)) for _, cells in top]
    best = max(points, default=0)
    return top[points.index(best)] if best else None


def _headers(cells: Sequence[object]) -> tuple[str, ...]:
    """Return the headers without those at the end that are blank."""
    names = [_unquoted(cell_text(cell)) for cell in cells]
    while names and not names[-1]:
        names.pop()
    return tuple(names)


def _wrong_with(file: str, row: Row, width: int, last: int) -> Diagnostic | None:
    number, cells = row
    found = len(cells)
    if found == width or (found > width and not any(str(cell).strip() for cell in cells[width:])):
        return None
    if number == last and found < width:
        return say.truncated_file(DataPlace(file, number), found, width)
    return say.ragged_row(DataPlace(file, number), found, width)


def _no_header(file: str, expected: Sequence[str], found: Sequence[str]) -> DataError:
    return DataError(say.no_header_row(file, expected, found))
