"""Levels and measures that come of a scan of plain records are those that come of reading them."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import rulelang
from rulelang.analysis.gather import Sources, gather
from rulelang.analysis.level_tables import level_columns
from rulelang.analysis.scanned_facts import facts_of_scan
from rulelang.analysis.statewide import Statewide, determine_records
from rulelang.core.record import FieldKey, LeaRecord, Reading
from rulelang.core.ruleset import Ruleset
from rulelang.data.records import read_record_files
from rulelang.data.scan import scan
from rulelang.data.scanned_records import record_scan
from rulelang.diagnostics.decimals import exact_text
from rulelang.engine.columns import places_of
from tests.strategies.effort import EFFORT
from tests.strategies.number_rows import COLUMNS, Row, number_rows

pytest.importorskip("duckdb", reason="DuckDB is not installed")
arrow = pytest.importorskip("pyarrow", reason="pyarrow is not installed")
parquet = pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed")

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data"


@cache
def rules_called(name: str) -> Ruleset:
    """Return a shipped ruleset."""
    return rulelang.load(name).rules


def write(path: Path, rows: Sequence[Sequence[Any]], columns: Sequence[str] = COLUMNS) -> Path:
    """Write rows to a file of the format of its ending."""
    if path.suffix == ".csv":
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([columns, *rows])
        return path
    parquet.write_table(arrow.table([list(cells) for cells in zip(*rows, strict=True)], names=list(columns)), path)
    return path


def both(rules: Ruleset, path: Path) -> tuple[Statewide, Statewide]:
    """Return the results of a scan and of the reader, which are the same."""
    ours, theirs = (determine_records(rules, path, scan=scan) for scan in (True, False))
    assert [one.name for one in ours.tables] == [one.name for one in theirs.tables]
    for mine, other in zip(ours.tables, theirs.tables, strict=True):
        assert mine.columns == other.columns
        assert [pair for pair in zip(mine.rows, other.rows, strict=True) if pair[0] != pair[1]] == []
    assert ours.diagnostics == theirs.diagnostics
    return ours, theirs


DASHBOARDS = tuple(f"dashboard/{year}" for year in (2017, 2018, 2019, 2022, 2023, 2024, 2025))
FILES = (
    *((name, "parquet") for name in (*DASHBOARDS, "graduation/options", "graduation/states")),
    *((name, "csv") for name in ("dashboard/2018", "dashboard/2023", "graduation/options")),
)


@pytest.mark.slow
@pytest.mark.parametrize("name, suffix", FILES)
def test_a_scan_and_the_reader_come_to_the_same(name: str, suffix: str, tmp_path: Path) -> None:
    rules = rules_called(name)
    for seed in range(EFFORT):
        rows = number_rows(f"{name} {suffix} {seed}", rules, leas=6)
        ours, theirs = both(rules, write(tmp_path / f"records.{suffix}", rows))
        assert (ours.scanned, theirs.scanned) == (True, False)
        assert len(ours.tables[0].rows) > 30


@pytest.mark.slow
def test_the_records_that_both_are_tried_on_have_every_answer(tmp_path: Path) -> None:
    rules = rules_called("dashboard/2018")
    codes = [f"0161119013{number:04}" for number in range(40)]
    rows = [row for seed in range(3) for row in number_rows(str(seed), rules, 9, codes=codes[9 * seed :])]
    table = both(rules, write(tmp_path / "records.parquet", rows))[0].tables[0]
    found = {column: {row[at] for row in table.rows} for at, column in enumerate(table.columns)}
    assert found["color"] == {"Red", "Orange", "Yellow", "Green", "Blue", "not rated", "cannot tell"}
    assert found["color_confidence"] >= {"A", "B"}
    reasons = " ".join(map(str, found["reasons"]))
    for words in ("below 30", "not in the data", "no row in the files", "not rated in the records"):
        assert words in reasons


# ---- How numbers and words may be written ----

GOOD: Mapping[str, object] = {
    "lea_code": "01611190000000",
    "year": 2018,
    "student_group": "AA",
    "indicator": "Suspension Rate",
    "number": "students",
    "value": "402",
    "scale": "",
    "level": "",
    "kind": "",
    "name": "",
}
OTHERS: Sequence[Mapping[str, object]] = (
    {**GOOD, "number": "suspended students", "value": "6"},
    {**GOOD, "number": "last year's students", "value": "400"},
    {**GOOD, "number": "last year's suspended students", "value": "10"},
    {**GOOD, "number": "", "value": "", "scale": "type", "level": "unified district"},
)


def rows_of(*changes: Mapping[str, object], good: Sequence[Mapping[str, object]] = OTHERS) -> list[list[object]]:
    """Return the good rows, and one with each of some changes."""
    return [list(row.values()) for row in (*good, *({**GOOD, **one} for one in changes))]


def levels_of(rules: Ruleset, path: Path, *, scanned: bool) -> list[tuple[Any, ...]]:
    """Return the rows of levels, the same however the file is read, which a scan gives or leaves to the reader."""
    ours, _ = both(rules, path)
    assert ours.scanned is scanned
    return list(ours.tables[0].rows)


@pytest.mark.slow
@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"value": " 402 "},
        {"value": "1,402"},
        {"value": "402.00"},
        {"indicator": "ELA", "number": "DFS", "value": "40.50"},
        {"indicator": "ELA", "number": "DFS", "value": "6.5"},
        {"number": "last year's published rate", "value": ".5"},
        {"value": "Not rated"},
        {"number": "Denominator"},
        {"indicator": "suspension  RATE", "student_group": "african american"},
        {"name": "Alameda Unified"},
        {"lea_code": "00000000000000"},
        {"lea_code": "27-X", "kind": "charter school"},
        {"indicator": "ELA", "number": "DFS", "value": "-28.425"},
        {"indicator": "ELA", "number": "", "value": "", "level": "not rated"},
        {"indicator": "ELA", "number": "", "value": "", "level": "High"},
        {"indicator": "ELA", "number": "DFS", "value": "999,999,999,999.999999999999"},
    ],
)
def test_what_the_reader_makes_out_is_made_out(changes: Mapping[str, object], tmp_path: Path) -> None:
    rules = rules_called("dashboard/2018")
    path = write(tmp_path / "records.parquet", rows_of(changes), list(GOOD))
    assert levels_of(rules, path, scanned=True)


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
@pytest.mark.parametrize(
    "changes",
    [
        [{"value": "1e5"}],
        [{"value": "12 %"}],
        [{"value": ""}],
        [{"value": "-3"}],
        [{"number": "studens"}],
        [{"number": "graduates"}],
        [{"student_group": "Martians"}],
        [{"student_group": ""}],
        [{"indicator": "Physics"}],
        [{"level": "Red"}],
        [{"lea_code": "1611190000000"}],
        [{"lea_code": "27-X"}],
        [{"lea_code": "1611190000000", "kind": "school district"}],
        [{"lea_code": " 01611190000000"}],
        [{"lea_code": " 27-X", "kind": "charter school"}],
        [{"kind": "school district"}, {"number": "denominator", "kind": "charter school", "student_group": "HI"}],
        [{}, {}],
        [{}, {"value": "403"}],
        [{}, {"number": "denominator"}],
        [{}, {"student_group": "African American"}],
        [{"name": "Alameda"}, {"name": "Alameda Unified", "student_group": "HI"}],
    ],
)
def test_rows_that_are_wrong_or_contradict_another_are_left_to_the_reader(
    changes: Sequence[Mapping[str, object]], suffix: str, tmp_path: Path
) -> None:
    rules = rules_called("dashboard/2018")
    levels_of(rules, write(tmp_path / f"records.{suffix}", rows_of(*changes), list(GOOD)), scanned=False)


def test_a_line_that_is_cut_off_is_left_to_the_reader(tmp_path: Path) -> None:
    path = write(tmp_path / "records.csv", rows_of({}), list(GOOD))
    path.write_text(path.read_text(encoding="utf-8") + "01611190000000,2018\n", encoding="utf-8")
    levels_of(rules_called("dashboard/2018"), path, scanned=False)


@pytest.mark.parametrize(
    "others, scanned", [(("notes", "students"), True), (("value",), False), (("Value ",), False), (("", ""), False)]
)
def test_columns_that_nothing_reads_are_passed_over_and_no_other(
    others: Sequence[str], scanned: bool, tmp_path: Path
) -> None:
    rows = [[*row, *["7"] * len(others)] for row in rows_of({})]
    path = write(tmp_path / "records.csv", rows, [*GOOD, *others])
    levels = levels_of(rules_called("dashboard/2018"), path, scanned=scanned)
    status = level_columns(rules_called("dashboard/2018")).index("status")
    known = {row[status] for row in levels} - {"cannot tell"}
    assert bool(known) is scanned  # where rows are refused, nothing is known of an LEA


@pytest.mark.parametrize(
    "values, kind, scanned",
    [
        ((6, 400, 10, 402), arrow.int32(), True),
        ((6.0, 400.0, 10.0, 402.0), arrow.float64(), True),
        ((6.0, 400.0, 10.0, 402.5), arrow.float64(), False),
        ((1e-5, 400.0, 10.0, 402.0), arrow.float64(), False),
        ((6.0, 400.0, float("nan"), 402.0), arrow.float64(), False),
        ((6.5, 400.0, 10.0, 402.5), arrow.float32(), False),
        ((Decimal("6.00"), Decimal(400), Decimal("10.0"), Decimal("402.0")), arrow.decimal128(9, 2), True),
        ((Decimal(6), Decimal(0), Decimal(10), Decimal(40)), arrow.decimal128(9, 7), False),
        ((Decimal(6), Decimal(1), Decimal(10), Decimal(402)), arrow.decimal256(40, 2), False),
    ],
)
def test_numbers_in_parquet_are_taken_as_the_reader_takes_them(
    values: Sequence[object], kind: object, scanned: bool, tmp_path: Path
) -> None:
    parquet.write_table(table_of(values, kind), tmp_path / "records.parquet")
    levels_of(rules_called("dashboard/2018"), tmp_path / "records.parquet", scanned=scanned)


@pytest.mark.parametrize("kind", [arrow.float64(), arrow.decimal128(9, 2)])
def test_decimals_in_parquet_are_exact(kind: object, tmp_path: Path) -> None:
    numbers = {"DFS": Decimal("0.10"), "last year's DFS": Decimal("-28.70")}
    values = [float(one) if kind == arrow.float64() else one for one in numbers.values()]
    rows = [{**GOOD, "indicator": "ELA", "number": name} for name in numbers]
    table = arrow.Table.from_pylist(rows).drop_columns(["value"]).append_column("value", arrow.array(values, kind))
    parquet.write_table(table, tmp_path / "records.parquet")
    (row,) = levels_of(rules_called("dashboard/2018"), tmp_path / "records.parquet", scanned=True)
    assert "0.1" in map(str, row)


def test_a_level_has_no_number_in_a_column_of_floats(tmp_path: Path) -> None:
    level = {**GOOD, "number": "", "scale": "type", "level": "unified district"}
    rows = [*({**GOOD, "number": name} for name in NUMBERS), level]
    values = [6.0, 400.0, 10.0, 402.0, float("nan")]
    table = arrow.Table.from_pylist(rows).drop_columns(["value"]).append_column("value", arrow.array(values))
    parquet.write_table(table, tmp_path / "records.parquet")
    (row,) = levels_of(rules_called("dashboard/2018"), tmp_path / "records.parquet", scanned=True)
    assert row[8] == "Low"


@pytest.mark.parametrize("kind", [arrow.float64(), arrow.int32()])
def test_numbers_of_several_types_are_left_to_the_reader(kind: object, tmp_path: Path) -> None:
    parquet.write_table(table_of((6, 400), kind), tmp_path / "a.parquet")
    parquet.write_table(table_of((6, 400, 10, 402), arrow.float64()).slice(2), tmp_path / "b.parquet")
    scanned = kind == arrow.float64()
    levels_of(rules_called("dashboard/2018"), tmp_path, scanned=scanned)


NUMBERS = ("suspended students", "last year's students", "last year's suspended students", "students")


def table_of(values: Sequence[object], kind: object) -> Any:  # noqa: ANN401 - a library without types
    """Return plain records of some numbers, in a column of some type."""
    names = ("lea_code", "year", "student_group", "indicator")
    rows = [{**{name: GOOD[name] for name in names}, "number": name} for name in NUMBERS[: len(values)]]
    return arrow.Table.from_pylist(rows).append_column("value", arrow.array(values, kind))


def test_a_folder_is_read_where_it_lies(tmp_path: Path) -> None:
    rules = rules_called("dashboard/2018")
    folder = tmp_path / "cells"
    folder.mkdir()
    write(folder / "a.csv", rows_of(), list(GOOD))
    write(folder / "b.csv", rows_of({}, good=()), list(GOOD))
    assert levels_of(rules, folder, scanned=True) == levels_of(
        rules, write(tmp_path / "all.csv", rows_of({}), list(GOOD)), scanned=True
    )


def test_silence_is_that_of_the_reader(tmp_path: Path) -> None:
    level = {"number": "", "value": "", "level": "High"}
    of_lea = {**level, "student_group": "", "indicator": "Basics", "level": "Met", "lea_code": "01611270000000"}
    other = {**level, "indicator": "Math", "scale": "Status", "lea_code": "27659610000000"}
    path = write(tmp_path / "records.parquet", rows_of(other, of_lea), list(GOOD))
    vocabulary = rules_called("dashboard/2018").vocabulary
    (scanned,) = record_scan(vocabulary, scan(path)).batches(16)
    silent = facts_of_scan(vocabulary, scanned).silent
    records = read_record_files(vocabulary, [path]).records
    codes = [lea.code for lea in scanned.leas]
    found = {(codes[lea], *of) for of, leas in silent.items() for lea in places_of(leas)}
    assert found == {
        (one.code, year, name) for one in records for year, facts in one.years.items() for name in facts.silent
    }
    assert len({code for code, *of in found if of == [2018, "Math"]}) == len(codes) - 1


# ---- Published files ----


@pytest.mark.slow
@pytest.mark.skipif(not DATA.is_dir(), reason="needs the published files in ../shared")
@pytest.mark.parametrize("year, suffix", [(2018, "parquet"), (2023, "csv")])
def test_the_published_counts_come_to_the_same(year: int, suffix: str, tmp_path: Path) -> None:
    rules = rules_called(f"dashboard/{year}")
    records = gather(rules, Sources((DATA / str(year),))).data.records
    rows = [row for record in records for row in published_rows(rules, record)]
    assert len(rows) > 5_000
    assert len(levels_of(rules, write(tmp_path / f"records.{suffix}", rows), scanned=True)) > 1_000


def published_rows(rules: Ruleset, record: LeaRecord) -> Iterator[Row]:
    """Yield the numbers of an LEA as plain records, and the levels but those that are to be worked out."""
    codes = {group.name: group.code for group in rules.vocabulary.groups}
    for year, facts in record.years.items():
        for group, readings in facts.groups.items():
            for key, reading in readings.items():
                if row := published_row(rules, key, reading):
                    yield (record.code, str(year), codes[group], key[0], *row, record.name, record.county)


def published_row(rules: Ruleset, key: FieldKey, reading: Reading) -> tuple[str, ...] | None:
    name, level = key[1], reading.level
    if any(scale.name == name for scale in rules.vocabulary.scales):
        of_files = name not in ("Status", "Change", "color")
        return ("", "", name, str(level)) if of_files and level is not None else None
    return name, "not rated" if level is None else exact_text(level), "", ""  # type: ignore[arg-type]


# ---- Scanned or read, and tables of other programs ----


@pytest.mark.slow
def test_a_table_of_another_program_is_scanned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ruleset = rulelang.load("dashboard/2018")
    path = write(tmp_path / "records.parquet", number_rows("1", ruleset.rules, leas=3))
    expected = determine_records(ruleset.rules, path, scan=False).tables[0]
    monkeypatch.setattr("rulelang.analysis.embedding._read", None)  # the reader is not asked
    found, reasons = ruleset.evaluate_table(parquet.read_table(path), reasons=True)
    assert [tuple(row.values()) for row in found.to_pylist()] == list(expected.rows)
    assert reasons.num_rows == 0


def test_a_table_with_a_wrong_row_is_refused() -> None:
    rows = rows_of({"value": "1e5"})
    given = arrow.table([list(cells) for cells in zip(*rows, strict=True)], names=list(GOOD))
    with pytest.raises(rulelang.DataError) as refused:
        rulelang.load("dashboard/2018").evaluate_table(given)
    assert [one.code for one in refused.value.diagnostics] == ["not-an-exact-number"]
