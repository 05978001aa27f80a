"""How names stand in a table: as they are written, or student groups as small integers.

Names as text need no dictionary and read well; an export has them. Integers are compared faster.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Protocol

from attrs import field, frozen

from rulelang.core.tree import NOT_RATED, NotRated, Value
from rulelang.core.vocabulary import Vocabulary
from rulelang.engine.table import sql
from rulelang.engine.table.facts import GROUP
from rulelang.engine.table.names import NOT_RATED_TEXT
from rulelang.engine.table.sql import Sql


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
