"""The record engine: one LEA at a time. Only the table engine's decoding of evidence still uses it."""

from __future__ import annotations

from functools import lru_cache

from attrs import field, frozen

from rulelang.core.record import LeaRecord, Reading
from rulelang.core.ruleset import DefinitionKey
from rulelang.core.tree import Field, Node, Value
from rulelang.core.vocabulary import Scope
from rulelang.engine.row_meaning import Column
from rulelang.engine.running import Program, program_of, reading_of
from rulelang.engine.sheet import Sheet
from rulelang.engine.steps import Prepared


@lru_cache(maxsize=16)
def program_for(prepared: Prepared) -> Program:
    """Return what writes the values of every step of a ruleset for one LEA."""
    return program_of(prepared.ruleset.vocabulary, prepared.steps)


@frozen(eq=False)
class Evaluation:
    """What came out for one LEA: a value for every node of every definition."""

    prepared: Prepared
    record: LeaRecord
    sheet: Sheet = field(repr=False)

    def value(self, what: Node | DefinitionKey, group: str | None = None) -> Value:
        """Return the value of a node or a definition, for a student group's name or for the LEA.

        What is true of the LEA is true for each of its groups. KeyError where the ruleset has no such node or the
        vocabulary no such group, or where only a group has the value and none is named.
        """
        index = None if group is None else self.prepared.group_index[group]
        return self.at(self.prepared.position(what), index)

    def at(self, position: int, index: int | None) -> Value:
        """Return the value of a step, for the student group at an index or for the LEA; KeyError as for `value`."""
        column = self.column(position)
        if self.prepared.steps[position].scope is Scope.LEA:
            return column[0]
        if index is None:
            message = "a value of student groups needs a student group"
            raise KeyError(message)
        return column[index]

    def gist(self, position: int, index: int | None) -> Value:
        """Return the same, or any other number in the place of a number."""
        return self.at(position, index)

    def column(self, position: int) -> Column:
        """Return the values of a step: one for the LEA, or one for each student group of the vocabulary."""
        return program_for(self.prepared).reader.column(self.sheet, position)

    def reading(self, asked: Field, index: int | None) -> Reading | None:
        """Return what the data say of a field, for the student group at an index; None where it is unknown."""
        group = self.prepared.groups[index] if asked.scope is Scope.GROUP and index is not None else None
        return reading_of(self.record, self.prepared.ruleset.vocabulary, asked, group)


def evaluate(prepared: Prepared, record: LeaRecord) -> Evaluation:
    """Return the value of every node for one LEA. Whatever the data hold, this does not raise."""
    return Evaluation(prepared, record, program_for(prepared).run(record))
