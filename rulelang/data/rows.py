"""Reads the rows of one published file: each is used, ignored for a reason, or refused."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from operator import itemgetter
from pathlib import Path
from typing import NoReturn

from attrs import define, field, frozen

from rulelang.core.record import FieldKey, Reading
from rulelang.core.record_words import folded, parts_of
from rulelang.core.vocabulary import Indicator, Scope, StudentGroup, Vocabulary
from rulelang.data import layout as lay
from rulelang.data.alike_rows import AlikeRows, Said, alike_rows
from rulelang.data.cells import exact
from rulelang.data.coded import UNKNOWN, CodedFile, CodedRows
from rulelang.data.facts import Doubt
from rulelang.data.layout import Placed
from rulelang.data.lea_codes import LeaCodes
from rulelang.data.numbers import ALL_PERCENT, PercentagesSeen, can_be, wrong_number
from rulelang.data.plan import FilePlan, LevelColumn, groups_by_code, indicators_of
from rulelang.data.report import FileTally, RefusedRowError
from rulelang.data.text_rows import LineRows, Row
from rulelang.diagnostics.catalogue import data as say
from rulelang.diagnostics.source import DataPlace

OTHER_YEAR = "a row of another year"
"""Why a row is ignored in a file that holds several years."""

FilesRead = Mapping[tuple[int, str], Sequence[tuple[Path, CodedFile]]]
"""The files already read in a run with rows on an indicator in a year."""


@frozen
class Subject:
    """What a row is about."""

    code: str
    indicator: Indicator
    group: StudentGroup | None

    @property
    def group_name(self) -> str | None:
        """Return the student group's name, or None if the row is about the LEA."""
        return self.group.name if self.group else None

    @property
    def doubt(self) -> Doubt:
        """Return what is unknown if the row is refused."""
        return Doubt(self.indicator.name, self.group_name)


@frozen
class Earlier:
    """A row that was read before: its file as coded, the table it is in there, and what it is about."""

    path: Path
    file: CodedFile = field(eq=False)
    table: CodedRows = field(eq=False)
    about: tuple[int, int]

    @property
    def place(self) -> DataPlace:
        """Return the place of the row in the file."""
        return DataPlace(str(self.path), self.table.row_of(self.about))


@define
class RowReader:
    """Reads rows by a plan and codes them. `codes` and `files` are those of the whole run.

    `leans` says whether a row was refused because of the content of another file. `percentages` are by column.
    """

    vocabulary: Vocabulary
    plan: FilePlan
    tally: FileTally
    codes: LeaCodes
    files: FilesRead
    coded: CodedFile = field(factory=CodedFile)
    leans: bool = False
    percentages: dict[str, PercentagesSeen] = field(factory=lambda: defaultdict(PercentagesSeen))
    _alike: AlikeRows | None = field(default=None, init=False)
    year: int = field(init=False)
    _groups: dict[str, StudentGroup] = field(init=False)
    _parts: dict[str, Sequence[tuple[int, int]]] = field(init=False)
    _left_out: dict[str, str] = field(init=False)
    _indicators: dict[str, Indicator] = field(init=False)
    _reported: Sequence[Indicator] = field(init=False)
    _only: Indicator | None = field(init=False)
    _others: frozenset[str] = field(init=False)
    _sizes: dict[tuple[str, str | None, str], Fraction | None] = field(factory=dict)

    def __attrs_post_init__(self) -> None:
        file = self.plan.file
        self.year = file.year
        self._groups = groups_by_code(self.vocabulary.groups)
        left_out = file.layout.left_out_of(file.year).items()
        self._left_out = {folded(code): f"student group {_shown(code)}: {why}" for code, why in left_out}
        indicators = indicators_of(self.vocabulary, file)
        self._parts = {one.name: self._parts_among(one.name) for one in indicators}
        self._indicators = {folded(word): one for one in indicators for word in (one.name, *one.in_files)}
        self._reported = [one for one in self._indicators.values() if self.plan.is_reported(one.name)]
        self._only = self.vocabulary.indicator(file.indicator) if file.indicator else None
        others = (one for one in self.vocabulary.indicators_of(file.layout.kind) if one.name != file.indicator)
        self._others = frozenset(folded(word) for one in others for word in (one.name, *one.aliases, *one.in_files))

    def _parts_among(self, indicator: str) -> Sequence[tuple[int, int]]:
        """Return the numbers that count a part of another, by their places among those of an indicator."""
        names = [column.name for column in self.plan.numbers[indicator]]
        pairs = (pair for pair in parts_of(self.vocabulary, indicator) if {*pair} <= {*names})
        return [(names.index(part), names.index(whole)) for part, whole in pairs]

    def read_all(self, rows: Sequence[Row]) -> None:
        """Read rows: count each, keep its readings or the message about it."""
        deciding = sorted(self.plan.deciding)
        if not deciding or not isinstance(rows, LineRows):
            for row in rows:
                self._read(row)
            return
        self._alike = alike_rows(self.vocabulary, self.plan, self._lea_of)
        pick, whose = itemgetter(*deciding), itemgetter(*self.plan.code.positions)
        known, shapes, ignored = dict[object, str | None](), dict[object, str | None](), self.tally.ignored
        for row in rows:  # Most rows are not used, and this is all that is done with them.
            code = whose(row[1])
            try:
                shape = shapes[code]
            except KeyError:
                shape = shapes[code] = self.plan.keep.shape(self.plan.code.text(row[1]))
            cells = shape, pick(row[1])
            try:
                reason = known[cells]
            except KeyError:
                reason = known[cells] = self._reason_by_year(row)
            if reason:
                ignored[reason] += 1
                self.coded.aside.add(code)
            else:
                self._read(row, kept=reason is not None)
        self._alike = None  # it refers to this reader, which would not be let go

    def doubt(self, cells: Sequence[object], doubt: Doubt | None) -> None:
        """Record that a row was refused, for the LEA it seems to be about: by its code, otherwise by its name."""
        if doubt is None:
            return
        plan = self.plan
        code, name, county = (self._text(placed, cells) for placed in (plan.code, plan.name, plan.county))
        meant = code if self.codes.kind(code) else self.codes.meant(code)
        self.coded.doubt(meant or "", (name, county), doubt, is_there=not plan.keep.headers)

    @staticmethod
    def _text(placed: Placed, cells: Sequence[object]) -> str:
        """Return a cell of a row that may be too short to have it; it is blank then."""
        return "" if any(position >= len(cells) for position in placed.positions) else placed.text(cells)

    @property
    def whole_file(self) -> Doubt:
        """Return the doubt that a row leaves if nothing is known about it but its file."""
        return Doubt(self._only.name if self._only else None)

    def _reason_by_year(self, row: Row) -> str | None:
        """Return why a row is ignored, blank if it is kept; None if it is of another year or of no known kind."""
        is_of_year = self.plan.year.holds(row[1])
        return self.plan.keep.reason(row[1], self.plan.code.text(row[1])) if is_of_year else None

    def _read(self, row: Row, *, kept: bool = False) -> None:
        """Use a row, ignore it or refuse it; that it is `kept` and of the year may be known."""
        try:
            if kept and self._alike is not None and self._alike.read(row, self.tally):
                return
            reason = self._reason(row) if not kept else None
            reason = reason or self._use(row)
        except RefusedRowError as refusal:
            self.tally.refuse(refusal.diagnostic)
            self.doubt(row[1], refusal.doubt)
            return
        if reason is None:
            self.tally.used += 1
        else:
            self.tally.ignored[reason] += 1

    def _reason(self, row: Row) -> str | None:
        """Return why a row is ignored, None if it is kept; one of another year or of no known kind is refused."""
        wrong_year = self.plan.year.check_row(row[1], lambda placed: self._place(row, placed))
        if wrong_year is not None and not self.plan.code.text(row[1]):
            wrong_year = self.codes.complaint("", self._place(row, self.plan.code))
        if wrong_year is not None:
            raise RefusedRowError(wrong_year, self.whole_file)
        if self.plan.year.is_other(row[1]):
            return OTHER_YEAR
        code, file = self.plan.code.text(row[1]), str(self.plan.file.path)
        reason = self.plan.keep.reason(row[1], code)
        if reason is None:
            wrong = self.plan.keep.complaint(row[1], code, lambda header: DataPlace(file, row[0], header))
            raise RefusedRowError(wrong, self.whole_file)
        if reason:
            self.coded.aside.add(code)
        return reason or None

    def _use(self, row: Row) -> str | None:
        """Code a row that is kept, or return why it is not used."""
        code = self._code(row)
        if self.plan.file.layout.is_one_table:
            return self._use_all(row, code)
        indicator = self._indicator(row)
        said = Said(self.coded.report(code, indicator.name), self._no_part(row, indicator) or "")
        if not said.reason:
            table, group, readings = self._use_facts(row, Subject(code, indicator, self._group(row, indicator)))
            said = Said(said.reported, "", table, group, readings)
        # A message about a missing number is about this row alone, and so is whether an earlier file has it.
        is_alone = UNKNOWN in said.readings or self.files.get((self.year, indicator.name))
        if self._alike is not None and not is_alone:
            self._alike.keep(row[1], self._kind(code), said)
        return said.reason or None

    def _use_all(self, row: Row, code: str) -> str | None:
        """Code a row about every indicator that the file has a column for; if it is refused, all are in doubt."""
        reason: str | None = "no level of any indicator is reported in the year"
        for indicator in self._reported:
            self.coded.report(code, indicator.name)
            reason = self._no_part(row, indicator)
            if reason is not None:
                return reason
            group = self._group(row, indicator)
            try:
                self._use_facts(row, Subject(code, indicator, group))
            except RefusedRowError as refused:
                raise RefusedRowError(refused.diagnostic, Doubt(None, group.name if group else None)) from None
        return reason

    # ---- What the row is about ----

    def _code(self, row: Row) -> str:
        code = self.plan.code.text(row[1])
        if self.codes.kind(code) is None:
            raise RefusedRowError(self.codes.complaint(code, self._place(row, self.plan.code)), self.whole_file)
        if code not in self.coded.places:
            self.coded.name(code, self.plan.name.text(row[1]), self.plan.county.text(row[1]))
        return code

    def _kind(self, code: str) -> str:
        kind = self.codes.kind(code)
        return kind.name if kind else ""

    def _lea_of(self, row: Row) -> tuple[int, str]:
        """Return the place of the LEA of a row, and its kind."""
        code = self._code(row)
        return self.coded.places[code], self._kind(code)

    def _indicator(self, row: Row) -> Indicator:
        """Return the indicator a row is about: the file's own, or the one its column names; both must agree.

        Where the vocabulary does not say what files call the file's own, any word but another indicator's may be it.
        """
        placed = self.plan.indicator
        if self._only is not None and not placed.positions:
            return self._only
        word = placed.text(row[1])
        found = self._indicators.get(folded(word))
        if found is not None:
            return found
        if self._only is not None and not self._only.in_files and folded(word) not in self._others:
            return self._only
        if self._only is not None:
            said = say.another_indicator(self._place(row, placed), word, self._only.name)
        else:
            known = [next(iter(one.in_files), one.name) for one in indicators_of(self.vocabulary, self.plan.file)]
            said = say.unknown_indicator_code(self._place(row, placed), word, known)
        raise RefusedRowError(said, self.whole_file)

    def _no_part(self, row: Row, indicator: Indicator) -> str | None:
        """Return why a row that is kept is not used, or None if it is."""
        if not self.plan.may_be_about(indicator):
            return f"`{indicator.name}` is not reported in {self.year}"
        if indicator.scope is Scope.LEA:
            return None
        return self._left_out.get(folded(self.plan.group.text(row[1])))

    def _group(self, row: Row, indicator: Indicator) -> StudentGroup | None:
        if indicator.scope is Scope.LEA:
            return None
        code = self.plan.group.text(row[1])
        group = self._groups.get(folded(code))
        if group is None:
            known = [one.code for one in self.vocabulary.groups_in(self.year)]
            where = self._place(row, self.plan.group)
            raise RefusedRowError(say.unknown_group_code(where, code, known), Doubt(indicator.name))
        if self.year not in group.years:
            where = self._place(row, self.plan.group)
            raise RefusedRowError(say.group_not_in_year(where, code, group.name, self.year))
        return group

    # ---- What the row says ----

    def _use_facts(self, row: Row, subject: Subject) -> tuple[CodedRows, int, tuple[int, ...]]:
        """Code the levels and numbers of a row, all or none of them; return the table, the student group and these."""
        name = subject.indicator.name
        columns = self.plan.levels[name]
        levels = [self._level(row, column, subject) for column in columns]
        numbers = self._numbers(row, subject) if self.plan.numbers[name] else []
        students = self._students(row, subject, numbers)
        table = self.coded.table(name, self.plan)
        said = [self.coded.number(*number) for number in numbers]
        for column, level in zip(columns, levels, strict=True):
            said.append(self._said(row, column, subject, level, students))
        about = self.coded.subject(subject.code, subject.group_name)
        earlier = list(self._earlier(subject, table, about))
        if earlier:
            self._refuse_repeated(row, subject, self.coded.readings(table, said), earlier)
        table.add(about, row[0], said)
        return table, about[1], tuple(said)

    def _numbers(self, row: Row, subject: Subject) -> list[tuple[str, Fraction | None]]:
        """Return the numbers of a row as they are written and what they are, None for those it leaves blank."""
        numbers = []
        for column in self.plan.numbers[subject.indicator.name]:
            text = self.plan.text(column.placed, row[1])
            number = exact(text) if text else None
            if text and not can_be(column.number, number, counts=column.counts):
                where = self._place(row, column.placed)
                wrong = wrong_number(where, column.name, text, number, column.number, counts=column.counts)
                raise RefusedRowError(wrong, subject.doubt)
            if number is not None and column.number.at_most == ALL_PERCENT:
                self.percentages[self.plan.header(column.placed)].add(number)
            numbers.append((text, number))
        self._check_parts(row, subject, numbers)
        return numbers

    def _check_parts(self, row: Row, subject: Subject, numbers: Sequence[tuple[str, Fraction | None]]) -> None:
        """Refuse a row in which a number is more than what it is a part of."""
        for part, whole in self._parts[subject.indicator.name]:
            (text, number), (text_of_whole, most) = numbers[part], numbers[whole]
            if number is not None and most is not None and number > most:
                columns = self.plan.numbers[subject.indicator.name]
                about = f"`{subject.indicator.name}` for LEA {subject.code} in {self.year}"
                two = (columns[part].name, f"`{text}`"), (columns[whole].name, f"`{text_of_whole}`")
                said = say.part_above_whole(self._place(row, columns[part].placed), about, *two)
                raise RefusedRowError(said, subject.doubt)

    def _earlier(self, subject: Subject, table: CodedRows, about: tuple[int, int]) -> Iterator[Earlier]:
        """Yield the rows about the same, of this file and of those before it."""
        if table.row_of(about):
            yield Earlier(self.plan.file.path, self.coded, table, about)
        name = subject.indicator.name
        for path, file in self.files.get((self.year, name), ()):
            found = file.row_about(name, subject.code, subject.group_name)
            if found is not None:
                self.leans = True
                yield Earlier(path, file, file.tables[name], found)

    def _refuse_repeated(
        self, row: Row, subject: Subject, said: Mapping[FieldKey, Reading | None], earlier: Sequence[Earlier]
    ) -> NoReturn:
        """Refuse a row about something that earlier ones are about, and with it those that it contradicts.

        Nobody knows which of them is right, and their order means nothing.
        """
        group = f"`{subject.group_name}` at " if subject.group_name else ""
        about = f"`{subject.indicator.name}` for {group}LEA {subject.code} in {self.year}"
        for one in earlier:
            others = one.file.readings(one.table, one.table.said_of(one.about))
            key = next((key for key, reading in said.items() if key in others and others[key] != reading), None)
            if key is None:
                continue
            self._withdraw(one, subject)
            differing = key[1], _value_text(said[key]), _value_text(others[key])
            wrong = say.contradicting_row(self._place(row), about, str(one.place), *differing)
            raise RefusedRowError(wrong, subject.doubt)
        raise RefusedRowError(say.duplicate_row(self._place(row), about, str(earlier[0].place)))

    def _withdraw(self, earlier: Earlier, subject: Subject) -> None:
        """Count an earlier used row as refused, and make its readings unknown."""
        if not earlier.table.withdraw(earlier.about):
            return
        counts = self.tally if earlier.file is self.coded else earlier.file
        counts.used -= 1
        counts.refused += 1
        earlier.file.doubts.append((subject.code, subject.doubt))

    def _level(self, row: Row, column: LevelColumn, subject: Subject) -> str | None:
        text = self.plan.text(column.placed, row[1])
        if text in column.codes:
            return column.codes[text]
        if folded(text) in column.codes:
            return column.codes[folded(text)]
        where = self._place(row, column.placed)
        raise RefusedRowError(say.unknown_level_code(where, column.scale, text, column.written), subject.doubt)

    def _students(self, row: Row, subject: Subject, numbers: Sequence[tuple[str, Fraction | None]]) -> Fraction | None:
        """Return the number of students, or None if the file does not say."""
        for column, (_, number) in zip(self.plan.numbers[subject.indicator.name], numbers, strict=True):
            if column.name == lay.STUDENTS:
                return number
        text = self.plan.text(self.plan.students, row[1])
        students = exact(text) if text else None
        if text and (students is None or students.numerator < 0 or students.denominator > 1):
            where = self._place(row, self.plan.students)
            raise RefusedRowError(say.not_a_number(where, "students", text), subject.doubt)
        return students

    def _said(  # a row, where in it, what of, and what is there
        self, row: Row, column: LevelColumn, subject: Subject, level: str | None, students: Fraction | None
    ) -> int:
        """Return the place of a level among the values; UNKNOWN if the number of students it needs is missing.

        It could count, and it could be that of a group too small for it.
        """
        if level is None:
            return self.coded.level(None, "not rated in the file")
        needed = self._needed(column, subject) if column.has_sizes else None
        if needed is None:
            return self.coded.level(level, "")
        if students is None:
            where = self._place(row, self.plan.students)
            self.tally.diagnostics.append(say.unknown_number_of_students(where, column.scale))
            self.coded.doubts.append((subject.code, subject.doubt))
            return UNKNOWN
        if students < needed:
            return self.coded.level(None, too_few_note(students, needed))
        return self.coded.level(level, "")

    def _needed(self, column: LevelColumn, subject: Subject) -> Fraction | None:
        asked = column.scale, subject.group_name, self._kind(subject.code)
        if asked not in self._sizes:
            self._sizes[asked] = self.vocabulary.minimum_size(*asked, self.year)
        return self._sizes[asked]

    def _place(self, row: Row, placed: Placed | None = None) -> DataPlace:
        column = self.plan.header(placed) if placed else None
        return DataPlace(str(self.plan.file.path), row[0], column)


def _value_text(reading: Reading | None) -> str:
    """Return the content of a row as messages show it."""
    if reading is None:
        return "unknown"
    return f"`{reading.level}`" if reading.level is not None else "`not rated`"


def too_few_note(students: Fraction, needed: Fraction) -> str:
    """Return why a level does not count: `18 students; 30 needed`."""
    return f"{students} students; {needed} needed"


def _shown(code: str) -> str:
    return f"`{code}`" if code else "is blank"
