"""The program that reads workbooks in a process of its own, which may die of one without harm to anybody.

It is run as a script by `data.workbooks`, not imported by it for more than its path and the words of its answers. On
standard input come workbooks, each after its length and how many seconds it may take; on standard output goes an answer
to each: a word, then the length of what follows, then that: the rows of the sheets.

Rows are bytes from the first moment to the last. One narrative with a curly quotation mark doubles the text of a whole
workbook, and in a browser, memory that was once taken is never given back.
"""

from __future__ import annotations

import importlib
import io
import os
import re
import signal
import struct
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, BinaryIO, Final

from python_calamine import CalamineWorkbook

from rulelang.data.cells import cell_text
from rulelang.data.valueless import Cell, column_number, valueless_cells

SHEETS, STRAY_CELL, BROKEN, TOO_LARGE = b"s", b"c", b"b", b"l"
"""The words of an answer; what follows is the sheets, the cell that lies too far away, or nothing."""
REQUEST: Final = struct.Struct(">QI")
ANSWER: Final = struct.Struct(">cQ")

SHEET, ROW_END, CELL_END = b"\x1d", b"\x1e", "\x1f"
"""What a sheet begins with, before its name, and what separates rows and cells; none of them is a character of a cell.
"""
_ENDS: Final = re.compile("[\x1d\x1e\x1f]")

MEMORY: Final = 768 << 20
"""How many bytes the process may take, where the system has such a limit; a file of the whole state takes half."""
MOST_CELLS: Final = 30_000_000
"""A sheet that spans more cells than this is refused."""
MOST_BYTES: Final = 512 << 20
"""A workbook that holds more than this, unpacked, is refused, and one whose cells have more text than that."""

_SHEET_PART: Final = re.compile(r"xl/worksheets/[^/]+\.xml", re.IGNORECASE)
_FAR: Final = re.compile(rb' r="(?:[A-Z]{3}\d|[A-Z]{1,2}\d{6})')
"""A cell in a column or row beyond those of tables, written as programs write it; only then is the last one looked for.
"""
_CELL: Final = re.compile(rb"""<(?:[\w.-]+:)?c\s(?:[^<>]*?\s)?r\s*=\s*["']([A-Z]{1,3})(\d{1,7})["'][^<>/]*>""")


def main() -> None:
    """Answer requests until there are no more."""
    for name in ("SIGINT", "SIGTERM"):
        signal.signal(getattr(signal, name), signal.SIG_IGN)  # the process that asks decides when to stop
    _limit("RLIMIT_AS", MEMORY)
    _limit("RLIMIT_CORE", 0)
    with os.fdopen(0, "rb") as given, os.fdopen(1, "wb") as taken:
        while head := given.read(REQUEST.size):
            size, seconds = REQUEST.unpack(head)
            _limit("RLIMIT_CPU", int(sum(os.times()[:2])) + seconds)
            _answer(taken, given.read(size))


def _limit(name: str, most: int) -> None:
    """Set a limit of the process, where the system has it."""
    try:
        resource: Any = importlib.import_module("resource")
        limit = getattr(resource, name)
        resource.setrlimit(limit, (most, resource.getrlimit(limit)[1]))
    except (ImportError, AttributeError, ValueError, OSError):
        return


def _answer(taken: BinaryIO, content: bytes) -> None:
    word, rows = answer_to(content)
    answer = ROW_END.join(rows)
    taken.write(ANSWER.pack(word, len(answer)))
    taken.write(answer)
    taken.flush()


def answer_to(content: bytes) -> tuple[bytes, list[bytes]]:
    """Return the answer to a workbook: a word, and the rows of its sheets."""
    try:
        return _read(content)
    except MemoryError:
        return TOO_LARGE, []
    except BaseException:  # noqa: BLE001 - whatever a library finds wrong, the file is what is broken
        return BROKEN, []


def _read(content: bytes) -> tuple[bytes, list[bytes]]:
    if zipfile.is_zipfile(io.BytesIO(content)):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(part.file_size for part in archive.infolist()) > MOST_BYTES:
                return TOO_LARGE, []
            stray = _stray_cell(archive)
            if stray:
                return STRAY_CELL, [stray.encode()]
    rows: list[bytes] = []
    size = 0
    with CalamineWorkbook.from_filelike(io.BytesIO(content)) as workbook:
        valueless = valueless_cells(content)
        for at, cells in enumerate(valueless):
            sheet = workbook.get_sheet_by_index(at)
            rows.append(SHEET + _plain(sheet.name).encode("utf-8", "replace"))
            for row in _rows(sheet.iter_rows(), cells):
                rows.append(row.encode("utf-8", "replace"))
                size += len(rows[-1])
                if size > MOST_BYTES:
                    return TOO_LARGE, []
        if len(valueless) != len(workbook.sheet_names):
            return BROKEN, []
    return SHEETS, rows


def _rows(cells: Iterable[Sequence[object]], valueless: Mapping[Cell, str]) -> Iterator[str]:
    """Yield the rows that are not blank, each after the number that Excel gives it."""
    by_row: dict[int, dict[int, str]] = {}
    for (at, column), text in valueless.items():
        by_row.setdefault(at, {})[column] = text
    width = 1 + max((column for _, column in valueless), default=-1)
    for number, given in enumerate(cells, 1):
        row = [cell_text(cell) for cell in given]
        if by_row:
            row = _filled(row, width, by_row.pop(number, {}))
        if any(row):
            yield _joined(number, row)
    for at in sorted(by_row):
        yield _joined(at, _filled([], width, by_row[at]))


def _joined(number: int, row: Sequence[str]) -> str:
    line = CELL_END.join(row)
    if line.count(CELL_END) >= len(row) or "\x1d" in line or "\x1e" in line:
        line = CELL_END.join(map(_plain, row))
    return f"{number}{CELL_END}{line}"


def _filled(row: list[str], width: int, texts: Mapping[int, str]) -> list[str]:
    """Return a row of at least some width with texts in place of what is there."""
    filled = [*row, *[""] * (width - len(row))]
    for column, text in texts.items():
        filled[column] = text
    return filled


def _plain(text: str) -> str:
    return _ENDS.sub("\N{REPLACEMENT CHARACTER}", text)


def _stray_cell(archive: zipfile.ZipFile) -> str:
    """Return the last cell of a sheet that spans too many cells, blank if no sheet does."""
    for part in archive.infolist():
        sheet = archive.read(part) if _SHEET_PART.fullmatch(part.filename) else b""
        column, row = _last_cell(sheet) if _FAR.search(sheet) else (0, 0)
        if column * row > MOST_CELLS:
            return f"{_letters(column)}{row}"
    return ""


def _last_cell(sheet: bytes) -> tuple[int, int]:
    """Return the last column and row of a sheet that hold a value, counted from 1."""
    columns: set[bytes] = set()
    last_row = 0
    for cell in _CELL.finditer(sheet):
        columns.add(cell[1])
        last_row = max(last_row, int(cell[2]))
    return max((column_number(letters.decode()) for letters in columns), default=0), last_row


def _letters(column: int) -> str:
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


if __name__ == "__main__":
    main()
