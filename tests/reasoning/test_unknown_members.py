"""An entity alone has the value that it has among the others, also where some of their values are unknown."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pytest

from rulelang.core.record import LeaRecord
from rulelang.core.truth import CANNOT_TELL
from rulelang.data.records import records_from_rows
from rulelang.engine.evaluate import evaluate_all
from rulelang.engine.steps import Prepared
from rulelang.reasoning.answers import value_of
from rulelang.reasoning.unrolled import alone
from tests.entities.small_state import entity
from tests.reasoning.test_circuit import seeded
from tests.reasoning.test_unrolled import levels, prepared_of
from tests.strategies.effort import EFFORT

STATES: Final = 60 * EFFORT
SCHOOLS: Final = "for schools\n  C: {} → CSI\n  otherwise → None\n"
RANK: Final = SCHOOLS.format("graduates is in the {}")
BELOW_BOUND: Final = SCHOOLS.format("graduates is below bound of the county") + "for counties\n"
OF_COUNTY: Final = "for counties\n  K: {} → Support\n  otherwise → No Assistance\n"
MEANT: Final = " where any student group is Red on ELA"
RULES: Final = {
    "lowest": (RANK.format("lowest 40 percent of schools of the county"), "schools"),
    "highest of some": (RANK.format(f"highest 30 percent of schools of the county{MEANT}"), "schools"),
    "bound of all": (f"{BELOW_BOUND}  measure bound = 40th percentile of graduates over schools{MEANT}\n", "schools"),
    **{
        f"{what} {how}": (OF_COUNTY.format(f"{what} of graduates over schools{MEANT} is {how} 66"), "counties")
        for what in ("highest", "lowest")
        for how in ("above", "at most")
    },
    **{
        f"number {how}": (OF_COUNTY.format(f"number of schools{MEANT} is {how} 2"), "counties")
        for how in ("above", "below")
    },
    **{
        f"share {how} of {met}": (SCHOOLS.format(f"share of student groups where {met} is {how} 1/2"), "schools")
        for how in ("above", "at least", "at most", "below")
        for met in ("(Red on ELA or Red on Math)", "(not (Red on ELA))")
    },
}
"""Rules that make a number of several or rank them, and the kind that they determine."""


def state(prepared: Prepared, draw: random.Random) -> Sequence[LeaRecord]:
    """Return a county with schools, many of whose numbers and levels are missing from the data."""
    rows = [entity("county", "C1"), entity("school district", "D1", "C1")]
    for school in range(draw.randint(1, 4)):
        code = f"S{school}"
        rows.append(entity("school", code, "D1", graduates=draw.choice([60, 66, 67, 75, "", "not rated"])))
        rows += list(levels(draw, code, "school", "D1", ("Red", "Green", "unknown")))
    return records_from_rows(prepared.ruleset.vocabulary, [{"year": 2023, **row} for row in rows]).records


@pytest.mark.parametrize("name", RULES)
def test_an_entity_alone_has_the_same_value(name: str, tmp_path: Path) -> None:
    text, kind = RULES[name]
    prepared, draw = prepared_of(tmp_path, text), seeded(len(text))
    seen = set()
    for _ in range(STATES):
        for one in alone(prepared, state(prepared, draw), "determination"):
            if prepared.ruleset.vocabulary.kind(one.record.kind).plural == kind:
                [view] = evaluate_all(one.prepared, [one.record])
                found = value_of(one.prepared, view, "determination")
                assert found == value_of(prepared, one.evaluation, "determination")
                seen.add(found)
    assert CANNOT_TELL in seen
    assert len(seen) == 3
