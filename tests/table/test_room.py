"""Records that do not fit into the memory that judging them may take."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import rulelang
from rulelang.analysis.results_in_duckdb import judge_records
from rulelang.data.room import EVERYTHING, Room
from rulelang.data.scan import scan
from rulelang.data.scan_bits import CellBatch, CellScan, cell_scans
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


def test_leas_that_do_not_fit_into_memory_are_judged_in_parts(
    prepared: Prepared, cells: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    real = CellScan.batches

    def batches(scan: CellScan, parts: int = 1) -> Iterator[CellBatch]:
        asked.append(parts)
        return real(scan, parts)

    monkeypatch.setattr(CellScan, "batches", batches)
    room = Room(LITTLE_MEMORY, tmp_path / "spilled")
    assert judged(prepared, cells, room) == judged(prepared, cells, EVERYTHING)
    assert max(asked) > 1


def test_parts_of_the_leas_are_all_of_them(prepared: Prepared, cells: Path) -> None:
    with duckdb.connect() as connection:
        connection.execute(f"CREATE VIEW records AS FROM read_parquet('{cells}')")
        scan = next(cell_scans(prepared.ruleset.vocabulary, connection))
        whole, parts = ([code for one in scan.batches(count) for code in one.codes] for count in (1, 3))
    assert sorted(whole) == sorted(parts)
    assert len(whole) == 40_000
