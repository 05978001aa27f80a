"""The content of one published file, coded: its rows as columns of small numbers, and the few texts those stand for.

It is made while the rows are read, and everything that is done with a file is made from it. So a file that was read
before (`data.kept_files`) and one that is read now cannot differ.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import compress
from typing import Final

from attrs import define, evolve, field

from rulelang.core.record import FieldKey, Reading
from rulelang.core.vocabulary import FACTS
from rulelang.data.facts import Doubt, Facts
from rulelang.data.plan import FilePlan
from rulelang.data.report import FileTally
from rulelang.diagnostics.diagnostic import Diagnostic

UNKNOWN: Final = -1
"""Stands for a reading that a row does not give, although the row is about it."""

BLANK_NUMBER: Final = Reading(None, "blank in the file")
"""The reading of a number that a row leaves blank: the state has none, as for a group that did not exist last year."""

BLANK_AT: Final = 0
"""The place of `BLANK_NUMBER` among the values of every file."""

Subject = tuple[int, int]
"""An LEA and a student group, each by its place in the coded file."""


def numbers() -> array[int]:
    """Return an empty column of whole numbers of four bytes."""
    return array("i")


@define
class CodedRows:
    """The rows about one indicator that are used, in the file's order, column by column.

    `leas` and `groups` are places in the file's `codes` and `groups`, `rows` the numbers of the rows. `said` has for
    each of `keys` a column of places in the file's `values`.
    """

    indicator: str
    keys: tuple[FieldKey, ...]
    leas: array[int] = field(factory=numbers, repr=False)
    groups: array[int] = field(factory=numbers, repr=False)
    rows: array[int] = field(factory=numbers, repr=False)
    said: tuple[array[int], ...] = field(default=(), repr=False)
    _first: dict[Subject, int] = field(factory=dict, repr=False, eq=False)
    _withdrawn: dict[int, tuple[int, ...]] = field(factory=dict, repr=False, eq=False)

    def add(self, subject: Subject, row: int, said: Sequence[int]) -> None:
        """Put a row at the end."""
        self._first[subject] = len(self.rows)
        self.leas.append(subject[0])
        self.groups.append(subject[1])
        self.rows.append(row)
        for column, at in zip(self.said, said, strict=True):
            column.append(at)

    def about(self, subject: Subject) -> int | None:
        """Return which of the rows is about a student group of an LEA; None if none is."""
        if len(self._first) < len(self.rows):
            self._first = {known: at for at, known in enumerate(self.subjects())}
        return self._first.get(subject)

    def said_in(self, at: int) -> tuple[int, ...]:
        """Return the readings of a row, by the places of the values, whether it was withdrawn since or not."""
        return self._withdrawn.get(at) or tuple(column[at] for column in self.said)

    def withdraw(self, at: int) -> bool:
        """Make the readings of a row unknown, and return whether they had not been before."""
        if at in self._withdrawn or all(column[at] == UNKNOWN for column in self.said):
            return False
        self._withdrawn[at] = self.said_in(at)
        for column in self.said:
            column[at] = UNKNOWN
        return True

    def subjects(self) -> Iterator[Subject]:
        """Yield what each row is about."""
        return zip(self.leas, self.groups, strict=True)


@define
class CodedFile:
    """Everything to know about a file that could be read: it is filled row by row.

    `codes` are the LEAs with a row that is kept, `names` the name and county in the first of them. `groups` are the
    student groups that rows are about, with None for the LEA itself, `values` the readings without their origin.
    `reported` has for each indicator the places of the LEAs with a row on it, used or not. `covered` are the indicators
    for which the file is complete. `named_doubts` are those of rows without a readable code, by name and county.
    """

    codes: list[str] = field(factory=list)
    names: list[tuple[str, str]] = field(factory=list)
    groups: list[str | None] = field(factory=list)
    values: list[Reading] = field(factory=lambda: [BLANK_NUMBER])
    tables: dict[str, CodedRows] = field(factory=dict)
    reported: dict[str, set[int]] = field(factory=dict)
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
        self.used, self.refused, self.note = tally.used, tally.refused, tally.note
        self.ignored, self.diagnostics = dict(tally.ignored), tuple(tally.diagnostics)

    def tell(self, tally: FileTally) -> None:
        """Add the counts and messages of the file to its tally."""
        tally.used, tally.refused, tally.note = self.used, self.refused, self.note
        tally.ignored = Counter(self.ignored)
        tally.diagnostics = list(self.diagnostics)

    def without_places(self) -> CodedFile:
        """Return the file without what can be computed again from the rest of it."""
        tables = {name: evolve(table, first={}) for name, table in self.tables.items()}
        return evolve(self, tables=tables, places={}, value_places={})

    # ---- Rows to be read ----

    def name(self, code: str, name: str, county: str) -> None:
        """Keep the name and county of an LEA that has its first row."""
        self._places[code] = len(self.codes)
        self.codes.append(code)
        self.names.append((name, county))

    def report(self, code: str, indicator: str) -> None:
        """Record that an LEA has a row on an indicator."""
        self.reported.setdefault(indicator, set()).add(self._places[code])

    def subject(self, code: str, group: str | None) -> Subject:
        """Return what a row is about."""
        if group not in self.groups:
            self.groups.append(group)
        return self._places[code], self.groups.index(group)

    def table(self, indicator: str, plan: FilePlan) -> CodedRows:
        """Return the rows on an indicator so far."""
        if indicator not in self.tables:
            keys = plan.keys(indicator)
            self.tables[indicator] = CodedRows(indicator, keys, said=tuple(numbers() for _ in keys))
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

    def knows(self, code: str) -> bool:
        """Return whether an LEA has a row."""
        return code in self._places

    def repeats(self, other: CodedFile, indicator: str) -> bool:
        """Return whether a row on an indicator is about the same as one of another file."""
        about = ((self.codes[lea], self.groups[group]) for lea, group in self.tables[indicator].subjects())
        return any(other.row_about(indicator, *one) is not None for one in about)

    def row_about(self, indicator: str, code: str, group: str | None) -> int | None:
        """Return which row on an indicator is about a student group of an LEA; None if none is."""
        if not self._places:  # of a file that was kept
            self._places = {known: place for place, known in enumerate(self.codes)}
        table, place = self.tables.get(indicator), self._places.get(code)
        if table is None or place is None or group not in self.groups:
            return None
        return table.about((place, self.groups.index(group)))

    def readings(self, table: CodedRows, said: Sequence[int]) -> dict[FieldKey, Reading | None]:
        """Return what a row says by the places of the values, None for what it does not."""
        values = (None if at == UNKNOWN else self.values[at] for at in said)
        return dict(zip(table.keys, values, strict=True))


def put_into(  # what, and of what it is
    facts: Facts, file: CodedFile, name: str, year: int, kind: str, only: Collection[str] | None = None
) -> None:
    """Add the content of a file with a name and a year to the facts; `kind` is the kind of indicator it reports.

    Where `only` is given, that is what the file says of LEAs with these codes.
    """
    for code, (lea, county) in zip(file.codes, file.names, strict=True):
        if kind != FACTS and (only is None or code in only):  # facts do not show whether an LEA exists in a year
            facts.saw(code, year, kind)
        facts.name(code, lea, county)
    for indicator, places in file.reported.items():
        facts.reported[year, indicator].update(file.codes[place] for place in places)
    for table in file.tables.values():
        _put_rows(facts, file, table, name, year, only)
    for code, doubt in file.doubts:
        facts.doubt(code, year, doubt)
    for called, doubt in file.named_doubts:
        facts.doubt_named(called, year, doubt)
    facts.cover(year, file.covered)


def _put_rows(  # what, and of what it is
    facts: Facts, file: CodedFile, table: CodedRows, name: str, year: int, only: Collection[str] | None
) -> None:
    values = [(value.level, value.note) for value in file.values]
    of_leas = {lea: facts.readings(code, year) for lea, code in enumerate(file.codes) if only is None or code in only}
    wanted = [lea in of_leas for lea in table.leas]
    places = [of_leas[lea][file.groups[group]] for lea, group in compress(table.subjects(), wanted)]
    origins = [f"{name}, row {row}" for row in compress(table.rows, wanted)]
    for key, said in zip(table.keys, table.said, strict=True):
        for readings, at, origin in zip(places, compress(said, wanted), origins, strict=True):
            if at > BLANK_AT:
                level, note = values[at]
                readings[key] = Reading(level, note, origin)
            elif at == BLANK_AT:
                readings[key] = BLANK_NUMBER
