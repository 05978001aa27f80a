"""`rulelang check`: says what is wrong in rule files, where, and how to mend it."""

from __future__ import annotations

import click

from rulelang.cli.options import rulesets
from rulelang.cli.show import count, show


@click.command("check")
@rulesets
def command(rulesets: tuple[str, ...]) -> int:
    """Say what is wrong in rule files, where, and how to mend it.

    All that is wrong is reported in one run, the examples in the files included. Exit code 1 if anything is wrong.
    """
    from rulelang.analysis.checking import check_ruleset

    wrong = False
    for name in rulesets:
        diagnostics = check_ruleset(name)
        errors = show(diagnostics)
        wrong = wrong or errors > 0
        click.echo(f"{name}: {count(errors, 'error')}" if errors else f"{name}: fine")
    return 1 if wrong else 0
