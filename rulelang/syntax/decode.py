"""From the bytes of a file to text that can be parsed, or to the reason why not."""

from __future__ import annotations

from typing import Final

from rulelang.diagnostics.catalogue import text as messages
from rulelang.diagnostics.diagnostic import Reporter
from rulelang.diagnostics.source import Source
from rulelang.syntax.plain_text import plain

LARGEST_FILE: Final = 250_000
"""The most bytes a rule file may have. The shipped ones have a hundredth of it."""


def decode(name: str, content: bytes, reporter: Reporter) -> Source | None:
    """Return the text of a rule file, with every kind of line end made one and nothing unseen in its words.

    None, and a report, where it is no text.
    """
    if len(content) > LARGEST_FILE:
        reporter.report(messages.file_too_large(name, len(content), LARGEST_FILE))
        return None
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        reporter.report(messages.utf16(name))
        return None
    if content.startswith(b"{\\rtf"):
        reporter.report(messages.rich_text(name))
        return None
    if b"\0" in content:
        reporter.report(messages.not_text(name))
        return None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        reporter.report(messages.not_utf8(name, line))
        return None
    text = plain(text)
    if not text.strip():
        reporter.report(messages.empty_file(name))
        return None
    return Source(name, text)
