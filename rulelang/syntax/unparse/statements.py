"""A statement of the syntax tree in words again, on one line: what the formatter writes.

Names stand as the vocabulary writes them, or, where the author used another of their names, as the author wrote them.
Words that mean the same are written one way: `at least 2` becomes `2 or more`.
"""

from __future__ import annotations

from collections.abc import Sequence

from rulelang.diagnostics.dates import date_in
from rulelang.diagnostics.sentences import in_sentence
from rulelang.syntax import tree as syn
from rulelang.syntax.confidence import marks_text
from rulelang.syntax.unparse.expressions import condition, expression, last_years, narrowed
from rulelang.syntax.unparse.words import (
    BREAK,
    commas,
    fixed,
    joining_word,
    listed,
    name_text,
    number,
    numeral,
    quoted,
    words_in,
)


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
        case syn.CitesLine(texts):
            return f"cites {commas([quoted(text) for text in texts])}"
        case syn.BecauseLine(text):
            return f"because {quoted(text)}"
        case syn.PriorityLine(of, title):
            return f"priority {of.value} {quoted(title)}"
        case syn.ForLine(names) | syn.IndicatorsLine(names):
            return f"for {listed(names)}"
        case _:
            return _of_header(statement)


def _of_header(statement: syn.Statement) -> str:
    match statement:
        case syn.RulesetLine(title, year):
            return f"ruleset {title}" if year is None else f"ruleset {title} {year}"
        case syn.WhatIfLine(title, base):
            return f"what if based on {base.text}" if base is not None else f"what if {title}"
        case syn.UsesLine(title):
            return f"uses {title} vocabulary"
        case syn.BasedOnLine(base):
            return f"based on {base.text}"
        case syn.EarlierYearsLine(folder):
            return f"earlier years from {folder}"
        case syn.LevelsFromLine(folder):
            return f"levels from {folder}"
        case syn.SuspendedLine():
            return "suspended"
        case syn.PublishedUnknownLine():
            return "cannot tell counts as not met when published"
        case _:
            return _of_vocabulary(statement)


def _of_vocabulary(statement: syn.Statement) -> str:
    match statement:
        case syn.ExtendsLine(path, by_name):
            return f"extends {path.text} vocabulary" if by_name else f"extends {quoted(path)}"
        case syn.VocabularyLine(title):
            return f"vocabulary {title}"
        case syn.YearsLine(years):
            return f"Dashboard years {', '.join(str(year.value) for year in years)}"
        case syn.SuspendedYearLine(year):
            return f"suspended year {year.value}"
        case syn.Table(heading):
            return heading.text
        case _:
            return _of_levels(statement)


def _of_levels(statement: syn.Statement) -> str:
    match statement:
        case syn.Measure(subject, value):
            return f"measure {_subject(subject)}{BREAK}= {expression(value)}"
        case syn.LookUpTable(subject):
            return f"table {_subject(subject)}"
        case syn.BandsTable(subject):
            return f"bands {_subject(subject)}"
        case syn.GridTable(subject, types):
            return f"grid {_subject(subject)}{_types(types)}"
        case syn.SmallPopulations():
            return _small_populations(statement)
        case syn.Needs():
            return _needs(statement)
        case syn.Override(level, when, at_best):
            return f"{'no better than ' if at_best else ''}{name_text(level)} when {condition(when)}"
        case syn.RemoveLevels(what, of, types):
            named = f" {_subject(of)}" if of is not None else ""
            return f"remove {what}{named}{_types(types)}"
        case syn.Confidence(marks, words, text):
            clause = f"confidence {marks_text(marks) or text}"
            return f'{clause} "{words}"' if words else clause
        case _:
            return _of_example(statement)


def _of_example(statement: syn.Statement) -> str:
    match statement:
        case syn.ExampleLine(title, only_in):
            only = f" in {only_in.value} only" if only_in is not None else ""
            return f"example {quoted(title)}{only}"
        case syn.GivenLine(kind):
            return f"given {'an' if name_text(kind)[0] in 'aeiouAEIOU' else 'a'} {name_text(kind)}"
        case syn.GivenYearLine():
            return f"given {_given_years(statement)}"
        case syn.GivenNumbersLine(facts):
            return f"given {_facts(facts)}"
        case syn.FactLine(groups, facts):
            named = listed(groups, joining_word(statement.joints, "and"), statement.joints) if groups else ""
            return f"{named}: {_facts(facts)}" if named else _facts(facts)
        case syn.ExpectLine():
            by = f" by {', '.join(name.text for name in statement.by)}" if statement.by else ""
            return f"expect {_expectation(statement)}{by}"
        case syn.ExpectNumber() | syn.ExpectLevel():
            return f"expect {_expected(statement)}"
        case _:
            raise TypeError(statement)


def _given_years(line: syn.GivenYearLine) -> str:
    if line.years:
        return f"in {in_sentence(year.value for year in line.years)}"
    if line.each_of_last:
        return f"in each of the last {line.each_of_last} Dashboard years"
    named = {0: "this year", 1: "last year"}
    return in_sentence(named.get(ago, f"{ago} Dashboard years ago") for ago in line.ago or (1,))


# ---- rules ----


def _rule(rule: syn.Rule | syn.OtherwiseRule) -> str:
    label = f"{rule.label.text}: " if rule.label is not None else ""
    if isinstance(rule, syn.OtherwiseRule):
        return f"{label}otherwise → {name_text(rule.outcome)}"
    narrowings = narrowed(rule.narrowings)
    arrow = f"{BREAK}→" if rule.arrow is not None or rule.outcome is not None else ""
    outcome = f" {name_text(rule.outcome)}" if rule.outcome is not None else ""
    return f"{label}{condition(rule.condition)}{narrowings}{arrow}{outcome}"


# ---- levels ----


def _subject(subject: syn.Subject) -> str:
    indicators = listed(subject.indicators) if subject.indicators else ""
    return " ".join(filter(None, (indicators, subject.text)))


def _types(types: tuple[syn.Name, ...]) -> str:
    return f" for {listed(types, ',')}" if types else ""


def _small_populations(small: syn.SmallPopulations) -> str:
    groups = f" for {listed(small.groups)} only" if small.groups else ""
    color = ", for the color only" if small.color_only else ""
    first, *rest = [f"{name_text(level)} as {name_text(read)}" for level, read in small.readings]
    more = "".join(f"{BREAK}and {reading}" for reading in rest)
    fewer = f"when fewer than {number(small.fewer_than)} {name_text(small.number)}"
    return f"{fewer}{groups}{color}:{BREAK}read {first}{more}"


def _needs(needs: syn.Needs) -> str:
    scale = f"{name_text(needs.scale)} " if needs.scale is not None else ""
    years = " in both years" if needs.both_years else ""
    if needs.this_year_when is not None:
        years += f",{BREAK}or in this year when {condition(needs.this_year_when)}"
    exceptions = "".join(f";{BREAK}{_size_exception(one)}" for one in needs.exceptions)
    return f"{scale}needs {number(needs.students)} {name_text(needs.number)}{years}{exceptions}"


def _size_exception(exception: syn.SizeException) -> str:
    groups = f" for {listed(exception.groups)}" if exception.groups else ""
    kinds = f" at a {listed(exception.kinds, 'or')}" if exception.kinds else ""
    counted = f" {name_text(exception.number)}" if exception.number is not None else ""
    return f"{number(exception.students)}{counted}{groups}{kinds}"


# ---- examples ----


def _facts(facts: Sequence[syn.Fact | syn.NumberFact]) -> str:
    return commas([_number_fact(fact) if isinstance(fact, syn.NumberFact) else _fact(fact) for fact in facts])


def _fact(fact: syn.Fact) -> str:
    level = name_text(fact.level) if fact.level is not None else "unknown" if fact.unknown else "not rated"
    if fact.of_kind is not None:
        return f"{level} on {fact.of_kind.text} indicators"
    joint = joining_word(fact.joints, "and")
    both = "both " if fact.both or (len(fact.indicators) == 2 and joint == "and") else ""  # noqa: PLR2004  # both is two
    return f"{level} on {both}{listed(fact.indicators, joint, fact.joints)}"


def _expectation(line: syn.ExpectLine) -> str:
    outcome = name_text(line.outcome) if line.outcome is not None else ""
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
    group = name_text(line.group)
    match line.answer:
        case "yes":
            return f"{group} meets {outcome}"
        case "no":
            return f"{group} does not meet {outcome}"
        case _:
            return f"cannot tell whether {group} meets {outcome}"


def _number_fact(fact: syn.NumberFact) -> str:
    """Return `suspended students 4 on Suspension Rate`, or of a measure `Suspension Rate Status 4.0`."""
    name = f"{last_years(last_year=fact.number.last_year)}{name_text(fact.number.name)}"
    behind = before = ""
    if fact.indicator is not None and (fact.number.name.known or fact.number.last_year):
        behind = f" on {name_text(fact.indicator)}"
    elif fact.indicator is not None:
        before = f"{name_text(fact.indicator)} "
    if fact.value is None:
        return f"unknown {before}{name}{behind}"
    written = fact.span.source.text[fact.number.span.end : fact.span.end]
    if isinstance(fact.value, str) or written.strip()[:1] == "$" or date_in(written) is not None:
        return f"{before}{name} {' '.join(written.split())}{behind}"
    return f"{before}{name} {numeral(fact.value, written)}{behind}"


def _expected(line: syn.ExpectNumber | syn.ExpectLevel) -> str:
    """Return what a line expects of a number or a level."""
    group = f"{name_text(line.group)}: " if line.group is not None else ""
    subject = _subject(line.subject)
    if line.answer == "cannot tell":
        return f"{group}cannot tell {subject}"
    return f"{group}{subject} {_answer(line)}"


def _answer(line: syn.ExpectNumber | syn.ExpectLevel) -> str:
    if isinstance(line, syn.ExpectLevel):
        return name_text(line.level) if line.level is not None else line.answer
    if line.value is None:
        return line.answer
    is_decimal = (line.value * 10**line.decimals).denominator == 1
    return fixed(line.value, line.decimals) if is_decimal else numeral(line.value, words_in(line.span))
