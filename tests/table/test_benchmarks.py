"""The programs that the benchmarks time come to the same results. How fast they are is no test."""

from __future__ import annotations

import importlib
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from rulelang.analysis.statewide import determine_records

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
RULES = BENCHMARKS / "rules" / "eligibility" / "2023.rules"
LEAS = 150


@pytest.fixture
def scripts(monkeypatch: pytest.MonkeyPatch) -> dict[str, ModuleType]:
    """Return the scripts of the benchmarks, which import one another by their file names."""
    for library in ("duckdb", "numpy", "pyarrow"):
        pytest.importorskip(library, reason=f"{library} is not installed")
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    names = ("checksum", "generate", "hand_duckdb", "hand_python", "with_evaluator", "with_table_engine")
    return {name: importlib.import_module(name) for name in names}


@pytest.fixture
def cells(scripts: dict[str, ModuleType], tmp_path: Path) -> Path:
    parquet: Any = importlib.import_module("pyarrow.parquet")
    path = tmp_path / "cells.parquet"
    parquet.write_table(scripts["generate"].cells_of(0, LEAS, 7), path)
    return path


def test_all_programs_come_to_the_same(scripts: dict[str, ModuleType], cells: Path, tmp_path: Path) -> None:
    loop, records, table = (scripts[name] for name in ("hand_python", "with_evaluator", "with_table_engine"))
    rulelang: Any = importlib.import_module("rulelang")
    ruleset = rulelang.load(RULES)
    results = [tmp_path / f"{number}.parquet" for number in range(4)]
    scripts["hand_duckdb"].judge(str(cells), str(results[0]))
    loop.write_results(results[1], [(code, loop.judge(lea)) for code, lea in loop.leas_in(str(cells))])
    table.judge(ruleset, str(cells), str(results[2]), str(tmp_path / "reasons.parquet"))
    determined = ruleset.evaluate(ruleset.records(records.rows_in(str(cells))).records)
    loop.write_results(results[3], [(one.record.code, records.result_of(one)) for one in determined])
    sums = {scripts["checksum"].checksum(path) for path in results}
    assert len(sums) == 1
    assert sums.pop().startswith(f"{LEAS}:")


def test_reasons_of_a_state_are_the_same_however_it_is_read(cells: Path) -> None:
    rulelang: Any = importlib.import_module("rulelang")
    rules = rulelang.load(RULES).rules
    ours, theirs = (determine_records(rules, cells, scan=scan) for scan in (True, False))
    assert ours.scanned
    assert ours.tables == theirs.tables
    assert len(ours.tables[1].rows) > LEAS
    assert any(row[-1] for row in ours.tables[0].rows)


def test_a_checksum_does_not_depend_on_the_order(scripts: dict[str, ModuleType], tmp_path: Path) -> None:
    write, checksum = scripts["hand_python"].write_results, scripts["checksum"].checksum
    rows = [("1", ("a", "yes", "no", "", "4")), ("2", ("b", "no", "no", "EL", "5"))]
    for name, given in (("one", rows), ("turned", rows[::-1]), ("other", [rows[0], ("2", rows[0][1])])):
        write(tmp_path / name, given)
    assert checksum(tmp_path / "one") == checksum(tmp_path / "turned") != checksum(tmp_path / "other")


def test_the_same_seed_gives_the_same_cells(scripts: dict[str, ModuleType]) -> None:
    make = scripts["generate"].cells_of
    assert make(0, 20, 3).equals(make(0, 20, 3))
    assert not make(0, 20, 3).equals(make(0, 20, 4))
    codes = scripts["generate"].lea_codes(0, 5000)
    assert codes == sorted(set(codes))
