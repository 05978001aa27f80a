"""`rulelang lock`: closes years, so that a later edit that changes what they mean is noticed."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from rulelang.analysis.checking import faults_before_closing
from rulelang.analysis.loading import refused
from rulelang.cli.options import rulesets
from rulelang.cli.terminal import show
from rulelang.compiler.files import find_ruleset
from rulelang.compiler.load import load_ruleset
from rulelang.compiler.lock import close_years, moved, read_lock, write_lock
from rulelang.core.ruleset import Ruleset
from rulelang.diagnostics.diagnostic import Diagnostic, Reporter


@click.command("lock")
@rulesets
@click.option("--yes", is_flag=True, help="Close a year for the first time without asking.")
def command(*, rulesets: tuple[str, ...], yes: bool) -> int:
    """Close years: record in a lock file, beside the rule files, what they mean now.

    From then on, `rulelang check` fails when an edit to a closed year, or to a year it is based on, changes what the
    closed year means. To accept such a change on purpose, close the year again; the changes are printed first. In a
    terminal you are asked before a year is closed for the first time.
    """
    by_folder: dict[Path, list[Ruleset]] = {}
    for name in rulesets:
        path, ruleset = _loaded(name)
        by_folder.setdefault(path.parent, []).append(ruleset)
    for folder, closing in by_folder.items():
        reporter = Reporter()
        lock = read_lock(folder, reporter)
        if reporter.has_errors:
            show(reporter.diagnostics)
            return 1
        if not yes and not _is_meant([one.name for one in closing if one.year not in lock.years]):
            click.echo("Nothing is closed.")
            return 1
        for ruleset in closing:
            known = ruleset.year in lock.years
            changes = moved(lock, [ruleset.year], folder) if known else []
            click.echo(_said(ruleset, known=known, changes=changes))
        click.echo(f"Written: {write_lock(folder, close_years(closing, folder, lock))}")
    return 0


def _is_meant(names: list[str]) -> bool:
    """Return whether years are to be closed for the first time, which is asked where somebody can answer."""
    if not names or not sys.stdin.isatty():
        return True
    return click.confirm(f"Close {' and '.join(names)}? From then on, an edit that changes what they mean is an error")


def _loaded(name: str) -> tuple[Path, Ruleset]:
    reporter = Reporter()
    path = find_ruleset(name, reporter)
    ruleset = load_ruleset(path, reporter) if path is not None else None
    if path is not None and ruleset is not None:
        for fault in faults_before_closing(path, ruleset):
            reporter.report(fault)
    if path is None or ruleset is None or reporter.has_errors:
        raise refused(*reporter.diagnostics)
    return path.resolve(), ruleset


def _said(ruleset: Ruleset, *, known: bool, changes: list[Diagnostic]) -> str:
    title = ruleset.name
    if not known:
        return f"{title}: closed"
    if not changes:
        return f"{title}: already closed, and unchanged"
    return "\n".join([f"{title}: closed again", *(f"  {change.message}" for change in changes)])
