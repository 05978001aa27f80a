"""A progress bar that shows only where someone is watching and has waited for a second."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from attrs import field

from rulelang.diagnostics.plain_data import define

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

PATIENCE = 1.0
"""Seconds that pass before a bar is shown."""


@define
class Bar:
    """Told what is being done and how far it is; draws that once it has taken longer than a second."""

    watched: bool
    clock: float = field(factory=time.monotonic)
    _progress: Progress | None = None
    _task: TaskID | None = None

    def __call__(self, what: str, done: int, total: int) -> None:
        """Take note that `done` of `total` steps are done, and that the next is about `what`."""
        if not self.watched or time.monotonic() - self.clock < PATIENCE:
            return
        if self._progress is None or self._task is None:
            self._progress, self._task = _start()
        self._progress.update(self._task, description=what or "reading", completed=done, total=total)

    def close(self) -> None:
        """Take the bar off the terminal."""
        if self._progress is not None:
            self._progress.stop()


@contextmanager
def working(what: str) -> Iterator[None]:
    """Say on standard error, only on a terminal, that something is going on whose end cannot be foreseen.

    It is drawn once that has taken longer than a second, with the time since, and taken off at the end.
    """
    if not sys.stderr.isatty():
        yield
        return
    done, started = threading.Event(), time.monotonic()
    drawing = threading.Thread(target=_draw, args=(what, started, done), daemon=True)
    drawing.start()
    try:
        yield
    finally:
        done.set()
        drawing.join()


def _draw(what: str, started: float, done: threading.Event) -> None:
    if done.wait(PATIENCE):
        return
    from rich.console import Console

    with Console(stderr=True).status(what) as status:
        while not done.wait(PATIENCE):
            status.update(f"{what}, {time.monotonic() - started:,.0f} seconds so far")


def _start() -> tuple[Progress, TaskID]:
    from rich.console import Console
    from rich.progress import Progress

    progress = Progress(console=Console(stderr=True), transient=True)
    progress.start()
    return progress, progress.add_task("")


@contextmanager
def progress_bar() -> Iterator[Bar]:
    """Give a bar on standard error, which is drawn only on a terminal, and take it off at the end."""
    bar = Bar(watched=sys.stderr.isatty())
    try:
        yield bar
    finally:
        bar.close()
