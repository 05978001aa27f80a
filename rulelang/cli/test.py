"""`rulelang test`: runs the examples that stand in rule files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from rulelang.cli import options
from rulelang.cli.rule_files import expanded
from rulelang.cli.terminal import count, show_line

if TYPE_CHECKING:
    from rulelang.analysis.examples import ExampleRun
    from rulelang.analysis.level_coverage import NotReached
    from rulelang.core.ruleset import Rule


@click.command("test", short_help="Run the examples that stand in rule files.")
@click.option("--cells", "with_cells", is_flag=True, help="Name the cells of tables that no example reaches.")
@options.rulesets
def command(rulesets: tuple[str, ...], *, with_cells: bool) -> int:
    """Run the examples that stand in rule files, and say which rules, cells of tables and answers no example reaches.

    A folder, such as assistance, stands for all the rule files in it.
    """
    import rulelang
    from rulelang.analysis.examples import rules_not_reached, run_examples
    from rulelang.analysis.level_coverage import levels_not_reached

    failing = 0
    for name in expanded(rulesets, vocabularies=False):
        rules = rulelang.load(name).rules
        runs = run_examples(rules)
        failing += sum(not run.passes for run in runs)
        levels = levels_not_reached(rules, [run.determination.evaluation for run in runs])
        _show(name, runs, rules_not_reached(rules, runs))
        _show_levels(levels, with_cells=with_cells)
    return 1 if failing else 0


def _show(name: str, runs: tuple[ExampleRun, ...], not_reached: tuple[Rule, ...]) -> None:
    passing = sum(run.passes for run in runs)
    click.echo(
        f"{name}: {passing:,} of {count(len(runs), 'example')} as expected" if runs else f"{name}: no examples yet"
    )
    for run in runs:
        if not run.passes:
            _show_failure(run)
    for rule in not_reached:
        show_line(f"  no example reaches {rule.text}")


def _show_levels(levels: tuple[NotReached, ...], *, with_cells: bool) -> None:
    """Print the statements that no example reaches, each once for the indicators it is of, then how far tables are."""
    indicators: dict[str, list[str]] = {}
    for one in levels:
        if not one.parts and one.rule.indicator not in indicators.setdefault(one.rule.text, []):
            indicators[one.rule.text].append(one.rule.indicator)
    for text, names in indicators.items():
        show_line(f"  no example reaches {': '.join(part for part in (', '.join(names), text) if part)}")
    for one in levels:
        if one.parts:
            show_line(f"  {one.subject}: {one.cells - len(one.parts)} of {count(one.cells, 'cell')} reached")
        for part in one.parts if with_cells else ():
            show_line(f"    no example reaches {part}")


def _show_failure(run: ExampleRun) -> None:
    click.echo(f'  example "{run.example.title}"')
    for finding in run.findings:
        if not finding.as_expected:
            place = finding.expectation.span
            where = f" ({place.source.name}:{place.line})" if place else ""
            by = f", by {', '.join(sorted(set(finding.by)))}" if finding.by else ""
            click.echo(f"    expected: {place.text if place else finding.expectation.outcome}{where}")
            click.echo(f"    found: {finding.answer}{by}")
