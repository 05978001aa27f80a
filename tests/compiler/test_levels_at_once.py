"""Conditions that ask for two levels of one indicator at once never hold, and a check says so wherever they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from rulelang.diagnostics.diagnostic import Severity
from tests.compiler.test_ambiguity import PLACES, found_in, rules_in

AT_ONCE = (
    "Red on ELA and Orange on ELA",
    "Red on both ELA and Math and Orange on Math",
    "Red on ELA and not Red on ELA",
    "Orange or worse on ELA and not Red or Orange on ELA",
    "Red or Orange on ELA and Orange or Yellow on ELA and Red or Yellow on ELA",
    "Red on ELA, unless Orange or worse on ELA",
    "(Red on ELA for White only) and Orange on ELA",
)
POSSIBLE = (
    "Red on ELA and Orange on Math",
    "Red on ELA or Orange on ELA",
    "Orange or worse on ELA and Red on ELA",
    "Orange or worse on ELA and not Red on ELA",
    "Red on either ELA or Math and Orange on ELA",
    "Red on ELA and (last year, Orange on ELA)",
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("at-once")
    (made / "vocabulary.rules").touch()
    return made


@pytest.mark.parametrize("place", PLACES)
def test_two_levels_at_once_are_said_never_to_hold_in_every_place(place: str, folder: Path) -> None:
    rules = rules_in(place, [*AT_ONCE, *POSSIBLE], of_lea=False)
    found = [[one for one in reported if one.code == "levels-at-once"] for reported in found_in(rules, folder)]
    assert [rule for rule, said in zip(rules, found, strict=True) if said] == rules[: len(AT_ONCE)]
    assert {one.severity for said in found for one in said} == {Severity.WARNING}


@pytest.mark.parametrize("more", ["and Red on Math", ", unless Red on Math", "and (Red on Math and not Blue on Math)"])
def test_it_is_said_once_of_conditions_within_others(more: str, folder: Path) -> None:
    [found] = found_in(rules_in(next(iter(PLACES)), [f"(Red on ELA and Orange on ELA) {more}"], of_lea=False), folder)
    assert [one.code for one in found if one.severity is Severity.WARNING] == ["levels-at-once"]


@pytest.mark.parametrize("who", ["any student group is", "White are", "2 or more student groups are"])
def test_it_is_said_of_student_groups_too(who: str, folder: Path) -> None:
    rules = [f"{who} Red on ELA and {levels} → Method 3" for levels in ("Orange on ELA", "Orange on Math")]
    at_once, possible = found_in(rules, folder)
    assert [one.code for one in at_once] == ["levels-at-once"]
    assert list(possible) == []
