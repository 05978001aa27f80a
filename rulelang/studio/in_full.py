"""Everything in force by a text, with where each sentence comes from, and what the year and the edits change."""

from __future__ import annotations

from collections.abc import Container, Iterator
from typing import Any

from rulelang.compiler.effective_changes import level_changes
from rulelang.compiler.effective_text import (
    Change,
    changes_between,
    changes_of,
    mark_text,
    removal_of,
    rule_text,
    sections,
    statement_text,
    table_text,
)
from rulelang.compiler.in_force import Effective, EffectiveLevel, EffectiveRule, Key, changed
from rulelang.core.vocabulary import Vocabulary

Data = dict[str, Any]


def in_full(before: Effective, after: Effective, vocabulary: Vocabulary) -> Data:
    """Return all that is in force by a text, what it changes in its base, and in the text that was opened."""
    edits = changes_between(before, after)
    edited = {change.label for change in edits if change.after is not None}
    levels = [*changed(before.levels, after.levels, lambda old, new: _said(old) != _said(new))]
    edited_levels = {new.key for _, _, new in levels if new is not None}
    return {
        "title": f"{after.title} {after.year}",
        "base": after.base.name if after.base is not None else None,
        "cites": after.cites,
        "because": after.because,
        "edits": [*(_change(after, one) for one in edits), *(_level_edit(*one) for one in levels)],
        "changes": [*(_change(after, one) for one in changes_of(after)), *_level_changes(after, vocabulary)],
        "sections": [
            {"heading": heading, "rules": [_rule(one, edited) for one in rules]}
            for heading, rules in sections(after, vocabulary)
            if rules
        ],
        "levels": [_level(one, edited_levels) for one in after.levels],
    }


def _rule(one: EffectiveRule, edited: Container[str | None]) -> Data:
    return {
        "text": rule_text(one),
        "year": one.year,
        "inherited": one.inherited,
        "edited": one.label in edited,
        "cites": one.cites,
        "because": one.because,
        "confidence": "",
        "table": [],
    }


def _level(one: EffectiveLevel, edited: Container[Key]) -> Data:
    return {
        "text": _in_one(one),
        "year": one.year,
        "inherited": one.inherited,
        "edited": one.key in edited,
        "cites": one.cites,
        "because": one.because,
        "confidence": mark_text(one),
        "table": table_text(one.statement),
    }


def _change(effective: Effective, change: Change) -> Data:
    why = change.after or removal_of(effective, change.label)
    return {
        "how": change.how,
        "label": change.label,
        "before": rule_text(change.before) if change.before is not None else None,
        "after": rule_text(change.after) if change.after is not None else None,
        "cites": why.cites if why is not None else (),
        "because": why.because if why is not None else None,
    }


def _said(one: EffectiveLevel) -> tuple[str, list[str]]:
    return statement_text(one), table_text(one.statement)


def _in_one(one: EffectiveLevel) -> str:
    return " ".join(filter(None, (one.of, statement_text(one))))


def _whole(one: EffectiveLevel) -> str:
    return "\n".join((_in_one(one), *table_text(one.statement)))


def _level_edit(how: str, before: EffectiveLevel | None, after: EffectiveLevel | None) -> Data:
    """Return an edit of a statement of levels, with its table where it has one."""
    why = after or before
    assert why is not None  # noqa: S101  # a change has one side at least
    return {
        "how": how,
        "label": why.title,
        "before": _whole(before) if before is not None else None,
        "after": _whole(after) if after is not None else None,
        "cites": why.cites,
        "because": why.because,
    }


def _level_changes(effective: Effective, vocabulary: Vocabulary) -> Iterator[Data]:
    """Yield what a year changes in statements of levels; of a table that stays, only the cells that are others."""
    for one in level_changes(effective, vocabulary):
        why = one.after or one.removal
        cells = [f"{it.row} {it.column}: {it.before or 'nothing'} → {it.after or 'nothing'}" for it in one.cells]
        yield {
            "how": one.how,
            "label": ", ".join(filter(None, (one.title, *one.indicators))),
            "before": statement_text(one.before) if one.before is not None and not cells else None,
            "after": "; ".join(cells) or (statement_text(one.after) if one.after is not None else None),
            "cites": why.cites if why is not None else (),
            "because": why.because if why is not None else None,
        }
