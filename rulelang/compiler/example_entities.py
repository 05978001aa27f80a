"""The entities that an example makes up: the one it expects something of, what belongs to it, what it belongs to."""

from __future__ import annotations

from attrs import field

from rulelang.compiler.context import Context
from rulelang.core.record import FieldKey, Reading
from rulelang.core.vocabulary import Scope
from rulelang.diagnostics.catalogue import years
from rulelang.diagnostics.plain_data import define
from rulelang.syntax import tree as syn


@define
class StatedFacts:
    """The facts of one year as an example states them; `unknown` holds (student group, indicator) by name.

    `numbers` holds what has been said of each number, by student group, that it is unknown too.
    """

    groups: dict[str, dict[FieldKey, Reading]] = field(factory=dict)
    lea: dict[FieldKey, Reading] = field(factory=dict)
    unknown: set[tuple[str | None, str]] = field(factory=set)
    numbers: dict[tuple[str, FieldKey], Reading] = field(factory=dict)

    def readings(self, group: str, scope: Scope) -> dict[FieldKey, Reading]:
        """Return where the readings are kept of a student group or, of what is a fact of the LEA, those of the LEA."""
        return self.lea if scope is Scope.LEA else self.groups.setdefault(group, {})

    def leaves_open(self, group: str | None, indicator: str) -> bool:
        """Return whether the example says that an indicator is unknown of a student group, or without naming one."""
        return not self.unknown.isdisjoint({(group, indicator), (None, indicator)})


@define
class Entity:
    """An entity that an example is about: the line that introduces it, its facts, and what it belongs to.

    The first is the one the example expects something of; its line is None as long as there was none.
    """

    facts: dict[int, StatedFacts] = field(factory=dict)
    line: syn.GivenLine | None = None
    kind: str | None = None
    owner: Entity | None = None

    def stated(self, year: int) -> StatedFacts:
        """Return the facts of a year, none so far if the example has not mentioned it."""
        return self.facts.setdefault(year, StatedFacts())

    @property
    def name(self) -> str:
        """Return the name that its line gives it; empty if there is none."""
        return self.line.name.text if self.line is not None and self.line.name is not None else ""

    @property
    def code(self) -> str:
        """Return a made-up code, by which other entities of the example belong to it."""
        return f"example {self.name}"


def introduced(context: Context, line: syn.GivenLine, entities: list[Entity]) -> Entity:
    """Return the entity that the facts below a line are of, a new one where the line has a new name.

    It belongs to the last one before it that is of a kind above its own. Where there is none, the last one that can
    belong to it does.
    """
    [subject, *_] = entities
    if subject.line is None:
        subject.line, subject.kind = line, context.kind(line.kind)
        return subject
    entity = Entity(line=line, kind=context.kind(line.kind))
    known = next((one for one in entities if one.name == entity.name), None)
    if line.name is None or known is not None:
        if known is None or known.kind != entity.kind:
            context.report(years.contradicting_facts(line.span))
        return known or subject
    above = {one.name: context.vocabulary.above(one.name) for one in context.vocabulary.kinds}
    entity.owner = next((one for one in reversed(entities) if one.kind in above.get(entity.kind or "", ())), None)
    if entity.owner is None:
        orphans = [one for one in entities if one.owner is None and entity.kind in above.get(one.kind or "", ())]
        if orphans:
            orphans[-1].owner = entity
        elif entity.kind is not None and subject.kind is not None:
            context.report(years.unrelated_in_example(line.span, entity.kind, subject.kind))
    entities.append(entity)
    return entity
