"""Why an LEA has its determination, as data: the rules with their answers, and the data behind their words.

It holds what the drawing of an explanation shows and more, for programs that walk it or write it as JSON (`rulelang
schema explain`). Like the drawing it reads an evaluation and evaluates nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from fractions import Fraction
from html import escape
from typing import Any

from attrs import asdict, evolve, field, frozen

from rulelang.core.ruleset import Rule
from rulelang.core.tree import reference
from rulelang.core.vocabulary import Scope, StudentGroup
from rulelang.diagnostics.as_data import Data
from rulelang.diagnostics.notebook import Displayed
from rulelang.engine.determination import Determination
from rulelang.engine.evaluate import Evaluation
from rulelang.engine.explain import explain
from rulelang.engine.explain_levels import explain_level, is_asked
from rulelang.engine.levels import LevelResult, results_of
from rulelang.engine.missing import MissingFact
from rulelang.engine.rule_drawing import (
    counted_in,
    goes_without_saying,
    group_part,
    lea_part,
    methods_that_decide,
    rules_in_order,
    rules_of_groups,
    scope_of_rule,
)
from rulelang.engine.trace import (
    Leaf,
    Occurrence,
    field_of,
    fold_behind,
    is_about_subject,
    is_tally,
    leaves,
    subject_of,
    things_of,
)
from rulelang.engine.wording import answer_text, leaf_text


@frozen
class Lea:
    """An LEA as the data name it."""

    cds: str
    name: str
    county: str
    kind: str


@frozen
class Source:
    """Where a sentence is: the file, the line counted from 1, and the year whose file it is."""

    file: str
    line: int
    year: int


@frozen
class Part:
    """A part of a sentence with its value in the data.

    `words` are its words in the sentence, None if the sentence has none for it; `value` is what a drawing shows under
    them, and `decides` says whether the rule has its answer because of it. `about` says what the value is: a "level", a
    "count", an "outcome" or the "subject". `name` is the indicator or the outcome; `counted` names what a count counts,
    and `cannot_tell` those of which that is unknown.
    """

    words: str | None
    value: str
    decides: bool
    about: str
    name: str | None = None
    scale: str | None = None
    year: int | None = None
    student_group: str | None = None
    counted: tuple[str, ...] = ()
    cannot_tell: tuple[str, ...] = ()


@frozen
class ExplainedRule:
    """A rule with its answer: "yes", "no" or "cannot tell". `text` is the sentence on one line."""

    name: str
    label: str | None
    outcome: str
    priority: int | None
    answer: str
    text: str
    source: Source | None
    cites: tuple[str, ...]
    because: str | None
    parts: tuple[Part, ...]


@frozen(repr=False)
class ExplainedGroup(Displayed):
    """What a student group meets, the rules of the LEA in which it is counted, and every rule of student groups."""

    code: str
    name: str
    priorities: tuple[int, ...]
    uncertain: tuple[int, ...]
    counts_in: tuple[str, ...]
    rules: tuple[ExplainedRule, ...]

    def _title(self) -> str:
        return f"ExplainedGroup {self.name}: priorities {', '.join(map(str, self.priorities)) or 'none'}"

    def _rows(self) -> Iterator[tuple[str, ...]]:
        yield from ((rule.label or rule.name, rule.answer, rule.text) for rule in self.rules)


@frozen
class Explanation:
    """Why an LEA is determined as it is. `str()` of it is the drawing, `as_dict()` and `to_json()` are for programs.

    `what_if` is the title of a what-if, which may be empty, and None for rules in force; `rules_of` is the year of the
    rules where they were asked of the data of another. `by` are the methods that are met; `methods` and `referrals`
    give the answer of each. `missing` are the values that could settle what is unknown, `rules` those of the LEA as a
    whole, `student_groups` those asked about.
    """

    kind: str
    ruleset: str
    year: int
    what_if: str | None
    rules_of: int | None
    lea: Lea
    determination: str
    published: str
    label: str
    by: tuple[str, ...]
    methods: Mapping[str, str]
    referrals: Mapping[str, str]
    missing: tuple[MissingFact, ...]
    rules: tuple[ExplainedRule, ...]
    student_groups: tuple[ExplainedGroup, ...]
    _about: Determination = field(repr=False, eq=False)
    _group: str | None = field(repr=False, eq=False)

    def as_dict(self) -> dict[str, Any]:
        """Return the explanation as data that JSON can hold."""
        named = asdict(self, filter=lambda attribute, _: not attribute.name.startswith("_"))
        held: dict[str, Any] = json.loads(json.dumps(named))  # in which tuples are lists
        for one in held["missing"]:
            one["student_group"] = one.pop("group")
        return held

    def to_json(self) -> str:
        """Return the explanation as JSON."""
        return json.dumps(self.as_dict(), ensure_ascii=False, indent=2)

    def text(self, *, width: int = 80) -> str:
        """Return the explanation as the author's sentences with the values under the words."""
        return explain(self._about, self._group, width=width)

    def __str__(self) -> str:
        return self.text()

    def _repr_html_(self) -> str:
        return f"<pre>{escape(self.text())}</pre>"

    def __repr__(self) -> str:
        return f"<Explanation of {self.lea.name or self.lea.cds}: {self.determination}>"


def explanation(determination: Determination, group: StudentGroup | None = None) -> Explanation:
    """Return why a determination has its value, for every student group or for one."""
    record, ruleset = determination.record, determination.ruleset
    return Explanation(
        kind="determination",
        ruleset=ruleset.title,
        year=ruleset.year,
        what_if=ruleset.what_if,
        rules_of=ruleset.rules_of,
        lea=Lea(record.code, record.name, record.county, record.kind),
        determination=determination.outcome,
        published=determination.published,
        label=determination.label,
        by=methods_that_decide(determination),
        methods={name: answer_text(answer) for name, answer in determination.methods.items()},
        referrals={name: answer_text(answer) for name, answer in determination.referrals.items()},
        missing=determination.settle,
        rules=tuple(_rules_of_lea(determination)),
        student_groups=tuple(_groups(determination, group)),
        about=determination,
        group=group.name if group is not None else None,
    )


def _rules_of_lea(determination: Determination) -> Iterator[ExplainedRule]:
    for rule in rules_in_order(determination) if determination.ruleset.suspended is None else ():
        if scope_of_rule(determination, rule) is Scope.LEA and not goes_without_saying(determination, rule):
            yield _rule(rule, lea_part(determination, rule))


def _groups(determination: Determination, group: StudentGroup | None) -> Iterator[ExplainedGroup]:
    if determination.ruleset.suspended is not None:
        return
    counted, every = counted_in(determination), rules_of_groups(determination)
    rules = [rule for rule in every if scope_of_rule(determination, rule) is Scope.GROUP]
    for result in determination.groups:
        if group in (None, result.group):
            counts_in = counted.get(result.group.name, ())
            yield ExplainedGroup(
                code=result.group.code,
                name=result.group.name,
                priorities=result.priorities,
                uncertain=result.uncertain,
                counts_in=tuple(dict.fromkeys(rule.label or rule.name for rule in counts_in)),
                rules=tuple(_rule(rule, group_part(determination, rule, result.group)) for rule in rules),
            )


def _rule(rule: Rule, part: Occurrence) -> ExplainedRule:
    source = Source(rule.span.source.name, rule.span.line, rule.source_year) if rule.span is not None else None
    return ExplainedRule(
        name=rule.name,
        label=rule.label,
        outcome=rule.outcome,
        priority=rule.priority,
        answer=answer_text(part.value),
        text=rule.text,
        source=source,
        cites=rule.cites,
        because=rule.because,
        parts=tuple(_part(leaf, wanted=part.value is not True) for leaf in leaves(part)),
    )


def _part(leaf: Leaf, *, wanted: bool) -> Part:
    subject = subject_of(leaf.part)
    node, prepared = subject.node, leaf.part.evaluation.prepared
    span = node.span or leaf.part.node.span
    words = " ".join(span.text.split()) if span is not None else None
    group = prepared.groups[subject.index].name if subject.index is not None else None
    said = Part(words, leaf_text(leaf, wanted=wanted), leaf.decides, "outcome", student_group=group)
    if (key := reference(node)) is not None:
        return evolve(said, name=key[1], year=key[0])
    if (asked := field_of(leaf.part)) is not None:
        return evolve(said, about="level", name=asked.key[0] or None, scale=asked.key[1], year=asked.year)
    if (listed := prepared.lists.get(subject.position)) is not None:
        name = listed.of if isinstance(listed.of, str) else None
        return evolve(said, about="outcome" if name else "count", name=name, year=listed.year)
    if is_tally(node):
        things = things_of(fold_behind(subject))
        counted = tuple(thing.name for thing in things if thing.counts)
        unknown = tuple(thing.name for thing in things if thing.uncertain)
        return evolve(said, about="count", counted=counted, cannot_tell=unknown)
    return evolve(said, about="subject") if is_about_subject(leaf.part) else said


# ---- Performance levels as data ----


def levels_data(evaluation: Evaluation, group: StudentGroup | None = None, indicator: str | None = None) -> Data:
    """Return the measures and levels of an LEA, of one group or indicator or all, as data that JSON can hold."""
    record, ruleset = evaluation.record, evaluation.prepared.ruleset
    return {
        "kind": "levels",
        "ruleset": ruleset.title,
        "year": ruleset.year,
        "what_if": ruleset.what_if,
        "rules_of": ruleset.rules_of,
        "lea": {"cds": record.code, "name": record.name, "county": record.county, "kind": record.kind},
        "levels": [level_data(result) for result in results_of(evaluation) if is_asked(result, group, indicator)],
    }


def level_data(result: LevelResult) -> Data:
    """Return the measures and levels of one indicator and student group as data that JSON can hold."""
    group = result.group
    return {
        "indicator": result.indicator or None,
        "student_group": {"code": group.code, "name": group.name} if group is not None else None,
        "year": result.evaluation.prepared.ruleset.year,
        "numbers": {
            name: {"value": result.number_text(name), "exact": str(number) if isinstance(number, Fraction) else None}
            for name, number in result.numbers.items()
        },
        "levels": {
            scale: {
                "level": answer_text(level),
                "reason": result.reasons[scale].text if scale in result.reasons else None,
            }
            for scale, level in result.levels.items()
        },
        "explanation": explain_level(result.evaluation, result.indicator, group.name if group is not None else None),
    }
