"""What kind of value an expression has: a number, an amount in dollars, a date or a text."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Final

from rulelang.core.tree import Aggregate, Call, Const, Fold, Get, Match, Node, Ref
from rulelang.core.vocabulary import FactType, Vocabulary

Referred = Callable[[Ref], Node | None]
"""Returns the definition that a reference speaks of; None where there is none."""

NUMBER, DOLLARS, DATE, TEXT = FactType

_SAME: Final = ("plus", "highest of", "lowest of", "average of", "rounded", "first known")

MOST_STEPS: Final = 200
"""How many steps down an expression its type is looked for."""


def type_of(node: Node, vocabulary: Vocabulary, referred: Referred) -> FactType | None:
    """Return what kind of value a node has; None where it is none of them: a level or an answer, or not known."""
    return _type_of(node, vocabulary, referred, MOST_STEPS, {})


_Known = dict[tuple[int, str], FactType | None]
"""The types of definitions that were found on the way: each is looked at once, however often it is named."""


def _type_of(node: Node, words: Vocabulary, referred: Referred, steps: int, known: _Known) -> FactType | None:
    def of(parts: Iterable[Node]) -> FactType | None:
        found = (_type_of(part, words, referred, steps - 1, known) for part in parts)
        return next((one for one in found if one is not None), None)

    if steps == 0:
        return None
    match node:
        case Const(Fraction()):
            return node.type
        case Const(str()):
            return TEXT
        case Get(key=(indicator, name)):
            return next((one.type for one in words.numbers_of(indicator) if name in one.names), None)
        case Ref():
            if (node.year, node.name) not in known:
                definition = referred(node)
                known[node.year, node.name] = None if definition is None else of([definition])
            return known[node.year, node.name]
        case Match(_, rows, otherwise):
            return of((*(row.value for row in rows), *(() if otherwise is None else (otherwise,))))
        case Fold(how):
            counted = how in (Aggregate.NUMBER, Aggregate.SHARE)
            return NUMBER if counted else of(item.of for item in node.items) if isinstance(how, Aggregate) else None
        case Call(operator, parts):
            return combined(operator, [of([part]) for part in parts])
        case _:
            return None


def combined(operator: str, types: list[FactType | None]) -> FactType | None:
    """Return the type that an operator makes of others; None where it makes no value, or none of these types."""
    known = [one for one in types if one is not None]
    if operator == "minus":
        return NUMBER if known == [DATE, DATE] else known[0] if known else None
    if operator in _SAME:
        return DATE if DATE in known else known[0] if known else None
    if operator == "times":
        return DOLLARS if DOLLARS in known else NUMBER
    if operator == "divided by":
        return DOLLARS if known[:1] == [DOLLARS] and known[1:] != [DOLLARS] else NUMBER
    return NUMBER if operator == "smallest addition" else None


def fits(operator: str, types: list[FactType | None]) -> bool:
    """Return whether an operator can be applied to values of some types; those not known fit everywhere."""
    known = [one for one in types if one is not None]
    if operator == "is rated" or len(known) < len(types):
        return True
    if operator == "times":
        return {*known} <= {NUMBER, DOLLARS} and known != [DOLLARS, DOLLARS]
    if operator == "divided by":
        return {*known} <= {NUMBER, DOLLARS} and known != [NUMBER, DOLLARS]
    if operator in ("plus", "minus") and known[:1] == [DATE] and known[1:] in ([NUMBER], [DATE]):
        return known[1:] == [NUMBER] or operator == "minus"
    if operator in ("rounded", "smallest addition"):
        return known[0] in (NUMBER, DOLLARS)
    return len({*known}) == 1 and (TEXT not in known)
