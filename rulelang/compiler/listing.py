"""The existing rulesets, with the title and year in their first line. No rule is read for it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from attrs import frozen

from rulelang.compiler.files import read_source
from rulelang.compiler.locations import SUFFIX, installed, known_rulesets
from rulelang.diagnostics.diagnostic import Reporter
from rulelang.syntax.plain_text import pattern_of

_TITLE: Final = re.compile(rf"^\s*{pattern_of('RULESET')}(\S.*?)\s+(\d{{4}})\s*(?:#.*)?$", re.MULTILINE | re.IGNORECASE)

_WHAT_IF: Final = re.compile(rf"^\s*{pattern_of('WHAT_IF')}[^\n#]+", re.MULTILINE | re.IGNORECASE)
"""The first line of changes that are in force nowhere."""


@frozen
class Listed:
    """A ruleset: the name to load it by, and the title and year it begins with; None if it does not begin so."""

    ruleset: str
    title: str | None
    year: int | None


def installed_rulesets() -> Iterator[Listed]:
    """Yield the installed rulesets: rulelang's own, then those of others; by path if two share a name."""
    for name in known_rulesets():
        files = installed(f"{name}{SUFFIX}")
        yield from (listed(name if len(files) == 1 else file.as_posix(), file) for file in files)


def listed(name: str, path: Path) -> Listed:
    """Return a rule file as a list of rulesets has it."""
    source = read_source(path, Reporter())
    return titled(name, source.text if source is not None else "")


def titled(name: str, text: str) -> Listed:
    """Return the text of a rule file as a list of rulesets has it."""
    if title := _TITLE.search(text):
        return Listed(name, " ".join(title[1].split()), int(title[2]))
    question = _WHAT_IF.search(text)
    return Listed(name, " ".join(question[0].split()) if question else None, None)
