"""Which rows of a band table, and which grids, are for which types of LEA or school."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from rulelang.compiler.context import Context, StatementContext, level_in
from rulelang.core import tree as core
from rulelang.core.record_words import folded
from rulelang.core.vocabulary import Scale
from rulelang.diagnostics.catalogue import levels as messages
from rulelang.diagnostics.source import Span
from rulelang.syntax import tree as syn

EVERY_OTHER: Final = ("", "every other")
"""How a cell says that its row is for all types without a row of their own."""


_JOINTS: Final = re.compile(r"\s+(?:and|or)\s+", re.IGNORECASE)


class ForTypes(NamedTuple):
    """A value for some types of a scale; no types means all without a value of their own."""

    types: tuple[str, ...]
    value: core.Node
    span: Span


def chosen(about: StatementContext, scale: Scale | None, parts: Sequence[ForTypes]) -> core.Node | None:
    """Return the choice of a value by type; None, after a report, if a type has two values or none."""
    rest = [part for part in parts if not part.types]
    for second in rest[1:]:
        about.report(messages.type_twice(second.span, EVERY_OTHER[1], rest[0].span))
    if scale is None:
        return rest[0].value if rest else None
    seen: dict[str, Span] = {}
    for part in parts:
        for one in part.types:
            if one in seen:
                about.report(messages.type_twice(part.span, one, seen[one]))
            seen[one] = part.span
    missing = [one for one in scale.levels if one not in seen]
    if missing and not rest:
        about.report(messages.types_without_row(parts[-1].span if parts else about.item.span, scale.name, missing))
        return None
    if rest and not missing:
        about.report(messages.without_effect(rest[0].span, f"each {scale.name} has its own"))
    named = [part for part in parts if part.types]
    if not named:
        return rest[0].value
    # A match and not a choice by answers: an LEA that has no type, and that is known, has no level that depends on it.
    asked = about.field((about.of, scale.name), named[0].span)
    rows = tuple(core.Row((core.OneOf(part.types),), part.value) for part in named)
    return core.Match((asked,), rows, rest[0].value if rest else None, span=about.item.span)


def has_rows(about: StatementContext, statement: syn.BandsTable | syn.GridTable) -> bool:
    """Return whether a table has a header and rows, after a report where it has not."""
    if len(statement.table.rows) > 1:
        return True
    about.report(messages.table_without_rows(statement.span))
    return False


def types_in(about: StatementContext, scale: Scale, text: str, span: Span) -> tuple[str, ...]:
    """Return the types that a cell names; those that the scale does not have are reported and left out."""
    if folded(text) in EVERY_OTHER:
        return ()
    found = []
    parts = [one for part in text.split(",") for one in ([part] if level_in(scale, part) else _JOINTS.split(part))]
    for part in parts:
        level = level_in(scale, part)
        if level is None:
            about.report(messages.level_not_of_scale(span, part.strip(), scale.name, scale.levels))
        else:
            found.append(level)
    return tuple(found)


def must_be_reported(about: StatementContext, scale: Scale, span: Span) -> bool:
    """Return whether the indicator has levels on a scale in the year, after a report if it has not."""
    if about.of_indicator is not None and about.of_indicator.reports(scale.name, about.year):
        return True
    about.report(messages.scale_not_in_year(span, about.of, scale.name, about.year))
    return False


def types_scale(about: Context, statement: syn.LevelStatement) -> Scale | None:
    """Return the scale of the types that the rows of a band table are for; None if it has none."""
    return about.scale_named(statement.table.rows[0][0].text) if isinstance(statement, syn.BandsTable) else None
