"""Messages about names that the vocabulary does not have, or has for something else."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from rulelang.diagnostics.catalogue.quote import which_was_meant
from rulelang.diagnostics.catalogue.text import unexpected
from rulelang.diagnostics.diagnostic import Diagnostic, Edit, Label, at
from rulelang.diagnostics.sentences import in_sentence
from rulelang.diagnostics.source import DataPlace, Span
from rulelang.diagnostics.suggest import nearest

YEARS_BACK: Final = (
    "years are counted back from this one: `last year`, `in each of the last 2 years`, `in 1 of the last 2 years`"
)
WHO_IS_COUNTED: Final = "say who is counted: `any student group meets Priority 4`, `no student group is Red on ELA`"

_NO_NAMES: Final = {
    "student group": ((frozenset({"year", "years"}), YEARS_BACK),),
    "indicator": ((frozenset({"other", "others"}), "write `Red on ELA or Math and Orange on the other`"),),
    "kind": (
        (
            frozenset({"nobody", "everybody", "everyone", "anybody", "anyone", "none", "students", "pupils"}),
            WHO_IS_COUNTED,
        ),
    ),
}
"""Words that stand where a name belongs and are none, and what to write for them."""


def unknown_name(span: Span, what: str, known: Sequence[str], names: Sequence[str]) -> Diagnostic:
    """Return the message for words where a name belongs; `what` is level, indicator and so on.

    `known` are all the words there are for such a thing, and `names` those of the vocabulary's own writing.
    """
    suggestion = nearest(span.text, known)
    said = {*span.text.casefold().split()}
    sort = what.partition(" of ")[0]
    meant = next((help_text for words, help_text in _NO_NAMES.get(sort, ()) if said & words), None)
    if meant is not None and suggestion is None:
        return unexpected(span, None, meant)
    return Diagnostic(
        f"unknown-{sort.replace(' ', '-')}",
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


def label_for_outcome(span: Span, outcome: str) -> Diagnostic:
    message = f"`{span.text}` is the label of a rule, and conditions name outcomes"
    return at("unknown-outcome", span, message, f"write `{outcome}`", edits=(Edit(span, outcome),))


def in_words(names: Iterable[str], joint: str = "and") -> str:
    """Return names in a sentence: `Red`, `Orange` and `Yellow`."""
    return in_sentence((f"`{name}`" for name in names), joint) or "none"


def _article(what: str) -> str:
    return "an" if what[0] in "aeiou" else "a"


def level_not_of_indicator(span: Span, level: str, indicator: str, has: Sequence[str]) -> Diagnostic:
    message = f"`{indicator}` is never `{level}`"
    help_text = f"its levels are {in_words(has)}"
    return at("level-not-of-indicator", Label(span, f"has no level `{level}`"), message, help_text)


def level_not_in_year(where: Span | DataPlace, level: str, indicator: str, year: int, has: Sequence[str]) -> Diagnostic:
    levels = f"in {year} its levels are {in_words(has)}" if has else f"in {year} it has no levels at all"
    message = f"`{indicator}` is not `{level}` in {year}"
    return at("level-not-in-year", where, message, levels)


def no_indicator_has_level(span: Span, level: str, year: int) -> Diagnostic:
    message = f"none of these indicators is ever `{level}` in {year}"
    help_text = "the tables of indicators in the vocabulary say which scales each indicator has in which years"
    return at("level-not-in-year", span, message, help_text)


def levels_of_two_scales(span: Span, first: str, second: str) -> Diagnostic:
    message = f"`{first}` and `{second}` are levels of different scales"
    return at("levels-of-two-scales", span, message, "write two conditions, one for each")


def group_not_in_year(span: Span, group: str, year: int) -> Diagnostic:
    message = f"the student group `{group}` does not exist in {year}"
    help_text = "the table of student groups in the vocabulary says in which years each group exists"
    return at("group-not-in-year", span, message, help_text)


def unknown_year(span: Span, year: int, known: Sequence[int]) -> Diagnostic:
    years = ", ".join(str(one) for one in known)
    message = f"`{year}` is not a year of the vocabulary"
    help_text = f"its years are {years}; to add one, add it to the line of years in a vocabulary file beside the rules"
    return at("unknown-year", span, message, help_text)


def unknown_year_asked(year: int, known: Sequence[int]) -> Diagnostic:
    near = nearest(str(year), map(str, known))
    listed = f"its years are {', '.join(map(str, known))}"
    message = f"`--as-year {year}`: {year} is not a year of the vocabulary"
    return Diagnostic("unknown-year", message, help=f"did you mean `{near}`? {listed}" if near else listed)


def no_last_year(span: Span, year: int) -> Diagnostic:
    message = f"the vocabulary has no year before {year}"
    return at("unknown-year", span, message, "a line of the vocabulary lists its years")


def unknown_label(span: Span, label: str, known: Sequence[str]) -> Diagnostic:
    message = f"no rule in force has the label `{label}`"
    return at("unknown-label", span, message, which_was_meant(label, known, has="the labels in force are"))


def unknown_priority(span: Span, known: Sequence[int]) -> Diagnostic:
    message = f"`{span.text}` is not a priority of the vocabulary"
    return at("unknown-priority", span, message, f"the priorities are {', '.join(str(number) for number in known)}")


def priority_title(span: Span, number: int, title: str) -> Diagnostic:
    message = f"priority {number} is called `{title}` in the vocabulary"
    return at("priority-title", Label(span, "says something else"), message)


def other_vocabulary(span: Span, found: str) -> Diagnostic:
    message = f"this file uses a different vocabulary from the one found, `{found}`"
    help_text = (
        f"for the one found, write `uses {found} vocabulary`; for another, put its file, vocabulary.rules, in the"
        " folder of the rules or in a folder above it"
    )
    return at("other-vocabulary", span, message, help_text)
