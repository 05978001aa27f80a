"""`rulelang verify` of runs over plain records: every file that the results rest on is watched."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rulelang.cli.program import run
from rulelang.compiler.locations import rulesets_folder

HEAD = "lea_code,name,county,year,student_group,indicator,level\n"
LEVELS = """\
ALAMEDA,2023,EL,ELA,Red
ALAMEDA,2023,EL,Math,Red
ALAMEDA,2023,SWD,Suspension Rate,Orange
"""
OTHERS = LEVELS.replace("ALAMEDA", "ALISAL").replace("Red", "Blue")
NEW = LEVELS.replace("ALAMEDA", "GONZALES")
NAMES = {
    "ALAMEDA": "01611190000000,Alameda Unified,Alameda",
    "ALISAL": "27659610000000,Alisal Union,Monterey",
    "GONZALES": "27754730000000,Gonzales Unified,Monterey",
}
NUMBERS = """\
lea_code,year,student_group,indicator,number,value
01611190000000,2018,EL,Suspension Rate,students,100
01611190000000,2018,EL,Suspension Rate,suspended students,9
01611190000000,2018,EL,Suspension Rate,last year's students,100
01611190000000,2018,EL,Suspension Rate,last year's suspended students,3
"""


def text(rows: str) -> str:
    for short, named in NAMES.items():
        rows = rows.replace(short, named)
    return HEAD + rows


@pytest.fixture
def place(tmp_path: Path) -> Path:
    shutil.copytree(rulesets_folder(), tmp_path / "rulesets")
    folder = tmp_path / "records"
    folder.mkdir()
    (folder / "a.csv").write_text(text(LEVELS), encoding="utf-8")
    (folder / "b.csv").write_text(text(OTHERS), encoding="utf-8")
    (tmp_path / "numbers.csv").write_text(NUMBERS, encoding="utf-8")
    return tmp_path


def evaluated(place: Path, rules: str, records: str, *words: str) -> int:
    path = place / "rulesets" / f"{rules}.rules"
    return run(["evaluate", str(path), "--records", str(place / records), "--out", str(place / "results"), *words])


def record(place: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((place / "results" / "run.json").read_text(encoding="utf-8"))
    return found


def verified(place: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, set[str], str]:
    capsys.readouterr()
    code = run(["verify", str(place / "results")])
    said = capsys.readouterr().out
    return code, {part.partition("]")[0] for part in said.split("[")[1:]}, " ".join(said.split())


def edit(path: Path, before: str, after: str) -> None:
    held = path.read_text(encoding="utf-8")
    assert before in held
    path.write_text(held.replace(before, after), encoding="utf-8")


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["table", "record"])
@pytest.mark.parametrize("records", ["records", "records/a.csv"])
def test_the_record_holds_every_file_of_records(
    records: str, engine: str, place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert evaluated(place, "assistance/2023", records, "--engine", engine) == 0
    held = record(place)["data"]
    files = [place / "records" / name for name in ("a.csv", "b.csv")][: len(held)]
    assert len(held) == (2 if records == "records" else 1)
    assert [one["path"] for one in held] == [str(file) for file in files]
    assert [one["sha256"] for one in held] == [hashlib.sha256(file.read_bytes()).hexdigest() for file in files]
    assert [one["used"] for one in held] == [3] * len(held)
    assert verified(place, capsys)[:2] == (0, set())


def changed(place: Path) -> None:
    edit(place / "records" / "b.csv", "Blue", "Red")


def gone(place: Path) -> None:
    (place / "records" / "b.csv").unlink()


def added(place: Path) -> None:
    (place / "records" / "c.csv").write_text(text(NEW), encoding="utf-8")


def another_kind(place: Path) -> None:
    """Make the folder one that the table engine cannot scan."""
    gone(place)
    rows = [line.split(",") for line in text(NEW).splitlines()]
    arrow = pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    parquet = pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed")
    columns = [list(column) for column in zip(*rows[1:], strict=True)]
    parquet.write_table(arrow.table(columns, names=rows[0]), place / "records" / "c.parquet")


def other_base(place: Path) -> None:
    edit(place / "rulesets" / "assistance" / "2017.rules", "6a: Red on Susp", "6a: Red or Orange on Susp")


def other_vocabulary(place: Path) -> None:
    edit(place / "rulesets" / "vocabulary.rules", "# The words", "# All the words")


@pytest.mark.slow
@pytest.mark.parametrize(
    "engine, change, codes",
    [
        ("table", changed, {"run-file-changed", "run-results-differ"}),
        ("record", changed, {"run-file-changed", "run-results-differ"}),
        ("table", gone, {"run-file-missing", "run-results-differ"}),
        ("table", added, {"run-file-new", "run-results-differ"}),
        ("record", added, {"run-file-new", "run-results-differ"}),
        ("table", another_kind, {"run-file-missing", "run-file-new", "run-results-differ"}),
        ("table", other_base, {"run-differs", "run-results-differ"}),
        ("table", other_vocabulary, {"run-differs"}),
    ],
)
def test_whatever_differs_is_said(
    engine: str, change: Callable[[Path], None], codes: set[str], place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert evaluated(place, "assistance/2023", "records", "--engine", engine) == 0
    change(place)
    assert verified(place, capsys)[:2] == (1, codes)


@pytest.mark.slow
@pytest.mark.parametrize(
    "path, before, after, codes, what",
    [
        ("dashboard/2017.rules", "needs 11 st", "needs 101 st", {"run-differs", "run-results-differ"}, "ruleset"),
        ("dashboard/vocabulary.rules", "# The words", "# All the words", {"run-differs"}, "vocabulary"),
        ("vocabulary.rules", "# The words", "# All the words", {"run-differs"}, "vocabulary"),
    ],
)
def test_rules_that_work_levels_out_are_watched(
    path: str, before: str, after: str, codes: set[str], what: str, place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert evaluated(place, "dashboard/2018", "numbers.csv") == 0
    assert verified(place, capsys)[:2] == (0, set())
    edit(place / "rulesets" / path, before, after)
    code, found, said = verified(place, capsys)
    assert (code, found) == (1, codes)
    assert f"the fingerprint of the {what}" in said


@pytest.mark.slow
def test_memory_for_the_second_run_can_be_named(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert evaluated(place, "assistance/2023", "records", "--memory", "200MB") == 0
    assert run(["verify", str(place / "results"), "--memory", "200MB"]) == 0
    assert run(["verify", str(place / "results"), "--memory", "much"]) == 2
    assert "`much` is not an amount of memory" in capsys.readouterr().err
