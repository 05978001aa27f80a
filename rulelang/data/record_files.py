"""Opens files of plain records in any of the formats, including those that other packages read."""

from __future__ import annotations

import csv
import importlib
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from rulelang.data.cells import MARK, cell_text
from rulelang.data.layout import repeated_names
from rulelang.data.plugged_in import has_reader, plugin_rows
from rulelang.data.report import DataError
from rulelang.data.tables import SPREADSHEET_SUFFIXES, is_blank, read_bytes, read_table, sha256_of
from rulelang.diagnostics.catalogue import data as say
from rulelang.diagnostics.catalogue import records as say_record
from rulelang.diagnostics.source import DataPlace
from rulelang.plugins import READERS, plugin_names

NumberedRow = tuple[int, object]
"""A row and its number; in place of a row that could not be read, the diagnostic about it."""

CSV, TSV, JSON, PARQUET = ".csv", ".tsv", ".json", ".parquet"
DELIMITERS = ",;\t"
LINES_OF_JSON = (".jsonl", ".ndjson")

NEEDED = ("lea_code", "year", "indicator")
"""Columns that a sheet of records has."""


def files_in(path: Path) -> list[Path]:
    """Return a file, or the files of records in a folder, by name."""
    if not path.is_dir():
        return [path]
    return sorted(one for one in path.iterdir() if one.suffix.casefold() in (CSV, TSV, PARQUET) and one.is_file())


def rows_of_file(path: Path, *, may_be_none: bool = False) -> tuple[Sequence[NumberedRow], str]:
    """Return the rows of a file of records and its SHA-256.

    Raises DataError if it cannot be read at all, or has no rows and must have some.
    """
    suffix = path.suffix.casefold()
    is_ours = suffix in (CSV, TSV, JSON, PARQUET, *LINES_OF_JSON, *SPREADSHEET_SUFFIXES)
    if not is_ours and not has_reader(path):
        others = [f".{name}" for name in plugin_names(READERS)]
        raise DataError(say_record.unknown_record_format(path.name, (CSV, TSV, JSON, PARQUET, ".xlsx", *others)))
    if path.exists() and not path.is_file():  # a pipe may have no end
        raise DataError(say.unreadable_data_file(str(path)))
    content = read_bytes(path)
    if is_blank(content):
        raise DataError(say.empty_data_file(str(path)))
    rows = list(_rows(path, suffix, content) if is_ours else enumerate(plugin_rows(path), 1))
    if not may_be_none and all(is_blank_row(row) for _, row in rows):
        is_table = suffix in (CSV, TSV, *SPREADSHEET_SUFFIXES)
        raise DataError(say.header_only(str(path), 1) if is_table else say.empty_data_file(str(path)))
    return rows, sha256_of(content)


def is_blank_row(row: object) -> bool:
    """Return whether a row has columns and nothing in any of them, as a line of commas has."""
    return isinstance(row, Mapping) and bool(row) and not any(map(cell_text, row.values()))


def _rows(path: Path, suffix: str, content: bytes) -> Iterator[NumberedRow]:
    if suffix == PARQUET:
        return enumerate(parquet_rows(path, content)[1], 1)
    if suffix in SPREADSHEET_SUFFIXES:
        return _workbook_rows(path, content)
    text = _text(path, content)
    return _csv_rows(path, text) if suffix in (CSV, TSV) else _json_rows(path, text)


def _text(path: Path, content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise DataError(say.file_in_utf_16(str(path)))
    try:
        return content.decode("utf-8").replace(MARK, "")
    except UnicodeDecodeError as error:
        row = content.count(b"\n", 0, error.start) + 1
        raise DataError(say_record.broken_records(str(path), "text in UTF-8", row)) from None


def _csv_rows(path: Path, text: str) -> Iterator[NumberedRow]:
    """Yield the rows below the header, which is the first line that is not blank."""
    lines = list(io.StringIO(text, newline=""))
    first = next(line for line in lines if line.strip())
    reader = csv.reader(lines, delimiter=max(DELIMITERS, key=first.count), strict=True)
    header: list[str] = []
    try:
        for number, cells in enumerate(reader, 1):
            if not any(map(str.strip, cells)):
                continue
            if not header:
                header = cells
                _check_header(path, number, header)
            elif len(cells) == len(header):
                yield number, dict(zip(header, cells, strict=True))
            else:
                yield number, say.ragged_row(DataPlace(str(path), number), len(cells), len(header))
    except csv.Error:
        raise DataError(say_record.broken_records(str(path), "comma-separated text", reader.line_num)) from None


def _workbook_rows(path: Path, content: bytes) -> Iterator[NumberedRow]:
    """Yield the rows below the header of the one sheet that has the columns of records."""
    table = read_table(path, content, _score, NEEDED)
    _check_header(path, table.header_row, [name for name in table.header if name])
    for number, cells in table.rows:
        yield number, {name: cell for name, cell in zip(table.header, cells, strict=False) if name}


def _score(header: Sequence[str]) -> int:
    return len({"_".join(name.casefold().split()) for name in header} & {*NEEDED, "cds"})


def _check_header(path: Path, row: int, header: Sequence[str]) -> None:
    repeated = repeated_names(header, range(len(header)))
    if repeated:
        raise DataError(say.repeated_column(str(path), row, repeated[0]))


def both_values(pairs: Iterable[tuple[str, object]]) -> dict[str, object]:
    """Return values by name, as `Red and Green` if a name has two: nobody knows which of them counts."""
    found: dict[str, object] = {}
    for name, value in pairs:
        found[name] = f"{cell_text(found[name])} and {cell_text(value)}" if name in found else value
    return found


def _json_rows(path: Path, text: str) -> Iterator[NumberedRow]:
    """Yield the objects of a list, one object alone, or one object a line."""
    try:
        whole = json.loads(text, object_pairs_hook=both_values)
    except json.JSONDecodeError as error:
        if text.lstrip().startswith("["):
            raise DataError(say_record.broken_records(str(path), "JSON", error.lineno)) from None
        yield from _json_lines(path, text)
    except (RecursionError, ValueError):
        raise DataError(say_record.broken_records(str(path), "JSON")) from None
    else:
        yield from enumerate(whole if isinstance(whole, list) else [whole], 1)


def _json_lines(path: Path, text: str) -> Iterator[NumberedRow]:
    for number, line in enumerate(text.split("\n"), 1):
        try:
            if line.strip():
                yield number, json.loads(line, object_pairs_hook=both_values)
        except (RecursionError, ValueError):
            raise DataError(say_record.broken_records(str(path), "JSON", number)) from None


def parquet_rows(path: Path, content: bytes) -> tuple[list[str], list[dict[str, object]]]:
    """Return the columns of a Parquet file and its rows by their names; DataError if it cannot be read as one."""
    try:
        _, parquet = (importlib.import_module(name) for name in ("pyarrow", "pyarrow.parquet"))
    except ImportError:
        raise DataError(say_record.library_missing("pyarrow", f"read {path.name}")) from None
    try:
        table = parquet.read_table(io.BytesIO(content), partitioning=None)
        return list(table.column_names), table.to_pylist()
    except Exception:  # noqa: BLE001 - whatever the library finds wrong, the file is what is broken
        raise DataError(say_record.broken_records(str(path), "Parquet")) from None
