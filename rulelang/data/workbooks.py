"""Reads the sheets of an Excel workbook into rows of cells.

A sheet is laid out in memory as the rectangle from its first cell to its last, so that one stray cell in the far corner
of a sheet would fill it. Where the cells with a value lie too far apart, the workbook is refused before it is laid out.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator

from attrs import frozen
from python_calamine import CalamineError, CalamineWorkbook

from rulelang.data.report import DataError
from rulelang.data.text_rows import Row
from rulelang.diagnostics.catalogue import data as say

MOST_CELLS = 30_000_000
"""A sheet that spans more cells than this is refused."""
MOST_BYTES = 1_000_000_000
"""A workbook that holds more than this, unpacked, is refused."""

SHEET_PART = re.compile(r"xl/worksheets/[^/]+\.xml")
CELL_WITH_VALUE = re.compile(rb'<c r="([A-Z]{1,3})(\d{1,7})"[^>/]*>')


@frozen
class Sheet:
    """A sheet's name, and its rows that are not blank with the numbers Excel gives them."""

    name: str
    rows: list[Row]


def sheets_of(file: str, content: bytes) -> list[Sheet]:
    """Return the sheets of a workbook; DataError where it is none, is damaged, or spans too much to be laid out."""
    try:
        stray = _stray_cell(content)
        if stray is not None:
            raise DataError(say.stray_cell(file, stray))
        return list(_sheets(content))
    except (CalamineError, OSError, ValueError, zipfile.BadZipFile, NotImplementedError, RuntimeError):
        raise DataError(say.broken_spreadsheet(file)) from None


def _sheets(content: bytes) -> Iterator[Sheet]:
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
    for name in workbook.sheet_names:
        # Blank rows above the table are kept, so that rows are counted as Excel counts them.
        cells = workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
        yield Sheet(name, [(at, row) for at, row in enumerate(cells, 1) if any(cell not in ("", None) for cell in row)])


def _stray_cell(content: bytes) -> str | None:
    """Return the last cell of a sheet that spans too many cells, or None where no sheet does.

    Workbooks in the older format are no archives; their sheets are too small for the question.
    """
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return None
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = [part for part in archive.infolist() if SHEET_PART.fullmatch(part.filename)]
        if sum(part.file_size for part in archive.infolist()) > MOST_BYTES:
            raise zipfile.BadZipFile
        corners = (_last_cell(archive.read(part)) for part in parts)
        return next((_name(*corner) for corner in corners if corner[0] * corner[1] > MOST_CELLS), None)


def _last_cell(sheet: bytes) -> tuple[int, int]:
    """Return the last column and row of a sheet that hold a value, counted from 1."""
    columns: set[bytes] = set()
    last_row = 0
    for cell in CELL_WITH_VALUE.finditer(sheet):
        columns.add(cell[1])
        last_row = max(last_row, int(cell[2]))
    return max(map(_column_number, columns), default=0), last_row


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number


def _name(column: int, row: int) -> str:
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row}"
