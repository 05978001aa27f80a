"""Runs a lowered ruleset in DuckDB over records, and reads its values back."""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from attrs import field, frozen
from sqlglot import exp

from rulelang.core.record import LeaRecord
from rulelang.core.tree import NOT_RATED, Value
from rulelang.core.vocabulary import Scope
from rulelang.engine.steps import Prepared
from rulelang.engine.table import sql
from rulelang.engine.table.facts import GROUP, LEA, NOT_RATED_TEXT
from rulelang.engine.table.lower import lower
from rulelang.engine.table.query import NamedQuery, Tables, facts_of_tables, tables_of
from rulelang.engine.table.sql import Column
from rulelang.engine.table.stages import LoweredRuleset, Placed
from rulelang.engine.table.values import Kind, Plain, Ratio
from tests.table.load_records import arrow_tables, load_records

Connection = Any
"""A connection to DuckDB."""


@frozen(eq=False)
class StepValues:
    """The values of steps for many records, each by the record's place and, of a group, the group's place.

    `odd` are the places of records that no table can hold; they have no values here.
    """

    of_leas: Mapping[int, Mapping[int, Value]] = field(repr=False)
    of_groups: Mapping[int, Mapping[tuple[int, int], Value]] = field(repr=False)
    odd: frozenset[int] = frozenset()

    def column(self, position: int, record: int, groups: int) -> tuple[Value, ...]:
        """Return the value of a step for a record: of the LEA, or of each of so many student groups."""
        if position in self.of_leas:
            return (self.of_leas[position][record],)
        return tuple(self.of_groups[position][record, group] for group in range(groups))


def connect() -> Connection:
    """Return a connection to a database in memory.

    It puts no query into those that read it, which takes most of its time where many queries read one another.
    """
    connection = importlib.import_module("duckdb").connect(":memory:")
    connection.execute("SET disabled_optimizers = 'cte_inlining'")
    return connection


def values_of_steps(prepared: Prepared, records: Iterable[LeaRecord], steps: Sequence[int] | None = None) -> StepValues:
    """Return the values of steps, all where none is named, worked out in DuckDB over the tables of `facts`.

    Raises UnsupportedRulesError where the rules have no form in SQL.
    """
    kept = list(records)
    loaded = load_records(prepared, kept)
    wanted = range(len(prepared.steps)) if steps is None else steps
    lowered = lower(prepared, wanted, formats=loaded.formats)
    connection = connect()
    for name, table in arrow_tables(loaded).items():
        connection.register(name, table)
    of_leas: dict[int, dict[int, Value]] = {}
    of_groups: dict[int, dict[tuple[int, int], Value]] = {}
    for scope in (Scope.LEA, Scope.GROUP):
        placed = {position: one for position, one in lowered.outputs.items() if one.place[1] is scope}
        if scope is Scope.LEA:
            for row, values in _rows(connection, lowered, placed, [LEA]):
                for position, value in values.items():
                    of_leas.setdefault(position, {})[int(row[0])] = value
        elif placed:
            for row, values in _rows(connection, lowered, placed, [LEA, GROUP]):
                at = int(row[0]), prepared.group_index[row[1]]
                for position, value in values.items():
                    of_groups.setdefault(position, {})[at] = value
    return StepValues(of_leas, of_groups, loaded.odd)


def _rows(
    connection: Connection, lowered: LoweredRuleset, placed: Mapping[int, Placed], keys: Sequence[str]
) -> Iterable[tuple[tuple[Any, ...], dict[int, Value]]]:
    """Yield for each row its keys and the values of steps by their position."""
    tables = tables_of(lowered, facts_of_tables(lowered))
    columns: list[Column] = [(key, sql.column(key)) for key in keys]
    for position, one in placed.items():
        columns.extend((f"v{position}_{at}", part.copy()) for at, part in enumerate(one.value.parts()))
    of = tables.leas if len(keys) == 1 else tables.groups or ""
    cursor = connection.execute(select(tables, of, columns).sql("duckdb"))
    for row in cursor.fetchall():
        cells = iter(row[len(keys) :])
        values = {
            position: value_of(one.value, [next(cells) for _ in one.value.parts()]) for position, one in placed.items()
        }
        yield row[: len(keys)], values


def select(tables: Tables, of: str, columns: Iterable[Column]) -> exp.Select:
    """Return a query of columns of one of the tables, with the queries it reads before it."""
    last = sql.select([sql.named(what.copy(), name) for name, what in columns], sql.table(of))
    wanted, kept = {of}, list[NamedQuery]()
    for name, query in reversed(tables.queries):
        if name in wanted:
            kept.insert(0, (name, query))
            wanted |= {table.name for table in query.find_all(exp.Table)}
    ctes = [exp.CTE(this=query, alias=exp.TableAlias(this=exp.to_identifier(name))) for name, query in kept]
    last.set("with_", exp.With(expressions=ctes))
    return last


def value_of(lowered: Plain | Ratio, cells: Sequence[Any]) -> Value:
    """Return the value that stands in the columns of a lowered step."""
    if isinstance(lowered, Ratio):
        return _number(lowered, list(cells))
    (cell,) = cells
    if cell is None or lowered.kind is Kind.TRUTH:
        return None if cell is None else bool(cell)
    return NOT_RATED if cell == NOT_RATED_TEXT else str(cell)


def _number(lowered: Ratio, cells: list[Any]) -> Value:
    rated = 1 if lowered.rated is None else cells.pop(0)
    if rated is None:
        return None
    if rated == 0:
        return NOT_RATED
    numerator = lowered.numerator if isinstance(lowered.numerator, int) else cells.pop(0)
    denominator = lowered.denominator if isinstance(lowered.denominator, int) else cells.pop(0)
    return Fraction(int(numerator), int(denominator))
