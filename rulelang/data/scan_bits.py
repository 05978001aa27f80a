"""Plain records of levels, made in DuckDB a row of bits for each LEA, with a bit for each cell and level.

A cell is an indicator of a student group, or of the LEA itself, in a year. The place of a row's bit is the sum of four
numbers, each looked up by one column alone (year, indicator, student group, level), so that DuckDB looks a number up
once for each word of the dictionary that Parquet keeps. What a word means is settled once, for all rows that have it.

Nothing wrong is passed over. There must be as many bits as rows: a word that is not known sets none, and a row that is
there twice sets the same one. `NotUnderstoodError` leaves records to the reader, which says what is wrong with which.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any, Final

from attrs import field, frozen

from rulelang.core.vocabulary import LeaKind, Vocabulary
from rulelang.data.bit_table import BitTable
from rulelang.data.cell_layout import BYTE, WORD_COLUMNS, CellLayout, Place, layout_of
from rulelang.data.cells import name_text
from rulelang.data.scan import RECORDS, Connection, NotUnderstoodError

FIRST_ROWS: Final = 20_000
"""In so many rows there is nearly always every word."""

LEAS_AT_A_TIME: Final = 1 << 14

NAMED: Final = ("name", "county")

READ: Final = frozenset(("lea_code", *WORD_COLUMNS, *NAMED, "students"))
"""The columns that records may have; the number of students is one that no reader reads."""


class UnforeseenError(ValueError):
    """Records with a word, or an indicator in a year, that the first rows do not have."""


@frozen(eq=False, slots=False)
class CellBatch:
    """The cells of some LEAs, which have a row each in `levels`, with a column for each level and cell.

    `kinds` is the kind of each LEA by its place in the vocabulary. `names` are what the LEAs are called, and
    `counties` where they are, each as the records have it.
    """

    layout: CellLayout
    codes: Sequence[str] = field(repr=False)
    kinds: bytes = field(repr=False)
    levels: BitTable = field(repr=False)
    _names: Sequence[str] = field(repr=False)
    _counties: Sequence[str] = field(repr=False)

    @cached_property
    def names(self) -> Sequence[str]:
        """Return what the LEAs are called, blank where the records do not say it."""
        return [name_text(name.strip()) for name in self._names]  # of blanks that DuckDB does not trim

    @cached_property
    def counties(self) -> Sequence[str]:
        """Return where the LEAs are, by their codes where the records do not say it."""
        by_code = self.layout.vocabulary.county_by_code
        named = zip(self.codes, self._counties, strict=True)
        return [name_text(name.strip()) or by_code(code) for code, name in named]

    def having(self, place: Place, level: str | None) -> list[bytes]:
        """Return the LEAs that have a level of a field, None for not rated: for each student group, last the LEA.

        They are bits, the first LEA as the lowest of the first byte.
        """
        return self._columns(place, self.layout.places[place].get(level, ()))

    def having_any(self, place: Place) -> list[bytes]:
        """Return the same for any level of a field, and for not rated."""
        return self._columns(place, self._words(place))

    def with_rows(self, year: int, kind: str) -> int:
        """Return the LEAs that have a row on any indicator of a kind in a year."""
        layout = self.layout
        names = [one.name for one in layout.indicators if one.kind == kind and year in layout.years]
        words = range(len(layout.levels))
        return self.levels.rows_with_any([at for name in names for at in self._starts(year, name, words)], layout.block)

    def _words(self, place: Place) -> Sequence[int]:
        return [word for words in self.layout.places[place].values() for word in words]

    def _columns(self, place: Place, words: Sequence[int]) -> list[bytes]:
        return self.levels.columns(self._starts(place[0], place[1][0], words), self.layout.block)

    def _starts(self, year: int, indicator: str, words: Iterable[int]) -> list[int]:
        """Return where the blocks of some words for levels begin, of those that occur."""
        starts, block = (self.layout.start(year, indicator, word) for word in words), self.layout.block
        return [start for start in starts if any(self._occurring[start : start + block])]

    @cached_property
    def _occurring(self) -> bytes:
        return self.levels.occurring()

    # ---- Is everything right? ----

    def check(self, rows: int) -> None:
        """Make sure that so many rows were understood, each about a cell that there is, and no two about the same.

        Raises UnforeseenError where it is only the layout that lacks something, or may be.
        """
        if self.levels.bit_count() != rows or not self.layout.pairs_in(self._occurring) <= self.layout.said:
            raise UnforeseenError
        if int.from_bytes(self._occurring, "big") & ~self.layout.right:
            raise NotUnderstoodError
        block = self.layout.block
        for place in self.layout.places:  # two levels of a field, or one that is not rated as well
            if self.levels.overlap(self._starts(place[0], place[1][0], self._words(place)), block):
                raise NotUnderstoodError


@frozen
class CellScan:
    """The cells of the records of a connection, as a layout for their words places them."""

    connection: Connection = field(repr=False)
    layout: CellLayout
    columns: frozenset[str]

    def batches(self, parts: int = 1) -> Iterator[CellBatch]:
        """Yield the cells of all LEAs, some LEAs at a time, in no order.

        Where there is little memory, all rows are gone through for one of several parts of the LEAs after another.
        Raises NotUnderstoodError where a row is wrong or there twice, and UnforeseenError where it has another word.
        """
        for part in range(parts):
            only = f"WHERE hash(lea_code) % {parts} = {part}" if parts > 1 else ""
            cursor = self.connection.execute(self._query(only))
            while rows := cursor.fetchmany(LEAS_AT_A_TIME):
                yield self._batch(rows)

    def _query(self, only: str) -> str:
        layout = self.layout
        texts = {name: f"nullif(trim({name}), '')" for name in NAMED if name in self.columns}
        parts = [
            "lea_code",
            f"{_kind_of_code(layout.vocabulary.kinds)} AS kind",
            "count(*) AS rows",
            f"bitstring_agg({layout.cell_and_level}, 0, {layout.width_with_levels * BYTE - 1})::BLOB AS levels",
            *(f"{which}({text}) AS {which}_{name}" for name, text in texts.items() for which in ("min", "max")),
        ]
        return f"SELECT {', '.join(parts)} FROM {RECORDS} {only} GROUP BY lea_code"

    def _batch(self, rows: Sequence[tuple[Any, ...]]) -> CellBatch:
        codes, kinds, counts, levels, *named = zip(*rows, strict=True)
        if None in levels:
            raise UnforeseenError
        if None in codes or None in kinds:
            raise NotUnderstoodError
        table = BitTable(len(codes), self.layout.width_with_levels, b"".join(levels))
        names, counties = self._named(named, len(codes))
        batch = CellBatch(self.layout, codes, bytes(kinds), table, names, counties)
        batch.check(sum(counts))
        return batch

    def _named(self, found: Sequence[Sequence[str | None]], size: int) -> Iterator[Sequence[str]]:
        """Yield what is in each column of `NAMED` for the LEAs, blank where nothing does."""
        columns = iter(found)
        for name in NAMED:
            first = last = next(columns) if name in self.columns else [None] * size
            if name in self.columns:
                last = next(columns)
            if first != last:
                raise NotUnderstoodError  # which comes first counts
            yield [text or "" for text in first]


def _kind_of_code(kinds: Sequence[LeaKind]) -> str:
    """Return the words of a query for the first kind of LEA whose shape a code has, by its place; NULL where none."""
    ways = [f"WHEN regexp_full_match(lea_code, '{_pattern(kind)}') THEN {at}" for at, kind in enumerate(kinds)]
    return f"CASE {' '.join(ways)} END::TINYINT" if ways else "NULL::TINYINT"


def _pattern(kind: LeaKind) -> str:
    return "".join("[0-9]" if shape == "?" else _exactly(shape) for shape in kind.code_pattern)


def _exactly(char: str) -> str:
    return char if char.isalnum() else f"\\{char}".replace("'", "''")


def cell_scans(vocabulary: Vocabulary, connection: Connection) -> Iterator[CellScan]:
    """Yield scans of the records of a connection: by the words of the first rows, and then by those of all.

    Where going through the first raises UnforeseenError, the second does not, but for records that are wrong.
    """
    columns = frozenset(name for name, *_ in connection.execute(f"DESCRIBE {RECORDS}").fetchall())
    if not columns <= READ:
        message = f"records with columns that nothing reads: {', '.join(sorted(columns - READ))}"
        raise NotUnderstoodError(message)
    for rows in (f"(FROM {RECORDS} LIMIT {FIRST_ROWS})", RECORDS):
        words = connection.execute(f"SELECT DISTINCT {', '.join(WORD_COLUMNS)} FROM {rows}").fetchall()
        yield CellScan(connection, layout_of(vocabulary, words), columns)
