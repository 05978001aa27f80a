"""Conditions and expressions about entities that belong to one another: folds over those below, and look-ups above."""

from __future__ import annotations

from fractions import Fraction
from typing import Final, NamedTuple

from attrs import evolve

from rulelang.compiler.context import Conditions, Context, Expressions, is_one_of
from rulelang.compiler.counts import about_a_group, has_any_level
from rulelang.compiler.levels import quantity_of
from rulelang.core import tree as core
from rulelang.core.aggregates import Aggregate, Ranked
from rulelang.core.types import type_of
from rulelang.core.vocabulary import Scope
from rulelang.core.walk import fields_in
from rulelang.diagnostics.catalogue import ambiguity, look_up_tables
from rulelang.diagnostics.catalogue import relations as messages
from rulelang.diagnostics.source import Span
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


def related_test(
    context: Context, test: syn.RelatedTest | syn.RankedTest, condition: Conditions, expression: Expressions
) -> core.Node | None:
    """Return the count of the entities that belong to the one at hand, what its owner meets, or how it is ranked."""
    if isinstance(test, syn.RankedTest):
        return _ranked_test(context, test, condition, expression)
    how = Aggregate.ONLY if test.quantity is None else quantity_of(test.quantity)
    over = _related(context, how, test.kind, test.owner)
    if over is not None:
        _must_be_of_those(context, test.condition, over.kind)
    met = _met(context.of_others(over.kind), test.condition, condition) if over is not None else None
    return None if over is None or met is None else core.Fold(how, over, (core.Item(met),), span=test.span)


def related_value(
    context: Context, written: syn.RelatedValue, condition: Conditions, expression: Expressions
) -> core.Node | None:
    """Return a fold over the values of what belongs to the entity at hand, or of its student groups.

    It can also be the value of its owner.
    """
    how = _how(context, written)
    there = None if how is None else _among(context, how, written.members)
    if how is None or there is None:
        return None
    where = _filtered(context, there, written.members, condition)
    if where is None:
        return None
    if written.value is None:
        item = _counted(there, how, written, where)
    else:
        of = _value(there, how, written.value, expression)
        item = None if of is None else core.Item(of, where)
    return None if item is None else core.Fold(how, there.over, (item,), span=written.span)


def _counted(there: _Among, how: core.Combination, written: syn.RelatedValue, where: core.Node) -> core.Item | None:
    """Return the conditions of a count: who counts and, for a share, of whom it is taken."""
    members = written.members
    is_there = _has_group(there.context, where) if members.kind is None else EVERY_ONE
    if members.filter is not None:
        return core.Item(where, is_there if how is Aggregate.SHARE else EVERY_ONE)
    if how is Aggregate.SHARE:
        there.context.report(messages.share_of_all(written.span, members.span.words))
        return None
    return core.Item(is_there)


def _has_group(context: Context, said: core.Node) -> core.Node:
    """Return whether the LEA has a student group: it has a level, or anything that is asked about it."""
    asked = [core.Call("is rated", (one,)) for one in fields_in(said) if one.scope is Scope.GROUP]
    return core.Call("or", (has_any_level(context), *asked))


def _how(context: Context, written: syn.RelatedValue) -> core.Combination | None:
    if written.percent is None:
        return AGGREGATES[written.how]
    if written.members.kind is None:
        context.report(messages.ranks_entities(written.members.span))
        return None
    return _ranked(context, written.percent, highest=False)


def _ranked(context: Context, percent: syn.Number | syn.Numeral, *, highest: bool) -> Ranked | None:
    if 0 < percent.value < 100:  # noqa: PLR2004  # percent
        return Ranked(Fraction(percent.value), highest=highest)
    context.report(messages.no_such_share(percent.span))
    return None


def _ranked_test(
    context: Context, test: syn.RankedTest, condition: Conditions, expression: Expressions
) -> core.Node | None:
    """Return whether the entity at hand is one of some entities, and its number among the lowest or highest of theirs.

    They belong to an owner that it belongs to as well, which has the number that bounds the share.
    """
    how = _ranked(context, test.percent, highest=test.highest)
    owner = _owner_of_ranked(context, test.members)
    if how is None or owner is None:
        return None
    there = _among(context.of_others(owner), how, evolve(test.members, owner=None))
    own = expression(context, test.value)
    if there is None or own is None:
        return None
    value, where = _value(there, how, test.value, expression), _filtered(context, there, test.members, condition)
    if value is None or where is None:
        return None
    span = _from_end_on(test)
    bound = core.Fold(how, there.over, (core.Item(value, where),), span=span)
    of_owner = core.Fold(Aggregate.ONLY, core.Owner(owner), (core.Item(bound),), span=span)
    within = core.Call("at least" if test.highest else "at most", (own, of_owner), span=test.span)
    return within if test.members.filter is None else core.Call("and", (where, within), span=test.span)


def _from_end_on(test: syn.RankedTest) -> Span:
    """Return where a test says what the bound is, from the word before the percentage: `lowest 5 percent of …`."""
    source, percent = test.span.source, test.percent.span.start
    before = source.text[test.value.span.end : percent].rstrip()
    word = len(before) - len(before.split()[-1])
    return Span(source, test.value.span.end + word, test.span.end)


def _owner_of_ranked(context: Context, members: syn.Members) -> str | None:
    """Return the kind of owner among whose entities the one at hand is ranked; None after a report."""
    if members.kind is None:
        context.report(messages.ranks_entities(members.span))
        return None
    kind = context.kind(members.kind)
    if kind is None:
        return None
    if context.about != (kind,):
        context.report(messages.ranked_among_others(members.kind.span, kind, context.about))
        return None
    above = context.vocabulary.above(kind)
    owner = context.kind(members.owner) if members.owner is not None else above[0] if len(above) == 1 else None
    if owner not in above:
        context.report(messages.ranked_in_what((members.owner or members.kind).span, kind, above))
        return None
    return owner


def group_number(context: Context, written: syn.GroupNumber, expression: Expressions) -> core.Node | None:
    """Return a number or a measure of one student group, the same for the LEA and each of its groups."""
    groups = context.groups((written.group,))
    there = evolve(context, of_group=True)
    number = expression(there, written.value)
    if groups is None or number is None:
        return None
    if _is_of_the_whole(context, number):
        context.report(ambiguity.number_of_lea(written.span, context.vocabulary.entity, written.group.text))
        return None
    item = core.Item(number, is_one_of(core.Self(Scope.GROUP), groups))
    return core.Fold(Aggregate.ONLY, core.StudentGroups(context.year), (item,), span=written.span)


def _is_of_the_whole(context: Context, number: core.Node) -> bool:
    """Return whether a number is made of data of the LEA alone, so that no student group has it."""
    key = core.reference(number)
    said = number if key is None else context.nodes.get(key[1])
    return said is not None and core.scope_of(number) is Scope.LEA and any(True for _ in fields_in(said))


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


# ---- whose values are combined ----


class _Among(NamedTuple):
    """Those that a fold goes over, and the context in which something is said about each of them."""

    context: Context
    over: core.Over


def _among(context: Context, how: core.Combination, members: syn.Members) -> _Among | None:
    """Return those whose values are combined; None, after a report, if they are not related to the entity at hand."""
    if members.kind is None:
        return _Among(context.of_others(None), core.StudentGroups(context.year))
    over = _related(context, how, members.kind, members.owner)
    return None if over is None else _Among(context.of_others(over.kind), over)


def _must_be_of_those(context: Context, said: syn.Condition | None, kind: str) -> None:
    """Complain of a list of outcomes of other entities, `any school is CSI or ATSI`, that the one at hand may have."""
    there = context.of_others(kind)
    others = said.parts[1:] if isinstance(said, syn.Chain) else ()
    for one in others:
        name = one.outcome.text if isinstance(one, syn.OutcomeTest) else ""
        if context.decides(name) and there.decides(name):
            context.report(ambiguity.loose_outcome(one.span, name, kind, context.about))


def _filtered(context: Context, there: _Among, members: syn.Members, condition: Conditions) -> core.Node | None:
    """Return which of them are meant."""
    if members.filter is None:
        return EVERY_ONE
    if members.kind is not None:
        _must_be_of_those(context, members.filter, members.kind.text)
    return _met(there.context, members.filter, condition)


def _value(there: _Among, how: core.Combination, written: syn.Expression, expression: Expressions) -> core.Node | None:
    context = there.context
    of = expression(context, written)
    if of is None or how is Aggregate.ONLY:
        return of
    kind = type_of(of, context.vocabulary, context.definition)
    if kind is not None and kind.is_named:
        context.report(look_up_tables.no_number_to_combine(written.span, kind.phrase))
        return None
    if isinstance(there.over, core.StudentGroups) and _is_of_the_whole(context, of):
        context.report(ambiguity.number_of_lea(written.span, context.vocabulary.entity, "a student group"))
        return None
    return about_a_group(context, of, written.span)


def _met(there: Context, written: syn.Condition, condition: Conditions) -> core.Node | None:
    met = condition(there, written)
    return None if met is None else about_a_group(there, met, written.span)


def _related(
    context: Context, how: core.Combination, name: syn.Name, owner: syn.Name | None
) -> core.Owner | core.Belonging | None:
    """Return the owner of the entity at hand, or what belongs to it; None, after a report, if that is another kind."""
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
        return core.Belonging(kind, context.year)
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
