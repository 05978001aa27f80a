"""The evaluator: a batch of LEAs at once, always traced, with three answers and exact numbers.

`evaluate_batch` walks down the steps of a prepared ruleset and keeps the column of every step (`engine.columns`). The
columns are the trace, so an explanation looks values up and never evaluates anything again. A single LEA is a batch
of one; `BatchEvaluation.of` views one LEA of a batch.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import islice
from operator import itemgetter
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from attrs import field, frozen

from rulelang.core.aggregates import Range
from rulelang.core.record import LeaRecord, Reading
from rulelang.core.ruleset import DefinitionKey
from rulelang.core.tree import Belonging, Get, Node, Owner, Value, binds_groups, constant, is_constant
from rulelang.core.vocabulary import Scope
from rulelang.engine.columns import Column, Decoded, Numbers, Shape, decoded, flags, value_at
from rulelang.engine.facts import Facts, facts_of, fields_asked, reading_of
from rulelang.engine.families import Families, families_of
from rulelang.engine.meaning import FieldAsked, Meaning, Rows, fields_needed, meaning_of
from rulelang.engine.steps import Prepared

NONE_GIVEN: Final[Mapping[int, Column]] = MappingProxyType({})

ANSWERS: Final = (None, True, False)
"""The answers, each at the place of its code in a column that is decoded."""

LEAS_A_BATCH: Final = 512
"""The most LEAs that are evaluated at once, so that the columns of a state need little memory."""


@frozen(eq=False)
class BatchEvaluation:
    """The column of every step for a batch of LEAs. `records` are the LEAs, if they were given as records."""

    prepared: Prepared
    facts: Facts
    columns: Sequence[Column] = field(repr=False)
    records: Sequence[LeaRecord] = field(default=(), repr=False)
    _decoded: dict[int, Decoded | None] = field(factory=dict, repr=False)
    _needed: dict[int, Mapping[FieldAsked, bytes]] = field(factory=dict, repr=False)
    _answers: dict[tuple[tuple[int, ...], Scope], bytes] = field(factory=dict, repr=False)

    @property
    def shape(self) -> Shape:
        """Return the shape of the batch."""
        return self.facts.shape

    def of(self, lea: int) -> Evaluation:
        """Return the evaluation of one LEA of the batch, which was given as a record."""
        return Evaluation(self.prepared, self.records[lea], self, lea)

    def length(self, position: int) -> int:
        """Return the number of rows in the column of a step."""
        of_lea = self.prepared.steps[position].scope is Scope.LEA
        return self.shape.size if of_lea else self.shape.group_rows

    def decoded(self, position: int) -> Decoded | None:
        """Return the values of a step row by row, decoded once; None for a column of numbers."""
        if position not in self._decoded:
            self._decoded[position] = decoded(self.columns[position], self.length(position))
        return self._decoded[position]

    def answers(self, positions: tuple[int, ...], scope: Scope) -> bytes:
        """Return the answers to some steps, one step after another, computed once.

        Each is a byte for every row, of LEAs or of student groups, the place of the answer in `ANSWERS`; what is
        answered for the LEA is so for each of its groups.
        """
        key = (positions, scope)
        if key not in self._answers:
            of_leas = scope is Scope.LEA
            rows = self.shape.size if of_leas else self.shape.group_rows
            columns = (self.columns[at] if of_leas else self._spread(at) for at in positions)
            known = (decoded(column, rows) for column in columns)
            self._answers[key] = b"".join(one.codes for one in known if one is not None)
        return self._answers[key]

    def _spread(self, position: int) -> Column:
        """Return the column of a step, of the LEA as one of student groups."""
        of_lea = self.prepared.steps[position].scope is Scope.LEA
        return self.shape.spread_column(self.columns[position]) if of_lea else self.columns[position]

    def at(self, position: int, row: int) -> Value:
        """Return the value of a step in one row of its column; names to choose among come from its node."""
        node = self.prepared.steps[position].node
        if is_constant(node):
            return constant(node)
        if self.shape.size == 1:
            return value_at(self.columns[position], row)
        values = self.decoded(position)
        return value_at(self.columns[position], row) if values is None else values.at(row)

    def fields_needed(self, position: int) -> Mapping[FieldAsked, bytes]:
        """Return the fields that could settle a step of the LEA that is unknown, computed once.

        Each is with a byte 1 for every row that is needed.
        """
        if position not in self._needed:
            needed = fields_needed(self.prepared, self.facts, self.columns, position)
            self._needed[position] = {asked: flags(rows, self.length(asked[0])) for asked, rows in needed.items()}
        return self._needed[position]


@frozen(eq=False)
class Evaluation:
    """What came out for one LEA: a value for every node of every definition.

    A pickled one has no other LEAs but those that the rules relate it to, and no values: they come out again when they
    are first asked for.
    """

    prepared: Prepared
    record: LeaRecord
    batch: BatchEvaluation = field(repr=False)
    lea: int = 0
    _family: Sequence[LeaRecord] = field(default=(), init=False, repr=False)

    def __reduce__(self) -> tuple[Any, ...]:
        """Return what it is made again from."""
        return _not_yet_evaluated, (self.prepared, self.record, self._needed())

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - of the two that are set here
        if name not in ("batch", "lea"):
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        every = evaluate_batches(self.prepared, self._family)
        found = next(batch.of(row) for batch in every for row, one in enumerate(batch.records) if one is self.record)
        object.__setattr__(self, "batch", found.batch)
        object.__setattr__(self, "lea", found.lea)
        return getattr(found, name)

    def _needed(self) -> Sequence[LeaRecord]:
        """Return the LEAs that the rules may look at to evaluate this one."""
        if self._family or not self.prepared.relates:
            return self._family or (self.record,)
        records = self.batch.records
        families = (places for places, _ in families_of(self.prepared.ruleset.vocabulary, records))
        return [records[place] for place in next(places for places in families if self.lea in places)]

    def value(self, what: Node | DefinitionKey, group: str | None = None) -> Value:
        """Return the value of a node or a definition, for a student group by name, or for the LEA.

        What is true of the LEA is true of each of its groups. Raises KeyError if the ruleset has no such node, the
        vocabulary no such group, or if only a group has the value and no group is named.
        """
        index = None if group is None else self.prepared.group_index[group]
        return self.at(self.prepared.position(what), index)

    def at(self, position: int, index: int | None) -> Value:
        """Return the value of a step, for the student group at an index or for the LEA; KeyError as for `value`."""
        if self.prepared.steps[position].scope is Scope.LEA:
            return self.batch.at(position, self.lea)
        if index is None:
            raise KeyError("a value of student groups needs a student group")
        return self.batch.at(position, index * self.batch.shape.size + self.lea)

    def range_at(self, position: int, index: int | None) -> Range | None:
        """Return what is known of a number that is unknown; None if it can be any."""
        column = self.batch.columns[position]
        row = self.lea if index is None else index * self.batch.shape.size + self.lea
        return column.ranges.get(row) if isinstance(column, Numbers) else None

    def related(self, over: Belonging | Owner) -> Sequence[tuple[str, Evaluation]]:
        """Return the entities that a fold goes over, each with its name and its row of the batch."""
        families, records = self.batch.facts.families, self.batch.records
        if families is None or not records:
            return ()
        if isinstance(over, Belonging):
            below = range(self.lea + 1, families.ends[self.lea])
            rows: Iterable[int] = (row for row in below if families.is_in(over.year, row))
        else:
            rows = families.above(self.lea)
        of_kind = [row for row in rows if records[row].kind == over.kind]
        return [(records[row].name or records[row].code, self.batch.of(row)) for row in of_kind]

    def column(self, position: int) -> tuple[Value, ...]:
        """Return the values of a step: one for the LEA, or one for each student group of the vocabulary."""
        if self.prepared.steps[position].scope is Scope.LEA:
            return (self.batch.at(position, self.lea),)
        batch = self.batch
        rows = slice(self.lea, batch.shape.group_rows, batch.shape.size)
        values = batch.decoded(position) if batch.shape.size > 1 else None
        if values is not None:
            return tuple([values.values[code] for code in values.codes[rows]])
        return tuple([batch.at(position, row) for row in range(*rows.indices(rows.stop))])

    def indexes(self, position: int, rows: bytes) -> Iterable[int]:
        """Return the student groups of the LEA that are among some rows of a step's column; -1 for the LEA itself."""
        if self.prepared.steps[position].scope is Scope.LEA:
            return (-1,) if rows[self.lea] else ()
        return [index for index, needed in enumerate(rows[self.lea :: self.batch.shape.size]) if needed]

    def is_value(self, position: int, index: int | None, value: Value) -> bool:
        """Return whether the value of a step is this one: yes, no, not rated, or unknown."""
        return self.at(position, index) is value

    def in_words(self, position: int, index: int | None, write: Callable[[Value], str]) -> str:
        """Return the value of a step in words, as a function writes it."""
        return write(self.at(position, index))

    def different(self, texts: Iterable[str]) -> Sequence[str]:
        """Return texts in their order, each once."""
        return list(dict.fromkeys(texts))

    def reading(self, asked: Get, index: int | None) -> Reading | None:
        """Return the data's reading of a field, for the student group at an index; None if it is unknown."""
        group = self.prepared.groups[index] if asked.scope is Scope.GROUP and index is not None else None
        return reading_of(self.record, self.prepared.ruleset.vocabulary, asked, group)


def _not_yet_evaluated(prepared: Prepared, record: LeaRecord, among: Sequence[LeaRecord]) -> Evaluation:
    """Return the evaluation of one of some LEAs, which is made when something is asked of it."""
    found = Evaluation.__new__(Evaluation)
    for name, value in (("prepared", prepared), ("record", record), ("_family", among)):
        object.__setattr__(found, name, value)
    return found


def evaluate(prepared: Prepared, record: LeaRecord) -> Evaluation:
    """Return the value of every node for one LEA. Whatever the data hold, this does not raise."""
    return evaluate_records(prepared, (record,)).of(0)


def evaluate_all(prepared: Prepared, records: Iterable[LeaRecord]) -> Iterator[Evaluation]:
    """Yield the evaluation of each LEA, in the order given, a batch of `LEAS_A_BATCH` at a time.

    What only other years have (`LeaRecord.only_in`) is looked at by the others, and not yielded.
    """
    if prepared.relates:
        records = tuple(records)
        found: dict[int, Evaluation] = {}
        for order, batch in _family_batches(prepared, records):
            found.update(zip(order, map(batch.of, range(len(order))), strict=True))
        yield from (found[place] for place, record in enumerate(records) if not record.only_in)
        return
    for batch in evaluate_batches(prepared, (record for record in records if not record.only_in)):
        yield from map(batch.of, range(len(batch.records)))


def evaluate_batches(prepared: Prepared, records: Iterable[LeaRecord]) -> Iterator[BatchEvaluation]:
    """Yield the evaluations of batches of about `LEAS_A_BATCH` LEAs.

    They come in the order given, or family by family if the rules relate entities to one another.
    """
    if prepared.relates:
        yield from (batch for _, batch in _family_batches(prepared, tuple(records)))
        return
    waiting = iter(records)
    while some := tuple(islice(waiting, LEAS_A_BATCH)):
        yield evaluate_records(prepared, some)


def _family_batches(
    prepared: Prepared, records: Sequence[LeaRecord]
) -> Iterator[tuple[Sequence[int], BatchEvaluation]]:
    """Yield batches of whole families, each with the places of its records among all."""
    for order, families in families_of(prepared.ruleset.vocabulary, records, LEAS_A_BATCH):
        yield order, evaluate_records(prepared, tuple(records[place] for place in order), families)


def evaluate_records(
    prepared: Prepared, records: Sequence[LeaRecord], families: Families | None = None
) -> BatchEvaluation:
    """Return the evaluation of some LEAs. Whatever the data hold, this does not raise.

    If the rules relate entities to one another, the records must be ordered by `families` (`evaluate_batches`).
    """
    return evaluate_batch(prepared, facts_of(prepared, records, families), records)


def evaluate_again(prepared: Prepared, batch: BatchEvaluation) -> BatchEvaluation:
    """Return the evaluation of the LEAs of a batch by other rules of its vocabulary, which relate the same to them.

    Only where these rules ask for more are the facts of the LEAs gathered anew.
    """
    is_known = set(fields_asked(batch.prepared)).issuperset(fields_asked(prepared))
    facts = batch.facts if is_known else facts_of(prepared, batch.records, batch.facts.families)
    return evaluate_batch(prepared, facts, batch.records)


def evaluate_batch(prepared: Prepared, facts: Facts, records: Sequence[LeaRecord] = ()) -> BatchEvaluation:
    """Return the evaluation of the LEAs whose facts a batch holds, and of which these are the records, if there are."""
    return BatchEvaluation(prepared, facts, evaluate_facts(prepared, facts), records)


def evaluate_facts(prepared: Prepared, facts: Facts, given: Mapping[int, Column] = NONE_GIVEN) -> Sequence[Column]:
    """Return the column of every step; `given` holds columns that are not computed from the facts."""
    shape = facts.shape
    rows = Rows(shape.leas, shape.size), Rows(shape.everyone, shape.group_rows)
    columns: list[Column] = []
    wide: list[Column] = []
    for at, (meaning, inputs, in_groups, of_group, is_spread) in enumerate(_plan(prepared)):
        column = given[at] if at in given else meaning(facts, rows[of_group], inputs(wide if in_groups else columns))
        columns.append(column)
        wide.append(shape.spread_column(column) if is_spread else column)
    return columns


class Planned(NamedTuple):
    """What to do at a step: the function for it, and what takes its inputs from the columns before it.

    A step `in_groups` takes them from columns with a row for every student group. Those of a step of the LEA that
    `is_spread` are made for such steps.
    """

    meaning: Meaning
    inputs: Callable[[Sequence[Column]], Sequence[Column]]
    in_groups: bool
    of_group: bool
    is_spread: bool


@lru_cache(maxsize=64)
def _plan(prepared: Prepared) -> Sequence[Planned]:
    """Return what to do at each step."""
    steps = prepared.steps
    in_groups = [step.scope is Scope.GROUP or binds_groups(step.node) for step in steps]
    asked = {at for step, wide in zip(steps, in_groups, strict=True) if wide for at in step.inputs}
    return [
        Planned(
            meaning_of(prepared, step),
            _getter(step.inputs),
            wide,
            step.scope is Scope.GROUP,
            at in asked and step.scope is Scope.LEA,
        )
        for at, (step, wide) in enumerate(zip(steps, in_groups, strict=True))
    ]


def _getter(places: tuple[int, ...]) -> Callable[[Sequence[Column]], Sequence[Column]]:
    """Return what takes some places of a list, as quickly as Python can."""
    if len(places) > 1:
        return itemgetter(*places)
    return itemgetter(slice(places[0], places[0] + 1) if places else slice(0))
