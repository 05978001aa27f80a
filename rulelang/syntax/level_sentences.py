"""Statements about performance levels in words again: what the formatter writes, tables apart."""

from __future__ import annotations

from typing import Final

from rulelang.diagnostics.source import Span
from rulelang.syntax import tree as syn
from rulelang.syntax.confidence import marks_text
from rulelang.syntax.spoken import BREAK, commas, fixed, listed, number, numeral, said, words_in

OfLevels = (
    syn.IndicatorsLine
    | syn.Measure
    | syn.BandsTable
    | syn.GridTable
    | syn.SmallPopulations
    | syn.Needs
    | syn.Override
    | syn.RemoveLevels
    | syn.Confidence
)


def of_levels(statement: OfLevels) -> str:
    """Return a statement about levels in words; of bands and a grid the line above the table."""
    match statement:
        case syn.IndicatorsLine(indicators):
            return f"for {listed(indicators)}"
        case syn.Measure(subject, value):
            return f"measure {_subject(subject)}{BREAK}= {expression(value)}"
        case syn.BandsTable(subject):
            return f"bands {_subject(subject)}"
        case syn.GridTable(subject, types):
            return f"grid {_subject(subject)}{_types(types)}"
        case syn.SmallPopulations():
            return _small_populations(statement)
        case syn.Needs():
            return _needs(statement)
        case syn.Override(level, when, at_best):
            return f"{'no better than ' if at_best else ''}{said(level)} when {circumstance(when)}"
        case syn.RemoveLevels(what, subject, types):
            of = f" {_subject(subject)}" if subject is not None else ""
            return f"remove {what}{of}{_types(types)}"
        case syn.Confidence(marks, words, text):
            clause = f"confidence {marks_text(marks) or text}"
            return f'{clause} "{words}"' if words else clause


def _subject(subject: syn.Subject) -> str:
    indicators = listed(subject.indicators) if subject.indicators else ""
    return " ".join(filter(None, (indicators, subject.text)))


def _types(types: tuple[syn.Name, ...]) -> str:
    return f" for {listed(types, ',')}" if types else ""


def _small_populations(small: syn.SmallPopulations) -> str:
    groups = f" for {listed(small.groups)} only" if small.groups else ""
    color = ", for the color only" if small.color_only else ""
    first, *rest = [f"{said(level)} as {said(read)}" for level, read in small.readings]
    more = "".join(f"{BREAK}and {reading}" for reading in rest)
    fewer = f"when fewer than {number(small.fewer_than)} {said(small.number)}"
    return f"{fewer}{groups}{color}:{BREAK}read {first}{more}"


def _needs(needs: syn.Needs) -> str:
    scale = f"{said(needs.scale)} " if needs.scale is not None else ""
    years = " in both years" if needs.both_years else ""
    if needs.this_year_when is not None:
        years += f",{BREAK}or in this year when {circumstance(needs.this_year_when)}"
    exceptions = "".join(f";{BREAK}{_size_exception(one)}" for one in needs.exceptions)
    return f"{scale}needs {number(needs.students)} {said(needs.number)}{years}{exceptions}"


def _size_exception(exception: syn.SizeException) -> str:
    groups = f" for {listed(exception.groups)}" if exception.groups else ""
    kinds = f" at a {listed(exception.kinds, 'or')}" if exception.kinds else ""
    counted = f" {said(exception.number)}" if exception.number is not None else ""
    return f"{number(exception.students)}{counted}{groups}{kinds}"


# ---- expressions ----

_VALUE, _EXPRESSION, _WHOLE, _SUM, _PRODUCT, _ATOM = range(6)
"""How closely the parts of an expression hang together; what hangs together less stands in parentheses."""

_SIGNS: Final = {"plus": "+", "minus": "−", "times": "×", "divided by": "÷"}


def expression(written: syn.Expression, closeness: int = _VALUE) -> str:
    """Return an expression in words, in parentheses where it hangs together less than its place asks."""
    words = _expression(written)
    return words if _closeness(written) >= closeness else f"({words})"


def _closeness(written: syn.Expression) -> int:
    match written:
        case syn.Scaled():
            return _VALUE
        case syn.IfOtherwise():
            return _EXPRESSION
        case syn.OneOfMany() | syn.SmallestAddition() | syn.NotEstablishedValue():
            return _WHOLE
        case syn.Arithmetic(operator):
            return _SUM if operator in ("plus", "minus") else _PRODUCT
        case _:
            return _ATOM


def _expression(written: syn.Expression) -> str:
    match written:
        case syn.Numeral(value):
            return numeral(value, written.span.text)
        case syn.NumberName(name, last_year, years_before):
            years = f" over the {years_before} years before" if years_before else ""
            return f"{_last_years(last_year=last_year)}{said(name)}{years}"
        case syn.Arithmetic(operator, first, second):
            own = _closeness(written)
            return f"{expression(first, own)}{BREAK}{_SIGNS[operator]} {expression(second, own + 1)}"
        case syn.OneOfMany(how, parts):
            words = [expression(part, _PRODUCT) for part in parts]
            return f"{how} {commas(words[:-1])} and {words[-1]}"
        case syn.SmallestAddition():
            return _smallest(written)
        case syn.Scaled(value, percent, decimals):
            closeness = _ATOM if _ends_in_smallest(value) else _EXPRESSION
            scaled = f",{BREAK}as a percent" if percent else ""
            return f"{expression(value, closeness)}{scaled}{_rounded(decimals, 'a whole number')}"
        case syn.IfOtherwise(value, when, otherwise):
            whole = expression(value, _WHOLE)
            return f"{whole}{BREAK}if {circumstance(when)},{BREAK}otherwise {expression(otherwise, _EXPRESSION)}"
        case syn.NotEstablishedValue():
            return "not established"


def _last_years(*, last_year: bool) -> str:
    return "last year's " if last_year else ""


def _smallest(addition: syn.SmallestAddition) -> str:
    part, whole = expression(addition.part, _PRODUCT), expression(addition.whole, _PRODUCT)
    percent = numeral(addition.percent, _between(addition.part.span, addition.whole.span))
    start = f"smallest whole number that brings {part}{BREAK}to {percent} percent of {whole}"
    return f"{start}{_rounded(addition.decimals, 'a whole percent')}"


def _rounded(decimals: int | None, whole: str) -> str:
    if decimals is None:
        return ""
    places = f"{decimals} decimal{'s' if decimals != 1 else ''}" if decimals else whole
    return f",{BREAK}rounded to {places}"


def _ends_in_smallest(written: syn.Expression) -> bool:
    """Return whether a rounding behind an expression would be taken for that of the smallest addition it ends with."""
    if isinstance(written, syn.IfOtherwise):
        return _ends_in_smallest(written.otherwise)
    return isinstance(written, syn.SmallestAddition)


def _between(first: Span, second: Span) -> str:
    return first.source.text[first.end : second.start]


# ---- circumstances ----


def circumstance(written: syn.Circumstance, *, alone: bool = True) -> str:
    """Return a circumstance in words; in parentheses where it joins others and does not stand alone."""
    match written:
        case syn.NumberTest(value, how, limit):
            start = f"{expression(value, _WHOLE)} is"
            bound = expression(limit, _WHOLE)
            return f"{start} {bound} {_BEHIND[how]}" if how in _BEHIND else f"{start} {how} {bound}"
        case syn.GivenTest(value):
            return f"{expression(value, _WHOLE)} is given"
        case syn.FlagTest(level):
            return said(level)
        case syn.Negated(syn.FlagTest(level)):
            return f"not ({said(level)})"  # `not Met` would be the level of that name, where there is one
        case syn.Negated(inner):
            return f"not {circumstance(inner, alone=False)}"
        case syn.Joined(joint, parts):
            words = f"{BREAK}{joint} ".join(circumstance(part, alone=False) for part in parts)
            return words if alone else f"({words})"


_BEHIND: Final = {"at least": "or more", "at most": "or less"}


# ---- examples ----


def number_facts(facts: tuple[syn.NumberFact, ...]) -> str:
    """Return the facts of a `given` line."""
    return commas([number_fact(fact) for fact in facts])


def number_fact(fact: syn.NumberFact) -> str:
    """Return `suspended students 4 on Suspension Rate`, or of a measure `Suspension Rate Status 4.0`."""
    name = f"{_last_years(last_year=fact.number.last_year)}{said(fact.number.name)}"
    behind = before = ""
    if fact.indicator is not None and (fact.number.name.known or fact.number.last_year):
        behind = f" on {said(fact.indicator)}"
    elif fact.indicator is not None:
        before = f"{said(fact.indicator)} "
    if fact.value is None:
        return f"unknown {before}{name}{behind}"
    written = fact.span.source.text[fact.number.span.end : fact.span.end]
    return f"{before}{name} {numeral(fact.value, written)}{behind}"


def expected(line: syn.ExpectNumber | syn.ExpectLevel) -> str:
    """Return what a line expects of a number or a level."""
    group = f"{said(line.group)}: " if line.group is not None else ""
    subject = _subject(line.subject)
    if line.answer == "cannot tell":
        return f"{group}cannot tell {subject}"
    return f"{group}{subject} {_answer(line)}"


def _answer(line: syn.ExpectNumber | syn.ExpectLevel) -> str:
    if isinstance(line, syn.ExpectLevel):
        return said(line.level) if line.level is not None else line.answer
    if line.value is None:
        return line.answer
    is_decimal = (line.value * 10**line.decimals).denominator == 1
    return fixed(line.value, line.decimals) if is_decimal else numeral(line.value, words_in(line.span))
