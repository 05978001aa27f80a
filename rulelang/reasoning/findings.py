"""Faults in the meaning of a ruleset: rules that never hold or change nothing, outcomes that no LEA can have.

Each finding is proved for all data an LEA could have, including numbers as far as `opened` distinguishes them. If it
depends on levels alone, a made-up LEA shows it, confirmed by the evaluator.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from enum import Enum

from attrs import evolve, field, frozen

from rulelang.core.ruleset import DETERMINATION, Rule, Ruleset
from rulelang.core.tree import Call, Const, Node
from rulelang.engine.evaluate import evaluate
from rulelang.engine.steps import Prepared, prepare
from rulelang.reasoning.circuit import Literal
from rulelang.reasoning.differences import UnconfirmedError
from rulelang.reasoning.possible import MadeUp
from rulelang.reasoning.rule_parts import (
    alternatives,
    halves,
    is_left_open,
    is_too_early,
    otherwise_rules,
    rests_on_open,
    tests_of,
)
from rulelang.reasoning.switched import Lanes, Switched, switched


class Fault(Enum):
    """The faults that a rule or an outcome may have."""

    NEVER = "never holds"
    PART = "has an alternative that never holds"
    ALWAYS = "always holds"
    CANNOT_TELL = "can only be cannot tell"
    IMPLIED = "is implied by others"
    MASKED = "is masked by those above"
    NO_EFFECT = "changes no outcome"
    OUTCOME = "gives an outcome that cannot be reached"
    HALVES = "may be met by a different student group for each half"


@frozen
class Finding:
    """A fault of a rule; for an outcome that cannot be reached, of the first rule that gives it.

    `others` are the rules that imply or mask it, or that give the same outcome. `node` is the part of the rule that is
    at fault, if it is not all of it. `lea` shows it: for a rule or a part that never holds, an LEA for which as many of
    its tests hold as can, `met` of `tests`. It is None if numbers, or other entities, play a part in it.
    """

    fault: Fault
    rule: Rule
    others: tuple[Rule, ...] = ()
    node: Node | None = None
    lea: MadeUp | None = None
    met: int = 0
    tests: int = 0


def findings(ruleset: Ruleset) -> list[Finding]:
    """Return the findings about a ruleset, in the order of its text; an empty list proves that there are none.

    Raises UnconfirmedError if the evaluator does not confirm one, which is a fault in rulelang.
    """
    if ruleset.suspended is not None or not ruleset.rules:
        return []
    with switched(ruleset) as circuit:
        return list(_Analysis(prepare(ruleset), circuit, frozenset(otherwise_rules(ruleset))).findings())


@frozen
class _Analysis:
    """A ruleset, its circuit with a switch for each rule, and the names of the rules that are `otherwise`."""

    prepared: Prepared
    circuit: Switched
    otherwise: frozenset[str]
    found: dict[str, Finding] = field(factory=dict)

    def findings(self) -> Iterator[Finding]:
        """Yield what is found, rule by rule, then outcome by outcome."""
        for rule in self._ruleset.rules:
            one = self._alone(rule) or self._among(rule)
            if one is not None:
                self.found[rule.name] = one
                yield self._shown(one)
            elif rule.name not in self.otherwise:
                yield from map(self._shown, (*self._parts(rule), *self._halves(rule)))
        yield from map(self._shown, self._outcomes())

    @property
    def _ruleset(self) -> Ruleset:
        return self.prepared.ruleset

    def _node(self, rule: Rule) -> Node:
        return self._ruleset.definitions[self._ruleset.year, rule.name].node

    # ---- what a rule is by itself ----

    def _alone(self, rule: Rule) -> Finding | None:
        """Return the finding about a rule by itself, whatever the others say."""
        answers, kinds, node = self.circuit.answers(rule), self.circuit.of_kinds(rule.kinds), self._node(rule)
        may, some = self.circuit.may, self.circuit.some
        if not may(some(yes for yes, _ in answers)):
            cannot_tell = any(not may(no, kinds) for _, no in answers)
            if rule.name in self.otherwise:
                return None if cannot_tell else Finding(Fault.MASKED, rule, self._above(rule))
            if cannot_tell:
                return None if is_left_open(node) else Finding(Fault.CANNOT_TELL, rule)
            waits = is_too_early(node) or rests_on_open(node, self._ruleset)
            return None if waits else Finding(Fault.NEVER, rule)
        if rule.name not in self.otherwise and not may(some(no for _, no in answers), kinds):
            return Finding(Fault.ALWAYS, rule)
        return None

    def _parts(self, rule: Rule) -> Iterator[Finding]:
        """Yield the alternatives of a rule that never hold, though others do."""
        answers = self.circuit.answers(rule)
        for part, decides in alternatives(self._node(rule)):
            lanes = _spread(self.circuit.answers(part), answers)
            pairs = zip(lanes, answers if decides else lanes, strict=True)
            holds = [self.circuit.every([one, yes]) for (one, _), (yes, _) in pairs]
            if not (
                is_too_early(part) or rests_on_open(part, self._ruleset) or self.circuit.may(self.circuit.some(holds))
            ):
                yield Finding(Fault.PART, rule, node=part)

    # ---- what a rule is among the others ----

    def _among(self, rule: Rule) -> Finding | None:
        """Return the finding about a rule that may hold, and without which no result of an LEA would change."""
        if rule.name in self.otherwise or not self.circuit.results or self.circuit.changes_result(rule):
            return None
        if not self.circuit.may(self.circuit.some(yes for yes, _ in self.circuit.answers(rule))):
            return None
        if self.circuit.changes_outcome(rule):
            return Finding(Fault.NO_EFFECT, rule)
        others = self._above(rule) if self._determines(rule) else self._alike(rule)
        masked = any(one.outcome != rule.outcome for one in others)
        return Finding(Fault.MASKED if masked else Fault.IMPLIED, rule, others)

    def _determines(self, rule: Rule) -> bool:
        return rule.outcome in self._ruleset.vocabulary.determinations

    def _above(self, rule: Rule) -> tuple[Rule, ...]:
        """Return the rules above a rule in its section that give a determination, as few as cover all it could."""
        rules = self._ruleset.rules
        tried = rules if rule.name in self.otherwise else rules[: rules.index(rule)]
        return self._enough(rule, [one for one in tried if one.kinds == rule.kinds and self._determines(one)])

    def _alike(self, rule: Rule) -> tuple[Rule, ...]:
        """Return as few rules with the same outcome as possible, one of which always holds when a rule does."""
        return self._enough(rule, [one for one in self._ruleset.rules if one.outcome == rule.outcome])

    def _enough(self, rule: Rule, others: Iterable[Rule]) -> tuple[Rule, ...]:
        """Return some rules without those that are not needed to cover a rule; none if together they do not."""
        left = [one for one in others if one != rule and one.name not in self.otherwise]
        if not self._covers(rule, left):
            return ()
        for one in list(left):
            fewer = [other for other in left if other != one]
            left = fewer if self._covers(rule, fewer) else left
        return tuple(left)

    def _covers(self, rule: Rule, others: Sequence[Rule]) -> bool:
        """Return whether one of some rules holds whenever a rule does; for determinations, or is cannot tell."""
        answers, decides = self.circuit.answers(rule), self._determines(rule)
        lanes = zip(*(_spread(self.circuit.answers(one), answers) for one in others), strict=True)
        missed = [[no if decides else -yes for yes, no in lane] for lane in lanes] or [[] for _ in answers]
        if rule.name in self.otherwise:
            return not self.circuit.may(self.circuit.of_kinds(rule.kinds), *missed[0])
        return not any(self.circuit.may(yes, *lane) for (yes, _), lane in zip(answers, missed, strict=True))

    # ---- halves ----

    def _halves(self, rule: Rule) -> Iterator[Finding]:
        """Yield the joint conditions of a rule that no student group need meet as a whole."""
        for joint, parts in halves(self._node(rule)):
            if self.circuit.may(self.circuit.answers(joint)[0][0], *self._apart(parts)):
                yield Finding(Fault.HALVES, rule, node=joint)

    def _apart(self, parts: Sequence[Node]) -> list[Literal]:
        """Return wires that are true if no student group meets all of some conditions."""
        lanes = zip(*map(self.circuit.answers, parts), strict=True)
        return [-self.circuit.every(yes for yes, _ in lane) for lane in lanes]

    # ---- outcomes ----

    def _outcomes(self) -> Iterator[Finding]:
        """Yield the outcomes of several rules none of which ever gives it."""
        dead = {name for name, one in self.found.items() if one.fault in (Fault.NEVER, Fault.MASKED)}
        for outcome in dict.fromkeys(rule.outcome for rule in self._ruleset.rules):
            rules = [rule for rule in self._ruleset.rules if rule.outcome == outcome]
            if len(rules) > 1 and dead.issuperset(rule.name for rule in rules):
                yield Finding(Fault.OUTCOME, rules[0], tuple(rules[1:]))

    # ---- the made-up LEA ----

    def _shown(self, finding: Finding) -> Finding:
        """Return a finding with a made-up LEA that shows it, after the evaluator has confirmed it."""
        rule = finding.rule
        match finding.fault:
            case Fault.NEVER | Fault.PART:
                return self._nearest(finding)
            case Fault.OUTCOME:
                return evolve(finding, lea=self._shown(self.found[rule.name]).lea)
            case Fault.HALVES:
                [(joint, parts)] = [one for one in halves(self._node(rule)) if one[0] is finding.node]
                wires: list[list[Literal]] = [[self.circuit.answers(joint)[0][0], *self._apart(parts)]]
            case Fault.CANNOT_TELL:
                wires = [[-yes, -no] for yes, no in self.circuit.answers(rule)]
            case _ if rule.name in self.otherwise:
                wires = [[self.circuit.answers(one)[0][0]] for one in finding.others]
            case _:
                wires = [[yes] for yes, _ in self.circuit.answers(rule)]
        made_up = (self.circuit.made_up(some, rule.kinds) for some in wires)
        lea = next((one for one in made_up if one is not None), None)
        if lea is not None:
            self._confirm(finding, lea)
        return evolve(finding, lea=lea)

    def _nearest(self, finding: Finding) -> Finding:
        """Return a finding with an LEA for which as many tests of a rule hold as possible, one after another."""
        node = finding.node or self._node(finding.rule)
        best: tuple[int, list[Literal]] = (0, [])
        tests = [self.circuit.answers(one) for one in tests_of(node, self._ruleset)]
        of_kind = self.circuit.of_kinds(finding.rule.kinds)
        for lane in range(max(map(len, tests), default=0)):
            held = [of_kind]
            for answers in tests:
                yes = answers[min(lane, len(answers) - 1)][0]
                held += [yes] if self.circuit.may(*held, yes) else []
            best = max(best, (len(held), held), key=lambda one: one[0])
        lea = self.circuit.made_up(best[1], finding.rule.kinds) if best[1] else None
        if lea is not None:
            self._confirm(finding, lea)
        return evolve(finding, lea=lea, met=max(best[0] - 1, 0), tests=len(tests))

    def _confirm(self, finding: Finding, lea: MadeUp) -> None:
        """Evaluate a made-up LEA, and raise UnconfirmedError if it does not show the finding."""
        evaluation = evaluate(self.prepared, lea.record(self.prepared, self.circuit.data.cells))
        values = evaluation.column(self.prepared.positions[self._ruleset.year, finding.rule.name])
        part = values if finding.node is None else evaluation.column(self.prepared.position(finding.node))
        holds = [one is True for one in values]
        by_part = [one is True for one in (part if len(part) == len(values) else part[:1] * len(values))]
        both = any(map(all, zip(holds, by_part, strict=True)))
        shown = {
            Fault.NEVER: not both,
            Fault.PART: not both,
            Fault.CANNOT_TELL: None in values,
            Fault.HALVES: True in part,
        }
        if not shown.get(finding.fault, any(holds) is not (finding.rule.name in self.otherwise)):
            raise UnconfirmedError(f"{finding.rule.text}: the evaluator does not confirm that it {finding.fault.value}")
        if finding.fault in (Fault.MASKED, Fault.IMPLIED, Fault.NO_EFFECT):
            self._confirm_without(finding.rule, lea)

    def _confirm_without(self, rule: Rule, lea: MadeUp) -> None:
        definitions, key = dict(self._ruleset.definitions), (self._ruleset.year, rule.name)
        definitions[key] = evolve(definitions[key], node=Call("and", (Const(False), definitions[key].node)))
        without = prepare(evolve(self._ruleset, definitions=definitions))
        told = [
            evaluate(one, lea.record(one, self.circuit.data.cells)).value((self._ruleset.year, DETERMINATION))
            for one in (self.prepared, without)
            if (self._ruleset.year, DETERMINATION) in one.positions
        ]
        if len(set(map(str, told))) > 1:
            raise UnconfirmedError(f"{rule.text}: by the evaluator an LEA gets another determination without it")


def _spread(answers: Lanes, over: Lanes) -> Lanes:
    """Return the answer for each student group: that of the LEA if there are no others."""
    return answers if len(answers) == len(over) else [answers[0]] * len(over)
