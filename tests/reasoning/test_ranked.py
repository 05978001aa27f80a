"""Ways out of rules that rank entities or make numbers of student groups: applied, and none smaller by trying."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import compress
from pathlib import Path
from typing import Final

import pytest

from rulelang.core.truth import CANNOT_TELL
from rulelang.reasoning.ways import FIXED, MISSING_DATA, WayOut, ways_out
from tests.reasoning.test_circuit import seeded
from tests.reasoning.test_unrolled import FAMILIES, Moved, Tried, as_moved, family, flipping, prepared_of

SCHOOLS: Final = "for schools\n  {}\n  C: {} → CSI\n  otherwise → None\n"
RULES: Final = {
    "lowest": "graduates is in the lowest 40 percent of schools of the county",
    "highest": "graduates is in the highest 30 percent of schools of the county",
    "of some": "graduates is in the lowest 60 percent of schools of the county where any student group is Red on ELA",
    "and a level": "graduates is in the lowest 40 percent of schools of the county and any student group is Red on ELA",
    "number of groups": "number of student groups where Red on ELA is 1 or more",
    "share of groups": "share of student groups where (Red on ELA or Red on Math) is above 1/2",
}


@pytest.mark.parametrize(
    "asked",
    [pytest.param(text, id=name, marks=pytest.mark.slow if name != "lowest" else ()) for name, text in RULES.items()],
)
def test_no_changes_of_an_entity_are_smaller(asked: str, tmp_path: Path) -> None:
    prepared, draw = prepared_of(tmp_path, SCHOOLS.format("", asked)), seeded(len(asked))
    seen = set()
    for _ in range(FAMILIES * 2):
        tried = Tried(prepared, family(prepared, draw))
        seen |= {assert_smallest(tried, found) for found in ways_out(prepared, tried.records, "CSI", 500)}
    assert {1, 2} & seen
    assert seen & {FIXED, MISSING_DATA}


def assert_smallest(tried: Tried, found: WayOut) -> int | str | None:
    """Return how many cells a way takes, or why there is none, after trying all own changes of one cell and of two."""
    code = found.record.code
    now, *after = tried.results([[], *(as_moved(code, way) for way in found.ways)])[code]
    assert (found.value, found.ends) == (now, now == found.outcome)
    if now == CANNOT_TELL:
        assert found.obstacle == MISSING_DATA
        return found.obstacle
    assert all(flipping(after, found.outcome, ends=found.ends))
    for size, (ways, values) in enumerate((tried.of_one, tried.of_two), start=1):
        if any(own_changes(code, compress_of(ways, values[code], found))):
            assert found.distance == size or (found.is_partial and size > 1)
            return size
        assert found.distance != size
    return found.distance or found.obstacle


def compress_of(ways: Sequence[Sequence[Moved]], values: Sequence[str], found: WayOut) -> list[Sequence[Moved]]:
    return list(compress(ways, flipping(values, found.outcome, ends=found.ends)))


def own_changes(code: str, ways: Sequence[Sequence[Moved]]) -> list[bool]:
    return [all(change[0] == code for change in way) for way in ways]
