"""A statement of the syntax tree in words again, on one line: what the formatter writes.

Names stand as the vocabulary writes them, or, where the author used another of their names, as the author wrote them.
Words that mean the same are written one way: `at least 2` becomes `2 or more`.
"""

from __future__ import annotations

from collections.abc import Sequence

from rulelang.diagnostics.source import Span
from rulelang.syntax import tree as syn
from rulelang.syntax.level_sentences import OfLevels, expected, number_fact, number_facts, of_levels
from rulelang.syntax.spoken import BREAK, commas, in_sentence, listed, number, quoted, said, words_in

__all__ = ["BREAK", "condition", "sentence"]


def sentence(statement: syn.Statement) -> str:
    """Return a statement in words, with `BREAK` wherever it may go on in another line; of a table the heading."""
    match statement:
        case syn.Rule() | syn.OtherwiseRule():
            return _rule(statement)
        case syn.Add(rule):
            return f"add {sentence(rule)}"
        case syn.Replace(rule):
            return f"replace {sentence(rule)}"
        case syn.Remove(labels):
            return f"remove {commas([label.text for label in labels])}"
        case syn.RemoveExamples(titles):
            return f"remove examples {commas([quoted(title) for title in titles])}"
        case syn.ExampleLine() | syn.GivenLine() | syn.GivenYearLine() | syn.FactLine() | syn.ExpectLine():
            return _of_example(statement)
        case syn.GivenNumbersLine(facts):
            return f"given {number_facts(facts)}"
        case syn.ExpectNumber() | syn.ExpectLevel():
            return f"expect {expected(statement)}"
        case syn.VocabularyLine() | syn.ExtendsLine() | syn.YearsLine() | syn.SuspendedYearLine() | syn.Table():
            return _of_vocabulary(statement)
        case _ if isinstance(statement, OfLevels):
            return of_levels(statement)
        case _:
            return _of_file(statement)


def _of_file(  # one for each construct
    statement: syn.RulesetLine
    | syn.UsesLine
    | syn.CitesLine
    | syn.BecauseLine
    | syn.BasedOnLine
    | syn.LevelsFromLine
    | syn.SuspendedLine
    | syn.PublishedUnknownLine
    | syn.PriorityLine
    | syn.ForLine,
) -> str:
    match statement:
        case syn.RulesetLine(title, year):
            return f"ruleset {title}" if year is None else f"ruleset {title} {year}"
        case syn.UsesLine(title):
            return f"uses {title} vocabulary"
        case syn.CitesLine(texts):
            return f"cites {commas([quoted(text) for text in texts])}"
        case syn.BecauseLine(text):
            return f"because {quoted(text)}"
        case syn.BasedOnLine(year):
            return f"based on {year.value}"
        case syn.LevelsFromLine(folder):
            return f"levels from {folder}"
        case syn.SuspendedLine():
            return "suspended"
        case syn.PublishedUnknownLine():
            return "cannot tell counts as not met when published"
        case syn.PriorityLine(number, title):
            return f"priority {number.value} {quoted(title)}"
        case syn.ForLine(kinds):
            return f"for {listed(kinds)}"


def _of_example(
    statement: syn.ExampleLine | syn.GivenLine | syn.GivenYearLine | syn.FactLine | syn.ExpectLine,
) -> str:
    match statement:
        case syn.ExampleLine(title):
            return f"example {quoted(title)}"
        case syn.GivenLine(kind):
            return f"given {'an' if said(kind)[0] in 'aeiouAEIOU' else 'a'} {said(kind)}"
        case syn.GivenYearLine(years):
            return f"given in {in_sentence([str(year.value) for year in years])}" if years else "given last year"
        case syn.FactLine(groups, facts):
            named = [said(group) for group in groups]
            return f"{in_sentence(named)}: {_facts(facts)}" if named else _facts(facts)
        case syn.ExpectLine():
            by = f" by {', '.join(name.text for name in statement.by)}" if statement.by else ""
            return f"expect {_expectation(statement)}{by}"


def _of_vocabulary(
    statement: syn.VocabularyLine | syn.ExtendsLine | syn.YearsLine | syn.SuspendedYearLine | syn.Table,
) -> str:
    match statement:
        case syn.ExtendsLine(path):
            return f"extends {quoted(path)}"
        case syn.VocabularyLine(title):
            return f"vocabulary {title}"
        case syn.YearsLine(years):
            return f"Dashboard years {', '.join(str(year.value) for year in years)}"
        case syn.SuspendedYearLine(year):
            return f"suspended year {year.value}"
        case syn.Table(heading):
            return heading.text


# ---- quantities ----


def _counted(quantity: syn.Quantity, noun: str, nouns: str, *, every: str = "every") -> tuple[str, bool]:
    """Return a quantity of things, `3 or more student groups`, and whether its verb stands in the plural."""
    many = quantity.number
    match quantity.kind:
        case "or more" | "or fewer":
            return f"{many} {quantity.kind} {nouns}", True
        case "exactly":
            return f"exactly {many} {noun if many == 1 else nouns}", many != 1
        case "a majority of at least":
            return f"a majority of at least {many} {nouns}", True
        case "every":
            word = words_in(quantity.span).casefold() or every
            return f"{word} {noun if word == 'every' else nouns}", word != "every"
        case _:
            return f"{quantity.kind} {noun}", False


# ---- rules ----


def _rule(rule: syn.Rule | syn.OtherwiseRule) -> str:
    label = f"{rule.label.text}: " if rule.label is not None else ""
    if isinstance(rule, syn.OtherwiseRule):
        return f"{label}otherwise → {said(rule.outcome)}"
    narrowings = "".join(f" {_narrowing(narrowing)}" for narrowing in rule.narrowings)
    arrow = f"{BREAK}→" if rule.arrow is not None or rule.outcome is not None else ""
    outcome = f" {said(rule.outcome)}" if rule.outcome is not None else ""
    return f"{label}{condition(rule.condition)}{narrowings}{arrow}{outcome}"


def _narrowing(narrowing: syn.Narrowing) -> str:
    groups = listed(narrowing.groups)
    return f"except for {groups}" if narrowing.excluding else f"for {groups} only"


def condition(written: syn.Condition) -> str:  # one for each construct
    """Return a condition in words."""
    match written:
        case syn.LevelTest():
            return _level_test(written)
        case syn.OutcomeTest():
            return _outcome_test(written)
        case syn.GroupTest():
            return _group_test(written)
        case syn.PrioritiesMet(quantity, kind):
            words, plural = _counted(quantity, "priority", "priorities")
            return f"{words} {'are' if plural else 'is'} met{_on_kind(kind)}"
        case syn.IndicatorTest():
            return _indicator_test(written)
        case syn.InYears(inner, window, years_first):
            words = condition(inner)
            return f"{_window(window)},{BREAK}{words}" if years_first else f"{words}{BREAK}{_window(window)}"
        case syn.Not(inner):
            return f"not {condition(inner)}"
        case syn.Parenthesis(inner):
            return f"({condition(inner)})"
        case syn.Chain(parts, joints):
            rest = zip(joints, parts[1:], strict=True)
            return condition(parts[0]) + "".join(f"{BREAK}{joint.text} {condition(part)}" for joint, part in rest)
        case syn.Unless(inner, exception):
            return f"{condition(inner)},{BREAK}unless {condition(exception)}"


def _level_test(test: syn.LevelTest) -> str:
    other = f" and {_levels(test.other)} on the other" if test.other is not None else ""
    return f"{_levels(test.levels)} on {_targets(test.targets)}{other}"


def _levels(levels: syn.Levels) -> str:
    match levels.reach:
        case "rated" | "not rated":
            return levels.reach
        case None:
            return listed(levels.names, "or")
        case reach:
            return f"{listed(levels.names, 'or')} or {reach}"


def _targets(targets: syn.Targets) -> str:
    match targets.how:
        case None | "and" | "or" | ",":
            return listed(targets.indicators, targets.how or "and")
        case "both" | "all of":
            return f"{targets.how} {listed(targets.indicators, targets.joint or 'and')}"
        case syn.Quantity() as quantity:
            return f"{_counted(quantity, 'of', 'of')[0]} {listed(targets.indicators)}"
        case how:
            return f"{how} {listed(targets.indicators, targets.joint or 'or')}"


def _outcome_test(test: syn.OutcomeTest) -> str:
    outcome = test.outcome.span
    ending = words_in(Span(outcome.source, outcome.end, test.span.end))
    return " ".join(filter(None, (said(test.outcome), ending.casefold())))


def _group_test(test: syn.GroupTest) -> str:
    words, plural = _counted(test.quantity, "student group", "student groups")
    or_all = f" (or all, if fewer than {number(test.or_all)})" if test.or_all is not None else ""
    each = " each" if test.each else ""
    return f"{words}{or_all}{each} {_predicate(test.predicate, plural=plural)}"


def _predicate(predicate: syn.Predicate, *, plural: bool) -> str:
    meets = "meet" if plural else "meets"
    match predicate:
        case syn.MeetsPriorities(quantity, kind):
            return f"{meets} {_counted(quantity, 'priority', 'priorities')[0]}{_on_kind(kind)}"
        case syn.MeetsOutcome(outcome):
            return f"{meets} {said(outcome)}"
        case syn.LevelTest():
            return f"{'are' if plural else 'is'} {_level_test(predicate)}"


def _on_kind(kind: syn.Name | None) -> str:
    return f" on {kind.text} indicators" if kind is not None else ""


def _indicator_test(test: syn.IndicatorTest) -> str:
    sort = f"{test.kind.text} " if test.kind is not None else ""
    words, plural = _counted(test.quantity, f"{sort}indicator", f"{sort}indicators", every="all")
    but = f" but {number(test.but)}" if test.but is not None else ""
    some = ""
    if test.at_least is not None and test.at_least_levels is not None:
        some = f" with at least {number(test.at_least)} {_levels(test.at_least_levels)}"
    return f"{words}{but} {'are' if plural else 'is'} {_levels(test.levels)}{some}"


def _window(window: syn.Window) -> str:
    if window.years is None:
        return "last year"
    many = "each" if window.count is None else str(window.count)
    return f"in {many} of the last {window.years} Dashboard year{'s' if window.years != 1 else ''}"


# ---- examples ----


def _facts(facts: Sequence[syn.Fact | syn.NumberFact]) -> str:
    return commas([number_fact(fact) if isinstance(fact, syn.NumberFact) else _fact(fact) for fact in facts])


def _fact(fact: syn.Fact) -> str:
    level = said(fact.level) if fact.level is not None else "unknown" if fact.unknown else "not rated"
    if fact.of_kind is not None:
        return f"{level} on {fact.of_kind.text} indicators"
    both = "both " if len(fact.indicators) == 2 else ""  # noqa: PLR2004  # both is two
    return f"{level} on {both}{listed(fact.indicators)}"


def _expectation(line: syn.ExpectLine) -> str:
    outcome = said(line.outcome) if line.outcome is not None else ""
    if line.group is None:
        match line.answer:
            case "yes":
                return outcome
            case "no":
                return f"not {outcome}"
            case "cannot tell" if outcome:
                return f"cannot tell whether {outcome}"
            case answer:
                return answer
    group = said(line.group)
    match line.answer:
        case "yes":
            return f"{group} meets {outcome}"
        case "no":
            return f"{group} does not meet {outcome}"
        case _:
            return f"cannot tell whether {group} meets {outcome}"
