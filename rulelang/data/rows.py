"""Reads the rows of one published file into facts, and judges each: used, ignored for a reason, or refused."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction

from attrs import define, field, frozen

from rulelang.core.record import FieldKey, Reading
from rulelang.core.vocabulary import Indicator, Scope, StudentGroup, Vocabulary
from rulelang.data import layout as lay
from rulelang.data.facts import Doubt, Facts
from rulelang.data.layout import Placed
from rulelang.data.lea_codes import LeaCodes
from rulelang.data.numbers import exact
from rulelang.data.plan import FilePlan, LevelColumn, groups_by_code, indicators_of
from rulelang.data.report import FileTally, RefusedRowError
from rulelang.data.text_rows import Row
from rulelang.diagnostics.catalogue import data as say
from rulelang.diagnostics.source import DataPlace

NUMBER = re.compile(r"\d{1,12}(\.\d{1,12})?", re.ASCII)

BLANK_NUMBER = Reading(None, "blank in the file")
"""The reading of a number that a row leaves blank: the state has none, as of a group that did not exist last year."""

FirstRows = dict[tuple[str, int, str | None, str], str]
"""Where the first row about an LEA, year, student group and indicator stands."""


@frozen
class Subject:
    """What a row is about."""

    code: str
    indicator: Indicator
    group: StudentGroup | None

    @property
    def group_name(self) -> str | None:
        """Return the student group's name, or None where the row is about the LEA."""
        return self.group.name if self.group else None

    @property
    def doubt(self) -> Doubt:
        """Return what is unknown where the row is refused."""
        return Doubt(self.indicator.name, self.group_name)


@frozen
class Level:
    """A level as it stands in a row, and the number of students it was found for, None where that is not said."""

    level: str | None
    students: Fraction | None


@define
class RowReader:
    """Reads rows by a plan. `codes` and `first_rows` are shared by the files of a run."""

    vocabulary: Vocabulary
    plan: FilePlan
    tally: FileTally
    facts: Facts
    codes: LeaCodes
    first_rows: FirstRows
    year: int = field(init=False)
    _groups: dict[str, StudentGroup] = field(init=False)
    _left_out: dict[str, str] = field(init=False)
    _indicators: dict[str, Indicator] = field(init=False)
    _only: Indicator | None = field(init=False)
    _named: set[str] = field(factory=set)

    def __attrs_post_init__(self) -> None:
        file = self.plan.file
        self.year = file.year
        self._groups = groups_by_code(self.vocabulary.groups)
        left_out = file.layout.left_out.items()
        self._left_out = {lay.folded(code): f"student group {_shown(code)}: {why}" for code, why in left_out}
        indicators = indicators_of(self.vocabulary, file)
        self._indicators = {lay.folded(word): one for one in indicators for word in (one.name, *one.in_files)}
        self._only = self.vocabulary.indicator(file.indicator) if file.indicator else None

    def read(self, row: Row) -> None:
        """Read a row: count it, keep its readings or the message about it."""
        try:
            self._read(row)
        except RefusedRowError as refusal:
            self.tally.refuse(refusal.diagnostic)
            self.doubt(row[1], refusal.doubt)

    def doubt(self, cells: Sequence[object], doubt: Doubt | None) -> None:
        """Note that a row was refused, for the LEA it seems to be about."""
        if doubt is None or any(position >= len(cells) for position in self.plan.code.positions):
            return
        code = self.plan.code.text(cells)
        code = code if self.codes.kind(code) else self.codes.restored(code) or ""
        if code:
            self.facts.doubt(code, self.year, doubt)

    @property
    def whole_file(self) -> Doubt:
        """Return the doubt that a row leaves of which no more is known than the file it stands in."""
        return Doubt(self._only.name if self._only else None)

    def _read(self, row: Row) -> None:
        self._check_year(row)
        reason = self.plan.keep.reason(row[1])
        if reason is None:
            code = self._code(row)
            indicator = self._indicator(row)
            self.facts.reported[self.year, indicator.name].add(code)
            reason = self._no_part(row, indicator)
            if reason is None:
                self._read_facts(row, Subject(code, indicator, self._group(row, indicator)))
                self.tally.used += 1
                return
        self.tally.ignored[reason] += 1

    # ---- What the row is about ----

    def _check_year(self, row: Row) -> None:
        wrong = self.plan.year.check_row(row[1], lambda placed: self._place(row, placed))
        if wrong is not None:
            raise RefusedRowError(wrong, self.whole_file)

    def _code(self, row: Row) -> str:
        code = self.plan.code.text(row[1])
        if self.codes.kind(code) is None:
            raise RefusedRowError(self.codes.complaint(code, self._place(row, self.plan.code)), self.whole_file)
        self.facts.saw(code, self.year, self.plan.file.layout.of)
        if code not in self._named:
            self._named.add(code)
            self.facts.name(code, self.plan.name.text(row[1]), self.plan.county.text(row[1]))
        return code

    def _indicator(self, row: Row) -> Indicator:
        """Return the indicator a row is about: the file's own, or the one its column names; both must agree."""
        placed = self.plan.indicator
        if self._only is not None and not placed.positions:
            return self._only
        word = placed.text(row[1])
        found = self._indicators.get(lay.folded(word))
        if found is not None:
            return found
        if self._only is not None:
            said = say.another_indicator(self._place(row, placed), word, self._only.name)
        else:
            known = [next(iter(one.in_files), one.name) for one in indicators_of(self.vocabulary, self.plan.file)]
            said = say.unknown_indicator_code(self._place(row, placed), word, known)
        raise RefusedRowError(said, self.whole_file)

    def _no_part(self, row: Row, indicator: Indicator) -> str | None:
        """Return why a row that is kept has no part in the facts, or None where it has."""
        if not self.plan.levels[indicator.name]:
            return f"`{indicator.name}` is not reported in {self.year}"
        if indicator.scope is Scope.LEA:
            return None
        return self._left_out.get(lay.folded(self.plan.group.text(row[1])))

    def _group(self, row: Row, indicator: Indicator) -> StudentGroup | None:
        if indicator.scope is Scope.LEA:
            return None
        code = self.plan.group.text(row[1])
        group = self._groups.get(lay.folded(code))
        if group is None:
            known = [one.code for one in self.vocabulary.groups_in(self.year)]
            where = self._place(row, self.plan.group)
            raise RefusedRowError(say.unknown_group_code(where, code, known), Doubt(indicator.name))
        if self.year not in group.years:
            where = self._place(row, self.plan.group)
            raise RefusedRowError(say.group_not_in_year(where, code, group.name, self.year))
        return group

    # ---- What the row says ----

    def _read_facts(self, row: Row, subject: Subject) -> None:
        """Keep the levels and numbers of a row, all or none of them."""
        name = subject.indicator.name
        columns = self.plan.levels[name]
        levels = [self._level(row, column, subject) for column in columns]
        numbers = self._numbers(row, subject)
        students = numbers[name, lay.STUDENTS] if (name, lay.STUDENTS) in numbers else self._students(row, subject)
        self._check_new(row, subject)
        origin = f"{self.plan.file.path.name}, row {row[0]}"
        readings = {
            key: BLANK_NUMBER if number is None else Reading(number, "", origin) for key, number in numbers.items()
        }
        for column, level in zip(columns, levels, strict=True):
            reading = self._reading(row, column, subject, Level(level, students), origin)
            if reading is not None:
                readings[column.key] = reading
        self.facts.put_all(subject.code, self.year, subject.group_name, readings)

    def _numbers(self, row: Row, subject: Subject) -> dict[FieldKey, Fraction | None]:
        """Return the numbers of a row, None for those it leaves blank."""
        numbers: dict[FieldKey, Fraction | None] = {}
        for column in self.plan.numbers[subject.indicator.name]:
            text = column.placed.text(row[1])
            numbers[column.key] = number = exact(text) if text else None
            if text and (number is None or (number < 0 and not column.below_zero)):
                where = self._place(row, column.placed)
                said = say.not_an_exact_number(where, column.name, text, below_zero=column.below_zero)
                raise RefusedRowError(said, subject.doubt)
        return numbers

    def _check_new(self, row: Row, subject: Subject) -> None:
        key = (subject.code, self.year, subject.group_name, subject.indicator.name)
        if key in self.first_rows:
            group = f"`{subject.group_name}` at " if subject.group_name else ""
            about = f"`{subject.indicator.name}` for {group}LEA {subject.code} in {self.year}"
            raise RefusedRowError(say.duplicate_row(self._place(row), about, self.first_rows[key]))
        self.first_rows[key] = str(self._place(row))

    def _level(self, row: Row, column: LevelColumn, subject: Subject) -> str | None:
        text = column.placed.text(row[1])
        if text in column.codes:
            return column.codes[text]
        if lay.folded(text) in column.codes:
            return column.codes[lay.folded(text)]
        where = self._place(row, column.placed)
        raise RefusedRowError(say.unknown_level_code(where, column.scale, text, column.written), subject.doubt)

    def _students(self, row: Row, subject: Subject) -> Fraction | None:
        """Return the number of students, or None where the file does not say."""
        text = self.plan.students.text(row[1])
        if not text:
            return None
        if NUMBER.fullmatch(text):
            return Fraction(text)
        where = self._place(row, self.plan.students)
        raise RefusedRowError(say.not_a_number(where, "students", text), subject.doubt)

    def _reading(self, row: Row, column: LevelColumn, subject: Subject, found: Level, origin: str) -> Reading | None:
        """Return the reading of a level; None where it needs enough students and their number is not known.

        Such a level is unknown. It could count, and it could be that of a group too small for it.
        """
        if found.level is None:
            return Reading(None, "not rated in the file", origin)
        needed = self._needed(column, subject) if column.has_sizes else None
        if needed is None:
            return Reading(found.level, "", origin)
        if found.students is None:
            where = self._place(row, self.plan.students)
            self.tally.diagnostics.append(say.unknown_number_of_students(where, column.scale))
            self.facts.doubt(subject.code, self.year, subject.doubt)
            return None
        if found.students < needed:
            return Reading(None, too_few_note(found.students, needed), origin)
        return Reading(found.level, "", origin)

    def _needed(self, column: LevelColumn, subject: Subject) -> Fraction | None:
        kind = self.codes.kind(subject.code)
        return self.vocabulary.minimum_size(column.scale, subject.group_name, kind.name if kind else "", self.year)

    def _place(self, row: Row, placed: Placed | None = None) -> DataPlace:
        column = self.plan.header(placed) if placed else None
        return DataPlace(str(self.plan.file.path), row[0], column)


def too_few_note(students: Fraction, needed: Fraction) -> str:
    """Return why a level does not count: `18 students; 30 needed`."""
    return f"{students} students; {needed} needed"


def _shown(code: str) -> str:
    return f"`{code}`" if code else "is blank"
