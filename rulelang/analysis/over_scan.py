"""Work over files of plain records that DuckDB scans, with an end for whatever may be wrong with them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from rulelang.data.report import FileReport, ReadReport
from rulelang.data.room import Room
from rulelang.data.scan import (
    RECORDS,
    Connection,
    Make,
    NotUnderstoodError,
    connection_error,
    files_in,
    is_lack_of_room,
    is_text,
    rows_by_file,
    said,
    scan,
    sha256_of_file,
)
from rulelang.data.stopping import stoppable

T = TypeVar("T")


def over_scan(
    path: Path, room: Room, work: Callable[[Connection], T], make: Make | None = None
) -> tuple[T, ReadReport] | None:
    """Return what comes of work over the records of a file or folder, and the counts of the files' rows.

    None where the records are for the reader. `make` is as for `scan`. Raises DataError
    where the files break off or the disk is full.
    """
    try:
        connection = scan(path, room, make)
    except ValueError:
        return None
    try:
        with stoppable(connection):
            return work(connection), _report(connection, path)
    except NotUnderstoodError:
        return None
    except connection_error() as error:
        if is_text(path) and not is_lack_of_room(error):
            return None  # the reader says which line is wrong
        raise said(error, path) from error
    finally:
        connection.close()


def _report(connection: Connection, path: Path) -> ReadReport:
    """Return the counts of files of which every row is right."""
    files = files_in(path)
    rows = {Path(name).name: number for name, number in rows_by_file(connection, files)}
    return ReadReport(
        tuple(FileReport(file, RECORDS, sha256=sha256_of_file(file), used=rows.get(file.name, 0)) for file in files)
    )
