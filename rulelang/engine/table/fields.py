"""Fields in SQL: a field becomes a column."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from attrs import frozen

from rulelang.core.tree import Get
from rulelang.core.vocabulary import Scope, Vocabulary
from rulelang.engine.table import sql
from rulelang.engine.table.facts import GROUP, Fact, NumberFormats, reading, silence
from rulelang.engine.table.names import NOT_RATED_TEXT, unsupported
from rulelang.engine.table.sql import Sql
from rulelang.engine.table.values import Kind, Lowered, Plain, Ratio


class Scribe(Protocol):
    """Reads earlier steps and writes columns; see `lower`."""

    def read(self, position: int) -> Lowered:
        """Return the value of an earlier step."""
        ...

    def of_groups(self, position: int) -> Lowered:
        """Return the value of a step as a count over groups reads it."""
        ...

    def fact(self, fact: Fact) -> Sql:
        """Return the column of a fact of the stage the step belongs to, or of the LEA."""
        ...

    def part(self, what: Sql, ending: str) -> Sql:
        """Return a part in a column of its own."""
        ...

    def count(self, what: Sql, ending: str) -> Sql:
        """Return a number counted over rows of student groups."""
        ...

    def seal(self) -> None:
        """Mark that what follows reads the parts just written."""
        ...


@frozen
class Fields:
    """Lowers the fields of one step, given its surroundings."""

    vocabulary: Vocabulary
    formats: NumberFormats
    scribe: Scribe

    def value(self, node: Get) -> Lowered:
        """Return the level or number of a field."""
        is_number = self._is_number(node)
        given = self.scribe.fact(reading(node, is_number=is_number))
        silent = self._when_silent(node)
        if is_number:
            if node.default is not None:
                return unsupported("a number that has a default")
            return self._number_field(node, given, silent)
        ways = [sql.case([(one, sql.text(NOT_RATED_TEXT))]) for one in silent]
        default = [] if node.default is None else [sql.text(node.default)]
        return Plain(Kind.NAME, sql.known(given, *ways, *default), sure=bool(default))

    def _is_number(self, node: Get) -> bool:
        return all(node.key[1] != scale.name for scale in self.vocabulary.scales)

    def _number_field(self, node: Get, given: Sql, silent: Sequence[Sql]) -> Ratio:
        # A number that is known to be absent has the column `rated` alone, so that one column says so.
        rated = sql.column(f"{given.name}_rated")
        known = sql.known(rated, *[sql.case([(one, sql.integer(0))]) for one in silent])
        format_ = self.formats(node.key)
        return Ratio(known, given, format_.units, format_.largest * format_.units, format_.units)

    def _when_silent(self, node: Get) -> list[Sql]:
        """Return the conditions under which a field that is not in the data is not rated."""
        found = [self.scribe.fact(silence(node.year, node.key[0]))]
        if node.scope is Scope.GROUP:
            none = [sql.text(name) for name in self._groups_without(node)]
            found.extend([sql.one_of(sql.column(GROUP), none)] if none else [])
        return found

    def _groups_without(self, node: Get) -> list[str]:
        """Return the student groups for which a field is never reported, as `facts.reading_of` has it."""
        limits = [one.only_groups for one in self.vocabulary.indicators if one.name == node.key[0] and one.only_groups]
        return [
            group.name
            for group in self.vocabulary.groups
            if node.year not in group.years or any(group.name not in limit for limit in limits)
        ]
