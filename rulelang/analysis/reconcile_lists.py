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
