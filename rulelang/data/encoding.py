"""Reads the bytes of a text file that are not UTF-8, where nothing depends on them.

The state's files are UTF-8 except for a few names, which some program wrote in Windows-1252. Such a name only says what
an LEA or a school is called, so it is read as Windows-1252. A code is never guessed: a row with a byte that is not
UTF-8 in a cell the rules need is refused.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final

from attrs import evolve

from rulelang.data.tables import BadRow, Table
from rulelang.data.text_rows import likely, with_letters, without
from rulelang.diagnostics.catalogue import data as say
from rulelang.diagnostics.diagnostic import Diagnostic
from rulelang.diagnostics.source import DataPlace

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
