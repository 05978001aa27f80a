"""`rulelang new`: writes the rules of the next year, or a what-if, based on an existing ruleset."""

from __future__ import annotations

import os
import shlex
from itertools import count
from pathlib import Path
from typing import Final

import click

from rulelang.analysis.loading import loaded
from rulelang.cli.terminal import show_written
from rulelang.compiler.effective_text import sections, statement_text
from rulelang.compiler.load import load_effective
from rulelang.compiler.locations import SUFFIX, VOCABULARY_FILE, locate, name_if_installed
from rulelang.compiler.standing import find_vocabulary, installed_vocabulary
from rulelang.core.ruleset import Ruleset, rule_name
from rulelang.data.report import DataError
from rulelang.diagnostics.catalogue import run as say
from rulelang.diagnostics.diagnostic import Reporter
from rulelang.whole_files import write_whole

NEXT_YEAR: Final = """\
# The rules of {year}: everything in force in {base}, except for the changes below.
# `rulelang show {base}` prints those rules with their labels.
ruleset {title} {year}
  based on {base}
{sample}"""
WHAT_IF: Final = """\
# What if a rule were different? Nothing here is in force, and all results say so.
# `rulelang show {base}` prints the rules with their labels.
what if based on {base}
{sample}"""
SAMPLE: Final = """
# Write what changes, with the reason or the source below it. Without its #, this sample takes a rule out and adds it
# again under another label:
#
# {heading}
#   remove {label}
#     because "the reason for the change"
#   add {added}
#     cites "the page that says so"
#
# `replace {label}: …` changes a rule under its label. Add an example for each change: where a change contradicts
# an example of {base}, `rulelang check` says what to write.
"""
WORDS: Final = """\
# The words of these rules: everything in the vocabulary below, plus one more year.
# To add a student group, write a table under the heading `more student groups` with its code, name and years.
vocabulary {name} with {year}
  extends {extended}

years {years}
"""


@click.command("new")
@click.argument("folder", metavar="FOLDER", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--based-on", "base", metavar="RULESET", required=True, help="The ruleset to build on, such as assistance/2025."
)
@click.option("--what-if", is_flag=True, help="Write a what-if of the same year instead of the next year.")
def command(*, folder: Path, base: str, what_if: bool) -> int:
    """Write the rules of the next year, or a what-if, based on an existing ruleset.

    The new file passes `rulelang check` right away, and its comments say what to write. If the vocabulary does not have
    the year yet, a vocabulary of your own that adds it is written beside the file. Existing files are never replaced:
    the exit code is then 2, and the message names a folder to use instead.
    """
    texts = _texts(loaded(base), base, folder, what_if=what_if)
    existing = [folder.joinpath(name) for name in texts if folder.joinpath(name).exists()]
    if existing:
        another = folder.joinpath(Path(next(iter(texts))).stem).as_posix()
        call = shlex.join(["rulelang", "new", another, "--based-on", base, *(["--what-if"] if what_if else [])])
        raise DataError(say.rules_exist(existing[0].as_posix(), call))
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        write_whole(folder.joinpath(name), text)
    show_written([folder.joinpath(name) for name in texts])
    return 0


def _texts(rules: Ruleset, base: str, folder: Path, *, what_if: bool) -> dict[str, str]:
    """Return the files to write, by name."""
    path = locate(base)
    assert path is not None  # noqa: S101  # it has just been loaded
    named = _named(path, folder)
    sample = _sample(path, rules, named)
    if what_if:
        return {f"what-if{SUFFIX}": WHAT_IF.format(base=named, sample=sample)}
    words = rules.vocabulary
    year = next(one for one in count(rules.year + 1) if one not in words.suspended)
    texts = {f"{year}{SUFFIX}": NEXT_YEAR.format(title=rules.title, year=year, base=named, sample=sample)}
    if year not in words.years:
        file = find_vocabulary(path)
        is_installed = installed_vocabulary(words.name) == file
        extended = f"{words.name} vocabulary" if is_installed else f'"{_from(folder, file)}"'
        years = ", ".join(map(str, (*words.years, year)))
        texts[VOCABULARY_FILE] = WORDS.format(name=words.name, year=year, extended=extended, years=years)
    return texts


def _sample(path: Path, rules: Ruleset, named: str) -> str:
    """Return comments that are a change of the base without their signs; empty if it has no rule to show it with."""
    asked = {name for example in rules.examples for expected in example.expectations for name in expected.by}
    found = load_effective(path, Reporter())
    for heading, under in sections(*found) if found is not None else ():
        for rule in under:
            label, text = rule.label, statement_text(rule)
            if heading is not None and label is not None and rule_name(label) not in asked:
                added = text.replace(label, f"{label}2", 1)
                return SAMPLE.format(heading=heading, label=label, added=added, base=named)
    return ""


def _named(path: Path, folder: Path) -> str:
    """Return what rules in a folder call a ruleset: by folder and name where it is installed, else by its place."""
    return name_if_installed(path) or _from(folder, path.with_suffix(""))


def _from(folder: Path, path: Path) -> str:
    return Path(os.path.relpath(path.resolve(), folder.resolve())).as_posix()
