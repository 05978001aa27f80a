"""The columns of a list of results, laid out as the vocabulary says of published lists, and their cells."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from attrs import field, frozen

from rulelang.core.file_layouts import PUBLISHED_LISTS, Column
from rulelang.core.ruleset import Ruleset
from rulelang.core.truth import CANNOT_TELL, Truth
from rulelang.core.vocabulary import StudentGroup, Vocabulary
from rulelang.data import layout as lay
from rulelang.data.published import DETERMINATION, GROUP_PRIORITIES, YES_AND_NO
from rulelang.engine.determination import Determination
from rulelang.engine.listed_priorities import listed_priorities
from rulelang.report.history import earlier_results


def blank_cell(vocabulary: Vocabulary) -> str:
    """Return what lists of the vocabulary have in a cell that is meant to be empty."""
    layout = vocabulary.format_of(PUBLISHED_LISTS)
    return next(iter(layout.blanks), "") if layout is not None else ""


@frozen
class ListColumn:
    """A column of a list: its header, its meaning in words, and its value for an LEA.

    `nothing` is the text of a cell without a finding; None if the column is not about findings.
    """

    header: str
    holds: str
    text: Callable[[Determination], str] = field(repr=False)
    nothing: str | None = None


def list_columns(ruleset: Ruleset) -> tuple[ListColumn, ...]:
    """Return the columns that lists of the ruleset's year have, in the order of the vocabulary; none if it has none.

    `rulelang reconcile` reads a table with these columns as the published list, but for cells that say "cannot tell".
    """
    layout = ruleset.vocabulary.format_of(PUBLISHED_LISTS)
    return tuple(one for column in layout.columns for one in _columns(ruleset, column)) if layout is not None else ()


def _columns(ruleset: Ruleset, column: Column) -> Iterator[ListColumn]:
    year, vocabulary, holds = ruleset.year, ruleset.vocabulary, column.holds
    header = lay.names_of(column, year)[0]
    if not column.fits(year, None):
        return
    match holds:
        case lay.LEA_CODE:
            yield ListColumn(header, holds, lambda one: one.record.code)
        case lay.LEA_NAME:
            yield ListColumn(header, holds, lambda one: one.record.name)
        case lay.COUNTY:
            yield ListColumn(header, holds, lambda one: one.record.county)
        case lay.DASHBOARD_YEAR:
            yield ListColumn(header, holds, lambda one: str(one.year))
        case _ if holds == GROUP_PRIORITIES:
            for group in vocabulary.groups_counted_in(year) if ruleset.priorities else ():
                name = lay.names_of(column, year, group.code)[0]
                yield ListColumn(
                    name, f"priorities of {group.name}", _letters_of(vocabulary, group), blank_cell(vocabulary)
                )
        case _ if holds == DETERMINATION:
            yield from _determinations(vocabulary, column, year)
        case _ if holds in vocabulary.listed_group_outcomes:
            for group in vocabulary.groups_counted_in(year):
                name = lay.names_of(column, year, group.code)[0]
                yield ListColumn(name, f"{holds} of {group.name}", _criterion_of(column, group), _yes_and_no(column)[1])
        case _ if holds in (*ruleset.methods, *ruleset.referrals):
            yield ListColumn(header, holds, _answer_to(column), _yes_and_no(column)[1])
        case _:
            return


def _determinations(vocabulary: Vocabulary, column: Column, year: int) -> Iterator[ListColumn]:
    """Yield the columns of determinations: those of earlier years, if headers name a year, then the year's own."""
    dated = next((name for name in column.names if lay.filled(name, 1) != lay.filled(name, 2)), None)
    for earlier in sorted(one for one in vocabulary.years if one < year) if dated is not None else ():
        name = lay.filled(dated or "", earlier)
        yield ListColumn(name, f"determination of {earlier}", _earlier_in(vocabulary, earlier))
    own = lay.names_of(column, year)[0]
    yield ListColumn(own, f"determination of {year}", lambda one: _as_listed(vocabulary, one.label))


def _earlier_in(vocabulary: Vocabulary, year: int) -> Callable[[Determination], str]:
    def text(one: Determination) -> str:
        found = next((result.text for result in earlier_results(one) if result.year == year), "")
        return _as_listed(vocabulary, found) if found else blank_cell(vocabulary)

    return text


def _as_listed(vocabulary: Vocabulary, determination: str) -> str:
    """Return how lists write a determination: by its own words, if they are a code, or by the first code for it."""
    codes = vocabulary.determination_codes
    if determination in codes:
        return determination
    return next((code for code, meant in codes.items() if meant == determination), determination)


def _letters_of(vocabulary: Vocabulary, group: StudentGroup) -> Callable[[Determination], str]:
    letters = {priorities: code for code, priorities in vocabulary.priority_codes.items()}

    def text(one: Determination) -> str:
        met = listed_priorities(one, one.group(group.name))
        if met is None:
            return CANNOT_TELL
        return letters.get(met) or ", ".join(map(str, sorted(met))) or blank_cell(vocabulary)

    return text


def _criterion_of(column: Column, group: StudentGroup) -> Callable[[Determination], str]:
    return lambda one: _answer(column, one.group(group.name).criteria.get(column.holds))


def _answer_to(column: Column) -> Callable[[Determination], str]:
    return lambda one: _answer(column, {**one.methods, **one.referrals}.get(column.holds))


def _answer(column: Column, answer: Truth) -> str:
    yes, no = _yes_and_no(column)
    if answer is None:
        return CANNOT_TELL
    return yes if answer else no


def _yes_and_no(column: Column) -> tuple[str, str]:
    yes, no, *_ = (*column.written, *YES_AND_NO[len(column.written) :])
    return yes, no
