"""The record of how a page was made, with which anyone with the same data can make it again.

It names data files by their names and SHA-256, and no folder of the office that made the page.
"""

from __future__ import annotations

import json
import re
from typing import Any, Final

from attrs import asdict, frozen

_RECORD: Final = re.compile(r'<script type="application/json" id="run" data-page="([^"]*)">(.*?)</script>', re.DOTALL)
_MAIN: Final = re.compile(r"<main\b.*?</main>", re.DOTALL)


@frozen
class RecordedFile:
    """A data file that a page rests on: its name, without folders, and its SHA-256."""

    file: str
    sha256: str


@frozen
class PageRecord:
    """How a page was made: the rules by name and fingerprint, the options, and the data files.

    `recompute` and `as_year` are as in a `Request`.
    """

    engine: str
    ruleset: str
    fingerprint: str
    leas: tuple[str, ...]
    counties: tuple[str, ...]
    language: str
    pdf: bool
    data: tuple[RecordedFile, ...]
    recompute: bool = False
    as_year: int | None = None

    def as_text(self) -> str:
        """Return the record as a page holds it: JSON that cannot end the element that contains it."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True).replace("<", "\\u003c")


@frozen
class RecordedPage:
    """A page of a report as it was found: its name in the folder, its text, and its record."""

    name: str
    main: str
    record: PageRecord


def recorded_page(text: str) -> RecordedPage | None:
    """Return the record of a page; None if it is not a page of a report, or its record is damaged."""
    found = _RECORD.search(text)
    if found is None:
        return None
    try:
        return RecordedPage(found[1], main_of(text), _record_of(json.loads(found[2])))
    except (ValueError, TypeError, KeyError):
        return None


def main_of(text: str) -> str:
    """Return the text of a page, without the office's name, logo and style around it."""
    found = _MAIN.search(text)
    return found[0] if found is not None else ""


def _record_of(held: dict[str, Any]) -> PageRecord:
    files = tuple(RecordedFile(str(one["file"]), str(one["sha256"])) for one in held["data"])
    leas, counties = (tuple(map(str, held[name])) for name in ("leas", "counties"))
    engine, ruleset, fingerprint, language = (
        str(held[name]) for name in ("engine", "ruleset", "fingerprint", "language")
    )
    as_year = held.get("as_year")
    how = held.get("recompute") is True, as_year if isinstance(as_year, int) else None
    return PageRecord(engine, ruleset, fingerprint, leas, counties, language, held["pdf"] is True, files, *how)
