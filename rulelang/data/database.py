"""Results as the tables of a DuckDB database, which is one file."""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Protocol

from rulelang.data.cells import cell_text
from rulelang.data.report import DataError
from rulelang.data.shared_rows import Cell
from rulelang.data.write import arrow_table
from rulelang.diagnostics.catalogue import records as say_record

FORMAT = "duckdb"
FILE = "results.duckdb"
"""The name of the database in a folder of results."""


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


def write_database(path: Path, tables: Iterable[TableOfResults]) -> None:
    """Write tables to a new database; OSError where it cannot be written, DataError where a library is missing."""
    try:
        arrow, duckdb = (importlib.import_module(name) for name in ("pyarrow", "duckdb"))
    except ImportError as error:
        raise DataError(say_record.library_missing(error.name or FORMAT, "write DuckDB databases")) from None
    try:
        with duckdb.connect(str(path)) as connection:
            for table in tables:
                connection.from_arrow(arrow_table(arrow, table.columns, table.rows)).create(table.name)
            connection.execute("CHECKPOINT")
    except duckdb.Error as error:
        raise OSError(str(error)) from error


def read_database(path: Path, table: str) -> list[Sequence[str]]:
    """Return the columns of a table of a database and its rows as text; ValueError where it has no such table."""
    try:
        duckdb = importlib.import_module(FORMAT)
    except ImportError:
        raise DataError(say_record.library_missing(FORMAT, f"read {path.name}")) from None
    try:
        with duckdb.connect(str(path), read_only=True) as connection:
            found = connection.table(table)
            rows = found.fetchall()
            return [tuple(found.columns), *(tuple(map(cell_text, row)) for row in rows)]
    except duckdb.Error as error:
        raise ValueError(str(error)) from error
