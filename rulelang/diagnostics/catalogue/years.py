"""Messages about rulesets as a whole and about a year's changes."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import evolve

from rulelang.diagnostics.catalogue.quote import quoted, which_was_meant
from rulelang.diagnostics.diagnostic import Diagnostic, Edit, Label, Severity
from rulelang.diagnostics.source import Span


def missing_ruleset_line(span: Span) -> Diagnostic:
    """Return the message for a rule file that does not say what it is."""
    return Diagnostic(
        "missing-ruleset-line",
        "this file does not begin by saying which ruleset it is",
        (Label(span),),
        help="begin with a line such as `ruleset Differentiated Assistance 2023`",
    )


def missing_ruleset_year(span: Span) -> Diagnostic:
    """Return the message for a ruleset without a year."""
    return Diagnostic(
        "missing-ruleset-year",
        "this ruleset has no year",
        (Label(span),),
        help="end the line with the Dashboard year, such as `ruleset Differentiated Assistance 2023`",
    )


def other_year(span: Span, year: int, named: str) -> Diagnostic:
    """Return the message for a file whose name is another year than its first line says."""
    return Diagnostic(
        "other-year",
        f"this is the ruleset of {year}, but its file is named {named}",
        (Label(span),),
        help="rename the file or correct the line: other years find this year by the file's name",
    )


def suspended_otherwise(span: Span, year: int, *, by_vocabulary: bool) -> Diagnostic:
    """Return the message for a year of which ruleset and vocabulary do not agree whether it is suspended."""
    said, other = ("the vocabulary", "the ruleset") if by_vocabulary else ("the ruleset", "the vocabulary")
    return Diagnostic(
        "suspended-with-rules",
        f"{said} says that {year} is suspended, but {other} does not",
        (Label(span),),
        help="write `suspended` in the ruleset and `suspended year` in the vocabulary, or neither",
    )


_SHIPPED = "`rulelang list` lists those that come with rulelang"


def missing_base(span: Span, name: str, path: str, suggestion: str | None) -> Diagnostic:
    """Return the message for a base without a file; `path` is where that of a year would be."""
    near = f"did you mean `based on {suggestion}`?" if suggestion else _SHIPPED
    return Diagnostic(
        "missing-base",
        f"there is no ruleset {'for ' if name.isdecimal() else ''}{quoted(name)} to base this one on",
        (Label(span),),
        help=f"its file would be `{path}`; for a ruleset that comes with rulelang, name its folder too, as in"
        " `based on assistance/2025`"
        if name.isdecimal()
        else near,
    )


def based_on_what_if(span: Span, name: str) -> Diagnostic:
    """Return the message for a ruleset that is based on a what-if."""
    return Diagnostic(
        "based-on-what-if",
        f"{quoted(name)} is a what-if, and nothing can be based on a what-if",
        (Label(span),),
        help="base it on the year that the what-if is based on, and copy its changes",
    )


def what_if_without_base(span: Span) -> Diagnostic:
    """Return the message for a what-if that is based on nothing."""
    return Diagnostic(
        "what-if-without-base",
        "this what-if does not say which rules it changes",
        (Label(span),),
        help="write `what if based on assistance/2023`, with the ruleset you mean",
    )


def what_if_named_by_year(span: Span, stem: str) -> Diagnostic:
    """Return the message for a what-if in a file that is named as the rules of a year are."""
    return Diagnostic(
        "what-if-named-by-year",
        f"this is a what-if, but its file is named `{stem}.rules`, like the rules of a year",
        (Label(span),),
        help="give the file another name, such as `what-if.rules`: other years would use it as the rules in force",
    )


def no_rulesets_in_folder(span: Span, folder: str) -> Diagnostic:
    """Return the message for `levels from` a folder without rulesets."""
    return Diagnostic(
        "no-rulesets-in-folder",
        f"there is no folder `{folder}` with rulesets that work out levels",
        (Label(span),),
        help="name a folder of rulesets beside the folder of this file, or one that comes with rulelang",
    )


def base_not_earlier(span: Span, base: str) -> Diagnostic:
    """Return the message for a base that is the year itself or later."""
    return Diagnostic(
        "base-cycle",
        f"this ruleset cannot be based on {quoted(base)}",
        (Label(span),),
        help="base a year on an earlier one, so that no year is based, directly or indirectly, on itself",
    )


def unmarked_change(span: Span, *, replaces: bool) -> Diagnostic:
    """Return the message for a bare rule in a file that is based on another, with the word that is missing."""
    word = "replace" if replaces else "add"
    return Diagnostic(
        "unmarked-change",
        "this file is based on another year, so each rule must say what it does",
        (Label(span),),
        help="write `add` before a new rule, or `replace` before one that replaces the rule with its label",
        edits=(Edit(Span(span.source, span.start, span.start), f"{word} "),),
    )


def nothing_to_change(span: Span) -> Diagnostic:
    """Return the message for a change in a file that is based on nothing."""
    return Diagnostic(
        "nothing-to-change",
        "this file is based on no other year, so there is nothing to change",
        (Label(span),),
        help="add a line such as `based on 2019`, or leave out `add`, `replace`, and `remove`",
    )


def replace_missing(span: Span, label: str, known: Sequence[str]) -> Diagnostic:
    """Return the message for a replacement or removal of a rule that is not there."""
    listed = which_was_meant(label, known, has="its rules are", lists="rulelang show")
    return Diagnostic(
        "no-such-rule",
        f"the base has no rule `{label}` to replace or remove",
        (Label(span),),
        help=listed if known else "the base has no rules with labels",
    )


def replace_needs_label(span: Span) -> Diagnostic:
    """Return the message for a replacement without a label."""
    return Diagnostic(
        "replace-needs-label",
        "this does not say which rule it replaces",
        (Label(span),),
        help="give it the label of the rule it replaces: `replace 4a: …`",
    )


def changes_nothing(span: Span, label: str, base: Span) -> Diagnostic:
    """Return the message for a replacement that means the same as what it replaces."""
    return Diagnostic(
        "changes-nothing",
        f"this means the same as the rule `{label}` it replaces",
        (Label(span), Label(base, "the rule in the base")),
        help="delete the line: the rule of the base stays in force",
    )


def inherited_rule(first: Diagnostic, rule: str, source_year: int, year: int) -> Diagnostic:
    """Return the message for a rule of an earlier year that makes no sense in a year based on it; `first` says why."""
    return Diagnostic(
        "inherited-rule",
        f"rule `{rule}` of {source_year} does not work in {year}: {first.message}",
        first.labels,
        help=f"in {year}, write `replace {rule}: …` or `remove {rule}`",
        notes=(first.help,) if first.help else (),
    )


def inherited_example(first: Diagnostic, title: str, source_year: int, year: int) -> Diagnostic:
    """Return the message for an example of an earlier year that makes no sense in a year based on it."""
    return Diagnostic(
        "inherited-example",
        f"the example `{title}` of {source_year} does not work in {year}: {first.message}",
        first.labels,
        help=f'restate it in {year} under the same title, or write `remove examples "{title}"` there, with the reason',
    )


def no_rules(span: Span) -> Diagnostic:
    """Return the message for a ruleset in which no rule is in force."""
    return Diagnostic(
        "no-rules",
        "no rule is in force in this ruleset",
        (Label(span),),
        help="write rules below it, base it on an earlier year, or say that the year is `suspended`",
    )


def change_without_reason(span: Span) -> Diagnostic:
    """Return the warning for a change that gives no reason and cites nothing."""
    return Diagnostic(
        "change-without-reason",
        "this change has no reason and no citation",
        (Label(span),),
        help='add a line such as `because "…"` or `cites "…"` below it, or below `based on` for all changes',
        severity=Severity.WARNING,
    )


def stray_clause(span: Span) -> Diagnostic:
    """Return the message for a `because` or `cites` with nothing above it."""
    return Diagnostic("stray-clause", "there is nothing above this line for it to belong to", (Label(span),))


def stray_example_line(span: Span) -> Diagnostic:
    """Return the message for a line of an example outside one."""
    return Diagnostic(
        "stray-example-line",
        "this line belongs in an example, but no example has begun",
        (Label(span),),
        help='begin one with a line such as `example "Red on ELA and Orange on Math"`',
    )


def stray_statement(span: Span) -> Diagnostic:
    """Return the message for a second header line."""
    return Diagnostic("second-header", "the file has already said this", (Label(span),))


def suspended_with_rules(span: Span) -> Diagnostic:
    """Return the message for rules in a year that is suspended."""
    return Diagnostic("suspended-with-rules", "this year is suspended, so it can have no rules", (Label(span),))


def missing_year(span: Span, year: int, path: str) -> Diagnostic:
    """Return the message for a window that looks back to a year without a ruleset."""
    return Diagnostic(
        "missing-year",
        f"this looks back to {year}, which has no ruleset",
        (Label(span),),
        help=f"its file would be `{path}`; each year is evaluated by its own ruleset",
    )


def no_such_example(span: Span, title: str, known: Sequence[str]) -> Diagnostic:
    """Return the message for the removal of an example that is not there."""
    return Diagnostic(
        "no-such-example",
        f"the base has no example `{title}`",
        (Label(span),),
        help=which_was_meant(title, known, has="its examples are", lists="rulelang show") if known else "it has none",
    )


def duplicate_example(span: Span, title: str) -> Diagnostic:
    """Return the message for two examples of one title in a file."""
    return Diagnostic("duplicate-example", f"two examples have the title `{title}`", (Label(span),))


def example_of_other_year(span: Span, said: int, year: int) -> Diagnostic:
    """Return the message for an example that is of another year only than that of its file."""
    return Diagnostic(
        "example-of-other-year",
        f"this example is for {said} only, but its file is for {year}",
        (Label(span),),
        help=f"write `in {year} only`, or leave it out if later years should inherit the example",
    )


def example_without_kind(span: Span) -> Diagnostic:
    """Return the message for an example that does not say what kind of LEA it is about."""
    return Diagnostic(
        "example-without-kind",
        "this example does not say what kind of LEA it is about",
        (Label(span),),
        help="add a line such as `given a school district` below its title",
    )


def example_without_expectation(span: Span) -> Diagnostic:
    """Return the message for an example that expects nothing."""
    return Diagnostic(
        "example-without-expectation",
        "this example expects nothing, so it proves nothing",
        (Label(span),),
        help="add a line such as `expect Differentiated Assistance`",
    )


def contradicting_facts(span: Span) -> Diagnostic:
    """Return the message for a fact that an example has stated otherwise already."""
    return Diagnostic("contradicting-facts", "this example has already said something else about it", (Label(span),))


def unrelated_in_example(span: Span, kind: str, of: str) -> Diagnostic:
    """Return the message for an entity in an example that has nothing to do with the one the example is about."""
    return Diagnostic(
        "unrelated-in-example",
        f"no `{kind}` belongs to a `{of}`, nor the other way round",
        (Label(span),),
        help="leave it out, or name first what it belongs to",
    )


def uncovered_example(span: Span, title: str, found: str, year: int, expected: str, kind: str) -> Diagnostic:
    """Return the message for an example in which no rule gives an LEA, which is of a kind, a determination."""
    help_text = f"no rule for a {kind} holds here: to cover what is left, add `otherwise → {expected}` to those rules"
    return evolve(failed_example(span, title, found, year, None), help=help_text)


def failed_example(span: Span, title: str, found: str, year: int, inherited_from: int | None) -> Diagnostic:
    """Return the message for an example whose outcome is another than it expects."""
    inherited = (
        f"the example is from {inherited_from} and still in force in {year}; if {year} changes its outcome, restate"
        f" it there, or remove it with a reason"
    )
    return Diagnostic(
        "failed-example",
        f"the example `{title}` fails in {year}",
        (Label(span, found),),
        help=inherited if inherited_from is not None else None,
    )
