"""The facts that rules ask of the data, each with the column that holds it."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING, Final, TypeAlias

from attrs import define, field, frozen

from rulelang.core.record import FieldKey
from rulelang.core.vocabulary import Scope

if TYPE_CHECKING:
    from rulelang.engine.table.sql import Sql

LEA: Final = "lea"
GROUP: Final = "student_group"
KIND: Final = "kind"
GROUP_FACTS: Final = "group_facts"
LEA_FACTS: Final = "lea_facts"

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
class Reading:
    """A level or number as the data give it, NULL if they do not. A number has a column for `rated` too."""

    year: int
    key: FieldKey
    scope: Scope
    is_number: bool


@frozen
class Silence:
    """Whether the files of a year are silent on an indicator, so that a missing cell is not rated: yes or no."""

    year: int
    indicator: str


@frozen
class GroupCount:
    """How many student groups the LEA has in a year, NULL if it is unknown."""

    year: int


@frozen
class ListStates:
    """Whether a year's published list says which priorities the groups of the LEA met: yes, or NULL."""

    year: int


@frozen
class ListFewest:
    """The fewest priorities for which a year's published list names a student group, NULL if there is no list."""

    year: int


@frozen
class ListedPriorities:
    """How many priorities a student group met by a year's published list, NULL if it does not name the group."""

    year: int


@frozen
class ListedOutcome:
    """Whether the LEA had an outcome by a year's published list, NULL if the list does not state it."""

    year: int
    outcome: str


Fact = Reading | Silence | GroupCount | ListStates | ListFewest | ListedPriorities | ListedOutcome


def of_groups(fact: Fact) -> bool:
    """Return whether a fact is about a student group and not about the LEA."""
    return isinstance(fact, ListedPriorities) or (isinstance(fact, Reading) and fact.scope is Scope.GROUP)


def columns_of(fact: Fact, name: str) -> tuple[str, ...]:
    """Return the names of the columns of a fact: a number has one more for whether it is rated."""
    return (name, f"{name}_rated") if isinstance(fact, Reading) and fact.is_number else (name,)


@frozen
class NumberFormat:
    """How a number is in a table: a whole number of units (`units` of them are 1), below a largest."""

    units: int = 1
    largest: int = 10**9


NumberFormats = Callable[[FieldKey], NumberFormat]


def whole_numbers(_: FieldKey) -> NumberFormat:
    """Return the format of counts, the default of every number."""
    return NumberFormat()


@frozen
class DataShape:
    """What is known about the data before any row is read."""

    formats: NumberFormats = whole_numbers


@define
class Names:
    """Readable names for columns, each given only once."""

    _given: dict[Hashable, str] = field(factory=dict)
    _taken: set[str] = field(factory=lambda: {LEA, GROUP, KIND})

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


def words_of(fact: Fact) -> str:
    """Return the words that the name of a fact's column is made of."""
    match fact:
        case Reading():
            return f"given {' '.join(filter(None, fact.key))} {fact.year}"
        case Silence():
            return f"silent {fact.indicator} {fact.year}"
        case GroupCount():
            return f"groups in {fact.year}"
        case ListStates():
            return f"list {fact.year} states priorities"
        case ListFewest():
            return f"list {fact.year} from priorities"
        case ListedPriorities():
            return f"listed priorities {fact.year}"
        case ListedOutcome():
            return f"listed {fact.outcome} {fact.year}"


Column: TypeAlias = "tuple[str, Sql]"
"""A column's name and its content."""
