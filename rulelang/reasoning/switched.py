"""A ruleset as a circuit in which each rule has a switch, to ask what the results would be without the rule."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import MappingProxyType
from typing import Final

from attrs import evolve, field, frozen

from rulelang.core.ruleset import DETERMINATION, Rule, Ruleset
from rulelang.core.tree import Call, Const, Node, stated_reason
from rulelang.core.vocabulary import Scope
from rulelang.engine.columns import Answers, Column
from rulelang.engine.steps import Prepared, prepare
from rulelang.reasoning.answers import answer_of, outcomes_of
from rulelang.reasoning.circuit import FALSE, TRUE, Literal, rows_of, specialized, wire_of
from rulelang.reasoning.opened import opened
from rulelang.reasoning.possible import MadeUp, PossibleData, columns_of, smallest
from rulelang.reasoning.solver import Solver, solving

_SWITCH: Final = "switch of "
"""The beginning of the reason of the constant that stands for a rule's switch."""

Lanes = list[tuple[Literal, Literal]]
"""The wires of yes and of no, for each student group that is counted in the year, or for the LEA."""


@contextmanager
def switched(ruleset: Ruleset) -> Iterator[Switched]:
    """Yield the circuit of a ruleset with a switch for each rule, and a solver that is closed at the end."""
    prepared, data = prepare(_with_switches(ruleset)), PossibleData()
    switches: dict[str, Literal] = {}
    columns: dict[int, Column] = {}
    for position, step in enumerate(prepared.steps):
        if (reason := stated_reason(step.node)).startswith(_SWITCH):
            wire = switches[reason.removeprefix(_SWITCH)] = data.circuit.variable()
            columns[position] = Answers(rows_of(data.circuit, (wire,)), rows_of(data.circuit, (-wire,)))
    every = columns_of(prepared, data, {**opened(prepared, data), **columns})
    results = tuple(_results(prepared, data, every))
    known = {wire: wire for wire in range(1, data.circuit.top + 1) if data.circuit.below[wire] is None}
    known |= dict.fromkeys(switches.values(), TRUE)
    specialized(data.circuit, known, range(2, data.circuit.top + 1), (), data.circuit)
    with solving(data.circuit, data.rules()) as solver:
        yield Switched(prepared, data, every, switches, solver, results, data.circuit.cone(results), known)


def _with_switches(ruleset: Ruleset) -> Ruleset:
    changed = dict(ruleset.definitions)
    for rule in ruleset.rules:
        key = (ruleset.year, rule.name)
        node = Call("and", (Const(None, _SWITCH + rule.name), changed[key].node))
        changed[key] = evolve(changed[key], node=node)
    return evolve(ruleset, definitions=changed)


def _results(prepared: Prepared, data: PossibleData, columns: Sequence[Column]) -> Iterator[Literal]:
    """Yield the wires of all results of an LEA: its determination and the rest, and the criteria it meets."""
    ruleset = prepared.ruleset
    decided = [name for name in outcomes_of(prepared) if (ruleset.year, name) in prepared.positions]
    for name in decided:
        yield from answer_of(prepared, data.circuit, columns, name).values()
    criteria = [one.name for one in ruleset.vocabulary.outcomes if one.kind not in ("determination", "label")]
    for name in dict.fromkeys((*criteria, *ruleset.vocabulary.group_outcomes)) if decided else ():
        position = prepared.positions.get((ruleset.year, name))
        if position is not None:
            yield from (wire for pair in _lanes(prepared, columns, position) for wire in pair)


def _lanes(prepared: Prepared, columns: Sequence[Column], position: int) -> Lanes:
    column, year = columns[position], prepared.ruleset.year
    yes, no = column if isinstance(column, Answers) else (0, 0)
    counted = [lane for lane, group in enumerate(prepared.groups) if group.is_counted_in(year)]
    lanes = counted if prepared.steps[position].scope is Scope.GROUP else [0]
    return [(wire_of(yes, lane), wire_of(no, lane)) for lane in lanes]


@frozen(eq=False)
class Switched:
    """The circuit: the wires of all results, their cone, and the value of each wire if every rule is in force."""

    prepared: Prepared
    data: PossibleData
    columns: Sequence[Column] = field(repr=False)
    switches: Mapping[str, Literal]
    solver: Solver
    results: Sequence[Literal]
    cone: Sequence[Literal] = field(repr=False)
    in_force: Mapping[Literal, Literal] = field(repr=False)

    @property
    def groups(self) -> list[str]:
        """Return the student groups that are counted in the year, in the order of lanes."""
        return [group.name for group in self.prepared.groups if group.is_counted_in(self.prepared.ruleset.year)]

    def may(self, *wires: Literal) -> bool:
        """Return whether some wires are true for any data that an LEA could have."""
        return FALSE not in wires and self.solver.is_possible(wires)

    def some(self, wires: Iterable[Literal]) -> Literal:
        """Return the wire that is true where any of some wires is."""
        return self.data.circuit.some(wires)

    def every(self, wires: Iterable[Literal]) -> Literal:
        """Return the wire that is true where all of some wires are."""
        return self.data.circuit.every(wires)

    def of_kinds(self, kinds: Sequence[str]) -> Literal:
        """Return the wire that is true of the LEAs of some kinds; of all, where none is named."""
        return self.some(self.data.kinds[kind] for kind in kinds) if kinds else TRUE

    def is_open(self, wires: Iterable[Literal]) -> bool:
        """Return whether some wires depend on what numbers or other entities are."""
        cone = set(self.data.circuit.cone(wires))
        return any(not cone.isdisjoint(some) for some in self.data.others)

    def made_up(self, wires: Sequence[Literal], kinds: Sequence[str]) -> MadeUp | None:
        """Return the smallest LEA, of one of some kinds, for which some wires are true; None if none can be made up.

        That is the case if there is none, and if numbers or other entities play a part in it.
        """
        if FALSE in wires or self.is_open(wires):
            return None
        for kind, wire in self.data.kinds.items():
            if (not kinds or kind in kinds) and self.may(*wires, wire):
                return smallest(self.solver, self.data, kind, (*wires, wire))
        return None

    def answers(self, what: Rule | Node) -> Lanes:
        """Return the wires of yes and no of a rule, or of a part of one, with every rule in force."""
        key = (self.prepared.ruleset.year, what.name) if isinstance(what, Rule) else what
        lanes = _lanes(self.prepared, self.columns, self.prepared.position(key))
        return [(self._now(yes), self._now(no)) for yes, no in lanes]

    def changes_result(self, rule: Rule) -> bool:
        """Return whether any LEA would get a different result without a rule."""
        return self._changes(rule, self.results, self.cone)

    def changes_outcome(self, rule: Rule) -> bool:
        """Return whether the outcome of a rule would have another answer without it, for any LEA."""
        ruleset = self.prepared.ruleset
        of_kind = {one.name: one.kind for one in ruleset.vocabulary.outcomes}
        if of_kind.get(rule.outcome) == "determination":
            answer = answer_of(self.prepared, self.data.circuit, self.columns, DETERMINATION)
            wires = list(answer.values())
            return self._changes(rule, wires, self.data.circuit.cone(wires))
        lanes = _lanes(self.prepared, self.columns, self.prepared.positions[ruleset.year, rule.outcome])
        wires = [wire for pair in lanes for wire in pair]
        return self._changes(rule, wires, self.data.circuit.cone(wires))

    def _changes(self, rule: Rule, wires: Sequence[Literal], order: Iterable[Literal]) -> bool:
        """Return whether any of some wires may be another without a rule; `order` is their cone."""
        circuit, without = self.data.circuit, self._without(rule, order)
        pairs = [(now, other) for wire in wires if (now := self._now(wire)) != (other := self._now(wire, without))]
        differ = [circuit.both(one, -other) for one, other in pairs] + [
            circuit.both(-one, other) for one, other in pairs
        ]
        return self.may(self.some(differ))

    def _without(self, rule: Rule, order: Iterable[Literal]) -> Mapping[Literal, Literal]:
        """Return the values of those of some wires, ascending, that have another if every rule is in force but one."""
        circuit, changed = self.data.circuit, {self.switches[rule.name]: FALSE}
        for wire in order:
            parts = circuit.below[wire]
            if parts is not None and (abs(parts[0]) in changed or abs(parts[1]) in changed):
                value = circuit.both(self._now(parts[0], changed), self._now(parts[1], changed))
                if value != self._now(wire):
                    changed[wire] = value
        return changed

    def _now(self, wire: Literal, changed: Mapping[Literal, Literal] = MappingProxyType({})) -> Literal:
        """Return the value of a wire if every rule is in force, or what it is changed to."""
        bare = abs(wire)
        known = changed.get(bare) or self.in_force.get(bare, bare)
        return known if wire > 0 else -known
