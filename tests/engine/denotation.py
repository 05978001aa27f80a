"""The plainest reading of the tree: the value of one node for one LEA and one student group, and nothing shared.

It is written to be read beside `core.tree`. The evaluator has to give the same at every node.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from fractions import Fraction
from functools import cache
from itertools import product
from math import ceil
from typing import Final, cast

from rulelang.core.aggregates import Aggregate, Ranked
from rulelang.core.operators import COMPARED, OPERATORS
from rulelang.core.record import LeaRecord, PublishedFacts
from rulelang.core.ruleset import Ruleset
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
    NotRated,
    OneOf,
    Owner,
    Pattern,
    PriorityCount,
    Published,
    Ref,
    Self,
    StudentGroups,
    Value,
)
from rulelang.core.truth import Quantity, Truth, all_of
from rulelang.core.vocabulary import Scope, StudentGroup
from rulelang.engine.facts import reading_of


def meaning(  # noqa: C901, PLR0911, PLR0912 - a case for each kind of node
    rules: Ruleset, record: LeaRecord, node: Node, group: StudentGroup | None, among: Sequence[LeaRecord] = ()
) -> Value:
    """Return the value of a node by its definition in `core.tree`; `among` are all entities that the data hold."""

    def of(part: Node, here: StudentGroup | None = group) -> Value:
        return meaning(rules, record, part, here, among)

    def of_others(part: Node, others: Sequence[LeaRecord]) -> list[Value]:
        return [meaning(rules, other, part, group, among) for other in others]

    def answers(parts: Sequence[Node], here: StudentGroup | None = group) -> list[Truth]:
        return [cast("Truth", of(part, here)) for part in parts]

    def things(item: Item, here: StudentGroup | None = group) -> tuple[Truth, Truth]:
        where, met = answers((item.where, item.of), here)
        return where, met

    match node:
        case Const(value, _):
            return value
        case Get():
            found = reading_of(record, rules.vocabulary, node, group if node.scope is Scope.GROUP else None)
            return None if found is None else NOT_RATED if found.level is None else found.level
        case Self(scope):
            return record.kind if scope is Scope.LEA else None if group is None else group.name
        case Ref():
            return of(rules.definitions[node.year, node.name].node)
        case Call(operator, (first, second)) if operator in COMPARED:
            ways = product(*(possible_values(rules, record, one, group, among) for one in (first, second)))
            return agreed({OPERATORS[operator](*pair) for pair in ways})
        case Call():
            return OPERATORS[node.operator](*map(of, node.arguments))
        case Match():
            return matched(node, [of(one) for one in node.on], of)
        case Fold(_, Owner(kind), (item,)):
            owners = of_others(item.of, [one for one in _owners(record, among) if one.kind == kind])
            return owners[0] if owners else None
        case Fold(Quantity() as how, Belonging() as over, (item,)):
            below = _below(record, over, among)
            if below is None:
                return None
            pairs = zip(of_others(item.where, below), of_others(item.of, below), strict=True)
            return how.judge(cast("list[tuple[Truth, Truth]]", list(pairs)))
        case Fold(Quantity() as how, StudentGroups(year), items):
            groups = rules.vocabulary.groups_in(year)
            facts = record.years.get(year)
            total = None if facts is None else facts.group_count
            return how.judge([things(item, here) for here in groups for item in items], total)
        case Fold(Aggregate.ONLY, StudentGroups(), (item,)):
            [only] = [one for one in rules.vocabulary.groups if of(item.where, one) is True]
            return of(item.of, only)
        case Fold(Aggregate() | Ranked()):
            return agreed(possible_values(rules, record, node, group, among))
        case Fold(Quantity() as how, _, items):
            return how.judge(list(map(things, items)))
        case Fold():
            raise TypeError(node)
        case Published(year, PriorityCount() as count):
            most = len(rules.vocabulary.priorities)
            return None if group is None else listed_tally(count, _published(record, year), group.name, most)
        case Published(year, outcome):
            published = _published(record, year)
            known = published is not None and outcome in published.stated | published.held
            return outcome in published.held if published is not None and known else None


def matched(node: Match, given: Sequence[Value], of: Callable[[Node], Value]) -> Value:
    """Return what every row of a match agrees on that may be the first to fit."""
    values = list(map(of, rows_that_fit(node, given)))
    return values[0] if values and all(one == values[0] for one in values) else None


def rows_that_fit(node: Match, given: Sequence[Value]) -> Iterator[Node]:
    """Yield the value of each row of a match that may be the first to fit."""
    for row in node.rows:
        asked = [one for pattern, one in zip(row.patterns, given, strict=True) if pattern is not None]
        fits = all_of(fitting(*pair) for pair in zip(row.patterns, given, strict=True))
        is_absent = any(isinstance(one, NotRated) for one in asked)
        if fits is True or (fits is None and (row.possible or is_absent)):
            yield Const(NOT_RATED) if is_absent else row.value
        if fits is True:
            break
    else:
        yield from () if node.otherwise is None else (node.otherwise,)


def fitting(pattern: Pattern, value: Value) -> Truth:
    """Return whether a value fits a pattern: absent does, and of what is unknown it cannot be told."""
    if pattern is None or isinstance(value, NotRated):
        return True
    if value is None:
        return None
    if isinstance(pattern, OneOf):
        return value in pattern.names
    return pattern.holds(cast("Fraction", value)) if isinstance(pattern, Interval) else value is pattern


def listed_tally(asked: PriorityCount, published: PublishedFacts | None, group: str, most: int) -> Truth:
    """Return what every number of priorities agrees on that a group may have met by a published list."""
    if published is None or published.priorities is None:
        return None
    met = published.priorities.get(group)
    counts = [len(met)] if met is not None else range(min(published.fewest, most + 1))
    found = {asked.quantity.holds(count, total) for count in counts for total in range(count, max(most, count) + 1)}
    return found.pop() if len(found) == 1 else None


def _owners(record: LeaRecord, among: Sequence[LeaRecord]) -> list[LeaRecord]:
    """Return what an entity belongs to, and what that belongs to, the nearest first."""
    owner = next((one for one in among if one.code == record.belongs_to), None)
    return [] if owner is None else [owner, *_owners(owner, among)]


FAR: Final = Fraction(10) ** 60
ANY_NUMBER: Final[frozenset[Value]] = frozenset({FAR, -FAR, NOT_RATED})
"""What an unknown number may be: above all others, below them, or absent."""


def agreed(values: Collection[Value]) -> Value:
    """Return the only one of some values; None if there are several."""
    return next(iter(values)) if len(values) == 1 else None


def possible_values(
    rules: Ruleset, record: LeaRecord, node: Node, group: StudentGroup | None, among: Sequence[LeaRecord]
) -> Collection[Value]:
    """Return the numbers that a node may have; of those that an unknown number gives, the lowest and the highest."""

    def of(part: Node, whose: LeaRecord = record, here: StudentGroup | None = group) -> Value:
        return meaning(rules, whose, part, here, among)

    match node:
        case Ref():
            return possible_values(rules, record, rules.definitions[node.year, node.name].node, group, among)
        case Fold(_, Owner(kind), (item,)):
            owners = [one for one in _owners(record, among) if one.kind == kind]
            return possible_values(rules, owners[0], item.of, group, among) if owners else ANY_NUMBER
        case Fold(Aggregate.ONLY, StudentGroups(), (item,)):
            [only] = [one for one in rules.vocabulary.groups if of(item.where, here=one) is True]
            return possible_values(rules, record, item.of, only, among)
        case Fold(Aggregate() | Ranked() as how, StudentGroups(year), (item,)):
            counted = rules.vocabulary.groups_counted_in(year)
            return made_in_any_way(how, tuple((of(item.where, here=one), of(item.of, here=one)) for one in counted))
        case Fold(Aggregate() | Ranked() as how, Belonging() as over, (item,)):
            below = _below(record, over, among)
            if below is None:
                return ANY_NUMBER
            return made_in_any_way(how, tuple((of(item.where, one), of(item.of, one)) for one in below))
        case Match():
            ways = list(rows_that_fit(node, [of(one) for one in node.on]))
            return possible_values(rules, record, ways[0], group, among) if len(ways) == 1 else as_possible(of(node))
        case Call("first known", (first, second)):
            taken = second if of(first) is None else first
            return possible_values(rules, record, taken, group, among)
        case _:
            return as_possible(of(node))


def as_possible(value: Value) -> Collection[Value]:
    """Return what a number may be of which nothing else is known."""
    return ANY_NUMBER if value is None else {value}


@cache
def made_in_any_way(how: Aggregate | Ranked, things: tuple[tuple[Value, Value], ...]) -> Collection[Value]:
    """Return what may be made of values, each given with whether it is one of those spoken of."""
    counts = how in (Aggregate.NUMBER, Aggregate.SHARE)
    ways: list[set[Value]] = []
    for member, value in things:
        anything = frozenset[Value]({True, False}) if counts else ANY_NUMBER
        of_members = anything if value is None else {value} if counts or isinstance(value, Fraction) else {NOT_RATED}
        left_out = {NOT_RATED} if member is not True else set[Value]()
        ways.append({*left_out, *(of_members if member is not False else ())})
    if how in (Aggregate.SUM, Aggregate.AVERAGE) and any(len(one) > 1 for one in ways):
        return ANY_NUMBER
    return {_made(how, [one for one in way if one is not NOT_RATED]) for way in product(*ways)}


def _made(how: Aggregate | Ranked, values: Sequence[Value]) -> Value:
    if how is Aggregate.NUMBER:
        return Fraction(values.count(True))
    numbers = [Fraction(cast("Fraction", value)) for value in values]
    if how is Aggregate.SUM:
        return sum(numbers, Fraction())
    if not numbers:
        return NOT_RATED
    if isinstance(how, Ranked):
        at_or_beyond = ceil(how.percent / 100 * len(numbers))
        return sorted(numbers, reverse=how.highest)[at_or_beyond - 1]
    average = sum(numbers, Fraction()) / len(numbers)
    return {Aggregate.HIGHEST: max(numbers), Aggregate.LOWEST: min(numbers)}.get(how, average)


def _below(record: LeaRecord, over: Belonging, among: Sequence[LeaRecord]) -> list[LeaRecord] | None:
    """Return the entities of a kind that belong to one in a year; None if the data hold none of the kind."""
    if not any(one.kind == over.kind and not one.only_in for one in among):
        return None
    there = [one for one in among if one.kind == over.kind and (not one.only_in or over.year in one.only_in)]
    return [one for one in there if record in _owners(one, among)]


def _published(record: LeaRecord, year: int) -> PublishedFacts | None:
    facts = record.years.get(year)
    return None if facts is None else facts.published
