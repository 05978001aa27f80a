"""The statements of levels in force in a year as text, and what a year changes in them, cell by cell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from attrs import evolve, frozen

from rulelang.compiler.effective_line import INDENT, EffectiveLine, clause_lines, line_of, one_line
from rulelang.compiler.inherit import Effective
from rulelang.compiler.inherit_levels import EffectiveLevel, changed_levels
from rulelang.compiler.level_rules.context import folded
from rulelang.syntax import tree as syn
from rulelang.syntax.spoken import aligned
from rulelang.syntax.tree import levels as lev


def level_lines(levels: Sequence[EffectiveLevel]) -> Iterator[EffectiveLine]:
    """Yield the statements under a heading for each indicator, those of no indicator first."""
    for indicator in sorted(dict.fromkeys(one.of for one in levels), key=lambda name: name != ""):
        yield EffectiveLine("")
        if indicator:
            yield EffectiveLine(f"for {indicator}")
        indent = INDENT if indicator else ""
        for one in (one for one in levels if one.of == indicator):
            yield EffectiveLine(f"{indent}{statement_text(one)}", line_of(one.span))
            yield from clause_lines(one.cites, one.because, indent + INDENT)
            if one.confidence is not None:
                yield EffectiveLine(f"{indent}{INDENT}{one_line(one.confidence)}")
            yield from _table(one.statement, indent + INDENT)


def statement_text(one: EffectiveLevel) -> str:
    """Return a statement as canonical text on one line, without its indicator and of a table the line above it."""
    statement = one.statement
    if isinstance(statement, lev.Measure | lev.BandsTable | lev.GridTable):
        statement = evolve(statement, subject=evolve(statement.subject, indicators=()))
    return one_line(statement)


def _table(statement: lev.LevelStatement, indent: str) -> Iterator[EffectiveLine]:
    rows = _rows(statement)
    for row, text in zip(rows, aligned(rows), strict=True):
        yield EffectiveLine(f"{indent}{text}", line_of(row[0].span))


def _rows(statement: lev.LevelStatement) -> tuple[tuple[syn.Text, ...], ...]:
    return statement.table.rows if isinstance(statement, lev.BandsTable | lev.GridTable) else ()


# ---- what a year changes ----


@frozen
class LevelChange:
    """What a year does to one statement of its base: `how` is added, replaced or removed; a missing side is None.

    `cells` are those of a table that say something else, each as its row, its column, and what it said and says.
    """

    how: str
    before: EffectiveLevel | None
    after: EffectiveLevel | None
    cells: tuple[tuple[str, str, str, str], ...] = ()

    @property
    def title(self) -> str:
        """Return what the statement is called: `bands Suspension Rate Status`."""
        one = self.after or self.before
        return one.title if one is not None else ""


def level_changes(effective: Effective) -> list[LevelChange]:
    """Return what a year changes in the statements of its base, in the order of the base and then of what is added."""
    before = effective.base.levels if effective.base is not None else ()
    return [
        LevelChange(how, old, new, tuple(_changed_cells(old, new)) if old is not None and new is not None else ())
        for how, old, new in changed_levels(before, effective.levels, effective.year)
    ]


def _changed_cells(before: EffectiveLevel, after: EffectiveLevel) -> Iterator[tuple[str, str, str, str]]:
    """Yield the cells of two tables that differ; a side that has no such cell is blank."""
    old, new = _cells(before.statement), _cells(after.statement)
    for row, column in dict.fromkeys((*old, *new)):
        first, second = old.get((row, column), ""), new.get((row, column), "")
        if folded(first) != folded(second):
            yield row, column, first, second


def _cells(statement: lev.LevelStatement) -> dict[tuple[str, str], str]:
    rows = _rows(statement)
    has_types = bool(rows) and len({row[0].text for row in rows}) == len(rows) and len(rows) > 1
    found = {}
    for row in rows[1:]:
        for column, cell in zip(rows[0], row, strict=False):
            if not (has_types and cell is row[0]):
                found[row[0].text if has_types else "", column.text] = cell.text
    return found
