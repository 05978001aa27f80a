"""What a step's value looks like in a table: an answer, a name, or an exact number."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import Enum

from attrs import evolve, frozen

from rulelang.engine.table import sql
from rulelang.engine.table.facts import unsupported
from rulelang.engine.table.sql import Sql


class Kind(Enum):
    """The kind of a value. `ANY` is that of values that are at most unknown or not rated, which every kind can be."""

    TRUTH = "truth"
    NAME = "name"
    NUMBER = "number"
    ANY = "any"


@frozen
class Plain:
    """An answer or a name, NULL if it is unknown. `sure` says that it is unknown in no row."""

    kind: Kind
    sql: Sql
    sure: bool = False

    def parts(self) -> tuple[Sql, ...]:
        """Return the expressions it consists of."""
        return (self.sql,)

    def mapped(self, change: Callable[[str, Sql], Sql]) -> Plain:
        """Return the same with each expression changed; it is given the ending of its column's name."""
        return evolve(self, sql=change("", self.sql))


@frozen
class Ratio:
    """An exact number: numerator over denominator, both whole numbers, the denominator above 0.

    `rated` is 1 if there is a number, 0 if it is not rated and NULL if it is unknown; in the last two the rest means
    nothing. None says that there always is a number. `largest` and `denominator_limit` bound the two, whatever the
    data, so that no product is too long for the database.
    """

    rated: Sql | None
    numerator: Sql | int
    denominator: Sql | int
    largest: int
    denominator_limit: int
    kind: Kind = Kind.NUMBER

    def parts(self) -> tuple[Sql, ...]:
        """Return the expressions it consists of."""
        found = (self.rated, self.numerator, self.denominator)
        return tuple(part for part in found if part is not None and not isinstance(part, int))

    def mapped(self, change: Callable[[str, Sql], Sql]) -> Ratio:
        """Return the same with each expression changed; it is given the ending of its column's name."""
        return evolve(
            self,
            rated=None if self.rated is None else change("_rated", self.rated),
            numerator=self.numerator if isinstance(self.numerator, int) else change("", self.numerator),
            denominator=(
                self.denominator if isinstance(self.denominator, int) else change("_denominator", self.denominator)
            ),
        )

    def rated_sql(self) -> Sql:
        """Return 1, 0 or NULL, for number, not rated and unknown."""
        return sql.integer(1) if self.rated is None else self.rated


Lowered = Plain | Ratio


def answer(part: Sql, *, sure: bool = False) -> Plain:
    """Return an answer."""
    return Plain(Kind.TRUTH, part, sure)


def as_answer(value: Lowered) -> Plain:
    """Return a value as an answer; UnsupportedRulesError if it is anything else."""
    if isinstance(value, Plain) and value.kind is Kind.TRUTH:
        return value
    if isinstance(value, Plain) and value.kind is Kind.ANY and isinstance(value.sql, sql.NULL):
        return answer(sql.truth(None))
    return unsupported("a condition that is no condition")


def as_ratio(value: Lowered) -> Ratio:
    """Return a value as a number; UnsupportedRulesError if it is not one."""
    return value if isinstance(value, Ratio) else unsupported("a choice among values of several kinds")


def is_one_of(value: Lowered, names: Sequence[str]) -> Plain:
    """Return whether a value is one of some names; a number never is."""
    if isinstance(value, Plain) and names:
        return answer(sql.one_of(value.sql, [sql.text(name) for name in names]), sure=value.sure)
    part = value.rated_sql() if isinstance(value, Ratio) else value.sql
    return answer(sql.case([(sql.is_unknown(part), sql.null())], sql.truth(False)))
