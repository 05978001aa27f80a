"""The smallest changes that end an outcome or bring it about are those that trying all of them finds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from pathlib import Path
from random import Random

import pytest
from attrs import evolve

from rulelang.core.record import LeaRecord, PublishedFacts, Reading, YearFacts
from rulelang.core.ruleset import DETERMINATION
from rulelang.core.tree import Get
from rulelang.core.vocabulary import Scope, Vocabulary
from rulelang.engine.evaluate import evaluate, evaluate_records
from rulelang.engine.facts import NOT_REPORTED, fields_asked, reading_of
from rulelang.engine.steps import Prepared, prepare
from rulelang.facade import load
from rulelang.reasoning.answers import Asked, value_of
from rulelang.reasoning.least import COUNTED
from rulelang.reasoning.trials import Change, LevelChange, changed, flips
from rulelang.reasoning.ways import FIXED, MISSING_DATA, SHOWN, WayOut, ways_out
from tests.reasoning.test_circuit import seeded
from tests.reasoning.test_differences import RULES, ruleset
from tests.strategies.effort import EFFORT

DA, GA = "Differentiated Assistance", "General Assistance"
Way = tuple[LevelChange, ...]


def lea(vocabulary: Vocabulary, year: int, random: Random, groups: int) -> LeaRecord:
    """Return an LEA that has mostly bad levels for a few groups."""
    cells: dict[str, dict[tuple[str, str], Reading]] = {}
    own: dict[tuple[str, str], Reading] = {}
    names = random.sample([group.name for group in vocabulary.groups_in(year)], groups)
    for indicator in vocabulary.indicators:
        for scale in (one for one in indicator.scales if indicator.reports(one, year)):
            levels = vocabulary.scale(scale).worst_first(indicator)
            for readings in [own] if indicator.kind != "state" else [cells.setdefault(name, {}) for name in names]:
                bad = levels[:2] * 2 if indicator.kind == "state" else levels[-1:] * 20
                level = random.choice([*bad, *levels, None])
                if random.random() < 0.95:
                    readings[indicator.name, scale] = Reading(level)
    kind = random.choice(vocabulary.kinds).name
    silent = frozenset(one.name for one in vocabulary.indicators if random.random() < 0.9)
    return LeaRecord("1", "it", "", kind, {year: YearFacts(cells, own, silent)})


def single_changes(prepared: Prepared, record: LeaRecord, asked: set[tuple[str, str]]) -> Iterator[LevelChange]:
    vocabulary, facts = prepared.ruleset.vocabulary, record.years[prepared.ruleset.year]
    for group, readings in [(None, facts.lea), *facts.groups.items()]:
        for key, reading in readings.items():
            for level in vocabulary.scale(key[1]).levels if key in asked and isinstance(reading.level, str) else ():
                if level != reading.level:
                    yield LevelChange(group, *key, str(reading.level), level)


def size(vocabulary: Vocabulary, way: Way) -> tuple[int, int]:
    orders = [(vocabulary.scale(one.scale).levels, one) for one in way]
    return len(way), sum(abs(levels.index(one.before) - levels.index(one.after)) for levels, one in orders)


def tried(prepared: Prepared, record: LeaRecord, outcome: str, cells: int) -> list[Way]:
    """Return the smallest ways of so many cells that trying all of them finds."""
    year, vocabulary = prepared.ruleset.year, prepared.ruleset.vocabulary
    asked = {key for of, key, _ in fields_asked(prepared) if of == year}
    single = list(single_changes(prepared, record, asked))
    some = [way for way in combinations(single, cells) if len({one.cell for one in way}) == cells]
    trials = [{one.cell: one.after for one in way} for way in some]
    [flipped] = flips(Asked(prepared, outcome), evaluate_records(prepared, [record]), [trials])
    wanted = [way for at, way in enumerate(some) if flipped >> at & 1]
    least = min((size(vocabulary, way) for way in wanted), default=None)
    return [way for way in wanted if size(vocabulary, way) == least]


def assert_smallest(prepared: Prepared, record: LeaRecord, outcome: str) -> WayOut:
    """The ways are those found by trying all changes of one cell and of two, or there is none of one or two cells."""
    [found] = ways_out(prepared, [record], outcome)
    if found.value == "cannot tell":
        assert found.obstacle == MISSING_DATA
        return found
    for cells in (1, 2):
        ways = tried(prepared, record, outcome, cells)
        if ways:
            assert found.distance == cells
            assert found.count == min(len(ways), COUNTED)
            assert {frozenset(way) for way in found.ways} <= {frozenset(way) for way in ways}
            assert len(found.ways) == min(len(ways), SHOWN)
            return found
    assert found.distance is None or found.distance > 2
    return found


@pytest.mark.slow
def test_trying_all_changes_finds_the_same_by_practice_rules(tmp_path: Path) -> None:
    prepared, random = prepare(ruleset(tmp_path, RULES)), seeded(1)
    found = [
        assert_smallest(prepared, lea(prepared.ruleset.vocabulary, 2023, random, 3), DA) for _ in range(40 * EFFORT)
    ]
    assert {one.distance for one in found} >= {1, 2}
    assert {one.ends for one in found} == {True, False}


@pytest.mark.slow
@pytest.mark.parametrize("year", [2018, 2023])
def test_trying_all_changes_finds_the_same_by_the_rules_of_a_year(year: int) -> None:
    prepared, random = prepare(load(f"assistance/{year}").rules), seeded(year)
    found = [
        assert_smallest(prepared, lea(prepared.ruleset.vocabulary, year, random, 2), DA) for _ in range(15 * EFFORT)
    ]
    assert {one.distance for one in found} >= {1, 2}


@pytest.mark.slow
def test_the_first_ways_in_the_order_of_the_vocabulary_are_listed() -> None:
    prepared, random = prepare(load("assistance/2023").rules), seeded(7)
    words = prepared.ruleset.vocabulary
    groups, indicators = [one.name for one in words.groups], [one.name for one in words.indicators]

    def order(way: Sequence[Change]) -> list[tuple[int, int, int]]:
        """Return the cells of a way as the places of their names, and the places of what they become."""
        return [
            (
                -1 if one.group is None else groups.index(one.group),
                indicators.index(one.indicator),
                words.scale(one.scale).levels.index(str(one.after)),
            )
            for one in way
        ]

    several = 0
    for _ in range(12 * EFFORT):
        record = lea(words, 2023, random, 4)
        [few], [many] = (ways_out(prepared, [record], DA, shown) for shown in (SHOWN, COUNTED))
        assert list(many.ways) == sorted(many.ways, key=order)
        if few.count < COUNTED:
            assert few.ways == many.ways[:SHOWN]
            several += few.count > SHOWN
    assert several > 0


def record_of(kind: str = "school district", **levels: str) -> LeaRecord:
    names = {"ela": "ELA", "math": "Math", "suspension": "Suspension Rate"}
    readings = {(names[name], "color"): Reading(level) for name, level in levels.items() if level != "unknown"}
    silent = frozenset(names.values()) - {names[name] for name, level in levels.items() if level == "unknown"}
    return LeaRecord("1", "it", "", kind, {2023: YearFacts({"White": readings}, silent=silent)})


def test_all_smallest_ways_are_returned_in_order(tmp_path: Path) -> None:
    prepared = prepare(ruleset(tmp_path, RULES))
    [found] = ways_out(prepared, [record_of(ela="Red", math="Red", suspension="Red")], DA)
    assert (found.ends, found.value, found.distance, found.count) == (True, DA, 1, 3)
    assert [[(one.indicator, one.after) for one in way] for way in found.ways] == [
        [("ELA", "Orange")],
        [("Math", "Orange")],
        [("Suspension Rate", "Orange")],
    ]
    for way in found.ways:
        after = evaluate(prepared, changed(found.record, 2023, way))
        assert value_of(prepared, after, DETERMINATION) == GA


def test_a_near_miss_is_an_outcome_to_bring_about(tmp_path: Path) -> None:
    prepared = prepare(ruleset(tmp_path, RULES))
    [found] = ways_out(prepared, [record_of(ela="Red", math="Orange", suspension="Yellow")], DA)
    assert (found.ends, found.distance, found.count) == (False, 2, 1)
    assert [(one.before, one.after) for one in found.ways[0]] == [("Orange", "Red"), ("Yellow", "Red")]


@pytest.mark.parametrize(
    "record, obstacle",
    [
        pytest.param(record_of(ela="Red", math="unknown", suspension="Red"), MISSING_DATA, id="would decide"),
        pytest.param(record_of(ela="Red", math="unknown", suspension="Blue"), MISSING_DATA, id="could help"),
        pytest.param(record_of(ela="Red"), FIXED, id="no levels to change"),
        pytest.param(record_of("charter school", ela="Red", math="Red", suspension="Red"), FIXED, id="not spoken of"),
    ],
)
def test_where_there_is_no_way_it_says_why(tmp_path: Path, record: LeaRecord, obstacle: str) -> None:
    [found] = ways_out(prepare(ruleset(tmp_path, RULES)), [record], DA)
    assert (found.obstacle, found.ways, found.distance) == (obstacle, (), None)


def test_earlier_years_do_not_change() -> None:
    rules = load("assistance/2024")
    held = PublishedFacts({"White": frozenset({4, 5})}, frozenset({"Differentiated Assistance, Year 1"}), frozenset())
    silent = frozenset(one.name for one in rules.rules.vocabulary.indicators)
    bad = {
        ("ELA", "color"): Reading("Red"),
        ("Math", "color"): Reading("Red"),
        ("Graduation Rate", "color"): Reading("Red"),
    }
    years = {
        2024: YearFacts({"White": {}}, silent=silent),
        2023: YearFacts({"White": bad}, silent=silent, published=held),
    }
    [found] = rules.ways_out([LeaRecord("1", "it", "", "school district", years)], DA)
    assert (found.ends, found.obstacle) == (True, FIXED)


def test_methods_and_labels_can_be_asked_about() -> None:
    rules = load("assistance/2019")
    silent = frozenset(one.name for one in rules.rules.vocabulary.indicators)
    worst = Reading("Not Met for Two or More Years")
    own = {("Basics", "rating"): worst, ("Parent Engagement", "rating"): worst}
    record = LeaRecord("1", "it", "", "school district", {2019: YearFacts(lea=own, silent=silent)})
    [found] = rules.ways_out([record], "Method 2")
    assert (found.ends, found.value, found.distance, found.count) == (True, "yes", 1, 2)
    with pytest.raises(KeyError):
        list(rules.ways_out([record], "Method 9"))


def test_levels_of_earlier_years_that_are_missing_could_decide() -> None:
    prepared = prepare(load("assistance/2023").rules)
    silent = frozenset(one.name for one in prepared.ruleset.vocabulary.indicators)
    good = {(name, "color"): Reading("Blue") for name in ("ELA", "Math", "Suspension Rate")}
    now = {2023: YearFacts({"White": good}, silent=silent)}
    [found] = ways_out(prepared, [LeaRecord("1", "it", "", "charter school", now)], DA)
    assert (found.value, found.obstacle) == (GA, MISSING_DATA)


def test_a_level_that_is_never_reported_is_no_fact_of_an_lea() -> None:
    """Nobody reports English learner progress of Asian students; a record made in Python may have a level of it."""
    prepared, random = prepare(load("essa/2023").rules), seeded(1)
    vocabulary = prepared.ruleset.vocabulary
    of = {one.name: one for one in vocabulary.indicators}
    some = [evolve(lea(vocabulary, 2023, random, 6), kind="school") for _ in range(15)]
    possible = []
    for one in some:
        said = one.years[2023].groups.items()
        groups = {
            name: {key: of_key for key, of_key in readings.items() if of[key[0]].is_reported_for(name)}
            for name, readings in said
        }
        possible.append(evolve(one, years={2023: evolve(one.years[2023], groups=groups)}))
    assert some != possible
    found, expected = (list(ways_out(prepared, leas, "CSI Low Performing")) for leas in (some, possible))
    assert [evolve(way, record=possible[at]) for at, way in enumerate(found)] == expected
    assert any(way.ways for way in found)
    asked, asian = Get(2023, ("ELPI", "color"), Scope.GROUP), vocabulary.group("Asian")
    read = [reading_of(one, vocabulary, asked, asian) for one in some]
    assert NOT_REPORTED in read
    assert {one.level for one in read if one} == {None}
