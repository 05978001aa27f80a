"""Diagnostics as seen. Input and output stand together in `golden/*.txt`; `--update-golden` updates them."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from rulelang.diagnostics.diagnostic import Diagnostic, Label, Severity
from rulelang.diagnostics.render import render
from rulelang.diagnostics.source import DataPlace, Source, Span

CASES = sorted((Path(__file__).parent / "golden").glob("*.txt"))
ANSI = re.compile(r"\x1b\[[0-9;]*m")


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_rendering_is_as_reviewed(path: Path, golden: Callable[[Path, Callable[[str], str]], None]) -> None:
    golden(path, lambda given: render(*_case(given)[:1], width=_case(given)[1]))


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_color_changes_nothing_but_color(path: Path) -> None:
    diagnostic, width = _case(path.read_text(encoding="utf-8").partition("---- output ----\n")[0])
    colored = render(diagnostic, width=width, color=True)
    assert colored != render(diagnostic, width=width)
    assert ANSI.sub("", colored) == render(diagnostic, width=width)


def _case(given: str) -> tuple[Diagnostic, int]:
    head, _, text = given.partition("---- source ----\n")
    pairs = [line.split(": ", 1) for line in head.splitlines()]
    said = {key: _unescaped(value) for key, value in pairs if key not in ("label", "note")}
    source = Source(said.get("file", ""), _unescaped(text))
    diagnostic = Diagnostic(
        said["code"],
        said["message"],
        tuple(_label(source, value) for key, value in pairs if key == "label"),
        _place(said["place"]) if "place" in said else None,
        said.get("help"),
        tuple(value for key, value in pairs if key == "note"),
        Severity(said.get("severity", "error")),
    )
    return diagnostic, int(said.get("width", "80"))


def _unescaped(text: str) -> str:
    return re.sub(r"\\x(\w\w)|\\u(\w{4})", lambda found: chr(int(found[1] or found[2], 16)), text)


def _label(source: Source, value: str) -> Label:
    """Read `words | text`, `words@2 | text` for the second time they occur, and `from … to | text`."""
    where, _, text = value.partition(" | ")
    if where == "END":
        return Label(Span(source, len(source.text), len(source.text)), text)
    words, _, count = where.partition("@")
    first, _, last = words.partition(" … ")
    start = [found.start() for found in re.finditer(re.escape(first), source.text)][int(count or 1) - 1]
    end = source.text.index(last, start) + len(last) if last else start + len(first)
    return Label(Span(source, start, end), text)


def _place(value: str) -> DataPlace:
    file, row, column = value.split(", ")
    return DataPlace(file, int(row), column)
