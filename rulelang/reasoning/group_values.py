"""Steps of student groups as steps of the LEA, one for each group: what a number made of their values rests on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from typing import TypeGuard

from attrs import field, frozen

from rulelang.core.aggregates import Aggregate
from rulelang.core.tree import (
    NOT_RATED,
    Const,
    Fold,
    Item,
    Node,
    Self,
    StudentGroups,
    Value,
    aggregate_of,
    binds_groups,
    group_read,
    operator_of,
)
from rulelang.core.vocabulary import Scope
from rulelang.engine.steps import Prepared
from rulelang.reasoning.steps_made import StepsMade


def makes_of_groups(node: Node) -> TypeGuard[Fold]:
    """Return whether a node is a number made of those of several student groups."""
    return binds_groups(node) and aggregate_of(node) is not None and group_read(node) is None


def values_read(prepared: Prepared, fold: int) -> Sequence[int]:
    """Return the fields of student groups and the steps of the LEA that a fold over its groups rests on."""
    found: dict[int, None] = {}
    waiting = list(prepared.steps[fold].inputs)
    while waiting:
        at = waiting.pop()
        if at in prepared.fields or prepared.steps[at].scope is Scope.LEA:
            found[at] = None
        else:
            waiting.extend(prepared.steps[at].inputs)
    return list(found)


@frozen
class GroupValues:
    """The values of steps for one student group after another.

    `made` returns the step that takes the place of a field or of a step of the LEA, `value` the value of a field for a
    group, by its index, and whether it can change.
    """

    prepared: Prepared
    built: StepsMade
    made: Callable[[int], int]
    value: Callable[[int, int], tuple[Value, bool]]
    _found: dict[tuple[int, int], int] = field(factory=dict, init=False)

    def pairs(self, fold: int) -> Iterator[int]:
        """Yield, for each student group, the steps for whether the fold counts it and for its value."""
        step = self.prepared.steps[fold]
        over = step.node.over if binds_groups(step.node) else None
        for lane, group in enumerate(self.prepared.groups):
            if isinstance(over, StudentGroups) and group.is_counted_in(over.year):
                yield from (self._of(at, lane) for at in step.inputs)

    def _of(self, at: int, lane: int) -> int:
        if (at, lane) not in self._found:
            self._found[at, lane] = self._made(at, lane)
        return self._found[at, lane]

    def _made(self, at: int, lane: int) -> int:
        step = self.prepared.steps[at]
        if step.scope is Scope.LEA:
            return self.made(at)
        if at in self.prepared.fields:
            return self._field(at, lane)
        if step.node == Self(Scope.GROUP):
            return self.built.value(self.prepared.groups[lane].name)
        [*below] = step.inputs
        if operator_of(step.node) == "is rated" and below[0] in self.prepared.fields:
            value, _ = self.value(below[0], lane)
            if value is not None:  # what is rated stays so, and what is not
                return self.built.value(value is not NOT_RATED)
        return self.built.made(step.node, *(self._of(one, lane) for one in below))

    def _field(self, at: int, lane: int) -> int:
        """Return the field of one student group, or its value if that cannot change."""
        value, can_change = self.value(at, lane)
        if not can_change:
            return self.built.value(value)
        group, of = self.prepared.groups[lane].name, self.made(at)
        is_it = self.built.call("is one of", self.built.add(Self(Scope.GROUP)), self.built.add(Const((group,))))
        item = Item(self.built.steps[of].node, self.built.steps[is_it].node)
        over = StudentGroups(self.prepared.fields[at].year)
        position = self.built.add(Fold(Aggregate.ONLY, over, (item,)), is_it, of)
        if isinstance(value, Fraction):
            self.built.numbers.add(position)
        return position
