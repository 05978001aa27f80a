"""An entity as if it were alone: rules that look at what belongs to it, or at what it belongs to, without doing so.

What can change of other entities becomes fields of the entity itself, and what the rules make of them steps of its own
rules; whatever cannot change becomes a value. So the smallest changes of the entity alone are the smallest changes of
all of its family, and `Alone.values` confirms them by the rules as they are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import partial, reduce

from attrs import evolve, field, frozen

from rulelang.core.record import FieldKey, LeaRecord, Reading, YearFacts
from rulelang.core.ruleset import Ruleset
from rulelang.core.tree import (
    NOT_RATED,
    Aggregate,
    Belonging,
    Const,
    Match,
    OneOf,
    Owner,
    Row,
    Self,
    Value,
    binds_groups,
    relates,
)
from rulelang.core.truth import Amount, Quantity
from rulelang.core.types import fact_type
from rulelang.core.vocabulary import FactType, Scope, Vocabulary
from rulelang.engine.evaluate import Evaluation, evaluate_all, evaluate_records
from rulelang.engine.families import Families
from rulelang.engine.steps import Prepared, Step
from rulelang.reasoning.answers import value_of
from rulelang.reasoning.opened import limit_of, types_of
from rulelang.reasoning.steps_made import StepsMade, pairs
from rulelang.reasoning.trials import Change, changed, place_of, placed

At = tuple[int, int]
"""A row of the batch, an entity, and a step of its rules."""


@frozen(eq=False)
class Alone:
    """An entity alone: its evaluation among the others, and the rules and the record by which it has the same value."""

    evaluation: Evaluation
    prepared: Prepared
    record: LeaRecord

    @property
    def counts_groups(self) -> bool:
        """Return whether it is known of any of the family how many student groups it has."""
        some = (self.evaluation.batch.records[row] for row in _family(self.evaluation))
        return any(facts.group_count is not None for record in some for facts in record.years.values())

    def values(self, ways: Sequence[Iterable[Change]], definition: str) -> list[str]:
        """Return the value of a definition with each of some ways applied to the entity and the others."""
        found, batch = self.evaluation, self.evaluation.batch
        rows = list(_family(found))
        families = batch.facts.families or Families([1], [-1], frozenset())  # rules that relate nothing have none
        starts = [len(rows) * number for number in range(len(ways))]
        records = [_changed(batch.records[row], found, way) for way in ways for row in rows]
        owners = [families.owners[row] for row in rows]
        together = Families(
            [start + families.ends[row] - rows[0] for start in starts for row in rows],
            [-1 if owner < 0 else start + owner - rows[0] for start in starts for owner in owners],
            families.present,
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
    counted = [_counted(prepared, step) for step in prepared.steps]
    for found in evaluate_all(prepared, records):
        if codes is None or found.record.code in codes:
            yield _Unrolled(found, types, counted).alone(asked)


def _counted(prepared: Prepared, step: Step) -> int | None:
    """Return the step that counts entities where a step compares how many there are with a fixed limit."""
    found = limit_of(prepared, step)
    node = prepared.steps[found.number].node if found is not None else None
    is_count = node is not None and relates(node) and node.how in (Aggregate.NUMBER, Aggregate.SHARE)
    return found.number if found is not None and is_count else None


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

    `at` has for each step of an entity the step that takes its place.
    """

    found: Evaluation
    types: Sequence[FactType | None]
    counted: Sequence[int | None]
    built: StepsMade = field(factory=StepsMade)
    at: dict[At, int] = field(factory=dict)

    @property
    def prepared(self) -> Prepared:
        """Return the rules as they are."""
        return self.found.prepared

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
        return Alone(self.found, prepared, self._record(fields))

    # ---- which steps, of which entities ----

    def _inputs(self, one: At) -> list[At]:
        """Return what a step reads, of the entity itself or of others."""
        row, at = one
        step, families = self.prepared.steps[at], self.found.batch.facts.families
        counted = self.counted[at]
        if counted is not None:
            return self._inputs((row, counted))
        if not relates(step.node):
            return [(row, below) for below in step.inputs]
        over, records = step.node.over, self.found.batch.records
        if families is None or not isinstance(over, Belonging | Owner):
            return []
        if isinstance(over, Owner):
            return [(above, step.inputs[1]) for above in families.above(row) if records[above].kind == over.kind][:1]
        members = (below for below in range(row + 1, families.ends[row]) if records[below].kind == over.kind)
        return [(below, part) for below in members for part in step.inputs]

    def _beneath(self, starts: Sequence[At], is_open: Mapping[At, bool]) -> list[At]:
        """Return all that some steps rest on, earlier steps first; of what is not open, no more than itself."""
        found, waiting = set(starts), list(starts)
        while waiting:
            one = waiting.pop()
            for below in self._inputs(one) if is_open.get(one, True) else ():
                if below not in found:
                    found.add(below)
                    waiting.append(below)
        return sorted(found, key=lambda one: (one[1], one[0]))

    def _open(self, every: Iterable[At]) -> dict[At, bool]:
        """Return for each step whether it rests on anything that can change, or that is missing from the data."""
        found: dict[At, bool] = {}
        for one in every:
            found[one] = self._can_change(one) or any(found[below] for below in self._inputs(one))
        return found

    def _can_change(self, one: At) -> bool:
        row, at = one
        asked = self.prepared.fields.get(at)
        if asked is None:
            return False
        known = [self._reading(row, at, group) for group in self._groups(at)]
        may = any(reading is not None and reading.level is not None for reading in known)
        is_now = asked.year == self.prepared.ruleset.year
        return None in self._values(one) or (may and is_now and self._moves(asked.key))

    def _moves(self, key: FieldKey) -> bool:
        """Return whether a field has levels, numbers or dollars, and not a date or a text."""
        return fact_type(self.prepared.ruleset.vocabulary, key) not in (FactType.DATE, FactType.TEXT)

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
        node, inputs = self.prepared.steps[at].node, [self.at[below] for below in self._inputs(one)]
        asked = self.prepared.fields.get(at)
        if asked is not None:
            position = self.built.add(evolve(asked, key=self._key(row, asked.key)))
            if all(isinstance(value, Fraction) for value in self._values(one)):
                self.built.numbers.add(position)
            return position
        if (fold := self.counted[at]) is not None:
            return self._compared_count(at, fold, inputs)
        if not relates(node):
            return self.built.made(node, *inputs)
        if isinstance(node.over, Owner):
            return inputs[0]
        if isinstance(node.how, Quantity):
            return self.built.count(node.how, inputs)
        kind = self.types[at] or FactType.NUMBER
        return self._aggregated(node.how, inputs, kind)

    def _compared_count(self, at: int, fold: int, inputs: Sequence[int]) -> int:
        """Return whether how many entities there are, or which share of them, is on the side asked for of a limit."""
        found, counted = limit_of(self.prepared, self.prepared.steps[at]), self.prepared.steps[fold].node
        if found is None or not relates(counted):
            return self._fixed((self.found.lea, at))
        number = len(inputs) // 2
        whole = number if counted.how is Aggregate.SHARE else 1
        answers = [found.is_yes(Fraction(met, whole)) is True for met in range(number + 1)]
        is_met = self.built.value(answers[0])
        if answers[0] != answers[-1]:
            first = answers.index(answers[-1])
            amount = Quantity(Amount.AT_LEAST, first) if answers[-1] else Quantity(Amount.AT_MOST, first - 1)
            is_met = self.built.count(amount, inputs)
        return self._if_settled(counted.how, inputs, is_met)

    def _aggregated(self, how: object, inputs: Sequence[int], kind: FactType) -> int:
        """Return the number that a fold makes of the numbers of entities."""
        call, choice_, value = self.built.call, self.built.choice, self.built.value
        none, one, absent = value(Fraction(), kind), value(Fraction(1)), value(NOT_RATED, kind)
        counted = [(call("and", where, self._is_there(how, of)), of) for where, of in pairs(inputs)]
        number = call("plus", *(choice_(there, one, value(Fraction())) for there, _ in counted))
        if how is Aggregate.NUMBER:
            return self._if_settled(how, inputs, number)
        if how is Aggregate.SHARE:
            return self._if_settled(how, inputs, call("divided by", number, value(Fraction(len(counted)))))
        total = call("plus", *(choice_(there, of, none) for there, of in counted))
        values = [choice_(there, of, absent) for there, of in counted]
        if how is Aggregate.SUM:
            return self._if_settled(how, inputs, total)
        if how is Aggregate.AVERAGE:
            return self._if_settled(how, inputs, call("divided by", total, number))
        operator = "above" if how is Aggregate.HIGHEST else "below"
        return self._if_settled(how, inputs, reduce(partial(self._farther, operator), values, absent))

    def _farther(self, operator: str, first: int, second: int) -> int:
        """Return the higher of two numbers, or the lower, or the one that is there."""
        call, choice_ = self.built.call, self.built.choice
        kept = choice_(call("is rated", first), first, second)
        return choice_(call(operator, second, first), second, kept)

    def _is_there(self, how: object, of: int) -> int:
        """Return whether a member has what is folded: it is met, or it is a number."""
        return of if how in (Aggregate.NUMBER, Aggregate.SHARE) else self.built.call("is rated", of)

    def _if_settled(self, how: object, inputs: Sequence[int], value: int) -> int:
        """Return a value where nothing that is missing from the data could make it another, as the evaluator does."""
        call, settled = self.built.call, list[int]()
        for where, of in pairs(inputs):
            there = self._is_there(how, of)
            settled.append(call("or", call("not", where), call("not", there), call("and", where, there)))
        return self.built.choice(call("and", *settled), value, self.built.value(None))

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
