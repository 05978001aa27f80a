"""What examples try of rules, the examples that are lacking, and why one failed."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner

import rulelang
from rulelang.analysis.examples import run_examples
from rulelang.analysis.rule_coverage import rules_covered, share
from rulelang.analysis.suggested_examples import Suggested, confirmed, limits_untried, suggested, suggested_at
from rulelang.cli import watching
from rulelang.cli.program import rulelang as program

RULES = """ruleset Practice 2023
  uses California Dashboard vocabulary

priority 4 "Pupil Achievement"
  4a: Red on both ELA and Math → Priority 4

priority 6 "School Climate"
  6a: Red on Suspension Rate → Priority 6

for school districts
  DA: any student group meets 2 or more priorities → Differentiated Assistance
  GA: otherwise → General Assistance

example "Red and Orange"
  given a school district
    White: Red on ELA, Orange on Math, Red on Suspension Rate
  expect White does not meet Priority 4
  expect General Assistance
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "it.rules"
    path.write_text(RULES, encoding="utf-8")
    return path


def untried(path: Path) -> list[tuple[str | None, str, str]]:
    rules = rulelang.load(path).rules
    return [
        (
            one.rule.label,
            part.node.span.text if part.node is not None and part.node.span is not None else "",
            part.words,
        )
        for one in rules_covered(rules, run_examples(rules))
        for part in one.untried
    ]


def test_each_answer_part_and_neighbour_that_no_example_tries_is_named(path: Path) -> None:
    found = untried(path)
    assert [one for one in found if one[0] == "4a"] == [
        ("4a", "", "never yes"),
        ("4a", "", "never cannot tell"),
        ("4a", "ELA", "never no"),
        ("4a", "Math", "never yes"),
        ("4a", "ELA", "Orange not tried"),
    ]
    assert ("DA", "", "never yes") in found


def test_a_student_group_that_no_example_speaks_of_tries_nothing(path: Path) -> None:
    rules = rulelang.load(path).rules
    [first, *_] = rules_covered(rules, run_examples(rules))
    assert dict(first.answers) == {False: 1}


def test_suggested_examples_try_all_that_is_lacking(path: Path) -> None:
    rules = rulelang.load(path).rules
    covered = rules_covered(rules, run_examples(rules))
    found = confirmed(path, suggested(rules, covered))
    assert found[0].lines == (
        'example "4a, answered yes"',
        "  given a county office",
        "    African American: Red on ELA, Red on Math",
        "  expect African American meets Priority 4 by 4a",
    )
    path.write_text("\n\n".join([RULES, *("\n".join(one.lines) for one in found)]), encoding="utf-8")
    assert rulelang.check(path) == []
    after = rulelang.load(path).rules
    tried, things = share(rules_covered(after, run_examples(after)))
    assert tried == things
    assert suggested(after, rules_covered(after, run_examples(after))) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", ["assistance/2019", "assistance/2023", "essa/2018"])
def test_what_is_suggested_for_shipped_rulesets_comes_out(name: str) -> None:
    rules = rulelang.load(name).rules
    found = suggested(rules, rules_covered(rules, run_examples(rules)))
    assert found
    assert confirmed(name, found) == found


def test_a_suggestion_that_does_not_come_out_is_left_out(path: Path) -> None:
    rules = rulelang.load(path).rules
    [first, second, *_] = suggested(rules, rules_covered(rules, run_examples(rules)))
    wrong = type(first)(first.untried, (*first.lines[:-1], "  expect Differentiated Assistance"))
    unreadable = type(first)(
        first.untried, ('example "no such words"', "  given a school district", "  expect nonsense")
    )
    assert confirmed(path, [wrong, second]) == [second]
    assert confirmed(path, [unreadable, second]) == [second]


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(program, ["test", *arguments])
    return result.exit_code, result.output


def test_a_failed_example_shows_the_rules_that_decide_it(path: Path) -> None:
    path.write_text(RULES.replace("expect White does not meet", "expect White meets"), encoding="utf-8")
    _, output = run(str(path))
    assert "0 of 1 example as expected" in output
    shown = output.partition("found: no")[2]
    assert "4a: Red on both ELA and Math → Priority 4" in shown
    assert "Orange, not Red" in shown
    assert "DA: any student group" not in shown.partition("no example reaches")[0]


def test_a_failed_level_shows_how_it_came_about(tmp_path: Path) -> None:
    path = tmp_path / "it.rules"
    path.write_text(
        """ruleset Practice 2023
  uses California Dashboard Levels vocabulary

for Suspension Rate
  measure Status = suspended students ÷ students, as a percent, rounded to 1 decimal
  bands Status
    | Very Low    | Low         | Medium      | High        | Very High |
    | 0.5 or less | 1.5 or less | 3.0 or less | 6.0 or less | above 6.0 |

example "Two of a hundred"
  given a school
    All Students: suspended students 2, students 100 on Suspension Rate
  expect Suspension Rate Status Low
""",
        encoding="utf-8",
    )
    _, output = run(str(path))
    assert "0 of 1 example as expected" in output
    assert "2.0" in output.partition("found: Medium")[2]


def test_coverage_is_drawn_and_suggestions_can_be_copied(path: Path) -> None:
    code, output = run(str(path), "--coverage", "--suggest")
    assert code == 0
    assert "4a: yes 0, no 1, cannot tell 0" in output
    assert "never no, Orange not tried" in output
    assert 'example "DA, answered yes"' in output


def test_what_is_for_people_goes_with_no_other_format(path: Path) -> None:
    for arguments in (("--coverage", "--format", "junit"), ("--watch", "--format", "json")):
        code, output = run(str(path), *arguments)
        assert code == 2
        assert "leave out `--format`" in " ".join(output.split())


def test_programs_get_the_same(path: Path) -> None:
    assert rulelang.load(path).suggested_examples()[0].startswith('example "4a, answered yes"')
    _, output = run(str(path), "--coverage", "--suggest", "--format", "json")
    data = json.loads(output)
    jsonschema.validate(data, rulelang.schema("test"))
    [found] = data["rulesets"]
    assert [one["what"] for one in found["untried"]][:2] == ["never yes", "never cannot tell"]
    assert found["untried"][2]["place"]["text"] == "ELA"
    assert found["suggested"][0]["text"].splitlines()[-1] == "  expect African American meets Priority 4 by 4a"


def test_watching_runs_again_when_a_file_changes(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    runs: list[str] = []

    def change(_: float) -> None:
        if len(runs) > 1:
            raise KeyboardInterrupt
        path.write_text(f"{RULES}\n# {len(runs)}", encoding="utf-8")

    def read() -> int:
        runs.append(path.read_text(encoding="utf-8"))
        return 0

    monkeypatch.setattr(watching, "sleep", change)
    with pytest.raises(KeyboardInterrupt):
        watching.watched([str(path)], read)
    assert runs == [RULES, f"{RULES}\n# 1"]


LEVELS = """ruleset Practice 2023
  uses California Dashboard Levels vocabulary

for Suspension Rate
  measure Status = suspended students ÷ students, as a percent, rounded to 1 decimal
  bands Status
    | Very Low    | Low         | Medium      | High        | Very High |
    | 0.5 or less | 1.5 or less | 3.0 or less | 6.0 or less | above 6.0 |

example "Two of a hundred"
  given a school
    All Students: suspended students 3, students 100 on Suspension Rate
  expect Suspension Rate Status Medium
"""


def test_numbers_at_limits_that_no_example_has_are_suggested(tmp_path: Path) -> None:
    path = tmp_path / "levels.rules"
    path.write_text(LEVELS, encoding="utf-8")
    rules = rulelang.load(path).rules
    limits = limits_untried(rules, run_examples(rules))
    assert [one.words for one in limits] == [
        *("0.5 Very Low", "0.6 Low", "1.5 Low", "1.6 Medium"),
        *("3.1 High", "6.0 High", "6.1 Very High"),
    ]
    found = [Suggested(limit, lines) for limit, lines in suggested_at(rules, limits)]
    assert confirmed(path, found) == found
    path.write_text("\n\n".join([LEVELS, *("\n".join(one.lines) for one in found)]), encoding="utf-8")
    after = rulelang.load(path).rules
    assert limits_untried(after, run_examples(after)) == []
    _, output = run(str(path), "--coverage")
    assert "no example has" not in output


@pytest.mark.slow
def test_limits_of_a_shipped_dashboard_are_suggested_and_come_out() -> None:
    rules = rulelang.load("dashboard/2018").rules
    found = [Suggested(one, lines) for one, lines in suggested_at(rules, limits_untried(rules, run_examples(rules)))]
    assert len(found) > 100
    assert confirmed("dashboard/2018", found) == found
