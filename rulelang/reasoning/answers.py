"""The answers of a ruleset for an LEA, as literals of a circuit: determination, text published, and the rest."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import Final

from attrs import evolve, frozen

from rulelang.core.ruleset import DETERMINATION, LABEL, NOT_COVERED, measure_name
from rulelang.core.tree import Value
from rulelang.core.truth import CANNOT_TELL
from rulelang.core.vocabulary import Scope, Vocabulary
from rulelang.core.walk import references_in
from rulelang.engine.columns import Answers, Column, Names
from rulelang.engine.determination import SUSPENDED
from rulelang.engine.evaluate import Evaluation
from rulelang.engine.levels import worked_out
from rulelang.engine.meaning import depends_on
from rulelang.engine.steps import Prepared
from rulelang.engine.trace import occurrence_of
from rulelang.engine.wording import value_text
from rulelang.reasoning.circuit import TRUE, Circuit, Literal, wire_of
from rulelang.reasoning.possible import years_back

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


def outcomes_reported(prepared: Prepared) -> Iterator[tuple[str, bool]]:
    """Yield the definitions of the outcomes of a ruleset, and whether each is a determination or goes with one.

    A measure is none if something is made of it: another definition, or the level that it is called like.
    """
    ruleset = prepared.ruleset
    if not ruleset.reports_levels:
        yield from ((name, True) for name in outcomes_of(prepared))
    used = {one.name for one in references_in(*ruleset.nodes)}
    for one in worked_out(ruleset):
        yield from ((name, False) for name in one.scales.values())
        measures = (name for name in one.measures.values() if name not in used)
        yield from ((name, False) for name in measures if called(name) not in one.scales.values())


def values_of(evaluation: Evaluation, definition: str) -> Mapping[str | None, Value]:
    """Return the values of a level or a measure of the year for each student group by name, or for the LEA (None)."""
    prepared = evaluation.prepared
    position = prepared.positions[prepared.ruleset.year, definition]
    of_group = prepared.steps[position].scope is Scope.GROUP
    return dict(zip(prepared.group_index if of_group else (None,), evaluation.column(position), strict=True))


def value_in_words(evaluation: Evaluation, definition: str, group: str | None) -> str:
    """Return the value of a level or a measure for a student group, or for the LEA; a number with its decimals."""
    prepared = evaluation.prepared
    index = None if group is None else prepared.group_index[group]
    return value_text(occurrence_of(evaluation, (prepared.ruleset.year, definition), index))


def called(definition: str) -> str:
    """Return what people call an outcome."""
    return definition.removeprefix(measure_name(""))


def alike(old: Prepared, new: Prepared) -> frozenset[str]:
    """Return the outcomes that two rulesets both make, and in the same way, by the names of their definitions.

    Years are counted back from the year of the rules. Whatever the data, both give these outcomes the same values.
    """
    until = max(old.ruleset.year, new.ruleset.year)
    first, second = ((_words(side.ruleset.vocabulary, until), side.ruleset.suspended) for side in (old, new))
    if first != second:
        return frozenset()
    numbers: dict[Hashable, int] = {}
    before, after = _made(old, numbers), _made(new, numbers)
    return frozenset(name for name in before if name in after and before[name] == after[name])


def _words(vocabulary: Vocabulary, until: int) -> Vocabulary:
    """Return what a vocabulary means up to a year, whatever it is called and whatever years come later."""
    years = tuple(year for year in vocabulary.years if year <= until)
    suspended = {year: why for year, why in vocabulary.suspended.items() if year <= until}
    return evolve(vocabulary, name="", fingerprint="", extends=(), years=years, suspended=suspended)


def _made(prepared: Prepared, numbers: dict[Hashable, int]) -> Mapping[str, int | None]:
    """Return the outcomes of a ruleset, each with the number of how it is made; None if no rule makes it.

    `numbers` has the number of each way in which a step of the rulesets so far is made.
    """
    ruleset, found = prepared.ruleset, list[int]()
    years = ruleset.vocabulary.years

    def back(year: int) -> Hashable:
        """Return how many years back a year is; itself where it is no Dashboard year."""
        return years_back(ruleset, year) if year in years else str(year)

    for step in prepared.steps:
        how = depends_on(step.node, ruleset.vocabulary, back), tuple(found[one] for one in step.inputs)
        found.append(numbers.setdefault(how, len(numbers)))
    positions = {name: prepared.positions.get((ruleset.year, name)) for name, _ in outcomes_reported(prepared)}
    return {name: None if at is None else found[at] for name, at in positions.items()}


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
