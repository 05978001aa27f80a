"""Everything in force in a text, with the origin of each sentence, and the changes of the year and of the edits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rulelang.compiler.effective_changes import level_changes
from rulelang.compiler.effective_text import (
    Change,
    changes_between,
    changes_of,
    mark_text,
    sections,
    statement_text,
    table_text,
)
from rulelang.compiler.in_force import Effective, EffectiveLevel, EffectiveRule, Removal, changed
from rulelang.core.vocabulary import Vocabulary

Data = dict[str, Any]

_Explained = EffectiveRule | EffectiveLevel | Removal


def in_full(before: Effective, after: Effective, vocabulary: Vocabulary) -> Data:
    """Return all that is in force in a text, its changes to its base, and those to the text that was opened."""
    edits = changes_between(before, after)
    edited = {change.title for change in edits if change.after is not None}
    levels = [*changed(before.levels, after.levels, lambda old, new: _said(old) != _said(new))]
    edited_levels = {new.key for _, _, new in levels if new is not None}
    base = after.base
    old_rules = {one.label for one in base.rules} if base is not None else set()
    old_levels = {one.key for one in base.levels} if base is not None else set()
    return {
        "title": f"{after.title} {after.year}",
        "base": after.base.name if after.base is not None else None,
        "cites": after.cites,
        "because": after.because,
        "edits": [*map(_rule_change, edits), *(_level_edit(*one) for one in levels)],
        "changes": [*map(_rule_change, changes_of(after)), *_level_changes(after, vocabulary)],
        "sections": [
            {
                "heading": heading,
                "rules": [
                    _statement(one, statement_text(one), _since(one, one.label in old_rules), one.label in edited)
                    for one in rules
                ],
            }
            for heading, rules in sections(after, vocabulary)
            if rules
        ],
        "levels": [
            {
                **_statement(one, _in_one(one), _since(one, one.key in old_levels), one.key in edited_levels),
                "confidence": mark_text(one),
                "table": table_text(one.statement),
            }
            for one in after.levels
        ],
    }


def _since(one: EffectiveRule | EffectiveLevel, in_base: bool) -> str:  # noqa: FBT001 - one of its facts
    """Return since when a statement is in force as it is."""
    how = "since" if one.inherited else "changed in" if in_base else "new in"
    return f"{how} {one.year}"


def _statement(one: EffectiveRule | EffectiveLevel, text: str, since: str, edited: bool) -> Data:  # noqa: FBT001 - one of its facts
    return {
        "text": text,
        "since": since,
        "edited": edited,
        "cites": one.cites,
        "because": one.because,
        "confidence": "",
        "table": [],
    }


def _change(how: str, label: str, before: str | None, after: str | None, why: _Explained | None) -> Data:
    """Return a change with the sources and the reason of what explains it: the new statement or the removal."""
    return {
        "how": how,
        "label": label,
        "before": before,
        "after": after,
        "cites": why.cites if why is not None else (),
        "because": why.because if why is not None else None,
    }


def _rule_change(change: Change[EffectiveRule]) -> Data:
    return _change(change.how, change.title, *change.texts, change.explained_by)


def _said(one: EffectiveLevel) -> tuple[str, list[str]]:
    return statement_text(one), table_text(one.statement)


def _in_one(one: EffectiveLevel) -> str:
    return " ".join(filter(None, (one.of, statement_text(one))))


def _level_edit(how: str, before: EffectiveLevel | None, after: EffectiveLevel | None) -> Data:
    """Return an edit of a statement of levels, with its table if it has one."""
    why = after or before
    old, new = (_whole(one) if one is not None else None for one in (before, after))
    return _change(how, why.title if why is not None else "", old, new, why)


def _whole(one: EffectiveLevel) -> str:
    return "\n".join((_in_one(one), *table_text(one.statement)))


def _level_changes(effective: Effective, vocabulary: Vocabulary) -> Iterator[Data]:
    """Yield what a year changes in statements of levels; of a table that stays, only the cells that changed."""
    for one in level_changes(effective, vocabulary):
        cells = [f"{it.row} {it.column}: {it.before or 'nothing'} → {it.after or 'nothing'}" for it in one.cells]
        before, after = (None, "; ".join(cells)) if cells else one.texts
        label = ", ".join(filter(None, (one.title, *one.indicators)))
        yield _change(one.how, label, before, after, one.explained_by)
