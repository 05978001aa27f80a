"""One LEA out of plain records is the LEA that all of them make, and is explained as it was judged."""

from __future__ import annotations

from pathlib import Path

import pytest

import rulelang
from rulelang.analysis import statewide
from rulelang.analysis.statewide import record_in
from rulelang.cli.program import run
from rulelang.cli.streams import width
from rulelang.core.ruleset import Ruleset
from rulelang.data.records import read_record_files
from rulelang.engine.explain import explain
from rulelang.engine.steps import prepare
from tests.engine.determined import determine

pytest.importorskip("duckdb", reason="DuckDB is not installed")

HEAD = "lea_code,name,county,year,student_group,indicator,level"
ROWS = (
    "01611190000000,Alameda Unified,Alameda,2018,AA,ELA,Red",
    "01611190000000,Alameda Unified,Alameda,2018,AA,Math,Orange",
    "01611190000000,Alameda Unified,Alameda,2018,AA,Suspension Rate,Red",
    "01611190000000,Alameda Unified,Alameda,2017,HI,ELA,not rated",
    "27659610000000,Alisal Union,Monterey,2018,HI,Chronic Absenteeism,Red",
    "27659610000000,Alisal Union,Monterey,2018,,Basics,Met",
)
CODES = ("01611190000000", "27659610000000")


@pytest.fixture
def rules() -> Ruleset:
    return rulelang.load("assistance/2018").rules


def written(folder: Path, *rows: str) -> Path:
    path = folder / "cells.csv"
    path.write_text("\n".join([HEAD, *rows]) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("code", CODES)
def test_it_is_the_record_that_all_rows_make(
    code: str, rules: Ruleset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path, *ROWS)
    every = read_record_files(rules.vocabulary, [path]).records
    monkeypatch.setattr(statewide, "read_records", lambda *_: pytest.fail("all rows were read"))
    data = record_in(rules, path, code)
    assert data.diagnostics == ()
    assert data.records == tuple(record for record in every if record.code == code)
    silent = data.records[0].years[2018].silent
    assert {"ELA", "Chronic Absenteeism"} <= silent  # the other LEA's rows say that it is reported
    assert "Graduation Rate" not in silent


@pytest.mark.parametrize(
    "row",
    [
        "01611190000000,Alameda Unified,Alameda,2018,African American,ela,Green",
        "01611190000000,Alameda Unified,Alameda,2018,AA,Physics,Red",
        "161119,Alameda Unified,Alameda,2018,AA,ELA,Red",
        "01611190000000,Alameda Unified,Alameda,2018,HI,ela,red",
        " 01611190000000,Alameda Unified,Alameda,2018,HI,ELA,Red",
        "01611190000000\N{NO-BREAK SPACE},Alameda Unified,Alameda,2018,HI,Math,Red",
    ],
)
def test_rows_that_take_a_reader_are_read(row: str, rules: Ruleset, tmp_path: Path) -> None:
    path = written(tmp_path, *ROWS, row)
    every = read_record_files(rules.vocabulary, [path])
    data = record_in(rules, path, CODES[0])
    assert data.records == tuple(record for record in every.records if record.code == CODES[0])


def test_an_lea_that_is_not_there_has_no_record(rules: Ruleset, tmp_path: Path) -> None:
    assert record_in(rules, written(tmp_path, *ROWS), "01100170000000").records == ()
    assert [one.code for one in record_in(rules, tmp_path / "none", CODES[0]).diagnostics] != []


@pytest.mark.parametrize("group", [None, "AA"])
@pytest.mark.parametrize("code", CODES)
def test_an_lea_of_a_batch_is_explained_as_the_record_engine_does(
    code: str, group: str | None, rules: Ruleset, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(tmp_path, *ROWS)
    assert run(["evaluate", "assistance/2018", "--records", str(path), "--out", str(tmp_path / "out")]) == 0
    capsys.readouterr()
    words = ["--group", group] if group else []
    assert run(["explain", "assistance/2018", "--records", str(path), "--lea", code, *words]) == 0
    [record] = [one for one in read_record_files(rules.vocabulary, [path]).records if one.code == code]
    told = explain(determine(prepare(rules), record), group, width=width())
    assert capsys.readouterr().out == told + "\n"
    if code == CODES[0] and group is None:
        reasons = (tmp_path / "out" / "reasons.csv").read_text(encoding="utf-8")
        assert "ELA: Red; Math: Orange" in reasons
        assert "Red" in told


def test_levels_worked_out_from_plain_numbers_are_explained(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "numbers.csv"
    numbers = {
        "students": 100,
        "suspended students": 9,
        "last year's students": 100,
        "last year's suspended students": 3,
    }
    rows = [f"01611190000000,2018,EL,Suspension Rate,{name},{value}" for name, value in numbers.items()]
    path.write_text("\n".join(["lea_code,year,student_group,indicator,number,value", *rows]), encoding="utf-8")
    words = ["explain", "dashboard/2018", "--records", str(path), "--lea", CODES[0], "--group", "EL"]
    assert run([*words, "--indicator", "Suspension Rate"]) == 0
    assert "Suspension Rate" in capsys.readouterr().out


@pytest.mark.parametrize(
    "words, status, said",
    [
        (["--lea", "01100170000000"], 1, "lea-not-in-data"),
        (["--lea", CODES[0], "--counts"], 2, "leave out `--counts`"),
        (["--lea", CODES[0], "--data", "."], 2, "cannot be combined with other data"),
    ],
)
def test_what_cannot_be_explained_is_said(
    words: list[str], status: int, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(tmp_path, *ROWS)
    assert run(["explain", "assistance/2018", "--records", str(path), *words]) == status
    assert said in capsys.readouterr().err
