"""What a rule file depends on: its base, its vocabulary, the earlier years it looks back to, rulesets of levels.

These are read from the lines of a file without its parser, which needs the words of the vocabulary first. A file that
cannot be read depends on nothing. Mistakes in such a line are reported when the file itself is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Final, NamedTuple

from rulelang.compiler.locations import (
    NOTHING_HELD,
    SUFFIX,
    VOCABULARY_FILE,
    Held,
    holds,
    installed,
    is_rule_file,
    rule_files_in,
    rulesets_folder,
    rulesets_folders,
)
from rulelang.syntax.plain_text import pattern_of, plain, ruleset_named, vocabulary_title

_REST: Final = r"([^\n#]+)"
_LINE: Final = re.MULTILINE | re.IGNORECASE
_BASED_ON: Final = re.compile(rf"^[ \t]*(?:{pattern_of('WHAT_IF')})?{pattern_of('BASED_ON')}{_REST}", _LINE)
_EARLIER_YEARS: Final = re.compile(rf"^[ \t]*{pattern_of('EARLIER_YEARS_FROM')}{_REST}", _LINE)
_LEVELS_FROM: Final = re.compile(r"^\s*levels\s+from\s+([^\n#]+)", _LINE)
_USES: Final = re.compile(rf"^[ \t]*{pattern_of('USES')}{_REST}", _LINE)
_EXTENDS: Final = re.compile(r"^\s*extends\s*(?:[\"“”„‟«»]([^\"“”„‟«»\n]+)|([^\s\"“”„‟«»#][^\n#]*))", _LINE)
_VOCABULARY: Final = re.compile(rf"^[ \t]*{pattern_of('VOCABULARY')}{_REST}", _LINE)
_QUOTES: Final = '"“”„‟«»'


class Ground(NamedTuple):
    """What the rules of a file are read with: their vocabulary, and the folders in which years are looked for."""

    vocabulary: Path
    folders: tuple[Path, ...]

    def year(self, year: int) -> Path | None:
        """Return the file of the ruleset of a year, in the first folder that has one; None if none has."""
        files = (folder.joinpath(f"{year}{SUFFIX}") for folder in self.folders)
        return next((one for one in files if is_rule_file(one)), None)


def ground_of(ruleset: Path, held: Held = NOTHING_HELD) -> Ground:
    """Return what a rule file is read with: years are beside it, or else beside its bases.

    Those that it takes from a folder inside another, `assistance/charters`, may be in the other too.
    """
    ruleset = ruleset.resolve()
    folders = [ruleset.parent]
    for one in (ruleset, *bases_of(ruleset, held)):
        folders.append(one.resolve().parent)
        for named in _named(_EARLIER_YEARS, one, held):
            around = [folder.as_posix() for folder in (Path(named), *Path(named).parents) if folder.name]
            folders += [file.parent for folder in around for file in rulesets_called(folder, one)[:1]]
    return Ground(find_vocabulary(ruleset, held), tuple(dict.fromkeys(folders)))


# ---- the base ----


def base_file(named: str, ruleset: Path) -> Path | None:
    """Return the file of the ruleset that a rule file is based on; None if there is none.

    A year is that of a file beside it. Another name, `assistance/2025`, is looked for in its folder, in the folder
    above, and then among the installed rulesets.
    """
    name = f"{ruleset_named(named.strip().strip(_QUOTES))}{SUFFIX}"
    is_year = named.strip().isdecimal()
    folders = (ruleset.parent,) if is_year else (ruleset.parent, ruleset.parent.parent)
    found = [place for folder in folders if is_rule_file(place := folder.joinpath(name))][:1]
    if not found and not is_year:
        found = installed(name, is_rule_file)
    return found[0].resolve() if len(found) == 1 else None


def bases_of(ruleset: Path, held: Held = NOTHING_HELD) -> Iterator[Path]:
    """Yield the file that a rule file is based on, the one that this is based on, and so on, each once."""
    base: Path | None = ruleset.resolve()
    found = {base}
    while base is not None:
        named = _named(_BASED_ON, base, held)
        base = base_file(named[0], base) if named else None
        if base is None or base in found:
            return
        found.add(base)
        yield base


# ---- rulesets of levels ----


def rulesets_called(folder: str, ruleset: Path) -> Sequence[Path]:
    """Return the files of the rulesets in a folder beside that of a ruleset, or of that name among those installed."""
    named = Path(folder)
    if named.is_absolute() or ".." in named.parts or not named.parts:
        return []
    beside = rule_files_in(ruleset.resolve().parents[1].joinpath(named))
    if beside:
        return beside
    others = [found for folder in installed(named, Path.is_dir) if (found := rule_files_in(folder))]
    return others[0] if len(others) == 1 else []


def files_levels_come_from(ruleset: Path) -> Iterator[Path]:
    """Yield the files of the rulesets that a rule file takes its levels from."""
    for folder in _named(_LEVELS_FROM, ruleset):
        yield from rulesets_called(folder, ruleset)


# ---- the vocabulary ----


def find_vocabulary(ruleset: Path, held: Held = NOTHING_HELD) -> Path:
    """Return the vocabulary of a rule file: in its folder, or the folder above it; else that of its base.

    Rules without a base use the vocabulary of that name among those installed, or else the first of these.
    """
    passed = []
    for one in chain([ruleset.resolve()], bases_of(ruleset, held)):
        passed.append(one)
        for folder in list(one.parents)[:2]:
            if folder.joinpath(VOCABULARY_FILE).is_file():
                return folder.joinpath(VOCABULARY_FILE)
    titles = (title for one in passed for title in _named(_USES, one, held)[:1])
    named = (installed_vocabulary(vocabulary_title(title)) for title in titles)
    return next(filter(None, named), rulesets_folder().joinpath(VOCABULARY_FILE))


def installed_vocabulary(name: str) -> Path | None:
    """Return the file of a vocabulary by name: rulelang's own, or else that of the one package that has it."""
    own = _vocabularies_in(rulesets_folder()).get(name.casefold())
    if own is not None:
        return own
    known = [_vocabularies_in(folder) for folder in rulesets_folders()]
    found = [words[name.casefold()] for words in known if name.casefold() in words]
    return found[0] if len(found) == 1 else None


def installed_vocabularies() -> tuple[str, ...]:
    """Return the names of the vocabularies that are installed."""
    files = [file for folder in rulesets_folders() for file in _vocabularies_in(folder).values()]
    return tuple(dict.fromkeys(vocabulary_title(_named(_VOCABULARY, one)[0]) for one in files))


def vocabulary_files(ruleset: Path, held: Held = NOTHING_HELD) -> tuple[Path, ...]:
    """Return the vocabulary of a rule file and those it extends, each once; one that cannot be read extends nothing."""
    found: list[Path] = []
    place: Path | None = find_vocabulary(ruleset, held)
    while place is not None and place not in found:
        found.append(place)
        place = _extended(place, held)
    return tuple(found)


def beside_vocabulary(ruleset: Path, name: str) -> tuple[Path, ...]:
    """Return the files of a name beside the vocabulary of a rule file, or beside those it extends."""
    return tuple(file for one in vocabulary_files(ruleset) if (file := one.parent.joinpath(name)).is_file())


def extended_file(vocabulary: Path, named: str) -> Path:
    """Return the file that a vocabulary names as the one it extends: a path from its own folder."""
    return vocabulary.parent.joinpath(named).resolve()


def _extended(vocabulary: Path, held: Held) -> Path | None:
    line = _EXTENDS.search(_text(vocabulary, held))
    if line is None:
        return None
    return extended_file(vocabulary, line[1]) if line[1] else installed_vocabulary(vocabulary_title(line[2]))


@cache
def _vocabularies_in(folder: Path) -> dict[str, Path]:
    """Return the vocabularies in a folder, and in those below it, by name."""
    files = [folder.joinpath(VOCABULARY_FILE), *sorted(folder.rglob(f"*/{VOCABULARY_FILE}"))]
    return {vocabulary_title(name).casefold(): one for one in files for name in _named(_VOCABULARY, one)[:1]}


# ---- lines of files ----


def _named(line: re.Pattern[str], file: Path, held: Held = NOTHING_HELD) -> list[str]:
    """Return what follows the words of a line, for each such line of a file, each once."""
    return list(dict.fromkeys(" ".join(found.split()) for found in line.findall(_text(file, held))))


def _text(file: Path, held: Held = NOTHING_HELD) -> str:
    """Return the text of a rule file; nothing if it is not a file, such as a pipe, which can be read only once."""
    if file in held:
        return plain(held[file].decode(errors="replace"))
    try:
        return plain(file.read_text(encoding="utf-8", errors="replace")) if holds(file, Path.is_file) else ""
    except OSError:
        return ""
