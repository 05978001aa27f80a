"""From a vocabulary file as written to the vocabulary as understood.

Each kind of table has one function below, which adds what the table declares to a `Draft`. The tables are taken in the
order of `FORMS`, names before what refers to them, so that their order in the file does not matter.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from attrs import evolve

from rulelang.compiler.vocabulary_draft import Draft, Row, whole_number
from rulelang.compiler.vocabulary_files import (
    blanks_table,
    codes_table,
    columns_table,
    determination_codes_table,
    files_table,
    kept_table,
    left_out_table,
    must_be_files,
    priority_codes_table,
)
from rulelang.compiler.vocabulary_tables import FORMS, LISTS, form_of
from rulelang.core import vocabulary as core
from rulelang.core.fact_types import FactType
from rulelang.diagnostics.catalogue import vocabulary as messages
from rulelang.diagnostics.diagnostic import Reporter
from rulelang.diagnostics.source import Span
from rulelang.syntax import tree as syn
from rulelang.syntax.lexicon import folded, keywords


def vocabulary_of(file: syn.File, reporter: Reporter, fingerprint: str = "") -> core.Vocabulary:
    """Return the vocabulary a file declares; what cannot be understood is reported and left out."""
    draft = Draft(reporter)
    _lines(file, draft)
    tables = [statement for statement in file.statements if isinstance(statement, syn.Table)]
    start = Span(file.source, 0, 0)
    forms = [(form_of(table.heading.text), table) for table in tables]
    others = [table for form, table in forms if form is None]
    if others or reporter.has_errors:
        draft.unsure.update(kind for form in FORMS for kind in form.declared)
    has_facts = any(form is not None and form.heading == "facts of the …" for form, _ in forms)
    needed = _NEEDED if has_facts else _NEEDED | _NEEDED_WITHOUT_FACTS
    for form in FORMS:
        fitting = [table for found, table in forms if found is form]
        if not fitting and form.heading in needed:
            reporter.report(messages.missing_table(start, form.heading))
            draft.unsure.update(form.declared)
        for table in fitting:
            named = form.argument(table.heading.text) or ""
            if form.of == "files":
                must_be_files(draft, table, named)
            _READERS[form.heading](draft, table, named)
    for table in others:
        reporter.report(messages.unknown_table(table.heading.span, [form.heading for form in FORMS]))
    return draft.finished(fingerprint)


def _lines(file: syn.File, draft: Draft) -> None:
    """Read the lines that are not tables: the name, the years, the suspended years."""
    start = Span(file.source, 0, 0)
    suspended: int | None = None
    for statement in file.statements:
        match statement:
            case syn.FileLine("vocabulary", syn.Text(title)) if statement.span.source is not file.source:
                draft.extends.append(title)
            case syn.FileLine("vocabulary", syn.Text(title)):
                draft.name = title
            case syn.YearsLine(years):
                draft.years = tuple(sorted({year.value for year in years}))
            case syn.SuspendedYearLine(year):
                suspended = year.value
                draft.suspended[suspended] = ""
            case syn.Explanation(because=syn.Text(text)) if suspended is not None:
                draft.suspended[suspended] = text
            case _:
                suspended = None
    if not draft.name:
        draft.reporter.report(messages.missing_vocabulary_line(start, "vocabulary California Dashboard"))
    if not draft.years:
        draft.reporter.report(messages.missing_vocabulary_line(start, "years 2017, 2018"))


# ---- the words of the rules ----


def _levels(draft: Draft, table: syn.Table, _: str) -> None:
    for row in draft.rows(table):
        levels = row.items("worst level first")
        turns = row.text("where a lower number is better")
        draft.scales.append(core.Scale(row.text("scale"), levels, turns=bool(turns)))
        what = f"a level of {row.text('scale')}"
        draft.declare(row, "worst level first", levels, what)
        twice = next((one for at, one in enumerate(levels) if one.casefold() in map(str.casefold, levels[:at])), None)
        if twice is not None:
            draft.reporter.report(messages.two_meanings(row.span_of("worst level first"), twice, what))


def _indicators(scope: core.Scope) -> Callable[[Draft, syn.Table, str], None]:
    def read(draft: Draft, table: syn.Table, kind: str) -> None:
        draft.indicator_kinds.append(core.IndicatorKind(kind, scope))
        for row in draft.rows(table):
            _indicator(draft, row, kind, scope)

    return read


def _indicator(draft: Draft, row: Row, kind: str, scope: core.Scope) -> None:
    name = row.text("indicator")
    scales = {scale.name: row.years(f"{scale.name} in") for scale in draft.scales}
    silent = row.known("where silent")
    only_groups, same_for = row.known("student groups"), row.known("same for")
    if same_for and len({*only_groups} - {*same_for}) != 1:
        row.unclear("same for", "all but one of the student groups that the row names")
    indicator = core.Indicator(
        name=name,
        kind=kind,
        scope=scope,
        scales={scale: years for scale, years in scales.items() if years},
        lower_is_better=row.text("better") == "lower",
        only_groups=only_groups,
        same_for=same_for,
        aliases=row.items("also called"),
        in_files=row.items("in the files"),
        when_silent=silent[0] if silent else None,
        span=row.span,
    )
    draft.indicators.append(indicator)
    draft.declare(row, "indicator", [name, *indicator.aliases], f"the indicator {name}")


def _groups(draft: Draft, table: syn.Table, _: str) -> None:
    for row in draft.rows(table):
        group = core.StudentGroup(
            code=row.text("code"),
            name=row.text("name"),
            years=row.stretch("years"),
            aliases=row.items("also called"),
            other_codes=row.items("also coded"),
            counted=row.stretch("counted"),
        )
        draft.groups.append(group)
        names = [group.name, *group.aliases, *group.codes]
        draft.declare(row, "name", names, f"the student group {group.name}")


def _kinds(draft: Draft, table: syn.Table, entity: str) -> None:
    draft.entity = entity
    rows = list(draft.rows(table))
    names = [row.text("kind") for row in rows]
    for row in rows:
        above = row.among("belongs to", f"kind of {entity}", names, row.items("belongs to"))
        kind = core.LeaKind(
            name=row.text("kind"),
            plural=row.text("plural"),
            code_pattern=row.text("code"),
            aliases=row.items("also called"),
            belongs_to=above[0] if above else "",
            not_there_before=bool(row.text("before its first rows")),
            not_there_after=bool(row.text("after its last rows")),
        )
        draft.kinds.append(kind)
        draft.declare(row, "kind", [kind.name, kind.plural, *kind.aliases], f"the kind of {entity} {kind.name}")
        if len(above) > 1 or kind.name in core.kinds_above(kind.name, draft.kinds):
            what = f"one kind of {entity} that does not belong to `{kind.name}` itself"
            row.unclear("belongs to", what)
            draft.kinds[-1] = evolve(kind, belongs_to="")


def _counties(draft: Draft, table: syn.Table, _: str) -> None:
    for row in draft.rows(table):
        start, county = row.text("code begins with"), row.text("county")
        near = next((one for one in draft.counties if one.startswith(start) or start.startswith(one)), None)
        if near is not None:
            row.reporter.report(messages.two_meanings(row.span_of("code begins with"), start, draft.counties[near]))
        draft.counties.setdefault(start, county)


def _priorities(draft: Draft, table: syn.Table, _: str) -> None:
    for row in draft.rows(table):
        number = whole_number(row.text("number"))
        if number is not None:
            aliases = row.items("also called")
            draft.priorities.append(core.Priority(number, row.text("name"), aliases))
            draft.declare(row, "number", aliases, f"Priority {number}")
        else:
            row.unclear("number", "a number")


RESERVED = frozenset(
    {"label", "determination", "determination as published", "cannot tell", "suspended", "not covered"}
)
"""Words that results use for something else, so that no outcome may have them as its name."""


def _outcomes(draft: Draft, table: syn.Table, _: str) -> None:
    for row in draft.rows(table):
        name, kind = row.text("outcome"), row.text("is a").casefold()
        if name.casefold() in RESERVED or name.casefold().startswith(("rule ", "priority ")):
            row.reporter.report(messages.reserved_name(row.span_of("outcome"), name))
        aliases = row.items("also called")
        draft.outcomes.append(core.Outcome(name, kind, aliases, row.text("column")))
        draft.declare(row, "outcome", [name, *aliases], f"the outcome {name}")


def _sizes(draft: Draft, table: syn.Table, scale: str) -> None:
    name = draft.known_scale(table.heading.span, scale)
    for row in draft.rows(table):
        students = whole_number(row.text("students"))
        if students is None:
            row.unclear("students", "a number of students")
        elif name:
            size = core.MinimumSize(
                students=Fraction(students),
                groups=row.known("student groups"),
                kinds=row.known("kinds of LEA"),
                years=row.stretch("years"),
            )
            draft.minimum_sizes.setdefault(name, []).append(size)


def _derived(draft: Draft, table: syn.Table, _: str) -> None:
    for row in draft.rows(table):
        level = row.known("level", [row.text("level")])
        years = row.stretch("in")
        means = [_meaning(row, part) for part in row.items("means")]
        if level and means and None not in means and years.first is not None:
            scale = next(scale.name for scale in draft.scales if level[0] in scale.levels)
            parts = tuple((name, year) for name, year in filter(None, means))
            draft.derived_levels.append(core.DerivedLevel(scale, level[0], years, parts, row.known("indicators")))


def _meaning(row: Row, part: str) -> tuple[str, int] | None:
    name, _, year = part.rpartition(" in ")
    level = row.known("means", [name])
    in_year = whole_number(year)
    if in_year is None:
        row.unclear("means", "levels with years, such as `Met in 2017`")
    return (level[0], in_year) if level and in_year is not None else None


def _numbers_of_indicators(draft: Draft, table: syn.Table, kind: str) -> None:
    named = [indicator.name for indicator in draft.indicators if indicator.kind == kind]
    kinds = [one.name for one in draft.indicator_kinds]
    draft.must_be(table, "INDICATOR", "kind of indicator", kind, kinds)
    rows = list(draft.rows(table))
    numbers = [row.text("number") for row in rows]
    for row in rows:
        indicators = row.among("indicators", "indicator", named, row.items("indicators"))
        change_of, part_of = (
            row.among(column, "number", numbers, row.items(column)) for column in ("change of", "part of")
        )
        _number(draft, row, indicators or tuple(named), change_of=change_of, part_of=part_of)


def _numbers_of_lea(column: str) -> Callable[[Draft, syn.Table, str], None]:
    """Return what reads the numbers or facts of entities from a column; a fact without a type is a number."""

    def read(draft: Draft, table: syn.Table, entity: str) -> None:
        if entity.casefold() != draft.entity.casefold():
            draft.must_be(table, "KIND", "word for an entity", entity, [draft.entity])
        for row in draft.rows(table):
            _number(draft, row, (), column)

    return read


def _number(  # what is read, of what, and the place of its name
    draft: Draft,
    row: Row,
    indicators: tuple[str, ...],
    column: str = "number",
    change_of: tuple[str, ...] = (),
    part_of: tuple[str, ...] = (),
) -> None:
    types = {one.value: one for one in FactType}
    number = core.Number(
        name=row.text(column),
        indicators=indicators,
        aliases=row.items("also called"),
        last_year=bool(row.text("last year")),
        below_zero=bool(row.text("below zero")),
        at_most=_highest(row),
        fixed=bool(row.text("fixed")),
        change_of=change_of,
        part_of=part_of,
        type=types.get(row.text("is a").casefold(), FactType.NUMBER),
        kinds=row.known("of"),
    )
    twice = [one for one in draft.numbers if one.name == number.name]
    if any({*(one.indicators or ("",))} & {*(indicators or ("",))} for one in twice):
        row.reporter.report(messages.two_meanings(row.span_of(column), number.name, f"the {column} {number.name}"))
    draft.numbers.append(number)
    what = f"the {column} {number.name}"  # it may have a row for each of several indicators
    names = [one for one in (number.name, *number.aliases) if draft.meanings.get(one.casefold()) != what]
    draft.declare(row, column, names, what)


def _highest(row: Row) -> Fraction | None:
    """Return the highest value of a number; None if none is given, or after a report if it is no number."""
    said = row.text("at most")
    if said and re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9})?", said) is None:
        row.unclear("at most", "a number, such as `100`")
        return None
    return Fraction(said) if said else None


def _other_words(draft: Draft, table: syn.Table, _: str) -> None:
    """Read other words for words of rules, and for names that have no column of their own for it."""
    for row in draft.rows(table):
        word, said = row.text("word"), row.items("also said")
        if not keywords().longest(folded(word), 0)[0] and word.casefold() not in draft.meanings:
            row.unknown("word", word, "word", draft.meanings)
        draft.other_words.extend((word, words) for words in said)
        draft.declare(row, "also said", said, draft.meanings.get(word.casefold(), f"the word {word}"))


_Reader = Callable[[Draft, syn.Table, str], Any]

_READERS: Mapping[str, _Reader] = {
    "levels": _levels,
    "student groups": _groups,
    "kinds of …": _kinds,
    "counties": _counties,
    "… indicators of student groups": _indicators(core.Scope.GROUP),
    "… indicators of the LEA": _indicators(core.Scope.LEA),
    "numbers of the …": _numbers_of_lea("number"),
    "facts of the …": _numbers_of_lea("fact"),
    "numbers of … indicators": _numbers_of_indicators,
    "priorities": _priorities,
    "outcomes": _outcomes,
    "minimum sizes for …": _sizes,
    "derived levels": _derived,
    "files of …": files_table,
    "columns of …": columns_table,
    "rows kept of …": kept_table,
    "other rows of …": kept_table,
    "rows left out of …": left_out_table,
    "level codes of …": codes_table,
    "blank cells of …": blanks_table,
    f"priority codes of {LISTS}": priority_codes_table,
    f"determination codes of {LISTS}": determination_codes_table,
    "other words": _other_words,
}
"""What reads each table of `FORMS`."""

_NEEDED = frozenset({"kinds of …"})
_NEEDED_WITHOUT_FACTS = frozenset({"levels", "student groups", "priorities", "outcomes"})
