"""What could settle what is unknown: the way back from a column to the fields that could still change it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from rulelang.core.tree import (
    Belonging,
    Fold,
    Match,
    Owner,
    StudentGroups,
    binds_groups,
    relates,
)
from rulelang.core.truth import Quantity
from rulelang.core.vocabulary import Scope, Vocabulary
from rulelang.engine.choices import as_answers, known_rows
from rulelang.engine.columns import Answers, Column, Shape, places_of, rows_at, union
from rulelang.engine.facts import Facts
from rulelang.engine.families import looked_at
from rulelang.engine.matching import fit_of
from rulelang.engine.meaning import groups_counted
from rulelang.engine.steps import Prepared, Step

Wanted = Iterator[tuple[int, int]]
"""Positions of inputs, each with the rows it is wanted for, in the shape of the step that reads it."""


FieldAsked = tuple[int, str]
"""The position of a field, and of what it is for the LEA that needs it: blank for its own, `the state`, `schools`."""


def fields_needed(
    prepared: Prepared, facts: Facts, columns: Sequence[Column], position: int, leas: int | None = None
) -> Mapping[FieldAsked, int]:
    """Return the fields that could settle a step of some LEAs (None: all) that is unknown, each with the rows for it.

    A field of another entity, which the LEA belongs to or which belongs to it, has the rows of the LEA.

    From the step asked about, the rows wanted are passed down to its inputs, and only steps that are themselves unknown
    are visited: of a choice only what could still be chosen, of a count only the things that could make a difference. A
    step reads only earlier ones, so one walk down the steps visits every field.
    """
    steps, shape = prepared.steps, facts.shape
    wanted = {position: shape.leas if leas is None else leas}
    found: dict[FieldAsked, int] = {}
    for at in range(position, -1, -1):
        rows = wanted.pop(at, 0) & ~known_rows(columns[at])
        if not rows:
            continue
        step = steps[at]
        if at in prepared.fields:
            found[at, ""] = rows
            continue
        if relates(step.node):
            for asked, mine in _needed_of_others(step, rows, prepared, facts, columns):
                found[asked] = found.get(asked, 0) | mine
            continue
        of_groups = step.scope is Scope.GROUP or binds_groups(step.node)
        for below, rows_below in _wanted_below(step, rows, prepared, shape, columns):
            of_lea = steps[below].scope is Scope.LEA
            narrowed = union(shape.lanes(rows_below)) if of_groups and of_lea else rows_below
            wanted[below] = wanted.get(below, 0) | narrowed
    return found


def others_asked(prepared: Prepared) -> Sequence[str]:
    """Return whose fields an LEA may need beside its own: `the state`, `schools`."""
    overs = (step.node.over for step in prepared.steps if isinstance(step.node, Fold))
    words = prepared.ruleset.vocabulary
    return list(dict.fromkeys(_whose(over, words) for over in overs if isinstance(over, Belonging | Owner)))


def _whose(over: Belonging | Owner, vocabulary: Vocabulary) -> str:
    return f"the {over.kind}" if isinstance(over, Owner) else vocabulary.kind(over.kind).plural


def _needed_of_others(
    step: Step, rows: int, prepared: Prepared, facts: Facts, columns: Sequence[Column]
) -> Iterator[tuple[FieldAsked, int]]:
    """Yield the fields of the entities that a step looks at, each with the rows that look at one that needs it."""
    over, shape = step.node.over if isinstance(step.node, Fold) else None, facts.shape
    if facts.families is None or not isinstance(over, Belonging | Owner):
        return
    above, whose = isinstance(over, Owner), _whose(over, prepared.ruleset.vocabulary)
    looked = looked_at(facts.families, facts.kinds.get(over.kind, 0), places_of(rows), above=above)
    others = (
        rows_at(sorted({one for them in looked.values() for one in them})) & ~as_answers(columns[step.inputs[0]]).no
    )
    for below in step.inputs:
        for (at, of), found in fields_needed(prepared, facts, columns, below, others).items():
            of_groups = prepared.steps[at].scope is Scope.GROUP
            lanes = [{*places_of(lane)} for lane in (shape.lanes(found) if of_groups else [found])]
            mine = [rows_at([row for row, them in looked.items() if not lane.isdisjoint(them)]) for lane in lanes]
            yield (at, of or whose), shape.joined(mine) if of_groups else mine[0]


def _wanted_below(step: Step, rows: int, prepared: Prepared, shape: Shape, columns: Sequence[Column]) -> Wanted:
    of_groups = step.scope is Scope.GROUP or binds_groups(step.node)

    def found(at: int) -> Column:
        spread = of_groups and prepared.steps[at].scope is Scope.LEA
        return shape.spread_column(columns[at]) if spread else columns[at]

    def answers(at: int) -> Answers:
        return as_answers(found(at))

    match step.node:
        case Fold(Quantity() as quantity, StudentGroups(year)):
            lanes = groups_counted(prepared.ruleset.vocabulary, year)
            eligible = shape.spread(rows) & union(shape.by_lane[lane] for lane in lanes)
            yield from _of_thing(quantity, step.inputs, eligible, *map(answers, step.inputs))
        case Fold(over=StudentGroups()):
            eligible = shape.spread(rows) & ~answers(step.inputs[0]).no
            yield from ((at, eligible) for at in step.inputs)
        case Fold(Quantity() as quantity):
            for pair in zip(step.inputs[::2], step.inputs[1::2], strict=True):
                yield from _of_thing(quantity, pair, rows, *map(answers, pair))
        case Match() as node:
            on = len(node.on)
            asked = [found(at) for at in step.inputs[:on]]
            everyone, length = (shape.everyone, shape.group_rows) if of_groups else (shape.leas, shape.size)
            for row, value in zip(node.rows, step.inputs[on:], strict=False):
                fit = fit_of(row, asked, everyone, length)
                possible = rows & ~fit.no
                named = zip(step.inputs, row.patterns, strict=False)
                yield from ((at, possible) for at, one in named if one is not None)
                yield value, possible
                rows &= ~fit.yes
            if node.otherwise is not None:
                yield step.inputs[-1], rows
        case _:
            for at in step.inputs:
                yield at, rows


def _of_thing(quantity: Quantity, inputs: tuple[int, ...], rows: int, member: Answers, met: Answers) -> Wanted:
    """Yield the membership and the condition of a thing, with the rows for which each may matter.

    Whether a thing that does not meet the condition is a member matters if the total does: `every`.
    """
    yield inputs[0], rows if quantity.weighs_total else rows & ~met.no
    yield inputs[1], rows & ~member.no
