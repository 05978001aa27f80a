"""Keeps the content of published files in the user's own folder, so that an unchanged file is not read again.

Reading the state's files takes several times as long as evaluating them, and people use the same files again and again
while they work on rules. The content of a file depends on its bytes, its name (which every message has), the year and
the indicator it is read for, the vocabulary, and the program: a hash of all these is the key.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from enum import Enum
from typing import Final

from attrs import define, field, fields, has

from rulelang.cache.folder import folder_of, keep, kept
from rulelang.cache.objects import as_bytes, from_bytes
from rulelang.cache.program import program_hash
from rulelang.core.vocabulary import Vocabulary
from rulelang.data.coded import CodedFile
from rulelang.data.folders import PublishedFile

KIND: Final = "published-files"
"""The part of the user's folder in which they are kept."""

FEWEST_BYTES: Final = 50_000
"""A smaller file is read at once."""
MOST_BYTES: Final = 20_000_000
"""What is larger, coded, is not kept."""
MOST_FILES: Final = 200
"""The files of a dozen years; beyond that, those kept first are forgotten."""

_OF_DATA: Final = ("rulelang.core.record", "rulelang.data.", "rulelang.diagnostics.")
"""The modules whose plain data a coded file is made of."""

_READERS: Final = (
    *("rulelang.cache", "rulelang.core", "rulelang.data", "rulelang.diagnostics"),
    *("python_calamine", "xlrd"),
)
"""The packages whose code decides what a file says."""


@define
class KeptFiles:
    """The files that were read with a vocabulary before."""

    vocabulary: Vocabulary
    _state: str | None = field(default=None, init=False)

    def find(self, file: PublishedFile, sha256: str, size: int) -> CodedFile | None:
        """Return the content of a file with a hash and size; None if it is not kept, or cannot be read."""
        key = self._key(file, sha256, size)
        content = kept(KIND, key) if key else None
        return from_bytes(content, CodedFile, _OF_DATA) if content else None

    def keep(self, file: PublishedFile, sha256: str, size: int, coded: CodedFile) -> None:
        """Keep the content of a file; if that is impossible, nothing happens."""
        key = self._key(file, sha256, size)
        content = as_bytes(coded.without_places()) if key else None
        if content is not None and len(content) <= MOST_BYTES:
            keep(KIND, key, content, most=MOST_FILES)

    def _key(self, file: PublishedFile, sha256: str, size: int) -> str:
        """Return the hash of all that a file's meaning depends on; empty if it is small, or the program unreadable."""
        if size < FEWEST_BYTES or folder_of(KIND) is None:
            return ""
        if self._state is None:
            program = program_hash(_READERS)
            self._state = f"{sys.version}\0{program}\0{_written(self.vocabulary)}" if program else ""
        if not self._state:
            return ""
        about = _written((str(file.path), file.layout.of, file.year, file.declared, file.without, sha256))
        return hashlib.sha256(f"{self._state}\0{about}".encode(errors="surrogateescape")).hexdigest()


def _written(value: object) -> str:
    """Return all of a value as text, the same in every run: a set has no order of its own.

    The fingerprint of a vocabulary would not do: it is that of its text, and files are also read with a vocabulary of
    which columns may be missing.
    """
    kind = type(value)
    if has(kind):
        shown = (one.name for one in fields(kind) if one.eq)
        return f"{kind.__name__}({','.join(_written(getattr(value, name)) for name in shown)})"
    if isinstance(value, Mapping):
        return f"{{{','.join(f'{_written(key)}:{_written(of)}' for key, of in value.items())}}}"
    if isinstance(value, AbstractSet):
        return f"<{','.join(sorted(map(_written, value)))}>"
    if isinstance(value, tuple | list):
        return f"[{','.join(map(_written, value))}]"
    return str(value) if isinstance(value, Enum) else repr(value)
