"""What comes with the usual install; an environment without it determines the same, and says what is missing."""

from __future__ import annotations

import csv
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from rulelang.cli.program import run
from rulelang.diagnostics.environment import install_command
from tests.docs.pages import ROOT

LIBRARIES = ("duckdb", "sqlglot", "pyarrow", "xlsxwriter")
WITHOUT = f"""\
import sys
sys.modules.update(dict.fromkeys({LIBRARIES}))
from rulelang.cli.program import run
sys.exit(run(sys.argv[1:]))
"""


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A made-up state in text and Excel files, and plain records of it."""
    folder = tmp_path_factory.mktemp("state")
    assert run(["sample", str(folder / "data"), "--leas", "12"]) == 0
    levels = {"1": "Red", "2": "Orange", "3": "Yellow", "4": "Green", "5": "Blue"}
    with (folder / "records.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("lea_code", "year", "student_group", "indicator", "level"))
        groups = ("EL", "SWD", "FOS", "WH")
        for lea in range(40):
            code = f"2765{lea:03}0000000"
            rows = [(group, name) for group in groups for name in ("ELA", "Math", "Suspension Rate")]
            writer.writerows((code, 2023, *row, levels[str((lea * 7 + at * 3) % 5 + 1)]) for at, row in enumerate(rows))
    return folder


def without(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", WITHOUT, *words]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False)


@pytest.mark.parametrize("source", [["--data", "data"], ["--records", "records.csv"]])
def test_the_results_are_the_same_to_the_byte_without_the_libraries(
    source: list[str], state: Path, tmp_path: Path
) -> None:
    words = ["evaluate", "assistance/2023", source[0], str(state / source[1])]
    assert run([*words, "--out", str(tmp_path / "with")]) == 0
    done = without(*words, "--out", str(tmp_path / "without"))
    assert (done.returncode, "error" in done.stderr) == (0, False), done.stderr
    for name in ("determinations.csv", "reasons.csv"):
        made = (tmp_path / "without" / name).read_bytes()
        assert made.count(b"\n") > 10
        assert made == (tmp_path / "with" / name).read_bytes()


@pytest.mark.parametrize(
    "words, library",
    [
        (["evaluate", "--format", "xlsx"], "XlsxWriter"),
        (["evaluate", "--format", "parquet"], "pyarrow"),
        (["evaluate", "--format", "duckdb"], "pyarrow"),
        (["export", "--to", "sql", "--dialect", "duckdb"], "sqlglot"),
    ],
)
def test_a_library_that_is_missing_is_named_with_the_command_that_installs_it(
    words: list[str], library: str, state: Path, tmp_path: Path
) -> None:
    command, *options = words
    data = ["--data", str(state / "data"), "--out", str(tmp_path / "out")] if command == "evaluate" else []
    done = without(command, "assistance/2023", *options, *data)
    said = " ".join(done.stderr.split())
    assert done.returncode == 1
    assert f"the package `{library}` is needed" in said
    assert install_command(library) in said


def test_the_usual_install_has_them_all() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    names = {re.split(r"[<>=\[ ]", one)[0].casefold() for one in project["dependencies"]}
    assert set(LIBRARIES) <= names


@pytest.mark.parametrize(
    "prefix, python, command",
    [
        ("/home/ana/.venv", "/home/ana/.venv/bin/python", "/home/ana/.venv/bin/python -m pip install duckdb"),
        ("/my files/.venv", "/my files/.venv/bin/python", '"/my files/.venv/bin/python" -m pip install duckdb'),
        ("/home/ana/.local/share/pipx/venvs/rulelang", "python", "pipx inject rulelang duckdb"),
    ],
)
def test_the_command_is_that_of_the_environment(prefix: str, python: str, command: str) -> None:
    assert install_command("duckdb", prefix=prefix, python=python) == command


def test_the_command_of_an_environment_without_pip(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    command = install_command("duckdb", prefix="/tools/rulelang", python="/tools/rulelang/bin/python")
    assert command == "uv pip install --python /tools/rulelang/bin/python duckdb"
