"""Plain records, for programs that have their data in other shapes than the state's files.

A record is a row about one indicator of one student group (or of the LEA) in one year, with its level or a number:

| column        | also          | value                                                                        |
|---------------|---------------|------------------------------------------------------------------------------|
| lea_code      | cds           | the LEA's code, as text with its leading zeros                               |
| year          |               | the year of the data                                                         |
| indicator     |               | its name or another name for it                                              |
| level         |               | the name of a level, `not rated` or `unknown`                                |
| number        |               | in place of a level: the name of a number, `last year's …` too           |
| value         |               | the number as people write it, exactly: 31, 46.9; `not rated` or `unknown`   |
| student_group |               | its code, name or another name; blank for an indicator of the LEA            |
| scale         |               | needed only where the level belongs to more than one scale of the indicator  |
| name, county  |               | what the LEA is called and where it is; may be missing                       |
| kind          |               | the kind of LEA; where it is missing, the code tells                         |
| belongs_to    |               | the code of what it belongs to, where kinds of LEA belong to one another     |

A vocabulary that calls an entity something else has that word for `lea_code`: `household_code`. A column that is named
by a fact of the entity holds the fact, so that a row may say all that there is to say of an entity in a year.

Silence: an LEA with a row on some indicator of a kind in a year is *not rated* on every indicator of that kind that
some row of the data names for that year. An indicator that no row of a year names is unknown to every LEA.
`not rated` or `unknown` without a scale says so on every scale of the indicator. A level on a scale that the year does
not report, or for a student group that the indicator is not reported for, is refused: no LEA can have it. Any other
level is taken as given: there is no test of the number of students. A number that belongs to no indicator has neither
indicator nor student group. Numbers make no silence: an indicator of which only numbers are given has no levels
or other numbers that are known.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import NoReturn

from attrs import define, field

from rulelang.core.record import FieldKey, LeaRecord, Reading
from rulelang.core.record_words import NOT_RATED, NOT_RATED_NOTE, UNKNOWN, WITHOUT_VALUE, RecordWords, folded, words_of
from rulelang.core.vocabulary import Indicator, Number, Scope, Vocabulary
from rulelang.data.cells import column_name
from rulelang.data.facts import Doubt, Facts
from rulelang.data.lea_codes import LeaCodes
from rulelang.data.numbers import can_be, value_of, wrong_value
from rulelang.data.record_files import (
    UnreadRow,
    both_values,
    code_columns,
    files_in,
    is_blank_row,
    known_columns,
    number_columns,
    rows_of_file,
    unread_columns,
)
from rulelang.data.record_row import RecordRow
from rulelang.data.report import DataError, DataSet, FileTally, ReadReport, RefusedRowError
from rulelang.data.said_once import SaidOnce, Subject
from rulelang.data.tables import HEADER_AGAIN
from rulelang.diagnostics.catalogue import ambiguity, names
from rulelang.diagnostics.catalogue import data as say
from rulelang.diagnostics.catalogue import records as say_record
from rulelang.diagnostics.catalogue.relations import stray_fact
from rulelang.diagnostics.diagnostic import Diagnostic
from rulelang.diagnostics.drawing import plain
from rulelang.diagnostics.source import DataPlace

RECORDS = "records"


def records_from_rows(vocabulary: Vocabulary, rows: Iterable[Mapping[str, object]], origin: str = "") -> DataSet:
    """Return the records of rows in the form this module describes; `origin` names them in messages.

    Rows are counted from 1. What is wrong with a row is among the diagnostics, every other row is still used, and
    nothing raises.
    """
    tally = FileTally(Path(origin or RECORDS), RECORDS)
    reader = _RecordReader(vocabulary, tally)
    for number, row in enumerate(rows, 1):
        reader.read(number, row)
    return DataSet(reader.records(), ReadReport((tally.report(),)), tuple(tally.said()), vocabulary)


def read_records(vocabulary: Vocabulary, path: Path) -> DataSet:
    """Return the records of a file, or of the files of records in a folder, with a message where it has none."""
    files = files_in(path)
    if not files:
        return DataSet((), ReadReport(), (say_record.no_record_files(str(path)),), vocabulary)
    return read_record_files(vocabulary, files)


def read_record_files(vocabulary: Vocabulary, paths: Sequence[Path]) -> DataSet:
    """Return the records of .csv, .json (a list, or one object a line) or .parquet files; none if a file is no use.

    The rows of a .csv file are counted from its top, so that a header in the first line is row 1. One of several files
    may have no rows, as what writes a folder in parts leaves it, but not all of them. What is wrong with a file or a
    row is among the diagnostics, and nothing raises.
    """
    reader = _RecordReader(vocabulary, FileTally(Path(RECORDS), RECORDS))
    tallies = [FileTally(path, RECORDS) for path in paths]
    records: tuple[LeaRecord, ...] = ()
    try:
        for left, reader.tally in zip(range(len(tallies), 0, -1), tallies, strict=True):
            others = left > 1 or any(one.used or one.refused for one in tallies)
            for number, row in rows_of_file(reader.tally, may_be_none=others):
                reader.read(number, row)
            reader.breaks_off |= bool(reader.tally.note)
        records = reader.records()
    except DataError as error:
        reader.tally.reject(error.diagnostics[0], "could not be read")
    said = tuple(one for tally in tallies for one in tally.said())
    return DataSet(records, ReadReport(tuple(tally.report() for tally in tallies)), said, vocabulary)


@define
class _RecordReader:
    vocabulary: Vocabulary
    tally: FileTally
    facts: Facts = field(init=False)
    _codes: LeaCodes = field(init=False)
    _words: RecordWords = field(init=False)
    _code_columns: tuple[str, ...] = field(init=False)
    _said: SaidOnce = field(init=False)
    _mentioned: set[tuple[int, str]] = field(factory=set)
    _known_columns: tuple[str, ...] = field(init=False)
    _number_columns: tuple[str, ...] = field(init=False)
    _warned: set[tuple[Path, str]] = field(factory=set)
    breaks_off: bool = False

    def __attrs_post_init__(self) -> None:
        self.facts = Facts(self.vocabulary)
        self._said = SaidOnce(self.facts)
        self._codes = LeaCodes(self.vocabulary)
        self._words = words_of(self.vocabulary)
        self._code_columns = code_columns(self.vocabulary)
        self._known_columns = known_columns(self.vocabulary)
        self._number_columns = number_columns(self.vocabulary)

    def read(self, number: int, row: object) -> None:
        """Use a row or refuse it; one of nothing but blanks is none, and one that repeats the header is ignored."""
        if is_blank_row(row):
            return
        place = DataPlace(str(self.tally.path), number)
        values = row.values if isinstance(row, UnreadRow) else row
        if not isinstance(values, Mapping):
            self.tally.refuse(say_record.record_is_no_row(place))
            return
        record = RecordRow(place, both_values((column_name(str(column)), value) for column, value in values.items()))
        self._warn_of_unread(record)
        try:
            code = self._read(record, row.diagnostic if isinstance(row, UnreadRow) else None)
        except RefusedRowError as refused:
            if record.is_header:
                self.tally.ignored[HEADER_AGAIN] += 1
            else:
                self._said.refused(record.place)
                self.tally.refuse(self._with_unread(refused.diagnostic, record))
                self._doubt(record, record.doubt)
        else:
            self._said.used(self.tally, code)

    def _doubt(self, record: RecordRow, doubt: Doubt | None) -> None:
        """Record that a row was refused, for the LEA it seems to be about, in its year or, if that is unknown, in all.

        The LEA is the one of the code, otherwise the one of the name; without either, it may be any.
        """
        if doubt is None:
            return
        code = next(filter(None, map(record.text, self._code_columns)), "")
        meant = code if self._codes.kind(code) or record.text("kind") else self._codes.meant(code)
        called = record.text("name"), record.text("county")
        year = self._words.years.get(record.text("year"))
        for one in self._words.years.values() if year is None else (year,):
            if meant:
                self.facts.doubt(meant, one, doubt)
                if year is not None and self._codes.kind(meant):
                    self.facts.saw(meant, one, "")
            else:
                about = self._words.indicators.get(folded(record.text("indicator")))
                self.facts.doubt_named(called, one, doubt if called[0] or about is None else Doubt(about.name))

    def _with_unread(self, wrong: Diagnostic, record: RecordRow) -> Diagnostic:
        """Return what is wrong with a row and, if a column is missing, the columns that nothing reads."""
        place = wrong.place
        if place is None or place.column is None or place.column in record.values:
            return wrong
        others = {*self._known_columns, *self._number_columns}  # what is called as a number is warned of, with the way
        unread = [column for column in record.values if column not in others]
        return say_record.without_column(wrong, place.column, unread)

    def _warn_of_unread(self, record: RecordRow) -> None:
        """Warn, once for a file, of each column that nothing reads though it may be meant to be read."""
        for column, help_text in unread_columns(self._known_columns, self._number_columns, record.values).items():
            self._warn_once(say_record.unread_column(record.at(column), column, help_text), column)

    def _warn_of_facts(self, record: RecordRow, code: str, columns: Mapping[str, tuple[str, Number]]) -> None:
        """Warn, once for a file, of each column with facts of other kinds of entity: no rule may ask for them."""
        kind = self.facts.kinds.get(code) or self._codes.kind_name(code)
        strange = [(column, fact) for column, (_, fact) in columns.items() if fact.kinds and kind not in fact.kinds]
        for column, fact in strange if kind else ():
            if folded(record.text(column)) not in ("", *WITHOUT_VALUE):
                self._warn_once(stray_fact(record.at(column), fact.name, fact.kinds, kind), column)

    def _warn_once(self, warning: Diagnostic, column: str) -> None:
        if (self.tally.path, column) not in self._warned:
            self._warned.add((self.tally.path, column))
            self.tally.diagnostics.append(warning)

    def records(self) -> tuple[LeaRecord, ...]:
        """Return the records once every row is read, which settles silence: all of a year's indicators are named.

        If a file breaks off, nobody knows whose rows are missing, and silence means nothing.
        """
        for year, indicator in self._mentioned:
            settle = self.facts.doubt_all if self.breaks_off else self.facts.cover
            settle(year, (indicator,))
        self.facts.leave_out(self._said.settle())
        return self.facts.records()

    def _read(self, record: RecordRow, wrong: Diagnostic | None) -> str:
        """Use a row, and return the code of the LEA that it is about; refuse it if something is `wrong` with it."""
        if wrong is not None:
            raise RefusedRowError(wrong)
        code, year = self._code(record), self._year(record)
        record.doubt = Doubt() if record.text("indicator") else None
        if self.vocabulary.numbers and (record.text("number") or record.text("value")):
            self._read_number(record, code, year)
            return code
        columns = self._fact_columns(record)
        if columns or (self.vocabulary.owners and not record.text("indicator")):
            self._read_facts(record, code, year, columns)
            if not record.text("indicator"):
                return code
        record.doubt = Doubt()
        indicator = self._indicator(record)
        self.facts.saw(code, year, indicator.kind)
        self._mentioned.add((year, indicator.name))
        record.doubt = Doubt(indicator.name)
        group = self._group(record, indicator, year)
        record.doubt = Doubt(indicator.name, group)
        try:
            scales, level = self._level(record, indicator, year)
        except RefusedRowError as refused:
            scales = self._scales(record, indicator) if record.text("scale") else ()
            self._refuse_unread(record, (code, year, group), [(indicator.name, scale) for scale in scales], refused)
        record.doubt = None
        if level not in (None, UNKNOWN) and group is not None and not indicator.is_reported_for(group):
            where = record.at("student_group")
            raise RefusedRowError(ambiguity.fact_of_other_group(where, group, indicator.name, indicator.only_groups))
        reading = self._reading(level, record)
        self._put(record, (code, year, group), {(indicator.name, scale): reading for scale in scales})
        return code

    def _reading(self, value: str | Fraction | None, record: RecordRow) -> Reading | None:
        """Return the reading of a value, None for not rated; None if the row says that it is unknown."""
        if value == UNKNOWN:
            return None
        origin = f"{plain(self.tally.path.name)}, row {record.place.row}"
        return Reading(value, NOT_RATED_NOTE if value is None else "", origin)

    def _put(self, record: RecordRow, subject: Subject, readings: Mapping[FieldKey, Reading | None]) -> None:
        """Keep the facts of a row, and the LEA's name in it; RefusedRowError if they have been given before."""
        self._said.put(self.tally, record.place, subject, readings)
        self.facts.name(subject[0], record.text("name"), record.text("county"))

    def _refuse_unread(
        self, record: RecordRow, subject: Subject, keys: Iterable[FieldKey], refused: RefusedRowError
    ) -> NoReturn:
        """Refuse a row whose value cannot be read, after keeping that it is unknown, whatever another row says."""
        try:
            self._said.put(self.tally, record.place, subject, dict.fromkeys(keys))
        except RefusedRowError:
            self.tally.diagnostics.append(refused.diagnostic)
            raise
        raise refused

    def _read_number(self, record: RecordRow, code: str, year: int) -> None:
        if record.text("level") or record.text("scale"):
            raise RefusedRowError(say_record.record_of_level_and_number(record.place))
        has_none = not record.text("indicator") and bool(self._words.numbers[""])
        record.doubt = Doubt()
        indicator = None if has_none else self._indicator(record)
        about = indicator.name if indicator else ""
        self.facts.saw(code, year, indicator.kind if indicator else "")
        record.doubt = Doubt(about) if indicator else None
        group = self._group_of_number(record, indicator, year)
        record.doubt = Doubt(about, group) if indicator else None
        name, number = self._number(record, about)
        try:
            value = self._value(record, about, name, number)
        except RefusedRowError as refused:
            self._refuse_unread(record, (code, year, group), [(about, name)], refused)
        record.doubt = None
        self._put(record, (code, year, group), {(about, name): self._reading(value, record)})

    def _fact_columns(self, record: RecordRow) -> Mapping[str, tuple[str, Number]]:
        """Return the columns of a row that are named by a fact of the entity, each with its name and the fact."""
        facts = self._words.facts
        return {column: facts[column] for column in record.values if column in facts} if facts else {}

    def _read_facts(self, record: RecordRow, code: str, year: int, columns: Mapping[str, tuple[str, Number]]) -> None:
        """Use a row with an entity and its facts, if any; a blank gives none. It is refused if no fact can be read.

        What cannot be read is unknown, whatever another row says of it.
        """
        self.facts.saw(code, year, "")
        found, wrong = dict[FieldKey, Reading | None](), list[RefusedRowError]()
        self._warn_of_facts(record, code, columns)
        given = {column: ("", fact[0]) for column, fact in columns.items() if record.text(column)}
        for column, key in given.items():
            reading: Reading | None = None
            try:
                reading = self._reading(self._value(record, *key, columns[column][1], column), record)
            except RefusedRowError as refused:
                wrong.append(refused)
            if found.setdefault(key, reading) != reading:
                found[key] = None
                wrong.append(RefusedRowError(say_record.two_values(record.at(column), key[1], column)))
        is_refused = bool(wrong) and not any(found.values()) and not record.text("indicator")
        self.tally.diagnostics.extend(one.diagnostic for one in wrong[is_refused:])
        if is_refused:
            self._refuse_unread(record, (code, year, None), found, wrong[0])
        self._put(record, (code, year, None), found)

    def _group_of_number(self, record: RecordRow, indicator: Indicator | None, year: int) -> str | None:
        if indicator is not None:
            return self._group(record, indicator, year)
        text = record.text("student_group")
        if text:
            place = record.at("student_group")
            raise RefusedRowError(say_record.record_needs_no_group(place, record.text("number"), text))
        return None

    def _number(self, record: RecordRow, indicator: str) -> tuple[str, Number]:
        """Return the name of a row's number as the vocabulary writes it, and what the vocabulary says of the number."""
        text = record.needed("number")
        names = self._words.numbers.get(indicator, {})
        found = names.get(folded(text))
        if found is None:
            what = f"a number of {indicator}" if indicator else "a number of the LEA"
            known = list(dict.fromkeys(name for name, _ in names.values()))
            raise RefusedRowError(say_record.unknown_record_word(record.at("number"), what, text, known))
        return found

    def _value(
        self, record: RecordRow, indicator: str, name: str, number: Number, column: str = "value"
    ) -> str | Fraction | None:
        """Return the number, date or text a row gives, exactly, or `UNKNOWN`; None for not rated."""
        given = record.values.get(column)
        text = record.needed(column)
        if folded(text) in WITHOUT_VALUE:
            return WITHOUT_VALUE[folded(text)]
        counts = name in self._words.counts[indicator]
        value = given if isinstance(given, Fraction) and number.type.is_numeric else value_of(number, text)
        if not can_be(number, value, counts=counts):
            raise RefusedRowError(wrong_value(record.at(column), name, text, value, number, counts=counts))
        return value

    def _code(self, record: RecordRow) -> str:
        columns = self._code_columns
        code = record.needed(*columns)
        if {record.text(column) for column in columns} - {code, ""}:
            both = " and ".join(map(record.text, columns))
            raise RefusedRowError(self._codes.complaint(both, record.at(columns[0])))
        kind = record.text("kind")
        if kind and folded(kind) not in self._words.kinds:
            known = [one.name for one in self.vocabulary.kinds]
            what = f"a kind of {self.vocabulary.entity}"
            raise RefusedRowError(say_record.unknown_record_word(record.at("kind"), what, kind, known))
        only = self.vocabulary.kinds[0] if len(self.vocabulary.kinds) == 1 else None
        if not kind and only is not None and not only.code_pattern:
            kind = only.name
        if self._codes.kind(code) is None and not (kind and self._codes.may_be_given(code)):
            raise RefusedRowError(self._codes.complaint(code, record.at(columns[0])))
        owner = record.text("belongs_to")
        if kind:
            self._said.word(record.place, code, "kind", self._words.kinds[folded(kind)])
            self.facts.kinds[code] = self._words.kinds[folded(kind)]
        if owner:
            self._said.word(record.place, code, "belongs_to", owner)
            self.facts.belongs_to[code] = owner
        return code

    def _year(self, record: RecordRow) -> int:
        text = record.needed("year")
        found = self._words.years.get(text)
        if found is None:
            shown = [str(year) for year in self.vocabulary.years]
            raise RefusedRowError(say_record.unknown_record_word(record.at("year"), "a known year", text, shown))
        return found

    def _indicator(self, record: RecordRow) -> Indicator:
        text = record.needed("indicator")
        found = self._words.indicators.get(folded(text))
        if found is None:
            known = [one.name for one in self.vocabulary.indicators]
            raise RefusedRowError(say_record.unknown_record_word(record.at("indicator"), "an indicator", text, known))
        return found

    def _group(self, record: RecordRow, indicator: Indicator, year: int) -> str | None:
        text = record.text("student_group")
        place = record.at("student_group")
        if indicator.scope is Scope.LEA:
            if text:
                raise RefusedRowError(say_record.record_needs_no_group(place, indicator.name, text))
            return None
        if not text:
            raise RefusedRowError(say_record.record_needs_group(place, indicator.name))
        name = self._words.groups.get(folded(text))
        if name is None:
            known = [group.name for group in self.vocabulary.groups_in(year)]
            raise RefusedRowError(say_record.unknown_record_word(place, "a student group", text, known))
        group = self.vocabulary.group(name)
        if year not in group.years:
            raise RefusedRowError(say.group_not_in_year(place, group.code, name, year))
        return name

    def _level(self, record: RecordRow, indicator: Indicator, year: int) -> tuple[tuple[str, ...], str | None]:
        """Return the scales a row is about and its level, or `UNKNOWN`; None for not rated."""
        scales = self._scales(record, indicator)
        text = record.needed("level")
        if folded(text) in WITHOUT_VALUE:
            return scales, WITHOUT_VALUE[folded(text)]
        found = self._words.levels_named(scales, text)
        place = record.at("level")
        if not found:
            levels = [NOT_RATED, UNKNOWN, *(level for scale in scales for level in self.vocabulary.scale(scale).levels)]
            raise RefusedRowError(say_record.unknown_record_word(place, f"a level of {indicator.name}", text, levels))
        reported = [scale for scale in scales if indicator.reports(scale, year) or year in self.vocabulary.suspended]
        of_year = [(scale, level) for scale, level in found if scale in reported]
        if not of_year:
            has = [level for scale in reported for level in self.vocabulary.scale(scale).levels]
            raise RefusedRowError(names.level_not_in_year(place, found[0][1], indicator.name, year, has))
        if len(of_year) > 1:
            raise RefusedRowError(say_record.ambiguous_record_level(place, text, [scale for scale, _ in of_year]))
        [(scale, level)] = of_year
        return (scale,), level

    def _scales(self, record: RecordRow, indicator: Indicator) -> tuple[str, ...]:
        """Return the scales a level may be on: the one the row names, or all the indicator has."""
        text = record.text("scale")
        found = self._words.scales_named(indicator, text)
        if text and not found:
            known = list(indicator.scales)
            raise RefusedRowError(say_record.unknown_record_word(record.at("scale"), "a scale", text, known))
        return found
