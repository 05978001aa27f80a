"""Diagnostics as plain data, for programs: what `rulelang schema check` describes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rulelang.diagnostics.diagnostic import Diagnostic, Edit, Severity
from rulelang.diagnostics.source import Span

Data = dict[str, Any]
"""What JSON calls an object."""


def diagnostic_data(diagnostic: Diagnostic) -> Data:
    """Return a diagnostic as data that JSON can hold. `place` is of rule text, `data` of a file of data."""
    place = diagnostic.place
    data = None if place is None else {"file": place.file, "row": place.row, "column": place.column}
    return {
        "code": diagnostic.code,
        "severity": diagnostic.severity.value,
        "message": diagnostic.message,
        "place": place_data(diagnostic.span),
        "data": data,
        "labels": [{"text": one.text, "place": place_data(one.span)} for one in diagnostic.labels],
        "help": diagnostic.help,
        "notes": list(diagnostic.notes),
        "edits": _edits(diagnostic.edits),
        "choices": _edits(diagnostic.choices),
        "case": diagnostic.case,
    }


def _edits(edits: Iterable[Edit]) -> list[Data]:
    return [{"place": place_data(one.span), "replacement": one.replacement} for one in edits]


def number_of(diagnostics: Iterable[Diagnostic], severity: Severity) -> int:
    """Return how many diagnostics are of a severity."""
    return sum(diagnostic.severity is severity for diagnostic in diagnostics)


def place_data(span: Span | None) -> Data | None:
    """Return a place in rule text as data: lines, columns and offsets count characters, the first two from 1."""
    if span is None:
        return None
    end_line, end_column = span.source.line_and_column(span.end)
    return {
        "file": span.source.name,
        "line": span.line,
        "column": span.column,
        "end_line": end_line,
        "end_column": end_column,
        "start": span.start,
        "end": span.end,
        "text": span.text,
    }
