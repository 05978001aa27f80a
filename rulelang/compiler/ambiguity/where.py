"""Asks whether a condition behind `where` has the ones after it with it: `any school where A and B`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import takewhile
from typing import Final

from rulelang.compiler.ambiguity.joining import loose_not, loose_window, years_of
from rulelang.compiler.ambiguity.wording import Filtered, filtered_at_its_end, with_comments_kept
from rulelang.compiler.context import Conditions, Context
from rulelang.diagnostics.catalogue import ambiguity
from rulelang.diagnostics.diagnostic import Diagnostic, Reporter
from rulelang.diagnostics.source import Span
from rulelang.syntax import tree as syn

OF_WHAT_FOLLOWS: Final = (loose_window, loose_not)
"""Questions about a chain that are asked here if it has an open `where`: it must first be known what that asks."""


def has_open_where(node: syn.Node) -> bool:
    """Return whether a condition of a chain, but for the last, ends with what `where` asks, not in parentheses."""
    return isinstance(node, syn.Chain) and any(map(filtered_at_its_end, node.parts[:-1]))


def ask_where(context: Context, written: syn.Chain, condition: Conditions) -> bool:
    """Report whether conditions behind `where` have those after them with them, and return whether that is asked."""
    found = next(_questions(context, written, condition), None)
    if found is not None:
        context.report(with_comments_kept(found))
    return found is not None


def _questions(context: Context, written: syn.Chain, condition: Conditions) -> Iterator[Diagnostic]:
    filtered = {at: one for at, part in enumerate(written.parts[:-1]) if (one := filtered_at_its_end(part)) is not None}
    for at, asked in filtered.items():
        there = context.of_others(None if asked.kind is None else asked.kind.text)
        others = _asked_of(there, written.parts[at + 1 :], condition)
        if others:
            own = _asked_of(context, others[::-1], condition)
            alone = _alone(written.span, asked, others[: len(others) - len(own)]) if own else None
            together = _together(written.span, asked.condition.span, others[-1])
            yield ambiguity.loose_where(asked.condition.span, others[0].span, written.span, alone, *together)
    if filtered and not context.reporter.must_stop:  # what a year has is not known while something is to be settled
        for check in OF_WHAT_FOLLOWS:
            yield from check(written)


def _alone(whole: Span, asked: Filtered, others: Sequence[syn.Condition]) -> str:
    """Return the words of a chain in which some others, or none, are asked with what is behind `where`."""
    return _enclosed(whole, asked.condition.span.to(others[-1].span) if others else asked.test.span)


def _together(whole: Span, asked: Span, last: syn.Condition) -> tuple[str, str | None]:
    """Return the words of a chain with all up to a condition behind `where`, its years for it alone and for all."""
    every, years = asked.to(last.span), years_of(last)
    if years is None or years.years_first:
        return _enclosed(whole, every), None
    return _enclosed(whole, every, years.span), _enclosed(whole, asked.to(years.condition.span))


def _asked_of(there: Context, written: Sequence[syn.Condition], condition: Conditions) -> list[syn.Condition]:
    """Return the first of some conditions, up to one that cannot be asked in a context."""
    return [*takewhile(lambda one: _can_be_asked(there, one, condition), written)]


def _can_be_asked(there: Context, written: syn.Condition, condition: Conditions) -> bool:
    reporter = Reporter()
    return condition(there.on_trial(reporter), written) is not None and not reporter.has_errors


def _enclosed(whole: Span, *parts: Span) -> str:
    """Return the words of a span with parts of it in parentheses."""
    text = whole.source.text[whole.start : whole.end]
    marks = [(part.start, "(") for part in parts] + [(part.end, ")") for part in parts]
    for place, mark in sorted(marks, reverse=True):
        text = f"{text[: place - whole.start]}{mark}{text[place - whole.start :]}"
    return " ".join(text.split())
