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
from typing import Any, NamedTuple

from attrs import field, frozen

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
    gathered = _Gathered(shape, prepared.group_index, {place: _Said.of(keys) for place, keys in _asked(prepared)})
    for lea, record in enumerate(records):
        kinds[record.kind].append(lea)
        for year, facts in record.years.items():
            gathered.take(lea, year, facts)
    return gathered.facts({kind: rows_at(leas) for kind, leas in kinds.items()}, families)


@lru_cache(maxsize=64)
def fields_asked(prepared: Prepared) -> Sequence[FieldPlace]:
    """Return the fields that a ruleset asks for."""
    return [(asked.year, asked.key, asked.scope is Scope.GROUP) for asked in prepared.fields.values()]


@lru_cache(maxsize=64)
def _asked(prepared: Prepared) -> Iterable[tuple[tuple[int, bool], Sequence[FieldKey]]]:
    """Return the fields that a ruleset asks for, of each year those of student groups and those of the LEA."""
    found: dict[tuple[int, bool], list[FieldKey]] = defaultdict(list)
    for year, key, of_group in fields_asked(prepared):
        found[year, of_group].append(key)
    return found.items()


class _Said(NamedTuple):
    """The data about the fields that are asked for in a year, of student groups or of the LEA.

    For each field they are the rows that have each level or number, and those that are not rated for each reason.
    """

    levels: Mapping[FieldKey, dict[str | Fraction, list[int]]]
    notes: dict[FieldKey, dict[str, list[int]]]

    @classmethod
    def of(cls, keys: Iterable[FieldKey]) -> _Said:
        """Return empty data about some fields."""
        return cls({key: defaultdict(list) for key in keys}, defaultdict(lambda: defaultdict(list)))

    def take(self, row: int, readings: Mapping[FieldKey, Reading]) -> None:
        """Take in the readings of a row."""
        levels, notes = self
        for key, reading in readings.items():
            by_level = levels.get(key)
            if by_level is not None:
                level = reading.level
                if level is None:
                    notes[key][reading.note].append(row)
                else:
                    by_level[level].append(row)

    def take_column(self, column: CellColumn, first: int) -> None:
        """Take in a field of all LEAs, whose rows begin with the first."""
        found: dict[int, list[int]] = defaultdict(list)
        for row, place in enumerate(column.places, first):
            if place:
                found[place].append(row)
        for place, rows in found.items():
            reading = column.values[place]
            if reading is not None and reading.level is None:
                self.notes[column.key][reading.note].extend(rows)
            elif reading is not None and reading.level is not None:
                self.levels[column.key][reading.level].extend(rows)


@frozen
class _Gathered:
    """Readings collected record by record. `said` has the fields asked for, by year and whether they are of groups.

    Of records from files the columns are collected, once it is known which LEAs there are (`cells`).
    """

    shape: Shape
    group_index: Mapping[str, int]
    said: Mapping[tuple[int, bool], _Said]
    cells: dict[tuple[int, bool, Cells], list[str | None]] = field(factory=dict)
    silent: dict[tuple[int, frozenset[str]], list[int]] = field(factory=lambda: defaultdict(list))
    listed: dict[int, list[PublishedFacts | None]] = field(factory=dict)
    group_counts: dict[int, dict[int, int]] = field(factory=lambda: defaultdict(dict))
    doubtful: dict[tuple[int, str, bool], list[int]] = field(factory=lambda: defaultdict(list))

    def take(self, lea: int, year: int, facts: YearFacts) -> None:
        """Take in the facts of an LEA in a year."""
        if isinstance(facts.groups, OfCells):
            self._codes(year, facts.groups)[lea] = facts.groups.code
        elif said := self.said.get((year, True)):
            for name, readings in facts.groups.items():
                lane = self.group_index.get(name)
                if lane is not None:
                    said.take(lane * self.shape.size + lea, readings)
        if isinstance(facts.lea, OfCells):
            self._codes(year, facts.lea)[lea] = facts.lea.code
        elif said := self.said.get((year, False)):
            said.take(lea, facts.lea)
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
        rows = (lane * self.shape.size + lea for lane in lanes if lane is not None)
        self.doubtful[year, indicator, True].extend(rows)
        if group is None:
            self.doubtful[year, indicator, False].append(lea)

    def _codes(self, year: int, readings: OfCells[Any, Any]) -> list[str | None]:
        """Return the codes of the LEAs whose readings are among some cells, to add to; None for those of others."""
        place = year, readings.of_groups, readings.cells
        return self.cells.setdefault(place, [None] * self.shape.size)

    def facts(self, kinds: Mapping[str, int], families: Families | None) -> Facts:
        """Return the collected facts as columns."""
        self._take_cells()
        silent: dict[tuple[int, str], int] = defaultdict(int)
        for (year, indicators), leas in self.silent.items():
            rows = rows_at(leas)
            for indicator in indicators:
                silent[year, indicator] |= rows
        fields: dict[FieldPlace, Column] = {}
        notes: dict[FieldPlace, Mapping[str, int]] = {}
        for (year, of_group), said in self.said.items():
            length = self.shape.group_rows if of_group else self.shape.size
            for key, by_level in said.levels.items():
                place, absent = (year, key, of_group), 0
                if key in said.notes:
                    notes[place] = {note: rows_at(rows) for note, rows in said.notes[key].items()}
                    absent = union(notes[place].values())
                if by_level or absent:
                    fields[place] = _column(by_level, absent, length)
        doubtful = {place: rows_at(rows) for place, rows in self.doubtful.items()}
        return Facts(self.shape, kinds, fields, silent, self.listed, self.group_counts, notes, families, doubtful)

    def _take_cells(self) -> None:
        """Take in what files say of the LEAs."""
        for (year, of_groups, cells), codes in self.cells.items():
            said = self.said.get((year, of_groups), _Said.of(()))
            for column in cells.columns(codes, said.levels, of_groups=of_groups) if said.levels else ():
                lane = 0 if column.group is None else self.group_index.get(column.group)
                if lane is not None:
                    said.take_column(column, lane * self.shape.size)


def _column(by_level: Mapping[str | Fraction, Sequence[int]], absent: int, length: int) -> Column:
    by_name = {level: rows_at(rows) for level, rows in by_level.items() if isinstance(level, str)}
    return names_of(by_name, absent) if len(by_name) == len(by_level) else _numbers(by_level, absent, length)


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
    group for which it is never reported it is not rated, whatever a record says: the group does not exist in that year,
    or the indicator is never reported for it.
    """
    facts = record.years.get(asked.year)
    found = None if facts is None else facts.reading(group.name if group else None, asked.key)
    if group is not None and not _exists_for(vocabulary, asked.year, asked.key, group):
        return found if found is not None and found.level is None else NOT_REPORTED
    is_doubtful = facts is not None and facts.is_doubtful(group.name if group else None, asked.key[0])
    if found is None and asked.default is not None and not is_doubtful:
        return Reading(asked.default, "nothing is said about it")
    return found


def _exists_for(vocabulary: Vocabulary, year: int, key: FieldKey, group: StudentGroup) -> bool:
    if year not in group.years:
        return False
    return all(indicator.is_reported_for(group.name) for indicator in vocabulary.indicators if indicator.name == key[0])
