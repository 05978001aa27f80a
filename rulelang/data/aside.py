"""Folders in which a run prepares its files, out of sight, until all of them are complete.

A run that is killed cannot remove its own. Each run therefore holds a lock in its folder, which the system releases
however the run ends, and the next run into the same place removes the folders whose lock it can take.
"""

from __future__ import annotations

import importlib
import importlib.util
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Final

PREFIX: Final = ".results."
READY: Final = ".part"
LOCK: Final = "lock"
"""The name of the file that is locked."""

_HAS_LOCKS: Final = importlib.util.find_spec("fcntl") is not None


@contextmanager
def aside(place: Path) -> Iterator[Path]:
    """Create a temporary folder in a place, and remove it after use; first remove those of runs that were killed.

    Raises OSError if no folder can be made in that place.
    """
    remove_leftovers(place)
    made = Path(tempfile.mkdtemp(".new", PREFIX, place))
    try:
        with (made / LOCK).open("wb") as lock:
            if _HAS_LOCKS:
                with suppress(OSError):  # a disk without locks, on which nothing is ever found to be left over
                    _take(lock)
                # Only now, with the lock taken, may another run see it as one that may be left over.
                made = made.rename(made.with_suffix(READY))
            yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


def remove_leftovers(place: Path) -> None:
    """Remove the temporary folders of ended runs from a place, and no others."""
    for folder in place.glob(f"{PREFIX}*{READY}") if _HAS_LOCKS else ():
        with suppress(OSError), (folder / LOCK).open("r+b") as lock:
            _take(lock)
            shutil.rmtree(folder, ignore_errors=True)


def nearest_folder(folder: Path) -> Path:
    """Return a folder or, if it does not exist yet, the nearest one above it that does."""
    return next(one for one in (folder, *folder.absolute().parents) if one.is_dir())


def _take(lock: BinaryIO) -> None:
    """Lock a file; OSError if another process has locked it."""
    locks = importlib.import_module("fcntl")
    locks.flock(lock, locks.LOCK_EX | locks.LOCK_NB)
