"""Messages about rules that can be understood and cannot have been meant, because of what the others say.

Each is proved. `shown` is a made-up LEA that shows it, in words on one line, empty if there is none.
"""

from __future__ import annotations

from collections.abc import Sequence

from rulelang.diagnostics.catalogue.names import in_words
from rulelang.diagnostics.diagnostic import Diagnostic, Label, Severity, at
from rulelang.diagnostics.source import Span


def _found(code: str, where: Label | tuple[Label, ...], message: str, help_text: str, note: str = "") -> Diagnostic:
    return at(code, where, message, help_text, notes=(note,) if note else (), severity=Severity.WARNING)


def never_holds(span: Span, met: int, tests: int, shown: str) -> Diagnostic:
    message = "no LEA can meet this rule, whatever its data"
    help_text = "change what it asks for, or delete it"
    note = _nearest(met, tests, shown)
    return _found("never-holds", Label(span, "never holds"), message, help_text, note)


def alternative_never_holds(span: Span, met: int, tests: int, shown: str) -> Diagnostic:
    message = "no LEA can meet this part of the rule, whatever its data"
    help_text = "change what it asks for, or delete it from the rule"
    note = _nearest(met, tests, shown)
    return _found("alternative-never-holds", Label(span, "never holds"), message, help_text, note)


def _nearest(met: int, tests: int, shown: str) -> str:
    of = f"{met} of the {tests} tests hold" if tests > 1 else "the test holds" if met else "the test does not hold"
    return f"for this made-up LEA {of}, and no more can: {shown}" if shown else ""


def always_holds(span: Span, shown: str) -> Diagnostic:
    message = "the answer of this rule is never no, whatever the data"
    help_text = "change what it asks for, or write `otherwise` if it covers everything that is left"
    note = f"it holds for this made-up LEA: {shown}" if shown else ""
    return _found("always-holds", Label(span, "never no"), message, help_text, note)


def only_cannot_tell(span: Span, shown: str) -> Diagnostic:
    message = "the answer of this rule can only be `cannot tell`, whatever the data"
    help_text = "say how to work out what it asks for, or write `not established` here, with the reason"
    note = f"the answer is `cannot tell` for this made-up LEA: {shown}" if shown else ""
    return _found("only-cannot-tell", Label(span, "never yes and never no"), message, help_text, note)


def implied_rule(span: Span, others: Sequence[Span], names: Sequence[str], shown: str) -> Diagnostic:
    holding = f"{in_words(names, 'or')} {'holds' if len(names) == 1 else 'hold'} whenever it does"
    message = (
        f"without this rule, nothing would change: {holding}" if names else "without this rule, nothing would change"
    )
    help_text = "delete it, or change what it asks for"
    note = f"it holds for this made-up LEA, but so does another rule: {shown}" if shown else ""
    return _found(
        "implied-rule",
        (Label(span, "adds nothing"), *(Label(one, "holds as well") for one in others)),
        message,
        help_text,
        note,
    )


def masked_rule(span: Span, others: Sequence[Span], names: Sequence[str], shown: str) -> Diagnostic:
    above = f": {in_words(names, 'or')} always {'decides' if len(names) == 1 else 'decide'} first" if names else ""
    message = f"this rule never decides{above}"
    help_text = "put it above the rule that decides first, or delete it"
    note = f"another rule decides for this made-up LEA: {shown}" if shown else ""
    return _found(
        "masked-rule",
        (Label(span, "never reached"), *(Label(one, "decides first") for one in others)),
        message,
        help_text,
        note,
    )


def changes_no_outcome(span: Span, outcome: str, shown: str) -> Diagnostic:
    message = f"this rule gives `{outcome}`, but no result of an LEA depends on that"
    help_text = f"use `{outcome}` in another rule, or delete this one"
    note = f"it holds for this made-up LEA, which gets the same results without it: {shown}" if shown else ""
    return _found("changes-no-outcome", Label(span, "changes nothing"), message, help_text, note)


def unreachable_outcome(span: Span, others: Sequence[Span], outcome: str) -> Diagnostic:
    message = f"no LEA can get `{outcome}`, whatever its data"
    help_text = "change one of its rules, or delete all of them"
    return _found(
        "unreachable-outcome",
        (Label(span, "never gives it"), *(Label(one, "neither does this") for one in others)),
        message,
        help_text,
    )


def met_by_different_groups(span: Span, shown: str) -> Diagnostic:
    message = "different student groups may meet the parts of this"
    help_text = (
        "write `any student group meets …` once, followed by all parts; or leave it, if different groups may meet them"
    )
    note = f"it holds for this made-up LEA, although no student group meets all of it: {shown}" if shown else ""
    return _found(
        "met-by-different-groups", Label(span, "not necessarily the same student group"), message, help_text, note
    )
