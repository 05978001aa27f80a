"""How long `rulelang check` of a year takes, beside a bare import of the libraries it is made with.

Run it with `python benchmarks/check_startup.py`; `benchmarks/README.md` says what it prints. The runs of the commands
take turns, so that whatever else the machine does disturbs all of them alike, and the median of each is told.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from itertools import count
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parents[1]
RUNS = 15
YEARS = (2018, 2023, 2025)

Command = Callable[[], None]


def python(*arguments: str, cache: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "RULELANG_CACHE_DIR": str(cache)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # as where it is installed, modules are compiled once
    subprocess.run([sys.executable, *arguments], cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)


def check(ruleset: str, cache: Path) -> None:
    python("-m", "rulelang", "check", ruleset, cache=cache)


def check_with_empty_cache(ruleset: str, folder: Path, numbers: Iterator[int]) -> None:
    check(ruleset, folder / str(next(numbers)))


def commands(folder: Path) -> dict[str, Command]:
    """Return what is timed, by its name in the table; `folder` is empty and goes away afterwards."""
    numbers = count()
    found: dict[str, Command] = {"bare import": partial(python, "-c", "import lark, attrs, click", cache=folder)}
    for year in YEARS:
        name, edited = f"assistance/{year}", edited_copy(folder / f"edited-{year}", year)
        found[f"check {year}, first"] = partial(check_with_empty_cache, name, folder, numbers)
        found[f"check {year}, edited"] = partial(check_with_empty_cache, edited, folder, numbers)
        found[f"check {year}, unchanged"] = partial(check, name, folder / "warm")
    return found


def edited_copy(folder: Path, year: int) -> str:
    """Return the path of a year in a copy of the rulesets, with a comment more, so that closed years are compared."""
    shutil.copytree(ROOT / "rulesets", folder)
    path = folder / "assistance" / f"{year}.rules"
    path.write_text(path.read_text(encoding="utf-8") + "\n# An edit.\n", encoding="utf-8")
    return str(path)


def medians(timed: Mapping[str, Command]) -> dict[str, float]:
    """Return the median seconds of each command; one run of each comes before, which nothing is told of."""
    seconds: dict[str, list[float]] = {name: [] for name in timed}
    for run in range(RUNS + 1):
        for name, command in timed.items():
            start = time.perf_counter()
            command()
            if run:
                seconds[name].append(time.perf_counter() - start)
    return {name: median(found) for name, found in seconds.items()}


def main() -> None:
    with TemporaryDirectory() as folder:
        found = medians(commands(Path(folder)))
    bare = found["bare import"]
    print("| command | median, s | times bare |\n| --- | ---: | ---: |")
    for name, seconds in found.items():
        print(f"| {name} | {seconds:.3f} | {seconds / bare:.1f} |")


if __name__ == "__main__":
    main()
