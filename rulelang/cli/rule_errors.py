"""Errors found by a check in rules that load all the same: a command that applies them says so and goes on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rulelang.analysis import clean_checks
from rulelang.cli.terminal import show
from rulelang.diagnostics.as_data import number_of
from rulelang.diagnostics.catalogue import run as say
from rulelang.diagnostics.diagnostic import Diagnostic, Severity

if TYPE_CHECKING:
    from rulelang.core.ruleset import Ruleset


def faults_of(ruleset: str, *, is_fresh: bool = False) -> Sequence[Diagnostic]:
    """Return what is wrong with a ruleset; known to be fine, it is not read again unless `is_fresh` asks for that."""
    state = None if is_fresh else clean_checks.state_of(ruleset)
    if state is not None and clean_checks.was_clean(state):
        return ()
    from rulelang.analysis.checking import check_ruleset

    found = check_ruleset(ruleset)
    if state is not None and not found and clean_checks.state_of(ruleset) == state:
        clean_checks.remember_clean(state)
    return found


def warn_of_errors(ruleset: str) -> None:
    """Say on standard error how many errors `rulelang check` finds in a ruleset; nothing if it finds none."""
    errors = number_of(faults_of(ruleset), Severity.ERROR)
    if errors:
        show([say.rules_have_errors(ruleset, errors)], err=True)


def rules_for(ruleset: str, as_year: int | None) -> Ruleset:
    """Return the rules that a command applies, after saying on standard error what is wrong with them.

    With `as_year` they are applied to the data of that year. Raises RulesError if they cannot be applied.
    """
    from rulelang.analysis.loading import asked_of, loaded

    if as_year is None:
        rules = loaded(ruleset)
        warn_of_errors(ruleset)
        return rules
    rules, warnings = asked_of(ruleset, as_year)
    show(warnings, err=True)
    return rules


def says_suspended(rules: Ruleset) -> bool:
    """Return whether a year is suspended, after saying so on standard error, with the reason."""
    if rules.suspended is None:
        return False
    show([say.year_suspended(rules.title, rules.year, rules.suspended)], err=True)
    return True
