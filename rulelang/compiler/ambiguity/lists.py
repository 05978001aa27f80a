"""Questions about lists, about conditions joined by `and` and `or`, and about facts: what belongs to all, or to one?"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

from attrs import evolve

from rulelang.compiler.ambiguity.wording import (
    TWO,
    ListTest,
    chain,
    enclosed,
    in_words,
    is_bare_list,
    of_all_and_any,
    singles,
)
from rulelang.compiler.context import Context
from rulelang.core.vocabulary import Scope
from rulelang.diagnostics.catalogue import ambiguity, meaning
from rulelang.diagnostics.dates import date_in
from rulelang.diagnostics.diagnostic import Diagnostic
from rulelang.diagnostics.source import Span
from rulelang.syntax import tree as syn

List = syn.Targets | syn.Levels | syn.Narrowing | syn.Fact | syn.FactLine | syn.GroupTest


def names_of(node: List) -> tuple[syn.Name, ...]:
    """Return the names in a list."""
    match node:
        case syn.Targets() | syn.Levels():
            return node.names
        case syn.Fact():
            return node.indicators
        case syn.GroupTest():
            return node.named
        case _:
            return node.groups


# ---- and beside or ----


def mixed(node: object) -> Iterator[Diagnostic]:
    """Ask which of `and` and `or` binds first, if one condition or one list has both."""
    match node:
        case syn.Chain(of_one=False):
            yield from _mixed_chain(node)
        case syn.PriorityListTest(targets) if _is_mixed(targets.joints):
            yield _mixed(node.span, _spoken(targets.joints), ())
        case syn.LevelTest() if _is_mixed(node.targets.joints):
            joints = _spoken(node.targets.joints)
            yield _mixed(node.span, joints, _readings(singles(node), joints))
        case syn.Narrowing() | syn.Fact() | syn.FactLine() | syn.GroupTest() | syn.Chain() if _is_mixed(node.joints):
            yield _mixed(node.span, _spoken(node.joints), ())


def _mixed_chain(node: syn.Chain) -> Iterator[Diagnostic]:
    """Ask about a chain; a list of indicators that is one of its parts joins them with a word of its own.

    A list beside an unknown name is left alone, because `on the other` may have been misspelled there.
    """
    is_read = all(name.known for name in syn.walk(node) if isinstance(name, syn.Name))
    parts: list[syn.Condition] = []
    joints: list[syn.Name] = []
    for part, before in zip(node.parts, (None, *node.joints), strict=True):
        joints.extend([before] if before is not None else [])
        if is_read and isinstance(part, syn.LevelTest) and is_bare_list(part) and not _is_mixed(part.targets.joints):
            parts.extend(singles(part))
            joints.extend(_spoken(part.targets.joints))
        else:
            parts.append(part)
    if _is_mixed(joints):
        yield _mixed(node.span, joints, _readings(parts, joints))


def _is_mixed(joints: Sequence[syn.Name]) -> bool:
    return {"and", "or"} <= {joint.text for joint in joints}


def _spoken(joints: Sequence[syn.Name]) -> list[syn.Name]:
    """Return the words between parts, each comma as the word that follows it."""
    spoken = list(joints)
    for at in reversed(range(len(spoken) - 1)):
        if spoken[at].text == ",":
            spoken[at] = evolve(spoken[at], text=spoken[at + 1].text)
    return spoken


def _mixed(span: Span, joints: Sequence[syn.Name], readings: Sequence[str]) -> Diagnostic:
    first = joints[0]
    other = next(joint for joint in joints if joint.text != first.text)
    return meaning.mixed_and_or(span, first.span, other.span, readings)


def _readings(parts: Sequence[syn.Condition], joints: Sequence[syn.Name]) -> tuple[str, ...]:
    """Return the two ways in which parts can be grouped, `and` first and `or` first, in words."""
    words = [joint.text for joint in joints]
    return tuple(in_words(_grouped(parts, words, outer)) for outer in ("or", "and"))


def _grouped(parts: Sequence[syn.Condition], joints: Sequence[str], outer: str) -> syn.Condition:
    groups = [[parts[0]]]
    for joint, part in zip(joints, parts[1:], strict=True):
        if joint == outer:
            groups.append([part])
        else:
            groups[-1].append(part)
    inner = "and" if outer == "or" else "or"
    return chain([enclosed(chain(group, inner)) if len(group) > 1 else group[0] for group in groups], outer)


# ---- the same thing twice ----


def twice(node: object) -> Iterator[Diagnostic]:
    """Ask about a name or a condition that is in one list, or in one chain, twice."""
    match node:
        case syn.Chain():
            again = _repeated(node.parts)
        case syn.Targets() | syn.Levels() | syn.Narrowing() | syn.Fact() | syn.FactLine() | syn.GroupTest():
            again = _repeated([name for name in names_of(node) if name.known])
        case _:
            return
    if again is not None:
        yield ambiguity.listed_twice(again)


def _repeated(items: Sequence[syn.Name] | Sequence[syn.Condition]) -> Span | None:
    seen: list[object] = []
    for item in items:
        if item in seen:
            return item.span
        seen.append(item)
    return None


# ---- how many of a list ----


def how_many(node: object) -> Iterator[Diagnostic]:
    """Ask about a list that does not say how many of its names are meant, or asks for more than it has."""
    if isinstance(node, syn.Chain) and node.joints[-1].text == ",":
        every, some = (in_words(chain(node.parts, joint)) for joint in ("and", "or"))
        yield ambiguity.all_or_any(node.span, every, some, node.span)
    match node:
        case syn.GroupTest(condition=syn.PriorityListTest() as test) if not _is_mixed(test.targets.joints):
            yield from _how_many_of(test, lambda way: evolve(node, condition=way), "priorities")
        case syn.LevelTest(targets=targets, other=None) if not _is_mixed(targets.joints):
            yield from _how_many_of(node, lambda way: way, "indicators")
        case syn.LevelTest(targets=targets) if not _is_mixed(targets.joints):
            if len(targets.names) != TWO or targets.how not in ("or", "either"):
                yield ambiguity.other_of_two(targets.span)


def _how_many_of(test: ListTest, whole: Callable[[syn.Condition], syn.Condition], things: str) -> Iterator[Diagnostic]:
    """Ask about the list of a test; `whole` gives the condition that the test is a part of."""
    targets, count = test.targets, len(test.targets.names)
    match targets.how:
        case None:
            return
        case syn.Quantity() as quantity if quantity.number and _says_nothing(quantity, count):
            yield ambiguity.list_too_short(targets.span, count, things)
        case _ if count == 1 and isinstance(test, syn.LevelTest):
            yield ambiguity.list_of_one(targets.span, in_words(singles(test)[0]), test.span)
        case str(how) if _is_unclear(how, targets):
            every, some = (in_words(whole(way)) for way in of_all_and_any(test))
            yield ambiguity.all_or_any(targets.span, every, some, whole(test).span)


def _says_nothing(quantity: syn.Quantity, count: int) -> bool:
    """Return whether a quantity of a number of things can never be reached, or always is."""
    return quantity.number > count or (quantity.kind == "or fewer" and quantity.number == count)


def _is_unclear(how: str, targets: syn.Targets) -> bool:
    word = next((joint.text for joint in reversed(targets.joints) if joint.text != ","), None)
    wrong = {"both": "or", "all of": "or", "either": "and"}.get(how)
    not_two = how in ("both", "either") and len(targets.names) != TWO
    return how == "," or not_two or (word is not None and word == wrong)


def loose_name(node: object) -> Iterator[Diagnostic]:
    """Ask which level a name between two has: `Blue on CCI and ELA and Math are Red`."""
    if not isinstance(node, syn.Chain):
        return
    for at, (first, second) in enumerate(pairwise(node.parts)):
        if not (isinstance(first, syn.LevelTest) and is_bare_list(first) and isinstance(second, syn.LevelTest)):
            continue
        before, after, joint = first.targets, second.targets, node.joints[at]
        is_level_first = second.other is not None or after.span.start > second.levels.span.start
        if is_level_first or {before.joints[-1].text, joint.span.words.casefold()} != {joint.text}:
            continue
        kept = evolve(before, names=before.names[:-1], joints=before.joints[:-1])
        taken = evolve(after, names=(before.names[-1], *after.names), joints=(), how=joint.text)
        parts = [*node.parts[:at], evolve(first, targets=kept), evolve(second, targets=taken), *node.parts[at + 2 :]]
        joints = (*node.joints[:at], before.joints[-1], *node.joints[at + 1 :])
        other = evolve(node, parts=tuple(parts), joints=joints)
        yield ambiguity.loose_name(before.names[-1].span, in_words(node), in_words(other), node.span)


def or_all(node: object) -> Iterator[Diagnostic]:
    """Ask about `3 or more student groups (or all, if fewer than 4)`, whose two numbers differ."""
    if isinstance(node, syn.GroupTest) and node.or_all is not None and node.or_all.value != node.quantity.number:
        yield ambiguity.other_number_of_all(node.span, node.quantity.number)


def none(node: object) -> Iterator[Diagnostic]:
    """Refuse a quantity of nothing: `0 or more` holds always."""
    if isinstance(node, syn.Quantity) and not (node.number or node.percent) and node.kind not in ("any", "no", "every"):
        yield ambiguity.quantity_of_none(node.span)


# ---- levels ----


def levels_at_once(node: object) -> Iterator[Diagnostic]:
    """Ask about `Red and Orange on ELA`: nothing has two levels at once."""
    tests: list[tuple[syn.Levels | None, Callable[[syn.Levels], syn.Condition]]] = []
    match node:
        case syn.LevelTest(levels, _, other):
            tests = [(levels, lambda one: evolve(node, levels=one)), (other, lambda one: evolve(node, other=one))]
        case syn.IndicatorTest(levels=levels, at_least_levels=other):
            tests = [(levels, lambda one: evolve(node, levels=one))]
            tests += [(other, lambda one: evolve(node, at_least_levels=one))]
        case _:
            return
    for asked, with_levels in tests:
        words = {joint.text for joint in asked.joints} if asked is not None else set()
        if asked is not None and words not in (set(), {"or"}, {",", "or"}) and all(one.known for one in asked.names):
            either = with_levels(evolve(asked, joints=()))
            apart = _one_each(either, asked)
            yield ambiguity.levels_at_once(asked.span, in_words(either), in_words(apart) if apart else None, node.span)


def _one_each(node: syn.Condition, levels: syn.Levels) -> syn.Condition | None:
    """Return each level with an indicator of its own, in the order of the text; None if the numbers differ."""
    each = [evolve(levels, names=(name,), joints=()) for name in levels.names]
    match node:
        case syn.IndicatorTest():
            one = syn.Quantity("or more", 1, span=node.quantity.span)
            plain = evolve(node, quantity=one, but=None, at_least=None, at_least_levels=None)
            return chain([evolve(plain, levels=level) for level in each], "and")
        case syn.LevelTest(targets=targets, other=None) if len(targets.names) == len(each):
            tests = zip(singles(node), each, strict=True)
            return chain([evolve(test, levels=level) for test, level in tests], "and")
        case _:
            return None


# ---- facts and numbers ----


def no_fact(node: object) -> Iterator[Diagnostic]:
    """Refuse a fact that `or` leaves open, and `both` before one name or three."""
    match node:
        case syn.Fact() | syn.FactLine() if any(joint.text == "or" for joint in node.joints):
            if not any(joint.text == "and" for joint in node.joints):
                names = names_of(node)
                yield ambiguity.fact_left_open(names[0].span.to(names[-1].span))
        case syn.Fact(indicators=indicators, both=True) if len(indicators) != TWO:
            yield ambiguity.list_of_other_length(node.span, len(indicators))


def impossible(line: syn.FactLine, years: Sequence[int], context: Context) -> Iterator[Diagnostic]:
    """Refuse the facts of student groups that no data can have: of an indicator reported for others, or for the LEA."""
    for fact in line.facts:
        for name in _indicators(fact):
            indicator = context.vocabulary.indicator(name.text)
            for group in (one for one in line.groups if one.known):
                if indicator.scope is Scope.LEA:
                    yield ambiguity.fact_of_lea(fact.span, group.text, indicator.name)
                elif not indicator.is_reported_for(group.text):
                    yield ambiguity.fact_of_other_group(fact.span, group.text, indicator.name, indicator.only_groups)
    for group in (one for one in line.groups if one.known):
        exists = context.vocabulary.group(group.text).years
        absent = [year for year in years if year not in exists]
        if absent and context.year in exists:
            yield ambiguity.fact_before_group(group.span, group.text, absent[0])


def _indicators(fact: syn.Fact | syn.NumberFact) -> list[syn.Name]:
    """Return the indicators of which a fact states a level or a number; `not rated` states none."""
    if isinstance(fact, syn.Fact):
        named = [*fact.indicators] if fact.level is not None else []
    else:
        named = [fact.indicator] if fact.indicator is not None else []
    return [name for name in named if name.known]


# ---- Numbers: whether what looks like a date or a school year is a subtraction ----


_DASH = "[-\u2010-\u2015\u2212]"
_DATE = rf"(?P<date>\d{{4}}({_DASH}|/)\d{{1,2}}({_DASH}|/)\d{{1,2}}|\d{{1,2}}({_DASH}|/)\d{{1,2}}({_DASH}|/)\d{{4}})"
_YEARS = rf"(?:19|20)\d\d{_DASH}(?:(?:19|20)\d\d|\d\d)"
_GLUED = re.compile(rf"(?<![\w./\u2010-\u2015\u2212-])(?:{_DATE}|{_YEARS})(?![\w./\u2010-\u2015\u2212-])")


def date(node: object) -> Iterator[Diagnostic]:
    """Refuse `3/2/2025`, and ask about `2024-25`, in place of a number; with spaces they are subtractions."""
    if not isinstance(node, syn.Operation) or node.operator.endswith(" of"):
        return
    for found in _GLUED.finditer(node.span.source.text, node.span.start, node.span.end + 1):
        if found.end() > node.span.end:
            return
        if date_in(found.group()) is not None:
            continue  # it is a date, and was read as one
        span = Span(node.span.source, found.start(), found.end())
        yield ambiguity.date_as_number(span) if found["date"] else ambiguity.years_as_number(span)
