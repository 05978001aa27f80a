"""Levels as bits: all cells of a student group folded into a few whole numbers, on which rules are judged.

Every indicator of a year that has cells has a few bits of its own, in which a number, never 0, stands for what the cell
says as far as the rules ask. A cell's bits are those that its level, its indicator and its year have in common. So each
is found by one column alone, which a database that keeps texts as dictionaries works out once a word. A level has bits
only for the indicators and years it was seen in, so that a cell that was not expected has none.

Where there are as many cells as indicators of a year with a bit set, all were understood and none was there twice.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import count
from typing import Final

from attrs import field, frozen

from rulelang.core.record import FieldKey
from rulelang.core.tree import Constant, Field
from rulelang.core.vocabulary import Indicator, Scope, Vocabulary
from rulelang.engine.running import asks_for_level
from rulelang.engine.steps import Prepared
from rulelang.engine.table.facts import NO_LEVEL, FieldBits, Word
from rulelang.engine.table.names import UnsupportedRulesError

WIDTH: Final = 63
"""The bits of a whole number that every database has, without the sign."""

NOT_RATED: Final = ""
"""What stands for a cell that is not rated among the levels seen."""

Exact = Collection[tuple[int, FieldKey]]
"""Fields, each with its year, of which every level must be told from every other."""

Seen = Mapping[tuple[int, str], Collection[str]]
"""The levels of the cells of each year and indicator, by the names of the vocabulary."""


@frozen
class Place:
    """Where the level on a scale stands: in some bits, as a number for not rated, for each level asked, and others."""

    mask: int
    not_rated: int
    other: int
    levels: Mapping[str, int]

    def of(self, level: str) -> int:
        """Return the number of a level."""
        return self.not_rated if level == NOT_RATED else self.levels.get(level, self.other)

    def moved(self, places: int) -> Place:
        """Return the same with its bits so many places higher."""
        levels = {level: number << places for level, number in self.levels.items()}
        return Place(self.mask << places, self.not_rated << places, self.other << places, levels)


@frozen
class Slot:
    """The bits of an indicator in a year, on one scale or on each of several.

    With several, `presence` has a bit for a cell on each of them, and the first for one that is not rated on any.
    """

    year: int
    indicator: Indicator
    places: Mapping[str, Place]
    presence: tuple[int, ...]
    seen: frozenset[str]

    @property
    def all(self) -> int:
        """Return all its bits."""
        return _union(place.mask for place in self.places.values())

    def of_scales(self) -> Iterator[tuple[str, Place]]:
        """Yield each scale of the indicator with its place, that of another where none of its levels was seen."""
        some = next(iter(self.places.values()))
        for scale in self.indicator.scales:
            yield scale, self.places.get(scale, Place(some.mask, some.not_rated, NO_LEVEL, {}))

    def empty(self) -> Iterator[tuple[int, int]]:
        """Yield for each place how many bits, from which on, are all 0 where there is no cell; the first is not rated.

        On several scales a place has a bit for not rated and one for any level, and those of levels come above.
        """
        for place in self.places.values():
            yield (2 if self.presence else place.mask.bit_length() - place.not_rated.bit_length() + 1), place.not_rated

    def of_level(self, vocabulary: Vocabulary, level: str) -> int:
        """Return the bits of a cell with a level; none where it was not seen, or could be on either of two scales."""
        if level not in self.seen:
            return 0
        scales = [scale for scale in self.places if level == NOT_RATED or level in vocabulary.scale(scale).levels]
        if level != NOT_RATED and len(scales) > 1:
            return 0
        return _union(self.places[scale].of(level) for scale in scales)

    def moved(self, by: int) -> Slot:
        """Return the same with its bits so many places higher."""
        places = {scale: place.moved(by) for scale, place in self.places.items()}
        return Slot(self.year, self.indicator, places, tuple(bit << by for bit in self.presence), self.seen)


@frozen
class Fold:
    """One word, and which slots stand in it."""

    word: Word
    slots: tuple[Slot, ...]

    def bits(self, years: Collection[int] | None = None, kind: str | None = None) -> int:
        """Return the bits of some years and one kind of indicator, or of all."""
        mine = (slot for slot in self.slots if years is None or slot.year in years)
        return _union(slot.all for slot in mine if kind is None or slot.indicator.kind == kind)

    def presence(self) -> int:
        """Return the bits of presence, of which every cell of their slots has one."""
        return _union(bit for slot in self.slots for bit in slot.presence)

    def lowest(self) -> Mapping[int, int]:
        """Return, by how many bits a slot has, the lowest bit of every slot without bits of presence."""
        return _by_width(slot for slot in self.slots if not slot.presence)

    def empty(self) -> Mapping[int, int]:
        """Return, by how many bits tell that there is no cell, the bits for not rated."""
        return _by_width(self.slots)

    def contradictions(self) -> Mapping[int, int]:
        """Return, by distance, the bits that must not be set where one that far above is: not rated, and rated."""
        found: dict[int, int] = {}
        for slot in self.slots:
            for bit in slot.presence[1:]:
                distance = bit.bit_length() - slot.presence[0].bit_length()
                found[distance] = found.get(distance, 0) | slot.presence[0]
        return found


def word_name(fold: Fold) -> str:
    """Return the name of the column of a word."""
    return f"word_{fold.word.number}"


@frozen
class Layout:
    """Where the bits of every cell stand."""

    folds: tuple[Fold, ...]
    by_field: Mapping[tuple[int, FieldKey], FieldBits] = field(repr=False)

    @property
    def years(self) -> tuple[int, ...]:
        """Return the years of which there are cells."""
        return tuple(sorted({slot.year for fold in self.folds for slot in fold.slots}))

    def bits(self, year: int, key: FieldKey) -> FieldBits | None:
        """Return where the levels of a field of a year stand, None where no cell is of it."""
        return self.by_field.get((year, key))

    def of(self, scope: Scope) -> tuple[Fold, ...]:
        """Return the words of the student groups or those of the LEA."""
        return tuple(fold for fold in self.folds if fold.word.scope is scope)


def layout_of(prepared: Prepared, seen: Seen, exact: Exact = ()) -> Layout:
    """Return where cells stand in words, given the levels there are, with the levels that the rules ask for.

    Of the fields that are `exact`, each given with its year, all levels are told from one another.

    Raises UnsupportedRulesError where an indicator has more levels than a word has bits.
    """
    vocabulary = prepared.ruleset.vocabulary
    asked = _levels_asked(prepared)
    for year, key in exact:
        asked[year, key] = {_ANY, *vocabulary.scale(key[1]).levels}
    numbers = count()
    folds: list[Fold] = []
    for scope in (Scope.GROUP, Scope.LEA):
        slots = [
            _slot(vocabulary, year, indicator, frozenset(seen[year, indicator.name]), asked, exact)
            for year in sorted({year for year, _ in seen})
            for indicator in vocabulary.indicators
            if indicator.scope is scope and (year, indicator.name) in seen
        ]
        folds.extend(Fold(Word(next(numbers), scope), word) for word in _filled(slots))
    return Layout(tuple(folds), _by_field(folds))


_ANY: Final = None
"""What stands among the levels asked for where rules ask whether there is any."""

Asked = Mapping[tuple[int, FieldKey], Collection[str | None]]


def _levels_asked(prepared: Prepared) -> dict[tuple[int, FieldKey], set[str | None]]:
    """Return the levels that the rules ask for, by year and field."""
    asked: dict[tuple[int, FieldKey], set[str | None]] = {}
    for step in prepared.steps:
        if asks_for_level(prepared.steps, step):
            node = prepared.steps[step.inputs[0]].node
            names = [prepared.steps[below].node for below in step.inputs[1:]]
            levels = [one.value for one in names if isinstance(one, Constant) and isinstance(one.value, tuple)]
            if isinstance(node, Field):
                found = asked.setdefault((node.year, node.key), set())
                found.update(*levels) if levels else found.add(_ANY)
    return asked


def _slot(  # what is said of an indicator, and what is asked
    vocabulary: Vocabulary, year: int, indicator: Indicator, seen: frozenset[str], asked: Asked, exact: Exact
) -> Slot:
    """Return the bits of an indicator in a year, from the lowest bit of a word on."""
    there = [
        scale
        for scale in indicator.scales
        if seen.intersection(vocabulary.scale(scale).levels) or (year, (indicator.name, scale)) in exact
    ]
    wanted = {scale: asked.get((year, (indicator.name, scale)), ()) for scale in there or list(indicator.scales)[:1]}
    levels = {
        scale: [level for level in vocabulary.scale(scale).levels if level in seen and level in names]
        for scale, names in wanted.items()
    }
    if len(levels) > 1:
        return _wide(year, indicator, levels, seen)
    [(scale, names)] = levels.items()
    other = 2 if _ANY in wanted[scale] else 1  # where no rule asks whether it is rated, not rated is as any other
    numbers = {level: other + at for at, level in enumerate(names, 1)}
    mask = (1 << (other + len(names)).bit_length()) - 1
    return Slot(year, indicator, {scale: Place(mask, 1, other, numbers)}, (), seen)


def _wide(year: int, indicator: Indicator, levels: Mapping[str, Sequence[str]], seen: frozenset[str]) -> Slot:
    """Return the bits of an indicator on several scales: of each, one for not rated, one for rated, and its levels."""
    bits = (1 << at for at in count())
    places = {}
    for scale, names in levels.items():
        not_rated, rated = next(bits), next(bits)
        numbers = {level: rated | next(bits) for level in names}
        places[scale] = Place(_union([not_rated, rated, *numbers.values()]), not_rated, rated, numbers)
    presence = (next(iter(places.values())).not_rated, *(place.other for place in places.values()))
    return Slot(year, indicator, places, presence, seen)


def _filled(slots: Sequence[Slot]) -> Iterator[tuple[Slot, ...]]:
    """Yield the slots by words, moved to where they stand."""
    word: list[Slot] = []
    used = 0
    for slot in slots:
        width = slot.all.bit_length()
        if width > WIDTH:
            message = "an indicator with more than 60 levels"
            raise UnsupportedRulesError(message)
        if used + width > WIDTH:
            yield tuple(word)
            word, used = [], 0
        word.append(slot.moved(used))
        used += width
    if word:
        yield tuple(word)


def _by_field(folds: Iterable[Fold]) -> dict[tuple[int, FieldKey], FieldBits]:
    """Return where each field stands; on a scale of which no level was seen it is known to have none."""
    return {
        (slot.year, (slot.indicator.name, scale)): FieldBits(fold.word, place.mask, place.levels, place.other)
        for fold in folds
        for slot in fold.slots
        for scale, place in slot.of_scales()
    }


def _by_width(slots: Iterable[Slot]) -> dict[int, int]:
    """Return, by how many bits are all 0 where there is no cell, the first of them in every place."""
    found: dict[int, int] = {}
    for width, not_rated in (place for slot in slots for place in slot.empty()):
        found[width] = found.get(width, 0) | not_rated
    return found


def _union(bits: Iterable[int]) -> int:
    found = 0
    for one in bits:
        found |= one
    return found
