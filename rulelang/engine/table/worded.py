"""The evidence of a rule in words, from the few numbers that it is read from.

The words are those of the record engine: the levels and the answers that the evidence is read from are put on a sheet,
the steps of the rule's own sentence are worked out from them, and `engine.wording` reads the sheet.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from attrs import frozen

from rulelang.core.record import LeaRecord
from rulelang.core.ruleset import Rule
from rulelang.core.vocabulary import Scope
from rulelang.engine.reasons import Reason
from rulelang.engine.record import Evaluation, program_for
from rulelang.engine.running import Program
from rulelang.engine.sheet import Form, Sheet, unpacked
from rulelang.engine.steps import Prepared
from rulelang.engine.table.batch import Batch
from rulelang.engine.table.bits import WIDTH, word_name
from rulelang.engine.table.decoding import Decoder
from rulelang.engine.table.evidence import Evidence, RuleReads
from rulelang.engine.table.plan import OF_GROUP, OF_LEA, OVER_GROUPS, groups_in_a_word
from rulelang.engine.trace import occurrence_of
from rulelang.engine.wording import evidence_text

KIND: Final = "kind"
"""The column of the kind of LEA."""

Values = Mapping[str, Any]
"""What an evidence is read from, by the columns of the results."""

Rows = tuple[str, int]
"""A kind of indicator and a year."""


@frozen
class Answers:
    """Where the answers of a step stand: the columns of those that are yes and of those that are open, and the bits.

    There is one bit, or one for each student group.
    """

    position: int
    yes: str
    open: str
    lowest: int
    width: int

    @property
    def mask(self) -> int:
        """Return its bits."""
        return ((1 << self.width) - 1) << self.lowest

    def of(self, values: Values, everyone: int) -> tuple[int, int]:
        """Return the student groups with yes and those with no; a single answer is that of each of them."""
        yes, open_ = ((values[column] & self.mask) >> self.lowest for column in (self.yes, self.open))
        if self.width == 1:
            yes, open_ = yes * everyone, open_ * everyone
        return yes, everyone & ~yes & ~open_


def _answers(reads: RuleReads, evidence: Evidence, prepared: Prepared) -> Iterator[Answers]:
    """Yield where the answers stand that the evidence of a rule is read from."""
    for name, mine, all_ in ((OF_LEA, reads.of_lea, evidence.of_lea), (OF_GROUP, reads.of_group, evidence.of_group)):
        for at, position in enumerate(all_):
            if position in mine:
                yield Answers(position, f"{name}_yes_{at // WIDTH}", f"{name}_open_{at // WIDTH}", at % WIDTH, 1)
    together, width = groups_in_a_word(prepared.groups), len(prepared.groups)
    for at, position in enumerate(evidence.over_groups):
        if position in reads.over_groups:
            word = at // together
            yield Answers(
                position, f"{OVER_GROUPS}_yes_{word}", f"{OVER_GROUPS}_open_{word}", at % together * width, width
            )


@frozen(eq=False)
class WordedRule:
    """A rule, what its evidence is read from, and how that is put into words.

    `masks` are the columns that matter, each with the bits of it that do, None for all; `rows` are the kinds of
    indicator and the years of which it matters whether the LEA has any row.
    """

    prepared: Prepared
    rule: Rule
    decoder: Decoder
    answers: tuple[Answers, ...]
    masks: Mapping[str, int | None]
    rows: Mapping[str, Rows]
    words: Mapping[Scope, Mapping[int, str]]
    program: Program

    @classmethod
    def of(cls, batch: Batch, rule: Rule, decoder: Decoder) -> WordedRule:
        """Return a rule of a batch that was judged with evidence."""
        prepared, evidence = batch.prepared, batch.plan.evidence or Evidence({})
        reads = evidence.of_rules[rule.name]
        answers = tuple(_answers(reads, evidence, prepared))
        indicators = {one.key[0]: prepared.ruleset.vocabulary.indicator(one.key[0]) for one in reads.fields}
        rows = sorted({(indicators[one.key[0]].kind, one.year) for one in reads.fields})
        masks = _masks(batch, reads, answers)
        named = {f"rows {kind} {year}": (kind, year) for kind, year in rows}
        masks.update(dict.fromkeys(named))
        words = {
            scope: {fold.word.number: name for fold in batch.layout.of(scope) if (name := word_name(fold)) in masks}
            for scope in Scope
        }
        program = program_for(prepared).only(reads.steps)
        return cls(prepared, rule, decoder, answers, masks, named, words, program)

    def reason(self, values: Values, place: int | None) -> Reason:
        """Return why the rule holds for the student group at a place, or for the LEA."""
        group = None if place is None else self.prepared.groups[place]
        record = self._record(values, None if group is None else group.name)
        sheet = program_for(self.prepared).blank.copy()
        for one in self.answers:
            self._write(sheet, one, values)
        evaluation: Any = Evaluation(self.prepared, record, self.program.run_on(sheet, record))
        part = occurrence_of(evaluation, (self.prepared.ruleset.year, self.rule.name), place)
        return Reason(group, self.rule.priority, self.rule.name, self.rule.outcome, evidence_text(part))

    def _write(self, sheet: Sheet, answers: Answers, values: Values) -> None:
        yes, no = answers.of(values, (1 << len(self.prepared.groups)) - 1)
        at = answers.position
        sheet.yes[at], sheet.no[at] = yes, no
        if program_for(self.prepared).reader.forms[at] is Form.VALUES:
            of_lea = self.prepared.steps[at].scope is Scope.LEA
            sheet.values[at] = unpacked(yes, no, 1 if of_lea else len(self.prepared.groups))

    def _record(self, values: Values, group: str | None) -> LeaRecord:
        """Return a record of the cells alone that the evidence shows."""
        if not self.rows:
            return LeaRecord("", "", "", values.get(KIND, ""))
        of_group, of_lea = (
            self.decoder.readings({number: values[name] for number, name in self.words[scope].items()})
            for scope in (Scope.GROUP, Scope.LEA)
        )
        groups = {} if group is None else {group: of_group}
        rows = [about for name, about in self.rows.items() if values[name]]
        return LeaRecord("", "", "", values.get(KIND, ""), self.decoder.facts(groups, of_lea, rows))


def _masks(batch: Batch, reads: RuleReads, answers: Iterable[Answers]) -> dict[str, int | None]:
    found: dict[str, int] = {}
    names = {fold.word.number: word_name(fold) for fold in batch.layout.folds}
    for asked in reads.fields:
        bits = batch.layout.bits(asked.year, asked.key)
        if bits is not None:
            name = names[bits.word.number]
            found[name] = found.get(name, 0) | bits.mask
    for one in answers:
        for column in (one.yes, one.open):
            found[column] = found.get(column, 0) | one.mask
    return {**found, **({KIND: None} if reads.asks_kind else {})}
