"""What changed since the year before, in words: for an LEA, for its student groups, and in short for a list of LEAs."""

from __future__ import annotations

from collections.abc import Sequence

from rulelang.report.history import GroupChange, YearChange
from rulelang.report.language import Language


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
