"""How names stand in a table: as they are written, or as small integers.

Names as text need no dictionary and read well; an export has them. As integers they are compared faster, and a year's
levels fit into the bits of one number.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Final, Protocol

from attrs import field, frozen

from rulelang.core.tree import NOT_RATED, NotRated, Value
from rulelang.core.vocabulary import Vocabulary
from rulelang.engine.table import sql
from rulelang.engine.table.facts import GROUP
from rulelang.engine.table.names import NOT_RATED_TEXT
from rulelang.engine.table.sql import Sql

NOT_RATED_CODE: Final = 0
"""What stands for not rated among levels coded as integers; the names are counted from 1."""


def is_one_of_groups(vocabulary: Vocabulary, coding: Coding, names: Collection[str]) -> Sql:
    """Return whether the student group of a row is one of some."""
    every = {group.name: coding.group(group.name) for group in vocabulary.groups}
    return sql.one_of_all(sql.column(GROUP), [every[name] for name in names], list(every.values()))


class Coding(Protocol):
    """A way to write names in a table."""

    def name(self, name: str) -> Sql:
        """Return a level, a kind of LEA or an outcome."""
        ...

    def group(self, name: str) -> Sql:
        """Return a student group."""
        ...

    def not_rated(self) -> Sql:
        """Return what stands for not rated."""
        ...

    def read(self, cell: str | int) -> Value:
        """Return the name that a cell holds, or that it is not rated."""
        ...


@frozen
class Texts:
    """Names as they are written."""

    def name(self, name: str) -> Sql:
        """Return a level, a kind of LEA or an outcome."""
        return sql.text(name)

    def group(self, name: str) -> Sql:
        """Return a student group, by its name."""
        return sql.text(name)

    def not_rated(self) -> Sql:
        """Return what stands for not rated."""
        return sql.text(NOT_RATED_TEXT)

    def read(self, cell: str | int) -> str | NotRated:
        """Return the name that a cell holds, or that it is not rated."""
        return NOT_RATED if cell == NOT_RATED_TEXT else str(cell)


@frozen
class Places(Texts):
    """Names as they are written, and student groups by their place in the vocabulary, from 0."""

    places: Mapping[str, int] = field(factory=dict)

    def group(self, name: str) -> Sql:
        """Return a student group, by its place."""
        return sql.integer(self.places[name])


@frozen
class Integers:
    """Names by their number in a list, and student groups by their place in the vocabulary, from 0."""

    words: tuple[str, ...]
    groups: tuple[str, ...]
    numbers: Mapping[str, int] = field(init=False, repr=False, eq=False)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "numbers", {word: number for number, word in enumerate(self.words, 1)})

    def name(self, name: str) -> Sql:
        """Return a level, a kind of LEA or an outcome; KeyError where the list has no such name."""
        return sql.integer(self.numbers[name])

    def group(self, name: str) -> Sql:
        """Return a student group, by its place."""
        return sql.integer(self.groups.index(name))

    def not_rated(self) -> Sql:
        """Return what stands for not rated."""
        return sql.integer(NOT_RATED_CODE)

    def read(self, cell: str | int) -> str | NotRated:
        """Return the name that a cell holds, or that it is not rated."""
        number = int(cell)
        return NOT_RATED if number == NOT_RATED_CODE else self.words[number - 1]


def integers_of(vocabulary: Vocabulary, others: Iterable[str] = ()) -> Integers:
    """Return the numbers of a vocabulary's levels and kinds of LEA, and of other names that rules speak of.

    The levels of a scale come first, so that those of every scale are small.
    """
    levels = [level for scale in vocabulary.scales for level in scale.levels]
    kinds = [kind.name for kind in vocabulary.kinds]
    return Integers(tuple(dict.fromkeys([*levels, *kinds, *others])), tuple(group.name for group in vocabulary.groups))
