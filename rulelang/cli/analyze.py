"""`rulelang analyze`: what rules say and cannot mean, each with proof."""

from __future__ import annotations

from collections.abc import Sequence

import click

from rulelang.analysis.analyzing import Analyzed, analyzed, findings_tables
from rulelang.analysis.loading import loaded
from rulelang.cli import options
from rulelang.cli.rule_files import expanded
from rulelang.cli.terminal import show
from rulelang.core.ruleset import Ruleset
from rulelang.diagnostics.as_data import diagnostic_data
from rulelang.diagnostics.catalogue.quote import count
from rulelang.diagnostics.diagnostic import Diagnostic, RulesError
from rulelang.engine.steps import prepare
from rulelang.reasoning.possible import numbers_read


@click.command("analyze")
@options.rulesets
@options.gives_tables
def command(*, rulesets: tuple[str, ...], output: options.Output) -> int:
    """Find rules that cannot mean what they say.

    Reports rules that never hold, change nothing, or are masked by others; outcomes that no LEA can get; and conditions
    whose parts different student groups may meet.

    Each finding is proved for all possible data and shown by a made-up LEA that was evaluated with the rules. Exit code
    1 if anything is found. A folder, such as assistance, stands for all rule files in it.
    """
    rules, refused = {}, {}
    for name in expanded(rulesets, vocabularies=False):
        try:
            rules[name] = loaded(name)
        except RulesError as error:
            if not (output.is_text or output.format == "json"):
                raise
            refused[name] = error.diagnostics
    found = [(name, analyzed(one)) for name, one in rules.items()]
    for name, some in found if output.is_text else ():
        _show(name, rules[name], some)
    show([one for some in refused.values() for one in some] if output.is_text else ())
    with_errors = [_data_of_errors(name, some) for name, some in refused.items()]
    output.give(
        findings_tables(found), lambda: {"rulesets": [*(_data(name, some) for name, some in found), *with_errors]}
    )
    return int(bool(refused) or any(some for _, some in found))


def _show(name: str, rules: Ruleset, found: Sequence[Analyzed]) -> None:
    if not found:
        click.echo(f"{name}: {_nothing_found(rules)}")
        return
    show([one.diagnostic for one in found])
    click.echo(f"{name}: {count(len(found), 'finding')}")


def _nothing_found(rules: Ruleset) -> str:
    if rules.suspended is not None:
        return "suspended; nothing to analyze"
    if not rules.rules:
        return "no rules to analyze; `rulelang check` proves that its tables are complete"
    if rules.relates:
        return "nothing found; what the rules ask of other entities was left open"
    if numbers_read(prepare(rules)):
        return "nothing found; numbers were distinguished only by the limits in the rules"
    return "nothing found, proved for all possible data"


def _data(name: str, found: Sequence[Analyzed]) -> dict[str, object]:
    return {
        "ruleset": name,
        "findings": [
            {
                **diagnostic_data(one.diagnostic),
                "rule": one.finding.rule.label,
                "outcome": one.finding.rule.outcome,
                "made_up_lea": list(one.lea),
            }
            for one in found
        ],
    }


def _data_of_errors(name: str, errors: Sequence[Diagnostic]) -> dict[str, object]:
    """Return what is wrong with rules that cannot be analyzed, such as gaps of tables, like findings of no rule."""
    of_no_rule: dict[str, object] = {"rule": None, "outcome": None, "made_up_lea": []}
    return {"ruleset": name, "findings": [{**diagnostic_data(one), **of_no_rule} for one in errors]}
