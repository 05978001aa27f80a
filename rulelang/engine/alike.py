"""Rows of a batch of which the same is said, found by what was looked at to say it.

Evidence in words is a function of a few values, and which these are depends on the values. So it is said of one row,
while `Looking` notes each value that is looked at; it then holds for all rows that have the same ones, which are a set.
There are as many rounds as there are different things to say, and none goes over rows one by one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from typing import Any, Final, NamedTuple, TypeVar

from attrs import field, frozen

from rulelang.core.record import NO_ROW, LeaRecord, Reading
from rulelang.core.tree import NOT_RATED, Belonging, Const, Get, Owner, Value
from rulelang.core.vocabulary import Scope
from rulelang.engine.choices import as_answers, known_rows
from rulelang.engine.columns import Answers, Column, Names, Numbers, places_of
from rulelang.engine.evaluate import BatchEvaluation, Evaluation
from rulelang.engine.facts import NOT_REPORTED, NOTHING, reading_of

T = TypeVar("T")

Say = Callable[[Evaluation, int | None], T]
"""Says something of an LEA, or of the student group at an index: the same where all that it looks at is the same."""

_NOBODY: Final = LeaRecord("", "", "", "")
_A_NUMBER: Final = Fraction(0)


class How:
    """How a step is looked at. They are plain texts, which are quick to look up."""

    VALUE: Final = "its value"
    GIST: Final = "its value, any number in the place of a number"
    IS_YES: Final = "whether it is yes"
    IS_NO: Final = "whether it is no"
    NOTE: Final = "why it is not rated"


class Look(NamedTuple):
    """A look at a step. `lane` is a student group that is looked at besides that of the row; None for its own."""

    position: int
    lane: int | None
    how: str


@frozen(eq=False, slots=False)
class Alike:
    """The rows of a batch by the values that they have: rows of student groups, or of LEAs."""

    batch: BatchEvaluation
    of_groups: bool
    _sets: dict[tuple[int, object, int | None], int] = field(factory=dict, repr=False)
    _lanes: dict[tuple[int, object], list[int]] = field(factory=dict, repr=False)
    _numbers: dict[int, Mapping[Value, int]] = field(factory=dict, repr=False)
    _notes: dict[int, Mapping[str, int]] = field(factory=dict, repr=False)

    @cached_property
    def everyone(self) -> int:
        """Return all rows."""
        return self.batch.shape.everyone if self.of_groups else self.batch.shape.leas

    def said(self, rows: int, say: Say[T]) -> Iterator[tuple[T, int]]:
        """Yield what is said of some rows, each with those of which it is said."""
        while rows:
            looking = self._look_at(rows)
            said = say(looking, looking.lane)
            yield said, looking.alike
            rows &= ~looking.alike

    def _look_at(self, rows: int) -> Looking:
        """Return the first of some rows, to be looked at."""
        row = (rows & -rows).bit_length() - 1
        lane, lea = divmod(row, self.batch.shape.stride) if self.of_groups else (None, row)
        record = self.batch.records[lea] if self.batch.records else _NOBODY
        return Looking(self.batch.prepared, record, self.batch, lea, among=self, row=row, lane=lane, alike=[rows])

    def value(self, look: Look, row: int) -> Any:  # noqa: ANN401 - a value, or text for a note
        """Return what is seen of a row."""
        column = self.batch.columns[look.position]
        if look.how in (How.IS_YES, How.IS_NO):
            return bool(self.having(look, value=True) >> row & 1)
        if look.how is How.NOTE:
            return next(note for note in self._notes_of(look.position) if self.having(look, note) >> row & 1)
        for value in _values(column):
            if self.having(look._replace(how=How.GIST), value) >> row & 1:
                is_number = look.how is How.VALUE and value is _A_NUMBER
                return self._number(look, row) if is_number and isinstance(column, Numbers) else value
        return None

    def _number(self, look: Look, row: int) -> Fraction:
        lane, lea = divmod(row, self.batch.shape.stride) if self.of_groups else (0, row)
        lane = lane if look.lane is None else look.lane
        of_lea = self.batch.prepared.steps[look.position].scope is Scope.LEA
        column = self.batch.columns[look.position]
        assert isinstance(column, Numbers)  # noqa: S101 - it was looked at
        return column.at(lea if of_lea else lane * self.batch.shape.stride + lea)

    def having(self, look: Look, value: Any) -> int:  # noqa: ANN401 - as above
        """Return the rows of which something is seen."""
        place = look.position, (look.how, type(value), value), look.lane
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
        """Return the rows of a step's own column of which something is seen."""
        column = self.batch.columns[look.position]
        of_lea = self.batch.prepared.steps[look.position].scope is Scope.LEA
        everyone = self.batch.shape.leas if of_lea else self.batch.shape.everyone
        match look.how:
            case How.IS_YES | How.IS_NO:
                answers = as_answers(column)
                rows = answers.yes if look.how is How.IS_YES else answers.no
                return rows if value else everyone & ~rows
            case How.NOTE:
                return self._notes_of(look.position).get(value, 0)
            case _ if value is None:
                return everyone & ~known_rows(column)
            case How.VALUE if isinstance(column, Numbers) and isinstance(value, Fraction):
                return self._by_number(look.position, column).get(value, 0)
            case _:
                return _with_value(column, value)

    def _by_number(self, position: int, column: Numbers) -> Mapping[Value, int]:
        if position not in self._numbers:
            by_number: dict[Value, int] = defaultdict(int)
            for row in places_of(column.known):
                by_number[column.at(row)] |= 1 << row
            self._numbers[position] = by_number
        return self._numbers[position]

    def _notes_of(self, position: int) -> Mapping[str, int]:
        """Return why a field is not rated, each with the rows for which it is why."""
        node = self.batch.prepared.steps[position].node
        if position not in self._notes and isinstance(node, Get):
            found = _notes_of_records(self.batch, node) if self.batch.records else _notes_of_facts(self.batch, node)
            self._notes[position] = found
        return self._notes[position]


def _values(column: Column) -> Iterator[Value]:
    """Yield the values that rows of a column have, for all numbers together one."""
    match column:
        case Answers():
            yield from (True, False)
        case Names(by_name):
            yield from by_name
            yield NOT_RATED
        case Numbers():
            yield from (_A_NUMBER, NOT_RATED)


def _with_value(column: Column, value: Value) -> int:
    match column:
        case Answers(yes, no):
            return yes if value is True else no if value is False else 0
        case Names(by_name, _, absent):
            return absent if value is NOT_RATED else by_name.get(value, 0) if isinstance(value, str) else 0
        case Numbers(known, absent):
            return absent if value is NOT_RATED else known if isinstance(value, Fraction) else 0


def _notes_of_records(batch: BatchEvaluation, asked: Get) -> Mapping[str, int]:
    prepared, of_groups = batch.prepared, asked.scope is Scope.GROUP
    found: dict[str, int] = defaultdict(int)
    for at, group in enumerate(prepared.groups if of_groups else (None,)):
        for lea, record in enumerate(batch.records):
            reading = reading_of(record, prepared.ruleset.vocabulary, asked, group)
            if reading is not None and reading.level is None:
                found[reading.note] |= 1 << at * batch.shape.stride + lea
    return found


def _notes_of_facts(batch: BatchEvaluation, asked: Get) -> Mapping[str, int]:
    """Return the same from the facts alone: a row says so, or there is none, or there is nothing to say."""
    facts, shape, of_groups = batch.facts, batch.shape, asked.scope is Scope.GROUP
    column = facts.fields.get((asked.year, asked.key, of_groups), NOTHING)
    given = column.absent if isinstance(column, Names | Numbers) else 0
    leas = facts.silent.get((asked.year, asked.key[0]), 0)
    silent = (shape.spread(leas) if of_groups else leas) & ~given
    rest = (shape.everyone if of_groups else shape.leas) & ~given & ~silent
    return {facts.note: given, NO_ROW.note: silent, NOT_REPORTED.note: rest}


@frozen(eq=False)
class Looking(Evaluation):
    """One row of a batch, which keeps what was looked at, and which others have had the same values there."""

    among: Alike = field(kw_only=True, repr=False)
    row: int = field(kw_only=True)
    lane: int | None = field(kw_only=True)
    looks: dict[Look, Any] = field(factory=dict, init=False, repr=False)
    _alike: list[int] = field(kw_only=True, repr=False)

    @property
    def alike(self) -> int:
        """Return the rows that were alike so far, this one among them."""
        return self._alike[0]

    def at(self, position: int, index: int | None) -> Value:
        """Return the value of a step, for the student group at an index or for the LEA."""
        found: Value = self._look(position, index, How.VALUE)
        return found

    def gist(self, position: int, index: int | None) -> Value:
        """Return the value of a step, any number in the place of a number: there may be too many of them."""
        found: Value = self._look(position, index, How.GIST)
        return found

    def column(self, position: int) -> tuple[Value, ...]:
        """Return the values of a step: one for the LEA, or one for each student group of the vocabulary."""
        of_lea = self.prepared.steps[position].scope is Scope.LEA
        return tuple([self.at(position, at) for at in ((None,) if of_lea else range(len(self.prepared.groups)))])

    def related(self, over: Belonging | Owner) -> Sequence[tuple[str, Evaluation]]:
        """Return the entities that a fold goes over. What is said of them is said of this row alone."""
        self._alike[0] &= 1 << self.row
        return super().related(over)

    def is_answer(self, position: int, index: int | None, *, yes: bool) -> bool:
        """Return whether the answer of a step is yes, or whether it is no, and look no closer."""
        return self._look(position, index, How.IS_YES if yes else How.IS_NO) is True

    def reading(self, asked: Get, index: int | None) -> Reading | None:
        """Return what the data say of a field, for the student group at an index; None where it is unknown."""
        position = self.prepared.position(asked)
        value = self.at(position, index)
        if value is not NOT_RATED:
            return Reading(value) if isinstance(value, str | Fraction) else None
        return Reading(None, self._look(position, index, How.NOTE))

    def _look(self, position: int, index: int | None, how: str) -> Any:  # noqa: ANN401 - a value, or text for a note
        step = self.prepared.steps[position]
        if isinstance(step.node, Const):
            return step.node.value if how in (How.VALUE, How.GIST) else step.node.value is (how is How.IS_YES)
        own = index == self.lane or step.scope is Scope.LEA
        look = Look(position, None if own else index, how)
        if look not in self.looks:
            self.looks[look] = self.among.value(look, self.row)
            self._alike[0] &= self.among.having(look, self.looks[look])
        return self.looks[look]
