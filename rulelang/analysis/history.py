"""History from the state's published lists: what they say of each LEA, beside what its own files say.

The lists are a record of which student groups met two or more priorities, and of what each LEA was called. An LEA that
is not in a year's list was not determined that year, so it met nothing in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from attrs import evolve

from rulelang.core.record import LeaRecord, PublishedFacts, YearFacts
from rulelang.core.vocabulary import Vocabulary
from rulelang.data.published import PublishedLea, PublishedList


def with_published(
    records: Iterable[LeaRecord], lists: Sequence[PublishedList], vocabulary: Vocabulary, year: int
) -> tuple[LeaRecord, ...]:
    """Return the LEAs with what the lists say of them, by code; LEAs that only the list of `year` has are added."""
    by_code = {record.code: record for record in records}
    for published in lists:
        if published.year == year:
            by_code.update({record.code: record for record in _only_listed(published, by_code, vocabulary)})
    said = {published.year: {lea.code: lea for lea in published.leas} for published in lists}
    return tuple(_told(by_code[code], said, vocabulary) for code in sorted(by_code))


def of_year(records: Iterable[LeaRecord], year: int) -> tuple[tuple[LeaRecord, ...], int]:
    """Return the LEAs of which anything is known in a year, and how many others there are.

    An LEA that only the files of earlier years have was merged or closed since; it is not an LEA of the year.
    """
    listed = tuple(records)
    kept = tuple(record for record in listed if year in record.years and _is_reported(record.years[year]))
    return kept, len(listed) - len(kept)


def published_facts(lea: PublishedLea | None, vocabulary: Vocabulary) -> PublishedFacts:
    """Return what a list says of an LEA; of one that it does not have (None), that it met nothing.

    A label such as Year 1 says that the LEA has no other label, and nothing of the determination behind it.
    """
    names = {kind: {one.name for one in vocabulary.outcomes if one.kind == kind} for kind in ("determination", "label")}
    either = names["determination"] | names["label"]
    if lea is None:
        return PublishedFacts(stated=frozenset(either | {one.name for one in vocabulary.outcomes}))
    flags = {name: answer for name, answer in lea.methods.items() if answer is not None}
    held = {name for name, answer in flags.items() if answer}
    stated = set(flags)
    if lea.determination is not None:
        held.add(lea.determination)
        stated |= names["label"] if lea.determination in names["label"] else either
    met = {group: priorities for group, priorities in lea.priorities.items() if priorities}
    return PublishedFacts(met, frozenset(held), frozenset(stated))


def _only_listed(
    published: PublishedList, known: Mapping[str, LeaRecord], vocabulary: Vocabulary
) -> Iterator[LeaRecord]:
    for lea in published.leas:
        kind = vocabulary.kind_of_code(lea.code)
        if lea.code not in known and kind is not None:
            yield LeaRecord(lea.code, lea.name, lea.county, kind.name)


def _told(record: LeaRecord, said: Mapping[int, Mapping[str, PublishedLea]], vocabulary: Vocabulary) -> LeaRecord:
    years = dict(record.years)
    for year, leas in said.items():
        facts = published_facts(leas.get(record.code), vocabulary)
        years[year] = evolve(years.get(year, YearFacts()), published=facts)
    return evolve(record, years=years)


def _is_reported(facts: YearFacts) -> bool:
    listed = facts.published is not None and bool(facts.published.held)
    return listed or bool(facts.groups) or bool(facts.lea) or bool(facts.silent)
