"""Rules on numbers are compared by the numbers that their limits distinguish; trying many others finds nothing more."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from fractions import Fraction
from itertools import product
from pathlib import Path

import pytest

from rulelang.analysis.made_up_words import given_lines
from rulelang.compiler.locations import rulesets_folder
from rulelang.core.record import LeaRecord, Reading, YearFacts
from rulelang.core.ruleset import DETERMINATION, Ruleset
from rulelang.engine.determination import determine_all
from rulelang.engine.steps import prepare
from rulelang.facade import load
from rulelang.reasoning.differences import Difference, differences
from rulelang.reasoning.opened import apart
from rulelang.reasoning.possible import NumbersReadError
from tests.reasoning.test_circuit import seeded
from tests.strategies.effort import EFFORT

TEXT = """ruleset Practice 2024
  uses ESSA Assistance vocabulary

for schools
  C: Red on ELA and graduates is {of_group} → combination
  G: combination for All Students only → student group combination
  DG: any student group meets combination and enrollment is {of_lea} → ATSI
  DO: otherwise → No Status
"""
ELA, GRADUATES = ("ELA", "color"), ("Graduation Rate", "graduates")
ENROLLMENT = ("Alternative School Status", "enrollment")


def ruleset(folder: Path, name: str, text: str) -> Ruleset:
    """Return rules in a folder that has the words of schools."""
    if not (folder / "essa").exists():
        (folder / "essa").mkdir()
        for file in ("vocabulary.rules", "essa/vocabulary.rules"):
            shutil.copy(rulesets_folder() / file, folder / file)
    path = folder / "essa" / f"{name}.rules"
    path.write_text(text, encoding="utf-8")
    return load(path).rules


def compared(folder: Path, old: tuple[str, str], new: tuple[str, str]) -> tuple[list[Ruleset], list[Difference]]:
    sides = [
        ruleset(folder, name, TEXT.format(of_group=of_group, of_lea=of_lea))
        for name, (of_group, of_lea) in (("old", old), ("new", new))
    ]
    return sides, list(differences(*map(prepare, sides)))


def readings(numbers: list[Fraction]) -> list[Reading | None]:
    return [None, Reading(None), *map(Reading, numbers)]


def schools(numbers: list[Fraction]) -> Iterator[LeaRecord]:
    """Yield schools with every choice of some numbers, of their own and of their students."""
    for enrollment, graduates, level in product(readings(numbers), readings(numbers), ("Red", "Orange", None)):
        lea = {} if enrollment is None else {ENROLLMENT: enrollment}
        group = {ELA: Reading(level), **({} if graduates is None else {GRADUATES: graduates})}
        others = {"ELA", "Math", "Suspension Rate", "Chronic Absenteeism", "ELPI", "College/Career"}
        facts = YearFacts({"All Students": group}, lea, silent=frozenset(others))
        yield LeaRecord("", "a school", "", "school", {2024: facts})


def test_a_limit_that_moves_is_shown_at_the_number_between(tmp_path: Path) -> None:
    sides, [one] = compared(tmp_path, ("30 or more", "below 100"), ("30 or more", "below 120.5"))
    assert (one.outcome, one.before, one.after, one.kinds) == (DETERMINATION, "No Status", "ATSI", ("school",))
    assert one.lea is not None
    assert list(given_lines(one.lea, sides)) == [
        "given a school",
        "  enrollment 100 on Alternative School Status",
        "  All Students: Red on ELA, graduates 30 on Graduation Rate",
    ]


@pytest.mark.parametrize("seed", range(12 * EFFORT))
def test_nothing_is_proved_the_same_that_any_number_tells_apart(tmp_path: Path, seed: int) -> None:
    random = seeded(seed)
    words = ("below {}", "above {}", "{} or more", "{} or less")
    old, new = (tuple(random.choice(words).format(random.choice((30, 30, 31, 30.5))) for _ in range(2)) for _ in "on")
    sides, found = compared(tmp_path, (old[0], old[1]), (new[0], new[1]))
    tried = list(schools([Fraction(number, 4) for number in range(117, 129)]))
    outcomes = [[one.outcome for one in determine_all(prepare(side), tried)] for side in sides]
    pairs = {pair for pair in zip(*outcomes, strict=True) if pair[0] != pair[1]}
    assert bool(found) is bool(pairs)
    shown = {(one.before, one.after) for one in found if one.outcome == DETERMINATION}
    assert {pair for pair in pairs if "cannot tell" not in pair} <= shown


@pytest.mark.parametrize("seed", range(20 * EFFORT))
def test_any_number_is_like_one_of_the_options(seed: int) -> None:
    random = seeded(seed)
    limits = [Fraction(random.randint(-40, 40), random.choice((1, 2, 10, 3))) for _ in range(random.randint(0, 5))]
    told = list(apart(limits))
    assert told == sorted(set(told))

    def answers(number: Fraction) -> list[tuple[bool, bool]]:
        return [(number < limit, number > limit) for limit in limits]

    known = [answers(number) for number in told]
    assert len(set(map(tuple, known))) == len(told)
    assert all(answers(Fraction(number, 60)) in known for number in range(-3000, 3000))


RATES = """ruleset Practice 2024
  uses ESSA Assistance vocabulary

measure Graduation Rate rate = {measure}

for schools
  R: rate is {limit} for All Students only → low graduation rate
  DG: any student group meets low graduation rate → CSI Graduation
  DO: otherwise → No Status
"""
ROUNDED = "graduates ÷ students, as a percent, rounded to 1 decimal"
STUDENTS = ("Graduation Rate", "students")


def rates(folder: Path, name: str, limit: str, measure: str = ROUNDED) -> Ruleset:
    text = RATES.format(limit=limit, measure=measure)
    return ruleset(folder, name, text)


def cohorts() -> Iterator[LeaRecord]:
    """Yield schools with many numbers of graduates and of students, and without either."""
    numbers = [*readings([Fraction(number) for number in range(23)])]
    for graduates, students in product(numbers, numbers):
        group = {key: one for key, one in ((GRADUATES, graduates), (STUDENTS, students)) if one is not None}
        yield LeaRecord("", "a school", "", "school", {2024: YearFacts({"All Students": group})})


def settled(old: Ruleset, new: Ruleset) -> set[tuple[str, str]]:
    """Return the kinds of difference in the determination, after finding the same by trying many schools."""
    found = {(one.before, one.after) for one in differences(prepare(old), prepare(new))}
    tried = list(cohorts())
    outcomes = [[one.outcome for one in determine_all(prepare(side), tried)] for side in (old, new)]
    pairs = {pair for pair in zip(*outcomes, strict=True) if pair[0] != pair[1]}
    assert {pair for pair in pairs if "cannot tell" not in pair} <= found
    assert bool(found) >= bool(pairs)
    return found


@pytest.mark.parametrize("seed", range(10 * EFFORT))
def test_calculated_numbers_are_settled_as_trying_many_finds(tmp_path: Path, seed: int) -> None:
    random = seeded(seed)
    words = ("below {}", "above {}", "{} or more", "{} or less")
    measures = (ROUNDED, "graduates ÷ students, as a percent", "graduates + students", "graduates − students")
    measure = random.choice(measures)
    sides = [
        rates(tmp_path, name, random.choice(words).format(random.choice((20, 66.9, 67, 33.3))), measure)
        for name in ("old", "new")
    ]
    settled(*sides)


def test_a_difference_in_a_calculated_number_is_shown_with_the_numbers_behind_it(tmp_path: Path) -> None:
    sides = [rates(tmp_path, name, limit) for name, limit in (("old", "below 67"), ("new", "below 68"))]
    [one] = differences(*map(prepare, sides))
    assert (one.before, one.after) == ("No Status", "CSI Graduation")
    assert one.lea is not None
    assert list(given_lines(one.lea, sides)) == [
        "given a school",
        "  All Students: students 100, graduates 67 on Graduation Rate",
    ]


def test_what_no_numbers_show_is_left_open_beside_what_some_do(tmp_path: Path) -> None:
    """That the rate and its opposite are both high is thought possible: each is any number for the proof."""
    text = RATES.format(limit="below 20", measure=ROUNDED).replace(
        "for schools\n",
        "measure Graduation Rate opposite = students ÷ graduates, as a percent\n\nfor schools\n"
        "  B: rate is above 80 and opposite is above {limit} for All Students only → student group combination\n"
        "  DA: any student group meets student group combination → ATSI\n",
    )
    sides = [
        ruleset(tmp_path, name, text.replace("{limit}", limit).replace("below 20", below))
        for name, limit, below in (("old", "200", "below 20"), ("new", "300", "below 30"))
    ]
    found = {(one.before, one.after): one.lea for one in differences(*map(prepare, sides))}
    assert found["No Status", "CSI Graduation"] is not None
    assert found["ATSI", "No Status"] is None


def test_limits_between_which_no_rounded_number_lies_are_proved_the_same(tmp_path: Path) -> None:
    old, new = rates(tmp_path, "old", "below 67.0"), rates(tmp_path, "new", "66.9 or less")
    assert settled(old, new) == set()
    exact = "graduates ÷ students, as a percent"
    old, new = rates(tmp_path, "old", "below 67.0", exact), rates(tmp_path, "new", "66.9 or less", exact)
    assert list(differences(prepare(old), prepare(new))) != []


def test_a_quotient_is_absent_where_the_divisor_is_zero(tmp_path: Path) -> None:
    old, new = (
        ruleset(tmp_path, name, RATES.format(limit="", measure=ROUNDED).replace("rate is ", condition))
        for name, condition in (
            ("old", "rate is given"),
            ("new", "(students is above 0 and graduates is given)"),
        )
    )
    found = differences(prepare(old), prepare(new))
    assert {"cannot tell" in (one.before, one.after) for one in found} <= {True}


@pytest.mark.slow
def test_the_graduation_rates_of_two_years_are_compared() -> None:
    old, new = (prepare(load(f"essa/{year}").rules) for year in (2018, 2019))
    found = {(one.outcome, one.before, one.after) for one in differences(old, new)}
    assert (DETERMINATION, "General Assistance", "CSI Graduation") in found
    assert (DETERMINATION, "CSI Graduation", "General Assistance") not in found
    assert list(differences(new, new)) == []


def test_what_is_done_with_numbers_beyond_that_is_refused_in_the_words_of_the_rules() -> None:
    old, new = (prepare(load(f"dashboard/{year}").rules) for year in (2018, 2019))
    with pytest.raises(NumbersReadError) as error:
        list(differences(old, new))
    assert error.value.names
    assert str(error.value).startswith("the rules do more with numbers than compare them with limits: `")
    assert str(error.value).endswith("; try them with `tried()`")
