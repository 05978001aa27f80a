"""Messages about entities that belong to one another."""

from __future__ import annotations

from collections.abc import Sequence

from rulelang.diagnostics.diagnostic import Diagnostic, Label
from rulelang.diagnostics.sentences import in_sentence
from rulelang.diagnostics.source import Span


def does_not_belong(span: Span, kind: str, about: Sequence[str], above: Sequence[str]) -> Diagnostic:
    """Return the message for a fold over entities that do not belong to the one the statement is about."""
    where = f"; write the statement under `for` and one of {in_sentence(above, 'or')}" if above else ""
    return Diagnostic(
        "does-not-belong",
        f"a {kind} does not belong to {_what(about)}",
        (Label(span, f"a {kind} belongs to a {above[0]}" if above else f"a {kind} belongs to nothing"),),
        help=f"the column `belongs to` in the vocabulary says what belongs to what{where}",
    )


def has_no_owner(span: Span, kind: str, about: Sequence[str], above: Sequence[str]) -> Diagnostic:
    """Return the message for looking up to an entity that the one the statement is about does not belong to."""
    belongs = f"a {about[0]} belongs to {in_sentence(above, 'or')}" if about and above else None
    return Diagnostic(
        "has-no-owner",
        f"{_what(about)} does not belong to a {kind}",
        (Label(span, belongs or ""),),
        help="put the statement under a heading that says what it is about, such as `for schools`, and look up from"
        " there",
    )


def other_owner(span: Span, kind: str, about: Sequence[str]) -> Diagnostic:
    """Return the message for `of the county` in a statement about a district."""
    return Diagnostic(
        "other-owner",
        f"the statement is about {_what(about)}, not about a {kind}",
        (Label(span),),
        help="only what belongs to it can be counted: leave out `of the …`, or name what the statement is about",
    )


def share_of_all(span: Span, kind: str) -> Diagnostic:
    """Return the message for a share that does not say of what."""
    return Diagnostic(
        "share-of-all",
        "this share is always 100 percent, because it does not say which of them count",
        (Label(span),),
        help=f"say which: `share of {kind} where …` or `share of {kind} in …`",
    )


def too_few_years(span: Span, wanted: int, found: int) -> Diagnostic:
    """Return the message for an average over more years than there are."""
    return Diagnostic(
        "too-few-years",
        f"there are only {found} years up to this one, but the rule asks for {wanted}",
        (Label(span),),
        help="in a year with fewer years before it, write `replace measure …` with a smaller number",
    )


def _what(about: Sequence[str]) -> str:
    return f"a {in_sentence(about, 'or')}" if about else "what the statement is about, which can be any kind"
