"""Schools ranked among those of a county or a district, and numbers made of those of student groups."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from pathlib import Path

import pytest

from rulelang.cli.program import run
from rulelang.core.ruleset import DETERMINATION
from rulelang.core.tree import NOT_RATED, Value
from rulelang.data.records import records_from_rows
from rulelang.data.write import write_table
from rulelang.engine.determination import determination_of, reasons
from rulelang.engine.steps import prepare
from rulelang.reasoning.ways import NOT_CHANGED, ways_out
from tests.entities.small_state import WORDS, entity, judged, rules_in
from tests.reasoning.test_circuit import seeded

RANKED = """\
for schools
  L: graduates is in the lowest 5 percent of schools of the county → CSI
  otherwise → None
"""

NAMES_ALL = "name the number, the percentage and what is ranked"


def schools(numbers: Sequence[int | str]) -> list[dict[str, object]]:
    """Return a county with two districts, and a school for each number."""
    districts = [entity("county", "C1"), entity("school district", "D1", "C1"), entity("school district", "D2", "C1")]
    named = enumerate(numbers)
    return [*districts, *(entity("school", f"S{at}", f"D{at % 2 + 1}", graduates=number) for at, number in named)]


def identified(folder: Path, text: str, numbers: Sequence[int | str]) -> list[Value]:
    """Return the determination of each school, in the order of the numbers."""
    found = judged(folder, text, schools(numbers))
    return [found.value(f"S{at}", DETERMINATION) for at in range(len(numbers))]


@pytest.mark.parametrize("percent", [1, 5, 33, 50, 99])
@pytest.mark.parametrize("end", ["lowest", "highest"])
def test_the_part_is_what_sorting_gives(end: str, percent: int, tmp_path: Path) -> None:
    draw = seeded(percent)
    text = RANKED.replace("lowest 5 percent", f"{end} {percent} percent")
    for size in (1, 2, 19, 20, 21, 41):
        numbers = [draw.randint(0, 30) for _ in range(size)]
        place = ceil(size * percent / 100) - 1
        bound = sorted(numbers, reverse=end == "highest")[place]
        within = [number <= bound if end == "lowest" else number >= bound for number in numbers]
        assert identified(tmp_path, text, numbers) == ["CSI" if one else "None" for one in within]


def test_all_that_are_tied_at_the_bound_are_in_the_part(tmp_path: Path) -> None:
    assert identified(tmp_path, RANKED, [7, 7, 7, *range(8, 25)]) == ["CSI"] * 3 + ["None"] * 17


def test_who_has_no_number_is_in_no_part_and_an_unknown_number_leaves_open_what_it_may_change(tmp_path: Path) -> None:
    rated = RANKED.replace("5 percent", "50 percent")
    assert identified(tmp_path, rated, [1, 2, "not rated", 4, 5]) == ["CSI", "CSI", "None", "None", "None"]
    assert identified(tmp_path, rated, [1, 2, "", 4]) == ["CSI", None, None, "None"]
    assert identified(tmp_path, rated, ["not rated", "", ""]) == ["None", None, None]


def test_only_those_meant_are_ranked_and_in_the_part(tmp_path: Path) -> None:
    some = RANKED.replace("of the county", "of the county where graduates is above 10")
    assert identified(tmp_path, some, [1, 30, 11, 20]) == ["None", "None", "CSI", "None"]


def test_a_school_is_ranked_in_what_the_rule_names(tmp_path: Path) -> None:
    numbers = [1, 10, 2, 20, 3, 30]
    of_county = identified(tmp_path, RANKED, numbers)
    of_district = identified(tmp_path, RANKED.replace("of the county", "of the school district"), numbers)
    assert of_county == ["CSI", *["None"] * 5]
    assert of_district == ["CSI", "CSI", *["None"] * 4]


def test_the_bound_is_a_measure_of_what_they_belong_to(tmp_path: Path) -> None:
    text = "for counties\n  measure bound = 40th percentile of graduates over schools where graduates is above 1\n"
    assert judged(tmp_path, RANKED + text, schools([1, 2, 3, 4, 5, 6])).value("C1", "measure bound") == 3
    assert judged(tmp_path, RANKED + text, schools([1, 1])).value("C1", "measure bound") is NOT_RATED


@pytest.mark.parametrize("words", ["in the lowest", "in the highest", "among the bottom", "in the\n  top"])
def test_a_reason_says_from_which_end_the_bound_is(words: str, tmp_path: Path) -> None:
    evaluation = judged(tmp_path, RANKED.replace("in the lowest", words), schools([5])).by_code["S0"]
    [reason] = reasons(determination_of(evaluation))
    end = words.rsplit(maxsplit=1)[-1]
    limit = "at least" if end in ("highest", "top") else "at most"
    assert reason.evidence == f"graduates: 5 ({limit} 5, {end} 5 percent of schools of the county)"


@pytest.mark.parametrize(
    "condition",
    [
        "graduates is in the lowest 5 percent of schools",  # of a district, or of a county?
        "graduates is in the lowest 0 percent of schools of the county",
        "graduates is in the lowest 100 percent of schools of the county",
        "graduates is in the lowest 5 percent of school districts of the county",
        "graduates is in the lowest 5 percent of student groups",
    ],
)
def test_what_is_no_ranking_is_refused(condition: str, tmp_path: Path) -> None:
    _, codes = rules_in(tmp_path, f"for schools\n  L: {condition} → CSI\n  otherwise → None\n")
    assert codes == ["cannot-rank"]


@pytest.mark.parametrize("asked", ["program is in the lowest 5 percent of schools of the county", "{} is above 3"])
def test_words_are_not_put_in_order(asked: str, tmp_path: Path) -> None:
    own = "for counties\n  A: {} → Assistance\n" if "{}" in asked else "for schools\n  A: {} → CSI\n"
    written = own.format(asked.format("highest of program over schools"))
    assert rules_in(tmp_path, f"{written}  otherwise → None\n")[1] == ["types-differ"]


# ---- numbers of student groups ----

GROUP_WORDS = f"""\
{WORDS}  | Behind | student group criteria |

numbers of state indicators
  | number | indicators |
  | points | ELA        |
"""
ROWS = [
    {**entity("school", code), "student_group": group, "indicator": "ELA", "number": "points", "value": value}
    for code, group, value in (
        ("S1", "EL", 10),
        ("S1", "WH", 25),
        ("S2", "EL", 40),
        ("S2", "WH", "not rated"),
        ("S3", "EL", 40),
    )
]


@pytest.mark.parametrize(
    "measure, values",
    [
        ("points of White", [25, NOT_RATED, None]),
        ("points of White − points of English Learners", [15, NOT_RATED, None]),
        ("lowest of points over student groups", [10, 40, None]),
        ("highest of points over student groups", [25, 40, None]),
        ("sum of points over student groups", [35, 40, None]),
        ("average of points over student groups where points is above 5", [17.5, 40, None]),
        ("number of student groups where points is above 20", [1, 1, None]),
        ("share of student groups where points is above 20", [0.5, None, None]),  # of S2, it is unknown who is there
    ],
)
def test_a_number_is_made_of_those_of_student_groups(measure: str, values: Sequence[object], tmp_path: Path) -> None:
    text = f"for schools\n  measure it = {measure}\n  A: it is above 0 → CSI\n  otherwise → None\n"
    found = judged(tmp_path, text, ROWS, words=GROUP_WORDS)
    assert [found.value(code, "measure it") for code in ("S1", "S2", "S3")] == values


def test_a_group_is_compared_with_another(tmp_path: Path) -> None:
    text = "for schools\n  B: points is below points of White → Behind\n  A: any student group meets Behind → CSI\n"
    found = judged(tmp_path, f"{text}  otherwise → None\n", ROWS, words=GROUP_WORDS)
    assert [found.value(code, DETERMINATION) for code in ("S1", "S2", "S3")] == ["CSI", "None", None]


@pytest.mark.parametrize(
    "quantity, answers", [("2 or more student groups", ["None", "None", None]), ("any student group", ["CSI"] * 3)]
)
def test_student_groups_are_counted_by_a_number(quantity: str, answers: list[Value], tmp_path: Path) -> None:
    text = f"for schools\n  A: {quantity} where points is above 20 → CSI\n  otherwise → None\n"
    found = judged(tmp_path, text, ROWS, words=GROUP_WORDS)
    assert [found.value(code, DETERMINATION) for code in ("S1", "S2", "S3")] == answers
    assert run(["format", str(tmp_path / "2023.rules")]) == 0
    assert f"  A: {quantity} where points is above 20 → CSI\n" in (tmp_path / "2023.rules").read_text(encoding="utf-8")


def test_a_measure_of_one_student_group_is_explained(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    measures = "  measure twice = 2 × points\n  measure it = twice of White + lowest of twice over student groups\n"
    text = f"for schools\n{measures}  A: it is above 20 → CSI\n  otherwise → None\n"
    rules_in(tmp_path, text, words=GROUP_WORDS)
    write_table(tmp_path / "rows.csv", [*ROWS[0], "year"], [[*map(str, row.values()), 2023] for row in ROWS])
    monkeypatch.chdir(tmp_path)
    assert run(["explain", "2023.rules", "--records", "rows.csv", "--lea", "S1"]) == 0
    assert "50 (White) + (lowest of 20 (English Learners), 50 (White)) = 70" in capsys.readouterr().out


def test_a_number_that_is_not_changed_is_no_proof_that_none_would_do(tmp_path: Path) -> None:
    own = "graduates is at most bound of the county"
    text = (
        "for counties\n  measure bound = 40th percentile of graduates over schools\n"
        f"for schools\n  A: {own} or 2 × graduates − graduates is below bound of the county → CSI\n  otherwise → None\n"
    )
    rules, codes = rules_in(tmp_path, text)
    assert (rules is not None, codes) == (True, [])
    assert rules is not None
    records = records_from_rows(rules.vocabulary, [{"year": 2023, **row} for row in schools([1, 2, 3])]).records
    [found] = [one for one in ways_out(prepare(rules), records, "CSI") if one.record.code == "S2"]
    assert (found.obstacle, found.left_out) == (NOT_CHANGED, ("graduates",))


@pytest.mark.parametrize("number", ["graduates", "ratio"])
@pytest.mark.parametrize("of_groups", ["{} of White", "sum of {} over student groups"])
def test_a_number_of_the_whole_is_none_of_student_groups(number: str, of_groups: str, tmp_path: Path) -> None:
    text = "for schools\n  measure ratio = graduates ÷ 2\n  A: {} is above 20 → CSI\n  otherwise → None\n"
    assert rules_in(tmp_path, text.format(of_groups.format(number)), words=GROUP_WORDS)[1] == ["impossible-fact"]
    assert rules_in(tmp_path, text.format(number), words=GROUP_WORDS)[1] == []


def test_the_student_groups_that_are_counted_are_those_there(tmp_path: Path) -> None:
    own = {**entity("school", "S1"), "student_group": "EL", "level": "Red"}
    rows = [{**own, "indicator": indicator} for indicator in ("ELA", "Math")]
    text = "for schools\n  measure it = number of student groups\n  A: it is above 20 → CSI\n  otherwise → None\n"
    assert judged(tmp_path, text, rows).value("S1", "measure it") == 1


@pytest.mark.parametrize(
    "written",
    [
        "the lowest 5 percent of schools in the county",
        "the bottom 5% of all schools in its county",
        "the lowest-performing five percent of schools of the county",
    ],
)
def test_it_may_be_said_in_other_words(written: str, tmp_path: Path) -> None:
    ruleset, codes = rules_in(tmp_path, RANKED.replace("the lowest 5 percent of schools of the county", written))
    assert codes == []
    assert ruleset is not None
    assert run(["format", str(tmp_path / "2023.rules")]) == 0
    assert "is in the lowest 5 percent of schools of the county →" in (tmp_path / "2023.rules").read_text("utf-8")


def test_a_part_need_not_be_a_whole_percent(tmp_path: Path) -> None:
    part = RANKED.replace("5 percent", "2.5 percent")
    numbers = range(41)
    assert identified(tmp_path, part, numbers) == ["CSI"] * 2 + ["None"] * 39
    assert identified(tmp_path, part, numbers[:40]) == ["CSI"] + ["None"] * 39


@pytest.mark.parametrize(
    "condition, help_text",
    [
        ("graduates is not in the lowest 5 percent of schools", "put what is negated in parentheses"),
        ("graduates is in the lowest 5 percent of schools with 5 graduates", "with `where` and a test"),
        ("graduates is in the lowest 5 percent of high schools", "with `where` and a test"),
        ("graduates is in the lowest 5 percent of CSI schools", "behind what is ranked"),
        ("graduates is in the lowest 5 percent", NAMES_ALL),
        ("graduates is in the lowest 10 of schools", NAMES_ALL),
        ("graduates is in the bottom quartile of schools", NAMES_ALL),
        ("graduates is at most the 5th percentile", NAMES_ALL),
        ("graduates is at most the 5th percentile of schools", NAMES_ALL),
        ("the school is in the lowest 5 percent of schools", NAMES_ALL),
        ("the lowest 5 percent of schools on graduates", NAMES_ALL),
        ("graduates is one of the 10 lowest of schools", NAMES_ALL),
        ("graduates is at most the 5th percentile of graduates over schools of the county", "compares it with others"),
    ],
)
def test_help_says_how_a_rank_is_written(
    condition: str, help_text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rules_in(tmp_path, f"for schools\n  L: {condition} → CSI\n  otherwise → None\n")
    assert run(["check", str(tmp_path / "2023.rules")]) == 1
    assert help_text in " ".join(capsys.readouterr().out.replace("= help:", "").split())
