"""The two tables of a run, as rows under the columns that other tools rely on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from attrs import frozen

from rulelang.analysis.needs import needs
from rulelang.core.ruleset import Ruleset
from rulelang.core.truth import Truth
from rulelang.core.vocabulary import Vocabulary
from rulelang.data.shared_rows import Cell, Row, column_of
from rulelang.engine.determination import Determination
from rulelang.engine.listed_priorities import named_groups
from rulelang.engine.reasons import Reason, reasons
from rulelang.engine.wording import answer_text

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
"""The columns of whole numbers, blank in the place of none; all others are text."""

RULES = "rules"
"""The column that says in each row of a what-if, or of rules asked of another year, that it is one."""

JOINT = "; "
"""What is between several words in one cell."""


@frozen
class ResultTable:
    """A table of results: its name, its columns, and rows with a cell for each column."""

    name: str
    columns: tuple[str, ...]
    rows: Sequence[Row]

    def column(self, name: str) -> Iterator[Cell]:
        """Yield the cells of a column; ValueError where there is none of that name."""
        return column_of(self.rows, self.columns.index(name))

    def with_column(self, name: str, cell: Cell) -> ResultTable:
        """Return the table with a last column that has the same cell in every row."""
        return ResultTable(self.name, (*self.columns, name), [(*row, cell) for row in self.rows])


def determination_table(determinations: Sequence[Determination], vocabulary: Vocabulary | None = None) -> ResultTable:
    """Return a row for each LEA, in the order given, with a column for each referral that the vocabulary gives one.

    Where no vocabulary is given it is that of the determinations; a table without rows has no such columns then.
    """
    words = determinations[0].ruleset.vocabulary if determinations else vocabulary
    referrals = referral_columns(words) if words else {}
    rows = tuple(determination_row(determination, referrals) for determination in determinations)
    return ResultTable("determinations", determination_columns(referrals), rows)


def determination_columns(referrals: Iterable[str]) -> tuple[str, ...]:
    """Return the columns of determinations, with those of referrals."""
    return (*DETERMINATION_COLUMNS[:-1], *referrals, DETERMINATION_COLUMNS[-1])


def referral_columns(vocabulary: Vocabulary) -> Mapping[str, str]:
    """Return the referrals that have a column of their own in the results, by the name of the column."""
    return {one.column: one.name for one in vocabulary.outcomes if one.kind == "referral" and one.column}


def reason_table(determinations: Iterable[Determination]) -> ResultTable:
    """Return a row for each LEA, student group and rule that held; a rule of the LEA as a whole names no group."""
    rows = tuple(row for determination in determinations for row in _reason_rows(determination))
    return ResultTable("reasons", REASON_COLUMNS, rows)


def determination_row(determination: Determination, referrals: Mapping[str, str]) -> tuple[Cell, ...]:
    """Return the row of an LEA; `referrals` are those with a column of their own, by the name of the column."""
    record = determination.record
    priorities = sorted({number for group in determination.groups for number in group.priorities})
    return (
        record.code,
        record.name,
        record.county,
        record.kind,
        determination.year,
        determination.outcome,
        determination.published,
        determination.label,
        JOINT.join(_met(determination.methods.items())),
        JOINT.join(_met(determination.referrals.items())),
        JOINT.join(group.group.code for group in named_groups(determination)),
        JOINT.join(str(number) for number in priorities),
        *(_answer(determination.referrals, name) for name in referrals.values()),
        JOINT.join(needs(determination)),
    )


def _answer(answers: Mapping[str, Truth], name: str) -> str:
    """Return yes, no or cannot tell; blank where the rules do not decide it."""
    return answer_text(answers[name]) if name in answers else ""


def _met(answers: Iterable[tuple[str, Truth]]) -> Iterator[str]:
    return (name for name, answer in answers if answer is True)


def _reason_rows(determination: Determination) -> Iterator[tuple[Cell, ...]]:
    for reason in reasons(determination):
        yield (determination.record.code, *reason_cells(determination.ruleset, reason))


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
