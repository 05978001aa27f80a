"""A ruleset laid out as steps: every definition flattened, children first, and equal nodes once.

Each step reads only earlier ones, so that an evaluation is one walk down the list. Nothing here recurses, so no
sentence is too deep.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from functools import cached_property
from typing import NamedTuple

from attrs import field, frozen

from rulelang.core.ruleset import DefinitionKey, Ruleset
from rulelang.core.tree import (
    Get,
    Node,
    Published,
    children,
    field_read,
    list_asked,
    reference,
    relates,
    scope_above,
    without_children,
)
from rulelang.core.vocabulary import Scope, StudentGroup
from rulelang.core.walk import children_first


class Step(NamedTuple):
    """One node of the flattened definitions, and every node equal to it.

    `inputs` are the positions of the steps of its children, in the order of `core.tree.children`.
    """

    node: Node
    scope: Scope
    inputs: tuple[int, ...]


@frozen(eq=False)
class Prepared:
    """A ruleset ready to be evaluated, any number of times and by several threads at once.

    `relates` says whether the rules ask an entity what it belongs to, or what belongs to it.
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
        return {at: found for at, step in enumerate(self.steps) if (found := field_read(step.node)) is not None}

    @cached_property
    def lists(self) -> Mapping[int, Published]:
        """Return what the rules ask published lists, by the position of the step that asks it."""
        return {at: found for at, step in enumerate(self.steps) if (found := list_asked(step.node)) is not None}

    def resting_on(self, positions: Iterable[int]) -> set[int]:
        """Return some steps, and all that rest on them."""
        found = set(positions)
        for at, step in enumerate(self.steps):
            if not found.isdisjoint(step.inputs):
                found.add(at)
        return found

    def beneath(self, positions: Iterable[int]) -> list[int]:
        """Return the positions of the steps that some rest on, and their own, in order."""
        found = set(positions)
        for at in reversed(range(len(self.steps))):
            if at in found:
                found.update(self.steps[at].inputs)
        return sorted(found)

    def position(self, what: Node | DefinitionKey) -> int:
        """Return the position of a definition's step, or of any node of the ruleset; KeyError if it has none."""
        if isinstance(what, tuple):
            return self.positions[what]
        return _flatten(what, lambda node, inputs: self.numbers[without_children(node), inputs], self.positions)


def prepare(ruleset: Ruleset) -> Prepared:
    """Return the ruleset with its definitions flattened into steps.

    Every reference must be to an earlier definition, as the compiler guarantees; KeyError otherwise.
    """
    steps: list[Step] = []
    positions: dict[DefinitionKey, int] = {}
    numbers: dict[Hashable, int] = {}

    def number(node: Node, inputs: tuple[int, ...]) -> int:
        """Return the position of a node's step, adding one if no equal node has one yet."""
        position = numbers.setdefault((without_children(node), inputs), len(steps))
        if position == len(steps):
            steps.append(Step(node, scope_above(node, (steps[below].scope for below in inputs)), inputs))
        return position

    for key, definition in ruleset.definitions.items():
        positions[key] = _flatten(definition.node, number, positions)
    groups = ruleset.vocabulary.groups
    index = {group.name: position for position, group in enumerate(groups)}
    related = any(relates(step.node) for step in steps)
    return Prepared(ruleset, groups, tuple(steps), positions, index, numbers, related)


def _flatten(
    root: Node, number: Callable[[Node, tuple[int, ...]], int], definitions: Mapping[DefinitionKey, int]
) -> int:
    """Number every node below a root and then the root, children first, and return its number."""
    done: dict[int, int] = {}
    for node in children_first(root):
        if (key := reference(node)) is not None:
            done[id(node)] = definitions[key]
        else:
            done[id(node)] = number(node, tuple(done[id(child)] for child in children(node)))
    return done[id(root)]
