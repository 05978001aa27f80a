"""From the names that users give to rule files: a folder stands for all rule files in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from rulelang.compiler.locations import (
    SUFFIX,
    VOCABULARY_FILE,
    holds,
    installed,
    locate,
    name_if_installed,
    rulesets_folder,
)

NOT_FILES_OF_ONES_OWN = (".", "~$")
"""How the names begin of what other programs leave beside files: `._2023.rules` of macOS, `~$2023.rules` of Word."""


def expanded(names: Iterable[str], *, vocabularies: bool) -> Iterator[str]:
    """Yield the names with those of folders replaced by the rule files in them, in order.

    A folder is a path, or the name of one that is installed, such as `assistance`. Vocabulary files are left
    out where they are not wanted. A folder without rule files is yielded as it is.
    """
    for name in names:
        yield from _files(name, vocabularies=vocabularies) or [name]


def _files(name: str, *, vocabularies: bool) -> list[str]:
    """Return the rule files of a folder: paths where it is named by path, names of rulesets where it is installed.

    A vocabulary has no name, so an installed one is given by its path.
    """
    path = Path(name)
    if path.is_dir():
        return [one.as_posix() for one in _rule_files(path, vocabularies=vocabularies)]
    is_ruleset = path.exists() or holds(rulesets_folder().joinpath(f"{name}{SUFFIX}"), Path.is_file)
    folders = installed(name, Path.is_dir) if not is_ruleset else []
    found = [one for folder in folders for one in _rule_files(folder, vocabularies=vocabularies)]
    return [_called(one) for one in found]


def _called(file: Path) -> str:
    """Return the name of an installed ruleset where it leads to its file, and else the path."""
    name = name_if_installed(file)
    leads_to_it = file.name != VOCABULARY_FILE and name is not None and locate(name) == file
    return name if name is not None and leads_to_it else file.as_posix()


def _rule_files(folder: Path, *, vocabularies: bool) -> list[Path]:
    found = (one for one in sorted(folder.rglob(f"*{SUFFIX}")) if not one.name.startswith(NOT_FILES_OF_ONES_OWN))
    return [one for one in found if vocabularies or one.name != VOCABULARY_FILE]
