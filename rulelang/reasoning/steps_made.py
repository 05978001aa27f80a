"""Steps of a ruleset that is made from another, in which what follows from values alone is a value."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from fractions import Fraction
from typing import Final

from attrs import field, frozen

from rulelang.core.fact_types import FactType
from rulelang.core.operators import OPERATORS
from rulelang.core.tree import (
    Arm,
    Call,
    Const,
    Fold,
    Item,
    Listed,
    Node,
    Value,
    choice,
    constant,
    is_choice,
    is_constant,
    is_table,
    operator_of,
    scope_above,
    without_children,
)
from rulelang.core.truth import Quantity
from rulelang.engine.steps import Step


@frozen
class StepsMade:
    """Steps that are added one after another, equal ones once. What follows from values alone is a value.

    `numbers` are the steps that have a number whatever changes.
    """

    steps: list[Step] = field(factory=list)
    places: dict[Hashable, int] = field(factory=dict)
    numbers: set[int] = field(factory=set)

    def add(self, node: Node, *inputs: int) -> int:
        """Return the position of a step, with the steps that are its inputs in place of what is below the node."""
        position = self.places.setdefault((without_children(node), inputs), len(self.steps))
        if position == len(self.steps):
            self.steps.append(Step(node, scope_above(node, (self.steps[one].scope for one in inputs)), inputs))
            if self._is_number(node, inputs):
                self.numbers.add(position)
        return position

    def value(self, value: Value, kind: FactType = FactType.NUMBER) -> int:
        """Return the position of a value."""
        return self.add(Const(value, type=kind))

    def made(self, node: Node, *inputs: int) -> int:
        """Return the position of a step, or of the step that it can be replaced by if some of its inputs are values."""
        if is_choice(node):
            arms = len(node.on)
            return self._chosen(list(zip(inputs[:arms], inputs[arms:], strict=False)), inputs[-1])
        return self.call(operator, *inputs) if (operator := operator_of(node)) else self.add(node, *inputs)

    def call(self, operator: str, *inputs: int) -> int:
        """Return the position of a call, or of the step that it can be replaced by."""
        if operator in _NEUTRAL:
            neutral = _NEUTRAL[operator]
            if any(constant(self.steps[one].node) is (not neutral) for one in inputs):
                return self.value(not neutral)
            inputs = tuple(one for one in inputs if constant(self.steps[one].node) is not neutral)
            if not inputs:
                return self.value(neutral)
        nodes = tuple(self.steps[one].node for one in inputs)
        if operator == "is rated" and inputs[0] in self.numbers:
            return self.value(True)
        values = [one for one in nodes if is_constant(one)]
        if len(values) == len(nodes):
            kind = next((one.type for one in values if isinstance(one.value, Fraction)), FactType.NUMBER)
            return self.value(OPERATORS[operator](*map(constant, values)), kind)
        return self.add(Call(operator, nodes), *inputs)

    def choice(self, guard: int, value: int, otherwise: int) -> int:
        """Return the position of a value if a guard is yes, and another otherwise."""
        return self._chosen([(guard, value)], otherwise)

    def _chosen(self, arms: Sequence[tuple[int, int]], otherwise: int) -> int:
        left: list[tuple[int, int]] = []
        for guard, value in arms:
            answer = constant(self.steps[guard].node)
            if answer is True:
                otherwise = value
                break
            if answer is not False:
                left.append((guard, value))
        if not left:
            return otherwise
        node = choice((Arm(*(self.steps[one].node for one in arm)) for arm in left), self.steps[otherwise].node)
        return self.add(node, *(guard for guard, _ in left), *(value for _, value in left), otherwise)

    def count(self, quantity: Quantity, inputs: Sequence[int]) -> int:
        """Return the position of a count of things: for each whether it is a member, and whether it is met."""
        items = tuple(Item(self.steps[met].node, self.steps[where].node) for where, met in pairs(inputs))
        return self.add(Fold(quantity, Listed("entities"), items), *inputs)

    def _is_number(self, node: Node, inputs: Sequence[int]) -> bool:
        """Return whether a step has a number whatever changes: it is made of numbers, and no division may fail."""
        operator = operator_of(node)
        if operator == "divided by":
            return inputs[0] in self.numbers and bool(constant(self.steps[inputs[1]].node))
        if operator in OPERATORS and operator != "smallest addition":
            return OPERATORS[operator].of_numbers and self.numbers.issuperset(inputs)
        if is_choice(node):
            return self.numbers.issuperset(inputs[len(node.on) :])
        return self.numbers.issuperset(inputs) if is_table(node) else isinstance(constant(node), Fraction)


_NEUTRAL: Final = {"and": True, "or": False}
"""The answer that makes no difference to a call."""


def pairs(inputs: Sequence[int]) -> Sequence[tuple[int, int]]:
    """Return the things of a count: for each whether it is a member, and what is counted or folded of it."""
    return list(zip(inputs[::2], inputs[1::2], strict=True))
