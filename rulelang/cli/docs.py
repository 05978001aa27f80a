"""`rulelang docs`: the criteria of a year as a handbook, a page to read, to print and to send."""

from __future__ import annotations

from pathlib import Path

import click

from rulelang.analysis.loading import loaded
from rulelang.cli import options
from rulelang.cli.reporting import in_language, language_called
from rulelang.cli.show import in_force
from rulelang.cli.words import tables_of
from rulelang.compiler.effective_text import effective_data
from rulelang.report.handbook import write_handbook
from rulelang.version import VERSION


@click.command("docs")
@options.ruleset
@options.written_to("Folder to write the page to.", required=True)
@in_language("The language of the handbook: English or Spanish.")
@click.option("--force", is_flag=True, help="Replace an earlier handbook.")
def command(*, ruleset: str, out: Path, language: str, force: bool) -> int:
    """Write a handbook of a year's rules: one page that opens in any browser, with nothing to install.

    The handbook has the criteria in the form of the state's tables, how each level is worked out, with color grids, the
    sources, the changes from the year before, the worked examples, and the vocabulary with its synonyms.
    """
    effective, vocabulary = in_force(ruleset)
    data = effective_data(effective, vocabulary)
    words, called = tables_of(vocabulary), language_called(language, ruleset)
    path = write_handbook(out, loaded(ruleset), data, words, called, version=VERSION, replace=force)
    click.echo(f"Written: {path}")
    return 0
