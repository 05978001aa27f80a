"""Folds over several entities or student groups, as steps of the entity at hand.

Each member is a pair of steps: whether it is a member, and its answer or its value.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import partial, reduce
from typing import Final

from attrs import frozen

from rulelang.core.aggregates import Aggregate, Ranked
from rulelang.core.fact_types import FactType
from rulelang.core.operators import FROM_ABOVE, OPERATORS
from rulelang.core.tree import NOT_RATED, aggregate_of, constant, operator_of
from rulelang.core.truth import Amount, Quantity
from rulelang.engine.steps import Prepared, Step
from rulelang.reasoning.opened import limit_of
from rulelang.reasoning.steps_made import StepsMade, pairs


def possible_members(built: StepsMade, inputs: Sequence[int]) -> list[int]:
    """Return the pairs without those that are surely no members."""
    return [one for pair in pairs(inputs) if constant(built.steps[pair[0]].node) is not False for one in pair]


def value_of_members(built: StepsMade, how: Aggregate | Ranked, inputs: Sequence[int], kind: FactType) -> int:
    """Return the position of the number that a fold over some pairs gives."""
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


@frozen
class ComparedFold:
    """What a step compares with a fixed limit: how many members a fold has, or which share of them, or their extreme.

    `fold` is its position, and the operator is that of its number and the limit, in this order.
    """

    fold: int
    how: Aggregate
    operator: str
    limit: Fraction


def compared_fold(prepared: Prepared, step: Step) -> ComparedFold | None:
    """Return what a step compares with a fixed limit; None if it does anything else."""
    found = limit_of(prepared, step)
    how = aggregate_of(prepared.steps[found.number].node) if found is not None else None
    if found is None or isinstance(how, Ranked) or how not in _COMPARED:
        return None
    operator = operator_of(step.node)
    is_first = step.inputs[0] == found.number
    return ComparedFold(found.number, how, operator if is_first else _TURNED[operator], found.limit)


_COMPARED: Final = (Aggregate.NUMBER, Aggregate.SHARE, Aggregate.HIGHEST, Aggregate.LOWEST)
_TURNED: Final = {"at least": "at most", "at most": "at least", "above": "below", "below": "above"}
_CONTRARY: Final = {"at least": "below", "below": "at least", "above": "at most", "at most": "above"}


def compared_members(built: StepsMade, compared: ComparedFold, inputs: Sequence[int]) -> int:
    """Return the position of the comparison of a fold over some pairs with a limit, exact whatever is unknown."""
    inputs, how = possible_members(built, inputs), compared.how
    if how in (Aggregate.HIGHEST, Aggregate.LOWEST):
        return _compared_extreme(built, compared, inputs)
    if how is Aggregate.SHARE and not all(constant(built.steps[where].node) is True for where, _ in pairs(inputs)):
        return _compared_share(built, compared, inputs)
    number, holds = len(inputs) // 2, OPERATORS[compared.operator]
    whole = number if how is Aggregate.SHARE else 1
    answers = [bool(whole) and holds(Fraction(met, whole), compared.limit) is True for met in range(number + 1)]
    if answers[0] == answers[-1]:
        return built.value(answers[0])
    first = answers.index(answers[-1])
    return built.count(Quantity(Amount.AT_LEAST, first) if answers[-1] else Quantity(Amount.AT_MOST, first - 1), inputs)


def _compared_extreme(built: StepsMade, compared: ComparedFold, inputs: Sequence[int]) -> int:
    """Return whether some number is on the side asked for, and where that is not enough, that none is on the other."""
    limit = built.value(compared.limit)

    def counted(quantity: Quantity, operator: str) -> int:
        found = ((where, built.call(operator, of, limit)) for where, of in pairs(inputs))
        return built.count(quantity, [one for pair in found for one in pair])

    if not inputs:
        return built.value(False)
    some = counted(Quantity(Amount.AT_LEAST, 1), compared.operator)
    if (compared.how is Aggregate.HIGHEST) is (compared.operator in FROM_ABOVE):
        return some
    return built.call("and", some, counted(Quantity(Amount.AT_MOST, 0), _CONTRARY[compared.operator]))


def _compared_share(built: StepsMade, compared: ComparedFold, inputs: Sequence[int]) -> int:
    """Return the comparison of a share with a limit, whichever of those are members that may be."""
    things, limit = pairs(inputs), built.value(compared.limit)

    def surely(answer: int) -> int:
        return built.call("known or no", answer)

    def possibly(answer: int) -> int:
        return built.call("not", surely(built.call("not", answer)))

    def compared_end(as_met: Callable[[int], int], if_met: Callable[[int], int], if_not: Callable[[int], int]) -> int:
        """Return the comparison of an end of the share; where nobody is a member, of the only one that it can be."""
        decided = [(as_met(of), if_met(where), if_not(where)) for where, of in things]
        counted = [one for met, *ways in decided for one in (built.choice(met, *ways), met)]
        share = value_of_members(built, Aggregate.SHARE, counted, FactType.NUMBER)
        only = built.value(Fraction(as_met is surely))
        return built.call(compared.operator, built.choice(built.call("is rated", share), share, only), limit)

    ends = compared_end(surely, surely, possibly), compared_end(possibly, possibly, surely)
    sure, may_be = ends if compared.operator in FROM_ABOVE else ends[::-1]
    is_there = built.call("or", *(where for where, _ in things))
    return built.call(
        "or",
        built.call("and", surely(is_there), sure),
        built.call("and", possibly(is_there), may_be, built.value(None)),
    )


def _farther(built: StepsMade, operator: str, first: int, second: int) -> int:
    """Return the higher or the lower of two numbers; where only one is there, that one."""
    kept = built.choice(built.call("is rated", first), first, second)
    return built.choice(built.call(operator, second, first), second, kept)


def _is_there(built: StepsMade, how: Aggregate | Ranked, of: int) -> int:
    """Return whether a member has a value to fold: its answer is yes, or its number is there."""
    return of if how in (Aggregate.NUMBER, Aggregate.SHARE) else built.call("is rated", of)
