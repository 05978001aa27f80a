"""Plain records, as they lie in a file, folded into words of bits: one row for each student group of each LEA.

The records are a table of the form of `data.records` with the columns lea_code, year, student_group, indicator and
level, in the words of the vocabulary exactly as it writes them. `checks` counts what is not: the rules are judged only
where everything was understood, and all else is for a reader that can say what is wrong.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import reduce
from typing import Any, Final

from attrs import frozen
from sqlglot import exp

from rulelang.core.vocabulary import Scope, StudentGroup, Vocabulary
from rulelang.engine.table import sql
from rulelang.engine.table.bits import NOT_RATED, Fold, Layout, Seen, word_name
from rulelang.engine.table.facts import GROUP, LEA
from rulelang.engine.table.names import COMPLETE, FOLDED, NOT_RATED_TEXT, RECORDS
from rulelang.engine.table.sql import Sql

CELLS: Final = "cells"
SPELLED: Final = "spelled"
WRONG: Final = "wrong"
UNKNOWN_GROUP: Final = -1


@frozen
class Sample:
    """What stands in some records: the levels of each year and indicator, and the words as they are spelled.

    `levels` has the names of the vocabulary, and no word that it does not know; `words` are those of any column.
    `groups` are the words for student groups, None where any may stand there.
    """

    levels: Seen
    words: frozenset[str]
    groups: frozenset[str] | None

    def may_name_twice(self, vocabulary: Vocabulary) -> bool:
        """Return whether two words for the same student group stand there, or may."""
        named = [self.groups & set(_words_for(one)) for one in vocabulary.groups] if self.groups is not None else []
        return self.groups is None or any(len(words) > 1 for words in named)


def sampled(
    vocabulary: Vocabulary, rows: Iterable[tuple[int | None, str | None, str | None]], groups: Iterable[str] | None
) -> Sample:
    """Return what stands in records, given each year, indicator and level that stand together, and the groups."""
    known = {word: one.name for one in vocabulary.indicators for word in (one.name, *one.aliases)}
    named = {level for scale in vocabulary.scales for level in scale.levels}
    years = {*vocabulary.years, *vocabulary.suspended}
    levels: dict[tuple[int, str], set[str]] = {}
    words: set[str] = set()
    for year, indicator, level in rows:
        words.update(word for word in (indicator, level) if word is not None)
        if year in years and indicator in known:
            found = levels.setdefault((year, known[indicator]), set())
            if level in named or level == NOT_RATED_TEXT:
                found.add(NOT_RATED if level == NOT_RATED_TEXT else level)
    return Sample(levels, frozenset(words), None if groups is None else frozenset(groups))


def folding(vocabulary: Vocabulary, layout: Layout, sample: Sample) -> exp.Select:
    """Return the query that folds records into words of bits; what does not stand in the sample is not understood.

    A cell of an unknown word has no bits, and only counts.
    """
    keys = [sql.column("lea_code"), sql.column(GROUP)]
    words = [sql.named(_word(vocabulary, fold, sample), word_name(fold)) for fold in layout.folds]
    cells = sql.named(exp.Count(this=exp.Star()), CELLS)
    inner = sql.by(sql.select([*keys, *words, cells], sql.table(RECORDS)), [key.copy() for key in keys])
    kept = [
        sql.named(sql.column("lea_code"), LEA),
        sql.named(sql.short(_place_of_group(vocabulary, sample.groups)), GROUP),
        *([sql.named(sql.column(GROUP), SPELLED)] if sample.may_name_twice(vocabulary) else []),
        *[sql.named(_whole(fold), word_name(fold)) for fold in layout.folds],
    ]
    placed = exp.Select(expressions=[*kept, sql.column(CELLS)]).from_(inner.subquery("f", copy=False), copy=False)
    # The number of cells is not kept: there are millions of these rows.
    nobody = sql.is_unknown(sql.column(LEA))
    wrong = sql.named(sql.either([nobody, *_wrong_counts(layout), *_wrong_groups(vocabulary, layout)]), WRONG)
    columns = [sql.column(one.alias) for one in kept]
    return exp.Select(expressions=[*columns, wrong]).from_(placed.subquery("p", copy=False), copy=False)


def _whole(fold: Fold) -> Sql:
    return sql.long(sql.known(sql.column(word_name(fold)), sql.integer(0)))


def _word(vocabulary: Vocabulary, fold: Fold, sample: Sample) -> Sql:
    """Return the bits of all cells of a student group: those that a level, an indicator and a year have in common."""
    by_level, by_indicator, by_year = (defaultdict[Any, int](int) for _ in range(3))
    for slot in fold.slots:
        for level in slot.seen:
            by_level[NOT_RATED_TEXT if level == NOT_RATED else level] |= slot.of_level(vocabulary, level)
        for word in sample.words.intersection((slot.indicator.name, *slot.indicator.aliases)):
            by_indicator[word] |= slot.all
        by_year[slot.year] |= slot.all
    columns = {"level": by_level, "indicator": by_indicator, "year": by_year}
    parts = [_looked_up(column, masks) for column, masks in columns.items()]
    return sql.all_bits(reduce(lambda left, right: exp.BitwiseAnd(this=left, expression=right), parts))


def _looked_up(column: str, masks: Mapping[Any, int]) -> Sql:
    ways = [
        (sql.integer(word) if isinstance(word, int) else sql.text(word), sql.integer(bits))
        for word, bits in sorted(masks.items())
    ]
    return sql.looked_up(sql.column(column), ways)


def _words_for(group: StudentGroup) -> tuple[str, ...]:
    return *group.codes, group.name, *group.aliases


def _place_of_group(vocabulary: Vocabulary, spelled: Collection[str] | None) -> Sql:
    """Return the place of a student group in the vocabulary, NULL for the LEA, -1 for an unknown word."""
    ways: list[sql.Way] = []
    for place, group in enumerate(vocabulary.groups):
        words = dict.fromkeys(_words_for(group))
        ways.extend((sql.text(word), sql.integer(place)) for word in words if spelled is None or word in spelled)
    known = sql.known(sql.looked_up(sql.column(GROUP), ways), sql.integer(UNKNOWN_GROUP))
    blank = sql.equal(sql.known(sql.column(GROUP), sql.text("")), sql.text(""))
    return sql.case([(blank, sql.null())], known)


# ---- Was everything understood? ----


def checks(vocabulary: Vocabulary, layout: Layout, sample: Sample) -> exp.Select:
    """Return the query of what folding came to: rows with something wrong, spellings, and all bits of each word.

    Where there are more spellings of student groups than groups, some group may be there under two names.
    """
    columns = [
        sql.named(sql.total(sql.one_where(sql.column(WRONG))), "wrong"),
        sql.named(_spellings_too_many(vocabulary, sample), "twice"),
        *[sql.named(sql.all_bits(sql.column(word_name(fold))), word_name(fold)) for fold in layout.folds],
    ]
    return sql.select(columns, sql.table(FOLDED))


def _spellings_too_many(vocabulary: Vocabulary, sample: Sample) -> Sql:
    if not sample.may_name_twice(vocabulary):
        return sql.integer(0)
    spelling = sql.case([(sql.is_known(sql.column(GROUP)), sql.column(SPELLED))])
    counts = [exp.Count(this=exp.Distinct(expressions=[what])) for what in (spelling, sql.column(GROUP))]
    return sql.minus(*counts)


def _wrong_counts(layout: Layout) -> list[Sql]:
    counted = [part for fold in layout.folds for part in _counted(fold)]
    found: list[Sql] = [sql.unequal(sql.plus(counted), sql.column(CELLS))]
    for fold in layout.folds:
        for distance, bits in fold.contradictions().items():
            above = sql.shifted(sql.column(word_name(fold)), sql.integer(distance), down=True)
            found.append(_both_bits(fold, above, bits))
    return found


def _counted(fold: Fold) -> Iterator[Sql]:
    """Yield how many cells have a bit of presence, and how many slots of each width without one have any bit."""
    word = sql.column(word_name(fold))
    if fold.presence():
        yield sql.bit_count(sql.cut(word, fold.presence()))
    for width, lowest in fold.lowest().items():
        yield sql.bit_count(sql.cut(sql.any_of_next(word, width), lowest))


def _both_bits(fold: Fold, above: Sql, bits: int) -> Sql:
    both = exp.BitwiseAnd(this=sql.cut(above, bits), expression=sql.column(word_name(fold)))
    return sql.unequal(exp.Paren(this=both), sql.integer(0))


def _wrong_groups(vocabulary: Vocabulary, layout: Layout) -> list[Sql]:
    group = sql.column(GROUP)
    found: list[Sql] = [sql.equal(group, sql.integer(UNKNOWN_GROUP))]
    for scope, misplaced in ((Scope.GROUP, sql.is_unknown), (Scope.LEA, sql.is_known)):
        there = [_any_bits(fold, fold.bits()) for fold in layout.of(scope)]
        if there:
            found.append(sql.both([misplaced(group.copy()), sql.either(there)]))
    for place, one in enumerate(vocabulary.groups):
        years = [year for year in layout.years if year not in one.years]
        there = [_any_bits(fold, bits) for fold in layout.of(Scope.GROUP) if years and (bits := fold.bits(years))]
        if there:
            found.append(sql.both([sql.equal(group.copy(), sql.integer(place)), sql.either(there)]))
    return found


def _any_bits(fold: Fold, bits: int) -> Sql:
    return sql.has_bit(sql.column(word_name(fold)), bits)


# ---- The words of each LEA ----


def present(layout: Layout, kind: str, year: int) -> Sql:
    """Return whether an LEA has a row on any indicator of a kind in a year, from its words."""
    there = [_any_bits(fold, bits) for fold in layout.folds if (bits := fold.bits([year], kind))]
    return sql.either(there)


def words_of_leas(layout: Layout, needed: Iterable[tuple[str, int]]) -> exp.Select:
    """Return the query of the words of each LEA, and whether it has rows of all kinds and years that are `needed`."""
    words = [sql.named(sql.all_bits(sql.column(word_name(fold))), word_name(fold)) for fold in layout.folds]
    together = sql.by(sql.select([sql.column(LEA), *words], sql.table(FOLDED)), [sql.column(LEA)])
    complete = sql.both(present(layout, kind, year) for kind, year in needed)
    columns = [sql.everything(), sql.named(complete, COMPLETE)]
    return exp.Select(expressions=columns).from_(together.subquery("t", copy=False), copy=False)
