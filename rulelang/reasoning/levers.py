"""What moves a level: the number of a student group that it rests on, and the numbers that move with it.

A level rests on a count of students if its rules divide that count by the number of students; otherwise on points, for
which the files give the change from the year before as well. Numbers of earlier years do not move.
"""

from __future__ import annotations

from collections.abc import Collection
from fractions import Fraction
from typing import Final

from attrs import evolve, field, frozen

from rulelang.core.record import FieldKey
from rulelang.core.ruleset import Ruleset, level_name, measure_name
from rulelang.core.tree import Call, Const, Get
from rulelang.core.vocabulary import Scope, StudentGroup
from rulelang.engine.steps import Prepared, Step, prepare
from rulelang.engine.wording import decimals_in

FARTHEST: Final = 100_000
"""The most units by which points are moved."""


@frozen(eq=False)
class Lever:
    """The number that moves a level of an indicator, and its steps in the ruleset that works the level out.

    `size` is the position of the number of students that it is part of, None for points; `unit` the least by which it
    moves: a student, or the last decimal that is rounded to. `with_it` are the positions of numbers that move by as
    much; how those at `unknown` would move is unknown. `moving` are the positions of all steps that move.
    """

    prepared: Prepared = field(repr=False)
    key: FieldKey
    level: int
    position: int
    size: int | None
    unit: Fraction
    with_it: tuple[int, ...]
    unknown: tuple[int, ...]
    moving: frozenset[int] = field(repr=False)

    @property
    def measures(self) -> dict[str, tuple[int, int]]:
        """Return the measures by name that have bands and move, each with its position and its decimals."""
        ruleset, indicator = self.prepared.ruleset, self.key[0]
        found = {}
        for rule in ruleset.levels:
            key = ruleset.year, measure_name(rule.scale, indicator)
            at = self.prepared.positions.get(key)
            if rule.what == "bands" and rule.indicator == indicator and at in self.moving and at is not None:
                found[rule.scale] = at, decimals_in(ruleset, ruleset.definitions[key].node)
        return found

    def of_group(self, group: StudentGroup) -> Lever:
        """Return the same for rules that know one student group only."""
        ruleset = self.prepared.ruleset
        words = evolve(ruleset.vocabulary, groups=(group,))
        one = evolve(
            self.prepared, ruleset=evolve(ruleset, vocabulary=words), groups=(group,), group_index={group.name: 0}
        )
        return evolve(self, prepared=one)


def lever_of(ruleset: Ruleset, indicator: str, scale: str, students: str) -> Lever | None:
    """Return what moves a level; None if the rules work none out, or it rests on no such number.

    `students` is the name of the number of students.
    """
    key = ruleset.year, level_name(indicator, scale)
    if key not in ruleset.definitions:
        return None
    needed = {key, *ruleset.named_in(ruleset.definitions[key].node)}
    definitions = {one: definition for one, definition in ruleset.definitions.items() if one in needed}
    prepared = prepare(evolve(ruleset, definitions=definitions))
    if prepared.relates or prepared.steps[prepared.positions[key]].scope is not Scope.GROUP:
        return None
    found = _count(prepared, indicator, students) or _points(prepared, indicator)
    if found is None:
        return None
    at, size = found
    node = prepared.steps[at].node
    changes = _published_changes(prepared, indicator)
    with_it = tuple(place for place, of in changes.items() if isinstance(node, Get) and node.key[1] in of)
    unknown = tuple(place for place in changes if place not in with_it)
    moving = prepared.resting_on({at, *changes})
    places = max((_rounded_to(step) for place, step in enumerate(prepared.steps) if place in moving), default=0)
    unit = Fraction(1) if size is not None else Fraction(1, 10**places)
    name = node.key if isinstance(node, Get) else ("", "")
    return Lever(prepared, name, prepared.positions[key], at, size, unit, with_it, unknown, frozenset(moving))


def _count(prepared: Prepared, indicator: str, students: str) -> tuple[int, int] | None:
    """Return the position of the one count that is divided by the number of students, and of that number."""
    fields = {at: node.key for at, node in prepared.fields.items()}
    found = {
        (part, whole)
        for step in prepared.steps
        if isinstance(step.node, Call) and step.node.operator == "divided by"
        for part, whole in [step.inputs]
        if part in fields and fields.get(whole) == (indicator, students)
    }
    return found.pop() if len(found) == 1 else None


def _points(prepared: Prepared, indicator: str) -> tuple[int, None] | None:
    """Return the position of the one number that has a published change."""
    vocabulary = prepared.ruleset.vocabulary
    named = {name for number in vocabulary.numbers_of(indicator) for name in number.change_of}
    fields = prepared.fields.items()
    found = [at for at, node in fields if node.key[0] == indicator and node.key[1] in named]
    return (found[0], None) if len(found) == 1 else None


def _published_changes(prepared: Prepared, indicator: str) -> dict[int, Collection[str]]:
    """Return the positions of published changes, each with the numbers that it is the change of."""
    changes = {one.name: one.change_of for one in prepared.ruleset.vocabulary.numbers_of(indicator) if one.change_of}
    fields = prepared.fields.items()
    return {at: changes[node.key[1]] for at, node in fields if node.key[0] == indicator and node.key[1] in changes}


def _rounded_to(step: Step) -> int:
    match step.node:
        case Call("rounded", (_, Const(Fraction() as decimals))):
            return int(decimals)
        case _:
            return 0
