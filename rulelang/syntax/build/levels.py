"""Builds statements about performance levels, and the lines of examples that hold numbers."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Final

from attrs import evolve, frozen

from rulelang.diagnostics.source import Span
from rulelang.syntax import tree as syn
from rulelang.syntax.build.children import Child, Listed, every, has, names, need, numbers, one, span_of, words
from rulelang.syntax.confidence import read_marks
from rulelang.syntax.tokens import Word, cells


@frozen
class _Readings:
    """The levels of a small population, each with the one it is read as."""

    pairs: tuple[tuple[syn.Name, syn.Name], ...]
    span: Span


@frozen
class _Rounding:
    decimals: int
    span: Span


@frozen
class _YearsNeeded:
    this_year_when: syn.Circumstance | None
    span: Span


@frozen
class _Exact:
    value: Fraction
    decimals: int
    span: Span


def name_of(word: Word) -> syn.Name:
    """Return the name that a word is."""
    return syn.Name(str(word), known=not word.type.startswith("UNKNOWN_"), span=word.span)


def number_of(word: Word) -> syn.Name:
    """Return the name of a number or a measure; those of measures are names of the file, not of the vocabulary."""
    return syn.Name(str(word), known=word.type == "NUMBER_NAME", span=word.span)


class LevelBuilder:
    """Builds statements about performance levels."""

    @staticmethod
    def indicators_line(children: list[Child]) -> syn.IndicatorsLine:
        return syn.IndicatorsLine(children[-1].names, span=span_of(children))

    @staticmethod
    def measure(children: list[Child]) -> syn.Measure:
        return syn.Measure(children[1], children[-1], span=span_of(children))

    @staticmethod
    def bands(children: list[Child]) -> syn.BandsTable:
        head = [child for child in children if not _is_row(child)]
        return syn.BandsTable(need(children, syn.Subject), table_below(children), span=span_of(head))

    @staticmethod
    def grid(children: list[Child]) -> syn.GridTable:
        head = [child for child in children if not _is_row(child)]
        return syn.GridTable(need(children, syn.Subject), names(children), table_below(children), span=span_of(head))

    @staticmethod
    def small_populations(children: list[Child]) -> syn.SmallPopulations:
        return syn.SmallPopulations(
            fewer_than=numbers(children)[0],
            number=need(children, syn.Name),
            readings=need(children, _Readings).pairs,
            groups=names(children),
            color_only=has(children, "FOR_THE_COLOR_ONLY"),
            span=span_of(children),
        )

    @staticmethod
    def needs(children: list[Child]) -> syn.Needs:
        named = every(children, syn.Name)
        years = one(children, _YearsNeeded)
        return syn.Needs(
            scale=named[0] if len(named) > 1 else None,
            students=numbers(children)[0],
            number=named[-1],
            both_years=years is not None,
            exceptions=every(children, syn.SizeException),
            this_year_when=years.this_year_when if years else None,
            span=span_of(children),
        )

    @staticmethod
    def override(children: list[Child]) -> syn.Override:
        at_best = has(children, "NO_BETTER_THAN")
        return syn.Override(need(children, syn.Name), children[-1], at_best, span=span_of(children))

    @staticmethod
    def remove_levels(children: list[Child]) -> syn.RemoveLevels:
        what = words(children, *_REMOVED)[0].type
        listed = every(children, Listed)
        subject = one(children, syn.Subject)
        if subject is None and listed and what not in ("BANDS", "GRID", "MEASURE"):
            subject, listed = syn.Subject(listed[0].names, "", span=listed[0].span), ()
        types = listed[-1].names if listed else ()
        return syn.RemoveLevels(what.replace("_", " ").casefold(), subject, types, span=span_of(children))

    @staticmethod
    def confidence(children: list[Child]) -> syn.Confidence:
        text = str(children[1])
        said = "".join(str(word) for word in words(children, "STRING"))
        return syn.Confidence(read_marks(text), said, text, span=span_of(children))

    @staticmethod
    def stray_row(children: list[Child]) -> syn.TableBelow:
        return table_below(children)

    # ---- their parts ----

    @staticmethod
    def subject(children: list[Child]) -> syn.Subject:
        return syn.Subject(names(children), children[-1].text, span=span_of(children))

    scale_subject = override_subject = subject

    @staticmethod
    def any_number(children: list[Child]) -> syn.Name:
        return number_of(children[0])

    number_word = any_number

    @staticmethod
    def scale(children: list[Child]) -> syn.Name:
        return name_of(children[0])

    @staticmethod
    def unstated(children: list[Child]) -> syn.Name:
        return syn.Name(str(children[0]), known=False, span=span_of(children))

    @staticmethod
    def reading(children: list[Child]) -> Listed:
        return Listed(every(children, syn.Name), None, span_of(children))

    @staticmethod
    def readings(children: list[Child]) -> _Readings:
        pairs = tuple((one.names[0], one.names[1]) for one in every(children, Listed))
        return _Readings(pairs, span_of(children))

    @staticmethod
    def years_needed(children: list[Child]) -> _YearsNeeded:
        return _YearsNeeded(children[-1] if len(children) > 1 else None, span_of(children))

    @staticmethod
    def size_exception(children: list[Child]) -> syn.SizeException:
        at = next((index for index, child in enumerate(children) if has([child], "AT")), len(children))
        return syn.SizeException(
            students=numbers(children)[0],
            groups=names(children[:at]),
            kinds=names(children[at:]),
            number=one(children, syn.Name),
            span=span_of(children),
        )


_REMOVED: Final = ("BANDS", "GRID", "MEASURE", "SMALL_POPULATIONS", "NEEDS", "OVERRIDE", "EVERYTHING")


class ExpressionBuilder:
    """Builds what measures are worked out by, and the circumstances of overrides."""

    @staticmethod
    def exact(children: list[Child]) -> _Exact:
        text = str(children[-1])
        value = -Fraction(text) if has(children, "MINUS") else Fraction(text)
        return _Exact(value, len(text.partition(".")[2]), span_of(children))

    @staticmethod
    def numeral(children: list[Child]) -> syn.Numeral:
        return syn.Numeral(children[0].value, span=span_of(children))

    @staticmethod
    def number_name(children: list[Child]) -> syn.NumberName:
        years = numbers(children)
        return syn.NumberName(
            need(children, syn.Name),
            last_year=has(children, "LAST_YEARS"),
            years_before=years[0].value if years else 0,
            span=span_of(children),
        )

    @staticmethod
    def in_parentheses(children: list[Child]) -> Child:
        return evolve(children[1], span=span_of(children))

    @staticmethod
    def arithmetic(children: list[Child]) -> syn.Arithmetic:
        operator = _OPERATORS[children[1].type]
        return syn.Arithmetic(operator, children[0], children[2], span=span_of(children))

    @staticmethod
    def one_of_many(children: list[Child]) -> syn.OneOfMany:
        how = children[0].type.replace("_", " ").casefold()
        parts = tuple(child for child in children if not isinstance(child, Word))
        return syn.OneOfMany(how, parts, span=span_of(children))

    @staticmethod
    def smallest_addition(children: list[Child]) -> syn.SmallestAddition:
        rounding = one(children, _Rounding)
        decimals = rounding.decimals if rounding else None
        return syn.SmallestAddition(children[1], children[3].value, children[5], decimals, span=span_of(children))

    @staticmethod
    def rounding(children: list[Child]) -> _Rounding:
        decimals = numbers(children)
        return _Rounding(decimals[0].value if decimals else 0, span_of(children))

    @staticmethod
    def scaled(children: list[Child]) -> syn.Scaled:
        rounding = one(children, _Rounding)
        decimals = rounding.decimals if rounding else None
        return syn.Scaled(children[0], has(children, "AS_A_PERCENT"), decimals, span=span_of(children))

    @staticmethod
    def if_otherwise(children: list[Child]) -> syn.IfOtherwise:
        return syn.IfOtherwise(children[0], children[2], children[4], span=span_of(children))

    @staticmethod
    def not_established(children: list[Child]) -> syn.NotEstablishedValue:
        return syn.NotEstablishedValue(span=span_of(children))

    @staticmethod
    def joined(children: list[Child]) -> syn.Joined:
        first, joint, last = children
        how = joint.type.casefold()
        return syn.Joined(how, (*_parts(first, how), last), span=span_of(children))

    @staticmethod
    def negated(children: list[Child]) -> syn.Negated:
        return syn.Negated(children[1], span=span_of(children))

    @staticmethod
    def flag_test(children: list[Child]) -> syn.FlagTest:
        return syn.FlagTest(children[0], span=span_of(children))

    @staticmethod
    def given_test(children: list[Child]) -> syn.GivenTest:
        return syn.GivenTest(children[0], span=span_of(children))

    @staticmethod
    def number_test(children: list[Child]) -> syn.NumberTest:
        how = words(children, *_TESTS)[0].type
        value, limit = (child for child in children if not isinstance(child, Word))
        return syn.NumberTest(value, _TESTS[how], limit, span=span_of(children))


_OPERATORS: Final = {"PLUS": "plus", "MINUS": "minus", "TIMES": "times", "DIVIDED_BY": "divided by"}
_TESTS: Final = {
    "ABOVE": "above",
    "BELOW": "below",
    "AT_LEAST": "at least",
    "OR_MORE": "at least",
    "AT_MOST": "at most",
    "OR_FEWER": "at most",
}


def _parts(first: syn.Circumstance, how: str) -> tuple[syn.Circumstance, ...]:
    """Return the parts before the last: `a and b` in `a and b and c`, unless it stands in parentheses."""
    if isinstance(first, syn.Joined) and first.joint == how and first.span.end == first.parts[-1].span.end:
        return first.parts
    return (first,)


class NumberLineBuilder:
    """Builds the lines of examples that hold numbers and levels."""

    @staticmethod
    def given_numbers_line(children: list[Child]) -> syn.GivenNumbersLine:
        return syn.GivenNumbersLine(every(children, syn.NumberFact), span=span_of(children))

    @staticmethod
    def number_fact(children: list[Child]) -> syn.NumberFact:
        exact = one(children, _Exact)
        return syn.NumberFact(
            need(children, syn.NumberName),
            exact.value if exact else None,
            one(children, syn.Name),
            span=span_of(children),
        )

    unknown_number = number_fact

    @staticmethod
    def example_number(children: list[Child]) -> syn.NumberName:
        name = need(children, syn.Name)
        return syn.NumberName(name, last_year=has(children, "LAST_YEARS"), span=span_of(children))

    @staticmethod
    def example_subject(children: list[Child]) -> syn.Subject:
        return syn.Subject(every(children, syn.Name), str(children[-1]), span=span_of(children))

    @staticmethod
    def expect_number(children: list[Child]) -> syn.ExpectNumber:
        subject, exact = children
        return syn.ExpectNumber(subject, exact.value, "number", decimals=exact.decimals, span=span_of(children))

    @staticmethod
    def expect_level(children: list[Child]) -> syn.ExpectLevel:
        subject = need(children, syn.Subject)
        level = one(children, syn.Name)
        answer = "level" if level else "not rated" if has(children, "NOT_RATED") else "cannot tell"
        return syn.ExpectLevel(subject, level, answer, span=span_of(children))

    @staticmethod
    def expect_of_levels(children: list[Child]) -> syn.ExpectLevel | syn.ExpectNumber:
        expected = one(children, syn.ExpectLevel) or need(children, syn.ExpectNumber)
        return evolve(expected, group=one(children, syn.Name), span=span_of(children))


# ---- tables ----

_SEPARATOR: Final = re.compile(r":?-+:?")


def _is_row(child: Child) -> bool:
    return isinstance(child, Word) and child.type == "TABLE_ROW"


def table_below(children: list[Child]) -> syn.TableBelow:
    """Return the table of the rows among the children, without the line that Markdown draws below the header."""
    rows = [child for child in children if _is_row(child)]
    written = [table_row(row) for row in rows]
    said = [row for row in written if not all(_SEPARATOR.fullmatch(one.text) or not one.text for one in row)]
    read = _without_blank_columns(said or written[:1])
    return syn.TableBelow(tuple(_fitted(row, read[0]) for row in read), span=span_of(rows))


def _without_blank_columns(rows: list[tuple[syn.Text, ...]]) -> list[tuple[syn.Text, ...]]:
    """Return rows without the blank cells at the head or the end of each, which a tab around a pasted table makes."""
    while all(len(row) > 1 and not row[0].text for row in rows):
        rows = [row[1:] for row in rows]
    while all(len(row) > 1 and not row[-1].text for row in rows):
        rows = [row[:-1] for row in rows]
    return rows


def table_row(word: Word) -> tuple[syn.Text, ...]:
    """Return the cells of a row, each with its place."""
    found = cells(str(word), word.span.start)
    return tuple(syn.Text(cell.value, span=cell.span(word.span.source)) for cell in found)


def _fitted(row: tuple[syn.Text, ...], header: tuple[syn.Text, ...]) -> tuple[syn.Text, ...]:
    """Return a row as wide as the header where only blank cells are too many or, pasted with tabs, at an end."""
    while len(row) > len(header) and not row[0].text:
        row = row[1:]
    while len(row) > len(header) and not row[-1].text:
        row = row[:-1]
    return row
