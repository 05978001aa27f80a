"""Messages about sentences that could mean two things, and about impossible facts.

A question has both readings as notes, each a full sentence with the words to write for it. Where these are words for a
whole condition, `whole` is its place, and they are choices too.
"""

from __future__ import annotations

from collections.abc import Sequence

from rulelang.diagnostics.catalogue.names import in_words
from rulelang.diagnostics.diagnostic import Diagnostic, Edit, Label, Severity, at
from rulelang.diagnostics.sentences import in_sentence
from rulelang.diagnostics.source import DataPlace, Span

SAY_WHICH = "write the one you mean"


def _reading(meaning: str, words: str | None) -> str:
    """Return a reading as a full sentence, with the words for it where one sentence has them."""
    return f"{meaning}: write `{words}`" if words else f"{meaning}, which needs rules of its own"


def _asked(
    code: str,
    where: Span | tuple[Label, ...] | Label,
    message: str,
    *readings: str | tuple[str, str | None],
    whole: Span | None = None,
) -> Diagnostic:
    notes = tuple(one if isinstance(one, str) else _reading(*one) for one in readings)
    words = [one[1] for one in readings if whole is not None and not isinstance(one, str)]
    choices = tuple(Edit(whole, one) for one in words if whole is not None and one)
    return at(code, where, message, SAY_WHICH, notes=notes, choices=choices)


# ---- lists ----


def all_or_any(span: Span, every: str, some: str, whole: Span) -> Diagnostic:
    message = f"`{span.words}` does not say whether it means all of them or any"
    one = ("it could mean that all of them are", every)
    other = ("or that any one of them is enough", some)
    return _asked("unclear-list", span, message, one, other, whole=whole)


def loose_name(span: Span, before: str, after: str, whole: Span) -> Diagnostic:
    message = f"`{span.words}` could have the level before it or the one after it"
    one = ("it could have the level before it", before)
    return _asked("unclear-list", span, message, one, ("or the one after it", after), whole=whole)


def loose_outcome(span: Span, name: str, kind: str, about: Sequence[str]) -> Diagnostic:
    message = f"`{name}` could be what the {kind} is, or what the {in_sentence(about, 'or')} is"
    help_text = (
        f"put what the {kind} is in parentheses behind `where`, or the test before `{name}` in parentheses of its own"
    )
    return at("unclear-list", span, message, help_text)


def list_of_one(span: Span, alone: str, whole: Span) -> Diagnostic:
    message = f"`{span.words}` refers to several indicators but names only one"
    one = ("it could mean that one only", alone)
    other = "or another may have been left out: name it too"
    return _asked("unclear-list", span, message, one, other, whole=whole)


def list_of_other_length(span: Span, count: int) -> Diagnostic:
    message = f"`both` refers to two indicators, but {count} {'is' if count == 1 else 'are'} listed"
    return at("unclear-list", span, message, "name two indicators, or leave out `both`")


def list_too_short(span: Span, count: int, things: str = "indicators") -> Diagnostic:
    message = f"`{span.words}` holds either never or always, because the list has {count} {things}"
    return at("unclear-list", span, message, f"ask for fewer than the {count} listed, or list more")


def listed_twice(span: Span) -> Diagnostic:
    message = f"`{span.words}` is listed twice, and could count once or twice"
    help_text = "delete one of the two, or replace it with what you meant"
    return at("unclear-list", Label(span, "the second"), message, help_text)


def other_of_two(span: Span) -> Diagnostic:
    message = f"`{span.words}` does not leave one other indicator"
    help_text = "`on the other` refers to the other of two: `Red on ELA or Math and Orange on the other`"
    return at("unclear-list", span, message, help_text)


def other_number_of_all(span: Span, number: int) -> Diagnostic:
    message = f"`{span.words}` gives two different numbers"
    return at("unclear-list", span, message, f"write `(or all, if fewer than {number})`")


def quantity_of_none(span: Span) -> Diagnostic:
    message = f"`{span.words}` asks for zero"
    help_text = "if there should be none, write `no`: `no student group meets …`, `no priority is met`"
    return at("quantity-of-none", span, message, help_text)


def beyond_what_exists(span: Span, things: str, count: int, most: int) -> Diagnostic:
    """Return the message for a quantity of more things than there are; `most` is what could be asked for."""
    message = f"the answer to `{span.words}` is always the same, because the number of {things} is {count}"
    help_text = f"{f'ask for no more than {most}, or ' if most else ''}add the missing ones to the vocabulary"
    return at("beyond-what-exists", span, message, help_text)


def beyond_the_rules(span: Span, count: int, most: int) -> Diagnostic:
    message = f"the answer to `{span.words}` is always the same, because these rules decide {count} of the priorities"
    help_text = f"{f'ask for no more than {most}, or ' if most else ''}add rules that decide more priorities"
    return at("beyond-what-exists", span, message, help_text, severity=Severity.WARNING)


def no_priority_decided(span: Span, kind: str | None) -> Diagnostic:
    on = f" on {kind} indicators" if kind else ""
    message = f"these rules decide no priority{on}, so none can be counted"
    help_text = f"add a rule that decides one{on}, such as `… → Priority 4`, or remove this condition"
    return at("beyond-what-exists", span, message, help_text, severity=Severity.WARNING)


def more_than_all(span: Span) -> Diagnostic:
    message = f"`{span.words}` asks for more than all there are"
    return at("beyond-what-exists", span, message, "ask for 100 percent or less")


def window_too_long(span: Span, count: int) -> Diagnostic:
    message = f"`{span.words}` looks back further than the {count} years of the vocabulary"
    help_text = f"look back at {count} years or fewer, or add the missing ones to the vocabulary"
    return at("beyond-what-exists", span, message, help_text)


def levels_at_once(span: Span, either: str, apart: str | None, whole: Span) -> Diagnostic:
    own = "or that each level is for a different indicator"
    message = f"nothing can be `{span.words}` at the same time"
    one = ("it could mean that either level counts", either)
    other = (own, apart) if apart else f"{own}: name the indicator of each, as in `Red on ELA and Orange on Math`"
    return _asked("levels-at-once", span, message, one, other, whole=whole)


def determinations_at_once(span: Span, either: str) -> Diagnostic:
    message = f"nothing has more than one determination at the same time, so nothing can be `{span.words}`"
    one = ("it could mean that any one of them is enough", either)
    other = "or that each is true of another one, or of another year: give each a condition of its own"
    return _asked("levels-at-once", span, message, one, other, whole=span)


def conditions_at_once(span: Span) -> Diagnostic:
    message = f"nothing can be `{span.words}` at the same time, so this never holds"
    notes = (
        "it could mean that either is enough: join them with `or`",
        "or another indicator, another year or another entity was meant",
    )
    return at("levels-at-once", span, message, SAY_WHICH, notes=notes, severity=Severity.WARNING)


# ---- what belongs to what ----


def loose_window(
    window: Span, beside: Span, whole: Span, alone: str, together: str | None, each: str | None
) -> Diagnostic:
    which = "first" if window.start < beside.start else "last"
    message = f"`{window.words}` could apply to the {which} condition or to all of them"
    ways = (("it could apply to this condition only", alone), ("or to all together", together), ("or to each", each))
    where = (Label(window), Label(beside, "to this one only?"))
    return _asked("loose-window", where, message, *(way for way in ways if way[1] is not None), whole=whole)


def loose_where(
    where: Span, beside: Span, whole: Span, alone: str | None, together: str, in_years: str | None
) -> Diagnostic:
    """Return the question; `alone` is None of what is no condition of its own, `in_years` where no years follow."""
    message = "what follows can only be a part of what `where` asks, and then is in parentheses with it"
    if alone is not None:
        message = "what follows could be a part of what `where` asks, or a condition of its own"
    asked = "asked of the same thing" if in_years is None else "asked of the same thing, it alone in those years"
    ways = (
        ("it could be a condition of its own", alone),
        (f"or be {asked}" if alone is not None else f"it could be {asked}", together),
        ("or all of it in those years", in_years),
    )
    where_ = (Label(beside), Label(where, "with this?"))
    return _asked("loose-where", where_, message, *(way for way in ways if way[1] is not None), whole=whole)


def say_each(span: Span, things: str, in_each: str, same: str | None) -> Diagnostic:
    message = f"this could mean the same {things} every year, or different ones each year"
    one = (f"it could count the years in which it holds, with any {things} in each", in_each)
    other = (f"or require that it holds for the same {things} in all of those years", same)
    return _asked("say-each", span, message, one, other, whole=span)


def same_without_years(span: Span, things: str = "indicators") -> Diagnostic:
    of_groups = "; to require one student group to meet both, write `any student group meets Priority 4 and Priority 5`"
    message = "`the same` compares years, but no years follow"
    help_text = "add years after it, such as `in each of the last 2 years`, or delete `the same`" + (
        of_groups if things == "student groups" else ""
    )
    return at("say-each", span, message, help_text)


def unclear_not(span: Span, *, whole: str, parts: str | None, word: str = "not") -> Diagnostic:
    message = f"`{span.words}` does not say how much of the condition `{word}` covers"
    one = ("it could negate the whole, so that one part may still hold", whole)
    other = ("or each part separately, so that no part may hold", parts)
    return _asked("unclear-not", span, message, one, other, whole=span)


def not_of_first(span: Span, alone: str, every: str) -> Diagnostic:
    message = f"the `not` in `{span.words}` could apply to the first condition or to all of them"
    one = ("it could apply to the first condition only", alone)
    other = ("or to all of them together", every)
    return _asked("unclear-not", span, message, one, other, whole=span)


def loose_exception(span: Span, alone: str, every: str, whole: Span) -> Diagnostic:
    message = f"the exception `{span.words}` could apply to the last condition or to all of them"
    one = ("it could be an exception to the last condition only", alone)
    other = ("or to all of them", every)
    return _asked("loose-exception", span, message, one, other, whole=whole)


def loose_narrowing(span: Span, open_words: str, every: str) -> Diagnostic:
    narrowing = span.words
    message = f"`{narrowing}` could apply to the last condition or to all of `{open_words}`"
    one = (
        f"it could narrow only the last condition: write one rule for it with `{narrowing}`, and another rule for the"
        f" others"
    )
    other = _reading("or all of them", f"{every} {narrowing}")
    return _asked("loose-exception", span, message, one, other)


# ---- levels ----


def holds_without_level(
    span: Span, indicators: Sequence[str], rated: str | None, every: str | None, by_levels: str | None = None
) -> Diagnostic:
    named = f", or `{by_levels}`" if by_levels else ""
    where = f"{in_words(indicators, 'or')} has no level" if indicators else "no indicator has a level"
    message = f"`{span.words}` also holds where {where}"
    one = _reading("it could include only what is rated", rated) + named
    other = _reading("or also what is not rated", every)
    return _asked("holds-without-level", Label(span, "also if it is not rated?"), message, one, other)


def best_level(span: Span, best: str, indicator: str, slip: str, meant: str) -> Diagnostic:
    """Return the warning for a rule that counts the best level of an indicator toward a priority.

    `slip` says it of the worst level, `meant` of the best on purpose.
    """
    message = f"this rule counts `{best}`, the best level of {indicator}, toward a priority"
    return at(
        "best-level",
        span,
        message,
        SAY_WHICH,
        notes=(
            _reading(f"the worst level of {indicator} may be meant", slip),
            _reading("or the best level really is meant", meant),
        ),
        severity=Severity.WARNING,
    )


def lower_is_better(span: Span, indicator: str, worse: str, better: str) -> Diagnostic:
    message = f"`{span.words}` could mean worse or better levels, because lower numbers are better on {indicator}"
    one = _reading("it could mean the worse levels", worse)
    other = _reading("or the better levels", better)
    return _asked("lower-is-better", span, message, one, other)


def nothing_beyond(span: Span, level: str, worst_first: Sequence[str]) -> Diagnostic:
    end = "worst" if level == worst_first[0] else "best"
    message = f"`{span.words}` is impossible, because {level} is the {end} level"
    return at("beyond-what-exists", span, message, f"the levels are, worst first, {in_words(worst_first)}")


# ---- facts of examples ----


def fact_left_open(span: Span) -> Diagnostic:
    message = f"`{span.words}` does not say which is meant, but an example states facts"
    return at("unclear-list", span, message, "write `and` if it is true of each of them, or write an example for each")


def fact_of_other_group(where: Span | DataPlace, group: str, indicator: str, groups: Sequence[str]) -> Diagnostic:
    message = f"`{indicator}` is not reported for {group}, so no LEA can have this fact"
    help_text = f"it is reported for {' and '.join(groups)} only"
    return at("impossible-fact", where, message, help_text)


def fact_of_lea(span: Span, group: str, indicator: str) -> Diagnostic:
    message = f"`{indicator}` is a fact about the LEA as a whole, so {group} cannot have it alone"
    return at("impossible-fact", span, message, "state it on a line without a student group")


def number_of_lea(span: Span, entity: str, group: str) -> Diagnostic:
    """Return the message for a number that a rule asks of student groups, and that only an entity as a whole has."""
    message = f"this is a number of the {entity} as a whole, so {group} cannot have it alone"
    return at("impossible-fact", span, message, f"write it as a number of the {entity}: leave out the student groups")


def fact_before_group(span: Span, group: str, year: int) -> Diagnostic:
    message = f"there is no student group `{group}` in {year}, so no LEA can have facts about it"
    return at("impossible-fact", span, message, "state facts for a year in which the student group exists")


def fact_of_later_year(span: Span, year: int) -> Diagnostic:
    message = f"these rules are for {year}, so they cannot use facts from later years"
    return at("impossible-fact", span, message, f"state facts for {year} and earlier years")


# ---- rules side by side ----


def _placed(label: str | None, how: str, other: str) -> str:
    """Return how a change gives a rule its place among those that are tried in order."""
    return " ".join(filter(None, ("add", label, how, f"{other}: …")))


def never_decides(span: Span, first: Span, added: tuple[str | None, str | None] | None = None) -> Diagnostic:
    """Return the error for a rule that another one always precedes; `added` are their labels if a change adds it."""
    above, below = first.words, span.words
    put = f"put `{below}` above `{above}`"
    if added is not None and added[1] is not None:
        put = f"write `{_placed(added[0], 'before', added[1])}`"
    message = "this rule can never decide, because a rule above it holds whenever this one does"
    return at(
        "never-decides",
        (Label(span, "never reached"), Label(first, "this one decides first")),
        message,
        SAY_WHICH,
        notes=(
            f"it may be meant to decide first: {put}",
            f"or the rule above may be meant to decide everything: delete `{below}`",
        ),
    )


def tried_last(span: Span, label: str | None, first: Span, others: tuple[str, str]) -> Diagnostic:
    """Return the question whether an added rule comes before the first of the `others` in order, or after the last."""
    ways = [(how, other, _placed(label, how, other)) for how, other in zip(("before", "after"), others, strict=True)]
    head = Span(span.source, span.start, span.start + len(label or ""))
    (_, _, before), (_, _, after) = ways
    return at(
        "tried-last",
        (Label(span, "tried last"), Label(first, "tried first")),
        "this rule is tried after those of its section that are there, and so decides only where none of them holds",
        SAY_WHICH,
        notes=(f"it may be meant to come first: write `{before}`", f"or where none of them holds: write `{after}`"),
        severity=Severity.WARNING,
        choices=tuple(Edit(head, f"{label} {how} {other}") for how, other, _ in ways) if label else (),
    )


def below_otherwise(span: Span, otherwise: Span) -> Diagnostic:
    above, below = otherwise.words, span.words
    return at(
        "never-decides",
        (Label(span, "decides before it, or never?"), Label(otherwise, "holds if no other rule does")),
        "this rule is below the `otherwise` of its section",
        SAY_WHICH,
        notes=(
            f"it may be meant to decide first: put `{below}` above `{above}`",
            f"or never, because `otherwise` is above it: delete `{below}`",
        ),
    )


def same_as_otherwise(span: Span, otherwise: Span, label: str | None, first: str | None) -> Diagnostic:
    """Return the warning for an added rule that gives what is left anyway, below `first`, which could give another."""
    message = "this rule changes nothing: the rules above it decide first, and it gives what `otherwise` gives"
    return at(
        "never-decides",
        (Label(span, "tried last"), Label(otherwise, "gives the same")),
        message,
        SAY_WHICH,
        notes=(
            f"it may be meant to come first: write `{_placed(label, 'before', first or 'LABEL')}`",
            f"or it may be a remark: delete `{span.words}`",
        ),
        severity=Severity.WARNING,
    )


# ---- numbers ----


def date_as_number(span: Span) -> Diagnostic:
    message = f"`{span.words}` looks like a date, but a number is expected here"
    help_text = "write a date as `2025-03-02`; for subtraction or division, put spaces around each sign"
    return at("date-as-number", span, message, help_text)


def years_as_number(span: Span) -> Diagnostic:
    spaced = " - ".join(span.words.replace("\u2013", "-").replace("\u2212", "-").split("-"))
    message = f"`{span.words}` could be a school year or a subtraction"
    one = "it could be a school year, which rules cannot use here: delete it"
    other = _reading("or a subtraction", spaced)
    return _asked("date-as-number", span, message, one, other)
