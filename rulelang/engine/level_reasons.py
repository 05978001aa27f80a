"""Why a level is not rated or is unknown, in the words of the rules and the data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from attrs import frozen

from rulelang.core.ruleset import LevelRule, Ruleset, measure_name
from rulelang.core.tree import (
    Belonging,
    Call,
    Const,
    Fold,
    Get,
    Match,
    Owner,
    Ref,
    Self,
    StudentGroups,
    is_call,
    is_choice,
    is_constant,
    is_table,
    is_unknown,
    operator_of,
    stated_reason,
)
from rulelang.diagnostics.sentences import in_sentence
from rulelang.diagnostics.source import Span
from rulelang.engine.trace import Occurrence, fold_behind, matched_on, still_open, things_of, ways_of
from rulelang.engine.wording import answer_text, value_text, year_text

COMPARISONS: Final = {"at least": "{} or more", "above": "above {}", "at most": "{} or less", "below": "below {}"}
"""How the limit of a comparison is written."""

OPPOSITES: Final = {"at least": "below", "above": "at most", "at most": "above", "below": "at least"}
"""The comparison that holds of a number where another does not."""

FEW: Final = 4
"""The most unknown numbers that are named."""


@frozen
class Reason:
    """Why there is no level: the words, and the statement that decides it if one does."""

    text: str
    rule: LevelRule | None = None


def reason_of(part: Occurrence) -> Reason:
    """Return why a value is not rated or is unknown."""
    return _why_not_rated(part) if part.is_not_rated else _why_unknown(part)


def rule_at(ruleset: Ruleset, span: Span | None, indicator: str = "") -> LevelRule | None:
    """Return the statement at a place in the text; the one for an indicator if the text there is about several."""
    if span is None:
        return None
    holding = [
        rule
        for rule in ruleset.levels
        if rule.span is not None
        and rule.span.source is span.source
        and rule.span.start <= span.start
        and span.end <= rule.span.end
    ]
    return next((rule for rule in holding if rule.indicator == indicator), holding[0] if holding else None)


def name_of(part: Occurrence) -> str:
    """Return the name of a part of a statement: `students`, `last year's students`, `Status`, or its words."""
    node = part.node
    ruleset = part.evaluation.prepared.ruleset
    match node:
        case Get():
            return node.key[1] + year_text(part, node.year)
        case Self():
            return ""
        case Ref():
            return _plain_name(ruleset, node.name) + year_text(part, node.year)
        case Call() if len(below := part.below()) == 1 or node.operator == "rounded":
            return name_of(below[0])
        case _:
            return _words(part)


def _words(part: Occurrence) -> str:
    """Return the words of a part of a statement; for the value of a whole statement, the name of its level."""
    span = part.node.span
    if span is None:
        return "the number"
    rule = rule_at(part.evaluation.prepared.ruleset, span)
    if rule is not None and rule.what in ("bands", "grid"):
        return rule.scale
    return " ".join(span.text.split())


def _plain_name(ruleset: Ruleset, definition: str) -> str:
    for indicator in ruleset.vocabulary.indicators:
        for start in (measure_name("", indicator.name), f"{indicator.name} "):
            if definition.startswith(start):
                return definition.removeprefix(start)
    return definition.removeprefix(measure_name(""))


# ---- circumstances ----


def circumstance_text(part: Occurrence) -> str:
    """Return what decides an answer, with its values: `students 18, below 30`, `certification Not Certified`."""
    return " and ".join(part.evaluation.different(text for text in _circumstances(part) if text))


def _circumstances(part: Occurrence) -> Iterator[str]:
    node = part.node
    match node:
        case Call("and" | "or"):
            deciding = [below for below in part.below() if below.value is part.value]
            deciding = [below for below in deciding if not _is_absent_flag(below)] or deciding
            enough = is_call(node, "and") is (part.value is False)
            for below in deciding[:1] if enough else deciding:
                yield from _circumstances(below)
        case Call() if node.operator in COMPARISONS:
            yield _compared(part, node.operator)
        case Call() if node.operator == "is one of":
            yield _level_text(part)
        case Call():
            for below in part.below():
                yield from _circumstances(below)
        case Match():
            yield from (text for below in taken(part) for text in _circumstances(below))
        case Const() if not is_unknown(node):
            return
        case _:
            sign = ":" if isinstance(part.value, bool) else ""
            yield f"{name_of(part)}{sign} {value_text(part)}".strip()


def _is_absent_flag(part: Occurrence) -> bool:
    """Return whether a part says only that something unusual is not the case: `not Paired Results`."""
    if not is_call(part.node, "not") or part.value is not True:
        return False
    (inner,) = part.below()
    return is_call(inner.node, "is one of")


def _compared(part: Occurrence, operator: str) -> str:
    number, limit = part.below()
    said = f"{name_of(number)} {value_text(number)}"
    without = next((one for one in (number, limit) if one.is_not_rated), None)
    if without is not None:
        return _why_not_rated(without).text
    if part.value is None:
        return f"{said}, and {COMPARISONS[operator].format(_limit(limit))} is asked"
    found = operator if part.value is True else OPPOSITES[operator]
    return f"{said}, {COMPARISONS[found].format(_limit(limit))}"


def _limit(part: Occurrence) -> str:
    if isinstance(part.node, Const | Match):
        return value_text(part)
    return f"{name_of(part)} {value_text(part)}"


def _level_text(part: Occurrence) -> str:
    asked, names = part.below()[:2]
    about = f"{name_of(asked)} {value_text(asked)}".strip()
    return about if part.value is not False else f"{about}, not {answer_text(names.value)}"


def taken(part: Occurrence) -> Iterator[Occurrence]:
    """Yield the value a match takes, or all it might still take if it is unknown which row fits."""
    for way in ways_of(part):
        answer = way.fits
        if answer is not False:
            yield way.value
        if answer is True:
            return


def looked_up(part: Occurrence) -> tuple[Occurrence, ...]:
    """Return the values by which a table gives any value, column by column; none for any other node.

    Each of its rows first asks that all of them are there, in no words of the author's.
    """
    ways = ways_of(part)
    if not ways or not is_choice(part.node) or ways[0].guard.node.span is not None:
        return ()
    given = [one for one in ways[0].guard.below() if is_call(one.node, "is rated")]
    return tuple(below for one in given for below in one.below())


# ---- not rated ----


def _why_not_rated(part: Occurrence) -> Reason:
    here = part.referred()
    match here.node:
        case Match() if is_choice(here.node):
            return _chosen_not_rated(here)
        case Get() as asked:
            reading = here.evaluation.reading(asked, here.index)
            note = reading.note if reading is not None else ""
            return Reason(f"{name_of(here)}: {note or 'not rated'}")
        case Fold(over=Owner()):
            return _why_not_rated(fold_behind(here))
        case Fold(over=Belonging() | StudentGroups() as over) if not here.below():
            return Reason(_nothing_combined(here, over))
        case _:
            without = next((one for one in here.below() if one.is_not_rated), None)
            return _why_not_rated(without) if without is not None else Reason(_nothing_to_divide(here))


def _chosen_not_rated(part: Occurrence) -> Reason:
    *rows, otherwise = ways_of(part)
    for way in rows:
        if way.fits is True and is_constant(way.value.node):
            ruleset = part.evaluation.prepared.ruleset
            return Reason(circumstance_text(way.guard), rule_at(ruleset, way.guard.node.span))
        if way.fits is True:
            return _why_not_rated(way.value)
    if (without := next((one for one in looked_up(part) if one.is_not_rated), None)) is not None:
        return _why_not_rated(without)
    not_rated = otherwise.value.is_not_rated
    return _why_not_rated(otherwise.value) if not_rated else Reason("not rated either way")


def _nothing_combined(part: Occurrence, over: Belonging | StudentGroups) -> str:
    """Return that nothing a fold goes over has a number."""
    vocabulary = part.evaluation.prepared.ruleset.vocabulary
    things = vocabulary.kind(over.kind).plural if isinstance(over, Belonging) else "student groups"
    there = any(thing.member.value is not False for thing in things_of(part))
    return f"none of the {things} has a number" if there else f"there are no {things} to combine"


def _nothing_to_divide(part: Occurrence) -> str:
    if operator_of(part.node) and part.below():
        return f"{name_of(part.below()[-1])} {value_text(part.below()[-1])}: nothing to divide among"
    return "not rated"


# ---- cannot tell ----


def _why_unknown(part: Occurrence) -> Reason:
    unknown: dict[str, None] = {}
    said: dict[str, LevelRule | None] = {}
    seen: set[tuple[str, int, int | None]] = set()
    waiting = [part]
    while waiting:
        here = waiting.pop().referred()
        record = here.evaluation.record
        place = (record.code, here.position, here.index)
        if place in seen or not here.is_unknown:
            continue
        seen.add(place)
        open_parts = list(still_open(here))
        if isinstance(here.node, Get):
            whose = "" if record.code == part.evaluation.record.code else f" of {record.name or record.code}"
            unknown[name_of(here) + whose] = None
        elif text := _not_established(here):
            said.setdefault(text, rule_at(here.evaluation.prepared.ruleset, here.node.span))
        else:
            waiting.extend(reversed(open_parts))
    texts = [*part.evaluation.different(said), *([f"not in the data: {_few(list(unknown))}"] if unknown else [])]
    return Reason("; ".join(texts) or "it cannot be told from the data", next(iter(said.values()), None))


def _few(names: list[str]) -> str:
    more = len(names) - FEW
    return in_sentence(names) if more <= 0 else f"{', '.join(names[:FEW])} and {more} more"


def _not_established(part: Occurrence) -> str:
    """Return the author's reason if the known values lead to something no source establishes; otherwise empty."""
    node = part.node
    if is_constant(node):
        return stated_reason(node)
    asked = matched_on(part)
    if not is_table(node) or any(one.is_unknown for one in asked):
        return ""
    cell = next((value.node for value in taken(part)), None)
    if cell is None or not is_constant(cell):
        return ""
    rule = rule_at(part.evaluation.prepared.ruleset, node.span)
    because = f": {rule.because}" if rule is not None and rule.because else ""
    return f"the level of {in_sentence(value_text(one) for one in asked)} is {stated_reason(cell)}{because}"
