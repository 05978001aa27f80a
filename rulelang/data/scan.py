"""Plain records scanned by DuckDB where they lie: Parquet, CSV and TSV files, and folders of them.

Nothing is read into memory here. `scan` makes the files a table that can be asked; whether every row of it is right is
for whoever asks.
"""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from rulelang.data.report import DataError
from rulelang.diagnostics.catalogue import records as say_record

RECORDS: Final = "records"
"""The name of the table."""

NEEDED: Final = {"lea_code": ("lea_code", "cds"), "year": ("year",), "indicator": ("indicator",), "level": ("level",)}
MAY_BE: Final = ("student_group", "name", "county")
UNREAD: Final = ("students",)
"""A column that records may have and nothing reads; another one says something that a scan does not understand."""

PARQUET: Final = (".parquet",)
TEXT: Final = (".csv", ".tsv")


def can_scan(path: Path) -> bool:
    """Return whether DuckDB and sqlglot are installed and the files are of a kind that it scans."""
    files = files_in(path)
    if any(importlib.util.find_spec(library) is None for library in ("duckdb", "sqlglot")):
        return False
    suffixes = {file.suffix.casefold() for file in files}
    return bool(files) and (suffixes <= set(PARQUET) or suffixes <= set(TEXT))


def is_text(path: Path) -> bool:
    """Return whether the files are text."""
    return all(file.suffix.casefold() in TEXT for file in files_in(path))


def connection_error() -> type[Exception]:
    """Return the class of what DuckDB raises."""
    error: type[Exception] = importlib.import_module("duckdb").Error
    return error


def files_in(path: Path) -> list[Path]:
    """Return a file, or the files of records in a folder, by name."""
    if not path.is_dir():
        return [path]
    return sorted(one for one in path.iterdir() if one.suffix.casefold() in (*PARQUET, *TEXT) and one.is_file())


Connection = Any
"""A connection to DuckDB."""


def scan(path: Path) -> Connection:
    """Return a connection to a database in memory in which the records of a file or folder are the table `records`.

    Its columns are lea_code, year (a whole number), student_group, indicator, level, name and county, all text but
    one. Raises DataError where the files cannot be read, and ValueError where they have other columns or types, so
    that a reader must look at each row.
    """
    duckdb = importlib.import_module("duckdb")
    connection = duckdb.connect(":memory:")
    files = files_in(path)
    try:
        source = _source(files)
        found = connection.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()
        columns = _columns([(name, kind) for name, kind, *_ in found])
        connection.execute(f"CREATE VIEW {RECORDS} as SELECT {', '.join(columns)} FROM {source}")
    except duckdb.Error as error:
        connection.close()
        if files[0].suffix.casefold() in TEXT:
            raise ValueError(str(error)) from error  # the reader says which line is wrong
        raise DataError(say_record.broken_records(str(path), "Parquet")) from None
    return connection


def rows_by_file(connection: Connection, files: Sequence[Path]) -> list[tuple[str, int]]:
    """Return how many rows each of the files of a scan has, by its path."""
    if len(files) == 1:
        return [(str(files[0]), int(connection.execute(f"SELECT count(*) FROM {RECORDS}").fetchone()[0]))]
    counted = [connection.execute(f"SELECT count(*) FROM {_source([file])}").fetchone()[0] for file in files]
    return [(str(file), int(number)) for file, number in zip(files, counted, strict=True)]


def sha256_of_file(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal, however large it is."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _source(files: Sequence[Path]) -> str:
    """Return the words for the rows of files in a query."""
    listed = ", ".join("'" + str(file).replace("'", "''") + "'" for file in files)
    if files[0].suffix.casefold() in PARQUET:
        return f"read_parquet([{listed}], union_by_name = true)"
    return f"read_csv([{listed}], header = true, all_varchar = true, union_by_name = true)"


def _columns(found: Sequence[tuple[str, str]]) -> list[str]:
    """Return the columns that stand for those of a record; ValueError where that is not plain."""
    named = {"_".join(name.casefold().split()): (name, kind) for name, kind in found}
    known = {word for words in NEEDED.values() for word in words} | {*MAY_BE, *UNREAD}
    if not set(named) <= known or len(named) != len(found):
        message = "columns that a scan does not understand"
        raise ValueError(message)
    columns = []
    for column, words in (*NEEDED.items(), *((name, (name,)) for name in MAY_BE)):
        source = next((named[word] for word in words if word in named), None)
        if source is None and column in NEEDED:
            message = f"no column {column}"
            raise ValueError(message)
        columns.append(_column(column, source))
    return columns


def _column(column: str, source: tuple[str, str] | None) -> str:
    if source is None:
        return f"NULL::VARCHAR as {column}"
    name, kind = source
    quoted = '"' + name.replace('"', '""') + '"'
    if column == "year":
        return f"{quoted} as year" if "INT" in kind else f"TRY_CAST({quoted} as SMALLINT) as year"
    if kind != "VARCHAR":
        message = f"a column {column} that is no text"
        raise ValueError(message)
    return f"{quoted} as {column}"
