"""The parts of a rule that an analysis asks about: its tests, its alternatives, and halves that groups may share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from rulelang.core.ruleset import DETERMINATION, Ruleset
from rulelang.core.tree import (
    Call,
    Const,
    Fold,
    Get,
    Listed,
    Node,
    Ref,
    Self,
    binds_groups,
    children,
    is_call,
    is_unknown,
    named_test,
    reference,
)
from rulelang.core.truth import Amount, Quantity
from rulelang.core.vocabulary import Vocabulary
from rulelang.core.walk import references_in, walk

_TESTS: Final = ("is one of", "is rated")
_ANY: Final = Quantity(Amount.AT_LEAST, 1)


def otherwise_rules(ruleset: Ruleset) -> Iterator[str]:
    """Yield the names of the rules that decide if no other of their section does: nothing refers to them."""
    determinations = ruleset.vocabulary.determinations
    nodes = (one.node for one in ruleset.definitions.values() if one.year == ruleset.year)
    asked = {one.name for one in references_in(*nodes)}
    if (ruleset.year, DETERMINATION) in ruleset.definitions:
        yield from (rule.name for rule in ruleset.rules if rule.outcome in determinations and rule.name not in asked)


def is_left_open(node: Node) -> bool:
    """Return whether the text of a rule itself says that something is not established."""
    return any(is_unknown(part) for part in walk(node))


def rests_on_open(node: Node, ruleset: Ruleset) -> bool:
    """Return whether something is not established in a rule, or in an outcome of the year that it asks for."""
    return any(map(is_left_open, (node, *ruleset.named_in(node).values())))


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
    """Yield the alternatives that the text of a rule lists, each with whether it makes the rule hold if it does.

    One below a `not` or within a count does not.
    """
    waiting = [(node, True)]
    while waiting:
        part, counts = waiting.pop()
        is_joint = is_call(part, "and", "or")
        below = children(part)
        if is_call(part, "or") and len(below) > 1:
            yield from ((one, counts) for one in below if one.span is not None)
        waiting.extend((one, counts and is_joint) for one in reversed(below))


def halves(node: Node) -> Iterator[tuple[Node, Sequence[Node]]]:
    """Yield joint conditions with several parts about any student group, and the condition of each part."""
    for part in walk(node):
        if is_call(part, "and"):
            asked = [one.items[0].of for one in part.arguments if binds_groups(one) and one.how == _ANY]
            if len(asked) > 1:
                yield part, asked


def tests_of(node: Node, ruleset: Ruleset) -> list[Node]:
    """Return the tests of levels and kinds of the year in a rule and the outcomes it refers to, each once."""
    found: dict[Node, None] = {}
    waiting, seen = [node], set[str]()
    while waiting:
        for part in walk(waiting.pop()):
            key = reference(part)
            if key is not None and key[0] == ruleset.year and key[1] not in seen:
                seen.add(key[1])
                waiting.append(ruleset.definitions[key].node)
            elif is_call(part, *_TESTS) and not isinstance(part.arguments[0], Const | Self):
                found.setdefault(part)
    return list(found)


def conditions_in(node: Node) -> Iterator[Node]:
    """Yield the conditions that a rule joins, in the order of the text: tests of levels and numbers, counts, outcomes.

    The kinds of LEA that a section is for are not among them.
    """
    waiting = [node]
    while waiting:
        part = waiting.pop()
        if isinstance(part, Call) and part.operator in ("and", "or", "not"):
            waiting.extend(reversed(children(part)))
        elif part.span is not None and isinstance(part, Call | Fold | Ref) and not _is_of_subject(part):
            yield part


def _is_of_subject(part: Node) -> bool:
    return isinstance(part, Call) and isinstance(part.arguments[0], Self)


def levels_beside(part: Node, vocabulary: Vocabulary) -> Iterator[tuple[Get, str]]:
    """Yield the levels next to those that a test asks for, each with the field that may have it."""
    asked = named_test(part)
    field, names = asked if asked is not None else (None, ())
    if not isinstance(field, Get):
        return
    levels = next((scale.levels for scale in vocabulary.scales if scale.name == field.key[1]), ())
    places = [at for at, level in enumerate(levels) if level in names]
    near = {at + step for at in places for step in (-1, 1)} - {*places}
    yield from ((field, levels[at]) for at in sorted(near) if 0 <= at < len(levels))
