"""What a year changes in the statements of levels of its base: each statement once, for all indicators alike."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import product
from typing import Final

from attrs import evolve, frozen

from rulelang.compiler.effective_text import Change, mark_text, statement_text, table_text
from rulelang.compiler.in_force import Effective, EffectiveLevel, changed
from rulelang.core.record_words import folded
from rulelang.core.vocabulary import Vocabulary
from rulelang.syntax import tree as syn

EVERY_TYPE: Final = "every type"
"""The name of a row in a table with one row for all types, beside a table with rows by type."""

EVERY_OTHER: Final = "every other"
"""The name of a row without types in a table that has others with types."""


@frozen
class CellChange:
    """A cell of a table that has changed: its row and column, and its text before and after, empty for no cell.

    The row is empty in a table with one row. `row_after` is the row of the new table, if its rows differ.
    """

    row: str
    column: str
    before: str
    after: str
    row_after: str = ""


@frozen
class LevelChange(Change[EffectiveLevel]):
    """What a year does to one statement of levels of its base.

    `indicators` are those for which it does the same, empty for a measure of none; `cells` the cells of a table that
    say something else.
    """

    indicators: tuple[str, ...] = ()
    cells: tuple[CellChange, ...] = ()

    @property
    def title(self) -> str:
        """Return what the statement is called without its indicator: `bands Status`."""
        one = self.after or self.before
        return evolve(one, indicator=None).title if one is not None else ""

    @property
    def confidence(self) -> tuple[str, str]:
        """Return the mark of confidence before and after, blank if there is none."""
        return _mark(self.before), _mark(self.after)


def level_changes(effective: Effective, vocabulary: Vocabulary) -> tuple[LevelChange, ...]:
    """Return a year's changes to the statements of its base, the same change to several indicators together.

    They are in the order of the base, followed by added statements.
    """
    before = effective.base.levels if effective.base is not None else ()
    return _changes(before, effective, vocabulary, lambda _, new: not new.inherited)


def level_changes_between(old: Effective, new: Effective, vocabulary: Vocabulary) -> tuple[LevelChange, ...]:
    """Return the statements of levels of one ruleset that differ in another; layout and marks are ignored."""

    def said(one: EffectiveLevel) -> object:
        kinds = [name.text for name in one.kinds]
        return statement_text(one), table_text(one.statement), kinds

    return _changes(old.levels, new, vocabulary, lambda before, after: said(before) != said(after))


def _changes(
    before: Sequence[EffectiveLevel],
    effective: Effective,
    vocabulary: Vocabulary,
    is_another: Callable[[EffectiveLevel, EffectiveLevel], bool],
) -> tuple[LevelChange, ...]:
    steps = reversed(list(effective.with_bases()))
    removals = {name: removal for step in steps for removal in step.removals for name in removal.names}
    found: dict[object, LevelChange] = {}
    for how, old, new in changed(before, effective.levels, is_another):
        one = new or old
        if one is None:
            continue
        removal = removals.get(one.title) if new is None else None
        cells = tuple(_changed_cells(old, new, vocabulary)) if old is not None and new is not None else ()
        change = LevelChange(how, old, new, removal, (one.of,) if one.of else (), cells)
        same = found.setdefault(_likeness(change), evolve(change, indicators=()))
        found[_likeness(change)] = evolve(same, indicators=(*same.indicators, *change.indicators))
    order = list(dict.fromkeys(change.indicators for change in found.values()))
    return tuple(sorted(found.values(), key=lambda change: order.index(change.indicators)))


def _likeness(change: LevelChange) -> object:
    """Return a value that two changes of different indicators share if they read the same."""
    place = change.explained_by.span if change.explained_by is not None else None
    start = None if place is None else (place.source.name, place.start)
    marks = change.confidence if change.after is not None else None
    return change.how, change.title, *change.texts, change.cells, start, marks


def _mark(one: EffectiveLevel | None) -> str:
    return mark_text(one) if one is not None else ""


# ---- cell by cell ----

_Cells = Mapping[str, Mapping[str, str]]


def _changed_cells(before: EffectiveLevel, after: EffectiveLevel, vocabulary: Vocabulary) -> Iterator[CellChange]:
    """Yield the cells of two tables that differ, first those of rows that both have.

    If one table has a single row for every type, it is compared with each row of the other.
    """
    old, new = _cells(before.statement, vocabulary), _cells(after.statement, vocabulary)
    kept, gone = ([row for row in old if (row in new) is is_kept] for is_kept in (True, False))
    come = [row for row in new if row not in old]
    is_for_every_type = 1 in (len(old), len(new)) and gone and come
    for row in kept if is_for_every_type else (*kept, *gone, *come):
        yield from _differing(row, old.get(row, {}), new.get(row, {}))
    for first, second in product(gone, come) if is_for_every_type else ():
        yield from _differing(first or EVERY_TYPE, old[first], new[second], second or EVERY_TYPE)


def _differing(
    row: str, before: Mapping[str, str], after: Mapping[str, str], row_after: str = ""
) -> Iterator[CellChange]:
    for column in dict.fromkeys((*before, *after)):
        first, second = before.get(column, ""), after.get(column, "")
        if folded(first) != folded(second):
            yield CellChange(row, column, first, second, row_after)


def _cells(statement: syn.LevelStatement, vocabulary: Vocabulary) -> _Cells:
    """Return the cells of a table by row and column; the only row of a table without types has an empty name."""
    rows = syn.table_rows(statement)
    if not rows:
        return {}
    scales = {folded(scale.name) for scale in vocabulary.scales}
    has_heads = isinstance(statement, syn.GridTable) or folded(rows[0][0].text) in scales
    found: dict[str, dict[str, str]] = {}
    for row in rows[1:]:
        cells = {column.text: cell.text for column, cell in zip(rows[0], row, strict=False)}
        if has_heads:
            cells.pop(rows[0][0].text, None)
        found[(row[0].text or EVERY_OTHER) if has_heads else ""] = cells
    return found
