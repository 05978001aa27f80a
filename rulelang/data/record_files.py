"""Opens files of plain records in any of the formats, including those that other packages read.

It also says which columns records may have, and which may be misspelled because nobody reads them.
"""

from __future__ import annotations

import importlib
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from heapq import merge
from operator import itemgetter
from pathlib import Path

from attrs import evolve, frozen

from rulelang.core.record_words import words_of
from rulelang.core.vocabulary import Vocabulary
from rulelang.data.cells import MARK, cell_text, column_name
from rulelang.data.layout import repeated_names
from rulelang.data.libraries import needed
from rulelang.data.plugged_in import has_reader, plugin_rows
from rulelang.data.report import DataError, FileTally
from rulelang.data.tables import (
    SPREADSHEET_SUFFIXES,
    Table,
    is_blank,
    read_bytes,
    sha256_of,
    table_of,
    with_windows_letters,
)
from rulelang.diagnostics.catalogue import data as say
from rulelang.diagnostics.catalogue import records as say_record
from rulelang.diagnostics.diagnostic import Diagnostic
from rulelang.diagnostics.suggest import nearest
from rulelang.plugins import READERS, plugin_names

NumberedRow = tuple[int, object]
"""A row and its number."""

CSV, TSV, JSON, PARQUET = ".csv", ".tsv", ".json", ".parquet"
DELIMITERS = ",;\t"
LINES_OF_JSON = (".jsonl", ".ndjson")
TABLES = (CSV, TSV, *SPREADSHEET_SUFFIXES)

NEEDED = ("lea_code", "year", "indicator")
"""Columns that a table of records has."""
COUNTY = "county"
NAMES = ("name", COUNTY)
"""Columns that only say what an LEA is called and where it is."""


@frozen
class UnreadRow:
    """A row that could not be read, with the message about it and what seems to be in its columns."""

    diagnostic: Diagnostic
    values: Mapping[str, object]


def files_in(path: Path) -> list[Path]:
    """Return a file, or the files of records in a folder, by name."""
    if not path.is_dir():
        return [path]
    return sorted(one for one in path.iterdir() if one.suffix.casefold() in (CSV, TSV, PARQUET) and one.is_file())


def rows_of_file(tally: FileTally, *, may_be_none: bool = False) -> Sequence[NumberedRow]:
    """Return the rows of the file of a tally, which gets the file's SHA-256 and what is ignored and wrong in it.

    Raises DataError if it cannot be read at all, or has no rows and must have some.
    """
    path = tally.path
    suffix = path.suffix.casefold()
    is_ours = suffix in (JSON, PARQUET, *LINES_OF_JSON, *TABLES)
    if not is_ours and not has_reader(path):
        others = [f".{name}" for name in plugin_names(READERS)]
        raise DataError(say_record.unknown_record_format(path.name, (CSV, TSV, JSON, PARQUET, ".xlsx", *others)))
    if path.exists() and not path.is_file():  # a pipe may have no end
        raise DataError(say.unreadable_data_file(str(path)))
    content = read_bytes(path)
    if is_blank(content):
        raise DataError(say.empty_data_file(str(path)))
    tally.sha256 = sha256_of(content)
    rows = list(_rows(tally, suffix, content) if is_ours else enumerate(plugin_rows(path), 1))
    if not may_be_none and all(is_blank_row(row) for _, row in rows):
        raise DataError(say.header_only(str(path), 1) if suffix in TABLES else say.empty_data_file(str(path)))
    return rows


def is_blank_row(row: object) -> bool:
    """Return whether a row has nothing in any of its columns, as a line of commas has."""
    return isinstance(row, Mapping) and not any(map(cell_text, row.values()))


def _rows(tally: FileTally, suffix: str, content: bytes) -> Iterator[NumberedRow]:
    if suffix == PARQUET:
        return enumerate(parquet_rows(tally.path, content)[1], 1)
    if suffix in TABLES:
        return _table_rows(tally, content)
    return _json_rows(tally.path, _text(tally.path, content))


def _text(path: Path, content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise DataError(say.file_in_utf_16(str(path)))
    try:
        return content.decode("utf-8").replace(MARK, "")
    except UnicodeDecodeError as error:
        row = content.count(b"\n", 0, error.start) + 1
        raise DataError(say_record.broken_records(str(path), "text in UTF-8", row)) from None


def _table_rows(tally: FileTally, content: bytes) -> Iterator[NumberedRow]:
    """Yield the rows below the header of text, or of the one sheet that has the columns of records."""
    table = table_of(tally, content, _score, NEEDED, may_be_none=True)
    _check_header(str(tally.path), table.header_row, [name for name in table.header if name])
    needed = [at for at, name in enumerate(table.header) if column_name(name) not in NAMES]
    table, warnings = with_windows_letters(table, needed)
    tally.diagnostics.extend(warnings)
    tally.note = "breaks off in its last row" if table.truncated else ""
    # What is in the place of the county of such a row may be part of its name.
    named = tuple(name if column_name(name) != COUNTY else "" for name in table.header)
    bad = evolve(table, header=named)
    unread = ((row.number, UnreadRow(row.diagnostic, _by_name(bad, row.cells))) for row in table.bad_rows)
    yield from merge(unread, ((number, _by_name(table, cells)) for number, cells in table.rows), key=itemgetter(0))


def _by_name(table: Table, cells: Sequence[object]) -> dict[str, object]:
    return {name: cell for name, cell in zip(table.header, cells, strict=False) if name}


def _score(header: Sequence[str]) -> int:
    return len({*map(column_name, header)} & {*NEEDED, "cds"})


def _check_header(file: str, row: int, header: Sequence[str]) -> None:
    repeated = repeated_names(list(map(column_name, header)), range(len(header)))
    if repeated:
        raise DataError(say.repeated_column(file, row, repeated[0]))


def both_values(pairs: Iterable[tuple[str, object]]) -> dict[str, object]:
    """Return values by name, as `Red and Green` if a name has two: nobody knows which of them counts."""
    found: dict[str, object] = {}
    for name, value in pairs:
        found[name] = f"{cell_text(found[name])} and {cell_text(value)}" if name in found else value
    return found


def _json_rows(path: Path, text: str) -> Iterator[NumberedRow]:
    """Yield the objects of a list, one object alone, or one object a line."""
    try:
        whole = json.loads(text, object_pairs_hook=both_values)
    except json.JSONDecodeError as error:
        if text.lstrip().startswith("["):
            raise DataError(say_record.broken_records(str(path), "JSON", error.lineno)) from None
        yield from _json_lines(path, text)
    except (RecursionError, ValueError):
        raise DataError(say_record.broken_records(str(path), "JSON")) from None
    else:
        yield from enumerate(whole if isinstance(whole, list) else [whole], 1)


def _json_lines(path: Path, text: str) -> Iterator[NumberedRow]:
    for number, line in enumerate(text.split("\n"), 1):
        try:
            if line.strip():
                yield number, json.loads(line, object_pairs_hook=both_values)
        except (RecursionError, ValueError):
            raise DataError(say_record.broken_records(str(path), "JSON", number)) from None


def parquet_rows(path: Path, content: bytes) -> tuple[list[str], list[dict[str, object]]]:
    """Return the columns of a Parquet file and its rows by their names; DataError if it cannot be read as one."""
    with needed(f"read {path.name}"):
        _, parquet = (importlib.import_module(name) for name in ("pyarrow", "pyarrow.parquet"))
    try:
        table = parquet.read_table(io.BytesIO(content), partitioning=None)
        for at, column in enumerate(table.schema):
            if str(column.type) == "float":  # as it is written: 66.7 of 4 bytes is not 66.7 of 8
                table = table.set_column(at, column.name, table.column(at).cast("string").cast("double"))
        return list(table.column_names), table.to_pylist()
    except Exception:  # noqa: BLE001 - whatever the library finds wrong, the file is what is broken
        raise DataError(say_record.broken_records(str(path), "Parquet")) from None


# ---- Columns ----


COLUMNS = (
    *("year", "student_group", "indicator", "level", "scale", "number", "value"),
    *("name", "county", "kind", "belongs_to", "students"),
)
"""The columns that plain records may have beside the code; `students` may be there, and nothing reads it."""


def code_columns(vocabulary: Vocabulary) -> tuple[str, ...]:
    """Return the columns that may hold the code of an entity: `lea_code`, or `household_code`."""
    word = "_".join(vocabulary.entity.casefold().split())
    return (f"{word}_code", "cds") if word == "lea" else (f"{word}_code",)


def known_columns(vocabulary: Vocabulary) -> tuple[str, ...]:
    """Return the columns that plain records may have: the code, the words of a record, and facts of the entity."""
    return (*COLUMNS, *code_columns(vocabulary), *words_of(vocabulary).facts)


def columns_to_fill(vocabulary: Vocabulary) -> tuple[str, ...]:
    """Return the first columns of plain records that say what the words of a vocabulary are about."""
    facts = [one.name for one in vocabulary.numbers if not any(one.indicators)]
    owners = ("belongs_to",) if vocabulary.owners else ()
    groups = ("student_group",) if vocabulary.groups else ()
    said = ["_".join(name.split()) for name in facts[:3]] or [*groups, "indicator", "level"]
    return (code_columns(vocabulary)[0], "kind", *owners, "year", *said)


def number_columns(vocabulary: Vocabulary) -> tuple[str, ...]:
    """Return how columns would be called that hold numbers of indicators, which have a row each: `graduates`."""
    numbers = words_of(vocabulary).numbers
    words = (word for indicator, named in numbers.items() if indicator for word in named)
    return tuple(dict.fromkeys("_".join(word.split()) for word in words))


@lru_cache(maxsize=256)
def _unread(known: tuple[str, ...], numbers: tuple[str, ...], columns: tuple[str, ...]) -> Mapping[str, str]:
    lacking, helps = [name for name in known if name not in columns], {}
    for column in columns:
        if column in known:
            continue
        if column in numbers:
            helps[column] = say_record.number_needs_row(" ".join(column.split("_")))
        elif near := nearest(column, lacking):
            helps[column] = say_record.column_meant(near)
    return helps


def unread_columns(known: tuple[str, ...], numbers: tuple[str, ...], columns: Iterable[str]) -> Mapping[str, str]:
    """Return the unread columns that may have been meant to be read, each with what to write instead.

    They are called nearly as one that is known and lacking, or as a number of an indicator.
    """
    return _unread(known, numbers, tuple(columns))
