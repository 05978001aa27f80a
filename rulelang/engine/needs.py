"""What is missing: the fields whose values could still change an answer that is unknown, for a whole batch.

From the step asked about, the rows wanted are passed down to the inputs, and only what is itself unknown is looked
into; of a choice only what could still be chosen, of a count only the things that could make a difference. A step
reads earlier ones alone, so one walk down the steps meets every field.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from rulelang.core.tree import Fold, Match, StudentGroups, binds_groups, relates
from rulelang.core.truth import Quantity
from rulelang.core.vocabulary import Scope
from rulelang.engine.choices import as_answers, known_rows
from rulelang.engine.columns import Answers, Column, Shape, union
from rulelang.engine.matching import fit_of
from rulelang.engine.steps import Prepared, Step

Wanted = Iterator[tuple[int, int]]
"""Positions of inputs, each with the rows it is wanted for, in the shape of the step that reads it."""


def fields_needed(prepared: Prepared, shape: Shape, columns: Sequence[Column], position: int) -> Mapping[int, int]:
    """Return the fields that could settle a step of the LEA where it is unknown: position of the field to rows."""
    steps = prepared.steps
    wanted = {position: shape.leas}
    found: dict[int, int] = {}
    for at in range(position, -1, -1):
        rows = wanted.pop(at, 0) & ~known_rows(columns[at])
        if not rows:
            continue
        step = steps[at]
        if at in prepared.fields:
            found[at] = rows
            continue
        of_groups = step.scope is Scope.GROUP or binds_groups(step.node)
        for below, rows_below in _wanted_below(step, rows, prepared, shape, columns):
            of_lea = steps[below].scope is Scope.LEA
            narrowed = union(shape.lanes(rows_below)) if of_groups and of_lea else rows_below
            wanted[below] = wanted.get(below, 0) | narrowed
    return found


def _wanted_below(step: Step, rows: int, prepared: Prepared, shape: Shape, columns: Sequence[Column]) -> Wanted:
    of_groups = step.scope is Scope.GROUP or binds_groups(step.node)

    def found(at: int) -> Column:
        spread = of_groups and prepared.steps[at].scope is Scope.LEA
        return shape.spread_column(columns[at]) if spread else columns[at]

    def answers(at: int) -> Answers:
        return as_answers(found(at))

    if relates(step.node):
        return  # what is missing of other entities stands with them
    match step.node:
        case Fold(Quantity() as quantity, StudentGroups(year)):
            lanes = [at for at, group in enumerate(prepared.groups) if group.is_counted_in(year)]
            eligible = shape.spread(rows) & union(shape.by_lane[lane] for lane in lanes)
            yield from _of_thing(quantity, step.inputs, eligible, *map(answers, step.inputs))
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
    """Yield what makes a thing a member, and its condition, with the rows for which it may matter.

    Whether a thing that does not meet the condition is a member matters where the total does: `every`.
    """
    yield inputs[0], rows if quantity.weighs_total else rows & ~met.no
    yield inputs[1], rows & ~member.no
