"""Runs something again whenever a rule file changes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from time import sleep
from typing import Final

import click

from rulelang.cli.rule_files import expanded
from rulelang.compiler.locations import SUFFIX, locate
from rulelang.diagnostics.diagnostic import RulesError

PAUSE: Final = 0.5
"""How many seconds pass between two looks at the files."""


def watched(names: Sequence[str], run: Callable[[], int]) -> int:
    """Run something now and after each change of the rule files about some rulesets, and never return.

    Errors in the rules are printed, and the next change starts another run.
    """
    while True:
        before = stamps(names)
        try:
            run()
        except RulesError as error:
            click.echo(str(error), err=True)
        click.echo(f"\nWatching {len(before):,} rule files; press Ctrl-C to stop.", err=True)
        while stamps(names) == before:
            sleep(PAUSE)


def stamps(names: Sequence[str]) -> Mapping[Path, int]:
    """Return when each rule file beside some rulesets was changed last."""
    return {path: at for path in set(_files(names)) if (at := _changed(path)) is not None}


def _files(names: Sequence[str]) -> Iterator[Path]:
    """Yield the files of rulesets, and all in their folders, on which they may be based."""
    for name in expanded(names, vocabularies=False):
        path = locate(name)
        if path is not None:
            yield from path.parent.rglob(f"*{SUFFIX}")


def _changed(path: Path) -> int | None:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return None
