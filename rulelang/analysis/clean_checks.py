"""Remembers which checks found nothing wrong, so that unchanged files are not checked again.

What is remembered is a hash of all that a check depends on: the rule files of the folder with their lock file, the
vocabulary, and the program itself. It is the name of an empty file in a folder of the user's own: nothing in it can be
damaged, and nothing of it is ever run or printed. Only a check without a single message is remembered, so all that is
skipped is finding nothing. Whatever cannot be read or written here means a fresh check.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Final

from rulelang.cache.folder import keep, kept
from rulelang.cache.program import hash_of, program_hash
from rulelang.compiler.locations import (
    LOCK_FILE,
    SUFFIX,
    VOCABULARY_FILE,
    locate,
)
from rulelang.compiler.standing import bases_of, files_levels_come_from, ground_of, vocabulary_files

KIND: Final = "clean-checks"
"""The part of the user's folder in which they are remembered."""

_PROGRAM: Final = ("rulelang", "attr")
"""The packages whose code and grammar decide what a check finds."""

_PARTS_UNUSED: Final = frozenset({"data", "dmn", "lsp", "reasoning", "report", "schemas", "services", "studio"})
"""The parts of the program that no check imports."""

_MOST_ENTRIES: Final = 1_000


def state_of(name: str | Path) -> str | None:
    """Return a hash of all that a check of a ruleset depends on; None if some of it cannot be read or is huge."""
    try:
        path = locate(name)
        return _hash_of(str(name), path) if path is not None else None
    except OSError:
        return None


def was_clean(state: str) -> bool:
    """Return whether a check of this very state is known to have found nothing wrong."""
    return kept(KIND, state) is not None


def remember_clean(state: str) -> None:
    """Record that a check of a state found nothing wrong; if that is impossible, nothing happens."""
    keep(KIND, state, b"", most=_MOST_ENTRIES)


# ---- what a check depends on ----


def _hash_of(name: str, ruleset: Path) -> str | None:
    code = program_hash(_PROGRAM, _PARTS_UNUSED)
    return hash_of(f"{sys.version}\0{name}\0{code}", _rule_files(ruleset), Path.cwd()) if code is not None else None


def _rule_files(ruleset: Path) -> Iterator[Path]:
    """Yield every file of rules that a check may read: whole folders, as years look back and build on others.

    They are the folder of the file, those of what it is based on and looks back to, and, as a year may be a link to
    another folder, what is there. The base of a base is one of the files of its folder.
    """
    path = ruleset.resolve()
    years, folders = [path], [*ground_of(path).folders]
    yield path
    yield from vocabulary_files(path)
    for folder in folders:
        beside = sorted(one for one in folder.iterdir() if one.suffix == SUFFIX or one.name == LOCK_FILE)
        yield from beside
        here = [one for one in beside if one.suffix == SUFFIX and one.is_file()]
        years += here
        for real in (
            real for one in here if one.name != VOCABULARY_FILE for real in (one.resolve(), *islice(bases_of(one), 1))
        ):
            if real.parent not in folders:
                folders.append(real.parent)
                yield from vocabulary_files(real)
    yield from dict.fromkeys(found for one in years for found in files_levels_come_from(one))
