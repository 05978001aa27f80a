"""What changes a level that bands or a grid give: minimum sizes, small populations, caps and overrides."""

from __future__ import annotations

from fractions import Fraction

from attrs import evolve, frozen

from rulelang.compiler.level_rules.context import NOT_ESTABLISHED, About, Asked, folded, known_level
from rulelang.compiler.level_rules.numbers import Sources, circumstance, number
from rulelang.core import tree as core
from rulelang.core.tree import NOT_RATED
from rulelang.core.vocabulary import Scale, Scope
from rulelang.diagnostics.catalogue import levels as messages
from rulelang.syntax import tree as syn
from rulelang.syntax.tree import levels as lev


def too_few(about: About, needs: lev.Needs, sources: Sources) -> core.Arm | None:
    """Return the arm by which fewer students than needed are not rated; None, after a report, for a faulty one.

    A number that is not rated is never enough, and one that is unknown leaves the level unknown.
    """
    few = _not_enough(about, needs, sources)
    if few is not None and needs.both_years:
        then = _not_enough(evolve(about, asked=Asked(last_year=True)), needs, sources)
        few_then = None if then is None else _unless(about, then, needs, sources)
        few = None if few_then is None else core.Any((few, few_then), span=needs.span)
    return None if few is None else core.Arm(few, core.Constant(NOT_RATED, span=needs.span))


def _unless(about: About, few: core.Node, needs: lev.Needs, sources: Sources) -> core.Node | None:
    """Return that last year's students are too few, except where the year at hand is enough."""
    if needs.this_year_when is None:
        return few
    enough = circumstance(about, needs.this_year_when, sources)
    if enough is None:
        return None
    return core.All((core.Apply("not", (enough,), span=needs.this_year_when.span), few), span=needs.span)


def _not_enough(about: About, needs: lev.Needs, sources: Sources) -> core.Node | None:
    """Return that the students of a year are fewer than needed, by student group and kind of LEA."""
    students = number(about, needs.number, sources.measures(about))
    fewest: list[core.Arm] = []
    counted: list[core.Arm] = []
    for one in needs.exceptions:
        guard = _is_excepted(about, one)
        other = number(about, one.number, sources.measures(about)) if one.number is not None else students
        if guard is None or other is None:
            return None
        fewest.append(core.Arm(guard, core.Constant(Fraction(one.students.value), span=one.span)))
        counted.append(core.Arm(guard, other))
    if students is None:
        return None
    least = _chosen(fewest, core.Constant(Fraction(needs.students.value), span=needs.span))
    enough = core.Apply("at least", (_chosen(counted, students), least), span=needs.span)
    return core.Apply("not", (enough,), span=needs.span)


def _chosen(arms: list[core.Arm], usual: core.Node) -> core.Node:
    """Return a choice, or what is usual where nothing else can be chosen."""
    if all(arm.value == usual for arm in arms):
        return usual
    return core.Choose(tuple(arms), usual, span=usual.span)


def _is_excepted(about: About, one: lev.SizeException) -> core.Node | None:
    groups = _groups(about, one.groups)
    kinds = [about.context.kind(kind) for kind in one.kinds]
    known = tuple(kind for kind in kinds if kind is not None)
    if groups is None or len(known) < len(kinds):
        return None
    parts: list[core.Node] = []
    if groups:
        parts.append(core.Apply("is one of", (core.Subject(Scope.GROUP), core.Constant(groups)), span=one.span))
    if known:
        parts.append(core.Apply("is one of", (core.Subject(Scope.LEA), core.Constant(known)), span=one.span))
    return parts[0] if len(parts) == 1 else core.All(tuple(parts), span=one.span)


def _groups(about: About, names: tuple[syn.Name, ...]) -> tuple[str, ...] | None:
    groups = [about.context.group(name) for name in names]
    known = tuple(group for group in groups if group is not None)
    return known if len(known) == len(groups) else None


# ---- small populations ----


@frozen
class Collapse:
    """How the levels of small populations are read: the scale they are of, when, and each level with its reading."""

    scale: Scale
    small: core.Node
    readings: tuple[tuple[str, str], ...]
    color_only: bool
    about: About

    def of(self, level: core.Node) -> core.Node:
        """Return a level as it is read where the population is small."""
        span = self.about.item.span
        arms = []
        for written, read in self.readings:
            has = core.Apply("is one of", (level, core.Constant((written,))), span=span)
            arms.append(core.Arm(core.All((self.small, has), span=span), core.Constant(read, span=span)))
        return core.Choose(tuple(arms), level, span=span)


def collapse(about: About, written: lev.SmallPopulations, sources: Sources) -> Collapse | None:
    """Return how small populations are read; None, after a report, where it makes no sense."""
    pairs = [(known_level(about, first), known_level(about, second)) for first, second in written.readings]
    readings = tuple((first, second) for first, second in pairs if first is not None and second is not None)
    groups = _groups(about, written.groups)
    students = number(about, written.number, sources.measures(about))
    if len(readings) < len(pairs) or groups is None or students is None:
        return None
    scales = [about.scale_of_level(level) for pair in readings for level in pair]
    if any(scale != scales[0] for scale in scales) or scales[0] is None:
        about.report(messages.readings_of_two_scales(written.span))
        return None
    limit = core.Constant(Fraction(written.fewer_than.value))
    small: core.Node = core.Apply("below", (students, limit), span=written.span)
    if groups:
        is_group = core.Apply("is one of", (core.Subject(Scope.GROUP), core.Constant(groups)), span=written.span)
        small = core.All((is_group, small), span=written.span)
    return Collapse(scales[0], small, readings, written.color_only, about)


# ---- overrides and caps ----


def override(about: About, written: lev.Override, sources: Sources) -> core.Arm | None:
    """Return the arm by which a circumstance gives a level; None, after a report, for a faulty one."""
    guard = circumstance(about, written.circumstance, sources)
    if is_not_established(written):
        value = about.not_established(written.span)
        return core.Arm(guard, value) if guard is not None else None
    level = known_level(about, written.level)
    if level is None or guard is None:
        return None
    return core.Arm(guard, core.Constant(level, span=written.span))


def is_not_established(written: lev.Override) -> bool:
    """Return whether a circumstance leaves every level of the indicator not established."""
    return folded(written.level.text) == NOT_ESTABLISHED


def capped(about: About, level: core.Node, cap: core.Arm, scale: Scale) -> core.Node:
    """Return a level that is, in a circumstance, no better than another."""
    best = cap.value.value if isinstance(cap.value, core.Constant) else None
    worst_first = scale.worst_first(about.indicator) if about.indicator is not None else scale.levels
    better = worst_first[worst_first.index(str(best)) + 1 :]
    is_better = core.Apply("is one of", (level, core.Constant(better)), span=about.item.span)
    guard = core.All((cap.guard, is_better), span=about.item.span)
    return core.Choose((core.Arm(guard, cap.value),), level, span=about.item.span)
