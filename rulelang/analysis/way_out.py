"""What it would take to end an outcome of LEAs or to bring it about: in levels, in students and in points.

The levels of a way come from the rules that decide the outcome, the numbers from the rules that work out levels
(`levels from`). If a number skips the level that a way names, the next beyond it will do if it ends the outcome too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import count, islice

from attrs import evolve, frozen

from rulelang.analysis.chaining import LevelYear, numbers_behind
from rulelang.analysis.gather import Sources
from rulelang.analysis.move_words import WHY_NOT, behind_text, levels_of, move_cells, number_moves, way_text
from rulelang.analysis.result_tables import ResultTable
from rulelang.core.record import FieldKey, LeaRecord
from rulelang.core.ruleset import Ruleset
from rulelang.data.layout import STUDENTS
from rulelang.data.shared_rows import Cell
from rulelang.diagnostics.arguments import OUTCOME, Paths, checked, named, paths
from rulelang.diagnostics.notebook import Displayed
from rulelang.engine.evaluate import LEAS_A_BATCH, BatchEvaluation, evaluate_records
from rulelang.engine.steps import Prepared
from rulelang.reasoning.answers import Asked
from rulelang.reasoning.least import COUNTED
from rulelang.reasoning.moves import NO_NUMBERS, Aim, Move, lever_of, moves
from rulelang.reasoning.trials import Change, LevelChange, Trial, flips
from rulelang.reasoning.unrolled import alone, is_unrolled
from rulelang.reasoning.ways import FIXED, MISSING_DATA, NOT_CHANGED, SHOWN, WayOut, confirmed_by, way_alone, ways_out


@frozen
class Wish:
    """A level of a student group of an LEA that is to become one of some others."""

    code: str
    group: str
    key: FieldKey
    level: str
    wanted: frozenset[str]


@frozen(repr=False)
class CountedWay(Displayed):
    """A way out, with how far the number behind each level of each way has to move, or why that cannot be said.

    `moves` has what `way.ways` has: for each way, and in it for each change. Those that need the fewest students
    come first.
    """

    way: WayOut
    moves: tuple[tuple[Move | str, ...], ...]

    def _title(self) -> str:
        fewest = "not in students" if self.fewest is None else f"{self.fewest:,} students"
        return f"Counted{self.way._title()}; {fewest}"  # noqa: SLF001 - it is the same way

    def _rows(self) -> Iterator[tuple[str, ...]]:
        for number, way, moves_ in zip(count(1), self.way.ways, self.moves, strict=False):
            for change, move in zip(way, moves_, strict=True):
                far = WHY_NOT[move] if isinstance(move, str) else behind_text(change, move)
                what = " ".join(filter(None, change.cell[1]))
                yield str(number), what, change.group or "LEA", far

    @classmethod
    def without_numbers(cls, way: WayOut) -> CountedWay:
        """Return a way out of which nobody knows the numbers behind its levels."""
        return cls(way, tuple((NO_NUMBERS,) * len(one) for one in way.ways))

    def students(self, number: int) -> int | None:
        """Return how many students a way takes, counted in each group by itself; None unless all of it is known."""
        total = Fraction()
        for move in self.moves[number]:
            if not isinstance(move, Move) or move.students is None:
                return None
            total += move.size
        return int(total)

    @property
    def fewest(self) -> int | None:
        """Return how many students the first way takes; None if no way is in students."""
        return self.students(0) if self.moves else None

    def nearest(self, shown: int) -> CountedWay:
        """Return these answers with only some of the ways, those that take the fewest students first."""
        students = [self.students(number) for number in range(len(self.moves))]
        order = sorted(range(len(self.moves)), key=lambda at: (students[at] is None, students[at] or 0))[:shown]
        return CountedWay(
            evolve(self.way, ways=tuple(self.way.ways[at] for at in order)), tuple(self.moves[at] for at in order)
        )


def ways_in_students(
    asked: Asked, records: Iterable[LeaRecord], year: LevelYear | None, codes: Collection[str] | None = None
) -> Iterator[CountedWay]:
    """Yield the ways out of LEAs with their numbers, in the order given; only of those with some codes, if given.

    `year` has the numbers behind the levels; without it no way has numbers of levels.
    """
    if is_unrolled(asked.prepared):
        for one in alone(asked.prepared, records, asked.definition, codes):
            of_one = evolve(asked, prepared=one.prepared)
            for counted in counted_ways(of_one, [way_alone(one, asked, COUNTED)], year):
                yield evolve(counted, way=confirmed_by(one, asked, counted.way))
        return
    yield from counted_ways(asked, ways_out(asked.prepared, records, asked.name, COUNTED, codes), year)


def counted_ways(asked: Asked, ways: Iterable[WayOut], year: LevelYear | None) -> Iterator[CountedWay]:
    """Yield ways out with their numbers, in the order given; without those where no ruleset works the levels out.

    `ways` has as many ways of each LEA as there are, of which those are kept that need the fewest students. Every
    way is applied once more, with the levels that the numbers give.
    """
    waiting = iter(ways)
    while some := list(islice(waiting, LEAS_A_BATCH)):
        batch = evaluate_records(asked.prepared, [one.record for one in some])
        counted = _counted(asked, some, batch, year if year is not None and _has_numbers(year) else None)
        crossed = number_moves(batch, [one.ways for one in some])
        for one, of in zip(counted, crossed, strict=True):
            moves_ = (
                tuple(known if move is None else move for known, move in zip(*two, strict=True))
                for two in zip(one.moves, of, strict=True)
            )
            yield CountedWay(one.way, tuple(moves_)).nearest(SHOWN)


def _counted(
    asked: Asked, some: Sequence[WayOut], batch: BatchEvaluation, year: LevelYear | None
) -> Iterator[CountedWay]:
    """Yield ways out with the numbers behind their levels, given the evaluation of their LEAs."""
    if year is None:
        yield from map(CountedWay.without_numbers, some)
        return
    found = _moves_of(some, year)
    trials = [
        [_reached(*of) for of in zip(one.ways, moves_, strict=True)] for one, moves_ in zip(some, found, strict=True)
    ]
    for one, moves_, flipped in zip(some, found, flips(asked, batch, trials), strict=True):
        if flipped == (1 << len(one.ways)) - 1:
            yield CountedWay(one, moves_)
        else:  # beyond its level each may do, and all together do not
            yield CountedWay(one, _moves_of([one], year, exactly=True)[0])


def _has_numbers(year: LevelYear) -> bool:
    """Return whether the data have any number of a student group but how many students there are."""
    return any(
        isinstance(reading.level, Fraction) and name != STUDENTS
        for record in year.records.values()
        for facts in record.years.values()
        for readings in facts.groups.values()
        for (_, name), reading in readings.items()
    )


def _moves_of(
    ways: Sequence[WayOut], year: LevelYear, *, exactly: bool = False
) -> list[tuple[tuple[Move | str, ...], ...]]:
    """Return the moves of each change of each way of each LEA, to a level that will do or `exactly` to that after."""

    def wish(code: str, change: Change) -> Wish:
        levels = change.wanted if isinstance(change, LevelChange) and not exactly else {str(change.after)}
        return wish_of(code, change, frozenset(levels))

    asked = [[[wish(one.record.code, change) for change in way] for way in one.ways] for one in ways]
    each = list(dict.fromkeys(wish for one in asked for way in one for wish in way))
    wishes = dict(zip(each, moved(each, year), strict=True))
    return [tuple(tuple(wishes[wish] for wish in way) for way in one) for one in asked]


def wish_of(code: str, change: Change, wanted: frozenset[str]) -> Wish:
    """Return what is asked of the numbers behind a level of an LEA or of another; behind a number there are none."""
    key = change.indicator, change.scale
    if not isinstance(change, LevelChange):
        return Wish(code, "", key, "", wanted)
    return Wish(change.code or code, change.group or "", key, change.before, wanted)


def _reached(way: Sequence[Change], moves_: Sequence[Move | str]) -> Trial:
    """Return the levels that a way reaches by its numbers, or by name where there are none."""
    return {
        change.cell: move.level if isinstance(move, Move) else change.after
        for change, move in zip(way, moves_, strict=True)
    }


def moved(wishes: Sequence[Wish], year: LevelYear) -> list[Move | str]:
    """Return how far the number behind each level has to move, or why that cannot be said (`WHY_NOT`)."""
    found: list[Move | str] = [NO_NUMBERS] * len(wishes)
    alike: dict[tuple[FieldKey, str], list[int]] = defaultdict(list)
    for at, wish in enumerate(wishes):
        if wish.code in year.records and wish.group in year.prepared.group_index:
            alike[wish.key, wish.group].append(at)
    ruleset = year.prepared.ruleset
    levers = {key: lever_of(ruleset, *key, STUDENTS) for key in dict.fromkeys(key for key, _ in alike)}
    for (key, group), places in alike.items():
        lever = levers[key]
        if lever is not None:
            aims = [Aim(year.records[wishes[at].code], group, wishes[at].level, wishes[at].wanted) for at in places]
            for at, move in zip(places, moves(lever.of_group(ruleset.vocabulary.group(group)), aims), strict=True):
                found[at] = move
    return found


# ---- In words, and as tables ----


OBSTACLES = {
    MISSING_DATA: "cannot tell, because missing data could decide",
    FIXED: "no change to this year's levels and numbers would do it: it rests on earlier years, its kind, or facts that"
    " are neither, such as dates, words, and yes or no",
    NOT_CHANGED: "no change that was tried would do it; not all that it rests on was changed",
}
"""Why there is no way, in words."""

OF_LEA_KINDS = ("determination", "label", "method", "referral", "criteria")
"""The kinds of outcome of the LEA that can be asked about."""


def outcome_asked(ruleset: Ruleset) -> str:
    """Return the outcome that is asked about by default: the first determination of the vocabulary.

    It is one that some rule of the ruleset gives; an empty text where there is none.
    """
    given = {rule.outcome for rule in ruleset.rules}
    return next((name for name in ruleset.vocabulary.determinations if name in given), "")


def asked_about(prepared: Prepared, outcome: str) -> Asked:
    """Return what is asked about, by its name or another; TypeError for what is not a name, and as `outcome_called`."""
    return Asked(prepared, outcome_called(prepared.ruleset, checked(outcome, str, OUTCOME)))


def asked_with_numbers(
    prepared: Prepared, outcome: str, folders: Paths, codes: Collection[str] | None
) -> tuple[Asked, LevelYear | None]:
    """Return what is asked about, and the numbers behind the levels in folders of published files, if there are any."""
    asked = asked_about(prepared, outcome)
    return asked, numbers_behind(prepared.ruleset, Sources(paths(folders)), codes)


def outcome_called(ruleset: Ruleset, outcome: str) -> str:
    """Return the outcome of a name or alias in any case; UnknownNameError if the rules decide none of that name."""
    given = {rule.outcome for rule in ruleset.rules}
    asked = [one for one in ruleset.vocabulary.outcomes if one.kind in OF_LEA_KINDS and one.name in given]
    known = {name: one.name for one in asked for name in (one.name, *one.aliases)}
    return named("an outcome that the rules decide", outcome, known)


def distance_order(one: CountedWay) -> tuple[bool, bool, int, bool, int, str]:
    """Return the sort key of LEAs: those that have the outcome first, by distance, then those without a way.

    Of those equally far, those come first that are the fewest students away.
    """
    way, fewest = one.way, one.fewest
    return not way.ends, way.distance is None, way.distance or 0, fewest is None, fewest or 0, way.record.code


OF_LEA = ("cds", "lea", "county", "kind", "outcome", "now", "to", "cells", "ways", "first_way", "obstacle", "students")
OF_CHANGE = ("cds", "outcome", "way", "other_cds", "other", "student_group", "indicator", "scale", "before", "after")
OF_MOVE = ("number", "number_before", "number_after", "students", "level_reached", "not_in_numbers")
"""The columns of the tables: of the LEAs, of the changes, and of the numbers behind the changes."""


def way_tables(ways: Sequence[CountedWay]) -> tuple[ResultTable, ResultTable]:
    """Return a row for each LEA with its distance, and a row for each change of each smallest way."""
    leas = [
        (
            *(one.record.code, one.record.name, one.record.county, one.record.kind, one.outcome, one.value),
            "end" if one.ends else "bring about",
            *(
                one.distance,
                one.count if one.ways else None,
                way_text(one.ways[0], counted.moves[0]) if one.ways else None,
            ),
            *(one.obstacle or None, counted.fewest),
        )
        for counted in ways
        for one in (counted.way,)
    ]
    changes = [
        (one.way.record.code, one.way.outcome, number, *_change_cells(change), *move_cells(move, "level"))
        for one in ways
        for number, (way, moves) in enumerate(zip(one.way.ways, one.moves, strict=True), 1)
        for change, move in zip(way, moves, strict=True)
    ]
    return ResultTable("ways", OF_LEA, leas), ResultTable("changes", (*OF_CHANGE, *OF_MOVE), changes)


def _change_cells(change: Change) -> tuple[Cell, ...]:
    other = change.of or (None, None)
    return *other, change.group, change.indicator, change.scale, *levels_of(change)


def count_text(way: WayOut) -> str:
    """Return how many smallest ways there are: `3`, or `500 or more`."""
    return f"{way.count:,}{' or more' if way.count >= COUNTED else ''}"
