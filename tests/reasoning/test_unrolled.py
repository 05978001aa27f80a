"""Ways out of rules that look at other entities: they are applied to a whole family, and trying finds none smaller."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from itertools import combinations, compress, product
from pathlib import Path
from typing import Final

import pytest
from attrs import evolve, frozen

from rulelang.core.record import LeaRecord, Reading, YearFacts
from rulelang.core.truth import CANNOT_TELL
from rulelang.data.records import records_from_rows
from rulelang.engine.evaluate import evaluate_all
from rulelang.engine.steps import Prepared, prepare
from rulelang.reasoning.answers import value_of
from rulelang.reasoning.trials import Change, LevelChange
from rulelang.reasoning.ways import FIXED, MISSING_DATA, WayOut, ways_out
from tests.entities.small_state import WORDS, entity, rules_in
from tests.reasoning.test_circuit import seeded
from tests.strategies.effort import EFFORT

FAMILIES: Final = 4 * EFFORT
"""How many made-up families each ruleset is tried on."""

SCHOOLS: Final = """\
for schools
  measure graduation rate = graduates ÷ graduating class, as a percent
  C: any student group is Red on both ELA and Math → CSI
  G: graduation rate is below 67 → CSI
  otherwise → None
"""
DISTRICTS: Final = """\
for school districts
  D: any school of the district meets CSI → Assistance
  otherwise → No Assistance
"""
RULES: Final = {
    "any": SCHOOLS + DISTRICTS,
    "two": SCHOOLS + DISTRICTS.replace("any school of the district meets", "2 or more schools meet"),
    "every": SCHOOLS + DISTRICTS.replace("any school", "every school"),
    "number": SCHOOLS
    + DISTRICTS.replace("any school of the district meets CSI", "number of schools in CSI is below 2"),
    "share": SCHOOLS
    + DISTRICTS.replace(
        "any school of the district meets CSI", "share of schools where graduation rate is below 70 is 1/2 or more"
    ),
    "county": SCHOOLS + DISTRICTS + "for counties\n  K: 2 or more school districts meet Assistance → Support\n"
    "  otherwise → No Assistance\n",
    "county of schools": SCHOOLS + "for counties\n  K: 2 or more schools meet CSI → Support\n"
    "  otherwise → No Assistance\n",
    "own and others'": SCHOOLS
    + DISTRICTS.replace("meets CSI", "meets CSI and any student group is Red on ELA and enrollment is above 100"),
    "owner": "for school districts\n  D: enrollment is above 500 → Assistance\n  otherwise → No Assistance\n"
    "for schools\n  C: the school district meets Assistance and any student group is Red on ELA → CSI\n"
    "  otherwise → None\n",
    **{
        f"{how} of": f"for counties\n  K: {how} of enrollment over school districts is above {limit} → Support\n"
        "  otherwise → No Assistance\n"
        for how, limit in (("sum", 1000), ("average", 400), ("highest", 600), ("lowest", 300))
    },
    "sum of some": SCHOOLS + DISTRICTS + "for counties\n  K: sum of enrollment over school districts in Assistance is"
    " above 300 → Support\n  otherwise → No Assistance\n",
}
"""Rules that look at other entities, by what they ask of them."""


OUTCOMES: Final = {"school": "CSI", "school district": "Assistance", "county": "Support"}


def prepared_of(folder: Path, text: str) -> Prepared:
    rules, codes = rules_in(folder, text, words=f"{WORDS}  | Support | determination |\n")
    assert codes == []
    assert rules is not None
    return prepare(rules)


def family(prepared: Prepared, draw: random.Random) -> Sequence[LeaRecord]:
    """Return a county with districts and schools that are made up, of which some things are missing from the data."""
    rows = [entity("county", "C1", base_grant=5)]
    colors = ("Red", "Orange", "Yellow", "Green")
    for district in range(draw.randint(1, 2)):
        code = f"D{district}"
        rows.append(entity("school district", code, "C1", enrollment=some(draw, 80, 101, 250, 500, 501, 800)))
        rows += levels(draw, code, "school district", "C1", colors)
        for school in range(draw.randint(0, 2)):
            one = f"S{district}{school}"
            counts = {"graduates": some(draw, 60, 66, 67, 69, 75), "graduating_class": some(draw, 100, 100, 99)}
            rows.append(entity("school", one, code, **counts))
            rows += levels(draw, one, "school", code, colors)
    data = records_from_rows(prepared.ruleset.vocabulary, [{"year": 2023, **row} for row in rows])
    assert [one.message for one in data.diagnostics] == []
    return data.records


def some(draw: random.Random, *numbers: int) -> int | str:
    return "" if draw.random() < MISSING else draw.choice(numbers)


MISSING: Final = 0.08


def levels(draw: random.Random, code: str, kind: str, owner: str, colors: Sequence[str]) -> Iterator[dict[str, object]]:
    for group, indicator in product(("EL", "WH"), ("ELA", "Math")):
        level = "not rated" if draw.random() < 0.2 else draw.choice(colors)
        if draw.random() > MISSING:
            yield {**entity(kind, code, owner), "student_group": group, "indicator": indicator, "level": level}


Moved = tuple[str, str | None, tuple[str, str], str | Fraction]
"""A trial change: the code of an entity, a student group, a field, and what it becomes."""

NUMBERS: Final = {
    "enrollment": (0, 50, 100, 101, 300, 301, 400, 401, 500, 501, 600, 601, 900, 1000, 1001, 2000),
    "graduates": (0, 60, 66, 67, 68, 69, 70, 75, 76, 100),
}
"""Numbers on both sides of every limit of the rules."""


def changes_of(records: Sequence[LeaRecord]) -> Iterator[Moved]:
    """Yield what could become of each level, and of each number, that a family has."""
    for record in records:
        facts = record.years.get(2023, YearFacts())
        every = [(None, facts.lea), *facts.groups.items()]
        cells = [(group, key, one) for group, of in every for key, one in of.items()]
        for group, key, reading in cells:
            if isinstance(reading.level, str) and key[1] == "color":
                others = [one for one in ("Red", "Orange", "Yellow", "Green") if one != reading.level]
                yield from ((record.code, group, key, one) for one in others)
            elif isinstance(reading.level, Fraction):
                whole = facts.lea.get(("", "graduating class"))
                most = whole.level if key[1] == "graduates" and whole is not None else None
                tried = map(Fraction, NUMBERS.get(key[1], ()))
                fits = (one for one in tried if not isinstance(most, Fraction) or one <= most)
                yield from ((record.code, group, key, one) for one in fits if one != reading.level)


def applied(record: LeaRecord, way: Iterable[Moved]) -> Mapping[int, YearFacts]:
    """Return the facts of a record after a way."""
    own = [change for change in way if change[0] == record.code]
    if not own:
        return record.years
    facts = record.years.get(2023, YearFacts())
    lea, groups = dict(facts.lea), {name: dict(of) for name, of in facts.groups.items()}
    for _, group, key, level in own:
        (lea if group is None else groups[group])[key] = Reading(level)
    return {**record.years, 2023: evolve(facts, lea=lea, groups=groups)}


@frozen(slots=False)
class Tried:
    """A family, and what becomes of all its entities after changes, by the evaluator on copies of it."""

    prepared: Prepared
    records: Sequence[LeaRecord]

    def results(self, ways: Sequence[Sequence[Moved]]) -> dict[str, list[str]]:
        """Return the determinations of each entity after each of some ways."""
        copies = [
            LeaRecord(
                f"{at}:{one.code}", "", "", one.kind, applied(one, way), one.belongs_to and f"{at}:{one.belongs_to}"
            )
            for at, way in enumerate(ways)
            for one in self.records
        ]
        every = [value_of(self.prepared, one, "determination") for one in evaluate_all(self.prepared, copies)]
        return {record.code: every[at :: len(self.records)] for at, record in enumerate(self.records)}

    @cached_property
    def of_one(self) -> tuple[Sequence[Sequence[Moved]], dict[str, list[str]]]:
        """Every change of one cell, and its results."""
        ways = [[one] for one in changes_of(self.records)]
        return ways, self.results(ways)

    @cached_property
    def of_two(self) -> tuple[Sequence[Sequence[Moved]], dict[str, list[str]]]:
        """Every change of two cells, and its results."""
        ways = [[*one, *other] for one, other in combinations(self.of_one[0], 2) if one[0][:3] != other[0][:3]]
        return ways, self.results(ways)


def as_moved(code: str, way: Iterable[Change]) -> list[Moved]:
    return [(one.code or code, one.group, (one.indicator, one.scale), one.after) for one in way]


def flipping(values: Iterable[str], outcome: str, *, ends: bool) -> list[bool]:
    return [value != CANNOT_TELL and (value != outcome) is ends for value in values]


QUICK: Final = ("owner", "lowest of")


@pytest.mark.parametrize(
    "text",
    [pytest.param(text, id=name, marks=[] if name in QUICK else pytest.mark.slow) for name, text in RULES.items()],
)
def test_no_changes_of_a_family_are_smaller(text: str, tmp_path: Path) -> None:
    prepared, draw = prepared_of(tmp_path, text), seeded(len(text))
    seen = set()
    for _ in range(FAMILIES):
        tried = Tried(prepared, family(prepared, draw))
        for outcome in OUTCOMES.values():
            for found in ways_out(prepared, tried.records, outcome, 500) if f"→ {outcome}\n" in text else ():
                seen.add(assert_smallest(tried, found))
    assert {1, 2} & seen
    assert seen & {FIXED, MISSING_DATA}


def assert_smallest(tried: Tried, found: WayOut) -> int | str | None:
    """Return how many cells a way takes, or why there is none, after trying all changes of one cell and of two."""
    code, outcome = found.record.code, found.outcome
    now, *after = tried.results([[], *(as_moved(code, way) for way in found.ways)])[code]
    assert (found.value, found.ends) == (now, now == outcome)
    if now == CANNOT_TELL:
        assert found.obstacle == MISSING_DATA
        return found.obstacle
    assert all(flipping(after, outcome, ends=found.ends))
    for size in (1, 2):
        ways, values = tried.of_one if size == 1 else tried.of_two
        fits = flipping(values[code], outcome, ends=found.ends)
        if any(fits):
            assert found.distance == size or (found.is_partial and size > 1)
            if not found.is_partial and all(isinstance(one, LevelChange) for way in found.ways for one in way):
                fitting = {frozenset(way) for way in compress(ways, fits)}
                assert {frozenset(as_moved(code, way)) for way in found.ways} <= fitting
            return size
        assert found.distance != size
    return found.distance or found.obstacle
