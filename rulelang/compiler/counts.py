"""Conditions that count student groups, priorities and indicators, and conditions on outcomes."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import evolve

from rulelang.compiler.context import Conditions, Context, all_known, is_one_of, reference
from rulelang.compiler.levels import each_with_levels, of_list, quantity_of
from rulelang.core import tree as core
from rulelang.core.ruleset import priority_outcome
from rulelang.core.truth import Amount, Quantity
from rulelang.core.vocabulary import Scope
from rulelang.diagnostics.catalogue import ambiguity, meaning
from rulelang.diagnostics.source import Span
from rulelang.syntax import tree as syn


def about_a_group(context: Context, node: core.Node, span: Span) -> core.Node | None:
    """Refuse a fact of a student group in a rule about the LEA."""
    if context.of_group is not False or core.scope_of(node) is Scope.LEA:
        return node
    context.report(meaning.needs_student_group(span, context.vocabulary.entity))
    return None


def outcome_test(context: Context, test: syn.OutcomeTest) -> core.Node | None:
    """Return a reference to an outcome; None, after a report, if nothing decides it, or only for related entities."""
    name = context.outcome(test.outcome)
    if name is None:
        return None
    found = reference(context, name, test.span)
    if found is None:
        goes_on = context.goes_on(meaning.undecided_outcome(test.span, name))
        return core.Const(False, span=test.span) if goes_on else None
    others = () if context.is_past else context.of_related(name)
    if others:
        goes_on = context.goes_on(meaning.decided_for_others(test.span, name, others, context.about))
        return core.Const(False, span=test.span) if goes_on else None
    return found


# ---- student groups ----


def group_test(
    context: Context,
    test: syn.GroupTest,
    condition: Conditions,
    years: Sequence[int],
    over_years: Quantity | None = None,
) -> core.Node | None:
    """Return the count of the LEA's student groups; with `over_years`, of those that meet it in that many years."""
    if context.of_group:
        is_each = isinstance(test.condition, syn.LevelTest) and (test.named or test.quantity.kind == "any")
        groups = f" for {' and '.join(name.span.words for name in test.named)} only" if test.named else ""
        each = f"{test.condition.span.words}{groups}" if is_each else None
        context.report(meaning.needs_lea(test.span, context.vocabulary.entity, each))
        return None
    if test.same and over_years is None:
        context.report(ambiguity.same_without_years(test.span, "student groups"))
        return None
    met = _per_year(context, test, condition, years, over_years)
    if met is None:
        return None
    quantity = quantity_of(test.quantity, or_all=test.or_all is not None)
    where = _member(context, test, quantity, met)
    if test.named:  # any of these, or every one; one that the LEA lacks does not meet it
        named = context.groups(test.named)
        if named is None:
            return None
        where = is_one_of(core.Self(Scope.GROUP), named)
        quantity = Quantity(Amount.AT_LEAST, len(named) if test.quantity.kind == "every" else 1)
    return core.Fold(quantity, core.StudentGroups(context.year), (core.Item(met, where),), span=test.span)


def _member(context: Context, test: syn.GroupTest, quantity: Quantity, met: core.Node) -> core.Node:
    """Return which student groups a count is over: those the LEA has, if others could make a difference."""
    if _may_hold_of_nothing(test.condition):
        return has_any_level(context)
    if quantity.amount in (Amount.EVERY, Amount.MAJORITY, Amount.AT_LEAST_OR_ALL, Amount.PERCENT):
        return _is_group_of_lea(context, test.condition, met)
    return core.Const(True)


def _may_hold_of_nothing(asked: syn.Condition) -> bool:
    """Return whether a student group without any level may meet a condition, such as `1 or fewer priorities`."""
    match asked:
        case syn.Chain(parts):
            return any(map(_may_hold_of_nothing, parts))
        case syn.LevelTest(levels):
            return levels.reach == "not rated"
        case (
            syn.PriorityListTest(syn.Targets(how=syn.Quantity(kind)))
            | syn.PrioritiesMet(syn.Quantity(kind))
            | syn.IndicatorTest(syn.Quantity(kind))
        ):
            return kind in ("no", "or fewer", "exactly")
        case _:
            return False


def _per_year(
    context: Context, test: syn.GroupTest, condition: Conditions, years: Sequence[int], over_years: Quantity | None
) -> core.Node | None:
    if over_years is None:
        met = condition(evolve(context, of_group=True), test.condition)
        if met is None or not context.in_window:
            return met
        return _where_determined(context, _or_as_published(context, test.condition, met))
    things = []
    for year in years:
        there = context.in_year(year, test.span)
        met = condition(evolve(there, of_group=True), test.condition) if there else None
        if there is None or met is None:
            return None
        met = _where_groups_exist(context, there, _or_as_published(there, test.condition, met))
        things.append(core.Item(_where_determined(there, met), name=str(year)))
    return core.Fold(over_years, core.Listed("Dashboard years"), tuple(things), span=test.span)


def _or_as_published(there: Context, asked: syn.Condition, met: core.Node) -> core.Node:
    """Return the answer for a student group by a year's own files or, if they give none, by its published list."""
    if not isinstance(asked, syn.PrioritiesMet) or asked.kind is None or not _is_by_groups(there, asked.kind):
        return met  # the lists say what groups met through their own results
    quantity = quantity_of(asked.quantity)
    listed = core.Published(there.year, core.PriorityCount(asked.kind.text, quantity), span=met.span)
    return core.Call("first known", (met, listed), span=met.span)


def _where_determined(there: Context, met: core.Node) -> core.Node:
    """Return no for a kind of LEA that a year's rules do not determine."""
    if len(there.decided.kinds) == len(there.vocabulary.kinds):
        return met
    of_kind = is_one_of(core.Self(Scope.LEA), there.decided.kinds)
    return core.Call("and", (of_kind, met), span=met.span)


def _where_groups_exist(context: Context, there: Context, met: core.Node) -> core.Node:
    """Return a condition that is no for a student group in years before it existed."""
    now = [group.name for group in context.vocabulary.groups_counted_in(context.year)]
    then = tuple(group.name for group in context.vocabulary.groups_in(there.year))
    if all(name in then for name in now):
        return met
    existed = is_one_of(core.Self(Scope.GROUP), then)
    return core.Call("and", (existed, met), span=met.span)


def priority_list(context: Context, written: syn.PriorityListTest) -> core.Node | None:
    """Return whether a student group meets all, any or some number of the priorities that are named."""
    names = written.targets.names
    nodes: tuple[core.Node, ...] | None = all_known(
        outcome_test(context, syn.OutcomeTest(name, span=name.span)) for name in names
    )
    return None if nodes is None else of_list(written.targets, nodes, "priorities", written.span)


def _is_group_of_lea(context: Context, asked: syn.Condition, met: core.Node) -> core.Node:
    """Return whether the LEA has a student group: it has a level, or meets what only a group with one can."""
    rated = has_any_level(context)
    by_levels = isinstance(asked, syn.LevelTest | syn.IndicatorTest) or (
        isinstance(asked, syn.PrioritiesMet) and asked.kind is not None and _is_by_groups(context, asked.kind)
    )
    return core.Call("or", (met, rated)) if by_levels else rated


def _is_by_groups(context: Context, kind: syn.Name) -> bool:
    """Return whether indicators of a kind are of student groups."""
    return any(one.name == kind.text and one.scope is Scope.GROUP for one in context.vocabulary.indicator_kinds)


def has_any_level(context: Context) -> core.Node:
    """Return whether the LEA has a student group: one with a level on any indicator of the year.

    Where no indicator of student groups is reported on a scale that year, it is one with any number of theirs.
    """
    indicators = [one for one in context.vocabulary.indicators if one.scope is Scope.GROUP]
    keys = [(one.name, scale) for one in indicators for scale in one.scales if one.reports(scale, context.year)]
    if not keys:
        keys = [(one.name, number.name) for one in indicators for number in context.vocabulary.numbers_of(one.name)]
    fields = (core.Get(context.year, key, Scope.GROUP) for key in keys)
    return core.Call("or", tuple(core.Call("is rated", (field,)) for field in fields))


# ---- priorities and indicators ----


def priorities(context: Context, quantity: syn.Quantity, kind: syn.Name | None, span: Span) -> core.Node | None:
    """Return the count of distinct priorities, whole or by one kind of indicator."""
    things = []
    for number in context.decided.priorities:
        found = reference(context, priority_outcome(number, kind.text if kind else None), span)
        if found is not None:
            things.append(core.Item(found, name=f"Priority {number}"))
    return core.Fold(quantity_of(quantity), core.Listed("priorities"), tuple(things), span=span)


def indicator_test(context: Context, test: syn.IndicatorTest) -> core.Node | None:
    """Return the count of the indicators that have some levels; None, after a report, if it makes no sense."""
    if test.each:
        context.report(ambiguity.same_without_years(test.span))
        return None
    quantity = quantity_of(test.quantity)
    if test.but is not None:
        quantity = Quantity(Amount.EVERY_BUT, test.but.value)
    if test.at_least is None or test.at_least_levels is None:
        return _indicators(context, test, test.levels, quantity, test.span)
    wanted, of_some = Quantity(Amount.AT_LEAST, test.at_least.value), test.at_least.span.to(test.at_least_levels.span)
    of_all = test.quantity.span.to(test.levels.span)
    every = _indicators(context, test, test.levels, quantity, of_all)
    some = _indicators(context, test, test.at_least_levels, wanted, of_some)
    return None if every is None or some is None else core.Call("and", (every, some), span=test.span)


def same_indicators(
    context: Context, test: syn.IndicatorTest, years: Sequence[int], over_years: Quantity
) -> core.Node | None:
    """Return the count of the indicators with some levels in a number of years, each separately."""
    contexts = all_known(context.in_window_of(year, test.span) for year in years)
    counted = all_known(each_with_levels(there, test, test.levels) for there in contexts) if contexts else None
    if counted is None:
        return None
    by_year = [(str(year), {thing.name: thing for thing in found}) for year, found in zip(years, counted, strict=True)]
    things = []
    for name in dict.fromkeys(name for _, found in by_year for name in found):
        none = core.Item(core.Const(False))
        met = tuple(core.Item(found.get(name, none).of, name=year) for year, found in by_year)
        in_years = core.Fold(over_years, core.Listed("Dashboard years"), met, span=test.span)
        groups_counted = tuple(found[name].where for _, found in by_year if name in found)
        things.append(core.Item(in_years, core.Call("or", groups_counted), name))
    found = core.Fold(quantity_of(test.quantity), core.Listed("indicators"), tuple(things), span=test.span)
    return about_a_group(context, found, test.span)


def _indicators(  # where it stands, what is asked, and the words for it
    context: Context, test: syn.IndicatorTest, levels: syn.Levels, quantity: Quantity, span: Span
) -> core.Node | None:
    """Return the count over the indicators that are reported on the levels' scale this year and are rated."""
    things = each_with_levels(context, test, levels)
    return None if things is None else core.Fold(quantity, core.Listed("indicators"), things, span=span)
