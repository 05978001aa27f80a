"""Reads the rows of one published file: each is used, ignored for a reason, or refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from operator import itemgetter
from pathlib import Path
from typing import NoReturn

from attrs import define, field, frozen

from rulelang.core.record import FieldKey, Reading
from rulelang.core.record_words import folded
from rulelang.core.vocabulary import Indicator, Scope, StudentGroup, Vocabulary
from rulelang.data import layout as lay
from rulelang.data.alike_rows import AlikeRows, Said, alike_rows
from rulelang.data.cells import exact
from rulelang.data.coded import UNKNOWN, CodedFile, CodedRows
from rulelang.data.facts import Doubt
from rulelang.data.layout import Placed
from rulelang.data.lea_codes import OF_TOTALS, LeaCodes
from rulelang.data.plan import FilePlan, LevelColumn, groups_by_code, indicators_of
from rulelang.data.report import FileTally, RefusedRowError
from rulelang.data.row_numbers import RowNumbers, Written
from rulelang.data.text_rows import LineRows, Row
from rulelang.diagnostics.catalogue import data as say
from rulelang.diagnostics.diagnostic import Diagnostic
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

    `leans` says whether a row was refused because of the content of another file.
    """

    vocabulary: Vocabulary
    plan: FilePlan
    tally: FileTally
    codes: LeaCodes
    files: FilesRead
    coded: CodedFile = field(factory=CodedFile)
    leans: bool = False
    _alike: AlikeRows | None = field(default=None, init=False)
    year: int = field(init=False)
    numbers: RowNumbers = field(init=False)
    _groups: dict[str, StudentGroup] = field(init=False)
    _left_out: dict[str, str] = field(init=False)
    _indicators: dict[str, Indicator] = field(init=False)
    _reported: Sequence[Indicator] = field(init=False)
    _only: Indicator | None = field(init=False)
    _others: frozenset[str] = field(init=False)
    _sizes: dict[tuple[str, str | None, str], Fraction | None] = field(factory=dict)

    def __attrs_post_init__(self) -> None:
        file = self.plan.file
        self.year = file.year
        self.numbers = RowNumbers(self.vocabulary, self.plan)
        self._groups = groups_by_code(self.vocabulary.groups)
        left_out = file.layout.left_out_of(file.year).items()
        self._left_out = {folded(code): f"student group {_shown(code)}: {why}" for code, why in left_out}
        indicators = indicators_of(self.vocabulary, file)
        self._indicators = {folded(word): one for one in indicators for word in (one.name, *one.in_files)}
        self._reported = [one for one in self._indicators.values() if self.plan.is_reported(one.name)]
        self._only = self.vocabulary.indicator(file.indicator) if file.indicator else None
        others = (one for one in self.vocabulary.indicators_of(file.layout.kind) if one.name != file.indicator)
        self._others = frozenset(folded(word) for one in others for word in (one.name, *one.aliases, *one.in_files))

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
        """Record that a row was refused, for the LEA it seems to be about: by its code, otherwise by its name.

        A row whose cells may be in other columns says neither what an LEA is called nor where it is. It shows that
        there is an LEA only where a single code is near the column of codes.
        """
        if doubt is None:
            return
        plan, is_whole = self.plan, not self.plan.may_be_shifted(cells)
        texts = [plan.code.text(cells)] if is_whole else plan.near_code(cells)
        meant = (text if self.codes.kind(text) else self.codes.meant(text) for text in texts)
        codes = list(dict.fromkeys(filter(None, meant)))
        for code in codes:
            called = plan.called(cells) if is_whole else ("", "")
            self.coded.doubt(code, called, doubt, is_there=not plan.keep.headers and len(codes) == 1)
        if not codes:
            name, county = plan.called(cells)
            words = next(
                (text for text in texts if text and not any(map(str.isdigit, text))), ""
            )  # of a total, or a note
            self.coded.doubt("", (name or words, county if is_whole else ""), doubt, is_there=False)

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
        code, file = self.plan.code.text(row[1]), str(self.plan.file.path)
        if wrong_year is not None and not any(map(str.isdigit, code)):  # a total, or a note
            wrong_year = self.codes.complaint(code, self._place(row, self.plan.code))
        if wrong_year is not None:
            raise RefusedRowError(wrong_year, self.whole_file)
        if self.plan.year.is_other(row[1]):
            return OTHER_YEAR
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
            self._alike.keep(row[1], self.codes.kind_name(code), said)
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
        kind = self.codes.kind(code)
        if kind is None:
            raise RefusedRowError(self.codes.complaint(code, self._place(row, self.plan.code)), self.whole_file)
        if not self.coded.is_named(code):
            if OF_TOTALS.fullmatch(code) and kind.code_pattern != code and code not in self.coded.places:
                self.tally.diagnostics.append(say.code_of_one_digit(self._place(row, self.plan.code), code))
            self.coded.name(code, *(("", "") if self.plan.may_be_shifted(row[1]) else self.plan.called(row[1])))
        return code

    def _lea_of(self, row: Row) -> tuple[int, str]:
        """Return the place of the LEA of a row, and its kind."""
        code = self._code(row)
        return self.coded.places[code], self.codes.kind_name(code)

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
        """Code the levels and numbers of a row; return the table, the student group and these.

        What a cell says that cannot be read is unknown, and the row is refused if that is all there is. A row whose
        cells may be in other columns is refused for one such cell.
        """
        name, wrong = subject.indicator.name, list[Diagnostic]()
        numbers = self.numbers.read(row, name, subject.code, wrong)
        said = [UNKNOWN if number is None else self.coded.number(*number) for number in numbers]
        students = self._students(row, subject, numbers, wrong)
        said.extend(self._said(row, column, subject, students, wrong) for column in self.plan.levels[name])
        if wrong and (not any(said) or self.plan.may_be_shifted(row[1])):
            raise RefusedRowError(wrong[0], subject.doubt)
        table = self.coded.table(name, self.plan)
        about = self.coded.subject(subject.code, subject.group_name)
        self._doubt_values(subject, wrong)
        earlier = list(self._earlier(subject, table, about))
        if earlier:
            self._refuse_repeated(row, subject, self.coded.readings(table, said), earlier)
        table.add(about, row[0], said)
        if not self.coded.is_named(subject.code):  # the row is too wide, but right
            self.coded.name(subject.code, *self.plan.called(row[1]))
        return table, about[1], tuple(said)

    def _doubt_values(self, subject: Subject, wrong: Sequence[Diagnostic]) -> None:
        """Keep the messages about values that are unknown, though the row is about them."""
        self.tally.diagnostics.extend(wrong)
        if wrong:
            self.coded.doubts.append((subject.code, subject.doubt))

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

    def _students(
        self, row: Row, subject: Subject, numbers: Sequence[Written | None], wrong: list[Diagnostic]
    ) -> Fraction | None:
        """Return the number of students, or None if the file does not say."""
        for column, number in zip(self.plan.numbers[subject.indicator.name], numbers, strict=True):
            if column.name == lay.STUDENTS:
                return number[1] if number else None
        text = self.plan.text(self.plan.students, row[1])
        students = exact(text) if text else None
        if text and (students is None or students.numerator < 0 or students.denominator > 1):
            wrong.append(say.not_a_number(self._place(row, self.plan.students), "students", text))
            return None
        return students

    def _said(  # a row, where in it, what of, and how many students there are
        self, row: Row, column: LevelColumn, subject: Subject, students: Fraction | None, wrong: list[Diagnostic]
    ) -> int:
        """Return the place of a level among the values; UNKNOWN if nobody knows which it is, or whether it counts.

        If the number of students it needs is missing, it could count, and it could be that of a group too small for it.
        """
        text = self.plan.text(column.placed, row[1])
        code = text if text in column.codes else folded(text)
        if code not in column.codes:
            where = self._place(row, column.placed)
            wrong.append(say.unknown_level_code(where, column.scale, text, column.written))
            return UNKNOWN
        level = column.codes[code]
        if level is None:
            return self.coded.level(None, "not rated in the file")
        needed = self._needed(column, subject) if column.has_sizes else None
        if needed is None:
            return self.coded.level(level, "")
        if students is None:
            if not self.plan.text(self.plan.students, row[1]):  # otherwise there is a message about it
                where = self._place(row, self.plan.students)
                self._doubt_values(subject, [say.unknown_number_of_students(where, column.scale)])
            return UNKNOWN
        if students < needed:
            return self.coded.level(None, too_few_note(students, needed))
        return self.coded.level(level, "")

    def _needed(self, column: LevelColumn, subject: Subject) -> Fraction | None:
        asked = column.scale, subject.group_name, self.codes.kind_name(subject.code)
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
