"""The rules that an explanation shows, in order: of the LEA, of a student group, and which counts in which."""

from __future__ import annotations

from collections.abc import Iterator

from rulelang.core.ruleset import DefinitionKey, Rule
from rulelang.core.tree import binds_groups, reference
from rulelang.core.truth import CANNOT_TELL
from rulelang.core.vocabulary import Scope, StudentGroup
from rulelang.engine.determination import Determination, passed_over
from rulelang.engine.rule_drawing import has_words
from rulelang.engine.trace import Occurrence, leaves, occurrence_of, things_of, things_that_count
from rulelang.engine.wording import evidence_text


def rules_of_groups(determination: Determination) -> list[Rule]:
    """Return the rules that have an answer for each student group, and the rules of priorities about the LEA."""
    rules = rules_in_order(determination)
    return [rule for rule in rules if rule.priority is not None or scope_of_rule(determination, rule) is Scope.GROUP]


def rules_in_order(determination: Determination) -> list[Rule]:
    """Return the rules for this kind of LEA by priority, each after the rules it refers to."""
    place = {key: number for number, key in enumerate(determination.ruleset.definitions)}
    kind = determination.record.kind
    rules = [rule for rule in determination.ruleset.rules if not rule.kinds or kind in rule.kinds]
    return sorted(rules, key=lambda rule: (rule.priority or 0, place[_key(determination, rule)]))


def rules_giving(determination: Determination) -> Iterator[Rule]:
    """Yield the rules that give the determination or, where it is unknown, those that might give it."""
    named = determination.ruleset.vocabulary.determinations
    is_open = determination.outcome == CANNOT_TELL
    for rule in rules_in_order(determination):
        if is_open and rule.outcome in named:
            yield from [rule] if lea_part(determination, rule).value is None else []
        elif rule.outcome == determination.outcome and rule.name in determination.lea_rules:
            yield rule


def deciding_parts(determination: Determination) -> dict[DefinitionKey, Occurrence]:
    """Return the rules that give the determination, and all that they have their answer from for the LEA, by name."""
    found = {_key(determination, rule): lea_part(determination, rule) for rule in rules_giving(determination)}
    waiting = list(found.values())
    while waiting:
        for part in (leaf.part for leaf in leaves(waiting.pop()) if leaf.decides):
            key = reference(part.node)
            if key is None:
                met = (thing.met for thing in things_that_count(part))
                waiting += [one for one in met if one.index is None and one.evaluation is part.evaluation]
            elif key not in found:
                found[key] = part.referred()
                waiting.append(found[key])
    return found


def methods_that_decide(determination: Determination) -> tuple[str, ...]:
    """Return the methods that are met and that the determination rests on; an exemption may pass over them."""
    met = [name for name, answer in determination.methods.items() if answer is True]
    deciding = deciding_parts(determination) if met else {}
    return tuple(name for name in met if (determination.year, name) in deciding)


def lea_part(determination: Determination, rule: Rule) -> Occurrence:
    """Return the occurrence of a rule for the LEA."""
    return occurrence_of(determination.evaluation, _key(determination, rule))


def group_part(determination: Determination, rule: Rule, group: StudentGroup) -> Occurrence:
    """Return the occurrence of a rule for a student group."""
    index = determination.evaluation.prepared.group_index[group.name]
    return occurrence_of(determination.evaluation, _key(determination, rule), index)


def _key(determination: Determination, rule: Rule) -> tuple[int, str]:
    return determination.year, rule.name


def scope_of_rule(determination: Determination, rule: Rule) -> Scope:
    """Return whether a rule has one answer for the LEA or one for each student group."""
    return determination.ruleset.definitions[_key(determination, rule)].scope


def goes_without_saying(determination: Determination, rule: Rule) -> bool:
    """Return whether a rule says only that another holds: `otherwise`, giving what the LEA did not get."""
    part = lea_part(determination, rule)
    if part.value is True:
        return passed_over(determination.ruleset, rule, determination.outcome)
    return part.value is False and rule.span is not None and not has_words(part, rule.span)


def in_one_line(part: Occurrence, rule: Rule) -> str:
    """Return a rule with the values that its answer rests on: `7a, Priority 7: Access to a Broad Course: Met`."""
    return f"{rule.label or rule.name}, {rule.outcome}: {evidence_text(part)}"


def counted_in(determination: Determination) -> dict[str, list[Rule]]:
    """Return the student groups that count in a rule of the LEA, each with the rules it counts in."""
    found: dict[str, list[Rule]] = {}
    for rule in rules_in_order(determination):
        if scope_of_rule(determination, rule) is Scope.LEA:
            tallies = (one.part for one in leaves(lea_part(determination, rule)) if binds_groups(one.part.node))
            for thing in (thing for tally in tallies for thing in things_of(tally) if thing.counts):
                found.setdefault(thing.name, []).append(rule)
    return found
