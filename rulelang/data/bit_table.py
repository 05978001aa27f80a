"""A table of bits, row by row, read column by column: for each column the rows that have its bit, as bytes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final

from attrs import field, frozen

BYTE: Final = 8


@frozen(eq=False)
class BitTable:
    """So many rows of `width` bytes, the first column in the highest bit of the first byte.

    A *block* is so many bytes of every row, beginning at a byte of the row: `start`.
    """

    rows: int
    width: int
    data: bytes = field(repr=False)
    _made: dict[int, int] = field(factory=dict, repr=False)

    def bit_count(self) -> int:
        """Return how many bits are set."""
        return int.from_bytes(self.data, "little").bit_count()

    def occurring(self) -> bytes:
        """Return a row with the bits that any row has."""
        rows, row = int.from_bytes(self.data, "big"), self.width * BYTE
        count = self.rows
        while count > 1:
            half = (count + 1) // 2
            rows = (rows >> half * row) | (rows & ((1 << half * row) - 1))
            count = half
        return rows.to_bytes(self.width, "big")

    def columns(self, starts: Sequence[int], block: int) -> list[bytes]:
        """Return for each column of some blocks, laid over one another, the rows that have its bit in any of them.

        The first row is the lowest bit of the first byte.
        """
        found: list[bytes] = []
        for byte in range(block):
            found.extend(_transposed(self._bytes([start + byte for start in starts])))
        return found

    def rows_with_any(self, starts: Iterable[int], block: int) -> int:
        """Return the rows with any bit in some blocks, the first row as the lowest bit."""
        there = self._bytes([start + byte for start in starts for byte in range(block)])
        return int(there[: self.rows][::-1].translate(_IS_SET), 2) if self.rows else 0

    def overlap(self, starts: Sequence[int], block: int) -> bool:
        """Return whether any row has the same bit in two of some blocks."""
        for byte in range(block):
            seen = 0
            for start in starts:
                bits = self._byte(start + byte)
                if seen & bits:
                    return True
                seen |= bits
        return False

    def _byte(self, place: int) -> int:
        """Return a byte of every row, the first row's as the lowest."""
        if place not in self._made:
            self._made[place] = int.from_bytes(self.data[place :: self.width], "little")
        return self._made[place]

    def _bytes(self, places: Iterable[int]) -> bytes:
        """Return for each row some of its bytes, laid over one another; rows are added up to a multiple of eight."""
        found = 0
        for place in places:
            found |= self._byte(place)
        return found.to_bytes(-(-self.rows // BYTE) * BYTE, "little")


_IS_SET: Final = b"0" + b"1" * 255


def _transposed(rows: bytes) -> list[bytes]:
    """Return the eight columns of bits of rows of a byte, whose number is a multiple of eight.

    Eight rows are a square of 64 bits; each square is turned over in three steps, all of them at once.
    """
    bits = int.from_bytes(rows, "little")
    for mask, distance in zip(_masks(len(rows) // BYTE), (7, 14, 28), strict=True):
        moved = (bits ^ (bits >> distance)) & mask
        bits ^= moved ^ (moved << distance)
    turned = bits.to_bytes(len(rows), "little")
    return [turned[column::BYTE] for column in range(BYTE - 1, -1, -1)]


@lru_cache(maxsize=8)
def _masks(squares: int) -> tuple[int, ...]:
    """Return the bits that change places with others in each step, in so many squares."""
    steps = (0x00AA00AA00AA00AA, 0x0000CCCC0000CCCC, 0x00000000F0F0F0F0)
    return tuple(int.from_bytes(step.to_bytes(BYTE, "little") * squares, "little") for step in steps)
