"""Where rule files lie: from names to paths. Nothing is read and little imported here, so that commands start fast."""

from __future__ import annotations

from pathlib import Path
from typing import Final

SUFFIX: Final = ".rules"
VOCABULARY_FILE: Final = f"vocabulary{SUFFIX}"
LOCK_FILE: Final = "closed-years.json"


def rulesets_folder() -> Path:
    """Return the folder of the rulesets that come with rulelang: in the package, or beside it in a checkout."""
    package = Path(__file__).resolve().parent.parent
    installed = package / "rulesets"
    return installed if installed.is_dir() else package.parent / "rulesets"


def locate(name: str | Path) -> Path | None:
    """Return the file of a ruleset given by path or by name; None where there is none."""
    path = Path(name)
    if path.exists() and not path.is_dir():
        return path
    shipped = rulesets_folder() / f"{name}{SUFFIX}"
    return shipped if shipped.is_file() else None


def find_vocabulary(ruleset: Path) -> Path:
    """Return the vocabulary of a rule file: in its folder, or the folder above it, else the one that is shipped."""
    for folder in list(ruleset.resolve().parents)[:2]:
        candidate = folder / VOCABULARY_FILE
        if candidate.is_file():
            return candidate
    return rulesets_folder() / VOCABULARY_FILE
