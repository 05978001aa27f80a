"""Messages about entities that belong to one another."""

from __future__ import annotations

from collections.abc import Sequence

from rulelang.diagnostics.catalogue.quote import count
from rulelang.diagnostics.diagnostic import Diagnostic, Label, Severity, at
from rulelang.diagnostics.sentences import in_sentence, with_article
from rulelang.diagnostics.source import DataPlace, Span


def does_not_belong(span: Span, kind: str, about: Sequence[str], above: Sequence[str]) -> Diagnostic:
    where = f"; write the statement under `for` and one of {in_sentence(above, 'or')}" if above else ""
    message = f"{with_article(kind)} does not belong to {_what(about)}"
    help_text = f"the column `belongs to` in the vocabulary says what belongs to what{where}"
    return at(
        "does-not-belong",
        Label(
            span,
            f"{with_article(kind)} belongs to {with_article(above[0])}"
            if above
            else f"{with_article(kind)} belongs to nothing",
        ),
        message,
        help_text,
    )


def fact_of_other_kind(
    span: Span, fact: str, of: Sequence[str], about: Sequence[str], above: Sequence[str]
) -> Diagnostic:
    """Complain of a fact of other kinds of entity than those that the rule is about, which belong to those `above`."""
    message = f"`{fact}` is a fact of {with_article(in_sentence(of, 'or'))}"
    label = Label(span, f"the rule is about {with_article(in_sentence(about, 'or'))}")
    help_text = (
        f"behind `where`, put all that is asked of the {of[0]} in parentheses; if it is a fact of the {about[0]}, name"
        " that kind in the column `of` of the vocabulary"
    )
    help_text = f"write `{fact} of the {above[0]}`" if above else help_text
    return at("fact-of-other-kind", label, message, help_text)


def stray_fact(place: DataPlace | Span, fact: str, of: Sequence[str], kind: str) -> Diagnostic:
    """Return the message about a fact given of an entity of a kind that has none; in data, it is only a warning."""
    of_whom = with_article(in_sentence(of, "or"))
    message = f"`{fact}` is a fact of {of_whom}, and here it is given of {with_article(kind)}: no rule asks for it"
    help_text = f"leave it out here; if {with_article(kind)} has it too, name both kinds in the column `of`"
    severity = Severity.WARNING if isinstance(place, DataPlace) else Severity.ERROR
    return at("fact-of-other-kind", place, message, help_text, severity=severity)


def has_no_owner(span: Span, kind: str, about: Sequence[str], above: Sequence[str]) -> Diagnostic:
    belongs = f"{with_article(about[0])} belongs to {in_sentence(above, 'or')}" if about and above else None
    message = f"{_what(about)} does not belong to {with_article(kind)}"
    help_text = (
        "put the statement under a heading that says what it is about, such as `for schools`, and look up from there"
    )
    return at("has-no-owner", Label(span, belongs or ""), message, help_text)


def other_owner(span: Span, kind: str, about: Sequence[str]) -> Diagnostic:
    message = f"the statement is about {_what(about)}, not about {with_article(kind)}"
    help_text = (
        "only what belongs to it can be counted: leave out `of the …`, or name what the statement is about; `index is"
        " in the lowest 5 percent of …` compares it with others"
    )
    return at("other-owner", span, message, help_text)


def share_of_all(span: Span, kind: str) -> Diagnostic:
    message = "this share is always 100 percent, because it does not say which of them count"
    return at("share-of-all", span, message, f"say which: `share of {kind} where …` or `share of {kind} in …`")


def no_such_share(span: Span) -> Diagnostic:
    message = "the lowest or highest part of something is more than 0 and less than 100 percent"
    return at("cannot-rank", span, message, "say how large it is, such as `5 percent`")


def ranked_among_others(span: Span, kind: str, about: Sequence[str]) -> Diagnostic:
    message = f"{_what(about)} is not one of the {span.words}, so it cannot be in their lowest or highest part"
    return at(
        "cannot-rank",
        span,
        message,
        f"put the statement under a heading which says that it is about {with_article(kind)}",
    )


def ranked_in_what(span: Span, kind: str, above: Sequence[str]) -> Diagnostic:
    if not above:
        message = f"{with_article(kind)} belongs to nothing, so there are none to rank it among"
        help_text = "in the vocabulary, add what all of them belong to, such as a state, to the kinds"
    else:
        message = f"this does not say among which {span.words}"
        help_text = "say what they belong to: " + in_sentence([f"`of the {one}`" for one in above], "or")
    return at("cannot-rank", span, message, help_text)


def ranks_entities(span: Span) -> Diagnostic:
    message = "only entities are ranked, such as the schools of a state, and not the student groups of one"
    help_text = "student groups have `lowest of`, `highest of`, `average of`, `number of` and `share of`"
    return at("cannot-rank", span, message, help_text)


def too_few_years(span: Span, wanted: int, found: int) -> Diagnostic:
    there_are = "there is" if found == 1 else "there are"
    message = f"the rule asks for {count(wanted, 'year')}, but up to this one {there_are} only {found}"
    help_text = "in a year with fewer years before it, write `replace measure …` with a smaller number"
    return at("too-few-years", span, message, help_text)


def _what(about: Sequence[str]) -> str:
    return with_article(in_sentence(about, "or")) if about else "what the statement is about, which can be any kind"
