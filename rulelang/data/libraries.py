"""Says which library is missing, wherever one is imported that an installation may be without."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rulelang.data.report import DataError
from rulelang.diagnostics.catalogue import run as say


@contextmanager
def needed(purpose: str, package: str = "") -> Iterator[None]:
    """Raise DataError where a library that is imported inside is not installed, with the command that installs it.

    `package` is what it is installed as, if that is not its name. Of a missing part of rulelang itself nothing is said.
    """
    try:
        yield
    except ImportError as missing:
        name = (missing.name or package).partition(".")[0]
        if name in ("", "rulelang"):
            raise
        raise DataError(say.extra_missing(package or name, purpose)) from None
