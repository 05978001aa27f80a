"""The outline of a text: its headings, and the rules, statements and examples under them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from attrs import evolve, frozen

from rulelang.compiler.effective_line import one_line
from rulelang.compiler.in_force import described
from rulelang.diagnostics.source import Span
from rulelang.services.places import Range, Text
from rulelang.services.workspace import Workspace
from rulelang.syntax import tree as syn

_HEADINGS: Final = (syn.PriorityLine, syn.ForLine, syn.IndicatorsLine)


@frozen
class Symbol:
    """A part of a text with a name.

    `kind` is `ruleset`, `heading`, `rule`, `measure`, `levels`, `change`, `example` or `table`; `range` is all of it,
    with the `children` below it, `selection` the place of its first line.
    """

    name: str
    kind: str
    range: Range
    selection: Range
    detail: str = ""
    children: tuple[Symbol, ...] = ()


def symbols(workspace: Workspace, path: Path) -> list[Symbol]:
    """Return the outline of a file: what stands under a heading or in an example is a child of it."""
    reading = workspace.reading(path)
    if reading is None:
        return []
    found: list[Symbol] = []
    open_heading = False
    for statement in reading.file.statements:
        one = _symbol(statement, reading.text)
        if isinstance(statement, _HEADINGS):
            open_heading = True
        elif isinstance(statement, syn.ExampleLine | syn.RemoveExamples):
            open_heading = False
        if one is None:
            found[-1:] = [_longer(last, reading.text.range_of(statement.span)) for last in found[-1:]]
        elif open_heading and not isinstance(statement, _HEADINGS):
            found[-1] = _longer(evolve(found[-1], children=(*found[-1].children, one)), one.range)
        else:
            found.append(one)
    return found


def _longer(one: Symbol, stretch: Range) -> Symbol:
    """Return a symbol that ends where a stretch below it ends, and so do its last children."""
    children = one.children
    if children and children[-1].range.end < stretch.end and children[-1].range.start <= stretch.start:
        children = (*children[:-1], _longer(children[-1], stretch))
    return evolve(one, range=Range(one.range.start, stretch.end), children=children)


def _symbol(statement: syn.Statement, text: Text) -> Symbol | None:
    """Return the symbol of a statement; None of a line that belongs to what stands above it."""
    named = next(_named(statement), None)
    if named is None:
        return None
    kind, name, detail = named
    place = text.range_of(statement.span)
    end = Range(place.start, min(place.end, text.range_of(_first_line(statement)).end))
    return Symbol(name, kind, place, end, detail)


def _first_line(statement: syn.Statement) -> Span:
    span = statement.span
    return evolve(span, end=span.start + len(span.text.partition("\n")[0]))


def _named(statement: syn.Statement) -> Iterator[tuple[str, str, str]]:
    """Yield the kind, the name and the detail of a statement, if it has a name."""
    match statement:
        case syn.RulesetLine(title, year):
            yield "ruleset", f"{title} {year}", ""
        case syn.WhatIfLine(title):
            yield "ruleset", f"what if {title}".strip(), ""
        case syn.VocabularyLine(title):
            yield "ruleset", title, ""
        case syn.PriorityLine(number, title):
            yield "heading", f"priority {number.value}", title.text
        case syn.ForLine(names) | syn.IndicatorsLine(names):
            yield "heading", f"for {_listed(names)}", ""
        case syn.ExampleLine(title):
            yield "example", title.text, ""
        case syn.Table(heading):
            yield "table", heading.text, ""
        case _:
            yield from _of_change(statement)


def _of_change(statement: syn.Statement) -> Iterator[tuple[str, str, str]]:
    match statement:
        case syn.Add(inner) | syn.Replace(inner):
            change = "add" if isinstance(statement, syn.Add) else "replace"
            yield from ((kind, name, f"{change}: {detail}") for kind, name, detail in _of_rule(inner))
        case syn.Remove(names):
            yield "change", f"remove {_listed(names)}", ""
        case syn.RemoveExamples(titles):
            yield "change", "remove examples", ", ".join(one.text for one in titles)
        case syn.RemoveLevels():
            yield "change", one_line(statement), ""
        case _:
            yield from _of_rule(statement)


def _of_rule(statement: syn.Statement) -> Iterator[tuple[str, str, str]]:
    match statement:
        case syn.Rule() | syn.OtherwiseRule():
            yield "rule", statement.label.text if statement.label is not None else "rule", one_line(statement)
        case syn.Measure() | syn.LookUpTable() | syn.BandsTable() | syn.GridTable():
            what, name, _ = described(statement)
            yield "measure" if what == "measure" else "levels", name, what
        case syn.SmallPopulations() | syn.Needs() | syn.Override():
            yield "levels", described(statement)[0], one_line(statement)
        case _:
            return


def _listed(names: Sequence[syn.Name]) -> str:
    return ", ".join(one.text for one in names)
