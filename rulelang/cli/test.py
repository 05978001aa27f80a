"""`rulelang test`: runs the examples in rule files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import click
from attrs import frozen

from rulelang.analysis.examples import ExampleRun, Finding, examples_data, rules_not_reached, run_examples
from rulelang.analysis.failed_examples import why
from rulelang.analysis.level_coverage import NotReached, levels_not_reached
from rulelang.analysis.loading import loaded
from rulelang.analysis.suggested_examples import lacking
from rulelang.cli import options
from rulelang.cli.coverage import show_suggestions, show_untried, untried_data
from rulelang.cli.junit import junit
from rulelang.cli.rule_errors import warn_of_errors
from rulelang.cli.rule_files import expanded
from rulelang.cli.streams import show_json, wants_color, width, write_rules
from rulelang.cli.terminal import show_line
from rulelang.cli.watching import watched
from rulelang.core.ruleset import Rule, Ruleset
from rulelang.diagnostics.catalogue.quote import count
from rulelang.diagnostics.drawing import Screen


@click.command("test")
@click.option("--cells", "with_cells", is_flag=True, help="List the table cells that no example reaches.")
@click.option("--coverage", is_flag=True, help="Draw the rules and mark what no example tries.")
@click.option("--suggest", is_flag=True, help="Write the missing examples, with their results, for you to confirm.")
@click.option("--watch", is_flag=True, help="Run again whenever a rule file changes; stop with Ctrl-C.")
@options.rulesets
@options.format_of(
    ("text", "json", "junit"), "Output format: text for people, json for programs, junit for build servers."
)
def command(
    rulesets: tuple[str, ...], *, with_cells: bool, coverage: bool, suggest: bool, watch: bool, format_: str
) -> int:
    """Run the examples in rule files, and say which rules, table cells, and answers no example reaches.

    Where an example fails, the rules that decide it are drawn with the example's values under the words. A folder, such
    as assistance, stands for all rule files in it.
    """
    if (format_ == "junit" and (coverage or suggest)) or (watch and format_ != "text"):
        raise click.UsageError(
            "`--watch` prints only text, and `--coverage` and `--suggest` have no junit form: leave out `--format`"
        )
    if watch:
        return watched(rulesets, lambda: _tested(rulesets, format_, Shown(with_cells, coverage, suggest)))
    return _tested(rulesets, format_, Shown(with_cells, coverage, suggest))


@frozen
class Shown:
    """What is printed beside the examples."""

    cells: bool = False
    coverage: bool = False
    suggestions: bool = False


def _tested(rulesets: tuple[str, ...], format_: str, also: Shown) -> int:
    """Run the examples, print their results, and return the exit code."""
    documents = []
    suites: list[tuple[str, tuple[ExampleRun, ...]]] = []
    are_whole = True
    for name, rules, runs in _runs(rulesets):
        suites.append((name, runs))
        if rules.examples_left_out and rules.what_if is None:
            are_whole = False
            warn_of_errors(name)
        if format_ == "junit":
            continue
        levels = levels_not_reached(rules, [one for run in runs for one in run.evaluations])
        if format_ == "json":
            document = examples_data(name, rules, runs, rules_not_reached(rules, runs), levels)
            documents.append({**document, **_more_data(name, rules, runs, also)})
        else:
            _show(name, runs, rules_not_reached(rules, runs))
            _show_levels(levels, with_cells=also.cells)
            _show_more(name, rules, runs, also)
    if format_ == "json":
        show_json({"rulesets": documents})
    elif format_ == "junit":
        write_rules(junit(suites))
    return 0 if are_whole and all(run.passes for _, runs in suites for run in runs) else 1


def _more_data(name: str, rules: Ruleset, runs: Sequence[ExampleRun], also: Shown) -> dict[str, object]:
    """Return what no example tries, and the examples that would, as far as they are asked for."""
    data: dict[str, object] = {"untried": untried_data(rules, runs)} if also.coverage else {}
    if also.suggestions:
        found = lacking(name, rules, runs)
        data["suggested"] = [{"title": one.title, "text": "\n".join(one.lines)} for one in found]
    return data


def _show_more(name: str, rules: Ruleset, runs: Sequence[ExampleRun], also: Shown) -> None:
    """Print the same."""
    if also.coverage:
        show_untried(rules, runs)
    if also.suggestions:
        show_suggestions(lacking(name, rules, runs))


def _runs(names: tuple[str, ...]) -> Iterator[tuple[str, Ruleset, tuple[ExampleRun, ...]]]:
    """Yield each ruleset by name with the results of its examples."""
    for name in expanded(names, vocabularies=False):
        rules = loaded(name)
        yield name, rules, run_examples(rules)


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
            show_line(f"    expected: {finding.expected}{where}")
            show_line(f"    found: {finding.found}")
            _show_why(run, finding)


def _show_why(run: ExampleRun, finding: Finding) -> None:
    """Print the rules that decide what an example asks, with its values under the words."""
    click.echo()
    for line in why(run, finding, Screen(width() - 4, wants_color())):
        click.echo(f"    {line}".rstrip())
    click.echo()
