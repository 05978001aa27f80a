"""Plain records of levels, made in DuckDB a row of bits for each LEA, with a bit for each cell and level.

A cell is an indicator of a student group, or of the LEA itself, in a year. The place of a row's bit is the sum of four
numbers, each looked up by one column alone (year, indicator, student group, level), so that DuckDB looks a number up
once for each word of the dictionary that Parquet keeps. What a word means is settled once, for all rows that have it.

Nothing wrong is passed over. There must be as many bits as rows: a word that is not known sets none, and a row that is
there twice sets the same one. `NotUnderstoodError` leaves records to the reader, which says what is wrong with which.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
    """The cells of some LEAs, which have a row each in both tables.

    `there` has a column for each cell, `levels` one for each level and cell. `kinds` is the kind of each LEA by its
    place in the vocabulary, `names` and `counties` what the LEAs are called and where they are.
    """

    layout: CellLayout
    codes: Sequence[str] = field(repr=False)
    names: Sequence[str] = field(repr=False)
    counties: Sequence[str] = field(repr=False)
    kinds: bytes = field(repr=False)
    there: BitTable = field(repr=False)
    levels: BitTable = field(repr=False)

    def having(self, place: Place, level: str | None) -> list[bytes]:
        """Return the LEAs that have a level of a field, None for not rated: for each student group, last the LEA.

        They are bits, the first LEA as the lowest of the first byte.
        """
        return self._columns(place, self.layout.places[place].get(level, ()))

    def having_any(self, place: Place) -> list[bytes]:
        """Return the same for any level of a field, and for not rated."""
        words = [word for some in self.layout.places[place].values() for word in some]
        if not any(self._occurs(place, word) for word in range(len(self.layout.levels)) if word not in words):
            return self.there.columns([self.layout.start(place[0], place[1][0])], self.layout.block)
        return self._columns(place, words)

    def with_rows(self, year: int, kind: str) -> int:
        """Return the LEAs that have a row on any indicator of a kind in a year."""
        layout = self.layout
        names = [one.name for one in layout.indicators if one.kind == kind and year in layout.years]
        return self.there.rows_with_any([layout.start(year, name) for name in names], layout.block)

    def _columns(self, place: Place, words: Sequence[int]) -> list[bytes]:
        starts = [self.layout.start(place[0], place[1][0], word) for word in words if self._occurs(place, word)]
        return self.levels.columns(starts, self.layout.block)

    def _occurs(self, place: Place, word: int) -> bool:
        start = self.layout.start(place[0], place[1][0], word)
        return any(self._occurring[start : start + self.layout.block])

    @cached_property
    def _occurring(self) -> bytes:
        return self.levels.occurring()

    # ---- Is everything right? ----

    def check(self, rows: int) -> None:
        """Make sure that so many rows were understood, each about a cell that there is, and no two about the same.

        Raises UnforeseenError where it is only the layout that lacks something, or may be.
        """
        if self.levels.bit_count() != rows or not self.layout.pairs_in(self.there.occurring()) <= self.layout.said:
            raise UnforeseenError
        if int.from_bytes(self._occurring, "big") & ~self.layout.right:
            raise NotUnderstoodError
        if self.there.bit_count() != rows and any(map(self._has_two_levels, self.layout.places)):
            raise NotUnderstoodError

    def _has_two_levels(self, place: Place) -> bool:
        """Return whether anyone has two levels of a field, or one and is not rated as well."""
        seen = 0
        for word in (word for words in self.layout.places[place].values() for word in words):
            rows = int.from_bytes(b"".join(self._columns(place, [word])), "little")
            if seen & rows:
                return True
            seen |= rows
        return False


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
            for found in self.connection.sql(self._query(only)).to_arrow_reader(LEAS_AT_A_TIME):
                if found.num_rows:
                    yield self._batch(found)

    def _query(self, only: str) -> str:
        layout = self.layout
        texts = {name: f"nullif(trim({name}), '')" for name in NAMED if name in self.columns}
        parts = [
            "lea_code",
            f"{_kind_of_code(layout.vocabulary.kinds)} AS kind",
            "count(*) AS rows",
            f"bitstring_agg({layout.cell}, 0, {layout.width * BYTE - 1})::BLOB AS there",
            f"bitstring_agg({layout.cell_and_level}, 0, {layout.width_with_levels * BYTE - 1})::BLOB AS levels",
            *(f"{which}({text}) AS {which}_{name}" for name, text in texts.items() for which in ("min", "max")),
        ]
        return f"SELECT {', '.join(parts)} FROM {RECORDS} {only} GROUP BY lea_code"

    def _batch(self, found: Any) -> CellBatch:  # noqa: ANN401 - of pyarrow, which has no types
        if any(found.column(name).null_count for name in ("there", "levels")):
            raise UnforeseenError
        if any(found.column(name).null_count for name in ("lea_code", "kind")):
            raise NotUnderstoodError
        codes, layout = found.column("lea_code").to_pylist(), self.layout
        batch = CellBatch(
            layout,
            codes,
            self._named(found, "name"),
            self._counties(found, codes),
            found.column("kind").buffers()[1].to_pybytes()[: len(codes)],
            BitTable(len(codes), layout.width, _blobs(found.column("there"))),
            BitTable(len(codes), layout.width_with_levels, _blobs(found.column("levels"))),
        )
        batch.check(sum(found.column("rows").to_pylist()))
        return batch

    def _counties(self, found: Any, codes: Sequence[str]) -> Sequence[str]:  # noqa: ANN401 - as above
        """Return the counties of the LEAs, by their codes where the records do not name them."""
        named = zip(codes, self._named(found, "county"), strict=True)
        return [name or self.layout.vocabulary.county_of(code) for code, name in named]

    def _named(self, found: Any, column: str) -> Sequence[str]:  # noqa: ANN401 - as above
        """Return what the LEAs are called in a column, blank where it is not there."""
        if column not in self.columns:
            return [""] * found.num_rows
        first, last = (found.column(f"{which}_{column}").to_pylist() for which in ("min", "max"))
        if first != last:
            raise NotUnderstoodError  # which comes first counts
        return [name_text((text or "").strip()) for text in first]  # of blanks that DuckDB does not trim


def _blobs(column: Any) -> bytes:  # noqa: ANN401 - as above
    """Return the bytes of a column of equally long bytes, one after another."""
    content: bytes = column.buffers()[2].to_pybytes()
    return content


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
