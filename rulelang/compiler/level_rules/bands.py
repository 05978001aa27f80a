"""Band tables: from rows of cells, read left to right, to bands that partition the line without gap and overlap."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple

from rulelang.compiler.context import NOT_ESTABLISHED, StatementContext, all_known, level_in
from rulelang.compiler.level_rules.intervals import (
    OPEN_ABOVE,
    OPEN_BELOW,
    Interval,
    before,
    decimals_in,
    number_in,
    read_interval,
    stepped,
    within,
    without,
)
from rulelang.compiler.level_rules.marks import CONFIDENCE
from rulelang.compiler.level_rules.types import ForTypes, chosen, has_rows, must_be_reported, types_in
from rulelang.core import tree as core
from rulelang.core.record_words import folded
from rulelang.core.vocabulary import Scale
from rulelang.diagnostics.catalogue import levels as messages
from rulelang.diagnostics.decimals import exact_text
from rulelang.diagnostics.source import Span
from rulelang.syntax import tree as syn


class _Heads(NamedTuple):
    """What the columns of a band table are: that of the types, if it has one, and a level for each column of cells."""

    types: Scale | None
    levels: tuple[tuple[int, str], ...]
    width: int


class _Cell(NamedTuple):
    """A cell of a band table; the interval is None if it is not established."""

    level: str
    interval: Interval | None
    text: syn.Text


class Banded(NamedTuple):
    """The number that a band table is about: `decimals` is what it is rounded to, None if it is not.

    `is_count` says that it is never below zero.
    """

    value: core.Node
    decimals: int | None
    is_count: bool = False

    @property
    def step(self) -> Fraction | None:
        """Return the smallest distance between two such numbers, None if any number is one."""
        return None if self.decimals is None else Fraction(1, 10**self.decimals)


def band_levels(about: StatementContext, table: syn.BandsTable, scale: Scale, banded: Banded) -> core.Node | None:
    """Return the level of a number by a band table, by type if it has types; None, after reports, for a faulty one."""
    if not has_rows(about, table):
        return None
    heads = _heads(about, table.table.rows[0], scale)
    if heads is None or (
        heads.types is not None and not must_be_reported(about, heads.types, table.table.rows[0][0].span)
    ):
        return None
    parts = all_known(_row(about, row, heads, scale, banded) for row in table.table.rows[1:])
    return None if parts is None else chosen(about, heads.types, parts)


def _heads(about: StatementContext, header: Sequence[syn.Text], scale: Scale) -> _Heads | None:
    types = about.scale_named(header[0].text) if level_in(scale, header[0].text) is None else None
    columns: dict[str, int] = {}
    for column, cell in enumerate(header):
        level = level_in(scale, cell.text)
        name = level or folded(cell.text)
        if column == 0 and types is not None:
            continue
        if level is None and name != CONFIDENCE:
            about.report(messages.level_not_of_scale(cell.span, cell.text, scale.name, scale.levels))
            return None
        if name in columns:
            about.report(messages.heading_twice(cell.span, level or cell.text, header[columns[name]].span))
        columns.setdefault(name, column)
    levels = tuple((column, name) for name, column in columns.items() if name in scale.levels)
    missing = [level for level in scale.levels if level not in columns]
    if missing:
        about.report(messages.level_without_band(header[0].span.to(header[-1].span), missing))
        return None
    return _Heads(types, levels, len(header))


def _row(
    about: StatementContext, row: Sequence[syn.Text], heads: _Heads, scale: Scale, banded: Banded
) -> ForTypes | None:
    span = row[0].span.to(row[-1].span)
    if len(row) != heads.width:
        about.report(messages.row_of_other_width(span, len(row), heads.width))
        return None
    cells = all_known(_cell(about, level, row[column]) for column, level in heads.levels)
    types = types_in(about, heads.types, row[0].text, row[0].span) if heads.types is not None else ()
    if cells is None:
        return None
    if all(cell.interval is None for cell in cells):
        return ForTypes(types, about.not_established(span), span)
    pieces = _pieces(about, cells, span, banded.step)
    if pieces is None:
        return None
    _must_make_sense(about, cells, pieces, scale, banded)
    return ForTypes(types, core.Match((banded.value,), _partition(pieces, banded.step), None, span=span), span)


def _cell(about: StatementContext, level: str, text: syn.Text) -> _Cell | None:
    if folded(text.text) == NOT_ESTABLISHED:
        return _Cell(level, None, text)
    interval = read_interval(text.text)
    if interval is None:
        about.report(messages.unclear_band(text.span, text.text))
        return None
    return _Cell(level, interval, text)


def _must_make_sense(
    about: StatementContext, cells: Sequence[_Cell], pieces: Sequence[_Piece], scale: Scale, banded: Banded
) -> None:
    """Report levels out of order along the numbers, and limits that no such number has."""
    indicator = about.of_indicator
    turned = indicator is not None and indicator.lower_is_better and not scale.turns
    ascending = scale.levels[::-1] if turned else scale.levels
    ordered = [(level, span) for _, level, span in sorted(pieces, key=lambda piece: piece[0].start) if level]
    for (lower, _), (higher, span) in pairwise(ordered):
        if ascending.index(higher) < ascending.index(lower):
            about.report(messages.levels_out_of_order(span, higher, lower))
            break
    for cell in cells:
        if banded.decimals is not None and decimals_in(cell.text.text) > banded.decimals:
            about.report(messages.finer_than_rounded(cell.text.span, cell.text.text, banded.decimals))
    below_zero = Interval(end=before(Fraction(0)))
    for piece, _, span in pieces if banded.is_count else ():
        if piece.also_in(below_zero) == piece:
            about.report(messages.without_effect(span, "the number is never below zero"))


# ---- what is left for each cell ----

_Piece = tuple[Interval, str | None, Span]


def _pieces(about: StatementContext, cells: Sequence[_Cell], span: Span, step: Fraction | None) -> list[_Piece] | None:
    """Return the intervals of the cells of a row, none of them shared; None, after reports, for a faulty row.

    Cells that are not established share what the others leave over, and it is unknown which of them holds there.
    """
    mistakes = len(about.reporter.diagnostics)
    established = [(cell, cell.interval) for cell in cells if cell.interval is not None]
    _must_not_overlap(about, established, step)
    left = [Interval()]
    pieces: list[_Piece] = []
    for cell, interval in established:
        parts = within(left, interval, step)
        if len(parts) != 1:
            _report_parts(about, cell, interval, parts, step)
        left = left if interval.is_empty(step) else without(left, interval, step)
        pieces.extend((part, cell.level, cell.text.span) for part in parts)
    open_cell = next((cell for cell in cells if cell.interval is None), None)
    if open_cell is not None:
        pieces.extend((one, None, open_cell.text.span) for one in left)
        if not left:
            about.report(messages.never_holds(open_cell.text.span, open_cell.level, None))
    elif left:
        gap = left[0]
        about.report(messages.gap(span, _example(gap, step), _between(gap), _closing(gap)))
    return pieces if len(about.reporter.diagnostics) == mistakes else None


def _report_parts(
    about: StatementContext, cell: _Cell, interval: Interval, parts: Sequence[Interval], step: Fraction | None
) -> None:
    """Report a cell that holds for no number, or that an earlier cell cuts in two."""
    if not parts:
        example = None if interval.is_empty(step) else _example(interval, step)
        about.report(messages.never_holds(cell.text.span, cell.level, example))
    else:
        examples = _example(parts[0], step), _example(parts[-1], step)
        about.report(messages.band_in_two_parts(cell.text.span, cell.level, *examples))


def _must_not_overlap(about: StatementContext, cells: Sequence[tuple[_Cell, Interval]], step: Fraction | None) -> None:
    """Report two cells that both hold for a number, except cells that extend further the same way: `1.5 or less`."""
    for index, (second, later) in enumerate(cells):
        for first, earlier in cells[:index]:
            same_way = (earlier.start == OPEN_BELOW) == (later.start == OPEN_BELOW)
            nested = same_way and not (earlier.has_two_ends or later.has_two_ends)
            shared = earlier.also_in(later)
            if not nested and not shared.is_empty(step):
                about.report(
                    messages.overlap(
                        second.text.span, first.text.span, _example(shared, step), first.level, second.level
                    )
                )


def _example(interval: Interval, step: Fraction | None) -> str:
    return exact_text(number_in(interval, step))


def _between(gap: Interval) -> str:
    lower, upper = gap.lower, gap.upper
    if lower is None and upper is not None:
        return f"below {exact_text(upper.number)}"
    if upper is None and lower is not None:
        return f"above {exact_text(lower.number)}"
    ends = [exact_text(one.number) for one in (lower, upper) if one is not None]
    return f"between {' and '.join(ends)}" if ends and ends[0] != ends[-1] else f"at {ends[0]}" if ends else "anywhere"


def _closing(gap: Interval) -> str:
    """Return how the cells beside a gap can close it, in its own numbers."""
    lower, upper = gap.lower, gap.upper
    if lower is not None and upper is not None:
        number = exact_text(upper.number)
        return f"make the cells meet at one number, like `{number} or more` and `below {number}`"
    if lower is not None:
        number = exact_text(lower.number)
        return f"write a cell `{f'{number} or more' if lower.included else f'above {number}'}`"
    if upper is not None:
        number = exact_text(upper.number)
        return f"write a cell `{f'{number} or less' if upper.included else f'below {number}'}`"
    return "make the cells cover every number between them"


def _partition(pieces: Sequence[_Piece], step: Fraction | None) -> tuple[core.Row, ...]:
    """Return the pieces as rows in ascending order, each beginning where the one below it ends.

    Between 1.4 and 1.5 there is nothing for a number rounded to a tenth; the upper band then begins just above 1.4.
    """
    ordered = sorted(pieces, key=lambda piece: piece[0].start)
    rows = []
    end = OPEN_BELOW
    for interval, level, span in ordered:
        same = stepped(end, step) == stepped(interval.start, step)
        found = Interval(end if same else interval.start, interval.end)
        value = core.Const(level, "" if level is not None else NOT_ESTABLISHED, span=span)
        rows.append(core.Row((core.Interval(found.lower, found.upper),), value))
        end = interval.end
    assert end == OPEN_ABOVE  # noqa: S101  # what is left over has been reported
    return tuple(rows)
