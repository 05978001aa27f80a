"""Where a determination comes from: from its sentence down through the rules to the files and rows of the data.

Each step is a rule that decides the one above it, with the clause and the year that wrote it; each value it read is a
fact, with the file and row that hold it. Like an explanation this reads an evaluation and evaluates nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Final

from attrs import asdict, evolve, field, frozen

from rulelang.core.ruleset import Rule
from rulelang.core.tree import reference
from rulelang.core.vocabulary import StudentGroup
from rulelang.diagnostics.as_data import Data
from rulelang.diagnostics.drawing import Screen, titled, wrapped
from rulelang.engine.determination import Determination
from rulelang.engine.missing import missing_texts
from rulelang.engine.rule_drawing import group_part, lea_part, rules_giving, rules_in_order
from rulelang.engine.trace import (
    Leaf,
    Occurrence,
    field_of,
    is_about_subject,
    is_tally,
    leaves,
    subject_of,
    things_that_count,
)
from rulelang.engine.wording import answer_text, called, leaf_text, subject_text

INDENT: Final = "  "
SHOWN_NOTES: Final = 2
"""The most words of rules that a year does not have that are named."""
SHOWN_MISSING: Final = 10
"""The most values missing from the data that are named."""


@frozen
class Fact:
    """A value that a rule read: what it is about, and the file and row that hold it, empty if no file does."""

    name: str
    whom: str
    value: str
    origin: str


@frozen
class Step:
    """A rule that the step above it rests on: its answer, its sentence, where this is, and what it rests on.

    `whom` is the student group, empty for the LEA. `year` is the year whose file wrote the sentence. `seen` says that
    what it rests on is shown further above.
    """

    outcome: str
    whom: str
    answer: str
    text: str
    place: str
    year: int
    cites: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()
    below: tuple[Step, ...] = ()
    seen: bool = False


@frozen
class OtherYear:
    """The result of another year's rules on the same data; `notes` name what in these rules the data's year lacks."""

    year: int
    determination: str
    notes: tuple[str, ...] = ()


@frozen
class Origin:
    """Where a determination comes from, and the result of other years' rules on the same data, by year.

    `missing` are the values that the data lack and that could settle it.
    """

    sentence: str
    steps: tuple[Step, ...]
    missing: tuple[str, ...] = ()
    by_years: tuple[OtherYear, ...] = ()

    def as_dict(self) -> Data:
        """Return it as data that JSON can hold."""
        held: Data = json.loads(json.dumps(asdict(self)))  # in which tuples are lists
        return held


def origin_of(
    determination: Determination, group: StudentGroup | None = None, by_years: Sequence[OtherYear] = ()
) -> Origin:
    """Return where a determination comes from, or what a student group meets."""
    sentence = f"{called(determination.record)}: {determination.outcome} in {determination.year}"
    walk = _Walk({rule.name: rule for rule in determination.ruleset.rules}, determination.year)
    if group is None:
        parts = [(rule, lea_part(determination, rule)) for rule in rules_giving(determination)]
    else:
        held = determination.group(group.name).rules
        rules = (rule for rule in rules_in_order(determination) if rule.name in held)
        parts = [(rule, group_part(determination, rule, group)) for rule in rules]
        sentence = f"{sentence}, {group.name}"
    steps = [step for rule, part in parts for step in walk.of_rule(rule, part)]
    missing = missing_texts(determination.settle, determination.record.years)
    return Origin(sentence, tuple(steps), tuple(missing), tuple(by_years))


@frozen
class _Walk:
    """The walk from an occurrence down; `seen` has the rules shown before, each with whom it is about."""

    rules: dict[str, Rule]
    year: int
    seen: set[tuple[str, int | None]] = field(factory=set)

    def all_below(self, root: Occurrence) -> Iterator[Step | Fact]:
        """Yield the steps and the facts that decide an occurrence, in the order of its words."""
        for leaf in leaves(root):
            if leaf.decides:
                yield from self._of(leaf)

    def _of(self, leaf: Leaf) -> Iterator[Step | Fact]:
        part = leaf.part
        if field_of(part) is not None:
            yield _fact(part)
        elif things := things_that_count(part):
            for thing in things:
                yield from self.all_below(thing.met)
        elif (key := reference(part.node)) is not None:
            yield from self._referred(part, key)
        elif not is_about_subject(part):
            yield Fact("count" if is_tally(part.node) else "", _whom(part), leaf_text(leaf), "")

    def _referred(self, part: Occurrence, key: tuple[int, str]) -> Iterator[Step | Fact]:
        """Yield the rule that a reference names, or the rules that decide the outcome that it names."""
        year, name = key
        definition = part.referred()
        rule = self.rules.get(name) if year == self.year else None
        if rule is None:
            yield from self.all_below(definition)
            return
        yield from self.of_rule(rule, definition)

    def of_rule(self, rule: Rule, part: Occurrence) -> Iterator[Step]:
        """Yield the step of a rule, without what it rests on if that was shown before."""
        step = _step(rule, part)
        if (rule.name, part.index) in self.seen:
            yield evolve(step, seen=True)
            return
        self.seen.add((rule.name, part.index))
        found = list(self.all_below(part))
        facts = dict.fromkeys(one for one in found if isinstance(one, Fact))
        yield evolve(step, below=tuple(one for one in found if isinstance(one, Step)), facts=tuple(facts))


def _step(rule: Rule, part: Occurrence) -> Step:
    place = f"{rule.span.source.name}:{rule.span.line}" if rule.span is not None else ""
    return Step(rule.outcome, _whom(part), answer_text(part.value), rule.text, place, rule.source_year, rule.cites)


def _fact(part: Occurrence) -> Fact:
    subject, asked = subject_of(part), field_of(part)
    reading = subject.evaluation.reading(subject.node, subject.index)  # type: ignore[arg-type]  # a field is a Get
    indicator, scale = asked.key if asked is not None else ("", "")
    name = f"{scale} on {indicator}" if indicator else scale
    year = asked.year if asked is not None else 0
    return Fact(
        f"{name} in {year}", _whom(subject), subject_text(subject), reading.origin if reading is not None else ""
    )


def _whom(part: Occurrence) -> str:
    return part.evaluation.prepared.groups[part.index].name if part.index is not None else ""


# ---- As text ----


def origin_text(origin: Origin, *, width: int = 80, color: bool = False) -> str:
    """Return where a determination comes from as text: each rule under what it decides, the data at the end."""
    screen = Screen(width, color)
    lines = [*titled(origin.sentence, screen)]
    for step in origin.steps:
        lines += ["", *_step_lines(step, screen, "")]
    if origin.missing:
        lines += ["", *titled("Missing from the data, and would settle it", screen)]
        lines += [line for missed in origin.missing[:SHOWN_MISSING] for line in wrapped(missed, screen.width)]
        more = len(origin.missing) - SHOWN_MISSING
        lines += [f"and {more} more"] if more > 0 else []
    if origin.by_years:
        lines += ["", *titled("From the same data, by the rules of each year", screen)]
        for of in origin.by_years:
            lines += [f"{of.year}  {of.determination}", *_notes(of, screen)]
    return "\n".join(lines)


def _notes(of: OtherYear, screen: Screen) -> list[str]:
    shown = [line for note in of.notes[:SHOWN_NOTES] for line in wrapped(note, screen.width, "      = ")]
    more = len(of.notes) - SHOWN_NOTES
    return [*shown, f"      = and {more} more of its words that the year does not have"] if more > 0 else shown


def _step_lines(step: Step, screen: Screen, lead: str) -> Iterator[str]:
    of = f"{step.whom}: " if step.whom else ""
    again = ", as above" if step.seen else ""
    yield from wrapped(f"{of}{step.outcome}: {step.answer}{again}", screen.width, lead)
    inner = lead + INDENT
    if step.seen:
        return
    yield from wrapped(step.text, screen.width, inner)
    yield from wrapped(f"{step.place}, written in {step.year}", screen.width, f"{inner}--> ")
    for cited in step.cites:
        yield from wrapped(f"cites: {cited}", screen.width, f"{inner}= ")
    for fact in step.facts:
        yield from wrapped(_fact_text(fact, step.whom), screen.width, f"{inner}* ")
    for below in step.below:
        yield from _step_lines(below, screen, inner)


def _fact_text(fact: Fact, above: str) -> str:
    of = f"{fact.whom}: " if fact.whom not in ("", above) else ""
    name = f"{fact.name}: " if fact.name else ""
    return f"{of}{name}{fact.value}" + (f" ({fact.origin})" if fact.origin else "")
