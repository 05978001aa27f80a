"""Conditions and expressions about entities that belong to one another: folds over those below, and look-ups above."""

from __future__ import annotations

from typing import Final

from attrs import evolve

from rulelang.compiler.context import Conditions, Context, Expressions
from rulelang.compiler.counts import about_a_group
from rulelang.compiler.levels import quantity_of
from rulelang.core import tree as core
from rulelang.core.tree import Aggregate
from rulelang.core.truth import Quantity
from rulelang.diagnostics.catalogue import relations as messages
from rulelang.syntax import tree as syn

AGGREGATES: Final = {
    "number of": Aggregate.NUMBER,
    "share of": Aggregate.SHARE,
    "sum of": Aggregate.SUM,
    "highest of": Aggregate.HIGHEST,
    "lowest of": Aggregate.LOWEST,
    "average of": Aggregate.AVERAGE,
    "": Aggregate.ONLY,
}

EVERY_ONE: Final = core.Const(True)


def related_test(context: Context, test: syn.RelatedTest, condition: Conditions) -> core.Node | None:
    """Return the count of the entities that belong to the one at hand, or what its owner meets."""
    how = Aggregate.ONLY if test.quantity is None else quantity_of(test.quantity)
    over = _related(context, how, test)
    met = _met(context, over.kind, test.condition, condition) if over is not None else None
    return None if over is None or met is None else core.Fold(how, over, (core.Item(met),), span=test.span)


def related_value(
    context: Context, written: syn.RelatedValue, condition: Conditions, expression: Expressions
) -> core.Node | None:
    """Return the number, share, sum or average of what belongs to the entity at hand, or a value of its owner."""
    how = AGGREGATES[written.how]
    over = _related(context, how, written)
    if over is None:
        return None
    where: core.Node = EVERY_ONE
    of: core.Node | None = EVERY_ONE
    if written.filter is not None:
        met = _met(context, over.kind, written.filter, condition)
        if met is None:
            return None
        where, of = (EVERY_ONE, met) if how in (Aggregate.NUMBER, Aggregate.SHARE) else (met, of)
    elif how is Aggregate.SHARE:
        context.report(messages.share_of_all(written.span, written.kind.text))
        return None
    if written.value is not None:
        there = _about(context, over.kind)
        of = expression(there, written.value)
        if of is not None and how is not Aggregate.ONLY:
            of = about_a_group(there, of, written.value.span)
    return None if of is None else core.Fold(how, over, (core.Item(of, where),), span=written.span)


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


def _related(
    context: Context, how: Aggregate | Quantity, written: syn.RelatedTest | syn.RelatedValue
) -> core.Owner | core.Belonging | None:
    """Return the owner of the entity at hand, or what belongs to it; None, after a report, if that is another kind."""
    name, owner = written.kind, written.owner
    kind = context.kind(name)
    if kind is None or not _is_about(context, owner):
        return None
    above = context.vocabulary.above
    if how is Aggregate.ONLY:
        if context.about and all(kind in above(one) for one in context.about):
            return core.Owner(kind)
        context.report(
            messages.has_no_owner(name.span, kind, context.about, above(context.about[0]) if context.about else ())
        )
        return None
    if context.about and all(one in above(kind) for one in context.about):
        return core.Belonging(kind)
    named = () if owner is None else (owner.text,)
    context.report(messages.does_not_belong(name.span, kind, context.about or named, above(kind)))
    return None


def _is_about(context: Context, owner: syn.Name | None) -> bool:
    """Return whether the entity at hand is of the kind that is named as owner, after a report where it is not."""
    if owner is None:
        return True
    kind = context.kind(owner)
    if kind is not None and kind not in context.about:
        context.report(messages.other_owner(owner.span, kind, context.about))
    return kind in context.about
