"""From the bytes of a file to text with one kind of line end and no invisible characters in its words."""

from __future__ import annotations

import re
from typing import Final

from rulelang.diagnostics.catalogue import text as messages
from rulelang.diagnostics.diagnostic import Reporter
from rulelang.diagnostics.source import Source
from rulelang.syntax.keywords import ALSO_SAID, KEYWORDS

_LINE_ENDS: Final = ("\r\n", "\r", "\x0b", "\x0c", "\x85", "\u2028", "\u2029")

_JOINERS: Final = "\u00ad\u200c\u200d\u2060\ufeff"
JOINERS: Final = re.compile(f"[{_JOINERS}]")
"""Invisible characters that word processors put inside words, such as the soft hyphen."""


def plain(text: str) -> str:
    """Return a text with one kind of line end and no invisible characters in its words."""
    for end in _LINE_ENDS:
        text = text.replace(end, "\n")
    for joiner in _JOINERS:
        text = text.replace(joiner, "")
    return text


def pattern_of(terminal: str) -> str:
    """Return a regular expression for every way to write a keyword, with the space behind it.

    Of lines about a file, which are read before the words of its vocabulary are known.
    """
    written = sorted((*KEYWORDS[terminal], *ALSO_SAID.get(terminal, ())), key=len, reverse=True)
    ways = "|".join(r"[ \t]+".join(map(re.escape, way.split())) for way in written)
    return rf"(?:{ways})(?:(?<=:)[ \t]*|[ \t]+)"


def ruleset_named(text: str) -> str:
    """Return the name of a ruleset as it is in a sentence: without its ending, and with `/` between folders."""
    return text.strip().rstrip(".").replace("\\", "/").removesuffix(".rules")


def vocabulary_title(text: str) -> str:
    """Return the name of a vocabulary without the words around it: `the California Dashboard vocabulary`."""
    found = _VOCABULARY_TITLE.fullmatch(text.strip())
    return " ".join((found[1] if found is not None else text).split())


_VOCABULARY_TITLE: Final = re.compile(r"(?:the\s+)?(?:vocabulary\s+)?[\"“„]?(.+?)[\"“”]?(?i:\s+vocabulary)*")
"""A capital letter begins the name: `The Works`."""


def _is_data(text: str) -> bool:
    """Return whether a text begins with two rows of as many cells, more than a table of rules has."""
    first, second = (*text.lstrip("\n").split("\n", 2), "")[:2]
    return any(first.count(mark) == second.count(mark) >= FEWEST_MARKS for mark in "\t^")


FEWEST_MARKS: Final = 5
"""The fewest separators in rows of data; a table of rules is label, condition and outcome."""

LARGEST_FILE: Final = 250_000
"""The most bytes a rule file may have. The shipped ones have a hundredth of it."""


def decode(name: str, content: bytes, reporter: Reporter) -> Source | None:
    """Return the text of a rule file, with one kind of line end and no invisible characters in its words.

    None, and a report, if it is not text.
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
    if _is_data(text):
        reporter.report(messages.data_file(name))
        return None
    return Source(name, text)
