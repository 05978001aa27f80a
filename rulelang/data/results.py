"""Writes the results of a run together, all or none, and reads tables of results back."""

from __future__ import annotations

import csv
import importlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol, TypeVar

from attrs import frozen

from rulelang.data.aside import aside
from rulelang.data.cells import cell_text
from rulelang.data.libraries import needed
from rulelang.data.plugged_in import has_reader, plugin_rows
from rulelang.data.record_files import parquet_rows
from rulelang.data.report import DataError
from rulelang.data.scan import sha256_of_file
from rulelang.data.shared_rows import Cell
from rulelang.data.tables import read_bytes
from rulelang.data.workbooks import sheets_of
from rulelang.data.write import arrow_table, unwritable, write_table
from rulelang.diagnostics.catalogue import records as say_record
from rulelang.plugins import READERS, plugin_names


class TableOfResults(Protocol):
    """A table with its name in the database."""

    @property
    def name(self) -> str:
        """Return the name."""
        ...

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the names of the columns."""
        ...

    @property
    def rows(self) -> Sequence[tuple[Cell, ...]]:
        """Return the rows, with a cell for each column."""
        ...


_Table = TypeVar("_Table", bound=TableOfResults)


@frozen
class WrittenTable:
    """A file of results: its name, how many rows its tables have together, and its SHA-256."""

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

    Everything is written to a temporary folder first and moved only when all of it is complete. `described` gives the
    text of the record. Raises DataError as `write_table` does; existing files in the folder are then unharmed.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with aside(folder) as made:
            rows: Counter[Path] = Counter()
            for table, path in written_tables(made, tables, format):
                rows[path] += len(table.rows)
            written = [WrittenTable(path.name, number, sha256_of_file(path)) for path, number in rows.items()]
            # A file name that is not UTF-8 is represented in JSON by numbers, from which it is restored.
            (made / record).write_bytes(described(written).encode("utf-8", "backslashreplace"))
            return _put_in_place([*rows, made / record], folder, made / "before")
    except OSError as error:
        raise unwritable(folder, error) from error
    except DataError as error:
        if isinstance(error.__cause__, OSError):  # people do not know the temporary file
            raise unwritable(folder, error.__cause__) from error
        raise


def _put_in_place(files: Sequence[Path], folder: Path, before: Path) -> list[Path]:
    """Move files into a folder and return their paths; files of the same names are moved to `before` first.

    However it ends, files of two runs are never mixed, and a record is beside all of its tables only. If a file cannot
    be moved, everything is put back as it was.
    """
    before.mkdir()
    places = [folder / path.name for path in files]
    try:
        for place in reversed(places):
            if place.exists():
                place.replace(before / place.name)
        return [path.replace(place) for path, place in zip(files, places, strict=True)]
    except BaseException:
        for path, place in zip(files, places, strict=True):
            if not path.exists():
                place.unlink(missing_ok=True)
        for place in places:
            if (before / place.name).exists():
                (before / place.name).replace(place)
        raise


def files_of(names: Iterable[str], format: str) -> list[str]:  # noqa: A002 - as in `write_table`
    """Return the names of the files that tables of these names are in."""
    return [DATABASE] if format == DUCKDB else [f"{name}.{format}" for name in names]


def written_tables(
    folder: Path,
    tables: Iterable[_Table],
    format: str,  # noqa: A002 - as in `write_table`
) -> list[tuple[_Table, Path]]:
    """Write tables and return each with its file, which may hold all; DataError and OSError as the writers do."""
    listed = list(tables)
    if format == DUCKDB:
        write_database(folder / DATABASE, listed)
        return [(table, folder / DATABASE) for table in listed]
    return [(table, write_table(folder / table.name, table.columns, table.rows, format)) for table in listed]


@frozen
class ReadTable:
    """A table of results as it is in a file, every cell as text, a blank one as ""."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def read_results(path: Path, name: str = "") -> ReadTable:
    """Return a table of results in any of the formats; DataError if it cannot be read as one.

    The name is that of the table in a database, which holds several.
    """
    ending = path.suffix.removeprefix(".")
    read = _READERS.get(ending, _from_plugin if has_reader(path) else None)
    if ending != DUCKDB and read is None:
        raise DataError(say_record.unknown_table_format(path.suffix, [*_READERS, DUCKDB, *plugin_names(READERS)]))
    content = read_bytes(path)
    try:
        head, *rows = read_database(path, name) if read is None else read(path, content)
        return ReadTable(tuple(head), tuple(tuple(row) for row in rows))
    except (ValueError, TypeError, AttributeError, LookupError, csv.Error):
        raise DataError(say_record.broken_records(str(path), "a table of results")) from None


def _from_csv(_: Path, content: bytes) -> list[list[str]]:
    return list(csv.reader(content.decode("utf-8").splitlines(keepends=True), strict=True))


def _from_json(_: Path, content: bytes) -> list[list[str]]:
    return _under(None, json.loads(content.decode("utf-8")))


def _from_parquet(path: Path, content: bytes) -> list[list[str]]:
    return _under(*parquet_rows(path, content))


def _under(columns: list[str] | None, rows: Sequence[Any]) -> list[list[str]]:
    """Return the columns, by default those of the first row, and the rows below them as text."""
    columns = columns if columns is not None else list(rows[0]) if rows else []
    return [columns, *([cell_text(row[column]) for column in columns] for row in rows)]


def _from_xlsx(path: Path, content: bytes) -> list[list[str]]:
    first, *_ = sheets_of(str(path), content)
    return [list(map(str, row)) for _, row in first.rows]


def _from_plugin(path: Path, _: bytes) -> list[list[str]]:
    return _under(None, plugin_rows(path))


_READERS: Mapping[str, Callable[[Path, bytes], list[list[str]]]] = {
    "csv": _from_csv,
    "json": _from_json,
    "parquet": _from_parquet,
    "xlsx": _from_xlsx,
}


# ---- Results as the tables of a DuckDB database, which is one file ----


DUCKDB = "duckdb"
DATABASE = "results.duckdb"
"""The name of the database in a folder of results."""


def write_database(path: Path, tables: Iterable[TableOfResults]) -> None:
    """Write tables to a new database; OSError if it cannot be written, DataError if a library is missing."""
    with needed("write DuckDB databases"):
        arrow, duckdb = (importlib.import_module(name) for name in ("pyarrow", DUCKDB))
    try:
        with duckdb.connect(str(path)) as connection:
            for table in tables:
                connection.from_arrow(arrow_table(arrow, table.columns, table.rows)).create(table.name)
            connection.execute("CHECKPOINT")
    except duckdb.Error as error:
        raise OSError(str(error)) from error


def read_database(path: Path, table: str) -> list[Sequence[str]]:
    """Return the columns of a table of a database and its rows as text; ValueError if it has no such table."""
    with needed(f"read {path.name}"):
        duckdb = importlib.import_module(DUCKDB)
    try:
        with duckdb.connect(str(path), read_only=True) as connection:
            found = connection.table(table)
            rows = found.fetchall()
            return [tuple(found.columns), *(tuple(map(cell_text, row)) for row in rows)]
    except duckdb.Error as error:
        raise ValueError(str(error)) from error
