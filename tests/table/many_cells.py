"""Files of the records of so many LEAs that judging them takes memory worth speaking of."""

from __future__ import annotations

import importlib
from pathlib import Path

LITTLE_MEMORY = "24MB"
"""Too little for the numbers of all LEAs at once, and enough for those of a part of them."""

_LEAS = (
    "SELECT lpad(CAST(lea * 7919 % 40000 as VARCHAR), 7, '0') || '0000000' as lea_code, year, student_group, {columns}"
    " FROM range(40000) as leas(lea), (VALUES ({year})) as years(year),"
    " (VALUES ('EL'), ('SWD'), ('WH')) as groups(student_group), (VALUES {words}) as said(words)"
)
"""Rows of 40,000 LEAs in no order, so that all of them must be kept until the end."""


def write_many_cells(path: Path) -> Path:
    """Write levels of 40,000 LEAs."""
    words = "('ELA'), ('Math'), ('Suspension Rate'), ('Chronic Absenteeism')"
    return _write(path, 2023, words, "words as indicator, ['Red', 'Orange', 'Blue'][1 + lea % 3] as level")


def write_many_numbers(path: Path) -> Path:
    """Write numbers of 40,000 LEAs."""
    names = ("students", "suspended students", "last year''s students", "last year''s suspended students")
    words = ", ".join(f"('{name}')" for name in names)
    columns = "'Suspension Rate' as indicator, words as number, CAST(lea % 977 as VARCHAR) as value"
    return _write(path, 2018, words, columns)


def _write(path: Path, year: int, words: str, columns: str) -> Path:
    query = _LEAS.format(year=year, words=words, columns=columns)
    importlib.import_module("duckdb").sql(query).write_parquet(str(path))
    return path
