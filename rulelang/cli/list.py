"""`rulelang list`: lists the rulesets."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click
from attrs import asdict

from rulelang.cli import options
from rulelang.cli.rule_files import expanded
from rulelang.cli.streams import show_json
from rulelang.cli.terminal import show_table
from rulelang.compiler.listing import Listed, installed_rulesets, listed
from rulelang.diagnostics.catalogue.quote import count


@click.command("list")
@click.argument("folders", metavar="[FOLDER]...", nargs=-1, type=options.EXISTING_FOLDER)
@options.printed_as
def command(*, folders: tuple[Path, ...], format_: str) -> int:
    """List the installed rulesets, and those in your own folders, with their titles and years.

    Use the names in the first column wherever another command asks for a RULESET.
    """
    found = list(installed_rulesets())
    for folder in folders:
        found += _in_folder(folder)
    if format_ == "json":
        show_json([asdict(one) for one in found])
        return 0
    show_table(
        count(len(found), "ruleset"),
        ("ruleset", "title", "year"),
        [(one.ruleset, one.title or "(none)", str(one.year or "")) for one in found],
    )
    return 0


def _in_folder(folder: Path) -> Iterator[Listed]:
    for name in expanded([str(folder)], vocabularies=False):
        if Path(name).is_file():
            yield listed(name, Path(name))
