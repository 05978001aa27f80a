"""From the sentences in force to definitions: one for each rule, each shared outcome, and the determination.

Definitions refer to one another by name, so they are made in two steps: first what each rule decides (`decided_by`),
which conditions need in order to refer to it, then the definitions themselves, ordered so that each comes after those
it refers to.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from itertools import combinations, product
from typing import NamedTuple

from attrs import evolve

from rulelang.compiler.context import Context, Decided, is_one_of, priority_number
from rulelang.compiler.elaborate import condition, narrowed
from rulelang.compiler.in_force import Effective, EffectiveRule
from rulelang.compiler.levels import indicators_counted, scales_asked
from rulelang.compiler.numbers import numbers_called
from rulelang.core import tree as core
from rulelang.core.record_words import folded
from rulelang.core.ruleset import (
    DETERMINATION,
    LABEL,
    NOT_COVERED,
    PUBLISHED,
    Definition,
    Rule,
    priority_outcome,
    rule_name,
)
from rulelang.core.vocabulary import Indicator, Scope, Vocabulary
from rulelang.core.walk import fields_in, references_in, walk
from rulelang.diagnostics.catalogue import ambiguity, meaning, years
from rulelang.diagnostics.diagnostic import Reporter, Severity
from rulelang.diagnostics.source import Span
from rulelang.syntax import tree as syn


class Elaborated(NamedTuple):
    """A rule with its node and its place."""

    rule: Rule
    node: core.Node
    span: Span


def decided_by(effective: Effective, vocabulary: Vocabulary) -> Decided:
    """Return what the rules in force decide, and whether each outcome is of a student group or of the LEA."""
    scopes: dict[str, Scope] = {}
    of_kinds: dict[str, frozenset[str]] = {}
    every_kind = frozenset(kind.name for kind in vocabulary.kinds)
    priorities: set[int] = set()
    labels: dict[str, str] = {}
    for item in effective.rules:
        outcome = item.rule.outcome
        if outcome is None or not outcome.known:
            continue
        labels[(item.label or "").casefold()] = outcome.text
        section = frozenset(name.text for name in item.kinds) or every_kind
        number = priority_number(outcome.text)
        if number is None:
            of_kinds[outcome.text] = of_kinds.get(outcome.text, frozenset()) | section
            scopes[outcome.text] = Scope.GROUP if outcome.text in vocabulary.group_outcomes else Scope.LEA
            continue
        priorities.add(number)
        read = _kinds_read(item, effective, vocabulary)
        scope = _scope_of_rule(item.rule, read, vocabulary)
        for name in (outcome.text, *(priority_outcome(number, kind) for kind in read)):
            of_kinds[name] = of_kinds.get(name, frozenset()) | section
            scopes[name] = Scope.GROUP if scopes.get(name) is Scope.GROUP else scope
    kinds = _kinds_determined(effective, vocabulary)
    return Decided(scopes, of_kinds, tuple(sorted(priorities)), kinds, labels)


def _kinds_determined(effective: Effective, vocabulary: Vocabulary) -> tuple[str, ...]:
    """Return the kinds of LEA of the sections that give determinations; all, if none does or one has no section."""
    determinations = vocabulary.determinations
    sections = [
        {name.text for name in item.kinds}
        for item in effective.rules
        if item.rule.outcome is not None and item.rule.outcome.text in determinations
    ]
    everywhere = not sections or any(not section for section in sections)
    return tuple(kind.name for kind in vocabulary.kinds if everywhere or any(kind.name in one for one in sections))


def _scope_of_rule(rule: syn.Rule, read: frozenset[str], vocabulary: Vocabulary) -> Scope:
    """Return whether a priority's rule is about a student group; only facts of the LEA alone make it about the LEA."""
    scopes = {sort.name: sort.scope for sort in vocabulary.indicator_kinds}
    of_lea = read and all(scopes[kind] is Scope.LEA for kind in read) and not rule.narrowings
    return Scope.LEA if of_lea else Scope.GROUP


def _said(written: syn.Node) -> Iterable[syn.Node]:
    """Yield a condition or an expression and its parts, without those about student groups and other entities."""
    waiting = [written]
    while waiting:
        one = waiting.pop()
        yield one
        if not isinstance(one, syn.GroupTest | syn.RelatedTest | syn.RelatedValue | syn.RankedTest | syn.GroupNumber):
            waiting.extend(syn.parts(one))


def _indicators_named(written: syn.Node) -> Iterable[syn.Name]:
    """Yield the indicators that a condition or an expression names."""
    for part in _said(written):
        if isinstance(part, syn.LevelTest):
            yield from part.targets.names
        elif isinstance(part, syn.NumberName) and part.of is not None:
            yield part.of


def _kinds_read(item: EffectiveRule, effective: Effective, vocabulary: Vocabulary) -> frozenset[str]:
    """Return the kinds of the indicators that a rule names or counts, or whose numbers it reads through measures."""
    waiting: list[syn.Node] = [item.rule.condition]
    kinds: set[str] = set()
    seen: set[str] = set()
    while waiting:
        written = waiting.pop()
        kinds.update(vocabulary.indicator(name.text).kind for name in _indicators_named(written) if name.known)
        for part in _said(written):
            if isinstance(part, syn.IndicatorTest):
                scales = {scale.name for scale in scales_asked(part.levels, vocabulary)}
                kinds.update(one.kind for one in indicators_counted(part, vocabulary) if scales & {*one.scales})
            elif isinstance(part, syn.NumberName) and folded(part.name.text) not in seen:
                seen.add(folded(part.name.text))
                holders, measures = _behind(part, effective, vocabulary)
                kinds.update(vocabulary.indicator(holder).kind for holder in holders)
                waiting.extend(measures)
    return frozenset(kinds)


def _behind(
    written: syn.NumberName, effective: Effective, vocabulary: Vocabulary
) -> tuple[list[str], list[syn.Expression | syn.LookUp]]:
    """Return the indicators whose number or measure a name may be, and the expressions of measures of none."""
    text = folded(written.name.text)
    measures = [one for one in effective.levels if one.what == "measure" and folded(one.name) == text]
    if not measures:
        return [holder for one in numbers_called(vocabulary, text) for holder in one.indicators], []
    named = [one.of for one in measures if one.indicator is not None and one.indicator.known]
    free = [one.statement.value for one in measures if not one.of and isinstance(one.statement, syn.Measure)]
    return named, free


# ---- rules ----


def elaborate_rules(effective: Effective, context: Context) -> list[Elaborated]:
    """Return the rules in force with their nodes; those that make no sense are reported and left out."""
    found = []
    for index, item in enumerate(effective.rules, 1):
        elaborated = _inherited(item, index, context) if item.inherited else _elaborate(item, index, context)
        if elaborated is not None:
            found.append(elaborated)
            _must_change(item, elaborated, context)
    return found


def _inherited(item: EffectiveRule, index: int, context: Context) -> Elaborated | None:
    """Return a rule of the base, after one message if the year at hand has to replace or remove it.

    An outcome that the year no longer decides is met by nobody; None if the rule cannot do without what is gone.
    """
    reporter = Reporter()
    bears = {"undecided-outcome": Severity.ERROR, **context.bears}
    elaborated = _elaborate(item, index, evolve(context, reporter=reporter, bears=bears))
    of_year = next((found for found in reporter.diagnostics if found.code in WRONG_IN_A_YEAR), None)
    if of_year is not None and not context.bears:
        rule = item.label or item.rule.span.text
        found = years.inherited_rule(of_year, rule, item.year, context.year)
        context.report(evolve(found, severity=of_year.severity, stops=elaborated is None))
    else:
        for found in reporter.diagnostics:
            context.report(found)
    return elaborated


WRONG_IN_A_YEAR = frozenset({"level-not-in-year", "group-not-in-year", "undecided-outcome"})
"""Mistakes that a rule may have in one year and not in another."""


def _must_change(item: EffectiveRule, elaborated: Elaborated, context: Context) -> None:
    """Report a replacement that means, in this year, the same as the rule it replaces, and has no place of its own."""
    if item.replaced is None or item.beside is not None or item.inherited or context.bears:
        return
    before = _elaborate(item.replaced, 0, evolve(context, reporter=Reporter()))
    same = before is not None and before.node == elaborated.node and before.rule.outcome == elaborated.rule.outcome
    if same and item.label is not None:
        context.report(years.changes_nothing(item.rule.span, item.label, item.replaced.rule.span))


def _elaborate(item: EffectiveRule, index: int, context: Context) -> Elaborated | None:
    kinds = context.kinds(item.kinds)
    written = item.rule
    outcome = context.outcome(written.outcome) if written.outcome is not None else None
    of_group, indicator = _is_of_group(written, outcome, context), _indicator_meant(written, context.vocabulary)
    about = evolve(context, of_group=of_group, of_indicator=indicator, about=kinds or (), because=item.because)
    node = narrowed(about, condition(about, written.condition), written.narrowings)
    if node is None or outcome is None or kinds is None:
        return None
    node = _in_section(kinds, node)
    rule = _rule(item, index, outcome, kinds, node, context)
    if rule.priority is not None and len(rule.reads) > 1:
        context.report(meaning.mixed_indicator_kinds(written.span, item.label or rule.name, sorted(rule.reads)))
    return Elaborated(rule, node, written.span)


def _is_of_group(rule: syn.Rule, outcome: str | None, context: Context) -> bool:
    """Return whether a rule is about a student group; without a known outcome, whether it names indicators."""
    if outcome is None:
        return any(True for _ in _indicators_named(rule.condition))
    return context.is_of_group(outcome)


def _indicator_meant(rule: syn.Rule, vocabulary: Vocabulary) -> Indicator | None:
    """Return the indicator whose numbers a rule means if it names none with them: the only one that it names."""
    named = {name.text for name in _indicators_named(rule.condition) if name.known}
    return vocabulary.indicator(named.pop()) if len(named) == 1 else None


def _rule(
    item: EffectiveRule, index: int, outcome: str, kinds: tuple[str, ...], node: core.Node, context: Context
) -> Rule:
    read = fields_in(node, through=context.definition)
    return Rule(
        name=rule_name(item.label) if item.label else f"rule {index} without a label",
        label=item.label,
        outcome=outcome,
        text=_words(item.rule),
        reads=frozenset(context.vocabulary.indicator(field.key[0]).kind for field in read if field.key[0]),
        source_year=item.year,
        priority=priority_number(outcome),
        kinds=kinds,
        cites=item.cites,
        because=item.because,
        otherwise=isinstance(item.rule.condition, syn.Otherwise),
        span=item.rule.span,
    )


def _words(rule: syn.Rule) -> str:
    """Return the words of a rule, without those that say where a change puts it."""
    if rule.beside is None:
        return rule.span.words
    rest = Span(rule.span.source, rule.beside.span.end, rule.span.end).words
    return f"{rule.label.text}{rest}" if rule.label is not None else rest.removeprefix(":").strip()


# ---- definitions ----

Sections = Mapping[tuple[str, ...], Sequence[Elaborated]]
"""The rules that give determinations, by the kinds of LEA of their sections, in the order of the text."""


def sections_of(elaborated: Iterable[Elaborated], vocabulary: Vocabulary) -> Sections:
    """Return the rules that give determinations by section."""
    determinations, found = vocabulary.determinations, defaultdict[tuple[str, ...], list[Elaborated]](list)
    for item in elaborated:
        if item.rule.outcome in determinations:
            found[item.rule.kinds].append(item)
    return found


def definitions(
    elaborated: Sequence[Elaborated], levels: Mapping[str, core.Node], effective: Effective, context: Context
) -> dict[str, Definition]:
    """Return every definition of the year by name, including measures and levels, each after those it refers to."""
    year = context.year
    kinds = {outcome.name: outcome.kind for outcome in context.vocabulary.outcomes}
    nodes: dict[str, core.Node] = {**levels, **{item.rule.name: item.node for item in elaborated}}
    sections = sections_of(elaborated, context.vocabulary)
    deciding = [item for section in sections.values() for item in section]
    nodes |= {item.rule.name: _otherwise(item, sections, year) for item in deciding if item.rule.otherwise}
    relates = any(core.relates(part) for item in deciding for part in walk(item.node))
    chosen = {kinds: _choice(section, context) for kinds, section in sections.items()}
    apart = {_section_name(kinds): node for kinds, node in chosen.items()} if relates else {}
    nodes |= apart
    for outcome in dict.fromkeys(item.rule.outcome for item in elaborated):
        rules = [item for item in elaborated if item.rule.outcome == outcome]
        is_determination = kinds.get(outcome) == "determination"
        nodes[outcome] = _is_determined(year, outcome, rules, apart) if is_determination else _any_rule(year, rules)
        number = priority_number(outcome)
        for kind in sorted({kind for item in rules for kind in item.rule.reads}):
            if number is not None:
                by_kind = [one for one in rules if kind in one.rule.reads]
                nodes[priority_outcome(number, kind)] = _any_rule(year, by_kind)
    _must_not_overlap(sections, context)
    if sections:
        nodes[DETERMINATION] = _determination(chosen, year, apart)
        nodes[PUBLISHED] = (
            _as_published(nodes[DETERMINATION], nodes) if effective.published_unknown else nodes[DETERMINATION]
        )
        labels = [outcome for outcome in nodes if kinds.get(outcome) == "label"]
        nodes[LABEL] = _label(year, labels)
    return _ordered(nodes, elaborated, context)


def _any_rule(year: int, rules: Sequence[Elaborated]) -> core.Node:
    references = [core.Ref(year, item.rule.name, core.scope_of(item.node), span=item.rule.span) for item in rules]
    return core.Call("or", tuple(references))


def _otherwise(item: Elaborated, sections: Sections, year: int) -> core.Node:
    """Return when an `otherwise` holds: if none of the other determinations of its section does."""
    others = [one for one in sections[item.rule.kinds] if not one.rule.otherwise]
    return _in_section(item.rule.kinds, core.Call("not", (_any_rule(year, others),), span=item.rule.span))


def _is_determined(year: int, outcome: str, rules: Sequence[Elaborated], apart: Mapping[str, core.Node]) -> core.Node:
    """Return whether the determination is an outcome: the first that holds, not any that would hold.

    If sections are separate, only those that decide the outcome are asked, so that one may refer to that of another.
    """
    if not apart:
        return _is_outcome(year, DETERMINATION, outcome)
    sections = dict.fromkeys(item.rule.kinds for item in rules)
    ways = [(_is_of_kinds(kinds), _is_outcome(year, _section_name(kinds), outcome)) for kinds in sections]
    return core.Call("or", tuple(core.Call("and", way) for way in ways))


def _is_outcome(year: int, determination: str, outcome: str) -> core.Node:
    return is_one_of(core.Ref(year, determination, Scope.LEA), (outcome,))


def _section_name(kinds: tuple[str, ...]) -> str:
    """Return the name of the determination of a section's entities."""
    return f"{DETERMINATION} of {' and '.join(kinds) or 'any'}"


def _label(year: int, labels: Sequence[str]) -> core.Node:
    arms = tuple(core.Arm(core.Ref(year, name, Scope.LEA), core.Const(name)) for name in labels)
    return core.choice(arms, core.Ref(year, DETERMINATION, Scope.LEA))


def _determination(chosen: Mapping[tuple[str, ...], core.Node], year: int, apart: Mapping[str, core.Node]) -> core.Node:
    """Return the choice among determinations: by kind of LEA, then rule by rule in the order of the text."""
    named = {kinds: core.Ref(year, _section_name(kinds), Scope.LEA) for kinds in chosen}
    arms = (core.Arm(_is_of_kinds(kinds), named[kinds] if apart else node) for kinds, node in chosen.items())
    return core.choice(arms, core.Const(NOT_COVERED))


def _must_not_overlap(sections: Sections, context: Context) -> None:
    """Report sections that decide the determination of one kind of LEA twice: which comes first would be a guess."""
    every = [kind.name for kind in context.vocabulary.kinds]
    for (earlier, [first, *_]), (kinds, [item, *_]) in combinations(sections.items(), 2):
        shared = [kind for kind in kinds or every if kind in (earlier or every)]
        if shared:
            context.report(meaning.overlapping_sections(item.span, first.span, shared))


def _is_of_kinds(kinds: tuple[str, ...]) -> core.Node:
    return is_one_of(core.Self(Scope.LEA), kinds) if kinds else core.Const(True)


def _in_section(kinds: tuple[str, ...], node: core.Node) -> core.Node:
    """Return a condition on entities of some kinds alone, or of all if there are none."""
    return core.Call("and", (_is_of_kinds(kinds), node), span=node.span) if kinds else node


def _choice(rules: Sequence[Elaborated], context: Context) -> core.Node:
    tried = [item for item in rules if not item.rule.otherwise]
    defaults = [item for item in rules if item.rule.otherwise]
    for second in defaults[1:]:
        context.report(meaning.duplicate_otherwise(second.span, defaults[0].span))
    for item, default in product(tried, defaults[:1]):
        if item.span.source is default.span.source and item.span.start > default.span.start:
            context.report(ambiguity.below_otherwise(item.span, default.span))
    different = list(dict.fromkeys(item.rule.outcome for item in tried))
    if not defaults and len(different) > 1:
        context.report(meaning.several_determinations(tried[-1].span, different))
    arms = tuple(
        core.Arm(core.Ref(context.year, item.rule.name, Scope.LEA), core.Const(item.rule.outcome)) for item in tried
    )
    return core.choice(arms, core.Const(defaults[0].rule.outcome if defaults else NOT_COVERED))


def _as_published(node: core.Node, nodes: Mapping[str, core.Node]) -> core.Node:
    """Return a choice with every unknown guard taken as not met, and so each choice that it continues to."""
    if (key := core.reference(node)) is not None:
        return _as_published(nodes[key[1]], nodes)
    if not core.is_choice(node):
        return node
    on = tuple(core.Call("known or no", (guard,)) for guard in node.on)
    return evolve(node, on=on, rows=tuple(evolve(row, value=_as_published(row.value, nodes)) for row in node.rows))


def _ordered(
    nodes: Mapping[str, core.Node], elaborated: Sequence[Elaborated], context: Context
) -> dict[str, Definition]:
    """Return the definitions so that each comes after those it refers to; circles are reported and broken."""
    graph = {
        name: [one.name for one in references_in(node) if one.year == context.year and one.name in nodes]
        for name, node in nodes.items()
    }
    try:
        order = list(TopologicalSorter(graph).static_order())
    except CycleError as error:
        _report_circle(error.args[1], elaborated, context)
        order = list(nodes)
    return {name: Definition(context.year, name, nodes[name], core.scope_of(nodes[name])) for name in order}


def _report_circle(steps: Sequence[str], elaborated: Sequence[Elaborated], context: Context) -> None:
    """Report outcomes that depend on one another in a circle, in the order of dependence."""
    spans = {item.rule.outcome: item.span for item in elaborated}
    circle = [step for step in steps if step in spans]
    closed = circle if circle[:1] == circle[-1:] and len(circle) > 1 else [*circle, *circle[:1]]
    if circle:
        context.report(meaning.circular_outcomes(spans[circle[0]], closed))
