"""Brings together what is known of the LEAs of a year: by indicator files, published lists, and counts of groups."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from attrs import evolve, frozen

from rulelang.analysis.history import (
    of_year,
    with_former,
    with_group_counts,
    with_owners,
    with_published,
    year_of_list,
)
from rulelang.analysis.owners_missing import without_owner
from rulelang.core.file_layouts import PUBLISHED_LISTS, Column, FileFormat
from rulelang.core.how_many import how_many, kinds_of
from rulelang.core.ruleset import Ruleset
from rulelang.core.tree import Belonging, relates
from rulelang.core.vocabulary import FACTS, Vocabulary
from rulelang.core.walk import fields_in, walk
from rulelang.data.folders import Listing, find_files, list_folder, listed, years_held
from rulelang.data.group_counts import GroupCounts, read_group_counts
from rulelang.data.published import PublishedList, read_published
from rulelang.data.read import Progress, indicator_layouts, read_folders
from rulelang.data.records import read_records
from rulelang.data.report import DataSet, MissingFile, ReadReport
from rulelang.data.workbooks import one_child
from rulelang.diagnostics.arguments import Paths, paths
from rulelang.diagnostics.catalogue import data as say_data
from rulelang.diagnostics.catalogue import run as say
from rulelang.diagnostics.diagnostic import Diagnostic


@frozen
class Sources:
    """Where the data of a run come from: folders of indicator files, published lists, and counts of student groups.

    `records` are plain records in their place.
    """

    folders: tuple[Path, ...] = ()
    published: tuple[Path, ...] = ()
    group_counts: tuple[Path, ...] = ()
    records: Path | None = None

    @property
    def have_leas(self) -> bool:
        """Return whether there is anything that says which LEAs there are."""
        return bool(self.folders or self.published or self.records)


def sources_of(folders: Paths, published: Paths, group_counts: Paths) -> Sources:
    """Return where data come from, as programs say it; TypeError if that is nowhere."""
    sources = Sources(paths(folders), paths(published), paths(group_counts))
    if sources == Sources():
        raise TypeError("say which folders have the state's files, or which lists were published")
    return sources


@frozen
class Request:
    """The LEAs asked for, all where none is, where their data come from, and how rules are asked of them.

    With `recompute` the levels in the files are left aside for those worked out from the numbers. `as_year` is the year
    whose data the rules are asked of, where that is not their own.
    """

    sources: Sources = Sources()
    leas: tuple[str, ...] = ()
    counties: tuple[str, ...] = ()
    recompute: bool = False
    as_year: int | None = None


@frozen
class Gathered:
    """The LEAs of a year with everything known about them.

    `data` holds the LEAs to determine, the counts of every file and all that was wrong. `earlier` are the codes of LEAs
    that only the files of other years have; they are not determined, and among the records only where rules look back
    to what belonged to others in those years (`LeaRecord.only_in`).
    """

    data: DataSet
    earlier: frozenset[str] = frozenset()


@one_child()
def gather(
    ruleset: Ruleset,
    sources: Sources,
    *,
    progress: Progress | None = None,
    official: PublishedList | None = None,
    levels_stated: bool = False,
    only: Collection[str] | None = None,
) -> Gathered:
    """Return what the sources say of the LEAs of a ruleset's year; nothing that can be wrong with them raises.

    Files may lack the levels that the ruleset works out itself, unless these must be stated (`levels_stated`).
    `official` is a list that results are to be compared with. It and every other list of the ruleset's own year then
    have no part in the history, but what it says of earlier years has. Where `only` is given, there are LEAs with these
    codes alone.
    """
    vocabulary, year = ruleset.vocabulary, ruleset.year
    needed = data_needed(ruleset)
    own = () if levels_stated else {rule.scale for rule in ruleset.levels}
    stated = _without(vocabulary, own)
    has_lists = vocabulary.format_of(PUBLISHED_LISTS) is not None
    beside = () if has_lists else sources.published  # lists that rules read as facts, and not as a record of outcomes
    if sources.records is not None:
        data = read_records(vocabulary, sources.records)
    else:
        data = read_folders(
            stated, sources.folders, [*needed], progress=progress, kinds=needed, beside=beside, only=only
        )
    lists, refused = _lists(vocabulary, sources.published) if has_lists else ([], _strangers(vocabulary, beside))
    if not ruleset.levels:
        past = [one for one in needed if one < year and one not in {published.year for published in lists}]
        lists = [*lists, *(read_published(vocabulary, path, one) for one, path in _beside(vocabulary, sources, past))]
    lists = [one for one in lists if official is None or one.year != year]
    counts = [read_group_counts(vocabulary, path, year) for path in sources.group_counts]
    records = data.records
    if lists or official is not None:
        records = with_published(records, lists, vocabulary, year, official)
    # The first file that has an LEA counts.
    records = with_group_counts(
        records, {key: number for one in reversed(counts) for key, number in one.counts.items()}
    )
    is_whole = sources.records is not None  # plain records have all that there is
    kept = tuple(records) if is_whole else with_owners(of_year(records, year), vocabulary, records)
    earlier = frozenset({record.code for record in records} - {record.code for record in kept})
    said = [*data.diagnostics, *(one for published in lists for one in published.diagnostics), *refused]
    said.extend(diagnostic for one in counts for diagnostic in one.diagnostics)
    counts_former = bool(earlier and kept) and looks_back(ruleset)
    if earlier and kept:
        some = how_many(ruleset, kinds_of(record for record in records if record.code in earlier))
        said.append(say.leas_of_other_years(len(earlier), some, year, counted=counts_former))
    said.extend(without_owner(ruleset, kept))
    if counts_former:
        kept = with_former(kept, records, vocabulary)
    report = _report(data.report, sources, lists, counts)
    return Gathered(DataSet(kept, report, tuple(said), vocabulary), earlier)


def files_not_found(report: ReadReport, ruleset: Ruleset) -> Iterator[Diagnostic]:
    """Yield warnings about missing files: of the year itself, of years that have some, and of years that have none.

    Last come those without which every LEA has the level of silence on an indicator that rules read.
    """
    own, unknown = ruleset.year, [file for file in report.missing if not file.silent]
    missing = {file.year for file in unknown}
    found = {file.year for file in report.files}
    if own in missing - found:
        yield say.own_year_not_found(own)
    for year in sorted(missing & found, reverse=True):
        absent = [file for file in unknown if file.year == year]
        yield say.files_not_found(year, {" or ".join(file.names): file.like for file in absent})
    if earlier := sorted(missing - found - {own}):
        yield say.years_not_found(earlier)
    yield from _silent_without_files([file for file in report.missing if file.silent and own in found], ruleset)


def _silent_without_files(missing: Sequence[MissingFile], ruleset: Ruleset) -> Iterator[Diagnostic]:
    """Yield a warning for each indicator that has a level because files are missing, with the rules that read it."""
    years: dict[tuple[str, str], list[MissingFile]] = defaultdict(list)
    for file in missing:
        for indicator in file.indicators:
            years[indicator, file.silent].append(file)
    for (indicator, level), files in years.items():
        asked = {(file.year, indicator) for file in files}
        readers = [
            name if year == ruleset.year else f"{name} of {year}"
            for (year, name), definition in ruleset.definitions.items()
            if not asked.isdisjoint((one.year, one.key[0]) for one in fields_in(definition.node))
        ]
        if readers:
            names = {" or ".join(file.names): file.like for file in files}
            yield say.silent_without_file(indicator, level, names, readers, ruleset.vocabulary.entity)


def _without(vocabulary: Vocabulary, scales: Collection[str]) -> Vocabulary:
    """Return a vocabulary by whose layouts the columns of some scales may be missing: the level is then blank."""
    if not scales:
        return vocabulary

    def blank(column: Column) -> Column:
        return evolve(column, otherwise="") if column.holds in scales and column.otherwise is None else column

    layouts = (evolve(layout, columns=tuple(map(blank, layout.columns))) for layout in vocabulary.formats)
    return evolve(vocabulary, formats=tuple(layouts))


def _lists(vocabulary: Vocabulary, paths: Sequence[Path]) -> tuple[list[PublishedList], list[Diagnostic]]:
    """Return the lists, one for each year, and the messages about files that are not lists or repeat a year."""
    lists: dict[int, PublishedList] = {}
    refused: list[Diagnostic] = []
    for path in dict.fromkeys(paths):
        year = year_of_list(vocabulary, path)
        if not path.exists():
            refused.append(say_data.no_such_data_file(str(path)))
        elif year is None:
            refused.append(say.not_a_published_list(str(path), list(_names(vocabulary))))
        elif year in lists:
            refused.append(say.published_list_twice(str(path), year, str(lists[year].path)))
        else:
            lists[year] = read_published(vocabulary, path, year)
    return [lists[year] for year in sorted(lists)], refused


def _strangers(vocabulary: Vocabulary, paths: Iterable[Path]) -> list[Diagnostic]:
    """Return the messages about files that the vocabulary declares for no year."""
    layouts, names = indicator_layouts(vocabulary), list(_names(vocabulary))
    strangers = (path for path in paths if not years_held(layouts, listed([path]), vocabulary.years))
    return [say.not_a_published_list(str(path), names) for path in strangers]


def _beside(vocabulary: Vocabulary, sources: Sources, years: Iterable[int]) -> Iterator[tuple[int, Path]]:
    """Yield the lists of some years that lie in the folders of the indicator files, the first of each year."""
    layout = vocabulary.format_of(PUBLISHED_LISTS) or FileFormat(PUBLISHED_LISTS, (), ())
    listings = [listing for listing in map(list_folder, sources.folders) if isinstance(listing, Listing)]
    for year in years:
        files, _ = find_files(vocabulary, listings, layout, year)
        yield from ((year, file.path) for file in files[:1])


def _names(vocabulary: Vocabulary) -> Iterator[str]:
    """Yield the name a published list may have, for each year that has one."""
    layout = vocabulary.format_of(PUBLISHED_LISTS)
    layouts = (layout,) if layout is not None else vocabulary.formats
    for year in vocabulary.years:
        yield from [file.names_in(year)[0] for one in layouts for file in one.files if year in file.years][:1]


def _report(
    read: ReadReport, sources: Sources, lists: Sequence[PublishedList], counts: Sequence[GroupCounts]
) -> ReadReport:
    """Return the counts of all files; a year with a list does not miss the files that nobody said were there."""
    found = {file.year for file in read.files}
    listed = {one.year for one in lists} - found
    missing = tuple(file for file in read.missing if sources.folders and file.year not in listed)
    of_lists = tuple(file for one in lists for file in one.report.files)
    return evolve(read, files=(*read.files, *of_lists, *(one.report for one in counts)), missing=missing)


# ---- What rules read ----


def looks_back(ruleset: Ruleset) -> bool:
    """Return whether rules look at what belonged to an entity in an earlier year."""
    overs = (node.over for node in walk(*ruleset.nodes) if relates(node))
    return any(isinstance(over, Belonging) and over.year != ruleset.year for over in overs)


def data_needed(ruleset: Ruleset) -> Mapping[int, frozenset[str]]:
    """Return the kinds of indicator that the rules read in each year, and facts, oldest year first.

    The ruleset's own year is always there, with every kind, because the files of a year say which LEAs there are; where
    rules work out levels, those of the kinds they read do.
    """
    every = {kind.name for kind in ruleset.vocabulary.indicator_kinds}
    needed: dict[int, set[str]] = {ruleset.year: set() if ruleset.levels else set(every)}
    asked = fields_in(*ruleset.nodes)
    for year, indicator in {(one.year, one.key[0]) for one in asked}:
        kinds = {ruleset.vocabulary.indicator(indicator).kind} if indicator else {*every, FACTS}
        needed.setdefault(year, set()).update(kinds)
    return {year: frozenset(needed[year]) for year in sorted(needed)}
