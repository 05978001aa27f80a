"""Where rule files lie: from names to paths. Little is read and imported here, so that commands start fast."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

SUFFIX: Final = ".rules"
VOCABULARY_FILE: Final = f"vocabulary{SUFFIX}"
LOCK_FILE: Final = "closed-years.json"

Held = Mapping[Path, bytes]
"""What is to be read in the place of files, by whole path: what somebody is still writing, for one."""

NOTHING_HELD: Final[Held] = MappingProxyType({})


def rulesets_folder() -> Path:
    """Return the folder of the rulesets that come with rulelang: in the package, or beside it in a checkout."""
    package = Path(__file__).resolve().parent.parent
    installed = package / "rulesets"
    return installed if installed.is_dir() else package.parent / "rulesets"


def known_rulesets() -> list[str]:
    """Return the names of the rulesets that come with rulelang, such as `assistance/2023`, in order."""
    folder = rulesets_folder()
    paths = sorted(path for path in folder.rglob(f"*{SUFFIX}") if path.name != VOCABULARY_FILE)
    return [path.relative_to(folder).with_suffix("").as_posix() for path in paths]


def locate(name: str | Path) -> Path | None:
    """Return the file of a ruleset given by path or by name; None where there is none."""
    path = Path(name)
    if holds(path, Path.exists) and not path.is_dir():
        return path
    shipped = rulesets_folder() / f"{name}{SUFFIX}"
    return shipped if holds(shipped, Path.is_file) else None


def holds(path: Path, test: Callable[[Path], bool]) -> bool:
    """Return whether a test holds of a path; it does not where no file can have such a name, which may be too long."""
    try:
        return test(path)
    except OSError:
        return False


def is_rule_file(path: Path) -> bool:
    """Return whether there is a file of rules or words: what is called otherwise, or is a device, is not read."""
    return path.suffix == SUFFIX and holds(path, Path.is_file)
