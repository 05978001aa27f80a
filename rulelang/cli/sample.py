"""`rulelang sample`: writes a made-up state in the layout of the state's own files."""

from __future__ import annotations

from pathlib import Path

import click

from rulelang.analysis.loading import loaded
from rulelang.cli import completing
from rulelang.cli.words import vocabulary_named
from rulelang.compiler.locations import VOCABULARY_FILE
from rulelang.core.ruleset import Ruleset
from rulelang.data.record_files import columns_to_fill
from rulelang.data.report import DataError
from rulelang.data.sample import write_sample
from rulelang.diagnostics.catalogue import records as say
from rulelang.diagnostics.catalogue.quote import count


@click.command("sample")
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--year",
    type=int,
    metavar="YEAR",
    shell_complete=completing.years,
    help="The Dashboard year; by default that of the ruleset, or 2023.",
)
@click.option(
    "--for",
    "ruleset",
    metavar="RULESET",
    help="Make data for this ruleset and its year, or for this vocabulary file.",
)
@click.option(
    "--leas",
    type=int,
    default=50,
    show_default=True,
    metavar="N",
    help="How many LEAs; 0 for files with headers alone, to fill in.",
)
@click.option(
    "--seed", type=int, default=1, show_default=True, metavar="N", help="A different number gives a different state."
)
@click.option("--force", is_flag=True, help="Replace files of the same names that already exist.")
def command(*, folder: Path, year: int | None, ruleset: str | None, leas: int, seed: int, force: bool) -> int:
    """Write a made-up state in the layout of the state's own files.

    Every name in it is invented. The same options always give the same files.
    """
    vocabulary, rules = vocabulary_named(ruleset), _rules(ruleset)
    year = year or (USUAL_YEAR if rules is None else rules.year)
    written = write_sample(vocabulary, folder, year, leas, seed, overwrite=force)
    if not written:
        raise DataError(say.no_files_to_sample(vocabulary.name, year, columns_to_fill(vocabulary)))
    words = vocabulary if rules is None or rules.relates else rules
    files = count(len(written), "file")
    if not leas:
        click.echo(f"Written to {folder}: {files} for {year} with headers alone, to fill in")
        return 0
    click.echo(f"Written to {folder}: {files} of {count(leas, words.entity, words.entities)} for {year}, all made up")
    return 0


USUAL_YEAR = 2023
"""The year of a state for which neither a year nor a ruleset is given."""


def _rules(name: str | None) -> Ruleset | None:
    """Return the ruleset of a name; None for a vocabulary, and where none is named."""
    return None if name is None or Path(name).name == VOCABULARY_FILE else loaded(name)
