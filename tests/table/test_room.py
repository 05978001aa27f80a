"""Records that do not fit into the memory that judging them may take."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

import rulelang
from rulelang.analysis.scanned_facts import over_records
from rulelang.core.record import LeaRecord
from rulelang.data.scan import EVERYTHING, Room, scan
from rulelang.data.scanned_records import LEAS_AT_A_TIME, RecordScan, ScannedBatch, record_scan
from rulelang.engine.evaluate import BatchEvaluation
from rulelang.engine.facts import Facts
from rulelang.engine.steps import Prepared, prepare
from tests.table.many_cells import LITTLE_MEMORY, write_many_numbers

pytest.importorskip("duckdb", reason="DuckDB is not installed")

SIZE = 1 << 12


@pytest.fixture(scope="module")
def numbers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_many_numbers(tmp_path_factory.mktemp("numbers") / "numbers.parquet")


@pytest.fixture(scope="module")
def prepared() -> Prepared:
    return prepare(rulelang.load("dashboard/2018").rules)


class Collected:
    """The LEAs and the facts of every batch."""

    def __init__(self) -> None:
        self.batches: list[tuple[Sequence[LeaRecord], Facts]] = []

    def add(self, leas: Sequence[LeaRecord], batch: BatchEvaluation) -> None:
        self.batches.append((leas, batch.facts))


def judged(prepared: Prepared, numbers: Path, room: Room) -> list[tuple[Sequence[LeaRecord], Facts]]:
    connection = scan(numbers, room)
    try:
        connection.execute("SET threads = 1")  # each takes memory of its own
        return over_records(prepared, connection, SIZE, Collected).batches
    finally:
        connection.close()


def test_leas_that_do_not_fit_into_memory_are_judged_in_parts(
    prepared: Prepared, numbers: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    real = RecordScan.batches

    def batches(scan: RecordScan, size: int, at_a_time: int = LEAS_AT_A_TIME) -> Iterator[ScannedBatch]:
        asked.append(at_a_time)
        return real(scan, size, at_a_time)

    monkeypatch.setattr(RecordScan, "batches", batches)
    room = Room(LITTLE_MEMORY, tmp_path / "spilled")
    assert judged(prepared, numbers, room) == judged(prepared, numbers, EVERYTHING)
    assert min(asked) < LEAS_AT_A_TIME


def test_parts_of_the_leas_are_all_of_them(prepared: Prepared, numbers: Path) -> None:
    connection = scan(numbers)
    found = record_scan(prepared.ruleset.vocabulary, connection)
    whole, parts = (list(found.batches(SIZE, at_a_time)) for at_a_time in (1 << 16, 1 << 14))
    connection.close()
    assert [one.leas for one in whole] == [one.leas for one in parts]
    assert sum(len(one.leas) for one in parts) == 40_000
