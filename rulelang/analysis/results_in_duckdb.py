"""Evaluates plain records in a connection to DuckDB, and leaves the results there as two tables of bit masks.

Nothing of an LEA goes through Python one by one: a set of rows goes to the database as one string of bits, and a column
is made there of a few of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from attrs import define, field, frozen

from rulelang.analysis.scanned_facts import LEAS_A_SCAN, over_records
from rulelang.core.record import LeaRecord
from rulelang.data.cells import column_name
from rulelang.data.scan import RECORDS, Connection, NotUnderstoodError
from rulelang.data.scanned_records import COLUMNS
from rulelang.engine.columns import Answers, Names, union
from rulelang.engine.evaluate import BatchEvaluation
from rulelang.engine.result_columns import ResultColumns
from rulelang.engine.result_plan import OUTCOMES, ResultPlan, plan_of
from rulelang.engine.steps import Prepared

LEA_RESULTS: Final = "lea_results"
GROUP_RESULTS: Final = "group_results"

WIDTH: Final = 63
"""How many bits of a whole number are used."""

SEPARATOR: Final = "\n"
"""What is between words that go to the database as one text; no LEA code has it."""

BYTE: Final = 8


@frozen(eq=False)
class Batch:
    """The results of plain records, in tables of a database.

    `lea_results` has a row for each LEA; `group_results`, where it was asked for, one for each student group that some
    rule holds for. The columns follow the order of `plan`.
    """

    prepared: Prepared
    plan: ResultPlan
    connection: Connection = field(repr=False)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Return the rows of a query of the results."""
        found: list[tuple[Any, ...]] = self.connection.execute(query).fetchall()
        return found


def judge_records(prepared: Prepared, connection: Connection, *, reasons: bool = False) -> Batch:
    """Evaluate the plain records in the table or view `records` of a connection to DuckDB, and leave the results there.

    With `reasons` they have the student groups that some rule holds for. Raises NotUnderstoodError if a record is
    wrong or there twice, and where there is a column that nothing would read.
    """
    columns = {column_name(name) for name, *_ in connection.execute(f"DESCRIBE {RECORDS}").fetchall()}
    if not columns <= {*COLUMNS, "cds", "students"}:
        raise NotUnderstoodError(f"records with columns that nothing reads: {', '.join(sorted(columns - {*COLUMNS}))}")
    plan = plan_of(prepared)
    found = over_records(prepared, connection, LEAS_A_SCAN, lambda: _Results(plan, reasons))
    found.store(connection)
    return Batch(prepared, plan, connection)


@define(eq=False)
class _Table:
    """A table in the making: the columns in words of SQL, and the values that these name.

    It has so many rows. Where they are of student groups, those of one come after those of another, the LEAs in each by
    their `codes`.
    """

    length: int
    codes: Sequence[str]
    columns: dict[str, str] = field(factory=dict)
    values: dict[str, object] = field(factory=dict)

    def names(self, name: str, found: Names) -> None:
        """Add a column of names, NULL for none."""
        ways = [f"WHEN {self.has(rows)} THEN {self._value(one)}" for one, rows in found.by_name.items() if rows]
        self.columns[name] = f"CASE {' '.join(ways)} END" if ways else "NULL::VARCHAR"

    def truths(self, name: str, found: Answers) -> None:
        """Add a column of answers, NULL if one is unknown."""
        self.columns[name] = f"CASE WHEN {self.has(found.yes)} THEN true WHEN {self.has(found.no)} THEN false END"

    def mask(self, name: str, sets: Sequence[int]) -> None:
        """Add a column of whole numbers with a bit for each set that a row is in."""
        bits = (f"(get_bit({self._bits(rows)}, row)::BIGINT << {at})" for at, rows in enumerate(sets) if rows)
        self.columns[name] = " + ".join(bits) or "0::BIGINT"

    def masks(self, sets: Sequence[int]) -> None:
        """Add as many such columns of rules as are needed, with numbers behind their name."""
        for number, first in enumerate(range(0, len(sets), WIDTH)):
            self.mask(f"rules_{number}", sets[first : first + WIDTH])

    def has(self, rows: int) -> str:
        """Return the words for whether a row is in a set."""
        return f"get_bit({self._bits(rows)}, row) = 1"

    def _bits(self, rows: int) -> str:
        """Return the words for a set as a string of bits, the first row first."""
        size = -(-self.length // BYTE)
        data = int(f"{rows:0{size * BYTE}b}"[::-1], 2).to_bytes(size, "big")
        return f"{self._value(data)}::BLOB::BIT"

    def _value(self, value: object) -> str:
        name = f"v{len(self.values)}"
        self.values[name] = value
        return f"${name}"

    def insert(self, connection: Connection, name: str, where: str = "true") -> None:
        """Put the rows for which some words are true into a table of a connection, made where there is none.

        The first column is the code of the LEA.
        """
        columns = ", ".join(f"{what} as {column}" for column, what in self.columns.items())
        codes = f"string_split({self._value(SEPARATOR.join(self.codes))}, chr({ord(SEPARATOR)}))"
        leas = f"(SELECT unnest({codes}) as lea, unnest(range({len(self.codes)})) as place)"
        rows = f"(FROM range({self.length}) SELECT range::INTEGER as row)"
        there = connection.execute("SELECT 1 FROM duckdb_tables() WHERE table_name = ?", [name]).fetchone()
        into = f"INSERT INTO {name}" if there else f"CREATE TEMP TABLE {name} as"
        found = f"{rows} JOIN {leas} ON row % {len(self.codes)} = place WHERE {where} ORDER BY row"
        query = f"{into} SELECT lea, {columns} FROM {found}"  # noqa: S608 - of names and places of our own
        connection.execute(query, self.values)


@define(eq=False)
class _Results:
    """The results of one batch after another."""

    plan: ResultPlan
    reasons: bool
    _leas: list[_Table] = field(factory=list)
    _groups: list[tuple[_Table, str]] = field(factory=list)

    def add(self, leas: Sequence[LeaRecord], batch: BatchEvaluation) -> None:
        """Take the results of a batch."""
        columns, codes = ResultColumns(self.plan, batch), [lea.code for lea in leas]
        self._leas.append(self._of_leas(columns, codes))
        if self.reasons:
            self._groups.append(self._of_groups(columns, codes))

    def store(self, connection: Connection) -> None:
        """Make the tables of a connection."""
        for name in (LEA_RESULTS, GROUP_RESULTS):
            connection.execute(f"DROP TABLE IF EXISTS {name}")
        for table in self._leas:
            table.insert(connection, LEA_RESULTS)
        for table, held in self._groups:
            table.insert(connection, GROUP_RESULTS, held)

    def _of_leas(self, columns: ResultColumns, codes: Sequence[str]) -> _Table:
        table, kinds = _Table(columns.size, codes), self.plan.ruleset.vocabulary.kinds
        of_kind = {kind.name: columns.batch.facts.kinds.get(kind.name, 0) for kind in kinds}
        table.names("kind", Names(of_kind, union(of_kind.values()), 0))
        for name, column in OUTCOMES.items():
            table.names(column, columns.outcome(name))
        for at, position in enumerate(self.plan.answers.values()):
            table.truths(f"answer_{at}", columns.answers(position))
        table.masks([columns.answers(position).yes for _, position in self.plan.lea_rules])
        met = columns.priorities_met
        table.mask("priorities_met", [met.get(number, 0) for number in self.plan.whole])
        table.mask("groups_named", columns.named)
        return table

    def _of_groups(self, columns: ResultColumns, codes: Sequence[str]) -> tuple[_Table, str]:
        """Return a row for each student group, and the words for whether some rule holds for it."""
        shape, plan = columns.batch.shape, self.plan
        table = _Table(shape.group_rows, codes)
        rules = [columns.of_groups(position).yes for _, position in plan.group_rules]
        table.columns["student_group"] = f"(row // {shape.size})::SMALLINT"
        table.mask("met", self._of_priorities(columns, plan.whole))
        table.mask("unsure", self._of_priorities(columns, plan.whole, unsure=True))
        for at, steps in enumerate(plan.by_kind.values()):
            table.mask(f"met_by_kind_{at}", self._of_priorities(columns, steps))
        table.masks(rules)
        return table, table.has(union(rules))

    def _of_priorities(
        self, columns: ResultColumns, steps: Mapping[int, int], *, unsure: bool = False
    ) -> Sequence[int]:
        """Return for each priority of the rules the rows that meet it, or for which that is unknown."""
        answers = {number: columns.of_groups(position) for number, position in steps.items()}
        everyone = columns.batch.shape.everyone
        sets = {number: everyone & ~(yes | no) if unsure else yes for number, (yes, no) in answers.items()}
        return [sets.get(number, 0) for number in self.plan.ruleset.priorities]
