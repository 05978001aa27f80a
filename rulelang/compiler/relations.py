"""Conditions and expressions about entities that belong to one another: folds over those below, and look-ups above."""

from __future__ import annotations

from typing import Final

from attrs import evolve

from rulelang.compiler.context import Conditions, Context, Expressions
from rulelang.compiler.counts import about_a_group
from rulelang.compiler.levels import quantity_of
from rulelang.core import tree as core
from rulelang.core.tree import Aggregate
from rulelang.diagnostics.catalogue import relations as messages
from rulelang.syntax import tree as syn

AGGREGATES: Final = {
    "number of": Aggregate.NUMBER,
    "share of": Aggregate.SHARE,
    "sum of": Aggregate.SUM,
    "highest of": Aggregate.HIGHEST,
    "lowest of": Aggregate.LOWEST,
    "average of": Aggregate.AVERAGE,
}

EVERY_ONE: Final = core.Const(True)


def related_test(context: Context, test: syn.RelatedTest, condition: Conditions) -> core.Node | None:
    """Return the count of the entities that belong to the one at hand, or what its owner meets."""
    kind = _owner(context, test.kind) if test.quantity is None else _below(context, test.kind, test.owner)
    if kind is None:
        return None
    met = _met(context, kind, test.condition, condition)
    if met is None:
        return None
    if test.quantity is None:
        return core.Fold(Aggregate.ONLY, core.Owner(kind), (core.Item(met),), span=test.span)
    return core.Fold(quantity_of(test.quantity), core.Belonging(kind), (core.Item(met),), span=test.span)


def related_value(
    context: Context, written: syn.RelatedValue, condition: Conditions, expression: Expressions
) -> core.Node | None:
    """Return the number, share, sum or average of the entities that belong to the one at hand."""
    kind = _below(context, written.kind, written.owner)
    if kind is None:
        return None
    how = AGGREGATES[written.how]
    where: core.Node = EVERY_ONE
    of: core.Node | None = EVERY_ONE
    if written.filter is not None:
        met = _met(context, kind, written.filter, condition)
        if met is None:
            return None
        where, of = (EVERY_ONE, met) if how in (Aggregate.NUMBER, Aggregate.SHARE) else (met, of)
    elif how is Aggregate.SHARE:
        context.report(messages.share_of_all(written.span, written.kind.text))
        return None
    if written.value is not None:
        of = expression(_about(context, kind), written.value)
        of = None if of is None else about_a_group(_about(context, kind), of, written.value.span)
    return None if of is None else core.Fold(how, core.Belonging(kind), (core.Item(of, where),), span=written.span)


def owner_number(context: Context, written: syn.OwnerNumber, expression: Expressions) -> core.Node | None:
    """Return a number or a measure of the owner of the entity at hand."""
    kind = _owner(context, written.kind)
    if kind is None:
        return None
    number = expression(_about(context, kind), syn.NumberName(written.name, span=written.name.span))
    return (
        None if number is None else core.Fold(Aggregate.ONLY, core.Owner(kind), (core.Item(number),), span=written.span)
    )


def over_years(context: Context, written: syn.OverYears, expression: Expressions) -> core.Node | None:
    """Return the sum, average, highest or lowest of an expression in the last years, each by that year's own rules."""
    years = context.vocabulary.last_years(context.year, written.years.value)
    if len(years) < written.years.value or not years:
        context.report(messages.too_few_years(written.years.span, written.years.value, len(years)))
        return None
    found = []
    for year in years:
        there = context.in_year(year, written.span)
        value = expression(evolve(there, about=context.about), written.value) if there is not None else None
        if value is None:
            return None
        found.append(value)
    operator = "plus" if written.how == "sum of" else written.how
    return core.Call(operator, tuple(found), span=written.span)


def _met(context: Context, kind: str, written: syn.Condition, condition: Conditions) -> core.Node | None:
    there = _about(context, kind)
    met = condition(there, written)
    return None if met is None else about_a_group(there, met, written.span)


def _about(context: Context, kind: str) -> Context:
    return evolve(context, about=(kind,), of_group=False)


def _below(context: Context, name: syn.Name, owner: syn.Name | None) -> str | None:
    """Return the kind of the entities counted; None, after a report, if they do not belong to the one at hand."""
    kind = context.kind(name)
    if kind is None or not _is_about(context, owner):
        return None
    above = context.vocabulary.above(kind)
    if context.about and all(one in above for one in context.about):
        return kind
    context.report(messages.does_not_belong(name.span, kind, context.about or _named(owner), above))
    return None


def _owner(context: Context, name: syn.Name) -> str | None:
    """Return the kind of the owner of the entity at hand; None, after a report, if it belongs to none."""
    kind = context.kind(name)
    if kind is None:
        return None
    if context.about and all(kind in context.vocabulary.above(one) for one in context.about):
        return kind
    above = context.vocabulary.above(context.about[0]) if context.about else ()
    context.report(messages.has_no_owner(name.span, kind, context.about, above))
    return None


def _is_about(context: Context, owner: syn.Name | None) -> bool:
    """Return whether the entity at hand is of the kind that is named as owner, after a report where it is not."""
    if owner is None:
        return True
    kind = context.kind(owner)
    if kind is not None and kind not in context.about:
        context.report(messages.other_owner(owner.span, kind, context.about))
    return kind in context.about


def _named(owner: syn.Name | None) -> tuple[str, ...]:
    return () if owner is None else (owner.text,)
