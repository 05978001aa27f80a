"""Rows of a batch that share a text, found by the values that were read to write it.

The text about a row depends on a few values, and which values these are depends on the values themselves. So the text
is written for one row, while `Looking` notes each value that is read; it then holds for every row with the same values.
The values read, and the text that followed, are kept as a tree (`Memo`): sets of rows go down it, in this batch and in
later ones, and a text is written only for rows that meet a value that is not in the tree yet. A number that is only
written leaves a mark in the text, which each row replaces with its own.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from typing import Any, Final, NamedTuple

from attrs import define, field, frozen

from rulelang.core.aggregates import Range
from rulelang.core.record import NO_ROW, LeaRecord, Reading
from rulelang.core.tree import NOT_RATED, Belonging, Get, Owner, Value, constant, is_constant
from rulelang.core.vocabulary import Scope
from rulelang.engine.choices import known_rows
from rulelang.engine.columns import Answers, Column, Names, Numbers, places_of, rows_at, union, value_at
from rulelang.engine.evaluate import BatchEvaluation, Evaluation
from rulelang.engine.facts import NOT_REPORTED

Say = Callable[[Evaluation, int | None], str]
"""Writes about an LEA, or about the student group at an index: the same wherever the values it reads are the same."""

_NOBODY: Final = LeaRecord("", "", "", "")
_A_NUMBER: Final = Fraction(0)


class How:
    """How a step is read. The members are plain texts, which are quick to look up."""

    VALUE: Final = "its value"
    NOTE: Final = "why it is not rated"


class Look(NamedTuple):
    """A value that was read of a step. `lane` is a student group other than the row's own; None for its own.

    What is read is `how`, or whether the value is `how` where that is yes, no, not rated or unknown.
    """

    position: int
    lane: int | None
    how: Value


class _Written(NamedTuple):
    """A number that is written instead of a mark."""

    look: Look
    write: Callable[[Value], str]


_FIRST_MARK: Final = 0xD800
"""The marks are the characters from this one, of which no text can be made that is read from a file."""

_MARKS: Final = re.compile("[\ud800-\udfff]")
_NUMBERS: Final = re.compile("[\ud800-\udfff0-9.,…$-]+")

_ALONE: Final = Look(-1, None, "what belongs to it")

_Seen = tuple[type, object]
"""A value as a key: yes is not the number one, and numbers are quicker to look up as pairs."""


def _seen(value: object) -> _Seen:
    return type(value), value.as_integer_ratio() if type(value) is Fraction else value


@define(eq=False)
class _Way:
    """A node of the tree: the value that is read next, the node for each value it can have, and at an end the text."""

    look: Any = None
    further: dict[_Seen, tuple[object, _Way]] = field(factory=dict)
    said: str | None = None
    numbers: Mapping[str, _Written] = field(factory=dict)


@frozen(eq=False)
class Memo:
    """Texts about rows, kept from one batch to the next by the values that were read to write them."""

    say: Say
    first: _Way = field(factory=_Way, init=False)

    def keep(self, looking: Looking, said: str) -> None:
        """Keep the text that followed from reading some values."""
        way = self.first
        for look, value in looking.looks.items():
            way.look = look
            way = way.further.setdefault(_seen(value), (value, _Way()))[1]
        way.said, way.numbers = said, looking.numbers_in(said)


@frozen(eq=False, slots=False)
class Alike:
    """The rows of a batch by their values: rows of student groups, or of LEAs."""

    batch: BatchEvaluation
    of_groups: bool
    _sets: dict[tuple[int, object, int | None], int] = field(factory=dict, repr=False)
    _lanes: dict[tuple[int, object], list[int]] = field(factory=dict, repr=False)
    _notes: dict[int, Mapping[str, int]] = field(factory=dict, repr=False)

    @cached_property
    def everyone(self) -> int:
        """Return all rows."""
        return self.batch.shape.everyone if self.of_groups else self.batch.shape.leas

    def said(self, rows: int, memo: Memo) -> Iterator[tuple[str, int]]:
        """Yield the texts about some rows, each with the set of rows it is about."""
        return ((text, rows if isinstance(rows, int) else rows_at(rows)) for text, rows in self._said(rows, memo))

    def placed(self, rows: int, memo: Memo) -> Iterator[tuple[str, Iterable[int]]]:
        """Yield the texts about some rows, each with the places of the rows it is about."""
        return ((text, places_of(rows) if isinstance(rows, int) else rows) for text, rows in self._said(rows, memo))

    def _said(self, rows: int, memo: Memo) -> Iterator[tuple[str, int | Sequence[int]]]:
        waiting = [(memo.first, rows)]
        while waiting:
            way, some = waiting.pop()
            if way.said is not None:
                yield from self._with_numbers(way.said, way.numbers, some) if way.numbers else [(way.said, some)]
                continue
            rest = some
            for key, part in self._parts(way, some) if way.look else ():
                if key in way.further or part != some:
                    waiting.append((way.further[key][1] if key in way.further else way, part))
                    rest &= ~part
            if rest:
                looking = self._look_at(rest)
                said = memo.say(looking, looking.lane)
                if looking.is_alone:
                    yield looking.with_numbers(said), 1 << looking.row
                    rest &= ~(1 << looking.row)
                else:
                    memo.keep(looking, said)
                waiting.append((way, rest))

    def _with_numbers(
        self, said: str, numbers: Mapping[str, _Written], rows: int
    ) -> Iterator[tuple[str, Sequence[int]]]:
        """Yield a text with the numbers of some rows instead of its marks, each with its rows."""
        places = list(places_of(rows))
        pairs = [self._pairs(one.look, places) for one in numbers.values()]
        found: dict[tuple[tuple[int, int], ...], list[int]] = defaultdict(list)
        for row, key in zip(places, zip(*pairs, strict=True), strict=True):
            found[key].append(row)
        for key, some in found.items():
            text = said
            for (mark, number), pair in zip(numbers.items(), key, strict=True):
                text = text.replace(mark, number.write(Fraction(*pair)))
            yield text, some

    def _pairs(self, look: Look, rows: Iterable[int]) -> list[tuple[int, int]]:
        """Return the numerators and denominators of rows that have a number."""
        column, own = self.batch.columns[look.position], [self._own_row(look, row) for row in rows]
        if not isinstance(column, Numbers):
            return []
        tops, bottoms = map(column.tops.__getitem__, own), column.bottoms
        below = [bottoms] * len(own) if isinstance(bottoms, int) else map(bottoms.__getitem__, own)
        return list(zip(tops, below, strict=True))

    def _parts(self, way: _Way, rows: int) -> Iterator[tuple[_Seen, int]]:
        """Yield some rows by the value they have: all different numbers, and values seen before."""
        look: Look = way.look
        column = self.batch.columns[look.position]
        if look.how is How.VALUE and isinstance(column, Numbers):
            numbers = rows & self.having(look, _A_NUMBER)
            by_number: dict[tuple[int, int], list[int]] = defaultdict(list)
            places = list(places_of(numbers))
            for row, pair in zip(places, self._pairs(look, places), strict=True):
                by_number[pair].append(row)
            for pair, some in by_number.items():
                yield _seen(Fraction(*pair)), rows_at(some)
            rows &= ~numbers
        for key, (value, _) in list(way.further.items()):
            part = rows & self.having(look, value) if rows else 0
            if part:
                yield key, part

    def _look_at(self, rows: int) -> Looking:
        """Return the first of some rows, to be read."""
        row = (rows & -rows).bit_length() - 1
        lane, lea = divmod(row, self.batch.shape.size) if self.of_groups else (None, row)
        record = self.batch.records[lea] if self.batch.records else _NOBODY
        return Looking(self.batch.prepared, record, self.batch, lea, among=self, row=row, lane=lane)

    def value(self, look: Look, row: int) -> Any:  # noqa: ANN401 - a value, or text for a note
        """Return the value of a row."""
        if look.how is How.VALUE:
            return value_at(self.batch.columns[look.position], self._own_row(look, row))
        if look.how is How.NOTE:
            own = self._own_row(look, row)
            return next(note for note, rows in self._notes_of(look.position).items() if rows >> own & 1)
        return bool(self.having(look, True) >> row & 1)

    def _own_row(self, look: Look, row: int) -> int:
        """Return which row of a step's own column is read."""
        of_lea = self.batch.prepared.steps[look.position].scope is Scope.LEA
        if not self.of_groups:
            return row if of_lea or look.lane is None else look.lane * self.batch.shape.size + row
        if of_lea:
            return row % self.batch.shape.size
        return row if look.lane is None else look.lane * self.batch.shape.size + row % self.batch.shape.size

    def having(self, look: Look, value: Any) -> int:  # noqa: ANN401 - as above
        """Return the rows that have a value, those with any number where it is a number."""
        place = look.position, (look.how, _seen(value)), look.lane
        if place not in self._sets:
            found = self._find(look, value)
            if look.lane is not None:
                if place[:2] not in self._lanes:
                    self._lanes[place[:2]] = self.batch.shape.lanes(found)
                found = self._lanes[place[:2]][look.lane]
            of_leas = look.lane is not None or self.batch.prepared.steps[look.position].scope is Scope.LEA
            self._sets[place] = self.batch.shape.spread(found) if of_leas and self.of_groups else found
        return self._sets[place]

    def _find(self, look: Look, value: Any) -> int:  # noqa: ANN401 - as above
        """Return the rows of a step's own column that have a value."""
        column = self.batch.columns[look.position]
        of_lea = self.batch.prepared.steps[look.position].scope is Scope.LEA
        everyone = self.batch.shape.leas if of_lea else self.batch.shape.everyone
        if look.how is How.NOTE:
            return self._notes_of(look.position).get(value, 0)
        asked = value if look.how is How.VALUE else look.how
        rows = everyone & ~known_rows(column) if asked is None else _with_value(column, asked)
        return rows if look.how is How.VALUE or value else everyone & ~rows

    def _notes_of(self, position: int) -> Mapping[str, int]:
        """Return the reasons why a field is not rated, each with the rows it applies to."""
        if position not in self._notes:
            self._notes[position] = _notes_of(self.batch, self.batch.prepared.fields[position])
        return self._notes[position]


def _with_value(column: Column, value: Value) -> int:
    match column:
        case Answers(yes, no):
            return yes if value is True else no if value is False else 0
        case Names(by_name, _, absent):
            return absent if value is NOT_RATED else by_name.get(value, 0) if isinstance(value, str) else 0
        case Numbers(known, absent):
            return absent if value is NOT_RATED else known if isinstance(value, Fraction) else 0


def _notes_of(batch: BatchEvaluation, asked: Get) -> Mapping[str, int]:
    """Return why rows of a field are not rated: a reading gives a reason, or there is none, or nothing to report."""
    facts, shape, of_groups = batch.facts, batch.shape, asked.scope is Scope.GROUP
    found = defaultdict(int, facts.notes.get((asked.year, asked.key, of_groups), {}))
    given = union(found.values())
    leas = facts.silent.get((asked.year, asked.key[0]), 0)
    doubtful = facts.doubtful.get((asked.year, asked.key[0], of_groups), 0)
    silent = (shape.spread(leas) if of_groups else leas) & ~given & ~doubtful
    found[NO_ROW.note] |= silent
    found[NOT_REPORTED.note] |= (shape.everyone if of_groups else shape.leas) & ~given & ~silent
    return found


@frozen(eq=False)
class Looking(Evaluation):
    """One row of a batch that records which values are read, and which other rows have the same values."""

    among: Alike = field(kw_only=True, repr=False)
    row: int = field(kw_only=True)
    lane: int | None = field(kw_only=True)
    looks: dict[Look, Any] = field(factory=dict, init=False, repr=False)
    written: dict[str, _Written] = field(factory=dict, init=False, repr=False)
    """The numbers that are only written, by their marks."""

    def at(self, position: int, index: int | None) -> Value:
        """Return the value of a step, for the student group at an index or for the LEA."""
        found: Value = self._look(position, index, How.VALUE)
        return found

    def in_words(self, position: int, index: int | None, write: Callable[[Value], str]) -> str:
        """Return the value of a step in words; a mark instead of a number, which may differ from row to row."""
        # First what every batch can be asked: a batch without a number has no column of numbers.
        is_there = not self.is_value(position, index, None) and not self.is_value(position, index, NOT_RATED)
        is_number = isinstance(self.batch.columns[position], Numbers)
        if not (is_there and is_number) or is_constant(self.prepared.steps[position].node):
            return super().in_words(position, index, write)
        look = self._look_at(position, index, How.VALUE)
        known = next((mark for mark, number in self.written.items() if number.look == look), None)
        mark = known or chr(_FIRST_MARK + len(self.written))
        self.written[mark] = _Written(look, write)
        return mark

    def different(self, texts: Iterable[str]) -> Sequence[str]:
        """Return texts without repetition; numbers are read where it depends on them which texts are the same."""
        found = super().different(texts)
        is_clear = len({_NUMBERS.sub("", text) for text in found}) == len(found)
        return found if is_clear else super().different(map(self.with_numbers, found))

    def with_numbers(self, text: str) -> str:
        """Return a text with the numbers of this row instead of the marks, which are then values that are read."""
        for mark, (look, write) in self.numbers_in(text).items():
            self.looks[look] = self.among.value(look, self.row)
            text = text.replace(mark, write(self.looks[look]))
        return text

    def numbers_in(self, text: str) -> Mapping[str, _Written]:
        """Return the numbers that are written in a text, by their marks."""
        return {mark: self.written[mark] for mark in dict.fromkeys(_MARKS.findall(text))}

    def column(self, position: int) -> tuple[Value, ...]:
        """Return the values of a step: one for the LEA, or one for each student group of the vocabulary."""
        of_lea = self.prepared.steps[position].scope is Scope.LEA
        return tuple([self.at(position, at) for at in ((None,) if of_lea else range(len(self.prepared.groups)))])

    def range_at(self, position: int, index: int | None) -> Range | None:
        """Return what is known of a number that is unknown. If that is something, a text is about this row alone."""
        column = self.batch.columns[position]
        if isinstance(column, Numbers) and column.ranges:
            self.looks[_ALONE] = True
        return super().range_at(position, index)

    def related(self, over: Belonging | Owner) -> Sequence[tuple[str, Evaluation]]:
        """Return the entities that a fold goes over. A text about them is about this row alone."""
        self.looks[_ALONE] = True
        return super().related(over)

    @property
    def is_alone(self) -> bool:
        """Return whether something was read that may be different in every other row."""
        return _ALONE in self.looks

    def is_value(self, position: int, index: int | None, value: Value) -> bool:
        """Return whether the value of a step is yes, no, not rated or unknown as said, and read nothing more."""
        return self._look(position, index, value) is True

    def reading(self, asked: Get, index: int | None) -> Reading | None:
        """Return the data's reading of a field, for the student group at an index; None if it is unknown."""
        position = self.prepared.position(asked)
        value = self.at(position, index)
        if value is not NOT_RATED:
            return Reading(value) if isinstance(value, str | Fraction) else None
        return Reading(None, self._look(position, index, How.NOTE))

    def _look(self, position: int, index: int | None, how: Value) -> Any:  # noqa: ANN401 - a value, or text for a note
        step = self.prepared.steps[position]
        if is_constant(step.node):
            value = constant(step.node)
            return value if how is How.VALUE else value is how
        look = self._look_at(position, index, how)
        if look not in self.looks:
            self.looks[look] = self.among.value(look, self.row)
        return self.looks[look]

    def _look_at(self, position: int, index: int | None, how: Value) -> Look:
        own = index == self.lane or self.prepared.steps[position].scope is Scope.LEA
        return Look(position, None if own else index, how)
