"""Where the bits of plain records are: the place of each cell and level, and what the words of records mean there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Final, TypeVar

from attrs import field, frozen

from rulelang.core.record import FieldKey
from rulelang.core.vocabulary import Indicator, Scope, Vocabulary
from rulelang.data.cells import cell_text, folded
from rulelang.data.record_words import NOT_RATED, RecordWords, words_of

BYTE: Final = 8

WORD_COLUMNS: Final = ("year", "indicator", "student_group", "level")

Place = tuple[int, FieldKey, bool]
"""A field of a year: the year, the indicator and the scale, and whether it is of student groups."""

Word = str | int | None
"""What is in a column of a row."""

Known = Mapping[Word, int]
"""The words of a column that mean something, each with the place of what it means."""


@frozen(slots=False)
class CellLayout:
    """Where the bits of each cell are, and with them those of its levels, in a row for each LEA.

    A *block* has the bits of an indicator in a year: one for each student group, then one for the LEA itself. With
    levels there are as many times the blocks of all years and indicators as there are `levels`, words for levels.
    `words` has the known words of each column, and `said` the years and indicators that rows are about.
    """

    vocabulary: Vocabulary
    years: tuple[int, ...]
    indicators: tuple[Indicator, ...]
    levels: tuple[str, ...]
    words: Mapping[str, Known] = field(repr=False)
    said: frozenset[tuple[int, str]] = field(repr=False)
    _means: RecordWords = field(repr=False)

    @cached_property
    def block(self) -> int:
        """Return how many bytes a block has."""
        return -(-(len(self.vocabulary.groups) + 1) // BYTE)

    @cached_property
    def width(self) -> int:
        """Return how many bytes the blocks of all years and indicators have."""
        return len(self.years) * len(self.indicators) * self.block

    @cached_property
    def width_with_levels(self) -> int:
        """Return how many bytes these have with all levels."""
        return self.width * len(self.levels)

    def start(self, year: int, indicator: str, level: int = 0) -> int:
        """Return the byte at which a block begins, for a word for a level by its place."""
        return level * self.width + self._starts[year, indicator]

    @cached_property
    def _starts(self) -> Mapping[tuple[int, str], int]:
        pairs = ((year, one.name) for year in self.years for one in self.indicators)
        return {pair: at * self.block for at, pair in enumerate(pairs)}

    def pairs_in(self, row: bytes) -> frozenset[tuple[int, str]]:
        """Return the years and indicators with any bit set in a row of cells and levels."""
        starts = [(pair, self.start(*pair, level)) for pair in self._starts for level in range(len(self.levels))]
        return frozenset(pair for pair, start in starts if any(row[start : start + self.block]))

    @cached_property
    def places(self) -> Mapping[Place, Mapping[str | None, Sequence[int]]]:
        """Return the fields that there can be cells of, with the words for each level, None for not rated."""
        return {
            (year, (one.name, scale), one.scope is Scope.GROUP): words
            for one in self.indicators
            for scale, words in self._words_by_scale(one).items()
            for year in self.years
        }

    def _words_by_scale(self, indicator: Indicator) -> Mapping[str, dict[str | None, list[int]]]:
        found: dict[str, dict[str | None, list[int]]] = {scale: {} for scale in indicator.scales}
        for at, word in enumerate(self.levels):
            for scale, level in self._meant(indicator, word):
                found[scale].setdefault(level, []).append(at)
        return found

    def _meant(self, indicator: Indicator, word: str) -> Sequence[tuple[str, str | None]]:
        """Return the scales that a word for a level is about, each with the level; none where that is not clear."""
        if word == NOT_RATED:
            return [(scale, None) for scale in indicator.scales]
        levels = self._means.levels_named(tuple(indicator.scales), word)
        return levels if len(levels) == 1 else ()

    @cached_property
    def right(self) -> int:
        """Return the bits that right rows can set, the first as the highest."""
        bits = bytearray(self.width_with_levels)
        for year, name in self._starts:
            indicator = self.vocabulary.indicator(name)
            groups = self._bits_of_groups(year, indicator).to_bytes(self.block, "big")
            for at, word in enumerate(self.levels):
                start = self.start(year, name, at)
                bits[start : start + self.block] = groups if self._meant(indicator, word) else bytes(self.block)
        return int.from_bytes(bits, "big")

    def _bits_of_groups(self, year: int, indicator: Indicator) -> int:
        """Return the bits of a block for whom an indicator is reported in a year."""
        highest = self.block * BYTE - 1
        if indicator.scope is Scope.LEA:
            return 1 << highest - len(self.vocabulary.groups)
        return sum(1 << highest - at for at, group in enumerate(self.vocabulary.groups) if year in group.years)

    # ---- As numbers in a query ----

    @cached_property
    def cell(self) -> str:
        """Return the words of a query for the place of the bit of a row's cell."""
        block = self.block * BYTE
        steps = {"student_group": 1, "indicator": block, "year": block * len(self.indicators)}
        return " + ".join(_looked_up(column, self.words[column], step) for column, step in steps.items())

    @cached_property
    def cell_and_level(self) -> str:
        """Return the words of a query for the place of the bit of a row's cell and level."""
        return f"{self.cell} + {_looked_up('level', self.words['level'], self.width * BYTE)}"


def _looked_up(column: str, words: Known, step: int) -> str:
    listed = ", ".join(f"{_literal(word)}: {at * step}::UINTEGER" for word, at in words.items() if word is not None)
    found = f"MAP {{{listed}}}[{column}]" if listed else "NULL::UINTEGER"
    if None in words:
        return f"CASE WHEN {column} IS NULL THEN {words[None] * step}::UINTEGER ELSE {found} END"
    return found


def _literal(word: str | int) -> str:
    return str(word) if isinstance(word, int) else "'" + word.replace("'", "''") + "'"


def layout_of(vocabulary: Vocabulary, rows: Iterable[tuple[Word, Word, Word, Word]]) -> CellLayout:
    """Return the layout for the words of some rows (`WORD_COLUMNS`); a word that nobody knows has no place in it."""
    found = list(rows)
    means = words_of(vocabulary)
    said = [dict.fromkeys(column) for column in zip(*found, strict=True)] or [{}] * len(WORD_COLUMNS)
    years = {str(year): year for year in (*vocabulary.years, *vocabulary.suspended)}
    groups = {group.name: at for at, group in enumerate(vocabulary.groups)}
    levels = {folded(level) for scale in vocabulary.scales for level in scale.levels} | {NOT_RATED}
    of_year = _meant(said[0], years.get)
    of_indicator = _meant(said[1], lambda word: means.indicators.get(folded(word)))
    of_group = _meant(said[2], lambda word: groups.get(means.groups.get(folded(word), "")) if word else len(groups))
    of_level = _meant(said[3], lambda word: folded(word) if folded(word) in levels else None)
    pairs = ((of_year.get(year), of_indicator.get(indicator)) for year, indicator, *_ in found)
    years_said = tuple(sorted(set(of_year.values())))
    indicators_said = tuple(one for one in vocabulary.indicators if one in of_indicator.values())
    levels_said = tuple(dict.fromkeys(of_level.values()))
    return CellLayout(
        vocabulary,
        years_said,
        indicators_said,
        levels_said,
        {
            "year": {word: years_said.index(year) for word, year in of_year.items()},
            "indicator": {word: indicators_said.index(one) for word, one in of_indicator.items()},
            "student_group": of_group,
            "level": {word: levels_said.index(level) for word, level in of_level.items()},
        },
        frozenset((year, one.name) for year, one in pairs if year is not None and one is not None),
        means,
    )


Meaning = TypeVar("Meaning")


def _meant(words: Iterable[Word], meaning: Callable[[str], Meaning | None]) -> dict[Word, Meaning]:
    """Return what each word means, of those that mean something."""
    found = ((word, meaning(cell_text(word))) for word in words)
    return {word: meant for word, meant in found if meant is not None}
