"""Opens files of plain records, whichever of the three formats they are in."""

from __future__ import annotations

import csv
import importlib
import io
import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from rulelang.data.report import DataError
from rulelang.data.tables import read_bytes, sha256_of
from rulelang.diagnostics.catalogue import data as say
from rulelang.diagnostics.catalogue import records as say_record
from rulelang.diagnostics.source import DataPlace

NumberedRow = tuple[int, object]
"""A row and its number; in the place of a row that could not be made out, the diagnostic about it."""

CSV, JSON, PARQUET = ".csv", ".json", ".parquet"
LINES_OF_JSON = (".jsonl", ".ndjson")


def rows_of_file(path: Path) -> tuple[Iterable[NumberedRow], str]:
    """Return the rows of a file of records and its SHA-256; DataError where it cannot be read at all."""
    suffix = path.suffix.casefold()
    if suffix not in (CSV, JSON, PARQUET, *LINES_OF_JSON):
        raise DataError(say_record.unknown_record_format(path.name, (CSV, JSON, PARQUET)))
    content = read_bytes(path)
    if not content.strip(b"\xef\xbb\xbf \t\r\n"):
        raise DataError(say.empty_data_file(str(path)))
    if suffix == PARQUET:
        return list(_parquet_rows(path, content)), sha256_of(content)
    text = _text(path, content)
    return list(_csv_rows(path, text) if suffix == CSV else _json_rows(path, text)), sha256_of(content)


def _text(path: Path, content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise DataError(say.file_in_utf_16(str(path)))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = content.count(b"\n", 0, error.start) + 1
        raise DataError(say_record.broken_records(str(path), "text in UTF-8", row)) from None


def _csv_rows(path: Path, text: str) -> Iterator[NumberedRow]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = next(reader)
        for number, cells in enumerate(reader, 2):
            if not any(map(str.strip, cells)):
                continue
            if len(cells) == len(header):
                yield number, dict(zip(header, cells, strict=True))
            else:
                yield number, say.ragged_row(DataPlace(str(path), number), len(cells), len(header))
    except (csv.Error, StopIteration):
        raise DataError(say_record.broken_records(str(path), "comma-separated text", reader.line_num)) from None


def _json_rows(path: Path, text: str) -> Iterator[NumberedRow]:
    """Yield the objects of a list, or one object a line."""
    try:
        if text.lstrip().startswith("["):
            yield from enumerate(json.loads(text), 1)
            return
        for number, line in enumerate(text.split("\n"), 1):
            if line.strip():
                yield number, json.loads(line)
    except json.JSONDecodeError as error:
        row = error.lineno if text.lstrip().startswith("[") else number
        raise DataError(say_record.broken_records(str(path), "JSON", row)) from None
    except RecursionError:
        raise DataError(say_record.broken_records(str(path), "JSON")) from None


def _parquet_rows(path: Path, content: bytes) -> Iterator[NumberedRow]:
    try:
        arrow = importlib.import_module("pyarrow")
        parquet = importlib.import_module("pyarrow.parquet")
    except ImportError:
        raise DataError(say_record.library_missing("pyarrow", f"read {path.name}")) from None
    try:
        table = parquet.read_table(io.BytesIO(content))
    except (arrow.ArrowException, OSError, ValueError):
        raise DataError(say_record.broken_records(str(path), "Parquet")) from None
    yield from enumerate(table.to_pylist(), 1)
