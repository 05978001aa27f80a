"""Measures and levels worked out in DuckDB, with what is said of them: their marks, and why there is none.

Every step that a level rests on becomes a column, so that a row holds what an evaluation of the record engine would:
`engine.level_reasons` and `engine.weakest_mark` read it as they read that. What they say is remembered by the cells
they asked for (`remembered`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from typing import Any, Final, Generic, TypeVar, cast

from attrs import field, frozen
from sqlglot import exp

from rulelang.core.record import NO_ROW, FieldKey, LeaRecord
from rulelang.core.record import Reading as Given
from rulelang.core.tree import NOT_RATED, Const, Get, Self, Value, binds_groups
from rulelang.core.vocabulary import Scope, StudentGroup
from rulelang.engine.evaluate import Evaluation
from rulelang.engine.facts import NOT_REPORTED
from rulelang.engine.levels import LevelResult, Worked, is_of_groups, worked_out
from rulelang.engine.steps import Prepared
from rulelang.engine.table import sql
from rulelang.engine.table.coding import Places
from rulelang.engine.table.facts import GROUP, LEA, Column, DataShape, Fact, NumberFormat, Reading, Silence, columns_of
from rulelang.engine.table.inputs import facts_of_tables
from rulelang.engine.table.lower import LoweredRuleset, lower
from rulelang.engine.table.names import NOT_RATED_TEXT, Connection, UnsupportedRulesError
from rulelang.engine.table.query import NamedQuery, tables_of
from rulelang.engine.table.remembered import Ask, Remembered
from rulelang.engine.table.sql import Sql
from rulelang.engine.table.values import Kind, Lowered, Plain

T = TypeVar("T")

CELLS: Final = "all_cells"
"""The table of all cells; `cells` are those of them that a query asks for."""

DIALECT: Final = "duckdb"
CHUNK: Final = 5_000
LARGEST_IN_64_BITS: Final = 2**63 - 1

_NO_BATCH: Any = None

_fraction = lru_cache(maxsize=1 << 16)(Fraction)


@frozen
class LevelData:
    """What stands in the tables of a connection.

    They are those of `inputs`, with numbers for LEAs and student groups (their places), and `all_cells` in the place
    of `cells`. `formats` are those of its numbers. `silent` says of a year and indicator whether all LEAs are silent on
    it; on one that is not there, none is. `note` is why a cell is not rated where a row says so.
    """

    connection: Connection = field(repr=False)
    formats: Mapping[FieldKey, NumberFormat]
    silent: Mapping[tuple[int, str], bool]
    note: str


@frozen
class LevelRow(Generic[T]):
    """What an indicator comes to for a student group of an LEA, by the LEA's number; `group` is None for the LEA.

    `numbers` are its measures in the order of `Worked`; `said` is what was said of it.
    """

    lea: int
    group: StudentGroup | None
    numbers: tuple[Value, ...]
    said: T


Tell = Callable[[Worked, LevelResult], T]
"""Says something of a result, the same for every student group and LEA of which all is alike that it asks for.

It is given the levels, and of the measures only those that are no number.
"""


def level_rows(prepared: Prepared, data: LevelData, tell: Tell[T]) -> Iterable[tuple[Worked, Iterator[LevelRow[T]]]]:
    """Return for each indicator in turn, one to be used up before the next, the rows of `engine.levels.results_of`.

    They are in the order of the LEAs' numbers and of the student groups. Raises UnsupportedRulesError where the rules
    have no form in SQL.
    """
    queries = [_query(prepared, data, worked) for worked in worked_out(prepared.ruleset)]
    return ((query.worked, query.rows(tell)) for query in queries)


# ---- Reading a row as an evaluation ----

Read = Callable[[Ask], Value]
"""Returns the value of a step from the cells of a row."""


def _fixed(value: Value) -> Read:
    return lambda _: value


def _plain(column: int, kind: Kind) -> Read:
    def read(ask: Ask) -> Value:
        cell = ask(column)
        if cell is None or kind is Kind.TRUTH:
            return cast("bool | None", cell)
        return NOT_RATED if cell == NOT_RATED_TEXT else str(cell)

    return read


@frozen
class _Number:
    """The columns in which a number stands; in the place of one, a whole number that is the same in every row."""

    rated: int | None
    numerator: int | None
    denominator: int | None
    known: tuple[int, int]

    def __call__(self, ask: Ask) -> Value:
        """Return the number, NOT_RATED, or None where it is unknown."""
        rated = 1 if self.rated is None else ask(self.rated)
        if rated != 1:
            return None if rated is None else NOT_RATED
        numerator = self.known[0] if self.numerator is None else int(ask(self.numerator))
        denominator = self.known[1] if self.denominator is None else int(ask(self.denominator))
        return _fraction(numerator, denominator)

    def gist(self, ask: Ask) -> Value:
        """Return the same with any number in the place of the number, so that nobody asks for it."""
        return _Number(self.rated, None, None, (0, 1))(ask)


@frozen(eq=False)
class _RowEvaluation(Evaluation):
    """An evaluation that reads its values from a row. Whichever student group is asked for, it is that of the row."""

    ask: Ask = field(kw_only=True)
    reads: Mapping[int, Read] = field(kw_only=True)
    notes: Mapping[Get, Callable[[Ask], Given]] = field(kw_only=True)

    def at(self, position: int, index: int | None) -> Value:
        """Return the value of a step."""
        del index
        return self.reads[position](self.ask)

    def gist(self, position: int, index: int | None) -> Value:
        """Return the value of a step, any number in the place of a number: too many differ to remember rows by."""
        read = self.reads[position]
        return read.gist(self.ask) if isinstance(read, _Number) else self.at(position, index)

    def reading(self, asked: Get, index: int | None) -> Given:
        """Return what the data say of a field that is not rated."""
        del index
        return self.notes[asked](self.ask)


# ---- One query for each indicator ----


@frozen
class _Query:
    prepared: Prepared
    data: LevelData
    worked: Worked
    text: str = field(repr=False)
    reads: Mapping[int, Read] = field(repr=False)
    notes: Mapping[Get, Callable[[Ask], Given]] = field(repr=False)

    def rows(self, tell: Tell[T]) -> Iterator[LevelRow[T]]:
        """Yield a row for each student group of each LEA that has any cell of the indicator, or for each LEA."""
        told = Remembered(lambda ask: tell(self.worked, self._result(ask)))
        groups = self.prepared.groups
        measures = [self.reads[self._position(name)] for name in self.worked.measures.values()]
        cursor = self.data.connection.execute(self.text)
        while rows := cursor.fetchmany(CHUNK):
            for row in rows:
                numbers = tuple([read(row.__getitem__) for read in measures])
                group = None if row[1] is None else groups[row[1]]
                yield LevelRow(row[0], group, numbers, told.of(row))

    def _position(self, definition: str) -> int:
        return self.prepared.positions[self.prepared.ruleset.year, definition]

    def _result(self, ask: Ask) -> LevelResult:
        """Return the result that a row holds; its student group is any of them."""
        record = LeaRecord("", "", "", "")
        evaluation: Any = _RowEvaluation(self.prepared, record, _NO_BATCH, ask=ask, reads=self.reads, notes=self.notes)
        group = self.prepared.groups[0] if is_of_groups(self.prepared, self.worked) else None
        values = self._gists(evaluation, self.worked.scales)
        numbers = {} if values else self._gists(evaluation, self.worked.measures)
        untold = {name: value for name, value in numbers.items() if not isinstance(value, Fraction)}
        return LevelResult(evaluation, self.worked.indicator, group, untold, values)

    def _gists(self, evaluation: Evaluation, definitions: Mapping[str, str]) -> dict[str, Value]:
        return {name: evaluation.gist(self._position(one), None) for name, one in definitions.items()}


def _query(prepared: Prepared, data: LevelData, worked: Worked) -> _Query:
    made = _Making(prepared, data, worked, is_of_groups(prepared, worked))
    return made.query()


@frozen
class _Making:
    prepared: Prepared
    data: LevelData
    worked: Worked
    of_groups: bool
    columns: list[Column] = field(factory=list)

    def query(self) -> _Query:
        """Return the query of an indicator; UnsupportedRulesError where its rules have no form in SQL."""
        steps = {position: self.prepared.steps[position].node for position in self._needed()}
        if any(binds_groups(node) for node in steps.values()):
            message = "levels that rest on counts of student groups"
            raise UnsupportedRulesError(message)
        lowered = self._lowered(list(steps))
        self.columns.extend([(LEA, sql.column(LEA)), (GROUP, sql.column(GROUP) if self.of_groups else sql.null())])
        reads = {position: self._read(lowered, position) for position in steps}
        notes = {node: self._note(lowered, node) for node in steps.values() if isinstance(node, Get)}
        return _Query(self.prepared, self.data, self.worked, self._text(lowered), reads, notes)

    def _needed(self) -> list[int]:
        """Return the positions of all steps below the definitions of the indicator, and theirs."""
        year, steps = self.prepared.ruleset.year, self.prepared.steps
        definitions = (*self.worked.measures.values(), *self.worked.scales.values())
        waiting, seen = [self.prepared.positions[year, name] for name in definitions], set[int]()
        while waiting:
            position = waiting.pop()
            if position not in seen:
                seen.add(position)
                waiting.extend(steps[position].inputs)
        return sorted(seen)

    def _lowered(self, positions: Sequence[int]) -> LoweredRuleset:
        fields = (self.prepared.steps[position].node for position in positions)
        silences = {Silence(one.year, one.key[0]) for one in fields if isinstance(one, Get)}
        some_or_all = {one: self.data.silent.get((one.year, one.indicator)) for one in silences}
        known: dict[Fact, bool | None] = {one: bool(all_) for one, all_ in some_or_all.items() if all_ is not False}
        formats = self.data.formats
        shape = DataShape(lambda key: formats.get(key, NumberFormat()), known)
        coding = Places(places=self.prepared.group_index)
        wanted = ([], positions) if self.of_groups else (positions, [])
        lowered = lower(self.prepared, *wanted, coding, shape)
        if not all(isinstance(fact, Reading | Silence) for fact in lowered.facts):
            message = "levels that rest on what plain records do not say"
            raise UnsupportedRulesError(message)
        return lowered

    # ---- Columns ----

    def _column(self, what: Sql) -> int:
        self.columns.append((f"c{len(self.columns)}", what))
        return len(self.columns) - 1

    def _read(self, lowered: LoweredRuleset, position: int) -> Read:
        """Return what reads a step, and make columns for it."""
        match self.prepared.steps[position].node:
            case Const(value=value):
                return _fixed(value)
            case Self(scope=Scope.GROUP):
                groups = self.prepared.groups
                return lambda ask: groups[ask(1)].name
            case _:
                found = lowered.in_groups[position] if self.of_groups else lowered.outputs[position].value
                return self._read_value(found)

    def _read_value(self, value: Lowered) -> Read:
        if isinstance(value, Plain):
            return _plain(self._column(value.sql), value.kind)
        parts = (value.numerator, value.largest), (value.denominator, value.denominator_limit)
        columns = [None if isinstance(part, int) else self._column(_whole(part, largest)) for part, largest in parts]
        known = [part if isinstance(part, int) else 0 for part, _ in parts]
        rated = None if value.rated is None else self._column(value.rated)
        return _Number(rated, columns[0], columns[1], (known[0], known[1]))

    def _note(self, lowered: LoweredRuleset, node: Get) -> Callable[[Ask], Given]:
        """Return what says why a field is not rated: a row says so, or there is none, or there is nothing to say."""
        is_number = all(node.key[1] != scale.name for scale in self.prepared.ruleset.vocabulary.scales)
        name = self._fact(lowered, Reading(node.year, node.key, node.scope, is_number))
        unrated = sql.integer(0) if is_number else sql.text(NOT_RATED_TEXT)
        said = self._column(sql.equal(sql.column(f"{name}_rated" if is_number else name), unrated))
        silence = Silence(node.year, node.key[0])
        known = lowered.shape.known.get(silence)
        silent = sql.truth(known) if known is not None else sql.column(self._fact(lowered, silence))
        silent_at, given = self._column(silent), Given(None, self.data.note)
        return lambda ask: given if ask(said) else NO_ROW if ask(silent_at) else NOT_REPORTED

    def _fact(self, lowered: LoweredRuleset, fact: Fact) -> str:
        """Return the column of a fact, which is taken over into the rows of student groups where it is of the LEA."""
        name = lowered.facts[fact]
        home = next(place for place, stage in lowered.stages.items() if fact in stage.facts)
        if self.of_groups and home[1] is Scope.LEA:
            lowered.stages[0, Scope.GROUP].taken.setdefault(home, {}).update(dict.fromkeys(columns_of(fact, name)))
        return name

    # ---- The text ----

    def _text(self, lowered: LoweredRuleset) -> str:
        tables = tables_of(lowered, self._facts)
        query = tables.select((tables.groups or "") if self.of_groups else tables.leas, self.columns)
        text = query.sql(DIALECT)
        if not self.of_groups:
            return f"{text} ORDER BY {LEA}"
        spoken = exp.Select(expressions=[sql.column(LEA), sql.column(GROUP)], distinct=exp.Distinct())
        spoken = sql.where(spoken.from_(sql.table(CELLS), copy=False), self._of_year())
        there = f"SEMI JOIN ({spoken.sql(DIALECT)}) USING ({LEA}, {GROUP})"
        return f"SELECT * FROM ({text}) {there} ORDER BY {LEA}, {GROUP}"

    def _of_year(self) -> Sql:
        """Return what is true of the cells that make a student group one that the data speak of."""
        year = sql.equal(sql.column("year"), sql.integer(self.prepared.ruleset.year))
        return sql.both([year, sql.equal(sql.column("indicator"), sql.text(self.worked.indicator))])

    def _facts(self, lowered: LoweredRuleset) -> Sequence[NamedQuery]:
        """Return the queries of the facts, over the cells of the indicators that the rules ask for."""
        indicators = sorted({fact.key[0] for fact in lowered.facts if isinstance(fact, Reading)})
        cells = sql.select([sql.everything()], sql.table(CELLS))
        if indicators:
            asked = sql.one_of(sql.column("indicator"), [sql.text(name) for name in indicators])
            cells = sql.where(cells, asked)
        return [("cells", cells), *facts_of_tables(lowered)]


def _whole(part: Sql, largest: int) -> Sql:
    """Return a whole number in the form that is read fastest: with 64 bits where it has room there, else as text."""
    if largest <= LARGEST_IN_64_BITS:
        return sql.long(part)
    return exp.cast(part, exp.DataType.Type.TEXT)
