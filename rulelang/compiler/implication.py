"""Whether two conditions mean the same, and whether one holds whenever another does.

Both answers are sure if they are yes: the second is then never further from yes than the first, unknown in between. If
they are no, the conditions may still be equivalent in a way that is not seen here: what is compared is the structure of
conditions, never the possible data.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from typing import Final

from attrs import define, evolve, field

from rulelang.core import tree as core
from rulelang.core.truth import Amount, Quantity

STEPS: Final = 20_000
"""The most pairs of conditions that are compared in a year's rules; beyond it, the answer is no."""

OutcomeKey = tuple[int, str]
"""The year and the name of an outcome."""


def in_any_order(node: core.Node) -> Hashable:
    """Return a value that two nodes share if they differ only in the order of their parts."""
    if test := core.named_test(node):
        asked, names = test
        return "is one of", in_any_order(asked), frozenset(names)
    match node:
        case core.Call("and" | "or" as joint, parts):
            found = frozenset(part for one in parts for part in _parts_in_any_order(one, joint))
            return next(iter(found)) if len(found) == 1 else (joint, found)
        case core.Call(operator, arguments):
            return operator, tuple(in_any_order(one) for one in arguments)
        case core.Fold(how, over, items):
            return how, over, frozenset((one.name, in_any_order(one.of), in_any_order(one.where)) for one in items)
        case _:
            return node


def _parts_in_any_order(node: core.Node, joint: str) -> list[Hashable]:
    """Return what a node adds to the parts of an `and` or an `or`: itself, or its parts if it is joined alike."""
    if core.is_call(node, joint):
        return [part for one in node.arguments for part in _parts_in_any_order(one, joint)]
    return [in_any_order(node)]


@define
class Implication:
    """What follows from what; `outcomes` has what the outcomes that a condition may refer to are made of."""

    outcomes: Mapping[OutcomeKey, core.Node]
    _known: dict[tuple[Hashable, Hashable], bool] = field(factory=dict)
    _left: int = STEPS

    def follows(self, second: core.Node, first: core.Node) -> bool:
        """Return whether the second condition is sure to hold whenever the first does."""
        if self._left <= 0:
            return False
        self._left -= 1
        key = in_any_order(first), in_any_order(second)
        if key[0] == key[1]:
            return True
        if key not in self._known:
            self._known[key] = False  # so that outcomes that depend on one another in a circle come to an end
            self._known[key] = self._follows(second, first)
        return self._known[key]

    def _follows(self, second: core.Node, first: core.Node) -> bool:
        match first, second:
            case _, core.Call("and", parts):
                return all(self.follows(part, first) for part in parts)
            case core.Call("or", parts), _:
                return bool(parts) and all(self.follows(second, part) for part in parts)
            case _:
                return self._is_wider(second, first) or any(self.follows(*pair) for pair in self._ways(second, first))

    def _ways(self, second: core.Node, first: core.Node) -> Iterator[tuple[core.Node, core.Node]]:
        """Yield pairs each of which is enough: a part of the premise, an alternative of the conclusion, an outcome."""
        if core.is_call(first, "and"):
            yield from ((second, part) for part in first.arguments)
        if core.is_call(second, "or"):
            yield from ((part, first) for part in second.arguments)
        if isinstance(first, core.Ref) and (first.year, first.name) in self.outcomes:
            yield second, self.outcomes[first.year, first.name]
        if isinstance(second, core.Ref) and (second.year, second.name) in self.outcomes:
            yield self.outcomes[second.year, second.name], first

    def _is_wider(self, second: core.Node, first: core.Node) -> bool:
        """Return whether one test allows more levels, or one count asks for less, than another of the same things."""
        few, many = core.named_test(first), core.named_test(second)
        if few is not None and many is not None:
            return few[0] == many[0] and {*few[1]} <= {*many[1]}
        match first, second:
            case core.Call("not", (one,)), core.Call("not", (other,)):
                return self.follows(one, other)
            case core.Fold(), core.Fold() if _asks_for_as_many(first.how, second.how) and first.over == second.over:
                if not core.binds_groups(first):
                    return in_any_order(evolve(first, how=second.how)) == in_any_order(second)
                (narrow,), (wide,) = first.items, second.items
                return narrow.where == wide.where and self.follows(wide.of, narrow.of)
            case _:
                return False


def _asks_for_as_many(first: core.Combination, second: core.Combination) -> bool:
    """Return whether a number that is enough for the first quantity is enough for the second: both are `at least`."""
    some = (Amount.AT_LEAST, Amount.EXACTLY)
    if not (isinstance(first, Quantity) and isinstance(second, Quantity)):
        return False
    return first.amount in some and second.amount is Amount.AT_LEAST and first.number >= second.number > 0
