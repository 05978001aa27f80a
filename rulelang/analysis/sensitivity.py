"""What determinations depend on: one student, one student group, one indicator, or results of few students.

Every change is tried: each level that the rules distinguish from the present one, each number on the other side of a
limit, each student group and each indicator without levels and numbers, and the results below a size without them. All
changes of many LEAs are evaluated at once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from fractions import Fraction

from attrs import evolve, frozen

from rulelang.analysis.chaining import LevelYear
from rulelang.analysis.move_words import change_parts, levels_of, move_cells, number_moves, whose_text
from rulelang.analysis.result_tables import JOINT, ResultTable
from rulelang.analysis.way_out import moved, wish_of
from rulelang.core.record import LeaRecord, YearFacts
from rulelang.core.truth import CANNOT_TELL
from rulelang.data.layout import STUDENTS
from rulelang.data.shared_rows import Cell as TableCell
from rulelang.diagnostics.notebook import Displayed
from rulelang.engine.evaluate import BatchEvaluation, evaluate_batches
from rulelang.reasoning.answers import Asked, value_of
from rulelang.reasoning.calculations import calculations
from rulelang.reasoning.crossings import Crossings, changes_of, crossings
from rulelang.reasoning.moves import NO_NUMBERS, Move
from rulelang.reasoning.trials import (
    Cell,
    Change,
    LevelChange,
    NumberChange,
    Trial,
    cells_asked,
    flips,
    place_of,
)
from rulelang.reasoning.unrolled import alone, is_unrolled

SIZES = (30, 50, 100)
"""Below how many students results are left out by default."""


@frozen
class Line:
    """A level or limit that a student group, or the LEA, could cross, how far it is from it, and whether that flips.

    `move` is why it cannot be said where it is a text (`move_words.WHY_NOT`).
    """

    change: Change
    move: Move | str
    flips: bool

    @property
    def students(self) -> int | None:
        """Return how many students it is away; None if it is not in students.

        What is a part of another number, or has a part, counts students, whether that one is called students or not.
        """
        if isinstance(self.move, str):
            return None
        is_count = isinstance(self.change, NumberChange) and self.change.is_count and self.move.size.denominator == 1
        return int(self.move.size) if is_count or self.move.students is not None else None


@frozen(repr=False)
class Sensitivity(Displayed):
    """What an outcome of an LEA depends on: what would end it where the LEA has it, and bring it about where not.

    `value` is what the outcome is. `lines` are the changes of one level that flip it, or all that were asked for.
    `groups` are the student groups without which it flips, each with the most students that a result of it has (None:
    the data do not say), `indicators` the indicators without which it flips, and `sizes` those sizes that it flips at
    where results of fewer students count for nothing (None: the data do not say how many students each result has).
    `tried` are the sizes that were tried. All are empty if the outcome is unknown. `left_out` names the numbers that it
    rests on and that were not changed, and with `is_ranked` it rests on a rank, so that only what is its own was.
    """

    record: LeaRecord
    outcome: str
    value: str
    has: bool
    lines: tuple[Line, ...] = ()
    groups: tuple[tuple[str, int | None], ...] = ()
    indicators: tuple[str, ...] = ()
    sizes: tuple[int, ...] | None = ()
    tried: tuple[int, ...] = ()
    left_out: tuple[str, ...] = ()
    is_ranked: bool = False

    def _title(self) -> str:
        return f"Sensitivity of {self.record.name or self.record.code}, {self.outcome}: {self.value}"

    def _rows(self) -> Iterator[tuple[str, ...]]:
        for line in self.levels:
            change = line.change
            far = "" if line.students is None else f", {line.students} students"
            named, before, after = change_parts(change, line.move)
            named = f"{named} {change.scale}" if isinstance(change, LevelChange) else named
            yield "one level", f"{named}{whose_text(change)} from {before} to {after}{far}"
        yield from (("one student group", name) for name, _ in self.groups)
        yield from (("one indicator", name) for name in self.indicators)
        yield from (("results of fewer than", f"{size} students") for size in self.sizes or ())

    @property
    def is_told(self) -> bool:
        """Return whether the outcome is known."""
        return self.value != CANNOT_TELL

    @property
    def is_whole(self) -> bool:
        """Return whether all that the outcome rests on was changed, as far as it can be."""
        return not (self.left_out or self.is_ranked)

    @property
    def levels(self) -> tuple[Line, ...]:
        """Return the levels each of which flips the outcome by itself, those the fewest students away first."""
        flipping = [line for line in self.lines if line.flips]
        return tuple(sorted(flipping, key=lambda line: (line.students is None, line.students or 0)))

    @property
    def one_student(self) -> tuple[Line, ...]:
        """Return those of the levels that one student of one student group decides."""
        return tuple(line for line in self.levels if line.students == 1)


def sensitivities(  # of what, and how much of it
    asked: Asked,
    records: Iterable[LeaRecord],
    year: LevelYear | None,
    sizes: Sequence[int] = SIZES,
    *,
    lines: bool = False,
    codes: Collection[str] | None = None,
) -> Iterator[Sensitivity]:
    """Yield what an outcome of each LEA depends on, in the order given.

    With `lines` all levels are among it that could be crossed to. `year` has the numbers behind the levels, None where
    there are none. Only LEAs with some `codes` are asked about, where these are given. Where rules relate entities to
    one another, a student group or an indicator is left out of an LEA and of all that is related to it.
    """
    if is_unrolled(asked.prepared):
        for entity in alone(asked.prepared, records, asked.definition, codes):
            of_one = evolve(asked, prepared=entity.prepared)
            [found] = sensitivities(of_one, [entity.record], year, sizes, lines=lines)
            yield evolve(found, record=entity.evaluation.record, is_ranked=entity.is_ranked)
        return
    known = calculations(asked.prepared, asked.definition)
    records = [record for record in records if codes is None or record.code in codes]
    for batch in evaluate_batches(asked.prepared, records):
        some = batch.records
        values = [value_of(asked.prepared, batch.of(at), asked.definition) for at in range(len(some))]
        tries = [
            _Tries.of(asked, record, of, year, sizes) for record, of in zip(some, crossings(batch, known), strict=True)
        ]
        flipped = list(flips(asked, batch, [one.trials for one in tries]))
        shown = [one.changes if lines else one.flipping(bits) for one, bits in zip(tries, flipped, strict=True)]
        far = _far(asked, batch, shown, year)
        for record, value, one, bits, changes in zip(some, values, tries, flipped, shown, strict=True):
            ending = set(one.flipping(bits))
            lines_ = tuple(Line(change, next(far), change in ending) for change in changes)
            depends = (*one.depends_on(bits), tuple(sizes), tuple(known.left_out.values()))
            yield Sensitivity(record, asked.name, value, value == asked.had, lines_, *depends)


@frozen
class _Tries:
    """The changes of an LEA that are tried: of one level each, then without a group, an indicator, or small results."""

    changes: list[Change]
    groups: list[tuple[str, int | None]]
    indicators: list[str]
    sizes: list[int] | None
    trials: list[Trial]

    @classmethod
    def of(
        cls, asked: Asked, record: LeaRecord, crossed: Crossings, year: LevelYear | None, sizes: Sequence[int]
    ) -> _Tries:
        """Return the changes of an LEA, each with the levels and numbers that it makes of the LEA's."""
        own = asked.prepared.ruleset.year
        facts = record.years.get(own, YearFacts())
        readings = [(cell, facts.reading(*cell)) for cell in cells_asked(asked.prepared)]
        rated = [cell for cell, reading in readings if reading is not None and reading.level is not None]
        students = {cell: _students(record, own, cell, year) for cell in rated}
        changes = changes_of(asked.prepared, record, crossed)
        names = list(dict.fromkeys(group for group, _ in rated if group is not None))
        spoken_of = {place_of(key[0])[0] for _, key in rated}
        words = asked.prepared.ruleset.vocabulary
        indicators = [one.name for one in words.indicators if one.name in spoken_of]
        left_out = [
            *([cell for cell in rated if cell[0] == name] for name in names),
            *([cell for cell in rated if place_of(cell[1][0])[0] == name] for name in indicators),
        ]
        of_groups = [students[cell] for cell in rated if cell[0] is not None]
        known = None if None in of_groups else list(sizes)
        left_out += [[cell for cell in rated if (students[cell] or size) < size] for size in known or ()]
        most = [
            (name, max((students[cell] or 0 for cell in rated if cell[0] == name), default=0) or None) for name in names
        ]
        trials: list[Trial] = [{one.cell: one.after} for one in changes]
        trials += [dict.fromkeys(cells) for cells in left_out]
        return cls(changes, most, indicators, known, trials)

    def flipping(self, bits: int) -> list[Change]:
        """Return the changes of one cell that flip the outcome, given which of all do."""
        return [one for at, one in enumerate(self.changes) if bits >> at & 1]

    def depends_on(
        self, bits: int
    ) -> tuple[tuple[tuple[str, int | None], ...], tuple[str, ...], tuple[int, ...] | None]:
        """Return the student groups, the indicators and the sizes that flip it."""
        rest = bits >> len(self.changes)
        groups = tuple(one for at, one in enumerate(self.groups) if rest >> at & 1)
        rest >>= len(self.groups)
        indicators = tuple(one for at, one in enumerate(self.indicators) if rest >> at & 1)
        rest >>= len(self.indicators)
        if self.sizes is None:
            return groups, indicators, None
        return groups, indicators, tuple(one for at, one in enumerate(self.sizes) if rest >> at & 1)


def _students(record: LeaRecord, own: int, cell: Cell, year: LevelYear | None) -> int | None:
    """Return how many students are behind a result; None if the data do not say."""
    group, (name, _) = cell
    indicator, code, _ = place_of(name)
    behind = record if year is None else year.records.get(code or record.code)
    if behind is None or group is None:
        return None
    key = (indicator if behind is not record else name), STUDENTS
    reading = behind.years.get(own, YearFacts()).reading(group, key)
    return int(reading.level) if reading is not None and isinstance(reading.level, Fraction) else None


def _far(
    asked: Asked, batch: BatchEvaluation, changes: Sequence[Sequence[Change]], year: LevelYear | None
) -> Iterator[Move | str]:
    """Yield how far the number behind each change of each LEA has to move."""
    crossed = number_moves(batch, [[[one] for one in some] for some in changes])
    wishes = [
        wish_of(record.code, change, change.alike(asked.prepared))
        for record, some in zip(batch.records, changes, strict=True)
        for change in some
        if isinstance(change, LevelChange)
    ]
    of_levels = iter([NO_NUMBERS] * len(wishes) if year is None else moved(wishes, year))
    yield from (next(of_levels) if move is None else move for some in crossed for (move,) in some)


# ---- tables ----

OF_LEA = ("cds", "lea", "county", "kind", "outcome", "now", "one_student", "one_level", "fewest_students")
DEPENDS_ON = ("student_groups", "most_students", "indicators", "sizes")
OF_LINE = ("cds", "lea", "other_cds", "other", "student_group", "indicator", "scale", "level", "other_level", "flips")
OF_MOVE = ("number", "number_before", "number_after", "students", "away", "not_in_numbers")
"""The columns of the tables: of what the LEAs depend on, and of the lines."""


def sensitivity_tables(found: Sequence[Sensitivity], sizes: Sequence[int]) -> tuple[ResultTable, ...]:
    """Return a row for each LEA, a row for each county, and a row for each level that could be crossed to."""
    leas = [
        (
            *(one.record.code, one.record.name, one.record.county, one.record.kind, one.outcome, one.value),
            *(len(one.one_student), len(one.levels), one.levels[0].students if one.levels else None),
            *(JOINT.join(name for name, _ in one.groups), JOINT.join(str(most or "") for _, most in one.groups)),
            *(JOINT.join(one.indicators), None if one.sizes is None else JOINT.join(map(str, one.sizes))),
        )
        for one in found
    ]
    lines = [
        (
            *(one.record.code, one.record.name, *(line.change.of or (None, None))),
            *(line.change.group, line.change.indicator, line.change.scale),
            *(*levels_of(line.change), "yes" if line.flips else "no", *move_cells(line.move, "away")),
        )
        for one in found
        for line in one.lines
    ]
    return (
        ResultTable("sensitivity", (*OF_LEA, *DEPENDS_ON), leas),
        county_table(found, sizes),
        ResultTable("lines", (*OF_LINE, *OF_MOVE), lines),
    )


def county_table(found: Sequence[Sensitivity], sizes: Sequence[int]) -> ResultTable:
    """Return a row for each county, and one for several: how many LEAs have the outcome, and what it depends on."""
    counties = sorted({one.record.county for one in found})
    rows = [_county_row(county, [one for one in found if one.record.county == county], sizes) for county in counties]
    rows += [_county_row("all", found, sizes)] if len(counties) > 1 else []
    columns = ("county", "leas", "have_it", "one_student", "one_group", "one_indicator")
    below = (f"below_{size}" for size in sizes)
    return ResultTable("counties", (*columns, *below, "sizes_not_known", "cannot_tell"), rows)


def _county_row(county: str, found: Sequence[Sensitivity], sizes: Sequence[int]) -> tuple[TableCell, ...]:
    have = [one for one in found if one.has]
    return (
        *(county, len(found), len(have), sum(bool(one.one_student) for one in have)),
        *(sum(bool(one.groups) for one in have), sum(bool(one.indicators) for one in have)),
        *(sum(size in one.sizes for one in have if one.sizes is not None) for size in sizes),
        sum(one.sizes is None for one in have),
        sum(not one.is_told for one in found),
    )
