"""The data that rules are tried on in the studio: a made-up state, or the files put on the page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from attrs import evolve, field, frozen

from rulelang.analysis.chaining import leas_with_levels
from rulelang.analysis.gather import Request, Sources, data_needed, files_not_found
from rulelang.core.record import LeaRecord
from rulelang.core.ruleset import Ruleset
from rulelang.data.report import DataError, DataSet
from rulelang.data.sample import write_sample
from rulelang.data.tables import SPREADSHEET_SUFFIXES
from rulelang.diagnostics.diagnostic import Diagnostic, Severity
from rulelang.diagnostics.sentences import in_sentence

GIVEN: Final = "given"
MADE_UP: Final = "made-up"
"""The folders of the files that the page was given, and of those that are made up."""

ADD_FILES: Final = "add the files of those years, or the lists that the state published for them"
"""What helps where years have no files; the command line names its options instead."""

OWN_YEAR_NOT_FOUND: Final = "own-year-not-found"
"""The code of the message that no file is of the year of the rules."""

Progress = Callable[[str, int, int], None]


@frozen(slots=False)
class TriedOn:
    """The LEAs of a ruleset's year, in the data at hand. `said` holds the remarks about the files."""

    records: tuple[LeaRecord, ...] = field(repr=False)
    data: DataSet = field(repr=False)
    said: tuple[Diagnostic, ...]
    is_made_up: bool

    @cached_property
    def by_code(self) -> Mapping[str, LeaRecord]:
        """Return the LEAs by their codes."""
        return {record.code: record for record in self.records}

    def as_data(self) -> dict[str, Any]:
        """Return what the page lists: the LEAs, and what became of each file."""
        return {
            "made_up": self.is_made_up,
            "leas": [(one.code, one.name, one.county, one.kind) for one in self.records if not one.only_in],
            "files": [
                {"name": one.path.name, "year": one.year, "used": one.used, "refused": one.refused, "note": one.note}
                for one in self.data.report.files
            ],
        }


def made_up(ruleset: Ruleset, home: Path, leas: int, progress: Progress) -> TriedOn:
    """Return a made-up state for a ruleset, with the earlier years that it looks back to, if they can be made."""
    return _read(ruleset, made_up_files(ruleset, home, leas, progress), progress, is_made_up=True)


def made_up_files(ruleset: Ruleset, home: Path, leas: int, progress: Progress) -> Path:
    """Return the folder of a made-up state for a ruleset, which is written if it does not exist yet."""
    years = [*data_needed(ruleset)]
    folder = home / MADE_UP / f"{years[0]}-{years[-1]}-{leas}-{ruleset.vocabulary.fingerprint[:12]}"
    if not folder.exists():
        files = (file for layout in ruleset.vocabulary.formats for file in layout.files if file.holds_years)
        names = {name for file in files for name in file.patterns if not name.endswith(SPREADSHEET_SUFFIXES)}
        for done, year in enumerate(years):
            progress(f"making up {year}", done, len(years))
            before = {path: path.read_bytes() for path in sorted(folder.glob("*")) if path.name in names}
            write_sample(ruleset.vocabulary, folder, year, leas, overwrite=True, workbooks=False)
            _put_back(before)
        folder.mkdir(parents=True, exist_ok=True)  # words without files have an empty state
    return folder


def _put_back(before: Mapping[Path, bytes]) -> None:
    """Put the rows of other years back into files whose names have no year, which were written over."""
    for path, text in before.items():
        head, _, rows = text.partition(b"\n")
        written = path.read_bytes()
        if written != text and written.partition(b"\n")[0] == head:  # otherwise it was not written over
            path.write_bytes(written + rows)


def given_files(ruleset: Ruleset, home: Path, progress: Progress) -> TriedOn:
    """Return what the given files hold for a ruleset's year; DataError if that is nothing."""
    found = _read(ruleset, home / GIVEN, progress, is_made_up=False)
    if not found.records:
        instead = _of_other_years(found, ruleset.year)
        rest = [one for one in found.said if not instead or one.code != OWN_YEAR_NOT_FOUND]
        raise DataError(*instead, *rest)
    return found


def _of_other_years(found: TriedOn, own: int) -> list[Diagnostic]:
    """Return the message that the files are of other years than the rules, in the words of the page, if they are."""
    missing = [one for one in found.said if one.code == OWN_YEAR_NOT_FOUND]
    years = sorted({one.year for one in found.data.report.files if one.year is not None})
    given = in_sentence(years)
    message = f"your files are of {given}, and these rules need those of {own}, so you see the made-up state"
    help_text = f"choose the rules of {in_sentence(years, 'or')} in the list above the rules, or add the files of {own}"
    return [evolve(one, message=message, help=help_text, severity=Severity.ERROR) for one in missing if years]


def _read(ruleset: Ruleset, folder: Path, progress: Progress, *, is_made_up: bool) -> TriedOn:
    def reading(name: str, done: int, of: int) -> None:
        progress(name and f"reading {name}", done, of)

    chained = leas_with_levels(ruleset, Request(Sources((folder,))), progress=reading)
    found = () if is_made_up else files_not_found(chained.data.report, ruleset)
    said = tuple(map(_in_words_of_the_page, (*chained.data.diagnostics, *found)))
    return TriedOn(chained.records, chained.data, said, is_made_up)


def _in_words_of_the_page(one: Diagnostic) -> Diagnostic:
    """Return a message whose help names no option of the command line, which the page does not have."""
    if one.help is None or "`--" not in one.help:
        return one
    return evolve(one, help=ADD_FILES if one.code == "years-not-found" else None)
