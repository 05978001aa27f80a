"""A ruleset laid out as steps: every definition flattened, children first, and equal nodes once.

Each step reads only earlier ones, so that an evaluation is one walk down the list. Nothing here recurses, so that no
sentence is too deep.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from functools import cached_property

from attrs import field, frozen

from rulelang.core.ruleset import DefinitionKey, Ruleset
from rulelang.core.tree import (
    Call,
    Const,
    Fold,
    Get,
    Match,
    Node,
    Published,
    Ref,
    Self,
    binds_groups,
    children,
    children_first,
    relates,
)
from rulelang.core.vocabulary import Scope, StudentGroup


@frozen
class Step:
    """One node of the flattened definitions, and every node equal to it.

    `inputs` are the positions of the steps of its children, in the order of `core.tree.children`.
    """

    node: Node
    scope: Scope
    inputs: tuple[int, ...]


@frozen(eq=False)
class Prepared:
    """A ruleset ready to be evaluated, any number of times and by several threads at once.

    `relates` says whether the rules ask of an entity what it belongs to, or what belongs to it.
    """

    ruleset: Ruleset
    groups: tuple[StudentGroup, ...] = field(repr=False)
    steps: tuple[Step, ...] = field(repr=False)
    positions: Mapping[DefinitionKey, int] = field(repr=False)
    group_index: Mapping[str, int] = field(repr=False)
    numbers: Mapping[Hashable, int] = field(repr=False)
    relates: bool = False

    @cached_property
    def fields(self) -> Mapping[int, Get]:
        """Return the fields that the rules read, by the position of the step that reads each."""
        return {at: step.node for at, step in enumerate(self.steps) if isinstance(step.node, Get)}

    @cached_property
    def lists(self) -> Mapping[int, Published]:
        """Return what the rules ask published lists, by the position of the step that asks it."""
        return {at: step.node for at, step in enumerate(self.steps) if isinstance(step.node, Published)}

    def position(self, what: Node | DefinitionKey) -> int:
        """Return the position of a definition's step, or of any node of the ruleset; KeyError where it has none."""
        if isinstance(what, tuple):
            return self.positions[what]
        return _flatten(what, lambda node, inputs: self.numbers[_identity(node, inputs)], self.positions)


def prepare(ruleset: Ruleset) -> Prepared:
    """Return the ruleset with its definitions flattened into steps.

    Every reference must be to an earlier definition, as the compiler guarantees; KeyError otherwise.
    """
    layout = _Layout()
    for key, definition in ruleset.definitions.items():
        layout.positions[key] = _flatten(definition.node, layout.number, layout.positions)
    groups = ruleset.vocabulary.groups
    index = {group.name: position for position, group in enumerate(groups)}
    related = any(relates(step.node) for step in layout.steps)
    return Prepared(ruleset, groups, tuple(layout.steps), layout.positions, index, layout.numbers, related)


def _flatten(
    root: Node, number: Callable[[Node, tuple[int, ...]], int], definitions: Mapping[DefinitionKey, int]
) -> int:
    """Number every node below a root and then the root, children first, and return its number."""
    done: dict[int, int] = {}
    for node in children_first(root):
        if isinstance(node, Ref):
            done[id(node)] = definitions[node.year, node.name]
        else:
            done[id(node)] = number(node, tuple(done[id(child)] for child in children(node)))
    return done[id(root)]


def _identity(node: Node, inputs: tuple[int, ...]) -> Hashable:
    """Return what two nodes have in common exactly if they are equal, given that equal children share a number."""
    match node:
        case Const():
            return Const, type(node.value), node.value, node.reason
        case Call():
            return Call, node.operator, inputs
        case Fold():
            return Fold, node.how, node.over, tuple(item.name for item in node.items), inputs
        case Match():
            rows = tuple((row.patterns, row.possible) for row in node.rows)
            return Match, rows, node.otherwise is None, inputs
        case Get() | Self() | Ref() | Published():
            return node


@frozen
class _Layout:
    """The steps laid out so far."""

    steps: list[Step] = field(factory=list)
    positions: dict[DefinitionKey, int] = field(factory=dict)
    numbers: dict[Hashable, int] = field(factory=dict)

    def number(self, node: Node, inputs: tuple[int, ...]) -> int:
        """Return the position of the node's step, made if no equal node has one yet."""
        identity = _identity(node, inputs)
        position = self.numbers.get(identity)
        if position is None:
            position = self.numbers[identity] = len(self.steps)
            self.steps.append(Step(node, self._scope(node, inputs), inputs))
        return position

    def _scope(self, node: Node, inputs: tuple[int, ...]) -> Scope:
        match node:
            case Get() | Self() | Published():
                return node.scope
            case _ if binds_groups(node):
                return Scope.LEA
            case _:
                of_group = any(self.steps[position].scope is Scope.GROUP for position in inputs)
                return Scope.GROUP if of_group else Scope.LEA
