"""Vocabularies that extend another: what they do not say themselves stands in that one."""

from __future__ import annotations

from pathlib import Path

from attrs import evolve

from rulelang.compiler import files
from rulelang.compiler.locations import extended_file, is_rule_file
from rulelang.diagnostics.catalogue import vocabulary as messages
from rulelang.diagnostics.diagnostic import Reporter
from rulelang.syntax import tree as syn
from rulelang.syntax.parse import parse_vocabulary
from rulelang.syntax.tree.vocabularies import ExtendsLine


def read_vocabulary(
    path: Path, reporter: Reporter, extending: tuple[Path, ...] = (), held: files.Held = files.NOTHING_HELD
) -> tuple[syn.File, tuple[str, ...]] | None:
    """Return a vocabulary file with what it takes over from those it extends, and the text of each of the files.

    None, after reports, where one of them cannot be opened.
    """
    source = files.read_source(path, reporter, held)
    if source is None:
        return None
    file = parse_vocabulary(source, reporter)
    lines = [statement for statement in file.statements if isinstance(statement, ExtendsLine)]
    if not lines:
        return file, (source.text,)
    for second in lines[1:]:
        reporter.report(messages.extends_twice(second.span))
    place = extended_file(path, lines[0].path.text)
    if place in (path.resolve(), *extending) or not is_rule_file(place):
        reporter.report(messages.cannot_extend(lines[0].path.span, files.shown_name(place)))
        return None
    extended = read_vocabulary(place, reporter, (*extending, path.resolve()), held)
    if extended is None:
        return None
    below, texts = extended
    return evolve(file, statements=_together(file.statements, below.statements)), (source.text, *texts)


def _together(own: tuple[syn.Statement, ...], below: tuple[syn.Statement, ...]) -> tuple[syn.Statement, ...]:
    """Return the statements of a vocabulary and those it takes over: tables of other headings, and lines it lacks."""
    headings = {_heading(statement) for statement in own if isinstance(statement, syn.Table)}
    own_years = [year.value for line in own if isinstance(line, syn.YearsLine) for year in line.years]
    has_suspended = any(isinstance(statement, syn.SuspendedYearLine) for statement in own)
    taken: list[syn.Statement] = []
    keeps = False
    for statement in below:
        match statement:
            case syn.Table():
                keeps = _heading(statement) not in headings
            case syn.YearsLine():
                keeps = not own_years
            case syn.SuspendedYearLine(year):
                keeps = not has_suspended and year.value not in own_years
            case syn.BecauseLine():
                pass  # it is the reason of the line above, and goes where that goes
            case _:
                keeps = False
        if keeps:
            taken.append(statement)
    own = tuple(statement for statement in own if not isinstance(statement, ExtendsLine))
    return (*own, *taken)


def _heading(table: syn.Table) -> str:
    return " ".join(table.heading.text.casefold().split())
