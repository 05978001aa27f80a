"""Remarks beside a text: how many LEAs meet a rule, the result of an example, and the year that a rule comes from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from attrs import frozen

from rulelang.analysis.examples import ExampleRun
from rulelang.compiler.effective_text import statement_text
from rulelang.core.ruleset import Ruleset
from rulelang.engine.determination import Determination
from rulelang.services.hover import versions
from rulelang.services.places import Position, Range
from rulelang.services.words import own_rules, words_of_text
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
    """Return the remarks above the rules and examples of a file, given the results of its examples when last checked.

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


# ---- where rules come from ----


@frozen
class Origin:
    """A remark to be shown after a label: the year its rule comes from, and the rule as it was there."""

    position: Position
    text: str
    rule: str


def origins(workspace: Workspace, path: Path) -> list[Origin]:
    """Return the year that each rule of a base comes from whose label a file mentions.

    A label before a rule is that of the one that it replaces.
    """
    reading = workspace.reading(path)
    base = workspace.base(path) if reading is not None else None
    if reading is None or base is None:
        return []
    labels = [one.label for one in own_rules(reading)]
    own, heads = {one.name for one in labels}, {one.span.start for one in labels}
    found = []
    for said in words_of_text(reading):
        is_head = said.span.start in heads
        if said.terminal != "LABEL" or (said.name in own and not is_head):
            continue
        for rule in [*versions(base, said.name)][:1]:
            text = f"replaces {rule.year}" if is_head else str(rule.year)
            found.append(Origin(reading.text.position(said.span.end), text, statement_text(rule)))
    return found
