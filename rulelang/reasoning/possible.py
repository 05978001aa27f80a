"""All data an LEA could have, as variables: for each cell of each year a level, or none, or unknown.

Years are counted back from the year of the rules (0, then 1 for the Dashboard year before it), so that the rules of two
years can be applied to the same data.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import combinations, islice
from typing import Final

from attrs import evolve, field, frozen

from rulelang.core.record import FieldKey, LeaRecord, PublishedFacts, Reading, YearFacts
from rulelang.core.ruleset import Ruleset
from rulelang.core.tree import PriorityCount, constant
from rulelang.core.vocabulary import Vocabulary
from rulelang.engine.columns import Answers, Column, Names, names_of, shape_of
from rulelang.engine.evaluate import evaluate_facts
from rulelang.engine.facts import Facts, fields_asked, never_reported
from rulelang.engine.steps import Prepared
from rulelang.reasoning.circuit import FALSE, TRUE, Circuit, Literal, rows_of, specialized
from rulelang.reasoning.solver import Solver

NOT_GIVEN: Final = "unknown"
"""The option of a cell that is missing from the data; None is the option of one that is known to have no level."""

_NO_LEVEL: Final = Reading(None)

Option = str | int | bool | Fraction | None


@frozen(cache_hash=True)
class Place:
    """A cell: how many Dashboard years back, the student group (None: the LEA), the indicator and its scale.

    A fact in a published list is a cell as well, with an empty indicator.
    """

    back: int
    group: str | None
    key: FieldKey


LISTED: Final = "published list"
"""The scale of the cells that hold how many priorities a student group met by a published list."""


@frozen
class NumbersReadError(Exception):
    """Rules do more than compare numbers with limits; `names` are the numbers, or the words of the rules."""

    names: tuple[str, ...]

    def __str__(self) -> str:
        shown = ", ".join(f"`{' '.join(name.split())}`" for name in self.names)
        return f"the rules do more with numbers than compare them with limits: {shown}; try them with `tried()`"


@frozen(eq=False)
class PossibleData:
    """The data of an LEA as variables of a circuit: for each cell a literal for each of its options, one of them true.

    `kinds` has a literal for each kind of LEA, and `levels` the levels of each scale, those of several vocabularies
    together. Of each of the `others`, which no cell decides, exactly one literal is true as well.
    """

    circuit: Circuit = field(factory=Circuit)
    kinds: dict[str, Literal] = field(factory=dict)
    cells: dict[Place, Mapping[Option, Literal]] = field(factory=dict)
    levels: dict[str, tuple[str, ...]] = field(factory=dict, repr=False)
    order: dict[str | None, int] = field(factory=dict, repr=False)
    others: list[Collection[Literal]] = field(factory=list, repr=False)

    def cell(self, place: Place, options: Iterable[Option]) -> Mapping[Option, Literal]:
        """Return the literals of a cell, new where it has none yet."""
        if place not in self.cells:
            self.cells[place] = {option: self.circuit.variable() for option in options}
        return self.cells[place]

    def rules(self, cells: Iterable[Place] | None = None) -> Iterator[Sequence[Literal]]:
        """Yield the clauses that hold for all data, or for those of some cells: each has one of its options."""
        for wires in (self.kinds.values(), *self.others):
            yield from _exactly_one(wires)
        for place in self.cells if cells is None else cells:
            yield from _exactly_one(self.cells[place].values())

    def of_kind(
        self, kind: str, wires: Sequence[Literal], groups: Collection[str], *, known: bool = False
    ) -> tuple[PossibleData, list[Literal]]:
        """Return the data of the LEAs of one kind in a smaller circuit, and some wires as they are there.

        It has the cells that these depend on; of student groups other than `groups` nothing is said. With `known`, all
        is known of a cell of which it can be.
        """
        data = PossibleData(kinds={kind: TRUE}, order=self.order)
        inputs = {TRUE: TRUE, **{wire: TRUE if name == kind else FALSE for name, wire in self.kinds.items()}}
        for place, options in self.cells.items():
            is_open = place.group is None or place.group in groups
            said = options if is_open else (blank(options),)
            data.cells[place] = {**dict.fromkeys(options, FALSE), **_by_what_is_said(data.circuit, said, known=known)}
            inputs.update({wire: data.cells[place][option] for option, wire in options.items()})
        for others in self.others:
            data.others.append([data.circuit.variable() for _ in others])
            inputs.update(zip(others, data.others[-1], strict=True))
        found = specialized(self.circuit, inputs, self.circuit.cone(wires), wires, data.circuit)
        needed = set(data.cells_in(found))
        for place in self.cells.keys() - needed:
            del data.cells[place]
        return data, found

    def cells_in(self, wires: Iterable[Literal]) -> list[Place]:
        """Return the cells that some wires depend on."""
        cone = {*self.circuit.cone(wires)} - {TRUE}
        return [place for place, options in self.cells.items() if not cone.isdisjoint(options.values())]

    def in_order(self, places: Iterable[Place]) -> list[Place]:
        """Return cells in the order of a report: year by year back, the LEA first, then by student group."""
        return sorted(places, key=lambda place: (place.back, *self.ranks(place)))

    def ranks(self, place: Place) -> tuple[int, int, int]:
        """Return the place in the vocabulary of a cell's student group, its indicator, and its scale or number."""
        indicator, scale = place.key
        last = len(self.order)
        return self.order.get(place.group, -1), self.order.get(indicator, last), self.order.get(scale, last)


def _exactly_one(wires: Collection[Literal]) -> Iterator[Sequence[Literal]]:
    yield tuple(wires)
    yield from ((-one, -other) for one, other in combinations(wires, 2) if FALSE not in (one, other))


def blank(options: Collection[Option]) -> Option:
    """Return the option of a cell without a fact: not rated or, for a list, not stated."""
    return None if None in options else NOT_GIVEN if NOT_GIVEN in options else False


def _by_what_is_said(circuit: Circuit, options: Collection[Option], *, known: bool) -> Mapping[Option, Literal]:
    """Return new literals for the options of a cell: of being blank that nothing else is said, which is no variable."""
    empty = blank(options)
    never = NOT_GIVEN if known else empty
    found = {option: circuit.variable() for option in options if option not in (empty, never)}
    last = sorted(found, key=lambda option: option == NOT_GIVEN)  # levels first, as where a level is asked for at all
    found[empty] = -circuit.some(found[option] for option in last)
    return found


def years_back(ruleset: Ruleset, year: int) -> int:
    """Return how many Dashboard years a year is before that of a ruleset."""
    years = ruleset.vocabulary.years
    return bisect_right(years, ruleset.year) - bisect_right(years, year)


def numbers_read(prepared: Prepared) -> tuple[str, ...]:
    """Return the numbers that the rules of a ruleset read or, where they read none, those they state; as text."""
    scales = {scale.name for scale in prepared.ruleset.vocabulary.scales}
    read = {key[1] for _, key, _ in fields_asked(prepared)} - scales
    constants = (constant(step.node) for step in prepared.steps)
    return tuple(sorted(read or {str(value) for value in constants if isinstance(value, Fraction)}))


def columns_of(prepared: Prepared, data: PossibleData, opened: Mapping[int, Column] | None = None) -> Sequence[Column]:
    """Return the column of every step of a ruleset, whose rows are literals of the data's circuit.

    Cells that the rules ask for are added to the data. `opened` has the columns of steps that depend on numbers;
    without it NumbersReadError is raised if the rules ask for numbers.
    """
    vocabulary = prepared.ruleset.vocabulary
    if opened is None and (numbers := numbers_read(prepared)):
        raise NumbersReadError(numbers)
    know_words(vocabulary, data)
    kinds = {name: rows_of(data.circuit, (wire,)) for name, wire in data.kinds.items()}
    scales = {scale.name for scale in vocabulary.scales}
    fields = {
        (year, key, of_group): _field(prepared, data, year, key, of_group=of_group)
        for year, key, of_group in fields_asked(prepared)
        if key[1] in scales
    }
    facts = Facts(shape_of(1, len(prepared.groups)), kinds, fields)
    return evaluate_facts(prepared, facts, {**(opened or {}), **_listed(prepared, data)})


def know_words(vocabulary: Vocabulary, data: PossibleData) -> None:
    """Add the kinds of LEA and the levels of a vocabulary to what data may have, and its words to their order.

    For rulesets with different vocabularies this must be done with each before the columns of any are made.
    """
    of_indicators = [*(one.name for one in vocabulary.scales), *(one.name for one in vocabulary.numbers)]
    for names in ([one.name for one in vocabulary.groups], [one.name for one in vocabulary.indicators], of_indicators):
        for at, name in enumerate(names):
            data.order.setdefault(name, at)
    for kind in vocabulary.kinds:
        if kind.name not in data.kinds:
            data.kinds[kind.name] = data.circuit.variable()
    for scale in vocabulary.scales:
        data.levels[scale.name] = tuple(dict.fromkeys((*data.levels.get(scale.name, ()), *scale.levels)))


def _field(prepared: Prepared, data: PossibleData, year: int, key: FieldKey, *, of_group: bool) -> Names:
    vocabulary = prepared.ruleset.vocabulary
    back, levels = years_back(prepared.ruleset, year), data.levels[key[1]]
    never = set(never_reported(vocabulary, year, key)) if of_group else set()
    groups: Sequence[str | None] = [group.name for group in prepared.groups] if of_group else [None]
    lanes = [
        {} if lane in never else data.cell(Place(back, group, key), (None, NOT_GIVEN, *levels))
        for lane, group in enumerate(groups)
    ]
    rows = {option: rows_of(data.circuit, [wires.get(option, FALSE) for wires in lanes]) for option in (None, *levels)}
    return names_of({level: rows[level] for level in levels}, rows[None])


# ---- What published lists may say ----


def _listed(prepared: Prepared, data: PossibleData) -> Mapping[int, Column]:
    """Return the columns of the steps that ask for a fact of a published list."""
    found: dict[int, Column] = {}
    for position, asked in prepared.lists.items():
        of = asked.of
        found[position] = (
            _outcome_listed(prepared, data, asked.year, of)
            if isinstance(of, str)
            else _tally_listed(prepared, data, asked.year, of)
        )
    return found


def _tally_listed(prepared: Prepared, data: PossibleData, year: int, count: PriorityCount) -> Answers:
    """Return whether each group met a number of priorities, given the number in the list, if the list has one."""
    back = years_back(prepared.ruleset, year)
    vocabulary = prepared.ruleset.vocabulary
    most, fewest = len(vocabulary.priorities), PublishedFacts().fewest
    stated = data.cell(Place(back, None, ("", LISTED)), (False, True))[True]
    wires: dict[bool, list[Literal]] = {True: [], False: []}
    for group in prepared.groups:
        counts = data.cell(Place(back, group.name, ("", LISTED)), (None, *range(fewest, most + 1)))
        for answer, rows in wires.items():
            ranges = (
                (wire, range(min(fewest, most + 1)) if met is None else range(int(met), int(met) + 1))
                for met, wire in counts.items()
            )
            fits = [wire for wire, met in ranges if count.quantity.of_any(met, most) is answer]
            rows.append(data.circuit.both(stated, data.circuit.some(fits)))
    return Answers(*(rows_of(data.circuit, wires[answer]) for answer in (True, False)))


def _outcome_listed(prepared: Prepared, data: PossibleData, year: int, outcome: str) -> Answers:
    back = years_back(prepared.ruleset, year)
    wires = data.cell(Place(back, None, (outcome, LISTED)), (NOT_GIVEN, True, False))
    return Answers(*(rows_of(data.circuit, (wires[answer],)) for answer in (True, False)))


# ---- From values back to data ----


@frozen
class MadeUp:
    """A made-up LEA: its kind, and the option of each cell that is anything but not rated or not stated.

    `others` are what it is related to, where the rules relate entities. As in an example, one belongs to the last
    before it that it can belong to; if there is none, the last before it that belongs to nothing yet belongs to it.
    """

    kind: str
    cells: Mapping[Place, Option]
    others: tuple[MadeUp, ...] = ()

    def with_cells(self, change: Callable[[int, Mapping[Place, Option]], Mapping[Place, Option]]) -> MadeUp:
        """Return the LEA (0) and its others with the cells that a function makes of the number and cells of each."""
        first, *others = (evolve(one, cells=change(at, one.cells)) for at, one in enumerate((self, *self.others)))
        return evolve(first, others=tuple(others))

    def records(self, prepared: Prepared, places: Collection[Place]) -> list[LeaRecord]:
        """Return the LEA and the others as records for a ruleset; every cell that is not among theirs is not rated."""
        vocabulary, every, owners = prepared.ruleset.vocabulary, (self, *self.others), dict[int, int]()
        for at, one in enumerate(every):
            above = vocabulary.above(one.kind)
            owner = next((other for other in reversed(range(at)) if every[other].kind in above), None)
            if owner is not None:
                owners[at] = owner
            else:
                orphans = (other for other in reversed(range(at)) if other not in owners)
                below = (other for other in orphans if one.kind in vocabulary.above(every[other].kind))
                owners.update(dict.fromkeys(islice(below, 1), at))
        return [
            evolve(one.record(prepared, places), code=f"{at}", belongs_to=f"{owners[at]}" if at in owners else "")
            for at, one in enumerate(every)
        ]

    def record(self, prepared: Prepared, places: Iterable[Place]) -> LeaRecord:
        """Return the LEA as a record for a ruleset, with every cell that is not among its own not rated."""
        years: dict[int, YearFacts] = {}
        by_year: dict[int, list[Place]] = {}
        ruleset = prepared.ruleset
        asked = {years_back(ruleset, year): year for year in _years_asked(prepared)}
        for place in places:
            if place.back in asked:
                by_year.setdefault(asked[place.back], []).append(place)
        for year, some in by_year.items():
            years[year] = self._facts(ruleset.vocabulary, some)
        return LeaRecord("", "a made-up LEA", "", self.kind, years)

    def _facts(self, vocabulary: Vocabulary, places: Iterable[Place]) -> YearFacts:
        groups: dict[str, dict[FieldKey, Reading]] = {}
        lea: dict[FieldKey, Reading] = {}
        priorities: dict[str, frozenset[int]] = {}
        numbers = [priority.number for priority in vocabulary.priorities]
        stated = False
        held: dict[str, Option] = {}
        for place in places:
            option = self.cells.get(place)
            if place.key[1] == LISTED:
                if place.key[0]:
                    held[place.key[0]] = self.cells.get(place, NOT_GIVEN)
                elif place.group is None:
                    stated = option is True
                elif isinstance(option, int):
                    priorities[place.group] = frozenset(numbers[:option])
            elif option != NOT_GIVEN:
                reading = Reading(option) if isinstance(option, str | Fraction) else _NO_LEVEL
                (lea if place.group is None else groups.setdefault(place.group, {}))[place.key] = reading
        known = frozenset(name for name, one in held.items() if one != NOT_GIVEN)
        has = frozenset(name for name, one in held.items() if one is True)
        published = PublishedFacts(priorities if stated else None, has, known) if stated or known else None
        return YearFacts(groups, lea, published=published)


def _years_asked(prepared: Prepared) -> set[int]:
    return {one.year for one in prepared.fields.values()} | {one.year for one in prepared.lists.values()}


# ---- The smallest made-up LEA with a result: the fewest facts, and among those the first in order ----

# A fact is a cell that is anything but not rated or not stated. Which of several smallest LEAs is returned depends
# on the order of the vocabulary alone, and not on the solver.


def smallest(solver: Solver, data: PossibleData, kind: str, wires: Sequence[Literal]) -> MadeUp | None:
    """Return the smallest LEA of a kind for which some wires are true; None if there is none."""
    places = data.cells_in(wires)
    said = {place: -data.cells[place][blank(data.cells[place])] for place in places}
    fewest = solver.fewest(said.values(), wires)
    if fewest is None:
        return None
    so_few = data.circuit.variable()
    solver.add((-so_few, wire) for wire in fewest.wires)
    return MadeUp(kind, _first(solver, data, said, [so_few], fewest.number))


def _first(
    solver: Solver, data: PossibleData, said: Mapping[Place, Literal], assumed: list[Literal], facts: int
) -> dict[Place, Option]:
    """Return the first facts in order: latest year first, cell by cell, worst level first.

    A solution says by which cell the first fact comes at the latest; any with a fact sooner is looked for.
    """
    found: dict[Place, Option] = {}
    places = data.in_order(said)
    ways = {place: [data.cells[place][option] for option in _facts_in_order(data.cells[place])] for place in places}
    model = solver.solution(assumed)
    while model is not None and len(found) < facts:
        at = _first_said(places, ways, model)
        while sooner := solver.solution((*assumed, data.circuit.some(said[place] for place in places[:at]))):
            model, at = sooner, _first_said(places, ways, sooner)
        assumed.extend(-said[place] for place in places[:at])
        options = data.cells[places[at]]
        for option in _facts_in_order(options):
            other = model if options[option] in model else solver.solution((*assumed, options[option]))
            if other is not None:
                model, found[places[at]] = other, option
                assumed.append(options[option])
                break
        places = places[at + 1 :]
    return found


def _first_said(places: Sequence[Place], ways: Mapping[Place, Sequence[Literal]], model: frozenset[Literal]) -> int:
    """Return the position of the first place of which a solution says anything, in one of some ways."""
    return next(at for at, place in enumerate(places) if not model.isdisjoint(ways[place]))


def _facts_in_order(options: Mapping[Option, Literal]) -> list[Option]:
    """Return the possible facts of a cell, levels before unknown."""
    empty = blank(options)
    return sorted((option for option in options if option != empty), key=lambda option: option == NOT_GIVEN)
