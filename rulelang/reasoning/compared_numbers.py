"""Numbers as cells of possible data: those that the rules only compare with fixed limits.

A number that is one of the limits is an option of its cell, and so is one number between each two limits: the rules
answer the same for all others there. A number that rules calculate with has no such options.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction

from rulelang.core.tree import Get, Node, is_call, is_constant
from rulelang.core.types import type_of
from rulelang.core.vocabulary import FactType, Scope
from rulelang.engine.columns import Answers, Column
from rulelang.engine.facts import NOTHING, never_reported
from rulelang.engine.steps import Prepared
from rulelang.reasoning.circuit import FALSE, TRUE, Literal, rows_of
from rulelang.reasoning.opened import apart, limit_of, types_of
from rulelang.reasoning.possible import NOT_GIVEN, NumbersReadError, Option, Place, PossibleData, years_back

Limits = Mapping[Place, set[Fraction]]
"""The limits that a number is compared with, by its cell, in which the student group is empty if it is any."""


def number_columns(sides: Sequence[Prepared], data: PossibleData) -> list[Mapping[int, Column]]:
    """Return for each of some rulesets the columns of its steps that are numbers, or answers about one.

    Their cells are added to the data, the same for all. Raises NumbersReadError with the words of the rules that do
    anything else with numbers than compare them with fixed limits, or ask whether there are any.
    """
    if unclear := list(dict.fromkeys(text for prepared in sides for text in _unclear(prepared))):
        raise NumbersReadError(tuple(unclear))
    limits: dict[Place, set[Fraction]] = defaultdict(set)
    for prepared in sides:
        for step in prepared.steps:
            if (found := limit_of(prepared, step)) is not None:
                limits[_cell(prepared, found.number)].add(found.limit)
    return [dict(_columns(prepared, data, limits)) for prepared in sides]


def _unclear(prepared: Prepared) -> Iterator[str]:
    """Yield the words of the rules that do more with numbers than compare them with fixed limits, or read texts."""
    types, vocabulary = types_of(prepared), prepared.ruleset.vocabulary
    asked: set[int] = {one for step, kind in zip(prepared.steps, types, strict=True) if kind for one in step.inputs}
    for at, step in enumerate(prepared.steps):
        node = step.node
        if at in prepared.fields and type_of(node, vocabulary, _itself) in (FactType.TEXT, FactType.DATE):
            yield prepared.fields[at].key[1]
        elif types[at] is not None:
            if not (at in prepared.fields or is_constant(node)) and at not in asked:
                yield _words(node)
        elif numbers := [one for one in step.inputs if types[one] is not None]:
            found = limit_of(prepared, step)
            asked_of = found.number if found is not None else numbers[0] if is_call(node, "is rated") else None
            read = all(one in prepared.fields or is_constant(prepared.steps[one].node) for one in numbers)
            if read and asked_of not in prepared.fields:
                yield _words(node)


def _itself(node: Node) -> Node:
    return node


def _words(node: Node) -> str:
    return " ".join(node.span.text.split()) if node.span is not None else "a number"


def _cell(prepared: Prepared, position: int, group: str | None = "") -> Place:
    """Return the cell of a number that a step reads, of a student group where it is of groups."""
    step, node = prepared.steps[position], prepared.fields[position]
    back = years_back(prepared.ruleset, node.year)
    return Place(back, group if step.scope is Scope.GROUP else None, node.key)


def _columns(prepared: Prepared, data: PossibleData, limits: Limits) -> Iterator[tuple[int, Column]]:
    types = types_of(prepared)
    for at, step in enumerate(prepared.steps):
        numbers = [one for one in step.inputs if types[one] is not None]
        if types[at] is not None:
            yield at, NOTHING
        elif (found := limit_of(prepared, step)) is not None:
            yield at, _answers(prepared, data, limits, found.number, found.is_yes)
        elif numbers:
            yield at, _answers(prepared, data, limits, numbers[0], _is_there)


def _is_there(_: Fraction) -> bool:
    return True


def _answers(
    prepared: Prepared, data: PossibleData, limits: Limits, number: int, is_yes: Callable[[Fraction], object]
) -> Answers:
    """Return the column of an answer about a number; about one that is absent it is no."""
    node, circuit = prepared.fields[number], data.circuit
    options = _options(prepared, node, limits[_cell(prepared, number)])
    of_group = prepared.steps[number].scope is Scope.GROUP
    groups = [group.name for group in prepared.groups] if of_group else [None]
    never = set(never_reported(prepared.ruleset.vocabulary, node.year, node.key)) if of_group else set()
    yes: list[Literal] = []
    no: list[Literal] = []
    for lane, group in enumerate(groups):
        cell: Mapping[Option, Literal] = {None: TRUE}
        if lane not in never:
            cell = data.cell(_cell(prepared, number, group), options)
        holding = circuit.some(wire for one, wire in cell.items() if isinstance(one, Fraction) and is_yes(one) is True)
        yes.append(holding)
        no.append(-circuit.either(holding, cell.get(NOT_GIVEN, FALSE)))
    return Answers(rows_of(circuit, yes), rows_of(circuit, no))


def _options(prepared: Prepared, node: Get, limits: Iterable[Fraction]) -> tuple[Option, ...]:
    """Return what a number may be: absent, unknown, a limit, or a number between two; for a count, none below zero."""
    named = prepared.ruleset.vocabulary.numbers_of(node.key[0])
    below_zero = any(one.below_zero for one in named if node.key[1] in one.names)
    return None, NOT_GIVEN, *(one for one in apart(limits) if below_zero or one >= 0)
