"""A coded file as bytes and back: a checksum, then packed JSON for the texts and plain whole numbers for the columns.

Nothing in the bytes is ever run. Bytes that are not exactly what was written, or are of another file, give nothing.
"""

from __future__ import annotations

import hashlib
import json
import sys
import zlib
from array import array
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any, Final

from rulelang.core.record import Reading
from rulelang.data.coded import CodedFile, CodedRows
from rulelang.data.facts import Doubt
from rulelang.diagnostics.diagnostic import Diagnostic, Severity
from rulelang.diagnostics.source import DataPlace

START: Final = b"rulelang coded file\n"
HASH_BYTES: Final = 32
LENGTH_BYTES: Final = 8
MOST_PLAIN_BYTES: Final = 1 << 29
"""A few bytes can be packed so that they take all memory there is."""
FAST: Final = 1
"""The level of packing: the columns are long and much alike, so that trying harder gains little."""

_PLAIN: Final = ("codes", "names", "groups", "reported", "covered", "used", "refused", "ignored", "note")
"""What of a coded file is JSON as it is."""


def as_bytes(file: CodedFile, key: str) -> bytes | None:
    """Return a coded file as bytes that `from_bytes` makes it of, by the same key; None where it has no such form."""
    if any(diagnostic.labels for diagnostic in file.diagnostics):
        return None
    texts = {name: getattr(file, name) for name in _PLAIN} | {
        "key": key,
        "values": [_value(value) for value in file.values],
        "tables": [[table.indicator, table.keys, len(table.rows)] for table in file.tables.values()],
        "doubts": [[code, doubt.indicator, doubt.group] for code, doubt in file.doubts],
        "diagnostics": [_said(diagnostic) for diagnostic in file.diagnostics],
    }
    head = json.dumps(texts, separators=(",", ":")).encode()
    columns = b"".join(_little(column).tobytes() for table in file.tables.values() for column in _columns(table))
    body = zlib.compress(len(head).to_bytes(LENGTH_BYTES, "little") + head + columns, FAST)
    return START + hashlib.sha256(body).digest() + body


def from_bytes(content: bytes, key: str) -> CodedFile | None:
    """Return the coded file that was made into bytes under a key; None where these are no such bytes."""
    body = content[len(START) + HASH_BYTES :]
    if content[: -len(body)] != START + hashlib.sha256(body).digest():
        return None
    try:
        plain = memoryview(_unpacked(body))
        length = LENGTH_BYTES + int.from_bytes(plain[:LENGTH_BYTES], "little")
        texts = json.loads(bytes(plain[LENGTH_BYTES:length]))
        return _file(texts, plain[length:]) if texts["key"] == key else None
    except (zlib.error, ValueError, TypeError, LookupError, ArithmeticError, RecursionError):
        return None


def _unpacked(body: bytes) -> bytes:
    """Return what was packed; ValueError where that is not whole, or more than is ever packed."""
    unpacking = zlib.decompressobj()
    plain = unpacking.decompress(body, MOST_PLAIN_BYTES)
    if not unpacking.eof or unpacking.unused_data:
        message = "there is more, or less, than one whole file"
        raise ValueError(message)
    return plain


def _file(texts: Mapping[str, Any], columns: memoryview) -> CodedFile:
    return CodedFile(
        codes=texts["codes"],
        names=[(name, county) for name, county in texts["names"]],
        groups=texts["groups"],
        values=[_reading(*value) for value in texts["values"]],
        tables={table.indicator: table for table in _tables(texts["tables"], columns)},
        reported=texts["reported"],
        covered=tuple(texts["covered"]),
        doubts=[(code, Doubt(indicator, group)) for code, indicator, group in texts["doubts"]],
        used=texts["used"],
        refused=texts["refused"],
        ignored=texts["ignored"],
        note=texts["note"],
        diagnostics=tuple(_diagnostic(*said) for said in texts["diagnostics"]),
    )


# ---- Columns ----


def _columns(table: CodedRows) -> Iterator[array[int]]:
    yield from (table.leas, table.groups, table.rows, *table.said)


def _tables(texts: Sequence[Any], columns: memoryview) -> Iterator[CodedRows]:
    at = 0
    for indicator, keys, rows in texts:
        parts = []
        for _ in range(3 + len(keys)):
            part = array("i")
            part.frombytes(columns[at : at + rows * part.itemsize])
            if len(part) != rows:
                raise ValueError(indicator)
            parts.append(_little(part))
            at += rows * part.itemsize
        leas, groups, numbers, *said = parts
        yield CodedRows(indicator, tuple((of, name) for of, name in keys), leas, groups, numbers, tuple(said))


def _little(column: array[int]) -> array[int]:
    """Return a column with the lowest byte of each number first, or one of that kind as this machine has it."""
    if sys.byteorder == "little":
        return column
    turned = column[:]
    turned.byteswap()
    return turned


# ---- Texts ----


def _value(reading: Reading) -> list[object]:
    level = reading.level
    if isinstance(level, Fraction):
        return [None, "", level.numerator, level.denominator]
    return [level, reading.note]


def _reading(level: str | None, note: str, *number: int) -> Reading:
    if not all(isinstance(part, int) for part in number):  # a text may say a number that is too large to make
        raise TypeError(number)
    return Reading(Fraction(*number) if number else level, note)


def _said(diagnostic: Diagnostic) -> list[object]:
    place = diagnostic.place
    return [
        diagnostic.code,
        diagnostic.message,
        None if place is None else [place.file, place.row, place.column],
        diagnostic.help,
        diagnostic.notes,
        diagnostic.severity.value,
    ]


def _diagnostic(  # as `_said`
    code: str, message: str, place: Sequence[Any] | None, help_: str | None, notes: Sequence[str], severity: str
) -> Diagnostic:
    where = None if place is None else DataPlace(*place)
    return Diagnostic(code, message, (), where, help_, tuple(notes), Severity(severity))
