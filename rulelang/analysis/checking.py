"""Everything that is wrong with a ruleset: mistakes in its text, and examples that fail."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from rulelang.analysis.examples import ExampleRun, Finding, run_examples
from rulelang.compiler.files import find_ruleset
from rulelang.compiler.load import Loader, load_vocabulary
from rulelang.compiler.locations import VOCABULARY_FILE
from rulelang.compiler.lock import check_closed_years
from rulelang.core.ruleset import NOT_COVERED, Ruleset
from rulelang.core.truth import CANNOT_TELL
from rulelang.diagnostics.catalogue import locks, years
from rulelang.diagnostics.diagnostic import Diagnostic, Reporter, in_order
from rulelang.engine.missing import missing_texts


def check_ruleset(name: str | Path, content: bytes | None = None) -> list[Diagnostic]:
    """Return all that is wrong with a ruleset given by name or path, by file and place; an empty list where it is fine.

    The examples are run only where the rules can be understood. What an edit has moved in closed years, the file's own
    and those that build on it, is among what is wrong. A file called vocabulary.rules is checked as a vocabulary. With
    `content` that is checked in place of what is at the path, if anything does; of closed years only its own.
    """
    reporter = Reporter()
    held = {} if content is None else {Path(name).resolve(): content}
    if Path(name).name == VOCABULARY_FILE and (held or Path(name).is_file()):
        load_vocabulary(Path(name), reporter, held)
        return in_order(reporter.diagnostics)
    path = Path(name) if held else find_ruleset(name, reporter)
    if path is not None:
        checked_by(Loader(reporter, held=held), path)
    return in_order(reporter.diagnostics)


class Checked(NamedTuple):
    """A ruleset, None if it has errors, and the results of its examples."""

    ruleset: Ruleset | None = None
    runs: tuple[ExampleRun, ...] = ()


def checked_by(loader: Loader, path: Path) -> Checked:
    """Return the ruleset of a file, and the results of its examples; the loader's reporter has all that is wrong."""
    ruleset = loader.ruleset(path)
    check_closed_years(path, loader.reporter, ruleset, only_own=bool(loader.held))
    runs = run_examples(ruleset) if ruleset is not None else ()
    for failure in _failures(ruleset, runs) if ruleset is not None else ():
        loader.reporter.report(failure)
    return Checked(ruleset, runs)


def faults_before_closing(path: Path, ruleset: Ruleset) -> list[Diagnostic]:
    """Return why a year cannot be closed: its file is not named by its year, or its examples fail."""
    if path.stem != str(ruleset.year):
        return [locks.not_named_by_its_year(path.as_posix(), ruleset.year)]
    return [*_failures(ruleset, run_examples(ruleset))]


def _failures(ruleset: Ruleset, runs: Iterable[ExampleRun]) -> Iterator[Diagnostic]:
    """Yield what examples show of the rules; a what-if may change what the examples of its base expect."""
    for run in runs:
        if ruleset.what_if is None or not run.example.inherited:
            yield from (_failure(ruleset, run, finding) for finding in run.findings if not finding.as_expected)


def _failure(ruleset: Ruleset, run: ExampleRun, finding: Finding) -> Diagnostic:
    span = finding.expectation.span or run.example.span
    assert span is not None  # noqa: S101  # every example comes from a file
    found = f"found: {finding.found}"
    if finding.expectation.group is None and finding.expectation.definition is None and not finding.by:
        found += f"; the LEA gets {run.determination.outcome}"
    inherited_from = run.example.source_year if run.example.inherited else None
    expected = finding.expectation.outcome
    if run.determination.outcome == NOT_COVERED and expected in ruleset.vocabulary.determinations:
        kind = run.determination.record.kind
        return years.uncovered_example(span, run.example.title, found, ruleset.year, expected, kind)
    unknown = missing_texts(run.determination.settle, {one.year for one in run.determination.settle})
    asked = unknown if finding.answer == CANNOT_TELL else ()
    return years.failed_example(span, run.example.title, found, ruleset.year, inherited_from, tuple(asked))
