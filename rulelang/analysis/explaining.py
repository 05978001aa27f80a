"""Explanations for programs, which say where a rule is in the same words on every machine and in every folder."""

from __future__ import annotations

from pathlib import Path

from attrs import evolve

from rulelang.compiler.locations import SUFFIX, name_if_installed
from rulelang.core.vocabulary import StudentGroup
from rulelang.engine.determination import Determination
from rulelang.engine.explanation import ExplainedRule, Explanation, explanation


def explained(determination: Determination, group: StudentGroup | None = None) -> Explanation:
    """Return why a determination is what it is, of every student group or of one.

    A file of an installed ruleset is called by the ruleset, `assistance/2023.rules`, wherever it is installed.
    """
    found = explanation(determination, group)
    groups = tuple(evolve(one, rules=tuple(map(_placed, one.rules))) for one in found.student_groups)
    return evolve(found, rules=tuple(map(_placed, found.rules)), student_groups=groups)


def _placed(rule: ExplainedRule) -> ExplainedRule:
    installed = name_if_installed(Path(rule.source.file)) if rule.source is not None else None
    if rule.source is None or installed is None:
        return rule
    return evolve(rule, source=evolve(rule.source, file=f"{installed}{SUFFIX}"))
