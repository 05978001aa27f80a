"""From a file's bytes to a header and rows of cells, whatever the file is: text or Excel.

The meaning of a cell is not known here. A row that cannot be split into the header's columns is set apart with the
message about it, so that every other row is still read.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from functools import cached_property
from itertools import takewhile
from pathlib import Path
from typing import Final

from attrs import evolve, frozen

from rulelang.data.cells import MARK, cell_text
from rulelang.data.report import DataError, FileTally
from rulelang.data.text_rows import (
    Row,
    decoded,
    delimiter_of,
    has_quotes,
    likely,
    of_another_width,
    split_rows,
    unquoted,
    with_letters,
    without,
)
from rulelang.data.workbooks import Sheet, sheets_of
from rulelang.diagnostics.catalogue import data as say
from rulelang.diagnostics.diagnostic import Diagnostic
from rulelang.diagnostics.source import DataPlace

SPREADSHEET_SUFFIXES = (".xlsx", ".xls", ".xlsm", ".xlsb")
QUOTED_SUFFIXES: Final = (".csv", ".tsv")
"""Files of these endings may quote cells, whatever separates them."""
PACKED: Final = ".gz"
MOST_UNPACKED: Final = 1_000_000_000
"""A packed file of more bytes than these is no file of the state."""
HEADER_ROWS = 20
"""A header row is looked for in this many rows at the top."""

HEADER_AGAIN: Final = "the header row once more"
"""Why a row is ignored that repeats the header, as files that were joined have one."""

HeaderScore = Callable[[Sequence[str]], int]
"""How many of the wanted columns a row of headers has; 0 if it lacks the one that makes it a header row."""


@frozen
class BadRow:
    """A row that could not be split into the header's columns, with the message about it."""

    number: int
    cells: Sequence[object]
    diagnostic: Diagnostic


@frozen(slots=False)
class Table:
    """A file's header and rows.

    `truncated` says whether the file breaks off in its last row. `is_utf_8` is false for a text with bytes that are not
    UTF-8; they are in its cells as surrogates (`data.encoding` makes letters of them). `repeated_headers` counts rows
    that only repeat the header, as in concatenated files, and `notes` those below the table that are not rows of it,
    such as a date; neither are among the rows.
    """

    file: str
    header: tuple[str, ...]
    header_row: int
    rows: Sequence[Row]
    bad_rows: tuple[BadRow, ...] = ()
    truncated: bool = False
    is_utf_8: bool = True
    repeated_headers: int = 0
    notes: int = 0

    @property
    def row_count(self) -> int:
        """Return how many rows of data the file has, good and bad."""
        return len(self.rows) + len(self.bad_rows)

    @cached_property
    def usual_width(self) -> int:
        """Return how many cells most rows have, those at the end included that are blank in all of them."""
        many = Counter(len(cells) for _, cells in self.rows)
        return max(many, key=lambda width: (many[width], width == len(self.header)), default=len(self.header))


def read_bytes(path: Path) -> bytes:
    """Return the content of a file; DataError if it does not exist or may not be read."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise DataError(say.no_such_data_file(str(path))) from None
    except OSError:
        raise DataError(say.unreadable_data_file(str(path))) from None


def is_blank(content: bytes) -> bool:
    """Return whether a file holds nothing but blanks, of any kind that text knows."""
    start = content[:_START] if content[:_START].strip() else content
    return not start.decode("utf-8", "replace").replace(MARK, "").strip()


_START: Final = 1000
"""A file that is not blank usually has something in this many bytes."""


def sha256_of(content: bytes) -> str:
    """Return the SHA-256 of a file's bytes in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def open_table(tally: FileTally, score: HeaderScore, expected: Sequence[str]) -> Table:
    """Return the table in the file of a tally, which gets the file's SHA-256 and a count of repeated header rows.

    Raises DataError if nothing of the file can be read, as `read_table` does, and where it has no row of data.
    """
    return table_of(tally, content_of(tally), score, expected)


def content_of(tally: FileTally) -> bytes:
    """Return the bytes of the file of a tally, unpacked, which gets the SHA-256 of the file; DataError as `read_bytes`.

    DataError too where a file that says it is packed cannot be unpacked, or unpacks to more than `MOST_UNPACKED`.
    """
    content = read_bytes(tally.path)
    tally.sha256 = sha256_of(content)
    if tally.path.suffix.casefold() != PACKED:
        return content
    unpacking = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        unpacked = unpacking.decompress(content, MOST_UNPACKED)
    except zlib.error:
        unpacked = b""
    if not unpacking.eof:
        raise DataError(say.broken_packed_file(str(tally.path)))
    return unpacked


def table_of(
    tally: FileTally, content: bytes, score: HeaderScore, expected: Sequence[str], *, may_be_none: bool = False
) -> Table:
    """Return the table in the bytes of the file of a tally, as `open_table`; it may have no rows if that is said."""
    table = read_table(tally.path, content, score, expected)
    if table.repeated_headers:
        tally.ignored[HEADER_AGAIN] += table.repeated_headers
    if table.notes:
        tally.ignored["a note below the table"] += table.notes
    if not table.row_count and not may_be_none:
        raise DataError(say.header_only(table.file, table.header_row))
    return table


def read_table(path: Path, content: bytes, score: HeaderScore, expected: Sequence[str]) -> Table:
    """Return the table in a file's bytes, as text or as a workbook by the ending of its name.

    The header row is the one with the best score among the first `HEADER_ROWS` rows (of any sheet, in a workbook).
    `expected` are the headers one of which makes it a header row, for the message. Raises DataError if nothing of
    the file can be read: empty, a web page, not text, a broken workbook, no header row, or several sheets with one,
    none of which has the rows of all.
    """
    if is_blank(content):
        raise DataError(say.empty_data_file(str(path)))
    start = content[:_START].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith(b"<") and (b"<!doctype html" in start or b"<html" in start):
        raise DataError(say.web_page_instead_of_data(str(path)))
    if path.suffix.casefold() in SPREADSHEET_SUFFIXES:
        return _workbook_table(str(path), content, score, expected)
    return _text_table(path, content, score, expected)


# ---- Excel ----


def _workbook_table(file: str, content: bytes, score: HeaderScore, expected: Sequence[str]) -> Table:
    sheets = sheets_of(file, content)
    tops = [(sheet, *top) for sheet in sheets if (top := _best_header(sheet.rows, score))]
    with_rows = [(sheet, points, at) for sheet, points, at in tops if at + 1 < len(sheet.rows)]
    best = max((points for _, points, _ in with_rows), default=0)
    chosen = [(sheet, at) for sheet, points, at in with_rows if points == best]
    if len(chosen) > 1:
        chosen = _wholes(chosen)
    if len(chosen) > 1:
        raise DataError(say.several_data_sheets(file, [sheet.name for sheet, _ in chosen]))
    if not chosen and tops:
        sheet, _, at = tops[0]
        raise DataError(say.header_only(file, sheet.rows[at][0]))
    if not chosen:
        raise _no_header(file, expected, next((_headers(sheet.rows[0][1]) for sheet in sheets if sheet.rows), ()))
    [(sheet, at)] = chosen
    number, names, rows, repeats = _below(sheet.rows, at)
    notes = _notes(rows, len(names))
    return Table(file, names, number, rows[: len(rows) - notes], repeated_headers=repeats, notes=notes)


def _wholes(sheets: list[tuple[Sheet, int]]) -> list[tuple[Sheet, int]]:
    """Return the sheet that has every row of the others, such as one for each county; all of them where none has.

    A sheet comes with the place of its header row, which is the first row that is compared.
    """
    rows = [[_headers(cells) for _, cells in sheet.rows[at:]] for sheet, at in sheets]
    for whole, (header, *others) in zip(sheets, rows, strict=True):
        if all(one[0] == header and set(one) <= {header, *others} for one in rows):
            return [whole]
    return sheets


FEWEST_COLUMNS: Final = 4
"""A table of fewer columns may well have rows of a single cell."""


def _notes(rows: Sequence[Row], width: int) -> int:
    """Return how many rows at the end are notes below the table: words or a date in the first cell alone."""
    below = (_is_note(cells) for _, cells in reversed(rows))
    return sum(1 for _ in takewhile(bool, below)) if width >= FEWEST_COLUMNS else 0


def _is_note(cells: Sequence[object]) -> bool:
    first, *others = map(cell_text, cells)
    return bool(first) and first.isprintable() and not first.isdigit() and not any(others)


# ---- Text ----


def _text_table(path: Path, content: bytes, score: HeaderScore, expected: Sequence[str]) -> Table:
    file = str(path)
    text, is_utf_8 = decoded(file, content)
    every, at = _rows_of_text(text, score, is_quoted=path.suffix.casefold() in QUOTED_SUFFIXES)
    if at is None:
        raise _no_header(file, expected, _headers(every[0][1])) if every else DataError(say.empty_data_file(file))
    number, names, rows, repeats = _below(every, at)
    is_ended = text.endswith(("\n", "\r")) or len(every[-1][1]) >= len(names)  # what breaks off is no note
    notes = _notes(rows, len(names)) if is_ended else 0
    rows = rows[: len(rows) - notes]
    odd, last = of_another_width(rows, len(names)), every[-1][0]
    bad = [BadRow(*row, wrong) for row in odd if (wrong := _wrong_with(file, row, len(names), last))]
    return Table(
        file,
        names,
        number,
        without(rows, {row.number for row in bad}),
        tuple(bad),
        truncated=any(row.diagnostic.code == "truncated-file" for row in bad[-1:]),
        is_utf_8=is_utf_8,
        repeated_headers=repeats,
        notes=notes,
    )


def _rows_of_text(text: str, score: HeaderScore, *, is_quoted: bool) -> tuple[Sequence[Row], int | None]:
    """Return the rows of a text and at which place among them the header is, None if none is."""
    delimiter = delimiter_of(text, HEADER_ROWS, lambda cells: score(_headers(cells)))
    rows = split_rows(text, delimiter, is_quoted=is_quoted)
    found = _best_header(rows, score)
    if found is not None and has_quotes(text, delimiter, is_quoted=is_quoted):
        rows = split_rows(text, delimiter, len(_headers(rows[found[1]][1])), is_quoted=is_quoted)
        found = _best_header(rows, score)
    return rows, found[1] if found else None


def _below(every: Sequence[Row], at: int) -> tuple[int, tuple[str, ...], Sequence[Row], int]:
    """Return the number of the header row and its names, the rows below it, and how often it is there once more."""
    number, header = every[at]
    names = _headers(header)
    below = every[at + 1 :]
    rows = without(below, _repeats(names, below))
    return number, names, rows, len(below) - len(rows)


def _repeats(names: Sequence[str], rows: Sequence[Row]) -> set[int]:
    """Return the numbers of the rows that only repeat the header."""
    first = max(names[0].split('"'), key=len)  # A mark within a name is there twice.
    return {number for number, cells in likely(rows, lambda line: first in line) if _headers(cells) == names}


def _best_header(rows: Sequence[Row], score: HeaderScore) -> tuple[int, int] | None:
    """Return the best score at the top, and the place of the first row that has it; None if all have none."""
    points = [score(_headers(cells)) for _, cells in rows[:HEADER_ROWS]]
    best = max(points, default=0)
    return (best, points.index(best)) if best else None


def _headers(cells: Sequence[object]) -> tuple[str, ...]:
    """Return the headers without those at the end that are blank."""
    names = [unquoted(cell_text(cell)) for cell in cells]
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


# ---- Bytes that are not UTF-8, where nothing depends on them ----

# The state's files are UTF-8 except for a few names, which some program wrote in Windows-1252. Such a name only says
# what an LEA or a school is called, so it is read as Windows-1252. A code is never guessed: a row with a byte that
# is not UTF-8 in a cell the rules need is refused.


WINDOWS = "cp1252"
STRAY: Final = re.compile("[\udc80-\udcff]")
"""How a byte that is not UTF-8 is represented in a text decoded with `surrogateescape`."""


def with_windows_letters(table: Table, needed: Collection[int]) -> tuple[Table, list[Diagnostic]]:
    """Return the table with its stray bytes read as Windows-1252, and a warning that names the rows.

    A row with such a byte in a column whose position is among `needed` is set apart as a bad row instead.
    """
    if table.is_utf_8:
        return table, []
    bad: list[BadRow] = []
    mended: list[tuple[int, str]] = []
    for number, cells in likely(table.rows, STRAY.search):
        stray = [at for at, cell in enumerate(cells) if STRAY.search(str(cell))]
        if not stray:
            continue
        spoilt = next((at for at in stray if at in needed), None)
        if spoilt is None:
            mended.append((number, windows_text(str(cells[stray[0]]))))
        else:
            place = DataPlace(table.file, number, table.header[spoilt])
            bad.append(BadRow(number, cells, say.unreadable_cell(place, str(cells[spoilt]))))
    both = sorted((*table.bad_rows, *bad), key=lambda row: row.number)
    kept = without(table.rows, {row.number for row in bad})
    rows = with_letters(kept, windows_text, {number for number, _ in mended})
    warning = [say.read_as_windows_1252(DataPlace(table.file, mended[0][0]), mended)] if mended else []
    return evolve(table, rows=rows, bad_rows=tuple(both)), warning


def windows_text(text: str) -> str:
    """Return a text with each byte that is not UTF-8 read as Windows-1252, or as U+FFFD if that has no letter."""
    return STRAY.sub(_letter, text)


def _letter(surrogate: re.Match[str]) -> str:
    return surrogate[0].encode("utf-8", "surrogateescape").decode(WINDOWS, "replace")
