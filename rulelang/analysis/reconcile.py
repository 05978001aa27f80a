"""The comparison with what the state published, cell by cell: determinations with its list, levels with its files.

Each cell agrees, differs, or cannot be compared; what cannot be compared is counted apart with its reason and is never
agreement. Cells are counted one LEA at a time, so that a whole state fits into memory.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum

from attrs import astuple, define, field, frozen

from rulelang.core.ruleset import Ruleset
from rulelang.diagnostics.as_data import Data
from rulelang.diagnostics.catalogue.quote import count
from rulelang.diagnostics.diagnostic import Diagnostic, Severity
from rulelang.diagnostics.notebook import Displayed


class Verdict(StrEnum):
    """The outcome of the comparison of one cell."""

    AGREES = "agrees"
    DIFFERS = "differs"
    NOT_COMPARED = "not compared"


@frozen
class Cell:
    """One comparison about an LEA.

    In a list, `subject` is what kind of statement it is, and `about` the student group, method or referral. Of a level,
    `subject` is the scale, and `about` the student group, blank for the LEA. `reason` says why a cell was not compared;
    of a level that differs, what ours rests on.
    """

    code: str
    lea: str
    county: str
    subject: str
    about: str
    indicator: str = ""
    ours: str = ""
    theirs: str = ""
    verdict: Verdict = Verdict.NOT_COMPARED
    reason: str = ""


COLUMNS = ("cds", "lea", "county", "subject", "about", "indicator", "ours", "theirs", "verdict", "reason")
"""What is said of a cell, in the order of its attributes."""


def cell_row(cell: Cell) -> tuple[str, ...]:
    """Return a cell as a row under `COLUMNS`."""
    return tuple(map(str, astuple(cell)))


@define(repr=False)
class Reconciliation(Displayed):
    """The counts of a comparison and, unless they are only counted, its `cells` in the order they came.

    `diagnostics` say what is wrong with the list: of a row that is refused there is no cell and no agreement.
    """

    keeps_cells: bool = True
    diagnostics: tuple[Diagnostic, ...] = ()
    cells: list[Cell] = field(factory=list)
    counts: Counter[tuple[str, str, Verdict]] = field(factory=Counter)
    compared_leas: int = 0
    _apart: Counter[tuple[str, str]] = field(factory=Counter)
    _leas_apart: Counter[tuple[str, str]] = field(factory=Counter)

    def add(self, cells: Iterable[Cell]) -> list[Cell]:
        """Count the cells of an LEA, and return those that differ."""
        held = list(cells)
        if self.keeps_cells:
            self.cells.extend(held)
        self.counts.update((cell.indicator, cell.subject, cell.verdict) for cell in held)
        apart = [(cell.subject, cell.reason) for cell in held if cell.verdict is Verdict.NOT_COMPARED]
        self._apart.update(apart)
        self._leas_apart.update(set(apart))
        self.compared_leas += len(apart) < len(held)
        return _differing(held)

    @property
    def differing(self) -> list[Cell]:
        """Return the cells that were compared and differ, of those that are kept."""
        return _differing(self.cells)

    def number(self, verdict: Verdict) -> int:
        """Return how many cells have a verdict."""
        return sum(number for (*_, one), number in self.counts.items() if one is verdict)

    @property
    def agreeing(self) -> int:
        """Return how many cells were compared and agree."""
        return self.number(Verdict.AGREES)

    @property
    def compared(self) -> int:
        """Return how many cells were compared."""
        return self.agreeing + self.number(Verdict.DIFFERS)

    @property
    def agrees(self) -> bool:
        """Return whether at least one cell was compared, none differs, and no row of the list was refused."""
        refused = any(one.severity is Severity.ERROR for one in self.diagnostics)
        return 0 < self.agreeing == self.compared and not refused

    def by_subject(self) -> Mapping[tuple[str, str], tuple[int, ...]]:
        """Return for each indicator and subject how many cells have each verdict, in the order of `Verdict`."""
        places = dict.fromkeys((indicator, subject) for indicator, subject, _ in self.counts)
        return {place: tuple(self.counts[*place, verdict] for verdict in Verdict) for place in places}

    def not_compared(self) -> Mapping[tuple[str, str], tuple[int, int]]:
        """Return how many LEAs have cells that were not compared, and how many these are, by subject and reason."""
        return {apart: (self._leas_apart[apart], number) for apart, number in self._apart.most_common()}

    def as_data(self, rules: Ruleset) -> Data:
        """Return the counts and the cells that differ as `rulelang schema reconcile` describes them."""
        reasons = Counter[str]()
        for (_, reason), number in self._apart.items():
            reasons[reason] += number
        return {
            "ruleset": rules.title,
            "what_if": rules.what_if,
            "year": rules.year,
            "agrees": self.agrees,
            "compared": self.compared,
            "agreeing": self.agreeing,
            "differing": self.compared - self.agreeing,
            "not_compared": self.number(Verdict.NOT_COMPARED),
            "leas": self.compared_leas,
            "reasons": [{"reason": reason, "cells": number} for reason, number in reasons.most_common()],
            "cells": [_as_data(cell) for cell in self.differing],
        }

    def _title(self) -> str:
        agreeing = f"{self.agreeing:,} of {self.compared:,} cells compared agree"
        return f"Reconciliation of {count(self.compared_leas, 'LEA')}: {agreeing}"

    def _rows(self) -> Iterator[tuple[str, ...]]:
        for cell in self.differing:
            what = " ".join(part for part in (cell.indicator, cell.subject, cell.about) if part)
            yield f"{cell.code} {cell.lea}", what, cell.ours, cell.theirs


def _differing(cells: Iterable[Cell]) -> list[Cell]:
    return [cell for cell in cells if cell.verdict is Verdict.DIFFERS]


def _as_data(cell: Cell) -> Data:
    held = dict(zip(COLUMNS, cell_row(cell), strict=True))
    return {**held, "indicator": cell.indicator or None}
