"""Numbers that cross a limit, in words: how far they move, and the measures that the rules work out from them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from rulelang.core.fact_types import FactType
from rulelang.core.tree import Value
from rulelang.core.vocabulary import Scope
from rulelang.data.layout import STUDENTS
from rulelang.data.shared_rows import Cell
from rulelang.diagnostics.decimals import exact_text, places_of
from rulelang.engine.columns import value_at
from rulelang.engine.evaluate import BatchEvaluation
from rulelang.engine.wording import decimals_in, typed_text
from rulelang.reasoning.calculations import Calculations, calculations
from rulelang.reasoning.crossings import last_within
from rulelang.reasoning.moves import NO_NUMBERS, NOT_TOLD, OTHER_LEVEL, OUT_OF_REACH, Move
from rulelang.reasoning.opened import limit_of
from rulelang.reasoning.trials import Change, LevelChange, NumberChange, place_of, tried

DIGITS = 2
"""With more decimals than these a measure is not written, but the limit that it crosses."""

Way = Sequence[Change]

WHY_NOT = {
    NO_NUMBERS: "the data do not have the numbers behind it",
    OTHER_LEVEL: "the numbers in the data give a different level",
    NOT_TOLD: "cannot tell how much its published change would move",
    OUT_OF_REACH: "no number alone gives this level",
}
"""Why a change of a level is not given in students or in points, in words."""


def number_moves(batch: BatchEvaluation, ways: Sequence[Sequence[Way]]) -> Iterator[list[tuple[Move | None, ...]]]:
    """Yield for each LEA of a batch how far the numbers of its ways move; None for a change of a level.

    The measures are those with the whole way applied.
    """
    known = calculations(batch.prepared)
    trials = [[{}, *({one.cell: one.after for one in way} for way in of)] for of in ways]
    numbers = [at for at, kind in enumerate(known.types) if kind is not None]
    for (changed, first), of in zip(tried(batch, trials, numbers), ways, strict=True):
        yield [
            tuple(
                _move(known, changed, change, (first, first + place)) if isinstance(change, NumberChange) else None
                for change in way
            )
            for place, way in enumerate(of, 1)
        ]


def _move(known: Calculations, batch: BatchEvaluation, change: NumberChange, rows: tuple[int, int]) -> Move:
    """Return how far a number moves, given the rows of the LEA before and after."""
    position = known.position(change.cell)
    whole = known.parts.get(position)
    of_students = whole is not None and known.prepared.fields[whole].key[1] == STUDENTS
    students = _value(known, batch, whole, change.group, rows[0]) if whole is not None and of_students else None
    measures = tuple(_measures(known, batch, change, position, rows))
    known_students = students if isinstance(students, Fraction) else None
    return Move(change.scale, change.before, change.after, known_students, "", measures)


def _value(known: Calculations, batch: BatchEvaluation, position: int, group: str | None, row: int) -> Value:
    of_lea = group is None or known.prepared.steps[position].scope is Scope.LEA
    lane = 0 if of_lea else known.prepared.group_index[group or ""] * batch.shape.size
    return value_at(batch.columns[position], lane + row)


def _measures(
    known: Calculations, batch: BatchEvaluation, change: NumberChange, position: int, rows: tuple[int, int]
) -> Iterator[tuple[str, str, str]]:
    """Yield the measures that a number moves, each as it is written before and after."""
    ruleset = known.prepared.ruleset
    for rule in ruleset.levels:
        key = ruleset.year, rule.definition
        at = known.prepared.positions.get(key)
        if rule.what != "measure" or at is None or at not in known.reaching or position not in known.beneath[at]:
            continue
        before, after = (_value(known, batch, at, change.group, row) for row in rows)
        if isinstance(before, Fraction) and isinstance(after, Fraction) and before != after:
            node = ruleset.definitions[key].node
            decimals = decimals_in(ruleset, node)
            definition, code, _ = place_of(rule.definition)
            if code != change.code:
                continue
            name = definition.removeprefix("measure ").removeprefix(f"{rule.indicator} ")
            first, second = (typed_text(one, known.types[at], decimals) for one in (before, after))
            rises, limit = after > before, _last_crossed(known, at, before, after)
            if change.is_bounded:
                yield name, first, second
            elif limit is None or ((places := places_of(after)) is not None and places <= DIGITS):
                yield name, first, f"{second} {'or more' if rises else 'or less'}"
            else:  # a long row of digits says nothing that the limit does not
                yield name, first, f"{'above' if rises else 'below'} {typed_text(limit, known.types[at])}"


def _last_crossed(known: Calculations, position: int, before: Fraction, after: Fraction) -> Fraction | None:
    """Return the limit nearest to what a number becomes, of those that it is compared with and crosses."""
    asked = (limit_of(known.prepared, step) for step in known.prepared.steps)
    limits = [one.limit for one in asked if one is not None and one.number == position]
    crossed = [one for one in limits if before <= one < after or after < one <= before]
    return min(crossed, key=lambda one: abs(one - after), default=None)


# ---- in words ----


def change_parts(change: Change, move: Move | str | None = None) -> tuple[str, str, str]:
    """Return what changes, from what, and to what, in words: `Suspension Rate`, `Red` and `Orange`.

    A number is named by the measure that is worked out from it, if its move has one.
    """
    if isinstance(change, LevelChange):
        return change.indicator, change.before, change.after
    if isinstance(move, Move) and len(move.measures) == 1:
        return move.measures[0]
    what = f"{change.scale} on {change.indicator}" if change.indicator else change.scale
    return what, typed_text(change.before, change.type), reached_text(change)


def change_text(change: Change, move: Move | str | None = None) -> str:
    """Return a change in words: `Suspension Rate of Foster Youth from Red to Orange`, `rate of White from 61 to 68`."""
    what, before, after = change_parts(change, move)
    return f"{what}{whose_text(change)} from {before} to {after}"


def whose_text(change: Change) -> str:
    """Return whose level or number changes: ` of Foster Youth`, ` of Foster Youth at Elm`; empty for the LEA itself."""
    of = f" of {change.group}" if change.group is not None else ""
    return f"{of} {'of' if change.group is None else 'at'} {change.name or change.code}" if change.code else of


def levels_of(change: Change) -> tuple[str, str]:
    """Return the level before and after as tables have it, or the number."""
    if isinstance(change, LevelChange):
        return change.before, change.after
    return exact_text(change.before), exact_text(change.after)


def move_cells(move: Move | str, what: str) -> tuple[Cell, ...]:
    """Return the cells about the number behind a change; the last says why there is none.

    The one before is the `level` that is reached, or how far `away` it is.
    """
    if isinstance(move, str):
        return None, None, None, None, None, WHY_NOT[move]
    students = None if move.students is None else int(move.students)
    last = (move.level or None) if what == "level" else exact_text(move.size)
    return move.number, exact_text(move.before), exact_text(move.after), students, last, None


def way_text(way: Way, moves: Sequence[Move | str]) -> str:
    """Return all changes of a way on one line."""
    return "; ".join(map(change_text, way, moves))


def behind_text(change: Change, move: Move | str) -> str:
    """Return how far the number behind a change has to move; empty if there is no more to it than the change says."""
    if isinstance(move, str):
        return "" if move == NO_NUMBERS else WHY_NOT[move]
    said = [] if len(move.measures) == 1 and isinstance(change, NumberChange) else list(move.measures)
    if isinstance(change, NumberChange) and not move.measures and move.students is None:
        return ""
    measures = ", ".join(f"{name} {before} to {after}" for name, before, after in said)
    return f"{measures}: at least {away_text(change, move)}" if measures else f"at least {away_text(change, move)}"


def away_text(change: Change, move: Move) -> str:
    """Return by how much a number moves: `1 fewer suspended of 412 students`, `0.3 lower in suspension rate`."""
    if isinstance(change, LevelChange) or move.students is not None:
        return distance_text(move)
    rises, whole = change.after > change.before, change.size.denominator == 1 and change.type is FactType.NUMBER
    if not change.is_count and change.type is FactType.NUMBER:
        return f"{typed_text(change.size, change.type)} {'higher' if rises else 'lower'} in {change.scale}"
    more = "more" if rises else "fewer" if whole else "less"
    what = _one_of(change.scale) if whole and change.size == 1 else change.scale
    return f"{typed_text(change.size, change.type)} {more} {what}"


def distance_text(move: Move) -> str:
    """Return by how much a number moves: `1 fewer suspended of 412 students`, `0.3 lower in suspension rate`."""
    if move.students is None:  # `more` of a number below zero could be taken for one that is farther below
        size = exact_text(move.size, places_of(move.unit) or 0)
        return f"{size} {'higher' if move.after > move.before else 'lower'} in {move.number}"
    what = " ".join(move.number.replace(STUDENTS, " ").split())
    if move.size == 1 and STUDENTS not in move.number:
        what = _one_of(what)
    more = "more" if move.after > move.before else "fewer"
    return f"{int(move.size):,} {more} {what} of {int(move.students):,} {STUDENTS}"


def _one_of(what: str) -> str:
    """Return what one of several is called: one of several `graduates`."""
    return what[:-1] if what.endswith("s") and not what.endswith("ss") else what


def reached_text(change: NumberChange) -> str:
    """Return the interval of a changed number, from its near end: `68 or more`, `below $30,000`."""
    rises = change.after > change.before
    near, far = change.interval.lower, change.interval.upper
    if not rises:
        near, far = far, near
    after, unit = typed_text(change.after, change.type), Fraction(1, 10 ** (places_of(change.after) or 0))
    onward = "or more" if rises else "or less"
    text = f"{after} {onward}"
    if near is not None and not near.included and near.number % unit == 0:
        text = f"{'above' if rises else 'below'} {typed_text(near.number, change.type)}"
    if far is None:
        return text
    end = last_within(far, unit, is_upper=rises)
    if end == change.after:
        return after
    return f"{text} and {typed_text(end, change.type)} {'or less' if rises else 'or more'}"
