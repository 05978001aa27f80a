"""`rulelang verify`: derives a run again from its record, and says what differs."""

from __future__ import annotations

from pathlib import Path

import click

from rulelang.cli import options
from rulelang.cli.json_output import show_json
from rulelang.cli.progress import progress_bar
from rulelang.cli.terminal import count, show
from rulelang.cli.verify_page import page_differences
from rulelang.diagnostics.as_data import diagnostic_data
from rulelang.version import VERSION


@click.command("verify", short_help="Repeat a run from its record, and say what differs.")
@click.argument("results", metavar="RESULTS", type=options.Existing(exists=True, path_type=Path))
@options.data
@options.published
@options.group_counts
@options.memory
@options.printed_as
def command(
    *,
    results: Path,
    folders: tuple[Path, ...],
    published: tuple[Path, ...],
    group_counts: tuple[Path, ...],
    memory: str | None,
    format_: str,
) -> int:
    """Repeat a run from its record, and say what differs.

    RESULTS is the folder that `rulelang evaluate` wrote, or the run.json in it. The exit code is 0 only if the rules,
    the data files, the version of rulelang, and every cell of the results match the record, and 2 if there is no
    record.

    RESULTS can also be a page that `rulelang report` wrote. A page names the data files it rests on, but not where they
    are: give them with --data, --published and --group-counts.
    """
    from rulelang.analysis.provenance import verify

    is_page = results.suffix == ".html"
    if not is_page and (folders or published or group_counts):
        message = "the record of a run says where its data are: leave `--data`, `--published` and `--group-counts` out"
        raise click.UsageError(message)
    if is_page:
        differences = page_differences(results, options.sources(folders, published, group_counts))
    else:
        with progress_bar() as bar:
            differences = verify(results, engine=VERSION, progress=bar, memory=memory)
    if any(difference.code in ("no-run-record", "no-page-record") for difference in differences):
        show(differences, err=True)
        return 2
    if format_ == "json":
        found = [diagnostic_data(difference) for difference in differences]
        show_json({"results": str(results), "as_recorded": not differences, "differences": found})
        return 1 if differences else 0
    show(differences)
    click.echo(f"{results}: {count(len(differences), 'difference')}" if differences else f"{results}: as recorded")
    return 1 if differences else 0
