"""Reads the folders in which people keep the state's files, into the records of LEAs."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from pathlib import Path

from attrs import define, evolve, field, frozen

from rulelang.core.file_layouts import PUBLISHED_LISTS, FileFormat
from rulelang.core.record import LeaRecord
from rulelang.core.vocabulary import FACTS, Vocabulary
from rulelang.data import layout as lay
from rulelang.data.coded import CodedFile, YearCells, put_into
from rulelang.data.facts import Doubt, Facts
from rulelang.data.folders import (
    Listing,
    PublishedFile,
    example_names,
    find_files,
    list_folder,
    listed,
    years_held,
)
from rulelang.data.kept_files import KeptFiles
from rulelang.data.lea_codes import LeaCodes
from rulelang.data.plan import FilePlan, indicators_of, make_plan, missing_names, unusable_columns
from rulelang.data.report import DataError, DataSet, FileTally, MissingFile, ReadReport
from rulelang.data.rows import OTHER_YEAR, RowReader
from rulelang.data.tables import Table, content_of, table_of, with_windows_letters
from rulelang.data.workbooks import one_child
from rulelang.diagnostics.catalogue import data as say
from rulelang.diagnostics.diagnostic import Diagnostic

NO_OTHER_ROW = "a row of facts about something that no other file of the year has, and that nothing belongs to"
"""Why a row of facts is ignored."""

Progress = Callable[[str, int, int], None]
"""Called with the name of the file about to be read, how many are done, and how many there are; last with "" ."""


@one_child()
def read_folders(
    vocabulary: Vocabulary,
    folders: Sequence[Path],
    years: Collection[int],
    *,
    progress: Progress | None = None,
    kinds: Mapping[int, Collection[str]] | None = None,
    beside: Sequence[Path] = (),
    only: Collection[str] | None = None,
) -> DataSet:
    """Return the facts of some years from the published files in some folders.

    The files the vocabulary declares are looked for in each folder and in the folders directly below it, by name
    without regard to case, and among the files `beside`. `kinds` says for which kinds of indicator a year's files are
    wanted; all if it does not name the year. Where `only` is given, there are facts of LEAs with these codes alone.
    What is wrong with a file or a row is among the diagnostics, and every other row is still read. Of two files for
    the same thing, in different folders or with names that differ in case only, both are read; a copy of a file is
    ignored, and a row that repeats another is refused. Nothing wrong with files or folders raises.
    """
    listings, diagnostics = _listings(vocabulary, folders, years)
    listings.append(listed(beside))
    files, missing = _wanted(vocabulary, listings, years, kinds or {})
    run = _Run(vocabulary, only)
    for done, file in enumerate(files):
        if progress is not None:
            progress(file.path.name, done, len(files))
        run.read(file)
    if progress is not None and files:
        progress("", len(files), len(files))
    run.settle()
    diagnostics.extend(run.settle_extracts())
    for tally in run.tallies:
        diagnostics.extend(tally.said())
    records = run.records()
    report = ReadReport(tuple(tally.report() for tally in run.tallies), tuple(missing))
    return DataSet(records, report, tuple(diagnostics), vocabulary)


def indicator_layouts(vocabulary: Vocabulary) -> tuple[FileFormat, ...]:
    """Return the layouts of the files of indicators and of facts, in the vocabulary's order."""
    kinds = {FACTS, *(kind.name for kind in vocabulary.indicator_kinds)}
    return tuple(layout for layout in vocabulary.formats if layout.kind in kinds)


def _listings(
    vocabulary: Vocabulary, folders: Sequence[Path], years: Collection[int]
) -> tuple[list[Listing], list[Diagnostic]]:
    """Return the contents of the folders, and what is wrong with those that hold nothing of use."""
    listings: list[Listing] = []
    wrong: list[Diagnostic] = []
    layouts = indicator_layouts(vocabulary)
    lists = [layout for layout in vocabulary.formats if layout.kind == PUBLISHED_LISTS]
    past = {year for year in years if year != max(years)}  # a list of the year itself is no data to determine
    for folder in folders:
        listing = list_folder(folder)
        if isinstance(listing, Diagnostic):
            wrong.append(listing)
        elif folder.is_file() and years_held(lists, listing, vocabulary.years):
            wrong.append(say.published_list_as_data(str(folder)))
        elif not years_held(layouts, listing, years) and not years_held(lists, listing, past):
            held = years_held(layouts, listing, vocabulary.years)
            absent = [find_files(vocabulary, [listing], layout, year)[1] for layout in layouts for year in years]
            like = list(dict.fromkeys(name for files in absent for file in files for name in file.like))
            wrong.append(say.no_data_files(str(folder), years, held, example_names(layouts, years), like))
        else:
            listings.append(listing)
    return listings, wrong


def _wanted(
    vocabulary: Vocabulary,
    listings: Sequence[Listing],
    years: Collection[int],
    kinds: Mapping[int, Collection[str]],
) -> tuple[list[PublishedFile], list[MissingFile]]:
    """Return the files to read and those not found, newest year first, because names are taken from the newest."""
    files: list[PublishedFile] = []
    missing: list[MissingFile] = []
    for layout in indicator_layouts(vocabulary):
        for year in sorted(set(years), reverse=True):
            if year not in kinds or layout.kind in kinds[year]:
                found, absent = find_files(vocabulary, listings, layout, year)
                files.extend(found)
                missing.extend(absent)
    return _standing_in(vocabulary, files, missing)


def _standing_in(
    vocabulary: Vocabulary, files: Sequence[PublishedFile], missing: Sequence[MissingFile]
) -> tuple[list[PublishedFile], list[MissingFile]]:
    """Return files and missing ones, with tables of several indicators used for the files that are missing."""
    tables = {(file.layout.kind, file.year) for file in files if file.layout.is_one_table}
    there: dict[tuple[str, int], set[str]] = defaultdict(set)
    for file in (file for file in files if not file.layout.is_one_table):
        there[file.layout.kind, file.year].update(one.name for one in indicators_of(vocabulary, file))
    return (
        [
            evolve(file, without=frozenset(there[file.layout.kind, file.year])) if file.layout.is_one_table else file
            for file in files
        ],
        [file for file in missing if (file.kind, file.year) not in tables],
    )


@define
class _Run:
    """Reads files one after another into one set of facts, where `only` is given of the LEAs with these codes alone."""

    vocabulary: Vocabulary
    only: Collection[str] | None = None
    tallies: list[FileTally] = field(factory=list)
    facts: Facts = field(init=False)
    _codes: LeaCodes = field(init=False)
    _kept: KeptFiles = field(init=False)
    _files: dict[tuple[int, str], list[tuple[Path, CodedFile]]] = field(factory=lambda: defaultdict(list))
    _copies: dict[tuple[str, int, str | None], Path] = field(factory=dict)
    _taken: list[tuple[PublishedFile, FileTally, CodedFile]] = field(factory=list)

    def __attrs_post_init__(self) -> None:
        self.facts = Facts(self.vocabulary)
        self._codes = LeaCodes(self.vocabulary)
        self._kept = KeptFiles(self.vocabulary)

    def read(self, file: PublishedFile) -> None:
        """Read one file; what is wrong with it is in its tally."""
        tally = FileTally(file.path, file.layout.of, file.year, file.indicator)
        self.tallies.append(tally)
        try:
            content = content_of(tally)
            coded = self._known(file, tally.sha256, len(content))
            if coded is None:
                coded = self._coded(file, tally, content)
        except DataError as error:
            tally.reject(error.diagnostics[0], "could not be read")
            self._lacks_rows(file)
        else:
            if coded is not None:
                self._taken.append((file, tally, coded))
                for indicator in coded.tables:
                    self._files[file.year, indicator].append((file.path, coded))

    def _lacks_rows(self, file: PublishedFile, but: Collection[str] = ()) -> None:
        """Record that rows on the indicators of a file may be missing for any LEA, except on some (`but`)."""
        about = indicators_of(self.vocabulary, file)
        reported = (one.name for one in about if lay.reports(self.vocabulary, file.layout, one, file.year))
        self.facts.doubt_all(file.year, [name for name in reported if name not in but])

    def _known(self, file: PublishedFile, sha256: str, size: int) -> CodedFile | None:
        """Return the content of a file that was read before, if no other file of this run affects it."""
        if (sha256, file.year, file.indicator) in self._copies:
            return None
        coded = self._kept.find(file, sha256, size)
        if coded is None or any(self._repeats(file.year, coded, indicator) for indicator in coded.tables):
            return None
        self._copies[sha256, file.year, file.indicator] = file.path
        return coded

    def _repeats(self, year: int, coded: CodedFile, indicator: str) -> bool:
        """Return whether a file has a row about what a row of an earlier one is about."""
        return any(coded.repeats(earlier, indicator) for _, earlier in self._files[year, indicator])

    def _coded(self, file: PublishedFile, tally: FileTally, content: bytes) -> CodedFile | None:
        """Return the content of a file, None if it has nothing new or is unusable; DataError if it is not a table."""
        column = lay.column_of(file.layout, lay.LEA_CODE)
        expected = lay.names_of(column, file.year) if column else ()
        table = table_of(tally, content, lay.header_score(file.layout, file.year, ("",)), expected)
        if not self._is_of_use(file, tally, table):
            return None
        reader = self._read_rows(make_plan(self.vocabulary, file, table), tally)
        if reader is None:
            self._lacks_rows(file)
            return None
        if not tally.used and not tally.refused and {*tally.ignored} != {OTHER_YEAR}:
            tally.diagnostics.append(say.no_row_used(str(tally.path), tally.ignored.most_common()))
        coded = reader.coded
        coded.take(tally)
        if not reader.leans:
            self._kept.keep(file, tally.sha256, len(content), coded)
        return coded

    def settle(self) -> None:
        """Collect the facts of all files, once every file is read: a row of one may contradict a row of another."""
        cells: dict[int, YearCells] = defaultdict(YearCells)
        for file, tally, coded in self._taken:
            coded.tell(tally)
            self._lacks_rows(file, coded.covered)
            put_into(self.facts, coded, file.year, file.layout.kind, self.only)
            cells[file.year].files.append((file.path.name, coded))
        self._settle_kinds()
        self.facts.cells = cells
        self.facts.saw_owners(
            (code, file.year)
            for file, _, coded in self._of_facts()
            for code in coded.codes
            if self.only is None or code in self.only
        )

    def _settle_kinds(self) -> None:
        """Warn of LEAs whose rows one file has and ignores as those of something else, and take them as refused."""
        used: dict[tuple[str, int], set[str]] = defaultdict(set)
        for file, _, coded in self._taken:
            used[file.layout.kind, file.year].update(coded.codes)
        for file, tally, coded in self._taken:
            may_be_both = not lay.shapes_of(file.layout.row_kinds)
            own = set(coded.codes) if may_be_both else set[str]()
            ignored = sorted({*map(str.strip, coded.aside)} & used[file.layout.kind, file.year] - own)
            if ignored:
                tally.diagnostics.append(say.ignored_here_only(str(file.path), ignored))
            for code in ignored:
                self.facts.doubt(code, file.year, Doubt(file.indicator))

    def records(self) -> tuple[LeaRecord, ...]:
        """Return the records, and count rows of facts as ignored that are in none: they do not show what exists."""
        records = self.facts.records()
        known = {(record.code, year) for record in records for year in record.years}
        for file, tally, coded in self._of_facts() if self.only is None else ():
            there = [(code, file.year) in known for code in coded.codes]
            rows = (columns[0] for table in coded.tables.values() for columns in table.columns)
            unknown = sum(bool(row) and not is_there for one in rows for row, is_there in zip(one, there, strict=False))
            unknown = min(unknown, tally.used)  # a row that another contradicts was not used
            tally.used -= unknown
            tally.ignored += Counter({NO_OTHER_ROW: unknown})
        return records

    def _of_facts(self) -> list[tuple[PublishedFile, FileTally, CodedFile]]:
        return [one for one in self._taken if one[0].layout.kind == FACTS]

    def settle_extracts(self) -> list[Diagnostic]:
        """Let files cut down to a few counties be silent about those only, and return a warning for each year."""
        found = list(find_extracts(self.vocabulary, self.facts.reported, self.facts.county))
        for extract in found:
            self.facts.limit(extract.year, extract.indicator, extract.counties)
        years = sorted({extract.year for extract in found}, reverse=True)
        return [_few_counties(year, [extract for extract in found if extract.year == year]) for year in years]

    def _is_of_use(self, file: PublishedFile, tally: FileTally, table: Table) -> bool:
        """Return whether a file has anything new; if not, its rows are counted as ignored."""
        first = self._copies.setdefault((tally.sha256, file.year, file.indicator), file.path)
        if first != file.path:
            tally.note = f"a copy of {first}"
            tally.ignored["the file is a copy of one already read"] += table.row_count
            return False
        about = indicators_of(self.vocabulary, file)
        if not about:
            tally.note = "the files of its indicators are there"
            tally.ignored[tally.note] += table.row_count
            return False
        if not any(lay.reports(self.vocabulary, file.layout, indicator, file.year) for indicator in about):
            names = " or ".join(f"`{indicator.name}`" for indicator in about)
            tally.note = f"no level of {names} is reported in {file.year}"
            tally.ignored[f"no level of {names} is reported in {file.year}"] += table.row_count
            return False
        return True

    def _read_rows(self, plan: FilePlan, tally: FileTally) -> RowReader | None:
        """Return the reader that has read every row, None if a file's rows cannot be used."""
        wrong = plan.year.check_file(plan.table) or unusable_columns(self.vocabulary, plan)
        if wrong:
            tally.reject(wrong[0], "could not be used", plan.table.row_count)
            tally.diagnostics.extend(wrong[1:])
            return None
        table, warnings = with_windows_letters(plan.table, plan.needed)
        tally.diagnostics.extend((*missing_names(plan), *warnings))
        reader = RowReader(self.vocabulary, plan, tally, self._codes, self._files)
        for bad in table.bad_rows:
            tally.refuse(bad.diagnostic)
            reader.doubt(bad.cells, reader.whole_file)
        reader.read_all(table.rows)
        for column in (column for column, seen in reader.numbers.percentages.items() if seen.look_like_parts_of_one):
            tally.diagnostics.append(say.percentages_below_one(table.file, column))
        if table.truncated:
            tally.note = "breaks off in its last row"
        elif tally.used or reader.coded.doubts or not reader.coded.named_doubts:  # else nobody knows whose are missing
            reader.coded.covered = tuple(filter(plan.is_reported, plan.levels))
        return reader


def _few_counties(year: int, extracts: Sequence[Extract]) -> Diagnostic:
    indicators = [extract.indicator for extract in extracts]
    counties = sorted(frozenset().union(*(extract.counties for extract in extracts)))
    return say.files_of_few_counties(year, indicators, counties, max(extract.of for extract in extracts))


# ---- Files that were cut down to a few counties ----

# People keep the rows of their own counties, beside files of the whole state. An LEA elsewhere then has rows in one
# file and none in the others, and must not be taken to be not rated there. No file says that it was cut down; it
# shows in the counties of its LEAs, which are a small part of those in the other files of the same kind and year.


FEWEST_COUNTIES = 8
ONE_IN = 4
"""An extract has LEAs of fewer than one county in this many, if there are `FEWEST_COUNTIES` or more."""


@frozen
class Extract:
    """An indicator with rows of LEAs in some counties only, in a year whose files of that kind have `of` counties."""

    year: int
    indicator: str
    counties: frozenset[str]
    of: int


def find_extracts(
    vocabulary: Vocabulary, reported: Mapping[tuple[int, str], Collection[str]], county_of: Callable[[str], str]
) -> Iterator[Extract]:
    """Yield the extracts among indicators, given the codes of the LEAs with rows on each in each year."""
    counties = {key: frozenset(filter(None, map(county_of, codes))) for key, codes in reported.items()}
    for year in sorted({year for year, _ in reported}):
        for kind in vocabulary.indicator_kinds:
            names = [one.name for one in vocabulary.indicators_of(kind.name) if (year, one.name) in counties]
            total = len(frozenset().union(*(counties[year, name] for name in names)))
            for name in names if total >= FEWEST_COUNTIES else ():
                found = counties[year, name]
                if len(found) * ONE_IN < total:
                    yield Extract(year, name, found, total)
