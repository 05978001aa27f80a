"""`rulelang explain --records`: why an LEA of plain records got its determination, or its performance levels."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from rulelang.cli.streams import wants_color, width
from rulelang.cli.terminal import show
from rulelang.diagnostics.catalogue import run as say

if TYPE_CHECKING:
    from rulelang.core.ruleset import Ruleset


def of_records(rules: Ruleset, records: Path, lea: str, group: str | None, indicator: str | None) -> int:
    """Print why an LEA got what it did, for a student group's name alone where one is given; return the exit code."""
    from rulelang.analysis.one_lea import record_in
    from rulelang.engine.determination import determine
    from rulelang.engine.evaluate import evaluate
    from rulelang.engine.explain import explain
    from rulelang.engine.explain_levels import explain_levels
    from rulelang.engine.steps import prepare

    data = record_in(rules.vocabulary, records, lea.strip())
    show(data.diagnostics, err=True)
    if not data.records:
        if not data.has_errors:
            show([say.lea_not_in_data(lea, {})], err=True)
        return 1
    prepared, [record] = prepare(rules), data.records
    if rules.levels:
        one = next(known for known in rules.vocabulary.groups if known.name == group) if group else None
        click.echo(explain_levels(evaluate(prepared, record), one, indicator, width=width(), color=wants_color()))
    else:
        click.echo(explain(determine(prepared, record), group, width=width(), color=wants_color()))
    return 0
