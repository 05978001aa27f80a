"""The cells of a published list: what each LEA's student groups meet, its methods and referrals, its determination."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from enum import StrEnum

from attrs import evolve

from rulelang.analysis.asked import chosen_codes
from rulelang.analysis.reconcile import Cell, Reconciliation, Verdict
from rulelang.core.ruleset import NOT_COVERED
from rulelang.core.truth import CANNOT_TELL, Truth
from rulelang.core.vocabulary import Vocabulary
from rulelang.data.published import PublishedLea, PublishedList
from rulelang.engine.determination import SUSPENDED, Determination
from rulelang.engine.listed_priorities import listed_priorities

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
    found = Reconciliation(diagnostics=published.diagnostics)
    ours = {determination.record.code: determination for determination in determinations}
    theirs = {lea.code: lea for lea in published.leas}
    pattern = next(iter(ours.values()), None)
    if pattern is None:
        return found
    for code in sorted(ours.keys() | theirs.keys()):
        if code in ours:
            found.add(_cells(ours[code], theirs.get(code), published.columns))
        else:
            place = code, theirs[code].name, theirs[code].county
            found.add(Cell(*place, *about, reason=NO_DATA) for about in _subjects(pattern))
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
