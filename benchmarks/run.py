"""Times rulelang beside the same rules written by hand and beside other rule engines: `python benchmarks/run.py`.

Every program runs in a process of its own, which tells how long the work itself took; the programs of one line take
turns, and the median of each is told. All must come to the same results, by a checksum. The table that it prints is the
one in README.md.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import NamedTuple

HERE = Path(__file__).parent
ROOT = HERE.parent
RULES = HERE / "rules" / "eligibility" / "2023.rules"
PEERS = ("zen-engine", "rule-engine", "openfisca-core")
LOOP = "hand-written Python loop"
LEAS = 2400
KILOBYTE = 1024
PROBLEM = 400


class Run(NamedTuple):
    """One run of a program: seconds from start to end, of all processors and of the work, and its peak memory in MB."""

    whole: float
    processors: float
    work: tuple[float, ...]
    memory: float


class Failed(Exception):  # noqa: N818  # it says what is the matter, and is no fault of ours
    """A program that ended with a message."""


def run(program: Sequence[str], python: str = sys.executable, cache: Path | None = None) -> Run:
    """Run a Python program and return what it took; its last line holds the seconds of the work."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT), str(HERE)))}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # as where it is installed, modules are compiled once
    if cache:
        environment["RULELANG_CACHE_DIR"] = str(cache)
    with TemporaryDirectory() as folder:
        said, complaint = Path(folder, "out"), Path(folder, "err")
        with said.open("w") as out, complaint.open("w") as err:
            start = time.perf_counter()
            child = subprocess.Popen([python, *program], env=environment, cwd=ROOT, stdout=out, stderr=err)
            _, status, used = os.wait4(child.pid, 0)
            whole = time.perf_counter() - start
            child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode:
            raise Failed(complaint.read_text()[-PROBLEM:])
        lines = said.read_text().split("\n")
    work = tuple(map(float, lines[-2].split())) if len(lines) > 1 and _are_numbers(lines[-2]) else ()
    return Run(whole, used.ru_utime + used.ru_stime, work, used.ru_maxrss / KILOBYTE)


def cells_of(scale: int, folder: Path) -> Path:
    """Return the file of cells of a scale, made where there is none yet."""
    run([str(HERE / "generate.py"), "--scale", str(scale), "--out", str(folder)])
    return folder / "cells.parquet"


def checksums(files: Iterable[Path]) -> set[str]:
    """Return the different checksums of some files of results."""
    command = [sys.executable, str(HERE / "checksum.py"), *map(str, files)]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return {line.split()[0] for line in said.splitlines()}


def _are_numbers(line: str) -> bool:
    return bool(line) and all(part.replace(".", "", 1).replace("e-", "", 1).isdigit() for part in line.split())


def in_turns(
    programs: dict[str, Callable[[], Run]], times: int, of: Callable[[Sequence[Run]], Run] | None = None
) -> dict[str, Run]:
    """Return the medians of some programs that take turns, or what else is asked of their runs."""
    runs: dict[str, list[Run]] = {name: [] for name in programs}
    for _ in range(times):
        for name, program in programs.items():
            runs[name].append(program())
    return {name: (of or _median)(found) for name, found in runs.items()}


def _median(runs: Sequence[Run]) -> Run:
    work = tuple(median(parts) for parts in zip(*(one.work for one in runs), strict=True))
    whole, processors = median(one.whole for one in runs), median(one.processors for one in runs)
    return Run(whole, processors, work, median(one.memory for one in runs))


def row(*cells: object) -> str:
    return f"| {' | '.join(str(cell) for cell in cells)} |"


def heading(*cells: str) -> str:
    return f"\n{row(*cells)}\n{row('---', *('---:' for _ in cells[1:]))}"


def seconds(number: float) -> str:
    return f"{number:.2f}" if number >= 0.1 else f"{number:.3f}"  # two digits that say something


# ---- Starting, checking, and one LEA ----


def starting(times: int) -> Iterator[str]:
    yield heading("from cold", "median, s", "memory, MB")
    with TemporaryDirectory() as folder:
        numbers = iter(range(10_000))

        def check(*, remembered: bool) -> Run:
            cache = Path(folder) / ("kept" if remembered else str(next(numbers)))
            return run(["-m", "rulelang", "check", str(RULES)], cache=cache)

        check(remembered=True)
        found = in_turns(
            {
                "`rulelang --version`": lambda: run(["-m", "rulelang", "--version"]),
                "check, first": lambda: check(remembered=False),
                "check, unchanged": lambda: check(remembered=True),
                "load the ruleset in Python": lambda: run(["-c", f"import rulelang; rulelang.load({str(RULES)!r})"]),
            },
            times,
        )
    for name, one in found.items():
        yield row(name, seconds(one.whole), f"{one.memory:.0f}")


# ---- The record engine and other rule engines, at scale 1 ----


def python_of_peers(folder: Path) -> tuple[str, dict[str, str]]:
    """Return a Python that has the peers that can be installed, and of each of the others why it cannot."""
    python = folder / "bin" / "python"
    missing: dict[str, str] = {}
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    for name in ("numpy", "pyarrow", *PEERS):
        command = [str(python), "-m", "pip", "install", "-q", "--disable-pip-version-check", name]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            missing[name] = (done.stderr.strip() or "pip failed").splitlines()[-1]
    return str(python), missing


def _script_of(peer: str) -> str:
    return f"peers/of_{peer.removesuffix('-core').replace('-', '_')}.py"


def engines(cells: Path, times: int) -> Iterator[str]:
    yield heading("scale 1, without reading and writing", "processor seconds", "µs an LEA", "times the loop")
    with TemporaryDirectory() as folder:
        results = Path(folder)

        def program(name: str, python: str = sys.executable) -> Callable[[], Run]:
            return lambda: run([str(HERE / name), str(cells), str(results / Path(name).name)], python)

        python, missing = python_of_peers(results / "venv")
        peers = {name: program(_script_of(name), python) for name in PEERS if name not in missing}
        ours = {"loop": program("hand_python.py"), "records": program("with_evaluator.py")}
        found = in_turns({**ours, **peers}, times)
        lines = {
            LOOP: found["loop"].work[0],
            "rulelang, a state on bit columns, every node kept": found["records"].work[0],
            "making the columns from records": found["records"].work[1],
            "rulelang, one LEA at a time, every node kept": found["records"].work[2],
            "rulelang, from records to determinations": found["records"].work[3],
            **{name: found[name].work[0] for name in peers},
        }
        sums = checksums(results.glob("*.py"))
        for name, spent in lines.items():
            ratio = spent / lines[LOOP]
            yield row(name, seconds(spent), f"{spent / LEAS * 1e6:.0f}", f"{ratio:.2f}")
        yield from (row(name, f"skipped: {why}", "", "") for name, why in missing.items())
    yield f"\nResults {'are equal' if len(sums) == 1 else 'DIFFER'}: {', '.join(sorted(sums))}"


# ---- The whole state at once ----


def batches(scales: Sequence[int], folder: Path, times: int) -> Iterator[str]:
    yield heading(
        "scale",
        "cells to results",
        "by hand, s",
        "rulelang, s",
        "times",
        "whole process, s",
        "times",
        "processors, s",
        "times",
        "MB",
        "times",
    )
    works: dict[int, float] = {}
    verdicts = []
    for scale in scales:
        cells = cells_of(scale, folder / str(scale))
        lines, equal = _batch(cells, times, works, scale)
        yield from lines
        verdicts.append(f"scale {scale} {'equal' if equal else 'DIFFERENT'}")
    yield f"\nResults of both, by checksum: {', '.join(verdicts)}."
    if {10, 100} <= set(works):
        yield f"From scale 10 to 100 the time grows {works[100] / works[10]:.1f} times."


def _batch(cells: Path, times: int, works: dict[int, float], scale: int) -> tuple[list[str], bool]:
    with TemporaryDirectory() as folder:
        results = Path(folder)

        def program(name: str, *, reasons: bool) -> Callable[[], Run]:
            to = [str(results / f"{name}.parquet"), *([str(results / f"{name}.reasons")] if reasons else [])]
            return lambda: run([str(HERE / name), str(cells), *to])

        lines, both = [], ("hand_duckdb.py", "with_table_engine.py")
        for reasons in (False, True):
            found = in_turns({name: program(name, reasons=reasons) for name in both}, times)
            hand, ours = (found[name] for name in both)
            works.setdefault(scale, ours.work[0])
            lines.append(
                row(
                    scale,
                    "with reasons" if reasons else "without reasons",
                    seconds(hand.work[0]),
                    seconds(ours.work[0]),
                    f"{ours.work[0] / hand.work[0]:.2f}",
                    f"{seconds(hand.whole)}, {seconds(ours.whole)}",
                    f"{ours.whole / hand.whole:.2f}",
                    f"{seconds(hand.processors)}, {seconds(ours.processors)}",
                    f"{ours.processors / hand.processors:.2f}",
                    f"{hand.memory:.0f}, {ours.memory:.0f}",
                    f"{ours.memory / hand.memory:.2f}",
                )
            )
        equal = len(checksums(results / f"{name}.parquet" for name in both)) == 1
    return lines, equal


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0] if __doc__ else "")
    parser.add_argument("--scales", type=int, nargs="+", choices=(1, 10, 100), default=[1, 10])
    parser.add_argument("--data", type=Path, help="folder to keep the cells in; without it they go away again")
    parser.add_argument("--times", type=int, default=5, help="how often each program runs")
    parser.add_argument("--only", choices=("starting", "engines", "batches"), nargs="+")
    asked = parser.parse_args()
    with TemporaryDirectory() as folder:
        data = asked.data or Path(folder)
        parts: dict[str, Callable[[], Iterator[str]]] = {
            "starting": lambda: starting(asked.times),
            "engines": lambda: engines(cells_of(1, data / "1"), asked.times),
            "batches": lambda: batches(asked.scales, data, asked.times),
        }
        for name, part in parts.items():
            if not asked.only or name in asked.only:
                for line in part():
                    print(line, flush=True)


if __name__ == "__main__":
    main()
