"""How a diagnostic looks: one pure function from a diagnostic to the text people read."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from itertools import groupby

from rulelang.diagnostics.catalogue.quote import count
from rulelang.diagnostics.diagnostic import Diagnostic, Severity, in_order
from rulelang.diagnostics.drawing import Mark, Screen, draw, gutter_width, plain, wrapped
from rulelang.diagnostics.source import Source, Span

MORE = "rulelang help"
"""The command that shows the page of a code."""

MOST_SHOWN = 100
"""How many diagnostics of a run are drawn; the rest is a number."""

_STYLE = {Severity.ERROR: "bold red", Severity.WARNING: "bold yellow"}


def render(diagnostic: Diagnostic, *, width: int = 80, color: bool = False) -> str:
    """Return a diagnostic as people read it, without a line end after the last line.

    Lines are at most `width` columns where the words allow it. `color` adds ANSI styles and changes nothing else.
    """
    screen = Screen(width, color)
    marks = _marks(diagnostic)
    gutter = gutter_width(marks)
    lines = [*_headline(diagnostic, screen), *_drawings(marks, gutter, screen)]
    if diagnostic.place is not None:
        lines.append(f"{'':{gutter + 1}}{screen.paint('-->', 'blue')} {plain(str(diagnostic.place))}")
    if marks:
        lines.append(f"{'':{gutter + 2}}{screen.paint('|', 'blue')}")
    lines += _remarks(diagnostic, gutter, screen)
    return "\n".join(lines)


def render_all(
    diagnostics: Iterable[Diagnostic], *, width: int = 80, color: bool = False, limit: int = MOST_SHOWN
) -> str:
    """Return the diagnostics of a run as `render_some`, and how many there are; nothing if there are none."""
    ordered = in_order(diagnostics)
    if not ordered:
        return ""
    return "\n\n".join([render_some(ordered, width=width, color=color, limit=limit), count_line(ordered)])


def render_some(
    diagnostics: Iterable[Diagnostic], *, width: int = 80, color: bool = False, limit: int = MOST_SHOWN
) -> str:
    """Return diagnostics in the order of their places. Past `limit` only the number of those left out is given."""
    ordered = in_order(diagnostics)
    parts = [render(diagnostic, width=width, color=color) for diagnostic in ordered[:limit]]
    if len(ordered) > limit:
        parts.append(f"and {len(ordered) - limit} more")
    return "\n\n".join(parts)


def count_line(diagnostics: Collection[Diagnostic]) -> str:
    """Return how many errors and warnings there are: `3 errors, 1 warning`."""
    counts = []
    for severity in Severity:
        number = sum(diagnostic.severity is severity for diagnostic in diagnostics)
        if number:
            counts.append(count(number, severity.value))
    return ", ".join(counts) or "no errors"


def _marks(diagnostic: Diagnostic) -> list[Mark]:
    first = [Mark(label.span, label.text, "^", _STYLE[diagnostic.severity]) for label in diagnostic.labels[:1]]
    return first + [Mark(label.span, label.text, "-", "blue") for label in diagnostic.labels[1:]]


def _headline(diagnostic: Diagnostic, screen: Screen) -> list[str]:
    title = f"{diagnostic.severity.value}[{diagnostic.code}]"
    first, *more = wrapped(f"{title}: {plain(diagnostic.message)}", screen.width)
    painted = screen.paint(title, _STYLE[diagnostic.severity]) + screen.paint(first.removeprefix(title), "bold")
    return [painted, *(screen.paint(line, "bold") for line in more)]


def _drawings(marks: list[Mark], gutter: int, screen: Screen) -> Iterator[str]:
    """Yield a drawing for each source, the source of the first mark first."""
    if not marks:
        return
    sources: list[Source] = list({id(mark.span.source): mark.span.source for mark in marks}.values())
    order = {id(source): position for position, source in enumerate(sources)}
    by_source = sorted(marks, key=lambda mark: order[id(mark.span.source)])
    for position, group in groupby(by_source, key=lambda mark: order[id(mark.span.source)]):
        own = list(group)
        arrow = "-->" if position == 0 else ":::"
        yield f"{'':{gutter + 1}}{screen.paint(arrow, 'blue')} {where(own[0].span)}"
        yield f"{'':{gutter + 2}}{screen.paint('|', 'blue')}"
        yield from draw(own, screen, gutter=gutter)


def where(span: Span) -> str:
    """Return the place of a span as editors understand it: `file:line:column`."""
    return f"{plain(span.source.name)}:{span.line}:{span.column}"


def _remarks(diagnostic: Diagnostic, gutter: int, screen: Screen) -> Iterator[str]:
    remarks = [("help", diagnostic.help)] if diagnostic.help else []
    remarks += [("note", note) for note in diagnostic.notes]
    remarks.append(("more", f"{MORE} {diagnostic.code}"))
    for title, text in remarks:
        yield from remark(title, text or "", gutter, screen)


def remark(title: str, text: str, gutter: int, screen: Screen) -> list[str]:
    """Return the lines of a remark below a drawing: `= help: did you mean …`, wrapped to the width."""
    lead = f"{'':{gutter + 2}}= "
    first, *more = wrapped(f"{title}: {plain(text)}", screen.width, lead, " " * (len(lead) + len(title) + 2))
    marked = first.replace("=", screen.paint("=", "blue"), 1).replace(title, screen.paint(title, "bold"), 1)
    return [marked, *more]
