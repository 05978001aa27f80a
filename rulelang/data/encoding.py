"""Reads the bytes of a text file that are not UTF-8, where nothing depends on them.

The state's files are UTF-8 but for a name here and there, which some program wrote in Windows-1252. Such a name says
only what an LEA or a school is called, so it is read as what it is. A code is never guessed at: a row with a byte that
is not UTF-8 in a cell the rules need is refused.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from attrs import evolve

from rulelang.data.tables import BadRow, Table
from rulelang.data.text_rows import Row
from rulelang.diagnostics.catalogue import data as say
from rulelang.diagnostics.diagnostic import Diagnostic
from rulelang.diagnostics.source import DataPlace

WINDOWS = "cp1252"
FIRST_SURROGATE, LAST_SURROGATE = "\udc80", "\udcff"
"""How a byte that is not UTF-8 stands in a text decoded with `surrogateescape`."""


def with_windows_letters(table: Table, needed: Collection[int]) -> tuple[Table, list[Diagnostic]]:
    """Return the table with its stray bytes read as Windows-1252, and a warning that says of which rows.

    A row with such a byte in a column whose position is among `needed` is set apart as a bad row instead.
    """
    if table.is_utf_8:
        return table, []
    rows: list[Row] = []
    bad: list[BadRow] = []
    mended: list[tuple[int, str]] = []
    for number, cells in table.rows:
        stray = [at for at, cell in enumerate(cells) if _has_stray_byte(str(cell))]
        spoilt = next((at for at in stray if at in needed), None)
        if spoilt is not None:
            place = DataPlace(table.file, number, table.header[spoilt])
            bad.append(BadRow(number, cells, say.unreadable_cell(place, str(cells[spoilt]))))
        elif stray:
            letters = [windows_text(str(cell)) for cell in cells]
            mended.append((number, letters[stray[0]]))
            rows.append((number, letters))
        else:
            rows.append((number, cells))
    both = sorted((*table.bad_rows, *bad), key=lambda row: row.number)
    return evolve(table, rows=rows, bad_rows=tuple(both)), _warning(table, mended)


def windows_text(text: str) -> str:
    """Return a text with each byte that is not UTF-8 read as Windows-1252, or as U+FFFD where that has no letter."""
    return "".join(_letter(char) if _is_stray(char) else char for char in text)


def _warning(table: Table, mended: Sequence[tuple[int, str]]) -> list[Diagnostic]:
    return [say.read_as_windows_1252(DataPlace(table.file, mended[0][0]), mended)] if mended else []


def _letter(surrogate: str) -> str:
    return surrogate.encode("utf-8", "surrogateescape").decode(WINDOWS, "replace")


def _has_stray_byte(text: str) -> bool:
    return not text.isascii() and any(map(_is_stray, text))


def _is_stray(char: str) -> bool:
    return FIRST_SURROGATE <= char <= LAST_SURROGATE
