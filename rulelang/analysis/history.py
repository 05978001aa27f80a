"""History from the state's published lists: their facts about each LEA, beside those of its own files.

The lists are a record of which student groups met two or more priorities, and of what each LEA was called. An LEA that
is not in a year's list was not determined that year, so it met nothing in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from attrs import evolve, frozen

from rulelang.core.file_layouts import PUBLISHED_LISTS
from rulelang.core.record import LeaRecord, PublishedFacts, YearFacts
from rulelang.core.vocabulary import Vocabulary
from rulelang.data.layout import DASHBOARD_YEAR
from rulelang.data.published import PublishedLea, PublishedList, read_published


def year_of_list(vocabulary: Vocabulary, path: Path) -> int | None:
    """Return the Dashboard year a published list is of: by its file name, or else by its own year column.

    None if the vocabulary has no such file name and the file names no year.
    """
    layout = vocabulary.format_of(PUBLISHED_LISTS)
    for year in vocabulary.years:
        files = [file for file in layout.files if year in file.years] if layout is not None else []
        if path.name.casefold() in {name.casefold() for file in files for name in file.names_in(year)}:
            return year
    return next((year for year in vocabulary.years if _says_so(read_published(vocabulary, path, year))), None)


def with_published(
    records: Iterable[LeaRecord],
    lists: Sequence[PublishedList],
    vocabulary: Vocabulary,
    year: int,
    official: PublishedList | None = None,
) -> tuple[LeaRecord, ...]:
    """Return the LEAs with what the lists say of them, by code; LEAs that only the list of `year` has are added.

    Of a year that has no list, those are added that a later list says something of in that year. What a list says of
    earlier years counts for the years that have no list of their own. `official` is a list to compare with: of its own
    year it says nothing here, but of earlier years as the others do.
    """
    by_code = {record.code: record for record in records}
    for published in lists:
        listed = [lea for lea in published.leas if published.year == year or year in lea.earlier]
        if published.year == year or not _has_list(vocabulary, year):
            by_code.update({record.code: record for record in _only_listed(listed, by_code, vocabulary)})
    said = {published.year: _Said.by(published, vocabulary) for published in lists if published.leas}
    called = _called_earlier([*lists, *([official] if official is not None else [])], vocabulary)
    called = {past: facts for past, facts in called.items() if past not in said}
    named = {lea.code: lea for published in sorted(lists, key=lambda one: one.year) for lea in published.leas}
    return tuple(_record_of(by_code[code], said, called, named.get(code), vocabulary) for code in sorted(by_code))


def of_year(records: Iterable[LeaRecord], year: int) -> tuple[LeaRecord, ...]:
    """Return the LEAs about which anything is known in a year.

    An LEA that only the files of earlier years have was merged or closed since; it is not an LEA of the year.
    """
    return tuple(record for record in records if year in record.years and _is_reported(record.years[year]))


def with_former(
    kept: Sequence[LeaRecord], records: Iterable[LeaRecord], vocabulary: Vocabulary
) -> tuple[LeaRecord, ...]:
    """Return the LEAs of a year, by code, with those of some records that only other years have, and their owners.

    These have the years that something is known of them in (`only_in`).
    """
    there = {record.code for record in kept}
    others = (record for record in records if record.code not in there)
    former = (evolve(one, only_in=frozenset(year for year in one.years if of_year([one], year))) for one in others)
    return with_owners([*kept, *(one for one in former if one.only_in)], vocabulary)


def with_owners(
    records: Iterable[LeaRecord], vocabulary: Vocabulary, known: Iterable[LeaRecord] = ()
) -> tuple[LeaRecord, ...]:
    """Return records by code, and with them what they belong to by their codes and no file has rows of.

    Lists of districts have no rows of counties. What is added is one of the records `known` or, of every year that some
    record has, one without facts.
    """
    others = {record.code: record for record in known}
    by_code = {record.code: record for record in records}
    above = {kind.name: vocabulary.kind(kind.belongs_to) for kind in vocabulary.kinds if kind.belongs_to}
    years = {year: YearFacts() for year in sorted({year for record in by_code.values() for year in record.years})}
    for record in list(by_code.values()) if above else ():
        below = record
        while (kind := above.get(below.kind)) is not None and not below.belongs_to:
            code = kind.code_above(below.code)
            there = by_code.get(code)
            if not code or (there is not None and (not there.only_in or below.only_in <= there.only_in)):
                break
            new = LeaRecord(code, vocabulary.counties.get(code, ""), below.county, kind.name, years)
            owner = there or others.get(code, new)
            below = by_code[code] = evolve(owner, only_in=owner.only_in | below.only_in)
    return tuple(by_code[code] for code in sorted(by_code))


def with_group_counts(records: Iterable[LeaRecord], counts: Mapping[tuple[int, str], int]) -> tuple[LeaRecord, ...]:
    """Return the LEAs with the numbers of their student groups, given by year and LEA code."""
    by_code: dict[str, dict[int, int]] = {}
    for (year, code), number in counts.items():
        by_code.setdefault(code, {})[year] = number
    return tuple(_counted(record, by_code.get(record.code, {})) for record in records)


def _counted(record: LeaRecord, counts: Mapping[int, int]) -> LeaRecord:
    if not counts:
        return record
    years = {
        year: evolve(record.years.get(year, YearFacts()), group_count=counts[year])
        if year in counts
        else record.years[year]
        for year in sorted({*record.years, *counts})
    }
    return evolve(record, years=years)


def published_facts(lea: PublishedLea | None, vocabulary: Vocabulary) -> PublishedFacts:
    """Return what a list says of an LEA; of one that it does not have (None), that it met nothing."""
    if lea is None:
        return PublishedFacts(stated=frozenset(one.name for one in vocabulary.outcomes))
    flags = {name: answer for name, answer in lea.methods.items() if answer is not None}
    held = {name for name, answer in flags.items() if answer}
    stated = set(flags)
    if lea.determination is not None:
        held |= _had_by(lea.determination, vocabulary)
        stated |= _settled_by(lea.determination, vocabulary)
    met = {group: priorities for group, priorities in lea.priorities.items() if priorities}
    is_whole = None not in lea.priorities.values()
    return PublishedFacts(met if is_whole else None, frozenset(held), frozenset(stated))


def _settled_by(name: str, vocabulary: Vocabulary) -> frozenset[str]:
    """Return the outcomes for which a determination or label says whether the LEA has them.

    A label such as Year 1 says that the LEA has no other label, and nothing about the determination behind it.
    """
    labels = frozenset(one.name for one in vocabulary.outcomes if one.kind == "label")
    return labels if name in labels else labels.union(vocabulary.determinations, *vocabulary.comes_with.values())


def _had_by(name: str, vocabulary: Vocabulary) -> frozenset[str]:
    """Return the outcomes of an LEA with a determination on a list: the determination, and what comes with it."""
    return frozenset({name}) | vocabulary.comes_with.get(name, frozenset())


def _called_earlier(lists: Iterable[PublishedList], vocabulary: Vocabulary) -> dict[int, dict[str, PublishedFacts]]:
    """Return by year and LEA code what lists of later years say the LEA was called; the latest list counts."""
    found: dict[int, dict[str, PublishedFacts]] = {}
    for published in sorted(lists, key=lambda one: one.year):
        for lea in published.leas:
            for year, name in lea.earlier.items():
                facts = PublishedFacts(None, _had_by(name, vocabulary), _settled_by(name, vocabulary))
                found.setdefault(year, {})[lea.code] = facts
    return found


def _says_so(published: PublishedList) -> bool:
    """Return whether a list could be read as of its year, and has a column that says it is of that year."""
    return bool(published.leas) and DASHBOARD_YEAR in published.columns


def _has_list(vocabulary: Vocabulary, year: int) -> bool:
    layout = vocabulary.format_of(PUBLISHED_LISTS)
    return layout is not None and any(year in file.years for file in layout.files)


def _only_listed(
    leas: Iterable[PublishedLea], known: Mapping[str, LeaRecord], vocabulary: Vocabulary
) -> Iterator[LeaRecord]:
    for lea in leas:
        kind = vocabulary.kind_of_code(lea.code)
        if lea.code not in known and kind is not None:
            yield LeaRecord(lea.code, lea.name, lea.county, kind.name)


@frozen
class _Said:
    """The list of a year: the facts about LEAs on it by code, and about others of their kinds, None if that is unknown.

    If a row of a list was refused, an LEA that is not among the others may have been on it.
    """

    leas: Mapping[str, PublishedFacts]
    others: PublishedFacts | None

    @classmethod
    def by(cls, published: PublishedList, vocabulary: Vocabulary) -> _Said:
        """Return what a list says."""
        others = None if published.has_errors else published_facts(None, vocabulary)
        return cls({lea.code: published_facts(lea, vocabulary) for lea in published.leas}, others)


def _record_of(
    record: LeaRecord,
    said: Mapping[int, _Said],
    called: Mapping[int, Mapping[str, PublishedFacts]],
    listed: PublishedLea | None,
    vocabulary: Vocabulary,
) -> LeaRecord:
    """Return an LEA with what lists say of it; where its files do not name it or its county, a list does."""
    years = dict(record.years)
    for year, one in said.items():
        others = one.others if vocabulary.is_listed(record.kind, year) else None
        years[year] = evolve(years.get(year, YearFacts()), published=one.leas.get(record.code, others))
    for year, leas in called.items():
        if record.code in leas:
            years[year] = evolve(years.get(year, YearFacts()), published=leas[record.code])
    if listed is None:
        return evolve(record, years=years)
    return evolve(record, years=years, name=record.name or listed.name, county=record.county or listed.county)


def _is_reported(facts: YearFacts) -> bool:
    listed = facts.published is not None and bool(facts.published.held)
    return listed or any((facts.silent, facts.groups, facts.lea, facts.doubtful))
