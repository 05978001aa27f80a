"""What each node becomes in SQL, from the values of the nodes below it.

The meaning is that of `engine.meaning` and `core.operators`. The one thing to beware of is CASE, which takes an unknown
condition for no: a choice whose guard cannot be told has a value only where every way it could turn out gives it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from typing import NoReturn

from attrs import evolve, frozen

from rulelang.core.tree import (
    Bands,
    Belonging,
    Call,
    Choose,
    Const,
    Fold,
    Get,
    Grid,
    Node,
    Owner,
    PublishedOutcome,
    PublishedTally,
    Self,
    StudentGroups,
    Value,
)
from rulelang.core.truth import Quantity
from rulelang.core.vocabulary import Scope, Vocabulary
from rulelang.engine.choices import grid_levels
from rulelang.engine.steps import Prepared, Step
from rulelang.engine.table import numbers, sql
from rulelang.engine.table.choices import agreed_after, where_agreed
from rulelang.engine.table.counting import Counts, count_holds, judged
from rulelang.engine.table.facts import (
    GROUP,
    KIND,
    DataShape,
    GroupCount,
    ListedOutcome,
    ListedPriorities,
    ListFewest,
    ListStates,
)
from rulelang.engine.table.fields import Fields, Scribe
from rulelang.engine.table.names import NOT_RATED_TEXT, UnsupportedRulesError
from rulelang.engine.table.sql import Sql
from rulelang.engine.table.tallies import Sort, by_number, counts_of, of_counts
from rulelang.engine.table.values import Kind, Lowered, Plain, Ratio


@frozen
class Nodes:
    """Lowers one step, with what stands around it."""

    prepared: Prepared
    shape: DataShape
    scribe: Scribe

    @property
    def fields(self) -> Fields:
        """Return what lowers fields."""
        return Fields(self.vocabulary, self.shape, self.scribe)

    @property
    def vocabulary(self) -> Vocabulary:
        """Return the words of the ruleset."""
        return self.prepared.ruleset.vocabulary

    def lowered(self, step: Step) -> Lowered:
        """Return the value of a step; UnsupportedRulesError where it has no form in SQL."""
        match step.node:
            case Call():
                return self._apply(step, step.node)
            case Choose():
                return self._choose(step.inputs)
            case Fold(Quantity() as quantity, StudentGroups(year)):
                return self._tally_groups(quantity, year, step.inputs)
            case Fold(over=Belonging() | Owner()):
                return _unsupported("what an entity belongs to, or what belongs to it,")
            case Fold(Quantity() as quantity):
                return self._tally(quantity, step.inputs)
            case Bands():
                number = self._number(step.inputs[0])
                return Plain(Kind.NAME, numbers.banded(number, step.node.bands))
            case Grid():
                return self._grid(step.node, step.inputs)
            case _:
                return self._leaf(step.node)

    # ---- Reading what stands below ----

    def _answers(self, inputs: Sequence[int]) -> list[Plain]:
        return [self._answer(position) for position in inputs]

    def _answer(self, position: int) -> Plain:
        return _plain_answer(self.scribe.read(position))

    def _joined(self, join: Callable[[Iterable[Sql]], Sql], inputs: Sequence[int]) -> Plain:
        parts = self._answers(inputs)
        return _answer(join([part.sql for part in parts]), sure=all(part.sure for part in parts))

    def _number(self, position: int) -> Ratio:
        return self._as_number(self.scribe.read(position))

    def _as_number(self, value: Lowered) -> Ratio:
        if isinstance(value, Ratio):
            return value
        if value.kind is not Kind.ANY:
            return _unsupported("a calculation with what is no number")
        # What is never more than not rated is not rated wherever it is known.
        return evolve(numbers.unknown(), rated=sql.case([(sql.is_known(value.sql), sql.integer(0))]))

    # ---- Leaves ----

    def _leaf(self, node: Node) -> Lowered:
        match node:
            case Const(value=value):
                return self._constant(value)
            case Get():
                return self.fields.value(node)
            case Self(scope=scope):
                return Plain(Kind.NAME, sql.column(GROUP if scope is Scope.GROUP else KIND), sure=True)
            case PublishedTally():
                return self._published_tally(node)
            case PublishedOutcome(year=year, outcome=outcome):
                return _answer(self.scribe.fact(ListedOutcome(year, outcome)))
            case _:
                return _unsupported(f"a {type(node).__name__}")

    def _constant(self, value: Value) -> Lowered:
        match value:
            case None:
                return _UNKNOWN
            case bool():
                return _answer(sql.truth(value), sure=True)
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
                return _answer(sql.not_(part.sql), sure=part.sure)
            case "known or no":
                part = self._answer(step.inputs[0])
                return part if part.sure else _answer(sql.known(part.sql, sql.truth(False)), sure=True)
            case "first known":
                return self._first_known(step.inputs)
            case operator if operator in numbers.COMPARISONS:
                first, second = (self._number(position) for position in step.inputs)
                return _answer(numbers.compared(operator, first, second))
            case operator if operator in numbers.OPERATIONS:
                return numbers.OPERATIONS[operator](*[self._number(position) for position in step.inputs])
            case operator:
                return _unsupported(f"the operator {operator}")

    def _is_one_of(self, step: Step) -> Plain:
        asked, of = (self.prepared.steps[position] for position in step.inputs)
        names = of.node.value if isinstance(of.node, Const) else None
        if not isinstance(names, tuple):
            return _unsupported("levels that do not stand in the rule")
        value = self.scribe.read(step.inputs[0])
        if isinstance(value, Ratio):
            return _answer(_where_known(value, sql.truth(False)))
        is_group = isinstance(asked.node, Self) and asked.scope is Scope.GROUP
        write = self._known_group if is_group else self._known_name
        choices = [choice for name in names if (choice := write(name)) is not None]
        if not choices:
            return _answer(_where_known(value, sql.truth(False)))
        return _answer(sql.one_of(value.sql, choices), sure=value.sure)

    def _known_group(self, name: str) -> Sql | None:
        return sql.text(name) if name in self.prepared.group_index else None

    def _known_name(self, name: str) -> Sql | None:
        return sql.text(name)

    def _is_rated(self, position: int) -> Plain:
        value = self.scribe.read(position)
        if isinstance(value, Ratio):
            return _answer(sql.equal(value.rated_sql(), sql.integer(1)))
        return _answer(sql.unequal(value.sql, sql.text(NOT_RATED_TEXT)), sure=value.sure)

    def _first_known(self, inputs: Sequence[int]) -> Lowered:
        first, second = self._alike(inputs)
        if isinstance(first, Plain) and isinstance(second, Plain):
            if first.sure or isinstance(second.sql, sql.NULL):
                return first
            return Plain(first.kind, sql.known(first.sql, second.sql), sure=second.sure)
        return _chosen_number(sql.is_known(_ratio(first).rated_sql()), _ratio(first), _ratio(second))

    # ---- Choices ----

    def _choose(self, inputs: Sequence[int]) -> Lowered:
        guards = self._answers(inputs[:-1:2])
        values = self._alike((*inputs[1::2], inputs[-1]))
        if isinstance(values[0], Ratio):
            return self._choose_number([guard.sql for guard in guards], [_ratio(value) for value in values])
        plain = [value for value in values if isinstance(value, Plain)]
        sure = all(part.sure for part in (*guards, *plain))
        ways: list[sql.Way] = []
        for at, guard in enumerate(guards):
            value = plain[at].sql
            if isinstance(guard.sql, sql.TRUTH) and guard.sql.this is True:
                return Plain(plain[0].kind, sql.case(ways, value.copy()), sure)
            ways.append((guard.sql.copy(), value.copy()))
            if not guard.sure:
                agreed = agreed_after([one.sql for one in guards], [one.sql for one in plain], at)
                ways.append((sql.is_unknown(guard.sql.copy()), where_agreed(agreed, value)))
        return Plain(plain[0].kind, sql.case(ways, plain[-1].sql.copy()), sure)

    def _choose_number(self, guards: Sequence[Sql], values: Sequence[Ratio]) -> Ratio:
        """Return a choice among numbers, arm by arm from the last, each arm's result in columns of its own."""
        result = values[-1]
        for at in range(len(guards) - 1, -1, -1):
            guard, value = guards[at], values[at]
            sure = sql.either([sql.is_answer(guard.copy(), yes=True), numbers.same(value, result)])
            taken = sql.both([sql.not_(sql.is_answer(guard.copy(), yes=False)), sql.known(sure, sql.truth(False))])
            untold = sql.both([sql.is_unknown(guard.copy()), sql.not_(sql.known(sure.copy(), sql.truth(False)))])
            result = _chosen_number(taken, value, result, untold)
            result = result.mapped(lambda part, what, at=at: self.scribe.part(what, f"way {at}{part}"))  # type: ignore[misc]
            self.scribe.seal()
        return result

    def _alike(self, positions: Sequence[int]) -> list[Lowered]:
        """Return values of one kind: what is never more than not rated becomes a number among numbers."""
        values = [self.scribe.read(position) for position in positions]
        kinds = {value.kind for value in values} - {Kind.ANY}
        if len(kinds) > 1:
            return _unsupported("a choice among values of several kinds")
        if kinds == {Kind.NUMBER}:
            return [self._as_number(value) for value in values]
        kind = kinds.pop() if kinds else Kind.ANY
        return [evolve(value, kind=kind) if isinstance(value, Plain) else value for value in values]

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
        return _answer(judged(quantity, counts), sure=sure and not most)

    def _member(self, position: int) -> Plain | bool:
        """Return whether a thing is one of those spoken of: the same for every row, or what answers it."""
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
            return _answer(judged(quantity, Counts(nothing, None, 0)))
        met = _plain_answer(self.scribe.of_groups(met_position))
        total = None if member is True else GroupCount(year)

        def counted(sort: Sort, ending: str) -> Sql:
            condition = sort(member, met)
            met_there = condition if there is None or condition is None else sql.both([there.copy(), condition])
            return sql.integer(0) if met_there is None else self.scribe.count(sql.one_where(met_there), ending)

        always, most = (len(chosen), 0) if member is True else (0, len(chosen))
        known_total = None if total is None else self.scribe.fact(total)
        members_sure = isinstance(member, Plain) and member.sure
        counts = counts_of(counted, always, most, known_total, sure=met.sure, members_sure=members_sure)
        return _answer(judged(quantity, counts), sure=counts.unsure is None and counts.perhaps_met is None)

    def _member_of_groups(self, position: int) -> Plain | bool:
        node = self.prepared.steps[position].node
        if isinstance(node, Const) and isinstance(node.value, bool):
            return node.value
        return _plain_answer(self.scribe.of_groups(position))

    # ---- Tables ----

    def _grid(self, node: Grid, inputs: Sequence[int]) -> Lowered:
        row, column = (self._name_below(position) for position in inputs)
        none = [sql.equal(part.copy(), sql.text(NOT_RATED_TEXT)) for part in (row, column)]
        ways: list[sql.Way] = [(sql.either(none), sql.text(NOT_RATED_TEXT))]
        for (at, across), level in grid_levels(node.cells).items():
            if level is not None:
                here = [_is_level(row, at), _is_level(column, across)]
                ways.append((sql.both(here), sql.text(level)))
        return Plain(Kind.NAME, sql.case(ways))

    def _name_below(self, position: int) -> Sql:
        value = self.scribe.read(position)
        return value.sql if isinstance(value, Plain) else _unsupported("a grid of numbers")

    # ---- Published lists ----

    def _published_tally(self, node: PublishedTally) -> Lowered:
        most = len(self.vocabulary.priorities)
        listed = self.scribe.fact(ListedPriorities(node.year))
        fewest = self.scribe.fact(ListFewest(node.year))
        numbers_ = range(most + 1)
        counted = by_number(listed, {number: of_counts(node.quantity, [number], most) for number in numbers_})
        unnamed = by_number(fewest, {number: of_counts(node.quantity, range(number), most) for number in numbers_})
        more = sql.truth(of_counts(node.quantity, range(most + 1), most))
        in_list = sql.case(counted, count_holds(node.quantity, listed.copy(), listed.copy()))
        not_in_list = sql.case(unnamed, more)
        states = self.scribe.fact(ListStates(node.year))
        ways = [(sql.both([states, sql.is_known(listed)]), in_list), (states.copy(), not_in_list)]
        return _answer(sql.case(ways))


_UNKNOWN = Plain(Kind.ANY, sql.null())


def _answer(part: Sql, *, sure: bool = False) -> Plain:
    return Plain(Kind.TRUTH, part, sure)


def _plain_answer(value: Lowered) -> Plain:
    if isinstance(value, Plain) and value.kind is Kind.TRUTH:
        return value
    if isinstance(value, Plain) and value.kind is Kind.ANY and isinstance(value.sql, sql.NULL):
        return _answer(sql.truth(None))
    return _unsupported("a condition that is no condition")


def _ratio(value: Lowered) -> Ratio:
    return value if isinstance(value, Ratio) else _unsupported("a choice among values of several kinds")


def _where_known(value: Lowered, answer: Sql) -> Sql:
    part = value.rated_sql() if isinstance(value, Ratio) else value.sql
    return sql.case([(sql.is_unknown(part), sql.null())], answer)


def _chosen_number(taken: Sql, first: Ratio, second: Ratio, untold: Sql | None = None) -> Ratio:
    """Return one number where a condition is yes and another where it is not, unknown where it cannot be told."""

    def pick(one: Sql | int, other: Sql | int) -> Sql | int:
        if isinstance(one, int) and isinstance(other, int) and one == other:
            return one
        parts = [sql.integer(part) if isinstance(part, int) else part.copy() for part in (one, other)]
        return sql.case([(taken.copy(), parts[0])], parts[1])

    rated = pick(first.rated_sql(), second.rated_sql())
    unsure = [] if untold is None else [(untold, sql.null())]
    return Ratio(
        sql.case([*unsure, (taken.copy(), first.rated_sql())], second.rated_sql()) if unsure else _as_sql(rated),
        pick(first.numerator, second.numerator),
        pick(first.denominator, second.denominator),
        max(first.largest, second.largest),
        max(first.denominator_limit, second.denominator_limit),
    )


def _as_sql(part: Sql | int) -> Sql:
    if isinstance(part, bool):
        return sql.truth(part)
    return sql.integer(part) if isinstance(part, int) else part


def _is_level(part: Sql, level: str | None) -> Sql:
    return sql.is_unknown(part.copy()) if level is None else sql.equal(part.copy(), sql.text(level))


def _pairs(inputs: Sequence[int]) -> list[tuple[int, int]]:
    return list(zip(inputs[::2], inputs[1::2], strict=True))


def _unsupported(what: str) -> NoReturn:
    message = f"{what} has no form in SQL"
    raise UnsupportedRulesError(message)
