"""The meaning of each node as columns: the column of a step from the columns of its inputs, for a whole batch.

The meaning of a node is one sentence in `core.tree`, and that of the three answers is in `core.truth`. The last part is
the way back: which inputs could still change a column where it is unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Final, NamedTuple

from rulelang.core.aggregates import Aggregate, Ranked
from rulelang.core.tree import (
    Belonging,
    Call,
    Combination,
    Const,
    Fold,
    Get,
    Match,
    Node,
    NotRated,
    Owner,
    Published,
    Self,
    StudentGroups,
    binds_groups,
    relates,
    without_children,
)
from rulelang.core.truth import Quantity, Truth
from rulelang.core.vocabulary import Scope, Vocabulary
from rulelang.engine.arithmetic import constant
from rulelang.engine.choices import as_answers, as_names, known_rows
from rulelang.engine.columns import Answers, Column, Names, Numbers, Shape, mapped, names_of, places_of, rows_at, union
from rulelang.engine.counting import Tallied, Thing, quantity_of
from rulelang.engine.facts import NOTHING, Facts, never_reported
from rulelang.engine.families import belonging, looked_at, of_owner
from rulelang.engine.folds import Members, made_of_members, members_ignored, quantity_of_members
from rulelang.engine.kernels import kernel_of
from rulelang.engine.matching import fit_of, matching
from rulelang.engine.published_lists import outcome_listed, tally_listed
from rulelang.engine.steps import Prepared, Step


class Rows(NamedTuple):
    """The rows of a column: their set, and the length of a list with a place for each."""

    everyone: int
    length: int


Meaning = Callable[[Facts, Rows, Sequence[Column]], Column]
"""Returns the column of a step from the facts of a batch and the columns of its inputs."""


def meaning_of(prepared: Prepared, step: Step) -> Meaning:
    """Return the function that computes the column of a step from those of its inputs."""
    return _OF_NODES[type(step.node)](step.node, prepared.ruleset.vocabulary)


def depends_on(node: Node, vocabulary: Vocabulary, back: Callable[[int], Hashable]) -> Hashable:
    """Return what the column of a node depends on beside its inputs, with years as `back` counts them.

    Nodes of two rulesets of a vocabulary that agree in this, and whose inputs do, mean the same. What things are called
    in a list, and why a value is unknown, changes no column.
    """
    match node:
        case Const(value):
            return Const, type(value), value, node.type
        case Get(year, key, scope, default):
            return Get, back(year), key, scope, default, _never(node, vocabulary)
        case Fold(how, StudentGroups(year)):
            return Fold, how, back(year), _counted(vocabulary, year)
        case Fold(how, Belonging(kind, year)):
            return Fold, how, kind, back(year)
        case Fold(how) if not relates(node):
            return Fold, how
        case Published(year, of):
            return Published, back(year), of
        case _:
            return without_children(node)


# ---- What does not depend on other steps ----


def _constant(node: Const, _vocabulary: Vocabulary) -> Meaning:
    value = node.value

    def meaning(_: Facts, rows: Rows, _parts: Sequence[Column]) -> Column:
        match value:
            case bool():
                return Answers(rows.everyone, 0) if value else Answers(0, rows.everyone)
            case Fraction():
                return constant(value, rows.length, rows.everyone)
            case str():
                return Names({value: rows.everyone}, rows.everyone, 0)
            case NotRated():
                return Names({}, 0, rows.everyone)
            case _:  # what is unknown, and names to choose among, which `is one of` reads from the node
                return NOTHING

    return meaning


def _subject(node: Self, vocabulary: Vocabulary) -> Meaning:
    if node.scope is Scope.LEA:
        return lambda facts, _rows, _parts: names_of(facts.kinds, 0)
    names = [group.name for group in vocabulary.groups]
    return lambda facts, rows, _parts: Names(dict(zip(names, facts.shape.by_lane, strict=True)), rows.everyone, 0)


def _field(node: Get, vocabulary: Vocabulary) -> Meaning:
    """Return the column of a field: what was read and, where nothing was read, what that means."""
    of_group = node.scope is Scope.GROUP
    never = _never(node, vocabulary)
    place, indicator = (node.year, node.key, of_group), (node.year, node.key[0])

    def meaning(facts: Facts, rows: Rows, _parts: Sequence[Column]) -> Column:
        column = facts.fields.get(place, NOTHING)
        nobody = facts.shape.of_lanes(never) if never else 0
        missing = rows.everyone & ~known_rows(column)
        if nobody & ~missing:
            column, missing = _without(column, nobody, rows.length), missing | nobody
        if not missing:
            return column
        absent, doubtful = facts.silent.get(indicator, 0), facts.doubtful.get((*indicator, of_group), 0)
        if of_group:
            absent = facts.shape.spread(absent) & ~doubtful | nobody
        absent &= missing if of_group else missing & ~doubtful
        if node.default is not None:
            return _with_default(as_names(column), node.default, missing & ~absent & ~doubtful, absent)
        return _with_absent(column, absent) if absent else column

    return meaning


def _never(node: Get, vocabulary: Vocabulary) -> tuple[int, ...]:
    """Return the student groups for which a field is never reported."""
    return tuple(never_reported(vocabulary, node.year, node.key)) if node.scope is Scope.GROUP else ()


def _without(column: Column, wrong: int, length: int) -> Column:
    """Return a column in which some rows are unknown."""
    return mapped(column, lambda rows: rows & ~wrong, lambda: range(length))


def _with_absent(column: Column, absent: int) -> Column:
    if isinstance(column, Names):
        return Names(column.by_name, column.present, column.absent | absent)
    return column._replace(absent=column.absent | absent) if isinstance(column, Numbers) else column


def _with_default(column: Names, default: str, rows: int, absent: int) -> Names:
    by_name = {**column.by_name, default: column.by_name.get(default, 0) | rows}
    return Names(by_name, column.present | rows, column.absent | absent)


# ---- Operators and matches ----


def _call(node: Call, _vocabulary: Vocabulary) -> Meaning:
    kernel = kernel_of(node)
    return lambda _facts, rows, parts: kernel(parts, rows.everyone, rows.length)


def _match(node: Match, _vocabulary: Vocabulary) -> Meaning:
    matched = matching(node)
    return lambda _facts, rows, parts: matched(parts, rows.everyone, rows.length)


# ---- Counts ----


def _fold(node: Fold, vocabulary: Vocabulary) -> Meaning:
    match node.how, node.over:
        case _, Owner(kind):
            return _of_owner(kind)
        case how, Belonging(kind, year):
            return _below(how, kind, year)
        case Quantity() as quantity, StudentGroups() as over:
            return _over_groups(quantity, over, vocabulary)
        case Quantity() as quantity, _:
            return _over_list(quantity)
        case Aggregate.ONLY, StudentGroups():
            return _of_one_group
        case Aggregate() | Ranked() as how, StudentGroups() as over:
            return _made_of_groups(how, over, vocabulary)
        case _:
            raise TypeError(f"`{node.how}` is not made of {node.over}")


def _over_list(quantity: Quantity) -> Meaning:
    def meaning(_: Facts, rows: Rows, parts: Sequence[Column]) -> Column:
        answers = [as_answers(part) for part in parts]
        things = list(zip(answers[::2], answers[1::2], strict=True))
        return quantity_of(quantity, Tallied(things, rows.everyone, rows.everyone))

    return meaning


def _below(how: Combination, kind: str, year: int) -> Meaning:
    """Return the fold over the entities of a kind that belong to one in a year; unknown if the data hold none."""

    def meaning(facts: Facts, rows: Rows, parts: Sequence[Column]) -> Column:
        families = facts.families
        if families is None or kind not in families.present:
            return NOTHING
        members = belonging(families, facts.kinds.get(kind, 0), year, rows.length)
        if isinstance(how, Quantity):
            return quantity_of_members(how, members, *parts)
        return made_of_members(how, members, *parts)

    return meaning


def _of_owner(kind: str) -> Meaning:
    def meaning(facts: Facts, rows: Rows, parts: Sequence[Column]) -> Column:
        families = facts.families
        of_kind = facts.kinds.get(kind, 0)
        return NOTHING if families is None else of_owner(families, of_kind, parts[1], rows.length)

    return meaning


def _over_groups(quantity: Quantity, over: StudentGroups, vocabulary: Vocabulary) -> Meaning:
    """Return the count of the LEA's student groups that meet a condition."""
    lanes = _counted(vocabulary, over.year)

    def meaning(facts: Facts, rows: Rows, parts: Sequence[Column]) -> Column:
        shape = facts.shape
        member, met = as_answers(parts[0]), as_answers(parts[1])
        eligible = shape.of_lanes(lanes)
        answers = quantity_of(quantity, Tallied([(member, met)], rows.everyone, eligible, shape.lanes))
        totals = facts.group_counts.get(over.year)
        return _with_totals(quantity, (member, met), eligible, answers, totals, shape) if totals else answers

    return meaning


def _made_of_groups(how: Aggregate | Ranked, over: StudentGroups, vocabulary: Vocabulary) -> Meaning:
    """Return a fold over the values of the LEA's student groups."""
    lanes = _counted(vocabulary, over.year)

    def meaning(facts: Facts, _: Rows, parts: Sequence[Column]) -> Column:
        shape = facts.shape
        eligible = shape.of_lanes(lanes)
        slices = [slice(lea, shape.group_rows, shape.size) for lea in range(shape.size)]
        return made_of_members(how, Members(slices, eligible, shape.group_rows), *parts)

    return meaning


def _of_one_group(facts: Facts, _: Rows, parts: Sequence[Column]) -> Column:
    """Return the value of the only student group that is a member, which is the same one for every LEA."""
    member, value = parts
    rows = as_answers(member).yes
    lanes = [lane for lane, of in enumerate(facts.shape.by_lane) if of & rows]
    return facts.shape.lane_column(value, lanes[0]) if lanes else NOTHING


def _counted(vocabulary: Vocabulary, year: int) -> tuple[int, ...]:
    """Return the student groups that rules of a year count."""
    return tuple(at for at, group in enumerate(vocabulary.groups) if group.is_counted_in(year))


def _with_totals(  # the count, and what it is weighed by
    quantity: Quantity, thing: Thing, eligible: int, answers: Answers, totals: Mapping[int, int], shape: Shape
) -> Answers:
    """Return answers, corrected for LEAs whose number of student groups is known."""
    yes, no = answers
    for lea, total in totals.items():
        bit = 1 << lea
        rows = [bit << lane * shape.size for lane in range(shape.groups)]
        ways = (tuple(_answer(one, row) for one in thing) for row in rows if row & eligible)
        answer = quantity.judge(((member, met) for member, met in ways if member is not False), total)
        yes, no = yes & ~bit | (bit if answer is True else 0), no & ~bit | (bit if answer is False else 0)
    return Answers(yes, no)


def _answer(answers: Answers, row: int) -> Truth:
    return True if answers.yes & row else False if answers.no & row else None


# ---- Published lists ----


def _published(node: Published, vocabulary: Vocabulary) -> Meaning:
    year, asked = node.year, node.of
    if isinstance(asked, str):
        return lambda facts, _rows, _parts: outcome_listed(asked, facts.listed.get(year, ()))
    names, most = [group.name for group in vocabulary.groups], len(vocabulary.priorities)
    return lambda facts, _rows, _parts: tally_listed(asked, most, facts.listed.get(year, ()), facts.shape, names)


_OF_NODES: Mapping[type[Node], Callable[..., Meaning]] = {
    Const: _constant,
    Get: _field,
    Self: _subject,
    Call: _call,
    Match: _match,
    Fold: _fold,
    Published: _published,
}
"""Makes the function of a node, by its kind; a `Ref` has no step of its own."""


# ---- What could settle what is unknown ----


Wanted = Iterator[tuple[int, int]]
"""Positions of inputs, each with the rows it is wanted for, in the shape of the step that reads it."""


FieldAsked = tuple[int, str]
"""The position of a field, and whose it is: blank for the LEA's own, `the state`, a school's name, `12 schools`."""


def fields_needed(
    prepared: Prepared, facts: Facts, columns: Sequence[Column], position: int, leas: int | None = None
) -> Mapping[FieldAsked, int]:
    """Return the fields that could settle a step of some LEAs (None: all) that is unknown, each with the rows for it.

    A field of another entity, which the LEA belongs to or which belongs to it, has the rows of the LEA.

    From the step asked about, the rows wanted are passed down to its inputs, and only steps that are themselves unknown
    are visited: of a choice only what could still be chosen, of a count only the things that could make a difference. A
    step reads only earlier ones, so one walk down the steps visits every field.
    """
    steps, shape = prepared.steps, facts.shape
    wanted = {position: shape.leas if leas is None else leas}
    found: dict[FieldAsked, int] = {}
    for at in range(position, -1, -1):
        rows = wanted.pop(at, 0) & ~known_rows(columns[at])
        if not rows:
            continue
        step = steps[at]
        if at in prepared.fields:
            found[at, ""] = rows
            continue
        if relates(step.node):
            for asked, mine in _needed_of_others(step, rows, prepared, facts, columns):
                found[asked] = found.get(asked, 0) | mine
            continue
        of_groups = step.scope is Scope.GROUP or binds_groups(step.node)
        for below, rows_below in _wanted_below(step, rows, prepared, shape, columns):
            of_lea = steps[below].scope is Scope.LEA
            narrowed = union(shape.lanes(rows_below)) if of_groups and of_lea else rows_below
            wanted[below] = wanted.get(below, 0) | narrowed
    return found


NAMED: Final = 3
"""Up to how many other entities are named as those that a field is needed of; of more only their number is."""


def _needed_of_others(
    step: Step, rows: int, prepared: Prepared, facts: Facts, columns: Sequence[Column]
) -> Iterator[tuple[FieldAsked, int]]:
    """Yield the fields of the entities that a step looks at, each with the rows that look at one that needs it."""
    shape, families = facts.shape, facts.families
    if not isinstance(step.node, Fold) or families is None:
        return
    over, how = step.node.over, step.node.how
    if not isinstance(over, Belonging | Owner):
        return
    of_kind = facts.kinds.get(over.kind, 0)
    meant = of_kind if isinstance(over, Owner) else families.of_year(over.year, of_kind)
    looked = looked_at(families, meant, places_of(rows), above=isinstance(over, Owner))
    others = (
        rows_at(sorted({one for them in looked.values() for one in them})) & ~as_answers(columns[step.inputs[0]]).no
    )

    of_members = [columns[one] for one in step.inputs]
    idle = {row: members_ignored(how, them, *of_members) for row, them in looked.items()}

    def whose(needed: Sequence[int]) -> Sequence[str]:
        if isinstance(over, Owner):
            return [f"the {over.kind}"]
        plural = prepared.ruleset.vocabulary.kind(over.kind).plural
        return [families.names[one] for one in needed] if len(needed) <= NAMED else [f"{len(needed)} {plural}"]

    first = step.inputs[0]
    for below in dict.fromkeys(step.inputs):
        for (at, of), found in fields_needed(prepared, facts, columns, below, others).items():
            of_groups = prepared.steps[at].scope is Scope.GROUP
            mine: dict[str, list[list[int]]] = {}
            lanes = shape.lanes(found) if of_groups else [found]
            for lane, there in enumerate(map(set, map(places_of, lanes))):
                for row, them in looked.items():
                    needed = [one for one in them if one in there and not (below == first and one in idle[row])]
                    names = ([of] if of else whose(needed)) if needed else []
                    for name in names:
                        if name != families.names[row]:  # its own field is one that it needs anyway
                            mine.setdefault(name, [[] for _ in lanes])[lane].append(row)
            for name, by_lane in mine.items():
                found_rows = [rows_at(some) for some in by_lane]
                yield (at, name), shape.joined(found_rows) if of_groups else found_rows[0]


def _wanted_below(step: Step, rows: int, prepared: Prepared, shape: Shape, columns: Sequence[Column]) -> Wanted:
    of_groups = step.scope is Scope.GROUP or binds_groups(step.node)

    def found(at: int) -> Column:
        spread = of_groups and prepared.steps[at].scope is Scope.LEA
        return shape.spread_column(columns[at]) if spread else columns[at]

    def answers(at: int) -> Answers:
        return as_answers(found(at))

    match step.node:
        case Fold(Quantity() as quantity, StudentGroups(year)):
            lanes = _counted(prepared.ruleset.vocabulary, year)
            eligible = shape.spread(rows) & shape.of_lanes(lanes)
            yield from _of_thing(quantity, step.inputs, eligible, *map(answers, step.inputs))
        case Fold(over=StudentGroups()):
            eligible = shape.spread(rows) & ~answers(step.inputs[0]).no
            yield from ((at, eligible) for at in step.inputs)
        case Fold(Quantity() as quantity):
            for pair in zip(step.inputs[::2], step.inputs[1::2], strict=True):
                yield from _of_thing(quantity, pair, rows, *map(answers, pair))
        case Match() as node:
            on = len(node.on)
            asked = [found(at) for at in step.inputs[:on]]
            everyone, length = (shape.everyone, shape.group_rows) if of_groups else (shape.leas, shape.size)
            for row, value in zip(node.rows, step.inputs[on:], strict=False):
                fit = fit_of(row, asked, everyone, length)
                possible = rows & ~fit.no
                named = zip(step.inputs, row.patterns, strict=False)
                yield from ((at, possible) for at, one in named if one is not None)
                yield value, possible
                rows &= ~fit.yes
            if node.otherwise is not None:
                yield step.inputs[-1], rows
        case _:
            for at in step.inputs:
                yield at, rows


def _of_thing(quantity: Quantity, inputs: tuple[int, ...], rows: int, member: Answers, met: Answers) -> Wanted:
    """Yield the membership and the condition of a thing, with the rows for which each may matter.

    Whether a thing that does not meet the condition is a member matters if the total does: `every`.
    """
    yield inputs[0], rows if quantity.weighs_total else rows & ~met.no
    yield inputs[1], rows & ~member.no
