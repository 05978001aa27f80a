"""`rulelang evaluate`: determines every LEA in the data and writes the determinations and the reasons."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from rulelang.cli import options
from rulelang.cli.progress import progress_bar
from rulelang.cli.records import determine_from
from rulelang.cli.rule_errors import warn_of_errors
from rulelang.cli.terminal import count, show, show_table
from rulelang.diagnostics.catalogue import run as say
from rulelang.version import VERSION

if TYPE_CHECKING:
    from rulelang.analysis.summary import Summary
    from rulelang.data.report import ReadReport

FORMATS = ("csv", "json", "parquet", "xlsx")
RESULTS = ("determinations", "reasons")


@click.command("evaluate")
@options.ruleset
@options.data
@options.published
@options.group_counts
@options.leas
@options.counties
@click.option(
    "--out",
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="Folder to write the determinations and the reasons to; it is made where there is none.",
)
@click.option(
    "--format",
    "format_",
    type=click.Choice(FORMATS),
    default="csv",
    show_default=True,
    help="How to write the two tables.",
)
@click.option("--force", is_flag=True, help="Replace results that stand in the folder already.")
@options.keep_going
def command(  # one argument for each option
    *,
    ruleset: str,
    folders: tuple[Path, ...],
    published: tuple[Path, ...],
    group_counts: tuple[Path, ...],
    leas: tuple[str, ...],
    counties: tuple[str, ...],
    out: Path,
    format_: str,
    force: bool,
    keep_going: bool,
) -> int:
    """Determine every LEA in the data, and write the determinations and the reasons.

    A record of the run, run.json, is written beside them; `rulelang verify` derives the run again from it.
    """
    import rulelang
    from rulelang.analysis.provenance import Run, options_of, write_run
    from rulelang.analysis.summary import summarize

    sources = options.sources(folders, published, group_counts)
    rules = rulelang.load(ruleset).rules
    warn_of_errors(ruleset)
    standing = [path for name in RESULTS if (path := out / f"{name}.{format_}").exists()]
    if standing and not force:
        show([say.results_exist(str(standing[0]))], err=True)
        return 2
    with progress_bar() as bar:
        done = determine_from(rules, sources, leas, counties, bar=bar)
    if not done.determinations:
        return 1
    asked = options_of(sources, leas, counties, format_)
    run = Run(rules, ruleset, asked, done.data, done.determinations)
    written = write_run(out, run, engine=VERSION, replace=force)
    _show_summary(f"{rules.title} {rules.year}", summarize(rules, done.determinations))
    _show_rows(done.data.report)
    click.echo(f"Written: {', '.join(str(path) for path in written)}")
    return 0 if done.complete and (keep_going or not done.data.has_errors) else 1


def _show_summary(title: str, summary: Summary) -> None:
    from rulelang.engine.determination import CANNOT_TELL

    click.echo(f"{title}: {count(summary.leas, 'LEA')}\n")
    for kind, number in summary.without_rows.items():
        leas = count(number, "LEA")
        click.echo(f"The files of {kind} indicators have no row of {leas}, so what they would say is unknown.\n")
    show_table("By determination", ("determination", "LEAs"), summary.by_determination.items())
    if summary.by_label != summary.by_determination:
        show_table("By label", ("label", "LEAs"), summary.by_label.items())
    for kind, counts in (("method", summary.by_method), ("referral", summary.by_referral)):
        show_table(f"By {kind}", (kind, "met", "cannot tell"), [(one.name, one.met, one.untold) for one in counts])
    show_table(
        "By priority",
        ("priority", "", "LEAs", "student groups", "and for the LEA as a whole"),
        [(str(item.number), item.name, item.leas, item.groups, _whole(item.whole)) for item in summary.by_priority],
    )
    show_table(
        "By student group",
        ("code", "student group", "LEAs with any priority", "with 2 or more"),
        [
            (item.code, item.name, item.any_priority, item.enough)
            for item in summary.by_group
            if any(one.any_priority for one in summary.by_group)
        ],
    )
    outcomes = list(summary.by_determination)
    show_table(
        "By county",
        ("county", *outcomes),
        [
            (county or "(not stated)", *(counts.get(name, 0) for name in outcomes))
            for county, counts in summary.by_county.items()
            if outcomes != [CANNOT_TELL]
        ],
    )


def _whole(leas: int) -> str:
    return f"every group of {count(leas, 'LEA')}" if leas else ""


def _show_rows(report: ReadReport) -> None:
    ignored = sum(report.ignored.values())
    click.echo(
        f"Rows read: {report.read:,}, used: {report.used:,}, ignored: {ignored:,}, refused: {report.refused:,};"
        f" from {count(len(report.files), 'file')}"
    )
    for reason, number in report.ignored.items():
        click.echo(f"  ignored {number:,}: {reason}")
