"""Questions about numbers: whether what looks like a date or a school year is a subtraction."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rulelang.diagnostics.catalogue import ambiguity
from rulelang.diagnostics.diagnostic import Diagnostic
from rulelang.syntax import tree as syn

_DASH = "[-\u2010-\u2015\u2212]"
_DATE = re.compile(rf"(?:\d{{4}}{_DASH}\d{{1,2}}{_DASH}\d{{1,2}}|\d{{1,2}}[-/.]\d{{1,2}}[-/.]\d{{4}})")
_SCHOOL_YEAR = re.compile(rf"(?:19|20)\d\d{_DASH}(?:\d\d|(?:19|20)\d\d)")


def date(node: object) -> Iterator[Diagnostic]:
    """Refuse `2025-03-02`, and ask about `2024-25`, in the place of a number; with spaces they are subtractions."""
    if isinstance(node, syn.Arithmetic):
        if _DATE.fullmatch(node.span.text):
            yield ambiguity.date_as_number(node.span)
        elif _SCHOOL_YEAR.fullmatch(node.span.text):
            yield ambiguity.years_as_number(node.span)
