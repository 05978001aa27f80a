"""Records whose readings are in cells: they are records like others, and evaluating them makes no reading."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Iterator
from pathlib import Path

import pytest
from attrs import evolve

import rulelang
from rulelang.analysis.statewide import tables_from
from rulelang.analysis.summary import Summing
from rulelang.core.cells import OfCells
from rulelang.core.record import LeaRecord
from rulelang.data.report import DataSet
from rulelang.data.sample import write_sample
from rulelang.engine.result_plan import plan_of
from rulelang.engine.steps import prepare

YEAR = 2023


@pytest.fixture(scope="module")
def ruleset() -> rulelang.LoadedRuleset:
    return rulelang.load(f"assistance/{YEAR}")


@pytest.fixture
def data(ruleset: rulelang.LoadedRuleset, tmp_path: Path) -> DataSet:
    write_sample(ruleset.rules.vocabulary, tmp_path, YEAR, 70)
    return ruleset.read([tmp_path])


def in_full(record: LeaRecord) -> LeaRecord:
    """Return a record with the readings themselves."""
    years = {
        year: evolve(facts, groups={name: dict(of) for name, of in facts.groups.items()}, lea=dict(facts.lea))
        for year, facts in record.years.items()
    }
    return evolve(record, years=years)


def cells_of(data: DataSet) -> Iterator[OfCells[object, object]]:
    for record in data.records:
        for facts in record.years.values():
            yield from (one for one in (facts.groups, facts.lea) if isinstance(one, OfCells))


def test_evaluating_and_counting_makes_no_reading(ruleset: rulelang.LoadedRuleset, data: DataSet) -> None:
    prepared = prepare(ruleset.rules)
    tables_from(prepared, data.records, summing=Summing(plan_of(prepared)))
    assert len(list(cells_of(data))) >= 2 * len(data.records)
    assert all(one._made is None for one in cells_of(data))


@pytest.mark.parametrize("full", ["all", "some", "those after some"])
def test_results_are_the_same_as_of_readings(ruleset: rulelang.LoadedRuleset, data: DataSet, full: str) -> None:
    prepared = prepare(ruleset.rules)
    found = tables_from(prepared, data.records)
    chosen = {"all": slice(None), "some": slice(0, None, 3), "those after some": slice(20, None)}[full]
    records = list(data.records)
    records[chosen] = map(in_full, records[chosen])
    assert tables_from(prepared, records) == found
    assert tables_from(prepared, records[:1]) == tables_from(prepared, data.records[:1])


def test_they_are_equal_to_readings_and_copied_as_such(data: DataSet) -> None:
    record = next(record for record in data.records if record.years[YEAR].groups)
    full = in_full(record)
    assert record == full
    assert full == record
    assert repr(record.years) == repr(full.years)
    for again in (copy.deepcopy(record), pickle.loads(pickle.dumps(record))):  # noqa: S301 - our own
        assert again == record
        assert type(again.years[YEAR].groups) is dict
    assert len(pickle.dumps(record)) < 2 * len(pickle.dumps(full))


def test_what_is_not_there_is_not_found(data: DataSet) -> None:
    facts = data.records[0].years[YEAR]
    assert facts.groups.get("Nobody") is None
    assert facts.reading("Nobody", ("ELA", "color")) in (None, facts.reading(None, ("ELA", "color")))
