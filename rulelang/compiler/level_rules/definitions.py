"""From the statements of levels in force to definitions: one for each measure and for each level they work out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

from attrs import define, evolve, field

from rulelang.compiler.context import Context, StatementContext, all_known, known_level, level_in
from rulelang.compiler.in_force import EffectiveLevel
from rulelang.compiler.level_rules.adjustments import (
    Collapse,
    capped,
    collapse,
    is_as_published,
    is_of_every_level,
    override,
    too_few,
)
from rulelang.compiler.level_rules.bands import Banded, band_levels
from rulelang.compiler.level_rules.grids import GridScales, grid_cells, grid_scales, must_be_in_order
from rulelang.compiler.level_rules.marks import must_be_sure, row_marks
from rulelang.compiler.level_rules.measures import MeasureDefinitions, value_of
from rulelang.compiler.level_rules.types import (
    ForTypes,
    chosen,
    has_rows,
    must_be_reported,
    types_scale,
)
from rulelang.compiler.numbers import number_holders
from rulelang.core import tree as core
from rulelang.core.record_words import folded
from rulelang.core.ruleset import LevelRule, level_name, measure_name
from rulelang.core.types import decimals_of, never_below_zero
from rulelang.core.vocabulary import Scale
from rulelang.core.walk import fields_in
from rulelang.diagnostics.catalogue import levels as messages
from rulelang.diagnostics.diagnostic import Reporter
from rulelang.diagnostics.source import Span
from rulelang.syntax import tree as syn

_Written = TypeVar("_Written", syn.Needs, syn.Override, syn.SmallPopulations)


def level_definitions(items: Sequence[EffectiveLevel], context: Context) -> LevelDefinitions:
    """Return the source of a year's measures and levels, each elaborated when it is first referred to."""
    made = LevelDefinitions(context, items)
    made.context = evolve(context, sources=made)
    return made


def elaborate_levels(made: LevelDefinitions) -> tuple[LevelRule, ...]:
    """Elaborate the statements in force, and return the statements as a ruleset holds them.

    Statements that make no sense are reported and left out.
    """
    scales = [(item, made.elaborate(item)) for item in made.items]
    return tuple(rule for item, of in scales for one in of if (rule := made.rule(item, one)) is not None)


@define
class LevelDefinitions(MeasureDefinitions):
    """The definitions made so far, including those of levels."""

    _collapses: dict[str, Collapse | None] = field(factory=dict)

    # ---- each statement ----

    def elaborate(self, item: EffectiveLevel) -> Sequence[str]:
        """Make the definitions that a statement is part of, check it, and return its scales; a measure has none: `""`.

        A statement that makes no sense has no scale at all.
        """
        scale: Scale | None = None
        scales: list[str] = []
        match item.statement:
            case syn.Measure():
                scales = [""]
                self._measure_of(item)
                self._reported(item, _must_be_no_number)
            case syn.BandsTable() | syn.GridTable():
                scale = self._reported(item, self._scale)
                if scale is not None:
                    self._level_of(item, scale)
                    self._must_tell_apart(item, scale)
            case syn.SmallPopulations():
                found = self._collapse(item)
                if found is not None:
                    scale = found.scale
                    self._must_be_worked_out(item, scale)
                    self._must_reach_the_grid(item, found)
            case syn.Override() as written if is_of_every_level(written):
                scales = [one.name for one in self._levels_of(item.of)]
                if not scales:
                    self._report(item, messages.nothing_gives_level(item.span, item.of, "level"))
            case syn.Needs() | syn.Override():
                scale = self._reported(item, self._scale)
                if scale is not None:
                    self._must_be_worked_out(item, scale)
        self._must_change(item)
        self._reported(item, must_be_sure)
        return scales if scale is None else [scale.name]

    def _must_reach_the_grid(self, item: EffectiveLevel, small: Collapse) -> None:
        """Report levels with another reading for the color only, if no grid reads them."""
        tables = self._tables(item.of, small.scale)
        if small.color_only and any(one.what == "grid" for one in tables):
            reason = f"{small.scale.name} is what the grid gives, and not what it reads"
            self._report(item, messages.without_effect(item.span, reason))

    def _must_be_worked_out(self, item: EffectiveLevel, scale: Scale) -> None:
        if not self._tables(item.of, scale):
            self._report(item, messages.nothing_gives_level(item.span, item.of, scale.name))

    def _scale(self, about: StatementContext) -> Scale | None:
        """Return the scale of a statement; None, after a report, if it names none."""
        item = about.item
        if isinstance(item.statement, syn.Override):
            level = known_level(about, item.statement.level)
            return about.scale_of_level(level) if level is not None else None
        scale = about.scale_named(item.name)
        if scale is None:
            about.report(messages.unknown_scale(item.span, item.name, [one.name for one in about.vocabulary.scales]))
            return None
        return scale if must_be_reported(about, scale, item.span) else None

    # ---- levels ----

    def level(self, about: Context, scale: str, span: Span) -> core.Node | None:
        """Return the level of the indicator on a scale that the ruleset works out; None if it works out none."""
        found = about.scale_named(scale)
        tables = self._tables(about.of, found) if found is not None else []
        if found is None or not tables:
            return None
        name = level_name(about.of, found.name)
        if name in self._open:
            about.report(messages.circular_levels(span, [*self._open[self._open.index(name) :], name]))
            return None
        node = self._level_of(tables[0], found)
        return None if node is None else core.Ref(about.year, name, core.scope_of(node), span=span)

    def _tables(self, of: str, scale: Scale) -> list[EffectiveLevel]:
        """Return the bands or the grids that give an indicator's level on a scale."""
        mine = [item for item in self.items if item.of == of and folded(item.name) == folded(scale.name)]
        return [item for item in mine if item.what in ("bands", "grid")]

    def _levels_of(self, of: str) -> list[Scale]:
        """Return the scales on which the ruleset works out an indicator's levels."""
        return [scale for scale in self.context.vocabulary.scales if self._tables(of, scale)]

    def _level_of(self, item: EffectiveLevel, scale: Scale) -> core.Node | None:
        return self._made(level_name(item.of, scale.name), lambda: self._level_node(item, scale))

    def _level_node(self, item: EffectiveLevel, scale: Scale) -> core.Node | None:
        """Return a level, from the first that gives it: an override as published, a size, an override, the table."""
        if item.what == "bands":
            node = self._reported(item, lambda about: self._banded(about, scale))
        else:
            node = self._gridded(item.of, scale)
        arms: list[core.Arm] = []
        for one, needs in self._statements(item.of, syn.Needs):
            if folded(one.name) == folded(scale.name):
                arms.extend(self._arm(one, needs, scale))
        for one, written in self._statements(item.of, syn.Override):
            if is_of_every_level(written) or level_in(scale, written.level.text) is not None:
                found = self._arm(one, written, scale)
                if written.at_best and node is not None and found:
                    node = self._capped(one, node, found[0], scale)
                elif not written.at_best:
                    self._must_be_new(one, found, arms)
                    first = 0 if is_as_published(written) else len(arms)
                    arms[first:first] = found
        for small in self._collapses_of(item.of, scale):
            if node is not None and not small.color_only:
                node = small.of(node)
        if node is None:
            return None
        return core.choice(tuple(arms), node, span=item.span) if arms else node

    def _must_be_new(self, item: EffectiveLevel, found: Sequence[core.Arm], arms: Sequence[core.Arm]) -> None:
        """Report an override with a condition for which another statement has given the level."""
        if any(one.guard == arm.guard for one in found for arm in arms):
            reason = "another statement gives the level in this circumstance"
            self._report(item, messages.without_effect(item.span, reason))

    def _arm(self, item: EffectiveLevel, statement: syn.Needs | syn.Override, scale: Scale) -> list[core.Arm]:
        def work(about: StatementContext) -> core.Arm | None:
            if isinstance(statement, syn.Needs):
                return too_few(about, statement)
            return override(about, statement, scale)

        found = self._reported(item, work)
        return [] if found is None else [found]

    def _capped(self, item: EffectiveLevel, node: core.Node, cap: core.Arm, scale: Scale) -> core.Node | None:
        return self._reported(item, lambda about: capped(about, node, cap, scale))

    def _statements(self, of: str, kind: type[_Written]) -> Iterator[tuple[EffectiveLevel, _Written]]:
        """Yield the statements of a kind about an indicator, each as it is in force and as it is written."""
        return ((item, item.statement) for item in self.items if item.of == of and isinstance(item.statement, kind))

    def _banded(self, about: StatementContext, scale: Scale) -> core.Node | None:
        table = about.item.statement
        if not isinstance(table, syn.BandsTable):
            return None
        measure = self._measure_item(about.of, scale.name)
        if measure is None:
            about.report(messages.level_without_measure(about.item.span, about.of, scale.name))
            return None
        node = self._measure_of(measure)
        types = types_scale(about, table)
        if node is None or (types is not None and not self._must_be_given(about, types, table.table.rows[0][0].span)):
            return None
        name = measure_name(measure.name, measure.of)
        value = core.Ref(about.year, name, core.scope_of(node), span=measure.span)
        is_count = never_below_zero(about.vocabulary, node, about.definition)
        decimals = decimals_of(node, about.definition)
        return band_levels(about, table, scale, Banded(value, decimals, is_count))

    def _gridded(self, of: str, scale: Scale) -> core.Node | None:
        """Return the level that the grids of an indicator give, by type if they are for types."""
        tables = self._tables(of, scale)
        grids = all_known(self._reported(item, lambda about: self._grid(about, scale)) for item in tables)
        if grids is None:
            return None
        scales = [types for types, _ in grids if types is not None]
        parts = [part for _, part in grids]
        whole = tables[0]
        if any(types != scales[0] for types in scales):
            self._report(whole, messages.types_of_two_scales(whole.span))
            return None
        return self._reported(whole, lambda about: chosen(about, scales[0] if scales else None, parts))

    def _grid(self, about: StatementContext, scale: Scale) -> tuple[Scale | None, ForTypes] | None:
        table = about.item.statement
        scales = grid_scales(about, table) if isinstance(table, syn.GridTable) and has_rows(about, table) else None
        if not isinstance(table, syn.GridTable) or scales is None:
            return None
        cells = grid_cells(about, table, scale, scales)
        must_be_in_order(about, cells or (), scale, scales)
        ends = self._ends(about, scales)
        types = all_known(self._given(about, name) for name in table.types)
        if cells is None or ends is None or types is None:
            return None
        scales_of = [about.scale_of_level(one) for one in types]
        given = [one.name for one in about.vocabulary.scales if not self._tables(about.of, one)]
        for name, found in zip(table.types, scales_of, strict=True):
            if found is None:
                about.report(messages.unknown_type(name.span, name.text, given))
        of_types = scales_of[0] if scales_of else None
        if any(found is None or found != of_types for found in scales_of):
            return None
        if of_types is not None:
            must_be_reported(about, of_types, table.types[0].span)
        rows = tuple(cell.as_row() for cell in cells)
        return of_types, ForTypes(types, core.Match(ends, rows, None, span=about.item.span), about.item.span)

    def _given(self, about: StatementContext, name: syn.Name) -> str | None:
        """Return the level that a grid is for, which the data must give; None, after a report, for any other."""
        level = known_level(about, name)
        scale = about.scale_of_level(level) if level is not None else None
        return level if scale is None or self._must_be_given(about, scale, name.span) else None

    def _must_be_given(self, about: StatementContext, scale: Scale, span: Span) -> bool:
        """Return whether the levels by which rows or grids are chosen are given, and not worked out by the ruleset."""
        if not self._tables(about.of, scale):
            return True
        about.report(messages.type_worked_out(span, scale.name))
        return False

    def _ends(self, about: StatementContext, scales: GridScales) -> tuple[core.Node, core.Node] | None:
        """Return the levels that a grid combines, each as small populations are read for the grid."""
        nodes = []
        for scale in scales:
            node = self.level(about, scale.name, about.item.span)
            if node is None and not self._tables(about.of, scale):
                about.report(messages.nothing_gives_level(about.item.span, about.of, scale.name))
            for small in self._collapses_of(about.of, scale):
                if node is not None and small.color_only:
                    node = small.of(node)
            nodes.append(node)
        row, column = nodes
        return None if row is None or column is None else (row, column)

    def _collapses_of(self, of: str, scale: Scale) -> list[Collapse]:
        found = [self._collapse(item) for item, _ in self._statements(of, syn.SmallPopulations)]
        return [one for one in found if one is not None and one.scale == scale]

    def _collapse(self, item: EffectiveLevel) -> Collapse | None:
        if item.of not in self._collapses:
            statement = item.statement
            found = None
            if isinstance(statement, syn.SmallPopulations):
                found = self._reported(item, lambda about: collapse(about, statement))
            self._collapses[item.of] = found
        return self._collapses[item.of]

    # ---- checks and rules of one statement ----

    def _must_change(self, item: EffectiveLevel) -> None:
        """Report a replacement that means, in this year, the same as the statement it replaces."""
        before = item.replaced
        if before is None or item.year != self.context.year or item.confidence != before.confidence:
            return
        if self._means(item) == self._means(before):
            self.context.report(messages.changes_nothing(item.span, item.title, before.span))

    def _must_tell_apart(self, item: EffectiveLevel, scale: Scale) -> None:
        """Warn about bands with one row for all types that replace bands with rows by type.

        It is intended if an override of the indicator asks for the type.
        """
        before = item.replaced
        if before is None or item.inherited or types_scale(self.context, item.statement) is not None:
            return
        types = types_scale(self.context, before.statement)
        if types is None:
            return
        guards = []
        for one, written in self._statements(item.of, syn.Override):
            about = self._about(one, Reporter())
            arm = override(about, written, scale) if about is not None else None
            guards.extend([arm.guard] if arm is not None else [])
        if not any(asked.key == (item.of, types.name) for asked in fields_in(*guards)):
            rows = [row[0].text for row in syn.table_rows(before.statement)[1:]]
            self._report(item, messages.types_dropped(item.span, before.span, types.name, rows))

    def _means(self, item: EffectiveLevel) -> object:
        """Return the meaning of a statement, so that two that differ in layout only are equal."""
        about = self._about(item, Reporter())
        statement = item.statement
        if about is None:
            return statement
        if isinstance(statement, syn.Measure):
            return value_of(about, statement) or statement
        if isinstance(statement, syn.BandsTable):
            return self._banded(about, about.scale_named(item.name) or about.vocabulary.scales[0]) or statement
        if isinstance(statement, syn.GridTable):
            found = self._grid(about, about.scale_named(item.name) or about.vocabulary.scales[0])
            return found[1].value if found is not None else statement
        return statement

    def rule(self, item: EffectiveLevel, scale: str) -> LevelRule | None:
        """Return a statement about a scale as a ruleset holds it; None if it has no definition."""
        definition = measure_name(item.name, item.of) if item.what == "measure" else level_name(item.of, scale)
        if definition not in self.nodes:
            return None
        return LevelRule(
            what=item.what,
            definition=definition,
            text=item.span.words,
            source_year=item.year,
            indicator=item.of,
            scale=scale,
            confidence=item.mark,
            note=item.confidence.words if item.confidence is not None else "",
            row_marks=row_marks(item),
            cites=item.cites,
            because=item.because,
            span=_whole_span(item),
            kinds=tuple(name.text for name in item.kinds),
        )


def _whole_span(item: EffectiveLevel) -> Span:
    """Return the place of a statement with the table below it."""
    if isinstance(item.statement, syn.BandsTable | syn.GridTable):
        return item.span.to(item.statement.table.span)
    return item.span


# ---- checks of one statement ----


def _must_be_no_number(about: StatementContext) -> None:
    """Report a measure with the name of a number of the data: which one is meant would be a guess."""
    holders = number_holders(about, about.item.name)
    if holders and holders[0] in (about.of, ""):
        about.report(messages.measure_named_like_number(about.item.span, about.item.name))
