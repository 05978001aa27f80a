"""What is shown of entities that are no LEAs with student groups: explanations and their data."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from rulelang.analysis.comparison import moves_on_same_data
from rulelang.analysis.comparison_tables import clauses_text
from rulelang.engine.determination import Determination, determination_of
from rulelang.engine.explain import explain
from rulelang.engine.explain_levels import explain_levels
from rulelang.engine.explanation import explanation
from rulelang.engine.origins import origin_of
from tests.entities.small_state import WORDS, entity, judged, rules_in
from tests.entities.test_scholarship import WORDS_BELONGING

FALLING_BACK: Final = """\
for schools
  A: graduates is below 50 → CSI
  B: graduating class is 10 or more → Assistance
  C: graduating class is 5 or more → No Assistance
  otherwise → None
"""


@pytest.mark.parametrize(
    "graduates, in_class, shown, might_give",
    [
        (None, 100, ["A", "B"], ["A", "B"]),
        (None, 7, ["A", "B", "C"], ["A", "C"]),
        (None, None, ["A", "B", "C", None], ["A", "B", "C", None]),
        (60, 100, ["A", "B"], ["B"]),
        (60, None, ["A", "B", "C", None], ["B", "C", None]),
    ],
)
def test_what_holds_below_a_rule_that_cannot_be_told_is_shown(
    tmp_path: Path, graduates: int | None, in_class: int | None, shown: list[str | None], might_give: list[str | None]
) -> None:
    facts = {"graduates": graduates, "graduating_class": in_class}
    row = {**entity("school", "S1"), **{name: value for name, value in facts.items() if value is not None}}
    found = determination_of(judged(tmp_path, FALLING_BACK, [row]).by_code["S1"])
    assert [rule.label for rule in explanation(found).rules] == shown
    drawn = explain(found)
    drawn_labels = [label for label in "ABC" if f"  {label}, " in drawn]
    assert drawn_labels == [label for label in shown if label is not None]
    labels = [step.text.partition(":")[0] for step in origin_of(found).steps]
    assert labels == [label or "otherwise → None" for label in might_give]


@pytest.mark.parametrize("words, kind", [(WORDS, "school"), (WORDS_BELONGING, "household")])
def test_what_is_missing_is_of_student_groups_only_if_there_are_any(tmp_path: Path, words: str, kind: str) -> None:
    rules = "for schools\n  A: graduates is below 50 → CSI\n  otherwise → None\n"
    if kind == "household":
        rules = "for households\n  A: income is below $50 → Scholarship\n  otherwise → Refused\n"
    code = "household_code" if kind == "household" else "lea_code"
    row: dict[str, object] = {"kind": kind, code: "S1", "program": "Law"}
    found = determination_of(judged(tmp_path, rules, [row], words).by_code["S1"])
    drawn = explain(found)
    assert f"  {found.settle[0].scale} in {found.year}\n" in drawn
    assert "student group" not in drawn


def test_what_every_student_group_misses_is_said_at_once(tmp_path: Path) -> None:
    rules = "for schools\n  A: any student group is Red on ELA → CSI\n  otherwise → None\n"
    found = determination_of(judged(tmp_path, rules, [entity("school", "S1", program="Law")]).by_code["S1"])
    assert "ELA color of every student group in 2023" in explain(found)


LOOKED_UP: Final = """\
for households
  measure income a head = income ÷ people at home
  table award
    | program   | income a head    | award  |
    | "law"     | below $10,000    | $1,000 |
    | "law"     | $10,000 or more  | $2,500 |
    | any other | any              | $5     |
"""


@pytest.mark.parametrize(
    "facts, said",
    [
        ({"program": "Law", "income": 40_000}, ["program law, income a head $10,000 → $2,500"]),
        ({"program": "Law", "income": 39_000}, ["program law, income a head $9,750 → $1,000"]),
        ({"program": "Art", "income": 39_000}, ["program art, income a head $9,750 → $5"]),
        (
            {"program": "Law", "income": "unknown"},
            ["program law, income a head cannot tell → cannot tell", "cannot tell: not in the data: income"],
        ),
        (
            {"program": "Law", "income": "not rated"},
            ["program law, income a head not rated → not rated", "not rated: income: not rated in the records"],
        ),
    ],
)
def test_what_a_table_looks_up_stands_below_it_once(tmp_path: Path, facts: dict[str, object], said: list[str]) -> None:
    row: dict[str, object] = {"household_code": "H1", "kind": "household", "people_at_home": 4, **facts}
    drawn = explain_levels(judged(tmp_path, LOOKED_UP, [row], WORDS_BELONGING).by_code["H1"])
    head, _, below = drawn.partition("  table award\n")
    assert [line.strip() for line in below.splitlines()[1:]] == said
    assert "program" not in head
    assert head.count("measure income a head = income ÷ people at home") == 1


BY_CLASS: Final = """\
for schools
  A: graduating class is above LIMIT and graduates is below 50 → CSI
  B: graduating class is 10 or more → Assistance
  otherwise → None
"""


@pytest.mark.parametrize(
    "limits, graduates, said",
    [
        ((500, 50), None, "cannot tell A"),
        ((50, 500), None, "now B"),
        ((500, 50), 40, "now A"),
        ((50, 500), 40, "no longer A"),
    ],
)
def test_a_rule_that_still_holds_is_not_said_to_hold_no_longer(
    tmp_path: Path, limits: tuple[int, int], graduates: int | None, said: str
) -> None:
    facts = {"graduating_class": 100, **({} if graduates is None else {"graduates": graduates})}
    row = {**entity("school", "S1"), **facts}

    def determined(limit: int) -> Determination:
        return determination_of(judged(tmp_path, BY_CLASS.replace("LIMIT", str(limit)), [row]).by_code["S1"])

    [move] = moves_on_same_data([(determined(limits[0]), determined(limits[1]))])
    assert clauses_text(move.clauses) == said


MADE_OF_SEVERAL: Final = """\
for school districts
  measure best = highest of graduates over schools
  measure all graduates = sum of graduates over schools
  measure big = number of schools where graduates is above 50
  measure chosen = all graduates if any school where graduates is above 50, otherwise 0
  D: best is above 60 → Assistance
  otherwise → No Assistance
"""

WITH_ONE_UNKNOWN: Final = """\
  measure best = highest of graduates over schools
   --> 2023:3
      highest of 70 (S1), 20 (S2), unknown (S3) = 70 or more
      70 or more: not in the data: graduates of S3

  measure all graduates = sum of graduates over schools
   --> 2023:4
      70 (S1) + 20 (S2) + unknown (S3) = cannot tell
      cannot tell: not in the data: graduates of S3

  measure big = number of schools where graduates is above 50
   --> 2023:5
      1 to 2 (of 3: S1; unknown: S3)
      1 to 2: not in the data: graduates of S3

  measure chosen = all graduates if any school where graduates is above 50,
    otherwise 0
   --> 2023:6
      any school where graduates is above 50: yes
      cannot tell: not in the data: graduates of S3"""

WITHOUT_SCHOOLS: Final = """\
  measure best = highest of graduates over schools
   --> 2023:3
      not rated: there are no schools to combine

  measure all graduates = sum of graduates over schools
   --> 2023:4
      0 (nothing to add up)

  measure big = number of schools where graduates is above 50
   --> 2023:5
      0 (of 0)

  measure chosen = all graduates if any school where graduates is above 50,
    otherwise 0
   --> 2023:6
      any school where graduates is above 50: no
      0"""


def test_numbers_made_of_several_are_shown_with_what_is_unknown(tmp_path: Path) -> None:
    schools = [entity("school", f"S{at}", "D1", graduates=number) for at, number in enumerate((70, 20, ""), 1)]
    schools[-1]["graduating_class"] = 9
    districts = [entity("school district", "D1", enrollment=5), entity("school district", "D2", enrollment=5)]
    found = judged(tmp_path, MADE_OF_SEVERAL, [*districts, *schools]).by_code
    for code, expected in (("D1", WITH_ONE_UNKNOWN), ("D2", WITHOUT_SCHOOLS)):
        _, _, shown = explain_levels(found[code], folders=False, beside=True).partition("──\n\n")
        assert shown.replace(f"{tmp_path.name}/", "") == expected
    assert "|    70 or more" in explain(determination_of(found["D1"]))


def test_a_condition_with_years_is_underlined_whole(tmp_path: Path) -> None:
    rules = (
        "for school districts\n  D: any school is CSI in each of the last 2 years → Assistance\n  otherwise → None\n"
    )
    schools = "for schools\n  S: graduates is below 50 → CSI\n  otherwise → None\n"
    rules_in(tmp_path, schools, 2022)
    rows = [entity("school district", "D1", enrollment=5), entity("school", "S1", "D1", graduates=5)]
    found = judged(tmp_path, f"{schools}{rules}", rows).by_code["D1"]
    assert f"|    {'^' * len('any school is CSI in each of the last 2 years')}\n" in explain(determination_of(found))
