"""Shares: `at least half of the student groups`, `60 percent or more of the indicators`."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest

from rulelang.core.record import LeaRecord, Reading, YearFacts
from rulelang.core.truth import Amount, Quantity, Truth
from rulelang.engine.columns import Answers
from rulelang.engine.counting import Tallied, quantity_of
from rulelang.engine.steps import prepare
from rulelang.syntax.format import format_file
from tests.compiler.checking import BASE, checked
from tests.engine.determined import determine
from tests.language.test_format import read

HALF = "  S1: at least half of the student groups are Red on ELA → Method 1\n"


def _column(answer: Truth) -> Answers:
    return Answers(int(answer is True), int(answer is False))


@pytest.mark.parametrize("percent", [1, 34, 50, 67, 99, 100])
def test_a_share_is_what_every_way_the_unknowns_could_turn_out_agrees_on(percent: int) -> None:
    quantity = Quantity(Amount.PERCENT, percent)
    ways = [(member, met) for member in (True, False, None) for met in (True, False, None)]
    for things in product(ways, repeat=3):
        answers = [(_column(member), _column(met)) for member, met in things]
        found = quantity_of(quantity, Tallied(answers, 1, 1))
        expected = quantity.judge(things)
        assert found == Answers(int(expected is True), int(expected is False)), things


def test_exactly_half_is_enough_and_half_of_none_is_nothing() -> None:
    half = Quantity(Amount.PERCENT, 50)
    assert [half.holds(*of) for of in ((0, 0), (1, 2), (1, 3), (2, 3))] == [False, True, False, True]


@pytest.mark.parametrize(
    "levels, answer",
    [
        ({"Homeless": "Red", "White": "Blue"}, True),
        ({"Homeless": "Red", "White": "Blue", "English Learners": "Blue"}, False),
        ({"Homeless": "Blue"}, False),
        ({}, False),
    ],
)
def test_half_of_the_student_groups_that_the_lea_has(levels: dict[str, str], answer: bool, tmp_path: Path) -> None:
    found = checked({"2017.rules": BASE.replace("  M1:", HALF.replace("S1", "M0") + "  M1:")}, tmp_path)
    assert found.ruleset is not None, found.diagnostics
    groups = {group: {("ELA", "color"): Reading(level)} for group, level in levels.items()}
    silent = frozenset(one.name for one in found.ruleset.vocabulary.indicators)
    record = LeaRecord("1", "", "", "school district", {2017: YearFacts(groups, {}, silent)})
    assert determine(prepare(found.ruleset), record).methods["Method 1"] is answer


@pytest.mark.parametrize(
    "written, kept",
    [
        ("at least half of the student groups are Red on ELA", "at least half of the student groups are Red on ELA"),
        ("50% or more of student groups are Red on ELA", "at least half of the student groups are Red on ELA"),
        ("60 percent or more of the indicators are Red", "60 percent or more of the indicators are Red"),
    ],
)
def test_a_share_is_kept_in_one_way(written: str, kept: str) -> None:
    assert f"{kept} → Method 1" in format_file(read(f"ruleset Test 2017\n  {written} → Method 1\n"))


@pytest.mark.parametrize(
    "percent, codes", [(0, {"quantity-of-none"}), (1, set()), (100, set()), (101, {"beyond-what-exists"})]
)
def test_shares_of_none_and_of_more_than_all_are_refused(percent: int, codes: set[str], tmp_path: Path) -> None:
    text = BASE + f"  {percent} percent or more of the student groups are Red on ELA → EC 52072 referral\n"
    found = checked({"2017.rules": text}, tmp_path)
    assert {one.code for one in found.diagnostics} == codes
