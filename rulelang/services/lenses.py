"""Remarks above a rule or an example: how many LEAs meet the rule, and the result of the example."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from rulelang.analysis.examples import ExampleRun
from rulelang.core.ruleset import Ruleset
from rulelang.diagnostics.plain_data import frozen
from rulelang.engine.determination import Determination
from rulelang.services.places import Range
from rulelang.services.words import own_rules
from rulelang.services.workspace import Reading, Workspace


@frozen
class Lens:
    """A remark above a line. `example` is the title of the example that it runs, None if it runs nothing."""

    range: Range
    text: str
    example: str | None = None


@frozen
class Counts:
    """How many LEAs there are, what they are called, and how many meet each rule, by its sentence when counted."""

    leas: int
    entities: str
    met: Mapping[str, int]


def counted(ruleset: Ruleset, determinations: Iterable[Determination]) -> Counts:
    """Return how many LEAs meet each labelled rule; a rule of student groups is met if one of them meets it."""
    sentences = {rule.name: rule.text for rule in ruleset.rules if rule.label is not None}
    met = dict.fromkeys(sentences.values(), 0)
    leas = 0
    for one in determinations:
        leas += 1
        for name in {*one.lea_rules, *(name for group in one.groups for name in group.rules)} & sentences.keys():
            met[sentences[name]] += 1
    return Counts(leas, ruleset.entities, met)


@frozen
class ExampleResult:
    """The result of an example: whether it is as expected, and each of its lines with what was found."""

    passes: bool
    text: str


def example_results(runs: Iterable[ExampleRun]) -> dict[str, ExampleResult]:
    """Return the results of some examples, by title."""
    return {run.example.title: ExampleResult(run.passes, _told(run)) for run in runs}


def _told(run: ExampleRun) -> str:
    lines = (f"{'✓' if one.as_expected else '✗'} {one.expected} (found: {one.found})" for one in run.findings)
    return "\n".join([f"“{run.example.title}” is {'' if run.passes else 'not '}as expected", *lines])


def lenses(
    workspace: Workspace, path: Path, results: Mapping[str, ExampleResult], counts: Counts | None = None
) -> list[Lens]:
    """Return the remarks above the rules and examples of a file, given what came of its examples when last checked.

    How many LEAs meet a rule is shown where the LEAs of some data have been counted with the same sentence.
    """
    reading = workspace.reading(path)
    if reading is None or reading.is_vocabulary:
        return []
    return [*_of_rules(reading, counts), *_of_examples(reading, results)]


def _of_rules(reading: Reading, counts: Counts | None) -> Iterator[Lens]:
    for rule in own_rules(reading) if counts is not None else ():
        met = counts.met.get(rule.text) if counts is not None else None
        if counts is not None and met is not None:  # a sentence that has changed since is counted with the next check
            yield Lens(reading.text.range_of(rule.span), f"{met:,} of {counts.leas:,} {counts.entities} meet this rule")


def _of_examples(reading: Reading, results: Mapping[str, ExampleResult]) -> Iterator[Lens]:
    for statement in reading.statements:
        first, *rest = statement.tokens
        if first.may_be("EXAMPLE") and rest and rest[0].terminal == "STRING":
            title = rest[0].value
            found = results.get(title)
            told = "" if found is None else "as expected · " if found.passes else "not as expected · "
            yield Lens(reading.text.range(first.start, rest[0].end), f"{told}run this example", title)
