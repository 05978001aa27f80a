"""Lets Ctrl-C, or another signal that asks a run to stop, end what DuckDB is doing.

Python handles a signal only when DuckDB returns, which may take minutes. A thread is therefore woken by the signal and
interrupts the connection.
"""

from __future__ import annotations

import importlib
import os
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final

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
