"""A batch over plain records ends in whole results or in a clear message, whatever befalls it."""

from __future__ import annotations

import resource
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

import rulelang
from rulelang.cli.evaluate import FORMATS
from rulelang.cli.program import run
from rulelang.data.scan import Room
from tests.docs.pages import ROOT
from tests.table.many_cells import write_many_cells

arrow = pytest.importorskip("pyarrow", reason="pyarrow is not installed")
parquet = pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed")
duckdb = pytest.importorskip("duckdb", reason="DuckDB is not installed")

LEAS = {"01611190000000": ("Alameda Unified", "Alameda"), "27659610000000": ("Alisal Union", "Monterey")}
NAMES = ("lea_code", "name", "county", "year", "student_group", "indicator", "level")
ROWS = [
    (code, *named, 2023, group, indicator, level)
    for code, named in LEAS.items()
    for group, level in (("EL", "Red"), ("SWD", "Orange"))
    for indicator in ("ELA", "Math", "Suspension Rate")
]
TABLE = arrow.table([list(column) for column in zip(*ROWS, strict=True)], names=list(NAMES))
EVALUATE = ["evaluate", "assistance/2023"]


settings = Room.settings


def hidden(folder: Path) -> list[Path]:
    """Return what runs that are under way have aside in a folder and in those below it."""
    return sorted(folder.rglob(".*"))


@pytest.fixture
def cells(tmp_path: Path) -> Path:
    path = tmp_path / "cells.parquet"
    parquet.write_table(TABLE, path)
    return path


def child(arguments: list[str], *, most_bytes: int | None = None) -> subprocess.Popen[str]:
    limit, options = None, []
    if most_bytes is not None:
        options = ["-B"]  # bytecode that is cut off would fail every run after this one

        def limit() -> None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, most_bytes))

    return subprocess.Popen(
        [sys.executable, *options, str(ROOT / "cli.py"), *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=limit,  # noqa: PLW1509 - the child has no threads yet
    )


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["table", "record"])
@pytest.mark.parametrize(
    "sort, code",
    [
        ("truncated", "broken-records"),
        ("empty", "no-record-files"),
        ("unreadable", "unreadable-data-file"),
    ],
)
def test_bad_files_end_in_a_message(
    sort: str, code: str, engine: str, cells: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = cells.with_name("bad.parquet")
    if sort == "empty":
        bad.mkdir()
    elif sort == "unreadable":
        bad.symlink_to("/proc/self/mem")
    else:
        bad.write_bytes(cells.read_bytes()[:-30])
    out = cells.with_name("out")
    assert run([*EVALUATE, "--records", str(bad), "--out", str(out), "--engine", engine]) == 1
    assert f"error[{code}]" in capsys.readouterr().err
    assert not out.exists()


@pytest.mark.slow
def test_other_columns_end_in_a_message(cells: Path, capsys: pytest.CaptureFixture[str]) -> None:
    parquet.write_table(TABLE.select(["name", "county"]), cells)
    assert run([*EVALUATE, "--records", str(cells), "--out", str(cells.with_name("out"))]) == 1
    assert "error[missing-record-columns]" in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.parametrize("format_", FORMATS)
def test_a_full_disk_leaves_nothing(format_: str, cells: Path) -> None:
    out = cells.with_name("out")
    done = child([*EVALUATE, "--records", str(cells), "--out", str(out), "--format", format_], most_bytes=100)
    _, said = done.communicate(timeout=120)
    assert done.returncode == 1
    assert "error[unwritable-file]" in said
    assert "the disk is full" in " ".join(said.split())
    assert ".results" not in said
    assert list(out.iterdir()) == []
    assert hidden(cells.parent) == []


def test_memory_that_not_even_a_part_of_the_leas_fits_into_is_said(tmp_path: Path) -> None:
    many, out = write_many_cells(tmp_path / "many.parquet"), tmp_path / "out"
    words = [*EVALUATE, "--records", str(many), "--out", str(out), "--memory", "2MB"]
    done = child(words, most_bytes=500_000)
    _, said = done.communicate(timeout=120)
    assert done.returncode == 1
    assert "error[no-room-to-judge]" in said
    assert not out.exists()
    assert hidden(tmp_path) == []


@pytest.mark.slow
@pytest.mark.parametrize("place", ["/proc/self/out", "file/out"])
def test_a_place_that_cannot_be_written_to_is_said_before_anything_is_judged(
    place: str, cells: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cells.with_name("file").touch()
    assert run([*EVALUATE, "--records", str(cells), "--out", str(cells.parent / place)]) == 1
    assert "error[unwritable-file]" in capsys.readouterr().err


KILLED_WHILE_WRITING = """
import time, rulelang.data.results as results
results.sha256_of_file = lambda path: print("ready", flush=True) or time.sleep(60)
"""
KILLED_WHILE_JUDGING = """
import rulelang.analysis.statewide as statewide
def tables_over(prepared, connection, **_):
    print("ready", flush=True)
    connection.execute("SELECT count(*) FROM range(100000000000000) AS numbers(number)").fetchall()
statewide.tables_over = tables_over
"""
AT_ONCE = 60.0
"""Seconds, on the slowest machine; without help a signal waits for the end of the query, hours."""


@pytest.mark.slow
@pytest.mark.parametrize("sent, code", [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGKILL, -9)])
@pytest.mark.parametrize("while_", [KILLED_WHILE_WRITING, KILLED_WHILE_JUDGING])
def test_a_killed_run_leaves_no_result_and_the_next_one_works(
    while_: str, sent: signal.Signals, code: int, cells: Path
) -> None:
    out = cells.with_name("out")
    words = [*EVALUATE, "--records", str(cells), "--out", str(out)]
    program = f"import sys\nfrom rulelang.cli import main\n{while_}\nsys.argv[1:] = {words!r}\nmain()"
    killed = subprocess.Popen(
        [sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert killed.stdout is not None
    assert killed.stdout.readline() == "ready\n"
    time.sleep(0.3)  # until the query is under way
    started = time.monotonic()
    killed.send_signal(sent)
    _, said = killed.communicate(timeout=60)
    assert time.monotonic() - started < AT_ONCE
    assert killed.returncode == code
    assert said == ("" if sent is signal.SIGKILL else "stopped\n")
    assert bool(hidden(cells.parent)) is (sent is signal.SIGKILL)
    assert [one for one in (out.iterdir() if out.exists() else ()) if one not in hidden(cells.parent)] == []
    assert run(words) == 0
    assert {one.name for one in out.iterdir()} == {"determinations.csv", "reasons.csv", "run.json"}
    assert hidden(cells.parent) == []


def test_memory_can_be_named_and_room_beside_the_results_is_there_meanwhile(
    cells: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[dict[str, str]] = []
    settings = Room.settings

    def watched(room: Room) -> dict[str, str]:
        seen.append(settings(room))
        assert Path(seen[-1]["temp_directory"]).parent.is_dir()
        return seen[-1]

    monkeypatch.setattr(Room, "settings", watched)
    assert run([*EVALUATE, "--records", str(cells), "--out", str(cells.with_name("out")), "--memory", "200MB"]) == 0
    assert [one["memory_limit"] for one in seen] == ["200MB"]
    assert all(Path(one["temp_directory"]).parent.parent == cells.parent for one in seen)
    assert hidden(cells.parent) == []


def test_too_little_memory_is_said(cells: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = cells.with_name("out")
    words = [*EVALUATE, "--records", str(cells), "--out", str(out)]
    assert run([*words, "--memory", "1KB"]) == 1
    assert "error[no-room-to-judge]" in capsys.readouterr().err
    for wrong in ("99999999999999999999GB", "1", "MB", "50%", "-1GB", "1GB; DROP"):
        assert run([*words, "--memory", wrong]) == 2
        assert "is not an amount of memory" in capsys.readouterr().err
    assert not out.exists()
    assert hidden(cells.parent) == []


@pytest.mark.slow
@pytest.mark.parametrize("choice", [[], ["--lea", "27659610000000"], ["--county", "Alameda"]])
@pytest.mark.parametrize("format_", ["csv", "parquet"])
def test_both_engines_write_the_same_bytes(choice: list[str], format_: str, cells: Path) -> None:
    for engine in ("table", "record"):
        out = ["--out", str(cells.with_name(engine)), "--format", format_, "--engine", engine]
        assert run([*EVALUATE, "--records", str(cells), *out, *choice]) == 0
    for name in ("determinations", "reasons"):
        ours, theirs = (cells.with_name(engine) / f"{name}.{format_}" for engine in ("table", "record"))
        assert ours.read_bytes() == theirs.read_bytes()


@pytest.mark.slow
def test_a_database_holds_both_tables_and_is_verified(cells: Path) -> None:
    out = cells.with_name("out")
    assert run([*EVALUATE, "--records", str(cells), "--out", str(out), "--format", "duckdb"]) == 0
    with duckdb.connect(str(out / "results.duckdb"), read_only=True) as connection:
        assert connection.execute("SELECT cds FROM determinations ORDER BY 1").fetchall() == [(one,) for one in LEAS]
        assert connection.execute("SELECT count(*) > 0 FROM reasons").fetchone() == (True,)
    assert run(["verify", str(out)]) == 0


@pytest.mark.parametrize("kind", ["arrow", "duckdb", "pandas", "polars"])
def test_a_table_comes_back_as_what_it_was_given(kind: str) -> None:
    ruleset = rulelang.load("assistance/2023")
    if kind == "arrow":
        given: Any = TABLE
    elif kind == "duckdb":
        given = duckdb.connect(":memory:").from_arrow(TABLE)
    elif kind == "pandas":
        pytest.importorskip("pandas", reason="pandas is not installed")
        given = TABLE.to_pandas()
    else:
        given = pytest.importorskip("polars", reason="Polars is not installed").from_arrow(TABLE)
    found, reasons = ruleset.evaluate_table(given, reasons=True)
    assert type(found) is type(reasons) is type(given)
    codes = [code for (code,) in found.project("cds").fetchall()] if kind == "duckdb" else list(map(str, found["cds"]))
    assert codes == list(LEAS)


@pytest.mark.parametrize("given, code", [([1], "not-a-table"), (TABLE.drop(["level"]), "missing-record-columns")])
def test_anything_else_is_refused(given: object, code: str) -> None:
    with pytest.raises(rulelang.DataError) as refused:
        rulelang.load("assistance/2023").evaluate_table(given)
    assert [one.code for one in refused.value.diagnostics] == [code]


@pytest.mark.parametrize(
    "options, said",
    [
        (["--records", ".", "--records", "."], "give `--records` only once"),
        (["--records", ".", "--recompute"], "`--recompute` works levels out from the state's files"),
        (["--data", ".", "--memory", "1GB"], "`--memory` applies only to plain records"),
    ],
)
def test_options_that_say_nothing_of_the_data_are_refused(
    options: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["evaluate", "assistance/2023", *options, "--out", str(tmp_path / "out")]) == 2
    assert said in " ".join(capsys.readouterr().err.split())
    assert not (tmp_path / "out").exists()
