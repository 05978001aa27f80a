"""Changes tried all at once flip an outcome where the evaluator, given each changed LEA by itself, says so."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from attrs import evolve

from rulelang.core.record import LeaRecord, PublishedFacts, Reading
from rulelang.data.records import records_from_rows
from rulelang.engine.evaluate import evaluate, evaluate_records
from rulelang.engine.steps import Prepared, prepare
from rulelang.facade import load
from rulelang.reasoning.answers import Asked, value_of
from rulelang.reasoning.trials import Trial, cells_asked, flips, nearest_levels, single_changes
from tests.reasoning.test_circuit import seeded
from tests.reasoning.test_unrolled import prepared_of
from tests.reasoning.test_ways import DA, lea


def with_levels(record: LeaRecord, year: int, trial: Trial) -> LeaRecord:
    """Return an LEA with the levels of a trial, written into its record."""
    facts = record.years[year]
    own, groups = dict(facts.lea), {name: dict(readings) for name, readings in facts.groups.items()}
    for (group, key), level in trial.items():
        (own if group is None else groups.setdefault(group, {}))[key] = Reading(level)
    return evolve(record, years={**record.years, year: evolve(facts, lea=own, groups=groups)})


def some_trial(prepared: Prepared, random: Random) -> Trial:
    """Return a change of a few cells to any level, or to none; at times of all cells, to their best or worst."""
    vocabulary, cells = prepared.ruleset.vocabulary, list(cells_asked(prepared))
    indicators = {one.name: one for one in vocabulary.indicators}
    levels = {cell: vocabulary.scale(cell[1][1]).worst_first(indicators[cell[1][0]]) for cell in cells}
    if random.random() < 0.3:
        end = random.choice((0, -1))
        return {cell: levels[cell][end] for cell in cells}
    return {cell: random.choice([None, *levels[cell]]) for cell in random.sample(cells, random.randint(1, 6))}


CASES = [(2018, DA), (2019, "Method 1"), (2024, DA), (2024, "Differentiated Assistance, Year 1")]


@pytest.mark.parametrize("year, outcome", CASES)
def test_trials_flip_what_the_evaluator_says_of_the_changed_leas(
    year: int, outcome: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rulelang.reasoning.trials.ROWS", 30)
    prepared, random = prepare(load(f"assistance/{year}").rules), seeded(year)
    published = PublishedFacts({}, frozenset({"Differentiated Assistance, Year 1"}))
    records = [lea(prepared.ruleset.vocabulary, year, random, random.randint(1, 5)) for _ in range(10)]
    for one in records[:5]:
        listed = evolve(one.years[year], published=published, group_count=random.randint(1, 4))
        records.append(evolve(one, years={**one.years, 2023: listed} if year > 2023 else one.years))
    trials = [[some_trial(prepared, random) for _ in range(random.randint(0, 9))] for _ in records]
    asked, seen = Asked(prepared, outcome), set()

    def value(record: LeaRecord) -> str:
        return value_of(prepared, evaluate(prepared, record), asked.definition)

    for record, some, flipped in zip(
        records, trials, flips(asked, evaluate_records(prepared, records), trials), strict=True
    ):
        before, after = value(record), [value(with_levels(record, year, trial)) for trial in some]
        expected = [
            "cannot tell" not in (before, one) and (before == asked.had) is not (one == asked.had) for one in after
        ]
        assert [bool(flipped >> at & 1) for at in range(len(some))] == expected
        seen.update(expected)
    assert seen == {True, False}


def test_what_is_known_of_an_unknown_number_stays_known_in_a_trial(tmp_path: Path) -> None:
    """One or two groups are Red on ELA, as one is and the other has no level: more than on Math when none are there."""
    asked = "number of student groups where Red on ELA is above number of student groups where Red on Math"
    prepared = prepared_of(tmp_path, f"for schools\n  C: {asked} → CSI\n  otherwise → None\n")
    levels = {("EL", "ELA"): "Red", ("WH", "ELA"): "", ("EL", "Math"): "Red", ("WH", "Math"): "Red"}
    school = {"year": 2023, "lea_code": "S1", "kind": "school"}
    rows = [{**school, "student_group": group, "indicator": of, "level": one} for (group, of), one in levels.items()]
    records = records_from_rows(prepared.ruleset.vocabulary, rows).records
    math = [(group, ("Math", "color")) for group in ("English Learners", "White")]
    trials: list[Trial] = [{math[0]: "Green"}, dict.fromkeys(math, "Green")]
    asked_for = Asked(prepared, "CSI")
    after = [evaluate(prepared, with_levels(records[0], 2023, trial)) for trial in trials]
    assert [value_of(prepared, one, asked_for.definition) for one in after] == ["cannot tell", "CSI"]
    assert list(flips(asked_for, evaluate_records(prepared, records), [trials])) == [0b10]


def test_levels_that_the_rules_treat_alike_are_one_change() -> None:
    prepared = prepare(load("assistance/2023").rules)
    assert nearest_levels(prepared, ("Suspension Rate", "color"), "Red") == ("Orange",)
    assert nearest_levels(prepared, ("Suspension Rate", "color"), "Green") == ("Red",)
    assert nearest_levels(prepared, ("ELA", "color"), "Orange") == ("Red", "Yellow")
    assert nearest_levels(prepared, ("Basics", "rating"), "Met") == ("Not Met for Two or More Years",)


def test_a_level_that_is_left_out_does_nothing_that_a_nearer_one_does_not() -> None:
    prepared, random = prepare(load("assistance/2023").rules), seeded(3)
    vocabulary = prepared.ruleset.vocabulary
    records = [lea(vocabulary, 2023, random, 3) for _ in range(20)]
    some = [[{one.cell: one.after} for one in single_changes(prepared, record)] for record in records]
    every = [
        [
            {cell: level}
            for cell in cells_asked(prepared)
            if (reading := record.years[2023].reading(*cell)) is not None and reading.level is not None
            for level in vocabulary.scale(cell[1][1]).levels
        ]
        for record in records
    ]
    asked = Asked(prepared, DA)
    cells = []
    for trials in (some, every):
        flipped = zip(trials, flips(asked, evaluate_records(prepared, records), trials), strict=True)
        cells.append([{next(iter(one)) for at, one in enumerate(of) if bits >> at & 1} for of, bits in flipped])
    assert cells[0] == cells[1]
    assert any(cells[0])
