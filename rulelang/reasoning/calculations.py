"""How the numbers of the data reach the limits of a ruleset, and which of them can change.

The rules compare a number with limits, or calculate with it and compare the result. Numbers of earlier years stay as
they are, and so do dates, and what the rules only divide by: it is the size of something. A number whose published
change the rules read as well, or that a calculation takes twice, is not followed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from itertools import combinations
from typing import Final

from attrs import field, frozen

from rulelang.core.aggregates import Aggregate, Ranked
from rulelang.core.fact_types import FactType
from rulelang.core.record import FieldKey
from rulelang.core.tree import Node, aggregate_of, binds_groups, constant, group_read, operator_of
from rulelang.core.types import HUNDRED, can_change
from rulelang.core.vocabulary import Number, Scope, of_last_year
from rulelang.engine.steps import Prepared
from rulelang.reasoning.opened import types_of
from rulelang.reasoning.trials import Cell

Lane = int | None
"""The index of a student group; None for the LEA as a whole."""

Beneath = Mapping[int, frozenset[int]]
"""The fields that a step rests on, each with the student groups of which the LEA reads it; none for its own row."""

_OWN: Final[frozenset[int]] = frozenset()


@frozen(eq=False)
class Calculations:
    """The steps of a ruleset by which numbers reach its limits, by position.

    `types` says what kind of number each step is, and `edges` are the steps at which numbers end: comparisons, bands,
    and others that give no number; those that read a text as well. `moving` are the numbers of the data that can
    change, of which those in `divided` are part of a quotient. `beneath` has for each step the fields that can change
    it. `joined` are the edges of calculations with several fields that can change. `parts` has for numbers whose
    percentage of another is calculated that other. `left_out` names the numbers that are not followed. Where `only` is
    given, these edges alone are followed, each in its row.
    """

    prepared: Prepared
    types: Sequence[FactType | None] = field(repr=False)
    edges: Sequence[int]
    moving: frozenset[int]
    divided: frozenset[int]
    beneath: Sequence[Beneath] = field(repr=False)
    joined: frozenset[int]
    parts: Mapping[int, int]
    left_out: Mapping[FieldKey, str]
    only: Collection[tuple[int, Lane]] | None = field(default=None, repr=False)

    def number(self, key: FieldKey) -> Number:
        """Return a number of the vocabulary."""
        indicator, name = key
        return self.prepared.ruleset.vocabulary.number(name, indicator)

    def lanes(self, position: int) -> Sequence[Lane]:
        """Return the rows of a step: a student group each, or the LEA."""
        return range(len(self.prepared.groups)) if self._of_group(position) else (None,)

    @cached_property
    def edges_in_rows(self) -> Sequence[tuple[int, Lane]]:
        """Return the edges that are followed, each with every row of its own."""
        every = ((edge, lane) for edge in self.edges for lane in self.lanes(edge))
        return [one for one in every if self.only is None or one in self.only]

    @cached_property
    def carrying_rows(self) -> Sequence[tuple[int, Lane]]:
        """Return the steps by which numbers that can change reach the edges that are followed, the edges first.

        What the LEA reads of its student groups is no number, so that no step leads from its rows to theirs.
        """
        needed = set(self.edges_in_rows)
        for position in reversed(range(len(self.prepared.steps))):
            for lane in self.lanes(position):
                if (position, lane) in needed:
                    needed.update(self.inputs(position, lane))
        rows = ((position, lane) for position in reversed(self.carrying) for lane in self.lanes(position))
        return [one for one in rows if one in needed]

    def beside(self, edges: Collection[tuple[int, Lane]]) -> Collection[tuple[int, Lane]]:
        """Return some edges in rows, with all others that rest on the same fields as any of them."""
        fields = {one: set(self.fields(*one)) for one in self.edges_in_rows}
        found: set[tuple[int, Lane]] = set()
        more = set(edges)
        while more != found:
            found = more
            shared = {one for edge in found for one in fields[edge]}
            more = found | {edge for edge, own in fields.items() if not own.isdisjoint(shared)}
        return found

    @cached_property
    def carrying(self) -> Sequence[int]:
        """Return the steps by which numbers that can change reach limits, in order."""
        edges = frozenset(self.edges)
        return [
            at
            for at, fields in enumerate(self.beneath)
            if (self.types[at] is not None or at in edges) and not self.moving.isdisjoint(fields)
        ]

    @cached_property
    def reaching(self) -> frozenset[int]:
        """Return the steps by which numbers that can change do reach limits."""
        return frozenset(self.carrying).intersection(self.prepared.beneath(self.edges))

    def _of_group(self, position: int) -> bool:
        return self.prepared.steps[position].scope is Scope.GROUP

    def position(self, cell: Cell) -> int:
        """Return where the number of a cell is read."""
        of_group = cell[0] is not None
        return next(
            at for at in self.moving if self._of_group(at) is of_group and self.prepared.fields[at].key == cell[1]
        )

    def group(self, lane: Lane) -> str | None:
        """Return the student group of a row; None for the LEA."""
        return None if lane is None else self.prepared.groups[lane].name

    def cell(self, position: int, lane: Lane) -> Cell:
        """Return the cell that a field is in a row."""
        return self.group(lane), self.prepared.fields[position].key

    def fields(self, position: int, lane: Lane) -> Iterator[tuple[int, Lane]]:
        """Yield the fields that can change a step in a row, each with a row of its own."""
        for at, groups in self.beneath[position].items():
            lanes: Iterable[Lane] = sorted(groups) or (lane if self._of_group(at) else None,)
            yield from ((at, one) for one in lanes)

    def inputs(self, position: int, lane: Lane) -> Sequence[tuple[int, Lane]]:
        """Return the positions of what a step reads in a row, each with its own row; of one student group its value."""
        step = self.prepared.steps[position]
        if binds_groups(step.node) and (name := group_read(step.node)) is not None:
            return [(step.inputs[1], self.prepared.group_index[name])]
        return [(one, lane if self._of_group(one) else None) for one in step.inputs]


@lru_cache(maxsize=16)
def calculations(prepared: Prepared, definition: str | None = None) -> Calculations:
    """Return the steps by which the numbers of a ruleset reach its limits.

    With the name of a definition of the year they are those that it rests on alone: what other rules do with a number
    limits nothing then.
    """
    types, vocabulary = types_of(prepared), prepared.ruleset.vocabulary
    asked = prepared.positions.get((prepared.ruleset.year, definition or ""))
    needed = frozenset(range(len(prepared.steps)) if asked is None else prepared.beneath([asked]))
    scales = {scale.name for scale in vocabulary.scales}
    edges = [at for at in _edges(prepared, types, scales) if at in needed]
    found = _Fields.of(prepared, scales, needed)
    candidates = _reached(prepared, types, edges) & found.numbers
    followed = candidates - found.changes
    beneath = _beneath(prepared, found.levels | followed)
    blends = _blends(prepared, types, edges)
    moving = followed - {at for blend in blends for at in _taken_twice(prepared, beneath, blend)}
    beneath = _beneath(prepared, found.levels | moving)
    joined = prepared.resting_on(at for at in blends if _has_several(prepared, beneath, at))
    left_out = dict.fromkeys(prepared.fields[at].key for at in sorted(candidates - moving))
    return Calculations(
        prepared,
        types,
        edges,
        frozenset(moving),
        frozenset(_divided(prepared, beneath)),
        beneath,
        frozenset(joined.intersection(edges)),
        dict(_parts(prepared, beneath, moving)),
        {(indicator, name): f"{name} on {indicator}" if indicator else name for indicator, name in left_out},
    )


def through(prepared: Prepared, moving: Collection[int]) -> Calculations | None:
    """Return the steps by which some numbers that move together reach the limits of a ruleset.

    None if a step takes more than one of them, or one twice: its limits cannot be followed back to them then.
    """
    types, scales = types_of(prepared), {scale.name for scale in prepared.ruleset.vocabulary.scales}
    edges, beneath = _edges(prepared, types, scales), _beneath(prepared, moving)
    joined = any(_has_several(prepared, beneath, at) for at in _blends(prepared, types, edges))
    if joined or any(binds_groups(step.node) for step in prepared.steps):
        return None
    return Calculations(prepared, types, edges, frozenset(moving), frozenset(), beneath, frozenset(), {}, {})


def _edges(prepared: Prepared, types: Sequence[FactType | None], scales: Collection[str]) -> Sequence[int]:
    """Return the steps at which numbers end, and those that read a text."""
    texts = {at for at, node in prepared.fields.items() if types[at] is None and node.key[1] not in scales}
    return [
        at
        for at, step in enumerate(prepared.steps)
        if types[at] is None and any(types[one] is not None or one in texts for one in step.inputs)
    ]


@frozen
class _Fields:
    """The fields of the year of a ruleset: levels, numbers, and those of the numbers that are changes or have one."""

    levels: set[int] = field(factory=set)
    numbers: set[int] = field(factory=set)
    changes: set[int] = field(factory=set)

    @classmethod
    def of(cls, prepared: Prepared, scales: Collection[str], needed: Collection[int]) -> _Fields:
        """Return the fields of a ruleset's year among some steps."""
        found, ruleset = cls(), prepared.ruleset
        own = {at: node.key for at, node in prepared.fields.items() if node.year == ruleset.year and at in needed}
        read = set(own.values())
        for at, (indicator, name) in own.items():
            named = [one for one in ruleset.vocabulary.numbers_of(indicator) if one.name == name]
            if name in scales:
                found.levels.add(at)
            elif named and can_change(named[0]):
                found.numbers.add(at)
                changes = (one for one in ruleset.vocabulary.numbers_of(indicator) if name in one.change_of)
                if named[0].change_of or any((indicator, one.name) in read for one in changes):
                    found.changes.add(at)
        return found


def _reached(prepared: Prepared, types: Sequence[FactType | None], edges: Iterable[int]) -> set[int]:
    """Return the numbers that edges rest on, without what is only divided by."""
    found: set[int] = set()
    waiting = list(edges)
    while waiting:
        step = prepared.steps[waiting.pop()]
        size = 1 if operator_of(step.node) in _OF_A_SIZE else None
        for place, one in enumerate(step.inputs):
            if types[one] is not None and place != size and one not in found:
                found.add(one)
                waiting.append(one)
    return found


def _beneath(prepared: Prepared, fields: Collection[int]) -> Sequence[Beneath]:
    """Return for each step which of some fields it rests on."""
    found: list[Beneath] = []
    for at, step in enumerate(prepared.steps):
        own: dict[int, frozenset[int]] = {at: _OWN} if at in fields else {}
        read = _groups_read(prepared, step.node)
        for one in () if isinstance(aggregate_of(step.node), Ranked) else step.inputs:  # those of others do not change
            for below, groups in found[one].items():
                of_group = prepared.steps[below].scope is Scope.GROUP
                own[below] = own.get(below, _OWN) | (groups or (read if of_group else _OWN))
        found.append(own)
    return found


def _groups_read(prepared: Prepared, node: Node) -> frozenset[int]:
    """Return the student groups for which a step of the LEA reads what is below it: none, one, or all."""
    if not binds_groups(node):
        return _OWN
    name = group_read(node)
    return frozenset(range(len(prepared.groups)) if name is None else (prepared.group_index[name],))


_OF_A_SIZE: Final = ("divided by", "smallest addition")
_BLENDING: Final = ("plus", "minus", "times", "average of", *_OF_A_SIZE)
_AGGREGATES: Final = (Aggregate.SUM, Aggregate.AVERAGE)


def _blends(prepared: Prepared, types: Sequence[FactType | None], edges: Sequence[int]) -> Sequence[int]:
    """Return the steps where the limit of one number depends on other numbers."""
    steps = ((at, prepared.steps[at]) for at in prepared.beneath(edges))
    return [
        at
        for at, step in steps
        if operator_of(step.node) in _BLENDING
        or aggregate_of(step.node) in _AGGREGATES
        or (types[at] is None and operator_of(step.node) and sum(types[one] is not None for one in step.inputs) > 1)
    ]


def _taken_twice(prepared: Prepared, beneath: Sequence[Beneath], at: int) -> Iterator[int]:
    """Yield the fields that a step takes more than once."""
    step = prepared.steps[at]
    for one in beneath[at]:
        spread = binds_groups(step.node) and prepared.steps[one].scope is Scope.LEA
        read = [beneath[below][one] for below in step.inputs if one in beneath[below]]
        if spread or any(first & second or not (first and second) for first, second in combinations(read, 2)):
            yield one


def _has_several(prepared: Prepared, beneath: Sequence[Beneath], at: int) -> bool:
    """Return whether a step rests on several fields that can change."""
    step = prepared.steps[at]
    return sum(bool(beneath[one]) for one in step.inputs) > 1 or any(len(one) > 1 for one in beneath[at].values())


def _divided(prepared: Prepared, beneath: Sequence[Beneath]) -> Iterator[int]:
    """Yield the fields that are dividends or divisors, alone or in a sum."""
    for step in prepared.steps:
        if operator_of(step.node) == "divided by":
            yield from (at for one in step.inputs for at in beneath[one])


def _parts(prepared: Prepared, beneath: Sequence[Beneath], moving: Collection[int]) -> Iterator[tuple[int, int]]:
    """Yield pairs of numbers of the same year, the first of which is calculated as a percentage of the second."""
    years = _beneath(prepared, [at for at, node in prepared.fields.items() if node.year == prepared.ruleset.year])
    for step in prepared.steps:
        if HUNDRED in (constant(prepared.steps[one].node) for one in step.inputs):
            for below in (prepared.steps[one] for one in step.inputs):
                if operator_of(below.node) == "divided by":
                    part, whole = below.inputs
                    sizes = [at for at in years[whole] if not _is_of_last_year(prepared, at)]
                    if len(sizes) == 1:
                        yield from ((at, sizes[0]) for at in beneath[part] if at in moving)


def _is_of_last_year(prepared: Prepared, at: int) -> bool:
    indicator, name = prepared.fields[at].key
    return any(name == of_last_year(one.name) for one in prepared.ruleset.vocabulary.numbers_of(indicator))
