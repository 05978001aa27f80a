"""The names of the tables of a statewide run, and what is wrong where there can be none."""

from __future__ import annotations

from typing import Any, Final

Connection = Any
"""A connection to DuckDB."""

RECORDS: Final = "records"
"""The table of plain records."""

FOLDED: Final = "folded"
"""The table of words: lea, student_group (its place in the vocabulary, NULL for the LEA), words, and what is wrong."""

LEA_WORDS: Final = "words_of_leas"
"""The table of the words of each LEA: lea, words, and whether the LEA is complete."""

COMPLETE: Final = "complete"

LEA_RESULTS: Final = "lea_results"
GROUP_RESULTS: Final = "group_results"

NOT_RATED_TEXT: Final = "not rated"
"""What stands for not rated among the levels of a table of text."""


class NotUnderstoodError(ValueError):
    """Records with something in them that only a reader can make out, or that is wrong; nothing was judged."""


class UnsupportedRulesError(ValueError):
    """Rules that have no form as a table; the record engine takes them."""
