"""Lowering: the steps of a ruleset become columns of SQL.

`engine.steps.prepare` has flattened the definitions into steps that read earlier steps only, each for the LEA or for
each student group. Here every step becomes an expression over the columns of the facts. One that is used once is
inside the one that uses it; one that is used more often, and every one asked for, becomes a column, and columns that
read others are in a later layer, a query over the one before.

A count over student groups is an aggregation of the groups' table into the LEAs' table, so the layers come in stages:
LEAs, groups, LEAs with their counts, and again as often as rules look back and forth. `query` makes the text of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from fractions import Fraction

from rulelang.core.fact_types import FactType
from rulelang.core.record_words import UNKNOWN
from rulelang.core.ruleset import Ruleset
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
    binds_groups,
    group_read,
    is_call,
    operator_of,
    relates,
)
from rulelang.core.truth import Quantity
from rulelang.core.types import fact_type
from rulelang.core.vocabulary import Scope
from rulelang.engine.facts import never_reported
from rulelang.engine.steps import Prepared, Step, prepare
from rulelang.engine.table import numbers, sql
from rulelang.engine.table.counting import MET, Counts, by_number, condition_of, count_holds, counts_of, judged
from rulelang.engine.table.facts import (
    DAYS,
    GROUP,
    KIND,
    NOT_RATED_TEXT,
    NumberFormats,
    UnsupportedRulesError,
    closed,
    group_count,
    list_fewest,
    list_states,
    listed_outcome,
    listed_priorities,
    reading,
    silence,
    unsupported,
    whole_numbers,
)
from rulelang.engine.table.matches import lowered_match
from rulelang.engine.table.relations import count_below, of_owner
from rulelang.engine.table.sql import Sql
from rulelang.engine.table.stages import LoweredRuleset, Place, Placed, Scribe
from rulelang.engine.table.values import Kind, Lowered, Plain, Ratio, answer, as_answer, as_ratio, is_one_of

MOST_LAYERS = 60
"""More layers of queries than this are too deep for a database; the record engine has no such limit."""


def lower(
    ruleset: Ruleset | Prepared, outputs: Collection[int] | None = None, formats: NumberFormats = whole_numbers
) -> LoweredRuleset:
    """Return a ruleset as columns of SQL.

    `outputs` are the positions of the steps whose values are wanted, by default those of all definitions. Raises
    UnsupportedRulesError if there is no such form: numbers that could exceed 38 digits, or sentences too deep.
    """
    prepared = ruleset if isinstance(ruleset, Prepared) else prepare(ruleset)
    wanted = set(prepared.positions.values() if outputs is None else outputs)
    lowered, labels = LoweredRuleset(prepared, formats), _labels(prepared)
    leas = lowered.stage((0, Scope.LEA))  # there are always LEAs
    if prepared.relates:
        of_year = closed(prepared.ruleset.year)
        leas.facts[of_year] = lowered.name(of_year, of_year.words)
    needed = prepared.beneath(wanted)
    places = _places(prepared.steps, needed)
    shared = wanted | _shared(prepared.steps, places)
    for position, place in places.items():
        scribe = Scribe(lowered, place, position, labels.get(position, f"step {position}"))
        step = prepared.steps[position]
        value = lowered_step(scribe, step)
        is_at_hand = position not in labels and all(isinstance(part, _BARE) for part in value.parts())
        if position in shared and not is_at_hand and not is_given(step.node):
            value = scribe.column(value)
        lowered.outputs[position] = Placed(value, place, scribe.layer)
    if any(len(stage.layers) > MOST_LAYERS for stage in lowered.stages.values()):
        raise UnsupportedRulesError("sentences that are nested too deep")
    lowered.stages = {place: lowered.stages[place] for place in sorted(lowered.stages, key=_order)}
    return lowered


_BARE = (sql.COLUMN, sql.LITERAL, sql.TRUTH, sql.NULL)
"""What stands for a column or a constant as it is."""


# ---- What there is to lower, where, and how often it is used ----


def _places(steps: Sequence[Step], needed: Sequence[int]) -> dict[int, Place]:
    places: dict[int, Place] = {}
    for position in needed:
        step = steps[position]
        number = max((places[below][0] for below in step.inputs if below in places), default=0)
        places[position] = (number + (binds_groups(step.node) or relates(step.node)), step.scope)
    return places


def _order(place: Place) -> tuple[int, int]:
    number, scope = place
    return number, int(scope is Scope.GROUP)


def _shared(steps: Sequence[Step], places: Mapping[int, Place]) -> set[int]:
    """Return the steps that several expressions or another stage read, but for those that are cheap to write again."""
    uses: Counter[int] = Counter()
    crossing: set[int] = set()
    for position, place in places.items():
        step = steps[position]
        for below in step.inputs:
            uses[below] += 2 if repeats_inputs(step.node) else 1
            if places[below] != place:
                crossing.add(below)
    often = {position for position, times in uses.items() if times > 1 and not is_cheap(steps[position], steps)}
    return often | crossing


def _labels(prepared: Prepared) -> dict[int, str]:
    """Return the words for the steps that are definitions: their names, and the year if it is another."""
    fields = prepared.fields.items()
    labels = {at: f"{' '.join(filter(None, asked.key))} {asked.year}" for at, asked in fields}
    for (year, name), position in prepared.positions.items():
        words = name if year == prepared.ruleset.year else f"{name} {year}"
        labels.setdefault(position, words)
    return labels


# ---- What each node becomes ----


def lowered_step(scribe: Scribe, step: Step) -> Lowered:
    """Return the value of a step; UnsupportedRulesError if it cannot be written in SQL."""
    match step.node:
        case Call() as node:
            return _call(scribe, node, step.inputs)
        case Match() as node:
            return lowered_match(scribe, node, [scribe.read(position) for position in step.inputs])
        case Fold(Quantity() as quantity, StudentGroups(year)):
            return _tally_groups(scribe, quantity, year, step.inputs)
        case Fold(over=StudentGroups()) as node:
            return _of_one_group(scribe, node, step.inputs[1])
        case Fold(over=Belonging() | Owner()) as node:
            return _related(scribe, node, step)
        case Fold(Quantity() as quantity):
            return _tally(scribe, quantity, step.inputs)
        case Const(value=value):
            return _constant(value)
        case Get() as node:
            return _field(scribe, node)
        case Self(scope=scope):
            return Plain(Kind.NAME, sql.column(GROUP if scope is Scope.GROUP else KIND), sure=True)
        case Published(year, str() as outcome):
            return answer(scribe.fact(listed_outcome(year, outcome)))
        case Published(year, PriorityCount(quantity=quantity)):
            return _published_count(scribe, year, quantity)
        case node:
            return unsupported(f"a {type(node).__name__}")


# ---- Constants and fields ----


def _constant(value: Value) -> Lowered:
    match value:
        case None:
            return Plain(Kind.ANY, sql.null())
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


def _field(scribe: Scribe, node: Get) -> Lowered:
    """Return the level, number or other fact of a field."""
    kind = fact_type(scribe.vocabulary, node.key)
    never = _never_reported(scribe, node)
    given = _unless(never, scribe.fact(reading(node, kind)))
    silent = [scribe.fact(silence(node.year, node.key[0])), *never]
    if kind is None or kind.is_named:
        ways = [sql.case([(one, sql.text(NOT_RATED_TEXT))]) for one in silent]
        if node.default is None:
            return Plain(Kind.NAME, sql.known(given, *ways))
        said = sql.known(given, *ways, sql.text(node.default))
        return Plain(Kind.NAME, sql.case([(sql.not_(sql.equal(said, sql.text(UNKNOWN))), said)]))
    if node.default is not None:
        return unsupported("a number that has a default")
    # A number that is known to be absent has the column `rated` alone, so that one column says so.
    rated = _unless(never, sql.column(f"{scribe.fact(reading(node, kind)).name}_rated"))
    known = sql.known(rated, *[sql.case([(one, sql.integer(0))]) for one in silent])
    format_ = DAYS if kind is FactType.DATE else scribe.lowered.formats(node.key)
    return Ratio(known, given, format_.units, format_.largest * format_.units, format_.units)


def _never_reported(scribe: Scribe, node: Get) -> list[Sql]:
    """Return the condition, if there is one, under which a field is never reported for a student group."""
    groups = scribe.vocabulary.groups
    of_group = node.scope is Scope.GROUP
    never = never_reported(scribe.vocabulary, node.year, node.key) if of_group else ()
    names = [sql.text(groups[at].name) for at in never]
    return [sql.one_of(sql.column(GROUP), names)] if names else []


def _unless(conditions: Sequence[Sql], value: Sql) -> Sql:
    """Return a value that is NULL where a condition is true."""
    return sql.case([(one, sql.null()) for one in conditions], value) if conditions else value


# ---- Operators ----


def _call(scribe: Scribe, node: Call, inputs: Sequence[int]) -> Lowered:
    match node.operator:
        case "and":
            return _joined(scribe, sql.both, inputs)
        case "or":
            return _joined(scribe, sql.either, inputs)
        case "is one of":
            return _is_one_of(scribe, inputs)
        case "is rated":
            return _is_rated(scribe.read(inputs[0]))
        case "not":
            part = _answer(scribe, inputs[0])
            return answer(sql.not_(part.sql), sure=part.sure)
        case "known or no":
            part = _answer(scribe, inputs[0])
            return part if part.sure else answer(sql.known(part.sql, sql.truth(False)), sure=True)
        case "first known":
            return _first_known(*numbers.alike([scribe.read(position) for position in inputs]))
        case operator if operator in numbers.COMPARISONS:
            return answer(numbers.compared(operator, *_numbers(scribe, inputs)))
        case operator if operator in numbers.OPERATIONS:
            return numbers.OPERATIONS[operator](*_numbers(scribe, inputs))
        case operator:
            return unsupported(f"the operator {operator}")


def _answer(scribe: Scribe, position: int) -> Plain:
    return as_answer(scribe.read(position))


def _numbers(scribe: Scribe, inputs: Sequence[int]) -> list[Ratio]:
    return [numbers.as_number(scribe.read(position)) for position in inputs]


def _joined(scribe: Scribe, join: Callable[[Iterable[Sql]], Sql], inputs: Sequence[int]) -> Plain:
    parts = [_answer(scribe, position) for position in inputs]
    return answer(join([part.sql for part in parts]), sure=all(part.sure for part in parts))


def _is_one_of(scribe: Scribe, inputs: Sequence[int]) -> Plain:
    of = scribe.prepared.steps[inputs[1]]
    names = of.node.value if isinstance(of.node, Const) else None
    if not isinstance(names, tuple):
        return unsupported("levels that do not stand in the rule")
    return is_one_of(scribe.read(inputs[0]), names)


def _is_rated(value: Lowered) -> Plain:
    if isinstance(value, Ratio):
        return answer(sql.equal(value.rated_sql(), sql.integer(1)))
    return answer(sql.unequal(value.sql, sql.text(NOT_RATED_TEXT)), sure=value.sure)


def _first_known(first: Lowered, second: Lowered) -> Lowered:
    if isinstance(first, Plain) and isinstance(second, Plain):
        if first.sure or isinstance(second.sql, sql.NULL):
            return first
        return Plain(first.kind, sql.known(first.sql, second.sql), sure=second.sure)
    return numbers.chosen(sql.is_known(as_ratio(first).rated_sql()), as_ratio(first), as_ratio(second))


# ---- Counts ----


def _tally(scribe: Scribe, quantity: Quantity, inputs: Sequence[int]) -> Lowered:
    pairs = zip(inputs[::2], inputs[1::2], strict=True)
    things = [(_member(scribe, member, scribe.read), _answer(scribe, met)) for member, met in pairs]
    things = [(member, met) for member, met in things if member is not False]

    def counted(sort: str) -> Sql:
        conditions = (condition_of(sort, *thing) for thing in things)
        return scribe.part(sql.plus(sql.one_where(one) for one in conditions if one is not None), sort)

    always = sum(member is True for member, _ in things)
    sure, all_always = all(met.sure for _, met in things), always == len(things)
    counts = counts_of(counted, always, sure=sure, all_always=all_always)
    scribe.seal()
    return answer(judged(quantity, counts), sure=sure and all_always)


def _member(scribe: Scribe, position: int, read: Callable[[int], Lowered]) -> Plain | bool:
    """Return whether a thing is a member: the same for every row, or the condition that answers it."""
    node = scribe.prepared.steps[position].node
    return node.value if isinstance(node, Const) and isinstance(node.value, bool) else as_answer(read(position))


def _tally_groups(scribe: Scribe, quantity: Quantity, year: int, inputs: Sequence[int]) -> Lowered:
    chosen = [sql.text(group.name) for group in scribe.vocabulary.groups if group.is_counted_in(year)]
    every = [sql.text(group.name) for group in scribe.vocabulary.groups]
    there = None if len(chosen) == len(every) else sql.one_of_all(sql.column(GROUP), chosen, every)
    member = _member(scribe, inputs[0], scribe.of_groups)
    if not chosen or member is False:
        return answer(judged(quantity, Counts({MET: sql.integer(0)}, sql.integer(0))))
    met = as_answer(scribe.of_groups(inputs[1]))

    def counted(sort: str) -> Sql:
        condition = condition_of(sort, member, met)
        met_there = condition if there is None or condition is None else sql.both([there, condition])
        return sql.integer(0) if met_there is None else scribe.count(sql.one_where(met_there), sort)

    if isinstance(member, bool):
        counts = counts_of(counted, len(chosen), sure=met.sure, all_always=True)
    else:
        total = scribe.fact(group_count(year))
        counts = counts_of(counted, 0, total, sure=met.sure, members_sure=member.sure)
    return answer(judged(quantity, counts), sure=counts.is_sure)


def _of_one_group(scribe: Scribe, fold: Fold, position: int) -> Lowered:
    """Return the number of one student group, of which there is a row for each LEA."""
    name = group_read(fold)
    if name is None:
        return unsupported("a number made of those of several student groups")
    value = numbers.as_number(scribe.of_groups(position))
    is_it = sql.equal(sql.column(GROUP), sql.text(name))
    return value.mapped(lambda ending, part: scribe.count(sql.case([(is_it, part)]), ending))


def _related(scribe: Scribe, node: Fold, step: Step) -> Lowered:
    """Return what is made of the entities that belong to one, or the value of the one that it belongs to."""
    if step.scope is Scope.GROUP:
        return unsupported("conditions or numbers of the student groups of other entities")
    where, of = step.inputs
    match node:
        case Fold(over=Owner() as owner):
            return of_owner(scribe, owner, scribe.of_related(of))
        case Fold(Quantity() as quantity, Belonging() as over):
            member = _member(scribe, where, scribe.of_related)
            return count_below(scribe, quantity, over, member, as_answer(scribe.of_related(of)))
        case _:
            return unsupported("a number made of those of several entities")


# ---- Published lists ----


def _published_count(scribe: Scribe, year: int, quantity: Quantity) -> Lowered:
    most = len(scribe.vocabulary.priorities)
    listed, fewest = scribe.fact(listed_priorities(year)), scribe.fact(list_fewest(year))
    counts = range(most + 1)
    counted = by_number(listed, {number: quantity.of_any(range(number, number + 1), most) for number in counts})
    unnamed = by_number(fewest, {number: quantity.of_any(range(number), most) for number in counts})
    in_list = sql.case(counted, count_holds(quantity, listed, listed))
    not_in_list = sql.case(unnamed, sql.truth(quantity.of_any(counts, most)))
    states = scribe.fact(list_states(year))
    ways = [(sql.both([states, sql.is_known(listed)]), in_list), (states, not_in_list)]
    return answer(sql.case(ways))


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
