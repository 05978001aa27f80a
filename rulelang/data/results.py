"""Writes the results of a run together, all or none, and reads tables of results back."""

from __future__ import annotations

import csv
import importlib
import json
import os
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from attrs import frozen

from rulelang.data.report import DataError
from rulelang.data.tables import cell_text, read_bytes, sha256_of
from rulelang.data.write import Cell, write_table
from rulelang.diagnostics.catalogue import records as say_record


class TableOfResults(Protocol):
    """A table with the name its file is to have."""

    @property
    def name(self) -> str:
        """Return the name of the file, without its ending."""
        ...

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the names of the columns."""
        ...

    @property
    def rows(self) -> tuple[tuple[Cell, ...], ...]:
        """Return the rows, with a cell for each column."""
        ...


@frozen
class WrittenTable:
    """A table that was written: the name of its file, how many rows it has, and its SHA-256."""

    file: str
    rows: int
    sha256: str


def write_results(
    folder: Path,
    tables: Iterable[TableOfResults],
    format: str,  # noqa: A002 - as in `write_table`
    record: str,
    described: Callable[[Sequence[WrittenTable]], str],
) -> list[Path]:
    """Write tables and the record of the run they come from, and return their files, the record last.

    Everything is written aside first and put in its place only when all of it is there. `described` gives the text of
    the record. Raises DataError as `write_table` does; what stood in the folder is then unharmed.
    """
    aside = folder / f".results.{os.getpid()}.part"
    try:
        aside.mkdir(parents=True)
        paths = [write_table(aside / table.name, table.columns, table.rows, format) for table in tables]
        sizes = [len(table.rows) for table in tables]
        written = [
            WrittenTable(path.name, rows, sha256_of(path.read_bytes())) for path, rows in zip(paths, sizes, strict=True)
        ]
        (aside / record).write_text(described(written), encoding="utf-8", newline="")
        return [path.replace(folder / path.name) for path in (*paths, aside / record)]
    except OSError:
        raise DataError(say_record.unwritable_file(str(folder))) from None
    finally:
        shutil.rmtree(aside, ignore_errors=True)


@frozen
class ReadTable:
    """A table of results as it stands in a file, every cell as text, a blank one as ""."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def read_results(path: Path) -> ReadTable:
    """Return a table that `write_table` wrote, in any of its formats; DataError where it cannot be read as one."""
    content = read_bytes(path)
    reader = _READERS.get(path.suffix.removeprefix("."))
    if reader is None:
        raise DataError(say_record.unknown_table_format(path.suffix, list(_READERS)))
    try:
        head, *rows = reader(path, content)
        return ReadTable(tuple(head), tuple(tuple(row) for row in rows))
    except (ValueError, TypeError, AttributeError, csv.Error):
        raise DataError(say_record.broken_records(str(path), "a table of results")) from None


def _from_csv(_: Path, content: bytes) -> list[list[str]]:
    return list(csv.reader(content.decode("utf-8").splitlines(keepends=True), strict=True))


def _from_json(_: Path, content: bytes) -> list[list[str]]:
    rows = json.loads(content.decode("utf-8"))
    columns = list(rows[0]) if rows else []
    return [columns, *([cell_text(row.get(column)) for column in columns] for row in rows)]


def _from_parquet(path: Path, _: bytes) -> list[list[str]]:
    try:
        arrow = importlib.import_module("pyarrow")
        parquet = importlib.import_module("pyarrow.parquet")
    except ImportError:
        raise DataError(say_record.library_missing("pyarrow", f"read {path.name}")) from None
    try:
        table = parquet.read_table(path)
    except arrow.ArrowException as error:
        raise ValueError(str(error)) from error
    columns = list(table.column_names)
    return [columns, *([cell_text(row[column]) for column in columns] for row in table.to_pylist())]


def _from_xlsx(path: Path, _: bytes) -> list[list[str]]:
    calamine = importlib.import_module("python_calamine")
    try:
        sheet = calamine.CalamineWorkbook.from_path(path).get_sheet_by_index(0)
    except calamine.CalamineError as error:
        raise ValueError(str(error)) from error
    return [[cell_text(cell) for cell in row] for row in sheet.to_python()]


_READERS: Mapping[str, Callable[[Path, bytes], list[list[str]]]] = {
    "csv": _from_csv,
    "json": _from_json,
    "parquet": _from_parquet,
    "xlsx": _from_xlsx,
}
