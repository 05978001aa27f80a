"""Marks of confidence, and what may not rest on one: a number or level that is no more than recollection."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from rulelang.compiler.inherit_levels import EffectiveLevel
from rulelang.compiler.level_rules.context import NOT_ESTABLISHED, About, folded
from rulelang.diagnostics.catalogue import levels as messages
from rulelang.diagnostics.catalogue import levels_sense
from rulelang.diagnostics.source import Span
from rulelang.syntax import tree as syn
from rulelang.syntax.tree import levels as lev

CONFIDENCE: Final = "confidence"
"""What heads the column with the mark of each row of a band table."""

MARKS: Final = ("A", "B", "C", "D")
"""How sure a source makes a statement, from printed by the authority to recollection only."""

RECOLLECTION: Final = "D"

NOT_POSSIBLE: Final = "not possible"


def must_be_sure(about: About, item: EffectiveLevel) -> None:
    """Report a mark that is none, and numbers and levels that are marked as recollection only."""
    whole = item.confidence
    if whole is not None and whole.text.partition(" ")[0].upper() not in MARKS:
        about.report(messages.unclear_confidence(whole.span, whole.text))
    own = whole.text.partition(" ")[0].upper() if whole is not None else ""
    for mark, span, says_something in _marked(about, item.statement, own):
        if mark == RECOLLECTION and says_something:
            about.report(levels_sense.recollection_only(span or (whole.span if whole is not None else item.span)))


def _marked(about: About, statement: lev.LevelStatement, own: str) -> Iterator[tuple[str, Span | None, bool]]:
    """Yield each mark of a statement, its place (None: below the statement), and whether it is of numbers or levels."""
    match statement:
        case lev.Measure(_, value):
            yield own, None, not isinstance(value, lev.NotEstablishedValue)
        case lev.Override(level):
            yield own, None, folded(level.text) != NOT_ESTABLISHED
        case lev.GridTable(_, _, table):
            yield own, None, _says_something([cell for row in table.rows[1:] for cell in row[1:]])
        case lev.BandsTable():
            yield from _rows(about, statement, own)
        case _:
            yield own, None, True


def _rows(about: About, bands: lev.BandsTable, own: str) -> Iterator[tuple[str, Span | None, bool]]:
    header, *body = bands.table.rows or ((),)
    column = next((at for at, cell in enumerate(header) if folded(cell.text) == CONFIDENCE), None)
    start = 1 if len(header) > 1 and about.scale_named(header[0].text) is not None else 0
    for row in body:
        cells = [cell for at, cell in enumerate(row) if at >= start and at != column]
        mark = row[column] if column is not None and column < len(row) and row[column].text else None
        if mark is not None and mark.text.upper() not in MARKS:
            about.report(messages.unclear_confidence(mark.span, mark.text))
        yield mark.text.upper() if mark else own, mark.span if mark else None, _says_something(cells)


def _says_something(cells: Sequence[syn.Text]) -> bool:
    return any(folded(cell.text) not in (NOT_ESTABLISHED, NOT_POSSIBLE, "") for cell in cells)
