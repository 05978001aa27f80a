"""How two rulesets differ on made-up entities that are tried: for rules that do more with numbers than a proof covers.

What is found is certain, as both rulesets have been evaluated on it. What is not found is not proved to be the same.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import islice, zip_longest
from typing import Final, Generic, TypeVar

from attrs import define, evolve, field, frozen

from rulelang.core.record import FieldKey
from rulelang.core.tree import NOT_RATED, Value
from rulelang.core.truth import CANNOT_TELL
from rulelang.engine.evaluate import Evaluation, evaluate_all
from rulelang.engine.steps import Prepared
from rulelang.engine.wording import answer_text
from rulelang.reasoning.answers import alike, called, outcomes_reported, value_in_words, value_of, values_of
from rulelang.reasoning.differences import Difference
from rulelang.reasoning.drawn import Draws
from rulelang.reasoning.possible import NOT_GIVEN, MadeUp, Option, Place
from rulelang.reasoning.spelled_out import facts_read, opened, spelled_out

KNOWN: Final = 120
"""How many made-up entities are tried of which nothing is missing from the data."""

MISSING: Final = 40
"""How many more are tried of which something is, for outcomes in which the others show no difference."""

EXAMPLES: Final = 25
"""How many kinds of difference have an example, the first of each outcome before the second of any."""

SEED: Final = 14

_A_NUMBER: Final = "a number"
"""What stands for any number: all differences between two numbers of an outcome are one kind."""


Shown = TypeVar("Shown")
"""A difference, or one with more that is said of it."""


@frozen
class Tried(Generic[Shown]):
    """How two rulesets differ on `number` made-up entities: what is not among the differences is not proved the same.

    Each difference has an entity that shows it; `more` is how many kinds have no example. `only_before` and
    `only_after` name the outcomes that only one of the rulesets has, so that they are not compared; those in `same` are
    proved to be the same, as both make them in the same way. `number` is 0 if no outcome of both is left.
    """

    number: int
    differences: tuple[Shown, ...]
    more: int
    only_before: tuple[str, ...]
    only_after: tuple[str, ...]
    same: tuple[str, ...]


def tried(old: Prepared, new: Prepared) -> Tried[Difference]:
    """Return how two rulesets differ on made-up entities, the same ones each time: examples for each outcome.

    Compared are the determination with its label, methods and referrals or, where levels are worked out, these and the
    measures that nothing else uses; each where what it rests on is the same. Of an example every fact has been dropped
    that it shows the difference without. Entities with missing data are looked at as in `differences`.
    """
    trials = _Trials.of((old, new))
    if not trials.outcomes:
        return Tried(0, (), 0, *trials.only, trials.same)
    found: dict[_Kind, _Seen] = {}
    for known, number in ((True, KNOWN), (False, MISSING)):
        shown = {outcome for outcome, *_ in found}
        leas = list(trials.draws.entities(number, SEED + known, known=known))
        for kind, lea, group in trials.seen(leas):
            if kind[0] not in shown:
                found.setdefault(kind, _Seen(lea, group)).also(lea, group)
    in_turn = zip_longest(*(_nearest(old, name, found) for name in trials.outcomes))
    first = set(islice((kind for some in in_turn for kind in some if kind is not None), EXAMPLES))
    listed = {kind: found[kind] for name in trials.outcomes for kind in _nearest(old, name, first)}
    return Tried(KNOWN + MISSING, tuple(trials.examples(listed)), len(found) - len(listed), *trials.only, trials.same)


_Kind = tuple[str, str, str]
"""A kind of difference: an outcome, and what it is by the first ruleset and by the second."""


def _nearest(prepared: Prepared, outcome: str, kinds: Iterable[_Kind]) -> list[_Kind]:
    """Return those of some kinds of difference in an outcome: between levels side by side first, absent ones last."""
    scales = [scale.levels for scale in prepared.ruleset.vocabulary.scales]

    def rank(kind: _Kind) -> tuple[bool, bool, int]:
        """Return how far apart the two are."""
        ends = set(kind[1:])
        steps = [abs(levels.index(kind[1]) - levels.index(kind[2])) for levels in scales if ends.issubset(levels)]
        return CANNOT_TELL in ends, str(NOT_RATED) in ends, min(steps, default=0)

    return sorted(sorted(kind for kind in kinds if kind[0] == outcome), key=rank)


@define
class _Seen:
    """The smallest entity so far with a kind of difference, the student group that has it, and all kinds with it."""

    lea: MadeUp
    group: str | None
    kinds: set[str] = field(factory=set)

    def also(self, lea: MadeUp, group: str | None) -> None:
        """Take in another entity with the difference."""
        self.kinds.add(lea.kind)
        if _size(lea) < _size(self.lea):
            self.lea, self.group = lea, group


def _size(lea: MadeUp) -> tuple[int, int]:
    return len(lea.others), len(lea.cells)


@frozen
class _Outcome:
    """An outcome of a ruleset by the name of its definition, with the fields and the definitions it rests on.

    `is_decided` says that it is a determination, or goes with one, and is there for an LEA of any kind.
    """

    prepared: Prepared
    definition: str
    is_decided: bool
    fields: frozenset[FieldKey] = field(repr=False)
    rests_on: frozenset[str] = field(repr=False)

    @classmethod
    def of(cls, prepared: Prepared, definition: str, *, is_decided: bool) -> _Outcome:
        """Return an outcome of a ruleset."""
        year, positions = prepared.ruleset.year, prepared.positions
        own = [positions[year, definition]] if (year, definition) in positions else []
        beneath = set(prepared.beneath(own))
        fields = frozenset(read.key for at, read in prepared.fields.items() if at in beneath)
        names = {name for (of, name), at in positions.items() if of == year and at in beneath}
        return cls(prepared, definition, is_decided, fields, frozenset(names - {definition}))

    def values(self, evaluation: Evaluation) -> Mapping[str | None, Value]:
        """Return its value for each student group by name, or for the LEA (None)."""
        if self.is_decided:
            return {None: value_of(self.prepared, evaluation, self.definition)}
        return values_of(evaluation, self.definition)

    def text(self, evaluation: Evaluation, group: str | None) -> str:
        """Return its value in words, a number with its decimals."""
        if self.is_decided:
            return value_of(self.prepared, evaluation, self.definition)
        return value_in_words(evaluation, self.definition, group)


_Example = tuple[MadeUp, str | None]
"""A made-up entity, and the student group of it (None: the LEA) that shows a difference."""

_Pair = tuple[Evaluation, Evaluation]
"""The evaluations of a made-up entity by the first ruleset and by the second."""


@frozen
class _Trials:
    """What is tried: the outcomes of two rulesets that are compared, those of one of them, and those made alike."""

    draws: Draws
    outcomes: Mapping[str, tuple[_Outcome, _Outcome]]
    only: tuple[tuple[str, ...], tuple[str, ...]]
    same: tuple[str, ...]

    @classmethod
    def of(cls, sides: tuple[Prepared, Prepared]) -> _Trials:
        """Return what is tried of two rulesets."""
        names = {name: is_decided for side in sides for name, is_decided in outcomes_reported(side)}
        has = [[name for name in names if _has(side, name, is_decided=names[name])] for side in sides]
        old, new = (
            {name: _Outcome.of(side, name, is_decided=names[name]) for name in some}
            for side, some in zip(sides, has, strict=True)
        )
        first, second = (
            tuple(called(name) for name in one if name not in other) for one, other in ((old, new), (new, old))
        )
        both = {name: (one, new[name]) for name, one in old.items() if name in new}
        made_alike = alike(*sides)
        same = tuple(called(name) for name in both if name in made_alike)
        open_ = {name: pair for name, pair in both.items() if name not in made_alike}
        return cls(Draws.of(sides), open_, (first, second), same)

    def seen(self, leas: Sequence[MadeUp]) -> Iterator[tuple[_Kind, MadeUp, str | None]]:
        """Yield every difference that some entities show, with the student group that shows it."""
        for lea, pair in zip(leas, self._evaluated([(lea, self.draws.places) for lea in leas]), strict=True):
            yield from ((kind, lea, group) for kind, group in self._differing(pair, self.outcomes))

    def _evaluated(self, leas: Sequence[tuple[MadeUp, Collection[Place]]]) -> Iterator[_Pair]:
        """Yield the evaluations of entities, each with the cells that its data have; those with others on their own."""
        first, second = self.draws.sides
        if first.relates or second.relates:
            for lea, places in leas:
                before, after = (next(evaluate_all(side, lea.records(side, places))) for side in (first, second))
                yield before, after
        else:
            sides = (evaluate_all(side, [lea.record(side, some) for lea, some in leas]) for side in (first, second))
            yield from zip(*sides, strict=True)

    def _differing(self, pair: _Pair, names: Iterable[str]) -> Iterator[tuple[_Kind, str | None]]:
        """Yield the differences in some outcomes between two evaluations, where what these rest on is the same."""
        asked = {
            name: [one for side in self.outcomes[name] for one in side.rests_on if one in self.outcomes]
            for name in names
        }
        changed: dict[str, Mapping[str | None, tuple[Value, Value]]] = {}
        for name in dict.fromkeys((*asked, *(below for some in asked.values() for below in some))):
            before, after = (one.values(found) for one, found in zip(self.outcomes[name], pair, strict=True))
            if before != after:
                both = {group: (before[group], after[group]) for group in before if group in after}
                changed[name] = {group: values for group, values in both.items() if values[0] != values[1]}
        for outcome, below in asked.items():
            for group, (first, second) in changed.get(outcome, {}).items():
                if not any(group in (None, one) or one is None for name in below for one in changed.get(name, ())):
                    yield (outcome, _word(first), _word(second)), group

    def examples(self, found: Mapping[_Kind, _Seen]) -> Iterator[Difference]:
        """Yield each kind of difference with its example made smaller, fact by fact, as long as it shows it.

        The example is of the first kind of entity and the first student group that show it.
        """
        now = {kind: (self._of_outcome(kind, seen), seen.group) for kind, seen in found.items()}
        facts = facts_read(self.draws.sides)
        open_ = self.draws.types | {one.key for one in facts}
        self._shorten(now, self.draws.types)
        groups = [group for group in self.draws.cells if group is not None]
        of_first = {kind: (lea, group) for kind, (lea, group) in now.items() if group is not None}
        self._take(now, {kind: (_of_group(lea, groups[0]), groups[0]) for kind, (lea, _) in of_first.items()})
        names = [one.name for one in self.draws.sides[0].ruleset.vocabulary.kinds]
        for name in reversed(names):
            alike = {kind: (evolve(lea, kind=name), group) for kind, (lea, group) in now.items() if not lea.others}
            for kind in self._take(now, alike):
                found[kind].kinds.add(name)
        self._spell_out(now, facts)
        self._shorten(now, open_)
        for (kind, (lea, group)), pair in zip(now.items(), self._pairs(now), strict=True):
            before, after = (one.text(side, group) for one, side in zip(self.outcomes[kind[0]], pair, strict=True))
            kinds = tuple(name for name in names if name in found[kind].kinds)
            yield Difference(called(kind[0]), before, after, kinds, _said(lea, open_))

    def _shorten(self, now: dict[_Kind, _Example], open_: Collection[FieldKey]) -> None:
        """Leave out of examples what they show the same without; what is open is then unknown, the rest not rated."""
        facts = {kind: list(_facts(lea, open_)) for kind, (lea, _) in now.items()}
        while some := [kind for kind in now if facts[kind]]:
            self._take(now, {kind: (_without(now[kind][0], *facts[kind].pop(), open_), now[kind][1]) for kind in some})

    def _spell_out(self, now: dict[_Kind, _Example], read: Collection[Place]) -> None:
        """Have examples say that a number is not rated, where it matters that it is not unknown."""
        kinds, every = list(now), set(read)
        facts = [[one for one in self._places(kind, now[kind][1]) if one in every] for kind in kinds]

        def shows(leas: Mapping[int, MadeUp]) -> Collection[int]:
            some = {kinds[at]: (lea, now[kinds[at]][1]) for at, lea in leas.items()}
            shown = set(self._shown(some))
            return [at for at in leas if kinds[at] in shown]

        vocabulary = self.draws.sides[0].ruleset.vocabulary
        spelled = spelled_out([lea for lea, _ in now.values()], facts, vocabulary, shows)
        for kind, lea, own in zip(kinds, spelled, facts, strict=True):
            now[kind] = opened(lea, own, vocabulary), now[kind][1]

    def _shown(self, examples: Mapping[_Kind, _Example]) -> list[_Kind]:
        """Return the kinds of difference whose examples show it."""
        return [
            kind
            for (kind, (_, group)), pair in zip(examples.items(), self._pairs(examples), strict=True)
            if (kind, group) in self._differing(pair, [kind[0]])
        ]

    def _take(self, now: dict[_Kind, _Example], others: Mapping[_Kind, _Example]) -> list[_Kind]:
        """Put other examples in place of those that there are, where they show the same; return where they do."""
        shown = self._shown(others)
        now |= {kind: others[kind] for kind in shown}
        return shown

    def _pairs(self, examples: Mapping[_Kind, _Example]) -> Iterator[_Pair]:
        """Yield the evaluations of examples."""
        places = ((lea, self._places(kind, group)) for kind, (lea, group) in examples.items())
        return self._evaluated(list(places))

    def _of_outcome(self, kind: _Kind, seen: _Seen) -> MadeUp:
        """Return an entity with those facts alone that the outcome of a difference could rest on, numbers first."""
        places = self._places(kind, seen.group)

        def own(_: int, cells: Mapping[Place, Option]) -> Mapping[Place, Option]:
            some = [(place, cells[place]) for place in places if place in cells]
            return dict(sorted(some, key=lambda cell: (cell[0].key[0], isinstance(cell[1], str))))

        return seen.lea.with_cells(own)

    def _places(self, kind: _Kind, group: str | None) -> Collection[Place]:
        """Return the cells that the outcome of a difference could rest on, for a student group or for the LEA."""
        fields = {key for one in self.outcomes[kind[0]] for key in one.fields}
        some = (place for place in self.draws.places if place.key in fields)
        return [place for place in some if group is None or place.group in (None, group)]


def _of_group(lea: MadeUp, group: str) -> MadeUp:
    """Return an entity with the facts of its only student group moved to another group."""
    cells = {place if place.group is None else evolve(place, group=group): one for place, one in lea.cells.items()}
    return evolve(lea, cells=cells)


def _facts(lea: MadeUp, open_: Collection[FieldKey]) -> Iterator[tuple[int, Place | None]]:
    """Yield the facts of an entity (0) and of its others, each with its cell; an other as a whole comes last (None).

    What is open and unknown is none of them.
    """
    for at, one in enumerate((lea, *lea.others)):
        yield from ((at, place) for place, option in one.cells.items() if option != NOT_GIVEN or place.key not in open_)
        yield from [(at, None)] if at else ()


def _without(lea: MadeUp, at: int, place: Place | None, open_: Collection[FieldKey]) -> MadeUp:
    """Return an entity without a fact, as `_facts` has it; what is open is then unknown."""
    every = [lea, *lea.others]
    if place is None:
        every[at : at + 1] = []
    elif at < len(every) and place.key in open_:
        every[at] = evolve(every[at], cells={**every[at].cells, place: NOT_GIVEN})
    elif at < len(every):
        every[at] = evolve(every[at], cells={one: option for one, option in every[at].cells.items() if one != place})
    return evolve(every[0], others=tuple(every[1:]))


def _said(lea: MadeUp, open_: Collection[FieldKey]) -> MadeUp:
    """Return an entity without what is open and unknown, of which an example says nothing."""
    return lea.with_cells(
        lambda _, own: {at: option for at, option in own.items() if option != NOT_GIVEN or at.key not in open_}
    )


def _has(prepared: Prepared, name: str, *, is_decided: bool) -> bool:
    """Return whether a ruleset has an outcome: any that goes with a determination if it gives one."""
    if is_decided:
        return not prepared.ruleset.reports_levels
    return (prepared.ruleset.year, name) in prepared.positions


def _word(value: Value) -> str:
    """Return a value in words, by which kinds of difference are distinguished."""
    return _A_NUMBER if isinstance(value, Fraction) else answer_text(value)
