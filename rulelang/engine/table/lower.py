"""Lowering: the steps of a ruleset become columns of SQL.

`engine.steps.prepare` has flattened the definitions into steps that read earlier steps only, each for the LEA or for
each student group. Here every step becomes an expression over the columns of the facts. One that is used once is
inside the one that uses it; one that is used more often, and every one asked for, becomes a column, and columns that
read others are in a later layer, a query over the one before.

A count over student groups is an aggregation of the groups' table into the LEAs' table, so the layers come in stages:
LEAs, groups, LEAs with their counts, and again as often as rules look back and forth. `query` makes the text of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence

from attrs import define, field, frozen

from rulelang.core.ruleset import Ruleset
from rulelang.core.tree import Get, binds_groups
from rulelang.core.vocabulary import Scope
from rulelang.engine.steps import Prepared, Step, prepare
from rulelang.engine.table import sql
from rulelang.engine.table.facts import Fact, Names, NumberFormats, whole_numbers
from rulelang.engine.table.names import UnsupportedRulesError
from rulelang.engine.table.nodes import Nodes, is_cheap, is_given, repeats_inputs
from rulelang.engine.table.sql import Column, Sql
from rulelang.engine.table.values import Lowered

MOST_LAYERS = 60
"""More layers of queries than this are too deep for a database; the record engine has no such limit."""

Place = tuple[int, Scope]
"""A stage: how many counts over groups come before it, and whether it is of the LEA or of its groups."""


@define
class Stage:
    """The columns of one table: those taken over from other stages, its facts, its layers, and counts over its rows."""

    place: Place
    facts: dict[Fact, str] = field(factory=dict)
    taken: dict[Place, dict[str, None]] = field(factory=dict)
    layers: list[list[Column]] = field(factory=list)
    counts: list[Column] = field(factory=list)  # aggregations over the rows of an LEA

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


@frozen(eq=False)
class LoweredRuleset:
    """A ruleset as columns of SQL, ready to become a query over any tables of facts.

    `outputs` has, for each step asked for, its value in terms of the columns of its stage. `stages` are in order.
    """

    prepared: Prepared
    formats: NumberFormats
    stages: Mapping[Place, Stage] = field(repr=False)
    outputs: Mapping[int, Placed] = field(repr=False)
    names: Names = field(repr=False)

    @property
    def ruleset(self) -> Ruleset:
        """Return the rules it was made from."""
        return self.prepared.ruleset

    @property
    def facts(self) -> Mapping[Fact, str]:
        """Return what it asks of the data, each with the name of its column."""
        return {fact: name for stage in self.stages.values() for fact, name in stage.facts.items()}


def lower(
    ruleset: Ruleset | Prepared,
    outputs: Collection[int] | None = None,
    formats: NumberFormats = whole_numbers,
) -> LoweredRuleset:
    """Return a ruleset as columns of SQL.

    `outputs` are the positions of the steps whose values are wanted, by default those of all definitions. Raises
    UnsupportedRulesError if there is no such form: numbers that could exceed 38 digits, or sentences too deep.
    """
    prepared = ruleset if isinstance(ruleset, Prepared) else prepare(ruleset)
    wanted = set(prepared.positions.values() if outputs is None else outputs)
    return _Lowering(prepared, formats, wanted).run()


@define
class _Lowering:
    """The columns made so far."""

    prepared: Prepared
    formats: NumberFormats
    wanted: set[int]
    names: Names = field(factory=Names)
    stages: dict[Place, Stage] = field(factory=dict)
    placed: dict[int, Placed] = field(factory=dict)
    _labels: dict[int, str] = field(factory=dict)

    def run(self) -> LoweredRuleset:
        steps = self.prepared.steps
        needed = _needed(steps, self.wanted)
        self._labels = _labels(self.prepared)
        places = _places(steps, needed)
        uses = _uses(steps, needed)
        for position in needed:
            self._lower(position, places, uses)
        if any(len(stage.layers) > MOST_LAYERS for stage in self.stages.values()):
            message = "sentences that are nested too deep"
            raise UnsupportedRulesError(message)
        outputs = {position: self.placed[position] for position in sorted(self.wanted)}
        stages = {place: self.stages[place] for place in sorted(self.stages, key=_order)}
        return LoweredRuleset(self.prepared, self.formats, stages, outputs, self.names)

    def stage(self, place: Place) -> Stage:
        """Return a stage, created if it does not exist yet."""
        return self.stages.setdefault(place, Stage(place))

    def _lower(self, position: int, places: Mapping[int, Place], uses: Counter[int]) -> None:
        step, place = self.prepared.steps[position], places[position]
        scribe = Scribe(self, place, position, self._labels.get(position, f"step {position}"))
        value = Nodes(self.prepared, self.formats, scribe).lowered(step)
        crosses = any(places[user] != place for user in _users(self.prepared.steps, position, places))
        plain = is_given(step.node) or self._is_at_hand(position, value)
        shared = uses[position] > 1 and not is_cheap(step, self.prepared.steps)
        if not plain and (shared or crosses or position in self.wanted):
            value = scribe.column(value)
        self.placed[position] = Placed(value, place, scribe.layer)

    def _is_at_hand(self, position: int, value: Lowered) -> bool:
        """Return whether a value without a name of its own is a column or a constant already."""
        bare = (sql.COLUMN, sql.LITERAL, sql.TRUTH, sql.NULL)
        return position not in self._labels and all(isinstance(part, bare) for part in value.parts())


@define
class Scribe:
    """Writes columns for one step, and knows the layer of the columns it has read."""

    lowering: _Lowering
    place: Place
    position: int
    label: str
    layer: int = 0

    def read(self, position: int) -> Lowered:
        """Return the value of an earlier step, taken over if it belongs to another stage."""
        found = self.lowering.placed[position]
        if found.place == self.place:
            self.layer = max(self.layer, found.layer)
        else:
            self._take(found)
        return found.value.copy()

    def _take(self, found: Placed) -> None:
        for part in found.value.parts():
            self._take_columns(found.place, [column.name for column in part.find_all(sql.COLUMN)])

    def _take_columns(self, place: Place, names: Iterable[str]) -> None:
        self.lowering.stage(place)
        self.lowering.stage(self.place).taken.setdefault(place, {}).update(dict.fromkeys(names))

    def fact(self, fact: Fact) -> Sql:
        """Return the column of a fact; `rated` of a number is a column of its own."""
        home = 0, Scope.GROUP if fact.of_groups else Scope.LEA
        name = self.lowering.names.of(fact, fact.words)
        self.lowering.stage(home).facts[fact] = name
        if home != self.place:
            self._take_columns(home, fact.columns(name))
        return sql.column(name)

    def column(self, value: Lowered, ending: str = "") -> Lowered:
        """Return a value in columns of its own, in the next layer."""
        stage = self.lowering.stage(self.place)
        self.layer += 1

        def write(part: str, what: Sql) -> Sql:
            words = f"{self.label}{ending}{part}"
            name = self._name(words)
            stage.add(self.layer, name, what)
            return sql.column(name)

        return value.mapped(write)

    def part(self, what: Sql, ending: str) -> Sql:
        """Return a part of a value in a column of its own, in the next layer."""
        stage = self.lowering.stage(self.place)
        words = f"{self.label} {ending}"
        name = self._name(words)
        stage.add(self.layer + 1, name, what)
        return sql.column(name)

    def count(self, what: Sql, ending: str) -> Sql:
        """Return a number that is counted over the rows of the groups' stage that comes before this one."""
        number, _ = self.place
        stage = self.lowering.stage((number - 1, Scope.GROUP))
        words = f"{self.label} {ending}"
        name = self._name(words)
        stage.counts.append((name, sql.total(what)))
        return sql.column(name)

    def of_groups(self, position: int) -> Lowered:
        """Return the value of a step as it is in the groups' stage that a count goes over."""
        number, _ = self.place
        inner = Scribe(self.lowering, (number - 1, Scope.GROUP), self.position, self.label)
        return inner.read(position)

    def _name(self, words: str) -> str:
        return self.lowering.names.of((self.position, words), words)

    def seal(self) -> None:
        """Mark that what follows reads the parts just written."""
        self.layer += 1


# ---- What there is to lower, where, and how often it is used ----


def _needed(steps: Sequence[Step], wanted: Collection[int]) -> list[int]:
    """Return the positions of the steps that the wanted ones depend on, and these, in order."""
    needed = set(wanted)
    for position in range(len(steps) - 1, -1, -1):
        if position in needed:
            needed.update(steps[position].inputs)
    return sorted(needed)


def _places(steps: Sequence[Step], needed: Sequence[int]) -> dict[int, Place]:
    places: dict[int, Place] = {}
    for position in needed:
        step = steps[position]
        number = max((places[below][0] for below in step.inputs if below in places), default=0)
        places[position] = (number + binds_groups(step.node), step.scope)
    return places


def _order(place: Place) -> tuple[int, int]:
    number, scope = place
    return number, int(scope is Scope.GROUP)


def _uses(steps: Sequence[Step], needed: Sequence[int]) -> Counter[int]:
    """Return how often each step appears in the expressions of those that read it."""
    uses: Counter[int] = Counter()
    for position in needed:
        step = steps[position]
        often = 2 if repeats_inputs(step.node) else 1
        for below in step.inputs:
            uses[below] += often
    return uses


def _users(steps: Sequence[Step], position: int, places: Mapping[int, Place]) -> list[int]:
    return [user for user in places if user > position and position in steps[user].inputs]


def _labels(prepared: Prepared) -> dict[int, str]:
    """Return the words for the steps that are definitions: their names, and the year if it is another."""
    labels = {at: _field_words(asked) for at, asked in prepared.fields.items()}
    for (year, name), position in prepared.positions.items():
        words = name if year == prepared.ruleset.year else f"{name} {year}"
        labels.setdefault(position, words)
    return labels


def _field_words(node: Get) -> str:
    return f"{' '.join(filter(None, node.key))} {node.year}"
