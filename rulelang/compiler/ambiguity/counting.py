"""Questions that need the vocabulary: who has no level, which level is the best, and how many there can be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from attrs import evolve

from rulelang.compiler.ambiguity.wording import TWO, chain, denied, enclosed, in_words, nowhere, opened
from rulelang.compiler.context import Context, priority_number
from rulelang.compiler.levels import indicators_counted, reached, scales_asked
from rulelang.core.ruleset import priority_outcome
from rulelang.core.vocabulary import Indicator, Scale
from rulelang.diagnostics.catalogue import ambiguity
from rulelang.diagnostics.diagnostic import Diagnostic
from rulelang.diagnostics.source import Span
from rulelang.syntax import tree as syn

NEGATIVE = ("no", "or fewer")
"""Quantities that are met if nothing meets the condition."""


# ---- what is not rated ----


class _Beside(NamedTuple):
    """The conditions beside one in a chain, and the word that joins them."""

    joint: str
    others: tuple[syn.Condition, ...]


def without_level(rule: syn.Rule, context: Context) -> Iterator[Diagnostic]:
    """Ask about `not Green on ELA`, which also holds if there is no level, unless the rule says whether it should."""
    for test, beside in _conditions(rule.condition, ()):
        names, counted = _names_asked(test, denied=True)
        window, bare = _years(test)
        if isinstance(bare, syn.GroupTest) and names:
            where = [name.text for name in names]
            if not bare.named:
                yield ambiguity.holds_without_level(bare.condition.span, where, None, None)
                continue
            rated = _in_years(window, _rated_groups(bare, names))
            of_rated, of_all = chain([rated, test], "and"), chain([denied(rated), test], "or")
            if not any(opened(other) in (rated, denied(rated)) for one in beside for other in one.others):
                yield ambiguity.holds_without_level(test.span, where, in_words(of_rated), in_words(of_all))
            continue
        says_so = (_says_rated(other, window, one.joint, names) for one in beside for other in one.others)
        if not names or any(says_so):
            continue
        if counted:
            yield ambiguity.holds_without_level(test.span, (), *_of_counts(test))
        else:
            where = [name.text for name in names]
            readings = _said_of_rated(test, names), _said_of_all(test, names)
            yield ambiguity.holds_without_level(test.span, where, *readings, _by_levels(test, context))


def _conditions(
    written: syn.Condition, beside: tuple[_Beside, ...]
) -> Iterator[tuple[syn.Condition, tuple[_Beside, ...]]]:
    """Yield the simple and the negated conditions in one, each with those beside it; what follows `unless` has none."""
    match written:
        case syn.Chain(parts, joints):
            for at, part in enumerate(parts):
                others = _Beside(joints[0].text, parts[:at] + parts[at + 1 :])
                yield from _conditions(part, (*beside, others))
        case syn.Parenthesis(inner) | syn.Unless(inner):
            yield from _conditions(inner, beside)
        case syn.InYears(syn.Parenthesis(inner)):
            yield from _conditions(inner, ())
        case _:
            yield written, beside


def _years(test: syn.Condition) -> tuple[syn.Window | None, syn.Condition]:
    """Return the years of a condition, or of the one that it negates, and what it asks in each of them."""
    asked = opened(test.condition) if isinstance(test, syn.Not) else test
    return (asked.window, asked.condition) if isinstance(asked, syn.InYears) else (None, asked)


def _in_years(window: syn.Window | None, test: syn.Condition) -> syn.Condition:
    """Return a condition asked in some years."""
    return test if window is None else syn.InYears(test, window, span=test.span)


def _names_asked(test: syn.Condition, *, denied: bool) -> tuple[tuple[syn.Name, ...], bool]:
    """Return the indicators whose level a condition asks for, or negates, and whether it counts them by no name."""
    match test:
        case syn.Not(inner) if denied:
            return _names_asked(opened(inner), denied=False)
        case syn.InYears(inner):
            return _names_asked(inner if denied else opened(inner), denied=denied)
        case syn.LevelTest(levels, targets) if levels.names and _is_negative(targets.how) is denied:
            return targets.names, False
        case syn.IndicatorTest(quantity, levels) if levels.names and _is_negative(quantity) is denied:
            return levels.names, True
        case syn.GroupTest(condition=syn.LevelTest() as asked) if denied or test.named:
            return _names_asked(asked, denied=denied)
        case syn.GroupTest(condition=syn.Chain(parts)) if denied:
            of_levels = [part for part in parts if isinstance(part, syn.LevelTest)]
            return tuple(name for part in of_levels for name in _names_asked(part, denied=True)[0]), False
        case syn.Chain(parts) if not denied:
            each = [_names_asked(opened(part), denied=False) for part in parts]
            named = dict.fromkeys(name for names, counted in each for name in names if not counted)
            return (tuple(named), False) if named else next((one for one in each if one[1]), ((), False))
        case _:
            return (), False


def _is_negative(how: str | syn.Quantity | None) -> bool:
    return isinstance(how, syn.Quantity) and how.kind in NEGATIVE


def _says_rated(written: syn.Condition, window: syn.Window | None, joint: str, names: Sequence[syn.Name]) -> bool:
    """Return whether a condition beside a negation says that there is a level in those years, or may be none."""
    written = opened(written)
    years, asked = _years(written)
    match asked:
        case syn.Chain(parts):
            return any(_says_rated(part, window, joint, names) for part in parts)
        case _ if years != window or isinstance(written, syn.Not):
            return False
        case syn.LevelTest(levels, targets):
            about = set(targets.names) & set(names)
            return bool(about) and (levels.reach == "not rated") == (joint == "or")
        case syn.IndicatorTest(quantity, levels) if levels.reach == "rated" or (
            joint == "and" and {*levels.names} & {*names}  # `2 or more are Red and not (5 or more are Red)`
        ):
            return _is_negative(quantity) == (joint == "or")
        case _:
            return False


def _rated(names: Sequence[syn.Name], span: Span) -> syn.LevelTest:
    how = None if len(names) == 1 else "both" if len(names) == TWO else "all of"
    return syn.LevelTest(syn.Levels((), "rated", span=span), syn.Targets(tuple(names), how, span=span), span=span)


def _rated_groups(test: syn.GroupTest, names: Sequence[syn.Name]) -> syn.GroupTest:
    """Return that each of the student groups that a condition names has a level."""
    quantity = syn.Quantity("any" if len(test.named) == 1 else "every", span=nowhere(test.span))
    return evolve(test, quantity=quantity, condition=_rated(names, nowhere(test.span)), joints=())


def _said_of_rated(test: syn.Condition, names: Sequence[syn.Name]) -> str:
    rated = _rated(names, nowhere(test.span))
    return in_words(chain([_in_years(_years(test)[0], rated), test], "and"))


def _said_of_all(test: syn.Condition, names: Sequence[syn.Name]) -> str:
    span = nowhere(test.span)
    none = syn.Levels((), "not rated", span=span)
    window, _ = _years(test)
    tests = [_in_years(window, syn.LevelTest(none, syn.Targets((name,), span=span), span=span)) for name in names]
    without = tests[0] if len(tests) == 1 else enclosed(chain(tests, "and"))
    return in_words(chain([without, test], "or"))


def _of_counts(test: syn.Condition) -> tuple[str, str]:
    """Return both readings of a count that denies levels: of those with a level on some indicator, and of all."""
    window, count = _years(test)
    if not isinstance(count, syn.IndicatorTest):
        return "", ""
    span = nowhere(test.span)
    rated = syn.Levels((), "rated", span=span)
    plain = evolve(count, levels=rated, but=None, at_least=None, at_least_levels=None)
    some = _in_years(window, evolve(plain, quantity=syn.Quantity("or more", 1, span=span)))
    none = _in_years(window, evolve(plain, quantity=syn.Quantity("no", span=span)))
    return in_words(chain([some, test], "and")), in_words(chain([none, test], "or"))


def _by_levels(test: syn.Condition, context: Context) -> str | None:
    """Return `Yellow or worse on ELA` for `not Green or better on ELA`; None if that is not a single level test."""
    inner = opened(test.condition) if isinstance(test, syn.Not) else None
    if not isinstance(inner, syn.LevelTest) or len(inner.targets.names) != 1 or inner.other is not None:
        return None
    found = _levels_meant(inner.levels, inner.targets.names[0], context)
    if found is None:
        return None
    scale, indicator, wanted = found
    order = scale.worst_first(indicator)
    left = [level for level in order if level not in wanted]
    span = nowhere(test.span)
    names = tuple(syn.Name(level, span=span) for level in left)
    reach = None
    if len(left) > 1 and left == list(order[: len(left)]):
        names, reach = names[-1:], "worse"
    elif len(left) > 1 and left == list(order[-len(left) :]):
        names, reach = names[:1], "better"
    return in_words(evolve(inner, levels=syn.Levels(names, reach, span=span))) if left else None


# ---- levels ----


def _levels_meant(
    levels: syn.Levels, name: syn.Name, context: Context
) -> tuple[Scale, Indicator, tuple[str, ...]] | None:
    """Return the scale, the indicator and the levels that are meant; None for `rated` and for unknown names."""
    if not name.known or not levels.names or not all(level.known for level in levels.names):
        return None
    named = [level.text for level in levels.names]
    indicator = context.vocabulary.indicator(name.text)
    scale = next((one for one in context.vocabulary.scales if set(named) <= set(one.levels)), None)
    if scale is None or scale.name not in indicator.scales:
        return None
    return scale, indicator, reached(levels.reach, scale.worst_first(indicator), named)


def best_level(rule: syn.Rule, context: Context) -> Iterator[Diagnostic]:
    """Warn about a priority rule that counts the best level of an indicator: `Very Low on Suspension Rate`."""
    if rule.outcome is None or priority_number(rule.outcome.text) is None:
        return
    for test in _affirmed(rule.condition):
        tested = _tested(test, context)
        found = next((one for levels, name in tested if (one := _best(test, levels, name, context))), None)
        if found is not None:
            yield found


def _best(
    test: syn.LevelTest | syn.IndicatorTest, levels: syn.Levels, name: syn.Name, context: Context
) -> Diagnostic | None:
    """Return the warning for levels that include the best of an indicator; `or better` says that it is meant.

    `Red or better` is every level, for which there is `rated`.
    """
    found = _levels_meant(levels, name, context)
    if found is None:
        return None
    scale, indicator, wanted = found
    order = scale.worst_first(indicator)
    is_every = len(set(wanted)) == len(order)
    is_meant = levels.reach in ("better", "better than") and not is_every
    if order[-1] not in wanted or is_meant:
        return None
    slip = _with_levels(test, levels, syn.Levels((syn.Name(order[0], span=nowhere(levels.span)),), span=levels.span))
    best = syn.Levels((syn.Name(order[-1], span=nowhere(levels.span)),), "better", span=levels.span)
    plain = syn.Levels((), "rated", span=levels.span) if is_every else best
    meant = _with_levels(test, levels, plain)
    return ambiguity.best_level(levels.span, order[-1], indicator.name, in_words(slip), in_words(meant))


def _affirmed(written: syn.Condition) -> Iterator[syn.LevelTest | syn.IndicatorTest]:
    """Yield the tests of levels that must hold for a condition to hold."""
    match written:
        case syn.Chain(parts):
            for part in parts:
                yield from _affirmed(part)
        case syn.Unless(inner) | syn.Parenthesis(inner) | syn.InYears(inner):
            yield from _affirmed(inner)
        case syn.LevelTest() if not _is_negative(written.targets.how):
            yield written
        case syn.IndicatorTest() if not _is_negative(written.quantity):
            yield written


def _tested(test: syn.LevelTest | syn.IndicatorTest, context: Context) -> Iterator[tuple[syn.Levels, syn.Name]]:
    """Yield the levels that a test asks for, with each of its indicators."""
    if isinstance(test, syn.LevelTest):
        every = [levels for levels in (test.levels, test.other) if levels is not None]
        yield from ((levels, name) for levels in every for name in test.targets.names)
    else:
        counted = indicators_counted(test, context.vocabulary)
        yield from ((test.levels, syn.Name(one.name, span=test.span)) for one in counted)


def lower(rule: syn.Rule, context: Context) -> Iterator[Diagnostic]:
    """Ask about `Medium or lower` if a lower number is better; refuse `worse than Red`, which nothing is."""
    for test in syn.walk(rule):
        if not isinstance(test, syn.LevelTest | syn.IndicatorTest):
            continue
        for levels, name in _tested(test, context):
            found = _levels_meant(levels, name, context)
            if found is None:
                continue
            scale, indicator, wanted = found
            if not wanted:
                yield ambiguity.nothing_beyond(levels.span, levels.names[0].text, scale.worst_first(indicator))
                break
            if levels.said is not None and scale.turns and indicator.lower_is_better:
                worse, better = (in_words(_with_reach(test, levels, way)) for way in ("worse", "better"))
                yield ambiguity.lower_is_better(levels.span, indicator.name, worse, better)
                break


def _with_reach(test: syn.LevelTest | syn.IndicatorTest, levels: syn.Levels, way: str) -> syn.Condition:
    """Return a test with `Medium or worse` for `Medium or lower`, and with `worse than Medium` for `below Medium`."""
    plain = evolve(levels, reach=f"{way} than" if (levels.reach or "").endswith("than") else way, said=None)
    return _with_levels(test, levels, plain)


def _with_levels(test: syn.LevelTest | syn.IndicatorTest, levels: syn.Levels, plain: syn.Levels) -> syn.Condition:
    """Return a test with some of its levels replaced by others."""
    if isinstance(test, syn.LevelTest) and levels is test.other:
        return evolve(test, other=plain)
    return evolve(test, levels=plain)


# ---- quantities of more things than there are, or of all of them ----


WHOLE: Final = 100
"""All of them, in percent."""


def beyond(rule: syn.Rule, context: Context) -> Iterator[Diagnostic]:
    """Refuse a quantity of more student groups, priorities, indicators or years than there are."""
    windows = [node for node in syn.walk(rule) if isinstance(node, syn.Window)]
    years = {context.year}.union(*map(context.years_of, windows))
    most = len(context.vocabulary.years)
    yield from (ambiguity.window_too_long(one.span, most) for one in windows if one.years and one.years > most)
    for node in syn.walk(rule):
        quantity = getattr(node, "quantity", None)
        if isinstance(quantity, syn.Quantity) and quantity.percent > WHOLE:
            yield ambiguity.more_than_all(quantity.span)
        total, things = _total(node, sorted(years), context)
        for asked, number, most in _quantities(node, total):
            if number > most and total:
                yield ambiguity.beyond_what_exists(asked, things, total, most)


def beyond_the_rules(rule: syn.Rule, context: Context) -> Iterator[Diagnostic]:
    """Warn of a quantity of more priorities than the rules decide, in as many of the years asked about as it takes."""
    exist = len(context.vocabulary.priorities)
    for node, of_years, wanted in _counts_of_priorities(rule, context):
        decided = sorted((_decided(node, there) for there in of_years), reverse=True)
        total = decided[0 if node.quantity.kind == "or fewer" else min(wanted, len(decided)) - 1] if decided else 0
        for asked, number, most in _quantities(node, total):
            if total and most < number <= exist:
                yield ambiguity.beyond_the_rules(asked, total, most)


def of_none_decided(rule: syn.Rule, context: Context) -> Iterator[Diagnostic]:
    """Warn of a count of priorities of which the rules of no year asked about decide one."""
    for node, of_years, _ in _counts_of_priorities(rule, context):
        if of_years and not any(_decided(node, there) for there in of_years):
            yield ambiguity.no_priority_decided(node.span, node.kind.text if node.kind is not None else None)


def _counts_of_priorities(
    rule: syn.Rule, context: Context
) -> Iterator[tuple[syn.PrioritiesMet, Sequence[Context], int]]:
    """Yield the counts of priorities, each with the years in which it is asked and in how many of them it must hold."""
    waiting: list[tuple[syn.Node, syn.InYears | None]] = [(rule, None)]
    while waiting:
        node, over = waiting.pop()
        if isinstance(node, syn.PrioritiesMet):
            yield (node, (context,), 1) if over is None else (node, _contexts(over, context), _wanted(over.window))
        over = node if isinstance(node, syn.InYears) else over
        waiting += [(part, over) for part in reversed(syn.parts(node))]


def _contexts(over: syn.InYears, context: Context) -> list[Context]:
    """Return the contexts of the years of a window, as far as these have rules; none if it asks for too many."""
    if _wanted(over.window) > (over.window.years or 1):
        return []
    is_bound = isinstance(over.condition, syn.GroupTest) and not over.years_first
    span = over.condition.span if is_bound else over.span  # as a year without rules is reported
    found = (context.in_year(year, span) for year in context.years_of(over.window))
    return [there for there in found if there is not None]


def _wanted(window: syn.Window) -> int:
    """Return in how many of its years a window asks for something."""
    return window.count or window.years or 1


def _total(node: object, years: Sequence[int], context: Context) -> tuple[int, str]:
    """Return how many of the things that a node counts exist in any of some years, and what they are called."""
    vocabulary = context.vocabulary
    match node:
        case syn.GroupTest():
            return max(len(vocabulary.groups_counted_in(year)) for year in years), "student groups"
        case syn.PrioritiesMet():
            return len(vocabulary.priorities), "priorities"
        case syn.IndicatorTest():
            scales = scales_asked(node.levels, vocabulary)
            counted = indicators_counted(node, vocabulary)
            totals = [sum(any(one.reports(scale.name, year) for scale in scales) for one in counted) for year in years]
            return max(totals), "indicators"
        case _:
            return 0, ""


def _decided(counted: syn.PrioritiesMet, context: Context) -> int:
    """Return how many priorities this year's rules decide, by the kind of indicator that is asked for."""
    kind = counted.kind.text if counted.kind is not None else None
    names = (priority_outcome(number, kind) for number in context.decided.priorities)
    return sum(name in context.decided.scopes for name in names)


def _quantities(node: syn.Node, total: int) -> Iterator[tuple[Span, int, int]]:
    """Yield the quantities of a node, each with its number and the most it can be for its answer to be open."""
    quantity = getattr(node, "quantity", None)
    if isinstance(quantity, syn.Quantity) and quantity.number:
        yield quantity.span, quantity.number, total - (quantity.kind == "or fewer")
    if isinstance(node, syn.IndicatorTest) and node.but is not None:
        yield node.quantity.span.to(node.but.span), node.but.value, total - 1
    if isinstance(node, syn.IndicatorTest) and node.at_least is not None and node.at_least_levels is not None:
        yield node.at_least.span.to(node.at_least_levels.span), node.at_least.value, total
