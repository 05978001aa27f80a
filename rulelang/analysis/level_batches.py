"""The table of levels or measures of many LEAs, read from the columns of their batches.

A row is about an LEA, a student group and an indicator, or a measure of one. All rows of a batch about the same student
group and indicator are a *slot*, in which every LEA has a place whether it has such a row or not. The slots,
interleaved, are the rows of the batch in the order of the LEAs.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cache, reduce
from itertools import compress, repeat
from operator import mul, or_
from typing import Final, TypeAlias

from attrs import define, field, frozen

from rulelang.analysis.level_tables import (
    LEVELS,
    MEASURE_COLUMNS,
    MEASURES,
    decimal_cell,
    has_levels,
    level_columns,
    number_cell,
    numbers_read,
    place_of_lea,
    reasons_cell,
    worth_a_column,
)
from rulelang.analysis.result_tables import ResultTable
from rulelang.analysis.scanned_facts import over_records
from rulelang.core.fact_types import FactType
from rulelang.core.record import LeaRecord
from rulelang.core.tree import Value
from rulelang.core.types import type_of
from rulelang.core.vocabulary import Scope
from rulelang.data.scan import Connection
from rulelang.data.shared_rows import PLACES, Block, Row, SharedRows
from rulelang.diagnostics.dates import date_cell
from rulelang.engine.alike import Alike, Memo
from rulelang.engine.choices import as_names, known_rows
from rulelang.engine.columns import Column, Numbers, decoded, flags, rows_at, value_at
from rulelang.engine.evaluate import BatchEvaluation, evaluate_batches
from rulelang.engine.level_reasons import reason_of
from rulelang.engine.levels import Worked, groups_covered, indicators_read, is_of_groups, weakest_mark, worked_out
from rulelang.engine.steps import Prepared
from rulelang.engine.trace import occurrence_of
from rulelang.engine.wording import answer_text, decimals_in

LEAS_A_SCAN: Final = 1024
"""How many LEAs of plain records are evaluated at once: enough to share texts among them, few enough for memory."""

Covered = Mapping[str, int]
"""The student groups of LEAs that the data of the year cover, for each indicator, as rows."""

Codes: TypeAlias = "array[int]"
"""For each row the place of its cells in a block; 0 is blank."""


def level_table(prepared: Prepared, records: Iterable[LeaRecord]) -> ResultTable:
    """Return a row for each LEA, student group and indicator, in the order given; of measures alone one for each."""
    collecting = LevelBatches(prepared)
    for batch in evaluate_batches(prepared, records):
        collecting.add(batch.records, batch)
    return collecting.table()


def levels_over(prepared: Prepared, connection: Connection) -> ResultTable:
    """Return the levels of the plain records of a connection, by the codes of the LEAs.

    Raises NotUnderstoodError if a record is wrong, there twice, or worded so that only the reader makes it out.
    """
    return over_records(prepared, connection, LEAS_A_SCAN, lambda: LevelBatches(prepared)).table()


def _covered_in_records(batch: BatchEvaluation) -> Covered:
    index, ruleset, found = batch.prepared.group_index, batch.prepared.ruleset, dict[str, list[int]]()
    year = ruleset.year
    for lea, record in enumerate(batch.records):
        for indicator, name in groups_covered(ruleset, record.years[year]) if year in record.years else ():
            found.setdefault(indicator, []).append(index[name] * batch.shape.size + lea)
    return {indicator: rows_at(rows) for indicator, rows in found.items()}


def _covered_in_facts(batch: BatchEvaluation) -> Covered:
    found: dict[str, int] = {}
    for (year, (indicator, _), of_groups), column in batch.facts.fields.items():
        if of_groups and year == batch.prepared.ruleset.year:
            found[indicator] = found.get(indicator, 0) | known_rows(column)
    return found


@frozen(eq=False)
class _Rows:
    """The rows of a batch that are about an indicator: `covered` of so many."""

    batch: BatchEvaluation
    among: Alike
    covered: int
    length: int

    def column(self, position: int) -> Column:
        """Return the column of a step; what holds of an LEA holds of each of its groups."""
        column, of_lea = self.batch.columns[position], self.batch.prepared.steps[position].scope is Scope.LEA
        return self.batch.shape.spread_column(column) if of_lea and self.among.of_groups else column


Make = Callable[[_Rows], Codes]
"""Makes the codes of a block for rows of a batch."""

Cells = Callable[[int, int, int], Row]
"""Writes a number, given its numerator, its denominator, and how many decimals it is rounded to."""


def _codes(length: int) -> Codes:
    return array(PLACES, bytes(array(PLACES).itemsize * length))


def _blank(rows: _Rows) -> Codes:
    return _codes(rows.length)


def _measure(block: Block, position: int, decimals: int, cells: Cells, blank: Row) -> Make:
    """Return what makes the codes of a measure: blank for what has no value; few are different."""
    texts = _names(block, position, lambda value: (value,) * len(blank) if isinstance(value, str) else blank)

    def codes(rows: _Rows) -> Codes:
        column = rows.column(position)
        if not isinstance(column, Numbers):
            return texts(rows)
        known, tops, bottoms = flags(column.known, rows.length), column.tops, column.bottoms
        if isinstance(bottoms, int):
            places = {top: block.place(cells(top, bottoms, decimals)) for top in set(compress(tops, known))}
            return array(PLACES, map(mul, map(places.get, tops, repeat(0)), known))
        pairs = list(zip(tops, bottoms, strict=True))
        places_of_pairs = {one: block.place(cells(*one, decimals)) for one in set(compress(pairs, known))}
        return array(PLACES, map(mul, map(places_of_pairs.get, pairs, repeat(0)), known))

    return codes


def _names(block: Block, position: int, cells: Callable[[Value], Row]) -> Make:
    """Return what makes the codes of a level or a text, given its cells."""

    def place(value: Value) -> int:
        return block.place(cells(value))

    def codes(rows: _Rows) -> Codes:
        column = as_names(rows.column(position))
        found = decoded(column, rows.length)
        if found is None:  # more levels than a byte has values
            return array(PLACES, [place(value_at(column, row)) for row in range(rows.length)])
        places = [place(value) for value in found.values]
        return array(PLACES, [places[code] for code in found.codes])

    return codes


def _marks(block: Block, memo: Memo) -> Make:
    """Return what makes the codes of how sure a level or a measure is."""

    def codes(rows: _Rows) -> Codes:
        found = _blank(rows)
        for mark, some in rows.among.placed(rows.covered, memo):
            place = block.place((mark,))
            for row in some if place else ():
                found[row] = place
        return found

    return codes


def _reasons(block: Block, memos: Mapping[str, tuple[int, Memo]], cell: Callable[[Mapping[str, str]], str]) -> Make:
    """Return what makes the codes of why there is no level, or no number; `cell` makes one text of those by name."""

    @cache
    def place(*texts: str) -> int:
        return block.place((cell({name: text for name, text in zip(memos, texts, strict=True) if text}),))

    def texts_of(rows: _Rows, position: int, memo: Memo) -> list[str]:
        texts, column = [""] * rows.length, rows.column(position)
        present = column.known if isinstance(column, Numbers) else as_names(column).present
        for text, some in rows.among.placed(rows.covered & ~present, memo):
            for row in some:
                texts[row] = text
        return texts

    def codes(rows: _Rows) -> Codes:
        texts = [texts_of(rows, *of) for of in memos.values()]
        return array(PLACES, map(place, *texts)) if texts else _blank(rows)

    return codes


@frozen
class _Line:
    """What is worked out of an indicator in one row: its cells behind the student group, and its blocks."""

    called: Row
    columns: Sequence[Make] = field(repr=False)


@frozen
class _Plan:
    """The lines of each indicator, and the blocks of the table; the first two name the LEA and the subject of a row."""

    prepared: Prepared
    blocks: list[Block] = field(factory=lambda: [Block(), Block()], repr=False)
    read: tuple[str, ...] = field(init=False)
    cells: Cells = field(init=False, repr=False)

    @read.default
    def _numbers_read(self) -> tuple[str, ...]:
        return tuple(numbers_read(self.prepared.ruleset))

    @cells.default
    def _cells(self) -> Cells:
        """Return what writes each number only once, whatever it is the number of."""
        ways = (number_cell,) if has_levels(self.prepared.ruleset) else (decimal_cell, number_cell)
        return cache(lambda top, below, decimals: tuple(way(Fraction(top, below), decimals) for way in ways))

    def lines(self) -> Sequence[tuple[Worked, Sequence[_Line]]]:
        """Return the lines, and make the blocks behind the first two."""
        ruleset = self.prepared.ruleset
        worked = worked_out(ruleset)
        if has_levels(ruleset):
            blocks = [self._block() for title, of in worth_a_column(ruleset) for _ in range(1 if of else 2)]
            blocks.extend(self._block() for _ in self.read)
            last = self._block()
            return [(one, [self._line_of_levels(one, iter(blocks), last)]) for one in worked]
        measures, marks, reasons = self._block(("", "")), self._block(), self._block()
        return [
            (one, [self._line_of_measure(one, name, (measures, marks, reasons)) for name in one.measures])
            for one in worked
        ]

    def _block(self, blank: Row = ("",)) -> Block:
        block = Block()
        block.place(blank)
        self.blocks.append(block)
        return block

    def _line_of_levels(self, worked: Worked, blocks: Iterator[Block], last: Block) -> _Line:
        columns: list[Make] = []
        for title, measure in worth_a_column(self.prepared.ruleset):
            level = next(blocks)
            if measure:
                columns.append(self._numbers(level, worked, measure))
                continue
            mark, definition = next(blocks), worked.scales.get(title)
            if definition is None:
                columns.extend([_blank, _blank])
            else:
                columns.append(_names(level, self._position(definition), lambda value: (answer_text(value),)))
                columns.append(_marks(mark, self._marks(definition)))
        columns.extend(self._number_read(next(blocks), worked.indicator, name) for name in self.read)
        memos = {name: self._reason(definition) for name, definition in (worked.scales or worked.measures).items()}
        return _Line((worked.indicator,), [*columns, _reasons(last, memos, reasons_cell)])

    def _line_of_measure(self, worked: Worked, name: str, blocks: tuple[Block, Block, Block]) -> _Line:
        measures, marks, reasons = blocks
        definition = worked.measures[name]
        columns: list[Make] = [
            self._numbers(measures, worked, name),
            _marks(marks, self._marks(definition)),
            _reasons(reasons, {name: self._reason(definition)}, lambda found: "".join(found.values())),
        ]
        return _Line((worked.indicator, name), columns)

    def _numbers(self, block: Block, worked: Worked, name: str) -> Make:
        definition = worked.measures.get(name)
        if definition is None:
            return _blank
        ruleset = self.prepared.ruleset
        node = ruleset.definitions[ruleset.year, definition].node
        cells, blank = self.cells, ("",) if has_levels(ruleset) else ("", "")
        if type_of(node, ruleset.vocabulary, ruleset.referred) is FactType.DATE:
            cells = cache(lambda top, below, _: (date_cell(Fraction(top, below)),) * len(blank))
        return _measure(block, self._position(definition), decimals_in(ruleset, node), cells, blank)

    def _number_read(self, block: Block, indicator: str, name: str) -> Make:
        """Return what makes the codes of a number of the files; blank for an indicator of which it is not read."""
        year, key = self.prepared.ruleset.year, (indicator, name)
        read = [at for at, asked in self.prepared.fields.items() if (asked.year, asked.key) == (year, key)]
        return _measure(block, read[0], 0, self.cells, ("",)) if read else _blank

    def _position(self, definition: str) -> int:
        return self.prepared.positions[self.prepared.ruleset.year, definition]

    def _marks(self, definition: str) -> Memo:
        return Memo(lambda evaluation, index: weakest_mark(evaluation, definition, index))

    def _reason(self, definition: str) -> tuple[int, Memo]:
        key = self.prepared.ruleset.year, definition
        memo = Memo(lambda evaluation, index: reason_of(occurrence_of(evaluation, key, index)).text)
        return self._position(definition), memo


@define(eq=False)
class LevelBatches:
    """Collects the levels or measures of one batch of LEAs after another, as the table of a run."""

    prepared: Prepared
    _lines: Sequence[tuple[Worked, Sequence[_Line]]] = field(init=False)
    _blocks: list[Block] = field(init=False)

    def __attrs_post_init__(self) -> None:
        plan = _Plan(self.prepared)
        self._lines, self._blocks = plan.lines(), plan.blocks

    def add(self, leas: Sequence[LeaRecord], batch: BatchEvaluation) -> None:
        """Take the results of a batch; a student group that the data cover has a row."""
        whose = self._blocks[0]
        places = array(PLACES, [whose.place(place_of_lea(self.prepared.ruleset, lea)) for lea in leas])
        covered = _covered_in_records(batch) if batch.records else _covered_in_facts(batch)
        slots = list(self._slots(batch, covered))
        there = bytearray(len(slots) * len(leas))
        for at, (present, _) in enumerate(slots):
            there[at :: len(slots)] = present
        for number, block in enumerate(self._blocks):
            codes = _codes(len(there))
            for at, (_, columns) in enumerate(slots):
                codes[at :: len(slots)] = columns[number - 1] if number else places
            block.which.extend(compress(codes, there))

    def _slots(self, batch: BatchEvaluation, covered: Covered) -> Iterator[tuple[bytes, Sequence[Codes]]]:
        """Yield for each slot which LEAs have a row there, and the codes of the blocks behind that of the LEA."""
        shape, year = batch.shape, self.prepared.ruleset.year
        among = {of_groups: Alike(batch, of_groups=of_groups) for of_groups in (False, True)}
        for worked, lines in self._lines:
            of_groups = is_of_groups(self.prepared, worked)
            said = reduce(or_, (covered.get(one, 0) for one in indicators_read(self.prepared, worked)), 0)
            there = said & shape.everyone if of_groups else shape.leas
            rows = _Rows(batch, among[of_groups], there, shape.group_rows if of_groups else shape.size)
            made, present = [[column(rows) for column in line.columns] for line in lines], flags(there, rows.length)
            for at, group in enumerate(self.prepared.groups) if of_groups else [(0, None)]:
                if group is None or year in group.years:
                    part = slice(at * shape.size, at * shape.size + shape.size)
                    for line, columns in zip(lines, made, strict=True):
                        place = self._blocks[1].place((group.code if group else "", *line.called))
                        of_whom = array(PLACES, [place]) * shape.size
                        yield present[part], [of_whom, *(codes[part] for codes in columns)]

    def table(self) -> ResultTable:
        """Return the table of levels, or where there are only measures that of these."""
        ruleset, rows = self.prepared.ruleset, SharedRows(self._blocks)
        if has_levels(ruleset):
            return ResultTable(LEVELS, level_columns(ruleset), rows)
        return ResultTable(MEASURES, MEASURE_COLUMNS, rows)
