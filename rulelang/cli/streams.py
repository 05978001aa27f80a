"""Standard output and error that never fail: any terminal's encoding, and a reader that stops early."""

from __future__ import annotations

import codecs
import errno
import io
import json
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import TextIO

BROKEN_PIPE = 141
"""What shells report for a command whose reader stopped early, as `head` does."""

UNWRITABLE = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)
"""The faults of a disk or device that output is sent to."""

PLAIN = {
    "→": "->",
    "–": "-",
    "—": "-",
    "─": "-",
    "…": "...",
    "•": "*",
    "×": "x",
    "÷": "/",
    "−": "-",
    "≥": ">=",
    "≤": "<=",
    "“": '"',
    "”": '"',
    "’": "'",
}
"""How to write characters of rule text where the terminal knows only plain ones."""


def make_output_safe() -> None:
    """Let standard output and error write any text: what their encoding lacks is written plainly, or as `?`."""
    sys.stdout, sys.stderr = sys.stdout or _nowhere(), sys.stderr or _nowhere()
    codecs.register_error("rulelang-plain", _plain)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="rulelang-plain")


def _nowhere() -> TextIO:
    """Return a stream that discards its text, to replace one that was closed before rulelang began, as by `>&-`."""
    return Path(os.devnull).open("w", encoding="utf-8")


def _plain(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(PLAIN.get(char, "?") for char in error.object[error.start : error.end]), error.end


def close_output(code: int) -> int:
    """Write out what is still held back and return the exit code; a reader that stopped early is no fault.

    Where that cannot be written, the code is 1 and the reason is said, unless a fault was reported before. What is left
    goes nowhere then, so that Python says nothing about it as it ends.
    """
    for stream in (sys.stdout, sys.stderr):
        try:
            if code == BROKEN_PIPE:
                _drop(stream)
            stream.flush()
        except BrokenPipeError:
            code = BROKEN_PIPE
            _drop(stream)
        except OSError as error:
            _drop(stream)
            if code == 0:
                code = 1
                with suppress(OSError):
                    sys.stderr.write(unwritable(error) + "\n")
                    sys.stderr.flush()
    return code


def _drop(stream: TextIO) -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def unwritable(error: OSError) -> str:
    """Return in words that output cannot be written, and why."""
    full = error.errno == errno.ENOSPC
    reason = "no space left" if full else (error.strerror or "the device fails").lower()
    return f"error: cannot write the output: {reason}"


def write_rules(text: str) -> None:
    """Write text that programs read back: in UTF-8 where it goes to a file or a program, whatever the terminal's is."""
    binary = None if is_terminal() else getattr(sys.stdout, "buffer", None)
    if binary is None:
        sys.stdout.write(text)
        return
    sys.stdout.flush()
    binary.write(text.encode("utf-8", "replace"))
    binary.flush()


def show_json(data: object) -> None:
    """Print data as JSON, with characters of every language as they are: in UTF-8 wherever it goes."""
    write_rules(json.dumps(data, ensure_ascii=False, indent=2) + "\n")


def wants_color(*, err: bool = False) -> bool:
    """Return whether what is written should be colored: on a terminal, unless NO_COLOR is set."""
    stream = sys.stderr if err else sys.stdout
    return stream.isatty() and not os.environ.get("NO_COLOR")


def width() -> int:
    """Return how many characters fit in a line: the terminal's width, or 100 if there is none."""
    if not sys.stdout.isatty():
        return 100
    return os.get_terminal_size(sys.stdout.fileno()).columns or 100


def is_terminal() -> bool:
    """Return whether a person is reading standard output, rather than a file or another program."""
    return sys.stdout.isatty()
