"""Numbers as cells of possible data: those that the rules compare with fixed limits, or calculate and then compare.

A number that is one of the limits is an option of its cell, and so is one number between each two limits: the rules
answer the same for all others there. A calculated number has a cell of its own, and whether it is known follows from
the numbers that it is calculated from. What it is does not: so more is possible than data could ever be, what is proved
for all of it is true of all data, and a made-up LEA needs numbers from which its calculated ones follow.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import chain, islice, tee
from typing import Final

from attrs import evolve, frozen

from rulelang.core.tree import Node, is_call, is_constant, relates
from rulelang.core.types import type_of
from rulelang.core.vocabulary import Scope, Vocabulary
from rulelang.engine.columns import Answers, Column
from rulelang.engine.facts import NOTHING, never_reported
from rulelang.engine.steps import Prepared
from rulelang.reasoning.circuit import FALSE, TRUE, Literal, rows_of
from rulelang.reasoning.formulas import Term, divides, numbers_for, numbers_of, places_in, sizes_in, term_of
from rulelang.reasoning.opened import limit_of, types_of
from rulelang.reasoning.possible import (
    NOT_GIVEN,
    MadeUp,
    NumbersReadError,
    Option,
    Place,
    PossibleData,
    know_words,
    years_back,
)

CALCULATED: Final = "calculated number"
"""The scale of the cells that hold a calculated number."""

SEVERAL: Final = 24
"""How many choices of numbers are looked at for each calculated number of a made-up LEA."""


MadeUpCells = Mapping[Place, Option]
"""The cells of a made-up LEA."""


@frozen
class Calculated:
    """A calculated number of a student group, or of the LEA: its term, and the cells of the numbers of the data in it.

    `free` are the cells of those that the rules compare with nothing themselves. `lowest` is what it is where nothing
    else is said: None if it may then be absent, though none of these is.
    """

    term: Term
    cells: Mapping[Place, Place]
    free: Sequence[Place]
    lowest: Fraction | None

    def with_numbers(
        self, several: Iterable[MadeUpCells], wanted: Fraction, vocabulary: Vocabulary
    ) -> Iterator[MadeUpCells]:
        """Yield the known cells with numbers of the data added that give the wanted value."""
        for known in several:
            fixed = {one: known.get(place) for one, place in self.cells.items()}
            numbers = {one: number for one, number in fixed.items() if isinstance(number, Fraction)}
            for found in numbers_for(self.term, wanted, numbers, vocabulary):
                yield {**known, **{self.cells[one]: number for one, number in found.items()}}


def number_columns(
    sides: Sequence[Prepared], data: PossibleData
) -> tuple[Sequence[Mapping[int, Column]], Mapping[Place, Calculated]]:
    """Return for each of some rulesets the columns of its steps that are numbers, or answers about one.

    Their cells are added to the data, the same for all; those of calculated numbers are also returned. Raises
    NumbersReadError with the words of the rules that look at other entities, or do anything else with numbers than
    calculate with them, compare them with fixed limits, or ask whether there are any.
    """
    if unclear := list(dict.fromkeys(text for prepared in sides for text in _unclear(prepared))):
        raise NumbersReadError(tuple(unclear))
    limits: dict[Term, set[Fraction]] = defaultdict(set)
    for prepared in sides:
        know_words(prepared.ruleset.vocabulary, data)
        for step in prepared.steps:
            if (found := limit_of(prepared, step)) is not None and (known := term_of(prepared, found.number)):
                limits[known[0]].add(found.limit)
    terms = {known[0] for prepared in sides for known in _terms_asked(prepared)}
    sizes = {one for term in terms for some in sizes_in(term, sides[0].ruleset.vocabulary) for one in some}
    calculated: dict[Place, Calculated] = {}
    columns = [dict(_Compared(prepared, data, limits, sizes, calculated).columns()) for prepared in sides]
    return columns, calculated


def with_numbers(lea: MadeUp, calculated: Mapping[Place, Calculated], vocabulary: Vocabulary) -> Iterator[MadeUp]:
    """Yield a made-up LEA with numbers of the data in place of the calculated ones, the numbers tried in turn.

    Nothing is yielded where no numbers are found. By some, a calculated number may still be another.
    """
    own = {place: option for place, option in lea.cells.items() if place not in calculated}
    free = {place for one in calculated.values() for place in one.free}
    fixed = {place: option for place, option in own.items() if place not in free or option in (NOT_GIVEN, 0)}
    found: Iterator[MadeUpCells] = iter((fixed,))
    for place, one in sorted(calculated.items(), key=lambda known: lea.cells.get(known[0]) is None):
        wanted = lea.cells.get(place, one.lowest)
        if isinstance(wanted, Fraction) and all(isinstance(own.get(part), Fraction) for part in one.cells.values()):
            known, without = tee(found)
            several = islice(one.with_numbers(known, wanted, vocabulary), SEVERAL)
            first = next(several, None)
            if first is None and place in lea.cells:
                return
            found = without if first is None else chain((first,), several)
    yield from (evolve(lea, cells={**own, **cells}) for cells in found)


def _unclear(prepared: Prepared) -> Iterator[str]:
    """Yield the words of the rules that do more with numbers than calculate and compare them, or read texts.

    Of rules that look at other entities too, what is possible for these is not known.
    """
    types, vocabulary = types_of(prepared), prepared.ruleset.vocabulary
    asked: set[int] = {one for step, kind in zip(prepared.steps, types, strict=True) if kind for one in step.inputs}
    for at, step in enumerate(prepared.steps):
        node = step.node
        kind = type_of(node, vocabulary, _itself) if at in prepared.fields else None
        if kind is not None and not kind.is_numeric:
            yield prepared.fields[at].key[1]
        elif relates(node):
            yield _words(node)
        elif types[at] is not None:
            if not (at in prepared.fields or is_constant(node)) and at not in asked and term_of(prepared, at) is None:
                yield _words(node)
        elif numbers := [one for one in step.inputs if types[one] is not None]:
            found = limit_of(prepared, step)
            asked_of = found.number if found is not None else numbers[0] if is_call(node, "is rated") else None
            if asked_of is None or term_of(prepared, asked_of) is None:
                yield _words(node)


def _terms_asked(prepared: Prepared) -> Iterator[tuple[Term, Sequence[str]]]:
    """Yield the terms that a ruleset compares, or asks for."""
    types = types_of(prepared)
    for at, step in enumerate(prepared.steps):
        for one in step.inputs if types[at] is None else ():
            if types[one] is not None and (known := term_of(prepared, one)) is not None:
                yield known


def _itself(node: Node) -> Node:
    return node


def _words(node: Node) -> str:
    return " ".join(node.span.text.split()) if node.span is not None else "a number"


@frozen
class _Compared:
    """A ruleset, and the data of which its numbers are cells. `sizes` are those that are divided by."""

    prepared: Prepared
    data: PossibleData
    limits: Mapping[Term, set[Fraction]]
    sizes: Collection[Place]
    calculated: dict[Place, Calculated]

    def columns(self) -> Iterator[tuple[int, Column]]:
        """Yield the columns of the steps that are numbers, or answers about one."""
        types = types_of(self.prepared)
        for at, step in enumerate(self.prepared.steps):
            numbers = [one for one in step.inputs if types[one] is not None]
            if types[at] is not None:
                yield at, NOTHING
            elif (found := limit_of(self.prepared, step)) is not None:
                yield at, self._answers(found.number, found.is_yes)
            elif numbers:
                yield at, self._answers(numbers[0], _is_there)

    def _answers(self, number: int, is_yes: Callable[[Fraction], object]) -> Answers:
        """Return the column of an answer about a number; about one that is absent it is no."""
        known = term_of(self.prepared, number)
        if known is None:
            return Answers(0, 0)  # it has been refused
        (term, kinds), circuit = known, self.data.circuit
        of_kind = circuit.some(self.data.kinds[one] for one in kinds) if kinds else TRUE
        groups = [group.name for group in self.prepared.groups]
        of_group = self.prepared.steps[number].scope is Scope.GROUP
        yes: list[Literal] = []
        no: list[Literal] = []
        for lane, group in enumerate(groups if of_group else [None]):
            cell = self._cell(term, lane, group)
            holding = (wire for one, wire in cell.items() if isinstance(one, Fraction) and is_yes(one) is True)
            yes.append(circuit.both(of_kind, circuit.some(holding)))
            no.append(-circuit.either(yes[-1], circuit.both(of_kind, cell.get(NOT_GIVEN, FALSE))))
        return Answers(rows_of(circuit, yes), rows_of(circuit, no))

    def _cell(self, term: Term, lane: int, group: str | None) -> Mapping[Option, Literal]:
        """Return the literals of what a number of a student group, or of the LEA, can be."""
        if isinstance(term, Fraction):
            return {term: TRUE}
        vocabulary, limits = self.prepared.ruleset.vocabulary, self.limits.get(term, set[Fraction]())
        if isinstance(term, Place):
            place = _cell_of(term, group)
            numbers = numbers_of(term, limits | ({Fraction()} if term in self.sizes else set[Fraction]()), vocabulary)
            never = self._is_never_there(term, lane)
            likely = sorted(numbers, key=lambda one: one == 0 and term in self.sizes)  # no made-up group is empty first
            return {None: TRUE} if never else self.data.cell(place, (None, NOT_GIVEN, *likely))
        circuit = self.data.circuit
        parts = {one: self._cell(one, lane, group) for one in places_in(term)}
        sizes = sizes_in(term, vocabulary)
        empty = [circuit.every(parts[one].get(Fraction(), FALSE) for one in some) for some in sizes]
        missing = [one.get(option, FALSE) for one in parts.values() for option in (None, NOT_GIVEN)]
        given = -circuit.some((*missing, *empty))
        place = Place(0, group, (repr(term), CALCULATED))
        cells = {one: _cell_of(one, group) for one in parts}
        free = [cell for one, cell in cells.items() if not self.limits.get(one)]
        first, *others = numbers_of(term, limits, vocabulary)
        is_there = divides(term) == len(sizes)
        self.calculated.setdefault(place, Calculated(term, cells, free, first if is_there else None))
        ranges = self.data.cell(place, (None, first, *others))
        lowest = circuit.either(ranges[first], ranges[None]) if is_there else ranges[first]
        return {
            **{one: circuit.both(given, lowest if one == first else ranges[one]) for one in (first, *others)},
            NOT_GIVEN: circuit.both(
                circuit.some(one.get(NOT_GIVEN, FALSE) for one in parts.values()),
                -circuit.some(one.get(None, FALSE) for one in parts.values()),
            ),
        }

    def _is_never_there(self, place: Place, lane: int) -> bool:
        """Return whether a number is never reported for a student group."""
        ruleset = self.prepared.ruleset
        years = (one for one in ruleset.vocabulary.years if years_back(ruleset, one) == place.back)
        return place.group is not None and any(
            lane in never_reported(ruleset.vocabulary, one, place.key) for one in years
        )


def _cell_of(place: Place, group: str | None) -> Place:
    """Return the cell of a number of a term, for a student group or for the LEA."""
    return place if place.group is None else evolve(place, group=group)


def _is_there(_: Fraction) -> bool:
    return True
