"""Tables of results are written all or none, and read back as they were written."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from attrs import frozen

from rulelang.data.report import DataError
from rulelang.data.results import WrittenTable, read_results, write_results
from rulelang.data.shared_rows import Cell

FORMATS = ["csv", "json", "parquet", "xlsx"]


@frozen
class Made:
    """A table for a test."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


TABLE = Made("leas", ("cds", "lea", "groups"), (("0127", 'Elm, "Old"', 2), ("0128", "Oak\nTown", None)))


def as_text(cell: Cell) -> str:
    return "" if cell is None else str(cell)


def written(folder: Path, format_: str = "csv") -> list[Path]:
    return write_results(folder, [TABLE], format_, "run.json", lambda tables: f"{len(tables)}")


@pytest.mark.parametrize("format_", FORMATS)
def test_a_table_is_read_back_as_it_was_written(format_: str, tmp_path: Path) -> None:
    path, _ = written(tmp_path / "out", format_)
    found = read_results(path)
    assert found.columns == TABLE.columns
    assert found.rows == tuple(tuple(map(as_text, row)) for row in TABLE.rows)


def test_the_record_is_told_what_was_written(tmp_path: Path) -> None:
    told: list[WrittenTable] = []

    def described(tables: Sequence[WrittenTable]) -> str:
        told.extend(tables)
        return "told"

    write_results(tmp_path, [TABLE], "csv", "run.json", described)
    assert [(one.file, one.rows, len(one.sha256)) for one in told] == [("leas.csv", 2, 64)]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["leas.csv", "run.json"]


def test_what_stood_there_is_unharmed_where_the_record_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "leas.csv").write_text("mine", encoding="utf-8")

    def refused(_: object) -> str:
        raise DataError

    with pytest.raises(DataError):
        write_results(tmp_path, [TABLE], "csv", "run.json", refused)
    assert [(path.name, path.read_text(encoding="utf-8")) for path in tmp_path.iterdir()] == [("leas.csv", "mine")]


def test_a_folder_that_cannot_be_made_has_its_own_message(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file", encoding="utf-8")
    with pytest.raises(DataError) as raised:
        written(tmp_path / "out")
    assert [one.code for one in raised.value.diagnostics] == ["unwritable-file"]


@pytest.mark.parametrize("name", ["leas.csv", "leas.json", "leas.parquet", "leas.xlsx", "leas.txt"])
def test_a_file_that_is_no_table_is_refused(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(b"\xff\xfe{\x00")
    with pytest.raises(DataError):
        read_results(path)


def test_a_row_that_lacks_a_column_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "leas.json"
    path.write_text('[{"cds": "0127", "lea": "Elm"}, {"cds": "0128"}]', encoding="utf-8")
    with pytest.raises(DataError):
        read_results(path)


BOTH = [TABLE, Made("reasons", ("cds",), (("0127",),))]
NAMES = ("leas.csv", "reasons.csv", "run.json")


def of_run(folder: Path, run: str) -> None:
    """Write the results of a run that says in every file which it is."""
    tables = [Made(one.name, one.columns, (*one.rows, (run,) * len(one.columns))) for one in BOTH]
    write_results(folder, tables, "csv", "run.json", lambda _: run)


def runs_in(folder: Path) -> dict[str, str]:
    """Return which run each file that people see is of."""
    return {
        path.name: path.read_text(encoding="utf-8").strip().rpartition(",")[2].rpartition("\n")[2]
        for path in folder.iterdir()
        if not path.name.startswith(".")
    }


@pytest.mark.parametrize("died_at", range(7))
def test_files_of_two_runs_never_stand_beside_each_other(
    died_at: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    of_run(tmp_path, "first")
    (tmp_path / "mine.csv").write_text("mine", encoding="utf-8")
    left, real = [died_at], Path.replace

    def dying(path: Path, target: Path) -> Path:
        if path.name in NAMES:
            left[0] -= 1
            if left[0] < 0:
                message = "killed"
                raise KeyboardInterrupt(message)
        return real(path, target)

    monkeypatch.setattr(Path, "replace", dying)
    if died_at < 2 * len(NAMES):
        with pytest.raises(KeyboardInterrupt):
            of_run(tmp_path, "second")
    else:
        of_run(tmp_path, "second")
    monkeypatch.undo()
    seen = runs_in(tmp_path)
    assert seen.pop("mine.csv") == "mine"
    assert len(set(seen.values())) <= 1
    assert "run.json" not in seen or set(seen) == set(NAMES)
    of_run(tmp_path, "third")
    assert runs_in(tmp_path) == {"mine.csv": "mine", **dict.fromkeys(NAMES, "third")}
    assert not list(tmp_path.glob(".results.*"))


@pytest.mark.parametrize("fails_at", range(2 * len(NAMES)))
def test_where_a_file_cannot_be_moved_the_results_before_stay(
    fails_at: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    of_run(tmp_path, "first")
    moves, real = [0], Path.replace

    def failing(path: Path, target: Path) -> Path:
        if path.name in NAMES:
            moves[0] += 1
            if moves[0] == fails_at + 1:
                message = "in use by another program"
                raise PermissionError(message)
        return real(path, target)

    monkeypatch.setattr(Path, "replace", failing)
    with pytest.raises(DataError):
        of_run(tmp_path, "second")
    monkeypatch.undo()
    assert runs_in(tmp_path) == dict.fromkeys(NAMES, "first")
