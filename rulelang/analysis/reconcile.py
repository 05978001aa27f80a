"""The comparison with what the state published, cell by cell: determinations with its list, levels with its files.

Each cell agrees, differs, or cannot be compared; what cannot be compared is counted apart with its reason and is never
agreement. Cells are counted one LEA at a time, so that a whole state fits into memory.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from pathlib import Path

from attrs import astuple, define, evolve, field, frozen

from rulelang.analysis.asked import chosen_codes
from rulelang.analysis.chaining import data_from
from rulelang.analysis.embedding import records_in
from rulelang.analysis.gather import Request, Sources
from rulelang.core.how_many import how_many
from rulelang.core.record import LeaRecord, Reading
from rulelang.core.ruleset import NOT_COVERED, Ruleset
from rulelang.core.tree import NOT_RATED, Value
from rulelang.core.truth import CANNOT_TELL, Truth
from rulelang.core.vocabulary import Vocabulary
from rulelang.data.published import PublishedLea, PublishedList, read_published
from rulelang.data.report import DataError
from rulelang.diagnostics.arguments import paths
from rulelang.diagnostics.as_data import Data
from rulelang.diagnostics.catalogue.quote import count
from rulelang.diagnostics.diagnostic import Diagnostic, Severity
from rulelang.diagnostics.notebook import Displayed
from rulelang.engine.determination import SUSPENDED, Determination, determine_all
from rulelang.engine.evaluate import Evaluation, evaluate_all
from rulelang.engine.levels import LevelResult, results_of
from rulelang.engine.listed_priorities import listed_priorities
from rulelang.engine.steps import Prepared
from rulelang.engine.wording import answer_text


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
    rules: Ruleset | None = None
    diagnostics: tuple[Diagnostic, ...] = ()
    cells: list[Cell] = field(factory=list)
    counts: Counter[tuple[str, str, Verdict]] = field(factory=Counter)
    compared_by_kind: Counter[str] = field(factory=Counter)
    kinds: set[str] = field(factory=set)
    _apart: Counter[tuple[str, str]] = field(factory=Counter)
    _leas_apart: Counter[tuple[str, str]] = field(factory=Counter)

    def add(self, cells: Iterable[Cell], kind: str = "") -> list[Cell]:
        """Count the cells of an LEA of a kind, blank if the data do not have it, and return those that differ."""
        held = list(cells)
        if self.keeps_cells:
            self.cells.extend(held)
        self.counts.update((cell.indicator, cell.subject, cell.verdict) for cell in held)
        apart = [(cell.subject, cell.reason) for cell in held if cell.verdict is Verdict.NOT_COMPARED]
        self._apart.update(apart)
        self._leas_apart.update(set(apart))
        self.compared_by_kind[kind] += len(apart) < len(held)
        self.kinds.add(kind)
        return _differing(held)

    @property
    def compared_leas(self) -> int:
        """Return how many LEAs have cells that were compared."""
        return self.compared_by_kind.total()

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
        leas = count(self.compared_leas, "LEA") if self.rules is None else how_many(self.rules, self.compared_by_kind)
        return f"Reconciliation of {leas}: {agreeing}"

    def _rows(self) -> Iterator[tuple[str, ...]]:
        for cell in self.differing:
            what = " ".join(part for part in (cell.indicator, cell.subject, cell.about) if part)
            yield f"{cell.code} {cell.lea}", what, cell.ours, cell.theirs


def _differing(cells: Iterable[Cell]) -> list[Cell]:
    return [cell for cell in cells if cell.verdict is Verdict.DIFFERS]


def _as_data(cell: Cell) -> Data:
    held = dict(zip(COLUMNS, cell_row(cell), strict=True))
    return {**held, "indicator": cell.indicator or None}


# ---- The cells of a published list ----


NOT_IN_LIST = "the list does not have this LEA"
NO_DATA = "the data have no row of this LEA"
NO_COLUMN = "the list does not say"
UNKNOWN = "the data cannot tell"
YES = "yes"
NO_ANSWER = {SUSPENDED: "the year is suspended", NOT_COVERED: "the rules do not determine this kind of LEA"}


class Subject(StrEnum):
    """What a cell of a list is about."""

    GROUP = "student group"
    CRITERIA = "criteria of a student group"
    METHOD = "method"
    REFERRAL = "referral"
    DETERMINATION = "determination"


def reconcile(determinations: Iterable[Determination], published: PublishedList) -> Reconciliation:
    """Return the comparison of determinations of one ruleset with a published list.

    Every LEA of either side has all its cells, so that nothing is left out of the counts.
    """
    ours = {determination.record.code: determination for determination in determinations}
    theirs = {lea.code: lea for lea in published.leas}
    pattern = next(iter(ours.values()), None)
    rules = pattern.ruleset if pattern is not None else None
    found = Reconciliation(rules=rules, diagnostics=published.diagnostics)
    if pattern is None:
        return found
    for code in sorted(ours.keys() | theirs.keys()):
        if code in ours:
            found.add(_cells(ours[code], theirs.get(code), published.columns), ours[code].record.kind)
        else:
            place = code, theirs[code].name, theirs[code].county
            found.add(Cell(*place, *about, reason=NO_DATA) for about in _our_answers(pattern))
    return found


def by_name(cells: Iterable[Cell]) -> Mapping[str, tuple[int, int, int]]:
    """Return for each determination, method, referral and criterion of student groups three numbers.

    How many the list has, how many of these we have too, and how many others we have.
    """
    said = [(*_said(cell), cell.verdict) for cell in cells if cell.subject != Subject.GROUP]
    listed = Counter(theirs for _, theirs, _ in said)
    agreed = Counter(theirs for _, theirs, verdict in said if verdict is Verdict.AGREES)
    alone = Counter(ours for ours, _, verdict in said if verdict is Verdict.DIFFERS)
    return {name: (listed[name], agreed[name], alone[name]) for name in {**listed, **alone} if name}


def _said(cell: Cell) -> tuple[str, str]:
    """Return our finding about the LEA or student group, and the list's, blank for nothing."""
    if cell.subject == Subject.DETERMINATION:
        return cell.ours, cell.theirs
    name = cell.about.rpartition(", ")[2] if cell.subject == Subject.CRITERIA else cell.about
    return name if cell.ours == YES else "", name if cell.theirs == YES else ""


def narrowed(
    published: PublishedList, leas: Sequence[str], counties: Collection[str], vocabulary: Vocabulary
) -> PublishedList:
    """Return the part of a list about the LEAs and the counties asked for, all where none is."""
    codes = chosen_codes(((one.code, one.name, one.county) for one in published.leas), leas, counties, vocabulary)
    return evolve(published, leas=tuple(lea for lea in published.leas if lea.code in codes))


def priorities_text(priorities: frozenset[int]) -> str:
    """Return priorities as a cell shows them: `4, 6`, or `none`."""
    return ", ".join(str(number) for number in sorted(priorities)) or "none"


_About = tuple[Subject, str]
"""What a cell is about: its subject, and the student group, with the outcome of criteria, the method or referral."""


def _cells(ours: Determination, theirs: PublishedLea | None, columns: frozenset[str]) -> Iterator[Cell]:
    record, why_not = ours.record, NO_ANSWER.get(ours.outcome, "")
    listed = _their_answers(theirs, columns) if theirs is not None else {}
    for about, answer in _our_answers(ours).items():
        place = (record.code, record.name, record.county, *about)
        if theirs is None:
            yield Cell(*place, reason=NOT_IN_LIST)
        elif about not in listed:
            yield Cell(*place, ours="" if why_not else answer or "", reason=NO_COLUMN)
        elif why_not or answer is None:
            yield Cell(*place, theirs=listed[about], reason=why_not or UNKNOWN)
        else:
            verdict = Verdict.AGREES if answer == listed[about] else Verdict.DIFFERS
            yield Cell(*place, ours=answer, theirs=listed[about], verdict=verdict)


def _our_answers(ours: Determination) -> Mapping[_About, str | None]:
    """Return our answers in the order of the cells, None where the data cannot tell."""
    met = {one.group.name: listed_priorities(ours, one) for one in ours.groups if ours.ruleset.priorities}
    listed = ours.ruleset.vocabulary.listed_group_outcomes
    found = ((one.group.name, name, one.criteria) for one in ours.groups for name in listed)
    criteria = {_about(group, name): answers[name] for group, name, answers in found if name in answers}
    return {
        **{(Subject.GROUP, name): None if one is None else priorities_text(one) for name, one in met.items()},
        **_yes_or_no(Subject.CRITERIA, criteria),
        **_yes_or_no(Subject.METHOD, ours.methods),
        **_yes_or_no(Subject.REFERRAL, ours.referrals),
        (Subject.DETERMINATION, ""): None if ours.label == CANNOT_TELL else ours.label,
    }


def _their_answers(theirs: PublishedLea, columns: frozenset[str]) -> Mapping[_About, str]:
    """Return the list's answers, without those for which it has no column, and blank cells."""
    met = {name: one for name, one in theirs.priorities.items() if name in columns}
    said = {**theirs.methods, **{_about(*one): answer for one, answer in theirs.criteria.items()}}
    found: dict[_About, str | None] = {(Subject.DETERMINATION, ""): theirs.determination}
    found |= {(Subject.GROUP, name): None if one is None else priorities_text(one) for name, one in met.items()}
    for subject in (Subject.CRITERIA, Subject.METHOD, Subject.REFERRAL):
        found |= _yes_or_no(subject, said)
    return {about: answer for about, answer in found.items() if answer is not None}


def _about(group: str, outcome: str) -> str:
    return f"{group}, {outcome}"


def _yes_or_no(subject: Subject, answers: Mapping[str, Truth]) -> Mapping[_About, str | None]:
    words = {True: YES, False: "no", None: None}
    return {(subject, name): words[answer] for name, answer in answers.items()}


# ---- The cells of levels ----


NOT_STATED = "the files do not state the level"


def cells_of(evaluation: Evaluation) -> Iterator[Cell]:
    """Yield the cells of an LEA: every level that the rules work out for it, or that its files state."""
    for result in results_of(evaluation):
        for scale, level in result.levels.items():
            yield _cell(result, scale, level, _stated(result, scale))


def _stated(result: LevelResult, scale: str) -> Reading | None:
    """Return the level in a row of the files; None if there is no such row or column."""
    evaluation = result.evaluation
    facts = evaluation.record.years.get(evaluation.prepared.ruleset.year)
    if facts is None:
        return None
    readings = facts.lea if result.group is None else facts.groups.get(result.group.name, {})
    return readings.get((result.indicator, scale))


def _cell(result: LevelResult, scale: str, ours: Value, stated: Reading | None) -> Cell:
    record = result.evaluation.record
    theirs: Value = None if stated is None else stated.level if stated.level is not None else NOT_RATED
    if stated is None:
        verdict, reason = Verdict.NOT_COMPARED, NOT_STATED
    elif ours is None:
        verdict, reason = Verdict.NOT_COMPARED, f"cannot tell: {result.reasons[scale].text}"
    elif ours == theirs:
        verdict, reason = Verdict.AGREES, ""
    else:
        verdict, reason = Verdict.DIFFERS, rests_on(result, scale)
    return Cell(
        record.code,
        record.name,
        record.county,
        scale,
        result.group.name if result.group is not None else "",
        result.indicator,
        answer_text(ours),
        "" if stated is None else answer_text(theirs),
        verdict,
        reason,
    )


def rests_on(result: LevelResult, scale: str) -> str:
    """Return in few words what a level rests on: its number, or the levels before it, or why there is none."""
    if scale in result.reasons:
        return result.reasons[scale].text
    if result.numbers.get(scale) is not None:
        return f"{scale} is {result.number_text(scale)}"
    return ", ".join(f"{other} {answer_text(level)}" for other, level in result.levels.items() if other != scale)


# ---- LEAs in any form ----


def reconciled(prepared: Prepared, given: object, official: Path | None) -> Reconciliation:
    """Return what the rules make of LEAs beside what the state published, cell by cell.

    The LEAs are those in folders of files, or in any form that `records_in` takes. Raises DataError if nothing of
    the list can be used, and TypeError if there is none, or one for rules that report levels and need none.
    """
    ruleset = prepared.ruleset
    if ruleset.reports_levels is not (official is None):
        needed = "the levels are compared with those that the files state: leave out `official`"
        raise TypeError(needed if official is not None else "give the list that the state published as `official`")
    if official is None:
        comparison = Reconciliation()
        for evaluation in evaluate_all(prepared, _records(ruleset, given, None)):
            comparison.add(cells_of(evaluation))
        return comparison
    listed = read_published(ruleset.vocabulary, official, ruleset.year)
    if listed.has_errors and not listed.leas:
        raise DataError(*listed.diagnostics)
    return reconcile(determine_all(prepared, _records(ruleset, given, listed)), listed)


def _records(ruleset: Ruleset, given: object, official: PublishedList | None) -> Sequence[LeaRecord]:
    several = given if isinstance(given, list | tuple) else [given]
    if not several or not all(isinstance(one, str | Path) for one in several):
        return records_in(ruleset.vocabulary, given)
    request = Request(Sources(paths([Path(str(one)) for one in several])))
    return data_from(ruleset, request, official=official, levels_stated=ruleset.reports_levels).records
