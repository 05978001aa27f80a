"""What the examples of a ruleset try in its rules: each answer, each part, and the levels next to those asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from attrs import frozen

from rulelang.analysis.examples import ExampleRun
from rulelang.core.ruleset import Rule, Ruleset
from rulelang.core.tree import Node, Value
from rulelang.core.truth import Truth
from rulelang.core.vocabulary import Scope
from rulelang.diagnostics.drawing import Mark, Screen, draw
from rulelang.engine.evaluate import Evaluation
from rulelang.engine.wording import answer_text
from rulelang.reasoning.rule_parts import conditions_in, levels_beside

ANSWERS: tuple[Truth, ...] = (True, False, None)


@frozen
class Untried:
    """Something in a rule that no example tries: an answer of the rule or of a part of it, or the level next to one.

    `node` is the part, or the field whose `level` is not tried; None if it is the answer of the rule itself.
    """

    rule: Rule
    answer: Truth
    node: Node | None = None
    level: str | None = None

    @property
    def words(self) -> str:
        """Return what is not tried, for people."""
        return f"{self.level} not tried" if self.level is not None else f"never {answer_text(self.answer)}"


@frozen
class Covered:
    """How often examples give each answer of a rule, what of it none tries, and how many things there are to try."""

    rule: Rule
    answers: Mapping[Truth, int]
    untried: tuple[Untried, ...]
    things: int


def rules_covered(ruleset: Ruleset, runs: Iterable[ExampleRun]) -> list[Covered]:
    """Return how far examples try the rules of a ruleset, in the order of the text.

    A rule of student groups is tried by the groups that an example speaks of, and a rule of some kinds of LEA by
    examples of these kinds.
    """
    every = [one for run in runs if not run.example.stated_measures for one in run.evaluations]
    return [_covered(ruleset, rule, every) for rule in ruleset.rules]


def _covered(ruleset: Ruleset, rule: Rule, every: Sequence[Evaluation]) -> Covered:
    node = ruleset.definitions[ruleset.year, rule.name].node
    about = [one for one in every if not rule.kinds or one.record.kind in rule.kinds]
    answers = Counter(_truths(_values(ruleset, about, node)))
    untried = [Untried(rule, answer) for answer in ANSWERS if not answers[answer]]
    things = len(ANSWERS)
    parts = list(conditions_in(node))
    for part in parts if len(parts) > 1 else ():
        seen = set(_truths(_values(ruleset, about, part)))
        untried += [Untried(rule, answer, part) for answer in (True, False) if answer not in seen]
        things += 2
    for field, level in (pair for part in parts for pair in levels_beside(part, ruleset.vocabulary)):
        untried += [] if level in _values(ruleset, about, field) else [Untried(rule, False, field, level)]
        things += 1
    return Covered(rule, answers, tuple(untried), things)


def _truths(values: Iterable[Value]) -> Iterator[Truth]:
    yield from (value if isinstance(value, bool) else None for value in values)


def _values(ruleset: Ruleset, every: Iterable[Evaluation], node: Node) -> list[Value]:
    """Return the values of a node for each LEA, or for the student groups of it that the data speak of."""
    found: list[Value] = []
    for one in every:
        position, facts = one.prepared.position(node), one.record.years.get(ruleset.year)
        values = one.column(position)
        if one.prepared.steps[position].scope is Scope.GROUP:
            said = facts.groups if facts is not None else {}
            names = [group.name for group in one.prepared.groups]
            values = tuple(value for name, value in zip(names, values, strict=True) if name in said)
        found.extend(values)
    return found


def share(covered: Iterable[Covered]) -> tuple[int, int]:
    """Return how much of all there is to try has been tried, and how much there is."""
    listed = list(covered)
    things = sum(one.things for one in listed)
    return things - sum(len(one.untried) for one in listed), things


def drawn(covered: Covered, screen: Screen) -> list[str]:
    """Return lines that show a rule, how often examples give each answer, and under its words what none tries."""
    rule = covered.rule
    counts = ", ".join(f"{answer_text(one)} {covered.answers.get(one, 0)}" for one in ANSWERS)
    lines = [f"{rule.label or rule.outcome}: {counts}"]
    places = {one.node.span for one in covered.untried if one.node is not None and one.node.span is not None}
    words = {
        span: [one.words for one in covered.untried if one.node is not None and one.node.span == span]
        for span in places
    }
    marks = [Mark(span, ", ".join(dict.fromkeys(said))) for span, said in words.items() if rule.span is not None]
    if marks and rule.span is not None:
        lines += draw(sorted(marks, key=lambda mark: mark.span.start), screen, sentence=rule.span, beside=False)
    return lines
