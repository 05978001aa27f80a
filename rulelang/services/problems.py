"""What is wrong with a text, where, and the edits that fix it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from attrs import evolve, frozen

from rulelang.diagnostics.diagnostic import Diagnostic, Edit, Severity
from rulelang.services.places import Place, Position, Range, TextEdit
from rulelang.services.workspace import Workspace


@frozen
class Problem:
    """One thing that is wrong in a text.

    `severity` is "error" or "warning"; `help` says how to fix it, `notes` say more about it, `related` are further
    places with remarks. All of the `edits` together fix it; without edits it is not certain what was meant, and each of
    the `choices` alone says one thing that could be. If it is in another file, `range` is the line that leads there,
    and the message names it.
    """

    range: Range
    code: str
    severity: str
    message: str
    help: str | None = None
    notes: tuple[str, ...] = ()
    related: tuple[tuple[Place, str], ...] = ()
    edits: tuple[TextEdit, ...] = ()
    choices: tuple[TextEdit, ...] = ()


def problems(workspace: Workspace, path: Path) -> list[Problem]:
    """Return all that is wrong with a file as it is in the workspace, in order of place; empty if nothing is."""
    return problems_of(workspace, path, workspace.finding(path).diagnostics)


def problems_of(workspace: Workspace, path: Path, diagnostics: Iterable[Diagnostic]) -> list[Problem]:
    """Return what a check has found wrong with a file as it is in the workspace, in order of place.

    What is wrong with another file is one problem, its first error or else warning, which says how many more there are.
    """
    whole = path.resolve()
    by_file: dict[str, list[Diagnostic]] = {}
    for one in diagnostics:
        by_file.setdefault(one.span.source.name if one.span is not None else "", []).append(one)
    found = []
    for name, those in by_file.items():
        is_here = not name or Path(name).resolve() == whole
        shown = those if is_here else [min(those, key=lambda one: one.severity is not Severity.ERROR)]
        found += [_problem(workspace, whole, one) for one in shown]
        if not is_here and len(those) > 1:
            found[-1] = evolve(found[-1], notes=(*found[-1].notes, f"{len(those) - 1} more in {name}"))
    return sorted(found, key=lambda one: one.range.start)


def _problem(workspace: Workspace, path: Path, diagnostic: Diagnostic) -> Problem:
    span = diagnostic.span
    place = workspace.place(span) if span is not None else None
    is_here = place is not None and place.path == path
    message = diagnostic.message
    if not is_here and span is not None:
        message = f"{span.source.name}:{span.line}: {message}"
    return Problem(
        place.range if place is not None and is_here else _line_that_leads_away(workspace, path),
        diagnostic.code,
        diagnostic.severity.value,
        message,
        diagnostic.help,
        (*(one.text for one in diagnostic.labels[:1] if one.text), *diagnostic.notes),
        tuple(_related(workspace, diagnostic)),
        edits_of(workspace, diagnostic.edits),
        edits_of(workspace, diagnostic.choices),
    )


def edits_of(workspace: Workspace, edits: Sequence[Edit]) -> tuple[TextEdit, ...]:
    """Return edits of rule text as those of files; none if one of them is in no file that can be opened."""
    found = [(workspace.place(one.span), one.replacement) for one in edits]
    of_files = tuple(TextEdit(place, text) for place, text in found if place is not None)
    return of_files if len(of_files) == len(found) else ()


def _related(workspace: Workspace, diagnostic: Diagnostic) -> Iterator[tuple[Place, str]]:
    for label in diagnostic.labels[1:]:
        place = workspace.place(label.span)
        if place is not None and label.text:
            yield place, label.text


def _line_that_leads_away(workspace: Workspace, path: Path) -> Range:
    """Return the line that names the base or the vocabulary of a file, or what it extends, or else its first line."""
    reading = workspace.reading(path)
    if reading is None:
        return Range(Position(0, 0), Position(0, 0))
    for heads in (("BASED_ON", "WHAT_IF"), ("USES", "EXTENDS")):
        for one in reading.statements:
            if one.tokens[0].may_be(*heads):
                return reading.text.range(one.tokens[0].start, one.tokens[-1].end)
    return reading.text.range(0, len(reading.source.line(1)))
