"""Records that do not fit into the memory that judging them may take."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import rulelang
from rulelang.analysis.results_in_duckdb import judge_records
from rulelang.data.room import EVERYTHING, Room
from rulelang.data.scan import scan
from rulelang.engine.steps import Prepared, prepare
from tests.table.many_cells import LITTLE_MEMORY, write_many_cells

duckdb = pytest.importorskip("duckdb", reason="DuckDB is not installed")


@pytest.fixture(scope="module")
def cells(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_many_cells(tmp_path_factory.mktemp("cells") / "cells.parquet")


@pytest.fixture(scope="module")
def prepared() -> Prepared:
    return prepare(rulelang.load("assistance/2023").rules)


def judged(prepared: Prepared, cells: Path, room: Room) -> list[tuple[Any, ...]]:
    """Return a row for each LEA, with a checksum of all that is told of it."""
    connection = scan(cells, room)
    try:
        connection.execute("SET threads = 1")  # each takes memory of its own
        rows = judge_records(prepared, connection).rows("SELECT hash(l), l.lea FROM lea_results AS l ORDER BY lea")
        return list(rows)
    finally:
        connection.close()


@pytest.mark.slow
def test_what_does_not_fit_goes_to_the_folder_and_comes_to_the_same(
    prepared: Prepared, cells: Path, tmp_path: Path
) -> None:
    room = Room(LITTLE_MEMORY, tmp_path / "spilled")
    assert judged(prepared, cells, room) == judged(prepared, cells, EVERYTHING)
    assert list(tmp_path.iterdir()) == []


def test_the_folder_is_needed(prepared: Prepared, cells: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(duckdb.Error, match="file/spilled"):
        judged(prepared, cells, Room(LITTLE_MEMORY, tmp_path / "file" / "spilled"))
