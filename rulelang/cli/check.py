"""`rulelang check`: says what is wrong in rule files, where, and how to mend it."""

from __future__ import annotations

import click

from rulelang.analysis import clean_checks
from rulelang.cli.options import rulesets
from rulelang.cli.rule_files import expanded


@click.command("check")
@rulesets
@click.option("--no-cache", is_flag=True, help="Check even files that have not changed since a check found them fine.")
def command(rulesets: tuple[str, ...], *, no_cache: bool) -> int:
    """Say what is wrong in rule files, where, and how to mend it.

    All that is wrong is reported in one run, the examples in the files included. Exit code 1 if anything is wrong, and
    2 if a ruleset is not there. A folder, such as assistance, stands for all the rule files in it.
    """
    return max(_check(name, is_fresh=no_cache) for name in expanded(rulesets, vocabularies=True))


def _check(name: str, *, is_fresh: bool) -> int:
    """Say what is wrong with one ruleset, and return the exit code of that; known to be fine, it is not read again."""
    state = None if is_fresh else clean_checks.state_of(name)
    if state is not None and clean_checks.was_clean(state):
        click.echo(f"{name}: fine")
        return 0
    from rulelang.analysis.checking import check_ruleset
    from rulelang.cli.terminal import count, exit_code, show

    diagnostics = check_ruleset(name)
    errors = show(diagnostics)
    click.echo(f"{name}: {count(errors, 'error')}" if errors else f"{name}: fine")
    if state is not None and not diagnostics and clean_checks.state_of(name) == state:
        clean_checks.remember_clean(state)
    return exit_code(diagnostics)
