"""A diagnostic as data: what is wrong, where, and how to fix it. Drawing it is another module's work."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum
from typing import Final

from attrs import field
from attrs.converters import optional

from rulelang.diagnostics.notebook import titled_table
from rulelang.diagnostics.plain_data import frozen
from rulelang.diagnostics.source import DataPlace, Span


class Severity(StrEnum):
    """How bad a diagnostic is: an error refuses the file, a warning does not. Each equals its word."""

    ERROR = "error"
    WARNING = "warning"


@frozen
class Label:
    """Words written under a range of a source."""

    span: Span
    text: str = ""


LONGEST_QUOTE: Final = 300
"""The longest words of others, or path, that a message shows whole; no one reads a number of 5,000 digits."""

_TOO_LONG: Final = re.compile(f"`([^`]{{{LONGEST_QUOTE - 1}}})[^`]{{2,}}`")


def _with_short_quotes(text: str) -> str:
    """Return a text in which what is between backticks is not longer than a few lines."""
    return _TOO_LONG.sub("`\\1…`", text) if len(text) > LONGEST_QUOTE else text


@frozen
class Edit:
    """A change of rule text that a program may make: the words of `span` are replaced by `replacement`."""

    span: Span
    replacement: str


@frozen
class Diagnostic:
    """One thing that is wrong.

    `code` names the page in the docs; `message` is one sentence without a full stop; the first label is the
    place it is about. A diagnostic about data has a `place` and no labels. `edits` fix it, all of them together, where
    it is certain what was meant; where it is not, each of the `choices` alone says one of the things that could be. An
    error that does not stop leaves rules that can be applied all the same. `case` is
    a made-up case that shows it: a number, or the values of a row of a table.
    """

    code: str
    message: str = field(converter=_with_short_quotes)
    labels: tuple[Label, ...] = ()
    place: DataPlace | None = None
    help: str | None = field(default=None, converter=optional(_with_short_quotes))
    notes: tuple[str, ...] = ()
    severity: Severity = Severity.ERROR
    stops: bool = True
    edits: tuple[Edit, ...] = ()
    choices: tuple[Edit, ...] = ()
    case: str | None = None

    def _repr_html_(self) -> str:
        span, place = self.span, self.place
        where = f"{span.source.name}:{span.line}" if span is not None else ""
        if place is not None:
            where = ", ".join(str(part) for part in (place.file, place.row, place.column) if part)
        rows = (("message", self.message), ("place", where), ("help", self.help or ""))
        return titled_table(f"{self.severity.value}: {self.code}", rows)

    @property
    def span(self) -> Span | None:
        """Return the span of rule text it is about, if it is about rule text."""
        return self.labels[0].span if self.labels else None


def at(
    code: str,
    where: Span | Label | tuple[Label, ...] | DataPlace | None,
    message: str,
    help_text: str | None = None,
    *,
    notes: tuple[str, ...] = (),
    severity: Severity = Severity.ERROR,
    edits: tuple[Edit, ...] = (),
    choices: tuple[Edit, ...] = (),
    case: str | None = None,
) -> Diagnostic:
    """Return a diagnostic about a place in rule text, about places in it with words beside them, or about data."""
    if isinstance(where, Span):
        where = Label(where)
    if isinstance(where, Label):
        where = (where,)
    labels, place = (where, None) if isinstance(where, tuple) else ((), where)
    return Diagnostic(code, message, labels, place, help_text, notes, severity, edits=edits, choices=choices, case=case)


class RulesError(Exception):
    """Raised by the embedding interface if rule files have errors; `diagnostics` says which.

    Its text is the rendered diagnostics, so that an uncaught one still reads like the command line's output.
    """

    def __init__(self, diagnostics: Iterable[Diagnostic], text: str) -> None:
        super().__init__(text)
        self.diagnostics = tuple(diagnostics)

    def __reduce__(self) -> tuple[type[RulesError], tuple[tuple[Diagnostic, ...], str]]:
        """Return its arguments, so that it can be sent from another process."""
        return type(self), (self.diagnostics, str(self))


@frozen
class Reporter:
    """Collects the diagnostics of a run; a pass reports all it can, and a barrier reads `has_errors`."""

    diagnostics: list[Diagnostic] = field(factory=list)
    _known: set[Diagnostic] = field(factory=set, repr=False)

    def report(self, diagnostic: Diagnostic) -> None:
        """Keep a diagnostic, unless an equal one has been kept already."""
        if diagnostic not in self._known:
            self._known.add(diagnostic)
            self.diagnostics.append(diagnostic)

    @property
    def has_errors(self) -> bool:
        """Return whether any reported diagnostic refuses the file."""
        return any(diagnostic.severity is Severity.ERROR for diagnostic in self.diagnostics)

    @property
    def must_stop(self) -> bool:
        """Return whether any reported diagnostic leaves nothing that can be applied."""
        return any(one.severity is Severity.ERROR and one.stops for one in self.diagnostics)


def in_order(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Return the diagnostics by file and place, those without a place first."""

    def key(diagnostic: Diagnostic) -> tuple[str, int]:
        if diagnostic.span is not None:
            return diagnostic.span.source.name, diagnostic.span.start
        if diagnostic.place is not None:
            return diagnostic.place.file, diagnostic.place.row or 0
        return "", 0

    return sorted(diagnostics, key=key)
