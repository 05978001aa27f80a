"""What `rulelang check` finds, in the forms that other programs read: SARIF, and annotations of GitHub."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from rulelang.diagnostics.diagnostic import Diagnostic, Edit, Severity
from rulelang.diagnostics.source import DataPlace, Span
from rulelang.version import VERSION

Data = dict[str, Any]

SARIF_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def sarif(diagnostics: Sequence[Diagnostic]) -> Data:
    """Return diagnostics as a log of SARIF 2.1.0, the form in which code hosts and editors take findings."""
    codes = sorted({diagnostic.code for diagnostic in diagnostics})
    rules = [{"id": code, "help": {"text": f"rulelang help {code}"}} for code in codes]
    driver = {"name": "rulelang", "version": VERSION, "rules": rules}
    results = [_result(diagnostic, codes.index(diagnostic.code)) for diagnostic in diagnostics]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return {"$schema": SARIF_SCHEMA, "version": "2.1.0", "runs": [run]}


def _result(diagnostic: Diagnostic, number: int) -> Data:
    said = [diagnostic.message, *([diagnostic.help] if diagnostic.help else []), *diagnostic.notes]
    result: Data = {
        "ruleId": diagnostic.code,
        "ruleIndex": number,
        "level": diagnostic.severity.value,
        "message": {"text": "\n".join(said)},
    }
    if diagnostic.span is not None:
        result["locations"] = [_location(diagnostic.span)]
    elif diagnostic.place is not None:
        result["locations"] = [_data_location(diagnostic.place)]
    related = [
        {"id": at, **_location(one.span), **({"message": {"text": one.text}} if one.text else {})}
        for at, one in enumerate(diagnostic.labels[1:])
    ]
    if related:
        result["relatedLocations"] = related
    fixes = [edits for edits in (diagnostic.edits, *((one,) for one in diagnostic.choices)) if edits]
    if fixes:
        result["fixes"] = [{"artifactChanges": list(_changes(edits))} for edits in fixes]
    return result


def _changes(edits: Sequence[Edit]) -> Iterator[Data]:
    """Yield the changes of each file that some edits make."""
    for name in dict.fromkeys(edit.span.source.name for edit in edits):
        replacements = [
            {"deletedRegion": _region(edit.span), "insertedContent": {"text": edit.replacement}}
            for edit in edits
            if edit.span.source.name == name
        ]
        yield {"artifactLocation": {"uri": _uri(name)}, "replacements": replacements}


def _location(span: Span) -> Data:
    return {"physicalLocation": {"artifactLocation": {"uri": _uri(span.source.name)}, "region": _region(span)}}


def _data_location(place: DataPlace) -> Data:
    region = {"region": {"startLine": place.row}} if place.row else {}
    return {"physicalLocation": {"artifactLocation": {"uri": _uri(place.file)}, **region}}


def _region(span: Span) -> Data:
    end_line, end_column = span.source.line_and_column(span.end)
    return {"startLine": span.line, "startColumn": span.column, "endLine": end_line, "endColumn": end_column}


def _uri(name: str) -> str:
    root = Path(Path.cwd().anchor)
    uri = (root / name).as_uri()
    return uri if Path(name).is_absolute() else uri.removeprefix(f"{root.as_uri()}")


def github_lines(diagnostics: Iterable[Diagnostic]) -> Iterator[str]:
    """Yield a line for each diagnostic that GitHub shows beside the lines of a change."""
    for diagnostic in diagnostics:
        level = "error" if diagnostic.severity is Severity.ERROR else "warning"
        properties = [*_place(diagnostic), ("title", f"rulelang: {diagnostic.code}")]
        where = ",".join(f"{name}={_escaped(value, also=':,')}" for name, value in properties)
        text = "\n".join([diagnostic.message, *([f"help: {diagnostic.help}"] if diagnostic.help else [])])
        yield f"::{level} {where}::{_escaped(text)}"


def _place(diagnostic: Diagnostic) -> Iterator[tuple[str, str]]:
    span, data = diagnostic.span, diagnostic.place
    if span is not None:
        end_line, end_column = span.source.line_and_column(span.end)
        yield from (("file", span.source.name), ("line", str(span.line)), ("endLine", str(end_line)))
        if end_line == span.line:
            yield from (("col", str(span.column)), ("endColumn", str(end_column)))
    elif data is not None:
        yield "file", data.file
        if data.row is not None:
            yield "line", str(data.row)


def _escaped(text: str, also: str = "") -> str:
    """Return a text escaped so that nothing in it ends the line or the value it is part of."""
    for char in f"%\r\n{also}":
        text = text.replace(char, f"%{ord(char):02X}")
    return text
