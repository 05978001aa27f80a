"""Keeps the content of published files in the user's own folder, so that an unchanged file is not read again.

Reading the state's files takes several times as long as evaluating them, and people use the same files again and again
while they work on rules. The content of a file depends on its bytes, its name (which every message has), the year and
the indicator it is read for, the vocabulary, and the program: a hash of all these is the key.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from enum import Enum
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from attrs import field, fields, has

from rulelang.cache.folder import folder_of, keep, kept
from rulelang.cache.objects import as_bytes, from_bytes
from rulelang.core.vocabulary import Vocabulary
from rulelang.data.coded import CodedFile
from rulelang.data.folders import PublishedFile
from rulelang.diagnostics.plain_data import define

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

_READERS: Final = ("cache", "core", "data", "diagnostics")
"""The parts of the program that decide what a file says."""


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
            program = program_hash()
            self._state = f"{program}\0{_written(self.vocabulary)}" if program else ""
        if not self._state:
            return ""
        about = _written((str(file.path), file.layout.of, file.year, file.declared, file.without, sha256))
        return hashlib.sha256(f"{self._state}\0{about}".encode(errors="surrogateescape")).hexdigest()


@cache
def program_hash() -> str:
    """Return a hash of the code that reads files; empty if it is not available, as in an archive."""
    digest = hashlib.sha256(sys.version.encode())
    try:
        for path in _code():
            digest.update(path.read_bytes() if path.suffix == ".py" else _mark_of(path))
    except OSError:
        return ""
    return digest.hexdigest()


def _code() -> Iterator[Path]:
    root = Path(__file__).parents[1]
    for part in _READERS:
        yield from sorted(root.joinpath(part).rglob("*.py"))
    for spec in filter(None, map(find_spec, ("python_calamine", "xlrd"))):
        for folder in spec.submodule_search_locations or ():
            yield from sorted(one for one in Path(folder).iterdir() if one.is_file())


def _mark_of(path: Path) -> bytes:
    """Return what shows that a large file has changed."""
    found = path.stat()
    return f"{path.name}\0{found.st_size}\0{found.st_mtime_ns}".encode(errors="surrogateescape")


def _written(value: object) -> str:
    """Return all of a value as text, the same in every run: a set has no order of its own."""
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
