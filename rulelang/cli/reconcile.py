"""`rulelang reconcile`: compares with what the state published, cell by cell."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from itertools import groupby
from pathlib import Path

import click
from attrs import frozen

from rulelang.analysis.gather import Request
from rulelang.analysis.reconcile import (
    COLUMNS,
    Cell,
    Reconciliation,
    Verdict,
    by_name,
    cell_row,
    cells_of,
    narrowed,
    reconcile,
)
from rulelang.analysis.result_tables import RULES
from rulelang.cli import options
from rulelang.cli.progress import progress_bar
from rulelang.cli.records import determine_from, evaluations_of, leas_from
from rulelang.cli.rule_errors import rules_for, says_suspended
from rulelang.cli.streams import show_json, wants_color, width
from rulelang.cli.terminal import show, show_table, show_written
from rulelang.core.how_many import called, how_many
from rulelang.core.ruleset import Ruleset
from rulelang.data.published import read_published
from rulelang.data.report import DataError
from rulelang.data.write import TABLE_FORMATS, write_table
from rulelang.diagnostics.catalogue import run as say
from rulelang.diagnostics.catalogue.quote import count
from rulelang.diagnostics.sentences import in_sentence
from rulelang.engine.determination import Determination
from rulelang.engine.evaluate import Evaluation
from rulelang.engine.explain import explain
from rulelang.engine.explain_levels import explain_level

DRAWN = 5
"""How many levels that differ are explained in full, where nothing else is said."""

ENDINGS = tuple(f".{one}" for one in TABLE_FORMATS)
"""How a file ends that the cells can be written to."""

REASONS = 12
"""How many reasons why cells were not compared are listed."""


@click.command("reconcile")
@options.ruleset
@options.of_leas
@click.option(
    "--official",
    metavar="FILE",
    type=options.EXISTING_FILE,
    help="The list the state published. Levels are compared with those in the data and need no list.",
)
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
    drawn: int,
    out: Path | None,
    force: bool,
    format_: str,
) -> int:
    """Compare results with a list the state published, or with the levels in its files, cell by cell.

    Cells that cannot be compared are counted separately, never as agreement. The exit code is 0 only if cells were
    compared and all of them agree.
    """
    _check_out(out, force=force)
    if out is not None and out.exists() and not force:
        raise DataError(say.file_exists(str(out)))
    rules = rules_for(ruleset, request.as_year)
    if says_suspended(rules):
        return 1
    if rules.reports_levels:
        return _compare_levels(rules, request, drawn, _Printed(rules, out, is_text=format_ == "text"))
    if official is None:
        raise click.UsageError("give the list the state published with `--official`")
    return _compare_list(rules, official, request, _Printed(rules, out, is_text=format_ == "text"))


def _check_out(out: Path | None, *, force: bool) -> None:
    """End with wrong usage where the ending of the file says no way to write it, or there is nothing to replace."""
    if out is None and force:
        raise click.UsageError("`--force` replaces a file: give it with `--out`")
    if out is not None and out.suffix not in ENDINGS:
        raise click.UsageError(
            f"`--out {out}` does not say which format to write: end it with {in_sentence(ENDINGS, 'or')}"
        )


@frozen
class _Printed:
    """Where a comparison goes: to a file, if one is given, and to standard output, as text or as JSON."""

    rules: Ruleset
    out: Path | None
    is_text: bool

    def end(self, found: Reconciliation, *, complete: bool) -> int:
        """Write the cells to the file and print the counts, or what is for programs; return the exit code."""
        agrees = found.agrees and complete
        if self.is_text:
            _show_counts(self.rules, found)
        if self.out is not None:
            also = {} if self.rules.is_enacted else {RULES: self.rules.name}
            rows = ((*cell_row(cell), *also.values()) for cell in found.cells)
            write_table(self.out, (*COLUMNS, *also), rows, self.out.suffix.removeprefix("."))
            if self.is_text:
                show_written([self.out])
        if not self.is_text:
            show_json({**found.as_data(self.rules), "agrees": agrees})
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
    found = reconcile(done.determinations, narrowed(listed, request.leas, request.counties, rules.vocabulary))
    if printed.is_text:
        _show_differences(found.differing, done.determinations)
    return printed.end(found, complete=done.complete)


def _compare_levels(rules: Ruleset, request: Request, drawn: int, printed: _Printed) -> int:
    comparison = Reconciliation(keeps_cells=printed.out is not None or not printed.is_text)
    with progress_bar() as bar:
        found = leas_from(rules, request, bar=bar, levels_stated=True)
        for evaluation in evaluations_of(rules, found, bar):
            differing = comparison.add(cells_of(evaluation))
            if differing and printed.is_text:
                bar.close()
                drawn -= _show_differing(evaluation, differing, drawn)
    if not found.records:
        return 1
    return printed.end(comparison, complete=found.complete)


# ---- what differs ----


def _show_differences(cells: Iterable[Cell], determinations: Iterable[Determination]) -> None:
    ours = {determination.record.code: determination for determination in determinations}
    groups = {group.group.name for determination in ours.values() for group in determination.groups}
    for (code, lea), differing in groupby(cells, key=lambda cell: (cell.code, cell.lea)):
        click.secho(f"{code} {lea}", bold=wants_color())
        asked: set[str | None] = set()
        for cell in differing:
            about = " ".join(part for part in (cell.subject, cell.about) if part)
            click.echo(f"  {about}: rulelang says {cell.ours}; the list says {cell.theirs}")
            named = cell.about.partition(",")[0]  # of a criterion that each student group meets or not
            asked.add(named if named in groups else None)
        for group in sorted(asked, key=str):
            click.echo("\n" + explain(ours[code], group, width=width(), color=wants_color()) + "\n")


def _show_differing(evaluation: Evaluation, cells: Iterable[Cell], room: int) -> int:
    """Print the levels of an LEA that differ, explaining at most so many of them, and return how many were."""
    record = evaluation.record
    click.secho(f"{record.code} {record.name}".strip(), bold=wants_color())
    shown = 0
    for cell in cells:
        about, scale = ", ".join(part for part in (cell.indicator, cell.about) if part), cell.subject
        said = f"  {about}, {scale}: rulelang says {cell.ours}; the files say {cell.theirs} ({cell.reason})"
        click.echo(textwrap.fill(said, width(), subsequent_indent="    ", break_on_hyphens=False))
        if shown < room:
            shown += 1
            drawing = explain_level(
                evaluation, cell.indicator, cell.about or None, scale, width=width(), color=wants_color()
            )
            click.echo(f"\n{drawing}\n")
    return shown


# ---- the counts ----


def _show_counts(rules: Ruleset, found: Reconciliation) -> None:
    rows = [(*place, *numbers) for place, numbers in found.by_subject().items()]
    show_table("Cells", ("indicator", "about", *(verdict.value for verdict in Verdict)), rows)
    if not rules.reports_levels:
        held = [(name, *numbers) for name, numbers in sorted(by_name(found.cells).items())]
        show_table("What the list says", ("", "on the list", "rulelang agrees", "only rulelang"), held)
    apart = [(*why, *numbers) for why, numbers in found.not_compared().items()]
    show_table("Not compared, and why", ("about", "reason", called(rules, found.kinds)[1], "cells"), apart[:REASONS])
    if len(apart) > REASONS:
        click.echo(f"and {count(len(apart) - REASONS, 'other reason')}\n")
    leas = how_many(rules, found.compared_by_kind)
    if rules.reports_levels:
        leas = count(found.compared_leas, "LEA or school", "LEAs and schools")
    click.echo(f"{found.agreeing:,} of {count(found.compared, 'cell')} compared agree, in {leas}")
