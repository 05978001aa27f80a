"""Finds the published files in the folders people give."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from attrs import frozen

from rulelang.core.file_layouts import FileFormat, FileName
from rulelang.core.vocabulary import Vocabulary
from rulelang.data.layout import reports
from rulelang.data.report import MissingFile
from rulelang.diagnostics.catalogue import data as say
from rulelang.diagnostics.diagnostic import Diagnostic
from rulelang.diagnostics.suggest import edit_distance


@frozen
class Listing:
    """Files that a user gave, such as those in a folder and in the folders below it, by name without regard to case."""

    shelves: tuple[Mapping[str, Sequence[Path]], ...]

    def find(self, names: Iterable[str]) -> Iterator[Path]:
        """Yield from each shelf the files with one of the names, in their order, and then those named much like one.

        Those have a name as programs change it: with another ending of text or Excel, an ending twice, or the number
        of a copy. Whether files say the same is for whoever reads them.
        """
        wanted = [name.casefold() for name in names]
        stems = {_stem(name) for name in wanted} - {""}
        for shelf in self.shelves:
            exact = [shelf[name] for name in wanted if name in shelf]
            near = [paths for name, paths in shelf.items() if _stem(name) in stems and name not in wanted]
            yield from (path for paths in (*exact, *near) for path in paths)


@frozen
class PublishedFile:
    """A file to read: its path, its layout, and what its name says about it.

    `without` are the indicators that other files are about, so that this one is not used for them.
    """

    path: Path
    layout: FileFormat
    year: int
    declared: FileName
    without: frozenset[str] = frozenset()

    @property
    def indicator(self) -> str | None:
        """Return the indicator the file is about by its name, or None."""
        return self.declared.indicator


def listed(files: Iterable[Path]) -> Listing:
    """Return some files as one listing, as if they were in one folder."""
    return Listing((_shelf(files),))


def list_folder(folder: Path) -> Listing | Diagnostic:
    """Return the files in a folder and one level below it, or the diagnostic that says why it cannot be listed.

    A file that is given in place of a folder is listed alone.
    """
    try:
        if folder.is_file():
            return listed([folder])
        if not folder.is_dir():
            return say.no_data_folder(str(folder))
        entries = sorted(folder.iterdir())
    except OSError:
        return say.unreadable_data_folder(str(folder))
    shelves = [_shelf(entries)]
    for entry in entries:
        try:
            if entry.is_dir():
                shelves.append(_shelf(sorted(entry.iterdir())))
        except OSError:
            return say.unreadable_data_folder(str(entry))
    return Listing(tuple(shelves))


def find_files(
    vocabulary: Vocabulary, listings: Sequence[Listing], layout: FileFormat, year: int
) -> tuple[list[PublishedFile], list[MissingFile]]:
    """Return the files of a family for a year, each once, and those that are in none of the folders.

    If two folders hold a file of the same name both are returned, in the order the folders were given.
    """
    found: list[PublishedFile] = []
    missing: list[MissingFile] = []
    for declared in layout.files:
        if year not in declared.years:
            continue
        names = declared.names_in(year)
        paths = _distinct(path for listing in listings for path in listing.find(names))
        found.extend(PublishedFile(path, layout, year, declared) for path in paths)
        by_level = _reported(vocabulary, layout, declared, year)
        if not paths and by_level and not layout.is_one_table:
            like = tuple(_look_alikes(vocabulary, listings, year, names))
            of = (layout.kind, year)
            missing.extend(MissingFile(*of, tuple(some), names, like, level) for level, some in by_level.items())
    return found, missing


def _look_alikes(vocabulary: Vocabulary, listings: Iterable[Listing], year: int, names: Iterable[str]) -> Iterator[str]:
    """Yield the names of undeclared files that look like one with some names in a year.

    They contain such a name, or differ from it by a typing error, and they contain the year, if only by two digits.
    """
    short = f"{year % 100:02}"
    whole = {_letters(_stem(name.casefold())) for name in names}
    wanted = {*whole, *(name.replace(str(year), short) for name in whole)} - {""}
    shelves = (shelf for listing in listings for shelf in listing.shelves)
    near = [(name, paths) for shelf in shelves for name, paths in shelf.items() if short in name]
    near = [(name, paths) for name, paths in near if _is_near(name, wanted)]
    known = _declared_stems(vocabulary) if near else frozenset()
    yield from (path.name for name, paths in near if _stem(name) not in known for path in paths)


def _is_near(name: str, wanted: Iterable[str]) -> bool:
    """Return whether the letters of a name hold some wanted ones, or begin with them but for a slip."""
    letters, beginning = _letters(name), _letters(name.split(".", maxsplit=1)[0])
    return any(one in letters or edit_distance(one, beginning, SLIPS) is not None for one in wanted)


def _declared_stems(vocabulary: Vocabulary) -> frozenset[str]:
    """Return what the files that a vocabulary declares in any year are called, but for their endings."""
    files = (file for layout in vocabulary.formats for file in layout.files)
    declared = {name for file in files for one in vocabulary.years if one in file.years for name in file.names_in(one)}
    return frozenset(_stem(name.casefold()) for name in declared)


SLIPS: Final = 1
"""By this many letters the name of a file may differ from a declared one and still look like it."""


def _letters(text: str) -> str:
    return "".join(char for char in text if char.isalnum())


def years_held(layouts: Iterable[FileFormat], listing: Listing, years: Iterable[int]) -> set[int]:
    """Return the years, of some, of which a folder holds a declared file."""
    files = [file for layout in layouts for file in layout.files]
    names = ((year, file.names_in(year)) for year in years for file in files if year in file.years)
    return {year for year, wanted in names if next(listing.find(wanted), None) is not None}


def example_names(layouts: Iterable[FileFormat], years: Collection[int]) -> list[str]:
    """Return a name the files may have, one for each family and year."""
    names = []
    for layout in layouts:
        for year in sorted(years):
            names.extend([declared.names_in(year)[0] for declared in layout.files if year in declared.years][:1])
    return names


def _reported(vocabulary: Vocabulary, layout: FileFormat, declared: FileName, year: int) -> Mapping[str, Sequence[str]]:
    """Return the indicators that a file reports in a year by the level they have without it, blank for unknown."""
    found: dict[str, list[str]] = {}
    for indicator in vocabulary.indicators_of(layout.kind):
        is_about = declared.indicator in (indicator.name, None)
        if is_about and reports(vocabulary, layout, indicator, year):
            found.setdefault(indicator.when_silent or "", []).append(indicator.name)
    return found


_ENDING: Final = re.compile(r"(?:\.(?:txt|csv|tsv|xlsx|xls|xlsm|xlsb))+(?:\.gz)?$")
_COPY: Final = re.compile(r"(?: (?:- )?copy)?(?: \d+| ?\(\d+\))?$")


def _stem(name: str) -> str:
    """Return the name of a file without its ending and the number of a copy; blank if it is not a data file."""
    stem = _ENDING.sub("", name)
    return _COPY.sub("", stem) if stem != name else ""


def _shelf(entries: Iterable[Path]) -> Mapping[str, Sequence[Path]]:
    shelf: dict[str, list[Path]] = {}
    for entry in entries:
        if entry.is_file():
            shelf.setdefault(entry.name.casefold(), []).append(entry)
    return shelf


def _distinct(paths: Iterable[Path]) -> list[Path]:
    by_place: dict[Path, Path] = {}
    for path in paths:
        by_place.setdefault(path.resolve(), path)
    return list(by_place.values())
