"""Whether two rulesets mean the same is proved, or shown by the smallest made-up LEA for each kind of difference."""

from __future__ import annotations

from itertools import combinations, islice
from pathlib import Path

import pytest

from rulelang.compiler.locations import rulesets_folder
from rulelang.core.ruleset import DETERMINATION, Ruleset
from rulelang.engine.determination import determine_all
from rulelang.engine.evaluate import evaluate
from rulelang.engine.steps import prepare
from rulelang.facade import load
from rulelang.reasoning import differences as reasoning
from rulelang.reasoning.answers import outcomes_of, value_of
from rulelang.reasoning.differences import Difference, differences
from rulelang.reasoning.possible import LISTED, NOT_GIVEN, MadeUp, NumbersReadError, Place, PossibleData, columns_of
from tests.reasoning.test_circuit import drawn, seeded
from tests.rulesets.mutants import Year
from tests.strategies.effort import EFFORT

MUTANTS = 8 * EFFORT
"""How many mutants of a year are compared with it; all of them where RULELANG_EFFORT is large."""

HEAD = """ruleset Practice 2023
  uses California Dashboard vocabulary
"""
RULES = """
priority 4 "Pupil Achievement"
  4a: Red on both ELA and Math → Priority 4

priority 6 "School Climate"
  6a: Red on Suspension Rate → Priority 6

for school districts
  DA: any student group meets 2 or more priorities → Differentiated Assistance
  GA: otherwise → General Assistance
"""


def ruleset(tmp_path: Path, text: str, name: str = "it") -> Ruleset:
    path = tmp_path / f"{name}.rules"
    path.write_text(HEAD + text, encoding="utf-8")
    return load(path).rules


def found(old: Ruleset, new: Ruleset) -> list[Difference]:
    return list(differences(prepare(old), prepare(new)))


def test_another_level_is_shown_by_the_smallest_lea(tmp_path: Path) -> None:
    old = ruleset(tmp_path, RULES)
    new = ruleset(tmp_path, RULES.replace("6a: Red on", "6a: Red or Orange on"), "other")
    [one] = found(old, new)
    assert (one.outcome, one.before, one.after) == (DETERMINATION, "General Assistance", "Differentiated Assistance")
    assert one.kinds == ("school district",)
    assert one.lea is not None
    assert one.lea.cells == {
        Place(0, "African American", ("ELA", "color")): "Red",
        Place(0, "African American", ("Math", "color")): "Red",
        Place(0, "African American", ("Suspension Rate", "color")): "Orange",
    }


def test_no_lea_with_fewer_facts_shows_it(tmp_path: Path) -> None:
    old = prepare(ruleset(tmp_path, RULES))
    new = prepare(ruleset(tmp_path, RULES.replace("6a: Red on", "6a: Red or Orange on"), "other"))
    [one] = differences(old, new)
    assert one.lea is not None
    data = PossibleData()
    for side in (old, new):
        columns_of(side, data)
    few = [group.name for group in old.groups[:3]]
    single = [(place, option) for place, options in data.cells.items() if place.group in few for option in options]
    pairs = [MadeUp("school district", dict(some)) for some in combinations(single, len(one.lea.cells) - 1)]
    outcomes = [
        [found.outcome for found in determine_all(side, (lea.record(side, data.cells) for lea in pairs))]
        for side in (old, new)
    ]
    assert len(pairs) > 1000
    assert outcomes[0] == outcomes[1]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(RULES.replace("  4a:", "  achievement:").replace("  6a:", "  climate:"), id="renamed"),
        pytest.param(RULES.replace("\n\n", "\n").replace("→", "->"), id="laid out otherwise"),
        pytest.param(
            RULES.replace("Red on both ELA and Math", "Red on Math and Red on ELA"), id="said in another order"
        ),
        pytest.param(
            RULES.replace("  6a: Red on", "  6b: Red on both Suspension Rate and ELA → Priority 6\n  6a: Red on"),
            id="with a rule that adds nothing",
        ),
    ],
)
def test_what_means_the_same_is_proved_to(tmp_path: Path, text: str) -> None:
    assert text != RULES
    assert found(ruleset(tmp_path, RULES), ruleset(tmp_path, text, "other")) == []


def test_a_difference_that_takes_missing_data_is_found(tmp_path: Path) -> None:
    old = ruleset(tmp_path, RULES)
    any_level = " or ".join(f"{level} on Graduation Rate" for level in ("Red", "Orange", "Yellow", "Green", "Blue"))
    either = f"Red on Suspension Rate and ({any_level} or not rated on Graduation Rate)"
    new = ruleset(tmp_path, RULES.replace("Red on Suspension Rate", either), "other")
    shown = found(old, new)
    assert {(one.before, one.after) for one in shown} == {("Differentiated Assistance", "cannot tell")}
    assert all(one.lea is not None and NOT_GIVEN in one.lea.cells.values() for one in shown)


def test_an_lea_has_more_student_groups_only_where_it_takes_them(tmp_path: Path) -> None:
    shown = {}
    for number in (2, 3):
        text = RULES.replace(
            "DA: any student group meets 2 or more priorities",
            f"DA: {number} or more student groups meet 1 or more priorities",
        )
        stricter = text.replace(f"DA: {number} or", f"DA: {number + 1} or")
        [one] = found(ruleset(tmp_path, text), ruleset(tmp_path, stricter, "other"))
        assert one.lea is not None
        shown[number] = {place.group for place in one.lea.cells}
    assert {number: len(groups) for number, groups in shown.items()} == {2: 2, 3: 3}


def test_rules_that_read_numbers_are_refused() -> None:
    old, new = (load(f"dashboard/{year}").rules for year in (2018, 2019))
    with pytest.raises(NumbersReadError) as error:
        found(old, new)
    assert error.value.names


@pytest.mark.slow
def test_two_years_differ_as_the_evaluator_says() -> None:
    old, new = (prepare(load(f"assistance/{year}").rules) for year in (2017, 2018))
    pairs = {(one.outcome, one.before, one.after) for one in differences(old, new)}
    assert (DETERMINATION, "General Assistance", "Differentiated Assistance") in pairs


@pytest.mark.slow
@pytest.mark.parametrize("year", [2017, 2019, 2023])
def test_every_mutant_has_a_counterexample_or_a_proof(year: int) -> None:
    source = Year(rulesets_folder() / "assistance" / f"{year}.rules")
    rules = load(f"assistance/{year}").rules
    mutants = list(source.mutants())
    seeded(year).shuffle(mutants)
    compiled = (source.compiled(mutant) for mutant in mutants)
    some = list(islice((one for one in compiled if one is not None), MUTANTS))
    shown = [next(differences(prepare(rules), prepare(one)), None) for one in some]
    assert any(one is not None for one in shown)
    for mutant, difference in zip(some, shown, strict=True):
        if difference is None:
            assert_same_on_samples(rules, mutant, year)


def assert_same_on_samples(rules: Ruleset, mutant: Ruleset, seed: int) -> None:
    """Nothing is proved that a drawn LEA contradicts."""
    sides = prepare(rules), prepare(mutant)
    data = PossibleData()
    for side in sides:
        columns_of(side, data)
    random = seeded(seed)
    for _ in range(40):
        lea, _ = drawn(data, random)
        cells = {
            place: option for place, option in lea.cells.items() if place.key[1] != LISTED or random.random() < 0.5
        }
        record = MadeUp(lea.kind, cells)
        for outcome in outcomes_of(sides[0]):
            values = {value_of(side, evaluate(side, record.record(side, data.cells)), outcome) for side in sides}
            assert len(values) == 1


def test_an_lea_that_the_evaluator_does_not_confirm_is_not_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = ruleset(tmp_path, RULES)
    new = ruleset(tmp_path, RULES.replace("6a: Red on", "6a: Orange on"), "other")
    monkeypatch.setattr(reasoning, "value_of", lambda *_: "another")
    with pytest.raises(reasoning.UnconfirmedError):
        found(old, new)
