"""Where rule files lie: names and paths to files, and the bytes in them. All reading of rule files happens here."""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path
from typing import Final

from rulelang.diagnostics.catalogue import text as messages
from rulelang.diagnostics.diagnostic import Reporter
from rulelang.diagnostics.source import Source
from rulelang.diagnostics.suggest import nearest
from rulelang.syntax.reading import LARGEST_FILE, decode

SUFFIX: Final = ".rules"
VOCABULARY_FILE: Final = f"vocabulary{SUFFIX}"


def rulesets_folder() -> Path:
    """Return the folder of the rulesets that come with rulelang: in the package, or beside it in a checkout."""
    package = Path(__file__).resolve().parent.parent
    installed = package / "rulesets"
    return installed if installed.is_dir() else package.parent / "rulesets"


def known_rulesets() -> list[str]:
    """Return the names of the rulesets that come with rulelang, such as `assistance/2023`, in order."""
    folder = rulesets_folder()
    paths = sorted(folder.glob(f"*/*{SUFFIX}"))
    return [path.relative_to(folder).with_suffix("").as_posix() for path in paths]


def find_ruleset(name: str | Path, reporter: Reporter) -> Path | None:
    """Return the file of a ruleset given by path or by name; None, and a report, where there is none."""
    path = Path(name)
    if path.exists() and not path.is_dir():
        return path
    shipped = rulesets_folder() / f"{name}{SUFFIX}"
    if shipped.is_file():
        return shipped
    known = known_rulesets()
    reporter.report(messages.unknown_ruleset(str(name), known, nearest(str(name), known)))
    return None


def find_vocabulary(ruleset: Path) -> Path:
    """Return the vocabulary of a rule file: the nearest in its folder or one above it, else the one that is shipped."""
    for folder in ruleset.resolve().parents:
        candidate = folder / VOCABULARY_FILE
        if candidate.is_file():
            return candidate
    return rulesets_folder() / VOCABULARY_FILE


def shown_name(path: Path) -> str:
    """Return a path as people should see it: from the working folder where that is shorter."""
    try:
        return path.resolve().relative_to(Path.cwd()).as_posix()
    except ValueError:
        return path.as_posix()


def read_source(path: Path, reporter: Reporter) -> Source | None:
    """Return the text of a rule file; None, and a report, where it cannot be opened or is no rule text."""
    name = shown_name(path)
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_FILE + 1)
            size = path.stat().st_size
    except OSError as error:
        reporter.report(messages.cannot_open(name, (error.strerror or "it cannot be read").lower()))
        return None
    if len(content) > LARGEST_FILE:
        reporter.report(messages.file_too_large(name, size, LARGEST_FILE))
        return None
    return decode(name, content, reporter)


def write_text(path: Path, text: str) -> None:
    """Write a text aside and then give it the file's name and rights, so that there is never half a file.

    Raises OSError where the folder or the file cannot be written.
    """
    place = path.resolve()
    aside = place.with_name(f".{place.name}.{os.getpid()}.part")
    try:
        aside.write_text(text, encoding="utf-8", newline="")
        if place.exists():
            shutil.copymode(place, aside)
        aside.replace(place)
    finally:
        aside.unlink(missing_ok=True)


def fingerprint_of(text: str) -> str:
    """Return the SHA-256 of a text, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()
