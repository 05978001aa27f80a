"""Where rule files lie: from names to paths. Little is read and imported here, so that commands start fast."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from rulelang.syntax.plain_text import plain

SUFFIX: Final = ".rules"
VOCABULARY_FILE: Final = f"vocabulary{SUFFIX}"
LOCK_FILE: Final = "closed-years.json"


def rulesets_folder() -> Path:
    """Return the folder of the rulesets that come with rulelang: in the package, or beside it in a checkout."""
    package = Path(__file__).resolve().parent.parent
    installed = package / "rulesets"
    return installed if installed.is_dir() else package.parent / "rulesets"


def known_rulesets() -> list[str]:
    """Return the names of the rulesets that come with rulelang, such as `assistance/2023`, in order."""
    folder = rulesets_folder()
    paths = sorted(path for path in folder.glob(f"*/*{SUFFIX}") if path.name != VOCABULARY_FILE)
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


def rulesets_called(folder: str, ruleset: Path) -> list[Path]:
    """Return the files of the rulesets in a folder beside that of a ruleset, or of that name among those shipped."""
    if Path(folder).name != folder:
        return []
    for place in (ruleset.resolve().parent.with_name(folder), rulesets_folder().joinpath(folder)):
        names = place.glob(f"*{SUFFIX}") if holds(place, Path.is_dir) else ()
        found = sorted(one for one in names if one.name != VOCABULARY_FILE)
        if found:
            return found
    return []


_LEVELS_FROM: Final = re.compile(r"^\s*levels\s+from\s+([^\n#]+)", re.MULTILINE | re.IGNORECASE)


def files_levels_come_from(ruleset: Path) -> Iterator[Path]:
    """Yield the files of the rulesets that a rule file takes its levels from; none where it is no file."""
    if not ruleset.is_file():  # a pipe can be read only once
        return
    try:
        text = plain(ruleset.read_text(encoding="utf-8", errors="replace"))
    except OSError:
        return
    for folder in dict.fromkeys(" ".join(found.split()) for found in _LEVELS_FROM.findall(text)):
        yield from rulesets_called(folder, ruleset)


def find_vocabulary(ruleset: Path) -> Path:
    """Return the vocabulary of a rule file: in its folder, or the folder above it, else the one that is shipped."""
    for folder in list(ruleset.resolve().parents)[:2]:
        candidate = folder / VOCABULARY_FILE
        if candidate.is_file():
            return candidate
    return rulesets_folder() / VOCABULARY_FILE


def vocabulary_files(ruleset: Path) -> tuple[Path, ...]:
    """Return the vocabulary of a rule file and those it extends, each once; what cannot be read extends nothing."""
    found: list[Path] = []
    place: Path | None = find_vocabulary(ruleset)
    while place is not None and place not in found:
        found.append(place)
        place = _extended(place)
    return tuple(found)


_EXTENDS: Final = re.compile(r'^\s*extends\s*["“”„‟«»]([^"“”„‟«»\n]+)', re.MULTILINE | re.IGNORECASE)


def _extended(vocabulary: Path) -> Path | None:
    if not is_rule_file(vocabulary):
        return None
    try:
        line = _EXTENDS.search(plain(vocabulary.read_text(encoding="utf-8", errors="replace")))
    except OSError:
        return None
    return extended_file(vocabulary, line[1]) if line is not None else None


def is_rule_file(path: Path) -> bool:
    """Return whether there is a file of rules or words: what is called otherwise, or is a device, is not read."""
    return path.suffix == SUFFIX and holds(path, Path.is_file)


def extended_file(vocabulary: Path, named: str) -> Path:
    """Return the file that a vocabulary names as the one it extends: a path from its own folder."""
    return vocabulary.parent.joinpath(named).resolve()
