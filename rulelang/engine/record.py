"""The record engine: one LEA, its student groups and the years it needs, always traced.

`prepare` flattens all definitions of a ruleset, once, into one list of steps in which every step reads only earlier
ones; equal nodes share a step. `evaluate` runs down that list. The value of a step is a column: one value for the LEA,
or one for each student group of the vocabulary. The columns are the trace, so an explanation looks values up and never
evaluates anything again.

The meaning of every node is one sentence of `core.tree`, and the three answers are those of `core.truth`; what stands
here is how to get them quickly for fourteen groups at once. Nothing here recurses, so that no sentence is too deep.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence

from attrs import field, frozen

from rulelang.core.record import LeaRecord, PublishedFacts, Reading
from rulelang.core.ruleset import DefinitionKey, Ruleset
from rulelang.core.tree import (
    NOT_RATED,
    All,
    Any,
    Apply,
    Choose,
    Constant,
    Field,
    Node,
    PublishedOutcome,
    PublishedTally,
    Reference,
    Subject,
    Tally,
    TallyGroups,
    Value,
    children,
)
from rulelang.core.vocabulary import Scope, StudentGroup, Vocabulary
from rulelang.engine.meaning import Column, judged, listed_counts, listed_outcome, of_rows

Run = Callable[[LeaRecord, Sequence[Column]], Column]
"""Works out a step from the record and the columns of the earlier steps."""

NOT_REPORTED = Reading(None, "not reported for this student group")
"""The reading of an indicator for a student group it is never reported for, or that does not exist in that year."""


@frozen
class Step:
    """One node of the flattened definitions, standing for all nodes equal to it.

    `inputs` are the positions of the steps of its children, in the order of `core.tree.children`.
    """

    node: Node
    scope: Scope
    inputs: tuple[int, ...]
    run: Run = field(eq=False, repr=False)


@frozen(eq=False)
class Prepared:
    """A ruleset ready to be evaluated, any number of times and by several threads at once."""

    ruleset: Ruleset
    groups: tuple[StudentGroup, ...] = field(repr=False)
    steps: tuple[Step, ...] = field(repr=False)
    positions: Mapping[DefinitionKey, int] = field(repr=False)
    group_index: Mapping[str, int] = field(repr=False)
    numbers: Mapping[Hashable, int] = field(repr=False)

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
    columns: tuple[Column, ...] = field(repr=False)

    def value(self, what: Node | DefinitionKey, group: str | None = None) -> Value:
        """Return the value of a node or a definition, for a student group's name or for the LEA.

        What is true of the LEA is true for each of its groups. KeyError where the ruleset has no such node or the
        vocabulary no such group, or where only a group has the value and none is named.
        """
        index = None if group is None else self.prepared.group_index[group]
        return self.at(self.prepared.position(what), index)

    def at(self, position: int, index: int | None) -> Value:
        """Return the value of a step, for the student group at an index or for the LEA; KeyError as for `value`."""
        column = self.columns[position]
        if self.prepared.steps[position].scope is Scope.LEA:
            return column[0]
        if index is None:
            message = "a value of student groups needs a student group"
            raise KeyError(message)
        return column[index]

    def reading(self, asked: Field, index: int | None) -> Reading | None:
        """Return what the data say of a field, for the student group at an index; None where it is unknown."""
        group = self.prepared.groups[index] if asked.scope is Scope.GROUP and index is not None else None
        return reading_of(self.record, self.prepared.ruleset.vocabulary, asked, group)


def prepare(ruleset: Ruleset) -> Prepared:
    """Return the ruleset with its definitions flattened into steps.

    Every reference must be to an earlier definition, as the compiler guarantees; KeyError otherwise.
    """
    layout = _Layout(ruleset.vocabulary)
    for key, definition in ruleset.definitions.items():
        layout.positions[key] = _flatten(definition.node, layout.number, layout.positions)
    groups = ruleset.vocabulary.groups
    index = {group.name: position for position, group in enumerate(groups)}
    return Prepared(ruleset, groups, tuple(layout.steps), layout.positions, index, layout.numbers)


def evaluate(prepared: Prepared, record: LeaRecord) -> Evaluation:
    """Return the value of every node for one LEA. Whatever the data hold, this does not raise."""
    columns: list[Column] = []
    for step in prepared.steps:
        columns.append(step.run(record, columns))
    return Evaluation(prepared, record, tuple(columns))


def reading_of(record: LeaRecord, vocabulary: Vocabulary, asked: Field, group: StudentGroup | None) -> Reading | None:
    """Return what the data say of a field, for a student group or, where it is None, for the LEA.

    Where they say nothing it is the field's default, if it has one, and otherwise unknown (None); except for a student
    group for which there is nothing to know: it does not exist in that year, or the indicator is never reported for it.
    """
    facts = record.years.get(asked.year)
    found = None if facts is None else facts.reading(group.name if group else None, asked.key)
    if found is None and group is not None and not _exists_for(vocabulary, asked, group):
        return NOT_REPORTED
    if found is None and asked.default is not None:
        return Reading(asked.default, "nothing is said of it")
    return found


def _exists_for(vocabulary: Vocabulary, asked: Field, group: StudentGroup) -> bool:
    if asked.year not in group.years:
        return False
    return all(
        not indicator.only_groups or group.name in indicator.only_groups
        for indicator in vocabulary.indicators
        if indicator.name == asked.key[0]
    )


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
        case Field() | Subject() | Reference() | PublishedTally() | PublishedOutcome():
            return node


@frozen
class _Layout:
    """The steps laid out so far."""

    vocabulary: Vocabulary
    steps: list[Step] = field(factory=list)
    positions: dict[DefinitionKey, int] = field(factory=dict)
    numbers: dict[Hashable, int] = field(factory=dict)

    def number(self, node: Node, inputs: tuple[int, ...]) -> int:
        """Return the position of the node's step, made if no equal node has one yet."""
        identity = _identity(node, inputs)
        position = self.numbers.get(identity)
        if position is None:
            position = self.numbers[identity] = len(self.steps)
            scope = self._scope(node, inputs)
            self.steps.append(Step(node, scope, inputs, self._run(node, scope, inputs)))
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

    def _run(self, node: Node, scope: Scope, inputs: tuple[int, ...]) -> Run:
        match node:
            case Constant():
                return _always((node.value,))
            case Field():
                return self._field(node)
            case Subject():
                names = tuple(group.name for group in self.vocabulary.groups)
                return _always(names) if scope is Scope.GROUP else _kind
            case TallyGroups():
                return self._tally_groups(node, inputs)
            case PublishedTally():
                return self._published_tally(node)
            case PublishedOutcome():
                return lambda record, _: (listed_outcome(node, _published(record, node.year)),)
            case _:
                return self._by_row(node, scope, inputs)

    def _field(self, node: Field) -> Run:
        vocabulary = self.vocabulary
        groups: tuple[StudentGroup | None, ...] = vocabulary.groups if node.scope is Scope.GROUP else (None,)
        absent = tuple(_level(reading_of(_NO_FACTS, vocabulary, node, group)) for group in groups)
        known = [(group.name if group else None, value) for group, value in zip(groups, absent, strict=True)]
        year, key, of_groups = node.year, node.key, node.scope is Scope.GROUP

        def run(record: LeaRecord, _: Sequence[Column]) -> Column:
            facts = record.years.get(year)
            if facts is None or (of_groups and not facts.groups and key[0] not in facts.silent):
                return absent
            return tuple([_level(facts.reading(name, key), otherwise) for name, otherwise in known])

        return run

    def _by_row(self, node: Node, scope: Scope, inputs: tuple[int, ...]) -> Run:
        """Return a run that works out each row, a student group or the LEA, from the values of the inputs there."""
        make = of_rows(node, [self.steps[position].node for position in inputs])
        if not inputs:
            return _always(make([()]))
        width = len(self.vocabulary.groups) if scope is Scope.GROUP else 1
        spread = [(position, width if self.steps[position].scope is Scope.LEA else 1) for position in inputs]

        def run(_: LeaRecord, columns: Sequence[Column]) -> Column:
            return make(zip(*[columns[position] * times for position, times in spread], strict=True))

        return run

    def _tally_groups(self, node: TallyGroups, inputs: tuple[int, ...]) -> Run:
        width = len(self.vocabulary.groups)
        (member, many_members), (met, many_met) = (
            (position, width if self.steps[position].scope is Scope.LEA else 1) for position in inputs
        )
        chosen = [index for index, group in enumerate(self.vocabulary.groups) if node.year in group.years]
        quantity, year = node.quantity, node.year

        def run(record: LeaRecord, columns: Sequence[Column]) -> Column:
            members, mets = columns[member] * many_members, columns[met] * many_met
            facts = record.years.get(year)
            total = None if facts is None else facts.group_count
            return (judged(quantity, [members[index] for index in chosen], [mets[index] for index in chosen], total),)

        return run

    def _published_tally(self, node: PublishedTally) -> Run:
        names = [group.name for group in self.vocabulary.groups]
        listed = listed_counts(node, len(self.vocabulary.priorities))

        def run(record: LeaRecord, _: Sequence[Column]) -> Column:
            published = _published(record, node.year)
            return tuple([listed(published, name) for name in names])

        return run


# ---- What a node makes of the record ----

_NO_FACTS = LeaRecord("", "", "", "")


def _published(record: LeaRecord, year: int) -> PublishedFacts | None:
    facts = record.years.get(year)
    return None if facts is None else facts.published


def _always(column: Column) -> Run:
    return lambda _record, _columns: column


def _kind(record: LeaRecord, _: Sequence[Column]) -> Column:
    return (record.kind,)


def _level(reading: Reading | None, otherwise: Value = None) -> Value:
    if reading is None:
        return otherwise
    return NOT_RATED if reading.level is None else reading.level
