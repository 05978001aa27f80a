"""Which rules leave a determination unknown that the rules of another ruleset could tell."""

from __future__ import annotations

from collections.abc import Iterator

from rulelang.core.ruleset import Rule
from rulelang.core.truth import CANNOT_TELL
from rulelang.engine.determination import Determination
from rulelang.engine.rule_drawing import lea_part, rule_left, rules_in_order


def not_told(before: Determination, after: Determination) -> Iterator[Rule]:
    """Yield the rules because of which the second of two determinations is unknown, and the first was not.

    Those are the rules that cannot be told before the first that holds, if the other ruleset could tell them or has
    none of their name.
    """
    if after.outcome != CANNOT_TELL:
        return
    open_before = {_named(rule) for rule in _giving(before) if lea_part(before, rule).value is None}
    left = rule_left(after)
    for rule in _giving(after):
        if rule is left:
            return
        if lea_part(after, rule).value is None and _named(rule) not in open_before:
            yield rule


def _named(rule: Rule) -> str:
    return rule.label or rule.text


def _giving(one: Determination) -> list[Rule]:
    """Return the rules that give determinations of this kind of entity, in the order in which the first holds."""
    named, of_kind = one.ruleset.vocabulary.determinations, {rule.name for rule in rules_in_order(one)}
    return [rule for rule in one.ruleset.rules if rule.name in of_kind and rule.outcome in named and not rule.otherwise]
