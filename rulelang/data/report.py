"""The outcome of reading: the records, a count of every row, and what was wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from attrs import define, field, frozen

from rulelang.core.how_many import how_many_of_each, kinds_of
from rulelang.core.record import LeaRecord
from rulelang.core.vocabulary import Vocabulary
from rulelang.data.facts import Doubt
from rulelang.diagnostics.arguments import LEA, UnknownNameError, checked
from rulelang.diagnostics.catalogue import data as say
from rulelang.diagnostics.catalogue.quote import count
from rulelang.diagnostics.diagnostic import Diagnostic, Severity
from rulelang.diagnostics.notebook import Displayed

SHOWN_PER_CODE = 5
"""How many messages with one code a file gets in full; the rest are counted in one more."""

OF_A_COLUMN: Final = frozenset(
    ("lost-leading-zeros", "marked-lea-code", "rounded-lea-code", "short-lea-code", "missing-record-columns")
)
"""The codes of messages about a column as a whole: the first row is enough to show it."""


_ONE_LEA = "the code of an LEA in the data, or the name or part of the name of one only"


class DataError(Exception):
    """Raised if nothing can be read or written at all; `diagnostics` says why, and so does its text."""

    def __init__(self, *diagnostics: Diagnostic) -> None:
        super().__init__("; ".join(_texts(diagnostics)))
        self.diagnostics = diagnostics

    def __reduce__(self) -> tuple[type[DataError], tuple[Diagnostic, ...]]:
        """Return its arguments, so that it can be sent from another process."""
        return type(self), self.diagnostics


def _texts(diagnostics: Sequence[Diagnostic]) -> Iterator[str]:
    """Yield each message once, with the first row it is about, and how many other rows have the same."""
    texts = [f"{one.message} ({one.help})" if one.help else one.message for one in diagnostics]
    for text, times in Counter(texts).items():
        place = diagnostics[texts.index(text)].place
        row = f"row {place.row}: " if place is not None and place.row is not None else ""
        yield f"{row}{text}" + (f" (and {count(times - 1, 'more row')})" if times > 1 else "")


class RefusedRowError(Exception):
    """Raised for a row that cannot be used, with the message and what is unknown without the row."""

    def __init__(self, diagnostic: Diagnostic, doubt: Doubt | None = None) -> None:
        super().__init__(diagnostic.message)
        self.diagnostic = diagnostic
        self.doubt = doubt


@frozen
class FileReport:
    """The counts of one file and its rows.

    Every row is used, ignored for a reason, or refused: `read` is always the sum of the three. `kind` is the kind of
    indicator the file reports, or the family it belongs to. `note` is about the file as a whole, such as that it could
    not be read.
    """

    path: Path
    kind: str = ""
    year: int | None = None
    indicator: str | None = None
    sha256: str = ""
    used: int = 0
    refused: int = 0
    ignored: Mapping[str, int] = field(factory=dict, hash=False)
    note: str = ""

    @property
    def read(self) -> int:
        """Return how many rows the file has, without its header and rows in which every cell is blank."""
        return self.used + self.refused + sum(self.ignored.values())


@frozen
class MissingFile:
    """A file the vocabulary declares for a year that is in none of the folders, and the names it may have.

    `like` are the names of files in the folders that look like it. `silent` is the level that the indicators have
    without it, empty if they are unknown.
    """

    kind: str
    year: int
    indicators: tuple[str, ...]
    names: tuple[str, ...]
    like: tuple[str, ...] = ()
    silent: str = ""


@frozen(repr=False)
class ReadReport(Displayed):
    """The counts of a run, over all and per file, and the files that were not found."""

    files: tuple[FileReport, ...] = ()
    missing: tuple[MissingFile, ...] = ()

    def _title(self) -> str:
        return (
            f"ReadReport of {len(self.files):,} files, {self.read:,} rows: {self.used:,} used, {self.refused:,} refused"
        )

    def _rows(self) -> Iterator[tuple[str, ...]]:
        yield from ((file.path.name, f"{file.read:,} read", f"{file.used:,} used") for file in self.files)
        yield from ((f"ignored: {reason}", f"{number:,}") for reason, number in self.ignored.items())
        yield from ((f"not found: {' or '.join(file.names)}", str(file.year)) for file in self.missing)

    @property
    def read(self) -> int:
        """Return how many rows were read in all."""
        return sum(file.read for file in self.files)

    @property
    def used(self) -> int:
        """Return how many rows gave a reading."""
        return sum(file.used for file in self.files)

    @property
    def refused(self) -> int:
        """Return how many rows were refused, each with a message or counted in one."""
        return sum(file.refused for file in self.files)

    @property
    def ignored(self) -> Mapping[str, int]:
        """Return how many rows were ignored by reason, the most frequent reason first."""
        counts: Counter[str] = Counter()
        for file in self.files:
            counts.update(file.ignored)
        return dict(counts.most_common())


@frozen(repr=False)
class DataSet(Displayed):
    """The records, sorted by LEA code, with the vocabulary they were read by, the counts and the diagnostics.

    `asked` are the codes of those that were asked for, where the rules may look at the others too; None for all.
    """

    records: tuple[LeaRecord, ...]
    report: ReadReport = field(hash=False)
    diagnostics: tuple[Diagnostic, ...] = field(default=(), hash=False)
    vocabulary: Vocabulary | None = field(default=None, repr=False, hash=False)
    asked: frozenset[str] | None = field(default=None, repr=False)

    def _title(self) -> str:
        words, number = self.vocabulary, len(self.records)
        of = count(number, words.entity if words is not None else "LEA", words.entities if words is not None else None)
        if words is not None and words.owners:  # several kinds, of which some belong to others
            of = how_many_of_each(words, kinds_of(self.records))
        return f"DataSet of {of}, {count(self.report.read, 'row')}, {count(len(self.diagnostics), 'message')}"

    def _rows(self) -> Iterator[tuple[str, ...]]:
        yield from (("rows used", f"{self.report.used:,}"), ("rows refused", f"{self.report.refused:,}"))
        yield from ((one.severity.value, one.message) for one in self.diagnostics[:SHOWN_PER_CODE])

    def __len__(self) -> int:
        return len(self.records)

    def __iter__(self) -> Iterator[LeaRecord]:
        return iter(self.records)

    def __contains__(self, lea: object) -> bool:
        """Return whether there is an LEA of a code or name, as for `data[lea]`, or a record."""
        return len(self._called(lea)) == 1 if isinstance(lea, str) else lea in self.records

    def __getitem__(self, lea: str) -> LeaRecord:
        """Return the LEA of a code, or of a name or part of one that no other has; UnknownNameError if none is."""
        found = self._called(checked(lea, str, LEA))
        if len(found) == 1:
            return found[0]
        several = found or self.records
        names = [one.name for one in several if one.name]
        if found and len(set(names)) == len(found):
            raise UnknownNameError(_ONE_LEA, lea, names)
        raise UnknownNameError(_ONE_LEA, lea, [one.code for one in several], [] if found else names)

    def _called(self, lea: str) -> Sequence[LeaRecord]:
        """Return the LEA of a code, otherwise those of a name, otherwise those with a part of a name."""
        wanted = lea.casefold().strip()
        parts = [one for one in self.records if wanted and wanted in one.name.casefold()]
        named = [one for one in parts if wanted == one.name.casefold()]
        return [one for one in self.records if wanted == one.code.casefold()] or named or parts

    @property
    def has_errors(self) -> bool:
        """Return whether anything was refused: a row, a file or a folder."""
        return any(diagnostic.severity is Severity.ERROR for diagnostic in self.diagnostics)


@define(eq=False)
class FileTally:
    """Counts the rows of one file while it is read, and keeps the messages about them."""

    path: Path
    kind: str = ""
    year: int | None = None
    indicator: str | None = None
    sha256: str = ""
    note: str = ""
    used: int = 0
    refused: int = 0
    ignored: Counter[str] = field(factory=Counter)
    diagnostics: list[Diagnostic] = field(factory=list)

    def refuse(self, diagnostic: Diagnostic) -> None:
        """Count a row as refused and keep the message about it."""
        self.refused += 1
        self.diagnostics.append(diagnostic)

    def reject(self, diagnostic: Diagnostic, note: str, rows: int = 0) -> None:
        """Keep a message about the file as a whole, none of whose rows can be used."""
        self.note = note
        self.refused += rows
        self.diagnostics.append(diagnostic)

    def report(self) -> FileReport:
        """Return the counts so far."""
        of = (self.path, self.kind, self.year, self.indicator, self.sha256)
        return FileReport(*of, self.used, self.refused, dict(self.ignored.most_common()), self.note)

    def said(self) -> Iterator[Diagnostic]:
        """Yield the diagnostics, at most `SHOWN_PER_CODE` with one code and then one that counts the rest."""
        return capped(self.diagnostics, str(self.path))


def capped(diagnostics: Iterable[Diagnostic], file: str) -> Iterator[Diagnostic]:
    """Yield the first `SHOWN_PER_CODE` diagnostics of each code, then one per code that counts those left.

    What is true of a whole column, as when a spreadsheet spoiled it, is said once, with the number of rows.
    """
    found = list(diagnostics)
    counts = Counter(diagnostic.code for diagnostic in found)
    shown: Counter[str] = Counter()
    first_left: dict[str, Diagnostic] = {}
    for diagnostic in found:
        code = diagnostic.code
        shown[code] += 1
        if code in OF_A_COLUMN:
            yield from [say.with_more_rows(diagnostic, counts[code] - 1)] if shown[code] == 1 else ()
        elif shown[code] <= SHOWN_PER_CODE:
            yield diagnostic
        else:
            first_left.setdefault(code, diagnostic)
    for code, diagnostic in first_left.items():
        yield say.more_rows(file, counts[code] - SHOWN_PER_CODE, diagnostic)
