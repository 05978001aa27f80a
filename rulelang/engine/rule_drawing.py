"""The rules that an explanation shows: which, in which order, and how one is drawn with its answer and the values."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from attrs import evolve

from rulelang.core.record import LeaRecord
from rulelang.core.ruleset import DefinitionKey, LevelRule, Rule, Ruleset
from rulelang.core.tree import Value, binds_groups, reference
from rulelang.core.truth import CANNOT_TELL
from rulelang.core.vocabulary import Scope, StudentGroup
from rulelang.diagnostics.drawing import Mark, Screen, draw, gutter_width, titled, wrapped
from rulelang.diagnostics.render import remark
from rulelang.diagnostics.source import Span
from rulelang.engine.determination import Determination, passed_over
from rulelang.engine.trace import (
    Leaf,
    Occurrence,
    is_about_subject,
    leaves,
    occurrence_of,
    subject_of,
    things_of,
    things_that_count,
)
from rulelang.engine.wording import answer_text, called, evidence_text, leaf_text, named_leaf_text, years_of


def answer_style(value: Value) -> str:
    """Return the style in which an answer is shown."""
    if value is True:
        return "bold green"
    return "red" if value is False else "yellow"


LONG = 30
"""The longest text under words that is repeated in full."""


def draw_rule(part: Occurrence, rule: Rule, screen: Screen, shown: dict[str, str] | None = None) -> list[str]:
    """Return the lines that show a rule and its answer, for the student group of the occurrence or for the LEA.

    `shown` holds the longer texts that were shown already, each with the label of its rule; such a text is not
    repeated, and the texts of this rule are added.
    """
    answer = answer_text(part.value)
    heading = screen.paint(answer, answer_style(part.value))
    lines = [f"{heading}{'':{max(5 - len(answer), 2)}}{_name(part, rule)}"]
    if rule.span is None:
        return [*lines, *remark("rule", rule.text, 1, screen), *remark("values", evidence_text(part), 1, screen)]
    marks = list(_marks(part, rule.span))
    if shown is not None:
        marks = [_shown_once(mark, rule, shown) for mark in marks]
    gutter = gutter_width(marks, rule.span)
    lines.append(place_line(rule, rule.span, part.evaluation.prepared.ruleset.year, screen, gutter))
    lines += draw(marks, screen, sentence=rule.span, beside=False)
    for title, text in _remarks(part, rule, marks):
        lines += remark(title, text, gutter, screen)
    return lines


def has_words(part: Occurrence, sentence: Span) -> bool:
    """Return whether a sentence has words of its own for what its rule asks; `otherwise` has none."""
    spans = (_span(leaf) for leaf in leaves(part) if not is_about_subject(leaf.part))
    return any(_is_within(span, sentence) for span in spans if span is not None)


def _is_within(span: Span, sentence: Span) -> bool:
    return span.source is sentence.source and sentence.start <= span.start and span.end <= sentence.end


def _name(part: Occurrence, rule: Rule) -> str:
    """Return the label and outcome of a rule, with the name of its priority: `4a, Priority 4: Pupil Achievement`."""
    vocabulary = part.evaluation.prepared.ruleset.vocabulary
    names = [priority.name for priority in vocabulary.priorities if priority.number == rule.priority]
    label = f"{rule.label}, " if rule.label else ""
    return f"{label}{rule.outcome}" + "".join(f": {name}" for name in names)


def _shown_once(mark: Mark, rule: Rule, shown: dict[str, str]) -> Mark:
    label = shown.get(mark.text)
    if label is not None and label != rule.label:
        return evolve(mark, text=f"as for {label}")
    if len(mark.text) > LONG and rule.label:
        shown[mark.text] = rule.label
    return mark


def headline(record: LeaRecord, ruleset: Ruleset, screen: Screen) -> list[str]:
    """Return the lines above an explanation: the LEA, its kind, code and county, and the rules."""
    parts = (f"{record.kind} {record.code}".strip(), record.county, ruleset.name)
    return titled(called(record), screen) + wrapped(", ".join(filter(None, parts)), screen.width)


def place_line(rule: Rule | LevelRule, span: Span, year: int, screen: Screen, gutter: int) -> str:
    """Return the line that says where a sentence is and, where it is not of the year at hand, from which year."""
    since = "" if rule.source_year == year else f", from {rule.source_year}"
    place = _place_text(span, since, screen, gutter + 5)
    return f"{'':{gutter + 1}}{screen.paint('-->', 'blue')} {place}"


def _place_text(span: Span, since: str, screen: Screen, taken: int) -> str:
    """Return where a sentence is and since when, in the rest of a line; a path is shortened to its last two names.

    On a screen without folders, it is the ruleset by its name: `assistance/2023:21`.
    """
    if not screen.folders:
        return f"{_ruleset_called(span.source.name)}:{span.line}{since}"
    whole = f"{span.source.name}:{span.line}{since}"
    if len(whole) <= screen.width - taken:
        return whole
    *_, folder, name = ("", "", *span.source.name.split("/"))
    short = "/".join(part for part in (folder, name) if part)
    return whole if short == span.source.name else f"…/{short}:{span.line}{since}"


def _ruleset_called(file: str) -> str:
    """Return the name of a ruleset by its file; the folder is part of it if the file is named by a year."""
    *_, folder, name = ("", *re.split(r"[/\\]", file))
    stem = name.removesuffix(".rules")
    return f"{folder}/{stem}" if folder and stem.isdecimal() else stem


def _remarks(part: Occurrence, rule: Rule, marks: Iterable[Mark]) -> Iterator[tuple[str, str]]:
    unseen = [leaf for leaf in leaves(part) if _worth_showing(leaf) and leaf.decides and _span(leaf) is None]
    texts = dict.fromkeys(named_leaf_text(leaf, wanted=part.value is not True) for leaf in unseen)
    for mark in marks:
        texts.pop(mark.text, None)
    if texts:
        yield "values", "; ".join(texts)
    if rule.cites:
        yield "cites", "; ".join(rule.cites)
    if rule.because:
        yield "because", rule.because


def _marks(rule: Occurrence, sentence: Span) -> Iterator[Mark]:
    """Yield the values to write under the words of a sentence; `otherwise` asks with the words of other rules.

    One level may be asked about twice, as in `on the other`: the first, nearest to holding, counts. The same words may
    mean several levels, as those of a rating of two years: the ones that decide count.
    """
    shown: dict[tuple[int, int], tuple[Span, dict[int, Leaf]]] = {}
    for leaf in leaves(rule):
        span = _span(leaf)
        if span is not None and _is_within(span, sentence) and _worth_showing(leaf):
            _, parts = shown.setdefault((span.start, span.end), (span, {}))
            parts.setdefault(subject_of(leaf.part).position, leaf)
    for span, parts in shown.values():
        yield _mark(list(parts.values()), span, held=rule.value is True)


def _mark(parts: list[Leaf], span: Span, *, held: bool) -> Mark:
    dated = len(years_of(parts)) > 1
    deciding = [leaf for leaf in parts if leaf.decides]
    text = "; ".join(dict.fromkeys(leaf_text(leaf, wanted=not held, dated=dated) for leaf in deciding or parts))
    if not deciding:
        return Mark(span, text, "-", "dim")
    return Mark(span, text, "^", answer_style(True if held else deciding[0].part.value))


def _span(leaf: Leaf) -> Span | None:
    return subject_of(leaf.part).node.span or leaf.part.node.span


def _worth_showing(leaf: Leaf) -> bool:
    """Return whether a part says more than the subject of the explanation, such as the kind of LEA, already does."""
    return not is_about_subject(leaf.part) or (leaf.decides and leaf.part.value is not True)


# ---- the rules that an explanation shows, in order ----


def rules_of_groups(determination: Determination) -> list[Rule]:
    """Return the rules that have an answer for each student group, and the rules of priorities about the LEA."""
    rules = rules_in_order(determination)
    return [rule for rule in rules if rule.priority is not None or scope_of_rule(determination, rule) is Scope.GROUP]


def rules_in_order(determination: Determination) -> list[Rule]:
    """Return the rules for this kind of LEA by priority, each after the rules it refers to."""
    place = {key: number for number, key in enumerate(determination.ruleset.definitions)}
    kind = determination.record.kind
    rules = [rule for rule in determination.ruleset.rules if not rule.kinds or kind in rule.kinds]
    return sorted(rules, key=lambda rule: (rule.priority or 0, place[_key(determination, rule)]))


def rules_giving(determination: Determination) -> Iterator[Rule]:
    """Yield the rules that give the determination or, where it is unknown, those that might give it."""
    named = determination.ruleset.vocabulary.determinations
    is_open, left = determination.outcome == CANNOT_TELL, rule_left(determination)
    for rule in rules_in_order(determination):
        if is_open and rule.outcome in named:
            yield from [rule] if rule is left or lea_part(determination, rule).value is None else []
        elif rule.outcome == determination.outcome and rule.name in determination.lea_rules:
            yield rule


def rule_left(determination: Determination) -> Rule | None:
    """Return the first rule that holds where the determination is unknown: it decides if none before it does."""
    if determination.outcome != CANNOT_TELL:
        return None
    ruleset, kind = determination.ruleset, determination.record.kind
    named = ruleset.vocabulary.determinations
    rules = (one for one in ruleset.rules if one.outcome in named and not one.otherwise)
    of_kind = (one for one in rules if not one.kinds or kind in one.kinds)
    return next((one for one in of_kind if lea_part(determination, one).value is True), None)


def deciding_parts(determination: Determination) -> dict[DefinitionKey, Occurrence]:
    """Return the rules that give the determination, and all that they have their answer from for the LEA, by name."""
    found = {_key(determination, rule): lea_part(determination, rule) for rule in rules_giving(determination)}
    waiting = list(found.values())
    while waiting:
        for part in (leaf.part for leaf in leaves(waiting.pop()) if leaf.decides):
            key = reference(part.node)
            if key is None:
                met = (thing.met for thing in things_that_count(part))
                waiting += [one for one in met if one.index is None and one.evaluation is part.evaluation]
            elif key not in found:
                found[key] = part.referred()
                waiting.append(found[key])
    return found


def methods_that_decide(determination: Determination) -> tuple[str, ...]:
    """Return the methods that are met and that the determination rests on; an exemption may pass over them."""
    met = [name for name, answer in determination.methods.items() if answer is True]
    deciding = deciding_parts(determination) if met else {}
    return tuple(name for name in met if (determination.year, name) in deciding)


def lea_part(determination: Determination, rule: Rule) -> Occurrence:
    """Return the occurrence of a rule for the LEA."""
    return occurrence_of(determination.evaluation, _key(determination, rule))


def group_part(determination: Determination, rule: Rule, group: StudentGroup) -> Occurrence:
    """Return the occurrence of a rule for a student group."""
    index = determination.evaluation.prepared.group_index[group.name]
    return occurrence_of(determination.evaluation, _key(determination, rule), index)


def _key(determination: Determination, rule: Rule) -> tuple[int, str]:
    return determination.year, rule.name


def scope_of_rule(determination: Determination, rule: Rule) -> Scope:
    """Return whether a rule has one answer for the LEA or one for each student group."""
    return determination.ruleset.definitions[_key(determination, rule)].scope


def goes_without_saying(determination: Determination, rule: Rule) -> bool:
    """Return whether a rule says only that another holds: `otherwise`, giving what the LEA did not get."""
    part = lea_part(determination, rule)
    if part.value is True:
        is_passed_over = passed_over(determination.ruleset, rule, determination.outcome)
        return is_passed_over and rule is not rule_left(determination)
    return part.value is False and rule.span is not None and not has_words(part, rule.span)


def in_one_line(part: Occurrence, rule: Rule) -> str:
    """Return a rule with the values that its answer rests on: `7a, Priority 7: Access to a Broad Course: Met`."""
    return f"{rule.label or rule.name}, {rule.outcome}: {evidence_text(part)}"


def counted_in(determination: Determination) -> dict[str, list[Rule]]:
    """Return the student groups that count in a rule of the LEA, each with the rules it counts in."""
    found: dict[str, list[Rule]] = {}
    for rule in rules_in_order(determination):
        if scope_of_rule(determination, rule) is Scope.LEA:
            tallies = (one.part for one in leaves(lea_part(determination, rule)) if binds_groups(one.part.node))
            for thing in (thing for tally in tallies for thing in things_of(tally) if thing.counts):
                found.setdefault(thing.name, []).append(rule)
    return found
