"""Vocabularies that extend another and take over what they do not declare themselves."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Final

from attrs import evolve, frozen

from rulelang.compiler import files
from rulelang.compiler.locations import NOTHING_HELD, Held, is_rule_file
from rulelang.compiler.standing import extended_file, installed_vocabulary
from rulelang.core.record_words import folded
from rulelang.diagnostics.catalogue import vocabulary as messages
from rulelang.diagnostics.diagnostic import Diagnostic, Reporter
from rulelang.diagnostics.source import Source
from rulelang.syntax import tree as syn
from rulelang.syntax.parse import parse_vocabulary
from rulelang.syntax.plain_text import vocabulary_title


@frozen
class ReadVocabulary:
    """A vocabulary file with what it takes over from those it extends, and the text of each of the files.

    `replaced` are the headings of tables that it has in place of theirs.
    """

    file: syn.File
    texts: tuple[str, ...]
    replaced: tuple[str, ...] = ()


def read_vocabulary(
    path: Path, reporter: Reporter, extending: tuple[Path, ...] = (), held: Held = NOTHING_HELD
) -> ReadVocabulary | None:
    """Return a vocabulary as it is read; None, after reports, if one of its files cannot be opened."""
    source = files.read_source(path, reporter, held)
    if source is None:
        return None
    file, faults = _parsed(source.name, source.text)
    for fault in faults:
        reporter.report(fault)
    lines = [one for one in file.statements if isinstance(one, syn.FileLine) and one.what == _EXTENDS]
    if not lines:
        return ReadVocabulary(file, (source.text,))
    for second in lines[1:]:
        reporter.report(messages.extends_twice(second.span))
    line, title = lines[0], vocabulary_title(lines[0].named)
    place = extended_file(path, line.named) if line.quoted else installed_vocabulary(title)
    if place is None or place in (path.resolve(), *extending) or not is_rule_file(place):
        span = line.text.span if line.text is not None else line.span
        reporter.report(messages.cannot_extend(span, title if place is None else files.shown_name(place)))
        return None
    extended = read_vocabulary(place, reporter, (*extending, path.resolve()), held)
    if extended is None:
        return None
    below = extended.file.statements
    headings = {_heading(one) for one in below if isinstance(one, syn.Table)}
    own = [one.heading.text for one in file.statements if isinstance(one, syn.Table) and _heading(one) in headings]
    replaced = tuple(dict.fromkeys([*own, *extended.replaced]))
    together = evolve(file, statements=_together(file.statements, below, reporter))
    return ReadVocabulary(together, (source.text, *extended.texts), replaced)


@lru_cache(maxsize=4)
def _parsed(name: str, text: str) -> tuple[syn.File, Sequence[Diagnostic]]:
    """Return a vocabulary as written, and what is wrong with it: once for all that extend it."""
    reporter = Reporter()
    return parse_vocabulary(Source(name, text), reporter), reporter.diagnostics


def _together(
    own: tuple[syn.Statement, ...], below: tuple[syn.Statement, ...], reporter: Reporter
) -> tuple[syn.Statement, ...]:
    """Return the statements of a vocabulary and those it takes over: tables of other headings, and lines it lacks.

    The rows of a table that begins with `more` come after those of the table that is taken over.
    """
    tables = {_heading(statement): statement for statement in own if isinstance(statement, syn.Table)}
    own_years = [year.value for line in own if isinstance(line, syn.YearsLine) for year in line.years]
    has_suspended = any(isinstance(statement, syn.SuspendedYearLine) for statement in own)
    taken: list[syn.Statement] = []
    merged: list[syn.Statement] = []
    keeps = False
    for statement in below:
        match statement:
            case syn.Table():
                more = tables.get(f"{_MORE} {_heading(statement)}")
                keeps = _heading(statement) not in tables
                if keeps and more is not None:
                    merged.append(more)
                    statement = _with_more(statement, more, reporter)  # noqa: PLW2901  # the same table, longer
            case syn.YearsLine():
                keeps = not own_years
            case syn.SuspendedYearLine(year):
                keeps = not has_suspended and year.value not in own_years
            case syn.Explanation(because=syn.Text()):
                pass  # it is the reason of the line above, and goes with it
            case _:
                keeps = isinstance(statement, syn.FileLine) and statement.what != _EXTENDS
        if keeps:
            taken.append(statement)
    gone = [*merged, *(one for one in own if isinstance(one, syn.FileLine) and one.what == _EXTENDS)]
    return (*(one for one in own if all(one is not other for other in gone)), *taken)


_MORE: Final = "more"
_EXTENDS: Final = "extends"


def _with_more(table: syn.Table, more: syn.Table, reporter: Reporter) -> syn.Table:
    """Return a table with the rows of another below its own, cell by cell under the same heads."""
    heads = [folded(head.text) for head in table.rows[0]]
    places = [folded(head.text) for head in more.rows[0]]
    for head, place in zip(more.rows[0], places, strict=True):
        if place not in heads:
            reporter.report(messages.unknown_table_column(head.span, [one.text for one in table.rows[0]]))
    rows = []
    for row in more.rows[1:]:
        if len(row) != len(places):
            reporter.report(messages.table_shape(row[0].span.to(row[-1].span), len(row), len(places)))
            continue
        cells = dict(zip(places, row, strict=True))
        rows.append(tuple(cells.get(head, syn.Text("", span=row[0].span)) for head in heads))
    return evolve(table, rows=(*table.rows, *rows))


def _heading(table: syn.Table) -> str:
    return folded(table.heading.text)
