"""Suggestions for a ruleset that does not exist: the file, folder or year that may have been meant."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from rulelang.compiler.locations import SUFFIX, VOCABULARY_FILE, holds, installed, known_rulesets, rule_files_in
from rulelang.diagnostics.catalogue import text as messages
from rulelang.diagnostics.diagnostic import Diagnostic
from rulelang.diagnostics.suggest import nearest

DEEPEST: Final = 100
"""This many nested folders are a mistake, and not one in a name."""


def near_path(path: Path, wanted: Callable[[Path], bool]) -> Path | None:
    """Return the file or folder that a misspelled path may have meant, part by part; None if none is near.

    A missing ending is added, and so is one that an editor added unasked.
    """
    if holds(path, Path.exists):
        return path
    if len(path.parts) > DEEPEST:
        return None
    folder = near_path(path.parent, Path.is_dir) if path.parent != path else None
    try:
        there = [one for one in sorted(folder.iterdir(), reverse=True) if wanted(one)] if folder is not None else []
    except OSError:  # no permission to list the folder
        return None
    name = path.name.casefold()
    longer = [one for one in there if one.name.casefold().startswith(f"{name}.")]
    if longer:
        return min(longer, key=lambda one: len(one.name))
    by_stem = {one.stem: one for one in sorted(there, key=lambda one: one.suffix == path.suffix)}
    near = nearest(path.stem, by_stem)
    return by_stem[near] if near else None


def ruleset_not_found(name: str) -> Diagnostic:
    """Return the message about a name that is neither a rule file nor a ruleset that comes with rulelang."""
    path, known = Path(name), known_rulesets()
    if name and holds(path, Path.is_dir):
        return messages.folder_for_ruleset(name, [one.as_posix() for one in rule_files_in(path)])
    folder, _, year = name.rpartition("/")
    if several := installed(f"{name}{SUFFIX}"):  # otherwise it would have been found
        return messages.ruleset_in_several(name, [one.as_posix() for one in several])
    shipped = [one for one in known if one.rpartition("/")[0] == name]
    years = [one for one in known if folder and one.startswith(f"{folder}/") and one[len(folder) + 1 :].isdecimal()]
    if shipped:
        return messages.folder_for_ruleset(name, shipped)
    if years and year.isdecimal():
        others = [one for one in known if one.startswith(f"{folder}/") and one.endswith(f"/{year}")]
        return messages.year_not_shipped(name, years, others)
    near = near_path(path, _may_have_rules) if name else None
    return messages.unknown_ruleset(name, near.as_posix() if near is not None else near_ruleset(name))


def near_ruleset(name: str) -> str | None:
    """Return the shipped ruleset that a name may have meant, by its path, its ending or its title; None if none is."""
    known = known_rulesets()
    behind = [one for one in known if name.casefold().endswith(one)]
    year = name.rpartition(" ")[2]
    of_year = [one for one in known if one.endswith(f"/{year}")]
    return next(iter([*behind, *of_year]), None) or nearest(name, known)


def _may_have_rules(path: Path) -> bool:
    return (SUFFIX in path.suffixes and path.name != VOCABULARY_FILE) or path.is_dir()
