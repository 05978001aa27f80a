"""What is shown of entities that are no LEAs with student groups: explanations and their data."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from rulelang.engine.determination import determination_of
from rulelang.engine.explain import explain
from rulelang.engine.explanation import explanation
from rulelang.engine.origins import origin_of
from tests.entities.small_state import WORDS, entity, judged
from tests.entities.test_scholarship import WORDS_BELONGING

FALLING_BACK: Final = """\
for schools
  A: graduates is below 50 → CSI
  B: graduating class is 10 or more → Assistance
  C: graduating class is 5 or more → No Assistance
  otherwise → None
"""


@pytest.mark.parametrize(
    ("graduates", "in_class", "shown", "might_give"),
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
    row = entity("school", "S1", **{name: value for name, value in facts.items() if value is not None})
    found = determination_of(judged(tmp_path, FALLING_BACK, [row]).by_code["S1"])
    assert [rule.label for rule in explanation(found).rules] == shown
    drawn = explain(found)
    drawn_labels = [label for label in "ABC" if f"  {label}, " in drawn]
    assert drawn_labels == [label for label in shown if label is not None]
    labels = [step.text.partition(":")[0] for step in origin_of(found).steps]
    assert labels == [label or "otherwise → None" for label in might_give]


@pytest.mark.parametrize(("words", "kind"), [(WORDS, "school"), (WORDS_BELONGING, "household")])
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
