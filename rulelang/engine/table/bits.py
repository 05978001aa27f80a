"""Levels as bits: all cells of a student group folded into a few whole numbers, on which rules are judged.

Every indicator has bits of its own: one for a cell that is not rated, and for each of its scales one for a cell that
is rated, and one for each level that the rules ask for. The bits of a year stand together, and the same in every
year, so that a cell's bit is made of its columns one by one: the bits its level sets on any indicator, of these the
indicator's own, shifted to its year. A database that keeps its text columns as dictionaries works each of the three
out once a word.

Where an indicator has two scales, a cell that is not rated sets the bits of both, which no rated cell does. That
saves a bit, but leaves no room for levels on both scales in one year; where there are such, the words are laid out
`roomy`, with a bit of its own for not rated. In either there are as many bits of presence as cells, or else a cell
was not understood or stands there twice.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final

from attrs import field, frozen

from rulelang.core.record import FieldKey
from rulelang.core.tree import Constant, Field
from rulelang.core.vocabulary import Indicator, Scope, Vocabulary
from rulelang.engine.record import Prepared
from rulelang.engine.table.facts import FieldBits, Word
from rulelang.engine.table.lower import asks_for_level
from rulelang.engine.table.values import UnsupportedRulesError

WIDTH: Final = 63
"""The bits of a whole number that every database has, without the sign."""


@frozen
class Slot:
    """The bits of an indicator within a year: of a cell on each scale, of one not rated, and of levels."""

    indicator: Indicator
    not_rated: int
    rated: Mapping[str, int]
    levels: Mapping[FieldKey, int]

    @property
    def shared(self) -> bool:
        """Return whether not rated has no bit of its own."""
        return self.not_rated == _union(self.rated.values())

    @property
    def presence(self) -> int:
        """Return the bits of which every cell sets some."""
        return self.not_rated | _union(self.rated.values())

    @property
    def all(self) -> int:
        """Return all its bits."""
        return self.presence | _union(self.levels.values())


@frozen
class Fold:
    """One word: which slots stand in it, and how far the bits of each of its years are shifted."""

    word: Word
    slots: tuple[Slot, ...]
    shifts: Mapping[int, int]

    @property
    def width(self) -> int:
        """Return all bits of a year, before they are shifted to it."""
        return _union(slot.all for slot in self.slots)

    def presence(self, years: Iterable[int] | None = None, kind: str | None = None) -> int:
        """Return the bits of presence of some years and one kind of indicator, or of all."""
        mine = _union(slot.presence for slot in self.slots if kind is None or slot.indicator.kind == kind)
        return _union(mine << self.shifts[year] for year in years or self.shifts if year in self.shifts)

    def counted(self) -> int:
        """Return the bits of presence that are one for each cell."""
        return self._everywhere(0 if slot.shared else slot.presence for slot in self.slots)

    def counted_in_pairs(self) -> int:
        """Return the lower of each two bits of presence of which a cell sets either or both."""
        return self._everywhere(slot.presence & -slot.presence if slot.shared else 0 for slot in self.slots)

    def contradictions(self) -> Mapping[int, int]:
        """Return, by distance, the bits that must not be set where one that far above is: not rated, and rated."""
        found: dict[int, int] = {}
        for slot in self.slots:
            for bit in () if slot.shared else slot.rated.values():
                distance = bit.bit_length() - slot.not_rated.bit_length()
                found[distance] = found.get(distance, 0) | slot.not_rated
        return {distance: self._everywhere([bits]) for distance, bits in found.items()}

    def _everywhere(self, bits: Iterable[int]) -> int:
        """Return some bits of a year, in every year."""
        mine = _union(bits)
        return _union(mine << shift for shift in self.shifts.values())


@frozen
class Layout:
    """Where the bits of every cell of some years stand."""

    years: tuple[int, ...]
    folds: tuple[Fold, ...]
    by_field: Mapping[tuple[int, FieldKey], FieldBits] = field(repr=False)

    def bits(self, year: int, key: FieldKey) -> FieldBits | None:
        """Return where the levels of a field of a year stand, None where no cell is of it."""
        return self.by_field.get((year, key))

    @property
    def pairs(self) -> tuple[tuple[Fold, ...], ...]:
        """Return the words with the same slots by two, as one number of twice the bits can hold them."""
        found: list[list[Fold]] = []
        for fold in self.folds:
            if found and len(found[-1]) == 1 and found[-1][0].slots == fold.slots:
                found[-1].append(fold)
            else:
                found.append([fold])
        return tuple(map(tuple, found))

    def of(self, scope: Scope) -> tuple[Fold, ...]:
        """Return the words of the student groups or those of the LEA."""
        return tuple(fold for fold in self.folds if fold.word.scope is scope)


def layout_of(prepared: Prepared, years: Sequence[int], indicators: Collection[str], *, roomy: bool = False) -> Layout:
    """Return where the cells of some years and indicators stand in words, with the levels that the rules ask for.

    Raises UnsupportedRulesError where an indicator has more levels than a word has bits.
    """
    vocabulary = prepared.ruleset.vocabulary
    asked = _levels_asked(prepared)
    folds: list[Fold] = []
    for scope in (Scope.GROUP, Scope.LEA):
        named = [one for one in vocabulary.indicators if one.scope is scope and one.name in indicators]
        widest = [_slot(one, asked, vocabulary, 0, roomy=roomy) for one in named]
        for slots in _chunks(widest, len(years)):
            width = _width(slots)
            each = WIDTH // width
            for first in range(0, len(years), each):
                shifts = {year: at * width for at, year in enumerate(years[first : first + each])}
                folds.append(Fold(Word(len(folds), scope), slots, shifts))
    return Layout(tuple(years), tuple(folds), _by_field(folds))


def _by_field(folds: Iterable[Fold]) -> dict[tuple[int, FieldKey], FieldBits]:
    found = {}
    for fold in folds:
        for year, shift in fold.shifts.items():
            for slot in fold.slots:
                for scale, rated in slot.rated.items():
                    key = slot.indicator.name, scale
                    levels = {level: bit << shift for (on, level), bit in slot.levels.items() if on == scale}
                    among = slot.presence if slot.shared else rated
                    found[year, key] = FieldBits(fold.word, levels, rated << shift, among << shift)
    return found


def _levels_asked(prepared: Prepared) -> dict[FieldKey, set[str]]:
    """Return the levels that the rules ask for, by indicator and scale; all years together."""
    asked: dict[FieldKey, set[str]] = {}
    for step in prepared.steps:
        if asks_for_level(prepared.steps, step):
            node = prepared.steps[step.inputs[0]].node
            names = [prepared.steps[below].node for below in step.inputs[1:]]
            levels = [one.value for one in names if isinstance(one, Constant)]
            if isinstance(node, Field):
                asked.setdefault(node.key, set()).update(*(one for one in levels if isinstance(one, tuple)))
    return asked


def _chunks(slots: Sequence[Slot], years: int) -> list[tuple[Slot, ...]]:
    """Return the slots moved to where they stand in as few numbers of two words as there can be."""
    best: list[tuple[Slot, ...]] = []
    numbers = 0
    for parts in range(1, max(years, 1) + 1):
        chunks = _filled(slots, WIDTH // parts)
        if chunks is None:
            break
        words = [-(-years // (WIDTH // _width(chunk))) for chunk in chunks]
        needed = sum(-(-count // 2) for count in words)
        if not best or needed < numbers:
            best, numbers = chunks, needed
    if slots and not best:
        message = "an indicator with more than 60 levels"
        raise UnsupportedRulesError(message)
    return best


def _filled(slots: Sequence[Slot], width: int) -> list[tuple[Slot, ...]] | None:
    """Return the slots in chunks of some bits, None where one is too wide."""
    chunks: list[list[Slot]] = []
    used = width
    for slot in slots:
        needed = slot.all.bit_length()
        if needed > width:
            return None
        if used + needed > width:
            chunks.append([])
            used = 0
        chunks[-1].append(_moved(slot, used))
        used += needed
    return [tuple(chunk) for chunk in chunks]


def _moved(slot: Slot, places: int) -> Slot:
    rated = {scale: bit << places for scale, bit in slot.rated.items()}
    levels = {key: bit << places for key, bit in slot.levels.items()}
    return Slot(slot.indicator, slot.not_rated << places, rated, levels)


def _slot(
    indicator: Indicator, asked: Mapping[FieldKey, set[str]], vocabulary: Vocabulary, first: int, *, roomy: bool
) -> Slot:
    shared = len(indicator.scales) == 2 and not roomy  # noqa: PLR2004 - two bits have a value to spare
    at = first + (not shared)
    rated: dict[str, int] = {}
    levels: dict[FieldKey, int] = {}
    for scale in indicator.scales:
        rated[scale] = 1 << at
        at += 1
    for scale in indicator.scales:
        wanted = asked.get((indicator.name, scale), set())
        for level in vocabulary.scale(scale).levels:
            if level in wanted:
                levels[scale, level] = 1 << at
                at += 1
    return Slot(indicator, _union(rated.values()) if shared else 1 << first, rated, levels)


def _width(slots: Iterable[Slot]) -> int:
    return _union(slot.all for slot in slots).bit_length()


def _union(bits: Iterable[int]) -> int:
    found = 0
    for one in bits:
        found |= one
    return found
