"""Messages about sentences that could mean two things, and about impossible facts.

A question has both readings as notes, each a full sentence with the words to write for it.
"""

from __future__ import annotations

from collections.abc import Sequence

from rulelang.diagnostics.catalogue.names import in_words
from rulelang.diagnostics.diagnostic import Diagnostic, Label, Severity
from rulelang.diagnostics.source import Span

SAY_WHICH = "write the one you mean"


def _words(span: Span) -> str:
    return " ".join(span.text.split())


def _reading(meaning: str, words: str | None) -> str:
    """Return a reading as a full sentence, with the words for it where one sentence has them."""
    return f"{meaning}: write `{words}`" if words else f"{meaning}, which needs rules of its own"


def _asked(code: str, message: str, labels: Sequence[Label], *readings: str) -> Diagnostic:
    return Diagnostic(code, message, tuple(labels), help=SAY_WHICH, notes=readings)


# ---- lists ----


def all_or_any(span: Span, every: str, some: str) -> Diagnostic:
    """Return the question for a list of indicators that does not say how many of them are meant."""
    return _asked(
        "unclear-list",
        f"`{_words(span)}` does not say whether it means all of them or any",
        [Label(span)],
        _reading("it could mean that all of them are", every),
        _reading("or that any one of them is enough", some),
    )


def list_of_one(span: Span, alone: str) -> Diagnostic:
    """Return the message for `both ELA`, whose other indicators are missing."""
    return _asked(
        "unclear-list",
        f"`{_words(span)}` refers to several indicators but names only one",
        [Label(span)],
        _reading("it could mean that one only", alone),
        "or another may have been left out: name it too",
    )


def list_of_other_length(span: Span, count: int) -> Diagnostic:
    """Return the message for `both` before one indicator, or before three."""
    return Diagnostic(
        "unclear-list",
        f"`both` refers to two indicators, but {count} {'is' if count == 1 else 'are'} listed",
        (Label(span),),
        help="name two indicators, or leave out `both`",
    )


def list_too_short(span: Span, count: int, things: str = "indicators") -> Diagnostic:
    """Return the message for a quantity that a list can never reach, or never exceed."""
    return Diagnostic(
        "unclear-list",
        f"`{_words(span)}` holds either never or always, because the list has {count} {things}",
        (Label(span),),
        help=f"ask for fewer than the {count} listed, or list more",
    )


def listed_twice(span: Span) -> Diagnostic:
    """Return the question for a name or a condition that a list has twice."""
    return Diagnostic(
        "unclear-list",
        f"`{_words(span)}` is listed twice, and could count once or twice",
        (Label(span, "the second"),),
        help="delete one of the two, or replace it with what you meant",
    )


def other_of_two(span: Span) -> Diagnostic:
    """Return the message for `on the other` after a list that does not have two items."""
    return Diagnostic(
        "unclear-list",
        f"`{_words(span)}` does not leave one other indicator",
        (Label(span),),
        help="`on the other` refers to the other of two: `Red on ELA or Math and Orange on the other`",
    )


def other_number_of_all(span: Span, number: int) -> Diagnostic:
    """Return the message for `(or all, if fewer than 4)` after a number other than 4."""
    return Diagnostic(
        "unclear-list",
        f"`{_words(span)}` gives two different numbers",
        (Label(span),),
        help=f"write `(or all, if fewer than {number})`",
    )


def quantity_of_none(span: Span) -> Diagnostic:
    """Return the message for a quantity of nothing: `0 or more`, `at most 0`."""
    return Diagnostic(
        "quantity-of-none",
        f"`{_words(span)}` asks for zero",
        (Label(span),),
        help="if there should be none, write `no`: `no student group meets …`, `no priority is met`",
    )


def beyond_what_exists(span: Span, things: str, count: int, most: int) -> Diagnostic:
    """Return the message for a quantity of more things than there are; `most` is what could be asked for."""
    return Diagnostic(
        "beyond-what-exists",
        f"the answer to `{_words(span)}` is always the same, because there are {count} {things}",
        (Label(span),),
        help=f"ask for no more than {most}, or add the missing ones to the vocabulary",
    )


def beyond_the_rules(span: Span, count: int, most: int) -> Diagnostic:
    """Return the warning for a quantity of more priorities than the rules decide, as in a draft."""
    return Diagnostic(
        "beyond-what-exists",
        f"the answer to `{_words(span)}` is always the same, because these rules decide {count} of the priorities",
        (Label(span),),
        help=f"{f'ask for no more than {most}, or ' if most else ''}add rules that decide more priorities",
        severity=Severity.WARNING,
    )


def no_priority_decided(span: Span, kind: str | None) -> Diagnostic:
    """Return the warning for a count of priorities where no rule decides one that it could count."""
    on = f" on {kind} indicators" if kind else ""
    return Diagnostic(
        "beyond-what-exists",
        f"these rules decide no priority{on}, so none can be counted",
        (Label(span),),
        help=f"add a rule that decides one{on}, such as `… → Priority 4`, or remove this condition",
        severity=Severity.WARNING,
    )


def more_than_all(span: Span) -> Diagnostic:
    """Return the message for a share of more than 100 percent."""
    return Diagnostic(
        "beyond-what-exists",
        f"`{_words(span)}` can never be, because all of them are 100 percent",
        (Label(span),),
        help="ask for 100 percent or less",
    )


def window_too_long(span: Span, count: int) -> Diagnostic:
    """Return the message for a window of more Dashboard years than there are."""
    return Diagnostic(
        "beyond-what-exists",
        f"`{_words(span)}` looks back further than the {count} Dashboard years that there are",
        (Label(span),),
        help=f"look back at {count} years or fewer, or add the missing ones to the vocabulary",
    )


def levels_at_once(span: Span, either: str, apart: str | None) -> Diagnostic:
    """Return the question for levels that `and` joins, or only a comma: nothing has two levels at once."""
    own = "or that each level is for a different indicator"
    return _asked(
        "levels-at-once",
        f"nothing can be `{_words(span)}` at the same time",
        [Label(span)],
        _reading("it could mean that either level counts", either),
        _reading(own, apart) if apart else f"{own}: name the indicator of each, as in `Red on ELA and Orange on Math`",
    )


# ---- what belongs to what ----


def loose_window(window: Span, beside: Span, alone: str, every: str) -> Diagnostic:
    """Return the question for years beside several conditions, which may be meant for one or for all."""
    which = "first" if window.start < beside.start else "last"
    return _asked(
        "loose-window",
        f"`{_words(window)}` could apply to the {which} condition or to all of them",
        [Label(window), Label(beside, "to this one only?")],
        _reading("it could apply to this condition only", alone),
        _reading("or to every condition", every),
    )


def say_each(span: Span, things: str, in_each: str, same: str | None) -> Diagnostic:
    """Return the question for a window after a quantity, which could bind the years or the things first."""
    return _asked(
        "say-each",
        f"this could mean the same {things} every year, or different ones each year",
        [Label(span)],
        _reading(f"it could count the years in which it holds, whichever {things} meet it", in_each),
        _reading(f"or require that it holds for the same {things} in all of those years", same),
    )


def same_without_years(span: Span, things: str = "indicators") -> Diagnostic:
    """Return the message for `the same 2 or more indicators`, or student groups, without years after it."""
    of_groups = "; to require one student group to meet both, write `any student group meets Priority 4 and Priority 5`"
    return Diagnostic(
        "say-each",
        "`the same` compares years, but no years follow",
        (Label(span),),
        help="add years after it, such as `in each of the last 2 Dashboard years`, or delete `the same`"
        + (of_groups if things == "student groups" else ""),
    )


def unclear_not(span: Span, *, whole: str, parts: str | None, word: str = "not") -> Diagnostic:
    """Return the question for a `not`, or `no`, before something of several parts, such as a list or some years."""
    return _asked(
        "unclear-not",
        f"`{_words(span)}` does not say how much of the condition `{word}` covers",
        [Label(span)],
        _reading("it could negate the whole, so that one part may still hold", whole),
        _reading("or each part separately, so that no part may hold", parts),
    )


def not_of_first(span: Span, alone: str, every: str) -> Diagnostic:
    """Return the question for a `not` before the first of several conditions."""
    return _asked(
        "unclear-not",
        f"the `not` in `{_words(span)}` could apply to the first condition or to all of them",
        [Label(span)],
        _reading("it could apply to the first condition only", alone),
        _reading("or to all of them together", every),
    )


def loose_exception(span: Span, alone: str, every: str) -> Diagnostic:
    """Return the question for an exception after conditions joined by `or`."""
    return _asked(
        "loose-exception",
        f"the exception `{_words(span)}` could apply to the last condition or to all of them",
        [Label(span)],
        _reading("it could be an exception to the last condition only", alone),
        _reading("or to all of them", every),
    )


def loose_narrowing(span: Span, open_words: str, every: str) -> Diagnostic:
    """Return the question for a narrowing after several conditions."""
    narrowing = _words(span)
    return _asked(
        "loose-exception",
        f"`{narrowing}` could apply to the last condition or to all of `{open_words}`",
        [Label(span)],
        f"it could narrow only the last condition: write one rule for it with `{narrowing}`, and another rule for the"
        f" others",
        _reading("or all of them", f"{every} {narrowing}"),
    )


# ---- levels ----


def holds_without_level(
    span: Span, indicators: Sequence[str], rated: str | None, every: str | None, by_levels: str | None = None
) -> Diagnostic:
    """Return the question for the negation of a level, which also holds for what has no level."""
    named = f", or `{by_levels}`" if by_levels else ""
    where = in_words(indicators, "or") if indicators else "any indicator"
    return _asked(
        "holds-without-level",
        f"`{_words(span)}` also holds where {where} has no level",
        [Label(span, "also if it is not rated?")],
        _reading("it could include only what is rated", rated) + named,
        _reading("or also what is not rated", every),
    )


def best_level(span: Span, best: str, indicator: str, slip: str, meant: str) -> Diagnostic:
    """Return the warning for a rule that counts the best level of an indicator toward a priority.

    `slip` says it of the worst level, `meant` of the best on purpose.
    """
    return Diagnostic(
        "best-level",
        f"this rule counts `{best}`, the best level of {indicator}, toward a priority",
        (Label(span),),
        help=SAY_WHICH,
        notes=(
            _reading(f"the worst level of {indicator} may be meant", slip),
            _reading("or the best level really is meant", meant),
        ),
        severity=Severity.WARNING,
    )


def lower_is_better(span: Span, indicator: str, worse: str, better: str) -> Diagnostic:
    """Return the question for `Medium or lower` on an indicator of which a lower number is better."""
    return _asked(
        "lower-is-better",
        f"`{_words(span)}` could mean worse or better levels, because lower numbers are better on {indicator}",
        [Label(span)],
        _reading("it could mean the worse levels", worse),
        _reading("or the better levels", better),
    )


def nothing_beyond(span: Span, level: str, worst_first: Sequence[str]) -> Diagnostic:
    """Return the message for `worse than Red`."""
    end = "worst" if level == worst_first[0] else "best"
    return Diagnostic(
        "beyond-what-exists",
        f"`{_words(span)}` is impossible, because {level} is the {end} level",
        (Label(span),),
        help=f"the levels are, worst first, {in_words(worst_first)}",
    )


# ---- facts of examples ----


def fact_left_open(span: Span) -> Diagnostic:
    """Return the message for `Red on ELA or Math` among the facts of an example."""
    return Diagnostic(
        "unclear-list",
        f"`{_words(span)}` does not say which is meant, but an example states facts",
        (Label(span),),
        help="write `and` if it is true of each of them, or write an example for each",
    )


def fact_of_other_group(span: Span | None, group: str, indicator: str, groups: Sequence[str]) -> Diagnostic:
    """Return the message for a fact of a student group for which the indicator is not reported."""
    return Diagnostic(
        "impossible-fact",
        f"`{indicator}` is not reported for {group}, so no LEA can have this fact",
        (Label(span),) if span else (),
        help=f"it is reported for {' and '.join(groups)} only",
    )


def fact_of_lea(span: Span, group: str, indicator: str) -> Diagnostic:
    """Return the message for a fact of the LEA as a whole that is stated of a student group."""
    return Diagnostic(
        "impossible-fact",
        f"`{indicator}` is a fact about the LEA as a whole, so {group} cannot have it alone",
        (Label(span),),
        help="state it on a line without a student group",
    )


def fact_before_group(span: Span, group: str, year: int) -> Diagnostic:
    """Return the message for a fact of a student group in a year in which there is no such group."""
    return Diagnostic(
        "impossible-fact",
        f"there is no student group `{group}` in {year}, so no LEA can have facts about it",
        (Label(span),),
        help="state facts for a year in which the student group exists",
    )


def fact_of_later_year(span: Span, year: int) -> Diagnostic:
    """Return the message for a fact of a later year than the rules are for."""
    return Diagnostic(
        "impossible-fact",
        f"these rules are for {year}, so they cannot use facts from later years",
        (Label(span),),
        help=f"state facts for {year} and earlier years",
    )


# ---- rules side by side ----


def never_decides(span: Span, first: Span) -> Diagnostic:
    """Return the message for a determination that an earlier rule of the section always takes first."""
    above, below = _words(first), _words(span)
    return Diagnostic(
        "never-decides",
        "this rule can never decide, because a rule above it holds whenever this one does",
        (Label(span, "never reached"), Label(first, "this one decides first")),
        help=SAY_WHICH,
        notes=(
            f"it may be meant to decide first: put `{below}` above `{above}`",
            f"or the rule above may be meant to decide everything: delete `{below}`",
        ),
    )


# ---- numbers ----


def date_as_number(span: Span) -> Diagnostic:
    """Return the message for a date where a number belongs, which would be read as a subtraction."""
    return Diagnostic(
        "date-as-number",
        f"`{_words(span)}` looks like a date, but a number is expected here",
        (Label(span),),
        help="write a date as `2025-03-02`; for subtraction or division, put spaces around each sign",
    )


def years_as_number(span: Span) -> Diagnostic:
    """Return the question for `2024-25` where a number belongs."""
    spaced = " - ".join(_words(span).replace("\u2013", "-").replace("\u2212", "-").split("-"))
    return _asked(
        "date-as-number",
        f"`{_words(span)}` could be a school year or a subtraction",
        [Label(span)],
        "it could be a school year, which rules cannot use here: delete it",
        _reading("or a subtraction", spaced),
    )
