"""Messages about rules that can be understood and cannot have been meant, because of what the others say.

Each is proved. `shown` is a made-up LEA that shows it, in words on one line, empty if there is none.
"""

from __future__ import annotations

from collections.abc import Sequence

from rulelang.diagnostics.catalogue.names import in_words
from rulelang.diagnostics.diagnostic import Diagnostic, Label, Severity
from rulelang.diagnostics.source import Span


def _found(code: str, message: str, labels: Sequence[Label], help_text: str, *notes: str) -> Diagnostic:
    said = tuple(note for note in notes if note)
    return Diagnostic(code, message, tuple(labels), help=help_text, notes=said, severity=Severity.WARNING)


def never_holds(span: Span, met: int, tests: int, shown: str) -> Diagnostic:
    return _found(
        "never-holds",
        "no LEA can meet this rule, whatever its data",
        [Label(span, "never holds")],
        "change what it asks for, or delete it",
        _nearest(met, tests, shown),
    )


def alternative_never_holds(span: Span, met: int, tests: int, shown: str) -> Diagnostic:
    return _found(
        "alternative-never-holds",
        "no LEA can meet this part of the rule, whatever its data",
        [Label(span, "never holds")],
        "change what it asks for, or delete it from the rule",
        _nearest(met, tests, shown),
    )


def _nearest(met: int, tests: int, shown: str) -> str:
    of = f"{met} of the {tests} tests hold" if tests > 1 else "the test holds" if met else "the test does not hold"
    return f"for this made-up LEA {of}, and no more can: {shown}" if shown else ""


def always_holds(span: Span, shown: str) -> Diagnostic:
    return _found(
        "always-holds",
        "the answer of this rule is never no, whatever the data",
        [Label(span, "never no")],
        "change what it asks for, or write `otherwise` if it covers everything that is left",
        f"it holds for this made-up LEA: {shown}" if shown else "",
    )


def only_cannot_tell(span: Span, shown: str) -> Diagnostic:
    return _found(
        "only-cannot-tell",
        "the answer of this rule can only be `cannot tell`, whatever the data",
        [Label(span, "never yes and never no")],
        "say how to work out what it asks for, or write `not established` here, with the reason",
        f"the answer is `cannot tell` for this made-up LEA: {shown}" if shown else "",
    )


def implied_rule(span: Span, others: Sequence[Span], names: Sequence[str], shown: str) -> Diagnostic:
    holding = f"{in_words(names, 'or')} {'holds' if len(names) == 1 else 'hold'} whenever it does"
    return _found(
        "implied-rule",
        f"without this rule, nothing would change: {holding}" if names else "without this rule, nothing would change",
        [Label(span, "adds nothing"), *(Label(one, "holds as well") for one in others)],
        "delete it, or change what it asks for",
        f"it holds for this made-up LEA, but so does another rule: {shown}" if shown else "",
    )


def masked_rule(span: Span, others: Sequence[Span], names: Sequence[str], shown: str) -> Diagnostic:
    above = f": {in_words(names, 'or')} always {'decides' if len(names) == 1 else 'decide'} first" if names else ""
    return _found(
        "masked-rule",
        f"this rule never decides{above}",
        [Label(span, "never reached"), *(Label(one, "decides first") for one in others)],
        "put it above the rule that decides first, or delete it",
        f"another rule decides for this made-up LEA: {shown}" if shown else "",
    )


def changes_no_outcome(span: Span, outcome: str, shown: str) -> Diagnostic:
    return _found(
        "changes-no-outcome",
        f"this rule gives `{outcome}`, but no result of an LEA depends on that",
        [Label(span, "changes nothing")],
        f"use `{outcome}` in another rule, or delete this one",
        f"it holds for this made-up LEA, which gets the same results without it: {shown}" if shown else "",
    )


def unreachable_outcome(span: Span, others: Sequence[Span], outcome: str) -> Diagnostic:
    return _found(
        "unreachable-outcome",
        f"no LEA can get `{outcome}`, whatever its data",
        [Label(span, "never gives it"), *(Label(one, "neither does this") for one in others)],
        "change one of its rules, or delete all of them",
    )


def met_by_different_groups(span: Span, shown: str) -> Diagnostic:
    return _found(
        "met-by-different-groups",
        "different student groups may meet the parts of this",
        [Label(span, "not necessarily the same student group")],
        "write `any student group meets …` once, followed by all parts; or leave it, if different groups may meet them",
        f"it holds for this made-up LEA, although no student group meets all of it: {shown}" if shown else "",
    )
