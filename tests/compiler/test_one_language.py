"""What may stand in a rule may stand in a measure and the other way round: numbers here, levels there."""

from __future__ import annotations

from pathlib import Path

import pytest

from rulelang.analysis.examples import run_examples
from tests.compiler.checking import Checked, checked

MEASURES = """\
for Suspension Rate
  measure suspension rate = suspended students ÷ students, as a percent, rounded to 1 decimal
for Graduation Rate
  measure rate = four-year graduates ÷ four-year cohort
"""


def check(text: str, folder: Path, **others: str) -> Checked:
    """Return what comes of checking a text as the ruleset of 2019, the files of other years beside it."""
    return checked({**{f"{name[1:]}.rules": other for name, other in others.items()}, "2019.rules": text}, folder)


def codes(text: str, folder: Path, **others: str) -> list[str]:
    """Return the codes of what is reported of a text."""
    return [one.code for one in check(text, folder, **others).diagnostics]


def failures(text: str, folder: Path, **others: str) -> list[str]:
    """Return what the examples of a text do not come out as, after it has been found fine."""
    found = check(text, folder, **others)
    assert found.ruleset is not None, found.diagnostics
    return [
        finding.answer for run in run_examples(found.ruleset) for finding in run.findings if not finding.as_expected
    ]


# ---- numbers in rules ----

IN_RULES = f"""\
ruleset Test 2019
{MEASURES}
priority 6 "School Climate"
  6a: {{}} → Priority 6
for school districts
  DA: any student group meets Priority 6 → Differentiated Assistance
  otherwise → General Assistance
example "one"
  given a school district
  given four-year graduates 40, four-year cohort 100
    White: Red on Suspension Rate, Green on ELA
    White: suspended students 3 on Suspension Rate, students 40 on Suspension Rate
  expect {{}}
"""


@pytest.mark.parametrize(
    "condition, holds",
    [
        ("suspension rate is above 7.4", True),
        ("suspension rate is above 7.5", False),
        ("suspension rate is 7.5 or more", True),
        ("suspension rate is 7.5 or less", True),
        ("suspension rate is more than 7.5 or Red on ELA", False),
        ("suspension rate is less than 7.6 and Red on Suspension Rate", True),
        ("Red on Suspension Rate and students is 40 or more", True),
        ("Red on Suspension Rate and students is 41 or more", False),
        ("students of Suspension Rate is 40 or more", True),
        ("four-year graduates ÷ four-year cohort is below 0.5", True),
        ("rate of Graduation Rate is below 0.4", False),
        ("rate is at most 0.4 and not (suspension rate is below 5)", True),
        ("highest of suspension rate and 20 is 20 or less, unless Red on ELA", True),
    ],
)
def test_a_rule_may_compare_numbers(condition: str, holds: bool, tmp_path: Path) -> None:
    answers = {True: "White meets Priority 6 by 6a", False: "White does not meet Priority 6"}
    assert failures(IN_RULES.format(condition, answers[holds]), tmp_path) == []
    assert failures(IN_RULES.format(condition, answers[not holds]), tmp_path) != []


def test_a_number_that_is_missing_leaves_the_rule_untold(tmp_path: Path) -> None:
    text = IN_RULES.format("students of Graduation Rate is 5 or more", "cannot tell whether White meets Priority 6")
    assert failures(text, tmp_path) == []
    decided = IN_RULES.format(
        "students of Graduation Rate is 5 or more or Red on Suspension Rate", "White meets Priority 6"
    )
    assert failures(decided, tmp_path) == []


@pytest.mark.parametrize(
    "condition, code",
    [
        ("students is above 6", "of-which-indicator"),
        ("Red on Suspension Rate and Red on Graduation Rate and students is above 6", "of-which-indicator"),
        ("four-year graduates of ELA is above 6", "unknown-number"),
        ("suspension rat is above 6", "unknown-word"),
        ("pupils is above 6", "unknown-number"),
        ("suspension rate is 6", "unfinished-sentence"),
        ("suspension rate is below 5 and suspension rate is below 5", "unclear-list"),
        ("suspension rate is above 5 and Red on ELA or Red on Math", "mixed-and-or"),
        ("Red", "unfinished-sentence"),
    ],
)
def test_a_number_that_could_be_another_is_asked_about(condition: str, code: str, tmp_path: Path) -> None:
    text = IN_RULES.format(condition, "cannot tell").partition("example")[0]
    assert [one for one in codes(text, tmp_path) if one != "undecided-outcome"] == [code]


def test_a_number_of_a_student_group_decides_nothing_of_the_lea(tmp_path: Path) -> None:
    text = f"ruleset Test 2019\n{MEASURES}for school districts\n  M1: suspension rate is above 6 → Method 1\n"
    assert codes(text, tmp_path) == ["needs-student-group"]


def test_a_number_of_the_lea_decides_a_method(tmp_path: Path) -> None:
    text = """\
ruleset Test 2019
for school districts
  M1: four-year graduates is below 50 → Method 1
  DA: Method 1 → Differentiated Assistance
  otherwise → General Assistance
example "few"
  given a school district
  given four-year graduates 49
  expect Differentiated Assistance by Method 1
example "enough"
  given a school district
  given four-year graduates 50
  expect General Assistance
"""
    assert failures(text, tmp_path) == []


def test_a_priority_decided_by_a_measure_is_one_of_the_indicators_it_is_worked_out_of(tmp_path: Path) -> None:
    text = IN_RULES.format("suspension rate is above 7", "Differentiated Assistance").replace(
        "any student group meets Priority 6", "any student group meets 1 or more priorities on state indicators"
    )
    assert failures(text, tmp_path) == []


def test_another_year_works_its_own_measure_out(tmp_path: Path) -> None:
    before = "ruleset Test 2018\nfor Suspension Rate\n  measure suspension rate = {}\n"
    text = IN_RULES.format("suspension rate is above 5 in each of the last 2 Dashboard years", "{}").replace(
        "  expect {}\n",
        "  given in 2018\n    White: suspended students 1 on Suspension Rate\n"
        "    White: students 2 on Suspension Rate\n  expect {}\n",
    )
    half, whole = "suspended students ÷ students", "suspended students ÷ students, as a percent"
    assert failures(text.format("White meets Priority 6"), tmp_path, y2018=before.format(whole)) == []
    assert failures(text.format("White does not meet Priority 6"), tmp_path, y2018=before.format(half)) == []
    assert codes(
        text.format("White meets Priority 6"), tmp_path, y2018="ruleset Test 2018\n  4a: Red on ELA → Priority 4\n"
    ) == ["unknown-number"]


def test_an_example_of_rules_and_measures_is_silent_about_what_it_does_not_mention(tmp_path: Path) -> None:
    text = IN_RULES.format("suspension rate is above 7 and not rated on Math", "White meets Priority 6")
    assert failures(text, tmp_path) == []
    history = text.replace("and not rated on Math", "unless Red on ELA last year")
    assert failures(history, tmp_path, y2018="ruleset Test 2018\n  4a: Red on ELA → Priority 4\n") == []
    without_kind = text.replace("  given a school district\n", "")
    assert codes(without_kind, tmp_path) == ["example-without-kind"]


# ---- conditions in measures ----

IN_MEASURES = """\
ruleset Test 2019
measure award = {}
priority 4 "Pupil Achievement"
  4a: Red on ELA → Priority 4
for school districts
  M1: any student group meets Priority 4 → Method 1
  DA: Method 1 → Differentiated Assistance
  otherwise → General Assistance
example "one"
  given a school district
  given four-year graduates 40
    White: Red on ELA, Orange on Math
    Hispanic: Green on ELA
  expect {}
"""


@pytest.mark.parametrize(
    "expression, expected, other",
    [
        ("1 if Red on ELA, otherwise 0", "White: award 1", "Hispanic: award 1"),
        ("1 if Red on both ELA and Math, otherwise 2", "White: award 2", "White: award 1"),
        ("1 if Red on ELA and Orange on Math, otherwise 2", "White: award 1", "White: award 2"),
        ("1 if Red on ELA or Math and Orange on the other, otherwise 2", "White: award 1", "White: award 2"),
        ("1 if 2 or more indicators are Red or Orange, otherwise 2", "White: award 1", "Hispanic: award 1"),
        ("1 if Priority 4, otherwise 2", "White: award 1", "Hispanic: award 1"),
        ("1 if Method 1, otherwise 0", "award 1", "award 0"),
        ("1 if any student group is Red on ELA, otherwise 0", "award 1", "award 0"),
        ("1 if Method 1 and four-year graduates is 40 or more, otherwise 0", "award 1", "award 0"),
        ("1 if Method 1, unless four-year graduates is 40 or more, otherwise 0", "award 0", "award 1"),
        ("four-year graduates × 2 if not (Method 1), otherwise four-year graduates", "award 40", "award 80"),
    ],
)
def test_a_measure_may_depend_on_levels_and_outcomes(
    expression: str, expected: str, other: str, tmp_path: Path
) -> None:
    assert failures(IN_MEASURES.format(expression, expected), tmp_path) == []
    assert failures(IN_MEASURES.format(expression, other), tmp_path) != []


def test_a_rule_may_use_a_measure_that_rests_on_another_rule(tmp_path: Path) -> None:
    text = IN_MEASURES.format("1 if Priority 4, otherwise 0", "White meets Priority 5").replace(
        "for school districts\n",
        'priority 5 "Pupil Engagement"\n  5a: award is above 0 → Priority 5\nfor school districts\n',
    )
    assert failures(text, tmp_path) == []


@pytest.mark.parametrize(
    "expression, code",
    [
        ("1 if award is above 0, otherwise 0", "circular-levels"),
        ("1 if Purple on ELA, otherwise 0", "unknown-level"),
        ("1 if Red on ELA and Red on Math or Priority 4, otherwise 0", "mixed-and-or"),
        ("1 if Method 1 in 5 of the last 2 Dashboard years, otherwise 0", "impossible-window"),
    ],
)
def test_a_condition_of_a_measure_is_checked_as_in_a_rule(expression: str, code: str, tmp_path: Path) -> None:
    text = IN_MEASURES.format(expression, "award 1").partition("example")[0]
    assert code in codes(text, tmp_path)


def test_rules_and_measures_that_rest_on_one_another_are_a_circle(tmp_path: Path) -> None:
    text = IN_MEASURES.format("1 if Method 1, otherwise 0", "award 1").replace(
        "any student group meets Priority 4 →", "award is above 0 →"
    )
    assert codes(text.partition("example")[0], tmp_path) == ["circular-outcomes"]


def test_a_measure_of_an_earlier_year_rests_on_no_level_of_this_one(tmp_path: Path) -> None:
    text = """\
ruleset Test 2019
for Suspension Rate
  measure suspension rate = suspended students ÷ students{}
  measure Change = suspension rate − last year's suspension rate
"""
    assert codes(text.format(" if rated on Suspension Rate, otherwise 0"), tmp_path) == ["condition-of-this-year"]
    assert codes(text.format(""), tmp_path) == []


# ---- statements about levels ----

OVERRIDES = """\
ruleset Test 2019
for Suspension Rate
  measure suspension rate = suspended students ÷ students, as a percent, rounded to 1 decimal
  measure Status = suspension rate
  bands Status
    | Very Low    | Low         | Medium      | High        | Very High |
    | 0.5 or less | 1.5 or less | 3.0 or less | 6.0 or less | above 6.0 |
  Very High when {}
example "one"
  given suspended students 1, students 1000
    White: Red on ELA
  expect White: Status {}
"""


@pytest.mark.parametrize(
    "condition, code",
    [
        ("students is 5 or more and students is 9 or less or Certified", "mixed-and-or"),
        ("students is above 5 and not (students is above 5)", "without-effect"),
    ],
)
def test_a_circumstance_says_one_thing(condition: str, code: str, tmp_path: Path) -> None:
    assert code in codes(OVERRIDES.format(condition, "Very Low").partition("example")[0], tmp_path)


def test_an_override_may_ask_for_a_level_of_another_indicator(tmp_path: Path) -> None:
    text = OVERRIDES.replace(
        "given suspended students 1, students 1000\n    White: Red on ELA\n",
        "given a school district\n    White: {} on ELA, suspended students 1, students 1000\n",
    )
    assert failures(text.format("Red on ELA", "Red", "Very High"), tmp_path) == []
    assert failures(text.format("Red on ELA", "Green", "Very Low"), tmp_path) == []
