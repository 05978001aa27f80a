"""`run.json` and `rulelang verify`: a run can be derived again, and whatever differs is said."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from rulelang.cli.program import run
from rulelang.compiler.locations import rulesets_folder
from rulelang.data import results
from rulelang.data.shared_rows import Cell
from rulelang.data.write import write_table
from rulelang.version import VERSION


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A made-up state, a copy of the rulesets, and the results of a run, made once for this file."""
    folder = tmp_path_factory.mktemp("made") / "place"
    assert run(["sample", str(folder / "state"), "--leas", "12"]) == 0
    shutil.copytree(rulesets_folder(), folder / "rulesets")
    assert evaluated(folder) == 0
    return folder.rename(folder.with_name("as-made"))


@pytest.fixture
def place(made: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """A copy of it all, where it was made, as the results name every file by its whole path."""
    folder = made.with_name("place")
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(made, folder)
    capsys.readouterr()
    return folder


def evaluated(place: Path, *words: str) -> int:
    rules = place / "rulesets" / "assistance" / "2023.rules"
    return run(["evaluate", str(rules), "--data", str(place / "state"), "--out", str(place / "results"), *words])


def record(place: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((place / "results" / "run.json").read_text(encoding="utf-8"))
    return found


def edit(path: Path, before: str, after: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")


@pytest.mark.slow
def test_a_record_holds_all_that_a_run_depends_on(place: Path) -> None:
    held = record(place)
    assert held["engine"] == VERSION
    assert held["title"] == "Differentiated Assistance 2023"
    assert len(held["fingerprint"]) == 64
    assert held["vocabulary"] == "California Dashboard"
    assert held["options"]["data"] == [str(place / "state")]
    assert {Path(one["path"]).name for one in held["data"]} == {path.name for path in (place / "state").iterdir()}
    for one in (*held["data"], *({**one, "path": place / "results" / one["file"]} for one in held["results"])):
        assert one["sha256"] == hashlib.sha256(Path(one["path"]).read_bytes()).hexdigest()
    assert held["results"][0]["rows"] == 12


@pytest.mark.parametrize("what", ["results", "results/run.json"])
def test_an_unchanged_run_is_as_recorded(what: str, place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["verify", str(place / what)]) == 0
    assert capsys.readouterr().out.endswith("as recorded\n")


@pytest.mark.slow
@pytest.mark.parametrize("format_", ["json", "parquet", "xlsx"])
def test_every_format_can_be_verified(format_: str, place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert evaluated(place, "--format", format_) == 0
    assert len(record(place)["results"]) == 4
    assert run(["verify", str(place / "results")]) == 0
    (place / "results" / f"reasons.{format_}").unlink()
    capsys.readouterr()
    assert run(["verify", str(place / "results")]) == 1
    assert "run-file-missing" in capsys.readouterr().out


def lines_of(place: Path, name: str) -> list[str]:
    return (place / name).read_text(encoding="utf-8").splitlines(keepends=True)


def changed_cell(place: Path) -> None:
    edit(place / "results" / "determinations.csv", ",2023,", ",2022,")


def changed_rule(place: Path) -> None:
    edit(place / "rulesets" / "assistance" / "2017.rules", "6a: Red on Susp", "6a: Red or Orange on Susp")


def changed_comment(place: Path) -> None:
    edit(place / "rulesets" / "vocabulary.rules", "# The words", "# All the words")


def changed_data(place: Path) -> None:
    edit(place / "state" / "suspdownload2023.txt", "\n", "\n\n")


def removed_data(place: Path) -> None:
    (place / "state" / "suspdownload2023.txt").unlink()


def new_data(place: Path) -> None:
    (place / "state" / "one").mkdir()
    shutil.copyfile(place / "state" / "suspdownload2023.txt", place / "state" / "one" / "suspdownload2023.txt")


def other_engine(place: Path) -> None:
    edit(place / "results" / "run.json", f'"engine": "{VERSION}"', '"engine": "0.0.1"')


def missing_rules(place: Path) -> None:
    (place / "rulesets" / "assistance" / "2023.rules").unlink()


@pytest.mark.slow
@pytest.mark.parametrize(
    "change, codes",
    [
        (changed_cell, {"run-file-changed", "run-results-differ"}),
        (changed_rule, {"run-differs", "run-results-differ"}),
        (changed_comment, {"run-differs"}),
        (changed_data, {"run-file-changed"}),
        (removed_data, {"run-file-missing", "run-results-differ"}),
        (new_data, {"run-file-new"}),
        (other_engine, {"run-differs"}),
        (missing_rules, {"unknown-ruleset"}),
    ],
)
def test_whatever_differs_is_said(
    change: Callable[[Path], None], codes: set[str], place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    change(place)
    assert run(["verify", str(place / "results")]) == 1
    said = capsys.readouterr().out
    assert {part.partition("]")[0] for part in said.split("[")[1:]} == codes


@pytest.mark.slow
def test_the_first_cells_that_differ_are_shown(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edit(place / "results" / "determinations.csv", ",2023,", ",2022,")
    assert run(["verify", str(place / "results")]) == 1
    said = " ".join(capsys.readouterr().out.split())
    assert "in 1 cell" in said
    assert "column year: the file has `2022`, the run gives `2023`" in said


@pytest.mark.slow
def test_a_run_for_some_leas_is_verified_for_those(place: Path) -> None:
    code = lines_of(place, "results/determinations.csv")[3].split(",")[0]
    assert evaluated(place, "--force", "--lea", code) == 0
    assert record(place)["results"][0]["rows"] == 1
    assert run(["verify", str(place / "results")]) == 0


@pytest.mark.slow
@pytest.mark.parametrize(
    "text", ["", "{", "[]", "{}", '{"engine": 3}', "\0", '{"options": {}, "data": [], "results": []}']
)
def test_a_broken_record_has_a_message_of_its_own(text: str, place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (place / "results" / "run.json").write_text(text, encoding="utf-8")
    assert run(["verify", str(place / "results")]) == 1
    assert "error[run-record-unreadable]" in capsys.readouterr().out


def test_a_record_that_names_files_elsewhere_is_none(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edit(place / "results" / "run.json", '"file": "determinations.csv"', '"file": "../determinations.csv"')
    assert run(["verify", str(place / "results")]) == 1
    assert "error[run-record-unreadable]" in capsys.readouterr().out


def test_a_folder_without_a_record_has_a_message_of_its_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["verify", str(tmp_path)]) == 2
    assert "error[no-run-record]" in capsys.readouterr().err


@pytest.mark.slow
def test_the_record_of_another_run_is_not_replaced_unasked(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = record(place)
    assert evaluated(place, "--format", "json", "--county", "Honeywell Creek") == 2
    assert "file-exists" in capsys.readouterr().err
    assert record(place) == before
    assert not (place / "results" / "determinations.json").exists()
    assert evaluated(place, "--format", "json", "--county", "Honeywell Creek", "--force") == 0
    assert record(place) != before


@pytest.mark.slow
def test_a_run_that_fails_leaves_nothing_half_done(
    place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = place / "results"
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    written: list[Path] = []

    def second_fails(path: Path, columns: Sequence[str], rows: Sequence[Sequence[Cell]], format_: str) -> Path:
        if written:
            raise OSError(28, "No space left on device", str(path))
        written.append(path)
        return write_table(path, columns, rows, format_)

    monkeypatch.setattr(results, "write_table", second_fails)
    edit(place / "rulesets" / "assistance" / "2017.rules", "6a: Red on Susp", "6a: Red or Orange on Susp")
    assert evaluated(place, "--force") == 1
    assert written
    assert "unwritable-file" in capsys.readouterr().err
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
