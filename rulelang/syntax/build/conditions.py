"""Builds conditions."""

from __future__ import annotations

from typing import Final

from rulelang.syntax import tree as syn
from rulelang.syntax.build.children import (
    Builders,
    Child,
    every,
    has,
    need,
    no_words,
    numbers,
    span_of,
    value_of,
    words,
)


def _level_test_other(children: list[Child]) -> syn.LevelTest:
    levels, other = every(children, syn.Levels)
    return syn.LevelTest(levels, need(children, syn.Targets), other, span=span_of(children))


def _group_test(children: list[Child]) -> syn.GroupTest:
    return syn.GroupTest(
        quantity=children[0],
        predicate=children[-1],
        or_all=value_of(children, "or all"),
        each=has(children, "EACH"),
        span=span_of(children),
    )


def _priorities(children: list[Child]) -> tuple[syn.Quantity, syn.Name | None]:
    return need(children, syn.Quantity), value_of(children, "kind")


def _indicator_test(children: list[Child]) -> syn.IndicatorTest:
    levels = every(children, syn.Levels)
    number = next(iter(numbers(children)), None)
    return syn.IndicatorTest(
        quantity=need(children, syn.Quantity),
        levels=levels[0],
        kind=value_of(children, "kind"),
        but=number if has(children, "BUT") else None,
        at_least=number if has(children, "WITH_AT_LEAST") else None,
        at_least_levels=levels[1] if len(levels) > 1 else None,
        span=span_of(children),
    )


def _window(children: list[Child]) -> syn.Window:
    *count, years = [number.value for number in numbers(children)]
    return syn.Window(count[0] if count else None, years, span=span_of(children))


def _in_years(children: list[Child]) -> syn.InYears:
    window = need(children, syn.Window)
    [condition] = [child for child in no_words(children) if child is not window]
    return syn.InYears(condition, window, years_first=children[0] is window, span=span_of(children))


def _chain(children: list[Child]) -> syn.Chain:
    joints = tuple(syn.Name(word.type.casefold(), span=word.span) for word in words(children, "AND", "OR"))
    return syn.Chain(tuple(no_words(children)), joints, span=span_of(children))


BUILDERS: Final[Builders] = {
    "level_test": lambda children: syn.LevelTest(children[0], children[2], span=span_of(children)),
    "level_test_other": _level_test_other,
    "outcome_test": lambda children: syn.OutcomeTest(children[0], span=span_of(children)),
    "group_test": _group_test,
    "meets_priorities": lambda children: syn.MeetsPriorities(*_priorities(children), span=span_of(children)),
    "meets_outcome": lambda children: syn.MeetsOutcome(children[-1], span=span_of(children)),
    "has_level": lambda children: children[-1],
    "priorities_met": lambda children: syn.PrioritiesMet(*_priorities(children), span=span_of(children)),
    "indicator_test": _indicator_test,
    "window": _window,
    "last_year": lambda children: syn.Window(None, None, span=span_of(children)),
    "in_years": _in_years,
    "negation": lambda children: syn.Not(children[1], span=span_of(children)),
    "parenthesis": lambda children: syn.Parenthesis(children[1], span=span_of(children)),
    "chain": _chain,
    "unless": lambda children: syn.Unless(children[0], children[-1], span=span_of(children)),
}
