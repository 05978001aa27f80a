"""The tables of results made of one determination after another: those of batches must be the same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from rulelang.analysis.needs import in_few_words
from rulelang.analysis.result_tables import (
    JOINT,
    REASON_COLUMNS,
    ResultTable,
    determination_columns,
    reason_cells,
    referral_columns,
)
from rulelang.core.ruleset import LABEL
from rulelang.core.truth import CANNOT_TELL, Truth
from rulelang.engine.determination import Determination, missing_facts, reasons
from rulelang.engine.listed_priorities import named_groups
from rulelang.engine.wording import answer_text


def determination_table(determinations: Sequence[Determination]) -> ResultTable:
    """Return a row for each determination, in the order given."""
    referrals = referral_columns(determinations[0].ruleset.vocabulary)
    rows = [_row(one, referrals) for one in determinations]
    return ResultTable("determinations", determination_columns(referrals), rows)


def reason_table(determinations: Iterable[Determination]) -> ResultTable:
    """Return a row for each LEA, student group and rule that held."""
    pairs = ((one, reason) for one in determinations for reason in reasons(one))
    rows = [(one.record.code, *reason_cells(one.ruleset, reason)) for one, reason in pairs]
    return ResultTable("reasons", REASON_COLUMNS, rows)


def needs(determination: Determination) -> Iterator[str]:
    """Yield what would settle the determination, or where that is known, the label and the referrals."""
    facts = determination.settle
    if determination.outcome != CANNOT_TELL:
        unknown = [LABEL] if determination.label == CANNOT_TELL else []
        unknown.extend(name for name, answer in determination.referrals.items() if answer is None)
        facts = missing_facts(determination.evaluation, *unknown)
    yield from in_few_words(facts, determination.ruleset)


def _row(one: Determination, referrals: Mapping[str, str]) -> tuple[str | int, ...]:
    record = one.record
    priorities = sorted({number for group in one.groups for number in group.priorities})
    answers = (answer_text(one.referrals[name]) if name in one.referrals else "" for name in referrals.values())
    return (
        *(record.code, record.name, record.county, record.kind),
        *(one.year, one.outcome, one.published, one.label, _met(one.methods), _met(one.referrals)),
        JOINT.join(group.group.code for group in named_groups(one)),
        JOINT.join(map(str, priorities)),
        *answers,
        JOINT.join(needs(one)),
    )


def _met(answers: Mapping[str, Truth]) -> str:
    return JOINT.join(name for name, answer in answers.items() if answer is True)
