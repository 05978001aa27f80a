"""Writes tables of results. A file is written aside and then given its name, so that there is never half of one."""

from __future__ import annotations

import csv
import datetime as dt
import importlib
import io
import json
import re
import zipfile
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from fractions import Fraction
from functools import partial
from pathlib import Path
from types import MappingProxyType, SimpleNamespace
from typing import Any, Final

from rulelang.data.cells import WRITTEN
from rulelang.data.libraries import needed
from rulelang.data.plugged_in import has_writer, write_by_plugin
from rulelang.data.report import DataError
from rulelang.data.scan import is_lack_of_room
from rulelang.data.shared_rows import Cell, SharedRows
from rulelang.diagnostics.catalogue import records as say_record
from rulelang.plugins import WRITERS, plugin_names
from rulelang.whole_files import replaced

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
        write(aside, columns, rows)
    return whole


class _TooBigError(Exception):
    """A sheet has no room for a cell."""


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Give a name to write a file under, as `replaced` does.

    Raises DataError if it cannot be written, or does not fit in the sheets of a workbook.
    """
    try:
        with replaced(path) as aside:
            yield aside
    except _TooBigError as error:
        raise DataError(say_record.too_big_for_spreadsheet(str(path))) from error
    except OSError as error:
        raise unwritable(path, error) from error


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


def _write_csv(path: Path, columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        if isinstance(rows, SharedRows):
            file.writelines(_csv_lines(rows))
        else:
            writer.writerows([_harmless(cell) for cell in row] for row in rows)


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


def _write_json(path: Path, columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write("[")
        for number, row in enumerate(rows):
            file.write(",\n" if number else "\n")
            file.write(json.dumps(dict(zip(columns, row, strict=True)), ensure_ascii=False))
        file.write("\n]\n")


def _write_parquet(path: Path, columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    with needed("write Parquet files"):
        arrow, parquet = (importlib.import_module(name) for name in ("pyarrow", "pyarrow.parquet"))
    parquet.write_table(arrow_table(arrow, columns, rows), path)


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

    Raises DataError if the library is not installed, OSError if the file cannot be written. A sheet raises where it has
    no room for a number or a text, which a `whole_file` reports.
    """
    with needed("write Excel workbooks", "XlsxWriter"):
        xlsxwriter = importlib.import_module("xlsxwriter")
    workbook = xlsxwriter.Workbook(path)
    workbook.worksheet_class = _whole_sheet(workbook.worksheet_class)
    workbook.set_properties({"title": title, "created": _WHEN.replace(tzinfo=None)})
    yield workbook
    try:
        workbook.close()
    except xlsxwriter.exceptions.FileCreateError as error:
        raise OSError(str(error)) from error


def _whole_sheet(sheet: Any) -> Any:  # noqa: ANN401 - a library without types
    """Return a kind of sheet that raises where the library leaves out a cell and only returns that it did."""

    def strict(write: Callable[..., int]) -> Callable[..., None]:
        def written(*cell: object) -> None:
            if write(*cell) != 0:
                raise _TooBigError

        return written

    writers = ("write_string", "write_number")
    return type("WholeSheet", (sheet,), {name: strict(getattr(sheet, name)) for name in writers})


WIDEST: Final = 40
"""The widest column that is laid out, in characters."""

PERCENT: Final = "_percent"
"""The ending of the name of a column of percentages."""

LONGEST_NAME: Final = 31
"""The longest name that a sheet may have."""


def write_workbook(
    path: Path, sheets: Mapping[str, tuple[Sequence[str], Iterable[Sequence[Cell]]]], *, as_numbers: bool = False
) -> Path:
    """Write tables as the sheets of one workbook, by name, and return where; DataError as by `write_table`.

    With `as_numbers` it is laid out for people to calculate with: decimals and percentages are numbers in it too. Codes
    stay text.
    """
    with whole_file(path) as aside:
        path.parent.mkdir(parents=True, exist_ok=True)
        with excel_workbook(aside) as workbook:
            for name, table in sheets.items():
                _write_sheet(workbook, *table, name, as_numbers=as_numbers)
    return path


def _write_xlsx(path: Path, columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    with excel_workbook(path) as workbook:
        _write_sheet(workbook, columns, rows)


def _write_sheet(
    workbook: Any,  # noqa: ANN401 - as above
    columns: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    name: str | None = None,
    *,
    as_numbers: bool = False,
) -> None:
    """Write a table as a sheet."""
    sheet = workbook.add_worksheet(name and name[:LONGEST_NAME])
    sheet.freeze_panes(1, 0)
    kept, head, whole = list(rows), workbook.add_format({"bold": True}), None
    decimals: Mapping[int, tuple[Any, int]] = {}
    if as_numbers:
        _lay_out(sheet, head, columns, kept)
        whole, decimals = workbook.add_format({"num_format": "#,##0"}), _decimals(workbook, columns, kept)
        columns = [one.removesuffix(PERCENT) + " %" * one.endswith(PERCENT) for one in columns]
    for at, column in enumerate(columns):
        sheet.write_string(0, at, column, head)
    for number, row in enumerate(kept, 1):
        for at, cell in enumerate(row):
            if isinstance(cell, int):
                sheet.write_number(number, at, cell, whole)
            elif cell and at in decimals:
                form, divisor = decimals[at]
                sheet.write_number(number, at, float(Fraction(cell) / divisor), form)
            elif cell is not None:
                sheet.write_string(number, at, cell)


def _lay_out(sheet: Any, head: Any, columns: Sequence[str], rows: Sequence[Sequence[Cell]]) -> None:  # noqa: ANN401 - as above
    """Make columns as wide as what is in them, within limits, and let people filter the rows."""
    head.set_text_wrap()
    head.set_bottom(1)
    head.set_align("bottom")
    for at, column in enumerate(columns):
        longest = max((len(str(row[at])) for row in rows if row[at] is not None), default=0)
        sheet.set_column(at, at, min(max(longest, len(column) // 2, 6) + 2, WIDEST))
    if rows:
        sheet.autofilter(0, 0, len(rows), len(columns) - 1)


def _decimals(
    workbook: Any,  # noqa: ANN401 - as above
    columns: Sequence[str],
    rows: Sequence[Sequence[Cell]],
) -> Mapping[int, tuple[Any, int]]:
    """Return the columns of nothing but numbers, by position: the format of their decimals, and what divides these."""
    plain, percent = ((workbook.add_format({"num_format": one}), by) for one, by in (("0.0", 1), ("0.0%", 100)))
    return {
        at: percent if column.endswith(PERCENT) else plain
        for at, column in enumerate(columns)
        if all(_is_number(row[at]) for row in rows)
    }


def _is_number(cell: Cell) -> bool:
    """Return whether a cell is blank or a number; a code of digits is none."""
    return not isinstance(cell, str) or not cell or ("." in cell and WRITTEN.fullmatch(cell) is not None)


_WRITERS: Mapping[str, Callable[[Path, Sequence[str], Iterable[Sequence[Cell]]], None]] = MappingProxyType(
    {"csv": _write_csv, "json": _write_json, "parquet": _write_parquet, "xlsx": _write_xlsx}
)

TABLE_FORMATS = tuple(_WRITERS)
"""The formats `write_table` knows."""


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
