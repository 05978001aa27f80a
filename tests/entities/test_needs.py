"""What would settle an answer that rests on facts of other entities: it is named with what it is a fact of."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from fractions import Fraction
from itertools import compress, product
from pathlib import Path
from typing import Final

import pytest

import rulelang
from rulelang.analysis.gather import Sources, gather
from rulelang.analysis.statewide import determine_records, record_in
from rulelang.core.aggregates import Aggregate, Ranked, Values
from rulelang.core.ruleset import DETERMINATION
from rulelang.engine.determination import missing_facts
from rulelang.engine.missing import MissingFact
from tests.entities.small_state import WORDS, Judged, entity, judged
from tests.reasoning.test_circuit import seeded

RULES: Final = """\
for school districts
  D: any school of the district where graduates is below 50 → Assistance
  E: any school where (any student group is Red on ELA) → Assistance
  otherwise → No Assistance

for schools
  S: graduates is below 100 and enrollment of the school district is 5000 or more → CSI
  otherwise → None
"""


def needed(found: Judged, code: str) -> list[tuple[str, str | None]]:
    """Return what is missing for the determination of an entity: what it is, and the student group."""
    facts = missing_facts(found.by_code[code], DETERMINATION)
    return [(f"{one.indicator} {one.what}".strip(), one.group) for one in facts]


def test_a_fact_of_what_an_entity_belongs_to_is_needed_by_those_for_which_it_decides(tmp_path: Path) -> None:
    rows = [
        entity("school district", "D1"),
        entity("school", "S1", "D1", graduates=60),
        entity("school", "S2", "D1", graduates=100),
        entity("school district", "D2", enrollment=7000),
        entity("school", "S3", "D2", graduates=60),
        entity("school", "S4", "D2"),
    ]
    found = judged(
        tmp_path, RULES.replace("  E: any school where (any student group is Red on ELA) → Assistance\n", ""), rows
    )
    assert {code: needed(found, code) for code in ("S1", "S2", "S3", "S4", "D1", "D2")} == {
        "S1": [("enrollment of the school district", None)],
        "S2": [],
        "S3": [],
        "S4": [("graduates", None)],
        "D1": [],
        "D2": [("graduates of S4", None)],
    }
    assert missing_facts(found.by_code["S1"], DETERMINATION) == (
        MissingFact(2023, None, "", "enrollment", "the school district"),
    )


def test_a_level_of_a_student_group_of_the_schools_is_needed_for_the_group(tmp_path: Path) -> None:
    def level(code: str, group: str, level: str) -> dict[str, object]:
        return {**entity("school", code, "D1"), "indicator": "ELA", "student_group": group, "level": level}

    rows = [
        entity("school district", "D1"),
        *(entity("school", code, "D1", graduates=100) for code in ("S1", "S2")),
        *(
            level("S1", "EL", "Green"),
            level("S1", "WH", "Green"),
            level("S2", "EL", "unknown"),
            level("S2", "WH", "Green"),
        ),
    ]
    found = judged(tmp_path, RULES, rows)
    assert needed(found, "D1") == [("ELA color of S2", "English Learners")]


STATE_RULES: Final = """ruleset Test 2023
for schools
  S: enrollment of the school district is 5000 or more → CSI
  otherwise → None
"""


HEADER: Final = "lea_code,kind,year,belongs_to,enrollment\n"


def test_entities_that_belong_to_nothing_of_what_rules_ask_about_are_warned_of(tmp_path: Path) -> None:
    (tmp_path / "vocabulary.rules").write_text(WORDS, encoding="utf-8")
    (tmp_path / "2023.rules").write_text(STATE_RULES, encoding="utf-8")
    ruleset = rulelang.load(tmp_path / "2023.rules").rules

    def warned(rows: str) -> list[str]:
        (tmp_path / "rows.csv").write_text(f"{HEADER}{rows}", encoding="utf-8")
        path, given = tmp_path / "rows.csv", list(csv.DictReader(f"{HEADER}{rows}".splitlines()))
        doors = (
            gather(ruleset, Sources(records=path)).data,
            determine_records(ruleset, path).data,
            record_in(ruleset, path, given[0]["lea_code"]),
            rulelang.load(tmp_path / "2023.rules").records(given),
        )
        every = [[one.message for one in data.diagnostics if one.code == "belongs-to-none"] for data in doors]
        assert all(one == every[0] for one in every)
        return every[0]

    assert warned("A,school district,2023,,7000\nS1,school,2023,A,\nA2,school,2023,,\n") == []
    assert warned("A,county,2023,,\nS1,school,2023,A,\n") == [
        "1 school belongs to no school district in the data, so what the rules ask about it is unknown"
    ]
    assert warned("S1,school,2023,X,\nS2,school,2023,,\n")[0].startswith("2 schools belong to no school district")


COUNTY_RULES: Final = """ruleset Test 2023
for school districts
  D: base grant of the county is $5,000 or more → CSI
  otherwise → None
"""


def test_nobody_is_warned_of_what_no_rule_asks_them_for(tmp_path: Path) -> None:
    """Rules about districts ask for the county; a school that belongs to none has nothing to do with them."""
    (tmp_path / "vocabulary.rules").write_text(WORDS, encoding="utf-8")
    (tmp_path / "2023.rules").write_text(COUNTY_RULES, encoding="utf-8")
    rows = "C,county,2023,\nA,school district,2023,C\nB,school district,2023,\nS1,school,2023,\nS2,school,2023,\n"
    (tmp_path / "rows.csv").write_text(f"lea_code,kind,year,belongs_to\n{rows}", encoding="utf-8")
    found = gather(rulelang.load(tmp_path / "2023.rules").rules, Sources(records=tmp_path / "rows.csv"))
    [one] = [one.message for one in found.data.diagnostics if one.code == "belongs-to-none"]
    assert one.startswith("1 school district belongs to no county")


RANKED: Final = """\
for schools
  S: graduates is in the {end} {percent} percent of schools of the county where graduating class is 40 or more → CSI
  otherwise → None
"""


@pytest.mark.parametrize(
    "end, percent, last, asked",
    [
        ("lowest", 20, 90, ["graduates"]),
        ("lowest", 20, 10, ["graduates", "graduating class of S5"]),
        ("highest", 20, 5, ["graduates"]),
        ("highest", 20, 90, ["graduates", "graduating class of S5"]),
        ("lowest", 50, 90, ["graduates", "graduating class of S5"]),
    ],
)
def test_who_cannot_be_at_the_place_of_a_rank_is_not_asked_about(
    end: str, percent: int, last: int, asked: list[str], tmp_path: Path
) -> None:
    """It is unknown whether the last school is ranked: that matters only where its number, or one more, can."""
    rows = [entity("county", "C"), entity("school district", "D", "C")]
    rows += [entity("school", "S1", "D", **{"graduating class": 100})]
    rows += [
        entity("school", f"S{at}", "D", graduates=number, **{"graduating class": 100})
        for at, number in ((2, 20), (3, 30), (4, 40))
    ]
    rows += [entity("school", "S5", "D", graduates=last)]
    found = judged(tmp_path, RANKED.format(end=end, percent=percent), rows)
    assert [what for what, _ in needed(found, "S1")] == asked


def made(how: Aggregate | Ranked, values: Sequence[Fraction]) -> object:
    return Values(values).made(how)


@pytest.mark.parametrize(
    "how",
    [Aggregate.LOWEST, Aggregate.HIGHEST, *(Ranked(Fraction(p), h) for p in (20, 50, 100) for h in (True, False))],
)
def test_what_is_ignored_changes_nothing_however_the_unknown_turns_out(how: Aggregate | Ranked) -> None:
    draw = seeded(5)
    ignored = 0
    for _ in range(300):
        sure, possible = ([Fraction(draw.randrange(8)) for _ in range(draw.randrange(most))] for most in (5, 4))
        unknown = draw.randrange(3)
        leaves = Values(sure, possible, unknown).ignored(how)
        for at, value in enumerate(possible):
            if not leaves.holds(value):
                continue
            ignored += 1
            others = possible[:at] + possible[at + 1 :]
            for among in product((False, True), repeat=len(others)):
                for rest in product((None, *map(Fraction, range(-1, 9, 2))), repeat=unknown):
                    known = [*sure, *compress(others, among), *(one for one in rest if one is not None)]
                    assert made(how, known) == made(how, [*known, value])
    assert ignored
