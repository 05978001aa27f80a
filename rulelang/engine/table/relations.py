"""Folds over related entities, in SQL: a count of those that belong to one, or the value of the one it belongs to.

They read the LEAs' table of the stage before through `RELATED`, a view with every pair of an entity and one that it
belongs to, directly or not.
"""

from __future__ import annotations

from attrs import evolve

from rulelang.core.tree import Belonging, Owner
from rulelang.core.truth import Quantity
from rulelang.engine.table import sql
from rulelang.engine.table.counting import MET, Counts, counts_of, judged, of_possible
from rulelang.engine.table.facts import KIND, closed
from rulelang.engine.table.sql import Sql
from rulelang.engine.table.stages import Scribe
from rulelang.engine.table.values import Lowered, Plain, Ratio, answer


def count_below(scribe: Scribe, quantity: Quantity, over: Belonging, member: Plain | bool, met: Plain) -> Lowered:
    """Return the count of the entities of a kind that belong to one in a year; unknown if the data hold none."""
    there = _is_there(scribe, over.kind, over.year)
    if member is False:
        counts = Counts({MET: sql.integer(0)}, sql.integer(0))
    else:
        one = answer(there, sure=True) if member is True else answer(sql.both([there, member.sql]), sure=member.sure)

        def counted(sort: str) -> Sql:
            found = scribe.count(sql.one_where(of_possible(sort, one, met)), sort, of_related=True)
            return sql.known(found, sql.integer(0))

        counts = counts_of(counted, 0, sure=met.sure, members_sure=one.sure)
    of_now = sql.one_where(_is_there(scribe, over.kind, scribe.lowered.ruleset.year))
    known = sql.equal(scribe.of_every_lea(f"some {over.kind}", sql.highest_of_all(of_now)), sql.integer(1))
    return answer(sql.case([(known, judged(quantity, counts))]))


def _is_there(scribe: Scribe, kind: str, year: int) -> Sql:
    """Return whether an entity is one of a kind that exists in a year."""
    return sql.both([sql.equal(sql.column(KIND), sql.text(kind)), sql.not_(scribe.fact(closed(year)))])


def of_owner(scribe: Scribe, owner: Owner, value: Lowered) -> Lowered:
    """Return the value of the entity of a kind that one belongs to; unknown if the data hold none."""
    whole = evolve(value, rated=value.rated_sql()) if isinstance(value, Ratio) else evolve(value, sure=False)
    return whole.mapped(lambda ending, part: scribe.of_owner(owner.kind, part, ending))
