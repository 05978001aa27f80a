"""The columns that plain records may have, and those that nobody reads and that may be misspelled."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

from rulelang.core.record_words import words_of
from rulelang.core.vocabulary import Vocabulary
from rulelang.diagnostics.catalogue import records as say
from rulelang.diagnostics.suggest import nearest

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
            helps[column] = say.number_needs_row(" ".join(column.split("_")))
        elif near := nearest(column, lacking):
            helps[column] = say.column_meant(near)
    return helps


def unread_columns(known: tuple[str, ...], numbers: tuple[str, ...], columns: Iterable[str]) -> Mapping[str, str]:
    """Return the columns that nothing reads though they may be meant to be read, each with what to write instead.

    They are called nearly as one that is known and lacking, or as a number of an indicator.
    """
    return _unread(known, numbers, tuple(columns))
