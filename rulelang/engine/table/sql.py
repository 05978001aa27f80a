"""The few forms of SQL that rules are lowered to, as sqlglot expressions.

Every function returns a new expression. A node of sqlglot's tree has one place, so that an argument that is in a tree
already is copied: an expression may be used as often as it is needed. TRUE, FALSE and NULL are yes, no and cannot tell,
so AND, OR and NOT are the connectives of `core.truth` as they are. CASE is different: it takes an unknown condition for
no, and nothing here leaves a condition of a CASE unknown by accident.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import reduce
from typing import TypeAlias

from sqlglot import exp

Sql: TypeAlias = exp.Expression

Column: TypeAlias = tuple[str, Sql]
"""A column's name and its content."""

EXACT = exp.DataType.Type.INT128
"""The type in which numbers are calculated. A dialect without such a type is given its own exact one."""

COLUMN = exp.Column
"""The class of a column in an expression."""

LITERAL, TRUTH, NULL = exp.Literal, exp.Boolean, exp.Null
"""The classes of a number or text, of yes or no, and of what is unknown."""

Way = tuple[Sql, Sql]
"""A condition and the value if it holds."""


def column(name: str, table: str | None = None) -> Sql:
    """Return a column by its name, quoted if necessary."""
    return exp.column(name, table=table)


def integer(number: int) -> Sql:
    """Return a whole number."""
    literal = exp.Literal.number(abs(number))
    return exp.Paren(this=exp.Neg(this=literal)) if number < 0 else literal


def text(words: str) -> Sql:
    """Return a text."""
    return exp.Literal.string(words)


def truth(answer: bool | None) -> Sql:
    """Return an answer; cannot tell is NULL."""
    return exp.Null() if answer is None else exp.Boolean(this=answer)


def null() -> Sql:
    """Return the unknown value."""
    return exp.Null()


def both(parts: Iterable[Sql]) -> Sql:
    """Return yes if every part is yes, and if there are none."""
    return _joined(exp.And, list(map(_free, parts)), empty=True)


def either(parts: Iterable[Sql]) -> Sql:
    """Return yes if some part is yes; no if there are none."""
    return _joined(exp.Or, list(map(_free, parts)), empty=False)


def _joined(kind: type[exp.And | exp.Or], parts: Sequence[Sql], *, empty: bool) -> Sql:
    if not parts:
        return truth(empty)
    if len(parts) == 1:
        return parts[0]
    return exp.Paren(this=reduce(lambda left, right: kind(this=left, expression=right), parts))


def not_(part: Sql) -> Sql:
    """Return no for yes and yes for no."""
    return exp.Not(this=_closed(part))


def case(ways: Sequence[Way], otherwise: Sql | None = None) -> Sql:
    """Return the value of the first arm whose condition is yes; an unknown condition is passed over."""
    if not ways:
        return otherwise or null()
    ifs = [exp.If(this=_free(condition), true=_free(value)) for condition, value in ways]
    return exp.Case(ifs=ifs, default=None if otherwise is None else _free(otherwise))


def one_where(condition: Sql) -> Sql:
    """Return 1 if a condition is yes, and 0 if it is no or unknown."""
    return case([(condition, integer(1))], integer(0))


def is_unknown(part: Sql) -> Sql:
    """Return whether a value is unknown."""
    return exp.Is(this=_closed(part), expression=exp.Null())


def is_known(part: Sql) -> Sql:
    """Return whether a value is known."""
    return exp.Not(this=is_unknown(part))


def is_answer(part: Sql, *, yes: bool) -> Sql:
    """Return whether an answer is certainly yes, or certainly no."""
    return exp.Is(this=_closed(part), expression=exp.Boolean(this=yes))


def known(first: Sql, *others: Sql) -> Sql:
    """Return the first value that is known."""
    return exp.Coalesce(this=_free(first), expressions=list(map(_free, others)))


def _compared(kind: type[Sql]) -> Callable[[Sql, Sql], Sql]:
    return lambda left, right: kind(this=_closed(left), expression=_closed(right))


equal, unequal = _compared(exp.EQ), _compared(exp.NEQ)
at_least, above = _compared(exp.GTE), _compared(exp.GT)
at_most, below = _compared(exp.LTE), _compared(exp.LT)
"""Return how two values compare, unknown if either is."""


def one_of(value: Sql, choices: Sequence[Sql]) -> Sql:
    """Return whether a value is one of several; no if there are none."""
    if not choices:
        return truth(False)
    if len(choices) == 1:
        return equal(value, choices[0])
    return exp.In(this=_closed(value), expressions=list(map(_free, choices)))


def among(value: Sql, query: exp.Select) -> Sql:
    """Return whether a value is one of those of a query."""
    return exp.In(this=_closed(value), query=exp.Subquery(this=query))


def one_of_all(value: Sql, choices: Sequence[Sql], all_: Sequence[Sql]) -> Sql:
    """Return whether a value out of all possible ones is one of several, by exclusion if that is shorter."""
    others = [one for one in all_ if one not in choices]
    if len(others) == 1 < len(choices):
        return unequal(value, others[0])
    if len(others) >= len(choices):
        return one_of(value, choices)
    return not_(one_of(value, others))


def plus(parts: Iterable[Sql]) -> Sql:
    """Return a sum; 0 for no terms."""
    found = list(map(_free, parts))
    if not found:
        return integer(0)
    if len(found) == 1:
        return found[0]
    return exp.Paren(this=reduce(lambda left, right: exp.Add(this=left, expression=_closed(right)), found))


def minus(left: Sql, right: Sql) -> Sql:
    """Return a difference."""
    return exp.Paren(this=exp.Sub(this=_closed(left), expression=_closed(right)))


def times(left: Sql, right: Sql) -> Sql:
    """Return a product."""
    return exp.Paren(this=exp.Mul(this=_closed(left), expression=_closed(right)))


def whole_part(left: Sql, right: Sql) -> Sql:
    """Return a quotient of whole numbers without its fraction: 7 by 2 is 3. It is never a binary float."""
    return exp.Paren(this=exp.IntDiv(this=_closed(left), expression=_closed(right)))


def total(part: Sql) -> Sql:
    """Return the sum over the rows of a group."""
    return exp.Sum(this=_free(part))


def highest(part: Sql) -> Sql:
    """Return the highest value over the rows of a group, the last in alphabetical order for texts."""
    return exp.Max(this=_free(part))


def highest_of_all(part: Sql) -> Sql:
    """Return the highest value over all rows of the table, beside each of them."""
    return exp.Window(this=highest(part))


def plain_words(part: Sql) -> Sql:
    """Return a text in small letters, without spaces at its ends."""
    return exp.Lower(this=exp.Trim(this=_free(part)))


def day_number(part: Sql) -> Sql:
    """Return the number of the day that a text names, `2023-07-01`, as `diagnostics.dates` counts days."""
    day = exp.DataType.build("date")
    first = exp.Cast(this=text("0001-01-01"), to=day)
    named_day = exp.TryCast(this=exp.Trim(this=_free(part)), to=day.copy(), requires_string=True)
    return plus([exp.DateDiff(this=named_day, expression=first, unit=exp.Var(this="DAY")), integer(1)])


def named(part: Sql, name: str) -> Sql:
    """Return a column of a SELECT under a name."""
    return exp.Alias(this=_free(part), alias=exp.to_identifier(name))


def _free(part: Sql) -> Sql:
    """Return a part that is in no tree yet: itself, or a copy."""
    return part if part.parent is None else part.copy()


def _closed(part: Sql) -> Sql:
    """Return a part that can be placed beside any operator."""
    part = _free(part)
    bare = isinstance(
        part, exp.Column | exp.Literal | exp.Paren | exp.Null | exp.Boolean | exp.Case | exp.Coalesce | exp.Func
    ) and not isinstance(part, exp.And | exp.Or)
    return part if bare else exp.Paren(this=part)


def everything(alias: str | None = None) -> Sql:
    """Return all columns, of one of several tables if it is named."""
    return exp.Star() if alias is None else exp.Column(this=exp.Star(), table=exp.to_identifier(alias))


def table(name: str, alias: str | None = None) -> exp.Table:
    """Return a table by its name, with its short name in a query."""
    known_as = exp.TableAlias(this=exp.to_identifier(alias)) if alias else None
    return exp.Table(this=exp.to_identifier(name), alias=known_as)


def values(alias: str, name: str, of: Iterable[Sql]) -> exp.Values:
    """Return a table of one column, with a row for each of some values, and its short name in a query."""
    rows = [exp.Tuple(expressions=[one]) for one in of]
    known_as = exp.TableAlias(this=exp.to_identifier(alias), columns=[exp.to_identifier(name)])
    return exp.Values(expressions=rows, alias=known_as)


def select(columns: Iterable[Sql], of: exp.Table | exp.Values) -> exp.Select:
    """Return a query of columns of a table."""
    return exp.Select(expressions=list(map(_free, columns))).from_(of, copy=False)


def joined(
    query: exp.Select, other: exp.Table | exp.Values, condition: Sql | None, kind: str | None = None
) -> exp.Select:
    """Return a query joined with another table: `left`, `cross`, or for None an inner join."""
    return query.join(other, on=None if condition is None else _free(condition), join_type=kind, copy=False)


def by(query: exp.Select, columns: Iterable[Sql]) -> exp.Select:
    """Return a query with one row for all rows that agree on some columns."""
    return query.group_by(*map(_free, columns), copy=False)


def where(query: exp.Select, condition: Sql) -> exp.Select:
    """Return a query of the rows for which a condition is yes."""
    return query.where(_free(condition), copy=False)
