"""Reads the sheets of Excel workbooks into rows of cells.

A workbook can be made, or be damaged, so that the library that reads it takes all memory there is, goes on for hours or
ends the process. So it is read by another process (`data.workbook_child`), with a bound on its memory and time. Where
that one ends, there is a message about the workbook, and the next one is read by a new process.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from typing import Final

from attrs import field

from rulelang.data import workbook_child as child
from rulelang.data.cells import MARK
from rulelang.data.report import DataError
from rulelang.data.text_rows import LineRows
from rulelang.diagnostics.catalogue import data as say
from rulelang.diagnostics.plain_data import define, frozen

SECONDS: Final = 10
"""How long the process may work on a workbook, and another second for each megabyte of it; where the machine is busy,
four times as long by the clock."""
CLOCK: Final = 4

_STARTS: Final = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""How an archive begins, and a file of the older format."""

_HAS_PROCESSES: Final = bool(sys.executable) and sys.platform not in ("emscripten", "wasi")
"""A browser has none; what a workbook can do there is bounded by the page it runs in."""


@frozen
class Sheet:
    """A sheet's name, and its rows that are not blank with the numbers Excel gives them, every cell as text.

    A cell without a value, such as an error, holds what a person sees in its place: `#N/A`, or the formula.
    """

    name: str
    rows: LineRows


def sheets_of(file: str, content: bytes) -> list[Sheet]:
    """Return the sheets of a workbook; DataError if it is none, is damaged, or takes too much to be read."""
    if not content.startswith(_STARTS):
        raise DataError(say.broken_spreadsheet(file))
    with one_child() as reader:
        word, rows = reader.ask(content) if _HAS_PROCESSES else child.answer_to(content)
    if word == child.SHEETS:
        return list(_sheets(rows))
    if word == child.STRAY_CELL:
        raise DataError(say.stray_cell(file, rows[0].decode()))
    if word == child.TOO_LARGE:
        raise DataError(say.workbook_takes_too_much(file, _seconds(content), child.MEMORY >> 20))
    raise DataError(say.broken_spreadsheet(file))


def _sheets(rows: list[bytes]) -> Iterator[Sheet]:
    """Yield the sheets of rows, which are used up, so that memory never holds all of them twice."""
    rows.reverse()
    while rows:
        name = _text(rows.pop().removeprefix(child.SHEET))
        lines = []
        while rows and not rows[-1].startswith(child.SHEET):
            number, _, line = _text(rows.pop()).partition(child.CELL_END)
            lines.append((int(number), line))
        yield Sheet(name, LineRows(lines, child.CELL_END, has_marks=False))


def _text(row: bytes) -> str:
    return row.decode("utf-8", "replace").replace(MARK, "")


def _seconds(content: bytes) -> int:
    return SECONDS + (len(content) >> 20)


# ---- The other process ----


@define
class _Child:
    """The process that reads workbooks, started when it is first asked and again where it has ended."""

    _process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def ask(self, content: bytes) -> tuple[bytes, list[bytes]]:
        """Return the answer to a workbook; that it takes too much, where the process ended without one."""
        seconds = _seconds(content)
        try:
            process = self._running()
            with _killed_after(seconds * CLOCK, process):
                answer = _exchange(process, child.REQUEST.pack(len(content), seconds) + content)
        except OSError:
            answer = None
        if answer is None:
            self.end()
        return answer or (child.TOO_LARGE, [])

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            paths = os.pathsep.join(path for path in sys.path if path)
            self._process = subprocess.Popen(  # noqa: S603 - this very program
                [sys.executable, "-P", child.__file__],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={**os.environ, "PYTHONPATH": paths},
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        return self._process

    def end(self) -> None:
        """End the process, if there is one."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            with suppress(OSError), process:  # which closes its pipes, and waits for it
                pass


@contextmanager
def _killed_after(seconds: float, process: subprocess.Popen[bytes]) -> Iterator[None]:
    watch = threading.Timer(seconds, process.kill)
    watch.daemon = True
    watch.start()
    try:
        yield
    finally:
        watch.cancel()


def _exchange(process: subprocess.Popen[bytes], request: bytes) -> tuple[bytes, list[bytes]] | None:
    """Return the answer to a request; None if the process ends without one."""
    given, taken = process.stdin, process.stdout
    if given is None or taken is None:
        return None
    given.write(request)
    given.flush()
    head = taken.read(child.ANSWER.size)
    if len(head) < child.ANSWER.size:
        return None
    word, size = child.ANSWER.unpack(head)
    rows = taken.read(size)
    return (word, rows.split(child.ROW_END) if rows else []) if len(rows) == size else None


_CURRENT: ContextVar[_Child | None] = ContextVar("workbooks", default=None)


@contextmanager
def one_child() -> Iterator[_Child]:
    """Let one process read all workbooks that are read within; within another such block, that one's process."""
    running = _CURRENT.get()
    if running is not None:
        yield running
        return
    running = _Child()
    token = _CURRENT.set(running)
    try:
        yield running
    finally:
        _CURRENT.reset(token)
        running.end()
