"""Checks of a year's rules as a whole, each a function that reports what it finds."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import Final

from attrs import define, evolve, field

from rulelang.compiler.context import priority_number
from rulelang.compiler.in_force import Effective, EffectiveRule, place_of
from rulelang.compiler.outcomes import Elaborated, sections_of
from rulelang.core import tree as core
from rulelang.core.tree import Call, Node
from rulelang.core.truth import Amount, Quantity
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
        _must_be_tried_beside(item, vocabulary, reporter)
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


def _must_be_tried_beside(item: EffectiveRule, vocabulary: Vocabulary, reporter: Reporter) -> None:
    """Report a rule put before or after another, if the two are not tried in an order."""
    other, place = item.beside, item.rule.beside
    if other is None or place is None or item.inherited:
        return
    outcomes = [one.outcome.text for one in (item.rule, other.rule) if one.outcome is not None and one.outcome.known]
    undetermined = next((one for one in outcomes if one not in vocabulary.determinations), None)
    below = other.rule if place.how == "after" else item.rule
    if undetermined is not None:
        reporter.report(years.without_order(place.span, undetermined))
    elif {one.text for one in item.kinds} != {one.text for one in other.kinds}:
        reporter.report(years.of_another_section(place.span, other.span))
    elif isinstance(below.condition, syn.Otherwise):
        reporter.report(years.otherwise_is_last(place.span))


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


def lint_elaborated(
    elaborated: Sequence[Elaborated], effective: Effective, vocabulary: Vocabulary, reporter: Reporter
) -> None:
    """Report what is wrong with a year's rules beside one another."""
    _must_not_repeat(elaborated, reporter)
    _must_be_in_order(elaborated, effective, vocabulary, reporter)


def _must_not_repeat(elaborated: Sequence[Elaborated], reporter: Reporter) -> None:
    """Report rules that repeat an earlier one, in whatever order of parts."""
    first: dict[tuple[str, Hashable], Elaborated] = {}
    for item in elaborated:
        earlier = first.setdefault((item.rule.outcome, in_any_order(item.node)), item)
        if earlier is not item and not item.rule.otherwise:
            reporter.report(meaning.duplicate_rule(item.span, earlier.span))


def _must_be_in_order(
    elaborated: Sequence[Elaborated], effective: Effective, vocabulary: Vocabulary, reporter: Reporter
) -> None:
    """Report determinations that never decide: another one above, in the same section, holds wherever they do.

    Where the first of those gives the same determination, the two are alternatives, and the second does no harm. Of an
    added one that is tried below those of the base, and does not say so, the place is asked about.
    """
    of_kind = {outcome.name: outcome.kind for outcome in vocabulary.outcomes}
    by_outcome: dict[str, list[Node]] = {}
    for item in elaborated:
        by_outcome.setdefault(item.rule.outcome, []).append(item.node)
    others = [(name, nodes) for name, nodes in by_outcome.items() if of_kind.get(name) != "determination"]
    found = Implication({(effective.year, name): Call("or", tuple(nodes)) for name, nodes in others})
    added = {place_of(one.span) for one in effective.rules if one.is_placed_last}
    for section in sections_of(elaborated, vocabulary).values():
        default = next((one for one in section if one.rule.otherwise), None)
        tried = [one for one in section if not one.rule.otherwise]
        for at, item in enumerate(tried):
            above, below = tried[:at], tried[at + 1 :]
            first = next((one for one in above if found.follows(one.node, item.node)), None)
            if first is not None and first.rule.outcome != item.rule.outcome:
                labels = (item.rule.label, first.rule.label) if first.span.source is not item.span.source else None
                reporter.report(ambiguity.never_decides(item.span, first.span, labels))
            elif default is not None and (other := _leaves_to_otherwise(item, above, below, default)) is not None:
                labels = item.rule.label, other.rule.label
                reporter.report(ambiguity.same_as_otherwise(item.span, default.span, *labels))
            elif place_of(item.span) in added:
                _ask_where_added(item, above, reporter)


def _leaves_to_otherwise(
    item: Elaborated, above: Sequence[Elaborated], below: Sequence[Elaborated], default: Elaborated
) -> Elaborated | None:
    """Return the first rule above an added one that gives what `otherwise` gives, if it exempts no one; else None."""
    outcome = default.rule.outcome
    is_added = item.span.source is not default.span.source and item.rule.outcome == outcome
    if not is_added or any(one.rule.outcome != outcome for one in below):
        return None
    return next((one for one in above if one.rule.outcome != outcome), None)


def _ask_where_added(item: Elaborated, above: Sequence[Elaborated], reporter: Reporter) -> None:
    """Ask whether an added determination comes before others, or after them, where no reader sees these above it.

    They are in the file of the base, or further down in its own: a rule that is replaced keeps its place.
    """
    unseen = [one for one in above if one.span.source is not item.span.source or one.span.start > item.span.start]
    labels = [one.rule.label for one in unseen if one.rule.label is not None]
    if labels and any(one.rule.outcome != item.rule.outcome for one in unseen):
        reporter.report(ambiguity.tried_last(item.span, item.rule.label, unseen[0].span, (labels[0], labels[-1])))


# ---- whether two conditions mean the same, and whether one holds whenever another does ----

# Both answers are sure if they are yes: the second is then never further from yes than the first, unknown in between.
# If they are no, the conditions may still be equivalent in a way that is not seen here: what is compared is the
# structure of conditions, never the possible data.


STEPS: Final = 20_000
"""The most pairs of conditions that are compared in a year's rules; beyond it, the answer is no."""

OutcomeKey = tuple[int, str]
"""The year and the name of an outcome."""


def in_any_order(node: core.Node) -> Hashable:
    """Return a value that two nodes share if they differ only in the order of their parts."""
    if test := core.named_test(node):
        asked, names = test
        return "is one of", in_any_order(asked), frozenset(names)
    match node:
        case core.Call("and" | "or" as joint, parts):
            found = frozenset(part for one in parts for part in _parts_in_any_order(one, joint))
            return next(iter(found)) if len(found) == 1 else (joint, found)
        case core.Call(operator, arguments):
            return operator, tuple(in_any_order(one) for one in arguments)
        case core.Fold(how, over, items):
            return how, over, frozenset((one.name, in_any_order(one.of), in_any_order(one.where)) for one in items)
        case _:
            return node


def _parts_in_any_order(node: core.Node, joint: str) -> list[Hashable]:
    """Return the parts that a node adds to an `and` or an `or`: itself, or its own if the same word joins them."""
    if core.is_call(node, joint):
        return [part for one in node.arguments for part in _parts_in_any_order(one, joint)]
    return [in_any_order(node)]


@define
class Implication:
    """What follows from what; `outcomes` has what the outcomes that a condition may refer to are made of."""

    outcomes: Mapping[OutcomeKey, core.Node]
    _known: dict[tuple[Hashable, Hashable], bool] = field(factory=dict)
    _left: int = STEPS

    def follows(self, second: core.Node, first: core.Node) -> bool:
        """Return whether the second condition is sure to hold whenever the first does."""
        if self._left <= 0:
            return False
        self._left -= 1
        key = in_any_order(first), in_any_order(second)
        if key[0] == key[1]:
            return True
        if key not in self._known:
            self._known[key] = False  # so that outcomes that depend on one another in a circle come to an end
            self._known[key] = self._follows(second, first)
        return self._known[key]

    def _follows(self, second: core.Node, first: core.Node) -> bool:
        match first, second:
            case _, core.Call("and", parts):
                return all(self.follows(part, first) for part in parts)
            case core.Call("or", parts), _:
                return bool(parts) and all(self.follows(second, part) for part in parts)
            case _:
                return self._is_wider(second, first) or any(self.follows(*pair) for pair in self._ways(second, first))

    def _ways(self, second: core.Node, first: core.Node) -> Iterator[tuple[core.Node, core.Node]]:
        """Yield pairs each of which is enough: a part of the premise, an alternative of the conclusion, an outcome."""
        if core.is_call(first, "and"):
            yield from ((second, part) for part in first.arguments)
        if core.is_call(second, "or"):
            yield from ((part, first) for part in second.arguments)
        if isinstance(first, core.Ref) and (first.year, first.name) in self.outcomes:
            yield second, self.outcomes[first.year, first.name]
        if isinstance(second, core.Ref) and (second.year, second.name) in self.outcomes:
            yield self.outcomes[second.year, second.name], first

    def _is_wider(self, second: core.Node, first: core.Node) -> bool:
        """Return whether one test allows more levels, or one count asks for less, than another of the same things."""
        few, many = core.named_test(first), core.named_test(second)
        if few is not None and many is not None:
            return few[0] == many[0] and {*few[1]} <= {*many[1]}
        match first, second:
            case core.Call("not", (one,)), core.Call("not", (other,)):
                return self.follows(one, other)
            case core.Fold(), core.Fold() if _asks_for_as_many(first.how, second.how) and first.over == second.over:
                if not core.binds_groups(first):
                    return in_any_order(evolve(first, how=second.how)) == in_any_order(second)
                (narrow,), (wide,) = first.items, second.items
                return narrow.where == wide.where and self.follows(wide.of, narrow.of)
            case _:
                return False


def _asks_for_as_many(first: core.Combination, second: core.Combination) -> bool:
    """Return whether a number that is enough for the first quantity is enough for the second: both are `at least`."""
    some = (Amount.AT_LEAST, Amount.EXACTLY)
    if not (isinstance(first, Quantity) and isinstance(second, Quantity)):
        return False
    return first.amount in some and second.amount is Amount.AT_LEAST and first.number >= second.number > 0
