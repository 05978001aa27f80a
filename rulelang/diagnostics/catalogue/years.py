"""Messages about rulesets as a whole and about a year's changes."""

from __future__ import annotations

import re
from collections.abc import Sequence

from attrs import evolve

from rulelang.diagnostics.catalogue.quote import quoted, which_was_meant
from rulelang.diagnostics.diagnostic import Diagnostic, Edit, Label, Severity, at
from rulelang.diagnostics.sentences import in_sentence
from rulelang.diagnostics.source import Span

NAMED_FACTS = 3
"""How many facts are named that an example does not give."""


def missing_ruleset_line(span: Span) -> Diagnostic:
    message = "this file does not begin by saying which ruleset it is"
    help_text = "begin with a line such as `ruleset Differentiated Assistance 2023`"
    return at("missing-ruleset-line", span, message, help_text)


def missing_ruleset_year(span: Span) -> Diagnostic:
    message = "this ruleset has no year"
    help_text = "end the line with the year, such as `ruleset Differentiated Assistance 2023`"
    return at("missing-ruleset-year", span, message, help_text)


def other_year(span: Span, year: int, named: str) -> Diagnostic:
    message = f"this is the ruleset of {year}, but its file is named {named}"
    help_text = "rename the file or correct the line: other years find this year by the file's name"
    return at("other-year", span, message, help_text)


def suspended_otherwise(span: Span, year: int, *, by_vocabulary: bool) -> Diagnostic:
    said, other = ("the vocabulary", "the ruleset") if by_vocabulary else ("the ruleset", "the vocabulary")
    message = f"{said} says that {year} is suspended, but {other} does not"
    help_text = "write `suspended` in the ruleset and `suspended year` in the vocabulary, or neither"
    return at("suspended-with-rules", span, message, help_text)


_SHIPPED = "`rulelang list` lists those that come with rulelang"


def missing_base(span: Span, name: str, path: str, suggestion: str | None) -> Diagnostic:
    """Return the message for a base without a file; `path` is where that of a year would be."""
    near = f"did you mean `based on {suggestion}`?" if suggestion else _SHIPPED
    message = f"there is no ruleset {'for ' if name.isdecimal() else ''}{quoted(name)} to base this one on"
    help_text = (
        f"its file would be `{path}`; for a ruleset that comes with rulelang, name its folder too, as in"
        " `based on assistance/2025`"
        if name.isdecimal()
        else near
    )
    return at("missing-base", span, message, help_text)


def based_on_what_if(span: Span, name: str) -> Diagnostic:
    message = f"{quoted(name)} is a what-if, and nothing can be based on a what-if"
    help_text = "base it on the year that the what-if is based on, and copy its changes"
    return at("based-on-what-if", span, message, help_text)


def what_if_without_base(span: Span) -> Diagnostic:
    message = "this what-if does not say which rules it changes"
    help_text = "write `what if based on assistance/2023`, with the ruleset you mean"
    return at("what-if-without-base", span, message, help_text)


def what_if_named_by_year(span: Span, stem: str) -> Diagnostic:
    message = f"this is a what-if, but its file is named `{stem}.rules`, like the rules of a year"
    help_text = "give the file another name, such as `what-if.rules`: other years would use it as the rules in force"
    return at("what-if-named-by-year", span, message, help_text)


def no_rulesets_in_folder(span: Span, folder: str) -> Diagnostic:
    message = f"there is no folder `{folder}` with rulesets that work out levels"
    help_text = "name a folder of rulesets beside the folder of this file, or one that comes with rulelang"
    return at("no-rulesets-in-folder", span, message, help_text)


def no_levels_of_years(place: Span | None, folder: str, of: Sequence[int]) -> Diagnostic:
    """Return the warning that the levels of some years are never worked out."""
    message = f"`{folder}` has no ruleset of {in_sentence(list(map(str, of)))}: levels are as the files give them"
    help_text = f"to work them out, put a ruleset in the folder for each year, such as `{of[-1]}.rules`"
    return at("no-levels-of-year", place, message, help_text, severity=Severity.WARNING)


def base_not_earlier(span: Span, base: str) -> Diagnostic:
    message = f"this ruleset cannot be based on {quoted(base)}"
    help_text = "base a year on an earlier one, so that no year is based, directly or indirectly, on itself"
    return at("base-cycle", span, message, help_text)


def unmarked_change(span: Span, *, replaces: bool) -> Diagnostic:
    word = "replace" if replaces else "add"
    message = "this file is based on another year, so each rule must say what it does"
    help_text = "write `add` before a new rule, or `replace` before one that replaces the rule with its label"
    return at(
        "unmarked-change",
        span,
        message,
        help_text,
        edits=(Edit(Span(span.source, span.start, span.start), f"{word} "),),
    )


def nothing_to_change(span: Span) -> Diagnostic:
    message = "this file is based on no other year, so there is nothing to change"
    help_text = "add a line such as `based on 2019`, or leave out `add`, `replace`, and `remove`"
    return at("nothing-to-change", span, message, help_text)


def replace_missing(span: Span, label: str, known: Sequence[str]) -> Diagnostic:
    in_order = sorted(known, key=lambda one: re.sub(r"\d+", lambda digits: digits[0].zfill(len(one)), one))
    listed = which_was_meant(label, in_order, has="its rules are", lists="rulelang show")
    message = f"no rule `{label}` is in force"
    return at("no-such-rule", span, message, listed if known else "the base has no rules with labels")


def without_order(span: Span, outcome: str) -> Diagnostic:
    message = f"`{outcome}` is no determination, and only determinations are tried in an order"
    return at("no-place-beside", span, message, f"leave out `{span.words}`")


def beside_itself(span: Span) -> Diagnostic:
    return at("no-place-beside", span, "a rule cannot come before or after itself", f"leave out `{span.words}`")


def of_another_section(span: Span, other: Span) -> Diagnostic:
    message = "these rules are never tried one after the other, because they are about different kinds"
    where = (Label(span), Label(other, "in another section"))
    return at("no-place-beside", where, message, "name a rule of the same section, or leave out the heading")


def otherwise_is_last(span: Span) -> Diagnostic:
    message = "`otherwise` holds if no other rule of its section does, so it is always last"
    return at("no-place-beside", span, message, f"leave out `{span.words}`")


def replace_needs_label(span: Span) -> Diagnostic:
    message = "this does not say which rule it replaces"
    return at("replace-needs-label", span, message, "give it the label of the rule it replaces: `replace 4a: …`")


def changes_nothing(span: Span, label: str, base: Span) -> Diagnostic:
    message = f"this means the same as the rule `{label}` it replaces"
    help_text = "delete the line: the rule of the base stays in force"
    where = (Label(span), Label(base, "the rule in the base"))
    return at("changes-nothing", where, message, help_text, severity=Severity.WARNING)


def inherited_rule(first: Diagnostic, rule: str, source_year: int, year: int) -> Diagnostic:
    """Return the message for a rule of an earlier year that makes no sense in a year based on it; `first` says why."""
    message = f"rule `{rule}` of {source_year} does not work in {year}: {first.message}"
    help_text = f"in {year}, write `replace {rule}: …` or `remove {rule}`"
    return at("inherited-rule", first.labels, message, help_text, notes=(first.help,) if first.help else ())


def inherited_example(first: Diagnostic, title: str, source_year: int, year: int) -> Diagnostic:
    message = f"the example `{title}` of {source_year} does not work in {year}: {first.message}"
    help_text = (
        f'restate it in {year} under the same title, or write `remove examples "{title}"` there, with the reason'
    )
    return at("inherited-example", first.labels, message, help_text)


def no_rules(span: Span) -> Diagnostic:
    message = "no rule is in force in this ruleset"
    help_text = "write rules below it, base it on an earlier year, or say that the year is `suspended`"
    return at("no-rules", span, message, help_text)


def change_without_reason(span: Span) -> Diagnostic:
    message = "this change has no reason and no citation"
    help_text = 'add a line such as `because "…"` or `cites "…"` below it, or below `based on` for all changes'
    return at("change-without-reason", span, message, help_text, severity=Severity.WARNING)


def stray_clause(span: Span) -> Diagnostic:
    return at("stray-clause", span, "there is nothing above this line for it to belong to")


def stray_example_line(span: Span) -> Diagnostic:
    message = "this line belongs in an example, but no example has begun"
    help_text = 'begin one with a line such as `example "Red on ELA and Orange on Math"`'
    return at("stray-example-line", span, message, help_text)


def stray_statement(span: Span) -> Diagnostic:
    return at("second-header", span, "the file has already said this")


def suspended_with_rules(span: Span) -> Diagnostic:
    return at("suspended-with-rules", span, "this year is suspended, so it can have no rules")


def missing_year(span: Span, year: int, path: str) -> Diagnostic:
    message = f"this looks back to {year}, which has no ruleset"
    return at("missing-year", span, message, f"its file would be `{path}`; each year is evaluated by its own ruleset")


def no_such_example(span: Span, title: str, known: Sequence[str]) -> Diagnostic:
    message = f"the base has no example `{title}`"
    help_text = which_was_meant(title, known, has="its examples are", lists="rulelang show") if known else "it has none"
    return at("no-such-example", span, message, help_text)


def duplicate_example(span: Span, title: str) -> Diagnostic:
    return at("duplicate-example", span, f"two examples have the title `{title}`")


def example_of_other_year(span: Span, said: int, year: int) -> Diagnostic:
    message = f"this example is for {said} only, but its file is for {year}"
    help_text = f"write `in {year} only`, or leave it out if later years should inherit the example"
    return at("example-of-other-year", span, message, help_text)


def example_without_kind(span: Span) -> Diagnostic:
    message = "this example does not say what kind of LEA it is about"
    return at("example-without-kind", span, message, "add a line such as `given a school district` below its title")


def example_without_expectation(span: Span) -> Diagnostic:
    message = "this example expects nothing, so it proves nothing"
    return at("example-without-expectation", span, message, "add a line such as `expect Differentiated Assistance`")


def contradicting_facts(span: Span) -> Diagnostic:
    return at("contradicting-facts", span, "this example has already said something else about it")


def unrelated_in_example(span: Span, kind: str, of: str) -> Diagnostic:
    message = f"no `{kind}` belongs to a `{of}`, nor the other way round"
    return at("unrelated-in-example", span, message, "leave it out, or name first what it belongs to")


def uncovered_example(span: Span, title: str, found: str, year: int, expected: str, kind: str) -> Diagnostic:
    help_text = f"no rule for a {kind} holds here: to cover what is left, add `otherwise → {expected}` to those rules"
    return evolve(failed_example(span, title, found, year, None), help=help_text)


def failed_example(
    span: Span, title: str, found: str, year: int, inherited_from: int | None, unknown: Sequence[str] = ()
) -> Diagnostic:
    """Return that an example fails; `unknown` are the facts that a *cannot tell* depends on."""
    more = f", and {len(unknown) - NAMED_FACTS} more" if len(unknown) > NAMED_FACTS else ""
    missing = f"it does not give {', '.join(unknown[:NAMED_FACTS])}{more}, on which the answer rests"
    message, help_text = f"the example `{title}` fails in {year}", None
    if inherited_from is not None:
        still = f"the example is from {inherited_from} and still in force in {year}"
        how = (
            f"{missing}: restate it there with that" if unknown else f"if {year} changes its outcome, restate it there"
        )
        help_text = f"{still}; {how}, or remove it with a reason"
    elif unknown:
        help_text = f"{missing}: add a line below its `given`"
    return at("failed-example", Label(span, found), message, help_text)
