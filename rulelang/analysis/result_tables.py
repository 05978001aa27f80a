"""The two tables of a run, as rows under the columns that other tools rely on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from attrs import frozen

from rulelang.analysis.state_priorities import named_groups
from rulelang.core.truth import Truth
from rulelang.engine.determination import Determination, MissingFact
from rulelang.engine.reasons import reasons

Cell = str | int | None

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
REASON_COLUMNS = ("cds", "year", "student_group", "priority", "outcome", "rule", "evidence")

JOINT = "; "
"""What stands between several words in one cell."""


@frozen
class ResultTable:
    """A table of results: its name, its columns, and rows with a cell for each column."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def determination_table(determinations: Iterable[Determination]) -> ResultTable:
    """Return a row for each LEA, in the order given."""
    rows = tuple(_determination_row(determination) for determination in determinations)
    return ResultTable("determinations", DETERMINATION_COLUMNS, rows)


def reason_table(determinations: Iterable[Determination]) -> ResultTable:
    """Return a row for each LEA, student group and rule that held; a rule of the LEA as a whole names no group."""
    rows = tuple(row for determination in determinations for row in _reason_rows(determination))
    return ResultTable("reasons", REASON_COLUMNS, rows)


def _determination_row(determination: Determination) -> tuple[Cell, ...]:
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
        JOINT.join(_needs(determination.settle)),
    )


def _met(answers: Iterable[tuple[str, Truth]]) -> Iterator[str]:
    return (name for name, answer in answers if answer is True)


def _needs(missing: Iterable[MissingFact]) -> Iterator[str]:
    for fact in missing:
        whose = f" of {fact.group}" if fact.group else ""
        yield f"{fact.indicator} {fact.scale}{whose} in {fact.year}"


def _reason_rows(determination: Determination) -> Iterator[tuple[Cell, ...]]:
    labels = {rule.name: rule.label or rule.name for rule in determination.ruleset.rules}
    for reason in reasons(determination):
        yield (
            determination.record.code,
            determination.year,
            reason.group.code if reason.group else "",
            reason.priority,
            reason.outcome,
            labels[reason.rule],
            reason.evidence,
        )
