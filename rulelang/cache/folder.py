"""The user's own cache folder: results that can be computed again, by a hash of all that they depend on.

Each entry is one file in the part of the folder for its kind, named by the hash. A file is written under another name
and renamed, so that it is complete or absent. Its content begins with a hash of the rest and of its name, so that a
file that was damaged, or put in place of another, is recognized. Whatever cannot be read, or written, counts as absent.
"""

from __future__ import annotations

import hashlib
import os
import stat
import sys
from pathlib import Path
from typing import Final
from uuid import uuid4

FOLDER_VARIABLE: Final = "RULELANG_CACHE_DIR"
"""The environment variable that names another folder than the system's; if it is blank, nothing is kept."""

_MOST_ENTRIES: Final = 1_000
_MOST_BYTES: Final = 1 << 28
_SEAL_BYTES: Final = 32


def folder_of(kind: str) -> Path | None:
    """Return the folder of a kind of entry, whether it exists or not; None if there can be none."""
    given = os.environ.get(FOLDER_VARIABLE)
    if given is not None:
        return Path(given, kind) if given else None
    try:
        return _caches() / "rulelang" / kind
    except RuntimeError:
        return None


def kept(kind: str, key: str) -> bytes | None:
    """Return what is kept under a key; None if nothing is, it is damaged, or another user may have written it."""
    folder = folder_of(kind)
    try:
        sealed = _content(folder / key) if folder is not None and is_ours(folder) else None
    except OSError:
        return None
    content = None if sealed is None else sealed[_SEAL_BYTES:]
    return content if content is not None and sealed == _sealed(kind, key, content) else None


def keep(kind: str, key: str, content: bytes, *, most: int = _MOST_ENTRIES) -> None:
    """Keep something under a key; where nothing can be kept, nothing happens. Beyond `most` entries old ones go."""
    folder = folder_of(kind)
    if folder is None:
        return
    try:
        folder.mkdir(mode=stat.S_IRWXU, parents=True, exist_ok=True)
        if is_ours(folder):
            _make_room(folder, most)
            aside = folder / f".{key}.{uuid4().hex}"
            try:
                aside.write_bytes(_sealed(kind, key, content))
                aside.replace(folder / key)
            finally:
                aside.unlink(missing_ok=True)
    except OSError:
        return


def _content(path: Path) -> bytes | None:
    """Return the content of a file of an allowed size; None for a pipe or a device, which need not have an end."""
    found = path.stat()
    return path.read_bytes() if stat.S_ISREG(found.st_mode) and found.st_size <= _MOST_BYTES else None


def _sealed(kind: str, key: str, content: bytes) -> bytes:
    """Return a content after a hash of it and its key; an empty content needs none."""
    digest = hashlib.sha256(f"{kind}\0{key}\0".encode())
    digest.update(content)
    return digest.digest() + content if content else b""


def is_ours(folder: Path) -> bool:
    """Return whether nobody else can write into a folder; OSError if there is none."""
    found = folder.stat()
    if sys.platform in ("win32", "emscripten"):  # the second is a page in a browser, where there is nobody else
        return True
    return found.st_uid == os.geteuid() and not found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


def _caches() -> Path:
    """Return the folder in which programs keep what they can compute again, as each system has it."""
    if sys.platform == "win32" and (given := os.environ.get("LOCALAPPDATA")):
        return Path(given)
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches"
    given = os.environ.get("XDG_CACHE_HOME", "")
    return Path(given) if Path(given).is_absolute() else Path.home() / ".cache"


def _make_room(folder: Path, most: int) -> None:
    """Remove the oldest half of the entries once there are too many, so that the folder does not grow forever."""
    entries = [one for one in folder.iterdir() if one.is_file()]
    if len(entries) >= most:
        entries.sort(key=lambda one: one.stat().st_mtime)
        for entry in entries[: (len(entries) + 1) // 2]:
            entry.unlink(missing_ok=True)
