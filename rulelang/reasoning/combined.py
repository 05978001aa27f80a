"""What is made of the values of several entities or student groups, as steps of one.

Each is a pair of steps: whether it is meant, and what is counted or folded of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import partial, reduce

from rulelang.core.aggregates import Aggregate, Ranked
from rulelang.core.tree import NOT_RATED, constant
from rulelang.core.vocabulary import FactType
from rulelang.reasoning.steps_made import StepsMade, pairs


def possible_members(built: StepsMade, inputs: Sequence[int]) -> list[int]:
    """Return the pairs without those that are surely not meant."""
    return [one for pair in pairs(inputs) if constant(built.steps[pair[0]].node) is not False for one in pair]


def value_of_members(built: StepsMade, how: Aggregate | Ranked, inputs: Sequence[int], kind: FactType) -> int:
    """Return the position of the number that is made of the values of some pairs."""
    inputs = possible_members(built, inputs)
    none, one, absent = built.value(Fraction(), kind), built.value(Fraction(1)), built.value(NOT_RATED, kind)
    zero = built.value(Fraction())
    counted = [(built.call("and", where, _is_there(built, how, of)), of) for where, of in pairs(inputs)]
    number = built.call("plus", zero, *(built.choice(there, one, zero) for there, _ in counted))
    if how is Aggregate.NUMBER:
        return if_settled(built, how, inputs, number)
    if how is Aggregate.SHARE:
        whole = built.call("plus", zero, *(built.choice(where, one, zero) for where, _ in pairs(inputs)))
        return if_settled(built, how, inputs, built.call("divided by", number, whole))
    total = built.call("plus", none, *(built.choice(there, of, none) for there, of in counted))
    if how is Aggregate.SUM:
        return if_settled(built, how, inputs, total)
    if how is Aggregate.AVERAGE:
        return if_settled(built, how, inputs, built.call("divided by", total, number))
    values = [built.choice(there, of, absent) for there, of in counted]
    farther = partial(_farther, built, "above" if how is Aggregate.HIGHEST else "below")
    return if_settled(built, how, inputs, reduce(farther, values, absent))


def if_settled(built: StepsMade, how: Aggregate | Ranked, inputs: Sequence[int], value: int) -> int:
    """Return a value where nothing that is missing from the data could make it another, as the evaluator does."""
    settled = list[int]()
    for where, of in pairs(inputs):
        there = _is_there(built, how, of)
        settled.append(
            built.call("or", built.call("not", where), built.call("not", there), built.call("and", where, there))
        )
    return built.choice(built.call("and", *settled), value, built.value(None))


def _farther(built: StepsMade, operator: str, first: int, second: int) -> int:
    """Return the higher of two numbers, or the lower, or the one that is there."""
    kept = built.choice(built.call("is rated", first), first, second)
    return built.choice(built.call(operator, second, first), second, kept)


def _is_there(built: StepsMade, how: Aggregate | Ranked, of: int) -> int:
    """Return whether a member has what is folded: it is met, or it is a number."""
    return of if how in (Aggregate.NUMBER, Aggregate.SHARE) else built.call("is rated", of)
