"""A state whose files have numbers of an indicator and no level: the numbers make it reported."""

from __future__ import annotations

from pathlib import Path

import pytest

import rulelang
from rulelang.cli.program import run
from rulelang.data.sample import write_sample
from rulelang.facade import LoadedRuleset

VOCABULARY = """vocabulary Numbers
Dashboard years 2023, 2024
levels
  | scale  | worst level first |
  | rating | Weak, Strong      |
state indicators of student groups
  | indicator   | {scale} |
  | Achievement | {years} |
  | Attendance  | {years} |
numbers of state indicators
  | number     | indicators  | part of |
  | tested     | Achievement |         |
  | proficient | Achievement | tested  |
  | absent     | Attendance  |         |
student groups
  | code | name  |
  | ALL  | All   |
  | WH   | White |
kinds of school
  | kind   | plural  | code |
  | school | schools | S??  |
facts of the school
  | fact    | is a   |
  | Title I | number |
outcomes
  | outcome | is a                   |
  | CSI     | determination          |
  | None    | determination          |
  | low     | student group criteria |
files of state indicators
  | indicator   | years   | file               |
  | Achievement | 2023 on | results{{year}}.csv |
  | Attendance  | 2023 on | results{{year}}.csv |
columns of state indicators
  | holds         | column     | indicators  |
  | LEA code      | id         |             |
  | LEA name      | name       |             |
  | student group | group      |             |
  | tested        | tested     | Achievement |
  | proficient    | proficient | Achievement |
  | absent        | absent     | Attendance  |
files of facts
  | years   | file              |
  | 2023 on | schools{{year}}.csv |
columns of facts
  | holds    | column |
  | LEA code | id     |
  | LEA name | name   |
  | Title I  | title1 |
"""
RULES = """ruleset Numbers 2024
  uses Numbers vocabulary
L: proficient ÷ tested is below 0.5 → low
for schools
  C: Title I is 1 or more and any student group meets low → CSI
  otherwise → None
"""


@pytest.fixture(params=[("rating in", "2023 on"), ("better", "higher")], ids=["on a scale", "on no scale"])
def ruleset(request: pytest.FixtureRequest, tmp_path: Path) -> LoadedRuleset:
    scale, years = request.param
    (tmp_path / "vocabulary.rules").write_text(VOCABULARY.format(scale=scale, years=years), encoding="utf-8")
    (tmp_path / "2024.rules").write_text(RULES, encoding="utf-8")
    (tmp_path / "results2024.csv").write_text(
        "id,name,group,tested,proficient,absent\nS01,Oak,ALL,10,6,1\nS01,Oak,WH,5,2,1\nS02,Elm,ALL,10,6,1\nS03,Ash,ALL,,4,\n"
    )
    (tmp_path / "schools2024.csv").write_text("id,name,title1\nS01,Oak,1\nS02,Elm,1\nS03,Ash,0\n")
    return rulelang.load(tmp_path / "2024.rules")


def test_the_rows_are_used_and_a_group_without_a_row_is_not_rated(ruleset: LoadedRuleset, tmp_path: Path) -> None:
    data = ruleset.read(tmp_path)
    assert data.diagnostics == ()
    assert (data.report.used, data.report.refused, data.report.ignored) == (11, 0, {})
    outcomes = {one.record.code: one.outcome for one in ruleset.evaluate(data)}
    assert outcomes == {"S01": "CSI", "S02": "None", "S03": "None"}


@pytest.mark.usefixtures("ruleset")
def test_a_file_is_counted_once(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["evaluate", str(tmp_path / "2024.rules"), "--data", str(tmp_path), "--out", str(tmp_path / "out")]) == 0
    assert "from 2 files" in capfd.readouterr().out


def test_a_number_has_a_column_of_its_own_name(ruleset: LoadedRuleset, tmp_path: Path) -> None:
    table = ruleset.wide(ruleset.read(tmp_path))
    [white] = [row for row in table if (row["cds"], row["student_group"]) == ("S01", "WH")]
    assert "Achievement" not in white
    assert (white["Achievement tested"], white["Achievement proficient"], white["Title I"]) == (5, 2, 1)


LIMITS = """numbers of state indicators
  | number     | indicators  | part of | at most |
  | tested     | Achievement |         |         |
  | proficient | Achievement | tested  |         |
  | members    | Attendance  |         |         |
  | absent     | Attendance  | members |         |
  | rank       | Attendance  |         | 9       |
student groups
"""


@pytest.mark.parametrize("seed", range(3))
def test_made_up_numbers_keep_the_limits_of_the_vocabulary(seed: int, tmp_path: Path) -> None:
    before, rest = VOCABULARY.format(scale="better", years="higher").split("numbers of state indicators\n")
    text = before + LIMITS + rest.partition("student groups\n")[2]
    text = text.replace("| fact    | is a   |", "| fact | is a | at most |")
    text = text.replace("| Title I | number |", "| Title I | number | 1 |")
    held = "".join(f"  | {name} | {name} | Attendance |\n" for name in ("members", "rank"))
    text = text.replace("files of facts\n", f"{held}files of facts\n")
    (tmp_path / "vocabulary.rules").write_text(text, encoding="utf-8")
    (tmp_path / "2024.rules").write_text(RULES, encoding="utf-8")
    rules = rulelang.load(tmp_path / "2024.rules")
    write_sample(rules.rules.vocabulary, tmp_path / "data", 2024, 40, seed)
    data = rules.read([tmp_path / "data"])
    assert (data.diagnostics, data.report.refused) == ((), 0)
    assert len(data.records) > 30
    facts = [record.years[2024] for record in data.records]
    title = {one.lea[("", "Title I")].level for one in facts}
    ranks = {one.groups["White"]["Attendance", "rank"].level for one in facts if "White" in one.groups}
    assert title == {0, 1}
    assert ranks <= set(range(10))
    assert len(ranks) > 3


WHOLE = """ruleset Numbers 2024
  uses Numbers vocabulary
for Achievement
  measure rate = proficient ÷ tested, as a percent
for schools
  measure how many = number of student groups
  C: every student group where (rate is below 50) → CSI
  otherwise → None
"""


def whole(folder: Path) -> LoadedRuleset:
    (folder / "vocabulary.rules").write_text(VOCABULARY.format(scale="better", years="higher"), encoding="utf-8")
    (folder / "2024.rules").write_text(WHOLE, encoding="utf-8")
    return rulelang.load(folder / "2024.rules")


@pytest.mark.parametrize("white, outcome, groups", [("2", "CSI", 2), ("3", "None", 2), ("", "CSI", 1)])
def test_without_scales_an_lea_has_the_student_groups_with_numbers(
    white: str, outcome: str, groups: int, tmp_path: Path
) -> None:
    ruleset = whole(tmp_path)
    rows = f"S01,Oak,ALL,10,4,1\n{f'S01,Oak,WH,5,{white},1' if white else ''}\n"
    (tmp_path / "results2024.csv").write_text(f"id,name,group,tested,proficient,absent\n{rows}")
    [found] = ruleset.evaluate(ruleset.read([tmp_path / "results2024.csv"]))
    assert found.outcome == outcome
    assert found.evaluation.value((2024, "measure how many")) == groups


def test_without_scales_a_number_that_no_row_of_plain_records_gives_is_unknown(tmp_path: Path) -> None:
    """Numbers make no silence, and what is on no scale is not thereby *not reported* either."""
    ruleset = whole(tmp_path)
    rows = [
        {
            "school_code": "S01",
            "year": 2024,
            "student_group": group,
            "indicator": "Achievement",
            "number": number,
            "value": 9,
        }
        for group, number in (("ALL", "tested"), ("ALL", "proficient"), ("WH", "tested"))
    ]
    assert ruleset.records(rows).diagnostics == ()
    [found] = ruleset.evaluate(ruleset.records(rows))
    assert found.outcome == "None"  # one group is known to be above
    [found] = ruleset.evaluate(
        ruleset.records([{**row, "value": 1} if row["number"] == "proficient" else row for row in rows])
    )
    assert found.outcome == "cannot tell"
    assert [(one.group, one.scale) for one in found.settle] == [("White", "proficient")]
