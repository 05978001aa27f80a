"""The columns that plain records may have, and those that nobody reads and that may be misspelled."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

from rulelang.core.record_words import words_of
from rulelang.core.vocabulary import Vocabulary
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


@lru_cache(maxsize=256)
def _near(known: tuple[str, ...], columns: tuple[str, ...]) -> Mapping[str, str]:
    lacking = [name for name in known if name not in columns]
    near = {column: nearest(column, lacking) for column in columns if column not in known}
    return {column: name for column, name in near.items() if name is not None}


def unread_columns(known: tuple[str, ...], columns: Iterable[str]) -> Mapping[str, str]:
    """Return the columns that nothing reads and that may be misspelled, each with the known one that is lacking."""
    return _near(known, tuple(columns))
