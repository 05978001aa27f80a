"""Made-up entities whose numbers lie at, just below and just above the limits of rules, drawn from a seeded generator.

They are for rules that no proof covers. That a number is at a limit is aimed at, through whatever is calculated on the
way; the evaluator says what comes of it.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from functools import cached_property
from itertools import islice, permutations, product
from math import floor
from typing import Final

from attrs import evolve, field, frozen

from rulelang.core.aggregates import Ranked
from rulelang.core.fact_types import ANSWERS, FactType
from rulelang.core.operators import COMPARED
from rulelang.core.record import FieldKey
from rulelang.core.record_words import Bounds, bounds_of, parts_of
from rulelang.core.tree import (
    Belonging,
    Get,
    Interval,
    Owner,
    aggregate_of,
    constant,
    is_choice,
    is_table,
    operator_of,
    relates,
)
from rulelang.core.types import fact_type
from rulelang.core.vocabulary import Scope
from rulelang.engine.facts import never_reported
from rulelang.engine.steps import Prepared
from rulelang.reasoning.formulas import GUESSES, INVERSES, Formula, Term, places_in, solved
from rulelang.reasoning.opened import ANOTHER, texts_asked, types_of
from rulelang.reasoning.possible import NOT_GIVEN, MadeUp, Option, Place, years_back
from rulelang.reasoning.spelled_out import types_read

MANY: Final = Fraction(1000)
"""How many students most have: enough for every size that rules ask for, and tenths of a percent are whole students."""

FORMULAS: Final = 6
"""The most formulas that one number is followed through, where what it is depends on conditions."""

ONE_IN: Final = 6
"""One cell in so many is left out of those that have any left out."""

BELONGING: Final = 3
"""The most entities of a kind that are made up to belong to another."""

RANKED: Final = 21
"""The most entities of a kind that are made up beside another, which is ranked among them."""

Cells = Mapping[Place, tuple[Place, Sequence[Option]]]
"""The cells of the LEA or of a student group by those of any group: each with the options it has, blank first."""

Solved = tuple[Term, Fraction, Place, Sequence[Fraction]]
"""A term, what it is to be, the number that is to make it so, and the other numbers of the term."""


@frozen
class Aim:
    """A number that rules compare, the numbers of the data in it, and what it is to be.

    That is each limit, and a number close to it on either side.
    """

    term: Term
    places: Sequence[Place]
    numbers: Sequence[Fraction]


@frozen(eq=False, slots=False)
class Draws:
    """What made-up entities are drawn from: what rules read of the LEA (None) and of each student group.

    `sizes` are those cells that count students, or that rules compare as they are, with the numbers to try; `aims` are
    the calculated numbers that are compared, those made of the fewest first. `bounds` is what each number can be,
    `counts` are whole, `divisors` those that others are divided by, and each of `parts` is never above another.
    `types` are the scales that all data have a level of. `solved` keeps what has been worked out.
    """

    sides: tuple[Prepared, Prepared]
    cells: Mapping[str | None, Cells] = field(repr=False)
    sizes: Mapping[Place, Sequence[Fraction]] = field(repr=False)
    aims: Mapping[str | None, Sequence[Aim]] = field(repr=False)
    bounds: Mapping[Place, Bounds] = field(repr=False)
    counts: frozenset[Place] = field(repr=False)
    divisors: frozenset[Place] = field(repr=False)
    parts: Sequence[tuple[Place, Place]] = field(repr=False)
    types: frozenset[FieldKey] = field(repr=False)
    solved: dict[Solved, Fraction | None] = field(factory=dict, repr=False)

    @classmethod
    def of(cls, sides: tuple[Prepared, Prepared]) -> Draws:
        """Return the cells and numbers from which the entities to try two rulesets with are drawn."""
        aims = list(_aims(sides))
        types = types_read(sides)
        cells = _cells(sides, types, {aim.term: aim.numbers for aim in aims if isinstance(aim.term, Place)})
        divided = [one for aim in aims for one in _divided(aim.term)]
        own = {aim.term: aim.numbers for aim in aims if isinstance(aim.term, Place)}
        every = sorted({number for numbers in own.values() for number in numbers}) or GUESSES
        sizes = {place: own.get(place, every) for place in (*own, *(below for _, below in divided))}
        several = sorted((aim for aim in aims if aim.term not in own), key=lambda aim: len(aim.places))
        by_group = {group: [aim for aim in several if some.keys() >= {*aim.places}] for group, some in cells.items()}
        counts = frozenset(one for pair in divided for one in pair)
        places = dict.fromkeys(place for some in cells.values() for place in some)
        bounds = {place: _bounds(sides, place) for place in places}
        divisors, parts = frozenset(below for _, below in divided), list(_parts(sides[0], places))
        return cls(sides, cells, sizes, by_group, bounds, counts, divisors, parts, types)

    @cached_property
    def kinds(self) -> Mapping[Place, Collection[str]]:
        """Return the cells that entities of some kinds alone have, each with these kinds."""
        numbers = [one for side in self.sides for one in side.ruleset.vocabulary.numbers if one.kinds]
        of_kinds = {("", name): one.kinds for one in numbers for name in one.names}
        return {place: of_kinds[place.key] for place in self.cells[None] if place.key in of_kinds}

    @property
    def places(self) -> list[Place]:
        """Return every cell that could be drawn."""
        return [place for cells in self.cells.values() for place, _ in cells.values()]

    def entities(self, number: int, seed: int, *, known: bool) -> Iterator[MadeUp]:
        """Yield a number of made-up entities, of each kind in turn; with `known`, nothing is missing from their data.

        Every other one has facts of one student group alone, the others of all.
        """
        draw = random.Random(seed)  # noqa: S311 - nothing made up is a secret
        kinds = self.sides[0].ruleset.vocabulary.kinds
        for at in range(number):
            kind = kinds[at % len(kinds)].name
            others = self._related(draw, kind, known=known) if any(one.relates for one in self.sides) else ()
            every = at // len(kinds) % 2 == 0
            yield evolve(self._entity(draw, kind, every=every, known=known), others=tuple(others))

    def _related(self, draw: random.Random, kind: str, *, known: bool) -> Iterator[MadeUp]:
        """Yield what belongs to an entity of a kind, then what it belongs to, the nearest first.

        Where rules look from what an entity belongs to at what belongs to that, as ranks do, each is followed by others
        that belong to it.
        """
        yield from self._below(draw, kind, (*range(BELONGING + 1),), known=known)
        for name in self.sides[0].ruleset.vocabulary.above(kind):
            yield self._entity(draw, name, every=False, known=known)
            yield from self._below(draw, name, self.numbers_beside, known=known) if self.numbers_beside else ()

    def _below(self, draw: random.Random, kind: str, numbers: Sequence[int], *, known: bool) -> Iterator[MadeUp]:
        """Yield what belongs to an entity of a kind, of each kind as many as one of some numbers."""
        vocabulary = self.sides[0].ruleset.vocabulary
        below = [one.name for one in vocabulary.kinds if kind in vocabulary.above(one.name)]
        for name in (name for name in below for _ in range(draw.choice(numbers))):
            yield self._entity(draw, name, every=False, known=known)

    @cached_property
    def numbers_beside(self) -> tuple[int, ...]:
        """Return how many others may belong to what an entity belongs to; none if no rule looks at them.

        With one more than as many as make a whole percentage of a rank, the place in it is another: often there are.
        """
        folds = [step.node for side in self.sides for step in side.steps if relates(step.node)]
        if not all(any(isinstance(one.over, sort) for one in folds) for sort in (Owner, Belonging)):
            return ()
        parts = [how.percent for one in folds if isinstance(how := aggregate_of(one), Ranked) and how.percent]
        several = {min(floor(100 / one) + 1, RANKED) for one in parts}
        return (*range(BELONGING + 1), *sorted(several) * BELONGING)

    def _entity(self, draw: random.Random, kind: str, *, every: bool, known: bool) -> MadeUp:
        groups = [group for group in self.cells if group is not None]
        some = groups if every or not groups else [draw.choice(groups)]
        cells: dict[Place, Option] = {}
        for group in (None, *some):
            cells |= self._row(draw, kind, group, known=known)
        return MadeUp(kind, cells)

    def _row(self, draw: random.Random, kind: str, group: str | None, *, known: bool) -> Mapping[Place, Option]:
        """Return drawn options for the cells of an LEA of a kind, or of a student group."""
        cells = {place: one for place, one in self.cells[group].items() if kind in self.kinds.get(place, (kind,))}
        aims = [aim for aim in self.aims[group] if cells.keys() >= {*aim.places}]
        found: dict[Place, Option] = {}
        if not known or not draw.randrange(ONE_IN):
            blank = None if known else NOT_GIVEN
            some = [place for place in cells if not draw.randrange(ONE_IN)]
            found = {place: blank for place in some if not known or None in cells[place][1]}
        are_many, are_usual = draw.randrange(3), draw.randrange(2)
        for place, numbers in self.sizes.items():
            if place in cells:
                is_many = place in self.divisors and (are_many or draw.randrange(2))
                found.setdefault(place, self.bounds[place].nearest(MANY if is_many else draw.choice(numbers)))
        for aim in aims:
            self._take_aim(draw, found, aim, cells)
        for place, (_, options) in cells.items():
            is_flag = None in options and len(options) == len((None, "yes", "no"))
            found.setdefault(place, options[-1] if are_usual and is_flag else draw.choice(options))
        self._keep_parts(found)
        return {cells[place][0]: one for place, one in found.items() if one is not None}

    def _take_aim(self, draw: random.Random, found: dict[Place, Option], aim: Aim, cells: Cells) -> None:
        """Add numbers that give the aimed-at number its value, or one close to it where counts are whole."""
        free = [place for place in aim.places if place not in found]
        guesses = {place: cells[place][1][1:] for place in aim.places}
        given = {place: found[place] if place in found else draw.choice(guesses[place]) for place in aim.places}
        numbers = {place: one for place, one in given.items() if isinstance(one, Fraction)}
        if free and len(numbers) == len(given):
            wanted, last = draw.choice(aim.numbers), draw.choice(free)
            del numbers[last]
            one = self._solved(aim.term, wanted, last, numbers)
            if one is not None and self.bounds[last].holds(one := Fraction(round(one)) if last in self.counts else one):
                found |= {**numbers, last: one}

    def _solved(self, term: Term, wanted: Fraction, last: Place, numbers: Mapping[Place, Fraction]) -> Fraction | None:
        """Return the number that gives a term the wanted value, given the others; None if there is none."""
        asked = (term, wanted, last, tuple(numbers.values()))
        if asked not in self.solved:
            self.solved[asked] = solved(term, wanted, last, {**numbers, last: MANY})
        return self.solved[asked]

    def _keep_parts(self, found: dict[Place, Option]) -> None:
        """Lower each number that counts a part of another and is above it."""
        for place, whole in self.parts:
            part, most = found.get(place), found.get(whole)
            if isinstance(part, Fraction) and isinstance(most, Fraction) and part > most:
                found[place] = most


def _parts(prepared: Prepared, places: Iterable[Place]) -> Iterator[tuple[Place, Place]]:
    """Yield pairs of numbers among some places, the first of which counts a part of the second."""
    for place in places:
        indicator, name = place.key
        pairs = parts_of(prepared.ruleset.vocabulary, indicator)
        yield from ((place, evolve(place, key=(indicator, whole))) for part, whole in pairs if part == name)


# ---- what rules read ----


def _cells(
    sides: Sequence[Prepared], types: Collection[FieldKey], limits: Mapping[Place, Sequence[Fraction]]
) -> Mapping[str | None, Cells]:
    """Return the cells that rulesets read, of the LEA (None) and of each student group.

    `limits` are the numbers at which rules compare those that they compare as they are. What published lists say is
    never drawn.
    """
    found: dict[str | None, dict[Place, tuple[Place, Sequence[Option]]]] = {None: {}}
    texts: dict[Place, list[str]] = {}
    for prepared in sides:
        for at, read in prepared.fields.items():
            texts.setdefault(_place(prepared, read), []).extend(texts_asked(prepared, at))
    for prepared in sides:
        vocabulary = prepared.ruleset.vocabulary
        levels = {scale.name: scale.levels for scale in vocabulary.scales}
        for read in prepared.fields.values():
            place, of_group = _place(prepared, read), read.scope is Scope.GROUP
            options: Sequence[Option] = (*(() if read.key in types else (None,)), *levels.get(read.key[1], ()))
            match fact_type(vocabulary, read.key):
                case FactType.NUMBER | FactType.DOLLARS:
                    bounds = _bounds(sides, place)
                    options = (None, *dict.fromkeys(map(bounds.nearest, GUESSES)))
                case FactType.DATE:
                    options = (None, *(limits.get(place) or _days(prepared.ruleset.year)))
                case FactType.YES_NO:
                    options = (None, *ANSWERS)
                case FactType.TEXT:
                    options = (None, *dict.fromkeys(texts[place]), ANOTHER)
                case None:
                    pass
            never = set(never_reported(vocabulary, read.year, read.key)) if of_group else set[int]()
            for lane, group in enumerate([one.name for one in prepared.groups] if of_group else [None]):
                if lane not in never and len(options) > 1:
                    found.setdefault(group, {}).setdefault(place, (evolve(place, group=group), options))
    return found


def _bounds(sides: Iterable[Prepared], place: Place) -> Bounds:
    """Return what a number can be, by the first vocabulary that has it."""
    found = (bounds_of(side.ruleset.vocabulary, place.key) for side in sides)
    return next((one for one in found if one != Bounds()), Bounds())


def _days(year: int) -> Sequence[Fraction]:
    """Return some days: the first of a year, and that of the year before."""
    return [Fraction(date(one, 1, 1).toordinal()) for one in (year, year - 1)]


def _place(prepared: Prepared, read: Get) -> Place:
    """Return the cell of a field, of any student group if it is one of those."""
    group = "" if read.scope is Scope.GROUP else None
    return Place(years_back(prepared.ruleset, read.year), group, read.key)


def _aims(sides: Iterable[Prepared]) -> Iterator[Aim]:
    """Yield the numbers that rulesets compare, each with every limit and the numbers next to it."""
    limits: dict[Term, set[Fraction]] = {}
    for prepared in sides:
        formulas = _formulas(prepared)
        for at, number in _limits(prepared, formulas):
            for term in formulas[at]:
                limits.setdefault(term, set()).add(number)
    for term, numbers in limits.items():
        unit = _unit(term)
        if places := places_in(term):
            yield Aim(term, places, sorted({one + step for one in numbers for step in (-unit, Fraction(), unit)}))


def _unit(term: Term) -> Fraction:
    """Return the smallest difference between two values of a term, as far as it is known."""
    if not isinstance(term, Formula):
        return Fraction(1)
    places = term.parts[1] if term.operator == "rounded" else Fraction(1)
    return Fraction(1, 10 ** int(places)) if isinstance(places, Fraction) else Fraction(1)


def _limits(prepared: Prepared, formulas: Sequence[Collection[Term]]) -> Iterator[tuple[int, Fraction]]:
    """Yield the numbers that a ruleset compares, by the positions of their steps, with each limit there may be."""
    for step in prepared.steps:
        if operator_of(step.node) in COMPARED:
            for at, other in permutations(step.inputs, 2):
                yield from ((at, one) for one in formulas[other] if isinstance(one, Fraction))
        if is_table(step.node):
            for row in step.node.rows:
                for at, one in zip(step.inputs, row.patterns, strict=False):
                    bounds = (one.lower, one.upper) if isinstance(one, Interval) else ()
                    yield from ((at, bound.number) for bound in bounds if bound is not None)


def _formulas(prepared: Prepared) -> Sequence[Collection[Term]]:
    """Return the formulas that each step may be, whatever the conditions say; none for what is no number."""
    found: list[Collection[Term]] = []
    for at, (step, kind) in enumerate(zip(prepared.steps, types_of(prepared), strict=True)):
        node, read, value = step.node, prepared.fields.get(at), constant(step.node)
        terms: Iterable[Term] = ()
        if isinstance(value, Fraction):
            terms = (value,)
        elif kind is not None and read is not None:
            terms = (_place(prepared, read),)
        elif operator_of(node) in INVERSES:
            terms = (Formula(operator_of(node), parts) for parts in product(*(found[one] for one in step.inputs)))
        elif kind is not None and (is_table(node) or is_choice(node)):
            terms = (term for one in step.inputs[len(node.on) :] for term in found[one])
        found.append(tuple(dict.fromkeys(islice(terms, FORMULAS))))
    return found


def _divided(term: Term) -> Iterator[tuple[Place, Place]]:
    """Yield the numbers that are divided in a term, each with one that they are divided by."""
    if isinstance(term, Formula):
        for part in term.parts:
            yield from _divided(part)
        if term.operator == "divided by":
            yield from product(*map(places_in, term.parts))
