"""The locations of rule files: from names to paths. Little is read and imported here, so that commands start fast."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Final

from rulelang.plugins import ruleset_folders

SUFFIX: Final = ".rules"
VOCABULARY_FILE: Final = f"vocabulary{SUFFIX}"
LOCK_FILE: Final = "closed-years.json"

Held = Mapping[Path, bytes]
"""Texts to be read in place of files, by whole path: an editor's unsaved text, for example."""

NOTHING_HELD: Final[Held] = MappingProxyType({})


def rulesets_folder() -> Path:
    """Return the folder of the rulesets that come with rulelang: in the package, or beside it in a checkout."""
    package = Path(__file__).resolve().parent.parent
    installed = package / "rulesets"
    return installed if installed.is_dir() else package.parent / "rulesets"


def rulesets_folders() -> tuple[Path, ...]:
    """Return the folders of the rulesets that are installed: those of rulelang itself first."""
    return rulesets_folder(), *ruleset_folders()


def known_rulesets() -> list[str]:
    """Return the names of the rulesets that are installed, such as `assistance/2023`: rulelang's own, then others."""
    found = (
        path.relative_to(folder).with_suffix("").as_posix()
        for folder in rulesets_folders()
        for path in sorted(folder.rglob(f"*{SUFFIX}"))
        if path.name != VOCABULARY_FILE
    )
    return list(dict.fromkeys(found))


def rule_files_in(folder: Path) -> Sequence[Path]:
    """Return the rule files directly in a folder, without its vocabulary; what is below it may be a whole disk."""
    try:
        return sorted(one for one in folder.glob(f"*{SUFFIX}") if one.name != VOCABULARY_FILE)
    except OSError:  # no permission to list the folder, or no name that a folder can have
        return []


def installed(name: str | Path, test: Callable[[Path], bool] = Path.is_file) -> list[Path]:
    """Return what is installed under a name: rulelang's own if it has one, otherwise that of each package that has it.

    So no installed package changes what a name of rulelang's own stands for.
    """
    own = rulesets_folder().joinpath(name)
    if holds(own, test):
        return [own]
    return [one for folder in ruleset_folders() if holds(one := folder.joinpath(name), test)]


def name_if_installed(path: Path) -> str | None:
    """Return the name of a rule file or folder that is installed; None for others."""
    whole = path.resolve()
    whole = whole.with_suffix("") if whole.suffix == SUFFIX else whole
    for folder in map(Path.resolve, rulesets_folders()):
        if whole.is_relative_to(folder):
            return whole.relative_to(folder).as_posix()
    return None


def locate(name: str | Path) -> Path | None:
    """Return the file of a ruleset given by path or by name; None if there is none, or several packages have one."""
    path = Path(name)
    if holds(path, Path.exists) and not path.is_dir():
        return path
    found = installed(f"{name}{SUFFIX}")
    return found[0] if len(found) == 1 else None


def holds(path: Path, test: Callable[[Path], bool]) -> bool:
    """Return whether a test holds for a path; no, if no file can have such a name, which may be too long."""
    try:
        return test(path)
    except OSError:
        return False


def is_rule_file(path: Path) -> bool:
    """Return whether there is a rule file or vocabulary; files with other endings, and devices, are not read."""
    return path.suffix == SUFFIX and holds(path, Path.is_file)
