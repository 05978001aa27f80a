"""Messages about names that the vocabulary does not have, or has for something else."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rulelang.diagnostics.catalogue.quote import which_was_meant
from rulelang.diagnostics.diagnostic import Diagnostic, Edit, Label
from rulelang.diagnostics.sentences import in_sentence
from rulelang.diagnostics.source import Span
from rulelang.diagnostics.suggest import nearest


def unknown_name(span: Span, what: str, known: Sequence[str], names: Sequence[str]) -> Diagnostic:
    """Return the message for words where a name belongs; `what` is level, indicator and so on.

    `known` are all the words there are for such a thing, and `names` those of the vocabulary's own writing.
    """
    suggestion = nearest(span.text, known)
    return Diagnostic(
        f"unknown-{what.replace(' of LEA', '').replace(' ', '-')}",
        f"`{span.text}` is not {_article(what)} {what}",
        (Label(span, f"the vocabulary has no such {what}"),),
        help=which_was_meant(span.text, known, names, has="the vocabulary has", lists="rulelang words"),
        edits=(Edit(span, suggestion),) if suggestion else (),
    )


def unknown_outcome(span: Span, known: Sequence[str], names: Sequence[str], priorities: Sequence[int]) -> Diagnostic:
    """Return the message for words where an outcome belongs; `known` and `names` as above, without the priorities."""
    every = [f"Priority {number}" for number in sorted(priorities)]
    in_short = [f"{every[0]} to {max(priorities)}"] if len(every) > 1 else every
    return unknown_name(span, "outcome", [*known, *every], [*names, *in_short])


def in_words(names: Iterable[str], joint: str = "and") -> str:
    """Return names in a sentence: `Red`, `Orange` and `Yellow`."""
    return in_sentence((f"`{name}`" for name in names), joint) or "none"


def _article(what: str) -> str:
    return "an" if what[0] in "aeiou" else "a"


def level_not_of_indicator(span: Span, level: str, indicator: str, has: Sequence[str]) -> Diagnostic:
    """Return the message for a level on an indicator that is never reported on the level's scale."""
    return Diagnostic(
        "level-not-of-indicator",
        f"`{indicator}` is never `{level}`",
        (Label(span, f"has no level `{level}`"),),
        help=f"its levels are {in_words(has)}",
    )


def level_not_in_year(span: Span | None, level: str, indicator: str, year: int, has: Sequence[str]) -> Diagnostic:
    """Return the message for a level that the indicator has in other years, and not in this one."""
    levels = f"in {year} its levels are {in_words(has)}" if has else f"in {year} it has no levels at all"
    message = f"`{indicator}` is not `{level}` in {year}"
    return Diagnostic("level-not-in-year", message, (Label(span),) if span else (), help=levels)


def no_indicator_has_level(span: Span, level: str, year: int) -> Diagnostic:
    """Return the message for a count of indicators none of which can have the level."""
    return Diagnostic(
        "level-not-in-year",
        f"none of these indicators is ever `{level}` in {year}",
        (Label(span),),
        help="the tables of indicators in the vocabulary say which scales each indicator has in which years",
    )


def levels_of_two_scales(span: Span, first: str, second: str) -> Diagnostic:
    """Return the message for levels of two scales in one list."""
    return Diagnostic(
        "levels-of-two-scales",
        f"`{first}` and `{second}` are levels of different scales",
        (Label(span),),
        help="write two conditions, one for each",
    )


def group_not_in_year(span: Span, group: str, year: int) -> Diagnostic:
    """Return the message for a student group that does not exist in the year."""
    return Diagnostic(
        "group-not-in-year",
        f"the student group `{group}` does not exist in {year}",
        (Label(span),),
        help="the table of student groups in the vocabulary says in which years each group exists",
    )


def unknown_year(span: Span, year: int, known: Sequence[int]) -> Diagnostic:
    """Return the message for a year that is no Dashboard year."""
    years = ", ".join(str(one) for one in known)
    return Diagnostic(
        "unknown-year",
        f"`{year}` is not a Dashboard year",
        (Label(span),),
        help=f"the Dashboard years are {years}; to add a year, add it to the line `Dashboard years` in a"
        f" vocabulary file beside the rules",
    )


def unknown_year_asked(year: int, known: Sequence[int]) -> Diagnostic:
    """Return the message for a year whose data are asked for with `--as-year` and that is no Dashboard year."""
    near = nearest(str(year), map(str, known))
    listed = f"the Dashboard years are {', '.join(map(str, known))}"
    return Diagnostic(
        "unknown-year",
        f"`--as-year {year}`: {year} is not a Dashboard year",
        help=f"did you mean `{near}`? {listed}" if near else listed,
    )


def no_last_year(span: Span, year: int) -> Diagnostic:
    """Return the message for last year in the first Dashboard year."""
    return Diagnostic(
        "unknown-year",
        f"there is no Dashboard year before {year}",
        (Label(span),),
        help="the vocabulary lists the Dashboard years",
    )


def unknown_label(span: Span, label: str, known: Sequence[str]) -> Diagnostic:
    """Return the message for a label that no rule in force has."""
    return Diagnostic(
        "unknown-label",
        f"no rule in force has the label `{label}`",
        (Label(span),),
        help=which_was_meant(label, known, has="the labels in force are"),
    )


def unknown_priority(span: Span, known: Sequence[int]) -> Diagnostic:
    """Return the message for a priority that the vocabulary does not declare."""
    return Diagnostic(
        "unknown-priority",
        f"`{span.text}` is not a priority of the vocabulary",
        (Label(span),),
        help=f"the priorities are {', '.join(str(number) for number in known)}",
    )


def priority_title(span: Span, number: int, title: str) -> Diagnostic:
    """Return the message for a priority heading with another name than the vocabulary's."""
    return Diagnostic(
        "priority-title",
        f"priority {number} is called `{title}` in the vocabulary",
        (Label(span, "says something else"),),
    )


def other_vocabulary(span: Span, found: str) -> Diagnostic:
    """Return the message for a file that uses another vocabulary than the one found beside it."""
    return Diagnostic(
        "other-vocabulary",
        f"this file uses a different vocabulary from the one found, `{found}`",
        (Label(span),),
        help=f"for the one found, write `uses {found} vocabulary`; for another, put its file, vocabulary.rules, in the"
        " folder of the rules or in a folder above it",
    )
