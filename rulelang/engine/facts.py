"""The facts of a batch of LEAs as columns: the input of an evaluation.

`facts_of` makes them from records in plain Python; a database can make the same from tables of cells. A missing reading
is unknown here. Whether silence means *not rated* is in `silent`; the evaluation applies it, in one place.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from math import lcm

from attrs import evolve, field, frozen

from rulelang.core.record import FieldKey, LeaRecord, PublishedFacts, Reading, YearFacts
from rulelang.core.tree import Get
from rulelang.core.vocabulary import Scope, StudentGroup, Vocabulary
from rulelang.engine.columns import Column, Names, Numbers, Shape, names_of, rows_at, shape_of
from rulelang.engine.families import Families
from rulelang.engine.steps import Prepared

FieldPlace = tuple[int, FieldKey, bool]
"""A field of a year: the year, the indicator and the scale or number, and whether it is a field of student groups."""

NOT_REPORTED = Reading(None, "not reported for this student group")
"""The reading of an indicator for a student group for which it is never reported in that year."""

NOTHING = Names({}, 0, 0)
"""The column of a field that is not in the data."""


@frozen
class Facts:
    """What the data say about a batch of LEAs.

    `kinds` has the LEAs of each kind. `fields` has a column for each field that a ruleset asks for and the data hold;
    `silent` the LEAs for which a missing reading of an indicator in a year means *not rated*. `listed` has the
    published list of a year, LEA by LEA, and `group_counts` the number of an LEA's student groups if it is known; a
    year without any has no entry. `note` gives why a reading is not rated, if there are no records to say it.
    `families` says what belongs to what, None if nothing does.
    """

    shape: Shape
    kinds: Mapping[str, int]
    fields: Mapping[FieldPlace, Column] = field(factory=dict, repr=False)
    silent: Mapping[tuple[int, str], int] = field(factory=dict, repr=False)
    listed: Mapping[int, Sequence[PublishedFacts | None]] = field(factory=dict, repr=False)
    group_counts: Mapping[int, Mapping[int, int]] = field(factory=dict, repr=False)
    note: str = ""
    families: Families | None = field(default=None, repr=False)


def facts_of(prepared: Prepared, records: Sequence[LeaRecord], families: Families | None = None) -> Facts:
    """Return the facts of some LEAs that a ruleset asks for."""
    shape = shape_of(len(records), len(prepared.groups))
    kinds: dict[str, list[int]] = defaultdict(list)
    for lea, record in enumerate(records):
        kinds[record.kind].append(lea)
    gathered = _Gathered(shape, prepared.group_index)
    gathered.ask_for(fields_asked(prepared))
    for lea, record in enumerate(records):
        for year, facts in record.years.items():
            gathered.take(lea, year, facts)
    return evolve(gathered.facts({kind: rows_at(leas) for kind, leas in kinds.items()}), families=families)


@lru_cache(maxsize=64)
def fields_asked(prepared: Prepared) -> Sequence[FieldPlace]:
    """Return the fields that a ruleset asks for."""
    return [(asked.year, asked.key, asked.scope is Scope.GROUP) for asked in prepared.fields.values()]


Level = str | Fraction | None
RowsByLevel = dict[Level, list[int]]
"""The rows that have each level or number of a field, or none."""


@frozen
class _Gathered:
    """Readings collected record by record. `fields` has those asked for, by year and whether they are of groups."""

    shape: Shape
    group_index: Mapping[str, int]
    fields: dict[tuple[int, bool], dict[FieldKey, RowsByLevel]] = field(factory=dict)
    silent: dict[tuple[int, frozenset[str]], list[int]] = field(factory=lambda: defaultdict(list))
    listed: dict[int, list[PublishedFacts | None]] = field(factory=dict)
    group_counts: dict[int, dict[int, int]] = field(factory=lambda: defaultdict(dict))

    def ask_for(self, places: Iterable[FieldPlace]) -> None:
        """Have the readings of some fields collected."""
        for year, key, of_group in places:
            self.fields.setdefault((year, of_group), {})[key] = defaultdict(list)

    def take(self, lea: int, year: int, facts: YearFacts) -> None:
        """Take in the facts of an LEA in a year."""
        asked = self.fields.get((year, True))
        for name, readings in facts.groups.items() if asked else ():
            lane = self.group_index.get(name)
            if lane is not None and asked:
                _take(asked, lane * self.shape.stride + lea, readings)
        asked = self.fields.get((year, False))
        if asked:
            _take(asked, lea, facts.lea)
        if facts.silent:
            self.silent[year, facts.silent].append(lea)
        if facts.published is not None:
            self.listed.setdefault(year, [None] * self.shape.size)[lea] = facts.published
        if facts.group_count is not None:
            self.group_counts[year][lea] = facts.group_count

    def facts(self, kinds: Mapping[str, int]) -> Facts:
        """Return the collected facts as columns."""
        silent: dict[tuple[int, str], int] = {}
        for (year, indicators), leas in self.silent.items():
            rows = rows_at(leas)
            for indicator in indicators:
                silent[year, indicator] = silent.get((year, indicator), 0) | rows
        fields = {
            (year, key, of_group): self._column(by_level, of_group=of_group)
            for (year, of_group), by_key in self.fields.items()
            for key, by_level in by_key.items()
            if by_level
        }
        return Facts(self.shape, kinds, fields, silent, self.listed, self.group_counts)

    def _column(self, by_level: RowsByLevel, *, of_group: bool) -> Column:
        by_name: dict[str, int] = {}
        for level, rows in by_level.items():
            if isinstance(level, str):
                by_name[level] = rows_at(rows)
            elif level is not None:
                return _numbers(by_level, self.shape.group_rows if of_group else self.shape.size)
        return names_of(by_name, rows_at(by_level.get(None, ())))


def _take(asked: Mapping[FieldKey, RowsByLevel], row: int, readings: Mapping[FieldKey, Reading]) -> None:
    for key, reading in readings.items():
        by_level = asked.get(key)
        if by_level is not None:
            by_level[reading.level].append(row)


def _numbers(by_number: RowsByLevel, length: int) -> Numbers:
    """Return a column of numbers over one denominator; a value that is not a number is unknown."""
    given = {number: rows for number, rows in by_number.items() if isinstance(number, Fraction)}
    bottom = lcm(*(number.denominator for number in given))
    tops = [0] * length
    for number, rows in given.items():
        top = number.numerator * (bottom // number.denominator)
        for row in rows:
            tops[row] = top
    known = rows_at([row for rows in given.values() for row in rows])
    return Numbers(known, rows_at(by_number.get(None, ())), tops, bottom)


# ---- What is known of a field whatever the data say ----


def never_reported(vocabulary: Vocabulary, year: int, key: FieldKey) -> Iterable[int]:
    """Yield the indexes of the student groups for which a field of a year is never reported."""
    return (at for at, group in enumerate(vocabulary.groups) if not _exists_for(vocabulary, year, key, group))


def reading_of(record: LeaRecord, vocabulary: Vocabulary, asked: Get, group: StudentGroup | None) -> Reading | None:
    """Return the data's reading of a field, for a student group or, if it is None, for the LEA.

    If the data do not give it, it is the field's default, if it has one, and otherwise unknown (None). For a student
    group for which it is never reported it is not rated: the group does not exist in that year, or the indicator is
    never reported for it.
    """
    facts = record.years.get(asked.year)
    found = None if facts is None else facts.reading(group.name if group else None, asked.key)
    if found is None and group is not None and not _exists_for(vocabulary, asked.year, asked.key, group):
        return NOT_REPORTED
    if found is None and asked.default is not None:
        return Reading(asked.default, "nothing is said about it")
    return found


def _exists_for(vocabulary: Vocabulary, year: int, key: FieldKey, group: StudentGroup) -> bool:
    if year not in group.years:
        return False
    return all(indicator.is_reported_for(group.name) for indicator in vocabulary.indicators if indicator.name == key[0])
