"""Builds conditions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from attrs import evolve

from rulelang.syntax import tree as syn
from rulelang.syntax.build.children import (
    Builders,
    Child,
    Listed,
    every,
    first,
    held,
    how_joined,
    joints,
    last,
    maybe,
    maybe_number,
    no_words,
    node,
    number,
    numbers,
    says,
    second,
    span_of,
    the,
    words,
)


def _level_test_of_targets(children: list[Child]) -> syn.LevelTest:
    """Return the level test of `ELA and Math are both Red`."""
    targets = the(syn.Targets)(children)
    said = "both" if says("BOTH")(children) else "all of" if says("ALL")(children) else None
    if said is not None and targets.how in ("and", ","):
        targets = evolve(targets, how=said)
    return syn.LevelTest(the(syn.Levels)(children), targets, span=span_of(children))


def _quantity(children: Sequence[Child]) -> syn.Quantity:
    """Return the quantity: one or more for `the same …`."""
    return maybe(syn.Quantity)(children) or syn.Quantity("or more", 1, span=children[0].span)


def _named_group_test(children: list[Child]) -> syn.GroupTest:
    found, condition = children
    either = any(joint.text == "or" for joint in found.joints)
    quantity = syn.Quantity("any" if either or len(found.names) == 1 else "every", span=found.span)
    return syn.GroupTest(quantity, condition, named=found.names, joints=found.joints, span=span_of(children))


def _priority_list(children: list[Child]) -> Listed:
    names = tuple(syn.Name(f"Priority {int(word)}", span=word.span) for word in words(children, "NUMBER"))
    return Listed(names, joints(children), span_of(children))


def _meets_outcomes(children: list[Child]) -> syn.PriorityListTest:
    found = the(Listed)(children)
    said = [str(word).casefold() for word in words(children, "BOTH", "EITHER", "ANY_OF", "ALL_OF")]
    how = maybe(syn.Quantity)(children) or next(iter(said), None) or how_joined(found.joints)
    span = span_of(children)
    return syn.PriorityListTest(syn.Targets(found.names, how, joints=found.joints, span=span), span=span)


def _second_levels(children: Iterable[Child]) -> syn.Levels | None:
    return next(iter(every(syn.Levels)(children)[1:]), None)


def _window(children: list[Child]) -> syn.Window:
    *count, years = [one.value for one in numbers(children)]
    return syn.Window(count[0] if count else None, years, span=span_of(children))


def _window_of_more(children: list[Child]) -> syn.Window:
    count, years = numbers(children)
    return syn.Window(count.value + 1, years.value, span=span_of(children))


def _joined_as_one(children: list[Child]) -> tuple[syn.Name, ...]:
    said = words(children, "AND_OF_ONE", "OR_OF_ONE")
    return tuple(syn.Name("and" if word.type == "AND_OF_ONE" else "or", span=word.span) for word in said)


def _joined(children: list[Child]) -> tuple[syn.Name, ...]:
    """Return the words that join conditions; a comma between two of them counts as the next word."""
    found: list[syn.Name] = []
    said = ","
    for word in reversed(words(children, "AND", "OR", "COMMA_BETWEEN")):
        said = said if word.type == "COMMA_BETWEEN" else word.type.casefold()
        found.insert(0, syn.Name(said, span=word.span))
    return tuple(found)


def _all(children: list[Child]) -> tuple[Child, ...]:
    return tuple(no_words(children))


BUILDERS: Final[Builders] = {
    "level_test": node(syn.LevelTest, first, last),
    "level_test_other": node(syn.LevelTest, first, the(syn.Targets), _second_levels),
    "level_test_of_targets": _level_test_of_targets,
    "outcome_test": node(syn.OutcomeTest, first),
    "group_test": node(
        syn.GroupTest,
        _quantity,
        last,
        held("or all"),
        each=says("EACH", "THE_SAME"),
        same=says("THE_SAME"),
    ),
    "named_group_test": _named_group_test,
    "priority_list": _priority_list,
    "meets_priorities": node(syn.PrioritiesMet, the(syn.Quantity), held("kind")),
    "meets_outcome": node(syn.OutcomeTest, last),
    "meets_outcomes": _meets_outcomes,
    "has_level": last,
    "several_predicates": node(syn.Chain, _all, _joined_as_one, of_one=lambda _: True),
    "priorities_met": node(syn.PrioritiesMet, the(syn.Quantity), held("kind")),
    "indicators_with_levels": node(syn.IndicatorTest, the(syn.Quantity), the(syn.Levels), held("kind")),
    "indicator_test": node(
        syn.IndicatorTest,
        _quantity,
        the(syn.Levels),
        held("kind"),
        but=lambda children: maybe_number(children) if says("BUT")(children) else None,
        at_least=lambda children: maybe_number(children) if says("WITH_AT_LEAST")(children) else None,
        at_least_levels=_second_levels,
        each=says("THE_SAME"),
    ),
    "window": _window,
    "window_of_any": lambda children: syn.Window(1, number(children).value, span=span_of(children)),
    "window_of_more": _window_of_more,
    "this_year": lambda children: syn.Window(None, 1, span=span_of(children)),
    "last_year": lambda children: syn.Window(None, None, span=span_of(children)),
    "this_and_last_year": lambda children: syn.Window(None, 2, span=span_of(children)),
    "in_years": node(
        syn.InYears,
        lambda children: next(child for child in no_words(children) if not isinstance(child, syn.Window)),
        the(syn.Window),
        years_first=lambda children: isinstance(children[0], syn.Window),
    ),
    "negation": node(syn.Not, second),
    "parenthesis": node(syn.Parenthesis, second, every(syn.Narrowing)),
    "chain": node(syn.Chain, _all, _joined),
    "unless": node(syn.Unless, first, last),
}
