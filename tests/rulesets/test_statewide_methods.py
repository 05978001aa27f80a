"""Methods 2 and 3 statewide: the local indicator files decide them as the state's lists say, or leave them open."""

from __future__ import annotations

from pathlib import Path

import pytest

import rulelang
from rulelang.data.published import read_published
from rulelang.engine.determination import Determination

Statewide = tuple[int, dict[str, Determination], dict[str, dict[str, bool | None]]]

DATA = Path(__file__).parents[3] / "shared" / "data"
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason="the published data are not at ../shared/data")

YEARS = {
    2018: ([DATA / "2018", DATA / "2017"], DATA / "2018" / "assistancestatus18.xlsx", 11, 2),
    2023: ([DATA / "2023"], DATA / "2023" / "assistancestatus23.xlsx", 19, 2),
}


@pytest.fixture(scope="module", params=sorted(YEARS))
def statewide(
    request: pytest.FixtureRequest,
) -> Statewide:
    """Return a year, our determinations and the list's methods, by LEA code, for the LEAs of the list."""
    folders, official, _, _ = YEARS[request.param]
    ruleset = rulelang.load(f"assistance/{request.param}")
    listed = {
        lea.code: dict(lea.methods) for lea in read_published(ruleset.rules.vocabulary, official, request.param).leas
    }
    records = [record for record in ruleset.read(folders).records if record.code in listed]
    ours = {determination.record.code: determination for determination in ruleset.evaluate(records)}
    return request.param, ours, listed


@needs_data
def test_method_2_is_the_list_s_for_every_lea(
    statewide: Statewide,
) -> None:
    year, ours, listed = statewide
    assert {code for code, one in ours.items() if one.methods["Method 2"] is True} == {
        code for code, methods in listed.items() if methods["Method 2"]
    }
    assert sum(one.methods["Method 2"] is True for one in ours.values()) == YEARS[year][2]
    assert all(one.methods["Method 2"] is not None for one in ours.values())


@needs_data
def test_method_3_is_never_told_wrong_and_told_wherever_local_ratings_decide_it(
    statewide: Statewide,
) -> None:
    """It also needs the state indicators, which are here for one county; elsewhere one local rating leaves it open."""
    year, ours, listed = statewide
    told = {code: one.methods["Method 3"] for code, one in ours.items()}
    assert all(listed[code]["Method 3"] is answer for code, answer in told.items() if answer is not None)
    flagged = {code for code, methods in listed.items() if methods["Method 3"]}
    assert len(flagged) == YEARS[year][3]
    open_cells = {code for code, answer in told.items() if answer is None}
    assert flagged <= open_cells
    met = {code: _local_priorities(ours[code]) for code in ours}
    assert all(met[code] == 1 for code in open_cells)


def _local_priorities(determination: Determination) -> int:
    return len(determination.groups[0].by_kind.get("local", ()))
