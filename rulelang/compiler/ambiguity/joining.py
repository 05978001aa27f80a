"""Questions about what a word belongs to: years, `not`, `unless` and narrowings beside conditions that are joined."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import takewhile

from attrs import evolve

from rulelang.compiler.ambiguity.wording import (
    ListTest,
    chain,
    denied,
    enclosed,
    in_words,
    is_bare_list,
    nowhere,
    of_all_and_any,
    opened,
    over,
    singles,
)
from rulelang.diagnostics.catalogue import ambiguity
from rulelang.diagnostics.diagnostic import Diagnostic
from rulelang.syntax import tree as syn

# ---- years ----


def loose_window(node: object) -> Iterator[Diagnostic]:
    """Ask whether years before the first of several conditions, or after the last, belong to the others too."""
    match node:
        case syn.Chain():
            for at, part in enumerate(node.parts):
                window = years_of(part)
                if window is None:
                    continue
                others = node.parts[at + 1 :] if window.years_first else node.parts[:at][::-1]
                others = tuple(takewhile(lambda other: not _has_years(other), others))
                if others:
                    together = _said_together(node, at, window, len(others))
                    each = _said_of_each(node, others, window.window)
                    is_same = _is_same(node.joints[-1].text, window.window)
                    yield _loose(window, _enclosing(node, at), together, None if is_same else each)
        case syn.Unless(first, exception):
            leading = first.parts if isinstance(first, syn.Chain) else (first,)
            found = [window for window in map(years_of, leading) if window is not None and window.years_first]
            if found and not _has_years(exception):
                window = found[0]
                each = evolve(node, condition=enclosed(first), exception=enclosed(over(window.window, exception)))
                alone = evolve(node, condition=enclosed(first))
                if first is window:
                    together = evolve(window, condition=enclosed(evolve(node, condition=window.condition)))
                    yield _loose(window, alone, together, each if _is_long(window.window) else None)
                else:
                    yield _loose(window, alone, None, each)
        case _:
            return


def years_of(part: syn.Condition) -> syn.InYears | None:
    """Return the condition over years that a part is, ignoring `not`."""
    while isinstance(part, syn.Not):
        part = part.condition
    return part if isinstance(part, syn.InYears) else None


def _has_years(written: syn.Condition) -> bool:
    return any(isinstance(one, syn.InYears) for one in syn.walk(written))


def _is_same(joint: str, window: syn.Window) -> bool:
    """Return whether years for all conditions together mean the same as for each: `A and B last year`."""
    return not _is_long(window) or (window.count or window.years) == (window.years if joint == "and" else 1)


def _said_together(node: syn.Chain, at: int, years: syn.InYears, others: int) -> syn.Condition:
    """Return a chain in which the years of one part are for it and others together, in parentheses."""
    first = at if years.years_first else at - others
    run = slice(first, first + others + 1)
    joint = node.joints[-1].text
    inner = [_without_years(part) if part is node.parts[at] else part for part in node.parts[run]]
    together = evolve(years, condition=enclosed(chain([*map(_as_part, inner)], joint)), span=node.span)
    return chain([*node.parts[: run.start], together, *node.parts[run.stop :]], joint)


def _as_part(part: syn.Condition) -> syn.Condition:
    """Return a condition as it is joined to others: a list in parentheses, so that its `or` is not between them."""
    return enclosed(part) if isinstance(part, syn.LevelTest) and is_bare_list(part) else part


def _without_years(part: syn.Condition) -> syn.Condition:
    if isinstance(part, syn.Not):
        return evolve(part, condition=_without_years(part.condition))
    return part.condition if isinstance(part, syn.InYears) else part


def _said_of_each(node: syn.Chain, others: Sequence[syn.Condition], window: syn.Window) -> syn.Condition:
    """Return a chain in which some others have a window of their own too, as parentheses show."""
    outside = {id(part) for part in others}
    parts = (over(window, part) if id(part) in outside else part for part in node.parts)
    return evolve(node, parts=tuple(enclosed(part) if _has_years(part) else part for part in parts))


def _enclosing(node: syn.Chain, at: int) -> syn.Condition:
    """Return a chain with the years of a part at that part alone: `not` is before all of it, in parentheses."""
    alone = node.parts[at]
    alone = denied(alone.condition) if isinstance(alone, syn.Not) else enclosed(alone)
    return evolve(node, parts=(*node.parts[:at], alone, *node.parts[at + 1 :]))


def _loose(
    years: syn.InYears, alone: syn.Condition, together: syn.Condition | None, each: syn.Condition | None
) -> Diagnostic:
    others = (in_words(one) if one is not None else None for one in (together, each))
    return ambiguity.loose_window(years.window.span, years.condition.span, alone.span, in_words(alone), *others)


def bound_window(node: object) -> Iterator[Diagnostic]:
    """Ask whether a quantity before years counts the same things in every year, or any in each."""
    if not isinstance(node, syn.InYears) or node.years_first or not _is_long(node.window):
        return
    in_each = in_words(evolve(node, years_first=True))
    match node.condition:
        case syn.GroupTest(each=False) as test if len(test.named) != 1:
            yield ambiguity.say_each(node.span, "student groups", in_each, in_words(_same_groups(node, test)))
        case syn.RelatedTest(syn.Quantity() as quantity, each=False) as related if quantity.kind != "any":
            bound = in_words(_same_entities(node, related, quantity))
            yield ambiguity.say_each(node.span, related.kind.span.words, in_each, bound)
        case syn.LevelTest(levels=syn.Levels(reach="not rated")):
            yield ambiguity.unclear_not(node.span, whole=_rated_in_years(node, node.condition), parts=in_each)
        case syn.LevelTest() as test if _picks(test, node.window):
            same = _same_indicators(node, test)
            yield ambiguity.say_each(node.span, "indicators", in_each, in_words(same) if same else None)
        case syn.PrioritiesMet():
            yield ambiguity.say_each(node.span, "priorities", in_each, None)
        case syn.IndicatorTest(quantity, each=False) as test if (
            quantity.kind != "every" or node.window.count is not None
        ):
            simple = test.but is None and test.at_least is None
            alike = in_words(evolve(node, condition=evolve(test, each=True))) if simple else None
            yield ambiguity.say_each(node.span, "indicators", in_each, alike)


def _is_long(window: syn.Window) -> bool:
    """Return whether a window has more than one year, and could have one: `last year` has one."""
    return window.years is not None and window.years > 1 and 0 < (window.count or window.years) <= window.years


def _picks(test: syn.LevelTest, window: syn.Window) -> bool:
    """Return whether other indicators could meet a level test in one year than in another."""
    if len(test.targets.names) == 1:
        return False
    every = test.other is None and test.targets.how in ("and", "both", "all of")
    return not every or window.count not in (None, window.years)


def _same_groups(node: syn.InYears, test: syn.GroupTest) -> syn.Condition:
    """Return a test of student groups that binds the groups first; `any` and `no` become `1 or more`."""
    if test.named:
        each = [evolve(node, condition=evolve(test, named=(name,), joints=())) for name in test.named]
        return chain(each, "and" if test.quantity.kind == "every" else "or")
    if test.quantity.kind not in ("any", "no"):
        return evolve(node, condition=evolve(test, each=True))
    some = syn.Quantity("or more", 1, span=nowhere(test.quantity.span))
    found = evolve(node, condition=evolve(test, quantity=some, each=True))
    return found if test.quantity.kind == "any" else denied(found)


def _same_entities(node: syn.InYears, test: syn.RelatedTest, quantity: syn.Quantity) -> syn.Condition:
    """Return a count of entities that binds them first, as `any` does; `no` is the negation of that."""
    if quantity.kind != "no":
        return evolve(node, condition=evolve(test, each=True))
    return denied(
        evolve(node, condition=evolve(test, quantity=evolve(quantity, kind="any", span=nowhere(quantity.span))))
    )


def _same_indicators(node: syn.InYears, test: syn.LevelTest) -> syn.Condition | None:
    """Return each indicator over the years separately, joined as in the list; None for counts and `on the other`."""
    if test.other is not None or isinstance(test.targets.how, syn.Quantity):
        return None
    joint = "and" if test.targets.how in ("and", "both", "all of") else "or"
    return chain([evolve(node, condition=one) for one in singles(test)], joint)


def _rated_in_years(node: syn.InYears, test: syn.LevelTest) -> str:
    rated = evolve(test, levels=syn.Levels((), "rated", span=test.levels.span))
    return in_words(denied(evolve(node, condition=rated)))


# ---- not ----


def loose_not(node: object) -> Iterator[Diagnostic]:
    """Ask whether `not` belongs to the first of several conditions or to all of them."""
    if not isinstance(node, syn.Chain):
        return
    first, *rest = node.parts
    if not isinstance(first, syn.Not) or isinstance(first.condition, syn.Parenthesis):
        return
    if isinstance(opened(rest[0]), syn.Not):
        return
    alone = evolve(node, parts=(enclosed(first), *rest))
    every = denied(evolve(node, parts=tuple(map(_as_part, (first.condition, *rest)))))
    yield ambiguity.not_of_first(node.span, in_words(alone), in_words(every))


def not_before(node: object) -> Iterator[Diagnostic]:
    """Ask about `not` before years or before a list that `and` joins: not all of them, or none of them."""
    match node:
        case syn.Not(syn.InYears() as over_years) if _is_long(over_years.window):
            none = denied(evolve(over_years, window=_all_but(over_years.window)))
            if none != denied(over_years):  # in 2 of 3 years it does not hold if it does not hold in 2 of 3
                yield ambiguity.unclear_not(node.span, whole=in_words(denied(over_years)), parts=in_words(none))
        case syn.Not(syn.LevelTest() as test) if _says_all(test):
            none = chain([syn.Not(one, span=node.span) for one in singles(test)], "and")
            yield ambiguity.unclear_not(node.span, whole=in_words(denied(test)), parts=in_words(none))
        case syn.Not(syn.GroupTest(syn.Quantity(kind="every"), named=(_, _, *_)) as test):
            either = tuple(evolve(joint, text="or") for joint in test.joints)
            none = denied(evolve(test, quantity=evolve(test.quantity, kind="any"), joints=either))
            yield ambiguity.unclear_not(node.span, whole=in_words(denied(test)), parts=in_words(none))
        case _:
            return


def none_of_several(node: object) -> Iterator[Diagnostic]:
    """Ask about `no student group meets Priority 4 and Priority 5`: none meets both, or none meets either."""
    readings: list[syn.Condition] = []
    match node:
        case syn.GroupTest(quantity=syn.Quantity(kind="no")):
            readings = [evolve(node, condition=way) for way in _both_and_either(node.condition)]
            readings = readings or _together_and_apart(node)
        case syn.RelatedTest(quantity=syn.Quantity(kind="no"), condition=syn.LevelTest() as asked):
            readings = [
                evolve(node, condition=way) for way in _both_and_either(asked) if isinstance(way, syn.LevelTest)
            ]
        case syn.Not(syn.GroupTest(quantity=syn.Quantity(kind="any")) as test):
            readings = [denied(evolve(test, condition=way)) for way in _both_and_either(test.condition)]
        case _:
            return
    if readings:
        whole, parts = map(in_words, readings)
        word = "not" if isinstance(node, syn.Not) else "no"
        yield ambiguity.unclear_not(node.span, whole=whole, parts=parts, word=word)


def _together_and_apart(test: syn.GroupTest) -> list[syn.Condition]:
    """Return two conditions: no student group does several things at once, and none does any; nothing for one thing."""
    if not isinstance(test.condition, syn.Chain) or test.condition.joints[0].text != "and":
        return []
    some = evolve(test, quantity=syn.Quantity("any", span=nowhere(test.quantity.span)))
    return [denied(some), chain([evolve(test, condition=part) for part in test.condition.parts], "and")]


def _both_and_either(asked: syn.Condition) -> list[ListTest]:
    """Return a test for all names of a list and for any of them, if bare `and` joins them; otherwise nothing."""
    match asked:
        case syn.LevelTest(targets=syn.Targets(how="and"), other=None) | syn.PriorityListTest(syn.Targets(how="and")):
            return of_all_and_any(asked) if len(asked.targets.names) > 1 else []
        case _:
            return []


def _says_all(test: syn.LevelTest) -> bool:
    targets = test.targets
    return test.other is None and targets.how in ("and", "both", "all of") and len(targets.names) > 1


def _all_but(window: syn.Window) -> syn.Window:
    """Return the window in which a condition must not hold for its opposite to hold in the given window."""
    years = window.years or 1
    count = years if window.count is None else window.count
    return evolve(window, count=max(years - count + 1, 1))


def not_rated(node: object) -> Iterator[Diagnostic]:
    """Ask about `not rated on ELA or Math`: rated on neither, or not on both."""
    if not isinstance(node, syn.LevelTest) or node.levels.reach != "not rated" or node.other is not None:
        return
    names = node.targets.names
    if len(names) == 1:
        return
    if isinstance(node.targets.how, syn.Quantity):
        rated = evolve(node, levels=syn.Levels((), "rated", span=nowhere(node.span)))
        others = _of_the_others(node.targets.how, len(names))
        first = evolve(rated, targets=evolve(node.targets, how=others)) if others is not None else None
        yield ambiguity.unclear_not(node.span, whole=in_words(denied(rated)), parts=in_words(first) if first else None)
    else:
        tests = singles(node)
        whole, parts = in_words(chain(tests, "or")), in_words(chain(tests, "and"))
        yield ambiguity.unclear_not(node.span, whole=whole, parts=parts)


def _of_the_others(quantity: syn.Quantity, total: int) -> syn.Quantity | None:
    """Return how many of a list are rated if a number of them are not; None if no quantity expresses it."""
    turned = {"or more": "or fewer", "or fewer": "or more", "exactly": "exactly", "any": "or fewer"}
    if quantity.kind in ("no", "every"):
        return evolve(quantity, kind="every" if quantity.kind == "no" else "no", span=nowhere(quantity.span))
    if quantity.kind not in turned:
        return None
    left = total - (quantity.number or 1)
    kind = turned[quantity.kind] if left > 0 else "no"
    return syn.Quantity(kind, max(left, 0), span=nowhere(quantity.span))


# ---- exceptions ----


def loose_exception(node: object) -> Iterator[Diagnostic]:
    """Ask whether an exception or a narrowing after several conditions belongs to the last or to all of them."""
    match node:
        case syn.Unless(syn.Chain() as joined) if _is_or(joined):
            last = syn.Unless(joined.parts[-1], node.exception, span=node.span)
            alone = evolve(joined, parts=(*joined.parts[:-1], enclosed(last)))
            every = evolve(node, condition=enclosed(joined))
            yield ambiguity.loose_exception(node.exception.span, in_words(alone), in_words(every), node.span)
        case syn.Rule(narrowings=(narrowing, *_)) if _is_or(node.condition) or isinstance(node.condition, syn.Unless):
            words = in_words(opened(node.condition))
            yield ambiguity.loose_narrowing(narrowing.span, words, in_words(enclosed(node.condition)))


def _is_or(written: syn.Condition) -> bool:
    return isinstance(written, syn.Chain) and any(joint.text == "or" for joint in written.joints)
