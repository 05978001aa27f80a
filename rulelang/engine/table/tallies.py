"""What is counted, as conditions over columns: the sure members, and the possible ones.

A thing is one of those counted (`member`) and meets the condition (`met`), each of which may be unknown. `counting`
judges the numbers that come of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from rulelang.core.truth import Quantity
from rulelang.engine.table import sql
from rulelang.engine.table.counting import Counts
from rulelang.engine.table.sql import Sql
from rulelang.engine.table.values import Plain

Sort = Callable[["Plain | bool", Plain], Sql | None]
"""From whether a thing is a member and whether it meets the condition to the condition of being counted as a sort."""


def counts_of(  # what is counted, and what is known of it
    counted: Callable[[Sort, str], Sql],
    always: int,
    most: int,
    total: Sql | None = None,
    *,
    sure: bool,
    members_sure: bool = False,
) -> Counts:
    """Return how many things there are of each sort; `most` of them may or may not be members."""
    met, unsure = counted(_is_met, "met"), None if sure else counted(_is_unsure, "unsure")
    if not most:
        return Counts(met, unsure, always)
    surely = sql.plus([sql.integer(always), counted(_is_surely, "counted")])
    if members_sure:
        return Counts(met, unsure, surely)
    return Counts(
        met,
        unsure,
        surely,
        counted(_possibly_met, "perhaps met"),
        counted(_possibly_unmet, "perhaps not met"),
        counted(_possibly_unsure, "perhaps unsure"),
        total,
        most,
    )


def _is_met(member: Plain | bool, met: Plain) -> Sql | None:
    return met.sql.copy() if isinstance(member, bool) else sql.both([member.sql.copy(), met.sql.copy()])


def _is_unsure(member: Plain | bool, met: Plain) -> Sql | None:
    unsure = sql.is_unknown(met.sql.copy())
    return unsure if isinstance(member, bool) else sql.both([member.sql.copy(), unsure])


def _is_surely(member: Plain | bool, _: Plain) -> Sql | None:
    return None if isinstance(member, bool) else member.sql.copy()


def _possibly_met(member: Plain | bool, met: Plain) -> Sql | None:
    return _possible_members(member, met.sql.copy())


def _possibly_unmet(member: Plain | bool, met: Plain) -> Sql | None:
    return _possible_members(member, sql.not_(met.sql.copy()))


def _possibly_unsure(member: Plain | bool, met: Plain) -> Sql | None:
    return _possible_members(member, sql.is_unknown(met.sql.copy()))


def _possible_members(member: Plain | bool, condition: Sql) -> Sql | None:
    return None if isinstance(member, bool) else sql.both([sql.is_unknown(member.sql.copy()), condition])


def of_counts(quantity: Quantity, counts: Sequence[int], most: int) -> bool | None:
    """Return what all counts and totals agree on, as `published.tally_listed` does."""
    verdicts = {quantity.holds(count, total) for count in counts for total in range(count, max(most, count) + 1)}
    return verdicts.pop() if len(verdicts) == 1 else None


def by_number(number: Sql, answers: Mapping[int, bool | None]) -> list[sql.Way]:
    """Return the answer for each number, those with the same answer together."""
    return [
        (sql.one_of(number.copy(), [sql.integer(one) for one in answers if answers[one] is answer]), sql.truth(answer))
        for answer in dict.fromkeys(answers.values())
    ]
