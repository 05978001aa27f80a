"""The answers of a ruleset for an LEA, as literals of a circuit: determination, text published, and the rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from rulelang.core.ruleset import DETERMINATION, LABEL, NOT_COVERED
from rulelang.core.tree import Value
from rulelang.core.truth import CANNOT_TELL
from rulelang.diagnostics.plain_data import frozen
from rulelang.engine.columns import Answers, Column, Names
from rulelang.engine.determination import SUSPENDED
from rulelang.engine.evaluate import Evaluation
from rulelang.engine.steps import Prepared
from rulelang.reasoning.circuit import TRUE, Circuit, Literal, wire_of

YES: Final = "yes"
NO: Final = "no"

Answer = Mapping[str, Literal]
"""For each value of an outcome, the literal that is true if the outcome has it; exactly one is."""


def outcomes_of(prepared: Prepared) -> tuple[str, ...]:
    """Return the outcomes of the LEA that a ruleset decides: the determination, then label, methods, referrals."""
    ruleset = prepared.ruleset
    label = [LABEL] if (ruleset.year, LABEL) in prepared.positions else []
    names = [*label, *ruleset.methods, *ruleset.referrals]
    return DETERMINATION, *(name for name in names if (ruleset.year, name) in prepared.positions)


def answer_of(prepared: Prepared, circuit: Circuit, columns: Sequence[Column], outcome: str) -> Answer:
    """Return a ruleset's answer for an outcome, given the columns of its steps."""
    if prepared.ruleset.suspended is not None:
        return {SUSPENDED: TRUE}
    position = prepared.positions.get((prepared.ruleset.year, outcome))
    if position is None:
        return {NOT_COVERED if outcome == DETERMINATION else NO: TRUE}
    column = columns[position]
    if isinstance(column, Answers):
        found = {YES: wire_of(column.yes, 0), NO: wire_of(column.no, 0)}
    else:
        found = {name: wire_of(rows, 0) for name, rows in column.by_name.items()} if isinstance(column, Names) else {}
    return {**found, CANNOT_TELL: -circuit.some(found.values())}


def value_of(prepared: Prepared, evaluation: Evaluation, outcome: str) -> str:
    """Return a ruleset's answer for an outcome by the evaluator."""
    if prepared.ruleset.suspended is not None:
        return SUSPENDED
    position = prepared.positions.get((prepared.ruleset.year, outcome))
    if position is None:
        return NOT_COVERED if outcome == DETERMINATION else NO
    return _word(evaluation.at(position, None))


def _word(value: Value) -> str:
    if isinstance(value, bool):
        return YES if value else NO
    return value if isinstance(value, str) else CANNOT_TELL


@frozen
class Asked:
    """An outcome of a ruleset that is asked about, by name."""

    prepared: Prepared
    name: str

    @property
    def is_determination(self) -> bool:
        """Return whether the outcome is a determination, which is one of several, and not answered by yes or no."""
        ruleset = self.prepared.ruleset
        kinds = {one.name: one.kind for one in ruleset.vocabulary.outcomes}
        return (ruleset.year, self.name) not in self.prepared.positions or kinds.get(self.name) == "determination"

    @property
    def definition(self) -> str:
        """Return the name of the definition that says whether an LEA has the outcome."""
        return DETERMINATION if self.is_determination else self.name

    @property
    def had(self) -> str:
        """Return the definition's value for an LEA that has the outcome."""
        return self.name if self.is_determination else YES
