"""Questions about facts and numbers: whether a fact is possible, and whether a date is a subtraction."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rulelang.compiler.ambiguity.lists import names_of
from rulelang.compiler.ambiguity.wording import TWO
from rulelang.compiler.context import Context
from rulelang.core.vocabulary import Scope
from rulelang.diagnostics.catalogue import ambiguity
from rulelang.diagnostics.dates import date_in
from rulelang.diagnostics.diagnostic import Diagnostic
from rulelang.diagnostics.source import Span
from rulelang.syntax import tree as syn


def no_fact(node: object) -> Iterator[Diagnostic]:
    """Refuse a fact that `or` leaves open, and `both` before one name or three."""
    match node:
        case syn.Fact() | syn.FactLine() if any(joint.text == "or" for joint in node.joints):
            if not any(joint.text == "and" for joint in node.joints):
                names = names_of(node)
                yield ambiguity.fact_left_open(names[0].span.to(names[-1].span))
        case syn.Fact(indicators=indicators, both=True) if len(indicators) != TWO:
            yield ambiguity.list_of_other_length(node.span, len(indicators))


def impossible(line: syn.FactLine, years: Sequence[int], context: Context) -> Iterator[Diagnostic]:
    """Refuse the facts of student groups that no data can have: of an indicator reported for others, or for the LEA."""
    for fact in line.facts:
        for name in _indicators(fact):
            indicator = context.vocabulary.indicator(name.text)
            for group in (one for one in line.groups if one.known):
                if indicator.scope is Scope.LEA:
                    yield ambiguity.fact_of_lea(fact.span, group.text, indicator.name)
                elif not indicator.is_reported_for(group.text):
                    yield ambiguity.fact_of_other_group(fact.span, group.text, indicator.name, indicator.only_groups)
    for group in (one for one in line.groups if one.known):
        exists = context.vocabulary.group(group.text).years
        absent = [year for year in years if year not in exists]
        if absent and context.year in exists:
            yield ambiguity.fact_before_group(group.span, group.text, absent[0])


def _indicators(fact: syn.Fact | syn.NumberFact) -> list[syn.Name]:
    """Return the indicators of which a fact states a level or a number; `not rated` states none."""
    if isinstance(fact, syn.Fact):
        named = [*fact.indicators] if fact.level is not None else []
    else:
        named = [fact.indicator] if fact.indicator is not None else []
    return [name for name in named if name.known]


# ---- Numbers: whether what looks like a date or a school year is a subtraction ----


_DASH = "[-\u2010-\u2015\u2212]"
_DATE = rf"(?P<date>\d{{4}}({_DASH}|/)\d{{1,2}}({_DASH}|/)\d{{1,2}}|\d{{1,2}}({_DASH}|/)\d{{1,2}}({_DASH}|/)\d{{4}})"
_YEARS = rf"(?:19|20)\d\d{_DASH}(?:(?:19|20)\d\d|\d\d)"
_GLUED = re.compile(rf"(?<![\w./\u2010-\u2015\u2212-])(?:{_DATE}|{_YEARS})(?![\w./\u2010-\u2015\u2212-])")


def date(node: object) -> Iterator[Diagnostic]:
    """Refuse `3/2/2025`, and ask about `2024-25`, in place of a number; with spaces they are subtractions."""
    if not isinstance(node, syn.Operation) or node.operator.endswith(" of"):
        return
    for found in _GLUED.finditer(node.span.source.text, node.span.start, node.span.end + 1):
        if found.end() > node.span.end:
            return
        if date_in(found.group()) is not None:
            continue  # it is a date, and was read as one
        span = Span(node.span.source, found.start(), found.end())
        yield ambiguity.date_as_number(span) if found["date"] else ambiguity.years_as_number(span)
