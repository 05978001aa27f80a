"""A wheel carries the rulesets and works outside the checkout."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
import venv
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest

from rulelang.cli.program import COMMANDS
from tests.structure.python_files import ROOT

STARTED_BY_OTHERS = {"lsp", "mcp"}
"""The commands that editors and assistants start."""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the project's wheel, once for this file."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "-q",
        "--no-deps",
        "--no-build-isolation",
        "-w",
        str(folder),
        str(ROOT),
    ]
    subprocess.run(build, check=True)
    [built] = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the wheel into an environment of its own and return its command.

    The libraries come from the environment of the tests, so that nothing is downloaded again.
    """
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder, with_pip=False)
    [packages] = folder.glob("lib/python*/site-packages")
    pip = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--target", str(packages), str(wheel)]
    subprocess.run(pip, check=True)
    libraries = "\n".join(path for path in sys.path if path.endswith("site-packages"))
    (packages / "libraries.pth").write_text(libraries, encoding="utf-8")
    return folder / "bin" / "python"


def run(python: Path, folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [str(python), "-m", "rulelang", *words]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


ONE_AFTER_ANOTHER = """
import contextlib, io, json, sys
from rulelang.cli.program import run
for line in sys.stdin:
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        code = run(json.loads(line))
    print(json.dumps([code, said.getvalue()]))
"""
"""Runs commands, each given as a line of JSON, and prints the code and the output of each."""


def run_all(python: Path, folder: Path, commands: Iterable[Sequence[str]]) -> list[tuple[int, str]]:
    """Return the exit code and the output of commands that one process runs one after another."""
    given = "".join(f"{json.dumps(words)}\n" for words in commands)
    done = subprocess.run(
        [python, "-c", ONE_AFTER_ANOTHER], cwd=folder, input=given, capture_output=True, text=True, check=True
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.slow
def test_the_wheel_carries_the_rulesets_and_its_types(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    assert "rulelang/schemas/check.json" in names
    rulesets = {f"rulelang/{path.relative_to(ROOT)}" for path in (ROOT / "rulesets").rglob("*.rules")}
    assert rulesets
    assert rulesets <= names
    assert {"rulelang/py.typed", "rulelang/syntax/grammar.lark", "rulelang/syntax/grammar.json"} <= names
    assert not any(name.startswith("tests/") for name in names)


@pytest.mark.slow
def test_the_installed_command_runs_outside_the_checkout(installed: Path, tmp_path: Path) -> None:
    where = "import rulelang; print(rulelang.__file__)"
    home = subprocess.run([installed, "-c", where], cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    assert not Path(home).is_relative_to(ROOT)
    version = run(installed, tmp_path, "--version")
    assert (version.returncode, version.stderr) == (0, "")
    assert version.stdout.startswith("rulelang ")
    check = run(installed, tmp_path, "check", "assistance/2023")
    assert (check.returncode, check.stderr) == (0, "")
    page = run(installed, tmp_path, "help", "unknown-level")
    assert (page.returncode, page.stderr) == (0, "")
    assert page.stdout.startswith("unknown-level\n")


@pytest.mark.slow
def test_the_examples_of_every_command_s_help_work_as_printed(installed: Path, tmp_path: Path) -> None:
    printed: list[str] = []
    helps = run_all(installed, tmp_path, [(command, "--help") for command in COMMANDS])
    for command, (_, shown) in zip(COMMANDS, helps, strict=True):
        lines = [line.strip() for line in shown.partition("\n  Example")[2].splitlines()[1:]]
        assert lines or command in STARTED_BY_OTHERS, command
        printed += lines
    # The studio opens a browser, and is in a wheel only where Node.js was.
    lines = [line for line in dict.fromkeys(printed) if line != "rulelang studio"]
    done = run_all(installed, tmp_path, [shlex.split(line)[1:] for line in lines])
    for line, (code, said) in zip(lines, done, strict=True):
        assert code == 0, f"{line}\n{said}"
