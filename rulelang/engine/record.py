"""The record engine: one LEA, its student groups and the years it needs, always traced.

`prepare` flattens all definitions of a ruleset, once, into one list of steps in which every step reads only earlier
ones; equal nodes share a step. `evaluate` runs down that list (`engine.running`) and writes the values of every step on
a sheet (`engine.sheet`): one value for the LEA, or one for each student group of the vocabulary. The sheet is the
trace, so an explanation looks values up and never evaluates anything again.

Nothing here recurses, so that no sentence is too deep.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping

from attrs import field, frozen

from rulelang.core.record import LeaRecord, Reading
from rulelang.core.ruleset import DefinitionKey, Ruleset
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
    Value,
    children,
)
from rulelang.core.vocabulary import Scope, StudentGroup
from rulelang.engine.meaning import Column
from rulelang.engine.running import Program, program_of, reading_of
from rulelang.engine.sheet import Sheet, Step


@frozen(eq=False)
class Prepared:
    """A ruleset ready to be evaluated, any number of times and by several threads at once."""

    ruleset: Ruleset
    groups: tuple[StudentGroup, ...] = field(repr=False)
    steps: tuple[Step, ...] = field(repr=False)
    positions: Mapping[DefinitionKey, int] = field(repr=False)
    group_index: Mapping[str, int] = field(repr=False)
    numbers: Mapping[Hashable, int] = field(repr=False)
    program: Program = field(repr=False)

    def position(self, what: Node | DefinitionKey) -> int:
        """Return the position of a definition's step, or of any node of the ruleset; KeyError where it has none."""
        if isinstance(what, tuple):
            return self.positions[what]
        return _flatten(what, lambda node, inputs: self.numbers[_identity(node, inputs)], self.positions)


@frozen(eq=False)
class Evaluation:
    """What came out for one LEA: a value for every node of every definition."""

    prepared: Prepared
    record: LeaRecord
    sheet: Sheet = field(repr=False)

    def value(self, what: Node | DefinitionKey, group: str | None = None) -> Value:
        """Return the value of a node or a definition, for a student group's name or for the LEA.

        What is true of the LEA is true for each of its groups. KeyError where the ruleset has no such node or the
        vocabulary no such group, or where only a group has the value and none is named.
        """
        index = None if group is None else self.prepared.group_index[group]
        return self.at(self.prepared.position(what), index)

    def at(self, position: int, index: int | None) -> Value:
        """Return the value of a step, for the student group at an index or for the LEA; KeyError as for `value`."""
        column = self.column(position)
        if self.prepared.steps[position].scope is Scope.LEA:
            return column[0]
        if index is None:
            message = "a value of student groups needs a student group"
            raise KeyError(message)
        return column[index]

    def gist(self, position: int, index: int | None) -> Value:
        """Return the same, or any other number in the place of a number."""
        return self.at(position, index)

    def column(self, position: int) -> Column:
        """Return the values of a step: one for the LEA, or one for each student group of the vocabulary."""
        return self.prepared.program.reader.column(self.sheet, position)

    def reading(self, asked: Field, index: int | None) -> Reading | None:
        """Return what the data say of a field, for the student group at an index; None where it is unknown."""
        group = self.prepared.groups[index] if asked.scope is Scope.GROUP and index is not None else None
        return reading_of(self.record, self.prepared.ruleset.vocabulary, asked, group)


def prepare(ruleset: Ruleset) -> Prepared:
    """Return the ruleset with its definitions flattened into steps.

    Every reference must be to an earlier definition, as the compiler guarantees; KeyError otherwise.
    """
    layout = _Layout()
    for key, definition in ruleset.definitions.items():
        layout.positions[key] = _flatten(definition.node, layout.number, layout.positions)
    groups = ruleset.vocabulary.groups
    index = {group.name: position for position, group in enumerate(groups)}
    steps = tuple(layout.steps)
    program = program_of(ruleset.vocabulary, steps)
    return Prepared(ruleset, groups, steps, layout.positions, index, layout.numbers, program)


def evaluate(prepared: Prepared, record: LeaRecord) -> Evaluation:
    """Return the value of every node for one LEA. Whatever the data hold, this does not raise."""
    return Evaluation(prepared, record, prepared.program.run(record))


# ---- Flattening ----


def _flatten(
    root: Node, number: Callable[[Node, tuple[int, ...]], int], definitions: Mapping[DefinitionKey, int]
) -> int:
    """Number every node below a root and then the root, children first, and return its number."""
    done: dict[int, int] = {}  # by identity: comparing deep nodes would recurse
    waiting = [root]
    while waiting:
        node = waiting[-1]
        below = children(node)
        missing = [child for child in below if id(child) not in done]
        if missing:
            waiting.extend(reversed(missing))
            continue
        waiting.pop()
        if isinstance(node, Reference):
            done[id(node)] = definitions[node.year, node.name]
        elif id(node) not in done:
            done[id(node)] = number(node, tuple(done[id(child)] for child in below))
    return done[id(root)]


def _identity(node: Node, inputs: tuple[int, ...]) -> Hashable:
    """Return what two nodes have in common exactly if they are equal, given that equal children share a number."""
    match node:
        case Constant():
            return Constant, type(node.value), node.value
        case Apply():
            return Apply, node.operator, inputs
        case All() | Any() | Choose():
            return type(node), inputs
        case Tally():
            return Tally, node.of, tuple(thing.name for thing in node.things), node.quantity, inputs
        case TallyGroups():
            return TallyGroups, node.year, node.quantity, inputs
        case Bands():
            return Bands, node.bands, inputs
        case Grid():
            return Grid, node.cells, inputs
        case Field() | Subject() | Reference() | PublishedTally() | PublishedOutcome() | NotEstablished():
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
            case Field() | Subject():
                return node.scope
            case PublishedTally():
                return Scope.GROUP
            case TallyGroups() | PublishedOutcome():
                return Scope.LEA
            case _:
                of_group = any(self.steps[position].scope is Scope.GROUP for position in inputs)
                return Scope.GROUP if of_group else Scope.LEA
