"""The least that a number has to move for another level is what trying every number finds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from pathlib import Path
from random import Random

import pytest
from attrs import evolve

from rulelang.analysis.move_words import distance_text
from rulelang.core.record import FieldKey, LeaRecord, Reading, YearFacts
from rulelang.core.tree import Value
from rulelang.engine.evaluate import evaluate_all
from rulelang.engine.steps import Prepared, prepare
from rulelang.facade import load
from rulelang.reasoning import moves as module_of_moves
from rulelang.reasoning.calculations import through
from rulelang.reasoning.moves import NO_NUMBERS, NOT_TOLD, OTHER_LEVEL, OUT_OF_REACH, Aim, Lever, Move, lever_of, moves
from tests.engine.level_rules import RULES, SUSPENSION, counts, loaded
from tests.reasoning.test_circuit import seeded
from tests.strategies.effort import EFFORT

GROUPS = ("White", "Foster Youth", "English Learners")
COUNTS = {
    "Suspension Rate": "suspended students",
    "Chronic Absenteeism": "absent students",
    "Graduation Rate": "graduates",
    "College/Career": "prepared students",
    "ELPI": "students making progress",
}
FLAGS = {
    "type": ("unified district", "high school district"),
    "table": ("elementary table", "high school table"),
    "school status": ("non-DASS",) * 6 + ("DASS",),
    "data certification": ("Certified",) * 9 + ("Not Certified",),
    "result": ("Calculated",) * 9 + ("Hand-Assigned",),
    "testing": ("At Least Half Tested",),
    "participation": ("Enough Tested",) * 3 + ("Too Few Tested",),
    "pairing": ("Own Results",),
}


def readings(prepared: Prepared, indicator: str, random: Random) -> Iterator[tuple[FieldKey, Reading]]:
    """Yield made-up numbers of an indicator for one student group, and what the files say by flags."""
    for scale in prepared.ruleset.vocabulary.indicator(indicator).scales:
        if scale in FLAGS:
            yield (indicator, scale), Reading(random.choice(FLAGS[scale]))
    for when in ("", "last year's "):
        students = random.randint(10, 70)
        for number in ("students", "annual testers"):
            yield (indicator, f"{when}{number}"), Reading(Fraction(students))
        if indicator in COUNTS and random.random() < 0.95:
            yield (indicator, f"{when}{COUNTS[indicator]}"), Reading(Fraction(random.randint(0, students)))
    if indicator not in COUNTS:
        yield (indicator, "distance from standard"), Reading(Fraction(random.randint(-1100, 500), 10))
    if random.random() < 0.9:
        yield (indicator, "published change"), Reading(Fraction(random.randint(-200, 200), 10))


def made_up(prepared: Prepared, random: Random) -> LeaRecord:
    names = (*COUNTS, "ELA", "Math")
    groups = {group: dict(pair for name in names for pair in readings(prepared, name, random)) for group in GROUPS}
    kind = random.choice(("school district", "county office", "school"))
    return LeaRecord("1", "it", "", kind, {prepared.ruleset.year: YearFacts(groups)})


def with_number(record: LeaRecord, lever: Lever, group: str, units: int) -> LeaRecord:
    """Return an LEA with the number of a lever, and the change that is published of it, so many units away."""
    year = lever.prepared.ruleset.year
    facts = record.years[year]
    held = dict(facts.groups[group])
    steps = lever.prepared.fields
    for at in (lever.position, *lever.with_it):
        reading = held.get(steps[at].key)
        if reading is not None and isinstance(reading.level, Fraction):
            held[steps[at].key] = Reading(reading.level + units * lever.unit)
    for at in lever.unknown:
        held.pop(steps[at].key, None)
    return evolve(record, years={year: evolve(facts, groups={**facts.groups, group: held})})


def levels_tried(prepared: Prepared, lever: Lever, aim: Aim, indicator: str, scale: str) -> Mapping[int, Value]:
    """Return the level that each number gives, every one evaluated by all the rules, by how many units it is away."""
    facts = aim.record.years[prepared.ruleset.year].groups[aim.group]
    if lever.size is None:
        away = range(-300, 301)
    else:
        number, students = facts[lever.key].level, facts[indicator, "students"].level
        assert isinstance(number, Fraction)
        assert isinstance(students, Fraction)
        away = range(-int(number), int(students - number) + 1)
    records = [with_number(aim.record, lever, aim.group, units) for units in away]
    position = (prepared.ruleset.year, f"{indicator} {scale}")
    values = (evaluation.value(position, aim.group) for evaluation in evaluate_all(prepared, records))
    return dict(zip(away, values, strict=True))


def expected(levels: Mapping[int, Value], aim: Aim) -> int | str:
    """Return how many units away the nearest number is, or why that cannot be said."""
    if levels[0] != aim.level:
        return OTHER_LEVEL
    sides = [[units for units in levels if units * sign > 0] for sign in (1, -1)]
    reached, unknown = [], []
    for side in sides:
        first = min((abs(units) for units in side if levels[units] in aim.wanted), default=None)
        unsure = min((abs(units) for units in side if levels[units] is None), default=None)
        if unsure is not None and (first is None or unsure < first):
            unknown.append(unsure)
        elif first is not None:
            reached.append(first)
    if unknown and (not reached or min(unknown) <= min(reached)):
        return NOT_TOLD
    return min(reached) if reached else OUT_OF_REACH


def assert_least(prepared: Prepared, lever: Lever, aim: Aim, key: FieldKey, found: Move | str) -> str:
    levels = levels_tried(prepared, lever, aim, *key)
    best = expected(levels, aim)
    if isinstance(found, str):
        far = max(levels) if lever.size is None else 0
        assert found == best or (far and best == OUT_OF_REACH), (found, best)
        return found
    away = (found.after - found.before) / lever.unit
    if best in (OUT_OF_REACH, NOT_TOLD) and lever.size is None and abs(away) > max(levels):
        return "far"
    assert abs(away) == best, (found, best)
    assert levels[int(away)] == found.level
    assert found.level in aim.wanted
    return "move"


SLOW = [pytest.param(year, marks=pytest.mark.slow) for year in (2018, 2019, 2022, 2024)]


@pytest.mark.parametrize("year", [2017, 2023, *SLOW])
def test_what_is_found_is_what_trying_every_number_finds(year: int) -> None:
    prepared, random = prepare(load(f"dashboard/{year}").rules), seeded(year)
    ruleset, ended = prepared.ruleset, set()
    levels = {scale.name: scale.levels for scale in ruleset.vocabulary.scales}
    for key in [(name, scale) for name in (*COUNTS, "ELA", "Math") for scale in ("Status", "color")]:
        lever = lever_of(ruleset, *key, "students")
        if lever is None:
            continue
        assert through(lever.prepared, (lever.position, *lever.with_it)) is not None
        group = random.choice(GROUPS) if key[0] != "ELPI" else "English Learners"
        records = [made_up(prepared, random) for _ in range(2 * EFFORT)]
        aims = []
        for evaluation in evaluate_all(prepared, records):
            now = evaluation.value((year, " ".join(key)), group)
            wanted = frozenset(random.sample(levels[key[1]], random.randint(1, 2)))
            if isinstance(now, str):
                aims.append(Aim(evaluation.record, group, now, wanted - {now}))
        own = lever.of_group(ruleset.vocabulary.group(group))
        found = moves(own, aims)
        ended |= {assert_least(prepared, own, aim, key, one) for aim, one in zip(aims, found, strict=True)}
        if own.size is not None:
            with pytest.MonkeyPatch.context() as patched:
                patched.setattr(module_of_moves, "through", lambda *_: None)
                assert moves(own, aims) == found  # trying all is the slow way to the same
    assert "move" in ended


def district(*numbers: int | None) -> LeaRecord:
    held = counts(*numbers, type="unified district", result="Calculated")
    return LeaRecord("1", "it", "", "school district", {2023: YearFacts({"White": held})})


def moved(record: LeaRecord, level: str, *wanted: str) -> Move | str:
    ruleset = load("dashboard/2023").rules
    lever = lever_of(ruleset, "Suspension Rate", "color", "students")
    assert lever is not None
    return moves(lever.of_group(ruleset.vocabulary.group("White")), [Aim(record, "White", level, frozenset(wanted))])[0]


def test_a_move_says_what_the_measures_were_and_would_be() -> None:
    assert moved(district(34, 420, 33, 412), "Red", "Orange") == Move(
        *("suspended students", Fraction(34), Fraction(33), Fraction(420), "Orange"),
        measures=(("Status", "8.1", "7.9"), ("Change", "0.1", "-0.2")),
    )


@pytest.mark.parametrize(
    "record, level, wanted, why",
    [
        pytest.param(district(None, 420, 33, 412), "Red", "Orange", NO_NUMBERS, id="no count"),
        pytest.param(district(500, 420, 33, 412), "Red", "Orange", NO_NUMBERS, id="more than all"),
        pytest.param(district(34, 420, 33, 412), "Blue", "Orange", OTHER_LEVEL, id="another level"),
        pytest.param(district(34, 420, 33, 412), "Red", "no level", OUT_OF_REACH, id="no such level"),
    ],
)
def test_why_nothing_can_be_said_is_told(record: LeaRecord, level: str, wanted: str, why: str) -> None:
    assert moved(record, level, wanted) == why


def test_where_a_measure_turns_every_number_is_tried(tmp_path: Path) -> None:
    rate = "measure suspension rate = suspended students ÷ students, as a percent"
    turning = RULES.replace(
        rate, "measure suspension rate = suspended students ÷ students × (students − suspended students) × 0.5"
    )
    ruleset = loaded(tmp_path, turning.replace("not established", "above 8.0").split("  bands Change")[0])
    lever = lever_of(ruleset, SUSPENSION, "Status", "students")
    assert lever is not None
    assert through(lever.prepared, (lever.position, *lever.with_it)) is None
    held = counts(1, 40, None, None, type="unified district")
    record = LeaRecord("1", "it", "", "school district", {2018: YearFacts({"White": held})})
    aim = Aim(record, "White", "Very Low", frozenset({"Low"}))
    [found] = moves(lever.of_group(ruleset.vocabulary.group("White")), [aim])
    assert isinstance(found, Move)
    assert found.after == 3  # 3 ÷ 40 × 37 × 0.5 is 1.4; so is that of 37 students


@pytest.mark.parametrize("unit, text", [("1", "20 higher in points"), ("0.1", "20.0 higher in points")])
def test_points_are_written_with_the_decimals_by_which_they_move(unit: str, text: str) -> None:
    assert distance_text(Move("points", Fraction(-95), Fraction(-75), None, "", (), Fraction(unit))) == text


@pytest.mark.parametrize(
    "number, size, text",
    [
        ("graduates", 1, "1 more graduate of 47 students"),
        ("graduates", 2, "2 more graduates of 47 students"),
        ("suspended students", 1, "1 more suspended of 47 students"),
        ("in progress", 1, "1 more in progress of 47 students"),
        ("students still with disabilities", 1, "1 more still with disabilities of 47 students"),
    ],
)
def test_one_student_is_one(number: str, size: int, text: str) -> None:
    assert distance_text(Move(number, Fraction(30), Fraction(30 + size), Fraction(47), "")) == text
