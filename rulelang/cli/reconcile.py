"""`rulelang reconcile`: compares with what the state published, cell by cell."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import Path

import click

from rulelang.analysis.gather import Request
from rulelang.analysis.reconcile import Cell, Reconciliation, Subject, Verdict, narrowed, reconcile
from rulelang.analysis.reconcile_levels import COLUMNS, LevelCell, LevelComparison, cell_row, reconciliation_data
from rulelang.cli import options
from rulelang.cli.progress import progress_bar
from rulelang.cli.records import determine_from, evaluations_of, leas_from
from rulelang.cli.rule_errors import rules_for, says_suspended
from rulelang.cli.streams import show_json, wants_color, width
from rulelang.cli.terminal import count, show, show_table, show_written
from rulelang.core.ruleset import Ruleset
from rulelang.data.published import read_published
from rulelang.data.write import write_table
from rulelang.diagnostics.catalogue import run as say
from rulelang.diagnostics.plain_data import frozen
from rulelang.diagnostics.sentences import in_sentence
from rulelang.engine.determination import Determination
from rulelang.engine.evaluate import Evaluation
from rulelang.engine.explain import explain
from rulelang.engine.explain_levels import explain_level

DRAWN = 5
"""How many levels that differ are explained in full, where nothing else is said."""

ENDINGS = (".csv", ".xlsx", ".json", ".parquet")
"""How a file ends that the cells can be written to."""

REASONS = 12
"""How many reasons why levels were not compared are listed."""


@click.command("reconcile")
@options.ruleset
@options.of_leas
@click.option(
    "--official",
    metavar="FILE",
    type=options.EXISTING_FILE,
    help="The list the state published. Levels are compared with those in the `--data` files and need no list.",
)
@options.as_year
@click.option(
    "--drawn",
    metavar="NUMBER",
    type=click.IntRange(min=0),
    default=DRAWN,
    show_default=True,
    help="How many of the levels that differ to explain in full; the others get a line each.",
)
@click.option(
    "--out",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Also write every cell to this file, including those that agree and those that were not compared. Its"
    " extension sets the format: .csv, .xlsx, .json, or .parquet.",
)
@click.option("--force", is_flag=True, help="Replace the file if it already exists.")
@options.printed_as
def command(  # one argument for each option
    *,
    ruleset: str,
    request: Request,
    official: Path | None,
    as_year: int | None,
    drawn: int,
    out: Path | None,
    force: bool,
    format_: str,
) -> int:
    """Compare results with a list the state published, or with the levels in its files, cell by cell.

    Cells that cannot be compared are counted separately, never as agreement. The exit code is 0 only if cells were
    compared and all of them agree.
    """
    options.check_data(request)
    _check_out(out, force=force)
    if out is not None and out.exists() and not force:
        show([say.file_exists(str(out))], err=True)
        return 2
    rules = rules_for(ruleset, as_year)
    if says_suspended(rules):
        return 1
    if rules.reports_levels:
        return _compare_levels(rules, request, drawn, _Printed(rules, out, is_text=format_ == "text"))
    if official is None:
        message = "give the list the state published with `--official`"
        raise click.UsageError(message)
    return _compare_list(rules, official, request, _Printed(rules, out, is_text=format_ == "text"))


def _check_out(out: Path | None, *, force: bool) -> None:
    """End with wrong usage where the ending of the file says no way to write it, or there is nothing to replace."""
    if out is None and force:
        message = "`--force` replaces a file: give it with `--out`"
        raise click.UsageError(message)
    if out is not None and out.suffix not in ENDINGS:
        message = f"`--out {out}` does not say which format to write: end it with {in_sentence(ENDINGS, 'or')}"
        raise click.UsageError(message)


@frozen
class _Printed:
    """Where a comparison goes: to a file, if one is given, and to standard output, as text or as JSON."""

    rules: Ruleset
    out: Path | None
    is_text: bool

    def end(self, cells: Sequence[Cell | LevelCell], *, agrees: bool) -> int:
        """Write the cells to the file and print what is for programs; return the exit code."""
        if self.out is not None:
            write_table(self.out, COLUMNS, map(cell_row, cells), self.out.suffix.removeprefix("."))
            if self.is_text:
                show_written([self.out])
        if not self.is_text:
            show_json(reconciliation_data(self.rules, cells, agrees=agrees))
        return 0 if agrees else 1


def _compare_list(rules: Ruleset, official: Path, request: Request, printed: _Printed) -> int:
    listed = read_published(rules.vocabulary, official, rules.year)
    show(listed.diagnostics, err=True)
    if listed.has_errors and not listed.leas:  # nothing of the list could be used, as where it is of another year
        return 1
    with progress_bar() as bar:
        done = determine_from(rules, request, bar=bar, official=listed)
    if not done.determinations:
        return 1
    comparison = reconcile(done.determinations, narrowed(listed, request.leas, request.counties, rules.vocabulary))
    if printed.is_text:
        _show_differences(comparison.differing, done.determinations)
        _show_counts(rules, comparison)
    return printed.end(comparison.cells, agrees=comparison.agrees and done.complete and not listed.has_errors)


def _show_differences(cells: Iterable[Cell], determinations: Iterable[Determination]) -> None:
    ours = {determination.record.code: determination for determination in determinations}
    groups = {group.group.name for determination in ours.values() for group in determination.groups}
    for (code, lea), differing in groupby(cells, key=lambda cell: (cell.code, cell.lea)):
        click.secho(f"{code} {lea}", bold=wants_color())
        asked: set[str | None] = set()
        for cell in differing:
            about = " ".join(part for part in (cell.subject.value, cell.about) if part)
            click.echo(f"  {about}: rulelang says {cell.ours}; the list says {cell.theirs}")
            named = cell.about.partition(",")[0]  # of a criterion that each student group meets or not
            asked.add(named if named in groups else None)
        for group in sorted(asked, key=str):
            click.echo("\n" + explain(ours[code], group, width=width(), color=wants_color()) + "\n")


def _show_counts(rules: Ruleset, comparison: Reconciliation) -> None:
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
    show_table("Cells", ("about", *(verdict.value for verdict in Verdict)), [row for row in rows if any(row[1:])])
    held = [(name, *numbers) for name, numbers in sorted(comparison.by_name().items())]
    show_table("What the list says", ("", "on the list", "rulelang agrees", "only rulelang"), held)
    apart = [(reason, *numbers) for reason, numbers in comparison.not_compared().items()]
    show_table("Not compared, and why", ("reason", rules.entities, "cells"), apart)
    compared = comparison.agreeing + len(comparison.differing)
    click.echo(
        f"{comparison.agreeing:,} of {count(compared, 'cell')} compared agree, in"
        f" {count(comparison.compared_leas(), rules.entity, rules.entities)}"
    )


# ---- levels ----


def _compare_levels(rules: Ruleset, request: Request, drawn: int, printed: _Printed) -> int:
    comparison = LevelComparison(keeps_all=printed.out is not None or not printed.is_text)
    with progress_bar() as bar:
        found = leas_from(rules, request, bar=bar, levels_stated=True)
        for evaluation in evaluations_of(rules, found, bar):
            differing = comparison.add(evaluation)
            if differing and printed.is_text:
                bar.close()
                drawn -= _show_differing(evaluation, differing, drawn)
    if not found.records:
        return 1
    if printed.is_text:
        _show_level_counts(comparison)
    return printed.end(comparison.cells, agrees=comparison.agrees and found.complete)


def _show_differing(evaluation: Evaluation, cells: Iterable[LevelCell], room: int) -> int:
    """Print the cells of an LEA that differ, explaining at most so many of them, and return how many were."""
    record = evaluation.record
    click.secho(f"{record.code} {record.name}".strip(), bold=wants_color())
    shown = 0
    for cell in cells:
        about = ", ".join(part for part in (cell.indicator, cell.group) if part)
        said = f"  {about}, {cell.scale}: rulelang says {cell.ours}; the files say {cell.theirs} ({cell.reason})"
        click.echo(textwrap.fill(said, width(), subsequent_indent="    ", break_on_hyphens=False))
        if shown < room:
            shown += 1
            drawing = explain_level(
                evaluation, cell.indicator, cell.group or None, cell.scale, width=width(), color=wants_color()
            )
            click.echo(f"\n{drawing}\n")
    return shown


def _show_level_counts(comparison: LevelComparison) -> None:
    rows = [(*place, *numbers) for place, numbers in comparison.by_scale().items()]
    show_table("Levels", ("indicator", "scale", *(verdict.value for verdict in Verdict)), rows)
    apart = [(scale, reason, number) for (scale, reason), number in comparison.not_compared.most_common(REASONS)]
    show_table("Not compared, and why", ("scale", "reason", "cells"), apart)
    more = len(comparison.not_compared) - len(apart)
    if more > 0:
        click.echo(f"and {count(more, 'other reason')}\n")
    agreeing, differing = comparison.number(Verdict.AGREES), comparison.number(Verdict.DIFFERS)
    compared = count(agreeing + differing, "cell")
    leas = count(comparison.compared_leas, "LEA or school", "LEAs and schools")
    click.echo(f"{agreeing:,} of {compared} compared agree, in {leas}")
