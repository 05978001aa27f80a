"""Expressions and circumstances: from numbers as written to the nodes that work them out, exactly."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Final, Protocol, assert_never

from attrs import evolve

from rulelang.compiler.level_rules.context import About, Asked, folded, known_level
from rulelang.compiler.level_rules.sense import HUNDRED, is_percent, must_differ, must_make_sense
from rulelang.core import tree as core
from rulelang.core.decimals import exact_text
from rulelang.core.vocabulary import of_last_year
from rulelang.diagnostics.catalogue import levels as messages
from rulelang.diagnostics.catalogue import levels_sense
from rulelang.diagnostics.source import Span
from rulelang.syntax import tree as syn
from rulelang.syntax.tree import levels as lev

MOST_DECIMALS: Final = 9
"""To how many decimals a number may be rounded."""

MOST_YEARS: Final = 20
"""How many years before the one at hand may be added up."""

MOST_OPERATIONS: Final = 50
"""How many operations may stand inside one another; a sum of as many numbers is one."""


MOST_PARTS: Final = 100
"""How many numbers may stand in one list, and how many circumstances may be joined."""


class Sources(Protocol):
    """Where an expression finds the measures and levels that it refers to."""

    @property
    def nodes(self) -> Mapping[str, core.Node]:
        """Return the definitions made so far, by name."""

    def measure(self, about: About, written: lev.NumberName) -> core.Node | None:
        """Return the value of a measure for what is asked; None, after a report, where it has none."""

    def is_measure(self, about: About, text: str) -> bool:
        """Return whether the indicator, or none, has a measure of a name."""

    def measures(self, about: About) -> list[str]:
        """Return the names of the measures that may stand in an expression."""

    def level(self, about: About, scale: str, span: Span) -> core.Node | None:
        """Return the level of the indicator on a scale that the ruleset works out; None where it works out none."""


def expression(about: About, written: lev.Expression, sources: Sources) -> core.Node | None:
    """Return the node of an expression; None, after a report, where it makes no sense."""
    fits = _fits(about, _depth(written), MOST_OPERATIONS, "operations in one another", written.span)
    return _node(about, written, sources) if fits else None


def circumstance(about: About, written: lev.Circumstance, sources: Sources) -> core.Node | None:
    """Return the node of a circumstance; None, after a report, where it makes no sense."""
    fits = _fits(about, _depth(written), MOST_OPERATIONS, "circumstances in one another", written.span)
    return _test(about, written, sources) if fits else None


def _node(about: About, written: lev.Expression, sources: Sources) -> core.Node | None:
    span = written.span
    match written:
        case lev.Numeral(value):
            return core.Constant(value, span=span)
        case lev.NumberName():
            return _named(about, written, sources)
        case lev.Arithmetic(operator, first, second):
            return _applied(about, operator, (first, second), span, sources)
        case lev.OneOfMany(how, parts):
            return _applied(about, how, parts, span, sources)
        case lev.SmallestAddition():
            return _smallest_addition(about, written, sources)
        case lev.Scaled(value):
            node = _node(about, value, sources)
            fits = _fits(about, written.decimals or 0, MOST_DECIMALS, "decimals", span)
            return None if node is None or not fits else _scaled(about, node, written, sources)
        case lev.IfOtherwise():
            return _choice(about, written, sources)
        case lev.NotEstablishedValue():
            return about.not_established(span)
    assert_never(written)


def _fits(about: About, number: int, most: int, what: str, span: Span) -> bool:
    if number > most:
        about.report(messages.too_much(span, what, most))
    return number <= most


def _depth(written: lev.Expression | lev.Circumstance) -> int:
    """Return how deep operations and circumstances stand inside one another."""
    deepest = 0
    waiting: list[tuple[lev.Expression | lev.Circumstance, int]] = [(written, 0)]
    while waiting:
        one, depth = waiting.pop()
        deepest = max(deepest, depth)
        waiting.extend((part, depth + 1) for part in _inside(one))
    return deepest


def _inside(written: lev.Expression | lev.Circumstance) -> tuple[lev.Expression | lev.Circumstance, ...]:
    match written:
        case lev.Arithmetic():
            return written.first, written.second
        case lev.OneOfMany() | lev.Joined():
            return written.parts
        case lev.SmallestAddition():
            return written.part, written.whole
        case lev.Scaled():
            return (written.value,)
        case lev.IfOtherwise():
            return written.value, written.circumstance, written.otherwise
        case lev.NumberTest():
            return written.value, written.limit
        case lev.GivenTest():
            return (written.value,)
        case lev.Negated():
            return (written.circumstance,)
        case _:
            return ()


def _parts(about: About, written: tuple[lev.Expression, ...], sources: Sources) -> tuple[core.Node, ...] | None:
    nodes = [_node(about, one, sources) for one in written]
    found = tuple(node for node in nodes if node is not None)
    return found if len(found) == len(nodes) else None


def _applied(
    about: About, operator: str, written: tuple[lev.Expression, ...], span: Span, sources: Sources
) -> core.Node | None:
    parts = _parts(about, written, sources) if _fits(about, len(written), MOST_PARTS, "numbers", span) else None
    if parts is None:
        return None
    must_make_sense(about, operator, parts, span, sources.nodes)
    return core.Apply(operator, parts, span=span)


def _smallest_addition(about: About, written: lev.SmallestAddition, sources: Sources) -> core.Node | None:
    both = _parts(about, (written.part, written.whole), sources)
    if not 0 < written.percent <= HUNDRED:
        reason = f"{exact_text(written.percent)} percent is no part of a whole"
        about.report(levels_sense.without_effect(written.span, reason))
    if written.decimals is None:
        about.report(messages.percent_without_rounding(written.span))
        return None
    if not _fits(about, written.decimals, MOST_DECIMALS, "decimals", written.span):
        return None
    limits = (core.Constant(written.percent), core.Constant(Fraction(written.decimals)))
    return None if both is None else core.Apply("smallest addition", (*both, *limits), span=written.span)


def _scaled(about: About, node: core.Node, written: lev.Scaled, sources: Sources) -> core.Node:
    if written.percent and is_percent(node, sources.nodes):
        about.report(levels_sense.percent_of_percent(written.span, written.value.span.text))
    if written.percent:
        node = core.Apply("times", (node, core.Constant(HUNDRED)), span=written.span)
    if written.decimals is not None:
        node = core.Apply("rounded", (node, core.Constant(Fraction(written.decimals))), span=written.span)
    return node


def _choice(about: About, written: lev.IfOtherwise, sources: Sources) -> core.Node | None:
    guard = _test(about, written.circumstance, sources)
    both = _parts(about, (written.value, written.otherwise), sources)
    if guard is None or both is None:
        return None
    if both[0] == both[1]:
        about.report(levels_sense.without_effect(written.span, "both ways give the same number"))
    return core.Choose((core.Arm(guard, both[0]),), both[1], span=written.span)


# ---- names ----


def _named(about: About, written: lev.NumberName, sources: Sources) -> core.Node | None:
    """Return the value of a name: a measure's, or a number's of the indicator or of the LEA."""
    asks_past = written.last_year or written.years_before > 0
    if (asks_past and about.asked.is_past) or (written.last_year and written.years_before):
        about.report(messages.past_of_past(written.span))
        return None
    if not _fits(about, written.years_before, MOST_YEARS, "years", written.span):
        return None
    if asks_past:
        about = evolve(about, asked=Asked(written.last_year, written.years_before))
    if sources.is_measure(about, written.name.text):
        return sources.measure(about, written)
    return number(about, written.name, sources.measures(about))


def number(about: About, name: syn.Name, measures: list[str]) -> core.Node | None:
    """Return the field of a number, or the sum of its fields of several years; None, after a report, for no number."""
    indicator = number_holder(about, name.text)
    if indicator is None:
        numbers = [one.name for one in about.vocabulary.numbers if about.of in one.indicators or not one.indicators]
        about.report(messages.unknown_number(name.span, name.text, about.of, [*measures, *numbers]))
        return None
    found = about.vocabulary.number(_as_declared(about, name.text), indicator)
    asked = about.asked
    if asked.last_year:
        if not found.last_year:
            about.report(messages.not_given_for_last_year(name.span, found.name))
            return None
        return about.field((indicator, of_last_year(found.name)), name.span)
    if asked.years_before:
        years = range(about.year - asked.years_before, about.year)
        fields = tuple(evolve(about.field((indicator, found.name), name.span), year=year) for year in years)
        return core.Apply("plus", fields, span=name.span)
    return about.field((indicator, found.name), name.span)


def number_holder(about: About, text: str) -> str | None:
    """Return the indicator that has a number, empty where it is the LEA's; None where neither has one so called."""
    declared = _as_declared(about, text)
    fitting = [one for one in about.vocabulary.numbers if one.name == declared]
    if about.of and any(about.of in one.indicators for one in fitting):
        return about.of
    return "" if any(not one.indicators for one in fitting) else None


def _as_declared(about: About, text: str) -> str:
    for one in about.vocabulary.numbers:
        if folded(text) in (folded(one.name), *(folded(alias) for alias in one.aliases)):
            return one.name
    return text


# ---- circumstances ----


def _test(about: About, written: lev.Circumstance, sources: Sources) -> core.Node | None:
    span = written.span
    match written:
        case lev.NumberTest(value, how, limit):
            return _applied(about, how, (value, limit), span, sources)
        case lev.GivenTest(value):
            return _applied(about, "is rated", (value,), span, sources)
        case lev.FlagTest(level):
            return _flag(about, level, sources)
        case lev.Negated(inner):
            node = _test(about, inner, sources)
            return None if node is None else core.Apply("not", (node,), span=span)
        case lev.Joined(joint, parts):
            if not _fits(about, len(parts), MOST_PARTS, "circumstances", span):
                return None
            nodes = [_test(about, part, sources) for part in parts]
            found = tuple(node for node in nodes if node is not None)
            if len(found) < len(nodes):
                return None
            must_differ(about, joint, found, span)
            return core.All(found, span=span) if joint == "and" else core.Any(found, span=span)
    assert_never(written)


def _flag(about: About, name: syn.Name, sources: Sources) -> core.Node | None:
    """Return whether the indicator has a level: one the data give, or one the ruleset works out."""
    level = known_level(about, name)
    scale = about.scale_of_level(level) if level is not None else None
    if level is None or scale is None:
        return None
    if about.indicator is None:
        about.report(messages.which_indicator(name.span))
        return None
    value = sources.level(about, scale.name, name.span)
    if value is None:
        if not about.indicator.reports(scale.name, about.year):
            about.report(messages.scale_not_in_year(name.span, about.of, scale.name, about.year))
            return None
        value = about.field((about.of, scale.name), name.span)
    return core.Apply("is one of", (value, core.Constant((level,))), span=name.span)
