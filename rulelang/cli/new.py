"""`rulelang new`: writes the rules of the next year, or a what-if, based on an existing ruleset."""

from __future__ import annotations

import os
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from rulelang.cli.terminal import show, show_written
from rulelang.diagnostics.catalogue import run as say

if TYPE_CHECKING:
    from rulelang.core.ruleset import Ruleset

NEXT_YEAR: Final = """\
# The rules of {year}: everything in force in {base}, except for the changes below.
# `rulelang show {base}` prints those rules with their labels.
ruleset {title} {year}
  based on {base}

# Write what changes, with the reason or the source below it, such as
#
#   replace 4a: Red on both ELA and Math → Priority 4
#     because "what the board decided"
#   remove 4b
#     cites "the page that says so"
#
# and add an example for each change:
#
#   example "Red on both"
#     given a school district
#       White: Red on both ELA and Math
#     expect White meets Priority 4 by 4a
"""
WHAT_IF: Final = """\
# What if a rule were different? Nothing here is in force, and all results say so.
# `rulelang show {base}` prints the rules with their labels.
what if based on {base}

# Write what changes, such as
#
#   replace 4a: Red or Orange on both ELA and Math → Priority 4
#   remove 4b
"""
WORDS: Final = """\
# The words of these rules: everything in the vocabulary below, plus one more year.
# To add a student group, write a table under the heading `more student groups` with its code, name and years.
vocabulary {name} with {year}
  extends {extended}

Dashboard years {years}
"""


@click.command("new", short_help="Start a year or a what-if based on an existing ruleset.")
@click.argument("folder", metavar="FOLDER", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--based-on", "base", metavar="RULESET", required=True, help="The ruleset to build on, such as assistance/2025."
)
@click.option("--what-if", is_flag=True, help="Write a what-if of the same year instead of the next year.")
def command(*, folder: Path, base: str, what_if: bool) -> int:
    """Write the rules of the next year, or a what-if, based on an existing ruleset.

    The new file passes `rulelang check` right away, and its comments say what to write. If the vocabulary does not have
    the year yet, a vocabulary of your own that adds it is written beside the file. Existing files are never replaced;
    the exit code is then 2.
    """
    from rulelang.analysis.loading import loaded
    from rulelang.compiler.files import write_text

    texts = _texts(loaded(base), base, folder, what_if=what_if)
    existing = [name for name in texts if folder.joinpath(name).exists()]
    if existing:
        show([say.results_exist(str(folder.joinpath(existing[0])))], err=True)
        return 2
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        write_text(folder.joinpath(name), text)
    show_written([folder.joinpath(name) for name in texts])
    return 0


def _texts(rules: Ruleset, base: str, folder: Path, *, what_if: bool) -> dict[str, str]:
    """Return the files to write, by name."""
    from rulelang.compiler.locations import SUFFIX, VOCABULARY_FILE, locate
    from rulelang.compiler.standing import find_vocabulary, installed_vocabulary

    path = locate(base)
    assert path is not None  # noqa: S101  # it has just been loaded
    named = _named(path, folder)
    if what_if:
        return {f"what-if{SUFFIX}": WHAT_IF.format(base=named)}
    words = rules.vocabulary
    year = next(one for one in count(rules.year + 1) if one not in words.suspended)
    texts = {f"{year}{SUFFIX}": NEXT_YEAR.format(title=rules.title, year=year, base=named)}
    if year not in words.years:
        file = find_vocabulary(path)
        is_installed = installed_vocabulary(words.name) == file
        extended = f"{words.name} vocabulary" if is_installed else f'"{_from(folder, file)}"'
        years = ", ".join(map(str, (*words.years, year)))
        texts[VOCABULARY_FILE] = WORDS.format(name=words.name, year=year, extended=extended, years=years)
    return texts


def _named(path: Path, folder: Path) -> str:
    """Return what rules in a folder call a ruleset: by folder and name where it is installed, else by its place."""
    from rulelang.compiler.locations import name_if_installed

    return name_if_installed(path) or _from(folder, path.with_suffix(""))


def _from(folder: Path, path: Path) -> str:
    return Path(os.path.relpath(path.resolve(), folder.resolve())).as_posix()
