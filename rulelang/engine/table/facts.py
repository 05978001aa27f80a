"""The tables that lowered rules read, as they are in every database, and the facts that rules ask of them.

| table              | columns                                                   | a row says                         |
|--------------------|-----------------------------------------------------------|------------------------------------|
| leas               | lea, kind                                                 | there is an LEA, of this kind      |
| owners             | lea, owner                                                | the LEA belongs to another         |
| closed_leas        | lea, year                                                 | the LEA does not exist in the year |
| cells              | lea, year, student_group, indicator, scale, level, number | a level, `not rated`, or a number  |
| silences           | lea, year, indicator                                      | a missing cell is not rated        |
| group_counts       | lea, year, student_groups                                 | the LEA has so many student groups |
| published_lists    | lea, year, states_priorities, fewest                      | the list speaks of the LEA         |
| published_groups   | lea, year, student_group, priorities                      | the list names a group             |
| published_outcomes | lea, year, outcome, held                                  | the LEA had the outcome or not     |

All are text, but for `year`, `student_groups`, `fewest`, `priorities` (integers), `number` (a whole number of the units
of `NumberFormats`, exact) and `states_priorities`, `held` (true or false). The student group of a cell of the LEA is
NULL or blank, and so is the indicator of a fact that belongs to none. Names are those of the vocabulary; a cell that is
not rated has the level `not rated`, a fact too, whose name is in `scale`. A fact that is a text, or a date such as
2023-07-01, is in `level`. At most one row says the same thing twice: there are no duplicates to choose among.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Final, NoReturn

from attrs import define, field, frozen

from rulelang.core.fact_types import FactType
from rulelang.core.record import FieldKey
from rulelang.core.tree import Get
from rulelang.core.vocabulary import Scope

NOT_RATED_TEXT: Final = "not rated"
"""Not rated, among the levels of a table of text."""


class UnsupportedRulesError(ValueError):
    """Rules that cannot be written in SQL; its text is what they have that cannot."""


def unsupported(what: str) -> NoReturn:
    """Raise that something that rules have cannot be written in SQL."""
    raise UnsupportedRulesError(what)


LEA: Final = "lea"
GROUP: Final = "student_group"
KIND: Final = "kind"
OWNER: Final = "owner"
MEMBER: Final = "member"
OWNER_KIND: Final = "kind_of_owner"
GROUP_FACTS: Final = "group_facts"
LEA_FACTS: Final = "lea_facts"
RELATED: Final = "related"
"""The view of what belongs to what: a row for each entity and each one that it belongs to, directly or not."""

TEXT, INTEGER, NUMBER, TRUTH = "text", "integer", "number", "truth"

INPUT_TABLES: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        "leas": {LEA: TEXT, KIND: TEXT},
        "owners": {LEA: TEXT, OWNER: TEXT},
        "closed_leas": {LEA: TEXT, "year": INTEGER},
        "cells": {
            LEA: TEXT,
            "year": INTEGER,
            GROUP: TEXT,
            "indicator": TEXT,
            "scale": TEXT,
            "level": TEXT,
            "number": NUMBER,
        },
        "silences": {LEA: TEXT, "year": INTEGER, "indicator": TEXT},
        "group_counts": {LEA: TEXT, "year": INTEGER, "student_groups": INTEGER},
        "published_lists": {LEA: TEXT, "year": INTEGER, "states_priorities": TRUTH, "fewest": INTEGER},
        "published_groups": {LEA: TEXT, "year": INTEGER, GROUP: TEXT, "priorities": INTEGER},
        "published_outcomes": {LEA: TEXT, "year": INTEGER, "outcome": TEXT, "held": TRUTH},
    }
)
"""The columns of every table, each with what it holds."""

LONGEST_NAME: Final = 48
"""The longest name of a column, which no database cuts off."""


RESERVED: Final = frozenset(
    (
        "all", "and", "any", "as", "asc", "at", "authorization", "between", "both", "by", "case", "cast",
        "check", "collate", "column", "constraint", "create", "cross", "current", "current_date",
        "current_time", "current_timestamp", "current_user", "database", "default", "deferrable", "desc",
        "distinct", "do", "drop", "else", "end", "escape", "except", "exists", "false", "fetch", "file",
        "filter", "for", "foreign", "from", "full", "function", "grant", "group", "groups", "having", "if",
        "in", "index", "initially", "inner", "insert", "intersect", "interval", "into", "is", "join", "key",
        "lateral", "leading", "left", "like", "limit", "lookup", "merge", "natural", "new", "no", "not", "null",
        "of", "off", "offset", "old", "on", "only", "option", "or", "order", "outer", "over", "overlaps",
        "partition", "percent", "placing", "plan", "primary", "procedure", "proc", "public", "range",
        "references", "returning", "right", "rows", "rule", "select", "session_user", "set", "similar", "some",
        "statement", "symmetric", "table", "then", "to", "top", "trailing", "transaction", "trigger", "true",
        "union", "unique", "update", "use", "user", "using", "values", "variadic", "view", "when", "where",
        "window", "with", "within",
    )
)  # fmt: skip
"""Words that some database does not accept as a name."""


@frozen
class Fact:
    """What the rows of a table in a year say of an LEA or a student group, NULL if they say nothing.

    It is the `column` of the row that has the words of `where` in other columns, or whether there is such a row if
    `column` is empty; `type` is that of a fact of the vocabulary, None for a level and what else there is. Its own
    column is named after `words`; a number has one more, for whether it is rated.
    """

    table: str
    year: int
    column: str
    words: str
    where: tuple[tuple[str, str], ...] = ()
    of_groups: bool = False
    type: FactType | None = None

    @property
    def holds(self) -> str:
        """Return what its column holds."""
        if self.type is not None:
            return TEXT if self.type.is_named else NUMBER
        return INPUT_TABLES[self.table][self.column] if self.column else TRUTH

    def columns(self, name: str) -> tuple[str, ...]:
        """Return the names of its columns, given the name of the first."""
        return (name, f"{name}_rated") if self.holds == NUMBER else (name,)


def reading(node: Get, kind: FactType | None) -> Fact:
    """Return what the data give for a field: a fact of a type, or None for a level."""
    where = tuple(zip(("indicator", "scale"), node.key, strict=True))
    words = f"given {' '.join(filter(None, node.key))} {node.year}"
    column = "number" if kind is not None and kind.is_numeric else "level"
    return Fact("cells", node.year, column, words, where, node.scope is Scope.GROUP, kind)


def silence(year: int, indicator: str) -> Fact:
    """Return whether the files of a year are silent on an indicator, so that a missing cell is not rated."""
    return Fact("silences", year, "", f"silent {indicator} {year}", (("indicator", indicator),))


def closed(year: int) -> Fact:
    """Return whether the LEA does not exist in a year, so that it is not among what belongs to another."""
    return Fact("closed_leas", year, "", f"closed in {year}")


def group_count(year: int) -> Fact:
    """Return how many student groups the LEA has in a year."""
    return Fact("group_counts", year, "student_groups", f"groups in {year}")


def list_states(year: int) -> Fact:
    """Return whether a year's published list says which priorities the groups of the LEA met."""
    return Fact("published_lists", year, "states_priorities", f"list {year} states priorities")


def list_fewest(year: int) -> Fact:
    """Return the fewest priorities for which a year's published list names a student group."""
    return Fact("published_lists", year, "fewest", f"list {year} from priorities")


def listed_priorities(year: int) -> Fact:
    """Return how many priorities a student group met by a year's published list, if it names the group."""
    return Fact("published_groups", year, "priorities", f"listed priorities {year}", of_groups=True)


def listed_outcome(year: int, outcome: str) -> Fact:
    """Return whether the LEA had an outcome by a year's published list, if the list states it."""
    return Fact("published_outcomes", year, "held", f"listed {outcome} {year}", (("outcome", outcome),))


@frozen
class NumberFormat:
    """How a number is in a table: a whole number of units (`units` of them are 1), below a largest."""

    units: int = 1
    largest: int = 10**9


DAYS: Final = NumberFormat(largest=date.max.toordinal() + 1)
"""The format of dates, which are whole numbers of days."""

NumberFormats = Callable[[FieldKey], NumberFormat]


def whole_numbers(_: FieldKey) -> NumberFormat:
    """Return the format of counts, the default of every number."""
    return NumberFormat()


@define
class Names:
    """Readable names for columns, each given only once."""

    _given: dict[Hashable, str] = field(factory=dict)
    _taken: set[str] = field(factory=lambda: {LEA, GROUP, KIND, OWNER, MEMBER, OWNER_KIND})

    def of(self, what: Hashable, words: str) -> str:
        """Return the name of a thing, made of some words the first time it is asked for."""
        if what not in self._given:
            self._given[what] = self._new(words)
        return self._given[what]

    def _new(self, words: str) -> str:
        plain = re.sub(r"[^a-z0-9]+", "_", words.casefold()).strip("_")[:LONGEST_NAME].strip("_") or "value"
        plain = plain if plain[0].isalpha() else f"n_{plain}"
        name, number = plain, 2
        if name in RESERVED:
            plain = name = f"{name}_"
        while name in self._taken:
            name, number = f"{plain}_{number}", number + 1
        self._taken.add(name)
        return name
