"""Folded records as the facts that rules ask for.

Of an LEA that is complete, whatever is not there is not rated, and the words say enough as they are. Of the others the
words are filled: where the LEA has rows of a kind of indicators in a year, a cell that is missing there is not rated
and gets the bits for it. What is then still 0 is unknown.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Final

from attrs import frozen
from sqlglot import exp

from rulelang.core.vocabulary import LeaKind, Scope, StudentGroup, Vocabulary
from rulelang.engine.table import sql
from rulelang.engine.table.bits import Fold, Layout, Slot, word_name
from rulelang.engine.table.facts import GROUP, GROUP_FACTS, KIND, LEA, LEA_FACTS, Silence
from rulelang.engine.table.folding import present
from rulelang.engine.table.lower import LoweredRuleset
from rulelang.engine.table.names import COMPLETE, FOLDED, LEA_WORDS
from rulelang.engine.table.query import NamedQuery
from rulelang.engine.table.sql import Sql

Covered = Mapping[int, Collection[str]]
"""The indicators, by year, of which a missing cell is not rated for an LEA that has rows of their kind."""

EVERY_GROUP: Final = "student_groups"
THEIR_LEAS: Final = "known_of_leas"
THEIR_ROWS: Final = "folded_of_leas"
UNFILLED: Final = "words_of_groups"


def facts_of_folded(
    lowered: LoweredRuleset, layout: Layout, covered: Covered, *, complete: bool | None = None
) -> list[NamedQuery]:
    """Return the queries that make the facts of folded records: of LEAs that are complete, of the rest, or of all.

    Complete LEAs have the student groups of which they have rows; the rest, and all, have every student group of the
    vocabulary, and words that are filled.
    """
    facts = _Facts(lowered, layout, covered, [fold for fold in layout.folds if fold.word in lowered.facts])
    if complete:
        return [(LEA_FACTS, facts.leas(sql.column(COMPLETE), filled=False)), (GROUP_FACTS, facts.groups_there())]
    only = None if complete is None else sql.not_(sql.column(COMPLETE))
    return [(LEA_FACTS, facts.leas(only, filled=True)), *facts.every_group(only)]


@frozen
class _Facts:
    lowered: LoweredRuleset
    layout: Layout
    covered: Covered
    folds: Sequence[Fold]

    @property
    def vocabulary(self) -> Vocabulary:
        return self.lowered.ruleset.vocabulary

    def of(self, scope: Scope) -> list[tuple[Fold, str]]:
        """Return the words that rules ask for, each with its name among the facts."""
        return [(fold, self.lowered.facts[fold.word]) for fold in self.folds if fold.word.scope is scope]

    def leas(self, only: Sql | None, *, filled: bool) -> exp.Select:
        """Return the facts of LEAs."""
        silences = {fact: name for fact, name in self.lowered.facts.items() if isinstance(fact, Silence)}
        columns = [
            sql.column(LEA),
            sql.named(kind_of_code(self.vocabulary.kinds, sql.column(LEA)), KIND),
            *[sql.named(self._of_lea(fold, filled=filled), name) for fold, name in self.of(Scope.LEA)],
            *[sql.named(self._has_rows(fact), name) for fact, name in silences.items()],
        ]
        return _where(sql.select(columns, sql.table(LEA_WORDS)), only)

    def _of_lea(self, fold: Fold, *, filled: bool) -> Sql:
        word = sql.column(word_name(fold))
        return _filled(fold, word, self._known_of_lea(fold)) if filled else word

    def _has_rows(self, silence: Silence) -> Sql:
        return present(self.layout, self.vocabulary.indicator(silence.indicator).kind, silence.year)

    def groups_there(self) -> exp.Select:
        """Return the words of the student groups of which there are rows."""
        words = [sql.named(sql.column(word_name(fold)), name) for fold, name in self.of(Scope.GROUP)]
        query = sql.select([sql.column(LEA), sql.column(GROUP), *words], sql.table(FOLDED))
        return sql.where(query, sql.is_known(sql.column(GROUP)))

    def every_group(self, only: Sql | None) -> Iterator[NamedQuery]:
        """Yield the queries that end in the filled words of every student group."""
        words = self.of(Scope.GROUP)
        folds = [fold for fold, _ in words]
        known = [sql.named(self._known_of_lea(fold), _known(fold)) for fold in folds]
        yield EVERY_GROUP, self._known_of_groups(folds)
        yield THEIR_LEAS, _where(sql.select([sql.column(LEA), *known], sql.table(LEA_WORDS)), only)
        # Only the rows of these LEAs, so that a database need not keep those of all others at hand to join with.
        yield THEIR_ROWS, sql.where(sql.select([sql.everything()], sql.table(FOLDED)), _is_in(THEIR_LEAS))
        yield UNFILLED, _unfilled(folds)
        filled = [
            sql.named(_filled(fold, sql.column(word_name(fold)), sql.column(_known(fold))), name)
            for fold, name in words
        ]
        yield GROUP_FACTS, sql.select([sql.column(LEA), sql.column(GROUP), *filled], sql.table(UNFILLED))

    def _known_of_lea(self, fold: Fold) -> Sql:
        """Return the bits for not rated of the cells that are known because the LEA has rows of their kind and year."""
        slots = [slot for slot in fold.slots if slot.indicator.name in self.covered.get(slot.year, ())]
        by_kind: dict[tuple[str, int], list[Slot]] = {}
        for slot in slots:
            by_kind.setdefault((slot.indicator.kind, slot.year), []).append(slot)
        return sql.long(
            sql.plus(
                sql.case([(present(self.layout, *place), sql.integer(_bits(of_kind)))], sql.integer(0))
                for place, of_kind in by_kind.items()
            )
        )

    def _known_of_groups(self, folds: Sequence[Fold]) -> exp.Select:
        """Return every student group, with the bits for not rated of what there is nothing to know of it."""
        rows = [
            (place, *(_bits([slot for slot in fold.slots if _has_nothing(group, slot)]) for fold in folds))
            for place, group in enumerate(self.vocabulary.groups)
        ]
        values = exp.values(rows, alias="s", columns=[GROUP, *map(_known, folds)])
        return exp.Select(expressions=[sql.everything()]).from_(values, copy=False)


def _unfilled(folds: Sequence[Fold]) -> exp.Select:
    """Return the words of every student group of these LEAs as they are, and the bits of what is known."""
    columns = [sql.column(LEA, "l"), sql.column(GROUP, "s")]
    for fold in folds:
        columns.append(sql.named(sql.known(sql.column(word_name(fold), "f"), sql.integer(0)), word_name(fold)))
        columns.append(sql.named(sql.any_of_bits(sql.column(_known(fold), of) for of in "ls"), _known(fold)))
    query = sql.joined(sql.select(columns, sql.table(THEIR_LEAS, "l")), sql.table(EVERY_GROUP, "s"), None, "cross")
    same = sql.both(sql.equal(sql.column(key, of), sql.column(key, "f")) for key, of in ((LEA, "l"), (GROUP, "s")))
    return sql.joined(query, sql.table(THEIR_ROWS, "f"), same, "left")


def _has_nothing(group: StudentGroup, slot: Slot) -> bool:
    """Return whether a student group has no cells of an indicator in a year, as `record.reading_of` has it."""
    only = slot.indicator.only_groups
    return slot.year not in group.years or (bool(only) and group.name not in only)


def _filled(fold: Fold, word: Sql, known: Sql) -> Sql:
    """Return a word with the bits for not rated, of those that are known, wherever there is no cell."""
    missing = [
        sql.without_bits(sql.integer(bits), sql.any_of_next(word, width)) for width, bits in fold.empty().items()
    ]
    return sql.any_of_bits([word, exp.Paren(this=exp.BitwiseAnd(this=sql.any_of_bits(missing), expression=known))])


def _bits(slots: Iterable[Slot]) -> int:
    """Return the bits for not rated of some slots."""
    return sum(bit for slot in slots for _, bit in slot.empty())


def _known(fold: Fold) -> str:
    return f"known_{fold.word.number}"


def _is_in(leas: str) -> Sql:
    query = sql.select([sql.column(LEA)], sql.table(leas))
    return exp.In(this=sql.column(LEA), query=query.subquery(copy=False))


def _where(query: exp.Select, only: Sql | None) -> exp.Select:
    return query if only is None else sql.where(query, only.copy())


def kind_of_code(kinds: Iterable[LeaKind], code: Sql) -> Sql:
    """Return the first kind of LEA whose shape a code has, NULL where it has none."""
    ways = []
    for kind in kinds:
        pattern = "".join("[0-9]" if shape == "?" else _exactly(shape) for shape in kind.code_pattern)
        fits = exp.RegexpLike(this=code.copy(), expression=sql.text(f"^{pattern}$"))
        ways.append((fits, sql.text(kind.name)))
    return sql.case(ways)


def _exactly(char: str) -> str:
    return char if char.isalnum() else f"\\{char}"
