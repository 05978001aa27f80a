"""From what people name to rule files: a folder stands for all the rule files in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from rulelang.compiler.locations import SUFFIX, VOCABULARY_FILE, rulesets_folder


def expanded(names: Iterable[str], *, vocabularies: bool) -> Iterator[str]:
    """Yield the names with those of folders replaced by the rule files in them, in order.

    A folder is a path, or the name of one that comes with rulelang, such as `assistance`. Vocabulary files are left
    out where they are not wanted. A folder without rule files is yielded as it is.
    """
    for name in names:
        found = [one for one in _files(name) if vocabularies or Path(one).name != VOCABULARY_FILE]
        yield from found or [name]


def _files(name: str) -> list[str]:
    path, shipped = Path(name), rulesets_folder() / name
    if path.is_dir():
        return [one.as_posix() for one in sorted(path.rglob(f"*{SUFFIX}"))]
    if not path.exists() and shipped.is_dir():
        files = [one.relative_to(shipped.parent).with_suffix("") for one in sorted(shipped.rglob(f"*{SUFFIX}"))]
        return [one.as_posix() for one in files]
    return []
