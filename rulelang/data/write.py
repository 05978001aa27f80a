"""Writes tables of results. A file is written aside and then given its name, so that there is never half of one."""

from __future__ import annotations

import csv
import datetime as dt
import importlib
import io
import json
import os
import re
import zipfile
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from fractions import Fraction
from functools import partial
from pathlib import Path
from types import MappingProxyType, SimpleNamespace
from typing import Any, Final

from attrs import frozen

from rulelang.data.cells import WRITTEN
from rulelang.data.libraries import needed
from rulelang.data.plugged_in import has_writer, write_by_plugin
from rulelang.data.report import DataError
from rulelang.data.scan import is_lack_of_room
from rulelang.data.shared_rows import Cell, SharedRows
from rulelang.diagnostics.catalogue import records as say_record
from rulelang.plugins import WRITERS, plugin_names

_LIBRARIES: Mapping[str, str] = MappingProxyType({"parquet": "pyarrow", "xlsx": "xlsxwriter"})

_WHEN = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
"""The date in a workbook as its date of making, so that equal tables are equal files."""


def write_table(
    path: Path,
    columns: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    format: str = "csv",  # noqa: A002 - the word people use for it, here and on the command line
) -> Path:
    """Write a table and return where; the format's ending is added to the path where it has another or none.

    Formats are "csv" (UTF-8), "json" (a list of objects, one a line), "parquet" and "xlsx", and those that other
    installed packages write. Text stays text in all of
    them: LEA codes keep their leading zeros, and a text that begins like a formula is none. A program that opens a CSV
    file would take it for one, so an apostrophe is put before it there. A None is a blank cell, and null in JSON and
    Parquet. Raises DataError if the format is unknown, its library is not installed, or the
    file cannot be written; a file that was there before is then unharmed.
    """
    if format not in _WRITERS and not has_writer(format):
        raise DataError(say_record.unknown_table_format(format, [*_WRITERS, *plugin_names(WRITERS)]))
    whole = path if path.suffix == f".{format}" else path.with_name(f"{path.name}.{format}")
    with whole_file(whole) as aside:
        whole.parent.mkdir(parents=True, exist_ok=True)
        write = _WRITERS.get(format) or partial(write_by_plugin, format)
        if not write(aside, columns, rows):
            raise DataError(say_record.too_big_for_spreadsheet(str(whole)))
    return whole


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Give a name aside to write a file under, which gets its own name once all of it is there.

    Raises DataError if it cannot be written; a file that was there before is then unharmed.
    """
    aside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        yield aside
        aside.replace(path)
    except OSError as error:
        raise unwritable(path, error) from error
    finally:
        aside.unlink(missing_ok=True)


def unwritable(path: Path, error: OSError) -> DataError:
    """Return what to say of a file or folder that could not be written."""
    return DataError(say_record.unwritable_file(str(path), is_full=is_lack_of_room(error)))


def can_write(format: str) -> bool:  # noqa: A002 - as above
    """Return whether the library a format needs is installed."""
    library = _LIBRARIES.get(format)
    if library is None:
        return format in _WRITERS
    try:
        importlib.import_module(library)
    except ImportError:
        return False
    return True


def write_text(path: Path, columns: Sequence[str], rows: Iterable[Sequence[Cell]], delimiter: str) -> None:
    """Write a table as text with a delimiter in UTF-8, aside and then in its place; DataError if it cannot be."""
    with whole_file(path) as aside:
        lines = [delimiter.join("" if cell is None else str(cell) for cell in row) for row in (columns, *rows)]
        aside.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="")


def _write_csv(path: Path, columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bool:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        if isinstance(rows, SharedRows):
            file.writelines(_csv_lines(rows))
        else:
            writer.writerows([_harmless(cell) for cell in row] for row in rows)
    return True


def _csv_lines(rows: SharedRows) -> Iterator[str]:
    """Yield the lines of rows; what several rows have in common is written once."""
    texts, which = [_csv_texts(block.values) for block in rows.blocks], [block.which for block in rows.blocks]
    for at in range(len(texts) - 1, 0, -1):
        if len(texts[at]) == 1:  # what all rows have in common is written with what is before it
            texts[at - 1] = [f"{text},{texts[at][0]}" for text in texts[at - 1]]
            del texts[at], which[at]
    parts = (map(some.__getitem__, places) for some, places in zip(texts, which, strict=True))
    return (f"{line}\n" for line in map(",".join, zip(*parts, strict=True)))


def _csv_texts(rows: Iterable[Sequence[Cell]]) -> list[str]:
    """Return rows as parts of lines: a cell behind them, so that a blank one is not written as one alone is."""
    lines: list[str] = []
    writer = csv.writer(SimpleNamespace(write=lines.append), lineterminator="\n")
    writer.writerows([*map(_harmless, row), ""] for row in rows)
    return [line[: -len(",\n")] for line in lines]


_LIKE_A_FORMULA = re.compile(r"\s*'*[=+\-@]")


def _harmless(cell: Cell) -> Cell:
    """Return a cell that no spreadsheet takes for a formula; a number stays one."""
    if isinstance(cell, str) and _LIKE_A_FORMULA.match(cell) and not WRITTEN.fullmatch(cell):
        return f"'{cell}"
    return cell


def _write_json(path: Path, columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bool:
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write("[")
        for number, row in enumerate(rows):
            file.write(",\n" if number else "\n")
            file.write(json.dumps(dict(zip(columns, row, strict=True)), ensure_ascii=False))
        file.write("\n]\n")
    return True


def _write_parquet(path: Path, columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bool:
    with needed("write Parquet files"):
        arrow, parquet = (importlib.import_module(name) for name in ("pyarrow", "pyarrow.parquet"))
    parquet.write_table(arrow_table(arrow, columns, rows), path)
    return True


def arrow_table(arrow: Any, columns: Sequence[str], rows: Iterable[Sequence[Cell]], whole: Collection[str] = ()) -> Any:  # noqa: ANN401 - a library without types
    """Return a table in the library given: whole numbers in the columns named and where a column has only such."""
    kept = list(rows)
    arrays = []
    for at, column in enumerate(columns):
        values = [row[at] for row in kept]
        numbers = all(isinstance(value, int) for value in values if value is not None)
        if numbers and (column in whole or any(value is not None for value in values)):
            arrays.append(arrow.array(values, arrow.int64()))
        else:
            texts = [None if value is None else str(value) for value in values]
            arrays.append(arrow.array(texts, arrow.string()))
    return arrow.table(arrays, names=list(columns))


@contextmanager
def excel_workbook(path: Path, title: str = "") -> Iterator[Any]:
    """Open a workbook of XlsxWriter to be written, dated so that equal contents are equal files.

    Raises DataError if the library is not installed, OSError if the file cannot be written.
    """
    with needed("write Excel workbooks", "XlsxWriter"):
        xlsxwriter = importlib.import_module("xlsxwriter")
    workbook = xlsxwriter.Workbook(path)
    workbook.set_properties({"title": title, "created": _WHEN.replace(tzinfo=None)})
    yield workbook
    try:
        workbook.close()
    except xlsxwriter.exceptions.FileCreateError as error:
        raise OSError(str(error)) from error


def write_sheets(path: Path, sheets: Mapping[str, tuple[Sequence[str], Iterable[Sequence[Cell]]]]) -> Path:
    """Write several tables as the sheets of one workbook and return where; DataError as by `write_table`."""
    with whole_file(path) as aside:
        path.parent.mkdir(parents=True, exist_ok=True)
        with excel_workbook(aside) as workbook:
            fits = [_write_sheet(workbook, columns, rows, name) for name, (columns, rows) in sheets.items()]
        if not all(fits):
            raise DataError(say_record.too_big_for_spreadsheet(str(path)))
    return path


def _write_xlsx(path: Path, columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bool:
    kept = list(rows)
    with excel_workbook(path) as workbook:
        return _write_sheet(workbook, columns, kept)


def _write_sheet(
    workbook: Any,  # noqa: ANN401 - as above
    columns: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    name: str | None = None,
) -> bool:
    sheet = workbook.add_worksheet(name)
    sheet.freeze_panes(1, 0)
    bold = workbook.add_format({"bold": True})
    fits = [sheet.write_string(0, at, column, bold) == 0 for at, column in enumerate(columns)]
    for number, row in enumerate(rows, 1):
        for at, cell in enumerate(row):
            if cell is not None:
                write = sheet.write_number if isinstance(cell, int) else sheet.write_string
                fits.append(write(number, at, cell) == 0)
    return all(fits)


# Each writer returns whether everything fitted into the file.
_WRITERS: Mapping[str, Callable[[Path, Sequence[str], Iterable[Sequence[Cell]]], bool]] = MappingProxyType(
    {"csv": _write_csv, "json": _write_json, "parquet": _write_parquet, "xlsx": _write_xlsx}
)

TABLE_FORMATS = tuple(_WRITERS)
"""The formats `write_table` knows."""


# ---- One workbook of several tables, with the formats in which people read them ----


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


# ---- Office files without the time at which they were made, so that equal results are equal files ----


_UNDATED: Final = (1980, 1, 1, 0, 0, 0)


def undated(save: Callable[[io.BytesIO], object]) -> bytes:
    """Return an office file, which is an archive, without the times at which it and its parts were made."""
    saved, found = io.BytesIO(), io.BytesIO()
    save(saved)
    with zipfile.ZipFile(saved) as old, zipfile.ZipFile(found, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(zipfile.ZipInfo(name, _UNDATED), old.read(name), zipfile.ZIP_DEFLATED)
    return found.getvalue()
