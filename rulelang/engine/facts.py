"""The facts of a batch of LEAs as columns: the input of an evaluation.

`facts_of` makes them from records in plain Python; a database can make the same from tables of cells. A missing reading
is unknown here. What silence means is in `silent` and `doubtful`; the evaluation applies it, in one place.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from math import lcm
from typing import Any

from attrs import evolve, field, frozen

from rulelang.core.cells import CellColumn, Cells, OfCells
from rulelang.core.record import FieldKey, LeaRecord, PublishedFacts, Reading, YearFacts
from rulelang.core.tree import Get
from rulelang.core.vocabulary import Scope, StudentGroup, Vocabulary
from rulelang.engine.columns import Column, Names, Numbers, Shape, names_of, rows_at, shape_of, union
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
    `silent` the LEAs for which a missing reading of an indicator in a year means *not rated*, but for the rows that are
    `doubtful`: by year, indicator, and whether they are of student groups. `listed` has the published list of
    a year, LEA by LEA, and `group_counts` the number of an LEA's student groups if it is known; a year without any has
    no entry. `notes` says why readings of a field are not rated: the rows of each reason. `families` says what belongs
    to what, None if nothing does.
    """

    shape: Shape
    kinds: Mapping[str, int]
    fields: Mapping[FieldPlace, Column] = field(factory=dict, repr=False)
    silent: Mapping[tuple[int, str], int] = field(factory=dict, repr=False)
    listed: Mapping[int, Sequence[PublishedFacts | None]] = field(factory=dict, repr=False)
    group_counts: Mapping[int, Mapping[int, int]] = field(factory=dict, repr=False)
    notes: Mapping[FieldPlace, Mapping[str, int]] = field(factory=dict, repr=False)
    families: Families | None = field(default=None, repr=False)
    doubtful: Mapping[tuple[int, str, bool], int] = field(factory=dict, repr=False)


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


@frozen
class _Field:
    """The rows that have each level or number of a field, and those that are not rated for each reason."""

    by_level: dict[str | Fraction, list[int]] = field(factory=lambda: defaultdict(list))
    by_note: dict[str, list[int]] = field(factory=lambda: defaultdict(list))

    def rows_of(self, reading: Reading) -> list[int]:
        """Return the rows with a reading, to add to."""
        return self.by_note[reading.note] if reading.level is None else self.by_level[reading.level]


Asked = Mapping[FieldKey, _Field]
"""The fields asked for of a year, of student groups or of the LEA."""


@frozen
class _Gathered:
    """Readings collected record by record. `fields` has those asked for, by year and whether they are of groups.

    Of records from files the columns are collected, once it is known which LEAs there are (`cells`).
    """

    shape: Shape
    group_index: Mapping[str, int]
    fields: dict[tuple[int, bool], dict[FieldKey, _Field]] = field(factory=dict)
    cells: dict[tuple[int, bool, Cells], list[str | None]] = field(factory=dict)
    silent: dict[tuple[int, frozenset[str]], list[int]] = field(factory=lambda: defaultdict(list))
    listed: dict[int, list[PublishedFacts | None]] = field(factory=dict)
    group_counts: dict[int, dict[int, int]] = field(factory=lambda: defaultdict(dict))
    doubtful: dict[tuple[int, str, bool], list[int]] = field(factory=lambda: defaultdict(list))

    def ask_for(self, places: Iterable[FieldPlace]) -> None:
        """Have the readings of some fields collected."""
        for year, key, of_group in places:
            self.fields.setdefault((year, of_group), {})[key] = _Field()

    def take(self, lea: int, year: int, facts: YearFacts) -> None:
        """Take in the facts of an LEA in a year."""
        if isinstance(facts.groups, OfCells):
            self._codes(year, facts.groups)[lea] = facts.groups.code
        elif asked := self.fields.get((year, True)):
            for name, readings in facts.groups.items():
                lane = self.group_index.get(name)
                if lane is not None:
                    _take(asked, lane * self.shape.stride + lea, readings)
        if isinstance(facts.lea, OfCells):
            self._codes(year, facts.lea)[lea] = facts.lea.code
        elif asked := self.fields.get((year, False)):
            _take(asked, lea, facts.lea)
        if facts.silent:
            self.silent[year, facts.silent].append(lea)
        for indicator, group in facts.doubtful:
            self._doubt(lea, year, indicator, group)
        if facts.published is not None:
            self.listed.setdefault(year, [None] * self.shape.size)[lea] = facts.published
        if facts.group_count is not None:
            self.group_counts[year][lea] = facts.group_count

    def _doubt(self, lea: int, year: int, indicator: str, group: str | None) -> None:
        lanes = range(self.shape.groups) if group is None else [self.group_index.get(group)]
        rows = (lane * self.shape.stride + lea for lane in lanes if lane is not None)
        self.doubtful[year, indicator, True].extend(rows)
        if group is None:
            self.doubtful[year, indicator, False].append(lea)

    def _codes(self, year: int, readings: OfCells[Any, Any]) -> list[str | None]:
        """Return the codes of the LEAs whose readings are among some cells, to add to; None for those of others."""
        place = year, readings.of_groups, readings.cells
        return self.cells.setdefault(place, [None] * self.shape.size)

    def facts(self, kinds: Mapping[str, int]) -> Facts:
        """Return the collected facts as columns."""
        for (year, of_groups, cells), codes in self.cells.items():
            asked = self.fields.get((year, of_groups), {})
            for column in cells.columns(codes, asked, of_groups=of_groups) if asked else ():
                self._take_column(asked[column.key], column)
        silent: dict[tuple[int, str], int] = {}
        for (year, indicators), leas in self.silent.items():
            rows = rows_at(leas)
            for indicator in indicators:
                silent[year, indicator] = silent.get((year, indicator), 0) | rows
        fields: dict[FieldPlace, Column] = {}
        notes: dict[FieldPlace, Mapping[str, int]] = {}
        for (year, of_group), by_key in self.fields.items():
            for key, found in by_key.items():
                place = year, key, of_group
                if found.by_note:
                    notes[place] = {note: rows_at(rows) for note, rows in found.by_note.items()}
                if found.by_note or found.by_level:
                    length = self.shape.group_rows if of_group else self.shape.size
                    fields[place] = _column(found.by_level, union(notes.get(place, {}).values()), length)
        doubtful = {place: rows_at(rows) for place, rows in self.doubtful.items()}
        return Facts(self.shape, kinds, fields, silent, self.listed, self.group_counts, notes, doubtful=doubtful)

    def _take_column(self, field: _Field, column: CellColumn) -> None:
        """Take in a field of the LEAs, of a student group or of the LEA."""
        lane = 0 if column.group is None else self.group_index.get(column.group)
        if lane is None:
            return
        found: dict[int, list[int]] = defaultdict(list)
        for row, place in enumerate(column.places, lane * self.shape.stride):
            if place:
                found[place].append(row)
        for place, rows in found.items():
            reading = column.values[place]
            if reading is not None:
                field.rows_of(reading).extend(rows)


def _take(asked: Asked, row: int, readings: Mapping[FieldKey, Reading]) -> None:
    for key, reading in readings.items():
        found = asked.get(key)
        if found is not None:
            found.rows_of(reading).append(row)


def _column(by_level: Mapping[str | Fraction, Sequence[int]], absent: int, length: int) -> Column:
    if any(isinstance(level, Fraction) for level in by_level):
        return _numbers(by_level, absent, length)
    return names_of({str(level): rows_at(rows) for level, rows in by_level.items()}, absent)


def _numbers(by_number: Mapping[str | Fraction, Sequence[int]], absent: int, length: int) -> Numbers:
    """Return a column of numbers over one denominator; a value that is not a number is unknown."""
    given = {number: rows for number, rows in by_number.items() if isinstance(number, Fraction)}
    bottom = lcm(*(number.denominator for number in given))
    tops = [0] * length
    for number, rows in given.items():
        top = number.numerator * (bottom // number.denominator)
        for row in rows:
            tops[row] = top
    known = rows_at([row for rows in given.values() for row in rows])
    return Numbers(known, absent, tops, bottom)


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
    is_doubtful = facts is not None and facts.is_doubtful(group.name if group else None, asked.key[0])
    if found is None and asked.default is not None and not is_doubtful:
        return Reading(asked.default, "nothing is said about it")
    return found


def _exists_for(vocabulary: Vocabulary, year: int, key: FieldKey, group: StudentGroup) -> bool:
    if year not in group.years:
        return False
    return all(indicator.is_reported_for(group.name) for indicator in vocabulary.indicators if indicator.name == key[0])
