"""Every run of the command ends in an orderly way."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
from pathlib import Path

import click
import pytest

from rulelang.cli import program
from rulelang.cli.program import COMMANDS, INTERRUPTED, WRONG_RULES_OR_DATA, WRONG_USAGE, run
from rulelang.cli.streams import PLAIN, make_output_safe
from rulelang.data.report import DataError
from rulelang.diagnostics.diagnostic import Diagnostic, RulesError
from tests.docs.pages import ROOT

Fault = BaseException
WRONG = Diagnostic("unknown-level", "`Rde` is not a level", help="did you mean `Red`?")
HEAVY = ("rich", "python_calamine", "xlrd", "pyarrow", "xlsxwriter", "lark")


@pytest.fixture
def fails_with(monkeypatch: pytest.MonkeyPatch) -> list[Fault]:
    """Let every command fail with the fault put into the list."""
    faults: list[Fault] = []

    @click.command()
    def failing() -> None:
        raise faults[0]

    monkeypatch.setattr(program.Commands, "get_command", lambda *_: failing)
    monkeypatch.delenv("RULELANG_DEBUG", raising=False)
    return faults


def start(*words: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "rulelang", *words]
    return subprocess.run(command, cwd=ROOT, capture_output=True, check=False, env=os.environ | environment)


def test_version_and_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--version"]) == 0
    assert capsys.readouterr().out.startswith("rulelang ")
    assert run(["--help"]) == 0
    text = capsys.readouterr().out
    assert all(f"\n  {name} " in text for name in COMMANDS)
    assert "  0    fine\n" in text


@pytest.mark.parametrize(
    "arguments", [["chekc"], ["check"], ["check", "--fast", "x"], ["evaluate", "x", "--data", "nowhere"], ["explain"]]
)
def test_wrong_usage(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(arguments) == WRONG_USAGE
    assert "Error: " in capsys.readouterr().err


@pytest.mark.parametrize("error", [RulesError([WRONG], "text"), DataError(WRONG)], ids=["rules", "data"])
def test_rules_or_data_that_cannot_be_used_end_with_their_messages(
    error: Fault, fails_with: list[Fault], capsys: pytest.CaptureFixture[str]
) -> None:
    fails_with.append(error)
    assert run(["check"]) == WRONG_RULES_OR_DATA
    text = capsys.readouterr().err
    assert text.startswith("error[unknown-level]: `Rde` is not a level")
    assert "sorry" not in text


@pytest.mark.parametrize("fault", [KeyError("x"), RecursionError(), MemoryError(), ValueError("two\nlines")])
def test_a_fault_of_ours_is_one_line(fault: Fault, fails_with: list[Fault], capsys: pytest.CaptureFixture[str]) -> None:
    fails_with.append(fault)
    assert run(["check"]) == WRONG_RULES_OR_DATA
    text = capsys.readouterr().err
    assert text.count("\n") == 1
    assert "sorry" in text
    assert "Traceback" not in text


def test_a_fault_of_ours_is_raised_for_who_asks(fails_with: list[Fault], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RULELANG_DEBUG", "1")
    fails_with.append(KeyError("x"))
    with pytest.raises(KeyError):
        run(["check"])


def test_a_file_that_cannot_be_used_is_named(fails_with: list[Fault], capsys: pytest.CaptureFixture[str]) -> None:
    fails_with.append(PermissionError(13, "Permission denied", "results/determinations.csv"))
    assert run(["check"]) == WRONG_RULES_OR_DATA
    assert capsys.readouterr().err == "error: cannot use `results/determinations.csv`: permission denied\n"


def test_ctrl_c(fails_with: list[Fault], capsys: pytest.CaptureFixture[str]) -> None:
    fails_with.append(KeyboardInterrupt())
    assert run(["check"]) == INTERRUPTED
    assert capsys.readouterr().err.strip() == "stopped"


@pytest.mark.skipif(os.name == "nt", reason="Windows has no signal of this kind to send")
def test_ctrl_c_of_a_running_process(tmp_path: Path) -> None:
    waiting = tmp_path / "waiting.py"
    waiting.write_text(
        "import time\nfrom rulelang.cli import main as start\nfrom rulelang.cli.program import Commands\nimport click\n"
        "@click.command()\ndef wait():\n    print('ready', flush=True)\n    time.sleep(90)\n"
        "Commands.get_command = lambda *_: wait\nstart()\n",
        encoding="utf-8",
    )
    command = [sys.executable, str(waiting), "check"]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline() == b"ready\n"
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=60) == INTERRUPTED
        assert process.stderr.read().strip() == b"stopped"


def test_a_reader_that_stops_early_is_no_fault() -> None:
    command = f'"{sys.executable}" -m rulelang --help | sleep 0; exit "${{PIPESTATUS[0]}}"'
    done = subprocess.run(["bash", "-c", command], cwd=ROOT, capture_output=True, check=False)
    assert done.stderr == b""
    assert done.returncode == 141


def test_output_survives_a_plain_terminal() -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stdout", stream)
        make_output_safe()
        sys.stdout.write("Red → Priority 4 ÷ Peña ─ …")
        sys.stdout.flush()
    assert stream.buffer.getvalue() == b"Red -> Priority 4 / Pe?a - ..."


@pytest.mark.parametrize("plain", sorted(set(PLAIN.values())))
def test_plain_characters_are_plain(plain: str) -> None:
    assert plain.isascii()


def test_a_command_imports_no_library_it_does_not_need() -> None:
    text = "import sys; from rulelang.cli.program import run; run(['--version']); print([*sys.modules])"
    done = subprocess.run([sys.executable, "-c", text], cwd=ROOT, capture_output=True, text=True, check=True)
    heavy = [name for name in HEAVY if f"'{name}'" in done.stdout]
    assert heavy == []
