"""Tables that give any value: what the last column says in the one row in which every other column fits.

Each column but the last is cut into the fewest parts that its cells distinguish: stretches of numbers, or names.
Every combination of such parts is a *case*; a table is whole where each case has a row, and clear where none has two.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise, product
from math import prod
from typing import Final, NamedTuple

from rulelang.compiler.context import Context, Expressions, all_known, is_text
from rulelang.compiler.level_rules.intervals import Cut, Interval, number_in, read_interval, stepped
from rulelang.core import tree as core
from rulelang.core.fact_types import ANSWERS, FactType
from rulelang.core.record_words import folded
from rulelang.core.tree import NOT_RATED
from rulelang.core.types import decimals_of, type_of
from rulelang.core.vocabulary import Scope
from rulelang.diagnostics.catalogue import look_up_tables as messages
from rulelang.diagnostics.dates import date_in, date_text
from rulelang.diagnostics.decimals import exact_text
from rulelang.syntax import tree as syn

MOST_CASES: Final = 5_000
"""How many combinations of the parts of its columns a table may have."""

ANY: Final = ("any", "anything", "")
OTHER: Final = "any other"
MARKS: Final = '"“”'
_SEVERAL: Final = re.compile(rf"(?:\s*,\s*|\s+or\s+)(?=(?:[^{MARKS}]*[{MARKS}][^{MARKS}]*[{MARKS}])*[^{MARKS}]*$)")
"""What stands between names, outside quotation marks: an even number of them follows."""

_THOUSANDS: Final = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_DOLLARS: Final = re.compile(r"\$\s?(?=\d)")
_A_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}|[A-Za-z]+\s+[0-9]{1,2}\s*,\s*[0-9]{4}")

Part = Interval | str | None
"""A part of a column: a stretch of numbers, a name, or (None) any other name."""


class _Column(NamedTuple):
    """A column that is matched: its value, and what can be in it.

    `step` is the smallest distance of two numbers, None where there is none. `is_whole` says that no other name than
    `names` can be in it.
    """

    head: syn.Text
    value: core.Node
    type: FactType
    step: Fraction | None
    names: tuple[str, ...] = ()
    is_whole: bool = False

    def part(self, text: str) -> frozenset[str | None] | Interval | None:
        """Return what a cell asks for; None if it cannot be read."""
        if folded(text) in ANY:
            return Interval() if not self.is_named else frozenset({*self.names, None})
        if self.is_named:
            if folded(text) == OTHER and self.type is not FactType.YES_NO:
                return frozenset({None})
            asked = {*(_names_in(text) or ())}
            known = {name for name in self.names if folded(name) in asked}
            return frozenset(known) if asked and len(known) == len(asked) else None
        return read_interval(_A_DATE.sub(_as_day, _DOLLARS.sub("", _THOUSANDS.sub("", text))))

    @property
    def is_named(self) -> bool:
        """Return whether it distinguishes names, and not numbers."""
        return self.type.is_named

    def shown(self, part: Part) -> str:
        """Return a part in words, as an example."""
        if not isinstance(part, Interval):
            return f"{self.head.text} {part or OTHER}"
        number = number_in(part, self.step)
        text = date_text(number) if self.type is FactType.DATE else exact_text(number)
        return f"{self.head.text} {'$' if self.type is FactType.DOLLARS else ''}{text}"


def _names_in(cell: str) -> tuple[str, ...] | None:
    """Return the names in a cell, folded as data are, each with or without quotation marks; None if it has others."""
    names: list[str] = []
    for part in _SEVERAL.split(cell.strip()):
        is_quoted = len(part) > 1 and part[0] in MARKS and part[-1] in MARKS
        name = folded(part[1:-1] if is_quoted else part)
        if not name or any(mark in name for mark in MARKS) or (name in (*ANY, OTHER) and not is_quoted):
            return None
        names.append(name)
    return tuple(names)


def _as_day(found: re.Match[str]) -> str:
    day = date_in(found.group())
    return found.group() if day is None else str(day)


Fits = tuple[frozenset[str | None] | Interval, ...]
"""What the cells of a row ask for, column by column."""


def look_up(about: Context, written: syn.LookUp, expression: Expressions) -> core.Node | None:
    """Return the value of a table; None, after reports, if it is not whole, not clear, or cannot be read."""
    rows = written.table.rows
    width = len(rows[0]) if rows else 0
    if len(rows) <= 1 or width <= 1:
        about.report(messages.table_looks_nothing_up(written.span))
        return None
    columns = all_known(_column(about, head, rows[1:], at, expression) for at, head in enumerate(rows[0][:-1]))
    parsed = all_known(_row(about, row, columns, width) for row in rows[1:]) if columns is not None else None
    if columns is None or parsed is None:
        return None
    if not _is_whole(about, written, columns, [fits for fits, _ in parsed], rows[1:]):
        return None
    arms = [core.Arm(_guard(about, columns, fits), value) for fits, value in parsed]
    return core.choice(arms, core.Const(NOT_RATED), span=written.span)


def _column(
    about: Context, head: syn.Text, rows: Sequence[tuple[syn.Text, ...]], at: int, expression: Expressions
) -> _Column | None:
    vocabulary = about.vocabulary
    if folded(head.text) == "kind":
        names = tuple(kind.name for kind in vocabulary.kinds)
        return _Column(head, core.Self(Scope.LEA, span=head.span), FactType.TEXT, None, names, is_whole=True)
    value = expression(about, syn.NumberName(syn.Name(head.text, known=False, span=head.span), span=head.span))
    if value is None:
        return None

    kind = type_of(value, vocabulary, about.definition) or FactType.NUMBER
    if kind is FactType.YES_NO:
        return _Column(head, value, kind, None, tuple(ANSWERS), is_whole=True)
    if kind is FactType.TEXT:
        cells = (row[at].text for row in rows if at < len(row))
        names = tuple(dict.fromkeys(name for cell in cells for name in _names_in(cell) or ()))
        return _Column(head, value, kind, None, names)
    decimals = 0 if kind is FactType.DATE else decimals_of(value, about.definition)
    return _Column(head, value, kind, None if decimals is None else Fraction(1, 10**decimals))


def _row(
    about: Context, row: tuple[syn.Text, ...], columns: Sequence[_Column], width: int
) -> tuple[Fits, core.Node] | None:
    if len(row) != width:
        about.report(messages.row_of_other_width(row[0].span.to(row[-1].span), len(row), width))
        return None
    fits = [column.part(cell.text) for column, cell in zip(columns, row, strict=False)]
    for part, cell, column in zip(fits, row, columns, strict=False):
        if part is None:
            answers = column.names if column.type is FactType.YES_NO else ()
            about.report(messages.unclear_cell(cell.span, answers))
    value = _value(about, row[-1])
    read: Fits | None = all_known(fits)
    return None if read is None or value is None else (read, value)


def _value(about: Context, cell: syn.Text) -> core.Node | None:
    """Return the value of a cell in the last column."""
    text = cell.text
    day = date_in(text)
    if folded(text) == "not established":
        return about.not_established(cell.span)
    if day is not None:
        return core.Const(day, type=FactType.DATE, span=cell.span)
    number = re.fullmatch(r"(\$\s?)?(-?\d{1,12}(?:\.\d{1,9})?)", _THOUSANDS.sub("", text))
    if number is not None:
        kind = FactType.DOLLARS if number[1] else FactType.NUMBER
        return core.Const(Fraction(number[2]), type=kind, span=cell.span)
    level = about.scale_of_level(text)
    if text and (level is not None or text[0] in MARKS):
        return core.Const(text.strip(MARKS), span=cell.span)
    about.report(messages.unclear_value(cell.span))
    return None


# ---- whole and clear ----


def _is_whole(
    about: Context,
    written: syn.LookUp,
    columns: Sequence[_Column],
    fits: Sequence[Fits],
    rows: Sequence[tuple[syn.Text, ...]],
) -> bool:
    """Return whether each case has exactly one row and each row a case, after a report if not."""
    parts = [list(_parts(column, [row[at] for row in fits])) for at, column in enumerate(columns)]
    if prod(map(len, parts)) > MOST_CASES:
        about.report(messages.too_many_cases(written.span, MOST_CASES))
        return False
    reached: set[int] = set()
    for case in product(*parts):
        holding = [at for at, row in enumerate(fits) if all(map(_holds, row, case))]
        reached.update(holding)
        shown = ", ".join(column.shown(part) for column, part in zip(columns, case, strict=True))
        if not holding:
            about.report(messages.case_without_row(written.span, shown))
            return False
        if len(holding) > 1:
            first, second = (rows[at][0].span.to(rows[at][-1].span) for at in holding[:2])
            about.report(messages.case_with_two_rows(second, first, shown))
            return False
    for at in sorted({*range(len(rows))} - reached):
        about.report(messages.row_never_fits(rows[at][0].span.to(rows[at][-1].span)))
    return len(reached) == len(rows)


def _parts(column: _Column, fits: Sequence[frozenset[str | None] | Interval]) -> Iterator[Part]:
    """Yield the fewest parts of a column that its cells distinguish."""
    if column.is_named:
        yield from column.names
        if not column.is_whole:
            yield None
        return
    whole = Interval()
    cuts: set[Cut] = {whole.start, whole.end}
    for one in fits:
        if isinstance(one, Interval) and not one.is_empty(column.step):
            cuts |= {one.start, one.end}
    distinct = sorted({stepped(cut, column.step): cut for cut in cuts}.values())
    yield from (Interval(low, high) for low, high in pairwise(distinct))


def _holds(fits: frozenset[str | None] | Interval, part: Part) -> bool:
    if isinstance(fits, Interval):
        return isinstance(part, Interval) and fits.start <= part.start and part.end <= fits.end
    return not isinstance(part, Interval) and part in fits


def _guard(about: Context, columns: Sequence[_Column], fits: Fits) -> core.Node:
    tests = [test for column, part in zip(columns, fits, strict=True) for test in _tests(about, column, part)]
    given = [core.Call("is rated", (column.value,)) for column in columns]
    return core.Call("and", (*given, *tests))


def _tests(about: Context, column: _Column, part: frozenset[str | None] | Interval) -> Iterator[core.Node]:
    if not isinstance(part, Interval):
        takes_others = None in part
        named = is_text(about, column.value, [one for one in column.names if (one in part) is not takes_others])
        yield core.Call("not", (named,)) if takes_others else named
        return
    for bound, inclusive, exclusive in ((part.lower, "at least", "above"), (part.upper, "at most", "below")):
        if bound is not None:
            limit = core.Const(bound.number, type=column.type)
            yield core.Call(inclusive if bound.included else exclusive, (column.value, limit))
