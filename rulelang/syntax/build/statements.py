"""Builds the statements of rulesets and vocabularies, and the lines of examples."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from attrs import evolve

from rulelang.syntax import tree as syn
from rulelang.syntax.build.children import (
    Builders,
    Child,
    Listed,
    Part,
    every,
    has,
    label,
    label_names,
    names,
    need,
    no_words,
    numbers,
    one,
    part,
    plain_name,
    span_of,
    texts,
    the_list,
    value_of,
    words,
)
from rulelang.syntax.build.levels import table_row
from rulelang.syntax.lexicon import is_number
from rulelang.syntax.plain_text import ruleset_named, vocabulary_title


def _rule(children: list[Child]) -> syn.Rule:
    arrows = words(children, "ARROW")
    after = children.index(arrows[0]) + 1 if arrows else len(children)
    return syn.Rule(
        label=label(children),
        condition=next(child for child in no_words(children) if not isinstance(child, syn.Narrowing)),
        narrowings=every(children, syn.Narrowing),
        arrow=arrows[0].span if arrows else None,
        outcome=one(children[after:], syn.Name),
        span=span_of(children),
    )


def _rule_of_outcome(children: list[Child]) -> syn.Rule:
    """Return the rule of `Priority 4 if Red on ELA`, whose outcome is first."""
    outcome, condition = [child for child in no_words(children) if not isinstance(child, syn.Narrowing)]
    return syn.Rule(
        label=label(children),
        condition=condition,
        narrowings=every(children, syn.Narrowing),
        arrow=words(children, "COLON", "IF", "WHEN")[0].span,
        outcome=outcome,
        span=span_of(children),
    )


def _rule_of_groups(children: list[Child]) -> syn.Rule:
    """Return the rule of `for English Learners only, Red on ELA → …`, narrowed in the whole of its condition."""
    rule = _rule(children)
    is_joined = isinstance(rule.condition, syn.Chain | syn.Unless)
    whole = syn.Parenthesis(rule.condition, span=rule.condition.span) if is_joined else rule.condition
    return evolve(rule, condition=whole)


def _narrowing(children: list[Child], *, excluding: bool) -> syn.Narrowing:
    found = the_list(children)
    return syn.Narrowing(found.names, excluding, joints=found.joints, span=span_of(children))


def _ruleset_line(children: list[Child]) -> syn.RulesetLine:
    title, _, year = children[1].rpartition(" ")
    if is_number(year):
        return syn.RulesetLine(title, int(year), span=span_of(children))
    return syn.RulesetLine(str(children[1]), None, span=span_of(children))


def _uses_line(children: list[Child]) -> syn.UsesLine:
    return syn.UsesLine(vocabulary_title(children[1]), span=span_of(children))


def _named(word: Child) -> syn.Text:
    return syn.Text(ruleset_named(str(word)), span=word.span)


def _what_if_line(children: list[Child]) -> syn.WhatIfLine:
    if has(children, "BASED_ON"):
        return syn.WhatIfLine("", _named(children[-1]), span=span_of(children))
    return syn.WhatIfLine(str(children[1]), None, span=span_of(children))


def _extends_line(children: list[Child]) -> syn.ExtendsLine:
    quoted, span = texts(children), span_of(children)
    if quoted:
        return syn.ExtendsLine(quoted[0], span=span)
    return syn.ExtendsLine(syn.Text(vocabulary_title(children[1]), span=children[1].span), by_name=True, span=span)


def _table(children: list[Child]) -> syn.Table:
    heading, *rows = children
    title = syn.Text(str(heading), span=heading.span)
    return syn.Table(title, tuple(table_row(row) for row in rows), span=span_of(children))


# ---- examples ----


def _given_last_years(children: list[Child]) -> syn.GivenYearLine:
    return syn.GivenYearLine((), each_of_last=numbers(children)[0].value, span=span_of(children))


def _given_years_ago(children: list[Child]) -> syn.GivenYearLine:
    ago = tuple(year for child in children if isinstance(child, Part) for year in child.value)
    return syn.GivenYearLine((), () if ago == (1,) else ago, span=span_of(children))


def _years_ago(children: list[Child]) -> tuple[int, ...]:
    named = {"THIS_YEAR": (0,), "LAST_YEAR": (1,), "THIS_AND_LAST_YEAR": (0, 1)}
    known = [years for terminal, years in named.items() if has(children, terminal)]
    return known[0] if known else (numbers(children)[0].value,)


def _fact(children: list[Child]) -> syn.Fact:
    level, unknown, targets = one(children[:-1], syn.Name), has(children, "UNKNOWN"), children[-1]
    if isinstance(targets, syn.Name):
        return syn.Fact(level, unknown, (), targets, span=span_of(children))
    is_both, found = targets.value
    return syn.Fact(level, unknown, found.names, both=is_both, joints=found.joints, span=span_of(children))


def _fact_targets(children: list[Child]) -> Part | syn.Name:
    found = one(children, Listed)
    if found is None:
        return plain_name(children[-1])
    return Part("targets", (has(children, "BOTH"), found), span_of(children))


def _fact_line(children: list[Child]) -> syn.FactLine:
    facts = tuple(child for child in children if isinstance(child, syn.Fact | syn.NumberFact))
    found = the_list(children)
    return syn.FactLine(found.names, facts, joints=found.joints, span=span_of(children))


def _number_fact(children: list[Child]) -> syn.NumberFact:
    value, _ = value_of(children, "exact") or (None, 0)
    return syn.NumberFact(need(children, syn.NumberName), value, one(children, syn.Name), span=span_of(children))


def _expect_line(children: list[Child]) -> syn.ExpectLine:
    group, outcome, answer = children[1].value
    return syn.ExpectLine(group, outcome, answer, value_of(children, "by") or (), span=span_of(children))


def _expects(answer: str) -> Callable[[list[Child]], Part]:
    """Return what builds an expectation: the group and the outcome it names, and the answer."""

    def expected(children: list[Child]) -> tuple[syn.Name | None, syn.Name | None, str]:
        *group, outcome = every(children, syn.Name) or (None,)
        return group[0] if group else None, outcome, answer

    return part("expected", expected)


def _expect_number(children: list[Child]) -> syn.ExpectNumber:
    value, decimals = children[-1].value
    return syn.ExpectNumber(children[0], value, "number", decimals=decimals, span=span_of(children))


def _expect_level(children: list[Child]) -> syn.ExpectLevel:
    level = one(children, syn.Name)
    answer = "level" if level else "not rated" if has(children, "NOT_RATED") else "cannot tell"
    return syn.ExpectLevel(need(children, syn.Subject), level, answer, span=span_of(children))


def _expect_of_levels(children: list[Child]) -> syn.ExpectLevel | syn.ExpectNumber:
    expected = one(children, syn.ExpectLevel) or need(children, syn.ExpectNumber)
    return evolve(expected, group=one(children, syn.Name), span=span_of(children))


BUILDERS: Final[Builders] = {
    "statement": lambda children: children[0],
    "example_statement": lambda children: children[0],
    "vocabulary_statement": lambda children: children[0],
    # ---- rules ----
    "rule": _rule,
    "rule_of_outcome": _rule_of_outcome,
    "rule_of_groups": _rule_of_groups,
    "otherwise_rule": lambda children: syn.OtherwiseRule(label(children), children[-1], span=span_of(children)),
    "only_for": lambda children: _narrowing(children, excluding=False),
    "except_for": lambda children: _narrowing(children, excluding=True),
    "add": lambda children: syn.Add(children[1], span=span_of(children)),
    "replace": lambda children: syn.Replace(children[1], span=span_of(children)),
    "remove": lambda children: syn.Remove(label_names(children), span=span_of(children)),
    "remove_examples": lambda children: syn.RemoveExamples(texts(children), span=span_of(children)),
    # ---- lines of a file ----
    "ruleset_line": _ruleset_line,
    "what_if_line": _what_if_line,
    "uses_line": _uses_line,
    "levels_from_line": lambda children: syn.LevelsFromLine(str(children[1]), span=span_of(children)),
    "cites_line": lambda children: syn.CitesLine(texts(children), span=span_of(children)),
    "because_line": lambda children: syn.BecauseLine(texts(children)[0], span=span_of(children)),
    "based_on_line": lambda children: syn.BasedOnLine(_named(children[1]), span=span_of(children)),
    "earlier_years_line": lambda children: syn.EarlierYearsLine(str(children[1]), span=span_of(children)),
    "suspended_line": lambda children: syn.SuspendedLine(span=span_of(children)),
    "published_unknown_line": lambda children: syn.PublishedUnknownLine(span=span_of(children)),
    "priority_line": lambda children: syn.PriorityLine(
        numbers(children)[0], texts(children)[0], span=span_of(children)
    ),
    "for_line": lambda children: syn.ForLine(names(children), span=span_of(children)),
    "indicators_line": lambda children: syn.IndicatorsLine(names(children), span=span_of(children)),
    # ---- examples ----
    "example_line": lambda children: syn.ExampleLine(
        texts(children)[0], next(iter(numbers(children)), None), span=span_of(children)
    ),
    "given_line": lambda children: syn.GivenLine(children[-1], span=span_of(children)),
    "given_year_line": lambda children: syn.GivenYearLine(numbers(children), span=span_of(children)),
    "given_last_years_line": _given_last_years,
    "given_years_ago_line": _given_years_ago,
    "year_ago": part("year ago", _years_ago),
    "given_numbers_line": lambda children: syn.GivenNumbersLine(
        every(children, syn.NumberFact), span=span_of(children)
    ),
    "fact_line": _fact_line,
    "fact": _fact,
    "fact_targets": _fact_targets,
    "number_fact": _number_fact,
    "text_fact": lambda children: syn.NumberFact(
        need(children, syn.NumberName), texts(children)[0].text, span=span_of(children)
    ),
    "example_number": lambda children: syn.NumberName(
        need(children, syn.Name), last_year=has(children, "LAST_YEARS"), span=span_of(children)
    ),
    "example_subject": lambda children: syn.Subject(
        every(children, syn.Name), str(children[-1]), span=span_of(children)
    ),
    "expect_line": _expect_line,
    "expect_yes": _expects("yes"),
    "expect_no": _expects("no"),
    "expect_unknown": _expects("cannot tell"),
    "expect_suspended": _expects("suspended"),
    "by": part("by", label_names),
    "expect_number": _expect_number,
    "expect_level": _expect_level,
    "expect_of_levels": _expect_of_levels,
    # ---- vocabularies ----
    "vocabulary_line": lambda children: syn.VocabularyLine(str(children[1]), span=span_of(children)),
    "years_line": lambda children: syn.YearsLine(numbers(children), span=span_of(children)),
    "suspended_year_line": lambda children: syn.SuspendedYearLine(numbers(children)[0], span=span_of(children)),
    "extends_line": _extends_line,
    "table": _table,
}
