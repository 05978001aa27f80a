"""Conditions that count: student groups, priorities and indicators; and outcomes, which they may be counted by."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import evolve

from rulelang.compiler.context import Context, reference
from rulelang.compiler.levels import each_with_levels, level_test, quantity_of
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
    context.reporter.report(meaning.needs_student_group(span))
    return None


def outcome_test(context: Context, test: syn.OutcomeTest) -> core.Node | None:
    """Return a reference to an outcome; None, after a report, where nothing decides it."""
    name = context.outcome(test.outcome)
    if name is None:
        return None
    found = reference(context, name, test.span)
    if found is None:
        goes_on = context.goes_on(meaning.undecided_outcome(test.span, name))
        return core.Const(False, span=test.span) if goes_on else None
    return found


# ---- student groups ----


def group_test(
    context: Context, test: syn.GroupTest, years: Sequence[int], over_years: Quantity | None
) -> core.Node | None:
    """Return the tally of the LEA's student groups; with `over_years`, of those that meet it in that many years."""
    if context.of_group:
        context.reporter.report(meaning.needs_lea(test.span))
        return None
    if test.same and over_years is None:
        context.report(ambiguity.same_without_years(test.span, "student groups"))
        return None
    met = _per_year(context, test, years, over_years)
    if met is None:
        return None
    quantity = quantity_of(test.quantity, or_all=test.or_all is not None)
    if test.named:
        return _of_named_groups(context, test, met)
    of_each = core.Item(met, _member(context, test, quantity, met))
    return core.Fold(quantity, core.StudentGroups(context.year), (of_each,), span=test.span)


def _of_named_groups(context: Context, test: syn.GroupTest, met: core.Node) -> core.Node | None:
    """Return whether any, or every, one of some student groups meets a condition; one the LEA lacks does not."""
    named = [context.group(name) for name in test.named]
    groups = tuple(group for group in named if group is not None)
    if len(groups) < len(named):
        return None
    is_named = core.Call("is one of", (core.Self(Scope.GROUP), core.Const(groups)))
    wanted = Quantity(Amount.AT_LEAST, len(groups) if test.quantity.kind == "every" else 1)
    of_each = core.Item(core.Call("and", (is_named, met), span=met.span))
    return core.Fold(wanted, core.StudentGroups(context.year), (of_each,), span=test.span)


def _member(context: Context, test: syn.GroupTest, quantity: Quantity, met: core.Node) -> core.Node:
    """Return which student groups a count is of: those the LEA has, wherever others could make a difference."""
    if _may_hold_of_nothing(test.predicate):
        return _has_any_level(context)
    if quantity.amount in (Amount.EVERY, Amount.MAJORITY, Amount.AT_LEAST_OR_ALL, Amount.PERCENT):
        return _is_group_of_lea(context, test.predicate, met)
    return core.Const(True)


def _may_hold_of_nothing(predicate: syn.Predicate) -> bool:
    """Return whether a student group without any level may meet a condition, such as `1 or fewer priorities`."""
    if isinstance(predicate, syn.SeveralPredicates):
        return any(map(_may_hold_of_nothing, predicate.parts))
    if isinstance(predicate, syn.LevelTest):
        return predicate.levels.reach == "not rated"
    if isinstance(predicate, syn.MeetsPriorityList):
        return isinstance(predicate.how, syn.Quantity) and predicate.how.kind in ("no", "or fewer", "exactly")
    return isinstance(predicate, syn.MeetsPriorities | syn.IndicatorTest) and predicate.quantity.kind in (
        "no",
        "or fewer",
        "exactly",
    )


def _per_year(
    context: Context, test: syn.GroupTest, years: Sequence[int], over_years: Quantity | None
) -> core.Node | None:
    if over_years is None:
        met = _predicate(evolve(context, of_group=True), test.predicate)
        if met is None or not context.in_window:
            return met
        return _where_determined(context, _or_as_published(context, test.predicate, met))
    things = []
    for year in years:
        there = context.in_year(year, test.span)
        met = _predicate(evolve(there, of_group=True), test.predicate) if there else None
        if there is None or met is None:
            return None
        met = _where_groups_exist(context, there, _or_as_published(there, test.predicate, met))
        things.append(core.Item(_where_determined(there, met), name=str(year)))
    return core.Fold(over_years, core.Listed("Dashboard years"), tuple(things), span=test.span)


def _or_as_published(there: Context, predicate: syn.Predicate, met: core.Node) -> core.Node:
    """Return what a year's own files say of a student group, or where they do not, what its published list says."""
    if not isinstance(predicate, syn.MeetsPriorities) or predicate.kind is None:
        return met
    scopes = {sort.name: sort.scope for sort in there.vocabulary.indicator_kinds}
    if scopes[predicate.kind.text] is not Scope.GROUP:  # The lists say what groups met through their own results.
        return met
    quantity = quantity_of(predicate.quantity)
    listed = core.Published(there.year, core.PriorityCount(predicate.kind.text, quantity), span=met.span)
    return core.Call("first known", (met, listed), span=met.span)


def _where_determined(there: Context, met: core.Node) -> core.Node:
    """Return no for a kind of LEA that the rules of a year do not determine."""
    if len(there.decided.kinds) == len(there.vocabulary.kinds):
        return met
    of_kind = core.Call("is one of", (core.Self(Scope.LEA), core.Const(there.decided.kinds)))
    return core.Call("and", (of_kind, met), span=met.span)


def _where_groups_exist(context: Context, there: Context, met: core.Node) -> core.Node:
    """Return no for a student group in a year in which it did not exist yet."""
    now = [group.name for group in context.vocabulary.groups_counted_in(context.year)]
    then = tuple(group.name for group in context.vocabulary.groups_in(there.year))
    if all(name in then for name in now):
        return met
    existed = core.Call("is one of", (core.Self(Scope.GROUP), core.Const(then)))
    return core.Call("and", (existed, met), span=met.span)


def _predicate(context: Context, predicate: syn.Predicate) -> core.Node | None:
    match predicate:
        case syn.MeetsPriorities(quantity, kind):
            return priorities(context, quantity, kind, predicate.span)
        case syn.MeetsOutcome():
            return outcome_test(context, syn.OutcomeTest(predicate.outcome, span=predicate.span))
        case syn.MeetsPriorityList():
            return _priority_list(context, predicate)
        case syn.LevelTest():
            return level_test(context, predicate)
        case syn.IndicatorTest():
            return indicator_test(context, predicate)
        case syn.SeveralPredicates(parts, joints):
            found = [_predicate(context, part) for part in parts]
            nodes = tuple(node for node in found if node is not None)
            return core.Call(joints[0].text, nodes, span=predicate.span) if len(nodes) == len(found) else None


def _priority_list(context: Context, predicate: syn.MeetsPriorityList) -> core.Node | None:
    """Return whether a student group meets all, any or some number of the priorities that are named."""
    tests = [syn.OutcomeTest(name, span=name.span) for name in predicate.priorities]
    found = [outcome_test(context, test) for test in tests]
    nodes = tuple(node for node in found if node is not None)
    if len(nodes) < len(found):
        return None
    if isinstance(predicate.how, syn.Quantity):
        things = tuple(core.Item(node, name=test.outcome.text) for node, test in zip(nodes, tests, strict=True))
        return core.Fold(quantity_of(predicate.how), core.Listed("priorities"), things, span=predicate.span)
    if predicate.how in ("or", "either", "any of"):
        return core.Call("or", nodes, span=predicate.span)
    return core.Call("and", nodes, span=predicate.span)


def _is_group_of_lea(context: Context, predicate: syn.Predicate, met: core.Node) -> core.Node:
    """Return whether the LEA has a student group: whether it has a level, or meets what only a group with one can."""
    rated = _has_any_level(context)
    if isinstance(predicate, syn.SeveralPredicates):
        return rated
    scopes = {sort.name: sort.scope for sort in context.vocabulary.indicator_kinds}
    by_levels = isinstance(predicate, syn.LevelTest | syn.IndicatorTest) or (
        isinstance(predicate, syn.MeetsPriorities)
        and predicate.kind is not None
        and scopes[predicate.kind.text] is Scope.GROUP
    )
    return core.Call("or", (met, rated)) if by_levels else rated


def _has_any_level(context: Context) -> core.Node:
    """Return whether a student group has a level on any indicator of the year: whether the LEA has such a group."""
    fields = [
        core.Get(context.year, (indicator.name, scale), Scope.GROUP)
        for indicator in context.vocabulary.indicators
        for scale in indicator.scales
        if indicator.scope is Scope.GROUP and indicator.reports(scale, context.year)
    ]
    return core.Call("or", tuple(core.Call("is rated", (field,)) for field in fields))


# ---- priorities and indicators ----


def priorities(context: Context, quantity: syn.Quantity, kind: syn.Name | None, span: Span) -> core.Node | None:
    """Return the tally of distinct priorities, whole or by one kind of indicator."""
    things = []
    for number in context.decided.priorities:
        found = reference(context, priority_outcome(number, kind.text if kind else None), span)
        if found is not None:
            things.append(core.Item(found, name=f"Priority {number}"))
    return core.Fold(quantity_of(quantity), core.Listed("priorities"), tuple(things), span=span)


def indicator_test(context: Context, test: syn.IndicatorTest) -> core.Node | None:
    """Return the tally of the indicators that have some levels; None, after a report, where it makes no sense."""
    if test.each:
        context.report(ambiguity.same_without_years(test.span))
        return None
    quantity = quantity_of(test.quantity)
    if test.but is not None:
        quantity = Quantity(Amount.EVERY_BUT, test.but.value)
    node = _indicators(context, test, test.levels, quantity)
    if node is None or test.at_least is None or test.at_least_levels is None:
        return node
    some = _indicators(context, test, test.at_least_levels, Quantity(Amount.AT_LEAST, test.at_least.value))
    return None if some is None else core.Call("and", (node, some), span=test.span)


def same_indicators(contexts: Sequence[Context], test: syn.IndicatorTest, over_years: Quantity) -> core.Node | None:
    """Return the tally of the indicators that have some levels in so many years, each by itself; contexts by year."""
    by_year = [_by_name(there, test) for there in contexts]
    known = [found for found in by_year if found is not None]
    if len(known) < len(by_year):
        return None
    things = []
    for name in dict.fromkeys(name for found in known for name in found):
        years = zip(contexts, known, strict=True)
        met = tuple(
            core.Item(found[name].of if name in found else core.Const(False), name=str(there.year))
            for there, found in years
        )
        in_years = core.Fold(over_years, core.Listed("Dashboard years"), met, span=test.span)
        groups_counted = tuple(found[name].where for found in known if name in found)
        things.append(core.Item(in_years, core.Call("or", groups_counted), name))
    return core.Fold(quantity_of(test.quantity), core.Listed("indicators"), tuple(things), span=test.span)


def _by_name(context: Context, test: syn.IndicatorTest) -> dict[str, core.Item] | None:
    kind = test.kind.text if test.kind is not None else None
    indicators = [one for one in context.vocabulary.indicators if kind in (None, one.kind)]
    things = each_with_levels(context, test.levels, indicators, test.span)
    return {thing.name: thing for thing in things} if things is not None else None


def _indicators(context: Context, test: syn.IndicatorTest, levels: syn.Levels, quantity: Quantity) -> core.Node | None:
    """Return the tally of the indicators that are reported on the levels' scale this year and are rated."""
    kind = test.kind.text if test.kind is not None else None
    indicators = [one for one in context.vocabulary.indicators if kind in (None, one.kind)]
    things = each_with_levels(context, levels, indicators, test.span)
    if things is None:
        return None
    counted = core.Fold(quantity, core.Listed("indicators"), things, span=test.span)
    return about_a_group(context, counted, test.span)
