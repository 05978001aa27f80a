"""How long it takes to compare what any two shipped rulesets of a folder mean, in processor seconds.

Run it with `python benchmarks/compare_years.py`, with the names of folders to compare those alone, such as
`assistance/charters`. All pairs are compared in one process; those that take more than LIMIT are marked.
"""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Iterator
from itertools import combinations, groupby
from pathlib import PurePosixPath

from rulelang.compiler.locations import known_rulesets
from rulelang.engine.steps import Prepared, prepare
from rulelang.facade import load
from rulelang.reasoning.differences import differences
from rulelang.reasoning.possible import NumbersReadError

LIMIT = 2
"""Processor seconds."""


def pairs(folders: list[str]) -> Iterator[tuple[str, str]]:
    """Yield any two rulesets of one folder; of some folders, where any are named."""
    for folder, names in groupby(known_rulesets(), lambda name: PurePosixPath(name).parent.as_posix()):
        if not folders or folder in folders:
            yield from combinations(names, 2)


def compared(old: Prepared, new: Prepared) -> tuple[float, str]:
    """Return the processor seconds that a comparison takes, and what comes of it."""
    start = time.process_time()
    try:
        found = f"{len(list(differences(old, new)))} kinds of difference"
    except NumbersReadError:
        found = "covered by no proof"
    return time.process_time() - start, found


def main() -> None:
    """Print a line for each pair, the slowest first."""
    gc.set_threshold(1_000_000)  # as the command does
    some = list(pairs(sys.argv[1:]))
    sides = {name: prepare(load(name).rules) for name in {name for pair in some for name in pair}}
    timed = [(*compared(*map(sides.__getitem__, pair)), pair) for pair in some]
    for seconds, found, (old, new) in sorted(timed, reverse=True):
        print(f"{'above' if seconds > LIMIT else '     '} {seconds:6.2f}  {old} {new}: {found}")


if __name__ == "__main__":
    main()
