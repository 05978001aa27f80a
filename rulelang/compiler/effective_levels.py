"""The statements of levels in force in a year as text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from attrs import evolve

from rulelang.compiler.context import folded
from rulelang.compiler.effective_line import INDENT, EffectiveLine, clause_lines, line_of, one_line
from rulelang.compiler.in_force import EffectiveLevel
from rulelang.compiler.level_rules.marks import CONFIDENCE, row_marks
from rulelang.syntax import tree as syn
from rulelang.syntax.unparse import aligned


def level_lines(levels: Sequence[EffectiveLevel], plurals: Mapping[str, str]) -> Iterator[EffectiveLine]:
    """Yield the statements under a heading for each indicator or some kinds of LEA, those of neither first.

    `plurals` has what several of each kind are called.
    """
    headings = {one: _heading(one, plurals) for one in levels}
    for heading in sorted(dict.fromkeys(headings.values()), key=bool):
        yield EffectiveLine("")
        if heading:
            yield EffectiveLine(f"for {heading}")
        indent = INDENT if heading else ""
        for one in (one for one in levels if headings[one] == heading):
            yield EffectiveLine(f"{indent}{statement_text(one)}", line_of(one.span))
            yield from clause_lines(one.cites, one.because, indent + INDENT)
            if one.mark:
                yield EffectiveLine(f"{indent}{INDENT}confidence {mark_text(one)}")
            yield from (EffectiveLine(f"{indent}{INDENT}{row}") for row in aligned(_marked_rows(one)))


def _heading(one: EffectiveLevel, plurals: Mapping[str, str]) -> str:
    """Return what a statement is under: its indicator, or the kinds of LEA it is about; empty for neither."""
    return one.of or " and ".join(plurals[kind.text] for kind in one.kinds)


def mark_text(one: EffectiveLevel) -> str:
    """Return the mark of a statement in the year at hand, with its author's words; empty where it has none."""
    words = one.confidence.words if one.confidence is not None else ""
    return f'{one.mark} "{words}"' if one.mark and words else one.mark


def _marked_rows(one: EffectiveLevel) -> tuple[tuple[syn.Text, ...], ...]:
    """Return the rows of a statement's table, the marks of rows being those of the year at hand."""
    marks = {row.start: mark for row, mark in row_marks(one)}
    rows = syn.table_rows(one.statement)
    return tuple(
        tuple(
            evolve(cell, text=marks.get(row[0].span.start, "")) if folded(head.text) == CONFIDENCE and at else cell
            for head, cell in zip(rows[0], row, strict=False)
        )
        for at, row in enumerate(rows)
    )


def statement_text(one: EffectiveLevel) -> str:
    """Return a statement as canonical text on one line, without its indicator and of a table the line above it."""
    statement = one.statement
    if isinstance(statement, syn.Measure | syn.Tabled):
        statement = evolve(statement, subject=evolve(statement.subject, indicators=()))
    return one_line(statement)


def table_text(statement: syn.LevelStatement) -> list[str]:
    """Return the table of a statement as lines with pipes, their cells aligned; nothing where it has none."""
    return aligned(syn.table_rows(statement))
