"""Keeps facts that rows may give only once: if two rows contradict each other, neither counts.

Nobody knows which of two rows is right, and their order means nothing. So both are refused.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Hashable, Iterator, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any, Generic, TypeVar

from attrs import define, field, frozen

from rulelang.core.record import FieldKey, Reading
from rulelang.core.record_words import parts_of
from rulelang.data.facts import Doubt, Facts
from rulelang.data.report import FileTally, RefusedRowError
from rulelang.data.tables import Table
from rulelang.data.text_rows import Row
from rulelang.diagnostics.catalogue import data as say
from rulelang.diagnostics.diagnostic import Diagnostic
from rulelang.diagnostics.source import DataPlace

Subject = tuple[str, int, str | None]
"""An LEA, a year, and a student group; None for the LEA itself."""


T = TypeVar("T")


@frozen
class RowSaid(Generic[T]):
    """What a row says, of what (such as an LEA in a year), where it is, and what it is about in words."""

    key: Hashable
    said: T
    place: DataPlace
    about: str


def said_once(tally: FileTally, table: Table, read: Callable[[Row], RowSaid[T]]) -> dict[Any, T]:
    """Return what the rows of a table say of one thing each, except those about which rows differ.

    Every row is counted as used or refused, with the message of RefusedRowError where `read` raises it.
    """
    first: dict[Hashable, RowSaid[T]] = {}
    contradicted: set[Hashable] = set()
    for bad in table.bad_rows:
        tally.refuse(bad.diagnostic)
    for row in table.rows:
        try:
            found = read(row)
        except RefusedRowError as wrong:
            tally.refuse(wrong.diagnostic)
            continue
        before = first.setdefault(found.key, found)
        where = f"row {before.place.row or 0}"
        if before is found:
            tally.used += 1
        elif before.said == found.said:
            tally.refuse(say.duplicate_row(found.place, found.about, where))
        else:
            tally.refuse(say.contradicting_row(found.place, found.about, where))
            if found.key not in contradicted:
                contradicted.add(found.key)
                tally.used -= 1
                tally.refused += 1
    return {key: one.said for key, one in first.items() if key not in contradicted}


@define(eq=False)
class _Row:
    """A row that was read, by the tally of its file, whether it was refused since, and whether it counts as used."""

    place: DataPlace
    tally: FileTally
    subject: Subject
    readings: Mapping[FieldKey, Reading | None]
    is_refused: bool = False
    is_used: bool = True


@define
class SaidOnce:
    """The facts of rows so far, and the facts they are added to."""

    facts: Facts
    _rows: dict[tuple[Subject, FieldKey], _Row] = field(factory=dict)
    _words: dict[tuple[str, str], tuple[str, DataPlace]] = field(factory=dict)
    _used: dict[str, Counter[FileTally]] = field(factory=lambda: defaultdict(Counter))
    _in_doubt: set[str] = field(factory=set)
    _last: list[_Row] = field(factory=list)

    def put(
        self, tally: FileTally, place: DataPlace, subject: Subject, readings: Mapping[FieldKey, Reading | None]
    ) -> None:
        """Add the readings of a row to the facts, None for an unknown one.

        Raises RefusedRowError if rows before it are about the same.
        """
        keys = [(subject, key) for key in readings]
        before = list({id(row): row for key in keys if (row := self._rows.get(key)) is not None}.values())
        row = _Row(place, tally, subject, readings, is_refused=bool(before))
        self._last = [*(one for one in self._last if one.place == place), row]
        for key in keys:
            self._rows.setdefault(key, row)
        contradicted = [(one, key) for one in before for key in _differing(one, row)]
        for one in {id(one): one for one, _ in contradicted}.values():
            self._withdraw(one)
        if contradicted:
            self._doubt(row)
            one, what = contradicted[0]
            here, there = _text(readings[what]), _text(one.readings[what])
            about, where = self._about(subject, what[0]), _where(one.place, place)
            raise RefusedRowError(say.contradicting_row(place, about, where, what[1], here, there))
        if before:
            about = f"the {next(iter(readings))[1]} of {self._about(subject, next(iter(readings))[0])}"
            raise RefusedRowError(say.duplicate_row(place, about, _where(before[0].place, place)))
        for what, reading in readings.items():
            if reading is not None:
                self.facts.put(*subject, what, reading)
        if None in readings.values():
            self._doubt(row)

    def used(self, tally: FileTally, code: str) -> None:
        """Count a row about an entity as used."""
        tally.used += 1
        self._used[code][tally] += 1

    def refused(self, place: DataPlace) -> None:
        """Record that a row does not count as used; what was put of it is still known."""
        for row in self._last:
            row.is_used = row.is_used and row.place != place

    def word(self, place: DataPlace, code: str, what: str, said: str) -> None:
        """Record a row's facts about an entity as a whole; RefusedRowError if another row differs."""
        known, first = self._words.setdefault((code, what), (said, place))
        if known != said:
            self._in_doubt.add(code)
            here, there = f"`{said}`", f"`{known}`"
            about = f"{self.facts.vocabulary.entity} {code}"
            raise RefusedRowError(say.contradicting_row(place, about, _where(first, place), what, here, there))

    def settle(self) -> Collection[str]:
        """Refuse what only all rows show to be wrong, and return the codes of the entities of which nothing is known.

        These are a number above one that it is a part of, with that one, and every row about an entity whose rows
        contradict each other as a whole.
        """
        for part, whole, said in list(self._above()):
            self._withdraw(part)
            self._withdraw(whole)
            part.tally.diagnostics.append(said)
        for code in self._in_doubt:
            for tally, rows in self._used.pop(code, {}).items():
                tally.used -= rows
                tally.refused += rows
        return self._in_doubt

    def _above(self) -> Iterator[tuple[_Row, _Row, Diagnostic]]:
        """Yield the rows with a number above the one that it is a part of, each with that one's row and the message."""
        vocabulary = self.facts.vocabulary
        wholes: dict[FieldKey, list[FieldKey]] = defaultdict(list)
        for indicator in vocabulary.indicators:
            for part, one in parts_of(vocabulary, indicator.name):
                wholes[indicator.name, part].append((indicator.name, one))
        for (subject, key), row in self._rows.items() if wholes else ():
            for whole in wholes.get(key, ()):
                other = self._rows.get((subject, whole))
                if other is None or row.is_refused or other.is_refused:
                    continue
                number, most = _number(row.readings[key]), _number(other.readings[whole])
                if number is not None and most is not None and number > most:
                    two = (key[1], _text(row.readings[key])), (whole[1], _text(other.readings[whole]))
                    where = _where(other.place, row.place)
                    yield row, other, say.part_above_whole(row.place, self._about(subject, key[0]), *two, where)

    def _withdraw(self, row: _Row) -> None:
        """Refuse a row that was used; its readings are unknown."""
        self._doubt(row)
        if row.is_refused:
            return
        row.is_refused = True
        if row.is_used:
            row.tally.used -= 1
            row.tally.refused += 1
            self._used[row.subject[0]][row.tally] -= 1
        for key, reading in row.readings.items():
            if reading is not None:
                self.facts.take_back(*row.subject, key)

    def _about(self, subject: Subject, indicator: str) -> str:
        code, year, group = subject
        of_group = f"`{group}` at " if group else ""
        whose = f"{of_group}{self.facts.vocabulary.entity} {code} in {year}"
        return f"`{indicator}` for {whose}" if indicator else whose

    def _doubt(self, row: _Row) -> None:
        code, year, group = row.subject
        for indicator in {key[0] for key in row.readings if key[0]}:
            self.facts.doubt(code, year, Doubt(indicator, group))


def _differing(one: _Row, other: _Row) -> list[FieldKey]:
    """Return what two rows both state, and state differently."""
    both = [key for key in other.readings if key in one.readings]
    return [key for key in both if _text(one.readings[key]) != _text(other.readings[key])]


def _number(reading: Reading | None) -> Fraction | None:
    return reading.level if reading is not None and isinstance(reading.level, Fraction) else None


def _text(reading: Reading | None) -> str:
    if reading is None:
        return "`unknown`"
    return f"`{reading.level}`" if reading.level is not None else "`not rated`"


def _where(first: DataPlace, second: DataPlace) -> str:
    return f"row {first.row}" + ("" if first.file == second.file else f" of {Path(first.file).name}")
