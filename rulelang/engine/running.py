"""Makes every step of a ruleset into a run, once, which works out the values of the step for one LEA after another.

What a run writes is told in `engine.sheet`; the meaning of every node is one sentence of `core.tree`, and the three
answers are those of `core.truth`. What stands here is how to get them quickly for all student groups at once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import lru_cache

from attrs import evolve, field, frozen

from rulelang.core.record import FieldKey, LeaRecord, PublishedFacts, Reading, YearFacts
from rulelang.core.tree import (
    NOT_RATED,
    All,
    Any,
    Apply,
    Constant,
    Field,
    NotEstablished,
    PublishedOutcome,
    PublishedTally,
    Subject,
    Tally,
    TallyGroups,
    Value,
)
from rulelang.core.vocabulary import Scope, StudentGroup, Vocabulary
from rulelang.engine.at_once import Run, all_run, any_run, has_level_run, number_wanted, of_answers_run, tally_run
from rulelang.engine.row_meaning import REMEMBERED, Column, listed_counts, listed_outcome, of_rows
from rulelang.engine.sheet import Form, Level, Sheet, SheetReader, packed
from rulelang.engine.steps import Step

NOT_REPORTED = Reading(None, "not reported for this student group")
"""The reading of an indicator for a student group it is never reported for, or that does not exist in that year."""

OF_LEVELS = ("is one of", "is rated")
"""Operators that ask for a level."""

OF_ANSWERS = ("not", "first known", "known or no")
"""Operators whose answers for all student groups are worked out at once."""


@frozen(eq=False)
class Program:
    """All steps of a ruleset, ready to run. `blank` is a sheet with what is the same for every LEA.

    `written` are the positions of the steps that each run writes.
    """

    reader: SheetReader
    blank: Sheet
    runs: tuple[Run, ...]
    written: tuple[frozenset[int], ...]

    def run(self, record: LeaRecord) -> Sheet:
        """Return the values of every step for one LEA. Whatever the data hold, this does not raise."""
        return self.run_on(self.blank.copy(), record)

    def run_on(self, sheet: Sheet, record: LeaRecord) -> Sheet:
        """Write the values of every step for one LEA on a sheet that has what they rest on besides, and return it."""
        for run in self.runs:
            run(record, sheet)
        return sheet

    def only(self, positions: Collection[int]) -> Program:
        """Return what writes some of the steps; it relies on the values of the others that these read."""
        kept = [at for at, written in enumerate(self.written) if not written.isdisjoint(positions)]
        return evolve(self, runs=tuple(self.runs[at] for at in kept), written=tuple(self.written[at] for at in kept))


def program_of(vocabulary: Vocabulary, steps: tuple[Step, ...]) -> Program:
    """Return the program of a ruleset's steps, each of which reads only earlier ones."""
    return _Making(vocabulary, steps).program()


def reading_of(record: LeaRecord, vocabulary: Vocabulary, asked: Field, group: StudentGroup | None) -> Reading | None:
    """Return what the data say of a field, for a student group or, where it is None, for the LEA.

    Where they say nothing it is the field's default, if it has one, and otherwise unknown (None); except for a student
    group for which there is nothing to know: it does not exist in that year, or the indicator is never reported for it.
    """
    facts = record.years.get(asked.year)
    found = None if facts is None else facts.reading(group.name if group else None, asked.key)
    if found is None and group is not None and not _exists_for(vocabulary, asked, group):
        return NOT_REPORTED
    if found is None and asked.default is not None:
        return Reading(asked.default, "nothing is said of it")
    return found


def _exists_for(vocabulary: Vocabulary, asked: Field, group: StudentGroup) -> bool:
    if asked.year not in group.years:
        return False
    return all(
        not indicator.only_groups or group.name in indicator.only_groups
        for indicator in vocabulary.indicators
        if indicator.name == asked.key[0]
    )


# ---- How each step is kept ----


def _forms(steps: Sequence[Step]) -> tuple[Form, ...]:
    numbers = _read_otherwise(steps)
    forms: list[Form] = []
    for position, step in enumerate(steps):
        if _is_answer(step, forms):
            forms.append(Form.ANSWERS)
        elif isinstance(step.node, Field) and _is_by_level(step.node) and position not in numbers:
            forms.append(Form.LEVELS)
        else:
            forms.append(Form.VALUES)
    return tuple(forms)


def _is_answer(step: Step, forms: Sequence[Form]) -> bool:
    match step.node:
        case All() | Any() | Tally() | TallyGroups() | PublishedTally() | PublishedOutcome():
            return True
        case Apply("is rated"):
            return forms[step.inputs[0]] is Form.LEVELS
        case Apply("is one of", (_, Constant(tuple()))):
            return True
        case Apply(operator) if operator in OF_ANSWERS:
            return all(forms[position] is Form.ANSWERS for position in step.inputs)
        case Constant(value):
            return isinstance(value, bool)
        case _:
            return False


def _is_by_level(node: Field) -> bool:
    return node.scope is Scope.GROUP and node.default is None


def _read_otherwise(steps: Iterable[Step]) -> set[int]:
    """Return the positions of the steps that something else is made of than `Red on ELA` and `rated on ELA`."""
    return {
        position
        for step in steps
        for position in step.inputs
        if not (isinstance(step.node, Apply) and step.node.operator in OF_LEVELS)
    }


def asks_for_level(steps: Sequence[Step], step: Step) -> bool:
    """Return whether a step asks which level a field has, or whether it has any."""
    if not isinstance(step.node, Apply) or step.node.operator not in OF_LEVELS:
        return False
    return isinstance(steps[step.inputs[0]].node, Field)


# ---- Making runs ----


@frozen
class _Making:
    vocabulary: Vocabulary
    steps: tuple[Step, ...]
    reader: SheetReader = field(init=False)
    everyone: int = field(init=False)

    @reader.default
    def _make_reader(self) -> SheetReader:
        return SheetReader(self.steps, _forms(self.steps), len(self.vocabulary.groups))

    @everyone.default
    def _make_everyone(self) -> int:
        return (1 << len(self.vocabulary.groups)) - 1

    def program(self) -> Program:
        """Return the program; what is the same for every LEA is worked out now."""
        count = len(self.steps)
        blank = Sheet([0] * count, [0] * count, [()] * count, [{}] * count)
        asked_as_answer = self._asked_as_answer()
        runs = list(self._readings())
        written = [frozenset(positions.values()) for positions in self._by_year().values()]
        settled: set[int] = set()
        for position, step in enumerate(self.steps):
            constant = self._constant(step)
            if constant is not None:
                settled.add(position)
                blank.values[position] = constant
                blank.yes[position], blank.no[position] = packed(constant, self.everyone)
            elif self.reader.forms[position] is not Form.LEVELS:
                run = self._run(position, step, as_answer=position in asked_as_answer)
                if step.inputs and settled.issuperset(step.inputs) and not isinstance(step.node, TallyGroups):
                    settled.add(position)
                    run(_NO_FACTS, blank)
                else:
                    runs.append(run)
                    written.append(frozenset((position,)))
        return Program(self.reader, blank, tuple(runs), tuple(written))

    def _run(self, position: int, step: Step, *, as_answer: bool) -> Run:
        if self.reader.forms[position] is Form.ANSWERS:
            return self._answers(position, step)
        return self._values(position, step, as_answer=as_answer)

    def _asked_as_answer(self) -> set[int]:
        """Return the steps kept as values that answers are made of."""
        forms = self.reader.forms
        return {
            position
            for at, step in enumerate(self.steps)
            if forms[at] is Form.ANSWERS
            for position in step.inputs
            if forms[position] is Form.VALUES
        }

    def _constant(self, step: Step) -> Column | None:
        match step.node:
            case Constant(value):
                return (value,)
            case NotEstablished():
                return (None,)
            case Subject(Scope.GROUP):
                return tuple(group.name for group in self.vocabulary.groups)
            case _:
                return None

    # ---- Readings kept by level ----

    def _readings(self) -> Iterable[Run]:
        """Yield a run for each year that reads all levels asked for in one pass over the year's facts."""
        return [self._levels_of_year(year, positions) for year, positions in self._by_year().items()]

    def _by_year(self) -> Mapping[int, Mapping[FieldKey, int]]:
        """Return the steps kept by level, those of each year by their field."""
        by_year: dict[int, dict[FieldKey, int]] = defaultdict(dict)
        for position, step in enumerate(self.steps):
            if self.reader.forms[position] is Form.LEVELS and isinstance(step.node, Field):
                by_year[step.node.year][step.node.key] = position
        return by_year

    def _levels_of_year(self, year: int, positions: Mapping[FieldKey, int]) -> Run:
        bits = {group.name: 1 << at for at, group in enumerate(self.vocabulary.groups)}
        asked = [(key, position, key[0], self._never(year, key)) for key, position in positions.items()]
        none_yet = [(key, self._no_groups(key)) for key in positions]
        everyone = self.everyone

        def run(record: LeaRecord, sheet: Sheet) -> None:
            facts = record.years.get(year)
            if facts is None:
                for _, position, _, never in asked:
                    sheet.no[position] = never
                return
            found = {key: levels.copy() for key, levels in none_yet}
            try:
                _gather(found, facts, bits)
            except KeyError:  # a level that the vocabulary does not know
                found = {key: _with_levels_of(facts, key, levels) for key, levels in none_yet}
                _gather(found, facts, bits)
            for key, position, indicator, never in asked:
                levels = found[key]
                unrated = levels.pop(None)
                rated = sum(levels.values())
                missing = everyone & ~rated & ~unrated
                sheet.levels[position] = levels
                sheet.yes[position] = rated
                sheet.no[position] = unrated | (missing if indicator in facts.silent else missing & never)

        return run

    def _no_groups(self, key: FieldKey) -> dict[Level, int]:
        """Return every level that a field can have by the vocabulary, and not rated, with no student groups yet."""
        scale = key[1]
        levels = (level for one in self.vocabulary.scales if one.name == scale for level in one.levels)
        return dict.fromkeys((None, *levels), 0)

    def _never(self, year: int, key: FieldKey) -> int:
        """Return the student groups for which there is nothing to know of a field."""
        asked = Field(year, key, Scope.GROUP)
        groups = enumerate(self.vocabulary.groups)
        return sum(1 << at for at, group in groups if not _exists_for(self.vocabulary, asked, group))

    # ---- Answers ----

    def _answers(self, at: int, step: Step) -> Run:
        inputs = step.inputs
        match step.node:
            case All():
                return all_run(at, inputs, self.everyone)
            case Any():
                return any_run(at, inputs, self.everyone)
            case Apply("is one of", (_, Constant(tuple() as names))) if self.reader.forms[inputs[0]] is Form.LEVELS:
                return has_level_run(at, inputs[0], names)
            case Apply("is rated" | "known or no" | "not" | "first known" as operator):
                return of_answers_run(operator, at, inputs, self.everyone)
            case Tally() as node if (wanted := number_wanted(node)) is not None:
                return tally_run(at, node.quantity.amount, wanted, inputs, self.everyone)
            case TallyGroups() as node:
                return self._tally_groups(at, node, inputs)
            case PublishedTally() as node:
                return self._published_tally(at, node)
            case PublishedOutcome() as node:
                return self._published_outcome(at, node)
            case _:
                return self._by_row(at, step)

    def _tally_groups(self, at: int, node: TallyGroups, inputs: tuple[int, ...]) -> Run:
        member, met = inputs
        chosen = sum(1 << index for index, group in enumerate(self.vocabulary.groups) if node.year in group.years)
        quantity, year, everyone = node.quantity, node.year, self.everyone
        verdict = lru_cache(REMEMBERED)(quantity.verdict)

        def run(record: LeaRecord, sheet: Sheet) -> None:
            facts = record.years.get(year)
            total = None if facts is None else facts.group_count
            yes, no = sheet.yes, sheet.no
            sure = yes[member] & chosen
            perhaps = chosen & ~yes[member] & ~no[member]
            does, does_not = yes[met], no[met]
            unsure = everyone & ~does & ~does_not
            ways = tuple([(which & how).bit_count() for which in (sure, perhaps) for how in (does, does_not, unsure)])
            answer = verdict(ways, total)
            if answer is not None:
                (yes if answer else no)[at] = everyone

        return run

    def _published_tally(self, at: int, node: PublishedTally) -> Run:
        names = [group.name for group in self.vocabulary.groups]
        listed = listed_counts(node, len(self.vocabulary.priorities))
        everyone = self.everyone

        def run(record: LeaRecord, sheet: Sheet) -> None:
            published = _published(record, node.year)
            if published is not None:
                answers = [listed(published, name) for name in names]
                sheet.yes[at], sheet.no[at] = packed(answers, everyone)

        return run

    def _published_outcome(self, at: int, node: PublishedOutcome) -> Run:
        everyone = self.everyone

        def run(record: LeaRecord, sheet: Sheet) -> None:
            answer = listed_outcome(node, _published(record, node.year))
            sheet.yes[at], sheet.no[at] = packed((answer,), everyone)

        return run

    # ---- Values ----

    def _values(self, at: int, step: Step, *, as_answer: bool) -> Run:
        work_out = self._column_of(step)
        everyone = self.everyone

        def run(record: LeaRecord, sheet: Sheet) -> None:
            sheet.values[at] = work_out(record, sheet)

        def run_as_answer(record: LeaRecord, sheet: Sheet) -> None:
            column = sheet.values[at] = work_out(record, sheet)
            sheet.yes[at], sheet.no[at] = packed(column, everyone)

        return run_as_answer if as_answer else run

    def _column_of(self, step: Step) -> Callable[[LeaRecord, Sheet], Column]:
        match step.node:
            case Field() as node:
                return self._field(node)
            case Subject():
                return lambda record, _: (record.kind,)
            case _:
                return self._row_by_row(step)

    def _field(self, node: Field) -> Callable[[LeaRecord, Sheet], Column]:
        vocabulary = self.vocabulary
        groups: tuple[StudentGroup | None, ...] = vocabulary.groups if node.scope is Scope.GROUP else (None,)
        absent = tuple(_level(reading_of(_NO_FACTS, vocabulary, node, group)) for group in groups)
        known = [(group.name if group else None, value) for group, value in zip(groups, absent, strict=True)]
        year, key, of_groups = node.year, node.key, node.scope is Scope.GROUP

        def column(record: LeaRecord, _: Sheet) -> Column:
            facts = record.years.get(year)
            if facts is None or (of_groups and not facts.groups and key[0] not in facts.silent):
                return absent
            return tuple([_level(facts.reading(name, key), otherwise) for name, otherwise in known])

        return column

    def _by_row(self, at: int, step: Step) -> Run:
        work_out = self._row_by_row(step)
        everyone = self.everyone

        def run(record: LeaRecord, sheet: Sheet) -> None:
            sheet.yes[at], sheet.no[at] = packed(work_out(record, sheet), everyone)

        return run

    def _row_by_row(self, step: Step) -> Callable[[LeaRecord, Sheet], Column]:
        """Return what works out each row, a student group or the LEA, from the values of the inputs there."""
        make = of_rows(step.node, [self.steps[position].node for position in step.inputs])
        if not step.inputs:
            column = make([()])
            return lambda _record, _sheet: column
        width = self.reader.width if step.scope is Scope.GROUP else 1
        read = self.reader.column
        spread = [(one, width if self.steps[one].scope is Scope.LEA else 1) for one in step.inputs]

        def work_out(_: LeaRecord, sheet: Sheet) -> Column:
            return make(zip(*[read(sheet, position) * times for position, times in spread], strict=True))

        return work_out


# ---- What a node makes of the record ----


def _gather(found: Mapping[FieldKey, dict[Level, int]], facts: YearFacts, bits: Mapping[str, int]) -> None:
    """Put the student groups that have each level on each field; KeyError where a level has no place yet."""
    for name, readings in facts.groups.items():
        bit = bits.get(name, 0)
        for key, reading in readings.items():
            groups = found.get(key)
            if groups is not None:
                groups[reading.level] |= bit


def _with_levels_of(facts: YearFacts, key: FieldKey, levels: Mapping[Level, int]) -> dict[Level, int]:
    """Return levels without student groups, and with them those that the data have besides."""
    there = (readings[key].level for readings in facts.groups.values() if key in readings)
    return {**levels, **dict.fromkeys(there, 0)}


_NO_FACTS = LeaRecord("", "", "", "")


def _published(record: LeaRecord, year: int) -> PublishedFacts | None:
    facts = record.years.get(year)
    return None if facts is None else facts.published


def _level(reading: Reading | None, otherwise: Value = None) -> Value:
    if reading is None:
        return otherwise
    return NOT_RATED if reading.level is None else reading.level
