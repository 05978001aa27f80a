"""For every LEA with an outcome each way ends it, nothing smaller does, and the numbers of each way are the nearest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import combinations
from pathlib import Path

import pytest
from attrs import evolve
from click.testing import CliRunner

from rulelang.analysis.chaining import LevelYear, numbers_behind
from rulelang.analysis.gather import Sources
from rulelang.analysis.way_out import CountedWay
from rulelang.cli.program import rulelang
from rulelang.core.record import LeaRecord, Reading
from rulelang.core.truth import CANNOT_TELL
from rulelang.engine.evaluate import evaluate, evaluate_all, evaluate_records
from rulelang.engine.steps import Prepared, prepare
from rulelang.facade import load
from rulelang.reasoning import solver, ways
from rulelang.reasoning.answers import Asked, value_of
from rulelang.reasoning.cases import Lea
from rulelang.reasoning.crossings import Crossings
from rulelang.reasoning.least import COUNTED
from rulelang.reasoning.moves import Move
from rulelang.reasoning.trials import Change, LevelChange, changed, flips, levels_alike, single_changes
from tests.data.small import SHARED, needs_published_data
from tests.reasoning.test_ways import DA
from tests.strategies.effort import EFFORT

NEAR = 60
"""Up to how many numbers nearer than that of a move are worked out anew by all the rules."""


def size(prepared: Prepared, way: Sequence[Change]) -> tuple[int, int]:
    return len(way), sum(change.steps(prepared) for change in way)


def assert_ends(prepared: Prepared, record: LeaRecord, way: Sequence[Change]) -> None:
    after = evaluate(prepared, changed(record, prepared.ruleset.year, way))
    assert value_of(prepared, after, Asked(prepared, DA).definition) not in (DA, CANNOT_TELL)


def assert_none_smaller(prepared: Prepared, found: ways.WayOut) -> None:
    """Nothing smaller of one cell or two does, by trying all; beyond, the solver finds the same cost and count."""
    single, own = single_changes(prepared, found.record), size(prepared, found.ways[0])
    smaller = [
        way
        for cells in (1, 2)
        for way in combinations(single, cells)
        if len({change.cell for change in way}) == cells and size(prepared, way) < own
    ]
    trials = [{change.cell: change.after for change in way} for way in smaller]
    assert list(flips(Asked(prepared, DA), evaluate_records(prepared, [found.record]), [trials])) == [0]
    if own[0] > 2:
        search = ways._search(prepared, DA, COUNTED)
        wanted = [value for value in search.cases.answer if value not in (DA, CANNOT_TELL)]
        lea = Lea(evaluate(prepared, found.record), Crossings())
        [case] = search.cases.of(found.record.kind, wanted, [lea])
        best = case.search.least(case.target)
        assert best is not None
        assert (best.cells, best.steps, len(best.ways)) == (*own, found.count)


def nearer(record: LeaRecord, year: int, change: LevelChange, move: Move) -> Iterator[LeaRecord]:
    """Yield the LEA with each number that is nearer than that of a move, on either side."""
    unit = Fraction(1) if move.students is not None else Fraction(1, 10)
    facts = record.years[year]
    held = dict(facts.groups[change.group or ""])
    moving = [number for number in (move.number, "published change" if move.students is None else "") if number]
    for units in range(1 - int(move.size / unit), int(move.size / unit)):
        for number in moving:
            reading = facts.groups[change.group or ""].get((change.indicator, number))
            if reading is not None and isinstance(reading.level, Fraction):
                held[change.indicator, number] = Reading(reading.level + units * unit)
        count = held[change.indicator, move.number].level
        assert isinstance(count, Fraction)
        if move.students is None or 0 <= count <= move.students:
            yield evolve(record, years={year: evolve(facts, groups={**facts.groups, change.group or "": dict(held)})})


def assert_nearest(prepared: Prepared, found: CountedWay, behind: LevelYear) -> int:
    """No nearer number gives a level that the rules treat like that of the change; return how many were tried."""
    year, tried, seen = prepared.ruleset.year, 0, set[Change]()
    for way, moves in zip(found.way.ways, found.moves, strict=True):
        reached = [
            evolve(one, after=move.level) if isinstance(one, LevelChange) and isinstance(move, Move) else one
            for one, move in zip(way, moves, strict=True)
        ]
        assert_ends(prepared, found.way.record, reached)
        for change, move in zip(way, moves, strict=True):
            if change in seen or not isinstance(move, Move) or not isinstance(change, LevelChange):
                continue
            seen.add(change)
            some = list(nearer(behind.records[found.way.record.code], year, change, move))
            if len(some) > NEAR:
                continue
            tried += len(some)
            wanted = levels_alike(prepared, change.cell[1], change.after)
            definition = (year, f"{change.indicator} {change.scale}")
            for evaluation in evaluate_all(behind.prepared, some):
                assert evaluation.value(definition, change.group) not in wanted
    return tried


def test_ways_out_of_a_made_up_state_are_the_smallest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """RULELANG_EFFORT=34 tries a state of 1,020 LEAs, in half a minute."""
    CliRunner().invoke(rulelang, ["sample", str(tmp_path / "state"), "--year", "2023", "--leas", str(30 * EFFORT)])
    ruleset = load("assistance/2023")
    prepared = prepare(ruleset.rules)
    found = [one for one in ruleset.ways_out(ruleset.read([tmp_path / "state"]).records, DA) if one.ends and one.ways]
    monkeypatch.setattr(solver, "SOLVER", "cadical153")  # what one solver has proved, another finds as well
    for one in found:
        for way in one.ways:
            assert_ends(prepared, one.record, way)
        assert_none_smaller(prepared, one)
    assert {len(one.ways[0]) > 2 for one in found} == {True, False}


COUNTS = """cds,rtype,schoolname,countyname,type,studentgroup,currnumer,currdenom,priornumer,priordenom,statuslevel,\
changelevel,color,reportingyear
03028840000000,D,Plumhaven Joint Unified,Rushwater,UD,FOS,5,61,4,60,1,2,1,2023
"""


def test_one_lea_has_the_same_ways_if_it_alone_is_asked_about(tmp_path: Path) -> None:
    CliRunner().invoke(rulelang, ["sample", str(tmp_path / "state"), "--year", "2023", "--leas", "40"])
    (tmp_path / "state" / "suspdownload2023.txt").write_text(COUNTS, encoding="utf-8")
    ruleset, folder, code = load("assistance/2023"), [tmp_path / "state"], "03028840000000"
    [way] = ruleset.ways_in_students(folder, DA, codes=[code])
    assert way.fewest == 1
    assert [way] == [one for one in ruleset.ways_in_students(folder, DA) if one.way.record.code == code]
    [found] = ruleset.sensitivity(folder, DA, codes=[code])
    assert found.one_student
    assert [found] == [one for one in ruleset.sensitivity(folder, DA) if one.record.code == code]


@needs_published_data
@pytest.mark.slow
@pytest.mark.parametrize("year", [2018, 2023])
def test_ways_out_of_published_data_are_the_smallest_and_the_nearest(year: int) -> None:
    folder = SHARED / str(year)
    ruleset = load(f"assistance/{year}")
    prepared, behind = prepare(ruleset.rules), numbers_behind(ruleset.rules, Sources((folder,)))
    assert behind is not None
    records = [record for record in ruleset.read([folder]).records if record.county == "Monterey"]
    found = [one for one in ruleset.ways_in_students([folder], DA, records) if one.way.ends]
    assert len(found) >= 9
    assert all(one.way.ways for one in found)
    tried = 0
    for one in found:
        assert_none_smaller(prepared, one.way)
        tried += assert_nearest(prepared, one, behind)
    assert tried > 100
