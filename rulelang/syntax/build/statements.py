"""Builds the statements of rulesets, examples and vocabularies."""

from __future__ import annotations

from rulelang.syntax import tree as syn
from rulelang.syntax.build.children import (
    By,
    Child,
    Expected,
    Listed,
    Sort,
    every,
    has,
    label,
    label_names,
    need,
    numbers,
    one,
    span_of,
    texts,
    words,
)
from rulelang.syntax.build.levels import table_row
from rulelang.syntax.lexicon import is_number
from rulelang.syntax.tokens import Word


class StatementBuilder:
    """Builds the statements of rulesets, examples and vocabularies."""

    @staticmethod
    def statement(children: list[Child]) -> Child:
        return children[0]

    @staticmethod
    def rule(children: list[Child]) -> syn.Rule:
        rest = [child for child in children if not isinstance(child, syn.Narrowing | Word)]
        arrows = words(children, "ARROW")
        after = children.index(arrows[0]) + 1 if arrows else len(children)
        return syn.Rule(
            label=label(children),
            condition=rest[0],
            narrowings=every(children, syn.Narrowing),
            arrow=arrows[0].span if arrows else None,
            outcome=one(children[after:], syn.Name),
            span=span_of(children),
        )

    @staticmethod
    def otherwise_rule(children: list[Child]) -> syn.OtherwiseRule:
        return syn.OtherwiseRule(label(children), children[-1], span=span_of(children))

    @staticmethod
    def only_for(children: list[Child]) -> syn.Narrowing:
        return syn.Narrowing(need(children, Listed).names, excluding=False, span=span_of(children))

    @staticmethod
    def except_for(children: list[Child]) -> syn.Narrowing:
        return syn.Narrowing(need(children, Listed).names, excluding=True, span=span_of(children))

    @staticmethod
    def ruleset_line(children: list[Child]) -> syn.RulesetLine:
        title, _, year = children[1].rpartition(" ")
        if is_number(year):
            return syn.RulesetLine(title, int(year), span=span_of(children))
        return syn.RulesetLine(str(children[1]), None, span=span_of(children))

    @staticmethod
    def uses_line(children: list[Child]) -> syn.UsesLine:
        words = children[1].split()
        title = words[:-1] if words[-1].casefold() == "vocabulary" else words
        return syn.UsesLine(" ".join(title), span=span_of(children))

    @staticmethod
    def levels_from_line(children: list[Child]) -> syn.LevelsFromLine:
        return syn.LevelsFromLine(str(children[1]), span=span_of(children))

    @staticmethod
    def cites_line(children: list[Child]) -> syn.CitesLine:
        return syn.CitesLine(texts(children), span=span_of(children))

    @staticmethod
    def because_line(children: list[Child]) -> syn.BecauseLine:
        return syn.BecauseLine(texts(children)[0], span=span_of(children))

    @staticmethod
    def based_on_line(children: list[Child]) -> syn.BasedOnLine:
        return syn.BasedOnLine(numbers(children)[0], span=span_of(children))

    @staticmethod
    def suspended_line(children: list[Child]) -> syn.SuspendedLine:
        return syn.SuspendedLine(span=span_of(children))

    @staticmethod
    def published_unknown_line(children: list[Child]) -> syn.PublishedUnknownLine:
        return syn.PublishedUnknownLine(span=span_of(children))

    @staticmethod
    def priority_line(children: list[Child]) -> syn.PriorityLine:
        return syn.PriorityLine(numbers(children)[0], texts(children)[0], span=span_of(children))

    @staticmethod
    def for_line(children: list[Child]) -> syn.ForLine:
        return syn.ForLine(need(children, Listed).names, span=span_of(children))

    @staticmethod
    def add(children: list[Child]) -> syn.Add:
        return syn.Add(children[1], span=span_of(children))

    @staticmethod
    def replace(children: list[Child]) -> syn.Replace:
        return syn.Replace(children[1], span=span_of(children))

    @staticmethod
    def remove(children: list[Child]) -> syn.Remove:
        return syn.Remove(label_names(children), span=span_of(children))

    @staticmethod
    def remove_examples(children: list[Child]) -> syn.RemoveExamples:
        return syn.RemoveExamples(texts(children), span=span_of(children))

    @staticmethod
    def example_line(children: list[Child]) -> syn.ExampleLine:
        return syn.ExampleLine(texts(children)[0], span=span_of(children))

    @staticmethod
    def given_line(children: list[Child]) -> syn.GivenLine:
        return syn.GivenLine(children[-1], span=span_of(children))

    @staticmethod
    def given_year_line(children: list[Child]) -> syn.GivenYearLine:
        return syn.GivenYearLine(numbers(children), span=span_of(children))

    @staticmethod
    def fact_line(children: list[Child]) -> syn.FactLine:
        listed = one(children, Listed)
        facts = tuple(child for child in children if isinstance(child, syn.Fact | syn.NumberFact))
        return syn.FactLine(listed.names if listed else (), facts, span=span_of(children))

    @staticmethod
    def fact(children: list[Child]) -> syn.Fact:
        targets = children[-1]
        indicators = targets.names if isinstance(targets, Listed) else ()
        of_kind = targets.name if isinstance(targets, Sort) else None
        unknown = has(children, "UNKNOWN")
        return syn.Fact(one(children, syn.Name), unknown, indicators, of_kind, span=span_of(children))

    @staticmethod
    def fact_targets(children: list[Child]) -> Child:
        last = children[-1]
        return last if isinstance(last, Listed) else Sort(syn.Name(str(last), span=last.span), last.span)

    @staticmethod
    def expect_line(children: list[Child]) -> syn.ExpectLine:
        expected: Expected = children[1]
        by = one(children, By)
        names = by.names if by else ()
        return syn.ExpectLine(expected.group, expected.outcome, expected.answer, names, span=span_of(children))

    @staticmethod
    def expect_group(children: list[Child]) -> Expected:
        return Expected(children[0], children[-1], "yes", span_of(children))

    @staticmethod
    def expect_group_not(children: list[Child]) -> Expected:
        return Expected(children[0], children[-1], "no", span_of(children))

    @staticmethod
    def expect_group_unknown(children: list[Child]) -> Expected:
        group, outcome = every(children, syn.Name)
        return Expected(group, outcome, "cannot tell", span_of(children))

    @staticmethod
    def expect_outcome(children: list[Child]) -> Expected:
        return Expected(None, children[0], "yes", span_of(children))

    @staticmethod
    def expect_not(children: list[Child]) -> Expected:
        return Expected(None, children[-1], "no", span_of(children))

    @staticmethod
    def expect_unknown(children: list[Child]) -> Expected:
        return Expected(None, one(children, syn.Name), "cannot tell", span_of(children))

    @staticmethod
    def expect_suspended(children: list[Child]) -> Expected:
        return Expected(None, None, "suspended", span_of(children))

    @staticmethod
    def vocabulary_line(children: list[Child]) -> syn.VocabularyLine:
        return syn.VocabularyLine(str(children[1]), span=span_of(children))

    @staticmethod
    def years_line(children: list[Child]) -> syn.YearsLine:
        return syn.YearsLine(numbers(children), span=span_of(children))

    @staticmethod
    def suspended_year_line(children: list[Child]) -> syn.SuspendedYearLine:
        return syn.SuspendedYearLine(numbers(children)[0], span=span_of(children))

    @staticmethod
    def extends_line(children: list[Child]) -> syn.ExtendsLine:
        return syn.ExtendsLine(texts(children)[0], span=span_of(children))

    @staticmethod
    def table(children: list[Child]) -> syn.Table:
        heading, *rows = children
        return syn.Table(
            syn.Text(str(heading), span=heading.span), tuple(table_row(row) for row in rows), span=span_of(children)
        )
