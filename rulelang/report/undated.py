"""Office files without the time at which they were made, so that equal results are equal files."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import Final

_UNDATED: Final = (1980, 1, 1, 0, 0, 0)


def undated(save: Callable[[io.BytesIO], object]) -> bytes:
    """Return an office file, which is an archive, without the times at which it and its parts were made."""
    saved, found = io.BytesIO(), io.BytesIO()
    save(saved)
    with zipfile.ZipFile(saved) as old, zipfile.ZipFile(found, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(zipfile.ZipInfo(name, _UNDATED), old.read(name), zipfile.ZIP_DEFLATED)
    return found.getvalue()
