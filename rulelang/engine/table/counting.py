"""Counts in SQL, with the answers of `core.truth`: what every way agrees on in which the unknowns could turn out."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from rulelang.core.truth import Amount, Quantity
from rulelang.diagnostics.plain_data import frozen
from rulelang.engine.table import sql
from rulelang.engine.table.sql import Sql
from rulelang.engine.table.values import Plain

MET, UNSURE, COUNTED = "met", "unsure", "counted"
PERHAPS = PERHAPS_MET, PERHAPS_UNMET, PERHAPS_UNSURE = "perhaps met", "perhaps not met", "perhaps unsure"
"""The sorts of things, as the endings of their columns: what is counted is a sure member, perhaps a possible one."""


@frozen
class Counts:
    """How many things there are of each sort, as columns. What is always known, or surely no member, has no sort here.

    `surely` are all sure members. There are `most` possible ones at the most; `total` is a column with the number of
    members where that is known otherwise.
    """

    of: Mapping[str, Sql]
    surely: Sql
    total: Sql | None = None
    most: int = 0

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
    holds, fails = _verdict(quantity, _Range(counts.of[MET], counts.sum(MET, UNSURE), counts.surely))
    if counts.is_sure:
        return holds
    if PERHAPS_MET in counts.of and quantity.amount in _BY_BOUNDS:
        holds, fails = _by_bounds(quantity, counts)
    elif PERHAPS_MET in counts.of:
        outs = [_impossible(counts, more) for more in range(counts.most + 1)]
        ways = [_verdict(quantity, _with(counts, sql.integer(more))) for more in range(counts.most + 1)]
        holds, fails = (
            sql.both(sql.either([out, of_way]) for out, of_way in zip(outs, of_ways, strict=True))
            for of_ways in zip(*ways, strict=True)
        )
    return sql.case([(holds, sql.truth(True)), (fails, sql.truth(False))])


_BY_BOUNDS = (Amount.AT_LEAST, Amount.AT_MOST, Amount.EXACTLY, Amount.AT_LEAST_OR_ALL, Amount.EVERY)
"""The quantities that are tried only for the fewest and the most members, not for every number between."""


def _by_bounds(quantity: Quantity, counts: Counts) -> tuple[Sql, Sql]:
    """Return whether a quantity holds, and whether it fails, for every choice of the possible members.

    The more members there are, the higher are the least and the most that can be counted. `all` of some things are met
    in every way if all sure members are, and none of the others can be a member without meeting the condition; and in
    no way if a sure member does not, or too many of the others are members that do not.
    """
    fewest, most = _bounds(counts)
    low, high = _with(counts, fewest), _with(counts, most)
    if quantity.amount not in (Amount.AT_LEAST_OR_ALL, Amount.EVERY):
        return _verdict(quantity, _Range(low.least, high.most, low.total))
    nobody = sql.equal(most, sql.integer(0))
    none_missed = sql.equal(counts.sum(PERHAPS_UNMET, PERHAPS_UNSURE), sql.integer(0))
    all_sure = sql.equal(counts.of[MET], counts.surely)
    all_surely = sql.both([all_sure, sql.above(low.total, sql.integer(0)), sql.either([none_missed, nobody])])
    could_be_met = counts.sum(PERHAPS_MET, PERHAPS_UNSURE)
    nothing_met = sql.either([sql.equal(could_be_met, sql.integer(0)), nobody])
    nothing = [sql.equal(counts.surely, sql.integer(0)), sql.equal(fewest, sql.integer(0)), nothing_met]
    one_missed = sql.below(counts.sum(MET, UNSURE), counts.surely)
    not_all = sql.either([one_missed, sql.above(fewest, could_be_met), sql.both(nothing)])
    if quantity.amount is Amount.EVERY:
        return all_surely, not_all
    number = sql.integer(quantity.number)
    enough = sql.at_least(low.least, number)
    return sql.either([enough, all_surely]), sql.both([sql.below(high.most, number), not_all])


def _bounds(counts: Counts) -> tuple[Sql, Sql]:
    """Return the fewest and the most possible members there can be, the same if that is known."""
    possible = counts.sum(*PERHAPS)
    if counts.total is None:
        return sql.integer(0), possible
    rest = sql.minus(counts.total, counts.surely)
    fits = sql.both([sql.at_least(rest, sql.integer(0)), sql.at_most(rest, possible)])
    fewest = sql.case([(fits, rest)], sql.integer(0))
    return fewest, sql.case([(fits, rest)], possible)


def count_holds(quantity: Quantity, count: Sql) -> Sql:
    """Return whether a count out of as many is the quantity asked for."""
    return _verdict(quantity, _Range(count, count, count))[0]


def _impossible(counts: Counts, more: int) -> Sql:
    """Return whether there cannot be a number of possible members: there are fewer, or the total is known to differ."""
    out = [sql.below(counts.sum(*PERHAPS), sql.integer(more))]
    if counts.total is not None:
        rest = sql.minus(counts.total, counts.surely)
        fits = [
            sql.is_known(counts.total),
            sql.at_least(rest, sql.integer(0)),
            sql.at_most(rest, counts.sum(*PERHAPS)),
            sql.unequal(rest, sql.integer(more)),
        ]
        out.append(sql.both(fits))
    return sql.either(out)


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
    of_met = [_OF_MET[sort](met.sql)] if sort in _OF_MET else []
    if isinstance(member, bool):
        return of_met[0] if sort in (MET, UNSURE) else None
    is_sure = sort in (MET, UNSURE, COUNTED)
    return sql.both([member.sql if is_sure else sql.is_unknown(member.sql), *of_met])


def counts_of(  # what is counted, and what is known of it
    counted: Callable[[str], Sql],
    always: int,
    most: int,
    total: Sql | None = None,
    *,
    sure: bool,
    members_sure: bool = False,
) -> Counts:
    """Return how many things there are of each sort; `most` of them may or may not be members."""
    sorts = [MET, *([] if sure else [UNSURE]), *([COUNTED] if most else [])]
    found = {sort: counted(sort) for sort in (*sorts, *(PERHAPS if most and not members_sure else ()))}
    surely = sql.plus([sql.integer(always), found.pop(COUNTED)]) if most else sql.integer(always)
    return Counts(found, surely, total, most)


def by_number(number: Sql, answers: Mapping[int, bool | None]) -> list[sql.Way]:
    """Return the answer for each number, with numbers of the same answer together."""
    return [
        (sql.one_of(number, [sql.integer(one) for one in answers if answers[one] is answer]), sql.truth(answer))
        for answer in dict.fromkeys(answers.values())
    ]
