"""Spark judges plain records in Parquet as the record engine does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

import rulelang
from rulelang.engine.record import prepare
from rulelang.engine.table.spark import UnknownRecordsError, checksum_of_rows, judge_parquet
from tests.table.databases import spark_session

pytestmark = pytest.mark.databases

NAME = "assistance/2025"
Row = Mapping[str, object]
Session = Any


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    found = spark_session(tmp_path_factory.mktemp("spark"))
    yield found
    found.stop()


def rows() -> list[Row]:
    """Return records of forty LEAs: words of several spellings, levels not rated, kinds by code and by word."""
    vocabulary = rulelang.load(NAME).rules.vocabulary
    indicators = [one for one in vocabulary.indicators if one.reported_in(2025)]
    found: list[Row] = []
    for lea in range(40):
        for year in (2023, 2024, 2025):
            for at, indicator in enumerate(indicators):
                scale = next(name for name in indicator.scales if indicator.reports(name, year) or year != 2025)
                worst_first = vocabulary.scale(scale).worst_first(indicator)
                levels = (*(worst_first[:2] if lea % 2 else worst_first[-2:]), "not rated")
                for place, group in enumerate(vocabulary.groups[:3] if indicator.scope.value != "LEA" else [None]):
                    if (lea + at + place) % 5:
                        said = "" if group is None else (group.code if lea % 2 else group.name.upper())
                        level = levels[(lea * at + place + year) % 7 % 3]
                        name = indicator.name.lower() if lea % 3 else indicator.name
                        words = {"student_group": said, "indicator": name, "level": level, "scale": scale}
                        found.append({"lea_code": f"{10_000 + lea:07}0000000", "year": year, **words})
    return found


def written(records: list[Row], folder: Path) -> str:
    arrow = pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    parquet = pytest.importorskip("pyarrow.parquet")
    parquet.write_to_dataset(arrow.Table.from_pylist(records), folder / "records", partition_cols=["lea_code"])
    return str(folder / "records")


def test_the_checksum_is_that_of_the_record_engine(session: Session, tmp_path: Path) -> None:
    ruleset, records = rulelang.load(NAME), rows()
    found = judge_parquet(session, prepare(ruleset.rules), written(records, tmp_path))
    data = ruleset.records(records)
    assert not data.diagnostics
    expected = [
        (
            *(one.record.code, one.record.kind, one.year, one.outcome, one.published, one.label),
            *{**one.methods, **one.referrals}.values(),
        )
        for one in ruleset.evaluate(data.records)
    ]
    assert len({row[3] for row in expected}) > 1
    assert found.checksums()["determinations"] == checksum_of_rows(expected)
    assert checksum_of_rows(expected[::-1]) == checksum_of_rows(expected) != checksum_of_rows(expected[1:])
    found.write(str(tmp_path / "results"))
    assert session.read.parquet(str(tmp_path / "results" / "determinations")).count() == len(expected)


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
def test_a_record_that_is_not_understood_stops_the_run(
    change: Row, said: str, session: Session, tmp_path: Path
) -> None:
    some = rows()[:10]
    with pytest.raises(UnknownRecordsError, match=said):
        judge_parquet(session, prepare(rulelang.load(NAME).rules), written([*some, {**some[0], **change}], tmp_path))
