"""The levels and measures of plain records by the table engine, as the table of a run."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from operator import itemgetter
from pathlib import Path

from rulelang.analysis.level_tables import (
    LEVELS,
    MEASURE_COLUMNS,
    MEASURES,
    cells_of_measure,
    cells_of_result,
    decimal_cell,
    has_levels,
    level_columns,
    number_cell,
    place_of_lea,
    worth_a_column,
)
from rulelang.analysis.over_scan import over_scan
from rulelang.analysis.result_tables import Cell, ResultTable
from rulelang.core.decimals import decimals_of
from rulelang.core.ruleset import Ruleset
from rulelang.core.vocabulary import StudentGroup
from rulelang.data.records import NOT_RATED_NOTE
from rulelang.data.report import ReadReport
from rulelang.data.room import EVERYTHING, Room
from rulelang.data.scan import Connection, NotUnderstoodError, files_in, is_text
from rulelang.data.scan_cells import Digits, check_types, scan_cells, view_cells
from rulelang.engine.levels import LevelResult, Worked
from rulelang.engine.steps import Prepared
from rulelang.engine.table.facts import NumberFormat
from rulelang.engine.table.level_results import LevelData, LevelRow, level_rows
from rulelang.engine.table.names import UnsupportedRulesError

Row = tuple[Cell, ...]
Judged = tuple[ResultTable, ReadReport, int]
"""The table, the counts of the files' rows, and of the LEAs."""

_number_cell, _decimal_cell = lru_cache(maxsize=1 << 16)(number_cell), lru_cache(maxsize=1 << 16)(decimal_cell)


def judged(prepared: Prepared, path: Path, *, room: Room = EVERYTHING) -> Judged | None:
    """Return the levels by the table engine, None where it does not understand the records or the rules.

    Raises DataError where the files break off or the disk is full.
    """

    def work(connection: Connection) -> tuple[ResultTable, int]:
        if not is_text(path):
            check_types(connection, files_in(path))
        try:
            return _judged(prepared, connection)
        except UnsupportedRulesError:
            raise NotUnderstoodError from None

    found = over_scan(path, room, work, view_cells)
    if found is None:
        return None
    (table, leas), report = found
    return table, report, leas


def judged_over(prepared: Prepared, connection: Connection, source: str) -> ResultTable | None:
    """Return the levels of the records in a table of a connection, None where the engine does not understand them."""
    try:
        view_cells(connection, source, source)
        return _judged(prepared, connection)[0]
    except (NotUnderstoodError, UnsupportedRulesError):
        return None


def _judged(prepared: Prepared, connection: Connection) -> tuple[ResultTable, int]:
    ruleset = prepared.ruleset
    scanned = scan_cells(connection, ruleset.vocabulary)
    formats = {key: _format(digits) for key, digits in scanned.digits.items()}
    data = LevelData(connection, formats, scanned.silent, NOT_RATED_NOTE)
    leas = [place_of_lea(ruleset, lea) for lea in scanned.leas]
    if has_levels(ruleset):
        parts = _levels(prepared, data, leas)
        return ResultTable(LEVELS, level_columns(ruleset), _merged(parts)), len(leas)
    return ResultTable(MEASURES, MEASURE_COLUMNS, _merged(_measures(prepared, data, leas))), len(leas)


def _format(digits: Digits) -> NumberFormat:
    return NumberFormat(10**digits.decimals, 10**digits.whole)


def _merged(parts: Iterable[Iterator[Row]]) -> tuple[Row, ...]:
    """Return the rows of indicators, each in the order of the LEAs' codes, in that order."""
    return tuple(heapq.merge(*[list(part) for part in parts], key=itemgetter(0)))


def _levels(prepared: Prepared, data: LevelData, leas: Sequence[Row]) -> Iterator[Iterator[Row]]:
    """Yield for each indicator the rows of its levels."""
    columns = worth_a_column(prepared.ruleset)
    measures = [name for _, measure in columns for name in ([measure] if measure else ["", ""])]

    def tell(_: Worked, result: LevelResult) -> tuple[str, ...]:
        return cells_of_result(result, columns)

    def written(worked: Worked, rows: Iterator[LevelRow[tuple[str, ...]]]) -> Iterator[Row]:
        decimals = _decimals(prepared.ruleset, worked)
        names = list(worked.measures)
        places = [(at, names.index(name), decimals[name]) for at, name in enumerate(measures) if name in decimals]
        for row in rows:
            cells = list(row.said)
            for at, measure, places_behind in places:
                cells[at] = _number_cell(row.numbers[measure], places_behind)
            yield (*leas[row.lea], _code(row.group), worked.indicator, *cells)

    for worked, rows in level_rows(prepared, data, tell):
        yield written(worked, rows)


def _measures(prepared: Prepared, data: LevelData, leas: Sequence[Row]) -> Iterator[Iterator[Row]]:
    """Yield for each indicator the rows of its measures."""

    def tell(worked: Worked, result: LevelResult) -> list[tuple[str, str]]:
        return [cells_of_measure(result, name) for name in worked.measures]

    def written(worked: Worked, rows: Iterator[LevelRow[list[tuple[str, str]]]]) -> Iterator[Row]:
        decimals = _decimals(prepared.ruleset, worked)
        for row in rows:
            place = (*leas[row.lea], _code(row.group), worked.indicator)
            for (name, behind), number, said_of in zip(decimals.items(), row.numbers, row.said, strict=True):
                yield (*place, name, _decimal_cell(number, behind), _number_cell(number, behind), *said_of)

    for worked, rows in level_rows(prepared, data, tell):
        yield written(worked, rows)


def _code(group: StudentGroup | None) -> str:
    return "" if group is None else group.code


def _decimals(ruleset: Ruleset, worked: Worked) -> dict[str, int]:
    """Return to how many decimals each measure is rounded, 0 where one is not."""

    def of(name: str) -> int:
        node = ruleset.definitions[ruleset.year, name].node
        return decimals_of(node, lambda one: ruleset.definitions[one.year, one.name].node) or 0

    return {name: of(definition) for name, definition in worked.measures.items()}
