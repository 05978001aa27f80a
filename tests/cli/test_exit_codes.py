"""Each command ends with the exit codes that the reference names, whatever the situation; and as a good tool does."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from rulelang.cli.program import run
from tests.docs.pages import ROOT

HEAD = "ruleset Trial 2023\n  uses California Dashboard vocabulary\n\n"
FINE = f"{HEAD}4a: Red on ELA → Priority 4\n"
WRONG = f"{HEAD}4a: Rde on ELA → Priority 4\n"
FAILING = f"""{FINE}
example "a group that is not Red"
  given a school district
    White: Green on ELA
  expect White meets Priority 4
"""
RECORDS = "lea_code,year,student_group,indicator,level\n27659610000000,2023,EL,ELA,Red\n"
LEA = "27659610000000"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with rules that are fine, wrong and failing, records that are fine and wrong, and results."""
    folder = tmp_path_factory.mktemp("made")
    for name, text in (("fine", FINE), ("wrong", WRONG), ("failing", FAILING)):
        (folder / name).mkdir()
        (folder / name / "2023.rules").write_text(text, encoding="utf-8")
    (folder / "r.csv").write_text(RECORDS, encoding="utf-8")
    (folder / "bad.csv").write_text(RECORDS + RECORDS.splitlines()[1].replace("Red", "Rde") + "\n", encoding="utf-8")
    (folder / "none.csv").write_text(RECORDS.splitlines()[0] + "\n", encoding="utf-8")
    assert run(["evaluate", "assistance/2023", "--records", str(folder / "r.csv"), "--out", str(folder / "o")]) == 0
    return folder


@pytest.mark.parametrize(
    "words, said",
    [
        ("evaluate assistance/2023 --records r.csv --out a --out b", "`--out` is given 2 times"),
        ("evaluate assistance/2023 --as-year 2023 --records r.csv --as-year 2022", "`--as-year` is given 2 times"),
        ("explain assistance/2023 --records r.csv --lea 1 --format json --format text", "`--format` is given 2 times"),
        ("evaluate assistance/2023 --records r.csv --out=", "`--out` is blank"),
        ("sample '' --year 2023", "`DIR` is blank"),
        ("check ''", "`RULESET...` is blank"),
        ("format fine ''", "`RULESET...` is blank"),
        ("evaluate assistance/2023 --data a --data ''", "`--data` is blank"),
    ],
)
def test_an_option_is_not_taken_twice_and_no_path_is_blank(
    words: str, said: str, made: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(made)
    before = sorted(made.iterdir())
    assert run(shlex.split(words)) == 2
    assert said in capsys.readouterr().err
    assert sorted(made.iterdir()) == before


@pytest.mark.parametrize("more", ["--county 19 --county Monterey", "--force --force --out twice"])
def test_what_adds_up_may_be_given_again(more: str, made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(made)
    assert run(["evaluate", "assistance/2023", "--records", "r.csv", *more.split()]) in (0, 1)


CASES = [
    (0, "check fine"),
    (1, "check wrong"),
    (1, "check failing"),
    (1, "check fine wrong"),
    (2, "check nope"),
    (2, "check"),
    (2, "check fine --nope"),
    (2, "check fine --format yaml"),
    (0, "test fine"),
    (1, "test failing"),
    (1, "test wrong/2023.rules"),
    (2, "test nope"),
    (2, "test"),
    (0, "format --check assistance/2023"),
    (1, "format --check fine/2023.rules"),
    (2, "format nope"),
    (0, "show fine/2023.rules"),
    (2, "show nope"),
    (2, "show assistance/2023 --changes --table"),
    (0, "evaluate assistance/2023 --records r.csv"),
    (1, "evaluate assistance/2023 --records bad.csv"),
    (0, "evaluate assistance/2023 --records bad.csv --keep-going"),
    (1, "evaluate assistance/2023 --records none.csv"),
    (1, "evaluate wrong/2023.rules --records r.csv"),
    (2, "evaluate nope --records r.csv"),
    (2, "evaluate assistance/2023"),
    (2, "evaluate assistance/2023 --records nope.csv"),
    (2, "evaluate assistance/2023 --data nope"),
    (2, "evaluate assistance/2023 --records r.csv --out o"),
    (2, "evaluate assistance/2023 --records r.csv --force"),
    (2, "evaluate assistance/2023 --records r.csv --data fine"),
    (0, f"explain assistance/2023 --records r.csv --lea {LEA}"),
    (1, "explain assistance/2023 --records r.csv --lea 01100170000000"),
    (1, f"explain wrong/2023.rules --records r.csv --lea {LEA}"),
    (2, "explain assistance/2023 --records r.csv"),
    (2, f"explain assistance/2023 --records r.csv --lea {LEA} --group XX"),
    (2, f"explain nope --records r.csv --lea {LEA}"),
    (2, "reconcile assistance/2023"),
    (2, "reconcile nope --data fine"),
    (2, "reconcile assistance/2023 --data fine"),
    (2, "reconcile assistance/2023 --data fine --official nope.xlsx"),
    (2, "reconcile assistance/2023 --data fine --out cells.doc"),
    (0, "verify o"),
    (2, "verify fine"),
    (2, "verify nope"),
    (0, "export fine/2023.rules --to sql --dialect duckdb"),
    (1, "export wrong/2023.rules --to sql --dialect duckdb"),
    (2, "export nope --to sql --dialect duckdb"),
    (2, "export fine/2023.rules --to sql --dialect oracle"),
    (2, "export fine/2023.rules --to sql --dialect duckdb --out r.csv"),
    (2, "sample"),
    (2, "lock nope"),
    (0, "list"),
    (0, "list fine"),
    (2, "list nope"),
    (0, "words"),
    (0, "schema check"),
    (2, "schema nope"),
    (0, "help check"),
    (2, "help nope"),
    (2, "nope"),
    (0, "--help"),
    (0, "--version"),
    (2, "--nope"),
]


@pytest.mark.parametrize("code, line", CASES, ids=[line for _, line in CASES])
def test_a_command_ends_as_the_reference_says(
    code: int, line: str, made: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(made)
    assert run(line.split()) == code
    said = capsys.readouterr()
    assert "sorry" not in said.err
    assert "Traceback" not in said.err
    if code == 2:
        assert said.err or "error[" in said.out
        assert "Written" not in said.out


# ---- as a good tool does ----


def piped(line: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[bytes]:
    variables = {**os.environ, "PYTHONPATH": str(ROOT), "RULELANG": f"{sys.executable} -m rulelang", **environment}
    return subprocess.run(["bash", "-c", line], cwd=folder, env=variables, capture_output=True, check=False)


@pytest.mark.slow
@pytest.mark.parametrize("command", ["words", "show assistance/2023", "words --format json", "schema explain"])
def test_a_reader_that_stops_early_is_no_fault(command: str, made: Path) -> None:
    done = piped(f"$RULELANG {command} | head -1; exit ${{PIPESTATUS[0]}}", made)
    assert (done.returncode, done.stderr) in ((141, b""), (0, b""))
    assert done.stdout.count(b"\n") == 1


@pytest.mark.slow
@pytest.mark.parametrize("closing", [">&-", ">&- 2>&-", "< /dev/null"])
def test_closed_streams_are_no_fault(closing: str, made: Path) -> None:
    done = piped(f"$RULELANG check fine {closing}", made)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.slow
@pytest.mark.parametrize("name, value", [("NO_COLOR", "1"), ("TERM", "dumb"), ("PYTHONIOENCODING", "ascii")])
def test_nothing_is_painted_where_nobody_asks(name: str, value: str, made: Path) -> None:
    done = piped("$RULELANG check wrong", made, **{name: value})
    assert done.returncode == 1
    assert b"\x1b" not in done.stdout + done.stderr
