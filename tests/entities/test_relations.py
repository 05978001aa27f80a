"""Rules about one kind of entity that count what belongs to it, add it up, and look up to what it belongs to."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import pytest

from rulelang.analysis.checking import check_ruleset
from rulelang.compiler.load import load_ruleset
from rulelang.core.ruleset import DETERMINATION
from rulelang.core.tree import NOT_RATED
from rulelang.diagnostics.diagnostic import Reporter
from tests.entities.small_state import STATE, WORDS, entity, judged, rules_in

SCHOOLS = """\
for schools
  measure graduation rate = graduates ÷ graduating class, as a percent, rounded to 1 decimal
  G: graduation rate is below 67 → CSI
  otherwise → None
"""

DISTRICTS = """\
for school districts
  D1: any school of the district is CSI → Assistance
  otherwise → No Assistance
"""

COUNTIES = """\
for counties
  measure districts in assistance = number of school districts in Assistance
  measure their students = sum of enrollment over school districts in Assistance
  measure all students = sum of enrollment over school districts
  measure largest = highest of enrollment over school districts
  measure part = share of schools where graduation rate is below 70
  measure mean rate = average of graduation rate over schools of the county, rounded to 1 decimal
"""


def test_a_school_rule_with_a_number_is_about_schools_alone(tmp_path: Path) -> None:
    found = judged(tmp_path, SCHOOLS, STATE)
    answers = {code: found.value(code, DETERMINATION) for code in found.by_code}
    assert answers == {
        **dict.fromkeys(("C1", "D1", "D2"), "not covered"),
        "S1": "CSI",
        "S2": "None",
        "S3": "None",
    }
    assert found.value("S1", "measure graduation rate") == 60
    assert found.value("D1", "measure graduation rate") is NOT_RATED


def test_a_district_is_determined_by_its_schools(tmp_path: Path) -> None:
    found = judged(tmp_path, SCHOOLS + DISTRICTS, STATE)
    assert [found.value(code, DETERMINATION) for code in ("D1", "D2")] == ["Assistance", "No Assistance"]


def test_a_school_of_which_it_cannot_be_told_leaves_its_district_open_and_no_other(tmp_path: Path) -> None:
    rows = [*STATE, entity("school", "S4", "D2"), entity("school", "S5", "D1")]
    found = judged(tmp_path, SCHOOLS + DISTRICTS, rows)
    assert [found.value(code, DETERMINATION) for code in ("D1", "D2")] == ["Assistance", None]


def test_a_county_adds_up_its_districts(tmp_path: Path) -> None:
    found = judged(tmp_path, SCHOOLS + DISTRICTS + COUNTIES, STATE)
    values = {
        name: found.value("C1", f"measure {name}")
        for name in ("districts in assistance", "their students", "all students", "largest", "part", "mean rate")
    }
    assert values == {
        "districts in assistance": 1,
        "their students": 8000,
        "all students": 10500,
        "largest": 8000,
        "part": Fraction(2, 3),
        "mean rate": Fraction("72.3"),
    }


def test_a_county_without_districts_has_nothing_to_add_up(tmp_path: Path) -> None:
    found = judged(tmp_path, SCHOOLS + DISTRICTS + COUNTIES, [*STATE, entity("county", "C2")])
    names = ("districts in assistance", "all students", "largest", "part")
    assert [found.value("C2", f"measure {name}") for name in names] == [0, 0, NOT_RATED, NOT_RATED]


def test_looking_up_reads_what_an_entity_belongs_to(tmp_path: Path) -> None:
    text = """\
for schools
  measure twice = 2 × enrollment of the school district
  U1: the school district where enrollment is 3000 or more → CSI
  U2: the county meets Assistance → CSI
for counties
  K: 1 or more schools where graduates is below 67 → Assistance
"""
    found = judged(tmp_path, text, STATE)
    assert [found.value(code, "measure twice") for code in ("S1", "S3")] == [16000, 5000]
    assert [found.value(code, "rule U1") for code in ("S1", "S3", "D1")] == [True, False, False]
    assert [found.value(code, "rule U2") for code in ("S1", "S3")] == [True, True]


@pytest.mark.parametrize(
    "quantity, answer",
    [
        ("every school where graduation rate is 60 or more", True),
        ("every school where graduation rate is 61 or more", False),
        ("2 or more schools where graduation rate is below 70", True),
        ("no school where graduation rate is below 60", True),
        ("exactly 2 schools where graduation rate is below 70", True),
        ("a majority of at least 3 schools where graduation rate is below 70", True),
        ("any school of the county where graduation rate is above 90", False),
        ("share of schools where graduation rate is below 70 is 2/3 or more", True),
        ("share of schools where graduation rate is below 70 is above 2/3", False),
    ],
)
def test_quantities_count_what_belongs_to_an_entity(quantity: str, answer: bool, tmp_path: Path) -> None:
    found = judged(tmp_path, f"{SCHOOLS}\nfor counties\n  Q: {quantity} → Assistance\n", STATE)
    assert found.value("C1", "rule Q") is answer


@pytest.mark.parametrize(
    "condition, code",
    [
        ("share of schools where graduates is below 70 is above 50", "without-effect"),
        ("share of schools where graduates is below 70 is above 1", "without-effect"),
        ("share of schools where graduates is below 70 is 1 or less", "without-effect"),
        ("share of schools where graduates is below 70 is 0 or more", "without-effect"),
        ("share is 50 or more", "without-effect"),
        ("share of schools where graduates is below 70 is above 50 percent", "unknown-word"),
        ("share of schools where graduates is below 70 is 1 or more", None),
        ("share of schools where graduates is below 70 is above 0", None),
        ("share is 0.5 or more", None),
        ("percentage is 50 or more", None),
    ],
)
def test_a_share_is_from_0_to_1(condition: str, code: str | None, tmp_path: Path) -> None:
    text = f"""\
for counties
  measure share = share of schools where graduates is below 60
  measure percentage = share of schools where graduates is below 60, as a percent
  Q: {condition} → Assistance
"""
    assert rules_in(tmp_path, text)[1] == ([] if code is None else [code])


def test_student_groups_of_each_school_are_counted_apart(tmp_path: Path) -> None:
    text = """\
for schools
  R: any student group is Red on both ELA and Math → CSI
  otherwise → None
for school districts
  S: any school is CSI → Assistance
  otherwise → No Assistance
"""
    levels: list[dict[str, object]] = [
        {"lea_code": code, "kind": "school", "student_group": group, "indicator": indicator, "level": "Red"}
        for code, group, indicator in (
            ("S1", "EL", "ELA"),
            ("S1", "WH", "Math"),
            ("S2", "WH", "Math"),
            ("S3", "EL", "ELA"),
            ("S3", "EL", "Math"),
        )
    ]
    found = judged(tmp_path, text, [*STATE, *levels])
    assert [found.value(code, DETERMINATION) for code in ("D1", "D2")] == ["No Assistance", "Assistance"]


@pytest.mark.parametrize(
    "text, code",
    [
        ("for schools\n  measure one = number of school districts", "does-not-belong"),
        ("measure one = number of school districts", "does-not-belong"),
        ("for counties\n  measure one = enrollment of the school district", "has-no-owner"),
        ("for schools\n  X: the school where graduates is 5 or more → CSI", "has-no-owner"),
        ("for counties\n  X: any school of the district where graduates is 5 or more → Assistance", "other-owner"),
        ("for counties\n  measure one = share of schools", "share-of-all"),
        ("measure one = average of enrollment over the last 3 years", "too-few-years"),
        ("for counties\n  measure one = number of shools", "unknown-kind"),
        ("for counties\n  X: any school is Red on ELA → Assistance", "needs-student-group"),
    ],
)
def test_what_cannot_be_meant_is_refused(text: str, code: str, tmp_path: Path) -> None:
    rules, codes = rules_in(tmp_path, f"{text}\n")
    assert rules is None
    assert codes == [code]


def test_a_circle_of_entities_that_rest_on_one_another_is_refused(tmp_path: Path) -> None:
    text = """\
for schools
  X: the school district meets Assistance → CSI
for school districts
  Y: any school is CSI → Assistance
"""
    assert rules_in(tmp_path, text)[1] == ["circular-outcomes"]


@pytest.mark.parametrize(
    "condition, code",
    [
        ("any school of the district is CSI in each of the last 2 years", None),
        ("2 or more schools of the district are CSI in each of the last 2 years", "say-each"),
        ("no school of the district is CSI in each of the last 2 years", "say-each"),
        ("2 or more schools of the district each are CSI in each of the last 2 years", None),
        ("in each of the last 2 years, no school of the district is CSI", None),
        ("no school is Red on ELA and Math", "unclear-not"),
    ],
)
def test_which_entities_are_meant_in_every_year_is_asked(condition: str, code: str | None, tmp_path: Path) -> None:
    (tmp_path / "2022.rules").write_text(f"ruleset Test 2022\n{SCHOOLS}", encoding="utf-8")
    text = f"{SCHOOLS}for school districts\n  D1: {condition} → Assistance\n  otherwise → No Assistance\n"
    _, codes = rules_in(tmp_path, text)
    assert [one for one in codes if one != "needs-student-group"] == ([] if code is None else [code])


OUTCOMES_OF_SCHOOLS = """\
for schools
  A: graduates is below 10 → CSI
  B: graduates is below 20 → Assistance
  otherwise → None
for school districts
  X: {} → No Assistance
"""


TWO_OF_DISTRICTS = """\
for schools
  A: graduates is below 10 → CSI
  B: graduates is below 20 → Assistance
  otherwise → None
for school districts
  X: {} → Kept
  otherwise → No Assistance
"""


@pytest.mark.parametrize(
    "condition, meant",
    [
        ("any school is CSI or Assistance", ["D1", "D2"]),
        ("any school is either CSI or Assistance", ["D1", "D2"]),
        ("any school meets CSI or Assistance", ["D1", "D2"]),
        ("2 or more schools are CSI or Assistance", ["D1"]),
        ("every school is CSI, Assistance or None", ["D1", "D2", "D3"]),
        ("number of schools in CSI or Assistance is 2 or more", ["D1"]),
        ("any school where (CSI or Assistance)", ["D1", "D2"]),
        ("any school is CSI or any school is Assistance", ["D1", "D2"]),
        ("any school where graduates is below 10 or any school is Assistance", ["D1", "D2"]),
    ],
)
def test_several_outcomes_are_those_of_the_entities_that_are_counted(
    condition: str, meant: list[str], tmp_path: Path
) -> None:
    numbers = {"D1": (5, 15, 30), "D2": (15, 30), "D3": (30,)}
    schools = [
        entity("school", f"{of}-{at}", of, graduates=number)
        for of, several in numbers.items()
        for at, number in enumerate(several)
    ]
    rows = [*(entity("school district", code) for code in numbers), *schools]
    found = judged(tmp_path, OUTCOMES_OF_SCHOOLS.format(condition), rows)
    assert [code for code in numbers if found.value(code, "rule X")] == meant


@pytest.mark.parametrize(
    "condition", ["any school is CSI or No Assistance", "CSI", "not Assistance", "any county is CSI"]
)
def test_an_outcome_that_is_not_decided_for_what_is_asked_is_refused(condition: str, tmp_path: Path) -> None:
    ruleset, codes = rules_in(tmp_path, OUTCOMES_OF_SCHOOLS.format(condition))
    assert ruleset is None
    assert codes == ["does-not-belong" if "county" in condition else "undecided-outcome"]


def test_whose_an_outcome_is_is_said_once_of_a_rule_about_several_kinds(tmp_path: Path) -> None:
    rules_in(
        tmp_path, OUTCOMES_OF_SCHOOLS.format("CSI").replace("for school districts", "for school districts and counties")
    )
    reporter = Reporter()
    assert load_ruleset(tmp_path / "2023.rules", reporter) is None
    [found] = reporter.diagnostics
    assert found.help == "rules decide it for a school: say whose it is, or add a rule"


@pytest.mark.parametrize(
    "condition",
    [
        "any school is CSI and Assistance",
        "any school is both CSI and Assistance",
        "any school meets CSI and Assistance",
        "all schools are CSI, None and Assistance",
        "2 or more schools are CSI and Assistance",
        "number of schools in CSI and Assistance is 2 or more",
        "any school where (CSI and Assistance)",
        "any school was CSI and Assistance last year",
        "last year, any school was CSI and Assistance",
        "last year, (No Assistance and Kept)",
        "any school where (CSI and Assistance, unless graduates is below 5)",
    ],
)
def test_two_determinations_at_once_are_asked_about(condition: str, tmp_path: Path) -> None:
    words = WORDS + "  | Kept | determination |\n"
    rules_in(tmp_path, TWO_OF_DISTRICTS.format("enrollment is below 10"), year=2022, words=words)
    for asked in (condition, f"({condition}) or enrollment is below 5"):
        ruleset, codes = rules_in(tmp_path, TWO_OF_DISTRICTS.format(asked), words=words)
        assert ruleset is None
        assert codes == ["levels-at-once"]


@pytest.mark.parametrize(
    "condition, code",
    [
        ("any school where (CSI, unless CSI)", "levels-at-once"),
        ("(last year, No Assistance) and enrollment is above 5 and (last year, Kept)", None),
        ("any school is CSI and any school is Assistance", None),
        ("any school where (CSI and not Assistance)", None),
        ("any school where ((CSI or None) and (CSI or Assistance))", None),
        ("any school is CSI and Small", None),
        ("No Assistance and (last year, Kept)", "circular-outcomes"),
    ],
)
def test_a_condition_that_leaves_no_determination_is_warned_of(
    condition: str, code: str | None, tmp_path: Path
) -> None:
    words = WORDS + "  | Kept | determination |\n  | Small | method |\n"
    small = "for schools\n  S: graduates is below 5 → Small\n"
    rules_in(tmp_path, TWO_OF_DISTRICTS.format("enrollment is below 10"), year=2022, words=words)
    codes = rules_in(tmp_path, small + TWO_OF_DISTRICTS.format(condition), words=words)[1]
    assert codes == ([] if code is None else [code])


def test_a_determination_that_lists_give_with_another_can_be_had_with_it(tmp_path: Path) -> None:
    listed = """
determination codes of published lists
  | code | determination | comes with |
  | K    | Kept          | No Assistance |
"""
    words = WORDS + "  | Kept | determination |\n" + listed
    rules_in(tmp_path, TWO_OF_DISTRICTS.format("enrollment is below 10"), year=2022, words=words)
    assert rules_in(tmp_path, TWO_OF_DISTRICTS.format("last year, (No Assistance and Kept)"), words=words)[1] == []


def test_a_district_that_can_have_the_outcome_too_is_asked_about(tmp_path: Path) -> None:
    words = WORDS + "  | Small | method |\n"
    rules = "for schools and school districts\n  M: share of student groups where Red on ELA is 1 or more → Small\n"
    rules += OUTCOMES_OF_SCHOOLS

    def codes(condition: str) -> Sequence[str]:
        return rules_in(tmp_path, rules.format(condition), words=words)[1]

    assert codes("any school is CSI or Small") == ["unclear-list"]
    for plain in ("any school where (CSI or Small)", "(any school is CSI) or Small", "any school is Small"):
        assert codes(plain) == []


def test_years_around_parentheses_are_those_of_all_in_them(tmp_path: Path) -> None:
    """What holds by one condition this year and by the other last year holds in each year, together but not apart."""
    text = "for schools\n  T: {} → CSI\n  otherwise → None\n"
    low, few = "graduates is below 10", "graduating class is below 10"
    each = "in each of the last 2 Dashboard years"
    rows = [
        {**entity("school", code, graduates=graduates, graduating_class=size), "year": year}
        for code, years in {"A": ((5, 30), (30, 5)), "B": ((5, 30), (5, 30)), "C": ((5, 5), (30, 30))}.items()
        for year, (graduates, size) in zip((2023, 2022), years, strict=True)
    ]
    rules_in(tmp_path, text.format(low), 2022)

    def met(condition: str) -> list[str]:
        found = judged(tmp_path, text.format(condition), rows)
        return [code for code in "ABC" if found.value(code, DETERMINATION) == "CSI"]

    assert met(f"({low} or {few}) {each}") == met(f"{each}, ({low} or {few})") == ["A", "B"]
    assert met(f"({each}, {low}) or ({each}, {few})") == ["B"]
    assert met(f"({low} and {few}) last year") == []
    assert met(f"({few} and not {low}) last year") == ["A"]
    assert met(f"({low} or CSI) last year") == ["B"]


@pytest.mark.parametrize(
    "condition, said",
    [
        ("any school was CSI last year and is CSI this year", "`any school where (CSI last year and CSI this year)`"),
        ("any school is CSI or was CSI last year", "`any school where (CSI last year and CSI this year)`"),
        ("average graduates of the schools is above 5", "`average of enrollment over schools`"),
        ("the total graduates of all schools is above 5", "`sum of enrollment over schools`"),
    ],
)
def test_what_is_asked_of_each_and_of_all_gets_help_that_keeps_its_meaning(
    condition: str, said: str, tmp_path: Path
) -> None:
    """A sentence that is shorter by one word would be about the district."""
    rules_in(tmp_path, f"for schools\n  otherwise → CSI\n\nfor school districts\n  D: {condition} → Assistance\n")
    [found] = [one for one in check_ruleset(tmp_path / "2023.rules") if one.severity.value == "error"]
    assert said in str(found.help)
