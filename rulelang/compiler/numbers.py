"""The numbers and measures that expressions name."""

from __future__ import annotations

from typing import Final

from attrs import evolve

from rulelang.compiler.context import Context
from rulelang.core import tree as core
from rulelang.core.record_words import folded
from rulelang.core.vocabulary import Number, Vocabulary, of_last_year
from rulelang.diagnostics.catalogue import levels as messages
from rulelang.diagnostics.catalogue import relations
from rulelang.diagnostics.source import Span
from rulelang.syntax import tree as syn

MOST_YEARS: Final = 20
"""The most years before the one at hand that may be added up."""


def fits(context: Context, number: int, most: int, what: str, span: Span) -> bool:
    """Return whether a number of things is not too large, after a report if it is."""
    if number > most:
        context.report(messages.too_much(span, what, most))
    return number <= most


def named_number(context: Context, written: syn.NumberName) -> core.Node | None:
    """Return the value of a name: of a measure, or of a number of the indicator or of the LEA."""
    asks_past = written.last_year or written.years_before > 0
    if (asks_past and context.asks_past) or (written.last_year and written.years_before):
        context.report(messages.past_of_past(written.span))
        return None
    if not fits(context, written.years_before, MOST_YEARS, "years", written.span):
        return None
    if written.of is not None:
        indicator = context.indicator(written.of)
        if indicator is None:
            return None
        context = evolve(context, of_indicator=indicator, only_own=True)
    if asks_past:
        context = evolve(context, last_year=written.last_year, years_before=written.years_before)
    if context.sources is not None and context.sources.is_measure(context, written):
        return context.sources.measure(context, written)
    return number(context, written.name, is_of_indicator=written.of is not None)


def number(context: Context, name: syn.Name, *, is_of_indicator: bool = False) -> core.Node | None:
    """Return the field of a number, or the sum of its fields of several years; None, after a report, if it is unknown.

    `is_of_indicator` says that it is one of the indicator, whose name is given with it, and not of the LEA.
    """
    holders = number_holders(context, name.text)
    if len(holders) > 1:
        context.report(messages.of_which_number(name.span, name.text, holders))
        return None
    indicator = holders[0] if holders else None
    if indicator is None or (is_of_indicator and not indicator):
        of_lea = () if is_of_indicator else ("",)
        numbers = [
            one.name for one in context.vocabulary.numbers if {context.of, *of_lea} & {*(one.indicators or ("",))}
        ]
        measures = context.sources.measures(context) if context.sources is not None else []
        context.report(messages.unknown_number(name.span, name.text, context.of, [*measures, *numbers]))
        return None
    called = numbers_called(context.vocabulary, name.text)
    found = next(one for one in called if indicator in (one.indicators or ("",)))
    if found.kinds and context.about and not {*found.kinds} & {*context.about}:
        above = [kind for kind in found.kinds if all(kind in context.vocabulary.above(one) for one in context.about)]
        context.report(relations.fact_of_other_kind(name.span, found.name, found.kinds, context.about, above))
        return None
    if context.last_year:
        if not found.last_year:
            context.report(messages.not_given_for_last_year(name.span, found.name))
            return None
        return context.field((indicator, of_last_year(found.name)), name.span)
    if context.years_before:
        years = range(context.year - context.years_before, context.year)
        fields = tuple(evolve(context.field((indicator, found.name), name.span), year=year) for year in years)
        return core.Call("plus", fields, span=name.span)
    return context.field((indicator, found.name), name.span)


def number_holders(context: Context, text: str) -> tuple[str, ...]:
    """Return whose a number is: of the indicator at hand, or else the LEA's (empty), or else of any that has it."""
    fitting = numbers_called(context.vocabulary, text)
    holders = tuple(indicator for one in fitting for indicator in one.indicators)
    if context.of and context.of in holders:
        return (context.of,)
    if any(not one.indicators for one in fitting):
        return ("",)
    return () if context.only_own else holders


def numbers_called(vocabulary: Vocabulary, text: str) -> list[Number]:
    """Return the numbers of a name or another name for it, without regard to case; each may have its own indicators."""
    names = {one.name for one in vocabulary.numbers if folded(text) in map(folded, (one.name, *one.aliases))}
    return [one for one in vocabulary.numbers if one.name in names]
