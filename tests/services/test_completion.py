from __future__ import annotations

from pathlib import Path

import pytest

from rulelang.services.completion import Completion, completions
from rulelang.services.places import Position, Range
from tests.services.texts import HEADER, YEAR, opened, shipped


def offered(text: str) -> dict[str, Completion]:
    workspace, position = opened(HEADER + text)
    return {one.label: one for one in completions(workspace, YEAR, position)}


@pytest.mark.parametrize(
    "text, expected",
    [
        ("Re", {"Red", "replace", "remove"}),
        ("Red on Chron", {"Chronic Absenteeism"}),
        ("Red on Chronic Ab", {"Chronic Absenteeism"}),
        ("Red on ELA an", {"and"}),
        ("Red on ELA → Diff", {"Differentiated Assistance", "Differentiated Assistance criteria"}),
        ("for cha", {"charter schools"}),
        ('example "x"\n  given a sch', {"school district"}),
        ('example "x"\n  given a school district\n  Long-Term', {"Long-Term English Learners"}),
        ("add 4e: Red on EL", {"ELA", "ELPI"}),
        ("remove e", {"example", "everything"}),
        ("sus", {"suspended"}),
    ],
)
def test_what_may_come_next_is_offered(text: str, expected: set[str]) -> None:
    assert expected <= set(offered(text))


@pytest.mark.parametrize(
    "text, other", [("Red on ", "Red"), ("Red ", "ELA"), ("Red on ELA → ", "White"), ("for ", "Red")]
)
def test_what_the_grammar_does_not_take_is_not_offered(text: str, other: str) -> None:
    assert other not in offered(text)


def test_a_name_of_several_words_takes_the_place_of_all_that_was_typed() -> None:
    one = offered("Red on Chronic Ab")["Chronic Absenteeism"]
    assert one.range == Range(Position(2, 7), Position(2, 17))
    assert (one.kind, one.detail) == ("indicator", "state indicator of student groups")
    assert "A lower number is better." in one.says


def test_another_name_finds_the_name_of_the_vocabulary() -> None:
    assert offered("Red on CCI")["College/Career"].filter == "CCI"
    assert offered("expect LTEL")["Long-Term English Learners"].filter == "LTEL"


def test_the_rules_of_the_base_are_offered_where_one_is_replaced() -> None:
    [rule] = offered("replace 4d").values()
    assert rule.label == "4d: Red or Orange on ELPI for Long-Term English Learners only → Priority 4"
    assert rule.detail == "of 2025"


def test_labels_of_the_base_and_of_the_file_are_offered_behind_by() -> None:
    text = (
        'add 4e: Red on ELA → Priority 4\nexample "x"\n  given a school district\n  expect White meets Priority 4 by '
    )
    assert {"4a", "4e"} <= set(offered(text))
    assert "4e" not in offered("add 4e: Red on ELA → Priority 4\nremove ")


@pytest.mark.parametrize("place", ["add PZ before ", "add PZ after D", "add before D", "replace 4d before D"])
def test_labels_are_offered_where_a_rule_says_its_place(place: str) -> None:
    assert {"DA", "DC"} <= set(offered(place))
    assert "before" in offered("add PZ be")


def test_examples_of_the_base_are_offered_where_one_is_removed() -> None:
    assert '"County offices have no EC 52071(f)"' in offered('remove examples "County')


def test_rulesets_and_vocabularies_are_offered_by_name() -> None:
    workspace, position = opened("ruleset Mine 2099\n  based on ¦")
    labels = {one.label for one in completions(workspace, YEAR, position)}
    assert {"2025", "assistance/2025"} <= labels
    workspace, position = opened("ruleset Mine 2099\n  uses ¦")
    assert "California Dashboard vocabulary" in {one.label for one in completions(workspace, YEAR, position)}


def test_an_empty_file_may_begin_with_ruleset() -> None:
    workspace, position = opened("¦")
    assert "ruleset" in {one.label for one in completions(workspace, YEAR, position)}


@pytest.mark.parametrize("text", ["# Red", "Red on ELA # a"])
def test_nothing_is_offered_in_a_comment(text: str) -> None:
    assert offered(text) == {}


def test_words_are_offered_in_the_middle_of_a_file_with_errors() -> None:
    path, text = shipped("assistance/2025")
    workspace, position = opened(text.replace("replace 4a: Red on both ELA", "replace 4a: Rad onn both EL¦"), path)
    assert completions(workspace, path, position) == []
    workspace, position = opened(text.replace("replace 4b: Red on ELA", "oops\n  replace 4b: Red on EL¦"), path)
    assert {"ELA", "ELPI"} <= {one.label for one in completions(workspace, path, position)}


def test_every_offer_of_an_indicator_can_be_read_on() -> None:
    for label in [one.label for one in offered("Red on ").values() if one.kind == "indicator"]:
        assert "→" in offered(f"Red on {label} "), label


FACTS = """vocabulary Clinics

years 2024, 2025

kinds of place
  | kind   | plural  |
  | clinic | clinics |

facts of the place
  | fact    | is a      |
  | rural   | yes or no |
  | visits  | number    |
  | opened  | date      |
  | program | text      |

outcomes
  | outcome | is a          |
  | Watch   | determination |
"""


@pytest.mark.parametrize(
    "written, expected, others",
    [
        ("rural is ", {"yes", "no"}, {"rural", "visits", "above", "at least"}),
        ("rural ", {"is", "is given"}, {"are", "above", "before", "at least"}),
        ("program is ", set(), {"yes", "no", "visits"}),
        ("opened is ", {"before", "on or after"}, {"yes", "above", "at least"}),
        ("visits ", {"is", "above", "at least"}, {"before", "yes"}),
    ],
)
def test_what_goes_with_a_fact_is_offered_behind_it(
    written: str, expected: set[str], others: set[str], tmp_path: Path
) -> None:
    (tmp_path / "vocabulary.rules").write_text(FACTS, encoding="utf-8")
    path = tmp_path / "2025.rules"
    workspace, position = opened(f"ruleset Clinics 2025\n\nfor clinics\n  A: {written}", path)
    found = {one.label for one in completions(workspace, path, position)}
    assert expected <= found
    assert not found & others
