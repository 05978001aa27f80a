"""The rulesets, folders and vocabularies that a line of a rule file may name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from rulelang.compiler.locations import SUFFIX, VOCABULARY_FILE, known_rulesets
from rulelang.compiler.standing import installed_vocabularies


def named_files(path: Path, line: str) -> Iterator[tuple[str, str]]:
    """Yield what the line of a file that begins with a keyword may name, by the keyword's terminal, and what it is."""
    known = known_rulesets()
    match line:
        case "BASED_ON":
            beside = sorted(one.stem for one in path.parent.glob(f"*{SUFFIX}") if one != path)
            yield from ((one, "beside this file") for one in beside if one != Path(VOCABULARY_FILE).stem)
            yield from ((one, "is installed") for one in known)
        case "LEVELS_FROM" | "EARLIER_YEARS_FROM":
            folders = sorted({one.rpartition("/")[0] for one in known} - {""})
            yield from ((one, "folder of rulesets that are installed") for one in folders)
        case "USES" | "EXTENDS":
            yield from ((f"{one} vocabulary", "is installed") for one in installed_vocabularies())
        case _:
            pass
