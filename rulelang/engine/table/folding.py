"""Plain records, as they lie in a file, folded into words of bits: one row for each student group of each LEA.

The records are a table of the form of `data.records` with the columns lea_code, year, student_group, indicator and
level, in the words of the vocabulary exactly as it writes them. `checks` counts what is not: the rules are judged only
where everything was understood, and all else is for a reader that can say what is wrong.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from sqlglot import exp

from rulelang.core.vocabulary import LeaKind, Scope, Vocabulary
from rulelang.engine.table import sql
from rulelang.engine.table.bits import Fold, Layout
from rulelang.engine.table.coding import NOT_RATED_TEXT
from rulelang.engine.table.facts import GROUP, GROUP_FACTS, KIND, LEA, LEA_FACTS, Fact, Silence, Word
from rulelang.engine.table.lower import LoweredRuleset
from rulelang.engine.table.query import NamedQuery
from rulelang.engine.table.sql import Sql

RECORDS: Final = "records"
"""The table of records."""

FOLDED: Final = "folded"
"""The table of words: lea, student_group (its place in the vocabulary, NULL for the LEA), words, and counts."""

CELLS: Final = "cells"
UNKNOWN_GROUP: Final = -1
COMPLETE: Final = "complete"


def word_name(fold: Fold) -> str:
    """Return the name of the column of a word."""
    return f"word_{fold.word.number}"


def folding(vocabulary: Vocabulary, layout: Layout) -> exp.Select:
    """Return the query that folds records into words."""
    keys = [sql.column("lea_code"), sql.column(GROUP)]
    words = [sql.named(_word(vocabulary, layout, fold), word_name(fold)) for fold in layout.folds]
    cells = sql.named(exp.Count(this=exp.Star()), CELLS)
    inner = sql.by(sql.select([*keys, *words, cells], sql.table(RECORDS)), [key.copy() for key in keys])
    columns = [
        sql.named(sql.column("lea_code"), LEA),
        sql.named(_place_of_group(vocabulary), GROUP),
        sql.named(sql.column(GROUP), "spelled"),
        *[sql.named(sql.known(sql.column(word_name(fold)), sql.integer(0)), word_name(fold)) for fold in layout.folds],
        sql.column(CELLS),
    ]
    return exp.Select(expressions=columns).from_(inner.subquery("f", copy=False), copy=False)


def _word(vocabulary: Vocabulary, layout: Layout, fold: Fold) -> Sql:
    """Return the bits of all cells of a student group: by level, of these the indicator's, moved to the year."""
    by_level: dict[str, int] = {NOT_RATED_TEXT: 0}
    by_indicator: dict[str, int] = {}
    for slot in fold.slots:
        by_level[NOT_RATED_TEXT] |= slot.not_rated
        for word in (slot.indicator.name, *slot.indicator.aliases):
            by_indicator[word] = slot.all
        for level, bits in _bits_by_level(vocabulary, slot.rated, slot.levels).items():
            by_level[level] = by_level.get(level, 0) | bits
    bits = exp.BitwiseAnd(this=_looked_up("level", by_level), expression=_looked_up("indicator", by_indicator))
    places = [(sql.integer(year), sql.integer(shift)) for year, shift in fold.shifts.items()]
    moved = sql.shifted(sql.long(exp.Paren(this=bits)), sql.by_value(sql.column("year"), places))
    if set(fold.shifts) != set(layout.years):
        here = sql.one_of(sql.column("year"), [sql.integer(year) for year in fold.shifts])
        moved = sql.case([(here, moved)])
    return sql.all_bits(moved)


def _bits_by_level(
    vocabulary: Vocabulary, rated: Mapping[str, int], levels: Mapping[tuple[str, str], int]
) -> dict[str, int]:
    """Return the bits each level sets on an indicator; none where it could be on either of two scales."""
    found: dict[str, int] = {}
    for scale, bit in rated.items():
        for level in vocabulary.scale(scale).levels:
            found[level] = 0 if level in found else bit | levels.get((scale, level), 0)
    return found


def _looked_up(column: str, numbers: Mapping[str, int]) -> Sql:
    ways = [(sql.text(word), sql.integer(number)) for word, number in numbers.items() if number]
    return sql.by_value(sql.column(column), ways, sql.integer(0))


def _place_of_group(vocabulary: Vocabulary) -> Sql:
    """Return the place of a student group in the vocabulary, NULL for the LEA, -1 for an unknown word."""
    ways = []
    for place, group in enumerate(vocabulary.groups):
        words = dict.fromkeys([*group.codes, group.name, *group.aliases])
        ways.extend((sql.text(word), sql.integer(place)) for word in words)
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
    counted = [sql.bit_count(sql.cut(sql.column(word_name(fold)), fold.presence())) for fold in layout.folds]
    found: list[Sql] = [sql.unequal(sql.plus(counted), sql.column(CELLS))]
    for fold in layout.folds:
        for distance, bits in fold.contradictions().items():
            above = sql.shifted(sql.column(word_name(fold)), sql.integer(distance), down=True)
            found.append(sql.has_bit(sql.cut(above, bits), -1) if bits < 0 else _both_bits(fold, above, bits))
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


def facts_of_folded(
    lowered: LoweredRuleset, layout: Layout, needed: Iterable[tuple[str, int]], *, all_groups: bool, rest: bool
) -> Sequence[NamedQuery]:
    """Return the queries that make the facts of folded records.

    `needed` are the kinds of indicator and years of which a complete LEA has rows. With `all_groups` every LEA has all
    student groups, else those it has rows of; with `rest` only LEAs that are not complete are there.
    """
    vocabulary = lowered.ruleset.vocabulary
    words = [
        sql.named(sql.all_bits(sql.column(word_name(fold))), word_name(fold)) for fold in layout.folds
    ]
    together = sql.by(sql.select([sql.column(LEA), *words], sql.table(FOLDED)), [sql.column(LEA)])
    complete = sql.both(present(layout, kind, year) for kind, year in needed)
    own = [fact for fact in lowered.facts if isinstance(fact, Word) and fact.scope is Scope.LEA]
    silent = [
        sql.named(_silence(vocabulary, layout, fact), name)
        for fact, name in lowered.facts.items()
        if isinstance(fact, Silence)
    ]
    columns = [
        sql.column(LEA),
        sql.named(kind_of_code(vocabulary.kinds, sql.column(LEA)), KIND),
        *[sql.named(sql.column(f"word_{fact.number}"), lowered.facts[fact]) for fact in own],
        *silent,
        sql.named(complete, COMPLETE),
    ]
    leas = sql.select(columns, sql.table("words_of_leas"))
    leas = sql.where(leas, sql.not_(complete.copy())) if rest else leas
    return [("words_of_leas", together), (LEA_FACTS, leas), *_group_facts(lowered, all_groups=all_groups)]


def _silence(vocabulary: Vocabulary, layout: Layout, fact: Fact) -> Sql:
    return present(layout, vocabulary.indicator(fact.indicator).kind, fact.year) if isinstance(fact, Silence) else sql.truth(None)


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
    columns = [sql.column(LEA, "l"), sql.column(GROUP, "s"), *_words(own, "f")]
    query = sql.joined(sql.select(columns, sql.table(LEA_FACTS, "l")), sql.table("student_groups", "s"), None, "cross")
    same = [sql.equal(sql.column(LEA, "l"), sql.column(LEA, "f")), sql.equal(sql.column(GROUP, "s"), sql.column(GROUP, "f"))]
    return [("student_groups", groups), (GROUP_FACTS, sql.joined(query, sql.table(FOLDED, "f"), sql.both(same), "left"))]


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
