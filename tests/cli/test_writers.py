"""What is written: names steer no terminal and become no formula, and what is to be read back is UTF-8."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from rulelang.cli.program import run

DISTRICT = "27659040000000"
STEERING = "\x1b]0;pwned\x07\x1b[31mAlisal\x1b[2J\r\n\u202eU\x9b"
CLEAN = "\ufffd]0;pwned\ufffd\ufffd[31mAlisal\ufffd[2J  U\ufffd"
RECORD = {"lea_code": DISTRICT, "year": 2023, "student_group": "EL", "indicator": "ELA", "level": "Red"}


def records(folder: Path, **more: str) -> Path:
    """Write plain records of one LEA in JSON and return where."""
    path = folder / "records.json"
    path.write_text(json.dumps([{**RECORD, **more}]), encoding="utf-8")
    return path


def cells(path: Path) -> dict[str, str]:
    """Return the first row of a CSV file by its header."""
    with path.open(encoding="utf-8", newline="") as file:
        return next(csv.DictReader(file))


def plain(text: str) -> bool:
    return all(char.isprintable() or char == "\n" for char in text)


@pytest.mark.parametrize("given, written", [("name", "lea"), ("county", "county")])
def test_a_name_in_records_steers_no_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], given: str, written: str
) -> None:
    path = records(tmp_path, **{given: STEERING})
    assert run(["explain", "assistance/2023", "--records", str(path), "--lea", DISTRICT]) == 0
    assert run(["evaluate", "assistance/2023", "--records", str(path), "--out", str(tmp_path / "out")]) == 0
    assert plain(capsys.readouterr().out)
    assert cells(tmp_path / "out" / "determinations.csv")[written] == CLEAN


@pytest.mark.parametrize("engine", ["record", "table"])
def test_both_engines_write_the_same_clean_name(tmp_path: Path, engine: str) -> None:
    rows = [{**RECORD, "name": '"\x1b[2J Alisal"', "county": '"#N/A"'}]
    lines = [",".join(rows[0]), *(",".join(map(str, row.values())) for row in rows)]
    (tmp_path / "r.csv").write_text("\n".join(lines), encoding="utf-8")
    words = ["--records", str(tmp_path / "r.csv"), "--engine", engine, "--out", str(tmp_path / "out")]
    assert run(["evaluate", "assistance/2023", *words]) == 0
    found = cells(tmp_path / "out" / "determinations.csv")
    assert (found["lea"], found["county"]) == ("\ufffd[2J Alisal", "Monterey")


def test_a_name_in_the_states_files_steers_no_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(["sample", str(tmp_path / "d"), "--year", "2023", "--leas", "12"])
    for file in (tmp_path / "d").glob("*download2023.txt"):
        lines = file.read_text(encoding="utf-8").splitlines()
        at = lines[0].split("\t").index("schoolname")
        rows = [line.split("\t") for line in lines[1:]]
        text = [lines[0], *("\t".join([*row[:at], f"\x1b[31m{row[at]}\x1b]0;x\x07", *row[at + 1 :]]) for row in rows)]
        file.write_text("\n".join(text) + "\n", encoding="utf-8")
    code = rows[0][0]
    assert run(["evaluate", "assistance/2023", "--data", str(tmp_path / "d"), "--out", str(tmp_path / "o")]) == 0
    assert run(["explain", "assistance/2023", "--data", str(tmp_path / "d"), "--lea", code]) == 0
    assert plain(capsys.readouterr().out)
    assert "\x1b" not in (tmp_path / "o" / "determinations.csv").read_text(encoding="utf-8")


def test_a_code_that_is_not_seen_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = records(tmp_path, lea_code="A\x1b[2J", kind="school district")
    assert run(["evaluate", "assistance/2023", "--records", str(path), "--out", str(tmp_path / "out")]) == 1
    assert "unknown-lea-code" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", '=HYPERLINK("x")', "'=1+1", "\t=1"])
def test_a_name_is_no_formula_in_a_spreadsheet(tmp_path: Path, name: str) -> None:
    path = records(tmp_path, name=name)
    for format_ in ("csv", "json"):
        out = str(tmp_path / format_)
        assert run(["evaluate", "assistance/2023", "--records", str(path), "--format", format_, "--out", out]) == 0
        assert run(["verify", out]) == 0
    assert cells(tmp_path / "csv" / "determinations.csv")["lea"] == f"'{name.strip()}"
    [row] = json.loads((tmp_path / "json" / "determinations.json").read_text(encoding="utf-8"))
    assert row["lea"] == name.strip()


def test_what_is_shown_is_a_rule_file_whatever_the_terminal_knows(tmp_path: Path) -> None:
    head = 'ruleset Año 2023\n  uses California Dashboard vocabulary\n  cites "§52071", "Łódź"\n\n'
    text = f"{head}4a: Red on ELA → Priority 4\n"
    (tmp_path / "2023.rules").write_text(text, encoding="utf-8")
    for words in (["show"], ["export", "--to", "sql", "--dialect", "duckdb"]):
        done = subprocess.run(
            [sys.executable, "-m", "rulelang", *words, str(tmp_path / "2023.rules")],
            capture_output=True,
            check=True,
            env={**os.environ, "PYTHONIOENCODING": "cp1252"},
        )
        assert "Łódź" in done.stdout.decode("utf-8")
        assert b"\r" not in done.stdout


@pytest.mark.skipif(sys.platform in ("darwin", "win32"), reason="names of files are text there")
@pytest.mark.parametrize("of", ["--data", "--records"])
def test_a_name_that_is_not_utf_8_is_a_name(tmp_path: Path, of: str) -> None:
    odd = Path(os.fsdecode(bytes(tmp_path) + b"/A\xf1o"))
    if of == "--data":
        run(["sample", str(odd), "--year", "2023", "--leas", "12"])
    else:
        odd.mkdir()
        odd = odd / os.fsdecode(b"bad\xff.csv")
        odd.write_text("\n".join([",".join(RECORD), ",".join(map(str, RECORD.values()))]), encoding="utf-8")
    assert run(["evaluate", "assistance/2023", of, str(odd), "--out", str(tmp_path / "out")]) == 0
    assert json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))
    assert run(["verify", str(tmp_path / "out")]) == 0
