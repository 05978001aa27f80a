"""Levels as bits: all cells of a student group folded into a few whole numbers, on which rules are judged.

Every indicator has bits of its own: one for a cell that is not rated, and for each of its scales one for a cell that is
rated, and one for each level that the rules ask for. The bits of a year stand together, and the same in every year, so
that a cell's bit is made of its columns one by one: the bits its level sets on any indicator, of these the indicator's
own, shifted to its year. A database that keeps its text columns as dictionaries works each of the three out once a word.

A cell sets one bit of presence, and no other cell of the student group may set the same: where there are as many cells
as bits of presence, all were understood and none was there twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
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
    """The bits of an indicator within a year: of a cell not rated, of one rated on each scale, and of levels."""

    indicator: Indicator
    not_rated: int
    rated: Mapping[str, int]
    levels: Mapping[FieldKey, int]

    @property
    def presence(self) -> int:
        """Return the bits of which every cell sets one."""
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

    def presence(self, years: Iterable[int] | None = None, kind: str | None = None) -> int:
        """Return the bits of presence of some years and one kind of indicator, or of all."""
        mine = _union(slot.presence for slot in self.slots if kind is None or slot.indicator.kind == kind)
        return _union(mine << self.shifts[year] for year in years or self.shifts if year in self.shifts)

    def contradictions(self) -> Mapping[int, int]:
        """Return, by distance, the bits that must not be set where one that far above is: not rated, and rated."""
        found: dict[int, int] = {}
        for slot in self.slots:
            for bit in slot.rated.values():
                distance = bit.bit_length() - slot.not_rated.bit_length()
                found[distance] = found.get(distance, 0) | slot.not_rated
        return {
            distance: _union(bits << shift for shift in self.shifts.values()) for distance, bits in found.items()
        }


@frozen
class Layout:
    """Where the bits of every cell of some years stand."""

    years: tuple[int, ...]
    folds: tuple[Fold, ...]
    by_field: Mapping[tuple[int, FieldKey], FieldBits] = field(repr=False)

    def bits(self, year: int, key: FieldKey) -> FieldBits | None:
        """Return where the levels of a field of a year stand, None where no cell is of it."""
        return self.by_field.get((year, key))

    def of(self, scope: Scope) -> tuple[Fold, ...]:
        """Return the words of the student groups or those of the LEA."""
        return tuple(fold for fold in self.folds if fold.word.scope is scope)


def layout_of(prepared: Prepared, years: Sequence[int]) -> Layout:
    """Return where the cells of some years stand in words, with the levels that the rules ask for.

    Raises UnsupportedRulesError where an indicator has more levels than a word has bits.
    """
    vocabulary = prepared.ruleset.vocabulary
    asked = _levels_asked(prepared)
    folds: list[Fold] = []
    for scope in (Scope.GROUP, Scope.LEA):
        indicators = [one for one in vocabulary.indicators if one.scope is scope]
        for slots in _chunks(indicators, asked, vocabulary, len(years)):
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
                    levels = {
                        level: bit << shift for (on, level), bit in slot.levels.items() if on == scale
                    }
                    found[year, key] = FieldBits(fold.word, levels, rated << shift)
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


def _chunks(
    indicators: Sequence[Indicator], asked: Mapping[FieldKey, set[str]], vocabulary: Vocabulary, years: int
) -> list[tuple[Slot, ...]]:
    """Return the indicators in as few words as there can be, each with the bits of its own."""
    best: list[tuple[Slot, ...]] = []
    words = 0
    for parts in range(1, max(years, 1) + 1):
        chunks = _filled(indicators, asked, vocabulary, WIDTH // parts)
        if chunks is None:
            break
        needed = sum(-(-years // (WIDTH // _width(slots))) for slots in chunks)
        if not best or needed < words:
            best, words = chunks, needed
    if indicators and not best:
        message = "an indicator with more than 60 levels"
        raise UnsupportedRulesError(message)
    return best


def _filled(
    indicators: Sequence[Indicator], asked: Mapping[FieldKey, set[str]], vocabulary: Vocabulary, width: int
) -> list[tuple[Slot, ...]] | None:
    """Return the indicators in chunks of some bits, None where one is too wide."""
    chunks: list[list[Slot]] = []
    used = width
    for indicator in indicators:
        slot = _slot(indicator, asked, vocabulary, 0)
        needed = slot.all.bit_length()
        if needed > width:
            return None
        if used + needed > width:
            chunks.append([])
            used = 0
        chunks[-1].append(_slot(indicator, asked, vocabulary, used))
        used += needed
    return [tuple(chunk) for chunk in chunks]


def _slot(indicator: Indicator, asked: Mapping[FieldKey, set[str]], vocabulary: Vocabulary, first: int) -> Slot:
    rated: dict[str, int] = {}
    levels: dict[FieldKey, int] = {}
    at = first + 1
    for scale in indicator.scales:
        rated[scale] = 1 << at
        at += 1
    for scale in indicator.scales:
        wanted = asked.get((indicator.name, scale), set())
        for level in vocabulary.scale(scale).levels:
            if level in wanted:
                levels[scale, level] = 1 << at
                at += 1
    return Slot(indicator, 1 << first, rated, levels)


def _width(slots: Iterable[Slot]) -> int:
    return _union(slot.all for slot in slots).bit_length()


def _union(bits: Iterable[int]) -> int:
    found = 0
    for one in bits:
        found |= one
    return found
