"""One file written aside and then given its name, so that there is never half of one."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def replaced(path: Path) -> Iterator[Path]:
    """Give a name aside to write a file under, which gets the file's name and rights once all of it is there.

    A link stays one: what it leads to is written. Raises OSError if it cannot be written; a file that was there before
    is then unharmed.
    """
    place = Path(os.path.realpath(path))
    aside = place.with_name(f".{place.name}.{os.getpid()}.part")
    try:
        yield aside
        if place.exists():
            aside.chmod(stat.S_IMODE(place.stat().st_mode))
        aside.replace(place)
    finally:
        aside.unlink(missing_ok=True)


def write_whole(path: Path, text: str) -> None:
    """Write a text in UTF-8 as it is, as `replaced` does; OSError if the folder or the file cannot be written."""
    with replaced(path) as aside:
        aside.write_text(text, encoding="utf-8", newline="")
