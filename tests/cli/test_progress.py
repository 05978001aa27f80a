"""What a person at a terminal sees of long work, and a file or another program does not."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.pages import ROOT

pty = pytest.importorskip("pty", reason="there are no terminals here")

WORKS = """
import signal
import time
from rulelang.cli.progress import working
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
with working("evaluating the records"):
    {work}
print("done")
"""

ENDLESS = """
import rulelang.analysis.statewide as statewide
from rulelang.cli import main
query = "SELECT count(*) FROM range(100000000000000) AS numbers(number)"
statewide.tables_over = lambda prepared, connection, **_: connection.execute(query).fetchall()
main()
"""


def seen(words: list[str], *, stop: bytes = b"") -> tuple[int, bytes, bytes]:
    """Return the exit code of a command, and what it writes to a terminal and to a file.

    The person at the terminal presses Ctrl-C once `stop` stands there.
    """
    ours, theirs = pty.openpty()
    process = subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, stderr=theirs, start_new_session=True)
    os.close(theirs)
    shown = b""
    while part := _read(ours):
        shown += part
        if stop and stop in shown:
            process.send_signal(signal.SIGINT)
            stop = b""
    os.close(ours)
    written, _ = process.communicate(timeout=60)
    return process.returncode, shown, written


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 4096)
    except OSError:  # nobody writes to it any more
        return b""


def test_short_work_is_not_seen() -> None:
    work = WORKS.format(work="time.sleep(0.1)")
    assert seen([sys.executable, "-c", work]) == (0, b"", b"done\n")


def test_long_work_is_seen() -> None:
    work = WORKS.format(work="signal.sigwait([signal.SIGINT])")  # until somebody has seen it, however long that takes
    code, shown, written = seen([sys.executable, "-c", work], stop=b" seconds so far")
    assert (code, written) == (0, b"done\n")
    assert b"evaluating the records" in shown
    assert re.search(rb"[1-9]\d* seconds so far", shown)


def test_a_file_holds_nothing_of_it() -> None:
    done = subprocess.run(
        [sys.executable, "-c", WORKS.format(work="time.sleep(1.5)")], cwd=ROOT, capture_output=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"done\n", b"")


@pytest.mark.slow
def test_records_are_seen_to_be_judged_and_ctrl_c_leaves_the_terminal_as_it_was(tmp_path: Path) -> None:
    pytest.importorskip("duckdb", reason="DuckDB is not installed")
    pytest.importorskip("sqlglot", reason="sqlglot is not installed")
    cells, out = tmp_path / "cells.csv", tmp_path / "out"
    cells.write_text("lea_code,year,student_group,indicator,level\n01611190000000,2023,EL,ELA,Red\n", encoding="utf-8")
    words = ["evaluate", "assistance/2023", "--records", str(cells), "--out", str(out)]
    code, shown, written = seen([sys.executable, "-c", ENDLESS, *words], stop=b"evaluating the records")
    assert code == 130
    assert shown.rstrip().endswith(b"stopped")
    assert shown.count(b"\x1b[?25l") == shown.count(b"\x1b[?25h")  # the cursor is hidden, and shown again
    assert written == b""
    assert not out.exists()
