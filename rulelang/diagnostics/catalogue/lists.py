"""Every message about how the state's published lists are written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rulelang.diagnostics.catalogue.quote import listing, quoted
from rulelang.diagnostics.diagnostic import Diagnostic
from rulelang.diagnostics.source import DataPlace

_EMPTY_CELLS: Final = (
    "leave the cell empty if there is nothing to say, or write `cannot tell` if it is not known; a word that the lists"
    " have for empty cells belongs in the table `blank cells of published lists` of the vocabulary"
)
"""The ways out for words such as `N/A`, which could mean either."""


def unknown_priority_code(place: DataPlace, found: str, known: Sequence[str]) -> Diagnostic:
    return Diagnostic(
        "unknown-priority-code",
        f"{quoted(found)} is not a code of priorities; expected {listing(known, 'or')}",
        place=place,
        help=_EMPTY_CELLS,
    )


def unknown_determination_code(place: DataPlace, found: str, known: Sequence[str]) -> Diagnostic:
    return Diagnostic(
        "unknown-determination-code",
        f"{quoted(found)} is not a determination; expected {listing(known, 'or')}",
        place=place,
        help=_EMPTY_CELLS,
    )


def neither_yes_nor_no(place: DataPlace, found: str, written: Sequence[str]) -> Diagnostic:
    return Diagnostic(
        "neither-yes-nor-no",
        f"{quoted(found)} is neither {' nor '.join(map(quoted, written))}",
        place=place,
        help=_EMPTY_CELLS,
    )
