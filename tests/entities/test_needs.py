"""What would settle an answer that rests on facts of other entities: it is named with what it is a fact of."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Final

import rulelang
from rulelang.analysis.gather import Sources, gather
from rulelang.analysis.statewide import determine_records, record_in
from rulelang.core.ruleset import DETERMINATION
from rulelang.engine.determination import missing_facts
from rulelang.engine.missing import MissingFact
from tests.entities.small_state import WORDS, Judged, entity, judged

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
