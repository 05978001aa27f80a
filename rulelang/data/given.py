"""Tables of plain records that a program hands over, and tables of results of the same kind to hand back.

An Arrow table and a DataFrame are scanned by DuckDB in place. A DuckDB relation belongs to a connection of its own and
an Arrow stream can be read only once, so these are read once into the database of the run.
"""

from __future__ import annotations

import importlib
from collections.abc import Collection, Iterator, Sequence
from typing import Any, Final

from rulelang.data.layout import repeated_names
from rulelang.data.libraries import needed
from rulelang.data.report import DataError
from rulelang.data.scan import Connection, stoppable
from rulelang.data.shared_rows import Cell
from rulelang.data.write import arrow_table
from rulelang.diagnostics.catalogue import data as say
from rulelang.diagnostics.catalogue import records as say_record

DUCKDB, ARROW, PANDAS, POLARS = "DuckDB", "Arrow", "pandas", "Polars"
GIVEN: Final = "given"
"""The name of the table in the database of the run."""

_KINDS: Final = {
    ("duckdb", "DuckDBPyRelation"): DUCKDB,
    ("pyarrow", "Table"): ARROW,
    ("pandas", "DataFrame"): PANDAS,
    ("polars", "DataFrame"): POLARS,
}
_STREAM: Final = "__arrow_c_stream__"
_CHUNK: Final = 10_000


def kind_of(given: object) -> str:
    """Return the kind of a table; DataError if it is none of the known ones."""
    if not is_table(given):
        raise DataError(say_record.not_a_table(type(given).__name__))
    return _class_of(given) or ARROW


def is_table(given: object) -> bool:
    """Return whether something is a table, and not single rows."""
    return _class_of(given) is not None or hasattr(given, _STREAM)


def connection_over(given: Any) -> Connection:  # noqa: ANN401 - libraries without types
    """Return a connection to a database in memory in which the table is `GIVEN`.

    Raises DataError if the table cannot be read, or a library that reads it is not installed.
    """
    kind = kind_of(given)
    duckdb = _library("duckdb")
    connection = duckdb.connect(":memory:")
    try:
        _check_names(given, kind)
        if kind == DUCKDB or _class_of(given) is None:
            connection.register("stream", _library("pyarrow").RecordBatchReader.from_stream(given))
            with stoppable(connection):
                connection.execute("CREATE TEMP TABLE given as SELECT * FROM stream")
        else:
            connection.register(GIVEN, _with_index(given) if kind == PANDAS else given)
    except DataError:
        connection.close()
        raise
    except Exception:  # noqa: BLE001 - whatever a library finds wrong, the table is what cannot be read
        column = _unreadable_column(connection, given, kind)
        connection.close()
        raise DataError(say_record.unreadable_table(kind, column)) from None
    return connection


def _unreadable_column(connection: Connection, given: Any, kind: str) -> str | None:  # noqa: ANN401 - libraries without types
    """Return the first column of a frame that cannot be read by itself; None if each can, or if it is unknown."""
    for name in given.columns if kind in (PANDAS, POLARS) else ():
        try:
            connection.register("alone", given[[name]])
        except Exception:  # noqa: BLE001 - as in `connection_over`
            return str(name)
    return None


def _check_names(given: Any, kind: str) -> None:  # noqa: ANN401 - libraries without types
    """Raise DataError if there are no columns, or two have the same name: nobody knows which of them counts."""
    if kind in (PANDAS, POLARS) and len(given.columns) == 0:
        raise DataError(say_record.missing_record_columns(f"{kind} table", ["lea_code"], []))
    columns = getattr(getattr(given, "schema", None), "names", ()) if kind == ARROW else given.columns
    names = [str(name) for name in columns]
    repeated = repeated_names(names, range(len(names)))
    if repeated:
        raise DataError(say.repeated_column(f"{kind} table", None, repeated[0]))


def _with_index(frame: Any) -> Any:  # noqa: ANN401 - a library without types
    """Return a DataFrame of pandas with the named levels of its index as columns, which DuckDB would leave out."""
    named = [name for name in frame.index.names if name is not None and name not in frame.columns]
    return frame.reset_index(level=named) if named else frame


def rows_of(connection: Connection) -> Iterator[dict[str, object]]:
    """Yield the rows of the table of a connection, by the names of its columns; DataError if one cannot be read.

    Of binary numbers of 4 bytes they have the digits that these are written with: 66.7, and not 66.69999694824219.
    """
    short = [name for name, kind, *_ in connection.execute("DESCRIBE given").fetchall() if kind == "FLOAT"]
    quoted = ['"' + name.replace('"', '""') + '"' for name in short]
    written = f" REPLACE ({', '.join(f'{one}::VARCHAR::DOUBLE AS {one}' for one in quoted)})" if quoted else ""
    cursor = connection.execute(f"SELECT *{written} FROM given")  # noqa: S608 - of quoted names
    names = [name for name, *_ in cursor.description]
    while rows := _fetched(cursor):
        yield from (dict(zip(names, row, strict=True)) for row in rows)


def _fetched(cursor: Connection) -> list[tuple[object, ...]]:
    try:
        rows: list[tuple[object, ...]] = cursor.fetchmany(_CHUNK)
    except Exception:  # noqa: BLE001 - such as a date before the first of Python's
        raise DataError(say_record.unreadable_table("given")) from None
    return rows


def as_given(given: Any, columns: Sequence[str], rows: Sequence[Sequence[Cell]], whole: Collection[str]) -> Any:  # noqa: ANN401 - libraries without types
    """Return a table of the kind that is given; `whole` are the columns of whole numbers."""
    kind = kind_of(given)
    if kind == DUCKDB:
        results = as_frame(ARROW, columns, rows, whole)  # noqa: F841 - the query finds it by its name
        # The relation's own connection, so that the results may be joined with what else it has.
        return given.query("rulelang_records", "SELECT * FROM results")
    return as_frame(kind, columns, rows, whole)


def as_frame(kind: str, columns: Sequence[str], rows: Sequence[Sequence[Cell]], whole: Collection[str] = ()) -> Any:  # noqa: ANN401 - as above
    """Return rows as a table of Arrow, pandas or Polars; `whole` are columns of whole numbers though they be blank.

    ValueError for anything else, and DataError if the library is not installed.
    """
    known = {name.casefold(): name for name in (ARROW, PANDAS, POLARS)}
    if kind.casefold() not in known:
        raise ValueError(f"`{kind}` is no kind of frame; there are {', '.join(known)}")
    arrow = _library("pyarrow")
    results = arrow_table(arrow, columns, rows, whole)
    match known[kind.casefold()]:
        case "pandas":
            return results.to_pandas(types_mapper={arrow.int64(): _library("pandas").Int64Dtype()}.get)
        case "Polars":
            return _library("polars").from_arrow(results)
        case _:
            return results


def _class_of(given: object) -> str | None:
    for one in type(given).__mro__:
        kind = _KINDS.get((one.__module__.partition(".")[0].lstrip("_"), one.__name__))
        if kind is not None:
            return kind
    return None


def _library(name: str) -> Any:  # noqa: ANN401 - a module
    with needed("read or write a table"):
        return importlib.import_module(name)
