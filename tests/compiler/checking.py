"""Checks texts against the small vocabulary of the language tests, without reading it again for each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import Path

from attrs import evolve, frozen

from rulelang.analysis.examples import run_examples
from rulelang.compiler.load import Loader
from rulelang.compiler.standing import find_vocabulary
from rulelang.core.ruleset import Ruleset
from rulelang.diagnostics.diagnostic import Diagnostic, Reporter
from rulelang.diagnostics.render import render_all
from rulelang.syntax import tree as syn
from rulelang.syntax.format import format_file
from tests.language.words import SMALL, WORDS

BASE = """\
ruleset Test 2017
  4a: Red on ELA → Priority 4
  5a: Red on Graduation Rate → Priority 5
  1a: Not Met on Basics → Priority 1
  M1: any student group meets 2 or more priorities on state indicators → Method 1
  M2: 1 or more priorities are met on local indicators → Method 2
  DA: Method 1 or Method 2 → Differentiated Assistance
  otherwise → General Assistance
"""
"""A ruleset of the year before, for rules that look back."""


@frozen
class Checked:
    """What came of checking a text: the ruleset, None where it has errors, and everything that was reported."""

    ruleset: Ruleset | None
    diagnostics: tuple[Diagnostic, ...]


def checked(texts: Mapping[str, str | bytes], folder: Path) -> Checked:
    """Return what comes of checking the last of some texts, written to a folder by their names, examples included."""
    for name, text in texts.items():
        (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass"))
    path = folder / list(texts)[-1]
    loader = Loader(Reporter(), {find_vocabulary(path): (SMALL, WORDS)})
    ruleset = loader.ruleset(path)
    if ruleset is not None:
        run_examples(ruleset)
    return Checked(ruleset, tuple(loader.reporter.diagnostics))


def clean(file: syn.File, folder: Path) -> tuple[syn.File, Checked]:
    """Return a file without the statements that anything is wrong with, and what checking it came to."""
    while True:
        text = format_file(file)
        found = checked({"2017.rules": BASE, "2018.rules": text}, folder)
        if found.ruleset is not None:
            return file, found
        wrong = {diagnostic.span.line for diagnostic in found.diagnostics if diagnostic.span is not None}
        assert wrong, render_all(found.diagnostics)
        kept = [statement for statement, lines in _lines(file) if not wrong & set(lines)]
        assert len(kept) < len(file.statements)
        file = evolve(file, statements=tuple(kept))


def _lines(file: syn.File) -> Iterator[tuple[syn.Statement, range]]:
    """Yield the statements of a file, each with the lines it has in the formatted text."""
    upto = [evolve(file, statements=file.statements[:number]) for number in range(len(file.statements) + 1)]
    ends = [len(format_file(part).splitlines()) for part in upto]
    for statement, (before, after) in zip(file.statements, pairwise(ends), strict=True):
        yield statement, range(before + 1, after + 1)
