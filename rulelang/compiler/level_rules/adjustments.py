"""Adjustments of a level that bands or a grid give: minimum sizes, small populations, caps and overrides."""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

from attrs import evolve

from rulelang.compiler.context import (
    AS_PUBLISHED,
    NOT_ESTABLISHED,
    StatementContext,
    is_one_of,
    known_level,
)
from rulelang.compiler.elaborate import condition
from rulelang.compiler.numbers import number
from rulelang.core import tree as core
from rulelang.core.record_words import folded
from rulelang.core.tree import NOT_RATED
from rulelang.core.vocabulary import Scale, Scope
from rulelang.diagnostics.catalogue import levels as messages
from rulelang.syntax import tree as syn


def too_few(about: StatementContext, needs: syn.Needs) -> core.Arm | None:
    """Return the arm that makes fewer students than needed not rated; None, after a report, for a faulty one.

    A number that is not rated is never enough, and an unknown one leaves the level unknown.
    """
    few = _not_enough(about, needs)
    if few is not None and needs.both_years:
        then = _not_enough(evolve(about, last_year=True), needs)
        few_then = None if then is None else _unless(about, then, needs)
        few = None if few_then is None else core.Call("or", (few, few_then), span=needs.span)
    return None if few is None else core.Arm(few, core.Const(NOT_RATED, span=needs.span))


def _unless(about: StatementContext, few: core.Node, needs: syn.Needs) -> core.Node | None:
    """Return the condition that last year's students are too few, except where the year at hand is enough."""
    if needs.this_year_when is None:
        return few
    enough = condition(about, needs.this_year_when)
    if enough is None:
        return None
    return core.Call("and", (core.Call("not", (enough,), span=needs.this_year_when.span), few), span=needs.span)


def _not_enough(about: StatementContext, needs: syn.Needs) -> core.Node | None:
    """Return the condition that a year has fewer students than needed, by student group and kind of LEA."""
    students = number(about, needs.number)
    _must_be_some(about, needs)
    fewest: list[core.Arm] = []
    counted: list[core.Arm] = []
    for one in needs.exceptions:
        guard = _is_excepted(about, one)
        other = number(about, one.number) if one.number is not None else students
        if guard is None or other is None:
            return None
        fewest.append(core.Arm(guard, core.Const(Fraction(one.students.value), span=one.span)))
        counted.append(core.Arm(guard, other))
    if students is None:
        return None
    least = _chosen(fewest, core.Const(Fraction(needs.students.value), span=needs.span))
    enough = core.Call("at least", (_chosen(counted, students), least), span=needs.span)
    return core.Call("not", (enough,), span=needs.span)


def _must_be_some(about: StatementContext, needs: syn.Needs) -> None:
    """Report a minimum of none, and exceptions that repeat the rest, or follow one for the same."""
    if needs.students.value == 0:
        about.report(messages.without_effect(needs.span, "no group has fewer than 0 students"))
    for index, one in enumerate(needs.exceptions):
        if one.students.value == needs.students.value and one.number is None and index == len(needs.exceptions) - 1:
            about.report(messages.without_effect(one.span, "the same number is needed of all"))
        elif any(_is_within(one, earlier) for earlier in needs.exceptions[:index]):
            about.report(messages.without_effect(one.span, "an earlier exception is for the same"))


def _is_within(one: syn.SizeException, earlier: syn.SizeException) -> bool:
    """Return whether an exception is for no others than an earlier one."""
    lists = ((one.groups, earlier.groups), (one.kinds, earlier.kinds))
    return all(not wide or (narrow and {*map(_key, narrow)} <= {*map(_key, wide)}) for narrow, wide in lists)


def _key(name: syn.Name) -> str:
    return folded(name.text)


def _chosen(arms: list[core.Arm], usual: core.Node) -> core.Node:
    """Return a choice, or the usual value if nothing else can be chosen."""
    if all(arm.value == usual for arm in arms):
        return usual
    return core.choice(tuple(arms), usual, span=usual.span)


def _is_excepted(about: StatementContext, one: syn.SizeException) -> core.Node | None:
    groups, kinds = about.groups(one.groups), about.kinds(one.kinds)
    if groups is None or kinds is None:
        return None
    parts: list[core.Node] = []
    if groups:
        parts.append(is_one_of(core.Self(Scope.GROUP), groups, one.span))
    if kinds:
        parts.append(is_one_of(core.Self(Scope.LEA), kinds, one.span))
    return parts[0] if len(parts) == 1 else core.Call("and", tuple(parts), span=one.span)


# ---- small populations ----


class Collapse(NamedTuple):
    """How the levels of small populations are read: their scale, the condition, and each level with its reading."""

    scale: Scale
    small: core.Node
    readings: tuple[tuple[str, str], ...]
    color_only: bool
    about: StatementContext

    def of(self, level: core.Node) -> core.Node:
        """Return a level as it is read if the population is small."""
        span = self.about.item.span
        arms = []
        for written, read in self.readings:
            has = is_one_of(level, (written,), span)
            arms.append(core.Arm(core.Call("and", (self.small, has), span=span), core.Const(read, span=span)))
        return core.choice(tuple(arms), level, span=span)


def collapse(about: StatementContext, written: syn.SmallPopulations) -> Collapse | None:
    """Return how small populations are read; None, after a report, if it makes no sense."""
    pairs = [(known_level(about, first), known_level(about, second)) for first, second in written.readings]
    readings = tuple((first, second) for first, second in pairs if first is not None and second is not None)
    groups = about.groups(written.groups)
    students = number(about, written.number)
    if len(readings) < len(pairs) or groups is None or students is None:
        return None
    scales = [about.scale_of_level(level) for pair in readings for level in pair]
    if any(scale != scales[0] for scale in scales) or scales[0] is None:
        about.report(messages.readings_of_two_scales(written.span))
        return None
    _must_read_once(about, written, readings)
    limit = core.Const(Fraction(written.fewer_than.value))
    small: core.Node = core.Call("below", (students, limit), span=written.span)
    if groups:
        is_group = is_one_of(core.Self(Scope.GROUP), groups, written.span)
        small = core.Call("and", (is_group, small), span=written.span)
    return Collapse(scales[0], small, readings, written.color_only, about)


def _must_read_once(
    about: StatementContext, written: syn.SmallPopulations, readings: tuple[tuple[str, str], ...]
) -> None:
    """Report levels that are read as themselves, twice, or as one that is itself read as another."""
    if written.fewer_than.value == 0:
        about.report(messages.without_effect(written.span, "no group has fewer than 0 students"))
    seen: list[str] = []
    for (name, read), (level, other) in zip(written.readings, readings, strict=True):
        if level == other:
            about.report(messages.without_effect(name.span.to(read.span), "a level is read as itself"))
        elif level in seen:
            about.report(messages.without_effect(name.span.to(read.span), "the level has a reading already"))
        elif any(other == first for first, _ in readings):
            about.report(messages.read_further(read.span, other))
        seen.append(level)


# ---- overrides and caps ----


def override(about: StatementContext, written: syn.Override, scale: Scale) -> core.Arm | None:
    """Return the arm by which a circumstance gives a level on a scale; None, after a report, for a faulty one."""
    guard = condition(about, written.condition)
    if is_of_every_level(written):
        key, span, is_published = (about.of, scale.name), written.span, is_as_published(written)
        value: core.Node = about.field(key, span) if is_published else about.not_established(span)
        return core.Arm(guard, value) if guard is not None else None
    level = known_level(about, written.level)
    if level is None or guard is None:
        return None
    return core.Arm(guard, core.Const(level, span=written.span))


def is_of_every_level(written: syn.Override) -> bool:
    """Return whether an override is about every level of the indicator: `not established` or `as published`."""
    return folded(written.level.text) in (NOT_ESTABLISHED, AS_PUBLISHED)


def is_as_published(written: syn.Override) -> bool:
    """Return whether a circumstance leaves every level of the indicator as in the files."""
    return folded(written.level.text) == AS_PUBLISHED


def capped(about: StatementContext, level: core.Node, cap: core.Arm, scale: Scale) -> core.Node:
    """Return a level that is, under a condition, no better than another."""
    best = core.constant(cap.value)
    worst_first = scale.worst_first(about.of_indicator) if about.of_indicator is not None else scale.levels
    better = worst_first[worst_first.index(str(best)) + 1 :]
    if not better:
        about.report(messages.without_effect(about.item.span, f"no level is better than {best}"))
    is_better = is_one_of(level, better, about.item.span)
    guard = core.Call("and", (cap.guard, is_better), span=about.item.span)
    return core.choice((core.Arm(guard, cap.value),), level, span=about.item.span)
