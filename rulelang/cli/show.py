"""`rulelang show`: prints what is in force in a year, what it changes, or its table of priorities."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from rulelang.cli import options
from rulelang.cli.streams import is_terminal, wants_color, width
from rulelang.cli.terminal import show_table
from rulelang.diagnostics.diagnostic import Reporter, RulesError
from rulelang.diagnostics.render import render_all

if TYPE_CHECKING:
    from rulelang.compiler.effective_levels import LevelChange
    from rulelang.compiler.effective_text import Change
    from rulelang.compiler.inherit import Effective, EffectiveRule
    from rulelang.core.vocabulary import Vocabulary


@click.command("show")
@options.ruleset
@click.option(
    "--changes", is_flag=True, help="Only what the year changes in the year it is based on, with the reasons."
)
@click.option("--table", is_flag=True, help="Only the criteria of student groups, as a table of priorities.")
def command(*, ruleset: str, changes: bool, table: bool) -> int:
    """Print all that is in force in a year as one rule file, with the file and line each sentence stands in.

    What is printed is a rule file itself, based on nothing, and means the same.
    """
    if changes and table:
        message = "give `--changes` or `--table`, not both"
        raise click.UsageError(message)
    effective, vocabulary = _loaded(ruleset)
    if table:
        _show_priorities(effective, vocabulary)
    elif changes:
        for line in _changes(effective):
            click.echo(_wrapped(line) if is_terminal() else line)
    else:
        _show_text(effective, vocabulary)
    return 0


def _loaded(name: str) -> tuple[Effective, Vocabulary]:
    from rulelang.compiler.load import load_effective

    reporter = Reporter()
    found = load_effective(name, reporter)
    if found is None:
        raise RulesError(reporter.diagnostics, render_all(reporter.diagnostics))
    return found


# ---- the effective text ----


def _show_text(effective: Effective, vocabulary: Vocabulary) -> None:
    from rulelang.compiler.effective_text import as_file, effective_lines

    lines = list(effective_lines(effective, vocabulary))
    for line in _sources(effective):
        click.echo(_wrapped(line) if is_terminal() else line)
    if not is_terminal():
        click.echo(as_file(lines), nl=False)
        return
    for one in lines:
        click.echo(_beside(_wrapped(one.text), one.origin))


def _sources(effective: Effective) -> Iterator[str]:
    """Yield comment lines that say what the file of each year in the chain rests on, latest first."""
    yield f"# {effective.title} {effective.year}: all that is in force, with the file and line it stands in."
    step: Effective | None = effective
    while step is not None:
        based = f", based on {step.base.year}" if step.base is not None else ""
        yield f"# {step.span.source.name}{based}"
        yield from (f"#   cites {text}" for text in step.cites)
        if step.because:
            yield f"#   because {step.because}"
        step = step.base
    yield ""


def _wrapped(line: str) -> str:
    """Return a line in as many as the terminal needs, those that follow indented further."""
    text = line.removeprefix("#").lstrip()
    start = line[: len(line) - len(text)]
    further = f"{start}    "
    parts = textwrap.wrap(text, width(), initial_indent=start, subsequent_indent=further, break_on_hyphens=False)
    return "\n".join(parts)


def _beside(text: str, origin: str) -> str:
    """Return a text with where it comes from beside its last line, or below it where there is no room."""
    if not origin:
        return text
    last = text.rpartition("\n")[2]
    comment = click.style(f"# {origin}", dim=True) if wants_color() else f"# {origin}"
    if len(last) + 4 + len(origin) <= width():
        return f"{text}  {comment}"
    return f"{text}\n{' ' * (len(last) - len(last.lstrip()) + 4)}{comment}"


# ---- what a year changes ----


def _changes(effective: Effective) -> Iterator[str]:
    from rulelang.compiler.effective_levels import level_changes
    from rulelang.compiler.effective_text import changes_of

    base = f"based on {effective.base.year}" if effective.base is not None else "based on nothing: all of it is new"
    yield f"{effective.title} {effective.year}, {base}"
    yield from _reasons(effective.cites, effective.because)
    for change in changes_of(effective):
        yield ""
        yield from _change(effective, change)
    for changed in level_changes(effective):
        yield ""
        yield from _level_change(effective, changed)
    yield from _changed_examples(effective)


def _change(effective: Effective, change: Change) -> Iterator[str]:
    from rulelang.compiler.effective_text import origin_of, rule_text

    title = f"{change.how} {change.label}".rstrip()
    if change.after is not None:
        yield f"{title}  # {origin_of(change.after)}"
        if change.before is not None:
            yield f"  before: {rule_text(change.before)}  # {origin_of(change.before)}"
            yield f"  after:  {rule_text(change.after)}"
        else:
            yield f"  {rule_text(change.after)}"
        yield from _reasons(change.after.cites, change.after.because)
    elif change.before is not None:
        removal = next((one for one in effective.removals if change.label in one.names), None)
        place = f"  # {removal.span.source.name}:{removal.span.line}" if removal is not None else ""
        yield f"{title}{place}"
        yield f"  before: {rule_text(change.before)}  # {origin_of(change.before)}"
        if removal is not None:
            yield from _reasons(removal.cites, removal.because)


def _level_change(effective: Effective, change: LevelChange) -> Iterator[str]:
    from rulelang.compiler.effective_levels import statement_text
    from rulelang.compiler.effective_line import line_of

    sides = [statement_text(one) for one in (change.before, change.after) if one is not None]
    removal = next((one for one in effective.removals if change.title in one.names), None)
    place = change.after.span if change.after is not None else removal.span if removal is not None else None
    yield f"{change.how} {change.title}" + (f"  # {line_of(place)}" if place is not None else "")
    if change.how == "replaced" and sides[0] != sides[-1]:
        yield f"  before: {sides[0]}"
        yield f"  after:  {sides[-1]}"
    elif change.how != "replaced":
        yield f"  {sides[0]}"
    for row, column, old, new in change.cells:
        yield f"  {f'{row}, ' if row else ''}{column}: {old or 'nothing'} → {new or 'nothing'}"
    if change.after is not None:
        yield from _reasons(change.after.cites, change.after.because)
    elif removal is not None:
        yield from _reasons(removal.cites, removal.because)


def _reasons(cites: tuple[str, ...], because: str | None) -> Iterator[str]:
    yield from (f"  cites {text}" for text in cites)
    if because:
        yield f"  because {because}"


def _changed_examples(effective: Effective) -> Iterator[str]:
    before = {example.title.text for example in effective.base.examples} if effective.base is not None else set()
    now = {example.title.text for example in effective.examples}
    own = [example for example in effective.examples if example.year == effective.year]
    lines = [
        f'{"stated anew" if example.title.text in before else "added"}: example "{example.title.text}"'
        f"  # {example.title.span.source.name}:{example.title.span.line}"
        for example in own
    ]
    lines.extend(f'removed: example "{title}"' for title in sorted(before - now))
    yield from ["", *lines] if lines else []


# ---- the table of priorities ----


def _show_priorities(effective: Effective, vocabulary: Vocabulary) -> None:
    if effective.suspended:
        reason = vocabulary.suspended.get(effective.year) or effective.because or ""
        click.echo(f"{effective.title} {effective.year}: suspended{f' ({reason})' if reason else ''}")
        return
    rows = [
        (str(priority.number), priority.name, "\nor ".join(criteria))
        for priority in vocabulary.priorities
        if (criteria := [_criterion(rule, vocabulary) for rule in _rules_of(effective, priority.number)])
    ]
    show_table(f"{effective.title} {effective.year}", ("LCFF priority", "name", "criteria"), rows)


def _rules_of(effective: Effective, number: int) -> Iterator[EffectiveRule]:
    from rulelang.compiler.context import priority_number

    for rule in effective.rules:
        if rule.rule.outcome is not None and priority_number(rule.rule.outcome.text) == number:
            yield rule


def _criterion(rule: EffectiveRule, vocabulary: Vocabulary) -> str:
    from rulelang.compiler.effective_text import condition_text

    plurals = [vocabulary.kind(name.text).plural for name in rule.kinds]
    return condition_text(rule.rule) + (f" (for {' and '.join(plurals)})" if plurals else "")
