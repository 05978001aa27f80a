"""Messages about sentences that can be read but do not mean one thing."""

from __future__ import annotations

from collections.abc import Sequence

from rulelang.diagnostics.diagnostic import Diagnostic, Edit, Label, Severity, at
from rulelang.diagnostics.sentences import in_sentence, with_article
from rulelang.diagnostics.source import Span


def mixed_and_or(span: Span, first: Span, second: Span, readings: Sequence[str] = ()) -> Diagnostic:
    written = tuple(f"it could mean `{words}`" for words in readings)
    message = f"`{first.text}` and `{second.text}` are in the same condition, which could mean two things"
    help_text = "write the one you mean" if written else "put parentheses around what belongs together"
    return at(
        "mixed-and-or",
        (Label(second, f"`{second.text}` here"), Label(first, f"`{first.text}` here")),
        message,
        help_text,
        notes=written or (f"the condition is: {span.words}",),
        choices=tuple(Edit(span, words) for words in readings),
    )


def needs_student_group(span: Span, entity: str) -> Diagnostic:
    message = f"this is about a student group, but the rule is about the {entity}"
    help_text = "say which: `any student group meets …`, `3 or more student groups meet …`"
    return at("needs-student-group", Label(span, "of which student group?"), message, help_text)


def needs_lea(span: Span, entity: str, each: str | None = None) -> Diagnostic:
    """Return the message for a condition about an entity's student groups in a rule about one student group.

    `each` says it of one of them, where any of them is asked: the rule asks it of each of them already.
    """
    message = f"this counts the {entity}'s student groups, but the rule is about one student group"
    help_text = (
        f"have the rule decide an outcome of the {entity}, such as a method"
        if each is None
        else f"a priority is decided for each student group: write only `{each}`"
    )
    return at("needs-lea", span, message, help_text, edits=(Edit(span, each),) if each else ())


def mixed_indicator_kinds(span: Span, label: str, kinds: Sequence[str]) -> Diagnostic:
    joined = " and ".join(kinds)
    message = f"rule `{label}` uses {joined} indicators, so it counts for neither alone"
    return at("mixed-indicator-kinds", span, message, "write one rule for each kind of indicator")


def circular_outcomes(span: Span, names: Sequence[str]) -> Diagnostic:
    message = f"`{names[0]}` depends on itself: {' → '.join(names)}"
    help_text = "an outcome can depend on other outcomes, but not, directly or indirectly, on itself"
    return at("circular-outcomes", span, message, help_text)


def undecided_outcome(span: Span, name: str) -> Diagnostic:
    message = f"no rule decides `{name}`, so this can never hold"
    return at("undecided-outcome", span, message, f"add a rule `… → {name}`, or delete it from this condition")


def decided_for_others(span: Span, name: str, kinds: Sequence[str], about: Sequence[str]) -> Diagnostic:
    message = f"no rule decides `{name}` for {with_article(in_sentence(about, 'or'))}, so this can never hold"
    help_text = f"rules decide it for {with_article(in_sentence(kinds, 'or'))}: say whose it is, or add a rule"
    return at("undecided-outcome", span, message, help_text)


def undecided_then(span: Span, name: str, years: Sequence[int]) -> Diagnostic:
    listed = " and ".join(str(year) for year in years)
    message = f"no rule of {listed} decides `{name}`, so this can never hold"
    help_text = "ask for an outcome that those years decide; `rulelang show` prints the rules of a year"
    return at("undecided-outcome", span, message, help_text)


def impossible_window(span: Span, count: int, years: int) -> Diagnostic:
    message = f"this window asks for {count} of {years} years"
    help_text = "ask for at least one year, and for no more years than the window has: `in 3 of the last 4 years`"
    return at("impossible-window", span, message, help_text)


def overlapping_sections(span: Span, first: Span, kinds: Sequence[str]) -> Diagnostic:
    message = f"two sections decide the determination of the same LEAs: {' and '.join(kinds)}"
    help_text = "put the rules that decide one kind of LEA's determination in one section, so that their order is clear"
    return at(
        "overlapping-sections",
        (Label(span, "the second section"), Label(first, "the first section")),
        message,
        help_text,
    )


def several_determinations(span: Span, names: Sequence[str]) -> Diagnostic:
    message = f"these rules could give an LEA {' and '.join(f'`{name}`' for name in names)} at once"
    help_text = "end the section with `otherwise → …`: its rules are then tried in order, and the first to hold decides"
    return at("several-determinations", span, message, help_text)


def duplicate_otherwise(span: Span, first: Span) -> Diagnostic:
    message = "this section already has an `otherwise`"
    return at("duplicate-otherwise", (Label(span, "the second"), Label(first, "the first")), message)


def wrong_outcome_place(span: Span, name: str, help_text: str) -> Diagnostic:
    return at("misplaced-outcome", span, f"`{name}` does not fit here", help_text)


def duplicate_label(span: Span, label: str, first: Span) -> Diagnostic:
    message = f"two rules have the label `{label}`"
    help_text = "give each rule its own label"
    return at("duplicate-label", (Label(span, "the second"), Label(first, "the first")), message, help_text)


def misplaced_rule(span: Span, outcome: str, heading: Span) -> Diagnostic:
    message = f"this rule decides `{outcome}` but is under the heading of another priority"
    help_text = "move it to the right heading, or correct the priority it decides"
    return at("misplaced-rule", (Label(span), Label(heading, "the heading")), message, help_text)


def replaced_elsewhere(span: Span, outcome: str, before: str, first: Span) -> Diagnostic:
    message = f"this rule decides `{outcome}` but replaces one that decides `{before}`"
    help_text = (
        f"correct the priority it decides; if you mean to change it, remove the rule and add one for `{outcome}`"
    )
    return at("misplaced-rule", (Label(span), Label(first, "the rule it replaces")), message, help_text)


def duplicate_rule(span: Span, first: Span) -> Diagnostic:
    message = "this rule says the same as another"
    help_text = "delete one of the two"
    return at("duplicate-rule", (Label(span, "the second"), Label(first, "the first")), message, help_text)


def never_for_group(span: Span, indicator: str, groups: Sequence[str]) -> Diagnostic:
    message = f"`{indicator}` is reported for {' and '.join(groups)} only, so this rule can never hold"
    return at("never-for-group", span, message, severity=Severity.WARNING)
