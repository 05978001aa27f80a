"""One rule as an explanation shows it: its answer, its location, the sentence with values, and its citations."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from attrs import evolve

from rulelang.core.record import LeaRecord
from rulelang.core.ruleset import LevelRule, Rule, Ruleset
from rulelang.core.tree import Value
from rulelang.diagnostics.drawing import Mark, Screen, draw, gutter_width, titled, wrapped
from rulelang.diagnostics.render import remark
from rulelang.diagnostics.source import Span
from rulelang.engine.trace import Leaf, Occurrence, is_about_subject, leaves, subject_of
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
