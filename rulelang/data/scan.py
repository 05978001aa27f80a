"""Plain records scanned by DuckDB in place: Parquet, CSV and TSV files, and folders of them.

Nothing is read into memory here. `scan` makes the files a table that can be queried; whether every row of it is right
is for the caller to check.
"""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import os
import re
import signal
import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from itertools import chain
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import Any, Final

from attrs import frozen

from rulelang.data.aside import aside, nearest_folder, remove_leftovers
from rulelang.data.cells import column_name
from rulelang.data.record_files import COLUMNS, CSV, DELIMITERS, PARQUET, TSV, files_in
from rulelang.data.report import DataError
from rulelang.diagnostics.catalogue import data as say
from rulelang.diagnostics.catalogue import records as say_record


@frozen
class Room:
    """The limits of a database in memory: how much memory, as DuckDB writes it, and a folder for what does not fit.

    Without a limit DuckDB uses its own, which is four fifths of the machine's memory.
    """

    memory: str | None = None
    folder: Path | None = None

    def settings(self) -> dict[str, str]:
        """Return the settings of DuckDB for it."""
        named = {"memory_limit": self.memory, "temp_directory": self.folder}
        return {name: str(value) for name, value in named.items() if value is not None}


EVERYTHING: Final = Room()


@contextmanager
def room_beside(out: Path, memory: str | None) -> Iterator[Room]:
    """Yield a limit of memory, and a temporary folder beside results; DataError if no folder can be made there.

    The results' own folder may not exist yet, and is not created.
    """
    with ExitStack() as stack:
        try:
            remove_leftovers(nearest_folder(out.absolute().parent))
            folder = stack.enter_context(aside(nearest_folder(out)))
        except OSError:
            raise DataError(say_record.unwritable_file(str(out))) from None
        yield Room(memory, folder / "spilled")


RECORDS: Final = "records"
"""The name of the table."""

NEEDED: Final = {"lea_code": ("lea_code", "cds"), "year": ("year",), "indicator": ("indicator",), "level": ("level",)}
NUMBER: Final = "number"
"""The column in place of a level where records give numbers."""

TEXT: Final = (CSV, TSV)


class NotUnderstoodError(ValueError):
    """Records with something in them that only the reader can interpret, or that is wrong."""


def can_scan(path: Path) -> bool:
    """Return whether DuckDB is installed and the files are of a kind that it scans."""
    files = files_in(path)
    if importlib.util.find_spec("duckdb") is None:
        return False
    suffixes = {file.suffix.casefold() for file in files}
    return bool(files) and all(file.is_file() for file in files) and (suffixes == {PARQUET} or suffixes <= set(TEXT))


def is_text(path: Path) -> bool:
    """Return whether the files are text."""
    return all(file.suffix.casefold() in TEXT for file in files_in(path))


def connection_error() -> type[Exception]:
    """Return the class of what DuckDB raises."""
    error: type[Exception] = importlib.import_module("duckdb").Error
    return error


Connection = Any
"""A connection to DuckDB."""


def scan(path: Path, room: Room = EVERYTHING) -> Connection:
    """Return a connection to a database in memory in which the records of a file or folder are the table `records`.

    Raises DataError if the files cannot be read, and ValueError if a reader must look at each row.
    """
    duckdb = importlib.import_module("duckdb")
    connection = duckdb.connect(":memory:", config=room.settings())
    try:
        with stoppable(connection):
            files = files_in(path)
            _check_marks(files if is_text(path) else ())
            view(connection, _source(files), str(path))
            if not is_text(path):
                _check_types(connection, files)
            _check_rows(connection, str(path))
    except (duckdb.Error, DataError, ValueError) as error:
        connection.close()
        if is_text(path):
            raise ValueError(str(error)) from error  # the reader says which line is wrong
        raise said(error, path) if isinstance(error, duckdb.Error) else error from None
    return connection


def view(connection: Connection, source: str, name: str) -> None:
    """Make the rows of a source, given as SQL, the table `records` of a connection.

    Raises DataError, which names the source, if a column is missing that every record has.
    """
    found = connection.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()
    _check_columns([column for column, *_ in found], name)
    connection.execute(f"CREATE VIEW {RECORDS} AS FROM {source}")


def _check_rows(connection: Connection, name: str) -> None:
    if connection.execute(f"SELECT 1 FROM {RECORDS} LIMIT 1").fetchone() is None:
        raise DataError(say.empty_data_file(name))


_ODD_MARKS: Final = re.compile(rb'" +"')
"""Of two quoted texts in one cell DuckDB leaves one out."""


def _check_marks(files: Sequence[Path]) -> None:
    """Raise NotUnderstoodError if a cell may be quoted in such a way that DuckDB and the reader differ."""
    for file in files:
        with file.open("rb") as opened, mmap(opened.fileno(), 0, access=ACCESS_READ) as content:
            if _ODD_MARKS.search(content):
                raise NotUnderstoodError


def _check_types(connection: Connection, files: Sequence[Path]) -> None:
    """Make sure that a scan of Parquet files gives the numbers that the reader, which reads each file by itself, gives.

    A scan makes columns of several types one, and a decimal of more than 38 digits a binary float. Raises
    NotUnderstoodError if it would.
    """
    kinds = "count(DISTINCT coalesce(type, '') || coalesce(converted_type, '') || coalesce(logical_type::VARCHAR, ''))"
    found = connection.execute(
        f"SELECT 1 FROM parquet_schema(?) GROUP BY lower(name) HAVING {kinds} > 1 OR max(precision) > 38 LIMIT 1",
        [[_as_it_is(str(file.absolute())) for file in files]],
    ).fetchone()
    if found is not None:
        raise NotUnderstoodError


def said(error: Exception, path: Path) -> DataError:
    """Return the message about Parquet files that DuckDB could not scan: one may not be opened, is empty, or broken."""
    if is_lack_of_room(error):
        return DataError(say_record.no_room_to_judge())
    for file in files_in(path):
        try:
            with file.open("rb") as opened:
                if not opened.read(1):
                    return DataError(say.empty_data_file(str(file)))
        except OSError:
            return DataError(say.unreadable_data_file(str(file)))
    return DataError(say_record.broken_records(str(_broken(path)), "Parquet"))


def is_lack_of_memory(error: Exception) -> bool:
    """Return whether DuckDB lacked memory."""
    return "OutOfMemory" in type(error).__name__


def is_lack_of_room(error: Exception) -> bool:
    """Return whether DuckDB lacked memory, or DuckDB or a writer lacked disk space."""
    full = ("no space left", "file too large", "disk quota", "out of memory", "temp_directory", "could not write")
    return is_lack_of_memory(error) or any(words in str(error).casefold() for words in full)


def _broken(path: Path) -> Path:
    """Return the first file that DuckDB cannot read by itself; the folder, where it can read each."""
    files = files_in(path)
    if len(files) == 1:
        return files[0]
    duckdb = importlib.import_module("duckdb")
    for file in files:
        with duckdb.connect(":memory:") as connection, stoppable(connection):
            try:
                connection.execute(f"SELECT count(COLUMNS(*)) FROM {_source([file])}").fetchall()
            except duckdb.Error:
                return file
    return path


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


_ANY_FILES: Final = "union_by_name = true, hive_partitioning = false, filename = false"
"""What is said of files of either kind: names of folders such as `year=2022` are no columns."""

_PARQUET_FILES: Final = f"{_ANY_FILES}, binary_as_string = false, file_row_number = false"

_TEXT_FILES: Final = (
    f"{_ANY_FILES}, header = true, skip = 0, all_varchar = true, normalize_names = false, nullstr = '',"
    " quote = '\"', escape = '\"', comment = '', compression = 'none', encoding = 'utf-8', strict_mode = true,"
    " null_padding = false, ignore_errors = false, store_rejects = false, max_line_size = 131072"
)
"""What DuckDB would guess is stated, so that it reads what the reader reads: no title, no comment is skipped.

Only the line ends are left to it, which both accept in any form.
"""


def _source(files: Sequence[Path]) -> str:
    """Return the words for the rows of files in a query."""
    # A relative path may begin with `~`, which DuckDB takes for the home folder.
    listed = ", ".join(_quoted(_as_it_is(str(file.absolute()))) for file in files)
    if files[0].suffix.casefold() == PARQUET:
        return f"read_parquet([{listed}], {_PARQUET_FILES})"
    return f"read_csv([{listed}], delim = {_quoted(_delimiter(files[0]))}, {_TEXT_FILES})"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _as_it_is(name: str) -> str:
    """Return the name of a file as a pattern of names that only this one has."""
    return re.sub(r"[\[*?]", r"[\g<0>]", name)


def _delimiter(file: Path) -> str:
    """Return what separates the cells of a text file, by its first line; ValueError if it cannot be read."""
    try:
        with file.open(encoding="utf-8-sig") as opened:
            first = next((line for line in opened if line.strip()), "")
    except OSError as error:
        raise ValueError(str(error)) from error
    return max(DELIMITERS, key=first.count)


def _check_columns(found: Sequence[str], name: str) -> None:
    named = {column_name(column) for column in found}
    without = ("indicator", "level") if NUMBER in named else ()
    missing = [column for column, words in NEEDED.items() if named.isdisjoint(words) and column not in without]
    if missing:
        known = {*COLUMNS, *chain.from_iterable(NEEDED.values())}
        unread = [column for column in found if column_name(column) not in known]
        raise DataError(say_record.missing_record_columns(name, missing, unread))


# ---- Ctrl-C, or another signal that asks a run to stop ----

# Python handles a signal only when DuckDB returns, which may take minutes. A thread is therefore woken by the signal
# and interrupts the connection.


STOPPING: Final = (signal.SIGINT, signal.SIGTERM)
AGAIN: Final = 0.05
"""Seconds after which a connection is interrupted again, which may just have been between two queries."""

_NOTHING: Final = b"\0"


@contextmanager
def stoppable(connection: Any) -> Iterator[None]:  # noqa: ANN401 - a library without types
    """Interrupt a connection to DuckDB as soon as a signal asks the process to stop, and raise as the signal does.

    The signal's handler decides what is raised; KeyboardInterrupt if it raises nothing. Outside the main thread, which
    is the only one that signals reach, nothing is done.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    watch = _Watch(connection)
    try:
        yield
    except Exception:
        watch.end()
        watch.answer()
        raise
    finally:
        watch.end()


class _Watch(threading.Thread):
    """Waits for a signal, and from then on interrupts a connection until the other end of the socket is closed."""

    def __init__(self, connection: Any) -> None:  # noqa: ANN401 - as above
        super().__init__(daemon=True)
        self._connection, self._error = connection, importlib.import_module("duckdb").Error
        self._received: list[int] = []
        self._woken, self._waker = socket.socketpair()
        self._waker.setblocking(False)
        self._others = signal.set_wakeup_fd(self._waker.fileno(), warn_on_full_buffer=False)
        self.start()

    def run(self) -> None:
        """Pass signals on to whoever waited for them before, and interrupt the connection."""
        while received := self._next():
            with suppress(OSError):
                if self._others != -1 and received != _NOTHING:
                    os.write(self._others, received)
            if received[0] in STOPPING:
                self._received.append(received[0])
                self._woken.settimeout(AGAIN)
            if self._received:
                with suppress(self._error):  # it may be closed by now
                    self._connection.interrupt()

    def _next(self) -> bytes:
        try:
            return self._woken.recv(1)
        except TimeoutError:
            return _NOTHING

    def end(self) -> None:
        """Stop waiting, once every signal that came is known of."""
        if self._waker.fileno() != -1:
            signal.set_wakeup_fd(self._others)
            self._waker.close()
        self.join()
        self._woken.close()

    def answer(self) -> None:
        """Do what a signal asked for that came, if one did: DuckDB may have put an error of its own in its place."""
        for number in self._received[:1]:
            handler = signal.getsignal(number)
            if callable(handler):
                handler(number, None)
            raise KeyboardInterrupt
