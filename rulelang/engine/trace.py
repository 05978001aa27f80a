"""Reads an evaluation, from a node down to what its value rests on.

Two equal nodes share a step, so a step does not know the words it came from. An occurrence does: it is one node at its
place in a definition, with the step that holds its value and the student group it is read for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from typing import Final

from attrs import evolve, frozen

from rulelang.core.aggregates import Aggregate, Range
from rulelang.core.operators import COMPARED
from rulelang.core.ruleset import DefinitionKey
from rulelang.core.tree import (
    NOT_RATED,
    Belonging,
    Call,
    Const,
    Fold,
    Get,
    Interval,
    Item,
    Match,
    Node,
    OneOf,
    Owner,
    Pattern,
    Published,
    Ref,
    Self,
    StudentGroups,
    Value,
    aggregate_of,
    binds_groups,
    children,
    group_read,
    is_by_type,
    is_call,
    is_table,
    is_unknown,
    reference,
    relates,
)
from rulelang.core.truth import Truth, all_of
from rulelang.engine.evaluate import Evaluation


@frozen(eq=False)
class Occurrence:
    """A node at its place in a definition, for the student group at an index of the vocabulary (None: the LEA)."""

    evaluation: Evaluation
    node: Node
    position: int
    index: int | None

    @property
    def value(self) -> Value:
        """Return the value of the node."""
        return self.evaluation.at(self.position, self.index)

    @property
    def range(self) -> Range | None:
        """Return what is known of the number of the node, which is unknown; None if it can be any."""
        return self.evaluation.range_at(self.position, self.index)

    @property
    def is_yes(self) -> bool:
        """Return whether the answer of the node is yes."""
        return self.evaluation.is_value(self.position, self.index, True)

    @property
    def is_unknown(self) -> bool:
        """Return whether the value of the node is unknown."""
        return self.evaluation.is_value(self.position, self.index, None)

    @property
    def is_not_rated(self) -> bool:
        """Return whether the node is known to have no value."""
        return self.evaluation.is_value(self.position, self.index, NOT_RATED)

    def below(self) -> tuple[Occurrence, ...]:
        """Return the occurrences of the children, for the same student group or for the one that is read by name.

        There are none if they are about other entities, or about many student groups.
        """
        if reference(self.node) is not None or relates(self.node):
            return ()
        if not binds_groups(self.node):
            return self.inputs()
        name = group_read(self.node)
        index = None if name is None else self.evaluation.prepared.group_index[name]
        return () if index is None else tuple(one.for_group(index) for one in self.inputs())

    def inputs(self) -> tuple[Occurrence, ...]:
        """Return the occurrences of the children, for the same student group and the same entity."""
        inputs = self.evaluation.prepared.steps[self.position].inputs
        return tuple(
            Occurrence(self.evaluation, child, position, self.index)
            for child, position in zip(children(self.node), inputs, strict=True)
        )

    def referred(self) -> Occurrence:
        """Return the definition that a reference names; the occurrence itself if it is not a reference."""
        occurrence = self
        while (key := reference(occurrence.node)) is not None:
            node = self.evaluation.prepared.ruleset.definitions[key].node
            occurrence = Occurrence(occurrence.evaluation, node, occurrence.position, occurrence.index)
        return occurrence

    def seen_from(self, evaluation: Evaluation) -> Occurrence:
        """Return the same node for another entity of the batch."""
        return Occurrence(evaluation, self.node, self.position, self.index)

    def for_group(self, index: int) -> Occurrence:
        """Return the same node for another student group."""
        return Occurrence(self.evaluation, self.node, self.position, index)


@frozen(eq=False)
class Thing:
    """One of the things a fold goes over, with whether it is a member, and its value."""

    name: str
    member: Occurrence
    met: Occurrence

    @property
    def parts(self) -> tuple[Occurrence, Occurrence]:
        """Return its membership and its value."""
        return self.member, self.met

    @property
    def counts(self) -> bool:
        """Return whether it is certainly a member that meets the condition."""
        return self.met.is_yes and self.member.is_yes

    @property
    def uncertain(self) -> bool:
        """Return whether it may or may not be a member that counts."""
        values = (self.member.value, self.met.value)
        settled = any(one is False or one is NOT_RATED for one in values)
        return not settled and any(one is None for one in values)


def occurrence_of(evaluation: Evaluation, key: DefinitionKey, index: int | None = None) -> Occurrence:
    """Return the occurrence of a definition; KeyError if the ruleset has none of that name."""
    node = evaluation.prepared.ruleset.definitions[key].node
    return Occurrence(evaluation, node, evaluation.prepared.positions[key], index)


def things_of(tally: Occurrence) -> tuple[Thing, ...]:
    """Return the things that a fold goes over; none for any other node."""
    match tally.node:
        case Fold(over=StudentGroups(year)):
            return _groups_as_things(tally, tally.inputs(), _groups_of(tally, year))
        case Fold(over=Belonging() | Owner() as over):
            where, met = tally.inputs()
            return tuple(
                Thing(name, where.seen_from(evaluation), met.seen_from(evaluation))
                for name, evaluation in tally.evaluation.related(over)
            )
        case Fold(items=items):
            return _items_as_things(tally, items, range(len(items)))
        case _:
            return ()


def fold_behind(part: Occurrence) -> Occurrence:
    """Return the fold that a number is read from, for the entity whose it is; the part itself if it is no other's."""
    while aggregate_of(part.node) is Aggregate.ONLY and relates(part.node) and (things := things_of(part)):
        part = things[0].met.referred()
    return part


def things_that_count(tally: Occurrence) -> tuple[Thing, ...]:
    """Return the things that a count counts and that certainly meet the condition; few of many do."""
    is_value, index = tally.evaluation.is_value, tally.index
    match tally.node:
        case Fold(over=StudentGroups(year)):
            below = tally.inputs()
            parts = tuple(part.position for part in reversed(below))
            groups = _groups_of(tally, year)
            met = [group for group in groups if all(is_value(part, group, True) for part in parts)]
            return _groups_as_things(tally, below, met)
        case Fold(over=Belonging() | Owner()):
            return tuple(thing for thing in things_of(tally) if thing.counts)
        case Fold(items=items):
            parts = tally.evaluation.prepared.steps[tally.position].inputs
            met = [at for at in range(len(items)) if is_value(parts[2 * at + 1], index, True)]
            return _items_as_things(tally, items, [at for at in met if is_value(parts[2 * at], index, True)])
        case _:
            return ()


def _groups_of(tally: Occurrence, year: int) -> list[int]:
    return [index for index, group in enumerate(tally.evaluation.prepared.groups) if group.is_counted_in(year)]


def _items_as_things(tally: Occurrence, items: Sequence[Item], places: Iterable[int]) -> tuple[Thing, ...]:
    """Return the things at some places of a list that is written in a rule."""
    evaluation, index, parts = tally.evaluation, tally.index, tally.evaluation.prepared.steps[tally.position].inputs
    return tuple(
        Thing(
            items[at].name,
            Occurrence(evaluation, items[at].where, parts[2 * at], index),
            Occurrence(evaluation, items[at].of, parts[2 * at + 1], index),
        )
        for at in places
    )


def _groups_as_things(tally: Occurrence, below: Sequence[Occurrence], indexes: Iterable[int]) -> tuple[Thing, ...]:
    groups = tally.evaluation.prepared.groups
    return tuple(Thing(groups[index].name, below[0].for_group(index), below[1].for_group(index)) for index in indexes)


@frozen(eq=False)
class Leaf:
    """A part of a sentence that is shown with a value: a field's level, a reference's answer, a count.

    `decides` says that the sentence has its answer because of it. `denied` says that it is under a "not". `comparison`
    is the comparison with a limit that it is a part of, or is itself.
    """

    part: Occurrence
    decides: bool
    denied: bool = False
    comparison: Occurrence | None = None


def leaves(root: Occurrence) -> Iterator[Leaf]:
    """Yield the parts of a sentence that have something to show.

    Of alternatives, the one that holds comes first, or otherwise the one nearest to holding.
    """
    waiting = [Leaf(root, decides=True)]
    while waiting:
        leaf = waiting.pop()
        if is_call(leaf.part.node, *COMPARED):
            leaf = evolve(leaf, comparison=leaf.part)
        if _is_leaf(leaf.part.node):
            yield leaf
            continue
        parts = leaf.part.below()
        if is_call(leaf.part.node, "or"):
            parts = tuple(sorted(parts, key=_shortfall))
        waiting.extend(reversed([_leaf_below(leaf, part) for part in parts]))


def groups_that_decide(root: Occurrence, year: int) -> Iterator[str]:
    """Yield the student groups of a year that count if a sentence has its answer because of how many do."""
    for leaf in leaves(root):
        match leaf.part.node:
            case Fold(over=StudentGroups(of_year)) if leaf.decides and of_year == year:
                yield from (thing.name for thing in things_that_count(leaf.part))


def subject_of(part: Occurrence) -> Occurrence:
    """Return the field or subject an operator is applied to; the part itself if it is not applied to one."""
    below = part.below() if isinstance(part.node, Call) else ()
    return next((argument for argument in below if isinstance(argument.node, Get | Self)), part)


def is_tally(node: Node) -> bool:
    """Return whether a node is a fold: it counts things, or aggregates their values."""
    return isinstance(node, Fold)


def year_asked(part: Occurrence) -> int | None:
    """Return the year of the definition or of the published list that a part asks; None for any other part."""
    return part.node.year if isinstance(part.node, Ref | Published) else None


def field_of(part: Occurrence) -> Get | None:
    """Return the field that a part of a sentence is about; None if it is about something else."""
    node = subject_of(part).node
    return node if isinstance(node, Get) else None


def is_about_subject(part: Occurrence) -> bool:
    """Return whether a part of a sentence is about the entity itself: the kind of LEA, or the student group."""
    return isinstance(subject_of(part).node, Self)


_ALTERNATIVES: Final = ("and", "or", "first known", "known or no")
"""The operators that have the value of one of their parts; others make theirs of all parts."""


def _leaf_below(above: Leaf, part: Occurrence) -> Leaf:
    denied = above.denied is not is_call(above.part.node, "not")
    decides = above.decides
    if is_call(above.part.node, *_ALTERNATIVES):
        decides = decides and part.value is above.part.value
    elif not isinstance(above.part.node, Call):
        decides = decides and part.value is not False
    return Leaf(part, decides, denied, above.comparison)


def _is_leaf(node: Node) -> bool:
    if isinstance(node, Call):
        # A bound that is another entity's is shown beside the number that is compared with it.
        is_own = not any(map(relates, node.arguments))
        return is_own and any(isinstance(argument, Get | Self) for argument in node.arguments)
    return is_unknown(node) or not isinstance(node, Match | Const)


def _shortfall(part: Occurrence) -> tuple[int, int]:
    """Return how far an alternative is from holding: yes before cannot tell before no, then how much is missing."""
    rank = 0 if part.value is True else 1 if part.value is None else 2
    parts = part.below() if is_call(part.node, "and") else (part,)
    return rank, sum(below.value is not True for below in parts)


@frozen(eq=False)
class Way:
    """A row of a match: its patterns, the matched values, and its own value. The last one has no patterns."""

    asked: tuple[tuple[Occurrence, Pattern], ...]
    value: Occurrence

    @property
    def guard(self) -> Occurrence:
        """Return the guard of a row that asks for one answer alone."""
        return self.asked[0][0]

    @property
    def fits(self) -> Truth:
        """Return whether all values fit their patterns; absent values do."""
        return all_of(fits(pattern, part.value) for part, pattern in self.asked)


def ways_of(part: Occurrence) -> tuple[Way, ...]:
    """Return the rows of a match, in order; none for any other node."""
    if not isinstance(part.node, Match):
        return ()
    below, on = part.below(), len(part.node.on)
    patterns = [*(row.patterns for row in part.node.rows), ()]
    return tuple(
        Way(tuple((one, asked) for one, asked in zip(below, row, strict=False) if asked is not None), value)
        for row, value in zip(patterns, below[on:], strict=False)
    )


def fits(pattern: Pattern, value: Value) -> Truth:
    """Return whether a value fits a pattern."""
    if pattern is None or value is NOT_RATED:
        return True
    match pattern:
        case _ if value is None:
            return None
        case OneOf(names):
            return value in names
        case Interval():
            return isinstance(value, Fraction) and pattern.holds(value)
        case _:
            return value is pattern


def matched_on(part: Occurrence) -> tuple[Occurrence, ...]:
    """Return the values that the rows of a match are matched with; none for any other node."""
    return part.below()[: len(part.node.on)] if isinstance(part.node, Match) else ()


def still_open(part: Occurrence) -> Iterator[Occurrence]:
    """Yield the parts below a node that may make its value unknown: of a choice what could still be chosen."""
    if not isinstance(part.node, Match):
        folded = (one for thing in things_of(part) if thing.uncertain for one in thing.parts)
        yield from (one for one in (folded if isinstance(part.node, Fold) else part.below()) if one.is_unknown)
        return
    looks_up = is_table(part.node) and not is_by_type(part.node)
    unknown = [one for one in matched_on(part) if one.is_unknown] if looks_up else []
    yield from unknown
    for way in () if unknown else ways_of(part):
        answer = way.fits
        if answer is None:
            yield from (asked for asked, _ in way.asked)
        if answer is not False and way.value.is_unknown:
            yield way.value
        if answer is True:
            return
