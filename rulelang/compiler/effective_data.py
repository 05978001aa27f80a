"""What is in force in a year as plain data, for programs: what `rulelang schema show` describes."""

from __future__ import annotations

from rulelang.compiler.context import priority_number
from rulelang.compiler.effective_levels import mark_text, statement_text, table_text
from rulelang.compiler.effective_text import as_file, changes_of, effective_lines, rule_text
from rulelang.compiler.in_force import Effective, EffectiveExample, EffectiveLevel, EffectiveRule
from rulelang.core.vocabulary import Vocabulary
from rulelang.diagnostics.as_data import Data, place_data


def effective_data(effective: Effective, vocabulary: Vocabulary) -> Data:
    """Return all that is in force in a year, and what the year changes in its base, as data that JSON can hold."""
    return {
        "title": effective.title,
        "year": effective.year,
        "vocabulary": vocabulary.name,
        "based_on": effective.base.year if effective.base is not None else None,
        "suspended": effective.suspended,
        "cites": list(effective.cites),
        "because": effective.because,
        "levels_from": effective.levels_from or None,
        "rules": [_rule(one, vocabulary) for one in effective.rules],
        "levels": [_level(one) for one in effective.levels],
        "examples": [{"title": one.title.text, **_place(one)} for one in effective.examples],
        "changes": [
            {
                "how": change.how,
                "label": change.label,
                "before": rule_text(change.before) if change.before is not None else None,
                "after": rule_text(change.after) if change.after is not None else None,
            }
            for change in changes_of(effective)
        ],
        "text": as_file(list(effective_lines(effective, vocabulary))),
    }


def _rule(one: EffectiveRule, vocabulary: Vocabulary) -> Data:
    outcome = one.rule.outcome.text if one.rule.outcome is not None else None
    return {
        "label": one.label,
        "outcome": outcome,
        "priority": priority_number(outcome) if outcome is not None else None,
        "kinds": [vocabulary.kind(name.text).name for name in one.kinds],
        "text": rule_text(one),
        **_place(one),
        "cites": list(one.cites),
        "because": one.because,
    }


def _level(one: EffectiveLevel) -> Data:
    return {
        "what": one.what,
        "indicator": one.of or None,
        "text": statement_text(one),
        "table": table_text(one.statement),
        **_place(one),
        "cites": list(one.cites),
        "because": one.because,
        "confidence": mark_text(one) or None,
    }


def _place(one: EffectiveRule | EffectiveLevel | EffectiveExample) -> Data:
    span = one.title.span if isinstance(one, EffectiveExample) else one.span
    return {"place": place_data(span), "source_year": one.year}
