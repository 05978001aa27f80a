"""The columns of a lowered ruleset, table by table, and the scribe that writes those of a step."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from attrs import define, field, frozen

from rulelang.core.ruleset import Ruleset
from rulelang.core.vocabulary import Scope, Vocabulary
from rulelang.engine.steps import Prepared
from rulelang.engine.table import sql
from rulelang.engine.table.facts import Fact, Names, NumberFormats
from rulelang.engine.table.sql import Column, Sql
from rulelang.engine.table.values import Lowered

Place = tuple[int, Scope]
"""A stage: how many counts over groups come before it, and whether it is of the LEA or of its groups."""


@define
class Stage:
    """The columns of one table: its facts, those taken over from the LEAs' stages, its layers, and its counts.

    The counts of an LEA are over its rows in the groups' stage before. In the LEAs' stage before, `related` are counts
    over what belongs to it, and `owned` values of the entities that it belongs to, by their kind.
    """

    place: Place
    facts: dict[Fact, str] = field(factory=dict)
    taken: set[str] = field(factory=set)
    layers: list[list[Column]] = field(factory=list)
    counts: list[Column] = field(factory=list)
    related: list[Column] = field(factory=list)
    owned: dict[str, list[Column]] = field(factory=dict)

    def add(self, layer: int, name: str, value: Sql) -> None:
        """Add a column to a layer, counted from 1."""
        while len(self.layers) < layer:
            self.layers.append([])
        self.layers[layer - 1].append((name, value))


@frozen
class Placed:
    """A lowered step: its value, the stage it belongs to, and the layer of that stage its columns are in."""

    value: Lowered
    place: Place
    layer: int


@define(eq=False)
class LoweredRuleset:
    """A ruleset as columns of SQL, ready to become a query over any tables of facts.

    `outputs` has for each step its value in terms of the columns of its stage. `stages` are in order.
    """

    prepared: Prepared
    formats: NumberFormats
    stages: dict[Place, Stage] = field(factory=dict, repr=False)
    outputs: dict[int, Placed] = field(factory=dict, repr=False)
    _names: Names = field(factory=Names, repr=False)

    @property
    def ruleset(self) -> Ruleset:
        """Return the rules it was made from."""
        return self.prepared.ruleset

    @property
    def facts(self) -> Mapping[Fact, str]:
        """Return what it asks of the data, each with the name of its column."""
        return {fact: name for stage in self.stages.values() for fact, name in stage.facts.items()}

    def stage(self, place: Place) -> Stage:
        """Return a stage, created if it does not exist yet."""
        return self.stages.setdefault(place, Stage(place))

    def name(self, what: Fact | tuple[int, str], words: str) -> str:
        """Return the name of a column, made of some words the first time it is asked for."""
        return self._names.of(what, words)


@define
class Scribe:
    """Writes columns for one step, and knows the layer of the columns it has read."""

    lowered: LoweredRuleset
    place: Place
    position: int
    label: str
    layer: int = 0

    @property
    def prepared(self) -> Prepared:
        """Return the steps of the ruleset."""
        return self.lowered.prepared

    @property
    def vocabulary(self) -> Vocabulary:
        """Return the vocabulary of the ruleset."""
        return self.lowered.ruleset.vocabulary

    def read(self, position: int) -> Lowered:
        """Return the value of an earlier step, taken over if it belongs to another stage."""
        found = self.lowered.outputs[position]
        if found.place == self.place:
            self.layer = max(self.layer, found.layer)
        else:
            columns = (column for part in found.value.parts() for column in part.find_all(sql.COLUMN))
            self._take(found.place, [column.name for column in columns])
        return found.value

    def of_groups(self, position: int) -> Lowered:
        """Return the value of a step as it is in the groups' stage that a count goes over."""
        return Scribe(self.lowered, self._before(Scope.GROUP), self.position, self.label).read(position)

    def of_related(self, position: int) -> Lowered:
        """Return the value of a step as it is in the LEAs' stage that comes before this one."""
        return Scribe(self.lowered, self._before(Scope.LEA), self.position, self.label).read(position)

    def fact(self, fact: Fact) -> Sql:
        """Return the column of a fact; `rated` of a number is a column of its own."""
        home = 0, Scope.GROUP if fact.of_groups else Scope.LEA
        name = self.lowered.name(fact, fact.words)
        self.lowered.stage(home).facts[fact] = name
        if home != self.place:
            self._take(home, fact.columns(name))
        return sql.column(name)

    def _take(self, place: Place, names: Iterable[str]) -> None:
        self.lowered.stage(place)
        self.lowered.stage(self.place).taken.update(names if place[1] is Scope.LEA else ())

    def column(self, value: Lowered) -> Lowered:
        """Return a value in columns of its own, in the next layer."""
        self.layer += 1
        return value.mapped(lambda ending, what: self._put(f"{self.label}{ending}", what, self.layer))

    def part(self, what: Sql, ending: str) -> Sql:
        """Return a part of a value in a column of its own, in the next layer."""
        return self._put(f"{self.label} {ending}", what, self.layer + 1)

    def count(self, what: Sql, ending: str, *, of_related: bool = False) -> Sql:
        """Return a number that is counted over the rows of the groups' stage that comes before this one.

        With `of_related`, over the entities that belong to one, in the LEAs' stage before; NULL if there are none.
        """
        self.lowered.stage(self._before(Scope.LEA if of_related else Scope.GROUP))
        stage = self.lowered.stage(self.place)
        return self._listed(stage.related if of_related else stage.counts, f"{self.label} {ending}", sql.total(what))

    def of_owner(self, kind: str, what: Sql, ending: str) -> Sql:
        """Return a value of the entity of a kind that one belongs to, in the LEAs' stage before; NULL if none is."""
        self.lowered.stage(self._before(Scope.LEA))
        columns = self.lowered.stage(self.place).owned.setdefault(kind, [])
        return self._listed(columns, f"{kind} {self.label}{ending}", what)

    def of_every_lea(self, words: str, what: Sql) -> Sql:
        """Return a column of the first stage of LEAs, written once for all steps."""
        name = self.lowered.name((-1, words), words)
        first = self.lowered.stage((0, Scope.LEA))
        if all(column != name for layer in first.layers[:1] for column, _ in layer):
            first.add(1, name, what)
        return sql.column(name)

    def _listed(self, columns: list[Column], words: str, what: Sql) -> Sql:
        name = self.lowered.name((self.position, words), words)
        columns.append((name, what))
        return sql.column(name)

    def seal(self) -> None:
        """Mark that what follows reads the parts just written."""
        self.layer += 1

    def _before(self, scope: Scope) -> Place:
        return self.place[0] - 1, scope

    def _put(self, words: str, what: Sql, layer: int) -> Sql:
        name = self.lowered.name((self.position, words), words)
        self.lowered.stage(self.place).add(layer, name, what)
        return sql.column(name)
