"""Tables of levels: a row for each student group, or for the LEA, and a column for each indicator that rules read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from rulelang.core.record import LeaRecord
from rulelang.core.tree import Get, is_call
from rulelang.core.vocabulary import Scope, StudentGroup, Vocabulary
from rulelang.data.layout import STUDENTS
from rulelang.diagnostics.plain_data import frozen
from rulelang.engine.facts import reading_of
from rulelang.engine.steps import Prepared
from rulelang.engine.wording import answer_text
from rulelang.report.language import ENGLISH, Language

RANKS = 5
"""How many steps of color a page has, from the worst level to the best."""

UNKNOWN = "unknown"
NOT_RATED = "not rated"


@frozen
class GridCell:
    """A level as a page shows it: its text, why there is none, and its rank, from 1 the worst to `RANKS` the best.

    No level has rank 0. `students` is how many students it is about, empty if the data do not say.
    """

    text: str
    note: str = ""
    rank: int = 0
    students: str = ""


@frozen
class GridRow:
    """The levels of one student group, or of the LEA, and what it meets."""

    name: str
    cells: tuple[GridCell, ...]
    meets: str = ""


@frozen
class Grid:
    """A table of levels: a column for each that the rules ask for in the year, a row for each student group.

    `without` names the student groups that are not rated on any of them, and have no row.
    """

    columns: tuple[str, ...]
    rows: tuple[GridRow, ...]
    without: tuple[str, ...] = ()


def level_grid(
    prepared: Prepared,
    scope: Scope,
    of: Sequence[tuple[StudentGroup | None, str]],
    record: LeaRecord,
    language: Language = ENGLISH,
) -> Grid:
    """Return the levels of the year that the rules read, for some student groups or the LEA, with what each meets."""
    vocabulary, year = prepared.ruleset.vocabulary, prepared.ruleset.year
    asked = list(levels_asked_for(prepared, scope))
    several = Counter(one.key[0] for one in asked)
    rows = [
        GridRow(
            language.name(group.name) if group is not None else record.name or record.code,
            tuple(_cell(vocabulary, one, record, group, language) for one in asked),
            meets,
        )
        for group, meets in of
        if group is None or group.is_counted_in(year)
    ]
    unrated = language.say(NOT_RATED)
    is_empty = {row.name: all(cell.text == unrated for cell in row.cells) for row in rows}
    names = [list(map(language.name, one.key if several[one.key[0]] > 1 else one.key[:1])) for one in asked]
    return Grid(
        tuple(map(" ".join, names)),
        tuple(row for row in rows if not is_empty[row.name]),
        tuple(row.name for row in rows if is_empty[row.name]) if asked else (),
    )


def levels_asked_for(prepared: Prepared, scope: Scope) -> Iterator[Get]:
    """Yield the levels of the ruleset's year that its rules ask for by name, each once, in the vocabulary's order."""
    year, vocabulary = prepared.ruleset.year, prepared.ruleset.vocabulary
    scales = {scale.name for scale in vocabulary.scales}
    tests = [step.inputs[0] for step in prepared.steps if is_call(step.node, "is one of")]
    fields = [prepared.fields[at] for at in tests if at in prepared.fields]
    asked = {one.key: one for one in fields if one.year == year and one.scope is scope}
    for indicator in vocabulary.indicators:
        yield from (asked[key] for key in sorted(asked) if key[0] == indicator.name and key[1] in scales)


def _cell(
    vocabulary: Vocabulary, asked: Get, record: LeaRecord, group: StudentGroup | None, language: Language
) -> GridCell:
    reading = reading_of(record, vocabulary, asked, group)
    students = _students(record, asked, group)
    if reading is None:
        return GridCell(language.say(UNKNOWN), language.say("the data do not say"))
    if not isinstance(reading.level, str):
        return GridCell(language.say(NOT_RATED), language.terms(reading.note), students=students)
    indicator, scale = asked.key
    rank = rank_of(reading.level, vocabulary.scale(scale).worst_first(vocabulary.indicator(indicator)))
    return GridCell(language.name(reading.level), rank=rank, students=students)


def _students(record: LeaRecord, asked: Get, group: StudentGroup | None) -> str:
    facts = record.years.get(asked.year)
    found = facts.reading(group.name if group is not None else None, (asked.key[0], STUDENTS)) if facts else None
    return answer_text(found.level) if found is not None and found.level is not None else ""


def rank_of(level: str, worst_first: Sequence[str]) -> int:
    """Return the rank of a level, from 1 the worst to `RANKS` the best; 1 if it is not on its scale."""
    place = worst_first.index(level) if level in worst_first else 0
    return 1 + round(place * (RANKS - 1) / max(len(worst_first) - 1, 1))
