"""What a word of a text means: a name of the vocabulary, a rule through the years, a measure, a keyword."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from attrs import frozen

from rulelang.compiler.effective_text import line_of, statement_text
from rulelang.compiler.in_force import Effective, EffectiveRule
from rulelang.compiler.vocabulary_tables import form_of
from rulelang.services.meaning import meaning_of
from rulelang.services.places import Position, Range
from rulelang.services.words import Said, own_rules, word_at
from rulelang.services.workspace import Reading, Workspace
from rulelang.syntax.keywords import MEANINGS


@frozen
class Hover:
    """What a stretch of text means, in Markdown."""

    range: Range
    text: str


def hover(workspace: Workspace, path: Path, position: Position) -> Hover | None:
    """Return what the word at a position of a file means; None if no word there has a meaning."""
    found = word_at(workspace, path, position)
    if found is None:
        return None
    reading, said = found
    lines = list(_lines(workspace, reading, said))
    return Hover(reading.text.range_of(said.span), "\n\n".join(lines)) if lines else None


def _lines(workspace: Workspace, reading: Reading, said: Said) -> Iterator[str]:
    match said.terminal:
        case "LABEL":
            yield from _rule(workspace, reading, said.name)
        case "MEASURE_NAME":
            yield from _measure(workspace, reading, said.name)
        case "EXAMPLE_TITLE":
            yield from _example(workspace.base(reading.text.path), said.name)
        case "HEADING":
            form = form_of(said.name)
            yield from [f"**{said.name}**: table with {form.said}"] if form is not None else []
        case "COLUMN":
            form = form_of(said.line)
            column = form.column(said.name) if form is not None else None
            yield from [f"**{said.name}**: {column.says}"] if column is not None else []
        case "TITLE" if said.line == "BASED_ON":
            base = workspace.base(reading.text.path)
            if base is not None:
                yield f"**{base.name}**, {len(base.rules)} rules and {len(base.examples)} examples"
                yield from _clauses(base)
        case _:
            yield from _meaning(workspace, reading, said)


def _meaning(workspace: Workspace, reading: Reading, said: Said) -> Iterator[str]:
    found = meaning_of(said.terminal, said.name, reading.vocabulary) if reading.vocabulary is not None else None
    if found is not None:
        yield f"**{said.name}**: {found.what}"
        yield from found.says
        if said.terminal == "OUTCOME":
            yield from _rules_with(workspace.base(reading.text.path), said.name)
    elif said.terminal in MEANINGS:
        yield f"`{' '.join(said.span.text.split())}`: {MEANINGS[said.terminal]}"


def _rules_with(base: Effective | None, outcome: str) -> Iterator[str]:
    rules = base.rules if base is not None else ()
    labels = [one.label for one in rules if one.label and one.rule.outcome and one.rule.outcome.text == outcome]
    if base is not None and labels:
        yield f"In {base.year} by {', '.join(labels)}."


# ---- rules ----


def _rule(workspace: Workspace, reading: Reading, label: str) -> Iterator[str]:
    for own in own_rules(reading):
        if own.label.name == label:
            yield f"**{label}** in this file: {own.text.removeprefix(f'{label}:').strip()}"
    for one in versions(workspace.base(reading.text.path), label):
        text = statement_text(one).removeprefix(f"{label}:").strip()
        yield f"**{label}** from {one.year} on ({line_of(one.span)}): {text}"
        yield from _clauses(one)


def versions(base: Effective | None, label: str) -> Iterator[EffectiveRule]:
    """Yield the rule of a label as it is in force in a base, and each that it has replaced, the latest first."""
    found = base.rules if base is not None else ()
    one = next((rule for rule in found if rule.label == label), None)
    while one is not None:
        yield one
        one = one.replaced


def _clauses(one: EffectiveRule | Effective) -> Iterator[str]:
    if one.because:
        yield f"Because {one.because}"
    if one.cites:
        yield f"Cites {'; '.join(one.cites)}"


# ---- measures and examples ----


def _measure(workspace: Workspace, reading: Reading, name: str) -> Iterator[str]:
    for statement in reading.statements:
        words = [token.terminal for token in statement.tokens]
        if "MEASURE" in words[:2] and any(token.value == name for token in statement.tokens[:5]):
            text = reading.source.text[statement.tokens[0].start : statement.tokens[-1].end]
            yield f"In this file: {' '.join(text.split())}"
    base = workspace.base(reading.text.path)
    for one in base.levels if base is not None else ():
        if one.what == "measure" and one.name == name:
            yield f"From {one.year} on ({one.span.source.name}:{one.span.line}): {' '.join(one.span.text.split())}"


def _example(base: Effective | None, title: str) -> Iterator[str]:
    for one in base.examples if base is not None else ():
        if one.title.text == title:
            span = one.title.span
            yield f"An example of {one.year} ({span.source.name}:{span.line})"
            yield "\n".join(["```rules", *(" ".join(line.span.text.split()) for line in one.lines), "```"])
