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
        yield from _files(name, vocabularies=vocabularies) or [name]


def _files(name: str, *, vocabularies: bool) -> list[str]:
    """Return the rule files of a folder: paths of one that is named by path, names of rulesets of one that is shipped.

    A vocabulary has no name of its own, so that one that is shipped stands as its path.
    """
    path, shipped = Path(name), rulesets_folder() / name
    if path.is_dir():
        return [one.as_posix() for one in _rule_files(path, vocabularies=vocabularies)]
    if path.exists() or not shipped.is_dir():
        return []
    found = _rule_files(shipped, vocabularies=vocabularies)
    named = (one if one.name == VOCABULARY_FILE else one.relative_to(shipped.parent).with_suffix("") for one in found)
    return [one.as_posix() for one in named]


def _rule_files(folder: Path, *, vocabularies: bool) -> list[Path]:
    return [one for one in sorted(folder.rglob(f"*{SUFFIX}")) if vocabularies or one.name != VOCABULARY_FILE]
