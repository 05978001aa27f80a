"""Plain records, as they lie in a file, folded into words of bits: one row for each student group of each LEA.

The records are a table of the form of `data.records` with the columns lea_code, year, student_group, indicator and
level, in the words of the vocabulary exactly as it writes them. `checks` counts what is not: the rules are judged only
where everything was understood, and all else is for a reader that can say what is wrong.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final

from sqlglot import exp

from rulelang.core.vocabulary import LeaKind, Scope, Vocabulary
from rulelang.engine.table import sql
from rulelang.engine.table.bits import WIDTH, Fold, Layout
from rulelang.engine.table.coding import NOT_RATED_TEXT
from rulelang.engine.table.facts import GROUP, GROUP_FACTS, KIND, LEA, LEA_FACTS, Column, Silence, Word
from rulelang.engine.table.inputs import EXACT
from rulelang.engine.table.lower import LoweredRuleset
from rulelang.engine.table.query import NamedQuery
from rulelang.engine.table.sql import Sql

RECORDS: Final = "records"
"""The table of records."""

FOLDED: Final = "folded"
"""The table of words: lea, student_group (its place in the vocabulary, NULL for the LEA), words, and counts."""

LEA_WORDS: Final = "words_of_leas"
"""The table of the words of each LEA: lea, words, and whether the LEA is complete."""

CELLS: Final = "cells"
UNKNOWN_GROUP: Final = -1
COMPLETE: Final = "complete"


def word_name(fold: Fold) -> str:
    """Return the name of the column of a word."""
    return f"word_{fold.word.number}"


Spelled = Collection[str] | None
"""The words that stand in the records, where some are known to be all; None where any may."""


def folding(vocabulary: Vocabulary, layout: Layout, spelled: Spelled = None) -> exp.Select:
    """Return the query that folds records into words of bits; a word that is not `spelled` is not understood."""
    keys = [sql.column("lea_code"), sql.column(GROUP)]
    numbers = [sql.named(_number(vocabulary, pair, spelled), f"number_{at}") for at, pair in enumerate(layout.pairs)]
    cells = sql.named(exp.Count(this=exp.Star()), CELLS)
    inner = sql.by(sql.select([*keys, *numbers, cells], sql.table(RECORDS)), [key.copy() for key in keys])
    columns = [
        sql.named(sql.column("lea_code"), LEA),
        sql.named(_place_of_group(vocabulary, spelled), GROUP),
        sql.named(sql.column(GROUP), "spelled"),
        *[sql.named(part, name) for at, pair in enumerate(layout.pairs) for name, part in _words_of(pair, at)],
        sql.column(CELLS),
    ]
    return exp.Select(expressions=columns).from_(inner.subquery("f", copy=False), copy=False)


def _words_of(pair: tuple[Fold, ...], at: int) -> list[Column]:
    """Return the words that stand in a number, the second above the first."""
    number = sql.known(sql.column(f"number_{at}"), sql.integer(0))
    if len(pair) == 1:
        return [(word_name(pair[0]), sql.long(number))]
    lower = sql.long(sql.cut(number, (1 << WIDTH) - 1))
    upper = sql.long(sql.shifted(number.copy(), sql.integer(WIDTH), down=True))
    return [(word_name(pair[0]), lower), (word_name(pair[1]), upper)]


def _number(vocabulary: Vocabulary, pair: tuple[Fold, ...], spelled: Spelled) -> Sql:
    """Return the bits of all cells of a student group: by level, of these the indicator's, moved to the year."""
    by_level: dict[str, int] = {NOT_RATED_TEXT: 0}
    by_indicator: dict[str, int] = {}
    for slot in pair[0].slots:
        by_level[NOT_RATED_TEXT] |= slot.not_rated
        for word in (slot.indicator.name, *slot.indicator.aliases):
            by_indicator[word] = slot.all
        for level, bits in _bits_by_level(vocabulary, slot.rated, slot.levels).items():
            by_level[level] = by_level.get(level, 0) | bits
    mask = exp.BitwiseAnd(
        this=_looked_up("level", by_level, spelled), expression=_looked_up("indicator", by_indicator, spelled)
    )
    kind = exp.DataType.Type.BIGINT if len(pair) == 1 else EXACT
    shifts = [(year, at * WIDTH + shift) for at, fold in enumerate(pair) for year, shift in fold.shifts.items()]
    # A year of another word has no place, so that its shift and with it the cell's bits are NULL.
    place = sql.by_value(sql.column("year"), [(sql.integer(year), sql.integer(shift)) for year, shift in shifts])
    return sql.all_bits(sql.shifted(exp.cast(exp.Paren(this=mask), kind), place))


def _bits_by_level(
    vocabulary: Vocabulary, rated: Mapping[str, int], levels: Mapping[tuple[str, str], int]
) -> dict[str, int]:
    """Return the bits each level sets on an indicator; none where it could be on either of two scales."""
    found: dict[str, int] = {}
    for scale, bit in rated.items():
        for level in vocabulary.scale(scale).levels:
            found[level] = 0 if level in found else bit | levels.get((scale, level), 0)
    return found


def _looked_up(column: str, numbers: Mapping[str, int], spelled: Spelled) -> Sql:
    ways = [(sql.text(word), sql.integer(bits)) for word, bits in numbers.items() if bits and _may_be(word, spelled)]
    return sql.by_value(sql.column(column), ways, sql.integer(0))


def _may_be(word: str, spelled: Spelled) -> bool:
    return spelled is None or word in spelled


def _place_of_group(vocabulary: Vocabulary, spelled: Spelled) -> Sql:
    """Return the place of a student group in the vocabulary, NULL for the LEA, -1 for an unknown word."""
    ways: list[sql.Way] = []
    for place, group in enumerate(vocabulary.groups):
        words = dict.fromkeys([*group.codes, group.name, *group.aliases])
        ways.extend((sql.text(word), sql.integer(place)) for word in words if _may_be(word, spelled))
    known = sql.by_value(sql.column(GROUP), ways, sql.integer(UNKNOWN_GROUP))
    blank = sql.equal(sql.known(sql.column(GROUP), sql.text("")), sql.text(""))
    return sql.case([(blank, sql.null())], known)


# ---- Was everything understood? ----


def checks(vocabulary: Vocabulary, layout: Layout) -> exp.Select:
    """Return the query of what folding came to: rows with something wrong, spellings, and all bits of each word."""
    wrong = sql.either([*_wrong_counts(layout), *_wrong_groups(vocabulary, layout)])
    places = exp.Count(this=exp.Distinct(expressions=[sql.column(GROUP)]))
    spelled = exp.Count(this=exp.Distinct(expressions=[_spelling()]))
    columns = [
        sql.named(sql.total(sql.one_where(wrong)), "wrong"),
        sql.named(places, "places"),
        sql.named(spelled, "spellings"),
        *[sql.named(sql.all_bits(sql.column(word_name(fold))), word_name(fold)) for fold in layout.folds],
    ]
    return sql.select(columns, sql.table(FOLDED))


def _spelling() -> Sql:
    return sql.case([(sql.is_known(sql.column(GROUP)), sql.column("spelled"))])


def _wrong_counts(layout: Layout) -> list[Sql]:
    counted: list[Sql] = []
    for fold in layout.folds:
        word = sql.column(word_name(fold))
        if fold.counted():
            counted.append(sql.bit_count(sql.cut(word, fold.counted())))
        if fold.counted_in_pairs():
            higher = sql.shifted(word.copy(), sql.integer(1), down=True)
            either = exp.Paren(this=exp.BitwiseOr(this=word.copy(), expression=higher))
            counted.append(sql.bit_count(sql.cut(either, fold.counted_in_pairs())))
    found: list[Sql] = [sql.unequal(sql.plus(counted), sql.column(CELLS))]
    for fold in layout.folds:
        for distance, bits in fold.contradictions().items():
            above = sql.shifted(sql.column(word_name(fold)), sql.integer(distance), down=True)
            found.append(_both_bits(fold, above, bits))
    return found


def _both_bits(fold: Fold, above: Sql, bits: int) -> Sql:
    both = exp.BitwiseAnd(this=sql.cut(above, bits), expression=sql.column(word_name(fold)))
    return sql.unequal(exp.Paren(this=both), sql.integer(0))


def _wrong_groups(vocabulary: Vocabulary, layout: Layout) -> list[Sql]:
    group = sql.column(GROUP)
    found: list[Sql] = [sql.equal(group, sql.integer(UNKNOWN_GROUP))]
    for scope, misplaced in ((Scope.GROUP, sql.is_unknown), (Scope.LEA, sql.is_known)):
        there = [_any_bits(fold, fold.presence()) for fold in layout.of(scope)]
        if there:
            found.append(sql.both([misplaced(group.copy()), sql.either(there)]))
    for place, one in enumerate(vocabulary.groups):
        years = [year for year in layout.years if year not in one.years]
        there = [_any_bits(fold, bits) for fold in layout.of(Scope.GROUP) if years and (bits := fold.presence(years))]
        if there:
            found.append(sql.both([sql.equal(group.copy(), sql.integer(place)), sql.either(there)]))
    return found


def _any_bits(fold: Fold, bits: int) -> Sql:
    return sql.has_bit(sql.column(word_name(fold)), bits)


# ---- The facts that rules ask for ----


def present(layout: Layout, kind: str, year: int) -> Sql:
    """Return whether an LEA has a row on any indicator of a kind in a year, from its words."""
    there = [_any_bits(fold, bits) for fold in layout.folds if (bits := fold.presence([year], kind))]
    return sql.either(there)


def words_of_leas(layout: Layout, needed: Iterable[tuple[str, int]]) -> exp.Select:
    """Return the query of the words of each LEA, and whether it has rows of all kinds and years that are `needed`."""
    words = [sql.named(sql.all_bits(sql.column(word_name(fold))), word_name(fold)) for fold in layout.folds]
    together = sql.by(sql.select([sql.column(LEA), *words], sql.table(FOLDED)), [sql.column(LEA)])
    complete = sql.both(present(layout, kind, year) for kind, year in needed)
    columns = [sql.everything(), sql.named(complete, COMPLETE)]
    return exp.Select(expressions=columns).from_(together.subquery("t", copy=False), copy=False)


def facts_of_folded(
    lowered: LoweredRuleset, layout: Layout, *, all_groups: bool, complete: bool | None = None
) -> Sequence[NamedQuery]:
    """Return the queries that make the facts of folded records.

    With `all_groups` every LEA has all student groups, else those it has rows of. Where it is said that LEAs are
    `complete` or not, only these are there.
    """
    vocabulary = lowered.ruleset.vocabulary
    own = [fact for fact in lowered.facts if isinstance(fact, Word) and fact.scope is Scope.LEA]
    silent = [
        sql.named(present(layout, vocabulary.indicator(fact.indicator).kind, fact.year), name)
        for fact, name in lowered.facts.items()
        if isinstance(fact, Silence)
    ]
    columns = [
        sql.column(LEA),
        sql.named(kind_of_code(vocabulary.kinds, sql.column(LEA)), KIND),
        *[sql.named(sql.column(f"word_{fact.number}"), lowered.facts[fact]) for fact in own],
        *silent,
    ]
    leas = sql.select(columns, sql.table(LEA_WORDS))
    if complete is not None:
        leas = sql.where(leas, sql.column(COMPLETE) if complete else sql.not_(sql.column(COMPLETE)))
    return [(LEA_FACTS, leas), *_group_facts(lowered, all_groups=all_groups)]


def _group_facts(lowered: LoweredRuleset, *, all_groups: bool) -> list[NamedQuery]:
    own = {fact: name for fact, name in lowered.facts.items() if isinstance(fact, Word) and fact.scope is Scope.GROUP}
    if not all_groups:
        columns = [sql.column(LEA), sql.column(GROUP), *_words(own, None)]
        query = sql.select(columns, sql.table(FOLDED))
        return [(GROUP_FACTS, sql.where(query, sql.is_known(sql.column(GROUP))))]
    places = [exp.Select(expressions=[sql.named(sql.integer(at), GROUP)]) for at in range(len(lowered.prepared.groups))]
    groups: exp.Query = places[0]
    for one in places[1:]:
        groups = exp.union(groups, one, distinct=False, copy=False)
    # Only the rows of these LEAs, so that a database need not keep those of all others at hand to join with.
    theirs = sql.select([sql.everything()], sql.table(FOLDED))
    in_facts = exp.In(
        this=sql.column(LEA), query=sql.select([sql.column(LEA)], sql.table(LEA_FACTS)).subquery(copy=False)
    )
    columns = [sql.column(LEA, "l"), sql.column(GROUP, "s"), *_words(own, "f")]
    query = sql.joined(sql.select(columns, sql.table(LEA_FACTS, "l")), sql.table("student_groups", "s"), None, "cross")
    same = sql.both(
        sql.equal(sql.column(key, alias), sql.column(key, "f")) for key, alias in ((LEA, "l"), (GROUP, "s"))
    )
    return [
        ("student_groups", groups),
        ("folded_of_leas", sql.where(theirs, in_facts)),
        (GROUP_FACTS, sql.joined(query, sql.table("folded_of_leas", "f"), same, "left")),
    ]


def _words(own: Mapping[Word, str], table: str | None) -> list[Sql]:
    return [
        sql.named(sql.known(sql.column(f"word_{fact.number}", table), sql.integer(0)), name)
        for fact, name in own.items()
    ]


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
