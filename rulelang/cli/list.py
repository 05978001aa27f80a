"""`rulelang list`: prints the rulesets there are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click
from attrs import asdict, frozen

from rulelang.cli import options
from rulelang.cli.json_output import show_json
from rulelang.cli.terminal import count, show_table

TITLE = re.compile(r"^\s*ruleset\s+(\S.*?)\s+(\d{4})\s*(?:#.*)?$", re.MULTILINE | re.IGNORECASE)
WHAT_IF = re.compile(r"^\s*what if [^\n#]+", re.MULTILINE | re.IGNORECASE)
"""The first line of changes that are in force nowhere."""


@frozen
class Listed:
    """A ruleset: what to ask for it by, and the title and year that it begins with; None where it does not."""

    ruleset: str
    title: str | None
    year: int | None


@click.command("list", short_help="Print the rulesets there are.")
@click.argument("folders", metavar="[FOLDER]...", nargs=-1, type=options.EXISTING_FOLDER)
@options.printed_as
def command(*, folders: tuple[Path, ...], format_: str) -> int:
    """Print the rulesets that come with rulelang, and those in a folder of your own, with their titles and years.

    Each is called RULESET in the help of the other commands.
    """
    found = list(_shipped())
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


def _shipped() -> Iterator[Listed]:
    from rulelang.compiler.locations import SUFFIX, known_rulesets, rulesets_folder

    for name in known_rulesets():
        yield _listed(name, rulesets_folder() / f"{name}{SUFFIX}")


def _in_folder(folder: Path) -> Iterator[Listed]:
    from rulelang.cli.rule_files import expanded

    for name in expanded([str(folder)], vocabularies=False):
        if Path(name).is_file():
            yield _listed(name, Path(name))


def _listed(name: str, path: Path) -> Listed:
    from rulelang.compiler.files import read_source
    from rulelang.diagnostics.diagnostic import Reporter

    source = read_source(path, Reporter())
    text = source.text if source is not None else ""
    if title := TITLE.search(text):
        return Listed(name, " ".join(title[1].split()), int(title[2]))
    question = WHAT_IF.search(text)
    return Listed(name, " ".join(question[0].split()) if question else None, None)
