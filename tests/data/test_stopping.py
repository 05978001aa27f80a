"""Signals end what DuckDB is doing at once, and go on to whoever else waits for them."""

from __future__ import annotations

import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from rulelang.data.scan import stoppable

duckdb = pytest.importorskip("duckdb", reason="DuckDB is not installed")

ENDLESS = "SELECT count(*) FROM range(100000000000000) AS numbers(number)"
AT_ONCE = 60.0
"""Seconds, on the slowest machine; without help a signal waits for the end of the query, hours."""


class AskedError(BaseException):
    """What the handler of a test raises."""


@contextmanager
def handled(number: signal.Signals, handler: Callable[[int, object], None]) -> Iterator[None]:
    before = signal.signal(number, handler)
    try:
        yield
    finally:
        signal.signal(number, before)


def raises(_: int, __: object) -> None:
    raise AskedError


def says_nothing(_: int, __: object) -> None:
    return


@contextmanager
def sent(number: signal.Signals, after: float = 0.3) -> Iterator[None]:
    """Send this process a signal after a while, from another thread."""
    timer = threading.Timer(after, os.kill, (os.getpid(), number))
    timer.start()
    started = time.monotonic()
    try:
        yield
    finally:
        timer.cancel()
        assert time.monotonic() - started < AT_ONCE


@pytest.mark.parametrize(
    "number, handler, raised",
    [
        (signal.SIGINT, raises, AskedError),
        (signal.SIGTERM, raises, AskedError),
        (signal.SIGINT, signal.default_int_handler, KeyboardInterrupt),
        (signal.SIGINT, says_nothing, KeyboardInterrupt),
    ],
)
def test_a_query_stops_at_once(
    number: signal.Signals, handler: Callable[[int, object], None], raised: type[BaseException]
) -> None:
    with duckdb.connect(":memory:") as connection, handled(number, handler):
        with pytest.raises(raised), stoppable(connection), sent(number):
            connection.execute(ENDLESS).fetchall()
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_a_signal_between_two_queries_stops_the_next() -> None:
    started = time.monotonic()
    with (  # noqa: PT012 - the second of two statements stops
        duckdb.connect(":memory:") as connection,
        handled(signal.SIGTERM, says_nothing),
        pytest.raises(KeyboardInterrupt),
        stoppable(connection),
    ):
        signal.raise_signal(signal.SIGTERM)
        connection.execute(ENDLESS).fetchall()
    assert time.monotonic() - started < AT_ONCE


def test_another_signal_stops_nothing() -> None:
    signals = handled(signal.SIGUSR1, says_nothing)
    with duckdb.connect(":memory:") as connection, signals, stoppable(connection), sent(signal.SIGUSR1, after=0.0):
        time.sleep(0.2)
        assert connection.execute("SELECT count(*) FROM range(30000000)").fetchone() == (30_000_000,)


def test_who_waited_for_signals_before_hears_of_them_and_does_so_again_after() -> None:
    hears, told = socket.socketpair()
    told.setblocking(False)
    hears.settimeout(AT_ONCE)
    before = signal.set_wakeup_fd(told.fileno())
    try:
        with duckdb.connect(":memory:") as connection, handled(signal.SIGTERM, says_nothing):
            with pytest.raises(KeyboardInterrupt), stoppable(connection), sent(signal.SIGTERM):
                connection.execute(ENDLESS).fetchall()
            assert hears.recv(1) == bytes([signal.SIGTERM])
    finally:
        assert signal.set_wakeup_fd(before) == told.fileno()
        hears.close()
        told.close()


def test_an_error_of_duckdb_stays_what_it_is() -> None:
    with duckdb.connect(":memory:") as connection, pytest.raises(duckdb.Error), stoppable(connection):
        connection.execute("SELECT nothing")


def test_another_thread_is_left_alone() -> None:
    found: list[object] = []

    def run() -> None:
        with duckdb.connect(":memory:") as connection, stoppable(connection):
            found.append(connection.execute("SELECT 1").fetchone())

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert found == [(1,)]
    assert threading.active_count() == len(threading.enumerate())


def test_nothing_waits_on_after_the_end() -> None:
    threads = threading.active_count()
    with duckdb.connect(":memory:") as connection, stoppable(connection):
        assert threading.active_count() == threads + 1
    assert threading.active_count() == threads
