"""The comparison with a published list: what agrees, what differs, and what is never counted as agreement."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from rulelang.analysis.reconcile import (
    NO_COLUMN,
    NO_DATA,
    NOT_IN_LIST,
    UNKNOWN,
    Cell,
    Reconciliation,
    Subject,
    Verdict,
    by_name,
    narrowed,
    reconcile,
)
from rulelang.core.record import LeaRecord
from rulelang.data.published import PublishedLea, PublishedList
from rulelang.data.report import ReadReport
from rulelang.engine.determination import Determination
from rulelang.engine.listed_priorities import listed_priorities
from rulelang.engine.steps import prepare
from tests.engine.building import record_of, ruleset
from tests.engine.determined import determine

PREPARED = prepare(ruleset(2018))
WORDS = PREPARED.ruleset.vocabulary
GROUPS = tuple(group.name for group in WORDS.groups_in(2018))
METHODS = (*PREPARED.ruleset.methods, *PREPARED.ruleset.referrals)
COLUMNS = frozenset((*GROUPS, *METHODS, "determination"))
RED = "2018 Homeless: Red on Graduation Rate, Red on Suspension Rate"


def ours(*facts: str, code: str = "123") -> Determination:
    record: LeaRecord = evolve(record_of(facts), code=code)
    return determine(PREPARED, record)


def lea(code: str = "123", **said: Any) -> PublishedLea:  # noqa: ANN401  # whatever the list says
    """Return what a list says of an LEA where Homeless met Priorities 5 and 6, changed as said."""
    listed = PublishedLea(
        code=code,
        name="Greenfield Union",
        county="Monterey",
        determination="Differentiated Assistance",
        priorities={group: frozenset({5, 6} if group == "Homeless" else ()) for group in GROUPS},
        methods={method: method == "Method 1" for method in METHODS},
    )
    return evolve(listed, **said)


def listing(*leas: PublishedLea, columns: frozenset[str] = COLUMNS) -> PublishedList:
    return PublishedList(Path("list.xlsx"), 2018, leas, ReadReport(), columns=columns)


def reasons_of(comparison: Reconciliation) -> dict[str, tuple[int, int]]:
    """Return how many LEAs, and how many cells, were not compared for each reason."""
    cells = [cell for cell in comparison.cells if cell.verdict is Verdict.NOT_COMPARED]
    reasons = {cell.reason for cell in cells}
    found = {reason: [cell.code for cell in cells if cell.reason == reason] for reason in reasons}
    assert sum(number for _, number in comparison.not_compared().values()) == len(cells)
    return {reason: (len(set(codes)), len(codes)) for reason, codes in found.items()}


def cells_about(comparison: Reconciliation, subject: Subject) -> list[Cell]:
    return [cell for cell in comparison.cells if cell.subject == subject]


def test_every_cell_of_an_lea_is_compared() -> None:
    comparison = reconcile([ours(RED)], listing(lea()))
    assert comparison.agreeing == len(GROUPS) + len(METHODS) + 1
    assert comparison.agrees
    assert comparison.not_compared() == {}
    assert comparison.compared_leas == 1


@pytest.mark.parametrize(
    "said, subject, about",
    [
        ({"priorities": dict.fromkeys(GROUPS, frozenset[int]())}, Subject.GROUP, "Homeless"),
        ({"methods": {method: method in {"Method 1", "Method 2"} for method in METHODS}}, Subject.METHOD, "Method 2"),
        (
            {"methods": {method: method in {"Method 1", METHODS[-1]} for method in METHODS}},
            Subject.REFERRAL,
            METHODS[-1],
        ),
        ({"determination": "General Assistance"}, Subject.DETERMINATION, ""),
    ],
)
def test_a_cell_that_differs_is_found(said: dict[str, Any], subject: Subject, about: str) -> None:
    comparison = reconcile([ours(RED)], listing(lea(**said)))
    [cell] = comparison.differing
    assert (cell.subject, cell.about) == (subject, about)
    assert cell.ours != cell.theirs
    assert not comparison.agrees


def test_of_what_the_list_says_it_is_counted_how_often_we_say_it_too() -> None:
    comparison = reconcile([ours(RED), ours(code="124")], listing(lea(), lea("124")))
    assert by_name(comparison.cells) == {
        "Differentiated Assistance": (2, 1, 0),
        "Method 1": (2, 1, 0),
    }


def test_a_single_priority_is_not_listed() -> None:
    alone = ours("2018 Homeless: Red on Graduation Rate")
    assert listed_priorities(alone, alone.group("Homeless")) == frozenset()


def test_a_local_rating_is_no_priority_of_the_group() -> None:
    local = ours("2018: Not Met for Two or More Years on School Climate", "2018 Homeless: Red on Graduation Rate")
    assert local.group("Homeless").priorities == (5, 6)
    assert listed_priorities(local, local.group("Homeless")) == frozenset()


def test_what_the_data_cannot_tell_is_not_agreement() -> None:
    untold = ours("2018 Homeless: Red on Graduation Rate, unknown on Suspension Rate")
    comparison = reconcile([untold], listing(lea()))
    cell = next(cell for cell in cells_about(comparison, Subject.GROUP) if cell.about == "Homeless")
    assert (cell.verdict, cell.reason) == (Verdict.NOT_COMPARED, UNKNOWN)


def test_an_unknown_that_cannot_change_the_cell_is_compared() -> None:
    record = ours("2018 Homeless: Green on Graduation Rate, unknown on Suspension Rate")
    assert listed_priorities(record, record.group("Homeless")) == frozenset()


def test_an_lea_on_one_side_only_is_counted_apart() -> None:
    comparison = reconcile([ours(RED, code="123"), ours(RED, code="124")], listing(lea("123"), lea("125")))
    size = len(GROUPS) + len(METHODS) + 1
    assert reasons_of(comparison) == {NOT_IN_LIST: (1, size), NO_DATA: (1, size)}
    assert comparison.agreeing == size
    assert comparison.agrees


def test_a_column_the_list_does_not_have_is_not_agreement() -> None:
    listed = listing(lea(methods=dict.fromkeys(METHODS)), columns=COLUMNS - {"White", *METHODS})
    comparison = reconcile([ours(RED)], listed)
    assert reasons_of(comparison) == {NO_COLUMN: (1, 1 + len(METHODS))}
    assert comparison.not_compared()["method", NO_COLUMN] == (1, len(PREPARED.ruleset.methods))


@pytest.mark.parametrize("listed", [listing(), listing(lea("999"))])
def test_nothing_compared_is_not_agreement(listed: PublishedList) -> None:
    assert not reconcile([ours(RED)], listed).agrees


def test_nothing_determined_is_not_agreement() -> None:
    assert not reconcile([], listing(lea())).agrees


def test_a_list_is_narrowed_to_leas_and_counties() -> None:
    listed = listing(lea("1"), lea("2", county="Alpine"))
    assert [one.code for one in narrowed(listed, (), (), WORDS).leas] == ["1", "2"]
    assert [one.code for one in narrowed(listed, (), ("alpine",), WORDS).leas] == ["2"]
    assert [one.code for one in narrowed(listed, ("1",), (), WORDS).leas] == ["1"]
    assert narrowed(listed, ("1",), ("alpine",), WORDS).leas == ()


LEVELS = st.sampled_from(["Red", "Orange", "Green", "not rated", "unknown"])
INDICATORS = ("ELA", "Math", "Graduation Rate", "Suspension Rate", "Chronic Absenteeism")


@given(st.lists(st.tuples(st.sampled_from(GROUPS), LEVELS, st.sampled_from(INDICATORS)), max_size=12))
def test_a_list_made_from_our_answers_agrees_wherever_it_is_compared(facts: list[tuple[str, str, str]]) -> None:
    distinct = {(group, indicator): level for group, level, indicator in facts}
    mine = ours(*(f"2018 {group}: {level} on {indicator}" for (group, indicator), level in distinct.items()))
    told = {result.group.name: listed_priorities(mine, result) for result in mine.groups}
    same = lea(
        priorities={name: met or frozenset() for name, met in told.items()},
        methods={**mine.methods, **mine.referrals},
        determination=mine.outcome,
    )
    comparison = reconcile([mine], listing(same))
    untold = sum(met is None for met in told.values()) + sum(
        answer is None for answer in {**mine.methods, **mine.referrals}.values()
    )
    assert comparison.differing == []
    assert len(comparison.cells) - comparison.agreeing == untold + (mine.outcome == "cannot tell")
