"""Builds conditions."""

from __future__ import annotations

from typing import Final

from attrs import evolve

from rulelang.syntax import tree as syn
from rulelang.syntax.build.children import (
    Builders,
    Child,
    Listed,
    every,
    has,
    how_joined,
    joints,
    need,
    no_words,
    numbers,
    one,
    span_of,
    value_of,
    words,
)


def _level_test_other(children: list[Child]) -> syn.LevelTest:
    levels, other = every(children, syn.Levels)
    return syn.LevelTest(levels, need(children, syn.Targets), other, span=span_of(children))


def _level_test_of_targets(children: list[Child]) -> syn.LevelTest:
    """Return the level test of `ELA and Math are both Red`."""
    targets, levels = need(children, syn.Targets), need(children, syn.Levels)
    said = next((how for terminal, how in (("BOTH", "both"), ("ALL", "all of")) if has(children, terminal)), None)
    if said is not None and targets.how in ("and", ","):
        targets = evolve(targets, how=said)
    return syn.LevelTest(levels, targets, span=span_of(children))


def _group_test(children: list[Child]) -> syn.GroupTest:
    quantity = one(children, syn.Quantity)
    same = has(children, "THE_SAME")
    return syn.GroupTest(
        quantity=quantity or syn.Quantity("or more", 1, span=children[0].span),
        predicate=children[-1],
        or_all=value_of(children, "or all"),
        each=same or has(children, "EACH"),
        same=same,
        span=span_of(children),
    )


def _named_group_test(children: list[Child]) -> syn.GroupTest:
    found, predicate = children
    either = any(joint.text == "or" for joint in found.joints)
    quantity = syn.Quantity("any" if either or len(found.names) == 1 else "every", span=found.span)
    return syn.GroupTest(quantity, predicate, named=found.names, joints=found.joints, span=span_of(children))


def _priority_list(children: list[Child]) -> Listed:
    names = tuple(syn.Name(f"Priority {int(word)}", span=word.span) for word in words(children, "NUMBER"))
    return Listed(names, joints(children), span_of(children))


def _meets_outcomes(children: list[Child]) -> syn.MeetsPriorityList:
    found = need(children, Listed)
    quantity = one(children, syn.Quantity)
    said = [str(word).casefold() for word in words(children, "BOTH", "EITHER", "ANY_OF", "ALL_OF")]
    how = quantity or next(iter(said), None) or how_joined(found.joints)
    return syn.MeetsPriorityList(found.names, how, joints=found.joints, span=span_of(children))


def _indicators_with_levels(children: list[Child]) -> syn.IndicatorTest:
    """Return the count of indicators of `Red on 2 or more indicators`."""
    return syn.IndicatorTest(
        need(children, syn.Quantity), need(children, syn.Levels), value_of(children, "kind"), span=span_of(children)
    )


def _priorities(children: list[Child]) -> tuple[syn.Quantity, syn.Name | None]:
    return need(children, syn.Quantity), value_of(children, "kind")


def _indicator_test(children: list[Child]) -> syn.IndicatorTest:
    levels = every(children, syn.Levels)
    number = next(iter(numbers(children)), None)
    return syn.IndicatorTest(
        quantity=one(children, syn.Quantity) or syn.Quantity("or more", 1, span=children[0].span),
        levels=levels[0],
        kind=value_of(children, "kind"),
        but=number if has(children, "BUT") else None,
        at_least=number if has(children, "WITH_AT_LEAST") else None,
        at_least_levels=levels[1] if len(levels) > 1 else None,
        each=has(children, "THE_SAME"),
        span=span_of(children),
    )


def _window(children: list[Child]) -> syn.Window:
    *count, years = [number.value for number in numbers(children)]
    return syn.Window(count[0] if count else None, years, span=span_of(children))


def _window_of_more(children: list[Child]) -> syn.Window:
    count, years = [number.value for number in numbers(children)]
    return syn.Window(count + 1, years, span=span_of(children))


def _several_predicates(children: list[Child]) -> syn.SeveralPredicates:
    said = words(children, "AND_OF_ONE", "OR_OF_ONE")
    joined = tuple(syn.Name("and" if word.type == "AND_OF_ONE" else "or", span=word.span) for word in said)
    return syn.SeveralPredicates(tuple(no_words(children)), joined, span=span_of(children))


def _in_years(children: list[Child]) -> syn.InYears:
    window = need(children, syn.Window)
    [condition] = [child for child in no_words(children) if child is not window]
    return syn.InYears(condition, window, years_first=children[0] is window, span=span_of(children))


def _chain(children: list[Child]) -> syn.Chain:
    """Return conditions that are joined; a comma between two of them says what the next word says."""
    said = words(children, "AND", "OR", "COMMA_BETWEEN")
    joints: list[syn.Name] = []
    text = ","
    for word in reversed(said):
        text = text if word.type == "COMMA_BETWEEN" else word.type.casefold()
        joints.insert(0, syn.Name(text, span=word.span))
    return syn.Chain(tuple(no_words(children)), tuple(joints), span=span_of(children))


def _parenthesis(children: list[Child]) -> syn.Parenthesis:
    return syn.Parenthesis(children[1], every(children, syn.Narrowing), span=span_of(children))


BUILDERS: Final[Builders] = {
    "level_test_of_targets": _level_test_of_targets,
    "named_group_test": _named_group_test,
    "priority_list": _priority_list,
    "meets_outcomes": _meets_outcomes,
    "indicators_with_levels": _indicators_with_levels,
    "level_test": lambda children: syn.LevelTest(children[0], children[2], span=span_of(children)),
    "level_test_other": _level_test_other,
    "outcome_test": lambda children: syn.OutcomeTest(children[0], span=span_of(children)),
    "group_test": _group_test,
    "meets_priorities": lambda children: syn.MeetsPriorities(*_priorities(children), span=span_of(children)),
    "meets_outcome": lambda children: syn.MeetsOutcome(children[-1], span=span_of(children)),
    "several_predicates": _several_predicates,
    "has_level": lambda children: children[-1],
    "priorities_met": lambda children: syn.PrioritiesMet(*_priorities(children), span=span_of(children)),
    "indicator_test": _indicator_test,
    "window": _window,
    "window_of_any": lambda children: syn.Window(1, numbers(children)[0].value, span=span_of(children)),
    "window_of_more": _window_of_more,
    "this_year": lambda children: syn.Window(None, 1, span=span_of(children)),
    "last_year": lambda children: syn.Window(None, None, span=span_of(children)),
    "this_and_last_year": lambda children: syn.Window(None, 2, span=span_of(children)),
    "in_years": _in_years,
    "negation": lambda children: syn.Not(children[1], span=span_of(children)),
    "parenthesis": _parenthesis,
    "chain": _chain,
    "unless": lambda children: syn.Unless(children[0], children[-1], span=span_of(children)),
}
