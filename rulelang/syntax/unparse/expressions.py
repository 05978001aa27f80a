"""Conditions and expressions as text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from attrs import evolve

from rulelang.diagnostics import dates
from rulelang.diagnostics.source import Span
from rulelang.syntax import tree as syn
from rulelang.syntax.unparse.words import (
    BREAK,
    commas,
    joining_word,
    listed,
    name_text,
    number,
    numeral,
    ordinal,
    quoted,
    words_in,
)

# ---- quantities ----


HALF: Final = 50
"""The percentage that is called half."""


def _counted(quantity: syn.Quantity, noun: str, nouns: str, *, every: str = "every") -> tuple[str, bool]:
    """Return a quantity of things, `3 or more student groups`, and whether its verb is in the plural."""
    many = quantity.number
    match quantity.kind:
        case "or more" | "or fewer":
            return f"{many} {quantity.kind} {nouns}", True
        case "exactly":
            return f"exactly {many} {noun if many == 1 else nouns}", many != 1
        case "a majority of at least" if many == 1:
            return f"more than half of the {nouns}", True
        case "a majority of at least":
            return f"a majority of at least {many} {nouns}", True
        case "percent or more of":
            share = "at least half of" if quantity.percent == HALF else f"{quantity.percent} percent or more of"
            return f"{share} the {nouns}", True
        case "every":
            word = next((one for one in words_in(quantity.span).casefold().split() if one in ("all", "every")), every)
            return f"{word} {noun if word == 'every' else nouns}", word != "every"
        case _:
            return f"{quantity.kind} {noun}", False


# ---- conditions ----


def condition(written: syn.Condition) -> str:  # noqa: C901, PLR0911, PLR0912 - one for each construct
    """Return a condition in words."""
    match written:
        case syn.LevelTest():
            return _level_test(written)
        case syn.OutcomeTest():
            return _outcome_test(written)
        case syn.GroupTest():
            return _group_test(written)
        case syn.RelatedTest():
            return _related_test(written)
        case syn.PrioritiesMet(quantity, kind):
            words, plural = _counted(quantity, "priority", "priorities")
            return f"{words} {'are' if plural else 'is'} met{_on_kind(kind)}"
        case syn.PriorityListTest(targets):
            return _targets(evolve(targets, names=tuple(evolve(name, known=False) for name in targets.names)))
        case syn.IndicatorTest():
            return _indicator_test(written)
        case syn.NumberTest(operator, parts):
            of_dates = written.of_dates or any(isinstance(one, syn.Numeral) and one.type == "date" for one in parts)
            compared = [expression(part, _WHOLE) for part in parts]
            return _comparison(dates.COMPARED.get(operator, operator) if of_dates else operator, compared)
        case syn.TextTest(value, texts, kind):
            said = (quoted(text) if kind == "text" else text.text for text in texts)
            return f"{expression(value, _WHOLE)} is {' or '.join(said)}"
        case syn.FlagTest(level):
            return name_text(level)
        case syn.RankedTest(value, percent, members, highest):
            end = "highest" if highest else "lowest"
            return f"{expression(value, _WHOLE)} is in the {end} {expression(percent)} percent of {_members(members)}"
        case syn.Otherwise():
            return "otherwise"
        case syn.NotEstablished():
            return "not established"
        case syn.InYears(inner, window, years_first):
            if years_first:
                return f"{_window(window)},{BREAK}{condition(inner)}"
            bound = evolve(inner, same=False) if isinstance(inner, syn.GroupTest) else inner
            return f"{condition(bound)}{BREAK}{_window(window)}"
        case syn.Not(inner):
            return f"not {condition(inner)}"
        case syn.Parenthesis(inner, narrowings):
            return f"({condition(inner)}{narrowed(narrowings)})"
        case syn.Chain(parts, joints):
            return _chain(parts, joints)
        case syn.Unless(inner, exception):
            return f"{condition(inner)},{BREAK}unless {condition(exception)}"


def _joined(joint: syn.Name) -> str:
    return f",{BREAK}" if joint.text == "," else f"{BREAK}{joint.text} "


def _chain(parts: Sequence[syn.Condition], joints: Sequence[syn.Name]) -> str:
    """Return conditions and what joins them, with a comma before a level that is not of the group before it."""
    words, of_group = "", False
    for joint, part in zip((None, *joints), parts, strict=True):
        inner = part.condition if isinstance(part, syn.InYears) else part
        is_apart = of_group and isinstance(inner, syn.LevelTest)
        comma = "," if is_apart and joint is not None and joint.text != "," else ""
        words += f"{comma}{_joined(joint) if joint is not None else ''}{condition(part)}"
        of_group = _says_levels(inner) if isinstance(inner, syn.GroupTest) else of_group and not is_apart
    return words


def _says_levels(test: syn.GroupTest) -> bool:
    """Return whether levels said behind a condition would be more of what its student groups have."""
    return not isinstance(test.condition, syn.PrioritiesMet | syn.OutcomeTest | syn.PriorityListTest)


def narrowed(narrowings: Sequence[syn.Narrowing]) -> str:
    """Return the words that narrow a condition to, or away from, some student groups; empty if none does."""
    return "".join(f" {_narrowing(narrowing)}" for narrowing in narrowings)


def _narrowing(narrowing: syn.Narrowing) -> str:
    groups = listed(narrowing.groups, "and", narrowing.joints)
    return f"except for {groups}" if narrowing.excluding else f"for {groups} only"


def _level_test(test: syn.LevelTest) -> str:
    other = f" and {_levels(test.other)} on the other" if test.other is not None else ""
    return f"{_levels(test.levels)} on {_targets(test.targets)}{other}"


def _levels(levels: syn.Levels) -> str:
    match levels.reach:
        case "rated" | "not rated":
            return levels.reach
        case None:
            only_commas = levels.joints and all(joint.text == "," for joint in levels.joints)
            return listed(levels.names, "," if only_commas else joining_word(levels.joints, "or"), levels.joints)
        case "worse than" | "better than" as reach:
            return f"{reach} {listed(levels.names, 'or')}"
        case reach:
            return f"{listed(levels.names, 'or')} or {reach}"


def _targets(targets: syn.Targets) -> str:
    """Return a list of which all, any or some number are meant."""
    names, joints = targets.names, targets.joints
    match targets.how:
        case syn.Quantity(kind="no"):
            return f"none of {listed(names, 'and', joints)}"
        case syn.Quantity() as quantity:
            return f"{_counted(quantity, 'of', 'of')[0]} {listed(names, 'and', joints)}"
        case None | "and" | "or" | "," as how:
            return listed(names, how or "and", joints)
        case "both" | "all of" as how:
            return f"{how} {listed(names, joining_word(joints, 'and'), joints)}"
        case "either":
            return f"either {listed(names, joining_word(joints, 'or'), joints)}"
        case how:
            return f"{how} {listed(names, 'or', joints)}"


def _outcome_test(test: syn.OutcomeTest) -> str:
    outcome = test.outcome.span
    said = words_in(Span(outcome.source, outcome.end, test.span.end)).casefold().split()
    words = [name_text(test.outcome), *(["criteria"] if "criteria" in said else [])]
    if "met" in said:
        words.append("are met" if words[-1].endswith("criteria") else "is met")
    return " ".join(words)


def _group_test(test: syn.GroupTest) -> str:
    if test.named:
        named = listed(test.named, joining_word(test.joints, "and"), test.joints)
        return f"{named} {_met(test.condition, plural=True)}"
    words, plural = _counted(test.quantity, "student group", "student groups")
    or_all = f" (or all, if fewer than {number(test.or_all)})" if test.or_all is not None else ""
    same, each = ("the same ", "") if test.same else ("", " each" if test.each else "")
    return f"{same}{words}{or_all}{each} {_met(test.condition, plural=plural)}"


def _related_test(test: syn.RelatedTest) -> str:
    """Return a condition about entities that belong to one another, the verb as its author wrote it."""
    kind = name_text(test.kind)
    if test.quantity is None:
        return f"the {kind} {test.verb} {condition(test.condition)}"
    each = " each" if test.each else ""
    return (
        f"{_counted(test.quantity, kind, kind)[0]}{_of_owner(test.owner)}{each} {test.verb} {condition(test.condition)}"
    )


def _of_owner(owner: syn.Name | None) -> str:
    return f" of the {name_text(owner)}" if owner is not None else ""


def _met(written: syn.Condition, *, plural: bool) -> str:
    """Return what one or several student groups meet, with its verb."""
    meets = "meet" if plural else "meets"
    match written:
        case syn.PrioritiesMet(quantity, kind):
            return f"{meets} {_counted(quantity, 'priority', 'priorities')[0]}{_on_kind(kind)}"
        case syn.OutcomeTest(outcome):
            return f"{meets} {name_text(outcome)}"
        case syn.PriorityListTest():
            return f"{meets} {condition(written)}"
        case syn.IndicatorTest(quantity, levels, kind):
            noun = " ".join(filter(None, (kind.text if kind is not None else "", "indicator")))
            counted, _ = _counted(quantity, noun, f"{noun}s", every="all")
            return f"{'are' if plural else 'is'} {_levels(levels)} on {counted}"
        case syn.Chain(parts, joints):
            words = [_met(part, plural=plural) for part in parts]
            return words[0] + "".join(f" {joint.text} {word}" for joint, word in zip(joints, words[1:], strict=True))
        case syn.LevelTest():
            return f"{'are' if plural else 'is'} {condition(written)}"
        case _:
            return f"where {condition(written)}"


def _on_kind(kind: syn.Name | None) -> str:
    return f" on {kind.text} indicators" if kind is not None else ""


def _indicator_test(test: syn.IndicatorTest) -> str:
    sort = f"{test.kind.text} " if test.kind is not None else ""
    words, plural = _counted(test.quantity, f"{sort}indicator", f"{sort}indicators", every="all")
    but = f" but {number(test.but)}" if test.but is not None else ""
    some = ""
    if test.at_least is not None and test.at_least_levels is not None:
        some = f" with at least {number(test.at_least)} {_levels(test.at_least_levels)}"
    same = "the same " if test.each else ""
    return f"{same}{words}{but} {'are' if plural else 'is'} {_levels(test.levels)}{some}"


def _comparison(operator: str, parts: Sequence[str]) -> str:
    value, *limit = parts
    behind = {"at least": "or more", "at most": "or less", "is rated": "given"}.get(operator)
    return " ".join((value, "is", *limit, behind) if behind is not None else (value, "is", operator, *limit))


def _window(window: syn.Window) -> str:
    if window.years is None:
        return "last year"
    if window.years == 1 and window.count in (None, 1):
        return "this year"
    many = "each" if window.count is None else str(window.count)
    called = window.called.removesuffix("s") if window.years == 1 else window.called
    return f"in {many} of the last {window.years} {called}"


# ---- expressions ----

_VALUE, _EXPRESSION, _WHOLE, _SUM, _PRODUCT, _ATOM = range(6)
"""The binding strength of the parts of an expression; a weaker part is in parentheses."""

_SIGNS: Final = {"plus": "+", "minus": "−", "times": "×", "divided by": "÷"}


def expression(written: syn.Expression, closeness: int = _VALUE) -> str:
    """Return an expression as text, in parentheses if it binds less strongly than its place requires."""
    words = _expression(written)
    return words if _closeness(written) >= closeness else f"({words})"


def _closeness(written: syn.Expression) -> int:
    match written:
        case syn.Scaled():
            return _VALUE
        case syn.IfOtherwise():
            return _EXPRESSION
        case syn.Operation("plus" | "minus"):
            return _SUM
        case syn.Operation("times" | "divided by"):
            return _PRODUCT
        case syn.Operation() | syn.SmallestAddition() | syn.NotEstablished():
            return _WHOLE
        case _:
            return _ATOM


def _expression(written: syn.Expression) -> str:
    match written:
        case syn.Numeral(value, kind):
            return numeral(value, written.span.text) if kind == "number" else words_in(written.span)
        case syn.NumberName(name, last_year, years_before, of):
            holder = f" of {name_text(of)}" if of is not None else ""
            years = f" over the {years_before} years before" if years_before else ""
            return f"{last_years(last_year=last_year)}{name_text(name)}{holder}{years}"
        case syn.Operation(operator, (first, second)) if operator in _SIGNS:
            own = _closeness(written)
            return f"{expression(first, own)}{BREAK}{_SIGNS[operator]} {expression(second, own + 1)}"
        case syn.Operation(how, parts):
            words = [expression(part, _PRODUCT) for part in parts]
            return f"{how} {commas(words[:-1])} and {words[-1]}"
        case syn.SmallestAddition():
            return _smallest(written)
        case syn.Scaled(value, percent, decimals):
            closeness = _ATOM if _ends_in_smallest(value) else _EXPRESSION
            scaled = f",{BREAK}as a percent" if percent else ""
            return f"{expression(value, closeness)}{scaled}{_rounded(decimals, 'a whole number')}"
        case syn.IfOtherwise(value, when, otherwise):
            whole = expression(value, _WHOLE)
            return f"{whole}{BREAK}if {condition(when)},{BREAK}otherwise {expression(otherwise, _EXPRESSION)}"
        case syn.RelatedValue(how, value, members, percent):
            what = expression(value, _PRODUCT) if value is not None else ""
            if not how:
                return f"{what} of the {_members(members)}"
            place = f"{ordinal(percent.value)} " if percent is not None else ""
            return f"{place}{how} {what}{' over ' if what else ''}{_members(members)}"
        case syn.GroupNumber(value, group):
            return f"{expression(value)} of {name_text(group)}"
        case syn.OverYears(how, value, years):
            return f"{how} {expression(value, _PRODUCT)} over the last {number(years)} years"
        case syn.NotEstablished():
            return "not established"


def _members(members: syn.Members) -> str:
    kind = name_text(members.kind) if members.kind is not None else "student groups"
    return f"{kind}{_of_owner(members.owner)}{_filter(members.filter)}"


def _filter(filter_: syn.Condition | None) -> str:
    if filter_ is None:
        return ""
    return f" {'in' if isinstance(filter_, syn.OutcomeTest | syn.Chain) else 'where'} {condition(filter_)}"


def last_years(*, last_year: bool) -> str:
    """Return the words that name a number of the year before, or none."""
    return "last year's " if last_year else ""


def _smallest(addition: syn.SmallestAddition) -> str:
    part, whole = expression(addition.part, _PRODUCT), expression(addition.whole, _PRODUCT)
    percent = numeral(addition.percent, _between(addition.part.span, addition.whole.span))
    start = f"smallest whole number that brings {part}{BREAK}to {percent} percent of {whole}"
    return f"{start}{_rounded(addition.decimals, 'a whole percent')}"


def _rounded(decimals: int | None, whole: str) -> str:
    if decimals is None:
        return ""
    places = f"{decimals} decimal{'s' if decimals != 1 else ''}" if decimals else whole
    return f",{BREAK}rounded to {places}"


def _ends_in_smallest(written: syn.Expression) -> bool:
    """Return whether a rounding after an expression would be taken for that of the smallest addition at its end."""
    if isinstance(written, syn.IfOtherwise):
        return _ends_in_smallest(written.otherwise)
    return isinstance(written, syn.SmallestAddition)


def _between(first: Span, second: Span) -> str:
    return first.source.text[first.end : second.start]
