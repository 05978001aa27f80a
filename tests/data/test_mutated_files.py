"""Data files with something odd in them, one at a time: what is wrong is said, and no other LEA is moved.

`RULELANG_EFFORT=100 pytest tests/data/test_mutated_files.py` tries a hundred times as many, and others each time, which
`RULELANG_SEED` brings back; what fails is collected, and with `-s` shown at once. Each file is read within seconds and
within a bound on memory, every row is counted, nothing raises, and the LEAs whose rows were not touched keep their
determinations. Where a whole file had to be refused, what it said is unknown, and nothing else changes.
"""

from __future__ import annotations

import contextlib
import functools
import importlib
import random
import signal
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

import rulelang
from rulelang.cli.program import run
from rulelang.core.truth import CANNOT_TELL
from rulelang.data.report import DataSet, FileReport
from rulelang.data.workbooks import one_child, sheets_of
from tests.strategies.effort import try_cases

SECONDS = 10
MOST_MEGABYTES = 1024
FILES_AT_A_TIME = 2
"""So many files of a state are changed before it is read, each in its own way."""

ODD = (
    *("", " ", "0", "1", "9", "-1", "1.5", "1,234", "1e3", "NaN", "inf", "None", "TRUE", "#N/A", "=1+1", "D", "S", "X"),
    *("2022", "2023f", "2023-01-01", "1" * 16, "9" * 400, "ALL", "ZZ", "EL", "Red", "Not Met", "Met", "Y", "N"),
    *(
        '"',
        "'",
        '""',
        '"x',
        "\x00",
        "\x07",
        "\x1b[2J",
        "\ufeff",
        "\u2028",
        "\x85",
        "\x0c",
        "\r",
        "\n",
        "\r\n",
        "\t",
        "|",
    ),
    *(
        "\u202e",
        "\ud800".encode("utf-8", "replace").decode(),
        "é",
        "学",
        "😀",
        "\\",
        "\\N",
        "~",
        "%s",
        "{}",
        "<b>",
        "a\tb",
    ),
)


@functools.cache
def ruleset() -> rulelang.LoadedRuleset:
    return rulelang.load("assistance/2023")


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of a made-up state, every file as text."""
    folder = tmp_path_factory.mktemp("state")
    assert run(["sample", str(folder), "--year", "2023", "--leas", "4", "--force"]) == 0
    for path in folder.glob("*.xlsx"):
        [sheet] = sheets_of(str(path), path.read_bytes())
        lines = ["\t".join(str(cell) for cell in cells) for _, cells in sheet.rows]
        path.with_suffix(".txt").write_text("\n".join([*lines, ""]), encoding="utf-8")
        path.unlink()
    return folder


def determinations(data: DataSet) -> dict[str, str]:
    return {one.record.code: one.outcome for one in ruleset().evaluate(data.records)}


@contextlib.contextmanager
def within_bounds() -> Iterator[None]:
    """Fail what works too long, or waits for what does not come, or has taken too much memory.

    The seconds of work are counted, so that other work of the machine does no harm.
    """

    def stop(_: int, __: FrameType | None) -> None:
        pytest.fail(f"a file takes more than {SECONDS} seconds")

    has_timers = hasattr(signal, "setitimer")
    timers = ((signal.ITIMER_PROF, signal.SIGPROF, 1), (signal.ITIMER_REAL, signal.SIGALRM, 12)) if has_timers else ()
    before = {sign: signal.signal(sign, stop) for _, sign, _ in timers}
    most, most_of_child = _most_megabytes("RUSAGE_SELF"), _most_megabytes("RUSAGE_CHILDREN")
    try:
        for timer, _, times in timers:
            signal.setitimer(timer, SECONDS * times)
        yield
    finally:
        for timer, sign, _ in timers:
            signal.setitimer(timer, 0)
            signal.signal(sign, before[sign])
    assert _most_megabytes("RUSAGE_SELF") - most <= MOST_MEGABYTES
    assert _most_megabytes("RUSAGE_CHILDREN") <= max(MOST_MEGABYTES, most_of_child)


def _most_megabytes(whose: str) -> int:
    """Return the most memory that this process, or the largest of its children, has held; 0 where none can tell."""
    try:
        resource: Any = importlib.import_module("resource")
    except ImportError:
        return 0
    most: int = resource.getrusage(getattr(resource, whose)).ru_maxrss
    return most >> (20 if sys.platform == "darwin" else 10)


# ---- What is done to a file ----

Lines = list[str]
Touched = frozenset[str] | None
"""The codes of the LEAs whose rows are touched; None where any may be."""


def code_of(line: str) -> str:
    return line.split("\t", maxsplit=1)[0]


def one_cell(lines: Lines, chance: random.Random) -> Touched:
    """Put something odd in the place of a cell, or into it."""
    at = chance.randrange(1, len(lines))
    cells = lines[at].split("\t")
    which, odd = chance.randrange(len(cells)), chance.choice(ODD)
    touched = {code_of(lines[at])}
    where = chance.randrange(len(cells[which]) + 1)
    cells[which] = odd if chance.random() < 0.6 else cells[which][:where] + odd + cells[which][where:]
    lines[at] = "\t".join(cells)
    return frozenset({*touched, code_of(lines[at])})


def swapped_cells(lines: Lines, chance: random.Random) -> Touched:
    at = chance.randrange(1, len(lines))
    cells = lines[at].split("\t")
    touched = {code_of(lines[at])}
    one, other = chance.randrange(len(cells)), chance.randrange(len(cells))
    cells[one], cells[other] = cells[other], cells[one]
    lines[at] = "\t".join(cells)
    return frozenset({*touched, code_of(lines[at])})


def repeated_row(lines: Lines, chance: random.Random) -> Touched:
    """Put a row in once more, as it is or with another's cell in it."""
    at, other = chance.randrange(1, len(lines)), chance.randrange(1, len(lines))
    cells, others = lines[at].split("\t"), lines[other].split("\t")
    which = chance.randrange(1, len(cells))
    cells[which] = others[which] if len(others) == len(cells) else ""
    lines.insert(chance.randrange(1, len(lines) + 1), "\t".join(cells))
    return frozenset({code_of(lines[at]), cells[0]})


def removed_row(lines: Lines, chance: random.Random) -> Touched:
    return frozenset({code_of(lines.pop(chance.randrange(1, len(lines))))})


def cut_row(lines: Lines, chance: random.Random) -> Touched:
    at = chance.randrange(1, len(lines))
    touched = {code_of(lines[at])}
    lines[at] = lines[at][: chance.randrange(len(lines[at]))]
    return frozenset({*touched, code_of(lines[at])})


def moved_row(lines: Lines, chance: random.Random) -> Touched:
    """Put the rows into another order, which says nothing else."""
    rows = lines[1:]
    chance.shuffle(rows)
    lines[1:] = rows
    return frozenset()


def odd_header(lines: Lines, chance: random.Random) -> Touched:
    names = lines[0].split("\t")
    names[chance.randrange(len(names))] = chance.choice((*ODD, *names))
    lines[0] = "\t".join(names)
    return None


KINDS: dict[str, Callable[[Lines, random.Random], Touched]] = {
    change.__name__: change
    for change in (one_cell, swapped_cells, repeated_row, removed_row, cut_row, moved_row, odd_header)
}


def is_refused(file: FileReport) -> bool:
    """Return whether a file was refused as a whole, or breaks off."""
    return bool(file.note) or not file.read


def rows_in(lines: Sequence[str]) -> int | None:
    """Return how many rows lines have below the header; None where a line may be several, or a row none."""
    if any(sign in line for line in lines for sign in '"\r\n\x00') or any(not line.strip() for line in lines):
        return None
    return len(lines) - 1


@pytest.mark.parametrize("kind", KINDS)
def test_a_changed_file_moves_no_other_lea(kind: str, state: Path) -> None:
    right = determinations(ruleset().read([state]))
    assert len(set(right.values())) > 1
    whole = {path: path.read_text(encoding="utf-8") for path in sorted(state.iterdir())}

    def attempt(chance: random.Random) -> None:
        changed = {path: whole[path].splitlines() for path in chance.sample([*whole], FILES_AT_A_TIME)}
        touched = [KINDS[kind](lines, chance) for lines in changed.values()]
        for path, lines in changed.items():
            path.write_text("\n".join([*lines, ""]), encoding="utf-8", newline="")
        try:
            with within_bounds():
                data = ruleset().read([state])
                found = determinations(data)
        finally:
            for path in changed:
                path.write_text(whole[path], encoding="utf-8")
        names = " and ".join(path.name for path in changed)
        assert_nothing_else_moved(names, data, right, found, touched)
        for path, lines in changed.items():
            rows = rows_in(lines)
            [report] = [one for one in data.report.files if one.path == path]
            assert rows is None or is_refused(report) or report.read == rows, path.name

    try_cases(kind, 12 // FILES_AT_A_TIME, attempt)


def assert_nothing_else_moved(
    what: str, data: DataSet, right: Mapping[str, str], found: Mapping[str, str], touched: Sequence[Touched]
) -> None:
    """Fail where an LEA that was not touched has another determination, unless a file was refused and that is said."""
    refused = [file for file in data.report.files if is_refused(file)]
    assert not refused or data.diagnostics, what
    moved = {code for code, outcome in right.items() if found.get(code) != outcome}
    known = [codes for codes in touched if codes is not None]
    others = moved - frozenset().union(*known)
    if refused or len(known) < len(touched):
        assert {found.get(code, CANNOT_TELL) for code in others} <= {CANNOT_TELL}, what
    else:
        assert not others, what


FILES_OF = {".txt": 40, ".xlsx": 28, ".csv": 40, ".json": 40, ".parquet": 20}


@pytest.mark.parametrize("ending", FILES_OF)
def test_damaged_bytes_end_in_a_message(ending: str, state: Path, tmp_path: Path) -> None:
    content = of_kind(ending, state, tmp_path)
    folder = tmp_path / "damaged"
    folder.mkdir()

    def attempt(chance: random.Random) -> None:
        with within_bounds():
            said = read_alone(folder, ending, damaged(content, chance))
        assert all("Error" not in one.message and "Exception" not in one.message for one in said.diagnostics)
        for file in said.report.files:
            assert file.used >= 0
            assert file.refused >= 0

    with one_child():  # as within a run
        try_cases(ending, FILES_OF[ending], attempt)


def damaged(content: bytes, chance: random.Random) -> bytes:
    """Return content with some bytes changed, left out, or put in."""
    changed = bytearray(content)
    for _ in range(chance.choice((1, 1, 2, 8))):
        at = chance.randrange(len(changed))
        match chance.randrange(4):
            case 0:
                changed[at] = chance.randrange(256)
            case 1:
                del changed[at : at + chance.choice((1, 2, 100))]
            case 2:
                changed[at:at] = chance.randbytes(chance.choice((1, 4, 50)))
            case _:
                changed[at:at] = changed[: chance.choice((1, 10, 300))]
        changed = changed or bytearray(b"\n")
    return bytes(changed)


def of_kind(ending: str, state: Path, folder: Path) -> bytes:
    """Return a file of some kind: one of the state's, or plain records."""
    if ending == ".txt":
        return (state / "suspdownload2023.txt").read_bytes()
    rows = [
        {"lea_code": f"01{at:05}0000000", "year": "2023", "student_group": group, "indicator": "ELA", "level": "Red"}
        for at in range(12)
        for group in ("EL", "HI", "WH")
    ]
    name = folder / "whole"
    columns = list(rows[0])
    written = importlib.import_module("rulelang.data.write").write_table(
        name, columns, [tuple(row.values()) for row in rows], ending.removeprefix(".")
    )
    content: bytes = written.read_bytes()
    return content


def read_alone(folder: Path, ending: str, content: bytes) -> DataSet:
    if ending == ".txt":
        (folder / "suspdownload2023.txt").write_bytes(content)
        return ruleset().read([folder])
    path = folder / f"records{ending}"
    path.write_bytes(content)
    records = importlib.import_module("rulelang.data.records")
    statewide = importlib.import_module("rulelang.analysis.statewide")
    scanned = statewide.determine_records(ruleset().rules, path, scan=True)
    read: DataSet = records.read_record_files(ruleset().rules.vocabulary, [path])
    assert {one.code for one in scanned.diagnostics} == {one.code for one in read.diagnostics} or ending == ".parquet"
    return read
