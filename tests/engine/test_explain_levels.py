"""An explanation leads from the counts to the color, in the author's words, and fits the screen."""

from __future__ import annotations

from fractions import Fraction

import pytest

from rulelang.core.ruleset import Ruleset
from rulelang.core.tree import Call, Const, Node
from rulelang.engine.evaluate import evaluate
from rulelang.engine.explain_levels import explain_level, explain_levels
from rulelang.engine.formulas import formula
from rulelang.engine.steps import prepare
from rulelang.engine.trace import occurrence_of
from tests.engine.building import record_of, single
from tests.engine.level_rules import SUSPENSION, counts, evaluated, loaded


@pytest.fixture(scope="module")
def ruleset(tmp_path_factory: pytest.TempPathFactory) -> Ruleset:
    return loaded(tmp_path_factory.mktemp("rules"))


def explained(ruleset: Ruleset, *numbers: int | None, **levels: str) -> str:
    return explain_level(evaluated(ruleset, {"White": counts(*numbers, **levels)}), SUSPENSION, "White")


def test_from_counts_to_color(ruleset: Ruleset) -> None:
    text = explained(ruleset, 3, 120, 6, 121)
    for words in (
        "Suspension Rate, White (WH): Green",
        "measure suspension rate = suspended students ÷ students, as a percent",
        "3 ÷ 120 × 100 = 2.5",
        "2.5, rounded to 1 decimal → 2.5",
        "Status 2.5 is Medium: 3.0 or less (type elementary district)",
        "= cites: Five-by-five tables 2018",
        "= confidence: A",
        "2.5 − 6 ÷ 121 × 100 = -2.458…, rounded to 1 decimal → -2.5",
        "Change -2.5 is Declined Significantly: -2 or less",
        "students 120, below 150 and Change Declined Significantly → Declined",
        "Status Medium, Change Declined → Green",
    ):
        assert words in text


def test_of_an_unknown_type_each_row_that_may_apply_is_shown_and_only_where_rows_are_by_type(ruleset: Ruleset) -> None:
    text = explain_level(evaluated(ruleset, {"White": counts(3, 120, 6, 121, type="")}), SUSPENSION, "White")
    assert "cannot tell which rows apply: not in the data: type" in text
    assert "Status 2.5 is Medium: 3.0 or less (type elementary district)\n" in text
    assert "Change -2.5 is Declined Significantly: -2 or less\n" in text


def test_without_a_type_no_row_applies(ruleset: Ruleset) -> None:
    text = explain_level(evaluated(ruleset, {"White": counts(3, 120, 6, 121, type="not rated")}), SUSPENSION, "White")
    assert "Suspension Rate, White (WH): not rated" in text
    assert "not rated: type: not rated" in text
    assert "(type" not in text


def test_a_measure_is_told_once(ruleset: Ruleset) -> None:
    text = explained(ruleset, 3, 120, 6, 121)
    assert text.count("measure suspension rate =") == 1


def test_what_stands_in_the_way_is_told(ruleset: Ruleset) -> None:
    text = explained(ruleset, 3, 20, 6, 121)
    assert "needs 30 students in both years" in text
    assert "students 20, below 30 → not rated" in text


def test_an_override_comes_with_its_reason(ruleset: Ruleset) -> None:
    text = explained(ruleset, 3, 120, 6, 121, data_certification="Not Certified")
    assert "Orange when Not Certified" in text
    assert "= because: the counts were certified late" in text
    assert "data certification Not Certified → Orange" in text


def test_what_is_not_established_says_so(ruleset: Ruleset) -> None:
    text = " ".join(explained(ruleset, 30, 300, 9, 300, type="unified district").split())
    assert "Status 10.0 is not established" in text
    assert "cannot tell: the level of 10.0 is not established: the table of schools was not found" in text


def test_a_missing_count_is_named(ruleset: Ruleset) -> None:
    assert "not in the data: last year's" in explained(ruleset, 9, 300, None, 300)


def test_the_whole_lea_is_listed_before_one_group_is_worked_out(ruleset: Ruleset) -> None:
    rows = {"White": counts(3, 120, 6, 121), "Homeless": counts(1, 40, 0, 40)}
    text = explain_levels(evaluated(ruleset, rows))
    assert text.startswith("Salinas City\n────────────\nschool district 27661420000000, Monterey, Levels 2018\n")
    assert "  White: Status 2.5 Medium, Change -2.5 Declined, color Green" in text
    assert "Suspension Rate, Homeless (HOM)" in text
    assert "Suspension Rate, White (WH)" not in text


def test_an_indicator_alone_is_worked_out_for_every_group(ruleset: Ruleset) -> None:
    rows = {"White": counts(3, 120, 6, 121), "Homeless": counts(1, 40, 0, 40)}
    text = explain_levels(evaluated(ruleset, rows), indicator=SUSPENSION)
    assert "(HOM)" in text
    assert "(WH)" in text


@pytest.mark.parametrize("width", [60, 80, 100])
def test_no_line_is_wider_than_the_screen(ruleset: Ruleset, width: int) -> None:
    evaluation = evaluated(ruleset, {"White": counts(3, 120, 6, 121, data_certification="Not Certified")})
    lines = explain_levels(evaluation, width=width).splitlines()
    assert [line for line in lines if len(line) > width and "-->" not in line] == []


NUMBER = {name: Const(Fraction(value)) for name, value in {"a": 6, "b": 308, "c": -2, "hundred": 100}.items()}


def applied(operator: str, *parts: Node) -> Call:
    return Call(operator, parts)


@pytest.mark.parametrize(
    "node, text",
    [
        (applied("times", applied("divided by", NUMBER["a"], NUMBER["b"]), NUMBER["hundred"]), "6 ÷ 308 × 100"),
        (applied("divided by", NUMBER["a"], applied("plus", NUMBER["a"], NUMBER["b"])), "6 ÷ (6 + 308)"),
        (applied("minus", NUMBER["a"], applied("minus", NUMBER["a"], NUMBER["b"])), "6 − (6 − 308)"),
        (applied("minus", applied("minus", NUMBER["a"], NUMBER["a"]), NUMBER["b"]), "6 − 6 − 308"),
        (applied("minus", NUMBER["a"], NUMBER["c"]), "6 − (-2)"),
        (applied("plus", NUMBER["a"], applied("times", NUMBER["a"], NUMBER["b"])), "6 + 6 × 308"),
        (applied("highest of", NUMBER["a"], NUMBER["b"]), "highest of 6 and 308"),
    ],
)
def test_a_formula_reads_as_it_is_worked_out(node: Node, text: str) -> None:
    evaluation = evaluate(prepare(single(node)), record_of(()))
    assert formula(occurrence_of(evaluation, (2018, "it"))) == text
