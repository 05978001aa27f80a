"""Marks of confidence, and what may not rest on the weakest: a number or level that is only recollection."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from rulelang.compiler.context import NOT_ESTABLISHED, StatementContext
from rulelang.compiler.in_force import EffectiveLevel, are_marks
from rulelang.core.record_words import folded
from rulelang.core.tree import NOT_POSSIBLE
from rulelang.diagnostics.catalogue import levels as messages
from rulelang.diagnostics.source import Span
from rulelang.syntax import tree as syn
from rulelang.syntax.tree.statements import read_marks

CONFIDENCE: Final = "confidence"
"""The head of the column with the mark of each row of a band table."""

RECOLLECTION: Final = "D"


def must_be_sure(about: StatementContext) -> None:
    """Report unknown marks, and numbers and levels that are marked as recollection only."""
    item, whole = about.item, about.item.confidence
    if whole is not None and not are_marks(whole.marks):
        about.report(messages.unclear_confidence(whole.span, whole.text))
    for _, mark in _rows_with_marks(item.statement):
        if mark is not None and not are_marks(read_marks(mark.text)):
            about.report(messages.unclear_confidence(mark.span, mark.text))
    for letter, span, says_something in _marked(about, item):
        if letter == RECOLLECTION and says_something:
            about.report(messages.recollection_only(span or (whole.span if whole is not None else item.span)))


def row_marks(item: EffectiveLevel) -> tuple[tuple[Span, str], ...]:
    """Return the rows of a band table that have a mark of their own in the year at hand, each with its mark."""
    rows = ((row, mark) for row, mark in _rows_with_marks(item.statement) if mark is not None)
    found = ((row, item.mark_among(read_marks(mark.text))) for row, mark in rows)
    return tuple((row[0].span.to(row[-1].span), letter) for row, letter in found if letter)


def _rows_with_marks(statement: syn.LevelStatement) -> Iterator[tuple[Sequence[syn.Text], syn.Text | None]]:
    """Yield the rows of a band table, each with the cell that marks it, None if it has none or an empty one."""
    column = _column(statement)
    for row in syn.table_rows(statement)[1:] if isinstance(statement, syn.BandsTable) else ():
        mark = row[column] if column is not None and column < len(row) else None
        yield row, mark if mark is not None and mark.text else None


def _column(statement: syn.LevelStatement) -> int | None:
    header = statement.table.rows[0] if isinstance(statement, syn.BandsTable) else ()
    return next((at for at, cell in enumerate(header) if folded(cell.text) == CONFIDENCE), None)


def _marked(about: StatementContext, item: EffectiveLevel) -> Iterator[tuple[str, Span | None, bool]]:
    """Yield each mark of a statement, its place (None: below the statement), and whether it is of numbers or levels."""
    match item.statement:
        case syn.Measure(_, value):
            yield item.mark, None, not isinstance(value, syn.NotEstablished)
        case syn.Override(level):
            yield item.mark, None, folded(level.text) != NOT_ESTABLISHED
        case syn.GridTable(_, _, table):
            yield item.mark, None, _says_something([cell for row in table.rows[1:] for cell in row[1:]])
        case syn.BandsTable():
            yield from _rows(about, item, item.statement)
        case _:
            yield item.mark, None, True


def _rows(
    about: StatementContext, item: EffectiveLevel, bands: syn.BandsTable
) -> Iterator[tuple[str, Span | None, bool]]:
    header, column = bands.table.rows[0], _column(bands)
    start = 1 if len(header) > 1 and about.scale_named(header[0].text) is not None else 0
    for row, mark in _rows_with_marks(bands):
        cells = [cell for at, cell in enumerate(row) if at >= start and at != column]
        letter = item.mark_among(read_marks(mark.text)) if mark is not None else ""
        yield letter or item.mark, mark.span if mark is not None else None, _says_something(cells)


def _says_something(cells: Sequence[syn.Text]) -> bool:
    return any(folded(cell.text) not in (NOT_ESTABLISHED, NOT_POSSIBLE, "") for cell in cells)
