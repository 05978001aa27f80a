"""Records of LEAs as the tables that lowered rules read (`facts`), in memory."""

from __future__ import annotations

import importlib
from array import array
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from math import lcm
from typing import Any, Final

from attrs import define, field, frozen

from rulelang.core.fact_types import FactType
from rulelang.core.record import NO_ROW, FieldKey, LeaRecord, PublishedFacts, Reading, YearFacts
from rulelang.core.record_words import UNKNOWN
from rulelang.core.tree import Belonging, Fold, Get, Node, Published, StudentGroups
from rulelang.core.types import fact_type
from rulelang.engine.families import families_of
from rulelang.engine.steps import Prepared
from rulelang.engine.table.facts import (
    INPUT_TABLES,
    INTEGER,
    NOT_RATED_TEXT,
    NUMBER,
    TEXT,
    TRUTH,
    NumberFormat,
    NumberFormats,
)

Row = tuple[Any, ...]
Rows = dict[str, list[Row]]

SMALLEST: Final = 10**9
"""A bound on a number is never below this, so that equal rules are lowered alike for most data."""


@frozen
class LoadedRecords:
    """Records as rows of the input tables, and the format of their numbers.

    The LEA of a row is the record's place among those given, as text, because nothing keeps two records from having the
    same code. `odd` are the places of records that hold what no table can, such as a text for a number.
    """

    rows: Mapping[str, Sequence[Row]] = field(repr=False)
    formats: NumberFormats = field(repr=False)
    odd: frozenset[int]


def load_records(prepared: Prepared, records: Iterable[LeaRecord]) -> LoadedRecords:
    """Return what records say of what a ruleset reads, as rows of the input tables."""
    defaults = {
        (step.node.year, step.node.key) for step in prepared.steps if isinstance(step.node, Get) and step.node.default
    }
    loading = _Loading(_fields(prepared), years_read(prepared), defaults, list(prepared.group_index))
    kept = list(records)
    for place, record in enumerate(kept):
        loading.add(place, record)
    if prepared.relates:
        _add_families(prepared, kept, loading.rows)
    return loading.loaded()


def _add_families(prepared: Prepared, records: Sequence[LeaRecord], rows: Rows) -> None:
    """Put what belongs to what into the rows, and what is closed in which year."""
    words = prepared.ruleset.vocabulary
    for order, families in families_of(words, records, len(records)):
        for row, owner in enumerate(families.owners):
            if owner >= 0:
                rows["owners"].append((str(order[row]), str(order[owner])))
    folds = (step.node.over for step in prepared.steps if isinstance(step.node, Fold))
    asked = {prepared.ruleset.year, *(over.year for over in folds if isinstance(over, Belonging))}
    rows["closed_leas"] += [
        (str(place), year)
        for place, record in enumerate(records)
        for year in sorted(asked - record.only_in if record.only_in else ())
    ]


def years_read(prepared: Prepared) -> frozenset[int]:
    """Return the years of which the steps read something."""
    nodes = (step.node for step in prepared.steps)
    return frozenset(year for node in nodes if (year := _year_read(node)) is not None)


def _year_read(node: Node) -> int | None:
    match node:
        case Get() | Published():
            return node.year
        case Fold(over=StudentGroups(year)):
            return year
        case _:
            return None


def _fields(prepared: Prepared) -> dict[tuple[int, FieldKey], FactType | None]:
    """Return the fields that the steps read, by year and key, with the type of each, None for a level."""
    words = prepared.ruleset.vocabulary
    nodes = (step.node for step in prepared.steps)
    return {(node.year, node.key): fact_type(words, node.key) for node in nodes if isinstance(node, Get)}


def arrow_tables(loaded: LoadedRecords) -> dict[str, Any]:
    """Return the rows as Arrow tables, by the name of the input table."""
    arrow = importlib.import_module("pyarrow")
    types = {
        TEXT: arrow.string(),
        INTEGER: arrow.int32(),
        NUMBER: arrow.decimal128(38, 0),
        TRUTH: arrow.bool_(),
    }
    tables = {}
    for name, columns in INPUT_TABLES.items():
        rows = loaded.rows[name]
        values = ([row[at] for row in rows] for at in range(len(columns)))
        arrays = [_array(arrow, part, types[of]) for part, of in zip(values, columns.values(), strict=True)]
        tables[name] = arrow.table(arrays, names=list(columns))
    return tables


def _array(arrow: Any, values: Sequence[Any], kind: Any) -> Any:  # noqa: ANN401 - what pyarrow makes has no type here
    """Return values as an Arrow array; few of them are distinct, and only those are made into Arrow one by one."""
    places = {value: place for place, value in enumerate(dict.fromkeys(values))}
    at = arrow.array(array("i", map(places.__getitem__, values)), arrow.int32())
    return arrow.array(list(places), kind).take(at)


@define
class _Loading:
    fields: Mapping[tuple[int, FieldKey], FactType | None]
    years: Collection[int]
    defaults: Collection[tuple[int, FieldKey]]
    groups: Collection[str]
    rows: Rows = field(factory=lambda: {name: [] for name in INPUT_TABLES})
    numbers: dict[FieldKey, list[tuple[int, Fraction]]] = field(factory=dict)
    odd: set[int] = field(factory=set)

    def add(self, place: int, record: LeaRecord) -> None:
        """Put a record's facts into the rows."""
        lea = str(place)
        self.rows["leas"].append((lea, record.kind))
        for year, facts in record.years.items():
            if year in self.years:
                self._add_year(lea, year, facts)

    def _add_year(self, lea: str, year: int, facts: YearFacts) -> None:
        self._add_readings(lea, year, None, facts.lea)
        for group, readings in facts.groups.items():
            self._add_readings(lea, year, group, readings)
        doubted = {indicator for indicator, group in facts.doubtful if group is not None} & facts.silent
        self.rows["silences"].extend((lea, year, indicator) for indicator in facts.silent - doubted)
        for group in self.groups if doubted else ():
            there, asked = facts.groups.get(group, {}), [key for of, key in self.fields if of == year]
            missing = [key for key in asked if key[0] in doubted and key not in there]
            silent = {key: NO_ROW for key in missing if facts.reading(group, key) == NO_ROW}
            self._add_readings(lea, year, group, silent)
        for of, key in self.defaults:
            if of == year and key not in facts.lea and facts.is_doubtful(None, key[0]):
                self.rows["cells"].append((lea, year, None, *key, UNKNOWN, None))
        if facts.group_count is not None:
            self.rows["group_counts"].append((lea, year, facts.group_count))
        if facts.published is not None:
            self._add_published(lea, year, facts.published)

    def _add_readings(self, lea: str, year: int, group: str | None, readings: Mapping[FieldKey, Reading]) -> None:
        for key, reading in readings.items():
            if (year, key) not in self.fields:
                continue
            kind, level = self.fields[year, key], reading.level
            is_number = kind not in (None, FactType.TEXT)
            if level is not None and isinstance(level, Fraction) is not is_number:
                self.odd.add(int(lea))
            elif isinstance(level, Fraction) and kind is FactType.DATE:
                day = date.fromordinal(int(level)).isoformat()
                self.rows["cells"].append((lea, year, group, *key, day, None))
            elif isinstance(level, Fraction):
                self.numbers.setdefault(key, []).append((len(self.rows["cells"]), level))
                self.rows["cells"].append((lea, year, group, *key, None, None))
            else:
                self.rows["cells"].append((lea, year, group, *key, NOT_RATED_TEXT if level is None else level, None))

    def _add_published(self, lea: str, year: int, published: PublishedFacts) -> None:
        states = published.priorities is not None
        self.rows["published_lists"].append((lea, year, states, published.fewest))
        for group, priorities in (published.priorities or {}).items():
            self.rows["published_groups"].append((lea, year, group, len(priorities)))
        for outcome in published.stated | published.held:
            self.rows["published_outcomes"].append((lea, year, outcome, outcome in published.held))

    def loaded(self) -> LoadedRecords:
        """Return all rows, every number in the units of its field."""
        formats = {key: self._scaled(key) for key in self.numbers}
        return LoadedRecords(self.rows, _formats(formats), frozenset(self.odd))

    def _scaled(self, key: FieldKey) -> NumberFormat:
        """Write the numbers of a field as whole numbers of one unit, and return the format."""
        cells = self.rows["cells"]
        units = lcm(*(number.denominator for _, number in self.numbers[key]))
        largest = SMALLEST
        for at, number in self.numbers[key]:
            largest = max(largest, abs(int(number)) + 1)
            cells[at] = (*cells[at][:-1], int(number * units))
        return NumberFormat(units, largest)


def _formats(known: Mapping[FieldKey, NumberFormat]) -> Callable[[FieldKey], NumberFormat]:
    return lambda key: known.get(key, NumberFormat())
