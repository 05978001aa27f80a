"""Rules whose numbers no proof covers are tried on made-up LEAs: what differs is found at the limits, and confirmed."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import pytest
from attrs import evolve

from rulelang.analysis.made_up_words import given_lines
from rulelang.compiler.locations import rulesets_folder
from rulelang.core.ruleset import Ruleset
from rulelang.engine.evaluate import evaluate
from rulelang.engine.levels import result_for
from rulelang.engine.steps import Prepared, prepare
from rulelang.engine.wording import answer_text
from rulelang.facade import load
from rulelang.reasoning.differences import Difference, differences
from rulelang.reasoning.drawn import Draws
from rulelang.reasoning.possible import NOT_GIVEN, MadeUp, NumbersReadError
from rulelang.reasoning.spelled_out import facts_read, types_read
from rulelang.reasoning.tried import EXAMPLES, Tried, tried
from tests.strategies.suspension import SUSPENSION_BANDS

HEAD = """ruleset Practice Levels 2018
  uses California Dashboard Levels vocabulary

"""
SUSPENSION = f"""{SUSPENSION_BANDS}  grid color
    | Status \\ Change | Increased Significantly | Increased | Maintained | Declined | Declined Significantly |
    | Very Low        | Yellow                  | Green     | Blue       | Blue     | Blue                   |
    | Low             | Orange                  | Yellow    | Green      | Green    | Blue                   |
    | Medium          | Orange                  | Orange    | Yellow     | Green    | Green                  |
    | High            | Red                     | Orange    | Orange     | Yellow   | Yellow                 |
    | Very High       | Red                     | Red       | Red        | Orange   | Yellow                 |
  needs 30 students in both years; 15 for Foster Youth and Homeless at a county office or school district
  when fewer than 150 students: read Declined Significantly as Declined and Increased Significantly as Increased
"""


def rules(text: str, folder: str = "dashboard") -> Ruleset:
    """Return rules as if they stood among those of a folder."""
    return load(rulesets_folder() / folder / "practice.rules", text=text).rules


def changed(before: str, after: str, text: str = SUSPENSION) -> tuple[Tried[Difference], list[str]]:
    """Return how rules differ from those with other words in them, and the facts of the first difference."""
    assert before in text
    sides = rules(HEAD + text), rules(HEAD + text.replace(before, after, 1))
    found = tried(*map(prepare, sides))
    lea = found.differences[0].lea if found.differences else None
    return found, list(given_lines(lea, sides)) if lea is not None else []


def words(found: Tried[Difference]) -> list[tuple[str, str, str]]:
    return [(one.outcome, one.before, one.after) for one in found.differences]


def test_a_limit_that_moves_by_one_step_is_found_at_the_number() -> None:
    found, given = changed("3.0 or less", "3.1 or less")
    assert words(found) == [("Suspension Rate Status", "High", "Medium")]
    assert given == [
        "given a county office",
        "  All Students: suspended students 31, students 1000 on Suspension Rate",
    ]
    assert found.differences[0].kinds == ("county office", "State", "school district", "school")


def test_a_size_that_moves_by_one_student_is_found_at_the_size() -> None:
    found, given = changed("needs 30 students", "needs 31 students")
    assert {outcome for outcome, *_ in words(found)} == {"Suspension Rate color"}
    assert {after for *_, after in words(found)} == {"not rated"}
    assert any("students 30" in line for line in given)


def test_a_size_of_some_student_groups_is_found_for_them_and_their_kinds_of_lea() -> None:
    found, given = changed("15 for Foster Youth", "16 for Foster Youth")
    assert {one.kinds for one in found.differences} == {("county office", "school district")}
    assert given[1].startswith(("  Foster Youth: ", "  Homeless: "))
    assert "students 15" in given[1]


def test_small_populations_are_found_below_their_size() -> None:
    found, given = changed("fewer than 150", "fewer than 151")
    assert ("Suspension Rate Change", "Declined Significantly", "Declined") in words(found)
    assert any("students 150" in line for line in given)


def test_a_cell_of_a_grid_is_found() -> None:
    found, _ = changed("| Medium          | Orange ", "| Medium          | Red    ")
    assert words(found) == [("Suspension Rate color", "Orange", "Red")]


def test_a_cell_that_no_numbers_lead_to_is_not_a_difference() -> None:
    """A rate of 1.5 or less cannot be more than 2.0 higher than the year before."""
    assert words(changed("| Low             | Orange ", "| Low             | Red    ")[0]) == []


def test_rules_that_are_written_otherwise_do_not_differ() -> None:
    otherwise = SUSPENSION.replace("as a percent", "× 100").replace("Status = suspension rate", "Status = rate of it")
    otherwise = otherwise.replace(
        "suspension rate = suspended students ÷ students, × 100", "rate of it = suspended students × 100 ÷ students"
    )
    otherwise = otherwise.replace(
        "suspension rate − last year's suspension rate", "rate of it − last year's rate of it"
    )
    found = tried(prepare(rules(HEAD + SUSPENSION)), prepare(rules(HEAD + otherwise)))
    assert (found.differences, found.more, found.number > 0) == ((), 0, True)


def test_the_same_rules_are_proved_to_be_the_same() -> None:
    """They need no trying, wherever their sentences stand."""
    first = prepare(rules(HEAD + SUSPENSION))
    same = prepare(rules(HEAD + SUSPENSION.replace("  measure Change", "  measure   Change")))
    assert list(differences(first, same)) == []
    with pytest.raises(NumbersReadError):
        list(differences(first, prepare(rules(HEAD + SUSPENSION.replace("6.0", "7.0")))))


def test_two_amounts_are_one_kind_of_difference() -> None:
    text = (rulesets_folder() / "funding" / "2023.rules").read_text(encoding="utf-8").split("\nexample")[0]
    sides = [prepare(rules(text.replace("= $300,000", f"= ${base},000"), "funding")) for base in (300, 310)]
    [one] = tried(sides[0], sides[1]).differences
    assert (one.outcome, one.before, one.after, one.kinds) == ("add-on", "$300,000", "$310,000", ("county",))


def test_a_table_of_what_belongs_to_an_entity_is_tried() -> None:
    text = (rulesets_folder() / "funding" / "2017.rules").read_text(encoding="utf-8").split("\nexample")[0]
    sides = [
        rules(text.replace("below 2,500", limit).replace("2,500 or", f"{limit[6:]} or"), "funding")
        for limit in ("below 2,500", "below 2,501")
    ]
    [one] = tried(*map(prepare, sides)).differences
    assert (one.outcome, one.before, one.after) == ("districts' part", "$200,000", "$100,000")
    assert one.lea is not None
    assert list(given_lines(one.lea, sides)) == [
        "given a county",
        'given a school district "A"',
        "  average daily attendance 2500",
        "  Differentiated Assistance on LCFF assistance status",
    ]


def test_a_difference_that_follows_from_another_is_not_one_of_its_own() -> None:
    found, _ = changed("-0.3 or less", "-0.4 or less")
    assert {outcome for outcome, *_ in words(found)} == {"Suspension Rate Change"}


@cache
def shipped(old: str, new: str) -> tuple[Sequence[Prepared], Tried[Difference]]:
    sides = [prepare(load(name).rules) for name in (old, new)]
    return sides, tried(sides[0], sides[1])


PAIR = ("dashboard/2018", "dashboard/2019")


def test_the_known_changes_of_2019_are_found() -> None:
    _, found = shipped(*PAIR)
    known = {
        ("Graduation Rate Status", "High", "Medium"),
        ("Graduation Rate Status", "Low", "Very Low"),
        ("Graduation Rate Status", "High", "cannot tell"),
        ("College/Career Change", "Increased Significantly", "Increased"),
        ("College/Career Change", "Declined Significantly", "Declined"),
    }
    assert known <= set(words(found))
    assert {one.outcome.rpartition(" ")[0] for one in found.differences} == {"Graduation Rate", "College/Career"}
    assert found.only_after == ("ELPI Status", "Graduation Rate four-year rate")
    assert len(found.differences) <= EXAMPLES


def shows(sides: Sequence[Prepared], one: Difference, lea: MadeUp) -> bool:
    """Return whether the evaluator gives a made-up LEA the two levels of a difference, for its student group.

    As in an example, a type or a number of which nothing is said is unknown.
    """
    assert one.lea is not None
    [group] = {place.group for place in one.lea.cells}
    indicator, _, scale = one.outcome.rpartition(" ")
    places = [place for place in Draws.of((sides[0], sides[1])).places if place.group in (None, group)]
    open_, facts = types_read(sides), {one.key for one in facts_read(sides)}
    said = {**{place: NOT_GIVEN for place in places if place.key in open_ | facts}, **lea.cells}
    found = (evaluate(side, evolve(lea, cells=said).record(side, places)) for side in sides)
    levels = [answer_text(result_for(evaluation, indicator, group).levels[scale]) for evaluation in found]
    return levels == [one.before, one.after]


def test_every_example_shows_its_difference_and_does_without_no_fact() -> None:
    sides, found = shipped(*PAIR)
    for one in found.differences:
        assert one.lea is not None
        assert shows(sides, one, one.lea)
        for left_out in one.lea.cells:
            fewer = {place: given for place, given in one.lea.cells.items() if place != left_out}
            assert not shows(sides, one, evolve(one.lea, cells=fewer))
        for kind in one.kinds:
            assert shows(sides, one, evolve(one.lea, kind=kind))


def test_the_same_is_found_each_time() -> None:
    sides, found = shipped(*PAIR)
    assert tried(sides[0], sides[1]) == found


def test_funding_that_is_not_established_is_shown_by_an_amount() -> None:
    _, found = shipped("funding/2022", "funding/2023")
    assert words(found) == [("add-on", "cannot tell", "$300,000")]


def test_rulesets_that_have_nothing_in_common_are_not_tried() -> None:
    _, found = shipped("graduation/options", "graduation/states")
    assert (found.number, found.differences) == (0, ())
    assert "simple average" in found.only_before
    assert "Ohio graduation rate" in found.only_after
