"""Levels read off an evaluation: what each comes to, and why one is not rated or cannot be told."""

from __future__ import annotations

from fractions import Fraction

import pytest

from rulelang.core.ruleset import Ruleset
from rulelang.core.tree import NOT_RATED, Value
from rulelang.engine.levels import LevelResult, result_for, results_of, worked_out
from tests.engine.level_rules import SUSPENSION, counts, evaluated, loaded


@pytest.fixture(scope="module")
def ruleset(tmp_path_factory: pytest.TempPathFactory) -> Ruleset:
    return loaded(tmp_path_factory.mktemp("rules"))


def result(ruleset: Ruleset, *numbers: int | None, group: str = "White", **levels: str) -> LevelResult:
    return result_for(evaluated(ruleset, {group: counts(*numbers, **levels)}), SUSPENSION, group)


def test_a_level_comes_after_those_it_rests_on(ruleset: Ruleset) -> None:
    (worked,) = worked_out(ruleset)
    assert list(worked.scales) == ["Status", "Change", "color"]
    assert list(worked.measures) == ["suspension rate", "Status", "Change"]


def test_the_numbers_are_exact_and_the_levels_are_named(ruleset: Ruleset) -> None:
    found = result(ruleset, 23, 481, 23, 521)
    assert found.numbers["suspension rate"] == Fraction(2300, 481)
    assert found.numbers["Status"] == Fraction("4.8")
    assert found.numbers["Change"] == Fraction("0.4")
    assert found.levels == {"Status": "High", "Change": "Increased", "color": "Orange"}
    assert found.reasons == {}


def test_results_are_those_of_the_groups_that_have_a_row(ruleset: Ruleset) -> None:
    evaluation = evaluated(ruleset, {"White": counts(1, 100, 1, 100), "Homeless": counts(1, 20, 0, 20)})
    assert [one.group.name for one in results_of(evaluation) if one.group] == ["Homeless", "White"]


@pytest.mark.parametrize(
    "numbers, levels, scale, value, words",
    [
        ((0, 24, 1, 40), {}, "color", NOT_RATED, "students 24, below 30"),
        ((0, 40, 1, 24), {}, "color", NOT_RATED, "last year's students 24, below 30"),
        ((0, 7, 0, 40), {}, "Status", NOT_RATED, "students 7, below 11"),
        ((30, 300, 9, 300), {"type": "unified district"}, "Status", None, "the table of schools was not found"),
        ((9, 300, None, None), {}, "Change", None, "not in the data: last year's students"),
        ((9, None, 9, 300), {}, "Status", None, "not in the data: students"),
        ((1, 300, 20, 300), {"type": ""}, "Status", "Very Low", ""),
        ((3, 300, 20, 300), {"type": ""}, "Status", None, "not in the data: type"),
        ((0, 400, 12, 400), {"data_certification": "Not Certified"}, "color", "Orange", ""),
        ((0, 24, 0, 24), {"data_certification": "Not Certified"}, "color", NOT_RATED, "students 24, below 30"),
        ((2, 400, 0, 40), {"data_certification": ""}, "color", None, "not in the data: data certification"),
    ],
)
def test_a_level_that_is_not_known_says_why(
    ruleset: Ruleset, numbers: tuple[int | None, ...], levels: dict[str, str], scale: str, value: Value, words: str
) -> None:
    found = result(ruleset, *numbers, **levels)
    assert found.levels[scale] == value
    if words:
        assert words in found.reasons[scale].text
    else:
        assert scale not in found.reasons


def test_the_minimum_size_of_a_student_group_is_its_own(ruleset: Ruleset) -> None:
    assert isinstance(result(ruleset, 1, 20, 1, 20, group="Homeless").levels["color"], str)
    assert result(ruleset, 1, 20, 1, 20).levels["color"] is NOT_RATED


def test_a_reason_leaves_out_what_is_as_usual(ruleset: Ruleset) -> None:
    assert result(ruleset, 0, 40, 1, 24).reasons["color"].text == "last year's students 24, below 30"
    assert result(ruleset, 0, 40, 1, 24, data_certification="Not Certified").levels["color"] == "Orange"


def test_a_reason_names_the_statement_that_decides(ruleset: Ruleset) -> None:
    reason = result(ruleset, 0, 24, 1, 40).reasons["color"]
    assert reason.rule is not None
    assert reason.rule.what == "needs"


def test_small_populations_are_read_otherwise(ruleset: Ruleset) -> None:
    assert result(ruleset, 0, 150, 6, 150).levels["Change"] == "Declined Significantly"
    assert result(ruleset, 0, 149, 6, 150).levels["Change"] == "Declined"


def test_an_indicator_or_group_that_is_not_there_is_refused(ruleset: Ruleset) -> None:
    evaluation = evaluated(ruleset, {"White": counts(1, 100, 1, 100)})
    with pytest.raises(KeyError):
        result_for(evaluation, "ELA", "White")
    with pytest.raises(KeyError):
        result_for(evaluation, SUSPENSION, "Green")
