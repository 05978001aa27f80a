"""The content of one published file, coded: its rows as columns of small numbers, and the few texts those stand for.

It is made while the rows are read, and everything that is done with a file is made from it. So a file that was read
before (`data.kept_files`) and one that is read now cannot differ.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, MutableSequence, Sequence
from fractions import Fraction
from itertools import compress, count
from typing import Final

from attrs import define, evolve, field

from rulelang.core.cells import ByGroup, CellColumn
from rulelang.core.record import FieldKey, Reading
from rulelang.core.vocabulary import FACTS
from rulelang.data.facts import Doubt, Facts
from rulelang.data.plan import FilePlan
from rulelang.data.report import FileTally
from rulelang.diagnostics.diagnostic import Diagnostic

UNKNOWN: Final = 0
"""Stands for a reading that a row does not give, although the row is about it, and where there is no row."""

BLANK_NUMBER: Final = Reading(None, "blank in the file")
"""The reading of a number that a row leaves blank: the state has none, as for a group that did not exist last year."""

BLANK_AT: Final = 1
"""The place of `BLANK_NUMBER` among the values of every file."""

Subject = tuple[int, int]
"""An LEA and a student group, each by its place in the coded file."""


@define
class CodedRows:
    """The rows about one indicator that are used.

    For each student group of the file there are columns with a number for each LEA, by its place in the file: the
    number of the row, 0 where there is none, and for each of `keys` the place of what it says in the file's `values`.
    While rows are read, a column is a list, which is quicker to add to, and ends at the last LEA that has a row.
    """

    indicator: str
    keys: tuple[FieldKey, ...]
    columns: list[tuple[MutableSequence[int], ...]] = field(factory=list, repr=False)
    _withdrawn: dict[Subject, tuple[int, ...]] = field(factory=dict, repr=False, eq=False)

    def add(self, subject: Subject, row: int, said: Sequence[int]) -> bool:
        """Keep a row, unless another is about the same, and return whether it is kept."""
        lea, group = subject
        while len(self.columns) <= group:
            self.columns.append(tuple(list[int]() for _ in range(1 + len(self.keys))))
        columns = self.columns[group]
        missing = lea - len(columns[0])
        if missing < 0 and columns[0][lea]:
            return False
        if missing > 0:
            for column in columns:
                column.extend([0] * missing)
        for column, number in zip(columns, (row, *said)):  # noqa: B905 - many times a second
            if missing < 0:
                column[lea] = number
            else:
                column.append(number)
        return True

    def fill(self, leas: int) -> None:
        """Make all columns arrays, one longer than there are LEAs, so that a place behind the last says nothing."""
        for at, columns in enumerate(self.columns):
            missing = [0] * (leas + 1 - len(columns[0]))
            self.columns[at] = tuple(array("i", [*column, *missing]) for column in columns)

    def row_of(self, subject: Subject) -> int:
        """Return the number of the row about a student group of an LEA; 0 if there is none."""
        lea, group = subject
        rows = self.columns[group][0] if group < len(self.columns) else ()
        return rows[lea] if lea < len(rows) else 0

    def said_of(self, subject: Subject) -> tuple[int, ...]:
        """Return the readings of a row, by the places of the values, whether it was withdrawn since or not."""
        lea, group = subject
        return self._withdrawn.get(subject) or tuple(column[lea] for column in self.columns[group][1:])

    def withdraw(self, subject: Subject) -> bool:
        """Make the readings of a row unknown, and return whether they had not been before."""
        said, (lea, group) = self.said_of(subject), subject
        if subject in self._withdrawn or not any(said):
            return False
        self._withdrawn[subject] = said
        for column in self.columns[group][1:]:
            column[lea] = UNKNOWN
        return True

    def subjects(self) -> Iterator[Subject]:
        """Yield the LEA and the student group of each row."""
        for group, (rows, *_) in enumerate(self.columns):
            yield from ((lea, group) for lea in compress(count(), rows))


@define
class CodedFile:
    """Everything to know about a file that could be read: it is filled row by row.

    `codes` are the LEAs with a row that is kept, `names` the name and county in the first that has them. `groups` are
    the student groups that rows are about, with None for the LEA itself, `values` the readings without their origin;
    the first of them is none.
    `reported` has for each indicator the places of the LEAs with a row on it, used or not. `covered` are the indicators
    for which the file is complete. `named_doubts` are those of rows without a readable code, by name and county.
    `aside` are the codes in rows that are ignored because they say that they are of another kind.
    """

    codes: list[str] = field(factory=list)
    names: list[tuple[str, str]] = field(factory=list)
    groups: list[str | None] = field(factory=list)
    values: list[Reading | None] = field(factory=lambda: [None, BLANK_NUMBER])
    tables: dict[str, CodedRows] = field(factory=dict)
    reported: dict[str, set[int]] = field(factory=dict)
    aside: set[str] = field(factory=set)
    covered: tuple[str, ...] = ()
    doubts: list[tuple[str, Doubt]] = field(factory=list)
    named_doubts: list[tuple[tuple[str, str], Doubt]] = field(factory=list)
    used: int = 0
    refused: int = 0
    ignored: Mapping[str, int] = field(factory=dict)
    note: str = ""
    diagnostics: tuple[Diagnostic, ...] = ()
    _places: dict[str, int] = field(factory=dict, repr=False, eq=False)
    _value_places: dict[object, int] = field(factory=dict, repr=False, eq=False)

    def take(self, tally: FileTally) -> None:
        """Keep the counts and messages of a tally, once every row is read."""
        for table in self.tables.values():
            table.fill(len(self.codes))
        self.used, self.refused, self.note = tally.used, tally.refused, tally.note
        self.ignored, self.diagnostics = dict(tally.ignored), tuple(tally.diagnostics)

    def tell(self, tally: FileTally) -> None:
        """Add the counts and messages of the file to its tally."""
        tally.used, tally.refused, tally.note = self.used, self.refused, self.note
        tally.ignored = Counter(self.ignored)
        tally.diagnostics = list(self.diagnostics)

    def without_places(self) -> CodedFile:
        """Return the file without what can be recomputed from the rest."""
        return evolve(self, places={}, value_places={})

    # ---- Rows to be read ----

    def is_named(self, code: str) -> bool:
        """Return whether an LEA has a row that says what it is called or where it is."""
        place = self.places.get(code)
        return place is not None and any(self.names[place])

    def name(self, code: str, name: str, county: str) -> None:
        """Keep the name and county of an LEA, of the first row that has them."""
        place = self._places.setdefault(code, len(self.codes))
        if place < len(self.codes):
            self.names[place] = name, county
        else:
            self.codes.append(code)
            self.names.append((name, county))

    def doubt(self, code: str, called: tuple[str, str], doubt: Doubt, *, is_there: bool) -> None:
        """Record what a refused row leaves unknown, by code or else by name and county.

        Where every row of the file is used (`is_there`), it shows that there is an LEA of its code.
        """
        if code and is_there and code not in self.places:
            self.name(code, *called)
        if code:
            self.doubts.append((code, doubt))
        else:
            self.named_doubts.append((called, doubt))

    def report(self, code: str, indicator: str) -> set[int]:
        """Record that an LEA has a row on an indicator, and return all that have."""
        reported = self.reported.setdefault(indicator, set())
        reported.add(self._places[code])
        return reported

    def subject(self, code: str, group: str | None) -> Subject:
        """Return the LEA and the student group of a row."""
        if group not in self.groups:
            self.groups.append(group)
        return self._places[code], self.groups.index(group)

    def table(self, indicator: str, plan: FilePlan) -> CodedRows:
        """Return the rows on an indicator so far."""
        if indicator not in self.tables:
            self.tables[indicator] = CodedRows(indicator, plan.keys(indicator))
        return self.tables[indicator]

    def level(self, level: str | None, note: str) -> int:
        """Return the place of a level, or of *not rated* for a reason, among the values."""
        at = self._value_places.get((level, note))
        return self._new((level, note), Reading(level, note)) if at is None else at

    def number(self, text: str, number: Fraction | None) -> int:
        """Return the place of a number, as written, among the values; that of `BLANK_NUMBER` if there is none."""
        if number is None:
            return BLANK_AT
        at = self._value_places.get(text)
        return self._new(text, Reading(number)) if at is None else at

    def _new(self, key: object, reading: Reading) -> int:
        self._value_places[key] = len(self.values)
        self.values.append(reading)
        return len(self.values) - 1

    # ---- Rows that were read ----

    @property
    def places(self) -> Mapping[str, int]:
        """Return the place of each LEA that has a row."""
        if len(self._places) < len(self.codes):  # of a file that was kept
            self._places = {known: place for place, known in enumerate(self.codes)}
        return self._places

    def repeats(self, other: CodedFile, indicator: str) -> bool:
        """Return whether a row on an indicator is about the same as one of another file."""
        about = ((self.codes[lea], self.groups[group]) for lea, group in self.tables[indicator].subjects())
        return any(other.row_about(indicator, *one) is not None for one in about)

    def row_about(self, indicator: str, code: str, group: str | None) -> Subject | None:
        """Return the subject of the row on an indicator about a student group of an LEA; None if there is none."""
        table, place = self.tables.get(indicator), self.places.get(code)
        if table is None or place is None or group not in self.groups:
            return None
        subject = place, self.groups.index(group)
        return subject if table.row_of(subject) else None

    def readings(self, table: CodedRows, said: Sequence[int]) -> dict[FieldKey, Reading | None]:
        """Return what a row says, by the places of the values; None where it says nothing."""
        return dict(zip(table.keys, map(self.values.__getitem__, said), strict=True))


@define(eq=False)
class YearCells:
    """What the files of a year say, each with its name."""

    files: list[tuple[str, CodedFile]] = field(factory=list)

    def of_lea(self, code: str) -> ByGroup:
        """Return the readings of an LEA with their origins, in the order of the files and their rows."""
        found: dict[str | None, dict[FieldKey, Reading]] = {}
        for name, file in self.files:
            lea = file.places.get(code, len(file.codes))
            for table in file.tables.values():
                rows = sorted((columns[0][lea], at) for at, columns in enumerate(table.columns) if columns[0][lea])
                for row, at in rows:
                    readings, origin = found.setdefault(file.groups[at], {}), f"{name}, row {row}"
                    for key, column in zip(table.keys, table.columns[at][1:], strict=True):
                        place = column[lea]
                        value = file.values[place]
                        if value is not None:
                            is_blank = place == BLANK_AT
                            readings[key] = value if is_blank else Reading(value.level, value.note, origin)
        return found

    def columns(
        self, codes: Sequence[str | None], keys: Collection[FieldKey], *, of_groups: bool
    ) -> Iterator[CellColumn]:
        """Yield the columns of some fields of student groups, or of the LEA, for some LEAs by code.

        For None nothing is said, and no two columns are about the same.
        """
        for _, file in self.files:
            places, behind = file.places, len(file.codes)
            leas = [behind if code is None else places.get(code, behind) for code in codes]
            for table in file.tables.values():
                for group, (_, *columns) in zip(file.groups, table.columns, strict=False):
                    for key, column in zip(table.keys, columns, strict=True):
                        if key in keys and (group is not None) is of_groups:
                            yield CellColumn(group, key, file.values, list(map(column.__getitem__, leas)))


def put_into(facts: Facts, file: CodedFile, year: int, kind: str, only: Collection[str] | None = None) -> None:
    """Add what a file of a year says to the facts, but for its cells; `kind` is the kind of indicator it reports.

    Where `only` is given, that is what the file says of LEAs with these codes.
    """
    for code, (lea, county) in zip(file.codes, file.names, strict=True):
        if kind != FACTS and (only is None or code in only):  # facts do not show whether an LEA exists in a year
            facts.saw(code, year, kind)
        if code not in facts.names or code not in facts.counties:
            facts.name(code, lea, county)
    for indicator, places in file.reported.items():
        facts.reported[year, indicator].update(file.codes[place] for place in places)
    for code, doubt in file.doubts:
        facts.doubt(code, year, doubt)
    for called, doubt in file.named_doubts:
        facts.doubt_named(called, year, doubt)
    facts.cover(year, file.covered)
