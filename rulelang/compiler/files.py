"""Reads the bytes of rule files, and reports files that cannot be read. All reading of rule files happens here."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

from rulelang.compiler.locations import NOTHING_HELD, Held, locate
from rulelang.compiler.near_paths import ruleset_not_found
from rulelang.diagnostics.catalogue import text as messages
from rulelang.diagnostics.diagnostic import Reporter
from rulelang.diagnostics.source import Source
from rulelang.syntax.plain_text import LARGEST_FILE, decode


def find_ruleset(name: str | Path, reporter: Reporter) -> Path | None:
    """Return the file of a ruleset given by path or by name; None, and a report, if there is none."""
    path = locate(name)
    if path is None:
        reporter.report(ruleset_not_found(str(name)))
    return path


def shown_name(path: Path) -> str:
    """Return a path as people should see it: relative to the working folder if that is shorter."""
    try:
        return path.resolve().relative_to(Path.cwd()).as_posix()
    except ValueError:
        return path.as_posix()


def read_source(path: Path, reporter: Reporter, held: Held = NOTHING_HELD) -> Source | None:
    """Return the text of a rule file; None, and a report, if it cannot be opened or is not rule text."""
    content = read_content(path, reporter, held)
    return decode(shown_name(path), content, reporter) if content is not None else None


def read_content(path: Path, reporter: Reporter, held: Held = NOTHING_HELD) -> bytes | None:
    """Return the bytes of a rule file; None, and a report, if it cannot be opened or is too large for one."""
    if held and path.resolve() in held:
        return held[path.resolve()]
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_FILE + 1)
            size = path.stat().st_size
    except OSError as error:
        reporter.report(messages.cannot_open(shown_name(path), (error.strerror or "it cannot be read").lower()))
        return None
    if len(content) > LARGEST_FILE:
        reporter.report(messages.file_too_large(shown_name(path), size, LARGEST_FILE))
        return None
    return content


def read_standard_input() -> bytes:
    """Return what comes from standard input, as far as a rule file may be long; nothing if it is closed."""
    return sys.stdin.buffer.read(LARGEST_FILE + 1) if sys.stdin is not None else b""


def fingerprint_of(text: str) -> str:
    """Return the SHA-256 of a text, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()
