"""The parts of a rule that an analysis asks about: its tests, its alternatives, and halves that groups may share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from rulelang.core.ruleset import DETERMINATION, Ruleset
from rulelang.core.tree import Call, Const, Fold, Listed, Node, Ref, Self, binds_groups, children, is_unknown, walk
from rulelang.core.truth import Amount, Quantity

_TESTS: Final = ("is one of", "is rated")


def otherwise_rules(ruleset: Ruleset) -> Iterator[str]:
    """Yield the names of the rules that decide where no other of their section does: nothing refers to them."""
    determinations = {one.name for one in ruleset.vocabulary.outcomes if one.kind == "determination"}
    nodes = (part for one in ruleset.definitions.values() if one.year == ruleset.year for part in walk(one.node))
    asked = {part.name for part in nodes if isinstance(part, Ref)}
    if (ruleset.year, DETERMINATION) in ruleset.definitions:
        yield from (rule.name for rule in ruleset.rules if rule.outcome in determinations and rule.name not in asked)


def is_left_open(node: Node) -> bool:
    """Return whether the text of a rule itself says that something is not established."""
    return any(is_unknown(part) for part in walk(node))


def is_too_early(node: Node) -> bool:
    """Return whether a rule looks back over more years than there have been: no data could make up for that."""
    return any(
        isinstance(part, Fold)
        and part.over == Listed("Dashboard years")
        and isinstance(part.how, Quantity)
        and part.how.amount is Amount.AT_LEAST
        and part.how.number > len(part.items)
        for part in walk(node)
    )


def alternatives(node: Node) -> Iterator[tuple[Node, bool]]:
    """Yield the alternatives that the text of a rule lists, each with whether it makes the rule hold where it does.

    One that stands below a `not` or within a count does not.
    """
    waiting = [(node, True)]
    while waiting:
        part, counts = waiting.pop()
        is_joint = isinstance(part, Call) and part.operator in ("and", "or")
        below = children(part)
        if isinstance(part, Call) and part.operator == "or" and len(below) > 1:
            yield from ((one, counts) for one in below if one.span is not None)
        waiting.extend((one, counts and is_joint) for one in reversed(below))


def halves(node: Node) -> Iterator[tuple[Node, Sequence[Node]]]:
    """Yield joint conditions of which several parts ask for any student group, and what each part asks of it."""
    for part in walk(node):
        if isinstance(part, Call) and part.operator == "and":
            asked = [one.items[0].of for one in part.arguments if isinstance(one, Fold) and _is_any(one)]
            if len(asked) > 1:
                yield part, asked


def _is_any(fold: Fold) -> bool:
    return binds_groups(fold) and fold.how == Quantity(Amount.AT_LEAST, 1)


def tests_of(node: Node, ruleset: Ruleset) -> list[Node]:
    """Return what a rule and the outcomes it refers to ask of levels and kinds of the year, each once."""
    found: dict[Node, None] = {}
    waiting, seen = [node], set[str]()
    while waiting:
        for part in walk(waiting.pop()):
            if isinstance(part, Ref) and part.year == ruleset.year and part.name not in seen:
                seen.add(part.name)
                waiting.append(ruleset.definitions[part.year, part.name].node)
            elif isinstance(part, Call) and part.operator in _TESTS and not isinstance(part.arguments[0], Const | Self):
                found.setdefault(part)
    return list(found)
