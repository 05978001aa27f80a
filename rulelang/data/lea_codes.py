"""Checks LEA codes, which spreadsheets often damage."""

from __future__ import annotations

import re

from attrs import define, field

from rulelang.core.vocabulary import LeaKind, Vocabulary
from rulelang.diagnostics.catalogue import data as say
from rulelang.diagnostics.diagnostic import Diagnostic
from rulelang.diagnostics.source import DataPlace

ROUNDED = re.compile(r"\d([.,]\d+)?[Ee]\+?\d+")
"""A long number as a spreadsheet shows it: 1.10017E+12."""


MARKED = re.compile(r"""[='"\s]*\d[\d\s–-]*(?:\.0+)?['"\s]*""", re.ASCII)
"""Digits with what programs and people put around and between them: '01611190000000, 01-61119-0000000, 402.0."""

OF_TOTALS = re.compile(r"0{5,}|9{5,}")
"""A code as rows of totals have it, unless it is that of a kind of its own; a short one may be a county's."""

AS_DECIMAL = re.compile(r"\d+\.0+", re.ASCII)
"""A code that was read as a number, in a column with blanks: 1611190000000.0."""


def codes_above(vocabulary: Vocabulary, code: str) -> tuple[str, ...]:
    """Return the codes of what an entity belongs to by its own code, the nearest first; blank where it has none."""
    kind = vocabulary.kind_of_code(code)
    return () if kind is None else tuple(vocabulary.kind(one).code_above(code) for one in vocabulary.above(kind.name))


@define
class LeaCodes:
    """Finds the kind of LEA of a code, and remembers the codes already checked."""

    vocabulary: Vocabulary
    _kinds: dict[str, LeaKind | None] = field(factory=dict)

    def kind(self, code: str) -> LeaKind | None:
        """Return the kind of LEA whose code it is, or None."""
        if code not in self._kinds:
            self._kinds[code] = self.vocabulary.kind_of_code(code)
        return self._kinds[code]

    def kind_name(self, code: str) -> str:
        """Return the name of the kind of LEA whose code it is, blank if there is none."""
        kind = self.kind(code)
        return kind.name if kind is not None else ""

    @property
    def are_free(self) -> bool:
        """Return whether there is a kind of LEA whose codes have no shape, so that data give the kind."""
        return any(not kind.code_pattern for kind in self.vocabulary.kinds)

    def may_be_given(self, code: str) -> bool:
        """Return whether a row that names its kind may use a code of no kind's shape, such as one of another state.

        It may not be such a shape without its zeros, nor contain invisible characters.
        """
        return bool(code) and code.isprintable() and code.strip() == code and self.restored(code) is None

    def restored(self, code: str) -> str | None:
        """Return what a code that is too short may have been before it lost its zeros, at its end or start; or None."""
        if not (code.isascii() and code.isdigit()):
            return None
        patterns = [kind.code_pattern for kind in self.vocabulary.kinds if kind.code_pattern]
        ends = (pattern[len(code) :] for pattern in patterns if len(pattern.rstrip("0")) == len(code))
        lengths = sorted(set(map(len, patterns)))
        candidates = [*(code + end for end in ends), *(code.zfill(length) for length in lengths if length > len(code))]
        return next((candidate for candidate in candidates if self.kind(candidate)), None)

    def meant(self, code: str) -> str | None:
        """Return the code that is right but for signs in it, or for zeros that it has lost; None if none is."""
        if ROUNDED.fullmatch(code):
            return None
        plain = _digits(code)
        return plain if self.kind(plain) else self.restored(plain)

    def complaint(self, code: str, place: DataPlace) -> Diagnostic:
        """Return what is wrong with a code that no kind of LEA has."""
        plain = _digits(code)
        if MARKED.fullmatch(code) and self.kind(plain):
            return say.marked_lea_code(place, code, plain)
        if AS_DECIMAL.fullmatch(code) and self.restored(plain):
            return self.complaint(plain, place)
        restored = self.restored(code)
        if restored is not None and not restored.endswith(code):
            return say.short_lea_code(place, code, restored)
        if restored is not None:
            is_sure = len(restored) == len(code) + 1  # if several zeros are missing, nobody knows where they were
            return say.lost_leading_zeros(place, code, len(restored), restored if is_sure else None)
        if ROUNDED.fullmatch(code):
            return say.rounded_lea_code(place, code)
        return say.unknown_lea_code(place, code, [kind.code_pattern for kind in self.vocabulary.kinds])


def _digits(code: str) -> str:
    """Return the digits of a code, without zeros behind a point."""
    return re.sub(r"\D", "", code.partition(".")[0], flags=re.ASCII)
