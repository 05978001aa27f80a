"""Every message about how the state's published lists are written."""

from __future__ import annotations

from collections.abc import Sequence

from rulelang.diagnostics.catalogue.quote import listing, quoted
from rulelang.diagnostics.diagnostic import Diagnostic, at
from rulelang.diagnostics.source import DataPlace


def unknown_priority_code(place: DataPlace, found: str, known: Sequence[str]) -> Diagnostic:
    message = f"{quoted(found)} is not a code of priorities; expected {listing(known, 'or')}"
    return at("unknown-priority-code", place, message)


def unknown_determination_code(place: DataPlace, found: str, known: Sequence[str]) -> Diagnostic:
    message = f"{quoted(found)} is not a determination; expected {listing(known, 'or')}"
    return at("unknown-determination-code", place, message)


def neither_yes_nor_no(place: DataPlace, found: str, written: Sequence[str]) -> Diagnostic:
    return at("neither-yes-nor-no", place, f"{quoted(found)} is neither {' nor '.join(map(quoted, written))}")
