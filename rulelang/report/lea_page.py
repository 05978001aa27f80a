"""What stands on the page of one LEA: its determination in words, the grid of its levels, and why it came out so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from attrs import frozen

from rulelang.core.record import LeaRecord, Reading
from rulelang.core.tree import Get, is_call
from rulelang.core.vocabulary import Scope, StudentGroup, Vocabulary
from rulelang.engine.determination import CANNOT_TELL, Determination, GroupResult
from rulelang.engine.explain import explain
from rulelang.engine.facts import reading_of
from rulelang.engine.reasons import Reason, reasons
from rulelang.engine.steps import Prepared
from rulelang.engine.wording import answer_text, priorities_text
from rulelang.report.history import EarlierResult, earlier_results

RANKS = 5
"""How many steps of color a page has, from the worst level to the best."""

UNKNOWN = "unknown"
NOT_RATED = "not rated"


@frozen
class GridCell:
    """A level as a page shows it: its text, why there is none, and its rank, from 1 the worst to `RANKS` the best.

    What has no level has rank 0.
    """

    text: str
    note: str = ""
    rank: int = 0


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


@frozen
class LeaPage:
    """All that the page of an LEA shows."""

    code: str
    name: str
    county: str
    kind: str
    outcome: str
    is_open: bool
    sentence: str
    groups_met: tuple[tuple[str, str], ...]
    answers: tuple[tuple[str, str], ...]
    groups: Grid
    lea: Grid
    why: tuple[Reason, ...]
    history: tuple[EarlierResult, ...]
    missing: tuple[str, ...]
    explanation: str


def lea_page(determination: Determination) -> LeaPage:
    """Return what the page of an LEA shows."""
    record, prepared = determination.record, determination.evaluation.prepared
    return LeaPage(
        code=record.code,
        name=record.name or record.code,
        county=record.county,
        kind=record.kind,
        outcome=determination.outcome,
        is_open=determination.outcome == CANNOT_TELL,
        sentence=_sentence(determination),
        groups_met=tuple((one.group.name, met) for one in determination.groups if (met := _meets(one))),
        answers=tuple(
            (name, answer_text(answer)) for name, answer in {**determination.methods, **determination.referrals}.items()
        ),
        groups=_grid(prepared, Scope.GROUP, [(one.group, _meets(one)) for one in determination.groups], record),
        lea=_grid(prepared, Scope.LEA, [(None, "")], record),
        why=tuple(reasons(determination)),
        history=tuple(earlier_results(determination)),
        missing=tuple(
            f"{fact.scale} of {fact.year} on {fact.indicator}: {fact.group or 'the LEA'}"
            for fact in determination.settle
        ),
        explanation=explain(determination, width=100),
    )


def _sentence(determination: Determination) -> str:
    """Return the determination in words."""
    record, ruleset = determination.record, determination.ruleset
    where = f" in {record.county} County" if record.county else ""
    by = [name for name, answer in determination.methods.items() if answer is True]
    how = f", by {' and '.join(by)}" if by else ""
    name = record.name or record.code
    if determination.outcome == CANNOT_TELL:
        return f"The data at hand do not decide what {name} ({record.kind}{where}) gets in {ruleset.year}."
    return f"{name} ({record.kind}{where}) gets {determination.outcome} in {ruleset.year}{how}."


def _meets(result: GroupResult) -> str:
    """Return what a student group meets; empty where it meets nothing."""
    met = [priorities_text(result.priorities)] if result.priorities else []
    met += [name for name, answer in result.criteria.items() if answer is True]
    return "; ".join(met)


# ---- Levels ----


def _grid(prepared: Prepared, scope: Scope, of: Sequence[tuple[StudentGroup | None, str]], record: LeaRecord) -> Grid:
    """Return the levels of the year that the rules read for some student groups, or for the LEA."""
    vocabulary, year = prepared.ruleset.vocabulary, prepared.ruleset.year
    asked = list(_levels_asked_for(prepared, scope))
    several = Counter(one.key[0] for one in asked)
    rows = [
        GridRow(
            group.name if group is not None else record.name or record.code,
            tuple(_cell(vocabulary, one, reading_of(record, vocabulary, one, group)) for one in asked),
            meets,
        )
        for group, meets in of
        if group is None or group.is_counted_in(year)
    ]
    is_empty = {row.name: all(cell.text == NOT_RATED for cell in row.cells) for row in rows}
    return Grid(
        tuple(" ".join(one.key) if several[one.key[0]] > 1 else one.key[0] for one in asked),
        tuple(row for row in rows if not is_empty[row.name]),
        tuple(row.name for row in rows if is_empty[row.name]) if asked else (),
    )


def _levels_asked_for(prepared: Prepared, scope: Scope) -> Iterator[Get]:
    """Yield the levels of the ruleset's year that its rules ask for by name, each once, in the vocabulary's order."""
    year, vocabulary = prepared.ruleset.year, prepared.ruleset.vocabulary
    scales = {scale.name for scale in vocabulary.scales}
    tests = [step.inputs[0] for step in prepared.steps if is_call(step.node, "is one of")]
    fields = [prepared.fields[at] for at in tests if at in prepared.fields]
    asked = {one.key: one for one in fields if one.year == year and one.scope is scope}
    for indicator in vocabulary.indicators:
        yield from (asked[key] for key in sorted(asked) if key[0] == indicator.name and key[1] in scales)


def _cell(vocabulary: Vocabulary, asked: Get, reading: Reading | None) -> GridCell:
    if reading is None:
        return GridCell(UNKNOWN, "the data do not say")
    if not isinstance(reading.level, str):
        return GridCell(NOT_RATED, reading.note)
    indicator = vocabulary.indicator(asked.key[0])
    levels = vocabulary.scale(asked.key[1]).worst_first(indicator)
    return GridCell(reading.level, rank=rank_of(reading.level, levels))


def rank_of(level: str, worst_first: Sequence[str]) -> int:
    """Return the rank of a level, from 1 the worst to `RANKS` the best; 1 where it is none of its scale."""
    place = worst_first.index(level) if level in worst_first else 0
    return 1 + round(place * (RANKS - 1) / max(len(worst_first) - 1, 1))
