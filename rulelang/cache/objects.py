"""Plain data as bytes and back, in Python's own form for objects, compressed.

The reader makes nothing but plain data: objects of attrs classes and enumerations of some modules, numbers and columns
of numbers. Anything else that a damaged or foreign file names is refused, and nothing is read.
"""

from __future__ import annotations

import array
import io
import pickle
import zlib
from collections.abc import Sequence
from enum import Enum
from fractions import Fraction
from typing import Any, Final, TypeVar

from attrs import has

MOST_PLAIN_BYTES: Final = 1 << 29
"""A few bytes can be compressed so that they take all memory."""
FAST: Final = 1
"""The level of compression: columns are long and repetitive, so that trying harder gains little."""

_OF_COLUMNS: Final = {("array", "array"): array.array, ("array", "_array_reconstructor"): array._array_reconstructor}  # type: ignore[attr-defined]  # noqa: SLF001

T = TypeVar("T")


def as_bytes(value: object) -> bytes | None:
    """Return plain data as bytes; None if they are nested too deeply for this form."""
    try:
        return zlib.compress(pickle.dumps(value, protocol=5), FAST)
    except RecursionError:
        return None


def from_bytes(content: bytes, kind: type[T], modules: Sequence[str]) -> T | None:
    """Return the data of some bytes; None if they are of another kind, or not plain data of some modules alone."""
    try:
        unpacking = zlib.decompressobj()
        plain = unpacking.decompress(content, MOST_PLAIN_BYTES)
        found = _Reader(io.BytesIO(plain), modules).load() if unpacking.eof else None
    except Exception:  # noqa: BLE001  # damaged bytes can raise anything, and only mean a fresh start
        return None
    return found if isinstance(found, kind) else None


class _Reader(pickle.Unpickler):
    """Reads objects of plain data, and refuses anything else."""

    def __init__(self, file: io.BytesIO, modules: Sequence[str]) -> None:
        super().__init__(file)
        self._modules = tuple(modules)

    def find_class(self, module: str, name: str) -> Any:  # noqa: ANN401  # as in the class above
        """Return a class of plain data, or what makes a fraction or a column; UnpicklingError for anything else."""
        if (module, name) == ("fractions", "Fraction"):
            return _fraction
        if (module, name) in _OF_COLUMNS:
            return _OF_COLUMNS[module, name]
        found = super().find_class(module, name) if module.startswith(self._modules) else None
        kind = found if isinstance(found, type) else type(found)  # one object alone may stand for itself
        if has(kind) or (isinstance(found, type) and issubclass(found, Enum)):
            return found
        raise pickle.UnpicklingError(f"{module}.{name} is no plain data")


def _fraction(numerator: object, denominator: object) -> Fraction:
    """Return the fraction of two whole numbers, as it is kept: a short text may give one that is too large to make."""
    if not isinstance(numerator, int) or not isinstance(denominator, int):
        raise pickle.UnpicklingError("a fraction is kept as two whole numbers")
    return Fraction(numerator, denominator)
