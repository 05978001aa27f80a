"""Marks of confidence in words: `C in 2017, A from 2018 on`, as a clause or a cell of a table writes them."""

from __future__ import annotations

import re
from typing import Final

from rulelang.diagnostics.sentences import in_sentence
from rulelang.syntax.tree.statements import Mark

_YEAR: Final = r"\d{4}"
_ONE: Final = rf"([A-Z])(?: in ({_YEAR}(?:(?: and |, ?){_YEAR})*)| from ({_YEAR}) (?:on|to ({_YEAR})))?"
_MARK: Final = re.compile(_ONE, re.IGNORECASE)
_MARKS: Final = re.compile(rf"{_ONE}(?:\s*[,;]\s*{_ONE})*", re.IGNORECASE)


def read_marks(text: str) -> tuple[Mark, ...]:
    """Return the marks in some words, in the order written; none if the words are not marks of confidence."""
    words = re.sub(r"\s+([,;])", r"\1", " ".join(text.split()))
    return tuple(map(_mark, _MARK.finditer(words))) if _MARKS.fullmatch(words) else ()


def marks_text(marks: tuple[Mark, ...]) -> str:
    """Return marks in words: `C in 2017, A from 2018 on`."""
    return ", ".join(_mark_text(mark) for mark in marks)


def _mark(found: re.Match[str]) -> Mark:
    letter, listed, since, until = found.groups()
    years = tuple(int(year) for year in re.findall(_YEAR, listed or ""))
    return Mark(letter.upper(), years, int(since) if since else None, int(until) if until else None)


def _mark_text(mark: Mark) -> str:
    if mark.since is not None:
        return f"{mark.letter} from {mark.since} {'on' if mark.until is None else f'to {mark.until}'}"
    if not mark.years:
        return mark.letter
    return f"{mark.letter} in {in_sentence(mark.years)}"
