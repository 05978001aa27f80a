"""Nodes in SQL: what each node becomes, from the values of the nodes below it.

The meaning is that of `engine.meaning` and `core.operators`. The one danger is CASE, which takes an unknown condition
for no: a choice whose guard is unknown has a value only if every way it could turn out gives that value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction

from attrs import frozen

from rulelang.core.tree import (
    Belonging,
    Call,
    Const,
    Fold,
    Get,
    Match,
    Node,
    Owner,
    PriorityCount,
    Published,
    Self,
    StudentGroups,
    Value,
    is_call,
    operator_of,
)
from rulelang.core.truth import Quantity
from rulelang.core.vocabulary import Scope, Vocabulary
from rulelang.engine.steps import Prepared, Step
from rulelang.engine.table import numbers, sql
from rulelang.engine.table.counting import Counts, Sort, by_number, count_holds, counts_of, judged
from rulelang.engine.table.facts import (
    GROUP,
    KIND,
    NumberFormats,
    group_count,
    list_fewest,
    list_states,
    listed_outcome,
    listed_priorities,
)
from rulelang.engine.table.fields import Fields, Scribe
from rulelang.engine.table.matches import Matches
from rulelang.engine.table.names import NOT_RATED_TEXT, unsupported
from rulelang.engine.table.sql import Sql
from rulelang.engine.table.values import Kind, Lowered, Plain, Ratio, answer, as_answer, as_ratio, is_one_of


@frozen
class Nodes:
    """Lowers one step, given its surroundings."""

    prepared: Prepared
    formats: NumberFormats
    scribe: Scribe

    @property
    def fields(self) -> Fields:
        """Return the lowering of fields."""
        return Fields(self.vocabulary, self.formats, self.scribe)

    @property
    def vocabulary(self) -> Vocabulary:
        """Return the vocabulary of the ruleset."""
        return self.prepared.ruleset.vocabulary

    def lowered(self, step: Step) -> Lowered:
        """Return the value of a step; UnsupportedRulesError if it cannot be written in SQL."""
        match step.node:
            case Call():
                return self._apply(step, step.node)
            case Match():
                return self._match(step.node, step.inputs)
            case Fold(Quantity() as quantity, StudentGroups(year)):
                return self._tally_groups(quantity, year, step.inputs)
            case Fold(over=Belonging() | Owner()):
                return unsupported("what an entity belongs to, or what belongs to it,")
            case Fold(Quantity() as quantity):
                return self._tally(quantity, step.inputs)
            case _:
                return self._leaf(step.node)

    # ---- Reading what is below ----

    def _answers(self, inputs: Sequence[int]) -> list[Plain]:
        return [self._answer(position) for position in inputs]

    def _answer(self, position: int) -> Plain:
        return as_answer(self.scribe.read(position))

    def _joined(self, join: Callable[[Iterable[Sql]], Sql], inputs: Sequence[int]) -> Plain:
        parts = self._answers(inputs)
        return answer(join([part.sql for part in parts]), sure=all(part.sure for part in parts))

    def _number(self, position: int) -> Ratio:
        return numbers.as_number(self.scribe.read(position))

    # ---- Leaves ----

    def _leaf(self, node: Node) -> Lowered:
        match node:
            case Const(value=value):
                return self._constant(value)
            case Get():
                return self.fields.value(node)
            case Self(scope=scope):
                return Plain(Kind.NAME, sql.column(GROUP if scope is Scope.GROUP else KIND), sure=True)
            case Published(year, str() as outcome):
                return answer(self.scribe.fact(listed_outcome(year, outcome)))
            case Published(year, PriorityCount(quantity=quantity)):
                return self._published_count(year, quantity)
            case _:
                return unsupported(f"a {type(node).__name__}")

    def _constant(self, value: Value) -> Lowered:
        match value:
            case None:
                return _UNKNOWN
            case bool():
                return answer(sql.truth(value), sure=True)
            case Fraction():
                return numbers.constant(value)
            case str():
                return Plain(Kind.NAME, sql.text(value), sure=True)
            case tuple():
                return Plain(Kind.ANY, sql.null())  # read by the operator it belongs to, as names
            case _:
                return Plain(Kind.ANY, sql.text(NOT_RATED_TEXT), sure=True)

    # ---- Operators ----

    def _apply(self, step: Step, node: Call) -> Lowered:
        match node.operator:
            case "and":
                return self._joined(sql.both, step.inputs)
            case "or":
                return self._joined(sql.either, step.inputs)
            case "is one of":
                return self._is_one_of(step)
            case "is rated":
                return self._is_rated(step.inputs[0])
            case "not":
                part = self._answer(step.inputs[0])
                return answer(sql.not_(part.sql), sure=part.sure)
            case "known or no":
                part = self._answer(step.inputs[0])
                return part if part.sure else answer(sql.known(part.sql, sql.truth(False)), sure=True)
            case "first known":
                return self._first_known(step.inputs)
            case operator if operator in numbers.COMPARISONS:
                first, second = (self._number(position) for position in step.inputs)
                return answer(numbers.compared(operator, first, second))
            case operator if operator in numbers.OPERATIONS:
                return numbers.OPERATIONS[operator](*[self._number(position) for position in step.inputs])
            case operator:
                return unsupported(f"the operator {operator}")

    def _is_one_of(self, step: Step) -> Plain:
        of = self.prepared.steps[step.inputs[1]]
        names = of.node.value if isinstance(of.node, Const) else None
        if not isinstance(names, tuple):
            return unsupported("levels that do not stand in the rule")
        value = self.scribe.read(step.inputs[0])
        return is_one_of(value, names)

    def _is_rated(self, position: int) -> Plain:
        value = self.scribe.read(position)
        if isinstance(value, Ratio):
            return answer(sql.equal(value.rated_sql(), sql.integer(1)))
        return answer(sql.unequal(value.sql, sql.text(NOT_RATED_TEXT)), sure=value.sure)

    def _first_known(self, inputs: Sequence[int]) -> Lowered:
        first, second = numbers.alike([self.scribe.read(position) for position in inputs])
        if isinstance(first, Plain) and isinstance(second, Plain):
            if first.sure or isinstance(second.sql, sql.NULL):
                return first
            return Plain(first.kind, sql.known(first.sql, second.sql), sure=second.sure)
        return numbers.chosen(sql.is_known(as_ratio(first).rated_sql()), as_ratio(first), as_ratio(second))

    # ---- Matches ----

    def _match(self, node: Match, inputs: Sequence[int]) -> Lowered:
        found = [self.scribe.read(position) for position in inputs]
        return Matches(self.scribe).lowered(node, found[: len(node.on)], found[len(node.on) :])

    # ---- Counts ----

    def _tally(self, quantity: Quantity, inputs: Sequence[int]) -> Lowered:
        things = [(self._member(member), self._answer(met)) for member, met in _pairs(inputs)]
        things = [(member, met) for member, met in things if member is not False]

        def counted(sort: Sort) -> Sql:
            return sql.plus(sql.one_where(condition) for thing in things if (condition := sort(*thing)) is not None)

        always = sum(member is True for member, _ in things)
        most = len(things) - always
        sure = all(met.sure for _, met in things)
        counts = counts_of(lambda sort, ending: self.scribe.part(counted(sort), ending), always, most, sure=sure)
        self.scribe.seal()
        return answer(judged(quantity, counts), sure=sure and not most)

    def _member(self, position: int) -> Plain | bool:
        """Return whether a thing is a member: the same for every row, or the condition that answers it."""
        node = self.prepared.steps[position].node
        if isinstance(node, Const) and isinstance(node.value, bool):
            return node.value
        return self._answer(position)

    def _tally_groups(self, quantity: Quantity, year: int, inputs: Sequence[int]) -> Lowered:
        position, met_position = inputs
        chosen = [group.name for group in self.vocabulary.groups if group.is_counted_in(year)]
        every = [sql.text(group.name) for group in self.vocabulary.groups]
        all_chosen = len(chosen) == len(every)
        there = None if all_chosen else sql.one_of_all(sql.column(GROUP), [sql.text(name) for name in chosen], every)
        member = self._member_of_groups(position)
        if not chosen or member is False:
            nothing = sql.integer(0)
            return answer(judged(quantity, Counts(nothing, None, 0)))
        met = as_answer(self.scribe.of_groups(met_position))
        total = None if member is True else group_count(year)

        def counted(sort: Sort, ending: str) -> Sql:
            condition = sort(member, met)
            met_there = condition if there is None or condition is None else sql.both([there.copy(), condition])
            return sql.integer(0) if met_there is None else self.scribe.count(sql.one_where(met_there), ending)

        always, most = (len(chosen), 0) if member is True else (0, len(chosen))
        known_total = None if total is None else self.scribe.fact(total)
        members_sure = isinstance(member, Plain) and member.sure
        counts = counts_of(counted, always, most, known_total, sure=met.sure, members_sure=members_sure)
        return answer(judged(quantity, counts), sure=counts.unsure is None and counts.possibly_met is None)

    def _member_of_groups(self, position: int) -> Plain | bool:
        node = self.prepared.steps[position].node
        if isinstance(node, Const) and isinstance(node.value, bool):
            return node.value
        return as_answer(self.scribe.of_groups(position))

    # ---- Published lists ----

    def _published_count(self, year: int, quantity: Quantity) -> Lowered:
        most = len(self.vocabulary.priorities)
        listed = self.scribe.fact(listed_priorities(year))
        fewest = self.scribe.fact(list_fewest(year))
        numbers_ = range(most + 1)
        counted = by_number(listed, {number: quantity.of_any(range(number, number + 1), most) for number in numbers_})
        unnamed = by_number(fewest, {number: quantity.of_any(range(number), most) for number in numbers_})
        more = sql.truth(quantity.of_any(range(most + 1), most))
        in_list = sql.case(counted, count_holds(quantity, listed.copy(), listed.copy()))
        not_in_list = sql.case(unnamed, more)
        states = self.scribe.fact(list_states(year))
        ways = [(sql.both([states, sql.is_known(listed)]), in_list), (states.copy(), not_in_list)]
        return answer(sql.case(ways))


_UNKNOWN = Plain(Kind.ANY, sql.null())


def _pairs(inputs: Sequence[int]) -> list[tuple[int, int]]:
    return list(zip(inputs[::2], inputs[1::2], strict=True))


# ---- What stands in a column of its own ----


_OF_LEVELS = ("is one of", "is rated")
"""Operators that ask for a level."""


def is_given(node: Node) -> bool:
    """Return whether a node depends on no other: a constant, or the entity itself."""
    return isinstance(node, Const | Self)


def repeats_inputs(node: Node) -> bool:
    """Return whether a node repeats its inputs in SQL, as matches, counts and arithmetic do."""
    once = ("", *_OF_LEVELS, "and", "or", "not", "known or no")
    return isinstance(node, Match | Fold) or operator_of(node) not in once


def is_cheap(step: Step, steps: Sequence[Step]) -> bool:
    """Return whether a step is as quickly computed again as kept: a comparison of a field, or a constant."""
    asks_level = is_call(step.node, *_OF_LEVELS) and isinstance(steps[step.inputs[0]].node, Get | Self)
    return asks_level or is_given(step.node)
