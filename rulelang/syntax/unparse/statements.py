"""A statement of the syntax tree as text, on one line: what the formatter writes.

Names are as the vocabulary writes them or, if the author used another of their names, as the author wrote them. Words
with the same meaning are written one way: `at least 2` becomes `2 or more`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from rulelang.diagnostics.dates import date_in
from rulelang.diagnostics.decimals import exact_text
from rulelang.diagnostics.sentences import in_sentence, with_article
from rulelang.syntax import tree as syn
from rulelang.syntax.tree.statements import marks_text
from rulelang.syntax.unparse.expressions import condition, expression, last_years, narrowed
from rulelang.syntax.unparse.words import (
    BREAK,
    commas,
    joining_word,
    listed,
    name_text,
    number,
    numeral,
    quoted,
    words_in,
)


def sentence(statement: syn.Statement) -> str:
    """Return a statement as text, with `BREAK` wherever it may continue on another line; for a table, the heading."""
    return _WORDS[type(statement)](statement)


def _given_years(line: syn.GivenYearLine) -> str:
    if line.years:
        return f"in {in_sentence(year.value for year in line.years)}"
    if line.each_of_last:
        return f"in each of the last {line.each_of_last} {line.called}"
    named = {0: "this year", 1: "last year"}
    return in_sentence(named.get(ago, f"{ago} {line.called} ago") for ago in line.ago or (1,))


# ---- rules ----


def _rule(rule: syn.Rule) -> str:
    arrow = f"{BREAK}→" if rule.arrow is not None or rule.outcome is not None else ""
    outcome = f" {name_text(rule.outcome)}" if rule.outcome is not None else ""
    beside = f"{rule.beside.how} {rule.beside.label.text}" if rule.beside is not None else ""
    head = " ".join(filter(None, (rule.label.text if rule.label is not None else "", beside)))
    label = f"{head}: " if head else ""
    return f"{label}{condition(rule.condition)}{narrowed(rule.narrowings)}{arrow}{outcome}"


# ---- levels ----


def _subject(subject: syn.Subject) -> str:
    indicators = listed(subject.indicators) if subject.indicators else ""
    return " ".join(filter(None, (indicators, subject.text)))


def _measure(measure: syn.Measure) -> str:
    if isinstance(measure.value, syn.LookUp):
        return f"table {_subject(measure.subject)}"
    return f"measure {_subject(measure.subject)}{BREAK}= {expression(measure.value)}"


def _types(types: tuple[syn.Name, ...]) -> str:
    return f" for {listed(types, ',')}" if types else ""


def _confidence(clause: syn.Confidence) -> str:
    marks = f"confidence {marks_text(clause.marks) or clause.text}"
    return f'{marks} "{clause.words}"' if clause.words else marks


def _remove_levels(removal: syn.RemoveLevels) -> str:
    named = f" {_subject(removal.subject)}" if removal.subject is not None else ""
    return f"remove {removal.what}{named}{_types(removal.types)}"


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
    kinds = f" at {with_article(listed(exception.kinds, 'or'))}" if exception.kinds else ""
    counted = f" {name_text(exception.number)}" if exception.number is not None else ""
    return f"{number(exception.students)}{counted}{groups}{kinds}"


# ---- examples ----


def _fact_line(line: syn.FactLine) -> str:
    named = listed(line.groups, joining_word(line.joints, "and"), line.joints) if line.groups else ""
    facts = commas([_number_fact(fact) if isinstance(fact, syn.NumberFact) else _fact(fact) for fact in line.facts])
    return f"{'given ' if line.given else ''}{f'{named}: ' if named else ''}{facts}"


def _given(line: syn.GivenLine) -> str:
    kind = name_text(line.kind)
    name = f' "{line.name.text}"' if line.name is not None else ""
    return f"given {'an' if kind[0] in 'aeiouAEIOU' else 'a'} {kind}{name}"


def _expect_line(line: syn.ExpectLine) -> str:
    by = f" by {', '.join(name.text for name in line.by)}" if line.by else ""
    return f"expect {_expectation(line)}{by}"


def _fact(fact: syn.Fact) -> str:
    level = name_text(fact.level) if fact.level is not None else "unknown" if fact.unknown else "not rated"
    if fact.of_kind is not None:
        return f"{level} on {fact.of_kind.text} indicators"
    joint = joining_word(fact.joints, "and")
    both = "both " if fact.both or (len(fact.indicators) == 2 and joint == "and") else ""  # noqa: PLR2004  # both is two
    return f"{level} on {both}{listed(fact.indicators, joint, fact.joints)}"


def _expectation(line: syn.ExpectLine) -> str:
    if line.outcome is None:
        return line.answer
    outcome = name_text(line.outcome)
    group = name_text(line.group) if line.group is not None else ""
    if line.answer == "no":
        return f"{group} does not meet {outcome}" if group else f"not {outcome}"
    met = f"{group} meets {outcome}" if group else outcome
    return met if line.answer == "yes" else f"cannot tell whether {met}"


def _number_fact(fact: syn.NumberFact) -> str:
    """Return `suspended students 4 on Suspension Rate`, or of a measure `Suspension Rate Status 4.0`."""
    name = f"{last_years(last_year=fact.number.last_year)}{name_text(fact.number.name)}"
    behind = before = ""
    if fact.indicator is not None and (fact.number.name.known or fact.number.last_year):
        behind = f" on {name_text(fact.indicator)}"
    elif fact.indicator is not None:
        before = f"{name_text(fact.indicator)} "
    if fact.value is None:
        return f"{'not rated' if fact.not_rated else 'unknown'} {before}{name}{behind}"
    written = fact.span.source.text[fact.number.span.end : fact.span.end]
    if isinstance(fact.value, str) or written.strip()[:1] == "$" or date_in(written) is not None:
        value = written.strip() if isinstance(fact.value, str) else " ".join(written.split())
        return f"{before}{name} {value}{behind}"
    return f"{before}{name} {numeral(fact.value, written)}{behind}"


def _expected(line: syn.ExpectValue) -> str:
    """Return what a line expects of a number or a level."""
    group = f"{name_text(line.group)}: " if line.group is not None else ""
    subject = _subject(line.subject)
    if line.answer == "cannot tell":
        return f"{group}cannot tell {subject}"
    return f"{group}{subject} {_answer(line)}"


def _answer(line: syn.ExpectValue) -> str:
    match line.value:
        case None:
            return line.answer
        case syn.Name() as level:
            return name_text(level)
        case number:
            is_decimal = (number * 10**line.decimals).denominator == 1
            return exact_text(number, line.decimals) if is_decimal else numeral(number, words_in(line.span))


_WORDS: Final[Mapping[type[syn.Statement], Callable[[Any], str]]] = {
    # ---- rules ----
    syn.Rule: _rule,
    syn.Change: lambda change: f"{change.how} {sentence(change.rule)}",
    syn.Remove: lambda change: f"remove {commas([label.text for label in change.labels])}",
    syn.RemoveExamples: lambda change: f"remove examples {commas([quoted(title) for title in change.titles])}",
    syn.RemoveLevels: _remove_levels,
    # ---- clauses and headings ----
    syn.Explanation: lambda line: (
        f"because {quoted(line.because)}" if line.because else f"cites {commas([quoted(text) for text in line.cites])}"
    ),
    syn.Confidence: _confidence,
    syn.PriorityLine: lambda line: f"priority {line.number.value} {quoted(line.title)}",
    syn.ForLine: lambda line: f"for {listed(line.kinds or line.indicators)}",
    # ---- lines of a file ----
    syn.FileLine: lambda line: f"{line.what} {quoted(line.text) if line.quoted else line.named}".strip(),
    # ---- vocabularies ----
    syn.YearsLine: lambda line: f"{line.called} {', '.join(str(year.value) for year in line.years)}",
    syn.SuspendedYearLine: lambda line: f"suspended year {line.year.value}",
    syn.Table: lambda table: table.heading.text,
    # ---- levels ----
    syn.Measure: _measure,
    syn.BandsTable: lambda table: f"bands {_subject(table.subject)}",
    syn.GridTable: lambda table: f"grid {_subject(table.subject)}{_types(table.types)}",
    syn.SmallPopulations: _small_populations,
    syn.Needs: _needs,
    syn.Override: lambda one: (
        f"{'no better than ' if one.at_best else ''}{name_text(one.level)} when {condition(one.condition)}"
    ),
    # ---- examples ----
    syn.ExampleLine: lambda line: (
        f"example {quoted(line.title)}" + (f" in {line.only_in.value} only" if line.only_in else "")
    ),
    syn.GivenLine: _given,
    syn.GivenYearLine: lambda line: f"given {_given_years(line)}",
    syn.FactLine: _fact_line,
    syn.ExpectLine: _expect_line,
    syn.ExpectValue: lambda line: f"expect {_expected(line)}",
}
"""How each kind of statement is written."""
