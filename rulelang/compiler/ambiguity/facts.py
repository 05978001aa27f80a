"""Questions about the facts of examples: whether they are facts, and whether they can be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rulelang.compiler.ambiguity.lists import List, names_of
from rulelang.compiler.ambiguity.wording import TWO
from rulelang.compiler.context import Context
from rulelang.core.vocabulary import Scope
from rulelang.diagnostics.catalogue import ambiguity
from rulelang.diagnostics.diagnostic import Diagnostic
from rulelang.syntax import tree as syn


def no_fact(node: object) -> Iterator[Diagnostic]:
    """Refuse a fact that `or` leaves open, and `both` of one or of three."""
    match node:
        case syn.Fact() | syn.FactLine() if any(joint.text == "or" for joint in node.joints):
            yield from _open(node)
        case syn.Fact(indicators=indicators, both=True) if len(indicators) != TWO:
            yield ambiguity.list_of_other_length(node.span, len(indicators))


def _open(node: List) -> Iterator[Diagnostic]:
    if not any(joint.text == "and" for joint in getattr(node, "joints", ())):
        names = names_of(node)
        yield ambiguity.fact_left_open(names[0].span.to(names[-1].span))


def impossible(line: syn.FactLine, years: Sequence[int], context: Context) -> Iterator[Diagnostic]:
    """Refuse the facts of student groups that no data can have: of an indicator reported for others, or for the LEA."""
    for fact in line.facts:
        for name in _indicators(fact):
            indicator = context.vocabulary.indicator(name.text)
            for group in (one for one in line.groups if one.known):
                if indicator.scope is Scope.LEA:
                    yield ambiguity.fact_of_lea(fact.span, group.text, indicator.name)
                elif indicator.only_groups and group.text not in indicator.only_groups:
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
