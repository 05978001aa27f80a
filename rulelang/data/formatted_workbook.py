"""One Excel workbook of several tables, with the formats in which people read them: numbers and percentages."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

from rulelang.data.numbers import WRITTEN
from rulelang.data.shared_rows import Cell
from rulelang.data.write import excel_workbook, whole_file
from rulelang.diagnostics.plain_data import frozen

WIDEST: Final = 40
"""The widest column, in characters."""

PERCENT: Final = "_percent"
"""The ending of the name of a column of percentages."""

LONGEST_NAME: Final = 31
"""The longest name that a sheet may have."""


@frozen
class Sheet:
    """A table of a workbook: the name of its sheet, its columns and rows."""

    name: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]


def write_workbook(path: Path, sheets: Sequence[Sheet]) -> Path:
    """Write tables as one workbook and return where. Whole numbers, decimals and percentages are numbers in it.

    Codes stay text. Raises DataError if the library is not installed or the file cannot be written; a file that was
    there before is then unharmed.
    """
    with whole_file(path) as aside:
        path.parent.mkdir(parents=True, exist_ok=True)
        with excel_workbook(aside) as workbook:
            for sheet in sheets:
                _write(workbook, sheet)
    return path


def _write(workbook: Any, sheet: Sheet) -> None:  # noqa: ANN401 - a library without types
    page = workbook.add_worksheet(sheet.name[:LONGEST_NAME])
    head = workbook.add_format({"bold": True, "text_wrap": True, "bottom": 1, "valign": "bottom"})
    formats = {one: workbook.add_format({"num_format": one}) for one in ("#,##0", "0.0", "0.0%")}
    page.freeze_panes(1, 0)
    for at, column in enumerate(sheet.columns):
        cells = [row[at] for row in sheet.rows]
        page.write_string(0, at, column.removesuffix(PERCENT) + " %" * column.endswith(PERCENT), head)
        longest = max((len(str(cell)) for cell in cells if cell is not None), default=0)
        page.set_column(at, at, min(max(longest, len(column) // 2, 6) + 2, WIDEST))
        are_numbers = all(cell is None or isinstance(cell, int) or _is_decimal(cell) for cell in cells)
        for number, cell in enumerate(cells, 1):
            if isinstance(cell, int):
                page.write_number(number, at, cell, formats["#,##0"])
            elif cell and are_numbers and column.endswith(PERCENT):
                page.write_number(number, at, float(Fraction(cell) / 100), formats["0.0%"])
            elif cell and are_numbers:
                page.write_number(number, at, float(cell), formats["0.0"])
            elif cell is not None:
                page.write_string(number, at, cell)
    if sheet.rows:
        page.autofilter(0, 0, len(sheet.rows), len(sheet.columns) - 1)


def _is_decimal(text: str) -> bool:
    """Return whether a text is a decimal, and not a code of digits."""
    return not text or ("." in text and WRITTEN.fullmatch(text) is not None)
