"""From conditions and expressions as written to the evaluation tree: one function for conditions, one for expressions.

Each returns a node, or None after reporting why there is none; a None makes the whole condition None and causes no
second message. Whether something is about a student group or about the LEA is decided here, so that the engine never
has to ask.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Final, assert_never

from attrs import evolve

from rulelang.compiler.ambiguity.where import ask_where
from rulelang.compiler.context import Conditions, Context, all_known, is_one_of, is_text, known_level, reference
from rulelang.compiler.counts import (
    about_a_group,
    group_test,
    indicator_test,
    outcome_test,
    priorities,
    priority_list,
    same_indicators,
)
from rulelang.compiler.levels import level_test
from rulelang.compiler.look_up_tables import MARKS
from rulelang.compiler.numbers import fits, named_number
from rulelang.compiler.relations import group_number, over_years, related_test, related_value
from rulelang.compiler.sense import must_be_possible, must_differ, must_make_sense
from rulelang.core import tree as core
from rulelang.core.fact_types import FactType
from rulelang.core.record_words import folded
from rulelang.core.truth import Amount, Quantity
from rulelang.core.types import HUNDRED, is_percent, type_of
from rulelang.core.types import fits as types_fit
from rulelang.core.vocabulary import Scope
from rulelang.diagnostics.catalogue import levels as messages
from rulelang.diagnostics.catalogue import look_up_tables, meaning, names
from rulelang.diagnostics.decimals import exact_text
from rulelang.diagnostics.source import Span
from rulelang.syntax import tree as syn

MOST_DECIMALS: Final = 9
"""The most decimals a number may be rounded to."""

MOST_OPERATIONS: Final = 50
"""How deep operations may be nested; a sum of any number of terms is one."""

MOST_PARTS: Final = 100
"""The most numbers in one list, and the most conditions joined."""


def condition(context: Context, written: syn.Condition) -> core.Node | None:
    """Return the node of a condition; None, after a report, if it makes no sense."""
    fits_in = fits(context, _depth(written), MOST_OPERATIONS, "nested conditions", written.span)
    return _condition(context, written) if fits_in else None


def expression(context: Context, written: syn.Expression) -> core.Node | None:
    """Return the node of an expression; None, after a report, if it makes no sense."""
    fits_in = fits(context, _depth(written), MOST_OPERATIONS, "nested operations", written.span)
    return _expression(context, written) if fits_in else None


def _condition(context: Context, written: syn.Condition) -> core.Node | None:
    if context.asks_past and not isinstance(written, (*_OF_NUMBERS, syn.Joined)):
        context.report(messages.condition_of_this_year(written.span))
        return None
    match written:
        case syn.Not() | syn.Parenthesis() | syn.Chain() | syn.Unless():
            return _joined(context, written, _condition)
        case syn.InYears():
            return _in_years(context, written)
        case syn.GroupTest():
            return group_test(context, written, _condition, [context.year])
        case _:
            node = _test(context, written)
            return None if node is None else about_a_group(context, node, written.span)


def _joined(context: Context, written: syn.Joined, part: Conditions) -> core.Node | None:
    """Return a condition made of others, each of which `part` elaborates."""
    match written:
        case syn.Not(inner):
            node = part(context, inner)
            return None if node is None else core.Call("not", (node,), span=written.span)
        case syn.Parenthesis(inner, narrowings):
            return narrowed(context, part(context, inner), narrowings)
        case syn.Chain():
            return _chain(context, written, part)
        case syn.Unless():
            return _unless(context, written, part)


def _test(context: Context, written: syn.Condition) -> core.Node | None:
    match written:
        case syn.LevelTest():
            return level_test(context, written)
        case syn.OutcomeTest():
            return outcome_test(context, written)
        case syn.PrioritiesMet(quantity, kind):
            return priorities(context, quantity, kind, written.span)
        case syn.PriorityListTest():
            return priority_list(context, written)
        case syn.IndicatorTest():
            return indicator_test(context, written)
        case syn.NumberTest(operator, parts):
            return _applied(context, operator, parts, written.span)
        case syn.FlagTest(level):
            return _flag(context, level)
        case syn.NotEstablished():
            return context.not_established(written.span)
        case syn.Otherwise():
            return core.Const(True, span=written.span)
        case syn.TextTest():
            return _text_test(context, written)
        case syn.RelatedTest() | syn.RankedTest():
            return related_test(context, written, _condition, _expression)
        case _:
            raise TypeError(written)


def _expression(context: Context, written: syn.Expression) -> core.Node | None:
    span = written.span
    match written:
        case syn.Numeral(value, kind):
            if kind == FactType.DATE.value and value < 1:
                context.report(look_up_tables.no_such_day(span))
                return None
            return core.Const(value, type=FactType(kind), span=span)
        case syn.NumberName():
            return named_number(context, written)
        case syn.Operation(operator, parts):
            return _applied(context, operator, parts, span)
        case syn.SmallestAddition():
            return _smallest_addition(context, written)
        case syn.Scaled(value):
            node = _expression(context, value)
            fits_in = fits(context, written.decimals or 0, MOST_DECIMALS, "decimals", span)
            return None if node is None or not fits_in else _scaled(context, node, written)
        case syn.IfOtherwise():
            return _choice(context, written)
        case syn.RelatedValue():
            return related_value(context, written, _condition, _expression)
        case syn.GroupNumber():
            return group_number(context, written, _expression)
        case syn.OverYears():
            return over_years(context, written, _expression)
        case syn.NotEstablished():
            return context.not_established(span)
    assert_never(written)


def narrowed(context: Context, node: core.Node | None, narrowings: Sequence[syn.Narrowing]) -> core.Node | None:
    """Return a condition narrowed to, or away from, some student groups, which are looked at without one too."""
    for narrowing in narrowings:
        found = _narrowed(context, node or core.Const(False), narrowing)
        node = None if node is None else found
    return node


def _narrowed(context: Context, node: core.Node, narrowing: syn.Narrowing) -> core.Node | None:
    groups = context.groups(narrowing.groups)
    if groups is None:
        return None
    if not context.of_group:
        help_text = "a rule about the LEA has no student group to narrow; write `for school districts` for kinds of LEA"
        context.report(meaning.wrong_outcome_place(narrowing.span, narrowing.span.text, help_text))
        return None
    is_group: core.Node = is_one_of(core.Self(Scope.GROUP), groups, narrowing.span)
    if narrowing.excluding:
        is_group = core.Call("not", (is_group,), span=narrowing.span)
    return core.Call("and", (is_group, node), span=node.span)


# ---- joining ----


def _chain(context: Context, chain: syn.Chain, part: Conditions) -> core.Node | None:
    words = {joint.text for joint in chain.joints}
    fits_in = fits(context, len(chain.parts), MOST_PARTS, "conditions", chain.span)
    if not fits_in or (not context.is_past and ask_where(context, chain, part)):
        return None
    parts = _conditions(context, chain.parts, part)
    if parts is None:
        return None
    is_asked_about = len({*chain.parts}) < len(chain.parts)
    if not is_asked_about and all(isinstance(one, _OF_NUMBERS) for one in syn.simple_conditions(chain)):
        must_differ(context, chain.joints[0].text, parts, chain.span)
    elif words == {"and"}:
        must_be_possible(context, parts, chain)
    return core.Call("and", parts, span=chain.span) if words == {"and"} else core.Call("or", parts, span=chain.span)


_OF_NUMBERS: Final = (syn.NumberTest, syn.FlagTest)
"""Conditions for which it can be seen that one repeats or excludes another."""


def _conditions(context: Context, written: Sequence[syn.Condition], part: Conditions) -> tuple[core.Node, ...] | None:
    return all_known(part(context, one) for one in written)


def _unless(context: Context, unless: syn.Unless, part: Conditions) -> core.Node | None:
    nodes = _conditions(context, (unless.condition, unless.exception), part)
    if nodes is None:
        return None
    held, exception = nodes
    parts = (held, core.Call("not", (exception,), span=unless.exception.span))
    must_be_possible(context, parts, unless)
    return core.Call("and", parts, span=unless.span)


# ---- levels that stand alone ----


def _flag(context: Context, name: syn.Name) -> core.Node | None:
    """Return whether the indicator has a level: one that the data give, or one that the ruleset works out."""
    level = known_level(context, name)
    scale = context.scale_of_level(level) if level is not None else None
    if level is None or scale is None:
        return None
    if context.of_indicator is None:
        context.report(messages.which_indicator(name.span))
        return None
    value = context.sources.level(context, scale.name, name.span) if context.sources is not None else None
    if value is None:
        if not context.of_indicator.reports(scale.name, context.year):
            context.report(messages.scale_not_in_year(name.span, context.of, scale.name, context.year))
            return None
        value = context.field((context.of, scale.name), name.span)
    return is_one_of(value, (level,), name.span)


# ---- years ----


def _in_years(context: Context, written: syn.InYears) -> core.Node | None:
    window = _window(context, written.window)
    if window is None:
        return None
    years, quantity = window
    test = written.condition
    if isinstance(test, syn.GroupTest) and not written.years_first:
        return group_test(context, test, _condition, years, quantity)
    if isinstance(test, syn.RelatedTest) and not written.years_first:
        each_year = syn.InYears(test.condition, written.window, span=written.span)
        of_each = syn.RelatedTest(test.quantity, test.kind, each_year, test.owner, span=written.span)
        return _condition(context, of_each)
    outcomes = [one for one in syn.simple_conditions(test) if isinstance(one, syn.OutcomeTest)]
    decided = [_decided_in_any(context, one, years) for one in outcomes]
    if not all(decided):
        return None
    if isinstance(test, syn.IndicatorTest) and test.each and not written.years_first:
        return same_indicators(context, test, years, quantity)
    things = []
    for year in years:
        there = context.in_window_of(year, written.span)
        met = None if there is None else _then(there, test)
        if met is None:
            return None
        things.append(core.Item(met, name=str(year)))
    return core.Fold(quantity, core.Listed("Dashboard years"), tuple(things), span=written.span)


def _decided_in_any(context: Context, test: syn.OutcomeTest, years: Sequence[int]) -> bool:
    """Return whether some year looked back to decides an outcome, and report if none does, or only for others."""
    name = context.outcome(test.outcome)
    if name is None:
        return False
    contexts = [context.in_year(year, test.span) for year in years]
    known = [evolve(there, about=context.about) for there in contexts if there is not None]
    others = [there.of_related(name) for there in known if reference(there, name, test.span)]
    if known and not others:
        return context.goes_on(meaning.undecided_then(test.span, name, [there.year for there in known]))
    if others and all(others):
        return context.goes_on(meaning.decided_for_others(test.span, name, others[0], context.about))
    return True


def _then(there: Context, test: syn.Condition) -> core.Node | None:
    """Return the condition in another year; no to an outcome that that year's rules do not know."""
    if isinstance(test, syn.Joined):
        return _joined(there, test, _then)
    if not isinstance(test, syn.OutcomeTest) or not test.outcome.known:
        return _condition(there, test)
    if reference(there, test.outcome.text, test.span) is None:
        return core.Const(False, span=test.span)
    node = _condition(there, test)
    if node is None or not there.is_past or there.is_of_group(test.outcome.text):
        return node
    return core.Call("first known", (node, core.Published(there.year, test.outcome.text)), span=test.span)


def _window(context: Context, window: syn.Window) -> tuple[tuple[int, ...], Quantity] | None:
    """Return the years of a window and how many of them are asked for; None, after a report, if it is not a window.

    Near the first year there are fewer years than the window names; the others cannot make up for those that do not
    exist.
    """
    if window.years is None:
        before = context.years_of(window)
        if not before:
            context.report(names.no_last_year(window.span, context.year))
            return None
        return before, Quantity(Amount.AT_LEAST, 1)
    wanted = window.years if window.count is None else window.count
    if not 0 < wanted <= window.years:
        context.report(meaning.impossible_window(window.span, wanted, window.years))
        return None
    return context.years_of(window), Quantity(Amount.AT_LEAST, wanted)


# ---- expressions ----


def _parts(context: Context, written: tuple[syn.Expression, ...]) -> tuple[core.Node, ...] | None:
    return all_known(_expression(context, one) for one in written)


def _applied(context: Context, operator: str, written: tuple[syn.Expression, ...], span: Span) -> core.Node | None:
    parts = _parts(context, written) if fits(context, len(written), MOST_PARTS, "numbers", span) else None
    if parts is None:
        return None
    must_make_sense(context, operator, parts, span)
    return core.Call(operator, parts, span=span) if _types_fit(context, operator, parts, span) else None


def _types_fit(context: Context, operator: str, parts: Sequence[core.Node], span: Span) -> bool:
    """Return whether an operator takes values of some types, after a report if it does not."""
    types = [type_of(part, context.vocabulary, context.definition) for part in parts]
    if types_fit(operator, types):
        return True
    named = next(((part, kind) for part, kind in zip(parts, types, strict=True) if kind and kind.is_named), None)
    if named is not None and named[0].span is not None:
        context.report(look_up_tables.no_number_to_combine(named[0].span, named[1].phrase))
        return False
    first, *others = [one.phrase for one in types if one is not None]
    context.report(look_up_tables.types_differ(span, first, next((one for one in others if one != first), first)))
    return False


def _text_test(context: Context, written: syn.TextTest) -> core.Node | None:
    value = _expression(context, written.value)
    kind = type_of(value, context.vocabulary, context.definition) if value is not None else None
    asked = FactType(written.type)
    if value is None:
        return None
    if kind not in (None, asked):
        said = written.texts[0].span.text.strip(MARKS)
        context.report(look_up_tables.types_differ(written.span, kind.phrase, asked.phrase, kind.in_rules(said)))
        return None
    texts = tuple(folded(text.text) for text in written.texts)
    return is_text(context, value, texts, written.span)


def _smallest_addition(context: Context, written: syn.SmallestAddition) -> core.Node | None:
    both = _parts(context, (written.part, written.whole))
    if not 0 < written.percent <= HUNDRED:
        reason = f"{exact_text(written.percent)} percent is not a part of a whole"
        context.report(messages.without_effect(written.span, reason))
    if written.decimals is None:
        context.report(messages.percent_without_rounding(written.span))
        return None
    if not fits(context, written.decimals, MOST_DECIMALS, "decimals", written.span):
        return None
    limits = (core.Const(written.percent), core.Const(Fraction(written.decimals)))
    return None if both is None else core.Call("smallest addition", (*both, *limits), span=written.span)


def _scaled(context: Context, node: core.Node, written: syn.Scaled) -> core.Node:
    if written.percent and is_percent(node, context.definition):
        context.report(messages.percent_of_percent(written.span, written.value.span.text))
    if written.percent:
        node = core.Call("times", (node, core.Const(HUNDRED)), span=written.span)
    if written.decimals is not None:
        node = core.Call("rounded", (node, core.Const(Fraction(written.decimals))), span=written.span)
    return node


def _choice(context: Context, written: syn.IfOtherwise) -> core.Node | None:
    guard = _condition(context, written.condition)
    both = _parts(context, (written.value, written.otherwise))
    if guard is None or both is None:
        return None
    if both[0] == both[1]:
        context.report(messages.without_effect(written.span, "both ways give the same number"))
    return core.choice((core.Arm(guard, both[0]),), both[1], span=written.span)


# ---- how deep ----


def _depth(written: syn.Expression | syn.Condition) -> int:
    """Return how deep operations and conditions are nested, not counting parentheses."""
    deepest = 0
    waiting: list[tuple[syn.Node, int]] = [(written, 0)]
    while waiting:
        one, depth = waiting.pop()
        deepest = max(deepest, depth)
        deeper = depth if isinstance(one, syn.Parenthesis) else depth + 1
        waiting.extend((part, deeper) for part in syn.parts(one) if isinstance(part, syn.Condition | syn.Expression))
    return deepest
