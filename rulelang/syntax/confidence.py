"""Marks of confidence in words: `C in 2017, A from 2018 on`, as a clause or a cell of a table writes them."""

from __future__ import annotations

import re
from typing import Final

from rulelang.diagnostics.sentences import in_sentence
from rulelang.syntax.tree.levels import Mark

_YEAR: Final = r"\d{4}"
_MARK: Final = re.compile(
    rf"(?P<letter>[A-Z])"
    rf"(?: in (?P<years>{_YEAR}(?:(?: and |, ?){_YEAR})*)"
    rf"| from (?P<since>{_YEAR}) (?:on|to (?P<until>{_YEAR})))?",
    re.IGNORECASE,
)
_BETWEEN: Final = re.compile(r"\s*[,;]\s*")


def read_marks(text: str) -> tuple[Mark, ...]:
    """Return the marks in some words, in the order written; none if the words are not marks of confidence."""
    words = re.sub(r"\s+([,;])", r"\1", " ".join(text.split()))
    found: list[Mark] = []
    at = 0
    while at < len(words):
        mark = _MARK.match(words, at)
        if mark is None:
            return ()
        found.append(_mark(mark))
        between = _BETWEEN.match(words, mark.end())
        if between is None and mark.end() < len(words):
            return ()
        at = between.end() if between is not None else len(words)
        if between is not None and at == len(words):
            return ()
    return tuple(found)


def marks_text(marks: tuple[Mark, ...]) -> str:
    """Return marks in words: `C in 2017, A from 2018 on`."""
    return ", ".join(_mark_text(mark) for mark in marks)


def _mark(found: re.Match[str]) -> Mark:
    years = tuple(int(year) for year in re.findall(_YEAR, found["years"] or ""))
    since, until = found["since"], found["until"]
    return Mark(found["letter"].upper(), years, int(since) if since else None, int(until) if until else None)


def _mark_text(mark: Mark) -> str:
    if mark.since is not None:
        return f"{mark.letter} from {mark.since} {'on' if mark.until is None else f'to {mark.until}'}"
    if not mark.years:
        return mark.letter
    return f"{mark.letter} in {in_sentence(mark.years)}"
