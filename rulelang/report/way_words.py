"""What would change a determination, as a page says it: the smallest changes of levels that would end it."""

from __future__ import annotations

from rulelang.diagnostics.plain_data import frozen
from rulelang.report.language import Language


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
