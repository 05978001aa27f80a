"""Results as a wide table: a row for each LEA and student group, a column for each indicator, count and priority."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Final

from attrs import frozen

from rulelang.analysis.level_tables import number_cell, numbers_read, place_of_lea
from rulelang.analysis.result_tables import ResultTable
from rulelang.core.record import FieldKey, LeaRecord, YearFacts
from rulelang.core.ruleset import Ruleset
from rulelang.core.types import fact_type
from rulelang.core.vocabulary import Scope, StudentGroup
from rulelang.data.shared_rows import Cell
from rulelang.engine.determination import Determination, GroupResult, determine_all
from rulelang.engine.evaluate import evaluate_all
from rulelang.engine.levels import LevelResult, Worked, results_of, worked_out
from rulelang.engine.steps import Prepared
from rulelang.engine.wording import answer_text, decimals_in

WIDE: Final = "student_groups"
"""The name of the wide table."""

Row = dict[str, Cell]

PLACE_COLUMNS: Final = ("cds", "lea", "county", "kind", "year")

_NO_FACTS: Final = YearFacts()


def wide_table(prepared: Prepared, records: Iterable[LeaRecord]) -> ResultTable:
    """Return the wide table of LEAs, in the order given: of their levels where the rules report these."""
    if prepared.ruleset.reports_levels:
        return wide_of(prepared, (one for each in evaluate_all(prepared, records) for one in results_of(each)))
    return wide_of(prepared, determine_all(prepared, records))


def wide_of(prepared: Prepared, results: Iterable[Determination | LevelResult]) -> ResultTable:
    """Return a row for each LEA and student group of the year, in the order given, and no row where there is none.

    After the LEA, the group and the determination it has what the data say on each indicator that the rules read of
    the year: a level, `not rated`, or None if that is unknown, and the counts behind it that the records hold; and
    then yes, no or `cannot tell` for each priority. A value of the LEA as a whole is in the row of every
    group. What rules work out has a column too: a measure, or a level with its number and the counts that they read.
    """
    held = list(results)
    levels = [one for one in held if isinstance(one, LevelResult)]
    if levels or prepared.ruleset.reports_levels:
        return _of_levels(prepared.ruleset, levels)
    determinations = [one for one in held if isinstance(one, Determination)]
    counts = _counts_in(prepared.ruleset, [one.record for one in determinations])
    columns = _columns(prepared, counts)
    worked = [(one.indicator, _results(prepared.ruleset, one)) for one in worked_out(prepared.ruleset)]
    rows = [
        _of_group(one, result, columns) | measures
        for one in determinations
        for result, measures in zip(one.groups, _measures_of(one, worked), strict=True)
    ]
    named = [title for _, results in worked for title in results]
    priorities = map(_priority, prepared.ruleset.priorities)
    return _table((*PLACE_COLUMNS, "determination", "student_group", *columns, *named, *priorities), rows)


def _table(columns: Iterable[str], rows: Iterable[Row]) -> ResultTable:
    names = tuple(dict.fromkeys(columns))
    return ResultTable(WIDE, names, [tuple(row[name] for name in names) for row in rows])


def _priority(number: int) -> str:
    return f"Priority {number}"


def _place(ruleset: Ruleset, record: LeaRecord, group: StudentGroup | None, determination: str | None = None) -> Row:
    row: Row = dict(zip(PLACE_COLUMNS, place_of_lea(ruleset, record), strict=True))
    if determination is not None:
        row["determination"] = determination
    row["student_group"] = group.code if group is not None else ""
    return row


# ---- Counts ----


@frozen
class _Count:
    """A number of student groups in the records; it `is_whole` where all its values are."""

    key: FieldKey
    is_whole: bool = True

    @property
    def name(self) -> str:
        """Return the name of its column."""
        return " ".join(self.key).strip()

    def cell(self, record: LeaRecord, year: int, group: StudentGroup | None) -> Cell:
        """Return the number as it is written, None if the record has none; one of the LEA holds for its groups."""
        facts = record.years.get(year, _NO_FACTS)
        of_group = facts.groups.get(group.name, {}) if group is not None else {}
        reading = of_group.get(self.key) or facts.lea.get(self.key)
        value = reading.level if reading is not None else None
        if isinstance(value, Fraction):
            return int(value) if self.is_whole else number_cell(value)
        return value


def _counts_in(ruleset: Ruleset, records: Iterable[LeaRecord]) -> list[_Count]:
    """Return the numbers that records hold for the year, in order of appearance."""
    scales = {scale.name for scale in ruleset.vocabulary.scales}
    whole: dict[FieldKey, bool] = {}
    for record in records:
        facts = record.years.get(ruleset.year, _NO_FACTS)
        for readings in (*facts.groups.values(), facts.lea):
            for key, reading in readings.items():
                if key[1] not in scales:
                    is_whole = not isinstance(reading.level, Fraction) or reading.level.denominator == 1
                    whole[key] = whole.get(key, True) and is_whole
    return [_Count(key, is_whole) for key, is_whole in whole.items()]


# ---- Determinations ----


@frozen
class _Level:
    """What the data say on an indicator of the year, and the step that reads it."""

    key: FieldKey
    position: int
    scope: Scope

    def cell(self, one: Determination, group: StudentGroup) -> Cell:
        """Return the level, `not rated`, or None if that is unknown."""
        index = one.evaluation.prepared.group_index[group.name] if self.scope is Scope.GROUP else None
        value = one.evaluation.at(self.position, index)
        return None if value is None else answer_text(value)


def _columns(prepared: Prepared, counts: Iterable[_Count]) -> Mapping[str, _Level | _Count]:
    """Return what the columns hold by their names: the levels of each indicator, and then its counts."""
    words = prepared.ruleset.vocabulary
    several = {indicator.name for indicator in words.indicators if len(indicator.scales) > 1}
    year = prepared.ruleset.year
    read = {(asked.key, asked.scope): at for at, asked in prepared.fields.items() if asked.year == year}
    levels = [_Level(key, at, scope) for (key, scope), at in read.items() if fact_type(words, key) is None]
    asked_for = dict.fromkeys(key for key, _ in read if fact_type(words, key) is not None)
    counts = {**{key: _Count(key) for key in asked_for}, **{one.key: one for one in counts}}.values()
    order = {indicator.name: at for at, indicator in enumerate(words.indicators)}
    named: list[tuple[str, _Level | _Count]] = [
        (one.key[0] if one.key[0] not in several else " ".join(one.key), one) for one in levels
    ]
    named.extend((one.name, one) for one in counts)
    return dict(sorted(named, key=lambda pair: order.get(pair[1].key[0], len(order))))


def _of_group(one: Determination, result: GroupResult, columns: Mapping[str, _Level | _Count]) -> Row:
    row = _place(one.ruleset, one.record, result.group, one.outcome)
    for name, column in columns.items():
        if isinstance(column, _Count):
            row[name] = column.cell(one.record, one.year, result.group)
        else:
            row[name] = column.cell(one, result.group)
    for number in one.ruleset.priorities:
        unsure = answer_text(None) if number in result.uncertain else "no"
        row[_priority(number)] = "yes" if number in result.priorities else unsure
    return row


def _measures_of(one: Determination, worked: Sequence[tuple[str, Mapping[str, _Result]]]) -> Iterator[Row]:
    """Yield the measures for the row of each student group: its own, or else those of the LEA."""
    found = {(result.indicator, result.group): result for result in results_of(one.evaluation)} if worked else {}
    for group in (result.group for result in one.groups):
        row: Row = {}
        for indicator, titles in worked:
            held = [result for of in (None, group) if (result := found.get((indicator, of))) is not None]
            row |= {title: _cell_in(held, result) for title, result in titles.items()}
        yield row


def _cell_in(held: Sequence[LevelResult], column: _Result) -> Cell:
    return next((column.cell(one) for one in held if column.name in one.numbers), None)


# ---- Levels ----


@frozen
class _Result:
    """A level that is worked out, or with its decimals a measure."""

    name: str
    decimals: int | None = None

    def cell(self, one: LevelResult) -> Cell:
        """Return the level, `not rated` or `cannot tell`; of a measure the number, None if there is none."""
        if self.decimals is None:
            return answer_text(one.levels[self.name])
        return number_cell(one.numbers.get(self.name), self.decimals) or None


def _of_levels(ruleset: Ruleset, results: Sequence[LevelResult]) -> ResultTable:
    """Return a row for each LEA and student group, from the results of its indicators."""
    records = {one.evaluation.record.code: one.evaluation.record for one in results}
    held = {one.key: one for one in _counts_in(ruleset, records.values())}
    read = [(indicator, name) for name, indicators in numbers_read(ruleset).items() for indicator in indicators]
    counts = [held.get(key, _Count(key)) for key in read]
    worked: dict[str, dict[str, _Result]] = {}
    for of in worked_out(ruleset):
        worked.setdefault(of.indicator, {}).update(_results(ruleset, of))
    named = {name: [one for one in counts if one.key[0] == name] for name in worked}
    blank: Row = {title: None for name in worked for title in (*worked[name], *(one.name for one in named[name]))}
    rows: dict[tuple[str, str], Row] = {}
    for one in results:
        record, code = one.evaluation.record, one.group.code if one.group is not None else ""
        if (record.code, code) not in rows:
            rows[record.code, code] = _place(ruleset, record, one.group) | blank
        row = rows[record.code, code]
        row |= {title: result.cell(one) for title, result in worked[one.indicator].items()}
        row |= {count.name: count.cell(record, ruleset.year, one.group) for count in named[one.indicator]}
    return _table((*PLACE_COLUMNS, "student_group", *blank), rows.values())


def _results(ruleset: Ruleset, worked: Worked) -> Mapping[str, _Result]:
    """Return what is worked out of an indicator by the names of its columns: each level behind its number."""
    found: dict[str, _Result] = {}
    for scale in worked.scales:
        if scale in worked.measures:
            found[f"{worked.indicator} {scale} number"] = _measure(ruleset, scale, worked.measures[scale])
        found[f"{worked.indicator} {scale}"] = _Result(scale)
    for name, definition in worked.measures.items() if not worked.scales else ():
        found[f"{worked.indicator} {name}".strip()] = _measure(ruleset, name, definition)
    return found


def _measure(ruleset: Ruleset, name: str, definition: str) -> _Result:
    return _Result(name, decimals_in(ruleset, ruleset.definitions[ruleset.year, definition].node))
