"""Compares determinations with the list the state published, cell by cell.

A cell is a statement about one LEA: what a student group meets, whether a method or a referral is met, or the
determination. Each cell agrees, differs, or cannot be compared; what cannot be compared is counted apart with its
reason and is never agreement.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from enum import StrEnum

from attrs import evolve, field

from rulelang.analysis.asked import chosen_codes
from rulelang.core.ruleset import NOT_COVERED
from rulelang.core.truth import CANNOT_TELL, Truth
from rulelang.core.vocabulary import Vocabulary
from rulelang.data.published import PublishedLea, PublishedList
from rulelang.diagnostics.diagnostic import Diagnostic, Severity
from rulelang.diagnostics.notebook import Displayed
from rulelang.diagnostics.plain_data import frozen
from rulelang.engine.determination import SUSPENDED, Determination
from rulelang.engine.listed_priorities import listed_priorities

NOT_IN_LIST = "the list does not have this LEA"
NO_DATA = "the data have no row of this LEA"
NO_COLUMN = "the list does not say"
UNKNOWN = "the data cannot tell"
YES = "yes"
NO_ANSWER = {SUSPENDED: "the year is suspended", NOT_COVERED: "the rules do not determine this kind of LEA"}


class Verdict(StrEnum):
    """The outcome of the comparison of one cell."""

    AGREES = "agrees"
    DIFFERS = "differs"
    NOT_COMPARED = "not compared"


class Subject(StrEnum):
    """What a cell is about."""

    GROUP = "student group"
    CRITERIA = "criteria of a student group"
    METHOD = "method"
    REFERRAL = "referral"
    DETERMINATION = "determination"


@frozen
class Cell:
    """One comparison.

    `about` is the name of the student group, method or referral; `reason` says why it was not compared.
    """

    code: str
    lea: str
    county: str
    subject: Subject
    about: str
    ours: str = ""
    theirs: str = ""
    verdict: Verdict = Verdict.NOT_COMPARED
    reason: str = ""

    @property
    def said(self) -> tuple[str, str]:
        """Return our finding about the LEA or student group, and the list's, blank for nothing."""
        if self.subject is Subject.DETERMINATION:
            return self.ours, self.theirs
        name = self.about.rpartition(", ")[2] if self.subject is Subject.CRITERIA else self.about
        return name if self.ours == YES else "", name if self.theirs == YES else ""


@frozen(repr=False)
class Reconciliation(Displayed):
    """The cells of a comparison, LEAs in order of code, and what is wrong with the list.

    An error in the list is no cell and no agreement: rows are refused.
    """

    cells: tuple[Cell, ...]
    diagnostics: tuple[Diagnostic, ...] = field(default=(), repr=False)

    def _title(self) -> str:
        compared = self.agreeing + len(self.differing)
        return (
            f"Reconciliation of {self.compared_leas():,} LEAs: {self.agreeing:,} of {compared:,} cells compared agree"
        )

    def _rows(self) -> Iterator[tuple[str, ...]]:
        for cell in self.differing:
            what = " ".join(part for part in (cell.subject.value, cell.about) if part)
            yield f"{cell.code} {cell.lea}", what, cell.ours, cell.theirs

    @property
    def agreeing(self) -> int:
        """Return how many cells were compared and agree."""
        return sum(cell.verdict is Verdict.AGREES for cell in self.cells)

    @property
    def differing(self) -> tuple[Cell, ...]:
        """Return the cells that were compared and differ."""
        return tuple(cell for cell in self.cells if cell.verdict is Verdict.DIFFERS)

    @property
    def agrees(self) -> bool:
        """Return whether at least one cell was compared, none differs, and no row of the list was refused."""
        refused = any(one.severity is Severity.ERROR for one in self.diagnostics)
        return self.agreeing > 0 and not self.differing and not refused

    def not_compared(self) -> Mapping[str, tuple[int, int]]:
        """Return for each reason how many LEAs have cells that were not compared, and how many cells those are."""
        cells = [cell for cell in self.cells if cell.verdict is Verdict.NOT_COMPARED]
        counts = Counter(cell.reason for cell in cells)
        leas = Counter(reason for _, reason in {(cell.code, cell.reason) for cell in cells})
        return {reason: (leas[reason], number) for reason, number in counts.most_common()}

    def by_name(self) -> Mapping[str, tuple[int, int, int]]:
        """Return for each determination, method, referral and criterion of student groups three numbers.

        How many the list has, how many of these we have too, and how many others we have.
        """
        said = [(*cell.said, cell.verdict) for cell in self.cells if cell.subject is not Subject.GROUP]
        listed = Counter(theirs for _, theirs, _ in said)
        agreed = Counter(theirs for _, theirs, verdict in said if verdict is Verdict.AGREES)
        alone = Counter(ours for ours, _, verdict in said if verdict is Verdict.DIFFERS)
        return {name: (listed[name], agreed[name], alone[name]) for name in {**listed, **alone} if name}

    def compared_leas(self) -> int:
        """Return how many LEAs have at least one cell that was compared."""
        return len({cell.code for cell in self.cells if cell.verdict is not Verdict.NOT_COMPARED})


def reconcile(determinations: Iterable[Determination], published: PublishedList) -> Reconciliation:
    """Return the comparison of determinations of one ruleset with a published list.

    Every LEA of either side has all its cells, so that nothing is left out of the counts.
    """
    ours = {determination.record.code: determination for determination in determinations}
    theirs = {lea.code: lea for lea in published.leas}
    pattern = next(iter(ours.values()), None)
    if pattern is None:
        return Reconciliation(())
    cells: list[Cell] = []
    for code in sorted(ours.keys() | theirs.keys()):
        if code not in ours:
            place = code, theirs[code].name, theirs[code].county
            cells += [Cell(*place, *about, reason=NO_DATA) for about in _subjects(pattern)]
        else:
            cells += _cells(ours[code], theirs.get(code), published.columns)
    return Reconciliation(tuple(cells))


def narrowed(
    published: PublishedList, leas: Sequence[str], counties: Collection[str], vocabulary: Vocabulary
) -> PublishedList:
    """Return the part of a list about the LEAs and the counties asked for, all where none is."""
    codes = chosen_codes(((one.code, one.name, one.county) for one in published.leas), leas, counties, vocabulary)
    return evolve(published, leas=tuple(lea for lea in published.leas if lea.code in codes))


def priorities_text(priorities: frozenset[int]) -> str:
    """Return priorities as a cell shows them: `4, 6`, or `none`."""
    return ", ".join(str(number) for number in sorted(priorities)) or "none"


def _subjects(pattern: Determination) -> Iterator[tuple[Subject, str]]:
    """Yield what the cells of an LEA are about."""
    if pattern.ruleset.priorities:
        yield from ((Subject.GROUP, result.group.name) for result in pattern.groups)
    yield from ((Subject.CRITERIA, _about(*one)) for one in _criteria(pattern))
    yield from ((Subject.METHOD, name) for name in pattern.methods)
    yield from ((Subject.REFERRAL, name) for name in pattern.referrals)
    yield Subject.DETERMINATION, ""


def _criteria(ours: Determination) -> dict[tuple[str, str], Truth]:
    """Return the answer of each listed outcome of student groups, by the names of group and outcome."""
    listed = ours.ruleset.vocabulary.listed_group_outcomes
    found = ((result.group.name, name, result.criteria) for result in ours.groups for name in listed)
    return {(group, name): criteria[name] for group, name, criteria in found if name in criteria}


def _about(group: str, outcome: str) -> str:
    return f"{group}, {outcome}"


def _cells(ours: Determination, theirs: PublishedLea | None, columns: frozenset[str]) -> Iterator[Cell]:
    record = ours.record
    criteria = {_about(*one): answer for one, answer in _criteria(ours).items()}
    answers = {**ours.methods, **ours.referrals, **criteria}
    for subject, about in _subjects(ours):
        place = (record.code, record.name, record.county, subject, about)
        answer, why_not = _our_answer(ours, subject, about, answers)
        listed = None if theirs is None else _their_answer(theirs, subject, about, columns)
        if theirs is None:
            yield Cell(*place, reason=NOT_IN_LIST)
        elif listed is None:
            yield Cell(*place, ours=answer, reason=NO_COLUMN)
        elif why_not:
            yield Cell(*place, theirs=listed, reason=why_not)
        else:
            verdict = Verdict.AGREES if answer == listed else Verdict.DIFFERS
            yield Cell(*place, ours=answer, theirs=listed, verdict=verdict)


def _our_answer(ours: Determination, subject: Subject, about: str, answers: Mapping[str, Truth]) -> tuple[str, str]:
    """Return our answer, or else why there is none; `answers` are those to criteria, methods and referrals."""
    if ours.outcome in NO_ANSWER:
        return "", NO_ANSWER[ours.outcome]
    match subject:
        case Subject.GROUP:
            priorities = listed_priorities(ours, ours.group(about))
            return ("", UNKNOWN) if priorities is None else (priorities_text(priorities), "")
        case Subject.CRITERIA | Subject.METHOD | Subject.REFERRAL:
            answer = answers[about]
            return ("", UNKNOWN) if answer is None else (_yes_or_no(answer), "")
        case Subject.DETERMINATION:
            return ("", UNKNOWN) if ours.label == CANNOT_TELL else (ours.label, "")


def _their_answer(theirs: PublishedLea, subject: Subject, about: str, columns: frozenset[str]) -> str | None:
    """Return the list's answer, or None if it has no column for it or the cell is blank."""
    match subject:
        case Subject.GROUP:
            met = theirs.priorities[about]
            return priorities_text(met) if about in columns and met is not None else None
        case Subject.CRITERIA | Subject.METHOD | Subject.REFERRAL:
            said = {**theirs.methods, **{_about(*one): answer for one, answer in theirs.criteria.items()}}
            answer = said.get(about)
            return None if answer is None else _yes_or_no(answer)
        case Subject.DETERMINATION:
            return theirs.determination


def _yes_or_no(answer: bool) -> str:  # noqa: FBT001  # the answer is all it is about
    return YES if answer else "no"
