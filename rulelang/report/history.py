"""What an LEA got in earlier years, and what changed since the last of them, with the reason: as data and in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from attrs import frozen

from rulelang.core.ruleset import DETERMINATION, LABEL, priority_outcome
from rulelang.core.truth import CANNOT_TELL
from rulelang.engine.determination import Determination
from rulelang.engine.listed_priorities import ENOUGH, kinds_of_groups, named_groups, priorities_met
from rulelang.report.language import Language


@frozen
class EarlierResult:
    """What an LEA got in an earlier year, by the rules of that year or by the list that was published."""

    year: int
    text: str
    is_published: bool


@frozen
class GroupChange:
    """What a student group met in an earlier year and meets now: the numbers of the priorities, none where too few."""

    name: str
    before: tuple[int, ...]
    now: tuple[int, ...]


@frozen
class YearChange:
    """What changed since an earlier year.

    `groups` are the student groups of which something changed, None if it is not known what they met. `by_old_rules`
    is the determination of this year's data by the rules of that year; empty if it is unknown.
    """

    year: int
    before: str
    now: str
    groups: tuple[GroupChange, ...] | None
    by_old_rules: str = ""

    @property
    def moved(self) -> bool:
        """Return whether the determination is another one."""
        return self.before != self.now

    @property
    def is_by_rules(self) -> bool:
        """Return whether the rules made the difference: those of the earlier year would give something else now."""
        return bool(self.by_old_rules) and self.by_old_rules != self.now


@frozen
class GroupHistory:
    """The years of a history, the earliest first, and for each student group the priorities it met in each of them."""

    years: tuple[int, ...]
    rows: tuple[tuple[str, tuple[tuple[int, ...], ...]], ...]


def earlier_results(determination: Determination) -> Iterator[EarlierResult]:
    """Yield what the LEA got in earlier years, latest first: by the rules if they look back, otherwise as published.

    A year for which neither is known is left out.
    """
    ruleset, evaluation = determination.ruleset, determination.evaluation
    named = {one.name for one in ruleset.vocabulary.outcomes if one.kind in (DETERMINATION, LABEL)}
    for year in sorted((one for one in ruleset.vocabulary.years if one < ruleset.year), reverse=True):
        key = (year, DETERMINATION)
        value = evaluation.value(key, None) if key in ruleset.definitions else None
        facts = determination.record.years.get(year)
        listed = sorted(facts.published.held & named) if facts is not None and facts.published is not None else []
        if isinstance(value, str):
            yield EarlierResult(year, value, is_published=False)
        elif listed:
            yield EarlierResult(year, ", ".join(listed), is_published=True)


def change_since(determination: Determination, by_old_rules: Determination | None = None) -> YearChange | None:
    """Return what changed since the last Dashboard year; None if it is not known what the LEA got then."""
    earlier = [one for one in determination.ruleset.vocabulary.years if one < determination.year]
    last = next((one for one in earlier_results(determination) if one.year == max(earlier, default=0)), None)
    if last is None:
        return None
    facts = determination.record.years.get(last.year)
    held = facts.published.held if facts is not None and facts.published is not None and last.is_published else ()
    before = ", ".join(name for name in determination.ruleset.vocabulary.determinations if name in held) or last.text
    old = by_old_rules.outcome if by_old_rules is not None and by_old_rules.outcome != CANNOT_TELL else ""
    return YearChange(last.year, before, determination.outcome, _group_changes(determination, last.year), old)


def _group_changes(determination: Determination, year: int) -> tuple[GroupChange, ...] | None:
    before = named_then(determination, year)
    if before is None:
        return None
    now = named_now(determination)
    changes = (
        GroupChange(group.name, before.get(group.name, ()), now.get(group.name, ()))
        for group in determination.ruleset.vocabulary.groups
    )
    return tuple(one for one in changes if one.before != one.now)


SHOWN_YEARS: Final = 4
"""The number of years in the history of student groups, this one included."""


def group_history(determination: Determination) -> GroupHistory | None:
    """Return which student groups this year's and earlier lists name, with their priorities; None if none earlier.

    A year for which it is not known is left out.
    """
    vocabulary, year = determination.ruleset.vocabulary, determination.year
    earlier = [(one, named_then(determination, one)) for one in sorted(vocabulary.years) if one < year]
    known = [(one, named) for one, named in earlier if named is not None][1 - SHOWN_YEARS :]
    columns = [*known, (year, named_now(determination))]
    rows = ((group.name, tuple(named.get(group.name, ()) for _, named in columns)) for group in vocabulary.groups)
    named_once = tuple((name, cells) for name, cells in rows if any(cells))
    return GroupHistory(tuple(one for one, _ in columns), named_once) if known and named_once else None


def named_now(determination: Determination) -> Mapping[str, tuple[int, ...]]:
    """Return the student groups that a list of this year names, with their priorities."""
    return {one.group.name: priorities_met(determination, one) for one in named_groups(determination)}


def named_then(determination: Determination, year: int) -> Mapping[str, tuple[int, ...]] | None:
    """Return the student groups that a list of an earlier year names, with their priorities; None if unknown.

    They are read from the published list, or worked out if the rules look back to that year.
    """
    facts = determination.record.years.get(year)
    if facts is not None and facts.published is not None and facts.published.priorities is not None:
        return {name: tuple(sorted(met)) for name, met in facts.published.priorities.items()}
    definitions, evaluation = determination.ruleset.definitions, determination.evaluation
    numbers = [one.number for one in determination.ruleset.vocabulary.priorities]
    keys = [(n, (year, priority_outcome(n, kind))) for n in numbers for kind in kinds_of_groups(determination)]
    asked = [(number, key) for number, key in keys if key in definitions]
    if not asked:
        return None
    found: dict[str, tuple[int, ...]] = {}
    for group in determination.ruleset.vocabulary.groups_counted_in(year):
        answers = [(number, evaluation.value(key, group.name)) for number, key in asked]
        if any(answer is None for _, answer in answers):
            return None
        met = tuple(sorted({number for number, answer in answers if answer is True}))
        if len(met) >= ENOUGH:
            found[group.name] = met
    return found


# ---- what changed, in words ----


def since_text(change: YearChange, year: int, language: Language) -> str:
    """Return what an LEA got the year before and gets now, and whether its results or the rules made the difference."""
    say, name = language.say, language.name
    before, now, old = name(change.before), name(change.now), name(change.by_old_rules)
    if change.moved:
        first = say("{before} in {then}, {now} in {year}.", before=before, then=change.year, now=now, year=year)
    else:
        first = say("{now} in {year}, as in {then}.", now=now, year=year, then=change.year)
    if not change.by_old_rules or not (change.moved or change.is_by_rules):
        return first
    if not change.is_by_rules:
        phrase = (
            "The results alone would have made the difference:"
            " by the rules of {then}, the data of {year} would give {old} too."
        )
    elif change.moved and old == before:
        phrase = "The rules made the difference: by the rules of {then}, the data of {year} would give {old}."
    else:
        phrase = "By the rules of {then}, the data of {year} would give {old}."
    return f"{first} {say(phrase, then=change.year, year=year, old=old)}"


def group_change_text(change: GroupChange, then: int, language: Language) -> str:
    """Return what changed in what a student group meets."""
    before, now = (language.priorities(met) if met else "" for met in (change.before, change.now))
    if not change.before:
        return language.say("newly meets {now}", now=now)
    if not change.now:
        return language.say("no longer meets enough to count (in {then}: {before})", then=then, before=before)
    return language.say("meets {now} (in {then}: {before})", now=now, then=then, before=before)


def group_changes(change: YearChange | None, language: Language) -> tuple[tuple[str, str], ...]:
    """Return the student groups that changed, each with what changed."""
    if change is None:
        return ()
    return tuple(
        (language.name(one.name), group_change_text(one, change.year, language)) for one in change.groups or ()
    )


def why_moved(change: YearChange, groups: Sequence[tuple[str, str]], language: Language) -> str:
    """Return in short why an LEA has another determination than the year before; empty if it is not known."""
    if change.is_by_rules and change.by_old_rules == change.before:
        phrase = "the rules of {then} would still give {before}"
        return language.say(phrase, then=change.year, before=language.name(change.before))
    return "; ".join(f"{name} {text}" for name, text in groups)
