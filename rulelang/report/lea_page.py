"""The page of one LEA: its determination in words, the grid of its levels, and the reasons."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from attrs import frozen

from rulelang.core.ruleset import NOT_COVERED, Rule
from rulelang.core.truth import CANNOT_TELL
from rulelang.core.vocabulary import Scope
from rulelang.engine.determination import Determination, GroupResult, missing_facts, reasons
from rulelang.engine.explain import explain
from rulelang.engine.explain_levels import explain_levels
from rulelang.engine.levels import results_of
from rulelang.engine.missing import missing_texts
from rulelang.engine.rule_drawing import deciding_parts, methods_that_decide
from rulelang.engine.trace import groups_that_decide
from rulelang.report.history import (
    EarlierResult,
    YearChange,
    change_since,
    earlier_results,
    group_changes,
    group_history,
    since_text,
    why_moved,
)
from rulelang.report.language import ENGLISH, Language
from rulelang.report.level_grid import Grid, level_grid

ARROW: Final = " → "


@frozen
class ForWhom:
    """Whom a rule holds for, and the values that it rests on there; the name is empty for the LEA itself."""

    name: str
    evidence: str

    @property
    def text(self) -> str:
        """Return both in a line: `White: Suspension Rate: Red`."""
        return ": ".join(filter(None, (self.name, self.evidence)))


@frozen
class HeldRule:
    """A rule that holds: its label, its sentence and what follows from it, and for whom it holds, with the values.

    `is_translated` says that the sentence is in the language of the page.
    """

    label: str
    condition: str
    outcome: str
    whom: tuple[ForWhom, ...]
    cites: tuple[str, ...]
    because: str
    is_translated: bool = True

    @property
    def text(self) -> str:
        """Return the rule as one line."""
        return f"{self.condition}{ARROW}{self.outcome}"


@frozen
class Deciding:
    """A student group because of which the LEA gets its determination: what it meets, and the values of its rules."""

    name: str
    met: str
    evidence: str


@frozen
class LeaPage:
    """Everything on the page of an LEA, in the language of the page.

    `groups_met` are all student groups that meet something, `decided_by` those of them on which the determination
    rests. `is_otherwise` says that it is what an LEA gets if no other rule holds. `since` and `group_changes` say what
    changed since the year before, `why_moved` in short why the determination did. `way` says what would change it:
    first a sentence, then each change. `group_history` is a table, its header first. `measures` are those of the LEA
    as a whole, each with its value; `explanation` also draws those of student groups.
    """

    code: str
    name: str
    county: str
    kind: str
    outcome: str
    is_open: bool
    is_otherwise: bool
    sentence: str
    groups_met: tuple[tuple[str, str], ...]
    decided_by: tuple[Deciding, ...]
    answers: tuple[tuple[str, str], ...]
    measures: tuple[tuple[str, str], ...]
    groups: Grid
    lea: Grid
    criteria: tuple[HeldRule, ...]
    history: tuple[EarlierResult, ...]
    group_history: tuple[tuple[str, ...], ...]
    change: YearChange | None
    since: str
    group_changes: tuple[tuple[str, str], ...]
    why_moved: str
    way: tuple[str, ...]
    missing: tuple[str, ...]
    explanation: str


def lea_page(
    determination: Determination,
    language: Language = ENGLISH,
    by_old_rules: Determination | None = None,
    way: SmallestWay | None = None,
) -> LeaPage:
    """Return what the page of an LEA shows.

    `by_old_rules` is the result of the previous year's rules on its data, `way` the smallest way out of its
    determination.
    """
    record, prepared = determination.record, determination.evaluation.prepared
    held = tuple(_held_rules(determination, language))
    deciding = tuple(_deciding(determination, language))
    meets = [(one.group, met_text(one, language)) for one in determination.groups]
    change = change_since(determination, by_old_rules)
    changes = group_changes(change, language)
    return LeaPage(
        code=record.code,
        name=record.name or record.code,
        county=record.county,
        kind=language.name(record.kind),
        outcome=language.name(determination.outcome),
        is_open=determination.outcome == CANNOT_TELL,
        is_otherwise=_is_otherwise(determination),
        sentence=_sentence(determination, language, len(deciding)),
        groups_met=tuple((language.name(group.name), met) for group, met in meets if met),
        decided_by=deciding,
        answers=tuple((language.name(name), language.say(answer)) for name, answer in determination.answers.items()),
        measures=tuple(_measures(determination, language)),
        groups=level_grid(prepared, Scope.GROUP, meets, record, language),
        lea=level_grid(prepared, Scope.LEA, [(None, "")], record, language),
        criteria=held,
        history=tuple(earlier_results(determination)),
        group_history=tuple(_group_history(determination, language)),
        change=change,
        since=since_text(change, determination.year, language) if change is not None else "",
        group_changes=changes,
        why_moved=why_moved(change, changes, language) if change is not None and change.moved else "",
        way=way_texts(way, determination.outcome, language),
        missing=tuple(_missing(determination, language)),
        explanation=_explanation(determination),
    )


def _measures(determination: Determination, language: Language) -> Iterator[tuple[str, str]]:
    """Yield the measures of the LEA as a whole, each by its name, behind that of its indicator if it has one."""
    for result in results_of(determination.evaluation):
        if result.group is None:
            of = f"{language.name(result.indicator)} " if result.indicator else ""
            yield from ((f"{of}{name}", language.terms(result.number_text(name))) for name in result.numbers)


def _explanation(determination: Determination) -> str:
    """Return the rules in the author's words and, where the rules work out measures, how these were worked out."""
    drawn, evaluation = explain(determination, width=100, folders=False), determination.evaluation
    if not any(True for _ in results_of(evaluation)):
        return drawn
    return f"{drawn}\n\n{explain_levels(evaluation, width=100, folders=False, beside=True)}"


def met_text(result: GroupResult, language: Language = ENGLISH) -> str:
    """Return what a student group meets; empty if it meets nothing."""
    met = [language.priorities(result.priorities)] if result.priorities else []
    met += [language.name(name) for name, answer in result.criteria.items() if answer is True]
    return "; ".join(met)


def _group_history(determination: Determination, language: Language) -> Iterator[tuple[str, ...]]:
    """Yield the rows of the history of student groups, first the years; nothing if no earlier year is known."""
    found = group_history(determination)
    if found is not None:
        yield (language.say("Student group"), *map(str, found.years))
        for name, cells in found.rows:
            yield (language.name(name), *(language.priorities(met) if met else "–" for met in cells))


def _missing(determination: Determination, language: Language) -> Iterator[str]:
    """Yield what would settle the determination, then what would settle each method or referral that is unknown.

    A year without data is named once, and the values of a method or referral are listed under its name.
    """
    known, words = determination.record.years, (language.say, language.name)
    yield from missing_texts(determination.settle, known, *words)
    for name, answer in {**determination.methods, **determination.referrals}.items():
        if answer is None:
            for text in missing_texts(missing_facts(determination.evaluation, name), known, *words):
                yield f"{language.name(name)}: {text}"


# ---- The determination in words ----


def _sentence(determination: Determination, language: Language, deciding: int) -> str:
    """Return the determination in a sentence; the student groups it rests on are listed beside it."""
    record, year, say = determination.record, determination.year, language.say
    name, outcome = record.name or record.code, language.name(determination.outcome)
    if determination.outcome == NOT_COVERED:
        return say("The rules of {year} do not cover {name}.", name=name, year=year)
    if determination.outcome == CANNOT_TELL and not _is_about_eligibility(determination):
        return say("The data at hand do not decide the determination of {name} in {year}.", name=name, year=year)
    if determination.outcome == CANNOT_TELL:
        return say("The data at hand do not decide what {name} is eligible for in {year}.", name=name, year=year)
    if _is_otherwise(determination):
        others = ", ".join(map(language.name, _other_outcomes(determination)))
        phrase = "{name} is not eligible for {others} in {year}. Its determination is {outcome}."
        if not others or not _is_about_eligibility(determination):
            phrase = _PLAIN
        return say(phrase, name=name, others=others, year=year, outcome=outcome)
    ways = language.listed(list(map(language.name, methods_that_decide(determination))))
    by = say(" by {methods}", methods=ways) if ways else ""
    why = language.count(deciding, *_BECAUSE) if deciding else ""
    if whole := _deciding_as_a_whole(determination):
        why = say(" because it meets {priorities} as a whole", priorities=language.priorities(whole))
    if not (by or why):
        return say(_PLAIN, name=name, outcome=outcome, year=year)
    phrase = "{name} is eligible for {outcome} in {year}{by}{why}."
    return say(phrase, name=name, outcome=outcome, year=year, by=by, why=why)


_BECAUSE: Final = (
    " because one student group meets the criteria for it",
    " because {number} student groups meet the criteria for it",
)


_PLAIN: Final = "The determination of {name} in {year} is {outcome}."
"""For outcomes that nobody is eligible for, such as a pause or a watch."""


def _is_about_eligibility(determination: Determination) -> bool:
    """Return whether the rules ask by methods or priorities what an LEA is eligible for."""
    return bool(determination.methods or determination.ruleset.priorities)


def _is_otherwise(determination: Determination) -> bool:
    return any(rule.otherwise and rule.outcome == determination.outcome for rule in _held_of_lea(determination))


def _other_outcomes(determination: Determination) -> list[str]:
    """Return the determinations that other rules give LEAs of the kind, in the vocabulary's order."""
    ruleset, kind = determination.ruleset, determination.record.kind
    given = {rule.outcome for rule in ruleset.rules if not rule.otherwise and kind in (rule.kinds or (kind,))}
    return [name for name in ruleset.vocabulary.determinations if name in given and name != determination.outcome]


def _held_of_lea(determination: Determination) -> list[Rule]:
    return [rule for rule in determination.ruleset.rules if rule.name in determination.lea_rules]


def _deciding(determination: Determination, language: Language) -> Iterator[Deciding]:
    """Yield the student groups that the rules of the LEA count, unless it gets what LEAs get otherwise."""
    if _is_otherwise(determination) or determination.outcome == CANNOT_TELL:
        return
    every, whole = _counted_groups(determination), _deciding_as_a_whole(determination)
    evidence: dict[str, list[str]] = {}
    for one in reasons(determination):
        if one.group is not None:
            evidence.setdefault(one.group.name, []).extend(one.evidence.split("; "))
    for result in every:
        if result.rules or not whole:  # what the LEA meets as a whole, every student group meets too
            values = "; ".join(dict.fromkeys(evidence.get(result.group.name, ())))
            met = _met_by_name(determination, result, language)
            yield Deciding(language.name(result.group.name), met, language.terms(values))


def _counted_groups(determination: Determination) -> list[GroupResult]:
    """Return the student groups that are counted in what the determination rests on."""
    parts = deciding_parts(determination).values()
    counted = {name for part in parts for name in groups_that_decide(part, determination.year)}
    return [one for one in determination.groups if one.group.name in counted]


def _deciding_as_a_whole(determination: Determination) -> list[int]:
    """Return the priorities that the LEA meets as a whole, where they are enough for a student group to be counted."""
    whole = sorted({one.priority for one in _held_of_lea(determination) if one.priority is not None})
    return whole if any(not one.rules for one in _counted_groups(determination)) else []


def _met_by_name(determination: Determination, result: GroupResult, language: Language) -> str:
    names = {one.number: one.name for one in determination.ruleset.vocabulary.priorities}
    phrase = "Priority {number}, {name}"
    met = [language.say(phrase, number=one, name=language.name(names[one])) for one in result.priorities]
    met += [language.name(name) for name, answer in result.criteria.items() if answer is True]
    return "; ".join(met)


# ---- The rules that hold ----


def _held_rules(determination: Determination, language: Language) -> Iterator[HeldRule]:
    """Yield each rule that holds once, with everyone it holds for, in the order of the ruleset: the LEA first."""
    found: dict[str, tuple[Rule, list[ForWhom]]] = {}
    for one in reasons(determination):
        whom = language.name(one.group.name) if one.group is not None else ""
        _, by = found.setdefault(one.rule.name, (one.rule, []))
        by.append(ForWhom(whom, language.terms(one.evidence)))
    order = {rule.name: at for at, rule in enumerate(determination.ruleset.rules)}
    for rule, by in sorted(found.values(), key=lambda one: (bool(one[1][0].name), order[one[0].name])):
        condition = rule.text.removeprefix(f"{rule.label}: ").rpartition(ARROW)[0]
        outcome = language.terms(rule.outcome)
        yield HeldRule(
            rule.label or "",
            language.name(condition),
            outcome,
            tuple(by),
            rule.cites,
            rule.because or "",
            language.has(condition),
        )


# ---- What would change the determination: the smallest changes of levels that would end it ----


@frozen
class Change:
    """A change of one level: of an indicator, for a student group or, where it is empty, for the LEA."""

    indicator: str
    group: str
    before: str
    after: str


@frozen
class SmallestWay:
    """The smallest changes that would end a determination: those of one way, and how many ways are as small.

    `students` is the number of students it takes, None if the data do not say.
    """

    changes: tuple[Change, ...]
    ways: int
    students: int | None = None


def way_texts(way: SmallestWay | None, outcome: str, language: Language) -> tuple[str, ...]:
    """Return a sentence about the smallest way, and then each of its changes; nothing if there is no way."""
    if way is None:
        return ()
    levels = language.count(len(way.changes), "one level", "{number} levels")
    others = language.count(way.ways - 1, *_OTHERS) if way.ways > 1 else language.say("No other way is as small.")
    phrase = "At least {levels} would have to change to end {outcome}. {others}"
    first = language.say(phrase, levels=levels, outcome=language.name(outcome), others=others)
    students = language.count(way.students, *_STUDENTS) if way.students is not None else ""
    return (f"{first}{students}", *(change_text(one, language) for one in way.changes))


_OTHERS = ("One other way is as small.", "{number} other ways are as small.")
_STUDENTS = (" This one takes one student.", " This one takes up to {number} students.")


def change_text(change: Change, language: Language) -> str:
    """Return a change in words: `White: Suspension Rate from Red to Orange`."""
    names = {
        "indicator": language.name(change.indicator),
        "before": language.name(change.before),
        "after": language.name(change.after),
    }
    text = language.say("{indicator} from {before} to {after}", **names)
    return f"{language.name(change.group)}: {text}" if change.group else text
