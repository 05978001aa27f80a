"""From the parser's reductions to the syntax tree: one function for each construct of the grammar.

The functions are called while the grammar is parsed, with the children of the construct in order, each a `Word` or a
node already built. They look for children by what they are, so that optional words need no counting.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from attrs import frozen
from lark import Token as LarkToken

from rulelang.diagnostics.source import Source, Span
from rulelang.syntax import tree as syn
from rulelang.syntax.lexer import Token, cells


class Word(LarkToken):
    """A token as the parser sees it, with the span of its words."""

    span: Span

    @classmethod
    def of(cls, token: Token, source: Source) -> Word:
        """Return the word for a token of a source."""
        word = cls(token.terminal, token.value, token.start, end_pos=token.end)
        word.span = Span(source, token.start, token.end)
        return word


Child = Any
"""A `Word`, a node of the syntax tree, or one of the small records below."""

_Kind = TypeVar("_Kind")


def _span(children: Sequence[Child]) -> Span:
    first: Span = children[0].span
    return first.to(children[-1].span)


def _words(children: Iterable[Child], *terminals: str) -> list[Word]:
    return [child for child in children if isinstance(child, Word) and child.type in terminals]


def _has(children: Iterable[Child], terminal: str) -> bool:
    return bool(_words(children, terminal))


def _all(children: Iterable[Child], kind: type[_Kind]) -> tuple[_Kind, ...]:
    return tuple(child for child in children if isinstance(child, kind))


def _one(children: Iterable[Child], kind: type[_Kind]) -> _Kind | None:
    return next((child for child in children if isinstance(child, kind)), None)


def _need(children: Iterable[Child], kind: type[_Kind]) -> _Kind:
    return next(child for child in children if isinstance(child, kind))


def _numbers(children: Iterable[Child]) -> tuple[syn.Number, ...]:
    return tuple(syn.Number(int(word), span=word.span) for word in _words(children, "NUMBER"))


def _texts(children: Iterable[Child]) -> tuple[syn.Text, ...]:
    return tuple(syn.Text(str(word), span=word.span) for word in _words(children, "STRING"))


def _label(children: Iterable[Child]) -> syn.Name | None:
    for word in _words(children, "LABEL"):
        span = Span(word.span.source, word.span.start, word.span.start + len(word))
        return syn.Name(str(word), span=span)
    return None


def _label_names(children: Iterable[Child]) -> tuple[syn.Name, ...]:
    return tuple(syn.Name(str(word), span=word.span) for word in _words(children, "LABEL_NAME"))


@frozen
class _Sort:
    """The kind of indicator of `on state indicators`, or None for the bare word `indicators`."""

    name: syn.Name | None
    span: Span


@frozen
class _OrAll:
    """The number of `(or all, if fewer than 3)`."""

    number: syn.Number
    span: Span


@frozen
class _By:
    """The labels or outcomes after `by`."""

    names: tuple[syn.Name, ...]
    span: Span


@frozen
class _List:
    """Names in a list, and the word that joins them."""

    names: tuple[syn.Name, ...]
    joint: str | None
    span: Span


@frozen
class _Expected:
    """What an `expect` line expects, before `by`."""

    group: syn.Name | None
    outcome: syn.Name | None
    answer: str
    span: Span


def _indicator_test(children: list[Child], **more: Any) -> syn.IndicatorTest:
    levels = _all(children, syn.Levels)
    return syn.IndicatorTest(
        quantity=_need(children, syn.Quantity),
        levels=levels[0],
        kind=_need(children, _Sort).name,
        span=_span(children),
        **more,
    )


class NameBuilder:
    """Builds names, levels, targets and quantities."""

    @staticmethod
    def _name(children: list[Child]) -> syn.Name:
        word = children[0]
        return syn.Name(str(word), known=not word.type.startswith("UNKNOWN_"), span=word.span)

    level = indicator = group = kind = outcome = _name

    @staticmethod
    def priority_outcome(children: list[Child]) -> syn.Name:
        return syn.Name(f"Priority {int(children[1])}", span=_span(children))

    @staticmethod
    def groups(children: list[Child]) -> _List:
        joint = next((word.type for word in _words(children, "LIST_AND", "LIST_OR", "LIST_COMMA")), None)
        return _List(_all(children, syn.Name), joint, _span(children))

    kinds = groups

    @staticmethod
    def indicator_list(children: list[Child]) -> _List:
        joints = [word.type for word in _words(children, "LIST_AND", "LIST_OR", "LIST_COMMA")]
        spoken = [joint for joint in joints if joint != "LIST_COMMA"]
        joint = spoken[-1] if spoken else joints[0] if joints else None
        return _List(_all(children, syn.Name), joint, _span(children))

    @staticmethod
    def targets(children: list[Child]) -> syn.Targets:
        listed = children[0]
        how = {"LIST_AND": "and", "LIST_OR": "or", "LIST_COMMA": ","}.get(listed.joint or "")
        return syn.Targets(listed.names, how, span=listed.span)

    @staticmethod
    def quantified_targets(children: list[Child]) -> syn.Targets:
        how = " ".join(str(children[0]).casefold().split())
        return syn.Targets(children[-1].names, how, span=_span(children))

    @staticmethod
    def counted_targets(children: list[Child]) -> syn.Targets:
        return syn.Targets(children[-1].names, children[0], span=_span(children))

    @staticmethod
    def levels(children: list[Child]) -> syn.Levels:
        return syn.Levels(_all(children, syn.Name), span=_span(children))

    @staticmethod
    def level_or_worse(children: list[Child]) -> syn.Levels:
        return syn.Levels(_all(children, syn.Name), "worse", span=_span(children))

    @staticmethod
    def level_or_better(children: list[Child]) -> syn.Levels:
        return syn.Levels(_all(children, syn.Name), "better", span=_span(children))

    @staticmethod
    def rated(children: list[Child]) -> syn.Levels:
        return syn.Levels((), "rated", span=_span(children))

    @staticmethod
    def not_rated(children: list[Child]) -> syn.Levels:
        return syn.Levels((), "not rated", span=_span(children))

    @staticmethod
    def quantity(children: list[Child]) -> syn.Quantity:
        word = next(child for child in children if child.type != "NUMBER")
        number = next((int(child) for child in children if child.type == "NUMBER"), 0)
        return syn.Quantity(_QUANTITIES[word.type], number, span=_span(children))

    number_or_more = number_or_fewer = quantity

    @staticmethod
    def on_kind(children: list[Child]) -> _Sort:
        word = children[-1]
        return _Sort(syn.Name(str(word), span=word.span), _span(children))

    @staticmethod
    def indicators(children: list[Child]) -> _Sort:
        word = children[0]
        name = syn.Name(str(word), span=word.span) if word.type == "INDICATOR_KIND" else None
        return _Sort(name, word.span)

    @staticmethod
    def or_all(children: list[Child]) -> _OrAll:
        return _OrAll(_numbers(children)[0], _span(children))

    @staticmethod
    def by(children: list[Child]) -> _By:
        return _By(_label_names(children), _span(children))


_QUANTITIES = {
    "ANY": "any",
    "NO": "no",
    "EVERY": "every",
    "ALL": "every",
    "OR_MORE": "or more",
    "AT_LEAST": "or more",
    "OR_FEWER": "or fewer",
    "AT_MOST": "or fewer",
    "EXACTLY": "exactly",
    "A_MAJORITY_OF": "a majority of at least",
}


class ConditionBuilder:
    """Builds conditions."""

    @staticmethod
    def level_test(children: list[Child]) -> syn.LevelTest:
        return syn.LevelTest(children[0], children[2], span=_span(children))

    @staticmethod
    def level_test_other(children: list[Child]) -> syn.LevelTest:
        levels, other = _all(children, syn.Levels)
        return syn.LevelTest(levels, _need(children, syn.Targets), other, span=_span(children))

    @staticmethod
    def outcome_test(children: list[Child]) -> syn.OutcomeTest:
        return syn.OutcomeTest(children[0], span=_span(children))

    @staticmethod
    def group_test(children: list[Child]) -> syn.GroupTest:
        or_all = _one(children, _OrAll)
        return syn.GroupTest(
            quantity=children[0],
            predicate=children[-1],
            or_all=or_all.number if or_all else None,
            each=_has(children, "EACH"),
            span=_span(children),
        )

    @staticmethod
    def meets_priorities(children: list[Child]) -> syn.MeetsPriorities:
        sort = _one(children, _Sort)
        return syn.MeetsPriorities(_need(children, syn.Quantity), sort.name if sort else None, span=_span(children))

    @staticmethod
    def meets_outcome(children: list[Child]) -> syn.MeetsOutcome:
        return syn.MeetsOutcome(children[-1], span=_span(children))

    @staticmethod
    def has_level(children: list[Child]) -> syn.LevelTest:
        test: syn.LevelTest = children[-1]
        return test

    @staticmethod
    def priorities_met(children: list[Child]) -> syn.PrioritiesMet:
        sort = _one(children, _Sort)
        return syn.PrioritiesMet(children[0], sort.name if sort else None, span=_span(children))

    @staticmethod
    def indicators_are(children: list[Child]) -> syn.IndicatorTest:
        return _indicator_test(children)

    @staticmethod
    def indicators_but(children: list[Child]) -> syn.IndicatorTest:
        return _indicator_test(children, but=_numbers(children)[0])

    @staticmethod
    def indicators_with(children: list[Child]) -> syn.IndicatorTest:
        return _indicator_test(
            children, at_least=_numbers(children)[0], at_least_levels=_all(children, syn.Levels)[1]
        )

    @staticmethod
    def window(children: list[Child]) -> syn.Window:
        count, years = _numbers(children)
        return syn.Window(count.value, years.value, span=_span(children))

    @staticmethod
    def each_window(children: list[Child]) -> syn.Window:
        return syn.Window(None, _numbers(children)[0].value, span=_span(children))

    @staticmethod
    def last_year(children: list[Child]) -> syn.Window:
        return syn.Window(None, None, span=_span(children))

    @staticmethod
    def in_years(children: list[Child]) -> syn.InYears:
        return syn.InYears(children[0], children[1], span=_span(children))

    @staticmethod
    def in_years_first(children: list[Child]) -> syn.InYears:
        return syn.InYears(children[-1], children[0], years_first=True, span=_span(children))

    @staticmethod
    def negation(children: list[Child]) -> syn.Not:
        return syn.Not(children[1], span=_span(children))

    @staticmethod
    def parenthesis(children: list[Child]) -> syn.Parenthesis:
        return syn.Parenthesis(children[1], span=_span(children))

    @staticmethod
    def chain(children: list[Child]) -> syn.Chain:
        joints = tuple(syn.Name(word.type.casefold(), span=word.span) for word in _words(children, "AND", "OR"))
        parts = tuple(child for child in children if not isinstance(child, Word))
        return syn.Chain(parts, joints, span=_span(children))

    @staticmethod
    def unless(children: list[Child]) -> syn.Unless:
        return syn.Unless(children[0], children[-1], span=_span(children))


class StatementBuilder:
    """Builds the statements of rulesets, examples and vocabularies."""

    @staticmethod
    def statement(children: list[Child]) -> Child:
        return children[0]

    @staticmethod
    def rule(children: list[Child]) -> syn.Rule:
        rest = [child for child in children if not isinstance(child, syn.Narrowing | Word)]
        arrows = _words(children, "ARROW")
        after = children.index(arrows[0]) + 1 if arrows else len(children)
        return syn.Rule(
            label=_label(children),
            condition=rest[0],
            narrowings=_all(children, syn.Narrowing),
            arrow=arrows[0].span if arrows else None,
            outcome=_one(children[after:], syn.Name),
            span=_span(children),
        )

    @staticmethod
    def otherwise_rule(children: list[Child]) -> syn.OtherwiseRule:
        return syn.OtherwiseRule(_label(children), children[-1], span=_span(children))

    @staticmethod
    def only_for(children: list[Child]) -> syn.Narrowing:
        return syn.Narrowing(_need(children, _List).names, excluding=False, span=_span(children))

    @staticmethod
    def except_for(children: list[Child]) -> syn.Narrowing:
        return syn.Narrowing(_need(children, _List).names, excluding=True, span=_span(children))

    @staticmethod
    def ruleset_line(children: list[Child]) -> syn.RulesetLine:
        title, _, year = children[1].rpartition(" ")
        if year.isdecimal():
            return syn.RulesetLine(title, int(year), span=_span(children))
        return syn.RulesetLine(str(children[1]), None, span=_span(children))

    @staticmethod
    def uses_line(children: list[Child]) -> syn.UsesLine:
        words = children[1].split()
        title = words[:-1] if words[-1].casefold() == "vocabulary" else words
        return syn.UsesLine(" ".join(title), span=_span(children))

    @staticmethod
    def cites_line(children: list[Child]) -> syn.CitesLine:
        return syn.CitesLine(_texts(children), span=_span(children))

    @staticmethod
    def because_line(children: list[Child]) -> syn.BecauseLine:
        return syn.BecauseLine(_texts(children)[0], span=_span(children))

    @staticmethod
    def based_on_line(children: list[Child]) -> syn.BasedOnLine:
        return syn.BasedOnLine(_numbers(children)[0], span=_span(children))

    @staticmethod
    def suspended_line(children: list[Child]) -> syn.SuspendedLine:
        return syn.SuspendedLine(span=_span(children))

    @staticmethod
    def published_unknown_line(children: list[Child]) -> syn.PublishedUnknownLine:
        return syn.PublishedUnknownLine(span=_span(children))

    @staticmethod
    def priority_line(children: list[Child]) -> syn.PriorityLine:
        return syn.PriorityLine(_numbers(children)[0], _texts(children)[0], span=_span(children))

    @staticmethod
    def for_line(children: list[Child]) -> syn.ForLine:
        return syn.ForLine(_need(children, _List).names, span=_span(children))

    @staticmethod
    def add(children: list[Child]) -> syn.Add:
        return syn.Add(children[1], span=_span(children))

    @staticmethod
    def replace(children: list[Child]) -> syn.Replace:
        return syn.Replace(children[1], span=_span(children))

    @staticmethod
    def remove(children: list[Child]) -> syn.Remove:
        return syn.Remove(_label_names(children), span=_span(children))

    @staticmethod
    def remove_examples(children: list[Child]) -> syn.RemoveExamples:
        return syn.RemoveExamples(_texts(children), span=_span(children))

    @staticmethod
    def example_line(children: list[Child]) -> syn.ExampleLine:
        return syn.ExampleLine(_texts(children)[0], span=_span(children))

    @staticmethod
    def given_line(children: list[Child]) -> syn.GivenLine:
        return syn.GivenLine(children[-1], span=_span(children))

    @staticmethod
    def given_year_line(children: list[Child]) -> syn.GivenYearLine:
        return syn.GivenYearLine(_numbers(children)[0], span=_span(children))

    @staticmethod
    def fact_line(children: list[Child]) -> syn.FactLine:
        return syn.FactLine(_one(children, syn.Name), _all(children, syn.Fact), span=_span(children))

    @staticmethod
    def fact(children: list[Child]) -> syn.Fact:
        targets = children[-1]
        indicators = targets.names if isinstance(targets, _List) else ()
        of_kind = targets.name if isinstance(targets, _Sort) else None
        unknown = _has(children, "UNKNOWN")
        return syn.Fact(_one(children, syn.Name), unknown, indicators, of_kind, span=_span(children))

    @staticmethod
    def fact_targets(children: list[Child]) -> Child:
        last = children[-1]
        return last if isinstance(last, _List) else _Sort(syn.Name(str(last), span=last.span), last.span)

    @staticmethod
    def expect_line(children: list[Child]) -> syn.ExpectLine:
        expected: _Expected = children[1]
        by = _one(children, _By)
        names = by.names if by else ()
        return syn.ExpectLine(expected.group, expected.outcome, expected.answer, names, span=_span(children))

    @staticmethod
    def expect_group(children: list[Child]) -> _Expected:
        return _Expected(children[0], children[-1], "yes", _span(children))

    @staticmethod
    def expect_group_not(children: list[Child]) -> _Expected:
        return _Expected(children[0], children[-1], "no", _span(children))

    @staticmethod
    def expect_group_unknown(children: list[Child]) -> _Expected:
        group, outcome = _all(children, syn.Name)
        return _Expected(group, outcome, "cannot tell", _span(children))

    @staticmethod
    def expect_outcome(children: list[Child]) -> _Expected:
        return _Expected(None, children[0], "yes", _span(children))

    @staticmethod
    def expect_not(children: list[Child]) -> _Expected:
        return _Expected(None, children[-1], "no", _span(children))

    @staticmethod
    def expect_unknown(children: list[Child]) -> _Expected:
        return _Expected(None, _one(children, syn.Name), "cannot tell", _span(children))

    @staticmethod
    def expect_suspended(children: list[Child]) -> _Expected:
        return _Expected(None, None, "suspended", _span(children))

    @staticmethod
    def vocabulary_line(children: list[Child]) -> syn.VocabularyLine:
        return syn.VocabularyLine(str(children[1]), span=_span(children))

    @staticmethod
    def years_line(children: list[Child]) -> syn.YearsLine:
        return syn.YearsLine(_numbers(children), span=_span(children))

    @staticmethod
    def suspended_year_line(children: list[Child]) -> syn.SuspendedYearLine:
        return syn.SuspendedYearLine(_numbers(children)[0], span=_span(children))

    @staticmethod
    def table(children: list[Child]) -> syn.Table:
        heading, *rows = children
        return syn.Table(
            syn.Text(str(heading), span=heading.span), tuple(_table_row(row) for row in rows), span=_span(children)
        )


def _table_row(word: Word) -> tuple[syn.Text, ...]:
    row = Token(word.type, str(word), word.span.start, word.span.end)
    return tuple(
        syn.Text(cell.value, span=Span(word.span.source, cell.start, cell.end)) for cell in cells(row)
    )


class TreeBuilder(NameBuilder, ConditionBuilder, StatementBuilder):
    """Builds every construct of the grammar. It has no state, so one parser serves every thread."""

    example_statement = vocabulary_statement = StatementBuilder.statement
