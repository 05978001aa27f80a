"""`rulelang show`: prints what is in force in a year, what it changes, or its table of priorities."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

import click

from rulelang.analysis.loading import refused
from rulelang.cli import options
from rulelang.cli.changes import change_lines
from rulelang.cli.streams import is_terminal, show_json, width, write_rules
from rulelang.cli.terminal import show_table
from rulelang.cli.wrapping import all_wrapped, beside, is_table_row, narrowed, wrapped
from rulelang.compiler.context import priority_number
from rulelang.compiler.effective_text import as_file, condition_text, effective_data, effective_lines
from rulelang.compiler.in_force import Effective, EffectiveRule
from rulelang.compiler.load import load_effective
from rulelang.core.vocabulary import Vocabulary
from rulelang.diagnostics.diagnostic import Reporter


@click.command("show")
@options.ruleset
@click.option("--changes", is_flag=True, help="Only what changes from the year it is based on, with the reasons.")
@click.option("--table", is_flag=True, help="Only the criteria for student groups, as a table of priorities.")
@options.printed_as
def command(*, ruleset: str, changes: bool, table: bool, format_: str) -> int:
    """Print everything in force in a year as one rule file, with the file and line each sentence comes from.

    The output is a rule file that is based on nothing and means the same.
    """
    if changes and table:
        raise click.UsageError("give `--changes` or `--table`, not both")
    if format_ == "json" and (changes or table):
        raise click.UsageError(
            "`--format json` prints both the text and the changes: leave out `--changes` and `--table`"
        )
    effective, vocabulary = in_force(ruleset)
    if format_ == "json":
        show_json(effective_data(effective, vocabulary))
    elif table:
        _show_priorities(effective, vocabulary)
    elif changes:
        _show_changes(effective, vocabulary)
    else:
        _show_text(effective, vocabulary)
    return 0


def in_force(name: str) -> tuple[Effective, Vocabulary]:
    """Return what is in force in a ruleset as written, and its vocabulary; RulesError if its files have errors."""
    reporter = Reporter()
    found = load_effective(name, reporter)
    if found is None:
        raise refused(*reporter.diagnostics)
    return found


# ---- the effective text ----


def _show_text(effective: Effective, vocabulary: Vocabulary) -> None:
    lines = list(effective_lines(effective, vocabulary))
    if not is_terminal():
        write_rules("".join(f"{line}\n" for line in _sources(effective)) + as_file(lines))
        return
    for line in _sources(effective):
        click.echo(wrapped(line, width()))
    for is_row, some in groupby(lines, key=lambda one: is_table_row(one.text)):
        if is_row:
            click.echo("\n".join(narrowed([one.text for one in some], width())))
        else:
            click.echo("\n".join(beside(wrapped(one.text, width()), one.origin, width()) for one in some))


def _sources(effective: Effective) -> Iterator[str]:
    """Yield comment lines that say what the file of each year in the chain rests on, latest first."""
    yield f"# {effective.name}: everything in force, with the file and line it comes from."
    step: Effective | None = effective
    while step is not None:
        based = f", based on {step.base.year}" if step.base is not None else ""
        yield f"# {step.span.source.name}{based}"
        yield from (f"#   cites {text}" for text in step.cites)
        if step.because:
            yield f"#   because {step.because}"
        step = step.base
    yield ""


# ---- what a year changes ----


def _show_changes(effective: Effective, vocabulary: Vocabulary) -> None:
    lines = change_lines(effective, vocabulary)
    for line in all_wrapped(lines, width()) if is_terminal() else lines:
        click.echo(line)


# ---- the table of priorities ----


def _show_priorities(effective: Effective, vocabulary: Vocabulary) -> None:
    if effective.suspended:
        reason = vocabulary.suspended.get(effective.year) or effective.because or ""
        click.echo(f"{effective.name}: suspended{f' ({reason})' if reason else ''}")
        return
    rows = [
        (str(priority.number), priority.name, "\nor ".join(criteria))
        for priority in vocabulary.priorities
        if (criteria := [_criterion(rule, vocabulary) for rule in _rules_of(effective, priority.number)])
    ]
    show_table(effective.name, ("priority", "name", "criteria"), rows)


def _rules_of(effective: Effective, number: int) -> Iterator[EffectiveRule]:
    for rule in effective.rules:
        if rule.rule.outcome is not None and priority_number(rule.rule.outcome.text) == number:
            yield rule


def _criterion(rule: EffectiveRule, vocabulary: Vocabulary) -> str:
    plurals = [vocabulary.kind(name.text).plural for name in rule.kinds]
    return condition_text(rule.rule) + (f" (for {' and '.join(plurals)})" if plurals else "")
