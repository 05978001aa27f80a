"""Asks whether a condition behind `where` has the ones after it with it: `any school where A and B`."""

from __future__ import annotations

from itertools import takewhile

from attrs import evolve

from rulelang.compiler.context import Conditions, Context
from rulelang.diagnostics.catalogue import ambiguity
from rulelang.diagnostics.diagnostic import Reporter
from rulelang.diagnostics.source import Span
from rulelang.syntax import tree as syn


def ask_where(context: Context, written: syn.Chain, condition: Conditions) -> None:
    """Ask of each condition of a chain with `where` at its end, if what follows could be asked of the same thing."""
    for at, part in enumerate(written.parts[:-1]):
        asked = _asked_at_its_end(part)
        if asked is None:
            continue
        kind, inner = asked
        there = context.of_others(None if kind is None else kind.text)
        fits = (_can_be_asked(there, one, condition) for one in written.parts[at + 1 :])
        others = written.parts[at + 1 : at + 1 + len([*takewhile(bool, fits)])]
        if others:
            readings = _enclosed(written.span, part.span), _enclosed(written.span, inner.span.to(others[-1].span))
            context.report(ambiguity.loose_where(inner.span, others[0].span, written.span, *readings))


def _asked_at_its_end(part: syn.Node) -> tuple[syn.Name | None, syn.Condition] | None:
    """Return what `where` asks at the end of a condition, not in parentheses, and of which kind: None for groups."""
    kind: syn.Name | None = None
    asked: syn.Condition | None = None
    match part:
        case syn.Not(inner):
            return _asked_at_its_end(inner)
        case syn.NumberTest(parts=parts):
            return _asked_at_its_end(parts[-1]) if parts[-1].span.end == part.span.end else None
        case syn.RelatedTest(verb="where"):
            kind, asked = part.kind, part.condition
        case syn.GroupTest(condition=syn.NumberTest() | syn.TextTest() | syn.RankedTest()):
            asked = part.condition
        case syn.RankedTest(members=members) | syn.RelatedValue(members=members):
            kind, asked = members.kind, members.filter
        case _:
            return None
    if asked is None or isinstance(asked, syn.Parenthesis | syn.Chain) or asked.span.end != part.span.end:
        return None
    return kind, asked


def _can_be_asked(there: Context, written: syn.Condition, condition: Conditions) -> bool:
    reporter = Reporter()
    return condition(evolve(there, reporter=reporter), written) is not None and not reporter.has_errors


def _enclosed(whole: Span, part: Span) -> str:
    """Return the words of a span with a part of it in parentheses."""
    text = whole.source.text
    enclosed = f"{text[whole.start : part.start]}({text[part.start : part.end]}){text[part.end : whole.end]}"
    return " ".join(enclosed.split())
