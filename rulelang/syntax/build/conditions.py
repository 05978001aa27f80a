"""Builds conditions."""

from __future__ import annotations

from typing import Any

from rulelang.syntax import tree as syn
from rulelang.syntax.build.children import (
    Child,
    OrAll,
    Sort,
    every,
    has,
    need,
    numbers,
    one,
    span_of,
    words,
)
from rulelang.syntax.tokens import Word


class ConditionBuilder:
    """Builds conditions."""

    @staticmethod
    def level_test(children: list[Child]) -> syn.LevelTest:
        return syn.LevelTest(children[0], children[2], span=span_of(children))

    @staticmethod
    def level_test_other(children: list[Child]) -> syn.LevelTest:
        levels, other = every(children, syn.Levels)
        return syn.LevelTest(levels, need(children, syn.Targets), other, span=span_of(children))

    @staticmethod
    def outcome_test(children: list[Child]) -> syn.OutcomeTest:
        return syn.OutcomeTest(children[0], span=span_of(children))

    @staticmethod
    def group_test(children: list[Child]) -> syn.GroupTest:
        or_all = one(children, OrAll)
        return syn.GroupTest(
            quantity=children[0],
            predicate=children[-1],
            or_all=or_all.number if or_all else None,
            each=has(children, "EACH"),
            span=span_of(children),
        )

    @staticmethod
    def meets_priorities(children: list[Child]) -> syn.MeetsPriorities:
        sort = one(children, Sort)
        return syn.MeetsPriorities(need(children, syn.Quantity), sort.name if sort else None, span=span_of(children))

    @staticmethod
    def meets_outcome(children: list[Child]) -> syn.MeetsOutcome:
        return syn.MeetsOutcome(children[-1], span=span_of(children))

    @staticmethod
    def has_level(children: list[Child]) -> syn.LevelTest:
        test: syn.LevelTest = children[-1]
        return test

    @staticmethod
    def priorities_met(children: list[Child]) -> syn.PrioritiesMet:
        sort = one(children, Sort)
        return syn.PrioritiesMet(children[0], sort.name if sort else None, span=span_of(children))

    @staticmethod
    def indicators_are(children: list[Child]) -> syn.IndicatorTest:
        return _indicator_test(children)

    @staticmethod
    def indicators_but(children: list[Child]) -> syn.IndicatorTest:
        return _indicator_test(children, but=numbers(children)[0])

    @staticmethod
    def indicators_with(children: list[Child]) -> syn.IndicatorTest:
        return _indicator_test(children, at_least=numbers(children)[0], at_least_levels=every(children, syn.Levels)[1])

    @staticmethod
    def window(children: list[Child]) -> syn.Window:
        count, years = numbers(children)
        return syn.Window(count.value, years.value, span=span_of(children))

    @staticmethod
    def each_window(children: list[Child]) -> syn.Window:
        return syn.Window(None, numbers(children)[0].value, span=span_of(children))

    @staticmethod
    def last_year(children: list[Child]) -> syn.Window:
        return syn.Window(None, None, span=span_of(children))

    @staticmethod
    def in_years(children: list[Child]) -> syn.InYears:
        return syn.InYears(children[0], children[1], span=span_of(children))

    @staticmethod
    def in_years_first(children: list[Child]) -> syn.InYears:
        return syn.InYears(children[-1], children[0], years_first=True, span=span_of(children))

    @staticmethod
    def negation(children: list[Child]) -> syn.Not:
        return syn.Not(children[1], span=span_of(children))

    @staticmethod
    def parenthesis(children: list[Child]) -> syn.Parenthesis:
        return syn.Parenthesis(children[1], span=span_of(children))

    @staticmethod
    def chain(children: list[Child]) -> syn.Chain:
        joints = tuple(syn.Name(word.type.casefold(), span=word.span) for word in words(children, "AND", "OR"))
        parts = tuple(child for child in children if not isinstance(child, Word))
        return syn.Chain(parts, joints, span=span_of(children))

    @staticmethod
    def unless(children: list[Child]) -> syn.Unless:
        return syn.Unless(children[0], children[-1], span=span_of(children))


def _indicator_test(children: list[Child], **more: Any) -> syn.IndicatorTest:
    levels = every(children, syn.Levels)
    return syn.IndicatorTest(
        quantity=need(children, syn.Quantity),
        levels=levels[0],
        kind=need(children, Sort).name,
        span=span_of(children),
        **more,
    )
