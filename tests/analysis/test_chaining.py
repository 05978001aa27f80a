"""Levels worked out from the counts take the place of those that stand in the files, and change no determination."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest

import rulelang
from rulelang.analysis.chaining import Chained, leas_with_levels, levels_read
from rulelang.analysis.gather import Request, Sources, gather
from rulelang.core.ruleset import Ruleset
from rulelang.data.report import DataSet
from rulelang.engine.determination import Determination, determine_all
from rulelang.engine.steps import prepare

DATA = Path(__file__).parents[2].parent / "shared" / "data"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not DATA.is_dir(), reason="the published files are not beside the checkout"),
]


@pytest.fixture(scope="module", params=[(2018, (2017, 2018)), (2023, (2023,))], ids=lambda one: str(one[0]))
def chain(request: pytest.FixtureRequest) -> tuple[Ruleset, DataSet, Chained]:
    """The rules of a year, the data as published, and the same with every level worked out."""
    year, years = request.param
    rules = rulelang.load(f"assistance/{year}").rules
    sources = Sources(tuple(DATA / str(one) for one in years))
    data = gather(rules, sources).data
    return rules, data, leas_with_levels(rules, Request(sources, recompute=True))


def determined(rules: Ruleset, data: DataSet, chained: Chained) -> Iterator[tuple[Determination, Determination]]:
    prepared = prepare(rules)
    yield from zip(determine_all(prepared, data.records), determine_all(prepared, chained.records), strict=True)


def test_the_determinations_are_those_of_the_published_levels(chain: tuple[Ruleset, DataSet, Chained]) -> None:
    rules, data, chained = chain
    assert rules.year in chained.years
    pairs = list(determined(rules, data, chained))
    assert len(pairs) > 1000
    for published, computed in pairs:
        assert computed.outcome == published.outcome, published.record.code
        assert computed.methods == published.methods
        assert [one.priorities for one in computed.groups] == [one.priorities for one in published.groups]


def test_every_level_that_is_worked_out_says_so(chain: tuple[Ruleset, DataSet, Chained]) -> None:
    rules, _, chained = chain
    keys = set(chained.years[rules.year].keys)
    assert keys <= levels_read(rules)[rules.year]
    readings = [
        reading
        for record in chained.records
        if rules.year in record.years and record.code in chained.years[rules.year].records
        for of_group in record.years[rules.year].groups.values()
        for key, reading in of_group.items()
        if key in keys
    ]
    assert readings
    assert {one.origin for one in readings} == {f"worked out by dashboard/{rules.year}"}


def test_a_level_leads_back_to_its_counts(chain: tuple[Ruleset, DataSet, Chained]) -> None:
    rules, _, chained = chain
    result = chained.result("27661420000000", rules.year, "Suspension Rate", "White")
    assert result is not None
    assert isinstance(result.numbers["Status"], Fraction)
    assert chained.result("27661420000000", 1999, "Suspension Rate", "White") is None
    assert chained.result("00000000000000", rules.year, "Suspension Rate", "White") is None
    assert chained.result("27661420000000", rules.year, "Basics", "White") is None


def test_without_being_asked_published_levels_stay(chain: tuple[Ruleset, DataSet, Chained]) -> None:
    rules, data, _ = chain
    again = leas_with_levels(rules, Request(Sources(tuple({one.path.parent for one in data.report.files}))))
    assert again.records == data.records
    assert again.years == {}
