"""Plain records judged in a connection to DuckDB, with the results left there as two tables of numbers with bits.

Nothing of an LEA goes through Python one by one: a column of the evaluation becomes a column of Arrow as it is.
"""

from __future__ import annotations

import importlib
from array import array
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate
from typing import Any, Final

from attrs import define, field, frozen

from rulelang.analysis.cell_facts import over_cells
from rulelang.core.tree import Value
from rulelang.data.scan import Connection
from rulelang.data.scan_bits import CellBatch
from rulelang.engine.columns import Answers, Names, decoded, union, value_at
from rulelang.engine.evaluate import BatchEvaluation
from rulelang.engine.result_columns import OUTCOMES, ResultColumns, ResultPlan, packed, plan_of
from rulelang.engine.steps import Prepared

LEA_RESULTS: Final = "lea_results"
GROUP_RESULTS: Final = "group_results"

WIDTH: Final = 63
"""How many bits of a whole number are used."""

BYTES: Final = 8

Array = Any
"""A column of pyarrow, which has no types."""


@frozen(eq=False)
class Batch:
    """The results of plain records, in tables of a database.

    `lea_results` has a row for each LEA; `group_results`, where it was asked for, one for each student group that some
    rule holds for. What `plan` names stands there by its place.
    """

    prepared: Prepared
    plan: ResultPlan
    connection: Connection = field(repr=False)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Return the rows of a query of the results."""
        found: list[tuple[Any, ...]] = self.connection.execute(query).fetchall()
        return found


def judge_records(prepared: Prepared, connection: Connection, *, reasons: bool = False) -> Batch:
    """Judge the plain records in the table or view `records` of a connection to DuckDB, and leave the results there.

    With `reasons` they have the student groups that some rule holds for. Raises NotUnderstoodError where a record is
    wrong or there twice, and where there is a column that nothing would read.
    """
    plan = plan_of(prepared)
    found = over_cells(prepared, connection, lambda: _Results(plan, reasons))
    found.store(connection)
    return Batch(prepared, plan, connection)


def _text(value: Value) -> str | None:
    return value if isinstance(value, str) else None


@define(eq=False)
class _Results:
    """The results of one batch after another, as tables of Arrow."""

    plan: ResultPlan
    reasons: bool
    _arrow: Any = field(factory=lambda: importlib.import_module("pyarrow"))
    _leas: list[Any] = field(factory=list)
    _groups: list[Any] = field(factory=list)

    def add(self, cells: CellBatch, batch: BatchEvaluation) -> None:
        """Take the results of a batch."""
        columns = ResultColumns(self.plan, batch)
        codes = self._texts(cells.codes)
        self._leas.append(self._table({"lea": codes, **self._of_leas(columns, cells)}))
        if self.reasons:
            self._groups.append(self._of_groups(columns, codes))

    def store(self, connection: Connection) -> None:
        """Make the tables of a connection."""
        for name, parts in ((LEA_RESULTS, self._leas), (GROUP_RESULTS, self._groups)):
            if parts:
                connection.register(f"arrow_{name}", self._arrow.concat_tables(parts))
                connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS FROM arrow_{name}")
                connection.unregister(f"arrow_{name}")

    # ---- Of LEAs ----

    def _of_leas(self, columns: ResultColumns, cells: CellBatch) -> dict[str, Array]:
        size, kinds = columns.size, [kind.name for kind in self.plan.ruleset.vocabulary.kinds]
        found = {"kind": self._words(cells.kinds, kinds)}
        for name, column in OUTCOMES.items():
            found[column] = self._names(columns.outcome(name), size)
        for at, position in enumerate(self.plan.answers.values()):
            found[f"answer_{at}"] = self._truths(columns.answers(position), size)
        rules = [columns.answers(position).yes for _, position in self.plan.lea_rules]
        found |= {f"rules_{at}": mask for at, mask in enumerate(self._masks(rules, size))}
        met = columns.priorities_met
        found["priorities_met"] = self._mask([met.get(number, 0) for number in self.plan.whole], size)
        found["groups_named"] = self._mask(columns.named, size)
        return found

    def _words(self, codes: bytes, words: Sequence[str | None]) -> Array:
        """Return for each row a word, by its place among some words."""
        places = self._arrow.Array.from_buffers(self._arrow.uint8(), len(codes), [None, self._arrow.py_buffer(codes)])
        return self._texts(words).take(places)

    def _texts(self, words: Sequence[str | None]) -> Array:
        """Return words as a column, made of their bytes: for a list pyarrow loads pandas, where it is installed."""
        encoded = [(word or "").encode() for word in words]
        known = sum(1 << at for at, word in enumerate(words) if word is not None) if None in words else None
        validity = None if known is None else self._arrow.py_buffer(known.to_bytes(len(words) // BYTES + 1, "little"))
        ends = self._arrow.py_buffer(array("i", accumulate(map(len, encoded), initial=0)).tobytes())
        buffers = [validity, ends, self._arrow.py_buffer(b"".join(encoded))]
        return self._arrow.Array.from_buffers(self._arrow.string(), len(words), buffers)

    def _table(self, columns: Mapping[str, Array]) -> Any:  # noqa: ANN401 - of pyarrow
        return self._arrow.Table.from_arrays(list(columns.values()), names=list(columns))

    def _names(self, names: Names, size: int) -> Array:
        found = decoded(names, size)
        if found is None:  # more outcomes than a byte can tell
            return self._texts([_text(value_at(names, row)) for row in range(size)])
        return self._words(found.codes, [_text(value) for value in found.values])

    def _truths(self, answers: Answers, size: int) -> Array:
        known, yes = ((rows).to_bytes(-(-size // BYTES), "little") for rows in (answers.yes | answers.no, answers.yes))
        buffers = [self._arrow.py_buffer(known), self._arrow.py_buffer(yes)]
        return self._arrow.Array.from_buffers(self._arrow.bool_(), size, buffers)

    def _masks(self, sets: Sequence[int], length: int) -> Iterator[Array]:
        """Yield whole numbers with a bit for each set that a row is in, as many as are needed."""
        for first in range(0, len(sets), WIDTH):
            yield self._mask(sets[first : first + WIDTH], length)

    def _mask(self, sets: Sequence[int], length: int) -> Array:
        data = bytearray(BYTES * length)
        for at, part in enumerate(packed(sets, length)):
            data[at::BYTES] = part
        return self._arrow.Array.from_buffers(self._arrow.int64(), length, [None, self._arrow.py_buffer(data)])

    # ---- Of student groups ----

    def _of_groups(self, columns: ResultColumns, codes: Array) -> Any:  # noqa: ANN401 - of pyarrow
        """Return a row for each student group that some rule holds for."""
        shape, plan = columns.batch.shape, self.plan
        length, gap = shape.group_rows, shape.stride - shape.size
        lane = self._arrow.concat_arrays([codes, self._arrow.nulls(gap, self._arrow.string())])
        places = b"".join(bytes([at]) * shape.stride for at in range(shape.groups))
        rules = [columns.of_groups(position).yes for _, position in plan.group_rules]
        found = {
            "lea": self._arrow.concat_arrays([lane] * shape.groups),
            "student_group": self._arrow.Array.from_buffers(
                self._arrow.uint8(), length, [None, self._arrow.py_buffer(places)]
            ).cast(self._arrow.int16()),
            "met": self._mask(self._of_priorities(columns, plan.whole), length),
            "unsure": self._mask(self._of_priorities(columns, plan.whole, unsure=True), length),
        }
        for at, steps in enumerate(plan.by_kind.values()):
            found[f"met_by_kind_{at}"] = self._mask(self._of_priorities(columns, steps), length)
        found |= {f"rules_{at}": mask for at, mask in enumerate(self._masks(rules, length))}
        held = self._truths(Answers(union(rules), 0), length)
        return self._table(found).filter(held)

    def _of_priorities(
        self, columns: ResultColumns, steps: Mapping[int, int], *, unsure: bool = False
    ) -> Sequence[int]:
        """Return for each priority of the rules the rows that meet it, or for which that cannot be told."""
        answers = {number: columns.of_groups(position) for number, position in steps.items()}
        everyone = columns.batch.shape.everyone
        sets = {number: everyone & ~(yes | no) if unsure else yes for number, (yes, no) in answers.items()}
        return [sets.get(number, 0) for number in self.plan.ruleset.priorities]
