"""Level tests: `Red on both ELA and Math`, and what a level means in a year."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import evolve

from rulelang.compiler.context import Context, all_known, is_one_of
from rulelang.core import tree as core
from rulelang.core.truth import Amount, Quantity
from rulelang.core.vocabulary import DerivedLevel, Indicator, Scale, Vocabulary
from rulelang.diagnostics.catalogue import names
from rulelang.diagnostics.diagnostic import Diagnostic
from rulelang.diagnostics.source import Span
from rulelang.syntax import tree as syn


def level_test(context: Context, test: syn.LevelTest) -> core.Node | None:
    """Return the node of a level test; None, after a report, if it does not make sense."""
    indicators = all_known(map(context.indicator, test.targets.names))
    if indicators is None:
        for name in (*test.levels.names, *(test.other.names if test.other is not None else ())):
            context.level(name)  # which may be unknown too
        return None
    named = list(zip(test.targets.names, indicators, strict=True))
    nodes = _tests(context, test.levels, named)
    others = _tests(context, test.other, named) if test.other is not None else ()
    if nodes is None or others is None:
        return None
    if test.other is not None:
        return _on_the_other(test, nodes, others)
    return (
        evolve(nodes[0], span=test.span) if len(nodes) == 1 else of_list(test.targets, nodes, "indicators", test.span)
    )


def _tests(
    context: Context, levels: syn.Levels, named: Sequence[tuple[syn.Name, Indicator]]
) -> tuple[core.Node, ...] | None:
    return all_known(_one_test(context, levels, indicator, name.span) for name, indicator in named)


def of_list(targets: syn.Targets, nodes: Sequence[core.Node], things: str, span: Span) -> core.Node:
    """Return whether all, any or some number of the things of a list meet a condition, given a node for each."""
    how = targets.how
    if isinstance(how, syn.Quantity):
        named = zip(targets.names, nodes, strict=True)
        counted = tuple(core.Item(node, name=name.text) for name, node in named)
        return core.Fold(quantity_of(how), core.Listed(things), counted, span=span)
    return core.Call("or" if how in ("or", "either", "any of") else "and", tuple(nodes), span=span)


def _on_the_other(test: syn.LevelTest, nodes: Sequence[core.Node], others: Sequence[core.Node]) -> core.Node:
    """Return the two ways of one and the other; a list of other than two names has been asked about."""
    ways = ((nodes[0], others[-1]), (others[0], nodes[-1]))
    return core.Call("or", tuple(core.Call("and", way, span=test.span) for way in ways), span=test.span)


# ---- one indicator ----


def _one_test(context: Context, levels: syn.Levels, indicator: Indicator, span: Span) -> core.Node | None:
    if levels.reach in ("rated", "not rated"):
        return _rated(context, levels, indicator, span)
    found = _wanted(context, levels)
    if found is None:
        return None
    scale, wanted = found
    is_there = _states(context, scale, indicator)
    if not is_there and not context.goes_on(_not_there(context, levels, indicator, scale, wanted[0], span)):
        return None
    test = _has_one_of(context, reached(levels.reach, scale.worst_first(indicator), wanted), indicator, scale, span)
    # What the year does not have is no, whatever the data; the rule is still about that indicator.
    return test if is_there else core.Call("and", (core.Const(False), test), span=span)


def _wanted(context: Context, levels: syn.Levels) -> tuple[Scale, tuple[str, ...]] | None:
    """Return the levels named and their scale; None, after a report, for unknown ones or two scales."""
    wanted = all_known(map(context.level, levels.names))
    if wanted is None:
        return None
    scales = [scale for level in wanted for scale in context.vocabulary.scales if level in scale.levels]
    if any(scale != scales[0] for scale in scales):
        context.report(names.levels_of_two_scales(levels.span, wanted[0], wanted[-1]))
        return None
    return scales[0], wanted


def indicators_counted(test: syn.IndicatorTest, vocabulary: Vocabulary) -> list[Indicator]:
    """Return the indicators that a count is over: those of the kind it names, or all."""
    return [one for one in vocabulary.indicators if test.kind is None or one.kind == test.kind.text]


def scales_asked(levels: syn.Levels, vocabulary: Vocabulary) -> list[Scale]:
    """Return the scales of some levels; every scale if none is named, as by `rated`."""
    asked = {level.text for level in levels.names}
    return [one for one in vocabulary.scales if not asked or asked & {*one.levels}]


def each_with_levels(context: Context, test: syn.IndicatorTest, levels: syn.Levels) -> tuple[core.Item, ...] | None:
    """Return what a count of indicators counts: those rated on the levels' scale this year that have one of the levels.

    If it asks whether they are rated at all, every indicator that is reported this year is counted. None, after a
    report, if no indicator can have the levels.
    """
    indicators, year, span = indicators_counted(test, context.vocabulary), context.year, test.span
    if levels.reach in ("rated", "not rated"):
        tests = ((one, _rated(context, levels, one, span)) for one in indicators if one.reported_in(year))
        return tuple(core.Item(test, name=one.name) for one, test in tests if test is not None)
    found = _wanted(context, levels)
    if found is None:
        return None
    scale, wanted = found
    items = []
    for one in (one for one in indicators if _states(context, scale, one)):
        met = _has_one_of(context, reached(levels.reach, scale.worst_first(one), wanted), one, scale, span)
        rated = core.Call("is rated", (_field(year, one, _scale_stated(context, scale, one), span),))
        items.append(core.Item(met, rated, one.name))
    if not items:
        context.report(names.no_indicator_has_level(levels.span, wanted[0], year))
        return None
    return tuple(items)


def _states(context: Context, scale: Scale, indicator: Indicator) -> bool:
    """Return whether the data of the year state levels of an indicator on a scale, or levels they are derived from."""
    return indicator.reports(scale.name, context.year) or bool(
        context.vocabulary.derivations(scale.name, indicator, context.year)
    )


def _scale_stated(context: Context, scale: Scale, indicator: Indicator) -> str:
    """Return the scale on which an indicator is rated if levels of a scale are asked for: that one, or a stand-in."""
    if indicator.reports(scale.name, context.year):
        return scale.name
    levels = [
        level
        for one in context.vocabulary.derivations(scale.name, indicator, context.year)
        for level, year in one.means
        if year == context.year
    ]
    return next(one.name for one in context.vocabulary.scales if any(level in one.levels for level in levels))


def _rated(context: Context, levels: syn.Levels, indicator: Indicator, span: Span) -> core.Node | None:
    is_denied = levels.reach == "not rated"
    scale = next((scale for scale in indicator.scales if indicator.reports(scale, context.year)), None)
    if scale is None:
        not_there = names.level_not_in_year(span, "rated", indicator.name, context.year, [])
        return core.Const(is_denied, span=span) if context.goes_on(not_there) else None
    rated = core.Call("is rated", (_field(context.year, indicator, scale, span),), span=span)
    return core.Call("not", (rated,), span=span) if is_denied else rated


def _not_there(
    context: Context, levels: syn.Levels, indicator: Indicator, scale: Scale, level: str, span: Span
) -> Diagnostic:
    """Return the message for a level that an indicator does not have in the year."""
    span = levels.span.to(span) if levels.span.start < span.start else levels.span
    is_ever = scale.name in indicator.scales
    scales = [one for one in indicator.scales if not is_ever or indicator.reports(one, context.year)]
    has = [level for one in scales for level in context.vocabulary.scale(one).levels]
    if is_ever:
        return names.level_not_in_year(span, level, indicator.name, context.year, has)
    return names.level_not_of_indicator(span, level, indicator.name, has)


def reached(reach: str | None, worst_first: Sequence[str], wanted: Sequence[str]) -> tuple[str, ...]:
    """Return the levels meant by some with a reach such as `worse` or `worse than`, given all of them in order."""
    at = worst_first.index(wanted[0])
    match reach:
        case "worse":
            return tuple(worst_first[: at + 1])
        case "worse than":
            return tuple(worst_first[:at])
        case "better":
            return tuple(worst_first[at:])
        case "better than":
            return tuple(worst_first[at + 1 :])
        case _:
            return tuple(wanted)


def _has_one_of(context: Context, levels: Sequence[str], indicator: Indicator, scale: Scale, span: Span) -> core.Node:
    """Return the node that tests one indicator for some levels, with derived levels written out."""
    derived = context.vocabulary.derivations(scale.name, indicator, context.year)
    nodes = [_derived(context, one, indicator, span) for one in derived if one.level in levels]
    if indicator.reports(scale.name, context.year) or not nodes:  # A derived level also counts if the data state it.
        tested = _field(context.year, indicator, scale.name, span)
        nodes.append(is_one_of(tested, levels, span))
    node = nodes[0] if len(nodes) == 1 else core.Call("or", tuple(nodes), span=span)
    groups = [group for group in indicator.only_groups if context.year in context.vocabulary.group(group).years]
    if not groups:
        return node
    is_group = is_one_of(core.Self(indicator.scope), groups)
    return core.Call("and", (is_group, node), span=span)


def _derived(context: Context, derived: DerivedLevel, indicator: Indicator, span: Span) -> core.Node:
    parts: list[core.Node] = []
    for level, year in derived.means:
        scale = next(one.name for one in context.vocabulary.scales if level in one.levels)
        tested = _field(year, indicator, scale, span)
        reported = indicator.reports(scale, year)
        test = is_one_of(tested, (level,), span)
        parts.append(test if reported else core.Const(False, span=span))
    return core.Call("and", tuple(parts), span=span)


def _field(year: int, indicator: Indicator, scale: str, span: Span) -> core.Get:
    return core.Get(year, (indicator.name, scale), indicator.scope, indicator.when_silent, span=span)


# ---- quantities ----


def quantity_of(written: syn.Quantity, *, or_all: bool = False) -> Quantity:
    """Return a quantity as understood: `any` is one or more, `no` is none."""
    match written.kind:
        case "any":
            return Quantity(Amount.AT_LEAST, 1)
        case "no":
            return Quantity(Amount.EXACTLY, 0)
        case "every":
            return Quantity(Amount.EVERY)
        case "or fewer":
            return Quantity(Amount.AT_MOST, written.number)
        case "exactly":
            return Quantity(Amount.EXACTLY, written.number)
        case "a majority of at least":
            return Quantity(Amount.MAJORITY, written.number)
        case "percent or more of":
            return Quantity(Amount.PERCENT, written.percent)
        case _:
            return Quantity(Amount.AT_LEAST_OR_ALL if or_all else Amount.AT_LEAST, written.number)
