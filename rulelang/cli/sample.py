"""`rulelang sample`: writes a made-up state in the layout of the state's own files."""

from __future__ import annotations

from pathlib import Path

import click

from rulelang.cli import completing
from rulelang.cli.terminal import count, show
from rulelang.diagnostics.diagnostic import Reporter


@click.command("sample")
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--year",
    type=int,
    default=2023,
    show_default=True,
    metavar="YEAR",
    shell_complete=completing.years,
    help="The Dashboard year.",
)
@click.option("--leas", type=int, default=50, show_default=True, metavar="N", help="How many LEAs.")
@click.option("--seed", type=int, default=1, show_default=True, metavar="N", help="Another number gives another state.")
@click.option("--force", is_flag=True, help="Write over files of the same names that stand there already.")
def command(*, folder: Path, year: int, leas: int, seed: int, force: bool) -> int:
    """Write a made-up state in the layout of the state's own files.

    Every name in it is invented. The same options give the same files.
    """
    from rulelang.compiler.files import VOCABULARY_FILE, rulesets_folder
    from rulelang.compiler.load import load_vocabulary
    from rulelang.data.sample import write_sample

    reporter = Reporter()
    vocabulary = load_vocabulary(rulesets_folder() / VOCABULARY_FILE, reporter)
    if vocabulary is None:
        show(reporter.diagnostics, err=True)
        return 1
    written = write_sample(vocabulary, folder, year, leas, seed, overwrite=force)
    click.echo(f"Written to {folder}: {count(len(written), 'file')} of {count(leas, 'LEA')} for {year}, all made up")
    return 0
