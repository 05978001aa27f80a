"""Conditions in other words: the readings that a question offers are made of the sentence's own parts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from attrs import evolve

from rulelang.diagnostics.diagnostic import Diagnostic
from rulelang.diagnostics.source import Span
from rulelang.syntax import tree as syn
from rulelang.syntax.unparse import BREAK, condition

ListTest = syn.LevelTest | syn.PriorityListTest
"""A condition about names in a list."""

TWO = 2
"""How many names `both`, `either` and `on the other` are about."""


def in_words(written: syn.Condition) -> str:
    """Return a condition in words, on one line."""
    return condition(written).replace(BREAK, " ")


def chain(parts: Sequence[syn.Condition], joint: str) -> syn.Condition:
    """Return conditions joined by one word; a single one as it is."""
    if len(parts) == 1:
        return parts[0]
    span = parts[0].span.to(parts[-1].span)
    return syn.Chain(tuple(parts), (syn.Name(joint, span=nowhere(span)),) * (len(parts) - 1), span=span)


def enclosed(written: syn.Condition) -> syn.Condition:
    """Return a condition in parentheses, added if it has none yet."""
    return written if isinstance(written, syn.Parenthesis) else syn.Parenthesis(written, span=written.span)


def denied(written: syn.Condition) -> syn.Condition:
    """Return `not` before a condition in parentheses."""
    return syn.Not(enclosed(written), span=written.span)


def opened(written: syn.Condition) -> syn.Condition:
    """Return a condition without the parentheses around it."""
    while isinstance(written, syn.Parenthesis):
        written = written.condition
    return written


def singles(test: syn.LevelTest) -> list[syn.LevelTest]:
    """Return a level test for each of its indicators separately."""
    names = test.targets.names
    return [evolve(test, other=None, targets=syn.Targets((name,), span=name.span)) for name in names]


def of_all_and_any(test: ListTest) -> list[ListTest]:
    """Return a test of a list for all its names, and for any of them."""
    ways = ("both", "either") if len(test.targets.names) == TWO else ("all of", "any of")
    return [evolve(test, targets=evolve(test.targets, how=how, joints=())) for how in ways]


def over(window: syn.Window, written: syn.Condition) -> syn.Condition:
    """Return a condition without years with a window before each of its parts."""
    match written:
        case syn.Not():
            return denied(over(window, written.condition))
        case syn.Parenthesis():
            return evolve(written, condition=over(window, written.condition))
        case syn.Chain():
            return evolve(written, parts=tuple(over(window, part) for part in written.parts))
        case syn.Unless():
            return evolve(written, condition=over(window, written.condition), exception=over(window, written.exception))
        case _:
            return syn.InYears(written, window, years_first=True, span=written.span)


def is_bare_list(test: syn.LevelTest) -> bool:
    """Return whether a level test is about several indicators joined only by `and` or `or`."""
    return test.other is None and test.targets.how in ("and", "or") and len(test.targets.names) > 1


def with_comments_kept(question: Diagnostic) -> Diagnostic:
    """Return a question without the choices that would replace a comment too."""
    return evolve(question, choices=tuple(one for one in question.choices if "#" not in one.span.text))


class Filtered(NamedTuple):
    """What `where` asks at the end of a test, not in parentheses, and of which kind: None for student groups."""

    test: syn.Condition | syn.Expression
    kind: syn.Name | None
    condition: syn.Condition


def filtered_at_its_end(part: syn.Condition | syn.Expression) -> Filtered | None:
    """Return what `where` asks at the end of a condition; None where it does not end so, or in parentheses."""
    kind: syn.Name | None = None
    asked: syn.Condition | None = None
    match part:
        case syn.InYears(years_first=True):
            return filtered_at_its_end(part.condition)
        case syn.Not(inner):
            found = filtered_at_its_end(inner)
            return None if found is None else found._replace(test=part)
        case syn.NumberTest(parts=parts):
            found = filtered_at_its_end(parts[-1]) if parts[-1].span.end == part.span.end else None
            return None if found is None else found._replace(test=part)
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
    return Filtered(part, kind, asked)


def nowhere(span: Span) -> Span:
    """Return an empty span, for words that are not in the text."""
    return Span(span.source, span.start, span.start)
