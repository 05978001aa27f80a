"""Measures what is aimed at, and prints each aim beside what was found: `python benchmarks/targets.py --data FOLDER`.

Programs that are compared take turns. Other work on the machine only makes runs longer, so that the least of each is
taken, in processor seconds of all processors. What takes long to make is kept in the folder: state files of made-up
LEAs, and the files of a whole state, which are those of one county as often as it takes (`--county`, with their year).
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from run import HERE, Run, cells_of, in_turns, row, run, seconds

import rulelang
from rulelang.data import sample_state
from rulelang.data.sample import write_sample

ROWS_OF_THE_STATE = 824_326
LEAS_OF_THE_STATE = 1_300
BARE = "import lark, attrs, click"
DISTRICT = "D"


class Aim(NamedTuple):
    """What is aimed at: how much of a measure of work, written as it is in the table."""

    work: str
    most: float
    found: float
    unit: str = "s"

    def __str__(self) -> str:
        kept = "met" if self.found <= self.most else "missed"
        return row(self.work, f"{self.most:g} {self.unit}", f"{seconds(self.found)} {self.unit}", kept)


class Place(NamedTuple):
    """Where data are kept between runs, where results go, and how often each program runs."""

    data: Path
    results: Path
    times: int

    def least(self, programs: dict[str, Callable[[], Run]]) -> dict[str, Run]:
        return in_turns(programs, self.times, least)

    def command(self, *arguments: str, kept: bool = False) -> Callable[[], Run]:
        """Return the run of a command that writes results, with nothing remembered or with what a run before kept."""

        def program() -> Run:
            with TemporaryDirectory(dir=self.results) as folder:
                cache = self.results / "kept" if kept else Path(folder) / "cache"
                out = ("--out", str(Path(folder) / "out")) if arguments[0] == "evaluate" else ()
                return run(["-m", "rulelang", *arguments, *out], cache=cache)

        if kept:
            program()
        return program


def least(runs: list[Run]) -> Run:
    """Return the least of each number of some runs."""
    work = tuple(map(min, zip(*(one.work for one in runs), strict=True)))
    whole, processors = min(one.whole for one in runs), min(one.processors for one in runs)
    return Run(whole, processors, work, min(one.memory for one in runs))


# ---- What is measured ----


def check(place: Place) -> Iterator[Aim]:
    """Yield how long a check takes with nothing remembered, as often as a bare import."""
    found = place.least({BARE: lambda: run(["-c", BARE]), "check": place.command("check", "assistance/2025")})
    yield Aim("`check assistance/2025`, to a bare import", 4, found["check"].processors / found[BARE].processors, "×")


def memory(place: Place) -> Iterator[Aim]:
    """Yield how long a state and an LEA take in memory."""
    path = str(place.results / "result")
    cells = cells_of(1, place.data / "1")
    found = place.least({"us": lambda: run([str(HERE / "with_evaluator.py"), str(cells), path])})["us"]
    yield Aim("a state in memory, `rules/eligibility`", 2, found.work[0] * 1000, "ms")
    yield Aim("one LEA, every node", 150, found.work[2] / 2400 * 1e6, "µs")
    years = [made_up(place.data / "history", 2400, year) for year in (2022, 2023, 2024, 2025)]
    found = place.least({"us": lambda: run([str(HERE / "with_history.py"), str(years[0])])})["us"]
    yield Aim("a state in memory, `assistance/2025` with history", 25, found.work[0] * 1000, "ms")


def records(place: Place) -> Iterator[Aim]:
    """Yield how long results from cells in Parquet take, beside the program by hand."""
    for scale in (1, 10, 100):
        cells = cells_of(scale, place.data / str(scale))
        for reasons in (False, True):
            programs = ("hand_duckdb.py", "with_table_engine.py")
            to = [str(place.results / "result"), *([str(place.results / "reasons")] if reasons else [])]
            runs = {name: _program(str(HERE / name), str(cells), *to) for name in programs}
            hand, ours = place.least(runs).values()
            what = f"scale {scale}, {'with' if reasons else 'without'} reasons"
            most = 1.5 if scale == 1 else 1.1 if reasons else 1.0
            yield Aim(f"{what}: processors, to by hand", most, ours.processors / hand.processors, "×")
            yield Aim(f"{what}: memory, to by hand", 1.5, ours.memory / hand.memory, "×")


def _program(*arguments: str) -> Callable[[], Run]:
    return lambda: run(arguments)


def levels(place: Place) -> Iterator[Aim]:
    """Yield how long the levels of a million numbers take, written."""
    numbers = place.data / "numbers.parquet"
    if not numbers.exists():
        run([str(HERE / "generate_numbers.py"), "--leas", "2965", "--out", str(numbers)])
    program = place.command("evaluate", "dashboard/2018", "--records", str(numbers), kept=True)
    yield Aim("levels of a million numbers", 2, place.least({"us": program})["us"].processors)


def own_files(place: Place, county: Path | None) -> Iterator[Aim]:
    """Yield how long the state's own files take, full size, as far as there are files of a county to make them of."""
    if county:
        folder = str(whole_state(county, place.data / "state"))
        evaluate = ("evaluate", f"assistance/{county.name}", "--data", folder)
        found = place.least({"cold": place.command(*evaluate), "kept": place.command(*evaluate, kept=True)})
        yield Aim("the state's own files, cold", 4, found["cold"].processors)
        yield Aim("the state's own files, kept cells", 1.5, found["kept"].processors)


def samples(place: Place) -> Iterator[Aim]:
    """Yield how long made-up states take from state files."""
    some = made_up(place.data / "2300", 2300, 2023)
    program = place.command("evaluate", "assistance/2023", "--data", str(some), kept=True)
    yield Aim("2,300 LEAs from state files, kept cells", 1.2, place.least({"us": program})["us"].processors)
    many = made_up(place.data / "20000", 20_000, 2023)
    program = place.command("evaluate", "assistance/2023", "--data", str(many))
    found = place.least({"us": program})["us"]
    yield Aim("20,000 LEAs from state files", 15, found.processors)
    yield Aim("20,000 LEAs from state files: memory", 500, found.memory, "MB")


def ways(place: Place) -> Iterator[Aim]:
    """Yield how long the ways out take: of a state, and of the LEA that takes the longest, beyond explaining it.

    To explain an LEA is to start, and to read the rules and the LEA's data, evaluate it, and print.
    """
    folder = made_up(place.data / "1000", 1000, 2023)
    of = ("assistance/2023", "--data", str(folder))
    found = place.least({"us": place.command("way-out", *of, kept=True)})["us"]
    yield Aim("ways out of 1,000 LEAs", 10, found.processors)
    lea = ("--lea", slowest(*of[::2]))
    both = {name: place.command(name, *of, *lea, kept=True) for name in ("explain", "way-out")}
    explained, found = place.least(both).values()
    yield Aim("ways out of one LEA, beyond explaining it", 0.3, found.processors - explained.processors)


def slowest(name: str, folder: str) -> str:
    """Return the code of the LEA of which finding the ways out takes the longest."""
    ruleset = rulelang.load(name)
    outcome = ruleset.rules.vocabulary.determinations[0]
    times: dict[str, float] = {}
    for record in ruleset.read([folder]).records:
        start = time.process_time()
        list(ruleset.ways_out([record], outcome))
        times[record.code] = time.process_time() - start
    return max(times, key=times.__getitem__)


# ---- The data ----


def made_up(folder: Path, leas: int, year: int) -> Path:
    """Return a folder with the state files of made-up LEAs, more than `rulelang sample` makes if asked for."""
    if not list(folder.glob(f"*{year}*")):
        sample_state.MOST_LEAS = leas
        write_sample(rulelang.load(f"assistance/{year}").rules.vocabulary, folder, year, leas, overwrite=True)
    return folder


def whole_state(county: Path, folder: Path) -> Path:
    """Return a folder with the files of a county, its districts and schools repeated until they make a state.

    A copy has the number of another county. When there are enough districts, only schools are repeated.
    """
    files = [path.read_text(encoding="latin-1").splitlines() for path in sorted(county.glob("*download*.txt"))]
    rows = [row for lines in files for row in lines[1:]]
    districts = len({row[:14] for row in rows if row.split("\t")[1] == DISTRICT})
    if folder.exists():
        return folder
    folder.mkdir(parents=True)
    schools = sum(row.split("\t")[1] != DISTRICT for row in rows)
    whole = LEAS_OF_THE_STATE // districts
    copies = whole + (ROWS_OF_THE_STATE - whole * len(rows)) // schools
    for path, lines in zip(sorted(county.glob("*download*.txt")), files, strict=True):
        with (folder / path.name).open("w", encoding="latin-1") as out:
            out.write(lines[0] + "\n")
            for copy in range(copies):
                wanted = (row for row in lines[1:] if copy < whole or row.split("\t")[1] != DISTRICT)
                out.writelines(f"{copy + 1:02}{row[2:]}\n" for row in wanted)
    return folder


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0] if __doc__ else "")
    parser.add_argument("--data", type=Path, required=True, help="folder to keep the data in")
    parser.add_argument("--county", type=Path, help="published files of a county, in a folder named by their year")
    parser.add_argument("--times", type=int, default=3, help="how often each program runs")
    parts = {one.__name__: one for one in (check, memory, records, levels, samples, ways)}
    parser.add_argument("--only", choices=(*parts, "own_files"), nargs="+", default=(*parts, "own_files"))
    asked = parser.parse_args()
    print(f"{row('work', 'aim', 'found', '')}\n{row('---', '---:', '---:', '---')}")
    with TemporaryDirectory() as folder:
        place = Place(asked.data, Path(folder), asked.times)
        for name in asked.only:
            found = own_files(place, asked.county) if name == "own_files" else parts[name](place)
            for aim in found:
                print(aim, flush=True)


if __name__ == "__main__":
    main()
