"""`rulelang explain --records`: why an LEA of plain records got its determination, or its performance levels."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rulelang.cli.streams import wants_color, width
from rulelang.cli.terminal import show

if TYPE_CHECKING:
    from rulelang.core.ruleset import Ruleset


def of_records(rules: Ruleset, records: Path, leas: Sequence[str], group: str | None, indicator: str | None) -> int:
    """Print why LEAs got what they did, for a student group's name alone where one is given; return the exit code."""
    done = [_of_one(rules, records, lea, group, indicator) for lea in dict.fromkeys(leas)]
    return 0 if all(done) else 1


def _of_one(rules: Ruleset, records: Path, lea: str, group: str | None, indicator: str | None) -> bool:
    from rulelang.analysis.one_lea import record_in
    from rulelang.engine.determination import determine
    from rulelang.engine.evaluate import evaluate
    from rulelang.engine.explain import explain
    from rulelang.engine.explain_levels import explain_levels
    from rulelang.engine.steps import prepare

    data = record_in(rules.vocabulary, records, lea.strip())
    show(data.diagnostics, err=True)
    if not data.records:
        return False
    prepared, [record] = prepare(rules), data.records
    if rules.reports_levels:
        one = next(known for known in rules.vocabulary.groups if known.name == group) if group else None
        click.echo(explain_levels(evaluate(prepared, record), one, indicator, width=width(), color=wants_color()))
    else:
        click.echo(explain(determine(prepared, record), group, width=width(), color=wants_color()))
    return True
