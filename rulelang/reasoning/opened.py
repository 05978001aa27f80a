"""Numbers left open: each comparison may have any answer that some number would give.

There are infinitely many numbers, so they are not variables. A number is distinguished only by the limits that the
rules compare it with: it is one of them, or lies between two, or is absent, or unknown. That several numbers are worked
out from the same counts is ignored, as are the relations between an LEA and the entities that belong to it. So more is
allowed than data could ever be, and what is proved for all of it is true of all data.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import partial
from itertools import pairwise
from math import ceil, floor
from typing import Final

from attrs import field, frozen

from rulelang.core.aggregates import Aggregate, Ranked
from rulelang.core.fact_types import ANSWERS, FactType
from rulelang.core.operators import COMPARED, OPERATORS
from rulelang.core.record_words import Bounds, bounds_of
from rulelang.core.tree import Call, Const, Fold, Get, Match, Node, OneOf, is_call, named_test, relates
from rulelang.core.truth import Quantity
from rulelang.core.types import combined, fact_type, type_of
from rulelang.core.vocabulary import Scope
from rulelang.engine.columns import Answers, Column, names_of
from rulelang.engine.facts import NOTHING
from rulelang.engine.steps import Prepared, Step
from rulelang.reasoning.circuit import Literal, rows_of
from rulelang.reasoning.possible import NOT_GIVEN, Option, PossibleData

_NUMBERS: Final = (FactType.NUMBER, FactType.DOLLARS, FactType.DATE)
ANOTHER: Final = "any other text"
"""What stands for each text by which the rules do not distinguish."""

Lane = Mapping[Option, Literal]
"""For one student group, or for the LEA, the literal of each possible value of a step.

That is a range of numbers the rules treat alike, a text, an answer, absent or unknown.
"""


def opened(prepared: Prepared, data: PossibleData) -> Mapping[int, Column]:
    """Return the columns of the steps that are numbers, and of those that depend on numbers or other entities."""
    return _Opened(prepared, data, types_of(prepared)).columns()


def left_open(
    prepared: Prepared, data: PossibleData, positions: Iterable[int]
) -> tuple[Mapping[int, Column], Mapping[int, Sequence[Lane]]]:
    """Return the columns and the lanes of some steps, each of which may have any of its possible values."""
    found = _Opened(prepared, data, types_of(prepared))
    columns = {position: found.in_any_way(position) for position in positions}
    return columns, found.lanes


@frozen
class Limit:
    """A comparison: the position of the number, the limit, and whether the answer is yes for a number."""

    number: int
    limit: Fraction
    is_yes: Callable[[Fraction], object]


def types_of(prepared: Prepared) -> Sequence[FactType | None]:
    """Return what kind of number each step is; None if it is not a number."""
    types: list[FactType | None] = []
    for step in prepared.steps:
        parts = [types[position] for position in step.inputs]
        match step.node:
            case Match(on):
                kind = next((one for one in parts[len(on) :] if one is not None), None)
            case Fold(Aggregate.NUMBER | Aggregate.SHARE):
                kind = FactType.NUMBER
            case Fold(Quantity()):
                kind = None
            case Fold():
                kind = parts[1]
            case Call(operator):
                kind = combined(operator, parts)
            case node:
                kind = type_of(node, prepared.ruleset.vocabulary, _nothing)
        types.append(kind if kind in _NUMBERS else None)
    return types


def _nothing(_: Node) -> None:
    return None


def limit_of(prepared: Prepared, step: Step) -> Limit | None:
    """Return the limit that a step compares a number with; None if it does anything else."""
    if not isinstance(step.node, Call) or step.node.operator not in COMPARED:
        return None
    first, second = (prepared.steps[one].node for one in step.inputs)
    compares = OPERATORS[step.node.operator]
    if isinstance(second, Const) and isinstance(limit := second.value, Fraction):
        return Limit(step.inputs[0], limit, lambda number: compares(number, limit))
    if isinstance(first, Const) and isinstance(limit := first.value, Fraction):
        return Limit(step.inputs[1], limit, lambda number: compares(limit, number))
    return None


def apart(limits: Iterable[Fraction]) -> Iterator[Fraction]:
    """Yield numbers in order: each of some limits, one below all, one above, and one between each two."""
    ordered = sorted(set(limits))
    if not ordered:
        yield Fraction(1)
        return
    yield Fraction(ceil(ordered[0]) - 1)
    for low, high in pairwise(ordered):
        yield from (low, between(low, high))
    yield from (ordered[-1], Fraction(floor(ordered[-1]) + 1))


def between(low: Fraction, high: Fraction) -> Fraction:
    """Return the first number between two with as few decimals as there can be."""
    units = 1
    while Fraction(floor(low * units) + 1, units) >= high:
        units *= 10
    return Fraction(floor(low * units) + 1, units)


def numbers_between(bounds: Bounds, limits: Collection[Fraction]) -> Iterator[Fraction]:
    """Yield the numbers of `apart` that a number of the data can be, or those near them between the same limits."""
    tried = list(apart(limits))
    for low, number, high in zip([None, *tried], tried, [*tried[1:], None], strict=False):
        one = bounds.nearest(number)
        is_between = (low is None or low < one) and (high is None or one < high)
        if one == number or (is_between and number not in limits):
            yield one


@frozen
class _Opened:
    """A ruleset with open numbers; by position, the lanes of numbers compared so far, and of all steps left open."""

    prepared: Prepared
    data: PossibleData
    types: Sequence[FactType | None]
    numbers: dict[int, Sequence[Lane]] = field(factory=dict)
    lanes: dict[int, Sequence[Lane]] = field(factory=dict)

    def columns(self) -> Mapping[int, Column]:
        """Return the columns of all steps that cannot be worked out from levels alone."""
        found: dict[int, Column] = {}
        for position, step in enumerate(self.prepared.steps):
            reads = any(self.types[one] is not None for one in step.inputs)
            limit = limit_of(self.prepared, step) if reads else None
            if self.types[position] is not None:
                found[position] = NOTHING
            elif limit is not None:
                found[position] = self._compared(limit)
            elif reads or relates(step.node) or self._texts(position):
                found[position] = self.in_any_way(position)
        return found

    def _compared(self, limit: Limit) -> Answers:
        """Return the column of a comparison; for an absent number the answer is no."""
        yes: list[Literal] = []
        no: list[Literal] = []
        for lane in self._regions(limit.number):
            ways = {one: isinstance(one, Fraction) and limit.is_yes(one) is True for one in lane if one != NOT_GIVEN}
            for rows, answer in ((yes, True), (no, False)):
                rows.append(self.data.circuit.some(lane[one] for one, found in ways.items() if found is answer))
        return Answers(rows_of(self.data.circuit, yes), rows_of(self.data.circuit, no))

    def _regions(self, number: int) -> Sequence[Lane]:
        if number not in self.numbers:
            found = (limit_of(self.prepared, step) for step in self.prepared.steps)
            limits = [one.limit for one in found if one is not None and one.number == number]
            asked = self.prepared.fields.get(number)
            bounds = bounds_of(self.prepared.ruleset.vocabulary, asked.key) if asked is not None else Bounds()
            self.numbers[number] = self._lanes(number, (*numbers_between(bounds, set(limits)), None))
        return self.numbers[number]

    def _lanes(self, position: int, options: Sequence[Option]) -> Sequence[Lane]:
        """Return new literals for each student group, or for the LEA, one of which is true."""
        of_group = self.prepared.steps[position].scope is Scope.GROUP
        lanes = [
            {one: self.data.circuit.variable() for one in (*options, NOT_GIVEN)}
            for _ in range(len(self.prepared.groups) if of_group else 1)
        ]
        self.data.others.extend(lane.values() for lane in lanes)
        self.lanes[position] = lanes
        return lanes

    def in_any_way(self, position: int) -> Column:
        """Return the column of a step of which only its possible names are known, or that it is an answer."""
        names = list(dict.fromkeys(self._names(position)))
        lanes = self._lanes(position, (*names, None) if names else (True, False))
        rows = partial(rows_of, self.data.circuit)
        if not names:
            return Answers(*(rows([lane[one] for lane in lanes]) for one in (True, False)))
        return names_of(
            {one: rows([lane[one] for lane in lanes]) for one in names}, rows([lane[None] for lane in lanes])
        )

    def _names(self, position: int) -> Iterator[str]:
        """Yield the possible names of a step."""
        step = self.prepared.steps[position]
        match step.node:
            case Const(str() as name):
                yield name
            case Get() if texts := self._texts(position):
                yield from texts
            case Get(key=(_, scale)) if self.types[position] is None:
                yield from self.prepared.ruleset.vocabulary.scale(scale).levels
            case Match(on):
                for one in step.inputs[len(on) :]:
                    yield from self._names(one)
            case Call("first known") | Fold(Aggregate() | Ranked()):
                for one in step.inputs:
                    yield from self._names(one)
            case _:
                pass

    def _texts(self, position: int) -> tuple[str, ...]:
        """Return the words that a fact can be; none for a level, a number or a day, and for what is no fact."""
        node = self.prepared.steps[position].node
        match fact_type(self.prepared.ruleset.vocabulary, node.key) if isinstance(node, Get) else None:
            case FactType.YES_NO:
                return tuple(ANSWERS)
            case FactType.TEXT:
                return (*texts_asked(self.prepared, position), ANOTHER)
            case _:
                return ()


def texts_asked(prepared: Prepared, position: int) -> Iterator[str]:
    """Yield the texts by which the rules distinguish a text, also where a step only hands it on."""
    handed = {position}
    for at, step in enumerate(prepared.steps):
        node = step.node
        if handed.isdisjoint(step.inputs):
            continue
        if isinstance(node, Match):
            asked = [place for place, one in enumerate(step.inputs[: len(node.on)]) if one in handed]
            patterns = [row.patterns[place] for row in node.rows for place in asked]
            yield from (name for one in patterns if isinstance(one, OneOf) for name in one.names)
            handed |= {at} if not handed.isdisjoint(step.inputs[len(node.on) :]) else set()
        elif named_test(node) is not None or limit_of(prepared, step) is not None:
            below = [prepared.steps[one].node for one in step.inputs]
            yield from (name for one in below if isinstance(one, Const) for name in _texts(one))
        elif isinstance(node, Fold) or is_call(node, "first known"):
            handed.add(at)


def _texts(node: Const) -> tuple[str, ...]:
    return node.value if isinstance(node.value, tuple) else ()
