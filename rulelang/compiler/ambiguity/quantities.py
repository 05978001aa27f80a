"""Quantities whose answer does not depend on the data: of more things than there are, or of all of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from rulelang.compiler.context import Context
from rulelang.compiler.levels import indicators_counted, scales_asked
from rulelang.core.ruleset import priority_outcome
from rulelang.diagnostics.catalogue import ambiguity
from rulelang.diagnostics.diagnostic import Diagnostic
from rulelang.diagnostics.source import Span
from rulelang.syntax import tree as syn

WHOLE: Final = 100
"""All of them, in percent."""


def beyond(rule: syn.Rule, context: Context) -> Iterator[Diagnostic]:
    """Refuse a quantity of more student groups, priorities, indicators or years than there are."""
    windows = [node for node in syn.walk(rule) if isinstance(node, syn.Window)]
    years = {context.year}.union(*map(context.years_of, windows))
    most = len(context.vocabulary.years)
    yield from (ambiguity.window_too_long(one.span, most) for one in windows if one.years and one.years > most)
    for node in syn.walk(rule):
        quantity = getattr(node, "quantity", None)
        if isinstance(quantity, syn.Quantity) and quantity.percent > WHOLE:
            yield ambiguity.more_than_all(quantity.span)
        total, things = _total(node, sorted(years), context)
        for asked, number, most in _quantities(node, total):
            if number > most and total:
                yield ambiguity.beyond_what_exists(asked, things, total, most)


def beyond_the_rules(rule: syn.Rule, context: Context) -> Iterator[Diagnostic]:
    """Warn of a quantity of more priorities than the rules decide, in as many of the years asked about as it takes."""
    exist = len(context.vocabulary.priorities)
    for node, of_years, wanted in _counts_of_priorities(rule, context):
        decided = sorted((_decided(node, there) for there in of_years), reverse=True)
        total = decided[0 if node.quantity.kind == "or fewer" else min(wanted, len(decided)) - 1] if decided else 0
        for asked, number, most in _quantities(node, total):
            if total and most < number <= exist:
                yield ambiguity.beyond_the_rules(asked, total, most)


def of_none_decided(rule: syn.Rule, context: Context) -> Iterator[Diagnostic]:
    """Warn of a count of priorities of which the rules of no year asked about decide one."""
    for node, of_years, _ in _counts_of_priorities(rule, context):
        if of_years and not any(_decided(node, there) for there in of_years):
            yield ambiguity.no_priority_decided(node.span, node.kind.text if node.kind is not None else None)


def _counts_of_priorities(
    rule: syn.Rule, context: Context
) -> Iterator[tuple[syn.PrioritiesMet, Sequence[Context], int]]:
    """Yield the counts of priorities, each with the years in which it is asked and in how many of them it must hold."""
    waiting: list[tuple[syn.Node, syn.InYears | None]] = [(rule, None)]
    while waiting:
        node, over = waiting.pop()
        if isinstance(node, syn.PrioritiesMet):
            yield (node, (context,), 1) if over is None else (node, _contexts(over, context), _wanted(over.window))
        over = node if isinstance(node, syn.InYears) else over
        waiting += [(part, over) for part in reversed(syn.parts(node))]


def _contexts(over: syn.InYears, context: Context) -> list[Context]:
    """Return the contexts of the years of a window, as far as these have rules; none if it asks for too many."""
    if _wanted(over.window) > (over.window.years or 1):
        return []
    is_bound = isinstance(over.condition, syn.GroupTest) and not over.years_first
    span = over.condition.span if is_bound else over.span  # as a year without rules is reported
    found = (context.in_year(year, span) for year in context.years_of(over.window))
    return [there for there in found if there is not None]


def _wanted(window: syn.Window) -> int:
    """Return in how many of its years a window asks for something."""
    return window.count or window.years or 1


def _total(node: object, years: Sequence[int], context: Context) -> tuple[int, str]:
    """Return how many of the things that a node counts exist in any of some years, and what they are called."""
    vocabulary = context.vocabulary
    match node:
        case syn.GroupTest():
            return max(len(vocabulary.groups_counted_in(year)) for year in years), "student groups"
        case syn.PrioritiesMet():
            return len(vocabulary.priorities), "priorities"
        case syn.IndicatorTest():
            scales = scales_asked(node.levels, vocabulary)
            counted = indicators_counted(node, vocabulary)
            totals = [sum(any(one.reports(scale.name, year) for scale in scales) for one in counted) for year in years]
            return max(totals), "indicators"
        case _:
            return 0, ""


def _decided(counted: syn.PrioritiesMet, context: Context) -> int:
    """Return how many priorities this year's rules decide, by the kind of indicator that is asked for."""
    kind = counted.kind.text if counted.kind is not None else None
    names = (priority_outcome(number, kind) for number in context.decided.priorities)
    return sum(name in context.decided.scopes for name in names)


def _quantities(node: syn.Node, total: int) -> Iterator[tuple[Span, int, int]]:
    """Yield the quantities of a node, each with its number and the most it can be for its answer to be open."""
    quantity = getattr(node, "quantity", None)
    if isinstance(quantity, syn.Quantity) and quantity.number:
        yield quantity.span, quantity.number, total - (quantity.kind == "or fewer")
    if isinstance(node, syn.IndicatorTest) and node.but is not None:
        yield node.quantity.span.to(node.but.span), node.but.value, total - 1
    if isinstance(node, syn.IndicatorTest) and node.at_least is not None and node.at_least_levels is not None:
        yield node.at_least.span.to(node.at_least_levels.span), node.at_least.value, total
