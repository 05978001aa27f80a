"""Spark judges plain records in Parquet as the record engine does."""

from __future__ import annotations

import hashlib
import importlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

import rulelang
from rulelang.core.record import LeaRecord
from rulelang.core.ruleset import priority_outcome
from rulelang.core.truth import CANNOT_TELL
from rulelang.core.vocabulary import Scope
from rulelang.engine.evaluate import evaluate
from rulelang.engine.steps import Prepared, prepare
from rulelang.engine.table.spark import HEX_DIGITS, UnknownRecordsError, judge_parquet, tables_of_records
from rulelang.engine.table.spark_session import UnreadableParquetError
from tests.engine.determined import determine

pytestmark = [pytest.mark.databases, pytest.mark.slow, pytest.mark.spark]

NAME = "assistance/2025"
WITH_HISTORY = "assistance/2023"
YEARS = ("2018", "2019", "2022", "2023")
ROOT = Path(__file__).parents[2]
DATA = ROOT.parent / "shared" / "data"
Row = Mapping[str, object]
Session = Any
RecordsOf = Callable[[pytest.MonkeyPatch], list[Row]]


# ---- Records ----


def rows() -> list[Row]:
    """Return records of forty LEAs: words of several spellings, levels not rated, kinds by code and by word."""
    vocabulary = rulelang.load(NAME).rules.vocabulary
    indicators = [one for one in vocabulary.indicators if one.reported_in(2025)]
    found: list[Row] = []
    for lea in range(40):
        for year in (2023, 2024, 2025):
            for at, indicator in enumerate(one for one in indicators if one.reported_in(year)):
                groups = [
                    one for one in vocabulary.groups_in(year) if one.name in (indicator.only_groups or [one.name])
                ]
                scale = next(name for name in indicator.scales if indicator.reports(name, year))
                worst_first = vocabulary.scale(scale).worst_first(indicator)
                levels = (*(worst_first[:2] if lea % 2 else worst_first[-2:]), "not rated")
                for place, group in enumerate(groups[:3] if indicator.scope.value != "LEA" else [None]):
                    if (lea + at + place) % 5:
                        said = "" if group is None else (group.code if lea % 2 else group.name.upper())
                        level = levels[(lea * at + place + year) % 7 % 3]
                        name = indicator.name.lower() if lea % 3 else indicator.name
                        words = {"student_group": said, "indicator": name, "level": level, "scale": scale}
                        found.append({"lea_code": f"{10_000 + lea:07}0000000", "year": year, **words})
    return found


def made_up_rows(monkeypatch: pytest.MonkeyPatch) -> list[Row]:
    """Return the cells of four years that the benchmarks time, of a hundred LEAs; some opened later."""
    for library in ("numpy", "pyarrow"):
        pytest.importorskip(library, reason=f"{library} is not installed")
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    cells = importlib.import_module("generate").cells_of(0, 100, 7)
    return list(cells.drop_columns(["students"]).to_pylist())


def published_rows(_: pytest.MonkeyPatch) -> list[Row]:
    """Return what the state published of every thirtieth LEA in four years, as plain records."""
    if not DATA.is_dir():
        pytest.skip("the published data are not at ../shared/data")
    data = rulelang.load(WITH_HISTORY).read([DATA / year for year in YEARS])
    return [row for record in data.records[::30] for row in plain_rows(record)]


def plain_rows(record: LeaRecord) -> Iterator[Row]:
    for year, facts in record.years.items():
        for group, fields in [("", facts.lea), *facts.groups.items()]:
            for (indicator, scale), reading in fields.items():
                if isinstance(reading.level, str | None):
                    level = reading.level or "not rated"
                    words = {"student_group": group, "indicator": indicator, "level": level, "scale": scale}
                    yield {"lea_code": record.code, "kind": record.kind, "year": year, **words}


def written(records: Sequence[Row], folder: Path) -> str:
    """Write records as Parquet with a folder for each LEA."""
    arrow = pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    parquet = pytest.importorskip("pyarrow.parquet")
    parquet.write_to_dataset(arrow.Table.from_pylist(records), folder / "records", partition_cols=["lea_code"])
    return str(folder / "records")


# ---- What the record engine makes of them ----


def expected(prepared: Prepared, records: Iterable[LeaRecord]) -> dict[str, list[tuple[object, ...]]]:
    """Return the rows of both results: determinations, and which priorities and rules each student group meets."""
    rules = prepared.ruleset
    columns = [name for name in reasons_of_groups(prepared) if (rules.year, name) in prepared.positions]
    positions = [prepared.positions[rules.year, name] for name in columns]
    in_year = {group.name for group in rules.vocabulary.groups_in(rules.year)}
    found: dict[str, list[tuple[object, ...]]] = {"determinations": [], "priorities": []}
    for record in records:
        one, evaluation = determine(prepared, record), evaluate(prepared, record)
        answers = {**one.methods, **one.referrals}.values()
        found["determinations"].append(
            (record.code, record.kind, one.year, one.outcome, one.published, one.label, *answers)
        )
        for index, group in enumerate(prepared.groups):
            if group.name in in_year:
                places = [(at, index if prepared.steps[at].scope is Scope.GROUP else 0) for at in positions]
                cells = [evaluation.at(*place) for place in places]
                found["priorities"].append((record.code, group.name, *cells))
    return found


def reasons_of_groups(prepared: Prepared) -> list[str]:
    """Return the definitions in the result of priorities: each priority, by kind of indicator too, and each rule."""
    rules = prepared.ruleset
    kinds = [None, *(kind.name for kind in rules.vocabulary.indicator_kinds)]
    priorities = [priority_outcome(number, kind) for kind in kinds for number in rules.priorities]
    of_groups = [one.name for one in rules.rules if rules.definitions[rules.year, one.name].scope is Scope.GROUP]
    return [*priorities, *of_groups]


def checksum_of_rows(rows: Iterable[Sequence[object]]) -> tuple[int, int]:
    """Return what Spark returns of a frame with these rows: truth is `true` or `false`, and None is blank."""
    found = [hashlib.sha256("\x1f".join(map(_text, row)).encode()).hexdigest()[:HEX_DIGITS] for row in rows]
    return len(found), sum(int(digits, 16) for digits in found)


def _text(cell: object) -> str:
    return "" if cell is None else str(cell).lower() if isinstance(cell, bool) else str(cell)


@pytest.mark.parametrize(
    "name, records_of",
    [(NAME, lambda _: rows()), (WITH_HISTORY, made_up_rows), (WITH_HISTORY, published_rows)],
    ids=["by-hand", "made-up", "published"],
)
def test_the_checksums_are_those_of_the_record_engine(
    name: str, records_of: RecordsOf, spark: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ruleset, records = rulelang.load(name), records_of(monkeypatch)
    prepared = prepare(ruleset.rules)
    data = ruleset.records(records)
    assert not data.diagnostics
    theirs = expected(prepared, data.records)
    found = judge_parquet(spark, prepared, written(records, tmp_path))
    assert found.checksums() == {view: checksum_of_rows(lines) for view, lines in theirs.items()}
    can_tell = name == NAME
    outcomes = {row[3] for row in theirs["determinations"]}
    assert (CANNOT_TELL in outcomes, len(outcomes)) == ((False, 2) if can_tell else (True, 3))
    answers = {cell for row in theirs["priorities"] for cell in row[2:]}
    assert answers == ({True, False} if can_tell else {True, False, None})
    found.write(str(tmp_path / "results"))
    assert spark.read.parquet(str(tmp_path / "results" / "priorities")).count() == len(theirs["priorities"])


def test_a_checksum_depends_on_the_rows_and_not_on_their_order() -> None:
    lines = [("1", True, None), ("2", False, ""), ("3", None, 4)]
    assert checksum_of_rows(lines[::-1]) == checksum_of_rows(lines)
    assert checksum_of_rows(lines[1:]) != checksum_of_rows(lines) != checksum_of_rows([("1", False, None), *lines[1:]])


# ---- What cannot be judged ----


@pytest.mark.parametrize(
    "change, said",
    [
        ({"student_group": "Athletes"}, "student group"),
        ({"level": "Purple"}, "level"),
        ({"year": 1999}, "year"),
        ({"lea_code": "12"}, "code"),
        ({}, "once"),
    ],
)
def test_a_record_that_is_not_understood_stops_the_run(change: Row, said: str, spark: Session, tmp_path: Path) -> None:
    some = rows()[:10]
    with pytest.raises(UnknownRecordsError, match=said):
        judge_parquet(spark, prepare(rulelang.load(NAME).rules), written([*some, {**some[0], **change}], tmp_path))


def test_a_column_of_a_fact_stops_the_run(spark: Session) -> None:
    words = rulelang.load("funding/2023").rules.vocabulary
    columns = "lea_code string, year int, indicator string, level string, average_daily_attendance int"
    records = spark.createDataFrame([("01611190000000", 2023, "list", "Assisted", 5)], columns)
    with pytest.raises(UnknownRecordsError, match="a column `average_daily_attendance`"):
        tables_of_records(spark, words, records)


def test_a_file_that_is_no_parquet_is_named(spark: Session, tmp_path: Path) -> None:
    prepared = prepare(rulelang.load(NAME).rules)
    for path, content in (
        (tmp_path / "torn.parquet", b"PAR1" + b"\0" * 90),
        (tmp_path / "of. dots.parquet", b"no Parquet at all"),
    ):
        path.write_bytes(content)
        with pytest.raises(UnreadableParquetError, match=path.name):
            judge_parquet(spark, prepared, str(path))
    (tmp_path / "empty.parquet").touch()
    with pytest.raises(UnreadableParquetError, match=r"^$"):
        judge_parquet(spark, prepared, str(tmp_path / "empty.parquet"))
    with pytest.raises(UnreadableParquetError, match=r"nowhere$"):
        judge_parquet(spark, prepared, str(tmp_path / "nowhere"))
