"""Expressions and conditions that can be read and cannot be meant: what divides by zero, or is always the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import combinations
from typing import Final

from rulelang.compiler.context import Context
from rulelang.core import tree as core
from rulelang.core.operators import OPERATORS
from rulelang.diagnostics.catalogue import levels_sense as messages
from rulelang.diagnostics.source import Span

COMPARISONS: Final = ("above", "below", "at least", "at most")

HUNDRED: Final = Fraction(100)

_OF_MANY: Final = ("highest of", "lowest of", "average of")

_NEVER_BELOW_ZERO: Final = ("plus", "times", "divided by", "rounded", "lowest of", "average of", "smallest addition")
"""Operators that make of numbers that are not below zero another such number."""


def must_make_sense(
    about: Context, operator: str, parts: Sequence[core.Node], span: Span, nodes: Mapping[str, core.Node]
) -> None:
    """Report an operation that no data can make sense of, and one that says the same whatever the data say."""
    numbers = [constant(part) for part in parts]
    if operator == "divided by" and numbers[1] == 0:
        about.report(messages.division_by_zero(span))
    elif operator in ("divided by", "minus") and parts[0] == parts[1] and numbers[0] is None:
        what = "divided by itself" if operator == "divided by" else "taken from itself"
        about.report(messages.without_effect(span, f"a number is {what}"))
    elif operator in _OF_MANY and any(first == second for first, second in combinations(parts, 2)):
        about.report(messages.without_effect(span, "the same number stands in it twice"))
    elif operator in COMPARISONS:
        _must_be_open(about, operator, parts, span, nodes)


def _must_be_open(
    about: Context, operator: str, parts: Sequence[core.Node], span: Span, nodes: Mapping[str, core.Node]
) -> None:
    """Report a comparison whose answer does not depend on the data."""
    first, second = parts
    numbers = (constant(first), constant(second))
    if first == second:
        about.report(messages.without_effect(span, "a number is compared with itself"))
    elif None not in numbers:
        about.report(messages.without_effect(span, "no number of the data is in it"))
    elif numbers[1] is not None and never_below_zero(about, first, nodes):
        limit = numbers[1]
        if limit < 0 or (limit == 0 and operator in ("at least", "below")):
            holds = "always holds" if operator in ("at least", "above") else "never holds"
            about.report(messages.without_effect(span, f"it {holds}, because the number is never below zero"))


def must_differ(about: Context, joint: str, parts: Sequence[core.Node], span: Span) -> None:
    """Report conditions joined by `and` or `or` of which one repeats, or rules out, another."""
    for first, second in combinations(parts, 2):
        if first == second:
            about.report(messages.without_effect(span, "one part says the same as another"))
        elif first in _negations(second) or second in _negations(first):
            about.report(messages.without_effect(span, f"it {'never' if joint == 'and' else 'always'} holds"))
        elif joint == "and" and _rule_out(first, second):
            about.report(messages.without_effect(span, "it never holds: there is one level of a scale, not two"))


def _negations(node: core.Node) -> tuple[core.Node, ...]:
    return node.arguments if isinstance(node, core.Call) and node.operator == "not" else ()


def _rule_out(first: core.Node, second: core.Node) -> bool:
    """Return whether two parts ask for different levels of the same."""
    match first, second:
        case (
            core.Call("is one of", (asked, core.Const(tuple() as some))),
            core.Call("is one of", (also_asked, core.Const(tuple() as others))),
        ):
            return asked == also_asked and not {*some} & {*others}
        case _:
            return False


def constant(node: core.Node) -> Fraction | None:
    """Return the number that an expression is whatever the data say; None where it depends on them."""
    if isinstance(node, core.Const):
        return node.value if isinstance(node.value, Fraction) else None
    if not isinstance(node, core.Call):
        return None
    numbers = [constant(part) for part in node.arguments]
    if any(number is None for number in numbers):
        return None
    found = OPERATORS[node.operator](*numbers)
    return found if isinstance(found, Fraction) else None


def never_below_zero(about: Context, node: core.Node, nodes: Mapping[str, core.Node]) -> bool:
    """Return whether a number cannot be below zero, as counts and what is made of them without subtraction."""
    known: dict[str, bool] = {}  # a measure may be named many times over

    def holds(one: core.Node) -> bool:
        match one:
            case core.Const(Fraction() as number):
                return number >= 0
            case core.Get():
                return _is_count(about, str(one.key[1]), str(one.key[0]))
            case core.Ref():
                if one.name not in known:
                    known[one.name] = one.name in nodes and holds(nodes[one.name])
                return known[one.name]
            case core.Call("highest of"):
                return any(holds(part) for part in one.arguments)
            case core.Call(operator) if operator in _NEVER_BELOW_ZERO:
                return all(holds(part) for part in one.arguments)
            case _:
                return False

    return holds(node)


def is_percent(node: core.Node, nodes: Mapping[str, core.Node]) -> bool:
    """Return whether a number has been made a percent, or is the sum or the highest of such."""
    seen: set[str] = set()
    waiting = [node]
    while waiting:
        one = waiting.pop()
        match one:
            case core.Ref():
                waiting.extend([nodes[one.name]] if one.name in nodes and one.name not in seen else [])
                seen.add(one.name)
            case core.Call("times", (_, core.Const(Fraction() as factor))) if factor == HUNDRED:
                return True
            case core.Call("rounded", (inner, _)):
                waiting.append(inner)
            case core.Call("plus" | "minus" | "highest of" | "lowest of" | "average of"):
                waiting.extend(one.arguments)
            case _:
                pass
    return False


def _is_count(about: Context, name: str, indicator: str) -> bool:
    numbers = [one for one in about.vocabulary.numbers if name in one.names]
    fitting = [one for one in numbers if indicator in one.indicators or not (indicator or one.indicators)]
    return bool(fitting) and not any(one.below_zero for one in fitting)
