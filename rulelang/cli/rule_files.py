"""From what people name to rule files: a folder stands for all the rule files in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from rulelang.compiler.locations import SUFFIX, VOCABULARY_FILE, rulesets_folder

NOT_FILES_OF_ONES_OWN = (".", "~$")
"""How the names begin of what other programs leave beside files: `._2023.rules` of macOS, `~$2023.rules` of Word."""


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
    named = (
        one if one.name == VOCABULARY_FILE else one.relative_to(rulesets_folder()).with_suffix("") for one in found
    )
    return [one.as_posix() for one in named]


def _rule_files(folder: Path, *, vocabularies: bool) -> list[Path]:
    found = (one for one in sorted(folder.rglob(f"*{SUFFIX}")) if not one.name.startswith(NOT_FILES_OF_ONES_OWN))
    return [one for one in found if vocabularies or one.name != VOCABULARY_FILE]
