"""Checks of a year's rules as a whole, each a function that reports what it finds."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from rulelang.compiler.context import priority_number
from rulelang.compiler.implication import Implication, OutcomeKey, in_any_order
from rulelang.compiler.in_force import Effective, EffectiveRule
from rulelang.compiler.outcomes import Elaborated
from rulelang.core.tree import Call, Node
from rulelang.core.vocabulary import Vocabulary
from rulelang.diagnostics.catalogue import ambiguity, meaning, names, text, years
from rulelang.diagnostics.diagnostic import Reporter
from rulelang.diagnostics.source import Span
from rulelang.syntax import tree as syn


def lint_all(effective: Effective, vocabulary: Vocabulary, reporter: Reporter) -> None:
    """Report what is wrong with a year's rules as they are written."""
    for item in effective.rules:
        _must_be_whole(item, reporter)
        _must_be_in_place(item, vocabulary, reporter)
        _must_decide_what_it_may(item, vocabulary, reporter)
        _must_be_reported(item, vocabulary, reporter)
    if not effective.rules and not effective.levels and not effective.suspended and not reporter.has_errors:
        reporter.report(years.no_rules(effective.span))
    by_vocabulary = effective.year in vocabulary.suspended
    if effective.suspended != by_vocabulary:
        reporter.report(years.suspended_otherwise(effective.span, effective.year, by_vocabulary=by_vocabulary))
    titles = {priority.number: priority.name for priority in vocabulary.priorities}
    for heading in effective.headings:
        title = titles.get(heading.number.value)
        if title is None:
            reporter.report(names.unknown_priority(heading.number.span, sorted(titles)))
        elif title.casefold() != " ".join(heading.title.text.casefold().split()):
            reporter.report(names.priority_title(heading.title.span, heading.number.value, title))


def _must_be_whole(item: EffectiveRule, reporter: Reporter) -> None:
    """Report a rule without an arrow or an outcome."""
    outcome = f"Priority {item.heading.number.value if item.heading is not None else 4}"
    if item.rule.arrow is None:
        reporter.report(text.missing_arrow(item.rule.span, outcome))
    elif item.rule.outcome is None:
        reporter.report(text.missing_outcome(item.rule.arrow, outcome))


def _must_be_in_place(item: EffectiveRule, vocabulary: Vocabulary, reporter: Reporter) -> None:
    """Report a rule under the heading of another priority than the one it decides."""
    outcome, heading = item.rule.outcome, item.heading
    if outcome is None or heading is None or item.inherited:
        return
    number, known = priority_number(outcome.text), {priority.number for priority in vocabulary.priorities}
    if number in known and number != heading.number.value and not _unclosed_between(heading.span, item, reporter):
        reporter.report(meaning.misplaced_rule(item.rule.span, outcome.text, heading.span))


def _unclosed_between(heading: Span, item: EffectiveRule, reporter: Reporter) -> bool:
    """Return whether a quote is left open between a heading and a rule: it may be that of the rule's own heading."""
    return any(
        one.code == "unclosed-quote"
        and one.span is not None
        and one.span.source == heading.source
        and heading.end <= one.span.start < item.rule.span.start
        for one in reporter.diagnostics
    )


def _must_decide_what_it_may(item: EffectiveRule, vocabulary: Vocabulary, reporter: Reporter) -> None:
    """Report a priority that another one decides, as it would be of no kind of indicator, and a faulty `otherwise`."""
    outcome = item.rule.outcome
    if outcome is None:
        return
    for part in syn.simple_conditions(item.rule.condition) if priority_number(outcome.text) is not None else ():
        if isinstance(part, syn.OutcomeTest) and priority_number(part.outcome.text) is not None:
            help_text = "write its conditions out: a priority is decided by indicators"
            reporter.report(meaning.wrong_outcome_place(part.span, part.outcome.text, help_text))
    determinations = vocabulary.determinations
    is_otherwise = isinstance(item.rule.condition, syn.Otherwise)
    if is_otherwise and outcome.known and outcome.text not in determinations:
        help_text = f"`otherwise` gives a determination: {names.in_words(determinations, 'or')}"
        reporter.report(meaning.wrong_outcome_place(outcome.span, outcome.text, help_text))


def _must_be_reported(item: EffectiveRule, vocabulary: Vocabulary, reporter: Reporter) -> None:
    """Warn about a rule of the year narrowed to student groups for which its indicator is never reported."""
    test = item.rule.condition
    if item.inherited or not isinstance(test, syn.LevelTest):
        return
    named = [vocabulary.indicator(name.text) for name in test.targets.names if name.known]
    for narrowing in (one for one in item.rule.narrowings if not one.excluding):
        groups = {group.text for group in narrowing.groups if group.known}
        never = next((one for one in named if one.only_groups and groups and not groups & {*one.only_groups}), None)
        if never is not None:
            reporter.report(meaning.never_for_group(narrowing.span, never.name, never.only_groups))


def lint_duplicates(elaborated: Sequence[Elaborated], reporter: Reporter) -> None:
    """Report rules that repeat an earlier one, in whatever order of parts."""
    first: dict[tuple[str, Hashable], Elaborated] = {}
    for item in elaborated:
        earlier = first.setdefault((item.rule.outcome, in_any_order(item.node)), item)
        if earlier is not item and not item.rule.otherwise:
            reporter.report(meaning.duplicate_rule(item.span, earlier.span))


def lint_order(elaborated: Sequence[Elaborated], year: int, vocabulary: Vocabulary, reporter: Reporter) -> None:
    """Report determinations that never decide: another one above, in the same section, holds wherever they do.

    Where the first of those gives the same determination, the two are alternatives, and the second does no harm.
    """
    of_kind = {outcome.name: outcome.kind for outcome in vocabulary.outcomes}
    by_outcome: dict[str, list[Node]] = {}
    for item in elaborated:
        by_outcome.setdefault(item.rule.outcome, []).append(item.node)
    others = [(name, nodes) for name, nodes in by_outcome.items() if of_kind.get(name) != "determination"]
    outcomes: dict[OutcomeKey, Node] = {(year, name): Call("or", tuple(nodes)) for name, nodes in others}
    found = Implication(outcomes)
    tried = [one for one in elaborated if of_kind.get(one.rule.outcome) == "determination" and not one.rule.otherwise]
    for at, item in enumerate(tried):
        above = (one for one in tried[:at] if one.kinds == item.kinds)
        first = next((one for one in above if found.follows(one.node, item.node)), None)
        if first is not None and first.rule.outcome != item.rule.outcome:
            reporter.report(ambiguity.never_decides(item.span, first.span))
