"""Remembers which checks found nothing wrong, so that files that have not changed are not checked again.

What is remembered is a hash of all that a check depends on: the rule files of the folder with their lock file, the
vocabulary, and the program itself. It is the name of an empty file in a folder of the user's own: nothing in it can be
damaged, and nothing of it is ever run or printed. Only a check without a single message is remembered, so the whole of
what is left out is finding nothing. Whatever cannot be read or written here means a fresh check.
"""

from __future__ import annotations

import hashlib
import os
import stat
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from rulelang.compiler.locations import LOCK_FILE, SUFFIX, files_levels_come_from, locate, vocabulary_files

FOLDER_VARIABLE: Final = "RULELANG_CACHE_DIR"

_PROGRAM: Final = ("rulelang", "lark", "attr")
"""The packages whose code decides what a check finds."""

_MOST_BYTES: Final = 10_000_000
_MOST_ENTRIES: Final = 1_000


def state_of(name: str | Path) -> str | None:
    """Return a hash of all that a check of a ruleset depends on; None where some of it cannot be read or is huge."""
    try:
        path = locate(name)
        return _hash_of(str(name), path) if path is not None else None
    except OSError:
        return None


def was_clean(state: str) -> bool:
    """Return whether a check of this very state is known to have found nothing wrong."""
    folder = _folder()
    try:
        return folder is not None and _is_ours(folder) and folder.joinpath(state).is_file()
    except OSError:
        return False


def remember_clean(state: str) -> None:
    """Note that a check of a state found nothing wrong; where nothing can be noted, nothing happens."""
    folder = _folder()
    if folder is None:
        return
    try:
        folder.mkdir(mode=stat.S_IRWXU, parents=True, exist_ok=True)
        if _is_ours(folder):
            _make_room(folder)
            folder.joinpath(state).touch()
    except OSError:
        return


# ---- what a check depends on ----


def _hash_of(name: str, ruleset: Path) -> str | None:
    digest = hashlib.sha256(f"{sys.version}\0{name}".encode(errors="surrogateescape"))
    size = 0
    for path in (*_code(), *_rule_files(ruleset)):
        if not path.is_file():  # Reading what is no file, such as a pipe, would use it up.
            return None
        size += path.stat().st_size
        if size > _MOST_BYTES:
            return None
        content = path.read_bytes()
        digest.update(f"\0{path}\0{len(content)}\0".encode(errors="surrogateescape"))
        digest.update(content)
    return digest.hexdigest()


def _rule_files(ruleset: Path) -> Iterator[Path]:
    """Yield every file of rules that a check may read: the whole folder, as years look back and build on others."""
    path = ruleset.resolve()
    yield path
    yield from vocabulary_files(path)
    beside = sorted(one for one in path.parent.iterdir() if one.suffix == SUFFIX or one.name == LOCK_FILE)
    yield from beside
    years = [path, *(one for one in beside if one.suffix == SUFFIX and one.is_file())]
    yield from dict.fromkeys(found for one in years for found in files_levels_come_from(one))


def _code() -> Iterator[Path]:
    """Yield the files of the program: its own code and grammar, and the libraries that it reads rules with."""
    for package in _PROGRAM:
        spec = find_spec(package)
        for folder in spec.submodule_search_locations or () if spec is not None else ():
            for inner, folders, names in os.walk(folder, onerror=_refuse):
                folders[:] = sorted(one for one in folders if one != "__pycache__")
                yield from (Path(inner, one) for one in sorted(names))


def _refuse(error: OSError) -> None:
    """Leave nothing of the program out that cannot be listed, as where it runs from an archive."""
    raise error


# ---- where it is remembered ----


def _folder() -> Path | None:
    """Return the folder of what is remembered, whether it is there or not; None where the user has no home."""
    if given := os.environ.get(FOLDER_VARIABLE):
        return Path(given, "clean-checks")
    try:
        return _caches() / "rulelang" / "clean-checks"
    except RuntimeError:
        return None


def _caches() -> Path:
    """Return the folder in which programs keep what they can make again, as each system has it."""
    if sys.platform == "win32" and (given := os.environ.get("LOCALAPPDATA")):
        return Path(given)
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches"
    given = os.environ.get("XDG_CACHE_HOME", "")
    return Path(given) if Path(given).is_absolute() else Path.home() / ".cache"


def _is_ours(folder: Path) -> bool:
    """Return whether nobody else can write into a folder; OSError where there is none."""
    found = folder.stat()
    if sys.platform == "win32":
        return True
    return found.st_uid == os.geteuid() and not found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


def _make_room(folder: Path) -> None:
    """Forget everything once it is much, so that the folder does not grow for ever."""
    entries = list(folder.iterdir())
    if len(entries) >= _MOST_ENTRIES:
        for entry in entries:
            entry.unlink(missing_ok=True)
