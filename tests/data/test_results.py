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
