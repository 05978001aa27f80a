"""The two tables of a run, as rows under the columns that other tools rely on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from attrs import frozen

from rulelang.core.ruleset import Ruleset
from rulelang.core.vocabulary import Vocabulary
from rulelang.data.given import as_frame
from rulelang.data.shared_rows import Cell, Row, column_of
from rulelang.diagnostics.arguments import FRAME, checked
from rulelang.engine.determination import Reason

DETERMINATION_COLUMNS = (
    "cds",
    "lea",
    "county",
    "kind",
    "year",
    "determination",
    "published",
    "label",
    "methods",
    "referrals",
    "student_groups",
    "priorities",
    "needs",
)
"""The columns of every run; those of the referrals that the vocabulary names come before the last."""

REASON_COLUMNS = ("cds", "year", "student_group", "priority", "outcome", "rule", "evidence")

WHOLE_COLUMNS = ("year", "priority")
"""The columns of whole numbers, blank in place of none; all others are text."""

RULES = "rules"
"""The column that says in each row of a what-if, or of rules asked of another year, that it is one."""

JOINT = "; "
"""What separates several words in one cell."""


@frozen
class ResultTable:
    """A table of results: its name, its columns, and rows with a cell for each column."""

    name: str
    columns: tuple[str, ...]
    rows: Sequence[Row]

    def column(self, name: str) -> Iterator[Cell]:
        """Yield the cells of a column; ValueError if there is none of that name."""
        return column_of(self.rows, self.columns.index(name))

    def shown(self, frame: str | None = None) -> Any:  # noqa: ANN401 - a table of the kind asked for
        """Return the rows as dictionaries, or as a frame of `pandas`, `polars` or `arrow`; ValueError for others."""
        if frame is None:
            return [dict(zip(self.columns, row, strict=True)) for row in self.rows]
        return as_frame(checked(frame, str, FRAME), self.columns, self.rows, WHOLE_COLUMNS)


def with_rules(tables: Iterable[ResultTable], ruleset: Ruleset) -> tuple[ResultTable, ...]:
    """Return tables of results, with what the rules are called in each row where they are not the enacted ones."""
    if ruleset.is_enacted:
        return tuple(tables)
    return tuple(
        ResultTable(table.name, (*table.columns, RULES), [(*row, ruleset.name) for row in table.rows])
        for table in tables
    )


def determination_columns(referrals: Iterable[str]) -> tuple[str, ...]:
    """Return the columns of determinations, with those of referrals."""
    return (*DETERMINATION_COLUMNS[:-1], *referrals, DETERMINATION_COLUMNS[-1])


def referral_columns(vocabulary: Vocabulary) -> Mapping[str, str]:
    """Return the referrals that have a column of their own in the results, by the name of the column."""
    return {one.column: one.name for one in vocabulary.outcomes if one.kind == "referral" and one.column}


def reason_cells(ruleset: Ruleset, reason: Reason) -> tuple[Cell, ...]:
    """Return the cells of a row of reasons behind the code of the LEA."""
    return (
        ruleset.year,
        reason.group.code if reason.group else "",
        reason.rule.priority,
        reason.rule.outcome,
        reason.rule.label or reason.rule.name,
        reason.evidence,
    )
