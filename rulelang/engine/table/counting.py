"""Counts in SQL, with the answers of `core.truth`: what every way agrees on in which the unknowns could turn out."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from attrs import frozen

from rulelang.core.truth import Amount, Quantity
from rulelang.engine.table import sql
from rulelang.engine.table.sql import Sql
from rulelang.engine.table.values import Plain

MET, UNSURE, COUNTED = "met", "unsure", "counted"
PERHAPS = PERHAPS_MET, PERHAPS_UNMET, PERHAPS_UNSURE = "perhaps met", "perhaps not met", "perhaps unsure"
"""The sorts of things, as the endings of their columns: what is counted is a sure member, perhaps a possible one."""


@frozen
class Counts:
    """How many things there are of each sort, as columns. What is always known, or surely no member, has no sort here.

    `surely` are all sure members; `total` is a column with the number of members where that is known otherwise.
    """

    of: Mapping[str, Sql]
    surely: Sql
    total: Sql | None = None

    @property
    def is_sure(self) -> bool:
        """Return whether it is known of each thing whether it counts."""
        return self.of.keys() == {MET}

    def sum(self, *sorts: str) -> Sql:
        """Return how many things there are of some sorts together."""
        return sql.plus(self.of[sort] for sort in sorts if sort in self.of)


@frozen
class _Range:
    """The least and the most that a count can be, and the number of things in all."""

    least: Sql
    most: Sql
    total: Sql


def judged(quantity: Quantity, counts: Counts) -> Sql:
    """Return the answer to a quantity: yes or no if all ways agree, and otherwise NULL."""
    if counts.is_sure:
        return count_holds(quantity, counts.of[MET], counts.surely)
    if PERHAPS_MET not in counts.of:
        holds, fails = _verdict(quantity, _Range(counts.of[MET], counts.sum(MET, UNSURE), counts.surely))
    else:
        holds, fails = _whoever_is_one(quantity, counts)
    if PERHAPS_MET in counts.of and counts.total is not None:
        more = sql.minus(counts.total, counts.surely)
        bounds = [sql.at_least(more, sql.integer(0)), sql.at_most(more, counts.sum(*PERHAPS))]
        fits = sql.both([sql.is_known(counts.total), *bounds])
        holds_then, fails_then = _verdict(quantity, _with(counts, more))
        holds, fails = sql.case([(fits, holds_then)], holds), sql.case([(fits, fails_then)], fails)
    return sql.case([(holds, sql.truth(True)), (fails, sql.truth(False))])


def _whoever_is_one(quantity: Quantity, counts: Counts) -> tuple[Sql, Sql]:
    """Return whether a quantity holds whichever of the possible members are members, and whether it fails then.

    It is hardest to meet if all of them are that may miss the condition and no others, and easiest if all are that may
    meet it and no others; but for two amounts that also need enough members, or some that miss it.
    """
    met, surely = counts.of[MET], counts.surely
    may_meet, may_miss = counts.sum(PERHAPS_MET, PERHAPS_UNSURE), counts.sum(PERHAPS_UNMET, PERHAPS_UNSURE)
    most = sql.plus([counts.sum(MET, UNSURE), may_meet])
    hardest, easiest = (_Range(met, most, sql.plus([surely, more])) for more in (may_miss, may_meet))
    holds, fails = _verdict(quantity, hardest)[0], _verdict(quantity, easiest)[1]
    number = sql.integer(quantity.number)
    if quantity.amount is Amount.MAJORITY:
        too_few = sql.below(sql.plus([surely, counts.sum(*PERHAPS)]), number)
        no_more = [sql.at_most(sql.times(sql.integer(2), most), total) for total in (easiest.total, number)]
        return sql.both([sql.at_least(surely, number), holds]), sql.either([too_few, *no_more])
    if quantity.amount is Amount.EVERY_BUT:
        fewest_missed = sql.minus(surely, counts.sum(MET, UNSURE))
        most_missed = sql.plus([sql.minus(surely, met), may_miss])
        is_number = [sql.equal(fewest_missed, number), sql.equal(most_missed, number)]
        needs_all = [sql.equal(sql.plus([met, counts.of[PERHAPS_MET]]), sql.integer(0)), sql.equal(most_missed, number)]
        never = [sql.above(fewest_missed, number), sql.below(most_missed, number), sql.equal(most, sql.integer(0))]
        return sql.both([*is_number, sql.above(met, sql.integer(0))]), sql.either([*never, sql.both(needs_all)])
    return holds, fails


def count_holds(quantity: Quantity, count: Sql, total: Sql) -> Sql:
    """Return whether a count out of a total is the quantity asked for."""
    return _verdict(quantity, _Range(count, count, total))[0]


def _with(counts: Counts, more: Sql) -> _Range:
    """Return the range of the count if a number of the possible members are members."""
    short = sql.minus(more, counts.sum(PERHAPS_UNMET, PERHAPS_UNSURE))
    free = counts.sum(PERHAPS_MET, PERHAPS_UNSURE)
    least = sql.case([(sql.above(short, sql.integer(0)), short)], sql.integer(0))
    most = sql.case([(sql.below(free, more), free)], more)
    return _Range(
        sql.plus([counts.of[MET], least]), sql.plus([counts.sum(MET, UNSURE), most]), sql.plus([counts.surely, more])
    )


def _verdict(quantity: Quantity, counts: _Range) -> tuple[Sql, Sql]:
    """Return whether a quantity holds for every possible count, and whether for none. No operand may be NULL."""
    least, most, total = counts.least, counts.most, counts.total
    number = sql.integer(quantity.number)
    match quantity.amount:
        case Amount.AT_LEAST:
            return sql.at_least(least, number), sql.below(most, number)
        case Amount.AT_MOST:
            return sql.at_most(most, number), sql.above(least, number)
        case Amount.EXACTLY:
            is_number = [sql.equal(least, number), sql.equal(most, number)]
            return sql.both(is_number), sql.either([sql.above(least, number), sql.below(most, number)])
        case Amount.EVERY:
            return _every(counts)
        case Amount.AT_LEAST_OR_ALL:
            every, not_every = _every(counts)
            holds = sql.either([sql.at_least(least, number), every])
            return holds, sql.both([sql.below(most, number), not_every])
        case Amount.EVERY_BUT:
            rest = sql.minus(total, number)
            met = [sql.equal(least, rest), sql.equal(most, rest)]
            missed = [sql.above(least, rest), sql.below(most, rest)]
            holds = sql.both([sql.above(total, number), *met])
            return holds, sql.either([sql.at_most(total, number), *missed])
        case Amount.MAJORITY:
            half = sql.above(sql.times(sql.integer(2), least), total)
            not_half = sql.at_most(sql.times(sql.integer(2), most), total)
            holds = sql.both([sql.at_least(total, number), half])
            return holds, sql.either([sql.below(total, number), not_half])
        case Amount.PERCENT:
            enough = sql.at_least(sql.times(sql.integer(100), least), sql.times(number, total))
            short = sql.below(sql.times(sql.integer(100), most), sql.times(number, total))
            holds = sql.both([sql.above(least, sql.integer(0)), enough])
            return holds, sql.either([sql.equal(most, sql.integer(0)), short])


def _every(counts: _Range) -> tuple[Sql, Sql]:
    """Return whether all of some things are met for every possible count, and whether for none."""
    least, most, total = counts.least, counts.most, counts.total
    every = sql.both([sql.above(total, sql.integer(0)), sql.equal(least, total)])
    return every, sql.either([sql.equal(total, sql.integer(0)), sql.below(most, total)])


# ---- What is counted, as conditions over columns: the sure members, and the possible ones ----


_OF_MET: Mapping[str, Callable[[Sql], Sql]] = {
    MET: lambda met: met,
    UNSURE: sql.is_unknown,
    PERHAPS_MET: lambda met: met,
    PERHAPS_UNMET: sql.not_,
    PERHAPS_UNSURE: sql.is_unknown,
}


def condition_of(sort: str, member: Plain | bool, met: Plain) -> Sql | None:
    """Return the condition of being counted as a sort; None for a sort to which no thing like that belongs."""
    if not isinstance(member, bool):
        return of_possible(sort, member, met)
    return _OF_MET[sort](met.sql) if sort in (MET, UNSURE) else None


def of_possible(sort: str, member: Plain, met: Plain) -> Sql:
    """Return the same of something that is not a member in every row."""
    of_met = [_OF_MET[sort](met.sql)] if sort in _OF_MET else []
    is_sure = sort in (MET, UNSURE, COUNTED)
    return sql.both([member.sql if is_sure else sql.is_unknown(member.sql), *of_met])


def counts_of(  # what is counted, and what is known of it
    counted: Callable[[str], Sql],
    always: int,
    total: Sql | None = None,
    *,
    sure: bool,
    all_always: bool = False,
    members_sure: bool = False,
) -> Counts:
    """Return how many things there are of each sort: `always` are members in every row, with `all_always` all are."""
    sorts = [MET, *([] if sure else [UNSURE]), *([] if all_always else [COUNTED])]
    found = {sort: counted(sort) for sort in (*sorts, *(() if all_always or members_sure else PERHAPS))}
    surely = sql.integer(always) if all_always else sql.plus([sql.integer(always), found.pop(COUNTED)])
    return Counts(found, surely, total)


def by_number(number: Sql, answers: Mapping[int, bool | None]) -> list[sql.Way]:
    """Return the answer for each number, with numbers of the same answer together."""
    return [
        (sql.one_of(number, [sql.integer(one) for one in answers if answers[one] is answer]), sql.truth(answer))
        for answer in dict.fromkeys(answers.values())
    ]
