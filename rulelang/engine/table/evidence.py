"""What the evidence of each rule is read from, so that rules that rest on the same are put into words once.

The evidence of a rule that holds shows the levels of the fields that its own sentence names, and of whatever else it
speaks of (other rules, things that are counted) no more than the answers. So it is a function of a few levels and a
few answers. The answers are worked out where the rules are, and come as whole numbers with a bit for each; what stands
here says which they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from attrs import define, field, frozen

from rulelang.core.tree import (
    All,
    Any,
    Apply,
    Bands,
    Choose,
    Constant,
    Field,
    Grid,
    Node,
    NotEstablished,
    PublishedOutcome,
    PublishedTally,
    Reference,
    Subject,
    Tally,
    TallyGroups,
    children,
)
from rulelang.core.vocabulary import Scope
from rulelang.engine.steps import Prepared
from rulelang.engine.table.bits import Exact
from rulelang.engine.table.names import UnsupportedRulesError

Part = tuple[Node, int]
"""A node where it stands in a sentence, and the position of its step."""


@frozen
class RuleReads:
    """What the evidence of one rule is read from.

    `of_lea`, `of_group` and `over_groups` are the positions of steps of which the answer is read: that of the LEA, of
    the student group the rule is about, and of every student group; `within` has those of the last that are only read
    for the groups which meet a condition, each with the position of every such condition. `fields` are those shown,
    `exact` those of them that may be shown with a level the rule does not ask for. `steps` are worked out from these.
    """

    of_lea: frozenset[int]
    of_group: frozenset[int]
    over_groups: frozenset[int]
    within: Mapping[int, frozenset[int]]
    fields: frozenset[Field]
    exact: frozenset[Field]
    steps: frozenset[int]
    asks_kind: bool


@frozen
class Evidence:
    """What the evidence of all rules of a ruleset's year is read from, by the name of each rule."""

    of_rules: Mapping[str, RuleReads] = field(repr=False)

    @property
    def of_lea(self) -> tuple[int, ...]:
        """Return the steps of which the answer of the LEA is read."""
        return _ordered(one.of_lea for one in self.of_rules.values())

    @property
    def of_group(self) -> tuple[int, ...]:
        """Return the steps of which the answer of the student group is read that a rule is about."""
        return _ordered(one.of_group for one in self.of_rules.values())

    @property
    def over_groups(self) -> tuple[int, ...]:
        """Return the steps of which the answer of every student group is read."""
        return _ordered(one.over_groups for one in self.of_rules.values())

    @property
    def within(self) -> Mapping[int, int]:
        """Return those of the last that are only read for the groups that meet one condition, with its position."""
        conditions: dict[int, set[int | None]] = {}
        for reads in self.of_rules.values():
            for position in reads.over_groups:
                conditions.setdefault(position, set()).update(reads.within.get(position, (None,)))
        alone = {position: found.pop() for position, found in conditions.items() if len(found) == 1}
        return {position: condition for position, condition in alone.items() if condition is not None}

    @property
    def exact(self) -> Exact:
        """Return the fields of which every level must be told from every other."""
        return frozenset((one.year, one.key) for reads in self.of_rules.values() for one in reads.exact)


def _ordered(positions: Iterable[frozenset[int]]) -> tuple[int, ...]:
    return tuple(sorted(frozenset[int]().union(*positions)))


def evidence_of(prepared: Prepared) -> Evidence:
    """Return what the evidence of the rules of the ruleset's year is read from.

    Raises UnsupportedRulesError where a rule speaks of a number.
    """
    ruleset = prepared.ruleset
    found = {}
    for rule in ruleset.rules:
        key = ruleset.year, rule.name
        reading = _Reading(prepared)
        reading.read(ruleset.definitions[key].node, prepared.positions[key])
        found[rule.name] = reading.reads()
    return Evidence(found)


_OF_A_NUMBER: Final = "evidence that shows a number"


@define
class _Reading:
    """What was met so far on the way down a sentence, which ends where `engine.wording` ends it."""

    prepared: Prepared
    _answers: set[int] = field(factory=set)
    _over_groups: set[int] = field(factory=set)
    _counted: set[int] = field(factory=set)
    _within: dict[int, set[int]] = field(factory=dict)
    _fields: set[Field] = field(factory=set)
    _exact: set[Field] = field(factory=set)
    _steps: set[int] = field(factory=set)
    _asks_kind: bool = False

    def reads(self) -> RuleReads:
        """Return all that was met."""
        scopes = {scope: frozenset(at for at in self._answers if self._scope(at) is scope) for scope in Scope}
        over = frozenset(at for at in self._over_groups if self._scope(at) is Scope.GROUP)
        return RuleReads(
            scopes[Scope.LEA] | frozenset(self._over_groups - over),
            scopes[Scope.GROUP],
            over,
            {at: frozenset(found) for at, found in self._within.items() if at not in self._counted | self._answers},
            frozenset(self._fields),
            frozenset(self._exact),
            frozenset(self._steps - self._answers - self._over_groups),
            self._asks_kind,
        )

    def _scope(self, position: int) -> Scope:
        return self.prepared.steps[position].scope

    def read(self, root: Node, position: int) -> None:
        """Note what a sentence is read from."""
        waiting: list[tuple[Part, bool]] = [((root, position), True)]
        while waiting:
            part, as_asked = waiting.pop()
            waiting.extend(self._read(part, as_asked=as_asked))

    def _read(self, part: Part, *, as_asked: bool) -> Iterator[tuple[Part, bool]]:
        """Note a part and yield what is to be read below it.

        It is read `as_asked` where it is shown only if its answer is yes, or cannot be told.
        """
        node, position = part
        match node:
            case Constant():
                return
            case Reference():
                self._answers.add(position)
            case Field():
                self._check_level(node)
                self._steps.add(position)
                self._fields.add(node)
                if not as_asked:
                    self._exact.add(node)
            case Subject():
                self._steps.add(position)
                self._asks_kind = self._asks_kind or node.scope is Scope.LEA
            case PublishedTally() | PublishedOutcome() | NotEstablished():
                self._steps.add(position)
            case Tally() | TallyGroups():
                self._steps.add(position)
                self._read_things(part)
            case Bands() | Grid():
                raise UnsupportedRulesError(_OF_A_NUMBER)
            case Apply() | All() | Any() | Choose():
                self._steps.add(position)
                shown_as_asked = as_asked and _shows_what_is_asked(node)
                yield from ((below, shown_as_asked) for below in self._below(part))

    def _check_level(self, asked: Field) -> None:
        if all(asked.key[1] != scale.name for scale in self.prepared.ruleset.vocabulary.scales):
            raise UnsupportedRulesError(_OF_A_NUMBER)

    def _below(self, part: Part) -> list[Part]:
        node, position = part
        return list(zip(children(node), self.prepared.steps[position].inputs, strict=True))

    def _read_things(self, tally: Part) -> None:
        """Note the answers of what is counted, and of what a thing that is a count itself counts."""
        of_groups = isinstance(tally[0], TallyGroups)
        below = self._below(tally)
        for part in below:
            self._answer(part, over_groups=of_groups)
            self._counted.add(part[1])
        for met in below[1::2]:
            for inner in self._tallies_in(met):
                inner_of_groups = isinstance(inner[0], TallyGroups)
                for part in self._below(inner):
                    self._answer(part, over_groups=of_groups or inner_of_groups)
                    if inner_of_groups:
                        self._counted.add(part[1])
                    else:
                        self._within.setdefault(part[1], set()).add(met[1])

    def _tallies_in(self, met: Part) -> Iterator[Part]:
        parts = self._below(met) if isinstance(met[0], All) else [met]
        return (part for part in parts if isinstance(part[0], Tally | TallyGroups))

    def _answer(self, part: Part, *, over_groups: bool) -> None:
        node, position = part
        if not isinstance(node, Constant):
            (self._over_groups if over_groups else self._answers).add(position)


def _shows_what_is_asked(node: Apply | All | Any | Choose) -> bool:
    """Return whether a field below a node that holds is shown only with a level that was asked for."""
    if isinstance(node, Apply):
        asked = [one for one in node.arguments if isinstance(one, Constant) and isinstance(one.value, tuple)]
        return (node.operator == "is one of" and bool(asked)) or node.operator in ("first known", "known or no")
    return True
