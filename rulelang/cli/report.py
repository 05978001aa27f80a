"""`rulelang report`: pages to hand out, one for the state or county at a glance and one for each LEA."""

from __future__ import annotations

from pathlib import Path

import click

from rulelang.cli import options
from rulelang.cli.progress import progress_bar
from rulelang.cli.records import determine_from
from rulelang.cli.rule_errors import warn_of_errors
from rulelang.cli.terminal import count, show
from rulelang.diagnostics.catalogue import run as say
from rulelang.version import VERSION


def _write_starter(context: click.Context, _: click.Parameter, path: Path | None) -> None:
    """Write the template to start from, and end."""
    if path is None or context.resilient_parsing:
        return
    from rulelang.report.letters import write_starter

    if path.exists():
        message = f"the file `{path}` stands there already, and it was left as it is"
        raise click.UsageError(message, context)
    write_starter(path)
    click.echo(f"Written: {path}. Put your letterhead and your words into it, then give it to `--letters`.")
    context.exit(0)


@click.command("report", short_help="Write pages to hand out: one at a glance, and one for each LEA.")
@options.ruleset
@options.needed_data
@options.published
@options.group_counts
@options.leas
@options.counties
@click.option("--out", metavar="DIR", type=click.Path(file_okay=False, path_type=Path), required=True, help="Folder.")
@click.option(
    "--letters",
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Fill this Word template for each LEA too.",
)
@click.option(
    "--letter-template",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    is_eager=True,
    expose_value=False,
    callback=_write_starter,
    help="Write a Word template to start from, and nothing else.",
)
@click.option("--pdf", is_flag=True, help="Write the page of each LEA as PDF too.")
@click.option("--force", is_flag=True, help="Write over the pages of an earlier report.")
def command(  # one argument for each option
    *,
    ruleset: str,
    folders: tuple[Path, ...],
    published: tuple[Path, ...],
    group_counts: tuple[Path, ...],
    leas: tuple[str, ...],
    counties: tuple[str, ...],
    out: Path,
    letters: Path | None,
    pdf: bool,
    force: bool,
) -> int:
    """Determine LEAs and write the results as pages that open in any browser, with nothing to install.

    The first page, index.html, counts the determinations and lists the LEAs. The page of an LEA says what it gets and
    why: the levels of its student groups, the rules that hold with their sources, earlier years, and what is missing.
    The workbook list.xlsx has all LEAs in the layout of the published lists, and a sheet for each county.
    """
    from rulelang.analysis.loading import loaded
    from rulelang.report.site import INDEX, LETTERS, write_site

    rules = loaded(ruleset)
    warn_of_errors(ruleset)
    if rules.reports_levels or rules.suspended is not None:
        message = f"{ruleset} determines nothing, so that there is nothing to report"
        raise click.UsageError(message)
    if not force and (existing := out / INDEX).exists():
        show([say.results_exist(str(existing))], err=True)
        return 2
    sources = options.sources(folders, published, group_counts, None)
    with progress_bar() as bar:
        done = determine_from(rules, sources, leas, counties, bar=bar)
    if not done.determinations:
        return 1
    first = write_site(out, rules, done.determinations, version=VERSION, letters=letters, pdf=pdf, replace=force)
    click.echo(f"Written: {first}, and {count(len(done.determinations), 'page')} of LEAs in {first.parent / 'lea'}")
    if letters is not None:
        click.echo(f"         {count(len(done.determinations), 'letter')} in {out / LETTERS}")
    return 0 if done.complete and not done.data.has_errors else 1
