"""Grids: from a table of cells to the level for each combination of a row and a column."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from rulelang.compiler.context import NOT_ESTABLISHED, StatementContext, level_in
from rulelang.core import tree as core
from rulelang.core.record_words import folded
from rulelang.core.vocabulary import Scale
from rulelang.diagnostics.catalogue import levels as messages
from rulelang.diagnostics.source import Span
from rulelang.syntax import tree as syn


class Cell(NamedTuple):
    """A cell of a grid, with its row and column; `level` is None for `not possible` and `not established`."""

    row: str
    column: str
    level: str | None
    span: Span
    possible: bool = True

    def as_row(self) -> core.Row:
        """Return the cell as a row of a match."""
        unknown = NOT_ESTABLISHED if self.possible else core.NOT_POSSIBLE
        value = core.Const(self.level, unknown if self.level is None else "", span=self.span)
        return core.Row((core.OneOf((self.row,)), core.OneOf((self.column,))), value, self.possible)


GridScales = tuple[Scale, Scale]
"""The scales that the corner of a grid names: that of its rows and that of its columns."""


def grid_scales(about: StatementContext, table: syn.GridTable) -> GridScales | None:
    """Return the scales of a grid; None, after a report, if the corner does not name two."""
    corner = table.table.rows[0][0]
    parts = [about.scale_named(part) for part in corner.text.split("\\")]
    match parts:
        case [Scale() as rows, Scale() as columns] if rows != columns:
            return rows, columns
    about.report(messages.unclear_corner(corner.span, corner.text))
    return None


def grid_cells(
    about: StatementContext, table: syn.GridTable, scale: Scale, scales: GridScales
) -> tuple[Cell, ...] | None:
    """Return the cells of a grid; None, after reports, if a row, a column or a cell is missing or repeated."""
    mistakes = len(about.reporter.diagnostics)
    header, *body = table.table.rows
    of_rows, of_columns = scales
    columns = _places(about, header[1:], of_columns, header[0].span, "column")
    rows = _places(about, [row[0] for row in body], of_rows, header[0].span, "row")
    cells = []
    for level, row in zip(rows, body, strict=True):
        if len(row) != len(header):
            about.report(messages.row_of_other_width(row[0].span.to(row[-1].span), len(row), len(header)))
        for column, text in zip(columns, row[1:], strict=False):
            cells.append(_cell(about, level or "", column or "", text, scale))
    return tuple(cells) if len(about.reporter.diagnostics) == mistakes else None


def _places(
    about: StatementContext, heads: Sequence[syn.Text], scale: Scale, corner: Span, what: str
) -> list[str | None]:
    """Return the levels of rows or columns; others are reported, and levels of the scale with none of them or two."""
    found = [level_in(scale, head.text) for head in heads]
    first: dict[str, Span] = {}
    for head, level in zip(heads, found, strict=True):
        if level is None:
            about.report(messages.level_not_of_scale(head.span, head.text, scale.name, scale.levels))
        elif level in first:
            about.report(messages.heading_twice(head.span, level, first[level]))
        else:
            first[level] = head.span
    missing = [level for level in scale.levels if level not in first]
    if missing and None not in found:
        about.report(messages.missing_in_grid(corner, what, missing))
    return found


def _cell(about: StatementContext, row: str, column: str, text: syn.Text, scale: Scale) -> Cell:
    if folded(text.text) == core.NOT_POSSIBLE:
        return Cell(row, column, None, text.span, possible=False)
    if folded(text.text) == NOT_ESTABLISHED:
        about.not_established(text.span)
        return Cell(row, column, None, text.span)
    level = level_in(scale, text.text)
    if level is None:
        about.report(messages.unclear_grid_cell(text.span, text.text, row, column, scale.levels))
    return Cell(row, column, level, text.span)


# ---- better levels and worse ----


def must_be_in_order(about: StatementContext, cells: Sequence[Cell], scale: Scale, scales: GridScales) -> None:
    """Warn about the first cell of each row and column in which a better level leads to a worse result."""
    if about.of_indicator is None or about.item.inherited:
        return
    known = {(cell.row, cell.column): cell for cell in cells if cell.level is not None and cell.possible}
    rows, columns = (one.worst_first(about.of_indicator) for one in scales)
    ranks = {level: rank for rank, level in enumerate(scale.worst_first(about.of_indicator))}
    by_row = [[known[row, column] for column in columns if (row, column) in known] for row in rows]
    by_column = [[known[row, column] for row in rows if (row, column) in known] for column in columns]
    for lines, name in ((by_row, scales[1].name), (by_column, scales[0].name)):
        pairs = (pair for line in lines for pair in pairwise(line))
        turned = next((pair for pair in pairs if ranks[pair[1].level or ""] < ranks[pair[0].level or ""]), None)
        if turned is not None:
            _report_turned(about, *turned, name)


def _report_turned(about: StatementContext, worse: Cell, better: Cell, scale: str) -> None:
    along_row = worse.row == better.row
    fixed, levels = (worse.row, (worse.column, better.column)) if along_row else (worse.column, (worse.row, better.row))
    colors = (worse.level or "", better.level or "")
    about.report(messages.better_comes_out_worse(better.span, worse.span, fixed, scale, levels, colors))
