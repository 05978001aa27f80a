"""`rulelang reconcile`: compares with the list that the state published, cell by cell."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rulelang.cli import options
from rulelang.cli.progress import progress_bar
from rulelang.cli.records import determine_from
from rulelang.cli.rule_errors import warn_of_errors
from rulelang.cli.streams import wants_color, width
from rulelang.cli.terminal import count, show, show_table

if TYPE_CHECKING:
    from rulelang.analysis.reconcile import Cell, Reconciliation
    from rulelang.engine.determination import Determination


@click.command("reconcile")
@options.ruleset
@options.needed_data
@click.option(
    "--official", metavar="FILE", type=options.EXISTING_FILE, required=True, help="The list that the state published."
)
@options.published
@options.group_counts
@options.leas
@options.counties
def command(  # one argument for each option
    *,
    ruleset: str,
    folders: tuple[Path, ...],
    official: Path,
    published: tuple[Path, ...],
    group_counts: tuple[Path, ...],
    leas: tuple[str, ...],
    counties: tuple[str, ...],
) -> int:
    """Compare with the list that the state published, cell by cell.

    A cell that cannot be compared is counted apart, never as agreement. Exit code 0 only if cells were compared and
    all of them agree.
    """
    import rulelang
    from rulelang.analysis.reconcile import narrowed, reconcile
    from rulelang.data.published import read_published

    sources = options.sources(folders, published, group_counts)
    rules = rulelang.load(ruleset).rules
    warn_of_errors(ruleset)
    listed = read_published(rules.vocabulary, official, rules.year)
    show(listed.diagnostics, err=True)
    if listed.has_errors and not listed.leas:  # nothing of the list could be used, as where it is of another year
        return 1
    with progress_bar() as bar:
        done = determine_from(rules, sources, leas, counties, bar=bar, official=listed)
    comparison = reconcile(done.determinations, narrowed(listed, leas, counties))
    _show_differences(comparison.differing, done.determinations)
    _show_counts(comparison)
    return 0 if comparison.agrees and done.complete and not listed.has_errors else 1


def _show_differences(cells: Iterable[Cell], determinations: Iterable[Determination]) -> None:
    from rulelang.engine.explain import explain

    ours = {determination.record.code: determination for determination in determinations}
    groups = {group.group.name for determination in ours.values() for group in determination.groups}
    for (code, lea), differing in groupby(cells, key=lambda cell: (cell.code, cell.lea)):
        click.secho(f"{code} {lea}", bold=wants_color())
        asked: set[str | None] = set()
        for cell in differing:
            about = " ".join(part for part in (cell.subject.value, cell.about) if part)
            click.echo(f"  {about}: ours is {cell.ours}; the list says {cell.theirs}")
            asked.add(cell.about if cell.about in groups else None)
        for group in sorted(asked, key=str):
            click.echo("\n" + explain(ours[code], group, width=width(), color=wants_color()) + "\n")


def _show_counts(comparison: Reconciliation) -> None:
    from rulelang.analysis.reconcile import Subject, Verdict

    rows = [
        (
            subject.value,
            *(
                sum(cell.subject is subject and cell.verdict is verdict for cell in comparison.cells)
                for verdict in Verdict
            ),
        )
        for subject in Subject
    ]
    show_table("Cells", ("about", *(verdict.value for verdict in Verdict)), rows)
    apart = [(reason, *numbers) for reason, numbers in comparison.not_compared().items()]
    show_table("Not compared, and why", ("reason", "LEAs", "cells"), apart)
    compared = comparison.agreeing + len(comparison.differing)
    click.echo(
        f"{comparison.agreeing:,} of {count(compared, 'cell')} compared agree, in"
        f" {count(comparison.compared_leas(), 'LEA')}"
    )
