"""An entity as if it were alone: rules that look at what belongs to it, or at what it belongs to, without doing so.

What can change of other entities becomes fields of the entity itself, and what the rules make of them steps of its own
rules; whatever cannot change becomes a value. So the smallest changes of the entity alone are the smallest changes of
all of its family, and `Alone.values` confirms them by the rules as they are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction

from attrs import evolve, field, frozen

from rulelang.core.aggregates import Ranked, Values
from rulelang.core.fact_types import FactType
from rulelang.core.operators import COMPARED
from rulelang.core.record import FieldKey, LeaRecord, Reading, YearFacts
from rulelang.core.ruleset import Ruleset
from rulelang.core.tree import (
    NOT_RATED,
    Belonging,
    Const,
    Match,
    OneOf,
    Owner,
    Row,
    Self,
    Value,
    aggregate_of,
    binds_groups,
    is_call,
    is_choice,
    operator_of,
    relates,
)
from rulelang.core.truth import Quantity
from rulelang.core.types import can_change
from rulelang.core.vocabulary import Scope, Vocabulary
from rulelang.engine.columns import Numbers, rows_at
from rulelang.engine.evaluate import Evaluation, evaluate_all, evaluate_records
from rulelang.engine.families import Families
from rulelang.engine.folds import Members, values_of_members
from rulelang.engine.steps import Prepared
from rulelang.reasoning.answers import value_of
from rulelang.reasoning.combined import ComparedFold, compared_fold, compared_members, value_of_members
from rulelang.reasoning.group_values import GroupValues, makes_of_groups, values_read
from rulelang.reasoning.opened import types_of
from rulelang.reasoning.ranked import RankBound, bound_of, compared_with_any
from rulelang.reasoning.steps_made import StepsMade
from rulelang.reasoning.trials import Change, changed, place_of, placed

At = tuple[int, int]
"""A row of the batch, an entity, and a step of its rules."""


@frozen(eq=False)
class Alone:
    """An entity alone: its evaluation among the others, and the rules and the record by which it has the same value.

    If what is asked about rests on a rank (`is_ranked`), the data of others do not change.
    """

    evaluation: Evaluation
    prepared: Prepared
    record: LeaRecord
    is_ranked: bool = False

    @property
    def counts_groups(self) -> bool:
        """Return whether it is known of any of the family how many student groups it has."""
        some = (self.evaluation.batch.records[row] for row in _family(self.evaluation))
        return any(facts.group_count is not None for record in some for facts in record.years.values())

    def values(self, ways: Sequence[Iterable[Change]], definition: str) -> list[str]:
        """Return the value of a definition with each of some ways applied to the entity and the others."""
        found, batch = self.evaluation, self.evaluation.batch
        rows = list(_family(found))
        families = batch.facts.families
        if families is None:  # rules that relate nothing have none
            families = Families([row + 1 for row in range(rows[-1] + 1)], [-1] * (rows[-1] + 1), frozenset())
        starts = [len(rows) * number for number in range(len(ways))]
        records = [_changed(batch.records[row], found, way) for way in ways for row in rows]
        owners = [families.owners[row] for row in rows]
        together = Families(
            [start + families.ends[row] - rows[0] for start in starts for row in rows],
            [-1 if owner < 0 else start + owner - rows[0] for start in starts for owner in owners],
            families.present,
            {
                start + row - rows[0]: families.only_in[row]
                for start in starts
                for row in rows
                if row in families.only_in
            },
        )
        after = evaluate_records(found.prepared, records, together)
        at = found.lea - rows[0]
        return [value_of(found.prepared, after.of(start + at), definition) for start in starts]


def alone(
    prepared: Prepared, records: Iterable[LeaRecord], definition: str, codes: Collection[str] | None = None
) -> Iterator[Alone]:
    """Yield each of some entities alone, in the order given; only those with some codes, where these are given.

    Their rules say nothing but what a definition of the ruleset's year rests on.
    """
    types, asked = types_of(prepared), prepared.positions.get((prepared.ruleset.year, definition))
    counted = [compared_fold(prepared, step) for step in prepared.steps]
    for found in evaluate_all(prepared, records):
        if codes is None or found.record.code in codes:
            one = _Unrolled(found, types, counted, only_own=False)
            yield (evolve(one, only_own=True) if one.rests_on_rank(asked) else one).alone(asked)


def is_unrolled(prepared: Prepared) -> bool:
    """Return whether rules relate entities to one another, or make a number of those of several student groups."""
    return prepared.relates or any(makes_of_groups(step.node) for step in prepared.steps)


def _family(found: Evaluation) -> range:
    """Return the rows of all that are related to an entity, itself included."""
    families = found.batch.facts.families
    if families is None:
        return range(found.lea, found.lea + 1)
    root = [found.lea, *families.above(found.lea)][-1]
    return range(root, families.ends[root])


def _changed(record: LeaRecord, found: Evaluation, way: Iterable[Change]) -> LeaRecord:
    """Return a record with those changes of a way that are its own."""
    own = [one for one in way if (one.code or found.record.code) == record.code]
    return changed(record, found.prepared.ruleset.year, own) if own else record


@frozen
class _Unrolled:
    """The rules of an entity in the making. `types` and `counted` are those of the steps of the rules as they are.

    If `only_own`, because what is asked about rests on a rank, the data of others do not change. `at` has for each step
    of an entity the step that takes its place, and `bounds` what is known of those that bound a part.
    """

    found: Evaluation
    types: Sequence[FactType | None]
    counted: Sequence[ComparedFold | None]
    only_own: bool
    built: StepsMade = field(factory=StepsMade)
    at: dict[At, int] = field(factory=dict)
    bounds: dict[At, RankBound] = field(factory=dict)

    @property
    def prepared(self) -> Prepared:
        """Return the rules as they are."""
        return self.found.prepared

    def rests_on_rank(self, asked: int | None) -> bool:
        """Return whether the step that is asked about rests on a rank, as far as it can change."""
        if asked is None or not any(map(self._is_rank, self.prepared.beneath([asked]))):
            return False
        start = [(self.found.lea, asked)]
        is_open = self._open(self._beneath(start, {}))
        return any(is_open[one] and self._is_rank(one[1]) for one in self._beneath(start, is_open))

    def _is_rank(self, at: int) -> bool:
        return isinstance(aggregate_of(self.prepared.steps[at].node), Ranked)

    def alone(self, asked: int | None) -> Alone:
        """Return the entity with the rules unrolled from the step that is asked about (None: no rule makes it)."""
        start = [] if asked is None else [(self.found.lea, asked)]
        is_open = self._open(self._beneath(start, {}))
        for one in self._beneath(start, is_open):
            self.at[one] = self._unrolled(one) if is_open[one] else self._fixed(one)
        fields = [one for one in self.at if is_open[one] and one[1] in self.prepared.fields]
        ruleset, positions = self._ruleset(fields)
        prepared = evolve(
            self.prepared,
            ruleset=ruleset,
            steps=tuple(self.built.steps),
            positions=positions,
            numbers=self.built.places,
            relates=False,
        )
        return Alone(self.found, prepared, self._record(fields), self.only_own)

    # ---- which steps, of which entities ----

    def _inputs(self, one: At) -> list[At]:
        """Return what a step reads, of the entity itself or of others."""
        row, at = one
        step, families = self.prepared.steps[at], self.found.batch.facts.families
        counted = self.counted[at]
        if counted is not None:
            return self._inputs((row, counted.fold))
        if makes_of_groups(step.node):
            return [(row, below) for below in values_read(self.prepared, at)]
        if not relates(step.node):
            return [(row, below) for below in step.inputs]
        over, records = step.node.over, self.found.batch.records
        if families is None or not isinstance(over, Belonging | Owner):
            return []
        if isinstance(over, Owner):
            return [(above, step.inputs[1]) for above in families.above(row) if records[above].kind == over.kind][:1]
        members = self._members(row, at)
        if self.only_own and isinstance(step.node.how, Ranked):  # among others as they are
            members = [self.found.lea] if self.found.lea in members else []
        return [(below, part) for below in members for part in step.inputs]

    def _members(self, row: int, at: int) -> Sequence[int]:
        """Return the rows of the entities that a fold over what belongs to another goes over."""
        node, families = self.prepared.steps[at].node, self.found.batch.facts.families
        if families is None or not relates(node) or not isinstance(node.over, Belonging):
            return []
        records, kind = self.found.batch.records, node.over.kind
        below = (one for one in range(row + 1, families.ends[row]) if families.is_in(node.over.year, one))
        return [one for one in below if records[one].kind == kind]

    def _beneath(self, starts: Sequence[At], is_open: Mapping[At, bool]) -> list[At]:
        """Return all that some steps rest on, earlier steps first; of what is not open, no more than itself."""
        found, waiting = set(starts), list(starts)
        while waiting:
            one = waiting.pop()
            for below in self._deciding(one, is_open) if is_open.get(one, True) else ():
                if below not in found:
                    found.add(below)
                    waiting.append(below)
        return sorted(found, key=lambda one: (one[1], one[0]))

    def _open(self, every: Iterable[At]) -> dict[At, bool]:
        """Return for each step whether it rests on anything that can change, or that is missing from the data."""
        found: dict[At, bool] = {}
        for one in every:
            found[one] = self._can_change(one) or any(found[below] for below in self._deciding(one, found))
        return found

    def _deciding(self, one: At, is_open: Mapping[At, bool]) -> list[At]:
        """Return what a step reads, without what cannot decide, as parts that cannot change already do.

        That is all of a condition for another kind of entity, and what a choice takes only for that.
        """
        inputs, node = self._inputs(one), self.prepared.steps[one[1]].node
        if is_call(node, "and", "or"):
            return [] if any(self._always(below, is_open) is (node.operator == "or") for below in inputs) else inputs
        if not is_choice(node):
            return inputs
        guards, values = inputs[: len(node.on)], inputs[len(node.on) :]
        found: list[At] = []
        for guard, value in zip(guards, values, strict=False):
            answer = self._always(guard, is_open)
            found += [guard] if answer is False else [guard, value]
            if answer:
                return found
        return [*found, *values[len(guards) :]]

    def _always(self, one: At, is_open: Mapping[At, bool]) -> Value:
        """Return the value of a step that cannot change and has the same for all its rows; None for any other."""
        values = set() if is_open.get(one, True) else {*self._values(one)}
        return values.pop() if len(values) == 1 else None

    def _can_change(self, one: At) -> bool:
        row, at = one
        asked = self.prepared.fields.get(at)
        if asked is None or (self.only_own and row != self.found.lea):
            return False
        known = [self._reading(row, at, group) for group in self._groups(at)]
        may = any(reading is not None and reading.level is not None for reading in known)
        is_now = asked.year == self.prepared.ruleset.year
        return None in self._values(one) or (may and is_now and self._moves(asked.key))

    def _moves(self, key: FieldKey) -> bool:
        """Return whether a field has levels, or a number that can change, and not a date or a text."""
        found = [one for one in self.prepared.ruleset.vocabulary.numbers_of(key[0]) if key[1] in one.names]
        return all(map(can_change, found))

    def _groups(self, at: int) -> Sequence[str | None]:
        of_group = self.prepared.steps[at].scope is Scope.GROUP
        return [group.name for group in self.prepared.groups] if of_group else [None]

    def _reading(self, row: int, at: int, group: str | None) -> Reading | None:
        asked = self.prepared.fields[at]
        return self.found.batch.records[row].years.get(asked.year, YearFacts()).reading(group, asked.key)

    def _values(self, one: At) -> Sequence[Value]:
        """Return the values of a step of an entity: one, or one for each student group."""
        row, at = one
        return self.found.batch.of(row).column(at)

    # ---- steps made anew ----

    def _fixed(self, one: At) -> int:
        """Return the position of a step that cannot change."""
        _, at = one
        node, values = self.prepared.steps[at].node, self._values(one)
        if node == Self(Scope.GROUP):
            return self.built.add(node)
        kind = self.types[at] or FactType.NUMBER
        if self.prepared.steps[at].scope is Scope.LEA:
            return self.built.value(values[0], kind)
        by_value: dict[Value, list[str]] = defaultdict(list)
        for group, value in zip(self.prepared.groups, values, strict=True):
            by_value[value].append(group.name)
        whole = tuple(Row((OneOf(tuple(names)),), Const(value, type=kind)) for value, names in by_value.items())
        constants = [self.built.add(row.value) for row in whole]
        whose = Self(Scope.GROUP)
        return self.built.add(Match((whose,), whole, None), self.built.add(whose), *constants)

    def _unrolled(self, one: At) -> int:
        """Return the position of a step that can change."""
        row, at = one
        node = self.prepared.steps[at].node
        asked = self.prepared.fields.get(at)
        if asked is not None:
            position = self.built.add(evolve(asked, key=self._key(row, asked.key)))
            if all(isinstance(value, Fraction) for value in self._values(one)):
                self.built.numbers.add(position)
            return position
        if (counted := self.counted[at]) is not None:
            return compared_members(self.built, counted, self._read((row, counted.fold)))
        inputs = self._read(one)
        if (compared := self._compared_bound(one, operator_of(node), inputs[0])) is not None:
            return compared
        if not (relates(node) or makes_of_groups(node)):
            return self.built.made(node, *inputs)
        if isinstance(node.over, Owner):
            return inputs[0]
        if isinstance(node.how, Quantity):
            return self.built.count(node.how, inputs)
        kind = self.types[at] or FactType.NUMBER
        if isinstance(node.how, Ranked):
            return self._ranked(node.how, one, inputs, kind)
        return value_of_members(self.built, node.how, inputs, kind)

    def _read(self, one: At) -> list[int]:
        """Return the steps that take the place of what a step reads; of a fold, the pairs that it goes over."""
        row, at = one
        if makes_of_groups(self.prepared.steps[at].node):
            return list(self._of_groups(row, at))
        return [self.at[below] if below in self.at else self.built.value(NOT_RATED) for below in self._inputs(one)]

    def _ranked(self, how: Ranked, one: At, inputs: Sequence[int], kind: FactType) -> int:
        """Return the number that bounds a part of the entities, of which only the one at hand can change."""
        where, of = inputs
        bound = bound_of(self.built, how, self._numbers_of_others(one), (where, of), kind)
        self.bounds[one] = bound
        return bound.number(self.built)

    def _compared_bound(self, one: At, operator: str, first: int) -> int | None:
        """Return the comparison of a number with a bound that is known or has a range; None for any other step."""
        if operator not in COMPARED:
            return None
        _, limit = self._inputs(one)
        row, at = limit
        column = self.found.batch.columns[at]
        while limit not in self.bounds and (same := self._handed_on(limit)):
            limit = same[0]
        if limit in self.bounds:
            bound = self.bounds[limit]
            return bound.compared(self.built, operator) if bound.own == first else None
        known = column.ranges.get(row) if isinstance(column, Numbers) else None
        return None if known is None else compared_with_any(self.built, operator, first, known)

    def _handed_on(self, one: At) -> list[At]:
        """Return the steps whose value a step only hands on: the same step takes the place of both."""
        return [below for below in self._inputs(one) if self.at.get(below, -1) == self.at[one]]

    def _numbers_of_others(self, one: At) -> Values:
        """Return the numbers that a fold has from entities other than the one at hand."""
        row, at = one
        columns = [self.found.batch.columns[below] for below in self.prepared.steps[at].inputs]
        others = rows_at([other for other in self._members(row, at) if other != self.found.lea])
        length = self.found.batch.shape.size
        [found] = values_of_members(Members([slice(length)], others, length), *columns)
        return found

    def _of_groups(self, row: int, fold: int) -> Iterator[int]:
        """Yield what a fold over student groups is made of, two steps for each group."""

        def value(at: int, lane: int) -> tuple[Value, bool]:
            group = self.prepared.groups[lane].name
            now = self.found.batch.of(row).at(at, lane)
            reading = self._reading(row, at, group)
            is_there = reading is not None and reading.level is not None
            return now, now is None or (is_there and self._can_change((row, at)))

        yield from GroupValues(self.prepared, self.built, lambda at: self.at[row, at], value).pairs(fold)

    # ---- words and data ----

    def _key(self, row: int, key: FieldKey) -> FieldKey:
        """Return the field of an entity as a field of the one that is alone."""
        return placed(key[0], self.found.batch.records[row] if row != self.found.lea else None), key[1]

    def _record(self, fields: Iterable[At]) -> LeaRecord:
        """Return the entity with the fields that can change, its own and those of others."""
        years: dict[int, YearFacts] = {}
        groups: dict[int, dict[str, dict[FieldKey, Reading]]] = defaultdict(lambda: defaultdict(dict))
        lea: dict[int, dict[FieldKey, Reading]] = defaultdict(dict)
        for row, at in fields:
            asked = self.prepared.fields[at]
            for group in self._groups(at):
                reading = self._reading(row, at, group)
                if reading is not None:
                    own = lea[asked.year] if group is None else groups[asked.year][group]
                    own[self._key(row, asked.key)] = reading
        for year in {self.prepared.ruleset.year, *groups, *lea}:
            years[year] = YearFacts(groups[year], lea[year], group_count=self._group_count(year))
        return evolve(self.found.record, years=years)

    def _group_count(self, year: int) -> int | None:
        """Return the number of the entity's student groups, if it is known, and if no other's are counted."""
        counting = {row for row, at in self.at if binds_groups(self.prepared.steps[at].node)}
        is_own = counting <= {self.found.lea}
        return self.found.record.years.get(year, YearFacts()).group_count if is_own else None

    def _ruleset(self, fields: Sequence[At]) -> tuple[Ruleset, Mapping[tuple[int, str], int]]:
        """Return the ruleset in the words of the unrolled rules, and the positions of its definitions.

        Those of other entities are definitions of their own.
        """
        ruleset, records = self.prepared.ruleset, self.found.batch.records
        positions: dict[tuple[int, str], int] = {}
        definitions, levels = dict(ruleset.definitions), list(ruleset.levels)
        for row in dict.fromkeys(row for row, _ in self.at):
            of = records[row] if row != self.found.lea else None
            for (year, name), at in self.prepared.positions.items():
                if (row, at) in self.at:
                    key = year, placed(name, of)
                    positions[key] = self.at[row, at]
                    definitions[key] = ruleset.definitions[year, name]
            if of is not None:
                levels += [evolve(rule, definition=placed(rule.definition, of)) for rule in ruleset.levels]
        asked = [self._key(row, self.prepared.fields[at].key)[0] for row, at in fields]
        words = _in_words(ruleset.vocabulary, dict.fromkeys(asked))
        return evolve(ruleset, vocabulary=words, definitions=definitions, levels=tuple(levels)), positions


def _in_words(vocabulary: Vocabulary, names: Collection[str]) -> Vocabulary:
    """Return a vocabulary with some indicators of other entities, which are like those that they are named after."""
    of: dict[str, list[str]] = defaultdict(list)
    for name in names:
        if (own := place_of(name)[0]) != name:
            of[own].append(name)
    indicators = [evolve(vocabulary.indicator(own), name=name) for own, some in of.items() for name in some]
    numbers = [
        evolve(one, indicators=(*own, *(name for indicator in own for name in of.get(indicator, ()))))
        for one in vocabulary.numbers
        for own in [one.indicators or ("",)]
    ]
    return evolve(vocabulary, indicators=(*vocabulary.indicators, *indicators), numbers=tuple(numbers))
