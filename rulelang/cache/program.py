"""Hashes of what something that is kept depends on: files, and the code of the program that made it."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final

MOST_BYTES: Final = 10_000_000
"""The most that files have together of which a hash is made."""

_NO_CODE: Final = frozenset({"__pycache__", "node_modules", "built"})
"""The folders of packages that have no code of Python in them, such as those in which the studio's page is built."""


@cache
def program_hash(packages: tuple[str, ...], without: frozenset[str] = frozenset()) -> str | None:
    """Return a hash of the code of some packages; None if some of it cannot be read, as in an archive.

    The folders of some names are left out. The code is read once: what runs is what it was when it started.
    """
    try:
        return hash_of("", code_of(packages, without))
    except OSError:
        return None


def code_of(packages: Iterable[str], without: frozenset[str] = frozenset()) -> Iterator[Path]:
    """Yield the files of packages that are installed, in the same order each time; OSError if one cannot be listed."""
    for package in packages:
        spec = find_spec(package)
        for folder in spec.submodule_search_locations or () if spec is not None else ():
            for inner, folders, names in os.walk(folder, onerror=_refuse):
                folders[:] = sorted({*folders} - _NO_CODE - without)
                yield from (Path(inner, one) for one in sorted(names))


def _refuse(error: OSError) -> None:
    """Leave nothing of the program out that cannot be listed, as where it runs from an archive."""
    raise error


def hash_of(start: str, paths: Iterable[Path], here: Path | None = None) -> str | None:
    """Return a hash of a text and of some files; None if one is no file, or they are huge; OSError if one is not there.

    If a folder is given, the hash depends on it for the files below: a ruleset contains such a file's path from there.
    """
    digest = hashlib.sha256(start.encode(errors="surrogateescape"))
    size = 0
    for path in paths:
        found = path.stat()
        size += found.st_size
        # Reading something other than a file, such as a pipe, would use it up.
        if not stat.S_ISREG(found.st_mode) or size > MOST_BYTES:
            return None
        content = path.read_bytes()
        seen_from = here if here is not None and path.is_relative_to(here) else None
        digest.update(f"\0{path}\0{seen_from}\0{len(content)}\0".encode(errors="surrogateescape"))
        digest.update(content)
    return digest.hexdigest()
