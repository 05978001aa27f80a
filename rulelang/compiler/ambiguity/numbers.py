"""Questions about numbers: whether what looks like a date or a school year is a subtraction."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rulelang.diagnostics.catalogue import ambiguity
from rulelang.diagnostics.dates import date_in
from rulelang.diagnostics.diagnostic import Diagnostic
from rulelang.diagnostics.source import Span
from rulelang.syntax import tree as syn

_DASH = "[-\u2010-\u2015\u2212]"
_DATE = rf"(?P<date>\d{{4}}({_DASH}|/)\d{{1,2}}({_DASH}|/)\d{{1,2}}|\d{{1,2}}({_DASH}|/)\d{{1,2}}({_DASH}|/)\d{{4}})"
_YEARS = rf"(?:19|20)\d\d{_DASH}(?:(?:19|20)\d\d|\d\d)"
_GLUED = re.compile(rf"(?<![\w./\u2010-\u2015\u2212-])(?:{_DATE}|{_YEARS})(?![\w./\u2010-\u2015\u2212-])")


def date(node: object) -> Iterator[Diagnostic]:
    """Refuse `3/2/2025`, and ask about `2024-25`, in the place of a number; with spaces they are subtractions."""
    if not isinstance(node, syn.Arithmetic):
        return
    for found in _GLUED.finditer(node.span.source.text, node.span.start, node.span.end + 1):
        if found.end() > node.span.end:
            return
        if date_in(found.group()) is not None:
            continue  # it is a date, and was read as one
        span = Span(node.span.source, found.start(), found.end())
        yield ambiguity.date_as_number(span) if found["date"] else ambiguity.years_as_number(span)
