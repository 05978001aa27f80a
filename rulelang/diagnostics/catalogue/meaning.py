"""Messages about sentences that can be read but do not mean one thing."""

from __future__ import annotations

from collections.abc import Sequence

from rulelang.diagnostics.diagnostic import Diagnostic, Label, Severity
from rulelang.diagnostics.source import Span


def mixed_and_or(span: Span, first: Span, second: Span, readings: Sequence[str] = ()) -> Diagnostic:
    """Return the message for `and` and `or` in one condition without parentheses, with its two readings in words."""
    written = tuple(f"it could mean `{words}`" for words in readings)
    return Diagnostic(
        "mixed-and-or",
        f"`{first.text}` and `{second.text}` are in the same condition, which could mean two things",
        (Label(second, f"`{second.text}` here"), Label(first, f"`{first.text}` here")),
        help="write the one you mean" if written else "put parentheses around what belongs together",
        notes=written or (f"the condition is: {' '.join(span.text.split())}",),
    )


def needs_student_group(span: Span) -> Diagnostic:
    """Return the message for a fact of a student group in a rule about the LEA."""
    return Diagnostic(
        "needs-student-group",
        "this is about a student group, but the rule is about the LEA",
        (Label(span, "of which student group?"),),
        help="say which: `any student group meets …`, `3 or more student groups meet …`",
    )


def needs_lea(span: Span, each: Span | None = None) -> Diagnostic:
    """Return the message for a condition about the LEA's student groups in a rule about one student group.

    `each` is what is asked of any of them, where that is so: the rule asks it of each of them already.
    """
    return Diagnostic(
        "needs-lea",
        "this counts the LEA's student groups, but the rule is about one student group",
        (Label(span),),
        help="have the rule decide an outcome of the LEA, such as a method"
        if each is None
        else f"a priority is decided for each student group: write only `{' '.join(each.text.split())}`",
    )


def mixed_indicator_kinds(span: Span, label: str, kinds: Sequence[str]) -> Diagnostic:
    """Return the message for a priority rule that reads indicators of two kinds."""
    joined = " and ".join(kinds)
    return Diagnostic(
        "mixed-indicator-kinds",
        f"rule `{label}` uses {joined} indicators, so it counts for neither alone",
        (Label(span),),
        help="write one rule for each kind of indicator",
    )


def circular_outcomes(span: Span, names: Sequence[str]) -> Diagnostic:
    """Return the message for outcomes that depend on themselves."""
    return Diagnostic(
        "circular-outcomes",
        f"`{names[0]}` depends on itself: {' → '.join(names)}",
        (Label(span),),
        help="an outcome can depend on other outcomes, but not, directly or indirectly, on itself",
    )


def undecided_outcome(span: Span, name: str) -> Diagnostic:
    """Return the message for an outcome that a condition asks for and no rule decides."""
    return Diagnostic(
        "undecided-outcome",
        f"no rule decides `{name}`, so this can never hold",
        (Label(span),),
        help=f"add a rule `… → {name}`, or delete it from this condition",
    )


def undecided_then(span: Span, name: str, years: Sequence[int]) -> Diagnostic:
    """Return the message for an outcome that a condition asks of years whose rules do not decide it."""
    listed = " and ".join(str(year) for year in years)
    return Diagnostic(
        "undecided-outcome",
        f"no rule of {listed} decides `{name}`, so this can never hold",
        (Label(span),),
        help="ask for an outcome that those years decide; `rulelang show` prints the rules of a year",
    )


def impossible_window(span: Span, count: int, years: int) -> Diagnostic:
    """Return the message for a window of no years, or one that asks for more years than it has."""
    return Diagnostic(
        "impossible-window",
        f"this window asks for {count} of {years} years",
        (Label(span),),
        help="ask for at least one year, and for no more years than the window has: `in 3 of the last 4 Dashboard"
        " years`",
    )


def overlapping_sections(span: Span, first: Span, kinds: Sequence[str]) -> Diagnostic:
    """Return the message for determinations in two sections about one kind of LEA."""
    return Diagnostic(
        "overlapping-sections",
        f"two sections decide the determination of the same LEAs: {' and '.join(kinds)}",
        (Label(span, "the second section"), Label(first, "the first section")),
        help="put the rules that decide one kind of LEA's determination in one section, so that their order is clear",
    )


def several_determinations(span: Span, names: Sequence[str]) -> Diagnostic:
    """Return the message for rules with different determinations that are no ordered choice."""
    return Diagnostic(
        "several-determinations",
        f"these rules could give an LEA {' and '.join(f'`{name}`' for name in names)} at once",
        (Label(span),),
        help="end the section with `otherwise → …`: its rules are then tried in order, and the first to hold decides",
    )


def duplicate_otherwise(span: Span, first: Span) -> Diagnostic:
    """Return the message for a second `otherwise` in a section."""
    return Diagnostic(
        "duplicate-otherwise",
        "this section already has an `otherwise`",
        (Label(span, "the second"), Label(first, "the first")),
    )


def wrong_outcome_place(span: Span, name: str, help_text: str) -> Diagnostic:
    """Return the message for an outcome in a place where it makes no sense."""
    return Diagnostic("misplaced-outcome", f"`{name}` does not fit here", (Label(span),), help=help_text)


def duplicate_label(span: Span, label: str, first: Span) -> Diagnostic:
    """Return the message for a label that two rules have."""
    return Diagnostic(
        "duplicate-label",
        f"two rules have the label `{label}`",
        (Label(span, "the second"), Label(first, "the first")),
        help="give each rule its own label",
    )


def misplaced_rule(span: Span, outcome: str, heading: Span) -> Diagnostic:
    """Return the message for a rule that decides another priority than its heading says."""
    return Diagnostic(
        "misplaced-rule",
        f"this rule decides `{outcome}` but is under the heading of another priority",
        (Label(span), Label(heading, "the heading")),
        help="move it to the right heading, or correct the priority it decides",
    )


def replaced_elsewhere(span: Span, outcome: str, before: str, first: Span) -> Diagnostic:
    """Return the message for a rule that takes the place of one that decides another priority."""
    return Diagnostic(
        "misplaced-rule",
        f"this rule decides `{outcome}` but replaces one that decides `{before}`",
        (Label(span), Label(first, "the rule it replaces")),
        help=f"correct the priority it decides; if you mean to change it, remove the rule and add one for `{outcome}`",
    )


def duplicate_rule(span: Span, first: Span) -> Diagnostic:
    """Return the message for two rules that say the same."""
    return Diagnostic(
        "duplicate-rule",
        "this rule says the same as another",
        (Label(span, "the second"), Label(first, "the first")),
        help="delete one of the two",
    )


def never_for_group(span: Span, indicator: str, groups: Sequence[str]) -> Diagnostic:
    """Return the warning for a narrowing to groups for which the indicator is never reported."""
    return Diagnostic(
        "never-for-group",
        f"`{indicator}` is reported for {' and '.join(groups)} only, so this rule can never hold",
        (Label(span),),
        severity=Severity.WARNING,
    )
