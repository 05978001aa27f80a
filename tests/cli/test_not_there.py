"""Rulesets, files and folders that are not there: exit code 2 from every command, and what may have been meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from rulelang.cli.program import run
from rulelang.compiler.locations import known_rulesets
from rulelang.compiler.near_paths import near_path

RULES = """\
ruleset Trial 2023
  uses California Dashboard vocabulary

4a: Red on ELA → Priority 4
"""
WORDS = {
    "check": (),
    "test": (),
    "format": (),
    "show": (),
    "lock": (),
    "export": ("--to", "sql", "--dialect", "duckdb"),
    "evaluate": ("--data", ".", "--out", "out"),
    "explain": ("--data", ".", "--lea", "01100170000000"),
    "reconcile": ("--data", "."),
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in a folder with a ruleset of one's own, one whose name an editor made longer, and a folder of data."""
    for name in ("my-rules/2022.rules", "my-rules/2023.rules", "notes/2023.rules.txt", "data/2023/list.csv"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(RULES, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("command", WORDS)
@pytest.mark.parametrize("name", ["nothing", "nothing/2023.rules", "data"])
def test_a_ruleset_that_is_not_there_is_wrong_usage(
    command: str, name: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([command, name, *WORDS[command]]) == 2
    said = capsys.readouterr()
    assert f"`{name}`" in said.out + said.err
    assert not (folder / "out").exists()


@pytest.mark.parametrize("command", ["check", "format"])
def test_what_is_not_there_does_not_keep_others_from_being_read(
    command: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([command, "nothing", "my-rules/2023.rules"]) == 2
    assert "\nmy-rules/2023.rules: f" in capsys.readouterr().out
    (folder / "my-rules" / "2022.rules").write_text("4a: Red on on ELA → Priority 4", encoding="utf-8")
    assert run([command, "my-rules/2022.rules"]) == 1


@pytest.mark.parametrize("path, code", [("nothing", 2), ("data", 2), ("my-rules/2023.rules", 1)])
def test_a_run_that_is_not_there_is_wrong_usage(path: str, code: int, folder: Path) -> None:
    assert folder.is_dir()
    assert run(["verify", path]) == code


def test_a_folder_to_write_to_that_is_not_there(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["export", "my-rules/2023.rules", "--to", "sql", "--dialect", "duckdb", "--out"]
    assert run([*words, str(folder / "nothing" / "a.sql")]) == 2
    assert "no such file or directory" in capsys.readouterr().err


@pytest.mark.parametrize(
    "name, hint",
    [
        ("my-rules/2023", "did you mean `my-rules/2023.rules`?"),
        ("my-rules/2032.rules", "did you mean `my-rules/2023.rules`?"),
        ("my-rule/2022.rules", "did you mean `my-rules/2022.rules`?"),
        ("my-rules", "name one of its rulesets, such as `my-rules/2023.rules`"),
        ("notes/2023.rules", "there is `notes/2023.rules.txt`; rename it"),
        ("data", "it has no rule file"),
        ("asistance/2023", "did you mean `assistance/2023`?"),
        ("assistance", "name one of its rulesets, such as `assistance/2025`"),
        (
            "assistance/2026",
            "there is `assistance/2026-draft/2026`; the newest year is `assistance/2025`; `rulelang new",
        ),
        ("assistance/2016", "the years are `assistance/2017` to `assistance/2025`"),
        ("zzzzzz", "`rulelang list` lists the rulesets"),
    ],
)
def test_what_may_have_been_meant_is_said(
    name: str, hint: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert folder.is_dir()
    assert run(["show", name]) == 2
    assert hint in " ".join(capsys.readouterr().err.split())


def test_the_newest_year_in_the_hint_is_the_newest_there_is() -> None:
    assert [name for name in known_rulesets() if name.rpartition("/")[0] == "assistance"][-1] == "assistance/2025"


@pytest.mark.parametrize(
    "option, path, hint",
    [
        ("--data", "data/2032", "Did you mean 'data/2023'?"),
        ("--data", "date/2023", "Did you mean 'data/2023'?"),
        ("--published", "data/2023/list.xls", "Did you mean 'data/2023/list.csv'?"),
        ("--records", "data/2023/lits.csv", "Did you mean 'data/2023/list.csv'?"),
        ("--data", "elsewhere", "does not exist.\n"),
    ],
)
def test_data_that_are_not_there(
    option: str, path: str, hint: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["evaluate", "my-rules/2023.rules", option, path, "--out", str(folder / "out")]) == 2
    assert hint in capsys.readouterr().err


@pytest.mark.parametrize(
    "path, near",
    [("data/2032", "data/2023"), ("dat", "data"), ("notes/2023", None), ("elsewhere/2023", None), ("data", "data")],
)
def test_only_what_is_wanted_is_near(path: str, near: str | None, folder: Path) -> None:
    assert near_path(folder / path, Path.is_dir) == (folder / near if near else None)
